"""The tree of JSON (RFC 8259) that is laid out over lines, with the lines on which values stand.

A member is a node whose text is its key and value, `"vlan": 20`; an object or array is `"data": [` with its members
below, to the line that closes it. What cannot be JSON is a node as it is, to the end of its line.
"""

import json
import re
from collections.abc import Iterable

from engineering_api.reading.tree import Node

Scalar = str | int | float | bool | None

_TOKEN = re.compile(
    r'[ \t\r]*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])'
    r"|(?P<mark>[{}\[\],:]))"
)
_MEMBER = re.compile(r'("(?:[^"\\]|\\.)*"): (.*)', re.DOTALL)


class _Builder:
    """The tree so far: what is open, and the key whose value comes next."""

    def __init__(self) -> None:
        self.top: list[Node] = []
        self.open: list[Node] = []
        self.key = ""
        self.has_colon = False

    def read(self, text: str, number: int) -> None:
        """Take a line."""
        at = 0
        while found := _TOKEN.match(text, at):
            at = found.end()
            mark = found["mark"]
            if not mark:
                self._value(found["text"], found["word"], number)
            elif mark in "{[":
                node = self._place(mark, number)
                self.open.append(node)
            elif mark in "}]":
                self._leave_key(number)
                if self.open:
                    self.open.pop().last = number
            elif mark == ":":
                self.has_colon = bool(self.key)
            else:
                self._leave_key(number)
        if rest := text[at:].strip():
            if not self.has_colon:
                self._leave_key(number)
            self._place(rest, number)

    def end(self, number: int) -> None:
        """Close what a truncated file leaves open."""
        self._leave_key(number)
        for node in self.open:
            node.last = number

    def _value(self, text: str | None, word: str | None, number: int) -> None:
        if text and not self.has_colon and self.open and self.open[-1].text.endswith("{"):
            self._leave_key(number)
            self.key = text
        else:
            self._place(text or word or "", number)

    def _place(self, text: str, number: int) -> Node:
        node = Node(f"{self.key}: {text}" if self.has_colon else text, number, number)
        self.key, self.has_colon = "", False
        (self.open[-1].children if self.open else self.top).append(node)
        return node

    def _leave_key(self, number: int) -> None:
        """A key without a value is what cannot be JSON."""
        if self.key:
            text, self.key, self.has_colon = self.key, "", False
            self._place(text, number)


def tree(texts: Iterable[str]) -> list[Node]:
    """The nodes of the outermost level: usually one, the object or array that is the file."""
    builder = _Builder()
    number = 0
    for number, text in enumerate(texts, start=1):
        builder.read(text, number)
    builder.end(number)
    return builder.top


def key_of(node: Node) -> str:
    """The key of a member; "" for what is in an array."""
    found = _MEMBER.fullmatch(node.text)
    return str(json.loads(found[1], strict=False)) if found else ""


def value_of(node: Node) -> Scalar:
    """The value of a node that is neither object nor array.

    Raises:
        ValueError: when it is none, or no JSON.
    """
    found = _MEMBER.fullmatch(node.text)
    value: object = json.loads(found[2] if found else node.text, strict=False)
    if isinstance(value, list | dict):
        raise ValueError(node.text)
    return value if value is None or isinstance(value, str | int | float) else None


def is_object(node: Node) -> bool:
    """Whether it is an object, with members below."""
    return node.text.endswith("{")


def is_array(node: Node) -> bool:
    """Whether it is an array, with its items below."""
    return node.text.endswith("[")


def is_scalar(node: Node) -> bool:
    """Whether it is a value that is neither object nor array."""
    try:
        value_of(node)
    except ValueError:
        return False
    return not is_object(node) and not is_array(node)
