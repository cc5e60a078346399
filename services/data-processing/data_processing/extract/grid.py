"""Tables as rows of texts: tidying, rendering, finding the rows that name the columns. Pure."""

import re
from collections.abc import Iterable, Sequence

Row = tuple[str, ...]
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"[-+(]?[£$€¥]?\s?\d[\d.,:/\s-]*\s?[%)]?$|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_MAX_HEADER_CELL = 80


def rectangle(rows: Iterable[Sequence[str]]) -> list[Row]:
    """Rows of one width, each cell on one line, without empty rows and columns. Separators inside cells are kept."""
    tidy = [[_SPACE.sub(" ", cell).strip() if cell else "" for cell in row] for row in rows]
    tidy = [row for row in tidy if any(row)]
    if not tidy:
        return []
    width = max(map(len, tidy))
    used = [False] * width
    for row in tidy:
        for column, cell in enumerate(row):
            if cell:
                used[column] = True
    columns = [column for column in range(width) if used[column]]
    if len(columns) == width and all(len(row) == width for row in tidy):
        return [tuple(row) for row in tidy]
    return [tuple(row[column] if column < len(row) else "" for column in columns) for row in tidy]


def render_row(cells: Sequence[str]) -> str:
    """A row as a line. Empty cells keep their place, so that a line can be read against the header."""
    return " | ".join(cells)


def render(rows: Sequence[Sequence[str]]) -> str:
    """The rows as lines."""
    return "\n".join(map(render_row, rows))


def header_rows_of(rows: Sequence[Row]) -> int:
    """How many first rows name the columns: 1 when the first row is short distinct words and no figures, else 0."""
    if len(rows) < 2:
        return 0
    first = rows[0]
    filled = [cell for cell in first if cell]
    if len(filled) < max(2, (len(first) + 1) // 2) or len(set(filled)) < len(filled):
        return 0
    if any(len(cell) > _MAX_HEADER_CELL or is_number(cell) for cell in filled):
        return 0
    return 1


def is_number(text: str) -> bool:
    """Whether a cell holds a figure, an amount or a date."""
    return _NUMBER.fullmatch(text) is not None


def blocks(rows: Iterable[Sequence[str]]) -> Iterable[list[Sequence[str]]]:
    """The tables of a sheet: runs of rows between empty rows."""
    block: list[Sequence[str]] = []
    for row in rows:
        if any(row):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


class Spans:
    """Filling in a table row by row where cells span columns and rows.

    A cell that spans rows is repeated in each, so that every row can be read alone; one that spans columns is written
    once, in the first of them.
    """

    def __init__(self, max_columns: int) -> None:
        """Columns beyond `max_columns` are left out."""
        self.rows: list[list[str]] = []
        self._max_columns = max_columns
        self._open: dict[int, tuple[int, str]] = {}  # column -> (rows still covered, text)

    def row(self, cells: Iterable[tuple[str, int, int]]) -> None:
        """Add a row of (text, columns spanned, rows spanned)."""
        line: list[str] = []
        covered, self._open = self._open, {}

        def fill() -> None:
            while len(line) in covered:
                left, text = covered[len(line)]
                if left > 1:
                    self._open[len(line)] = (left - 1, text)
                line.append(text)

        for text, columns, rows in cells:
            fill()
            start = len(line)
            if start >= self._max_columns:
                break
            for offset in range(max(1, min(columns, self._max_columns - start))):
                shown = "" if offset else text
                if rows > 1:
                    self._open[start + offset] = (rows - 1, shown)
                line.append(shown)
        fill()
        for column, (left, text) in covered.items():
            if column >= len(line):
                line.extend([""] * (column - len(line)))
                line.append(text)
                if left > 1:
                    self._open[column] = (left - 1, text)
        self.rows.append(line)
