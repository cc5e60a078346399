"""What a model reads of an answer: plain lines, cut to a size, and a sentence that says what was left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The most that a call gives a model to read, in bytes of UTF-8.
MOST_BYTES = 24_000
#: The most of a longer text that a call gives, with room for a line about it.
PAGE_BYTES = MOST_BYTES - 1_000
#: Kept free for the sentence that says what was left out.
_NOTE_BYTES = 300


@dataclass(frozen=True)
class Fitted:
    """Blocks that were put together, and how many of them there was room for."""

    text: str
    shown: int


def fitted(blocks: Sequence[str], *, what: str, hint: str, most: int = MOST_BYTES) -> Fitted:
    """As many whole blocks as there is room for, a blank line between them; the first is cut when it alone is too long.

    `what` names them in the plural ("passages"), `hint` says how to get the others ("Ask for fewer of them").
    """
    room = most - _NOTE_BYTES
    taken: list[str] = []
    for block in blocks:
        room -= len(block.encode()) + 2
        if room < 0:
            break
        taken.append(block)
    if len(taken) == len(blocks):
        return Fitted("\n\n".join(taken), len(taken))
    if not taken:
        taken = [cut(blocks[0], most=most - _NOTE_BYTES)]
    left = len(blocks) - len(taken)
    note = f"[{left} more {what} were left out, because the answer is too long. {hint}.]" if left else ""
    return Fitted("\n\n".join([*taken, note] if note else taken), len(taken))


@dataclass(frozen=True)
class Page:
    """A part of a longer text, up to the character `end`. `next_offset` is where it goes on; None at its end."""

    text: str
    end: int
    next_offset: int | None


def page(text: str, offset: int, *, length: int = PAGE_BYTES, most: int = PAGE_BYTES) -> Page:
    """So many characters from `offset` on, as far as `most` bytes hold them; the others are on the next page."""
    shown = text[offset : offset + length].encode(errors="replace")[:most].decode(errors="ignore")
    end = offset + len(shown)
    return Page(shown, end, end if end < len(text) else None)


def cut(text: str, *, most: int = MOST_BYTES, hint: str = "") -> str:
    """A text of at most so many bytes, with a note of how much was left out. `hint` says how to get the rest."""
    whole = text.encode()
    if len(whole) <= most:
        return text
    kept = whole[: most - _NOTE_BYTES].decode(errors="ignore")
    left = len(text) - len(kept)
    more = f" {hint}." if hint else ""
    return f"{kept}\n[{left} more characters were left out, because the answer is too long.{more}]"


def line(text: object, longest: int = 300) -> str:
    """A text as one line of at most so many characters."""
    plain = " ".join(str(text).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def outline(value: Any, *, skip: Iterable[str] = ()) -> str:
    """A JSON document as indented lines `name: value`, without the fields that are null, empty, or in `skip`."""
    return "\n".join(_outlined(value, frozenset(skip), 0))


def _outlined(value: Any, skip: frozenset[str], depth: int) -> list[str]:
    indent = "  " * depth
    if isinstance(value, Mapping):
        lines: list[str] = []
        for name, item in value.items():
            if name in skip or item is None or item in ("", [], {}):
                continue
            if _is_plain(item):
                lines.append(f"{indent}{name}: {_word(item)}")
            else:
                lines += [f"{indent}{name}:", *_outlined(item, skip, depth + 1)]
        return lines
    if isinstance(value, list):
        lines = []
        for item in value:
            inner = _outlined(item, skip, depth + 1) or [""]
            lines += [f"{indent}- {inner[0].strip()}", *inner[1:]]
        return lines
    return [f"{indent}{_word(value)}"]


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list) or (
        isinstance(value, list) and len(value) <= 20 and all(not isinstance(item, Mapping | list) for item in value)
    )


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_word(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
