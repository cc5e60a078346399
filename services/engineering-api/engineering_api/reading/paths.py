"""Statements that a platform knows, as patterns of their paths, and what each says.

A pattern is the path with its changing words in capitals: "family inet address ADDRESS". "(a|b)" is one of them,
"NAME:(a|b)" tells which, "NAME..." is the rest of the statement. A level may open another one, "interfaces NAME" an
interface's; what its function gives is the owner there. A fixed word is preferred to a changing one. A statement that
no pattern matches, or whose words are not what they should be, was not understood, and the ledger says so.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from engineering_api.facts.device import Unparsed
from engineering_api.facts.fact import Fact, Span
from engineering_api.reading.statements import Statement
from engineering_api.reading.tree import Node

Owner = TypeVar("Owner")
Inner = TypeVar("Inner")

_TOKEN = re.compile(r"(?:([A-Z][A-Z0-9_]*):)?\(([^()]+)\)|([A-Z][A-Z0-9_]*)(\.\.\.)?(?!\S)|(\S+)")


@dataclass(frozen=True, slots=True)
class Found:
    """What was matched: the words by their names in the pattern, and where they stand."""

    words: dict[str, str]
    #: The line of the statement.
    line: Span
    #: The lines of what the matched part of the path names: the block, or the same line.
    span: Span
    #: False for what is there without effect.
    is_active: bool = True

    def __getitem__(self, name: str) -> str:
        """A word; "" when the pattern that matched does not have it."""
        return self.words.get(name, "")


@dataclass(frozen=True, slots=True)
class _Entry:
    handler: Callable[[Any, Found], Any] | None
    level: "Level[Any] | None"
    #: The names of changing words and which word of the pattern each is.
    names: tuple[tuple[str, int], ...]
    #: The name of the rest of the statement and where it begins.
    rest: tuple[str, int] | None
    is_known_below: bool
    can_be_off: bool
    says_nothing: bool


@dataclass(slots=True)
class _Edge:
    words: dict[str, "_Edge"] = field(default_factory=dict)
    other: "_Edge | None" = None
    entry: _Entry | None = None
    rest: _Entry | None = None


class Level(Generic[Owner]):
    """A level of a configuration, and the statements it knows."""

    def __init__(self, name: str) -> None:
        """`name` is for messages to whoever writes a platform."""
        self.name = name
        self.root = _Edge()

    def path(self, *patterns: str) -> Callable[[Callable[[Owner, Found], None]], Callable[[Owner, Found], None]]:
        """Declare what a statement says of the level's owner. The function may raise `ValueError`."""

        def keep(handler: Callable[[Owner, Found], None]) -> Callable[[Owner, Found], None]:
            for pattern in patterns:
                self._add(pattern, handler)
            return handler

        return keep

    def opens(
        self, level: "Level[Inner]", *patterns: str, can_be_off: bool = False, says_nothing: bool = False
    ) -> Callable[[Callable[[Owner, Found], Inner]], Callable[[Owner, Found], Inner]]:
        """Declare a path below which another level begins.

        `can_be_off`: what is there without effect is told to the function, with `is_active` false; otherwise nothing
        below has effect and no function is called. `says_nothing`: what is below is known but has no effect here.
        """

        def keep(handler: Callable[[Owner, Found], Inner]) -> Callable[[Owner, Found], Inner]:
            for pattern in patterns:
                self._add(pattern, handler, level=level, can_be_off=can_be_off, says_nothing=says_nothing)
            return handler

        return keep

    def knows(self, *patterns: str) -> None:
        """Declare paths that say nothing which is kept as a fact. They are understood, with all that is below them."""
        for pattern in patterns:
            self._add(pattern, None, is_known_below=True)

    def knows_only(self, *patterns: str) -> None:
        """Declare statements that say nothing which is kept as a fact. What is below them is not known."""
        for pattern in patterns:
            self._add(pattern, None)

    def _add(
        self,
        pattern: str,
        handler: Callable[[Any, Found], Any] | None,
        *,
        level: "Level[Any] | None" = None,
        is_known_below: bool = False,
        can_be_off: bool = False,
        says_nothing: bool = False,
    ) -> None:
        edges, names, rest = [self.root], [], None
        for position, (key, choice, name, is_rest, word) in enumerate(_TOKEN.findall(pattern)):
            if is_rest:
                rest = (name, position)
            elif name:
                names.append((name, position))
                edges = [_other(edge) for edge in edges]
            else:
                if key:
                    names.append((key, position))
                edges = [edge.words.setdefault(one, _Edge()) for edge in edges for one in (choice or word).split("|")]
        entry = _Entry(handler, level, tuple(names), rest, is_known_below, can_be_off, says_nothing)
        for edge in edges:
            if (edge.rest if rest else edge.entry) is not None:
                raise ValueError(f"{self.name}: there are two patterns like '{pattern}'")
            if rest:
                edge.rest = entry
            else:
                edge.entry = entry


def anything() -> "Level[Any]":
    """A level of which every statement is known, for things whose name is all that is kept."""
    level: Level[Any] = Level("anything")
    level.root.rest = _Entry(None, None, (), None, False, False, False)
    return level


def _other(edge: _Edge) -> _Edge:
    if edge.other is None:
        edge.other = _Edge()
    return edge.other


@dataclass(slots=True)
class _Open:
    """A level that was opened after so many words of the statement before, and its owner."""

    depth: int
    level: Level[Any]
    owner: Any
    is_silent: bool
    is_off_told: bool


def read(level: Level[Owner], statements: Iterable[Statement], owner: Owner, *, anywhere: frozenset[str]) -> "Reading":
    """Tell the owner what the statements say.

    `anywhere` are words that make a statement say nothing wherever they are, such as "traceoptions".
    """
    reader = _Reader([_Open(0, level, owner, False, False)], anywhere)
    for statement in statements:
        if not reader.take(statement):
            reader.seen.missed.add(statement.node)
    return reader.seen


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of the nodes: those whose statements were not understood, and the blocks that opened a level."""

    missed: set[Node] = field(default_factory=set)
    opened: set[Node] = field(default_factory=set)


def ledger(nodes: Sequence[Node], seen: Reading) -> list[Unparsed]:
    """The lines that were not understood: statements, and blocks of which nothing was."""
    found: list[Unparsed] = []
    partly: dict[Node, bool] = {}
    order = [node for top in nodes for node in top.walk()]
    for node in reversed(order):
        if node.children:
            partly[node] = node in seen.opened or any(partly[child] for child in node.children)
        else:
            partly[node] = node not in seen.missed
    for node in order:
        if not partly[node]:
            found.append(Unparsed(source=node.line, text=node.text))
    return found


@dataclass(slots=True)
class _Reader:
    open_: list[_Open]
    anywhere: frozenset[str]
    before: tuple[str, ...] = ()
    before_off: tuple[int, int] | None = None
    seen: Reading = field(default_factory=Reading)

    def take(self, statement: Statement) -> bool:
        """Read a statement; false when it was not understood."""
        words = statement.words
        common = 0
        if statement.off == self.before_off:
            for one, other in zip(words, self.before, strict=False):
                if one != other:
                    break
                common += 1
        while len(self.open_) > 1 and self.open_[-1].depth > common:
            self.open_.pop()
        self.before, self.before_off = words, statement.off
        for opened in self.open_[1:]:
            _grow(opened.owner, statement.node.line)
        try:
            is_understood = self._follow(statement)
        except ValueError:  # "no address", as `ipaddress` and pydantic say
            is_understood = False
        return is_understood or not self.anywhere.isdisjoint(words)

    def _follow(self, statement: Statement) -> bool:
        words = statement.words
        here = self.open_[-1]
        start = position = here.depth
        edge = here.level.root
        rest: tuple[_Entry, int] | None = None
        is_known = False
        while position < len(words):
            if edge.rest is not None:
                rest = (edge.rest, start)
            step = edge.words.get(words[position]) or edge.other
            if step is not None:
                edge = step
                position += 1
                entry = edge.entry
                if entry is not None and entry.level is not None:
                    here = self._enter(entry, entry.level, statement, start, position)
                    start, edge, rest, is_known = position, here.level.root, None, False
                elif entry is not None:
                    is_known = is_known or entry.is_known_below
            elif rest is None and not is_known and edge.entry is not None and words[position] in here.level.root.words:
                # Commands may say several things of one owner: "source-address any destination-address any".
                self._tell(edge.entry, statement, start, position)
                start, edge = position, here.level.root
            else:
                break
        is_at_end = position == len(words)
        if is_at_end and edge is here.level.root:
            return len(self.open_) > 1
        if is_at_end and edge.entry is not None:
            self._tell(edge.entry, statement, start, position)
        elif rest is not None:
            self._tell(rest[0], statement, rest[1], len(words))
        else:
            return is_known
        return True

    def _enter(self, entry: _Entry, level: Level[Any], statement: Statement, start: int, end: int) -> _Open:
        above = self.open_[-1]
        off, is_told = statement.off, above.is_off_told
        is_active, is_silent = True, above.is_silent
        if off is not None and end > off[0] and not is_told:
            if entry.can_be_off and end <= off[1]:
                is_active, is_told = False, True
            else:
                is_silent = True
        owner = None
        if not is_silent and entry.handler is not None:
            owner = entry.handler(above.owner, _found(entry, statement, start, end, is_active))
            _grow(owner, statement.node.line)
        opened = _Open(end, level, owner, is_silent or entry.says_nothing, is_told)
        self.open_.append(opened)
        self.seen.opened.add(statement.node_of(end))
        return opened

    def _tell(self, entry: _Entry, statement: Statement, start: int, end: int) -> None:
        here = self.open_[-1]
        is_off = statement.off is not None and end > statement.off[0] and not here.is_off_told
        if entry.handler is not None and not here.is_silent and not is_off:
            entry.handler(here.owner, _found(entry, statement, start, end, True))


def _found(entry: _Entry, statement: Statement, start: int, end: int, is_active: bool) -> Found:
    words = {name: statement.words[start + position] for name, position in entry.names}
    if entry.rest is not None:
        name, position = entry.rest
        words[name] = " ".join(statement.words[start + position : end])
    return Found(words, statement.node.span, statement.span(end), is_active)


def _grow(owner: object, line: Span) -> None:
    """Commands of one thing that follow each other are its lines together."""
    fact = getattr(owner, "fact", None)
    if isinstance(fact, Fact) and fact.source.last + 1 == line.first:
        fact.source = Span(fact.source.first, line.last)
