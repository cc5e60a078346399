"""The lines of a page as pdfium gives them, with what the eye sees: place, size of type, boldness."""

import ctypes
import math
import re
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as c

from data_processing.extract import limits

_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_FORCE_BOLD = 1 << 18
_LINE = re.compile(r"[^\r\n]+")
#: pdfium's sign for a hyphen at the end of a line; it goes on with the rest of the word in the same line of text.
BROKEN = "\ufffe"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Coordinates in points from the lower left corner. `bold` is a share, 0 to 1.

    `y` is the base line; where words are broken over several printed lines, `y` is that of the first, `y_end` and `x1`
    of the last. The text has `BROKEN` where a word is broken.
    """

    text: str
    page: int
    x0: float
    x1: float
    y: float
    y_end: float
    size: float
    bold: float
    table: int | None = None  # index among the page's tables, when it stands for one


def page_lines(textpage: pdfium.PdfTextPage, page: int) -> tuple[list[Line], bool]:
    """The lines of a page in the order of its content, and whether the page was cut at the limit."""
    count = textpage.count_chars()
    text = textpage.get_text_range(0, min(count, limits.MAX_PAGE_CHARACTERS))
    lines = []
    for found in _LINE.finditer(text):
        raw = found.group()
        stripped = raw.strip()
        if not stripped:
            continue
        first = found.start() + len(raw) - len(raw.lstrip())
        last = first + len(stripped) - 1
        x0, y, size, start_bold = _glyph(textpage, first)
        _, _, middle_size, middle_bold = _glyph(textpage, _solid(text, (first + last) // 2, last))
        if not stripped[0].isalnum():
            size = middle_size  # a bullet is often set in another type than its text
        _, y_end, _, end_bold = _glyph(textpage, last)
        lines.append(
            Line(stripped.replace("\x02", BROKEN), page, x0, _right(textpage, last), y, y_end, size,
                 (start_bold + middle_bold + end_bold) / 3)
        )  # fmt: skip
    return _rejoin_drop_caps(lines), count > limits.MAX_PAGE_CHARACTERS


def _solid(text: str, index: int, last: int) -> int:
    """The next character that is not a blank: blanks have no glyph to measure."""
    while index < last and text[index].isspace():
        index += 1
    return index


def _glyph(textpage: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, int]:
    x, y = ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetCharOrigin(textpage, index, x, y)
    matrix = c.FS_MATRIX()
    c.FPDFText_GetMatrix(textpage, index, matrix)
    # The size in the font operator says little: many programs write 1 there and scale with the matrix.
    size = c.FPDFText_GetFontSize(textpage, index) * (math.hypot(matrix.c, matrix.d) or 1.0)
    return x.value, y.value, size, _is_bold(textpage, index)


def _is_bold(textpage: pdfium.PdfTextPage, index: int) -> int:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    c.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    if flags.value & _FORCE_BOLD or _BOLD_NAME.search(name.value.decode("utf-8", "ignore")):
        return 1
    return int(c.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT)


def _right(textpage: pdfium.PdfTextPage, index: int) -> float:
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    return right.value


def _rejoin_drop_caps(lines: list[Line]) -> list[Line]:
    """A lone large initial belongs to the line that follows it."""
    joined: list[Line] = []
    for line in lines:
        initial = joined[-1] if joined else None
        if initial and len(initial.text) == 1 and initial.text.isupper() and initial.size > 1.8 * line.size > 0:
            joined[-1] = replace(line, text=initial.text + line.text, x0=initial.x0)
        else:
            joined.append(line)
    return joined
