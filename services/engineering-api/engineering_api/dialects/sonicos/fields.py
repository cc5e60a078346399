"""The fields of a file, one a line, and the records that the numbers behind their keys make of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engineering_api.facts.fact import Span
from engineering_api.reading.tree import Node

_KEY = re.compile(r"([A-Za-z][\w.-]*?)(?:_(-?\d{1,9}))?=(.*)", re.DOTALL)
_FAMILY = re.compile(r"[a-z]+|[A-Z]+[a-z]*")

_ON = frozenset({"1", "on", "true", "yes", "enabled"})


def is_on(value: str) -> bool:
    """Whether a switch is on."""
    return value.strip().casefold() in _ON


def whole(text: str, most: int) -> int | None:
    """A whole number from 0 to `most`; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return number if (number := int(text)) <= most else None


def tree(texts: Sequence[str]) -> list[Node]:
    """The fields as nodes. Neighbours of one family with the same number are below the first of them."""
    top: list[Node] = []
    group: tuple[str, str] | None = None
    for number, text in enumerate(texts, start=1):
        stripped = text.strip()
        if not stripped:
            continue
        node = Node(stripped, number, number)
        match = _KEY.fullmatch(stripped)
        family = _FAMILY.match(match[1]) if match else None
        mine = (family[0], match[2]) if match and family and match[2] is not None else None
        if mine is not None and mine == group and top and top[-1].last == number - 1:
            top[-1].children.append(node)
            top[-1].last = number
        else:
            top.append(node)
        group = mine
    return top


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says, and where."""

    text: str
    line: Span


_NOTHING = Value("", Span(1, 1))


@dataclass(slots=True)
class Fields:
    """All fields of a file by their keys and numbers, and which lines are no fields at all."""

    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    others: list[Node] = field(default_factory=list)
    groups: dict[int, Span] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> "Fields":
        """The fields that nodes say; of a key that is there twice, the first."""
        made = cls()
        for top in nodes:
            for node in top.walk():
                match = _KEY.fullmatch(node.text)
                if match is None:
                    made.others.append(node)
                    continue
                made.keys[node.first] = match[1]
                made.groups[node.first] = top.span
                made.values.setdefault(match[1], {}).setdefault(match[2] or "", Value(match[3].strip(), node.line))
        return made

    def single(self, *keys: str) -> Value | None:
        """A field without a number, by the first of its keys that is there and not empty."""
        for key in keys:
            value = self.values.get(key, {}).get("")
            if value is not None and value.text:
                return value
        return None

    def records(self, key: str) -> Iterator["Record"]:
        """The records that have a field, in the order of the file."""
        for number, value in self.values.get(key, {}).items():
            if number:
                yield Record(self, number, self.groups[value.line.first])


@dataclass(frozen=True, slots=True)
class Record:
    """The fields with one number. `source` are the lines of them that stand together."""

    fields: Fields
    number: str
    source: Span

    def value(self, *keys: str) -> Value:
        """A field by the first of its keys that is there; an empty one where none is."""
        for key in keys:
            if (value := self.fields.values.get(key, {}).get(self.number)) is not None:
                return value
        return _NOTHING

    def text(self, *keys: str) -> str:
        """What a field says; "" where it is not there."""
        return self.value(*keys).text

    def where(self, *keys: str) -> Span:
        """The line of a field; all lines of the record where it is not there."""
        value = self.value(*keys)
        return self.source if value is _NOTHING else value.line
