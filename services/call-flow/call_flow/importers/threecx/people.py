"""Users: extensions with their mailboxes, mailboxes alone, and numbers outside."""

import re

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Draft, Piece, Plain, email
from call_flow.importers.element import Element
from call_flow.importers.threecx.objects import Objects
from call_flow.importers.threecx.places import Places

_NUMBER = re.compile(r"\d{1,12}")


def read(objects: Objects, draft: Draft, places: Places) -> None:
    """Put them into the draft. Where their calls go on is said by `settle`."""
    for user in objects.all("Users"):
        dn = user.text("Number")
        outside = _forwards(draft, user)
        if outside is not None:
            places.outside[dn] = outside
        elif not _NUMBER.fullmatch(dn):
            user.approximated("It has no number of up to twelve digits; it is left out.")
        elif user.flag("VMEnabled") and not {"AuthID", "ForwardingProfiles"} & user.value.keys():
            _mailbox(draft, user, dn, _name(user, dn))
        else:
            _extension(draft, user, dn)


def _forwards(draft: Draft, user: Element) -> str | None:
    """The number outside that an extension stands for: it forwards every call."""
    if user.text("CurrentProfileName") != "Away":
        return None
    for profile in user.children("ForwardingProfiles"):
        route = profile.child("AwayRoute") if profile.text("Name") == "Away" else None
        where = (route.child("External") or route.child("Internal")) if route else None
        number = draft.e164(where.text("External")) if where else None
        if number is not None and route is not None:
            for key in ("FirstName", "LastName", "Enabled", "HideInPhonebook", "VMEnabled", "AuthID"):
                user.get(key)
            for key in ("AllHoursExternal", "AllHoursInternal"):
                route.get(key)
            for part in (route.child("External"), route.child("Internal")):
                if part is not None:
                    part.read_all()
            return number
    return None


def _name(user: Element, dn: str) -> str:
    words = shown(f"{user.text('FirstName')} {user.text('LastName')}")
    return "" if words == dn else words


def _extension(draft: Draft, user: Element, dn: str) -> None:
    piece = draft.add("extensions", {"number": dn}, user.source)
    first, last = shown(user.text("FirstName")), shown(user.text("LastName"))
    if last:
        piece.plain |= {"last": last} | ({"first": first} if first else {})
    elif first and first != dn:
        piece.plain["display"] = first
    user.get("Enabled")
    piece.plain["in_directory"] = not user.flag("HideInPhonebook")
    if (address := email(user.text("EmailAddress"))) is not None:
        piece.put("email", address, user.at("EmailAddress"))
    if (shows := draft.e164(user.text("OutboundCallerID"))) is not None:
        piece.plain["caller_id"] = {"external": shows}
    mobile = draft.e164(user.text("Mobile"))
    profile = _profile(user)
    rings_mobile = profile is not None and profile.flag("RingMyMobile")
    if mobile is not None and rings_mobile:
        piece.plain["follow_me"] = [{"number": mobile, "delay_s": 0, "confirm": False}]
    elif mobile is not None:
        piece.put("mobile", mobile, user.at("Mobile"))
    seconds = profile.number("NoAnswerTimeout") if profile else None
    if seconds is not None and 1 <= seconds <= 600 and profile is not None:
        piece.put("ring_s", seconds, profile.at("NoAnswerTimeout"))
    if user.flag("VMEnabled"):
        _mailbox(draft, user, dn, _name(user, dn))
        piece.plain["mailbox"] = dn


def _profile(user: Element) -> Element | None:
    profiles = user.children("ForwardingProfiles")
    found = next((item for item in profiles if item.text("Name") == "Available"), next(iter(profiles), None))
    for other in profiles:
        if other is not found:
            other.ignored("Extensions are imported as they are when available.")
            other.was_read = True
    return found


def _mailbox(draft: Draft, user: Element, dn: str, name: str) -> None:
    piece = draft.add("mailboxes", {"number": dn}, user.source)
    for key in ("Enabled", "HideInPhonebook", "FirstName", "LastName"):
        user.get(key)
    if name:
        piece.plain["name"] = name
    option = user.text("VMEmailOptions")
    address = email(user.text("EmailAddress"))
    if address is not None and option not in ("", "None"):
        piece.plain |= {"email": [address], "attach": option != "Notification"}
        piece.plain["delete_after_send"] = option == "AttachmentAndDelete"


def settle(objects: Objects, draft: Draft, places: Places) -> None:
    """Where calls go that extensions do not take."""
    for user in objects.all("Users"):
        piece = draft.find("extensions", user.text("Number"))
        profile = _profile(user)
        route = profile.child("AvailableRoute") if profile else None
        if piece is not None and route is not None and user.text("Number") not in places.outside:
            _route(places, piece, route)


def _route(places: Places, piece: Piece, route: Element) -> None:
    box = piece.plain.get("mailbox")
    given: dict[str, Plain] = {}
    for outcome, word in (("no_answer", "NoAnswer"), ("busy", "Busy"), ("offline", "NotRegistered")):
        route.get(f"{word}AllCalls")
        outside, inside = route.child(f"{word}External"), route.child(f"{word}Internal")
        given[outcome] = places.to(outside or inside)
        if outside is not None and inside is not None and places.to(inside) != given[outcome]:
            route.approximated("Calls from inside go on as those from outside do.")
    for outcome, to in given.items():
        usual: Plain = {"mailbox": box} if box is not None else dict(END)
        if outcome != "no_answer" and "on_no_answer" in piece.plain:
            usual = given["no_answer"]
        if to != usual:
            piece.plain[f"on_{outcome}"] = to
