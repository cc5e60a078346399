"""The texts of a document, as every writer must have them."""

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any, Final

from oberaconnect.draw.text import clean
from oberaconnect.typeset.blocks import Document, Picture

#: Fields of a picture that are no text of the document.
_DRAWINGS: Final = frozenset({"svg", "mermaid"})


def lines(text: str) -> list[str]:
    """The lines of a text, each without control and formatting characters; at least one."""
    if text.isascii() and text.isprintable():  # most cells of a table; a sixth of the time
        return [" ".join(text.split())]
    return [clean(line) for line in text.splitlines()] or [""]


def plain(value: Any) -> Any:
    """A document or a part of it as JSON has it, with `kind` for the class of each part and its texts cleaned."""
    if isinstance(value, str):
        return "\n".join(lines(value))
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        drawn = {"svg": value.svg} if isinstance(value, Picture) else {}
        said = {name: plain(item) for name, item in named.items() if not (drawn and name in _DRAWINGS)}
        return {"kind": type(value).__name__} | said | drawn
    return value


def characters(document: Document) -> set[str]:
    """Every character that the document shows."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, str):
            found.update(value)
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                collect(item)

    collect(plain(document))
    return found
