"""Commands of Cisco-like platforms tried on a configuration."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engineering_api.platforms.platform import Platform
from engineering_api.review import modes, shortened, wording
from engineering_api.review.canonical import interfaces, ports, ranges, vlans
from engineering_api.review.draft import Piece, Trial, draft, lines
from engineering_api.review.modes import Line
from engineering_api.review.placing import TRUNK, end_of, indent_of, plain, position, say, singly, trunk

_INDENTS = {"cisco_nxos": 2, "arista_eos": 3, "hp_procurve": 3, "aruba_aoscx": 4}
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
_MOST_EXPANDED = 20_000


def apply(texts: Sequence[str], commands: Sequence[str], platform: Platform) -> Trial:
    """Try commands on the lines of a configuration. Secrets are out of both."""
    top = draft(texts, platform.tree(texts))
    top.children = [one for piece in top.children for one in singly(piece)]
    session = _Session(top, platform)
    session.ports = shortened.ports(piece.text for piece in top.children)
    session.vlan_lists = [
        (child, set(members))
        for child in top.children
        if _VLAN_LIST.fullmatch(child.text) and (members := vlans(child.text[5:]))
    ]
    for line in modes.typed(commands, session.at_once):
        session.take(line)
    session.finish()
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
    #: The lines that name several VLANs.
    vlan_lists: list[tuple[Piece, set[int]]] = field(default_factory=list)
    #: How many lines those with ranges stood for so far.
    expanded: int = 0
    #: The lines of interfaces by their numbers.
    ports: dict[str, list[str]] = field(default_factory=dict)
    #: The lines of ASA's lists, by what they begin with.
    lists: dict[str, list[Piece]] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        if line.leaves < 0:
            self.open_.clear()
        elif line.leaves:
            del self.open_[-line.leaves :]
        while line.depth >= 0 and self.open_ and self.open_[-1][0] >= line.depth:
            self.open_.pop()
        self._leave_twins(line)
        owners = self.open_[-1][1] if self.open_ else [self.top]
        entered = [piece for owner in owners for piece in self._do(owner, line)]
        if entered and (modes.OPENS.match(line.text) or any(piece.children for piece in entered) or line.depth >= 0):
            self.open_.append((line.depth, entered))

    def _leave_twins(self, line: Line) -> None:
        """Without indentation, what is known further out, or of the kind of an open section, leaves that."""
        if line.depth >= 0:
            return
        text = line.text.removeprefix("no ")
        found = modes.KINDS.match(text)
        if found is None:
            at = next((at for at, (_, owners) in enumerate(reversed(self.open_)) if self._find(owners[0], text)), 0)
            del self.open_[len(self.open_) - at :]
            return
        for at, (_, owners) in enumerate(self.open_):
            if owners and owners[0].text.startswith(found[0]):
                del self.open_[at:]
                return

    def _do(self, owner: Piece, line: Line) -> list[Piece]:
        """Carry out a command in a section; what it gives are the sections that it enters."""
        if line.text.startswith(("default ", "clear configure interface ")):
            self._to_default(owner, line.text.removeprefix("default ").removeprefix("clear configure "))
            return []
        if line.text.startswith("no "):
            for text in self._each(line.text[3:]):
                self._negate(owner, text)
            return []
        return [piece for text in self._each(line.text) if (piece := self._set(owner, text, line)) is not None]

    def _each(self, text: str) -> list[str]:
        """The lines that a line with a range stands for."""
        made = [text]
        if text.startswith("interface ") and ("range " in text or "," in text or "-" in text):
            made = interfaces(text)
        elif text.startswith("vlan ") and (members := vlans(text[5:])) and len(members) > 1:
            made = [f"vlan {one}" for one in members]
        if text.startswith("interface "):
            made = [one if self._find(self.top, one) else shortened.port(one, self.ports) for one in made]
        self.expanded += len(made) - 1
        if self.expanded > _MOST_EXPANDED:
            self.refused.append(f"{text[:80]}: the ranges are too long to be tried.")
            return []
        return made

    def _set(self, owner: Piece, text: str, line: Line) -> Piece | None:
        if (found := TRUNK.fullmatch(text)) and owner is not self.top:
            text = trunk(owner, found)
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
        where = wording.place(text, self.platform.name, owner.text)
        if where is not None:
            for child in owner.children:
                if wording.place(plain(child.text), self.platform.name, owner.text) == where:
                    self._replace(owner, child, text, line)
                    return child
            self._drop(owner, f"no {where}")
        if (number := wording.NUMBERED.match(text)) and wording.is_ordered(owner.text):
            return self._numbered(owner, text, number[0])
        return self._add(owner, text, line)

    def _replace(self, owner: Piece, child: Piece, text: str, line: Line) -> None:
        indent = indent_of(child.own)
        child.text = text
        child.own = [indent + text, *line.verbatim]
        child.children, child.closing = [], []
        self.index.pop(id(owner), None)

    def _numbered(self, owner: Piece, text: str, number: str) -> Piece | None:
        """An entry of a list with numbers: at its place. A number that is taken is refused, as devices do."""
        wanted = int(re.sub(r"\D", "", number))
        for at, child in enumerate(owner.children):
            digits = child.text.removeprefix("sequence ").removeprefix("seq ").partition(" ")[0]
            if not digits.isdecimal():
                continue
            other = int(digits)
            if other == wanted and not _REMARK.search(f"{text} {child.text} "):
                self.refused.append(f"{text}: {owner.text} has an entry {wanted} already ({child.text}).")
                return None
            if other > wanted:
                return self._insert(owner, at, text)
        return self._insert(owner, end_of(owner), text)

    def _add(self, owner: Piece, text: str, line: Line) -> Piece:
        if found := _ACL_LINE.fullmatch(text) or _NAT_LINE.fullmatch(text):
            return self._insert_in_list(owner, found)
        piece = self._insert(owner, position(owner.children, text) if owner is self.top else end_of(owner), text)
        piece.own.extend(line.verbatim)
        return piece

    def _insert_in_list(self, owner: Piece, found: re.Match[str]) -> Piece:
        """ASA: "access-list OUTSIDE line 3 …" puts a line before the third."""
        begin, number = found[1] + (" " if found[1].startswith("access") else ""), int(found[2])
        begin = "nat (" if found[1].startswith("nat") else begin
        if begin not in self.lists:
            self.lists[begin] = [child for child in owner.children if child.text.startswith(begin)]
        members = self.lists[begin]
        before = members[number - 1] if 0 < number <= len(members) else None
        at = owner.children.index(before or members[-1]) + (before is None) if members else len(owner.children)
        piece = self._insert(owner, at, f"{found[1]} {found[3]}")
        members.insert(number - 1 if before else len(members), piece)
        return piece

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
                return indent_of(child.own)
        return indent_of(owner.own) + " " * _INDENTS.get(self.platform.name, 1)

    def _to_default(self, owner: Piece, text: str) -> None:
        if text.startswith("interface "):
            for one in self._each(text):
                if piece := self._find(owner, one):
                    piece.children = []
            return
        for child in list(owner.children):
            bare = plain(child.text).removeprefix("no ")
            if bare == text or bare.startswith(text + " "):
                self._take_out(owner, child)

    def _negate(self, owner: Piece, text: str) -> None:
        if (found := TRUNK.fullmatch(text)) and owner is not self.top:
            text = "switchport trunk allowed vlan"
        elif (found := _MEMBERS.fullmatch(text)) and self.platform.name in ("hp_procurve", "aruba_aoscx"):
            if not self._part(owner, found) and found[1] != "untagged":
                self.refused.append(f"no {text}: {owner.text or 'the device'} has no such member.")
            return
        is_listed = _VLAN.fullmatch(text) is not None and owner is self.top and self._leave_list(text)
        if is_listed and self._find(owner, text) is None:
            return
        if self._find(owner, text) is None:
            owner = next((one for one in self._twins(owner) if self._find(one, text) is not None), owner)
        piece = self._find(owner, text)
        if piece is not None:
            self._take_out_whole(owner, piece)
        else:
            gone = [] if _SHOWN_OFF.fullmatch(text) else self._beginning(owner, text)
            for child in gone:
                self._take_out(owner, child)
            piece = gone[0] if gone else None
        if piece is None and wording.is_bare_place(text, owner.text):
            return
        if _SHOWN_OFF.fullmatch(text) or (piece is None and self._may_be_on(owner, text)):
            if self._find(owner, f"no {text}") is None:
                at = position(owner.children, text) if owner is self.top else end_of(owner)
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
        return [child for child in owner.children if plain(child.text).startswith(text + " ")]

    def _may_be_on(self, owner: Piece, text: str) -> bool:
        """Whether a thing that has no line may be on by default, so that switching it off is no mistake."""
        if wording.place(text, self.platform.name, owner.text):
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
            if (known := _MEMBERS.fullmatch(plain(child.text))) and known[1] == found[1]:
                say(child, found[1], dict.fromkeys([*ports(known[2]), *names]))
                return child
        return self._insert(owner, end_of(owner), found[0])

    def _part(self, owner: Piece, found: re.Match[str]) -> bool:
        names = set(ports(found[2]))
        is_there = False
        for child in list(owner.children):
            known = _MEMBERS.fullmatch(plain(child.text))
            if known is None or known[1] != found[1] or not names & set(ports(known[2])):
                continue
            is_there = True
            if left := [one for one in ports(known[2]) if one not in names]:
                say(child, found[1], left)
            else:
                self._take_out(owner, child)
        return is_there

    def _leave_list(self, text: str) -> bool:
        """Take a VLAN out of the lines that name several, so that it has a line of its own or none."""
        number = int(text[5:])
        is_there = False
        for _, members in self.vlan_lists:
            if number in members:
                members.discard(number)
                is_there = True
        return is_there

    def finish(self) -> None:
        """Write the lines that name several VLANs as they are now."""
        for piece, members in self.vlan_lists:
            piece.text = f"vlan {ranges(members)}"
            piece.own = [piece.text]
        empty = {id(piece) for piece, members in self.vlan_lists if not members}
        self.top.children = [child for child in self.top.children if id(child) not in empty]

    def _find(self, owner: Piece, text: str) -> Piece | None:
        return self._index(owner).get(text)

    def _index(self, owner: Piece) -> dict[str, Piece]:
        if id(owner) not in self.index:
            self.index[id(owner)] = {plain(child.text): child for child in reversed(owner.children)}
        return self.index[id(owner)]

    def _drop(self, owner: Piece, text: str) -> None:
        if (piece := self._find(owner, text)) is not None:
            self._take_out(owner, piece)

    def _take_out_whole(self, owner: Piece, child: Piece) -> None:
        """Take out a section and, of the outermost level, others of the same line."""
        self._take_out(owner, child)
        for twin in self._twins(child) if owner is self.top else ():
            self._take_out(owner, twin)

    def _take_out(self, owner: Piece, child: Piece) -> None:
        owner.remove(child)
        self.lists.clear()
        self._index(owner).pop(plain(child.text), None)
