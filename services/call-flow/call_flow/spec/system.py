"""What the system itself needs: numbers, trunks, calls outward, emergency calls, numbering."""

from call_flow.flow.emergency_numbers import UNITED_STATES
from call_flow.flow.model import FeatureCodes
from call_flow.spec import people
from call_flow.spec.country import emergency_numbers
from call_flow.spec.customers import only_site
from call_flow.spec.draft import Draft, Piece, Plain
from call_flow.spec.telephone import e164, is_toll_free, nobodys
from call_flow.spec.ways import Ways

_PREFIX_OF_911 = ("9",)
#: Answered by a machine that reads out number and address; only in the USA.
_TEST = ("933",)


def numbers(draft: Draft, ways: Ways) -> None:
    """The customer's numbers with the entries they have, and those of extensions."""
    country = str(draft.customer.plain["country"])
    for position, wish in enumerate(draft.spec.numbers):
        pointer = f"/numbers/{position}"
        plain = wish.model_dump(mode="json", exclude_none=True, exclude={"entry"})
        piece = draft.add("numbers", plain)
        with draft.reading(f"{pointer}/e164"):
            plain["e164"] = e164(wish.e164, country)
        if "kind" not in plain and is_toll_free(plain["e164"]):
            piece.put("kind", "toll_free", "assumed", f"{plain['e164']} is toll-free by its number plan.")
        if wish.entry is not None and (way := ways.read(f"{pointer}/entry", wish.entry, f"number-{position + 1}")):
            plain["entry"] = way.destination
        only_site(draft, piece)


def main_number(draft: Draft, entry: Plain | None, first: str | None) -> None:
    """Numbers without an entry get one; where no number is known, one that belongs to nobody stands for it."""
    known = {piece.plain["e164"] for piece in draft.sections["numbers"]}
    direct = [p.plain for p in draft.sections["extensions"] if "did" in p.plain and p.plain["did"] not in known]
    if not known:
        taken = {plain["did"] for plain in direct}
        placeholder = nobodys(str(draft.customer.plain["country"]), taken)
        piece = draft.add("numbers", {"e164": placeholder, "label": "Main number"})
        only_site(draft, piece)
        piece.note("", "assumed", f"No telephone number was given: {placeholder} stands for it and reaches nobody.",
                   "Which number do customers call?")  # fmt: skip
    for piece in draft.sections["numbers"]:
        if "entry" not in piece.plain:
            _enter(piece, entry, first)
    for plain in direct:
        number = {"e164": plain["did"], "entry": {"extension": plain["number"]}}
        only_site(draft, draft.add("numbers", number))


def _enter(piece: Piece, entry: Plain | None, first: str | None) -> None:
    if entry is not None:
        piece.put("entry", entry, "assumed", "Numbers without an entry of their own begin as the main number does.")
    else:
        piece.put(
            "entry", {"node": first}, "assumed", f"Calls begin at '{first}', the first node.", "Where do calls begin?"
        )


def trunks(draft: Draft) -> None:
    """Ways to the telephone network, and which calls take them."""
    spec = draft.spec
    if spec.trunk is not None and spec.trunks is not None:
        draft.refuse("/trunk", "Give either trunk or trunks.")
    told = spec.trunks if spec.trunks is not None else [spec.trunk] if spec.trunk else None
    for number, wish in enumerate(told or [], 1):
        plain = wish.model_dump(mode="json", exclude_none=True)
        piece = draft.add("trunks", plain)
        if wish.id is None:
            name = "carrier" if number == 1 else f"carrier-{number}"
            piece.put("id", name, "default", f"The trunk is called '{name}'.")
        if wish.host is None:
            reason = "The provider's host is not known; sip.example.net stands for it."
            piece.put("host", "sip.example.net", "assumed", reason, "What is the host of the provider's SIP server?")
    if told is None:
        reason = "Nothing is known of the telephone provider; a trunk to sip.example.net stands for it."
        draft.add("trunks", {"id": "carrier"}).note("", "assumed", reason, "Who is the telephone provider?")
    for route in spec.outbound or []:
        draft.add("outbound", route.model_dump(mode="json", exclude_unset=True))
    if spec.outbound is None and draft.sections["trunks"]:
        _outward(draft)


def _outward(draft: Draft) -> None:
    classes = ["national"]
    if any(piece.plain.get("outbound") == "international" for piece in draft.sections["extensions"]):
        classes.append("international")
    plain: Plain = {"id": "outward", "classes": classes, "trunks": [p.plain["id"] for p in draft.sections["trunks"]]}
    if draft.spec.numbering is not None and draft.spec.numbering.outbound_prefix is not None:
        plain["prefix"] = draft.spec.numbering.outbound_prefix
    reason = f"Telephones may call outside ({' and '.join(classes)}), by the trunks in their order."
    draft.add("outbound", plain).note("", "default", reason, "Who may call abroad?" if len(classes) == 1 else None)


def emergency(draft: Draft) -> None:
    """Calls for help."""
    country, piece, wish = str(draft.customer.plain["country"]), draft.emergency, draft.spec.emergency
    if wish is not None:
        piece.plain = wish.model_dump(mode="json", exclude_none=True)
        for number, notice in enumerate(piece.plain.get("notify", [])):
            if "number" in notice:
                with draft.reading(f"/emergency/notify/{number}"):
                    notice["number"] = e164(notice["number"], country)
        if wish.callback is not None:
            with draft.reading("/emergency/callback"):
                piece.plain["callback"] = e164(wish.callback, country)
    given = set(piece.plain)
    if "numbers" not in given:
        found = list(emergency_numbers(country))
        piece.put("numbers", found, "default", f"The emergency numbers of {country} are {', '.join(found)}.")
    if "test_numbers" not in given:
        found = list(_TEST) if country in UNITED_STATES else []
        shown = f"A test call for the emergency address goes to {found[0]}." if found else "There is no test number."
        piece.put("test_numbers", found, "default", shown)
    if "accept_prefixes" not in given:
        said = draft.spec.numbering.outbound_prefix if draft.spec.numbering else None
        found = list(_PREFIX_OF_911) if country in (*UNITED_STATES, "CA") else [said] if said else []
        after = f" and after {', '.join(found)}" if found else ""
        piece.put("accept_prefixes", found, "default", f"Emergency numbers are dialled directly{after}.")
    if "callback" not in given and draft.sections["numbers"]:
        _call_back(draft)
    if "notify" not in given and (voices := people.voices(draft)):
        reason = f"When somebody calls for help, extension {voices[0]} rings too."
        piece.put("notify", [{"extension": voices[0]}], "assumed", reason, "Who is told of an emergency call?")


def _call_back(draft: Draft) -> None:
    """Emergency services call back the first number that says where it is, and telephones elsewhere at their site."""
    numbers = [piece.plain for piece in draft.sections["numbers"]]
    local = [plain for plain in numbers if plain.get("kind", "voice") == "voice"] or numbers
    first = local[0]
    reason = f"Emergency services call back {first['e164']}."
    draft.emergency.put("callback", first["e164"], "assumed", reason, "Whom do they reach there?")
    at_sites: dict[str, str] = {}
    for plain in local:
        at_sites.setdefault(str(plain.get("site")), plain["e164"])
    for piece in draft.sections["extensions"]:
        site = piece.plain.get("site")
        shown = piece.plain.get("caller_id", {})
        if site in at_sites and site != first.get("site") and "emergency" not in shown:
            piece.plain["caller_id"] = shown | {"emergency": at_sites[site]}
            piece.note("/caller_id/emergency", "assumed", f"Emergency services call back {at_sites[site]} at '{site}'.")


def numbering(draft: Draft) -> None:
    """Digits, parking and codes."""
    spec, piece = draft.spec, draft.numbering
    if spec.numbering is not None:
        piece.plain = spec.numbering.model_dump(mode="json", exclude_unset=True)
    if "extension_digits" not in piece.plain:
        digits = people.digits(draft)
        piece.put("extension_digits", digits, "assumed", f"Extensions have {digits} digits.")
    if "parking" not in piece.plain:
        _parking(draft)
    if spec.feature_codes is not None:
        draft.feature_codes.plain = spec.feature_codes.model_dump(mode="json", exclude_unset=True)
    else:
        draft.feature_codes.plain = FeatureCodes().model_dump(mode="json")
        draft.feature_codes.note("", "default")


def _parking(draft: Draft) -> None:
    """A place and slots that no extension, mailbox or room has, nor begins with or begins."""
    digits = int(draft.numbering.plain["extension_digits"])
    slots = int(draft.numbering.plain.get("parking_slots", 20 if digits > 2 else 8))
    taken = {piece.plain["number"] for name in ("extensions", "mailboxes") for piece in draft.sections[name]}
    taken |= {room for node in draft.spec.nodes if (room := getattr(node, "room", None))}
    taken |= set(draft.emergency.plain.get("numbers", []))
    lengths = (digits, digits + 1, digits + 2)
    for length in lengths:
        for first in "78563429":
            start = int(first) * 10 ** (length - 1)
            if not _meets(taken, start, slots):
                break
        else:
            continue
        break
    piece = draft.numbering
    piece.put(
        "parking",
        str(start),
        "default",
        f"Calls are parked on {start}, to be taken from {start + 1} to {start + slots}.",
    )
    if "parking_slots" not in piece.plain:
        piece.put("parking_slots", slots, "default", f"So many calls can be parked: {slots}.")


def _meets(taken: set[str], start: int, slots: int) -> bool:
    ours = {str(number) for number in range(start, start + slots + 1)}
    begun = {number[:length] for number in ours for length in range(1, len(number) + 1)}
    return any(number in begun or number[: len(str(start))] in ours for number in taken)
