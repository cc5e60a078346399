"""A record of a controller: an object of JSON, its values and the lines on which they stand."""

import re
from collections.abc import Iterator
from functools import cached_property

from engineering_api.facts.fact import Span
from engineering_api.reading.json_tree import Scalar, is_array, is_object, key_of, value_of
from engineering_api.reading.tree import Node

_TRUE = frozenset(("true", "yes", "on", "1"))


class Record:
    """An object. Controllers of different ages write numbers as words and leave out what is not set."""

    def __init__(self, node: Node) -> None:
        """`node` is the object."""
        self.node = node

    @cached_property
    def members(self) -> dict[str, Node]:
        """Its members by their keys; of a key that stands twice the last, as JSON readers do."""
        return {key_of(child): child for child in self.node.children}

    @property
    def where(self) -> Span:
        """All its lines."""
        return self.node.span

    def line(self, key: str) -> Span:
        """The lines of a value; those of the record when it has no such key."""
        return self.members[key].span if key in self.members else self.where

    def value(self, key: str) -> Scalar:
        """A value; None when it is missing, or an object or array."""
        node = self.members.get(key)
        if node is None or is_object(node) or is_array(node):
            return None
        return value_of(node)

    def text(self, *keys: str) -> str:
        """The first of some values that is not missing or empty, as a word."""
        for key in keys:
            value = self.value(key)
            if value is not None and value != "":
                return str(value).lower() if isinstance(value, bool) else str(value)
        return ""

    def flag(self, key: str) -> bool | None:
        """Whether a value is true; None when it is missing."""
        value = self.value(key)
        return None if value is None or value == "" else str(value).lower() in _TRUE

    def is_on(self, key: str = "enabled") -> bool:
        """Whether a value is true, or missing."""
        return self.flag(key) is not False

    def number(self, key: str) -> int | None:
        """A value as a number; None when it is missing or empty. Raises `ValueError` for anything else."""
        text = self.text(key)
        return int(text) if text else None

    def texts(self, key: str) -> list[str]:
        """The words of an array, or the parts of a word with commas."""
        node = self.members.get(key)
        if node is None:
            return []
        if is_array(node):
            below = [value_of(child) for child in node.children if not is_object(child) and not is_array(child)]
            return [str(value) for value in below if value not in (None, "")]
        return [part.strip() for part in self.text(key).split(",") if part.strip()]

    def record(self, key: str) -> "Record | None":
        """An object that is a member."""
        node = self.members.get(key)
        return Record(node) if node is not None and is_object(node) else None

    def records(self, key: str) -> Iterator["Record"]:
        """The objects of an array."""
        node = self.members.get(key)
        if node is not None and is_array(node):
            yield from (Record(child) for child in node.children if is_object(child))


def port_ranges(text: str) -> list[str]:
    """Ports such as "80,443,8000-8100" as ranges. Raises `ValueError` for what is no port."""
    found: list[str] = []
    for part in re.split(r"[\s,]+", text.strip()) if text.strip() else ():
        first, dash, last = part.replace(":", "-").partition("-")
        low, high = int(first), int(last) if dash else int(first)
        if not 0 <= low <= high <= 65_535:
            raise ValueError(part)
        found.append(f"{low}-{high}")
    return found
