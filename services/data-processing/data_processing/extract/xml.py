"""Words for Office XML: elements by local name, because two generations of namespaces say the same things."""

from collections.abc import Iterator
from typing import Any

#: An element of lxml, which carries no types.
Node = Any


def local(node: Node) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(node: Node | None, *names: str) -> Node | None:
    """The first child of that name, then its first child of the next name, and so on."""
    for name in names:
        if node is None:
            return None
        node = next((candidate for candidate in node if local(candidate) == name), None)
    return node


def children(node: Node | None, *names: str) -> Iterator[Node]:
    """The children with one of the names."""
    if node is not None:
        yield from (candidate for candidate in node if local(candidate) in names)


def within(node: Node, *names: str) -> Iterator[Node]:
    """All elements below with one of the names, in document order."""
    yield from node.iter(*(f"{{*}}{name}" for name in names))


def attribute(node: Node | None, name: str) -> str | None:
    """The value of an attribute, whatever its namespace."""
    if node is None:
        return None
    value: str | None = node.get(name)
    if value is None:
        value = next((value for key, value in node.items() if key.rpartition("}")[2] == name), None)
    return value


def number(text: str | None, default: int = 0) -> int:
    """The whole number in an attribute."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def is_on(node: Node | None) -> bool:
    """Whether a switch such as `w:tblHeader` is there and not turned off."""
    return node is not None and attribute(node, "val") not in ("0", "false", "off")
