"""The commands that turn one configuration of a Cisco-like platform into another.

Order: what is named comes before its uses and goes after them; what is taken away comes before what is set, but static
routes are set first, so that the device stays reachable, and interfaces go when the others are as they will be; of a
port its mode comes first and `no shutdown` last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engineering_api.reading.tree import Node
from engineering_api.review import wording
from engineering_api.review.canonical import ports, ranges
from engineering_api.tools.difference import same

_INDENT = "  "
#: Lines that take others of the interface along when they change, so that these must be set anew.
_CLEARING = re.compile(
    r"(?:ip )?vrf (?:forwarding|member|attach) |no vrf attach |(?:no )?switchport$|vrf member |(?:no )?routing$"
)
_LAYER_3 = re.compile(
    r"(?:ip|ipv6) (?:address|helper-address|access-group|ospf|router|nat|policy|verify|dhcp relay|mtu) ?"
)
_JOINED = re.compile(r"((?:no )?(?:tagged|untagged|forbid)) (\S+)")
_NEEDS_EXIT = re.compile(r"address-family |template peer-(policy|session)")
_HAVE_EXITS = ("cisco_ios", "aruba_aoscx")
#: What goes with the layer of a port, so that it is taken away before the port changes its layer.
_OF_A_LAYER = re.compile(r"switchport \w|vlan (?:access|trunk)|ip(?:v6)? address ")
_MAP_ENTRY = re.compile(r"crypto map \S+ \d+ ipsec-")
_NEIGHBOUR = re.compile(r"neighbor (\S+) (\S+)")
_ADDRESS = re.compile(r"ip(?:v6)? address (\S+)")
_MOST_OF_A_LINE = 20
_TRUNK = re.compile(r"(switchport trunk allowed vlan) ([\d,\-]+)")


@dataclass(frozen=True)
class _Step:
    """A command with what is below it, and when its turn is."""

    turn: int
    lines: tuple[str, ...]


def commands(before: Sequence[Node], after: Sequence[Node], platform: str) -> list[str]:
    """The commands between two canonical trees, children indented below their section."""
    steps = [*_lists(before, after, platform), *_steps(before, after, "", platform)]
    steps.sort(key=lambda step: step.turn)
    lines = [line for step in steps for line in step.lines]
    return list(_without_moved(lines, after)) if platform == "hp_procurve" else lines


def _without_moved(lines: Sequence[str], after: Sequence[Node]) -> Iterator[str]:
    """ProCurve: a port that becomes untagged in a VLAN leaves the one that it was untagged in by itself."""
    moved = {
        child.text.partition(" ")[2]
        for node in after
        if node.text.startswith("vlan ")
        for child in node.children
        if child.text.startswith("untagged ")
    }
    for at, line in enumerate(lines):
        if line.startswith("  no untagged "):
            if left := [name for name in ports(line.removeprefix("  no untagged ")) if name not in moved]:
                yield f"  no untagged {_shorter(left)}"
            continue
        below = lines[at + 1 : at + 2]
        if line.startswith("vlan ") and below and below[0].startswith("  no untagged "):
            is_alone = not lines[at + 2 : at + 3] or not lines[at + 2].startswith(" ")
            if is_alone and all(name in moved for name in ports(below[0].removeprefix("  no untagged "))):
                continue
        yield line


def _steps(before: Sequence[Node], after: Sequence[Node], parent: str, platform: str) -> Iterator[_Step]:
    before, after = (_without_lists(one, parent, platform) for one in (before, after))
    old, new = ({node.text: node for node in nodes} for nodes in (before, after))
    places = {place for text in new if (place := wording.place(text, platform, parent))}
    wiped: list[str] = []
    addresses = set[str]() if parent else {one for node in after for one in _addresses(node)}
    routes = set() if parent else {wording.route_of(node.text) for node in after if wording.ROUTES.match(node.text)}
    sections = {_named(node.text) for node in after if node.text not in old and _is_definition(node.text)}
    going = _going(before, after) if parent.startswith("router ") else {}
    for node in before:
        # A configuration that names no device is a part of one, or was sent without its first lines.
        if not parent and node.text.startswith("hostname "):
            continue
        if node.text in new or (
            wording.place(node.text, platform, parent) in places and not _has_to_leave(node.text, new)
        ):
            continue
        command = wording.taken_away(node.text, platform)
        if going and (found := _NEIGHBOUR.match(node.text)) and found[1] in going:
            if going.pop(found[1]):
                yield _Step(60, (f"no neighbor {found[1]}",))
            going[found[1]] = False
            continue
        if not _is_needless(command, new, parent):
            if command.startswith("no ") and command != f"no {node.text}":
                wiped.append(f"{command[3:]} ")
            is_replaced = _named(node.text) in sections or _is_reused(node, addresses)
            if not parent and not is_replaced:
                is_replaced = wording.route_of(node.text) in routes or (
                    command != f"no {node.text}"
                    and _is_definition(node.text)
                    and any(text.startswith(f"{command[3:]} ") for text in new)
                )
            yield _Step(_turn(node.text, parent, is_removed=True, is_replaced=is_replaced), (command,))
    gone = tuple(wiped)
    cleared = (
        any(_CLEARING.match(text) for text in old.keys() ^ new.keys()) if parent.startswith("interface") else False
    )
    for node in after:
        is_lost = (cleared and _LAYER_3.match(node.text)) or node.text.startswith(gone)
        if node.text in old and not is_lost:
            known = old[node.text]
            below = [] if _is_same(known, node) else _inside(known, node, platform)
            if below:
                margin = "" if _is_verbatim(node.text) else _INDENT
                lines = (node.text, *(margin + line for line in below))
                yield _Step(_turn(node.text, parent, has_children=True), _with_exit(lines, parent, platform))
        else:
            lines = tuple(_whole(node, parent, platform))
            yield _Step(_turn(node.text, parent, has_children=bool(node.children)), _with_exit(lines, parent, platform))


def _is_same(one: Node, other: Node) -> bool:
    """Whether two sections have the same lines in the same order."""
    return len(one.children) == len(other.children) and all(
        mine.text == theirs.text and _is_same(mine, theirs)
        for mine, theirs in zip(one.children, other.children, strict=True)
    )


def _has_to_leave(text: str, new: Iterable[str]) -> bool:
    """Whether a port is in another port-channel, which it has to leave before it joins one."""
    group = " ".join(text.split()[:2])
    return text.startswith("channel-group ") and not any(one.split()[:2] == group.split() for one in new)


def _going(before: Sequence[Node], after: Sequence[Node]) -> dict[str, bool]:
    """The BGP neighbours that go as a whole, with all that is said of them."""
    stay = {found[1] for node in after if (found := _NEIGHBOUR.match(node.text))}
    return {
        found[1]: True
        for node in before
        if (found := _NEIGHBOUR.match(node.text)) and found[2] in ("remote-as", "peer", "peer-group")
        if found[1] not in stay
    }


def _addresses(node: Node) -> Iterator[str]:
    """The addresses of an interface, each as it is written."""
    if node.text.startswith("interface "):
        yield from (found[1] for child in node.children if (found := _ADDRESS.match(child.text)))


def _is_reused(node: Node, addresses: set[str]) -> bool:
    """Whether an interface that goes has an address that another one gets."""
    return any(one in addresses for one in _addresses(node))


def _inside(old: Node, new: Node, platform: str) -> list[str]:
    if _is_verbatim(old.text):
        is_same = [one.text for one in old.children] == [one.text for one in new.children]
        return [] if is_same else _verbatim(new)[1:]
    if wording.is_ordered(old.text) and not (wording.is_numbered(old.children) and wording.is_numbered(new.children)):
        return _tail(old.children, new.children)
    steps = sorted(_steps(old.children, new.children, new.text, platform), key=lambda step: step.turn)
    return _joined([line for step in steps for line in step.lines])


def _whole(node: Node, parent: str, platform: str) -> list[str]:
    """A section that is new, with its children in their order of turns."""
    if _is_verbatim(node.text):
        return _verbatim(node)
    if wording.is_ordered(node.text):
        return [node.text, *(_INDENT + child.text for child in node.children)]
    steps = sorted(_steps((), node.children, node.text, platform), key=lambda step: step.turn)
    lines = [node.text] if node.children else _split(node.text)
    return [*lines, *(_INDENT + line for line in _joined([line for step in steps for line in step.lines]))]


def _is_verbatim(text: str) -> bool:
    return text.startswith(("banner ", "menu ", "macro "))


def _verbatim(node: Node) -> list[str]:
    """A banner with its text as it stands. Its delimiter closes it; EOS closes it by EOF."""
    if not node.children:
        return [node.text]
    words = node.text.split(None, 2)
    start = words[2] if len(words) > 2 else ""
    closing = "^C" if start.startswith("^C") else start[:1] or "EOF"
    return [node.text, *(child.text for child in node.children), closing]


def _tail(old: Sequence[Node], new: Sequence[Node]) -> list[str]:
    """A list without numbers, to which devices add at its end: from the first line that is new on it is made anew."""
    last = {node.text: number for number, node in enumerate(old)}
    gone: list[str] = []
    at = 0
    for number, node in enumerate(old):
        if at < len(new) and node.text == new[at].text:
            at += 1
        elif at == len(new) or last.get(new[at].text, -1) > number:
            gone.append(f"no {node.text}")
        else:
            gone += [f"no {one.text}" for one in old[number:]]
            break
    return [*gone, *(node.text for node in new[at:])]


def _with_exit(lines: tuple[str, ...], parent: str, platform: str) -> tuple[str, ...]:
    """A section that has to be left by a word of its own where another of its kind would not leave it."""
    if platform in _HAVE_EXITS and len(lines) > 1 and parent and (found := _NEEDS_EXIT.match(lines[0])):
        return (*lines, f"exit-peer-{found[1]}" if found[1] else "exit-address-family")
    return lines


def _turn(
    text: str, parent: str, *, is_removed: bool = False, is_replaced: bool = False, has_children: bool = False
) -> int:
    """When the turn of a command is. Removed definitions go last, unless one of the same name takes their place."""
    if parent:
        if is_removed and parent.startswith("interface ") and _OF_A_LAYER.match(text):
            return 3
        if text.removeprefix("no ") == "shutdown":
            return 90 if text.startswith("no ") != is_removed else 5
        if _CLEARING.match(text) or text.startswith("switchport mode "):
            return 6 if not is_removed else 4
        return (10 if is_removed else 20) + (30 if has_children and not is_removed else 0)
    if wording.ROUTES.match(text):
        # By the same next hop, what is taken away last would take the new one along.
        turns = (49 if is_replaced else 60, 50)
    elif _is_definition(text):
        turns = (10 if is_replaced else 80 - wording.rank(text), 20 + wording.rank(text))
    else:
        turns = (85, 29) if text.startswith("vlan ") else (30, 40)
        if _MAP_ENTRY.match(text):
            turns = (69, 40)
        if text.startswith("interface ") and not is_replaced:
            turns = (55, 40)
    return turns[0] if is_removed else turns[1]


def _is_definition(text: str) -> bool:
    return wording.DEFINITIONS.match(text) is not None


def _named(text: str) -> str:
    """What a definition is called, so that a list of one type can take the place of one of another."""
    words = text.split()
    return f"{words[0]} {words[-1]}" if _is_definition(text) and len(words) > 1 else text


def _is_needless(command: str, new: dict[str, Node], parent: str) -> bool:
    """Whether the new lines do by themselves what a command that takes something away would."""
    if command in new:
        return True
    if command.startswith(("no ", "default ")):
        return False
    return wording.is_bare_place(command, parent) or any(text.startswith(command + " ") for text in new)


def _split(text: str) -> list[str]:
    """A trunk's list in pieces that devices take as one line."""
    found = _TRUNK.fullmatch(text)
    parts = found[2].split(",") if found else []
    if found is None or len(parts) <= _MOST_OF_A_LINE:
        return [text]
    pieces = [",".join(parts[at : at + _MOST_OF_A_LINE]) for at in range(0, len(parts), _MOST_OF_A_LINE)]
    return [f"{found[1]} {pieces[0]}", *(f"{found[1]} add {piece}" for piece in pieces[1:])]


def _joined(lines: list[str]) -> list[str]:
    """Neighbouring lines for single ports as one for their list."""
    made: list[str] = []
    for line in lines:
        found = _JOINED.fullmatch(line)
        previous = _JOINED.fullmatch(made[-1]) if made else None
        if found and previous and found[1] == previous[1] and found[2] not in ("vlan",):
            made[-1] = f"{found[1]} {_shorter([*ports(previous[2]), found[2]])}"
        else:
            made.append(line)
    return made


def _shorter(names: Sequence[str]) -> str:
    return ranges(map(int, names)) if all(name.isdecimal() for name in names) else ",".join(names)


def _list_of(text: str, platform: str) -> str | None:
    """The flat list to whose order a line belongs."""
    if pattern := wording.FLAT_LISTS.get(platform):
        found = pattern.match(text)
        return (found[1] or found[2]) if found else None
    found = wording.CLASSIC_LIST.match(text)
    return found[1] if found and platform == "cisco_ios" else None


def _without_lists(nodes: Sequence[Node], parent: str, platform: str) -> Sequence[Node]:
    return nodes if parent else [node for node in nodes if _list_of(node.text, platform) is None]


def _lists(before: Sequence[Node], after: Sequence[Node], platform: str) -> Iterator[_Step]:
    old, new = (_by_list(nodes, platform) for nodes in (before, after))
    for name in dict.fromkeys([*old, *new]):
        was, becomes = old.get(name, []), new.get(name, [])
        if was == becomes:
            continue
        turn = 24 if name != "nat" else 40
        if platform == "cisco_ios":
            lines = becomes[len(was) :] if becomes[: len(was)] == was else [f"no {name}", *becomes]
        else:
            lines = list(_inserted(was, becomes))
        yield _Step(turn if becomes else 76, tuple(lines))


def _by_list(nodes: Sequence[Node], platform: str) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for node in nodes:
        if (name := _list_of(node.text, platform)) is not None:
            made.setdefault(name, []).append(node.text)
    return made


def _inserted(was: Sequence[str], becomes: Sequence[str]) -> Iterator[str]:
    """ASA: lines that go are taken out, others are put in by the number of their line."""
    runs = same(was, becomes)
    kept = {run.before + step for run in runs for step in range(run.size)}
    stays = {run.after + step for run in runs for step in range(run.size)}
    yield from (f"no {text}" for number, text in enumerate(was) if number not in kept)
    last = max(stays, default=-1)
    for number, text in enumerate(becomes):
        if number in stays:
            continue
        if number > last:
            yield text
        elif text.startswith("nat "):
            ends, _, rest = text.partition(") ")
            yield f"{ends}) {number + 1} {rest}"
        else:
            word, name, rest = text.split(" ", 2)
            yield f"{word} {name} line {number + 1} {rest}"
