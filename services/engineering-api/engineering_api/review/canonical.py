"""Trees of Cisco-like platforms in one form, so that equal things look equal: lists taken apart, sections joined."""

import re
from collections.abc import Iterable, Iterator, Sequence

from engineering_api.reading.tree import Node
from engineering_api.review import wording

_VLANS = re.compile(r"vlan ([\d,\- ]+)")
_TRUNK = re.compile(r"(switchport trunk allowed vlan)(?: (add|except))? ([\d,\- ]+)")
_ADDED_UP = {
    "aruba_aoscx": re.compile(r"(vlan trunk allowed) ([\d,\-]+)"),
    "hp_procurve": re.compile(r"((?:no )?(?:tagged|untagged|forbid)) ([\w,/\-]+)"),
}
_PORTS = re.compile(r"(.*?)(\d+)-(.*?)(\d+)")
_NUMBERS = re.compile(r"([A-Za-z ]+(?:\d+/)*)(\d{1,5})-(?:[A-Za-z ]*(?:\d+/)*)?(\d{1,5})")
_LAST_VLAN = 4094
#: No list of ports or VLANs has more members.
_MOST_MEMBERS = 5_000
#: Lines that are nested deeper are no configuration; they stand side by side at this depth.
_DEEPEST = 12
#: What is shown and was not configured, or comes from the device itself.
_OF_THE_DEVICE = re.compile(r"crypto pki certificate chain |crypto ca certificate chain |license udi |module \d+ type ")


def canonical(nodes: Sequence[Node], platform: str) -> list[Node]:
    """The tree of a configuration without what says nothing; the lines of its nodes stay those of the file."""
    return _level((node for node in nodes if not _OF_THE_DEVICE.match(node.text)), "", platform, 0)


def vlans(text: str) -> list[int] | None:
    """The VLANs of a list with ranges; None for what is none."""
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or len(first) > 4 or (dash and (not last.isdecimal() or len(last) > 4)):
            return None
        low, high = int(first), int(last or first)
        if not 0 < low <= high <= _LAST_VLAN:
            return None
        found.update(range(low, high + 1))
    return sorted(found)


def ranges(numbers: Iterable[int]) -> str:
    """VLANs as the shortest list."""
    made: list[list[int]] = []
    for number in sorted(set(numbers)):
        if made and number == made[-1][1] + 1:
            made[-1][1] = number
        else:
            made.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in made)


def ports(text: str) -> list[str]:
    """The ports of a list such as "1-4,A1-A3,Trk1,1/1-1/4", each by its name."""
    made: list[str] = []
    for part in text.split(","):
        found = _PORTS.fullmatch(part)
        if (
            found
            and len(made) < _MOST_MEMBERS
            and found[3] in ("", found[1])
            and 0 <= int(found[4]) - int(found[2]) < _MOST_MEMBERS
        ):
            made.extend(f"{found[1]}{number}" for number in range(int(found[2]), int(found[4]) + 1))
        elif part:
            made.append(part)
    return made


def interfaces(text: str) -> list[str]:
    """The lines of the interfaces of "interface range Gi1/0/1 - 4, Gi1/0/10"; the line itself where it is for one."""
    made: list[str] = []
    for part in re.sub(r"\s*-\s*", "-", re.sub(r"interface (?:range )?", "", text, count=1)).split(","):
        found = _NUMBERS.fullmatch(part.strip())
        if found and 0 < int(found[3]) - int(found[2]) < _MOST_MEMBERS and found[1][-1:] not in ("-", ""):
            made.extend(f"interface {found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1))
        elif part.strip():
            made.append(f"interface {part.strip()}")
    is_range = text.startswith("interface range ") or len(made) > 1
    return made[:_MOST_MEMBERS] if is_range else [text]


def _level(nodes: Iterable[Node], parent: str, platform: str, depth: int) -> list[Node]:
    made: list[Node] = []
    by_text: dict[str, Node] = {}
    is_list = wording.is_ordered(parent)
    for node in _lines(nodes, parent, platform):
        known = None if is_list else by_text.get(node.text)
        if known is None:
            by_text[node.text] = node
            made.append(node)
        elif node.children:
            known.children.extend(node.children)
    for node in made:
        if node.children and not _is_verbatim(node.text):
            below: Iterable[Node] = node.children
            if depth >= _DEEPEST:
                below = [Node(one.text, one.first, one.first) for child in node.children for one in child.walk()]
            node.children = _level(below, node.text, platform, depth + 1) if depth <= _DEEPEST else []
    return made


def _copied(node: Node) -> Node:
    return Node(node.text, node.first, node.last, list(node.children))


def _is_verbatim(text: str) -> bool:
    return text.startswith(("banner ", "certificate ", "code ", "macro ", "menu "))


def _lines(nodes: Iterable[Node], parent: str, platform: str) -> Iterator[Node]:
    trunk: tuple[Node, set[int]] | None = None
    for node in nodes:
        text = node.text if _is_verbatim(node.text) else " ".join(node.text.split())
        if wording.says_nothing(text) or _says_nothing(text, parent):
            continue
        if text.startswith("switchport") and (found := _TRUNK.fullmatch(text)):
            members = vlans(found[3])
            if members is not None:
                if found[2] == "except":
                    members = sorted(set(range(1, _LAST_VLAN + 1)) - set(members))
                if trunk is None or found[2] != "add":
                    trunk = Node("", node.first, node.last), set(members)
                    yield trunk[0]
                else:
                    trunk[1].update(members)
                    trunk[0].last = node.last
                trunk[0].text = f"{found[1]} {ranges(trunk[1])}"
                continue
        for one in _apart(text, platform):
            yield Node(
                one,
                node.first,
                node.last,
                [_copied(child) for child in node.children] if one != text else node.children,
            )


def _says_nothing(text: str, parent: str) -> bool:
    """ "no ip address": that something is not set whose absence says the same."""
    return text.startswith("no ") and wording.is_bare_place(text[3:], parent)


def _apart(text: str, platform: str) -> Iterator[str]:
    """A line for each member of a list whose members are set and taken away one by one."""
    if text.startswith("vlan") and (found := _VLANS.fullmatch(text)) and (members := vlans(found[1])):
        yield from (f"vlan {one}" for one in members)
    elif text.startswith("interface ") and (text.startswith("interface range ") or _NUMBERS.fullmatch(text[10:])):
        yield from interfaces(text)
    elif (pattern := _ADDED_UP.get(platform)) and (found := pattern.fullmatch(text)):
        names = [str(one) for one in vlans(found[2]) or ()] if platform == "aruba_aoscx" else ports(found[2])
        yield from (f"{found[1]} {one}" for one in names or [found[2]])
    else:
        yield text
