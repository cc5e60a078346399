"""XLSX, XLSB, XLS and ODS: sheets as tables. A sheet whose cells lie too far apart is read sparsely."""

import datetime as dt
import io
import itertools
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence

import python_calamine as calamine

from data_processing.elements import ParseFailed
from data_processing.extract import limits
from data_processing.extract.archive import Archive
from data_processing.extract.build import Build
from data_processing.extract.grid import Row, blocks, header_rows_of, is_number, rectangle
from data_processing.extract.options import Options
from data_processing.extract.word.document import core_properties

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_DEFAULT_NAME = re.compile(r"(?:sheet|tabelle|feuil|hoja|foglio|blad)\s?\d*", re.IGNORECASE)
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_MAX_EMPTY_ROWS = 2_000_000
_WHOLE = 1e15
_MAX_HEADER_ROWS = 4
_KEY_AND_VALUE = 2

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta | None


def read(data: bytes, build: Build, _: Options) -> None:
    """Collect the tables of a workbook. Sheets are no pages; their names are labels and headings.

    Raises:
        ParseFailed: `encrypted`, `corrupt` or `too_large`.
    """
    if data.startswith(b"PK"):
        with Archive(data) as archive:
            archive.check_all()
            core_properties(archive, build)
            if _is_too_wide(archive):
                _sparse(data, build)
                return
    _dense(data, build)


def _is_too_wide(archive: Archive) -> bool:
    """Whether the box around the cells of a sheet holds more of them than are read: calamine makes room for all."""
    for part in archive.parts:
        if not _WORKSHEET.fullmatch(part):
            continue
        columns: set[bytes] = set()
        lowest, highest = limits.MAX_DENSE_CELLS, 0
        for column, row in _CELL.findall(archive.peek(part)):
            columns.add(column)
            number = int(row)
            lowest, highest = min(lowest, number), max(highest, number)
        numbers = [_column(letters) for letters in columns]
        if numbers and (highest - lowest + 1) * (max(numbers) - min(numbers) + 1) > limits.MAX_DENSE_CELLS:
            return True
    return False


def _column(letters: bytes) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value


def _dense(data: bytes, build: Build) -> None:
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise ParseFailed(
            "encrypted", "The workbook is protected by a password. Remove it or upload an unprotected copy."
        ) from None
    except calamine.CalamineError:
        raise ParseFailed("corrupt", "The workbook is damaged and cannot be opened. Open and save it again.") from None
    with workbook:
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        for name in names:
            try:
                sheet = workbook.get_sheet_by_name(name)
                rows = _merged(sheet)
            except calamine.CalamineError:
                build.warnings.append(f"The sheet {name} is damaged and was left out.")
                continue
            _add(name, rows, build, is_only=len(names) == 1)


def _merged(sheet: calamine.CalamineSheet) -> Iterator[list[str]]:
    """The rows of a sheet as texts; a cell merged downwards is repeated in each row it covers."""
    top, left = sheet.start or (0, 0)
    covers: dict[int, list[tuple[int, int]]] = {}  # first row -> (last row, column)
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first and column >= left:
            covers.setdefault(first, []).append((last, column - left))
    standing: list[tuple[int, int, str]] = []
    for number, values in enumerate(sheet.iter_rows(), start=top):
        row = [shown(value) for value in values]
        standing = [entry for entry in standing if entry[0] >= number]
        for _, column, text in standing:
            if column < len(row) and not row[column]:
                row[column] = text
        for last, column in covers.get(number, ()):
            if column < len(row) and row[column]:
                standing.append((last, column, row[column]))
        yield row


def _sparse(data: bytes, build: Build) -> None:
    import openpyxl  # noqa: PLC0415 - slow to load, and hardly a workbook needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl drops when it writes is of no concern here
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        build.warnings.append(
            f"A sheet has cells far apart; of each sheet the first {limits.MAX_COLUMNS:,} columns were read."
        )
        build.parser = "openpyxl"
        try:
            sheets = workbook.worksheets
            for sheet in sheets:
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True, max_col=limits.MAX_COLUMNS)
                _add(sheet.title, _filled(rows), build, is_only=len(sheets) == 1)
        finally:
            workbook.close()


def _filled(rows: Iterable[Sequence[Value]]) -> Iterator[list[str]]:
    """The rows as texts; of many empty rows, which are one and the same tuple, only the first is looked at."""
    last: Sequence[Value] | None = None
    for row in itertools.islice(rows, _MAX_EMPTY_ROWS):
        if row is not last:
            yield [shown(value) for value in row]
        last = row


def _add(name: str, rows: Iterable[list[str]], build: Build, *, is_only: bool) -> None:
    build.label = name
    build.leave_sections()
    named = is_only and _DEFAULT_NAME.fullmatch(name) is not None
    for block in _with_headers(blocks(rows)):
        if not named:
            build.heading(name, 1)
            named = True
        cells = rectangle(row[: limits.MAX_COLUMNS] for row in block)
        # Lines of one cell above a table are its title.
        while len(cells) > 1 and len(cells[0]) > 1 and sum(map(bool, cells[0])) == 1:
            build.add("caption", next(filter(None, cells[0])))
            cells = rectangle(cells[1:])
        build.table(cells, header_rows=_header_rows(cells))


def _with_headers(found: Iterable[list[Sequence[str]]]) -> Iterator[list[Sequence[str]]]:
    """The blocks of a sheet; names of columns that an empty row sets off from their figures go with them."""
    names: list[Sequence[str]] = []
    for block in found:
        if names and _figures(block[0]) and _width(names) == _width(block):
            block = [*names, *block]  # noqa: PLW2901 - the same block, completed
        elif names:
            yield names
        names = []
        if (
            len(block) <= _MAX_HEADER_ROWS
            and not any(map(_figures, block))
            and len(rectangle(block)[0]) > _KEY_AND_VALUE
        ):
            names = block
        else:
            yield block
    if names:
        yield names


def _width(rows: Iterable[Sequence[str]]) -> int:
    """The number of the last column in use."""
    return max(number for row in rows for number, cell in enumerate(row, start=1) if cell)


def _header_rows(cells: Sequence[Row]) -> int:
    """How many first rows name the columns: as everywhere, or all of up to four before the first row with figures."""
    found = header_rows_of(cells)
    if found or not cells or len(cells[0]) <= _KEY_AND_VALUE:
        return found
    texts = list(itertools.takewhile(lambda row: not _figures(row), cells[: _MAX_HEADER_ROWS + 1]))
    return len(texts) if len(texts) <= _MAX_HEADER_ROWS and len(texts) < len(cells) else 0


def _figures(row: Sequence[str]) -> bool:
    return any(map(is_number, filter(None, row)))


def shown(value: Value) -> str:
    """A cell as people see it, as near as its value tells: no `.0` at whole numbers, dates as in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, dt.time):
        return value.isoformat("seconds")
    return str(value)
