"""The commands that turn one configuration of a Cisco-like platform into another.

Order: what is named comes before its uses and goes after them; what is taken away comes before what is set, but static
routes are set first, so that the device stays reachable; of a port its mode comes first and `no shutdown` last.
"""

import re
from collections.abc import Iterator, Sequence
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
    return [line for step in steps for line in step.lines]


def _steps(before: Sequence[Node], after: Sequence[Node], parent: str, platform: str) -> Iterator[_Step]:
    before, after = (_without_lists(one, parent, platform) for one in (before, after))
    is_inside = bool(parent)
    old, new = ({node.text: node for node in nodes} for nodes in (before, after))
    places = {place for text in new if (place := wording.place(text, platform, is_inside=is_inside))}
    wiped: list[str] = []
    sections = {_named(node.text) for node in after if node.text not in old and _is_definition(node.text)}
    for node in before:
        if node.text in new or wording.place(node.text, platform, is_inside=is_inside) in places:
            continue
        command = wording.taken_away(node.text, platform)
        if not _is_needless(command, new, parent):
            if command.startswith("no ") and command != f"no {node.text}":
                wiped.append(f"{command[3:]} ")
            is_replaced = command[3:] + " " in wiped or _named(node.text) in sections
            yield _Step(_turn(node.text, parent, is_removed=True, is_replaced=is_replaced), (command,))
    cleared = (
        any(_CLEARING.match(text) for text in old.keys() ^ new.keys()) if parent.startswith("interface") else False
    )
    for node in after:
        is_lost = (cleared and _LAYER_3.match(node.text)) or node.text.startswith(tuple(wiped))
        if node.text in old and not is_lost:
            below = _inside(old[node.text], node, platform)
            if below:
                margin = "" if _is_verbatim(node.text) else _INDENT
                lines = (node.text, *(margin + line for line in below))
                yield _Step(_turn(node.text, parent, has_children=True), _with_exit(lines, parent))
        else:
            lines = tuple(_whole(node, parent, platform))
            yield _Step(_turn(node.text, parent, has_children=bool(node.children)), _with_exit(lines, parent))


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
    """A list without numbers, to which devices add at its end: from the first difference on it is made anew."""
    same = 0
    while same < min(len(old), len(new)) and old[same].text == new[same].text:
        same += 1
    return [*(f"no {node.text}" for node in old[same:]), *(node.text for node in new[same:])]


def _with_exit(lines: tuple[str, ...], parent: str) -> tuple[str, ...]:
    if len(lines) > 1 and parent and (found := _NEEDS_EXIT.match(lines[0])):
        return (*lines, f"exit-peer-{found[1]}" if found[1] else "exit-address-family")
    return lines


def _turn(
    text: str, parent: str, *, is_removed: bool = False, is_replaced: bool = False, has_children: bool = False
) -> int:
    """When the turn of a command is. Removed definitions go last, unless one of the same name takes their place."""
    if parent:
        if text.removeprefix("no ") == "shutdown":
            return 90 if text.startswith("no ") != is_removed else 5
        if _CLEARING.match(text) or text.startswith("switchport mode "):
            return 6 if not is_removed else 4
        return (10 if is_removed else 20) + (30 if has_children and not is_removed else 0)
    if wording.ROUTES.match(text):
        turns = (60, 50)
    elif _is_definition(text):
        turns = (10 if is_replaced else 70, 20)
    else:
        turns = (24, 25) if text.startswith("vlan ") else (30, 40)
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
    return wording.is_bare_place(command, is_inside=bool(parent)) or any(text.startswith(command + " ") for text in new)


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
        turn = 20 if name != "nat" else 40
        if platform == "cisco_ios":
            lines = becomes[len(was) :] if becomes[: len(was)] == was else [f"no {name}", *becomes]
        else:
            lines = list(_inserted(was, becomes))
        yield _Step(turn if becomes else 70, tuple(lines))


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
