"""Text that an MCP server wrote, before a person or a model sees it: only what is visible, and not too much of it."""

import math
import unicodedata
from collections.abc import Callable
from typing import Any

#: Formats, controls, private use, halves of characters: what is there without being seen. The tags of U+E0000 and the
#: marks of writing direction are among them.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
#: Of them, what writing needs between letters: scripts of India and Iran, and joined emoji.
_JOINERS = "\u200c\u200d"
_SPACES = "\n\t"


def visible(text: str, most: int) -> str:
    """A description: without anything that is not seen, at most `most` characters."""
    seen = "".join(one for one in text if one in _SPACES or unicodedata.category(one) not in _UNSEEN).strip()
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def plain(text: str) -> str:
    """A result: as it is, but for characters that hide text or that cannot be stored. Lines end with a line feed."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n")
    kept = _SPACES + _JOINERS
    return "".join(one for one in lines if one in kept or unicodedata.category(one) not in _UNSEEN)


def plain_data(value: Any, change: Callable[[str], str] = plain) -> Any:
    """The same for every text within a JSON value; a number that JSON does not have becomes null."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {change(str(key)): plain_data(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_data(one, change) for one in value]
    return value
