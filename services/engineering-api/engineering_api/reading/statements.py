"""A configuration as statements: each with all words of its path, whether it was written in braces or as a command.

    interfaces { ge-0/0/0 { unit 0 { family inet { address 192.0.2.1/24; } } } }
    set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24

say the same; each gives one statement of the same seven words, with its own line.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engineering_api.facts.fact import Span
from engineering_api.reading import setlines
from engineering_api.reading.tree import Node

#: "[ a b c ]" stands for as many statements; more of them are no configuration.
_MOST_OF_A_LIST = 4_000
_MARKS = {"inactive:", "protect:", "replace:"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement without anything below it.

    Attributes:
        words: of its whole path.
        path: the nodes that the words are from, the outermost first; the last one is its own line.
        ends: how many words there are up to the end of each of these nodes.
        off: when it is there without effect: after how many words begins, and ends, the path that was switched off.
    """

    words: tuple[str, ...]
    path: tuple[Node, ...]
    ends: tuple[int, ...]
    off: tuple[int, int] | None = None

    @property
    def node(self) -> Node:
        """The node of its own line."""
        return self.path[-1]

    def span(self, count: int) -> Span:
        """The lines of what its first `count` words name: a whole block, or this line."""
        return self.node_of(count).span

    def node_of(self, count: int) -> Node:
        """The node with which its first `count` words end."""
        return self.path[min(bisect_left(self.ends, count), len(self.path) - 1)]

    def below(self, count: int, prefix: tuple[str, ...]) -> "Statement":
        """The same statement for another path: its first `count` words are replaced. All of it is from its own line."""
        words = prefix + self.words[count:]
        return replace(self, words=words, path=(self.node,), ends=(len(words),))


def statements(nodes: Sequence[Node]) -> Iterator[Statement]:
    """The statements of a tree in the order of the file."""
    switched_off = _switched_off(nodes)
    lengths = sorted({len(one) for one in switched_off})
    deletions = _deletions(nodes)
    for found in _walk(nodes):
        for one in _each(found):
            if deletions and _is_deleted(one, deletions):
                continue
            off = next((n for n in lengths if n <= len(one.words) and one.words[:n] in switched_off), None)
            yield one if off is None or one.off else replace(one, off=(off - 1, off))
    # What takes nothing away is a change of something that is not here.
    for deletion in deletions.values():
        if not deletion.has_effect:
            yield _under(None, deletion.node.text.split(), deletion.node)


@dataclass(slots=True)
class _Deletion:
    """A command that takes away what was said of a path before it."""

    node: Node
    has_effect: bool = False


def _deletions(nodes: Iterable[Node]) -> dict[tuple[str, ...], _Deletion]:
    """The last one of each path."""
    return {
        tuple(setlines.words(node.text.removeprefix("delete "))): _Deletion(node)
        for node in nodes
        if node.text.startswith("delete ") and not node.children
    }


def _is_deleted(one: Statement, deletions: dict[tuple[str, ...], _Deletion]) -> bool:
    for count in range(1, len(one.words) + 1):
        deletion = deletions.get(one.words[:count])
        if deletion is not None and one.node.first < deletion.node.first:
            deletion.has_effect = True
            return True
    return False


def _switched_off(nodes: Iterable[Node]) -> set[tuple[str, ...]]:
    found = set()
    for node in nodes:
        if node.text.startswith("deactivate "):
            found.add(tuple(setlines.words(setlines.command(node.text)[1])))
    return found


def _walk(nodes: Sequence[Node]) -> Iterator[Statement]:
    waiting: list[tuple[Node, Statement | None]] = [(node, None) for node in reversed(nodes)]
    while waiting:
        node, above = waiting.pop()
        if above is None:
            if node.text.startswith("delete ") and not node.children:
                continue
            verb, text = setlines.command(node.text)
            if verb in {"deactivate", "protect", "comment"}:
                continue
        else:
            text = node.text
        found = _under(above, setlines.words(text), node)
        if node.children:
            waiting.extend((child, found) for child in reversed(node.children))
        else:
            yield found


def _under(above: Statement | None, words: list[str], node: Node) -> Statement:
    is_off = False
    while words and words[0] in _MARKS:
        is_off = is_off or words[0] == "inactive:"
        del words[0]
    before = above or Statement((), (), ())
    made = (*before.words, *words)
    off = before.off or ((len(before.words), len(made)) if is_off else None)
    return Statement(made, (*before.path, node), (*before.ends, len(made)), off)


def _each(found: Statement) -> Iterator[Statement]:
    """The statement by itself, or for each member of its lists."""
    if "[" not in found.words:
        yield found
        return
    choices: list[list[str]] = []
    members: list[str] = []
    count, is_inside = 1, False
    for word in found.words:
        if word == "[" and not is_inside:
            is_inside, members = True, []
        elif word == "]" and is_inside:
            is_inside = False
            choices.append(members or [""])
            count *= len(choices[-1])
        elif is_inside:
            members.append(word)
        else:
            choices.append([word])
    if is_inside:
        choices.append(members or [""])
        count *= len(choices[-1])
    if count > _MOST_OF_A_LIST:
        yield found
        return
    ends = (*found.ends[:-1], len(choices))
    for words in itertools.product(*choices):
        yield replace(found, words=words, ends=ends)
