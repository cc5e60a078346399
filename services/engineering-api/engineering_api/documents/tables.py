"""Tables whose columns are as wide as what stands in them, without columns that say nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from oberaconnect.typeset import Block, Callout, Cell, Column, Table, Tone

#: Letters of a table that fit on a line of an upright page and of one in landscape (A4 and letter).
UPRIGHT, LANDSCAPE = 103.0, 156.0
#: What the room between columns takes of them.
_PAD = 2.7
_LONGEST_WORD = 24
_LONGEST_LINE = 64
_SMALL = 0.8
#: Widths are told from so many rows.
_SAMPLE = 400
_WORDS = re.compile(r"[^\s\-./@_:,;]+[\-./@_:,;]?|\s")

Row = tuple[Cell | str, ...]


@dataclass
class Sheet:
    """A table in the making. `titles` of columns that no row fills are left out, save those in `always`."""

    label: str
    titles: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    numeric: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()

    def add(self, *cells: Cell | str) -> None:
        """Add a row."""
        self.rows.append(cells)


@dataclass
class Budget:
    """How many rows a document may still have, so that it stays one that can be typeset and read."""

    rows: int

    def take(self, wanted: int) -> int:
        """How many of the wanted rows there is room for."""
        given = min(wanted, self.rows)
        self.rows -= given
        return given


def table(sheet: Sheet, budget: Budget, room: float = UPRIGHT) -> Iterable[Block]:
    """The table, and what was left out of it; nothing for no rows."""
    if not sheet.rows:
        return
    given = budget.take(len(sheet.rows))
    rows = sheet.rows[:given]
    kept = [
        place
        for place, title in enumerate(sheet.titles)
        if title in sheet.always or any(_text(row[place]) for row in rows)
    ]
    widths = _widths([[_content(row[place]) for row in rows[:_SAMPLE]] for place in kept], sheet, kept, room)
    columns = tuple(
        Column(sheet.titles[place], width, numeric=sheet.titles[place] in sheet.numeric)
        for place, width in zip(kept, widths, strict=True)
    )
    if rows:
        yield Table(sheet.label, columns, tuple(tuple(row[place] for place in kept) for row in rows))
    if given < len(sheet.rows):
        yield Callout(
            f"{len(sheet.rows) - given:,} rows of “{sheet.label}” are not in this document",
            "It would become too long. Ask for fewer devices, for some sections, or for less detail.",
            "warning",
        )


def toned(text: str, tone: Tone) -> Cell:
    """A cell that must be seen."""
    return Cell(text, "strong", tone)


def _text(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return cell
    return cell.text or (cell.look if cell.look in ("box", "tick", "cross") else "")


def _content(cell: Cell | str) -> tuple[str, float]:
    """The text of a cell and how wide its letters are."""
    if isinstance(cell, str):
        return cell, 1.0
    return cell.text, _SMALL if cell.look == "small" else 1.06 if cell.look == "strong" else 1.0


def _widths(
    columns: Sequence[Sequence[tuple[str, float]]], sheet: Sheet, kept: Sequence[int], room: float
) -> list[float]:
    """First what the longest word of each column needs, and the rest to those whose lines are longer."""
    least, natural = [], []
    for place, cells in zip(kept, columns, strict=True):
        title = sheet.titles[place]
        words = [len(word) * scale for text, scale in cells for word in _WORDS.findall(text[:300])]
        long = sorted(max(map(len, text[:600].splitlines()), default=0) * scale for text, scale in cells)
        usual = long[ceil(len(long) * 0.9) - 1] if long else 0.0
        word = max([*words, *(len(word) * 1.02 for word in title.split())], default=1.0)
        least.append(min(_LONGEST_WORD, word) + _PAD)
        natural.append(max(least[-1], min(_LONGEST_LINE, max(usual, len(title))) + _PAD))
    free = room - sum(least)
    wanted = [wide - small for wide, small in zip(natural, least, strict=True)]
    if free <= 0:
        return least
    if sum(wanted) <= free:
        spare = (free - sum(wanted)) / sum(natural)
        return [wide * (1 + spare) for wide in natural]
    return [small + want / sum(wanted) * free for small, want in zip(least, wanted, strict=True)]
