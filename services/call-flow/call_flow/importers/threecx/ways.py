"""Rules for calls that come in and that go out."""

import re

from call_flow.export.labels import shown
from call_flow.importers.draft import Draft, Piece, Plain, email
from call_flow.importers.element import Element
from call_flow.importers.threecx.hours import Departments
from call_flow.importers.threecx.objects import Objects
from call_flow.importers.threecx.places import Places

_TRUNK = re.compile(r"\{\{trunk:([a-z][a-z0-9-]{0,39})\}\}|(.+)")


def dids(objects: Objects) -> list[str]:
    """The numbers of the inbound rules, as E.164 would write those with a country code."""
    found = (str(rule.peek("Data") or "").lstrip("*+") for rule in objects.all("InboundRules"))
    return [f"+{digits}" for digits in found if digits.isdecimal() and len(digits) >= 11]


def inbound(objects: Objects, draft: Draft, places: Places, departments: Departments) -> None:
    """Every number with where its calls go."""
    for rule in objects.all("InboundRules"):
        for key in ("Condition", "CallType", "Id"):
            rule.get(key)
        trunk = rule.child("TrunkDN")
        if trunk is not None:
            _trunk(draft, trunk, trunk.text("Number"))
        e164 = draft.e164(f"+{digits}" if len(digits := rule.text("Data").lstrip("*+")) >= 11 else digits)
        opened = places.to(rule.child("OfficeHoursDestination"))
        if e164 is None:
            rule.approximated("It names no telephone number; add the number and let it enter where the rule leads.")
            continue
        name = shown(rule.text("RuleName"))
        entry = _entry(draft, places, departments, rule, opened=opened, name=name or e164)
        piece = draft.add("numbers", {"e164": e164, "entry": entry}, rule.source)
        if name and name != e164:
            piece.plain["label"] = name


def _entry(draft: Draft, places: Places, departments: Departments, rule: Element, *, opened: Plain, name: str) -> Plain:
    """A time switch, when calls go elsewhere out of hours or on holidays."""
    given = {
        outcome: places.to(rule.child(key)) if rule.flag(flag) else None
        for outcome, flag, key in (
            ("closed", "AlterDestinationDuringOutOfOfficeHours", "OutOfOfficeHoursDestination"),
            ("holiday", "AlterDestinationDuringHolidays", "HolidaysDestination"),
        )
    }
    if not any(given.values()):
        return opened
    schedule = next(iter(departments.schedules), None)
    if schedule is None:
        rule.approximated("The hours by which it goes are not among what came in; it is taken to be open.")
        return opened
    identity = draft.free_id("nodes", f"{name} hours")
    closed = given["closed"] or opened
    plain: Plain = {"id": identity, "kind": "time_switch", "schedule": schedule, "open": opened, "closed": closed}
    holiday = given["holiday"] or closed
    draft.add("nodes", plain | ({"holiday": holiday} if holiday != closed else {}), rule.source)
    return {"node": identity}


def _trunk(draft: Draft, element: Element, written: str) -> str | None:
    """The id of a trunk by its name or number."""
    match = _TRUNK.fullmatch(written.strip())
    if match is None:
        return None
    identity = match[1] or re.sub(r"[^a-z0-9]+", "-", f"trunk-{match[2].lower()}").strip("-")[:40]
    if draft.find("trunks", identity) is None:
        piece = draft.add("trunks", {"id": identity}, element.source)
        question = f"What is the SIP host of the carrier of trunk {identity}?"
        piece.assume("host", "sip.example.net", "3CX keeps trunks in templates of their own.", question)
    return identity


def outbound(objects: Objects, draft: Draft) -> None:
    """Calls for help, and routes by the names of their rules."""
    emergency = draft.emergency.plain
    for rule in objects.all("OutboundRules"):
        trunks: list[str] = []
        strip = 0
        for route in rule.children("Routes"):
            found = _trunk(draft, route, route.text("TrunkName") or route.text("TrunkId"))
            trunks += [found] if found and found not in trunks else []
            strip = route.number("StripDigits") or strip
            for key in ("CallerID", "Prepend", "Append"):
                route.get(key)
        for key in ("Priority", "Id"):
            rule.get(key)
        if rule.flag("EmergencyRule"):
            _for_help(draft, emergency, rule, trunks, strip)
        else:
            _route(draft, rule, trunks)
    every = [str(piece.plain["id"]) for piece in draft.sections["trunks"]]
    if emergency.get("trunks") in (every, []):
        emergency.pop("trunks")
    for settings in objects.all("EmergencyNotificationsSettings"):
        settings.get("ChatRecipients")
        listed = [part.strip() for part in settings.text("SpecifiedList").split(",") if part.strip()]
        emergency["notify"] = [notice for part in listed if (notice := _notice(draft, part)) is not None]


def _notice(draft: Draft, part: str) -> Plain | None:
    if draft.find("extensions", part):
        return {"extension": part}
    if (address := email(part)) is not None:
        return {"email": address}
    number = draft.e164(part)
    return None if number is None else {"number": number}


def _for_help(draft: Draft, emergency: Plain, rule: Element, trunks: list[str], strip: int) -> None:
    dialled = rule.text("Prefix")
    rule.get("Name")
    number, prefix = dialled[strip:], dialled[:strip]
    if not re.fullmatch(r"[0-9*#]{1,15}", number):
        rule.approximated("It takes no number for help; it is left out.")
        return
    for key in ("numbers", "test_numbers", "accept_prefixes"):
        emergency.setdefault(key, [])
    key = "test_numbers" if number == "933" else "numbers"
    emergency[key] += [number] if number not in emergency[key] else []
    if prefix and prefix not in emergency["accept_prefixes"]:
        emergency["accept_prefixes"].append(prefix)
    emergency.setdefault("trunks", trunks)
    draft.emergency.notes.setdefault("", rule.source.imported())


def _route(draft: Draft, rule: Element, trunks: list[str]) -> None:
    name, before = shown(rule.text("Name")), rule.text("Prefix")
    rule.get("NumberLengthRanges")
    kind = "international" if before.endswith(("011", "00")) or name.endswith("international") else "national"
    base = name.removesuffix(f" {kind}") or "out"
    for abroad in ("011", "00"):
        if kind == "international" and before.endswith(abroad):
            before = before.removesuffix(abroad)
            break
    prefix = before if re.fullmatch(r"[0-9*#]{1,15}", before) else ""
    known: Piece | None = next((piece for piece in draft.sections["outbound"] if _called(piece) == base), None)
    if known is not None:
        if kind not in known.plain["classes"]:
            known.plain["classes"].append(kind)
        return
    identity = draft.free_id("outbound", base)
    plain: Plain = {"id": identity, "classes": [kind], "trunks": trunks}
    plain |= {"prefix": prefix} if prefix else {}
    draft.add("outbound", plain | ({"name": base} if base != identity else {}), rule.source)


def _called(piece: Piece) -> str:
    return str(piece.plain.get("name") or piece.plain["id"])
