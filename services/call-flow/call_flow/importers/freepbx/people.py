"""Extensions with their mailboxes and the numbers that ring with them."""

import re
from collections import Counter

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Draft, Piece, Plain, email
from call_flow.importers.element import Element
from call_flow.importers.freepbx.places import Places
from call_flow.importers.freepbx.tables import Tables

_NUMBER = re.compile(r"\d{1,12}")
_WAYS = (("on_no_answer", "noanswer_dest"), ("on_busy", "busy_dest"), ("on_offline", "chanunavail_dest"))
_SECONDS = 20


def read(tables: Tables, draft: Draft) -> None:
    """Put them into the draft."""
    devices = tables.by("devices", "id")
    callbacks: Counter[str] = Counter()
    for row in tables.all("users"):
        number = row.text("extension")
        if not _NUMBER.fullmatch(number):
            row.approximated("An extension has a number of up to twelve digits; this one is left out.")
            continue
        if row.text("tech") == "virtual" and not row.text("ringtimer") and row.flag("voicemail_enable"):
            _mailbox(draft, row, number, shown(row.text("name")))
            continue
        _extension(draft, row, number, devices.get(number), callbacks)
    usual = callbacks.most_common(1)[0][0] if callbacks else None
    if usual is not None:
        draft.emergency.plain["callback"] = usual
    for piece in draft.sections["extensions"]:
        shows = piece.plain.get("caller_id", {})
        if shows.get("emergency") == usual:
            shows.pop("emergency", None)
        if not shows:
            piece.plain.pop("caller_id", None)
    for row in tables.all("mailboxes"):
        if "extension" not in row.value and _NUMBER.fullmatch(row.name):
            _mailbox(draft, row, row.name, shown(row.text("name")))
            owner = draft.find("extensions", row.name)
            if owner is not None:
                owner.plain["mailbox"] = row.name
    for row in tables.all("followed"):
        number = row.text("extension") or row.text("grpnum") or row.name
        owner = draft.find("extensions", number)
        if owner is not None and "follow_me" not in owner.plain:
            _follow(draft, owner, row, "findmefollow_" if "findmefollow_grplist" in row.value else "")


def _extension(draft: Draft, row: Element, number: str, device: Element | None, callbacks: Counter[str]) -> None:
    piece = draft.add("extensions", {"number": number}, row.source)
    for key in ("description", "voicemail", "callwaiting_enable"):
        row.get(key)
    name = shown(row.text("name"))
    if name and name != number:
        piece.put("display", name, row.at("name"))
    tech = row.text("tech") or (device.text("tech") if device else "")
    if tech in ("virtual", "custom"):
        piece.plain["device"] = "none"
    for key in ("dial", "devicetype", "user", "description", "id"):
        if device is not None:
            device.get(key)
    seconds = row.number("ringtimer")
    piece.plain["ring_s"] = seconds if seconds is not None and 1 <= seconds <= 600 else _SECONDS
    shows: Plain = {}
    external = draft.e164(_digits(row.text("outboundcid")))
    emergency = draft.e164(_digits(row.text("emergency_cid") or (device.text("emergency_cid") if device else "")))
    if external is not None:
        shows["external"] = external
    if emergency is not None:
        shows["emergency"] = emergency
        callbacks[emergency] += 1
    if shows:
        piece.plain["caller_id"] = shows
    has_box = row.flag("voicemail_enable") or str(row.peek("voicemail") or "") not in ("", "novm", "disabled")
    if has_box:
        piece.plain["mailbox"] = number
        _mailbox(draft, row, number, "")
    if row.peek("findmefollow_grplist"):
        _follow(draft, piece, row, "findmefollow_")


def _digits(text: str) -> str:
    """The number of a caller id, which may stand in brackets after a name."""
    match = re.search(r"<([^>]*)>", text)
    return match[1] if match else text


def _mailbox(draft: Draft, row: Element, number: str, name: str) -> None:
    if draft.find("mailboxes", number):
        piece = draft.find("mailboxes", number)
    else:
        piece = draft.add("mailboxes", {"number": number}, row.source)
    assert piece is not None  # noqa: S101 - found or made
    for key in ("voicemail_enable", "voicemail", "description", "tech", "extension", "name"):
        row.get(key)
    if name and name != number:
        piece.plain["name"] = name
    addresses = [address for part in row.text("voicemail_email").split(",") if (address := email(part))]
    if addresses:
        piece.plain["email"] = addresses[:20]
    options = dict(option.partition("=")[::2] for option in re.split(r"[|,]", row.text("voicemail_options")))
    if "attach" in options and addresses:
        piece.plain["attach"] = options["attach"] == "yes"
    if options.get("delete") == "yes":
        piece.plain["delete_after_send"] = True


def _follow(draft: Draft, piece: Piece, row: Element, before: str) -> None:
    """Numbers that ring with an extension. Those inside are groups, which a flow has besides."""
    if before and row.peek(f"{before}enabled") is not None and not row.flag(f"{before}enabled"):
        row.get(f"{before}grplist")
        return
    delay = row.number(f"{before}pre_ring") or 0
    confirm = row.flag(f"{before}needsconf")
    for key in ("grptime", "strategy", "postdest", "annmsg_id", "dring", "ringing"):
        row.get(f"{before}{key}")
    followed: list[Plain] = []
    for part in re.split(r"[-\n]", row.text(f"{before}grplist")):
        member = part.strip()
        if not member.endswith("#"):
            if member and member != piece.plain["number"]:
                row.approximated(f"{member[:20]} does not ring with it: only numbers outside follow an extension.")
            continue
        number = draft.e164(member.rstrip("#"))
        if number is not None:
            followed.append({"number": number, "delay_s": max(0, delay), "confirm": confirm})
    if followed:
        piece.plain["follow_me"] = followed[:10]


def settle(tables: Tables, draft: Draft, places: Places) -> None:
    """Where calls go that extensions do not take."""
    for row in tables.all("users"):
        piece = draft.find("extensions", row.text("extension"))
        if piece is None:
            continue
        for key, column in _WAYS:
            told = row.text(column)
            if not told:
                continue
            to = places.to(told, row)
            # A call that ends there was not answered: that is so without being said, unless there is a mailbox.
            if to != END or "mailbox" in piece.plain:
                piece.plain[key] = to
