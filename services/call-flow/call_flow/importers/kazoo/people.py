"""Users with their telephones, mailboxes, trunks and recordings."""

import re
from collections import Counter

from call_flow.export.labels import shown
from call_flow.flow.calendar import zone
from call_flow.importers.draft import Draft, Piece, Plain, email, slug
from call_flow.importers.element import Element
from call_flow.importers.kazoo.documents import Account

_NUMBER = re.compile(r"\d{1,12}")
_EXACT = re.compile(r"\^(?:\(\?:([0-9|\\*#]*)\)\?)?\(([0-9|\\*#]+)\)\$")


def read(account: Account, draft: Draft) -> None:
    """Put them into the draft."""
    _media(account, draft)
    numbers = extension_numbers(account)
    callbacks: Counter[str] = Counter()
    for identity, user in account.all("users").items():
        number = numbers.get(identity)
        if number is None:
            user.ignored("No callflow leads a number of its own to this user, so it is no extension.")
            continue
        _user(account, draft, identity, user, number=number, callbacks=callbacks)
    usual = callbacks.most_common(1)[0][0] if callbacks else None
    for piece in draft.sections["extensions"]:
        shows = piece.plain.get("caller_id", {})
        if shows.get("emergency") == usual:
            shows.pop("emergency", None)
        if not shows:
            piece.plain.pop("caller_id", None)
    if usual is not None:
        draft.emergency.plain["callback"] = usual
    _vmboxes(account, draft, numbers)
    _resources(account, draft)


def extension_numbers(account: Account) -> dict[str, str]:
    """The number of each user or device whose own callflow rings it."""
    found: dict[str, str] = {}
    for element in account.all("callflows").values():
        flow = element.peek("flow")
        listed = element.peek("numbers")
        if not isinstance(flow, dict) or not isinstance(listed, list):
            continue
        data = flow.get("data")
        owner = data.get("id") if isinstance(data, dict) and flow.get("module") in ("user", "device") else None
        number = next((str(item) for item in listed if _NUMBER.fullmatch(str(item)) and len(str(item)) <= 6), None)
        if owner is not None and number is not None:
            found.setdefault(str(owner), number)
    for identity, user in account.all("users").items():
        presence = str(user.peek("presence_id") or "")
        if identity not in found and _NUMBER.fullmatch(presence) and len(presence) <= 6:
            found[identity] = presence
    return found


def _user(
    account: Account, draft: Draft, identity: str, user: Element, *, number: str, callbacks: Counter[str]
) -> None:
    piece = draft.add("extensions", {"number": number}, user.source)
    user.get("id")
    user.get("presence_id")
    first, last = shown(user.text("first_name")), shown(user.text("last_name"))
    if last and last != number:
        piece.plain |= {"last": last} | ({"first": first} if first and first != number else {})
    elif first and first != number:
        piece.plain["display"] = first
    if (address := email(user.text("email"))) is not None:
        piece.put("email", address, user.at("email"))
    shows = user.child("caller_id")
    given: Plain = {}
    for use in ("external", "emergency", "internal"):
        part = shows.child(use) if shows else None
        if part is None:
            continue
        name, told = shown(part.text("name")), draft.e164(part.text("number"))
        if use == "internal":
            whole = f"{piece.plain.get('first', '')} {piece.plain.get('last', '')}".strip()
            if name and name not in (whole, piece.plain.get("display"), number) and not whole.startswith(name):
                piece.plain["display"] = name
        elif told is not None:
            given[use] = told
    if "emergency" in given:
        callbacks[given["emergency"]] += 1
    if given:
        piece.plain["caller_id"] = given
    _class(piece, user)
    devices = [(key, device) for key, device in account.all("devices").items() if device.peek("owner_id") == identity]
    _telephones(draft, piece, devices)
    directories = user.get("directories")
    if account.all("directories"):
        piece.plain["in_directory"] = bool(directories)


def _class(piece: Piece, user: Element) -> None:
    denied = user.child("call_restriction")
    names = {name for name, part in (denied.items() if denied else []) if part.text("action") == "deny"}
    if "did_us" in names or "unknown" in names:
        piece.plain["outbound"] = "internal"
    else:
        piece.plain["outbound"] = "national" if "international" in names else "international"


def _telephones(draft: Draft, piece: Piece, devices: list[tuple[str, Element]]) -> None:
    """The device of an extension, and numbers outside that ring with it."""
    followed: list[Plain] = []
    kinds: list[str] = []
    for _, device in devices:
        device.get("id")
        device.get("name")
        device.get("owner_id")
        kind = device.text("device_type")
        forward = device.child("call_forward")
        number = draft.e164(forward.text("number")) if forward and forward.flag("enabled") else None
        if number is not None and forward is not None:
            followed.append({"number": number, "delay_s": 0, "confirm": forward.flag("require_keypress")})
            for key in ("keep_caller_id", "substitute"):
                forward.get(key)
            continue
        kinds.append(kind)
    if not kinds:
        piece.plain["device"] = "none"
    elif kinds[0] in ("softphone", "fax"):
        piece.plain["device"] = kinds[0]
    if followed:
        piece.plain["follow_me"] = followed[:10]


def _media(account: Account, draft: Draft) -> None:
    # They have no order of their own.
    for element in sorted(account.all("media").values(), key=lambda element: str(element.peek("name"))):
        name = shown(element.text("name")) or element.text("id")
        language = element.text("language")
        code = (
            "-".join([language[:2].lower(), language[3:].upper()])
            if re.fullmatch(r"[a-zA-Z]{2}-[a-zA-Z]{2}", language)
            else ""
        )
        if code and "languages" not in draft.customer.plain:
            draft.customer.plain["languages"] = [code]
            draft.customer.notes["/languages"] = element.at("language").imported()
        told = element.child("tts")
        words = shown(told.text("text"), 4000) if told else ""
        identity = draft.free_id("prompts", name)
        piece = draft.add("prompts", {"id": identity, "texts": {code or draft.language: words}}, element.source)
        account.prompts[element.text("id") or str(element.peek("_id"))] = identity
        element.get("media_source")
        element.get("id")
        if not words:
            piece.plain |= {"file": f"{slug(name)}.wav", "state": "recorded"}
            reason = f"The recording {name[:100]} was not listened to."
            piece.assume("texts", piece.plain["texts"], reason, f"What does the recording {name[:80]} say?")


def prompt(account: Account, identity: str) -> str | None:
    """The prompt of a media document."""
    element = account.find("media", identity)
    if element is None:
        return None
    return account.prompts.get(identity)


def _vmboxes(account: Account, draft: Draft, numbers: dict[str, str]) -> None:
    for element in account.all("vmboxes").values():
        element.get("id")
        number = element.text("mailbox")
        if not _NUMBER.fullmatch(number):
            element.approximated("A mailbox has a number of up to twelve digits; this one is left out.")
            continue
        piece = draft.add("mailboxes", {"number": number}, element.source)
        name = shown(element.text("name"))
        if name and name != number:
            piece.plain["name"] = name
        mails = [address for text in element.texts("notify_email_addresses") if (address := email(text))]
        piece.plain |= {"email": list(dict.fromkeys(mails))[:20]} if mails else {}
        if element.flag("delete_after_notify"):
            piece.plain["delete_after_send"] = True
        media = element.child("media")
        if media is not None and (said := prompt(account, media.text("unavailable"))) is not None:
            piece.plain["unavailable_greeting"] = said
        owner = draft.find("extensions", numbers.get(element.text("owner_id"), ""))
        if owner is not None:
            owner.plain.setdefault("mailbox", number)
        if zone(element.text("timezone")) is None and element.peek("timezone"):
            element.approximated("Its time zone is not known.")


def _resources(account: Account, draft: Draft) -> None:
    by_name: dict[str, str] = {}
    named: list[tuple[Element, str | None]] = []
    for element in account.all("resources").values():
        element.get("id")
        gateway = next(iter(element.children("gateways")), None)
        flag = next(iter(element.texts("flags")), "")
        name = shown(element.text("name"))
        key = flag or name
        if key not in by_name and gateway is not None:
            by_name[key] = draft.free_id("trunks", key)
            piece = draft.add("trunks", {"id": by_name[key]}, element.source)
            if name and name != by_name[key]:
                piece.plain["name"] = name
            _gateway(piece, gateway)
        elif gateway is not None:
            gateway.read_all()
        named.append((element, by_name.get(key)))
    for element, trunk in sorted(named, key=lambda pair: pair[0].number("weight_cost") or 0):
        if element.flag("emergency"):
            _emergency(draft, element, trunk)
        else:
            _outbound(draft, element, trunk)
    if draft.emergency.plain.get("trunks") == list(by_name.values()):
        del draft.emergency.plain["trunks"]


def _gateway(piece: Piece, gateway: Element) -> None:
    host = gateway.text("server")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}", host):
        piece.plain["host"] = host
    port = gateway.number("port")
    if port is not None and 1 <= port <= 65_535:
        piece.plain["port"] = port
    user = gateway.text("username")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", user):
        piece.plain |= {"username": user}
    for key in ("enabled", "invite_format", "realm"):
        gateway.get(key)


def _emergency(draft: Draft, element: Element, trunk: str | None) -> None:
    match = next((found for rule in element.texts("rules") if (found := _EXACT.fullmatch(rule))), None)
    plain = draft.emergency.plain
    if trunk is not None:
        plain.setdefault("trunks", []).append(trunk)
    if match is None:
        element.approximated("Which numbers it takes cannot be told from its rules.")
        return
    numbers = match[2].replace("\\", "").split("|")
    tests = [number for number in numbers if number == "933"]
    plain |= {
        "numbers": [number for number in numbers if number not in tests], "test_numbers": tests,
        "accept_prefixes": [part for part in (match[1] or "").replace("\\", "").split("|") if part],
    }  # fmt: skip
    draft.emergency.notes[""] = element.source.imported()


def _outbound(draft: Draft, element: Element, trunk: str | None) -> None:
    """A resource takes the numbers that its rules match: national ones, or those abroad."""
    rules = element.texts("rules")
    if trunk is None or not rules:
        return
    code = draft.calling_code
    classes = ["national" for rule in rules if rule.startswith((rf"^\+?{code}", rf"^\+{code}", f"^{code}"))]
    classes += ["international" for rule in rules if r"\+?(" in rule or "011" in rule or "^00" in rule]
    if len(classes) < len(rules):
        element.approximated("Which calls it takes is kept as national or international.")
    known = next((piece for piece in draft.sections["outbound"] if piece.plain["classes"] == _sorted(classes)), None)
    if known is not None:
        known.plain["trunks"].append(trunk)
        return
    identity = draft.free_id("outbound", "out")
    draft.add("outbound", {"id": identity, "classes": _sorted(classes), "trunks": [trunk]}, element.source)


def _sorted(classes: list[str]) -> list[str]:
    return sorted(set(classes), reverse=True) or ["national"]
