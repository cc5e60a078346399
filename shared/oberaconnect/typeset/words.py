"""The texts of a document, as every writer must have them."""

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any

from oberaconnect.draw.text import clean
from oberaconnect.typeset.blocks import Document, Picture


def lines(text: str) -> list[str]:
    """The lines of a text, each without control and formatting characters; at least one."""
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
        svg = {"svg": named.pop("svg")} if isinstance(value, Picture) else {}
        return {"kind": type(value).__name__} | {name: plain(item) for name, item in named.items()} | svg
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
