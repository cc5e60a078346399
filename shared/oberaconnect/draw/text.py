"""What a text measures in the shipped font, and how it is cleaned, wrapped and cut to a width.

Advance widths come straight out of the font files (OpenType 1.9: head, hhea, hmtx, cmap). Kerning is left out: it makes
Inter's lines shorter, so a line never becomes longer than measured. For what Inter does not have (Arabic, Chinese,
emoji) another font steps in when the picture is shown; its widths are estimated generously.
"""

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

FONTS: Final = Path(__file__).parent / "fonts"
ELLIPSIS: Final = "…"

Weight = Literal[400, 500, 600, 700]
FONT_FILES: Final[dict[Weight, Path]] = {
    400: FONTS / "Inter-Regular.otf",
    500: FONTS / "Inter-Medium.otf",
    600: FONTS / "Inter-SemiBold.otf",
    700: FONTS / "Inter-Bold.otf",
}

_FULL_WIDTH = 1.0
_EMOJI = 1.4
_OTHER_SCRIPT = 0.75

_JOINER = "\u200d"
_KEPT_FORMATS = {_JOINER, "\u200c"}  # emoji sequences, and letters of Persian and Indic scripts, need them
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_COMBINING = {"Mn", "Me", "Mc"}


@dataclass(frozen=True, slots=True)
class Style:
    """A size in pixels, a weight that the fonts have, the room between letters, and the distance of two lines."""

    size: float
    weight: Weight
    spacing: float = 0.0
    line: float = 0.0


HEADING: Final = Style(24, 700, line=30)
SUBTITLE: Final = Style(13, 400, line=18)
KIND: Final = Style(9.5, 600, spacing=0.7)
TITLE: Final = Style(14, 600, line=18)
DETAIL: Final = Style(11, 400, line=15)
PORT: Final = Style(11.5, 500, line=13)
TAB: Final = Style(10, 500, line=12)
CHIP: Final = Style(10.5, 700)
PILL: Final = Style(10.5, 500)
GROUP: Final = Style(11.5, 600)
LEGEND: Final = Style(11.5, 400)


def clean(text: str) -> str:
    """One line in canonical form (NFC) without control, formatting, private and lone surrogate characters."""
    kept = (
        " " if c.isspace() else c
        for c in text
        if c.isspace() or c in _KEPT_FORMATS or unicodedata.category(c) not in _DROPPED
    )
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def width(text: str, style: Style) -> float:
    """The width of one line in pixels."""
    advances = _advances(style.weight)
    ems = 0.0
    for char in text:
        known = advances.get(char)
        ems += known if known is not None else _estimate(char)
    return ems * style.size + style.spacing * len(text)


def fit(text: str, style: Style, limit: float) -> str:
    """The text if it fits into `limit` pixels, else as much of it as fits with an ellipsis."""
    if width(text, style) <= limit:
        return text
    room = limit - width(ELLIPSIS, style)
    kept = ""
    for cluster in _clusters(text):
        room -= width(cluster, style)
        if room < 0:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, style: Style, limit: float, lines: int) -> tuple[str, ...]:
    """The text in at most `lines` lines of at most `limit` pixels, the last one cut if need be; none for no text."""
    found: list[str] = []
    rest = text
    while rest:
        if len(found) == lines - 1:
            return (*found, fit(rest, style, limit))
        line, rest = _first_line(rest, style, limit)
        found.append(line)
    return tuple(found)


def _first_line(text: str, style: Style, limit: float) -> tuple[str, str]:
    if width(text, style) <= limit:
        return text, ""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, style) > limit:
            break
        line = longer
    if not line:  # a word that is longer than a line
        for cluster in _clusters(text):
            if line and width(line + cluster, style) > limit:
                break
            line += cluster
    return line, text[len(line) :].lstrip(" ")


def _clusters(text: str) -> list[str]:
    """What a reader takes for one character: a base with its marks, emoji joined to one, a flag's two letters."""
    found: list[str] = []
    for char in text:
        previous = found[-1] if found else ""
        joins = (
            unicodedata.category(char) in _COMBINING
            or char in _KEPT_FORMATS
            or "\U0001f3fb" <= char <= "\U0001f3ff"
            or previous.endswith(_JOINER)
            or (_is_flag_letter(char) and len(previous) == 1 and _is_flag_letter(previous))
        )
        if previous and joins:
            found[-1] += char
        else:
            found.append(char)
    return found


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _estimate(char: str) -> float:
    if unicodedata.category(char) in _COMBINING or char in _KEPT_FORMATS:
        return 0.0
    if char >= "\U0001f000" or unicodedata.category(char) == "So":
        return _EMOJI
    return _FULL_WIDTH if unicodedata.east_asian_width(char) in "WF" else _OTHER_SCRIPT


@cache
def _advances(weight: Weight) -> dict[str, float]:
    """Character to advance width in ems."""
    data = FONT_FILES[weight].read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)
    }
    per_em: int = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    metrics: int = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    advances = [row[0] for row in struct.iter_unpack(">HH", data[tables[b"hmtx"] :][: 4 * metrics])]
    return {
        char: advances[min(glyph, metrics - 1)] / per_em
        for char, glyph in _glyphs(data, tables[b"cmap"]).items()
        if glyph
    }


def _glyphs(data: bytes, cmap: int) -> dict[str, int]:
    """Character to glyph, from the table of format 12 (segmented coverage), which Inter has."""
    for record in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * record + 4)[0]
        if struct.unpack_from(">H", data, table)[0] == 12:
            groups: int = struct.unpack_from(">I", data, table + 12)[0]
            return {
                chr(code): glyph + code - first
                for first, last, glyph in struct.iter_unpack(">III", data[table + 16 :][: 12 * groups])
                for code in range(first, last + 1)
            }
    raise ValueError("the font has no character map of format 12")
