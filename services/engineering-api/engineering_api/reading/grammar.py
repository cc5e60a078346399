"""Lines that a platform knows, as patterns, and what each says.

A pattern is the line with its changing words in capitals: "ip address ADDRESS MASK". "[word]" may be missing,
"(a|b)" is one of them and "NAME:(a|b)" tells which, "[NO:(no)]" whether it is there, "NAME..." is the rest of the
line. A word in quotes is one word.
A line that no pattern of its place matches, or whose words are not what they should be, was not understood, and the
ledger says so.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engineering_api.facts.device import Unparsed
from engineering_api.facts.fact import Span
from engineering_api.reading.tree import Node

Owner = TypeVar("Owner")
Inner = TypeVar("Inner")

_TOKEN = re.compile(
    r"(?:([A-Z][A-Z0-9_]*):)?\(([^()]+)\)|([A-Z][A-Z0-9_]*)(\.\.\.)?(?![^\s\[\]()])|([^\s\[\]()]+)|(\[)|(\])"
)

#: No configuration has so many blocks within each other; a file that has is no reason to run out of stack.
_DEEPEST = 60
#: Words that leave a block, or all of them.
_LEAVING = ("exit", "end")


@dataclass(frozen=True, slots=True)
class Found:
    """A line that was matched: its words by their names in the pattern, and its node."""

    words: dict[str, str | None]
    node: Node

    def __getitem__(self, name: str) -> str:
        """A word; "" when it is missing."""
        return self.words.get(name) or ""

    @property
    def line(self) -> Span:
        """The line itself."""
        return self.node.line

    @property
    def span(self) -> Span:
        """The line with all that is below it."""
        return self.node.span


@dataclass(slots=True)
class _Entry:
    pattern: str
    handler: Callable[[Any, Found], Any] | None
    place: "Place[Any] | None"
    #: The handler has read what is below as well.
    is_whole: bool = False
    #: Made when it is first needed: a platform has hundreds of patterns, a configuration uses few of them.
    expression: re.Pattern[str] | None = None

    def match(self, text: str) -> re.Match[str] | None:
        """Match a whole line."""
        if self.expression is None:
            self.expression = re.compile(_expression(self.pattern))
        return self.expression.fullmatch(text)


class Place(Generic[Owner]):
    """A place of a configuration, such as the outermost level or the inside of an interface, and the lines it knows."""

    def __init__(self, name: str) -> None:
        """`name` is for messages to whoever writes a platform."""
        self.name = name
        self._by_word: dict[str, list[_Entry]] = {}
        self._others: list[_Entry] = []

    def line(self, *patterns: str) -> Callable[[Callable[[Owner, Found], None]], Callable[[Owner, Found], None]]:
        """Declare what a line says of the place's owner. The function may raise `ValueError` for what cannot be so."""

        def keep(handler: Callable[[Owner, Found], None]) -> Callable[[Owner, Found], None]:
            for pattern in patterns:
                self._add(pattern, handler, None)
            return handler

        return keep

    def opens(
        self, place: "Place[Inner]", *patterns: str
    ) -> Callable[[Callable[[Owner, Found], Inner]], Callable[[Owner, Found], Inner]]:
        """Declare a line below which another place begins; what the function gives is the owner there."""

        def keep(handler: Callable[[Owner, Found], Inner]) -> Callable[[Owner, Found], Inner]:
            for pattern in patterns:
                self._add(pattern, handler, place)
            return handler

        return keep

    def block(
        self, *patterns: str, place: "Place[Any] | None" = None
    ) -> Callable[[Callable[[Owner, Found], None]], Callable[[Owner, Found], None]]:
        """Declare a line whose function reads all that is below it, too; `place` knows the lines that can be there."""

        def keep(handler: Callable[[Owner, Found], None]) -> Callable[[Owner, Found], None]:
            for pattern in patterns:
                self._add(pattern, handler, place, is_whole=True)
            return handler

        return keep

    def knows(self, *patterns: str) -> None:
        """Declare lines that say nothing which is kept as a fact. They are understood, with all that is below them."""
        for pattern in patterns:
            self._add(pattern, None, None)

    def knows_words(self, words: str, *, after: str = "") -> None:
        """Declare lines that say nothing which is kept: by their first words, or the first after a pattern."""
        self.knows(f"{after}{' ' if after else ''}({'|'.join(dict.fromkeys(words.split()))}) [WORDS...]")

    def includes(self, other: "Place[Owner]") -> None:
        """Know all lines that another place knows, after one's own."""
        for word, entries in other._by_word.items():
            self._by_word.setdefault(word, []).extend(entries)
        self._others.extend(other._others)

    def check(self) -> None:
        """Make the expressions of all patterns at once, for the tests of a platform: raises for one that is wrong."""
        for entry in {id(one): one for entries in (*self._by_word.values(), self._others) for one in entries}.values():
            entry.match("")

    def read(self, nodes: Iterable[Node], owner: Owner, unparsed: list[Unparsed], *, depth: int = 0) -> None:
        """Tell the owner what the nodes say; what was not understood goes into the ledger."""
        for node in nodes:
            entry, words = self._match(node.text)
            if entry is None:
                _miss(node, unparsed)
                continue
            if entry.handler is None:
                continue
            try:
                inner = entry.handler(owner, Found(words, node))
            except ValueError:  # "no address", as `ipaddress` and pydantic say
                _miss(node, unparsed)
                continue
            if entry.is_whole:
                continue
            if entry.place is not None and depth < _DEEPEST:
                entry.place.read(node.children, inner, unparsed, depth=depth + 1)
            else:
                for child in node.children:
                    _miss(child, unparsed)

    def nested(self, nodes: Sequence[Node]) -> list[Node]:
        """The tree of lines that were written without indentation, as whoever types or pastes them does.

        A line belongs to the innermost block that was begun and says something with it, as the device itself takes
        it; else to the innermost that at least knows it.
        """
        top: list[Node] = []
        begun: list[tuple[Place[Any], list[Node], Node | None]] = [(self, top, None)]
        for node in nodes:
            if node.text not in _LEAVING:
                level, place = self._level(node.text, begun)
                del begun[level + 1 :]
            else:
                level, place = len(begun) - 1, None
            begun[level][1].append(node)
            for _, _, owner in begun:
                if owner is not None:
                    owner.last = max(owner.last, node.last)
            if place is not None:
                begun.append((place, node.children, node))
            elif node.text in _LEAVING and level:
                del begun[1 if node.text == "end" else -1 :]
        return top

    @staticmethod
    def _level(text: str, begun: "list[tuple[Place[Any], list[Node], Node | None]]") -> "tuple[int, Place[Any] | None]":
        """To which of the blocks that were begun a line belongs, and what it begins itself."""
        known = len(begun) - 1, None
        is_known = False
        for level in range(len(begun) - 1, -1, -1):
            entry, _ = begun[level][0]._match(text)
            if entry is not None and entry.handler is not None:
                return level, entry.place
            if entry is not None and not is_known:
                known, is_known = (level, None), True
        return known

    def _match(self, text: str) -> tuple[_Entry | None, dict[str, str | None]]:
        first = text.partition(" ")[0]
        for entry in (*self._by_word.get(first, ()), *self._others):
            if match := entry.match(" " + text):
                return entry, match.groupdict()
        return None, {}

    def _add(
        self,
        pattern: str,
        handler: Callable[[Any, Found], Any] | None,
        place: "Place[Any] | None",
        *,
        is_whole: bool = False,
    ) -> None:
        entry = _Entry(pattern, handler, place, is_whole)
        if (words := _first_words(pattern)) is None:
            self._others.append(entry)
        else:
            for word in words:
                self._by_word.setdefault(word, []).append(entry)


def _miss(node: Node, unparsed: list[Unparsed]) -> None:
    unparsed.extend(Unparsed(source=below.line, text=below.text) for below in node.walk())


def _first_words(pattern: str) -> tuple[str, ...] | None:
    """The words with which a line of a pattern begins; None if it may be any."""
    first, _, rest = pattern.partition(" ")
    if (optional := re.fullmatch(r"\[(?:[A-Z]+:)?\(?([^A-Z\[\]()]+)\)?\]", first)) and rest:
        after = _first_words(rest)
        return None if after is None else (*optional[1].split("|"), *after)
    if choice := re.fullmatch(r"(?:[A-Z]+:)?\(([^A-Z\[\]()]+)\)", first):
        return tuple(choice[1].split("|"))
    return (first,) if re.fullmatch(r"[^A-Z\[\]()]+", first) else None


def _expression(pattern: str) -> str:
    """The regular expression of a pattern, for a line with a blank before it: each word brings its own blank along."""
    made: list[str] = []
    for key, choice, name, rest, word, opening, closing in _TOKEN.findall(pattern):
        if opening or closing:
            made.append("(?:" if opening else ")?")
        elif choice:
            one_of = "|".join(re.escape(one) for one in choice.split("|"))
            made.append(rf"\s+(?P<{key}>{one_of})" if key else rf"\s+(?:{one_of})")
        elif name:
            made.append(rf"\s+(?P<{name}>" + (r"\S.*" if rest else r'"[^"]*"|\S+') + ")")
        else:
            made.append(r"\s+" + re.escape(word))
    return "".join(made) + r"\s*"
