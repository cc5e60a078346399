"""Extensions, their mailboxes and the general mailbox."""

from collections import Counter
from typing import Any

from call_flow.spec.country import emergency_numbers
from call_flow.spec.customers import only_site
from call_flow.spec.draft import Draft, Piece
from call_flow.spec.telephone import e164
from call_flow.spec.wishes import ExtensionWish, MailboxWish

_NO_VOICE = ("none", "fax", "door")
#: With what the number of a general mailbox begins, the first that is free.
_GENERAL = "6589432"
_AS_THEY_ARE = (
    "number", "first", "last", "display", "email", "site", "location", "device", "ring_s", "in_directory", "outbound",
)  # fmt: skip


def extensions(draft: Draft) -> None:
    """The extensions; those without a number get the next free ones."""
    given = {item.number for item in draft.spec.extensions if item.number is not None}
    given |= {box.number for box in draft.spec.mailboxes or []}
    helplines = emergency_numbers(str(draft.customer.plain["country"]))
    following = max((int(number) for number in given if len(number) < 8), default=100) + 1
    for position, wish in enumerate(draft.spec.extensions):
        pointer = f"/extensions/{position}"
        piece = draft.add("extensions", wish.model_dump(mode="json", include=set(_AS_THEY_ARE), exclude_none=True))
        if wish.number is None:
            if not (wish.name or wish.first or wish.last or wish.display):
                draft.refuse(pointer, "An extension is told by its number or its name.")
            while str(following) in given or str(following).startswith(helplines):
                following += 1
            given.add(str(following))
            piece.put(
                "number", str(following), "assumed", "Extensions without a number got the next free ones.",
                "Which extension number has each person?",
            )  # fmt: skip
        _name(draft, piece, wish, pointer)
        _numbers(draft, piece, wish, pointer)
        only_site(draft, piece)


def _name(draft: Draft, piece: Piece, wish: ExtensionWish, pointer: str) -> None:
    if wish.name is None:
        return
    if wish.first or wish.last:
        draft.refuse(f"{pointer}/name", "Give either name, or first and last.")
    first, comma, last = (part.strip() for part in wish.name.partition(","))
    if comma and first and last:
        piece.plain |= {"first": last, "last": first}
    else:
        words = wish.name.split()
        piece.plain |= (
            {"first": words[0], "last": " ".join(words[1:])} if len(words) > 1 else {"last": wish.name.strip()}
        )
    piece.said |= {f"/{part}": f"{pointer}/name" for part in ("first", "last") if part in piece.plain}


def _numbers(draft: Draft, piece: Piece, wish: ExtensionWish, pointer: str) -> None:
    country = str(draft.customer.plain["country"])
    for name in ("did", "mobile"):
        if (told := getattr(wish, name)) is not None:
            with draft.reading(f"{pointer}/{name}"):
                piece.plain[name] = e164(told, country)
    if wish.caller_id is not None:
        piece.plain["caller_id"] = {}
        for name in ("external", "emergency"):
            if (told := getattr(wish.caller_id, name)) is not None:
                with draft.reading(f"{pointer}/caller_id/{name}"):
                    piece.plain["caller_id"][name] = e164(told, country)
    if wish.follow_me is not None:
        piece.plain["follow_me"] = []
        for number, place in enumerate(wish.follow_me):
            with draft.reading(f"{pointer}/follow_me/{number}/number"):
                told = place.model_dump(exclude_none=True) | {"number": e164(place.number, country)}
                piece.plain["follow_me"].append(told)


def mailboxes(draft: Draft) -> None:
    """The mailboxes that are given, and one for each extension that shall have its own."""
    spec = draft.spec
    for box in spec.mailboxes or []:
        draft.add("mailboxes", box.model_dump(mode="json", exclude_unset=True))
    kept = {box.number for box in spec.mailboxes or []}
    is_usual = spec.voicemail is None and spec.mailboxes is None
    shared = spec.mailbox.number if spec.mailbox else None
    for wish, piece in zip(spec.extensions, draft.sections["extensions"], strict=True):
        number = str(piece.plain["number"])
        can_ring = piece.plain.get("device") not in _NO_VOICE
        if isinstance(wish.mailbox, str):
            piece.plain["mailbox"] = number = wish.mailbox
            if spec.mailboxes is not None or number == shared:
                continue  # the validator says so if it is not among those given
        elif wish.mailbox is False or not (wish.mailbox or (can_ring and (is_usual or spec.voicemail))):
            continue
        elif wish.mailbox or spec.voicemail:
            piece.plain["mailbox"] = number
        else:
            piece.put("mailbox", number, "default", "Each extension has a mailbox of its own.")
        if number not in kept:
            kept.add(number)
            _own_mailbox(draft, piece, number)


def _own_mailbox(draft: Draft, extension: Piece, number: str) -> None:
    plain = extension.plain if extension.plain["number"] == number else {}
    name = plain.get("display") or " ".join(plain[part] for part in ("first", "last") if plain.get(part))
    box: dict[str, Any] = {"number": number}
    if name:
        box["name"] = name[:200]
    if plain.get("email"):
        box["email"] = [plain["email"]]
    draft.add("mailboxes", box).note("", "default", "A mailbox has the name and the mail address of its extension.")


def voices(draft: Draft) -> list[str]:
    """The numbers of the extensions at which somebody talks."""
    return [p.plain["number"] for p in draft.sections["extensions"] if p.plain.get("device") not in _NO_VOICE]


def named(draft: Draft) -> list[str]:
    """The numbers of those extensions that a directory lists."""
    return [
        piece.plain["number"]
        for piece in draft.sections["extensions"]
        if piece.plain.get("in_directory", True) and any(piece.plain.get(name) for name in ("first", "last", "display"))
    ]


def digits(draft: Draft) -> int:
    """How many digits most extensions have."""
    found = Counter(len(piece.plain["number"]) for piece in draft.sections["extensions"])
    return min(max(found.most_common(1)[0][0], 2), 8) if found else 3


def free_number(draft: Draft) -> str:
    """A round number as long as the extensions, that nothing has and that begins nothing that can be dialled."""
    taken = {piece.plain.get("number") for name in ("extensions", "mailboxes") for piece in draft.sections[name]}
    taken |= {str(getattr(node, "room", "")) for node in draft.spec.nodes} - {""}
    length = digits(draft)
    round_ones = (first + "0" * (length - 1) for first in _GENERAL)
    others = (str(number) for number in range(10 ** (length - 1), 10**length))
    return next((n for n in (*round_ones, *others) if n not in taken), "9" * (length + 1))


def general_mailbox(draft: Draft) -> str | None:
    """The number of the mailbox for nobody in particular, made when it is first needed; None if there shall be none."""
    if draft.general_mailbox is None:
        draft.general_mailbox = _general_mailbox(draft)
    return draft.general_mailbox


def _general_mailbox(draft: Draft) -> str | None:
    spec = draft.spec
    kept = [str(piece.plain["number"]) for piece in draft.sections["mailboxes"]]
    wish = spec.mailbox
    if wish is not None:
        if wish.number not in kept:
            return _wished_mailbox(draft, wish)
        if wish.model_fields_set - {"number", "operator"}:
            draft.refuse("/mailbox", f"The mailbox {wish.number} is there already. Give its number only.")
        return wish.number
    if spec.voicemail is False:
        return None
    own = {piece.plain.get("mailbox") for piece in draft.sections["extensions"]}
    own |= {piece.plain["number"] for piece in draft.sections["extensions"]}
    if shared := [number for number in kept if number not in own]:
        return shared[0]
    number = free_number(draft)
    question = "Which mail address gets the messages of the general mailbox?"
    reason = f"Messages for nobody in particular go to the general mailbox, {number}."
    draft.add("mailboxes", {"number": number, "name": "General mailbox"}).note("", "default", reason, question)
    return number


def _wished_mailbox(draft: Draft, wish: MailboxWish) -> str:
    plain = wish.model_dump(exclude_none=True, exclude={"operator"}, exclude_unset=True)
    box = draft.add("mailboxes", plain)
    box.said[""] = "/mailbox"
    if wish.number is None:
        number = free_number(draft)
        box.put("number", number, "default", f"The general mailbox has the number {number}.")
    if wish.name is None:
        box.put("name", "General mailbox", "default", "The general mailbox is called so.")
    if not wish.email:
        reason = "Messages of the general mailbox are mailed to nobody."
        box.note("/email", "default", reason, "Which mail address gets the messages of the general mailbox?")
    return str(plain["number"])
