"""Ruled tables. pdfium counts the rules, which is cheap; only pages with enough go to pdfplumber, which is not."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

_MIN_PATHS = 6
_MAX_PATHS = 3_000  # a drawing, not a table
_THIN = 3.0
_MIN_RULE = 12.0
_MIN_FILLED = 0.3


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table's box (left, bottom, right, top in points from the lower left corner) and the texts of its cells.

    `turns`: the rows with which later pages begin, as (row, page), when it goes on over several.
    """

    box: tuple[float, float, float, float]
    rows: list[list[str]]
    turns: list[tuple[int, int]] = field(default_factory=list)


def may_hold_table(page: pdfium.PdfPage) -> bool:
    """Whether the page has rules or boxes enough for a table of two rows and two columns."""
    across = down = boxes = paths = 0
    for shape in page.get_objects(filter=[c.FPDF_PAGEOBJ_PATH], max_depth=3):
        paths += 1
        if paths > _MAX_PATHS:
            return False
        left, bottom, right, top = shape.get_bounds()
        width, height = right - left, top - bottom
        across += height <= _THIN and width >= _MIN_RULE
        down += width <= _THIN and height >= _MIN_RULE / 2
        boxes += width > _THIN and height > _THIN and width >= _MIN_RULE
    return paths >= _MIN_PATHS and ((across >= 3 and down >= 2) or boxes >= 4)


class TableFinder:
    """Finds tables page by page; pdfplumber is loaded and the file opened by it only when the first page asks."""

    def __init__(self, data: bytes) -> None:
        """`data` is the file."""
        self._data = data
        self._document: Any = None

    def find(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, index: int) -> list[FoundTable]:
        """The tables of a page, from top to bottom. A page that pdfplumber cannot read has none."""
        if page.get_rotation():
            return []  # pdfplumber turns the page, pdfium's texts stay where they are
        import pdfplumber  # noqa: PLC0415 - 40 MB that most documents do not need

        left, _, _, top = page.get_mediabox()
        try:
            if self._document is None:
                self._document = pdfplumber.open(io.BytesIO(self._data))
            ruled = self._document.pages[index]
            found = ruled.find_tables()
            tables = [self._read(table, textpage, left - ruled.bbox[0], top) for table in found]
            ruled.close()
        except Exception:  # the library raises whatever its parsers happen upon; text is there without it
            return []
        return sorted((table for table in tables if table is not None), key=lambda table: -table.box[3])

    def close(self) -> None:
        """Let go of the file."""
        if self._document is not None:
            self._document.close()

    def _read(self, table: Any, textpage: pdfium.PdfTextPage, shift: float, top: float) -> FoundTable | None:
        def text_in(box: tuple[float, float, float, float]) -> str:
            x0, y0, x1, y1 = box
            return str(textpage.get_text_bounded(x0 + shift, top - y1, x1 + shift, top - y0)).replace("\ufffe", "-")

        grid = [row.cells for row in table.rows]
        rows = [[text_in(cell) if cell else "" for cell in row] for row in grid]
        for row, column, above in _continued(grid):
            rows[row][column] = rows[above][column]
        if not _is_table(rows):
            return None
        x0, y0, x1, y1 = table.bbox
        return FoundTable((x0 + shift, top - y1, x1 + shift, top - y0), rows)


def _continued(grid: Sequence[Sequence[tuple[float, float, float, float] | None]]) -> Iterator[tuple[int, int, int]]:
    """Cells covered by one above: (row, column, row of the cell that covers it)."""
    for number, row in enumerate(grid):
        tops = [cell[1] for cell in row if cell]
        for column, cell in enumerate(row):
            if cell is not None or not tops:
                continue
            for above in range(number - 1, -1, -1):
                covering = grid[above][column] if column < len(grid[above]) else None
                if covering:
                    if covering[3] > min(tops) + 1:
                        yield number, column, above
                    break


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Frames around paragraphs are found as tables too: two rows and columns with text are needed."""
    filled = [[bool(cell.strip()) for cell in row] for row in rows]
    lines = sum(1 for row in filled if any(row))
    columns = sum(1 for column in zip(*filled, strict=False) if any(column))
    cells = sum(map(len, filled))
    return lines >= 2 and columns >= 2 and sum(map(sum, filled)) >= _MIN_FILLED * cells
