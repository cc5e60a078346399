"""JSON pointers (RFC 6901) into a flow's plain form."""

from collections.abc import Iterator
from typing import Any


def pointer(*parts: str | int) -> str:
    """The pointer to a value, from the keys and positions on the way to it."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parts(text: str) -> list[str]:
    """The keys and positions of a pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def resolves(plain: Any, text: str) -> bool:
    """Whether a pointer leads to a value."""
    if text and not text.startswith("/"):
        return False
    value = plain
    for part in parts(text):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return False
    return True


def order(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which position 2 comes before position 10."""
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts(text))


def texts(plain: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every string below a value that stands at a pointer, with its own pointer."""
    if isinstance(plain, str):
        yield where, plain
    elif isinstance(plain, dict):
        for key, value in plain.items():
            if isinstance(value, str | dict | list):
                yield from texts(value, f"{where}{pointer(key)}")
    elif isinstance(plain, list):
        for position, value in enumerate(plain):
            yield from texts(value, f"{where}/{position}")
