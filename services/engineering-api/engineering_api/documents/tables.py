"""Tables whose columns are as wide as what stands in them, without columns that say nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil

from oberaconnect.draw.text import Style, width
from oberaconnect.typeset import Block, Callout, Cell, Column, Table, Tone

#: What a cell has beside its text, in points.
_PAD = 13.0
#: Words up to this stay whole where there is room for all columns; lines up to this get the room they ask for.
_LONGEST_WORD = 125.0
_SHORTEST_WORD = 24.0
_LONGEST_LINE = 260.0
_PLAIN, _STRONG, _SMALL, _HEAD = Style(8.5, 400), Style(8.5, 600), Style(6.8, 400), Style(8, 600)
_STYLES = {"strong": _STRONG, "chip": _STRONG, "small": _SMALL}
#: Widths are told from so many rows, and so much of each cell.
_SAMPLE = 400
_TABULAR = str.maketrans("123456789", "0" * 9)
_LONGEST_CELL = 400

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


def table(sheet: Sheet, budget: Budget, room: float) -> Iterable[Block]:
    """The table, as wide as the room in points, and what was left out of it; nothing for no rows."""
    given = budget.take(len(sheet.rows))
    if rows := sheet.rows[:given]:
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


def _content(cell: Cell | str) -> tuple[str, Style]:
    """The text of a cell and its letters."""
    if isinstance(cell, str):
        return cell[:_LONGEST_CELL], _PLAIN
    return cell.text[:_LONGEST_CELL], _STYLES.get(cell.look, _PLAIN)


def _widths(
    columns: Sequence[Sequence[tuple[str, Style]]], sheet: Sheet, kept: Sequence[int], room: float
) -> list[float]:
    """First what the words of each column need, and the rest to those whose lines are longer."""
    widest, usual, longest = [], [], []
    for place, cells in zip(kept, columns, strict=True):
        title = sheet.titles[place]
        words = {(word, style) for text, style in cells for word in text.split()}
        words |= {(word, _HEAD) for word in title.split()}
        widest.append(max(_wide(word, style) for word, style in words))
        lines = sorted(max((_wide(line, style) for line in text.splitlines()), default=0.0) for text, style in cells)
        least = max(min(_LONGEST_WORD, widest[-1]), _wide(title, _HEAD))
        usual.append(max(least, min(_LONGEST_LINE, lines[ceil(len(lines) * 0.9) - 1])) + _PAD)
        longest.append(max(least, min(_LONGEST_LINE, lines[-1])) + _PAD)
    if sum(longest) <= room:
        return [wide * room / sum(longest) for wide in longest]
    if sum(usual) <= room:
        return _between(usual, longest, room)
    least_of_all = _whole(widest, room)
    return _between(least_of_all, usual, room) if sum(least_of_all) < room else least_of_all


def _whole(widest: Sequence[float], room: float) -> list[float]:
    """What keeps words whole, save those that are longer than all columns have room for: short ones come first."""
    low, high = _SHORTEST_WORD, _LONGEST_WORD
    if sum(min(high, word) + _PAD for word in widest) <= room:
        low = high
    while high - low > 1:
        middle = (low + high) / 2
        fits = sum(min(middle, word) + _PAD for word in widest) <= room
        low, high = (middle, high) if fits else (low, middle)
    return [min(low, word) + _PAD for word in widest]


def _between(least: Sequence[float], most: Sequence[float], room: float) -> list[float]:
    """Widths that fill the room: the least of each, and of what is left the more the more it lacks."""
    share = (room - sum(least)) / (sum(most) - sum(least))
    return [small + (large - small) * share for small, large in zip(least, most, strict=True)]


@lru_cache(maxsize=20_000)
def _wide(text: str, style: Style) -> float:
    # Digits are set as wide as each other in a document.
    return 1.02 * width(text.translate(_TABULAR), style)
