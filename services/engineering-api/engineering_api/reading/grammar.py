"""Lines that a platform knows, as patterns, and what each says.

A pattern is the line with its changing words in capitals: "ip address ADDRESS MASK". "[word]" may be missing,
"(a|b)" is one of them and "NAME:(a|b)" tells which, "NAME..." is the rest of the line. A word in quotes is one word.
A line that no pattern of its place matches, or whose words are not what they should be, was not understood, and the
ledger says so.
"""

import re
from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True)
class _Entry:
    expression: re.Pattern[str]
    handler: Callable[[Any, Found], Any] | None
    place: "Place[Any] | None"


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

    def knows(self, *patterns: str) -> None:
        """Declare lines that say nothing which is kept as a fact. They are understood, with all that is below them."""
        for pattern in patterns:
            self._add(pattern, None, None)

    def includes(self, other: "Place[Owner]") -> None:
        """Know all lines that another place knows, after one's own."""
        for word, entries in other._by_word.items():
            self._by_word.setdefault(word, []).extend(entries)
        self._others.extend(other._others)

    def read(self, nodes: Iterable[Node], owner: Owner, unparsed: list[Unparsed]) -> None:
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
            if entry.place is not None:
                entry.place.read(node.children, inner, unparsed)
            else:
                for child in node.children:
                    _miss(child, unparsed)

    def _match(self, text: str) -> tuple[_Entry | None, dict[str, str | None]]:
        first = text.partition(" ")[0]
        for entry in (*self._by_word.get(first, ()), *self._others):
            if match := entry.expression.fullmatch(" " + text):
                return entry, match.groupdict()
        return None, {}

    def _add(self, pattern: str, handler: Callable[[Any, Found], Any] | None, place: "Place[Any] | None") -> None:
        entry = _Entry(re.compile(_expression(pattern)), handler, place)
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
    if (optional := re.fullmatch(r"\[([^A-Z\[\]()]+)\]", first)) and rest:
        after = _first_words(rest)
        return None if after is None else (optional[1], *after)
    if choice := re.fullmatch(r"\(([^A-Z\[\]()]+)\)", first):
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
            made.append(rf"\s+(?P<{name}>" + (".+" if rest else r'"[^"]*"|\S+') + ")")
        else:
            made.append(r"\s+" + re.escape(word))
    return "".join(made) + r"\s*"
