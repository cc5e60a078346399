"""Extensions, mailboxes and places of our own export."""

import re
from collections import Counter
from dataclasses import dataclass

from call_flow.export.asterisk.escape import spelled
from call_flow.importers.asterisk.configuration import Section, Setting
from call_flow.importers.asterisk.own.steps import NotOurs, Own, Written, called, legs_of
from call_flow.importers.draft import Draft, Piece, Plain

_CALLER = re.compile(r"(.*) <(\d+)>")
_RINGS = re.compile(r"Gosub\(ring,s,1\(\d+,(\d+)(?:,U\(confirm\))?\)\)")
_WAIT = re.compile(r"Wait\((\d+)\)")
_ELEMENT = re.compile(r'([A-Za-z0-9]+)="([^"]*)"')
_ADDRESS = {"country": "country", "A1": "state", "A3": "city", "RD": "street", "HNO": "house_number",
            "PC": "postal_code", "BLD": "building"}  # fmt: skip
_LOCATION = {"LOC": "name", "FLR": "floor", "UNIT": "unit", "ROOM": "room"}


@dataclass(frozen=True)
class Phone:
    """A telephone of pjsip.conf."""

    section: Section
    variables: dict[str, str]


def phones(sections: list[Section]) -> dict[str, Phone]:
    """The telephones by their numbers."""
    found: dict[str, Phone] = {}
    for section in sections:
        if section.name.isdecimal() and section.value("callerid"):
            pairs = (setting.value.partition("=") for setting in section.all("set_var"))
            found.setdefault(section.name, Phone(section, {name.strip(): value for name, _, value in pairs}))
    return found


def extensions(own: Own, draft: Draft, known: dict[str, Phone], names: dict[str, str]) -> None:
    """Every extension; `names` are those by which the directory of staff knows them."""
    own_number = next((str(piece.plain["e164"]) for piece in draft.sections["numbers"]), None)
    callback = Counter(phone.variables["EMERGENCY_ID"] for phone in known.values() if "EMERGENCY_ID" in phone.variables)
    usual = callback.most_common(1)[0][0] if callback else None
    if usual is not None and usual != own_number:
        draft.emergency.plain["callback"] = usual
    for context in own.dialplan.contexts:
        if not context.startswith("dial-"):
            continue
        number = context.removeprefix("dial-")
        piece = draft.add("extensions", {"number": number}, own.source(context))
        phone = known.get(number)
        if phone is None:
            piece.plain["device"] = "none"
            if number in names:
                piece.plain["display"] = names[number].replace("\N{NO-BREAK SPACE}", " ")
        else:
            _of_phone(draft, piece, phone, own_number, usual or own_number)
        _named(piece, names.get(number))
        try:
            _outcomes(own, piece, own.steps(context), phone is not None)
        except NotOurs:
            draft.ledger.approximated(
                own.source(context), "It is not as the export writes it: calls go to its mailbox."
            )


def _of_phone(draft: Draft, piece: Piece, phone: Phone, own_number: str | None, usual: str | None) -> None:
    section = phone.section
    caller = section.get("callerid")
    match = _CALLER.fullmatch(caller.value) if caller else None
    if caller is not None and match is not None and match[1] != piece.plain["number"]:
        piece.put("display", match[1], caller.source)
    if (told := section.get("context")) is not None:
        piece.put("outbound", told.value.removeprefix("phones-"), told.source)
    if (box := phone.variables.get("MAILBOX")) is not None:
        piece.plain["mailbox"] = box
    if (place := section.get("geoloc_incoming_call_profile")) is not None:
        site, _, location = place.value.removeprefix("place-").partition(".")
        if draft.find("sites", site):
            piece.put("site", site, place.source)
            piece.plain |= {"location": location} if location else {}
    shows = {
        name: number
        for name, number, expected in (
            ("external", phone.variables.get("EXTERNAL_ID"), own_number),
            ("emergency", phone.variables.get("EMERGENCY_ID"), usual),
        )
        if number is not None and number != expected
    }
    if shows:
        piece.plain["caller_id"] = shows


def _named(piece: Piece, listed: str | None) -> None:
    """First and last name, where the directory tells which is which."""
    piece.plain["in_directory"] = listed is not None or "display" not in piece.plain
    words = str(piece.plain.get("display", "")).split()
    if listed is None or not words:
        return
    # Where a name was cut off, or says more than keys can spell, the last word is the last name.
    split = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) - 1, -1, -1))
    usual = (" ".join(words[:-1]), words[-1])
    first, last = next((names for names in split if spelled(*names) == listed), usual)
    piece.plain |= ({"first": first} if first else {}) | {"last": last}
    note = piece.notes.pop("/display", None)
    if f"{first} {last}".strip() == piece.plain["display"]:
        del piece.plain["display"]
    if note is not None:
        piece.notes["/last"] = note


def _outcomes(own: Own, piece: Piece, steps: list[Written], has_phone: bool) -> None:
    legs = legs_of(steps)
    if legs is not None:
        _follow_me(own, piece, legs)
    elif (rings := _RINGS.fullmatch(steps[0].text)) is not None:
        piece.plain["ring_s"] = int(rings[1])
    rest = [step for step in steps if not re.match(r"GotoIf|Gosub|Set\((?:__LEGS|GOSUB_RETVAL|SHARED)|Dial", step.text)]
    if not has_phone:
        to = own.goes(rest)
        if set(to) <= {"mailbox", "greeting"} and to.get("greeting") is None and "mailbox" in to:
            piece.plain["mailbox"] = to["mailbox"]
        elif to != {"hangup": "no_answer"}:
            piece.plain["on_no_answer"] = to
        return
    box = piece.plain.get("mailbox")
    given = {"no_answer": own.goes(rest), "busy": own.at(steps, "busy"), "offline": own.at(steps, "offline")}
    for outcome, to in given.items():
        usual: Plain = {"hangup": "busy" if outcome == "busy" else "no_answer"}
        if box is not None:
            usual = {"mailbox": box} | ({"greeting": "busy"} if outcome == "busy" else {})
        if "on_no_answer" in piece.plain:
            usual = given["no_answer"]
        if to != usual:
            piece.plain[f"on_{outcome}"] = to


def _follow_me(own: Own, piece: Piece, legs: str) -> None:
    followed: list[Plain] = []
    for name in own.extensions(legs):
        steps = own.steps(legs, name)
        wait = _WAIT.fullmatch(steps[0].text)
        text = steps[1 if wait else 0].text
        rings, call = _RINGS.fullmatch(text), called(text)
        if rings is not None:
            piece.plain["ring_s"] = int(rings[1])
        elif call is not None:
            piece.plain["ring_s"] = call.seconds
            followed.append({"number": call.number, "delay_s": int(wait[1]) if wait else 0, "confirm": call.confirm})
        else:
            raise NotOurs
    piece.plain["follow_me"] = followed


def mailboxes(own: Own, draft: Draft, section: Section | None) -> None:
    """Every mailbox, from its line in voicemail.conf and its context."""
    for setting in section.settings if section else []:
        context = f"mailbox-{setting.name}"
        if not setting.name.isdecimal() or context not in own.dialplan.contexts:
            draft.ledger.approximated(setting.source, "The dialplan does not lead to this mailbox; it is left out.")
            continue
        piece = draft.add("mailboxes", {"number": setting.name}, setting.source)
        _mailbox(piece, setting)
        try:
            steps = own.steps(context)
        except NotOurs:
            steps = []
        label = ""
        for step in steps:
            label = step.label or label
            match = re.fullmatch(r"Background\(custom/([a-z][a-z0-9-]*)\)", step.text)
            if match is not None and label in ("busy", "unavailable"):
                piece.put(f"{label}_greeting", match[1], own.source(context))
        if "o" in own.extensions(context):
            piece.put("operator", own.goes(own.steps(context, "o")), own.source(context))


def _mailbox(piece: Piece, setting: Setting) -> None:
    _, name, mails, _, told, *_ = [*setting.value.split(","), "", "", "", "", ""]
    options = dict(option.partition("=")[::2] for option in told.split("|"))
    if name:
        piece.plain["name"] = name.replace("\\;", ";")
    if mails:
        piece.plain["email"] = mails.split("|")
    piece.plain["attach"] = options.get("attach") == "yes"
    piece.plain["delete_after_send"] = options.get("delete") == "yes"
    if options.get("maxsecs", "").isdecimal():
        piece.plain["max_s"] = int(options["maxsecs"])


def zones(section: Section | None, named: Section | None) -> dict[str, str]:
    """The zone of each mailbox."""
    by_name = {setting.name: setting.value.partition("|")[0] for setting in named.settings} if named else {}
    found: dict[str, str] = {}
    for setting in section.settings if section else []:
        match = re.search(r"\btz=(\w+)", setting.value)
        if match and match[1] in by_name:
            found[setting.name] = by_name[match[1]]
    return found


def sites(draft: Draft, sections: list[Section]) -> None:
    """Sites with their locations, from the addresses of geolocation.conf."""
    for section in sections:
        if not section.name.startswith("address-"):
            continue
        site, _, location = section.name.removeprefix("address-").partition(".")
        elements = {name: value.replace("\\;", ";") for name, value in _ELEMENT.findall(section.value("location_info"))}
        piece = draft.find("sites", site)
        if piece is None:
            address = {key: elements[name] for name, key in _ADDRESS.items() if name in elements}
            plain: Plain = {"id": site, "name": elements.get("NAM", ""), "address": address, "locations": []}
            piece = draft.add("sites", plain, section.source)
        if location:
            found = {key: elements[name] for name, key in _LOCATION.items() if name in elements}
            piece.plain["locations"].append({"name": "", **found, "id": location})
