"""Which typeface shows a character that Inter does not have: one of the system's, if it has one.

Typst is given Inter and no more than the files that are needed, so a document in Latin, Greek or Cyrillic letters is
the same on every machine. Character maps are read as OpenType 1.9 writes them (cmap, formats 4 and 12).
"""

import mmap
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from oberaconnect.draw.text import FONT_FILES

SYSTEM_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
#: Shown in place of a character that no typeface has; Inter has it.
UNKNOWN: Final = "□"

_SUFFIXES = {".otf", ".ttf", ".ttc", ".otc"}
_MOST_FILES = 2000
_UNICODE_PLATFORMS = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}


def typefaces(characters: Iterable[str], folders: Iterable[Path] = SYSTEM_FOLDERS) -> tuple[list[Path], set[str]]:
    """The files that are needed besides Inter to show the characters, and those that none of them shows."""
    missing = {char for char in characters if not _is_invisible(char) and not _has(FONT_FILES[400], char)}
    files: list[Path] = []
    if missing:
        for file in _installed(tuple(folders)):
            if shown := {char for char in missing if _has(file, char)}:
                files.append(file)
                missing -= shown
            if not missing:
                break
    return files, missing


def _is_invisible(char: str) -> bool:
    """Line ends, and what only says how its neighbours look."""
    return char == "\n" or unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


@cache
def _installed(folders: tuple[Path, ...]) -> list[Path]:
    """Upright sans serifs of regular weight first, then by name, so that the choice is always the same."""
    found = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES)
    return sorted(
        found[:_MOST_FILES], key=lambda file: ("Sans" not in file.stem, not _is_regular(file.stem), file.stem)
    )


def _is_regular(stem: str) -> bool:
    return stem.endswith("Regular") or "-" not in stem


@lru_cache(maxsize=50_000)
def _has(file: Path, char: str) -> bool:
    return any(ord(char) in codes for codes in _ranges(file))


@cache
def _ranges(file: Path) -> list[range]:
    """The code points of a font; of a collection, those of its first font. None for a file that is not as it should."""
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return list(_read(data))
    except (OSError, ValueError, struct.error, IndexError):
        return []


def _read(data: mmap.mmap) -> Iterator[range]:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for at in range(start + 12, start + 12 + 16 * tables, 16):
        if data[at : at + 4] == b"cmap":
            yield from _of_cmap(data, struct.unpack_from(">I", data, at + 8)[0])


def _of_cmap(data: mmap.mmap, cmap: int) -> Iterator[range]:
    for record in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * record)
        if (platform, encoding) in _UNICODE_PLATFORMS:
            table = cmap + offset
            version = struct.unpack_from(">H", data, table)[0]
            if version == 12:
                yield from _groups(data, table)
            elif version == 4:
                yield from _segments(data, table)


def _groups(data: mmap.mmap, table: int) -> Iterator[range]:
    for position in range(struct.unpack_from(">I", data, table + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", data, table + 16 + 12 * position)
        yield range(first if glyph else first + 1, last + 1)


def _segments(data: mmap.mmap, table: int) -> Iterator[range]:
    doubled = struct.unpack_from(">H", data, table + 6)[0]
    ends, starts = table + 14, table + 16 + doubled
    for at in range(0, doubled, 2):
        last, first = (struct.unpack_from(">H", data, base + at)[0] for base in (ends, starts))
        delta, offset = (struct.unpack_from(">H", data, starts + doubled * n + at)[0] for n in (1, 2))
        if first == 0xFFFF:
            continue
        if offset == 0:
            absent = -delta % 0x10000  # the one code whose glyph would be 0, "no glyph"
            yield range(first, min(last + 1, absent)) if first <= absent <= last else range(first, last + 1)
            yield range(absent + 1, last + 1) if first <= absent <= last else range(0)
            continue
        glyphs = starts + doubled * 2 + at + offset
        for code in range(first, last + 1):
            if struct.unpack_from(">H", data, glyphs + 2 * (code - first))[0]:
                yield range(code, code + 1)
