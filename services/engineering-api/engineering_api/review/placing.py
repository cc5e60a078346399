"""Where a line of a Cisco-like platform goes in a draft, and what it is there."""

import re
from collections.abc import Sequence

from engineering_api.review import wording
from engineering_api.review.canonical import interfaces, ranges, vlans
from engineering_api.review.draft import Piece

TRUNK = re.compile(r"switchport trunk allowed vlan (?:(add|remove|except) )?(none|all|[\d,\- ]+)")
_ALL_VLANS = range(1, 4095)


def singly(piece: Piece) -> list[Piece]:
    """A section for several interfaces as one for each."""
    names = interfaces(piece.text) if piece.text.startswith("interface ") else []
    if names in ([], [piece.text]):
        return [piece]
    return [
        Piece(
            text, [text], piece.before if at == 0 else [], [_copied(child) for child in piece.children], piece.closing
        )
        for at, text in enumerate(names)
    ]


def _copied(piece: Piece) -> Piece:
    return Piece(piece.text, list(piece.own), list(piece.before), list(piece.children), list(piece.closing))


def plain(text: str) -> str:
    """A line with single blanks."""
    return " ".join(text.split())


def say(child: Piece, word: str, members: "Sequence[str] | dict[str, None]") -> None:
    """Write a list of members anew."""
    names = list(members)
    shown = ranges(map(int, names)) if all(name.isdecimal() for name in names) else ",".join(names)
    child.text = f"{word} {shown}"
    child.own = [indent_of(child.own) + child.text]


def indent_of(own: Sequence[str]) -> str:
    """The blanks with which lines begin."""
    return own[0][: len(own[0]) - len(own[0].lstrip())] if own else ""


def position(children: Sequence[Piece], text: str) -> int:
    """Where a new line of the outermost level goes: after the last that begins like it, before what ends the file."""
    words = text.split()
    for count in (2, 1) if words[0] not in ("vlan", "interface") else (1,):
        begin = " ".join(words[:count])
        for at in range(len(children) - 1, -1, -1):
            if children[at].text.startswith(begin):
                return at + 1
    return _before_closing(children)


def end_of(owner: Piece) -> int:
    """Where a new line of a section goes."""
    return _before_closing(owner.children)


def _before_closing(children: Sequence[Piece]) -> int:
    """The end of a section, before the lines that only close it."""
    at = len(children)
    while at and wording.NOTHING.fullmatch(children[at - 1].text):
        at -= 1
    return at


def trunk(owner: Piece, found: re.Match[str]) -> str:
    """The line of the whole list, where VLANs may have been added to it or taken out. Lines that add go."""
    known: set[int] = set(_ALL_VLANS)
    for child in owner.children:
        if (old := TRUNK.fullmatch(plain(child.text))) and (members := vlans(old[2])):
            known = known | set(members) if old[1] == "add" else set(members)
    owner.children = [
        one for one in owner.children if not plain(one.text).startswith("switchport trunk allowed vlan add ")
    ]
    if not found[1] or (members := vlans(found[2])) is None:
        return found[0]
    if found[1] == "add":
        known = known | set(members)
    elif found[1] == "remove":
        known -= set(members)
    else:
        known = set(_ALL_VLANS) - set(members)
    return f"switchport trunk allowed vlan {ranges(known) or 'none'}"
