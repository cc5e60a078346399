"""Commands of Cisco-like platforms tried on a configuration."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engineering_api.platforms.platform import Platform
from engineering_api.review import modes, wording
from engineering_api.review.canonical import interfaces, ports, ranges, vlans
from engineering_api.review.draft import Piece, Trial, draft, lines
from engineering_api.review.modes import Line

_INDENTS = {"cisco_nxos": 2, "arista_eos": 3, "hp_procurve": 3, "aruba_aoscx": 4}
_TRUNK = re.compile(r"switchport trunk allowed vlan (?:(add|remove|except) )?(none|all|[\d,\- ]+)")
_MEMBERS = re.compile(r"(tagged|untagged|forbid|vlan trunk allowed) ([\w,/\-]+)")
#: What stays as a line with "no" when it is switched off, as it is on by default.
_SHOWN_OFF = re.compile(
    r"shutdown|switchport|routing|ip http (?:secure-)?server|ip domain[- ]lookup|service \S+|ip"
    r" source-route|cdp (?:run|enable)"
    r"|lldp (?:run|transmit|receive|enable)|ip (?:redirects|unreachables|proxy-arp|bootp server|finger"
    r"|gratuitous-arps|classless"
    r"|routing|route-cache|identd)|mop enabled|auto-summary|synchronization|snmp trap link-status"
    r"|negotiation auto|spanning-tree"
    r"|spanning-tree vlan \S+|logging (?:console|event .*)|telnet-server|web-management(?: \S+)?|ip cef"
    r"|aaa new-model|keepalive"
    r"|feature telnet|passive-interface \S+|ip ssh|password encryption"
)
_ACL_LINE = re.compile(r"(access-list \S+) line (\d+) (.*)")
_NAT_LINE = re.compile(r"(nat \(\S+\)) (\d+) (.*)")
_VLAN = re.compile(r"vlan \d{1,4}")
_VLAN_LIST = re.compile(r"vlan [\d\-]+[,\-][\d,\-]+")
_REMARK = re.compile(r"\d (?:remark|comment) ")
_ALL_VLANS = range(1, 4095)


def apply(texts: Sequence[str], commands: Sequence[str], platform: Platform) -> Trial:
    """Try commands on the lines of a configuration. Secrets are out of both."""
    top = draft(texts, platform.tree(texts))
    top.children = [one for piece in top.children for one in _singly(piece)]
    session = _Session(top, platform)
    for line in modes.typed(commands, session.at_once):
        session.take(line)
    return Trial(tuple(lines(session.top)), tuple(session.refused), tuple(session.at_once))


@dataclass(slots=True)
class _Session:
    top: Piece
    platform: Platform
    #: The sections that were entered: at which depth their line stands, and which they are.
    open_: list[tuple[int, list[Piece]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    at_once: list[str] = field(default_factory=list)
    #: How pieces are found by their texts, for sections with many lines.
    index: dict[int, dict[str, Piece]] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        if line.leaves < 0:
            self.open_.clear()
        elif line.leaves:
            del self.open_[-line.leaves :]
        while line.depth >= 0 and self.open_ and self.open_[-1][0] >= line.depth:
            self.open_.pop()
        owners = self.open_[-1][1] if self.open_ else [self.top]
        entered = [piece for owner in owners for piece in self._do(owner, line)]
        if entered and (modes.OPENS.match(line.text) or any(piece.children for piece in entered) or line.depth >= 0):
            self.open_.append((line.depth, entered))

    def _do(self, owner: Piece, line: Line) -> list[Piece]:
        """Carry out a command in a section; what it gives are the sections that it enters."""
        if line.text.startswith("default "):
            self._to_default(owner, line.text[8:])
            return []
        if line.text.startswith("no "):
            for text in self._each(line.text[3:]):
                self._negate(owner, text)
            return []
        return [piece for text in self._each(line.text) if (piece := self._set(owner, text, line)) is not None]

    def _each(self, text: str) -> list[str]:
        """The lines that a line with a range stands for."""
        if text.startswith("interface ") and ("range " in text or "," in text or "-" in text):
            return interfaces(text)
        if text.startswith("vlan ") and (members := vlans(text[5:])) and len(members) > 1:
            return [f"vlan {one}" for one in members]
        return [text]

    def _set(self, owner: Piece, text: str, line: Line) -> Piece | None:
        if (found := _TRUNK.fullmatch(text)) and owner is not self.top:
            text = _trunk(owner, found)
            self.index.pop(id(owner), None)
        elif (found := _MEMBERS.fullmatch(text)) and self.platform.name in ("hp_procurve", "aruba_aoscx"):
            return self._join(owner, found)
        self._drop(owner, f"no {text}")
        if text == "enable" and self.platform.name == "hp_procurve":
            self._drop(owner, "disable")
            return None
        if _VLAN.fullmatch(text) and owner is self.top:
            self._leave_list(text)
        known = self._find(owner, text)
        if known is not None and not line.verbatim:
            return known
        is_inside = owner is not self.top
        where = wording.place(text, self.platform.name, is_inside=is_inside)
        if where is not None:
            for child in owner.children:
                if wording.place(_plain(child.text), self.platform.name, is_inside=is_inside) == where:
                    self._replace(owner, child, text, line)
                    return child
            self._drop(owner, f"no {where}")
        if (number := wording.NUMBERED.match(text)) and wording.is_ordered(owner.text):
            return self._numbered(owner, text, number[0])
        return self._add(owner, text, line)

    def _replace(self, owner: Piece, child: Piece, text: str, line: Line) -> None:
        indent = _indent(child.own)
        child.text = text
        child.own = [indent + text, *line.verbatim]
        child.children, child.closing = [], []
        self.index.pop(id(owner), None)

    def _numbered(self, owner: Piece, text: str, number: str) -> Piece | None:
        """An entry of a list with numbers: at its place. A number that is taken is refused, as devices do."""
        wanted = int(re.sub(r"\D", "", number))
        for at, child in enumerate(owner.children):
            found = wording.NUMBERED.match(child.text)
            if found is None:
                continue
            other = int(re.sub(r"\D", "", found[0]))
            if other == wanted and not _REMARK.search(f"{text} {child.text} "):
                self.refused.append(f"{text}: {owner.text} has an entry {wanted} already ({child.text}).")
                return None
            if other > wanted:
                return self._insert(owner, at, text)
        return self._insert(owner, _end(owner), text)

    def _add(self, owner: Piece, text: str, line: Line) -> Piece:
        if found := _ACL_LINE.fullmatch(text) or _NAT_LINE.fullmatch(text):
            return self._insert_in_list(owner, found)
        piece = self._insert(owner, _position(owner.children, text) if owner is self.top else _end(owner), text)
        piece.own.extend(line.verbatim)
        return piece

    def _insert_in_list(self, owner: Piece, found: re.Match[str]) -> Piece:
        """ASA: "access-list OUTSIDE line 3 …" puts a line before the third."""
        begin, number = found[1] + (" " if found[1].startswith("access") else ""), int(found[2])
        begin = "nat (" if found[1].startswith("nat") else begin
        members = [at for at, child in enumerate(owner.children) if child.text.startswith(begin)]
        at = members[number - 1] if number <= len(members) else members[-1] + 1 if members else len(owner.children)
        return self._insert(owner, at, f"{found[1]} {found[3]}")

    def _insert(self, owner: Piece, at: int, text: str) -> Piece:
        piece = Piece(text, [self._indented(owner) + text])
        owner.children.insert(at, piece)
        self._index(owner).setdefault(text, piece)
        return piece

    def _indented(self, owner: Piece) -> str:
        if owner is self.top:
            return ""
        for child in owner.children:
            if child.own:
                return _indent(child.own)
        return _indent(owner.own) + " " * _INDENTS.get(self.platform.name, 1)

    def _to_default(self, owner: Piece, text: str) -> None:
        if text.startswith("interface "):
            for one in self._each(text):
                if piece := self._find(owner, one):
                    piece.children = []
            return
        for child in list(owner.children):
            plain = _plain(child.text).removeprefix("no ")
            if plain == text or plain.startswith(text + " "):
                self._take_out(owner, child)

    def _negate(self, owner: Piece, text: str) -> None:
        if (found := _TRUNK.fullmatch(text)) and owner is not self.top:
            text = "switchport trunk allowed vlan"
        elif (found := _MEMBERS.fullmatch(text)) and self.platform.name in ("hp_procurve", "aruba_aoscx"):
            if not self._part(owner, found) and found[1] != "untagged":
                self.refused.append(f"no {text}: {owner.text or 'the device'} has no such member.")
            return
        if _VLAN.fullmatch(text) and owner is self.top and self._leave_list(text):
            return
        if self._find(owner, text) is None:
            owner = next((one for one in self._twins(owner) if self._find(one, text) is not None), owner)
        piece = self._find(owner, text)
        if piece is not None:
            self._take_out(owner, piece)
        else:
            gone = [] if _SHOWN_OFF.fullmatch(text) else self._beginning(owner, text)
            for child in gone:
                self._take_out(owner, child)
            piece = gone[0] if gone else None
        if _SHOWN_OFF.fullmatch(text) or (piece is None and self._may_be_on(owner, text)):
            if self._find(owner, f"no {text}") is None:
                at = _position(owner.children, text) if owner is self.top else _end(owner)
                self._insert(owner, at, f"no {text}")
        elif piece is None:
            self.refused.append(f"no {text}: there is no such line{f' in {owner.text}' if owner.text else ''}.")

    def _twins(self, owner: Piece) -> list[Piece]:
        """Other sections of the same line: ASA shows an object and its translation apart."""
        if owner is self.top or not owner.text.startswith("object "):
            return []
        return [one for one in self.top.children if one.text == owner.text]

    @staticmethod
    def _beginning(owner: Piece, text: str) -> list[Piece]:
        return [child for child in owner.children if _plain(child.text).startswith(text + " ")]

    def _may_be_on(self, owner: Piece, text: str) -> bool:
        """Whether a thing that has no line may be on by default, so that switching it off is no mistake."""
        is_inside = owner is not self.top
        if wording.place(text, self.platform.name, is_inside=is_inside) or wording.is_bare_place(
            text, is_inside=is_inside
        ):
            return False
        return not (
            modes.OPENS.match(text + " ") or wording.DEFINITIONS.match(text) or wording.ROUTES.match(text)
            or wording.NUMBERED.match(text + " ") or len(text.split()) > 4
        )  # fmt: skip

    def _join(self, owner: Piece, found: re.Match[str]) -> Piece:
        """Add members to a list; a port is untagged in one VLAN alone."""
        names = ports(found[2])
        if found[1] == "untagged":
            for other in self.top.children:
                if other is not owner and other.text.startswith("vlan "):
                    self._part(other, found)
        for child in owner.children:
            if (known := _MEMBERS.fullmatch(_plain(child.text))) and known[1] == found[1]:
                _say(child, found[1], dict.fromkeys([*ports(known[2]), *names]))
                return child
        return self._insert(owner, _end(owner), found[0])

    def _part(self, owner: Piece, found: re.Match[str]) -> bool:
        names = set(ports(found[2]))
        is_there = False
        for child in list(owner.children):
            known = _MEMBERS.fullmatch(_plain(child.text))
            if known is None or known[1] != found[1] or not names & set(ports(known[2])):
                continue
            is_there = True
            if left := [one for one in ports(known[2]) if one not in names]:
                _say(child, found[1], left)
            else:
                self._take_out(owner, child)
        return is_there

    def _leave_list(self, text: str) -> bool:
        """Take a VLAN out of the lines that name several, so that it has a line of its own or none."""
        number = int(text[5:])
        is_there = False
        for child in self.top.children:
            members = vlans(child.text[5:]) if _VLAN_LIST.fullmatch(child.text) else None
            if members and number in members:
                child.text = f"vlan {ranges(one for one in members if one != number)}"
                child.own = [child.text]
                is_there = True
        self.index.pop(id(self.top), None)
        return is_there

    def _find(self, owner: Piece, text: str) -> Piece | None:
        return self._index(owner).get(text)

    def _index(self, owner: Piece) -> dict[str, Piece]:
        if id(owner) not in self.index:
            self.index[id(owner)] = {_plain(child.text): child for child in reversed(owner.children)}
        return self.index[id(owner)]

    def _drop(self, owner: Piece, text: str) -> None:
        if (piece := self._find(owner, text)) is not None:
            self._take_out(owner, piece)

    def _take_out(self, owner: Piece, child: Piece) -> None:
        owner.remove(child)
        self.index.pop(id(owner), None)


def _singly(piece: Piece) -> list[Piece]:
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


def _plain(text: str) -> str:
    return " ".join(text.split())


def _say(child: Piece, word: str, members: "Sequence[str] | dict[str, None]") -> None:
    names = list(members)
    shown = ranges(map(int, names)) if all(name.isdecimal() for name in names) else ",".join(names)
    child.text = f"{word} {shown}"
    child.own = [_indent(child.own) + child.text]


def _indent(own: Sequence[str]) -> str:
    return own[0][: len(own[0]) - len(own[0].lstrip())] if own else ""


def _position(children: Sequence[Piece], text: str) -> int:
    """Where a new line of the outermost level goes: after the last that begins like it, before what ends the file."""
    words = text.split()
    for count in (2, 1):
        begin = " ".join(words[:count])
        for at in range(len(children) - 1, -1, -1):
            if children[at].text.startswith(begin):
                return at + 1
    return _before_closing(children)


def _end(owner: Piece) -> int:
    return _before_closing(owner.children)


def _before_closing(children: Sequence[Piece]) -> int:
    """The end of a section, before the lines that only close it."""
    at = len(children)
    while at and wording.NOTHING.fullmatch(children[at - 1].text):
        at -= 1
    return at


def _trunk(owner: Piece, found: re.Match[str]) -> str:
    """The line of the whole list, where VLANs may have been added to it or taken out. Lines that add go."""
    known: set[int] = set(_ALL_VLANS)
    for child in owner.children:
        if (old := _TRUNK.fullmatch(_plain(child.text))) and (members := vlans(old[2])):
            known = known | set(members) if old[1] == "add" else set(members)
    owner.children = [
        one for one in owner.children if not _plain(one.text).startswith("switchport trunk allowed vlan add ")
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
