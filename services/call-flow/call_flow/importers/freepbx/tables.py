"""Rows of FreePBX's tables, wherever they stand: in the modules of a backup, in a dump of its database, in CSV.

Modules keep their rows in different places from version to version; what a row is, its columns tell.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import zip_longest

from call_flow.export.labels import from_cell, shown
from call_flow.importers.archive import Files, base, document, is_json, text
from call_flow.importers.element import Document, Element
from call_flow.importers.ledger import Ledger, Source
from call_flow.spec.draft import escaped
from oberaconnect.problems import Unprocessable

_SIGNS: tuple[tuple[str, frozenset[str]], ...] = tuple((name, frozenset(columns.split())) for name, columns in (
    ("entries", "ivr_id selection"), ("ivrs", "directdial timeout_time"), ("timeconditions", "timeconditions_id"),
    ("times", "timegroupid time"), ("recordings", "displayname files"), ("recordings", "displayname filename"),
    ("announcements", "announcement_id post_dest"), ("ringgroups", "grpnum grplist"), ("queues", "extension maxwait"),
    ("daynight", "dmode ext"), ("directories", "dirname"), ("names", "e_id foreign_id"),
    ("conferences", "exten joinmsg_id"), ("pages", "page_group"), ("speakers", "page_number ext"),
    ("outside", "destdial"), ("dids", "cidnum destination"), ("users", "extension ringtimer"),
    ("users", "extension voicemail name"), ("devices", "devicetype dial"), ("languages", "lang_code dest"),
    ("priorities", "queue_priority dest"), ("mailboxes", "voicemail_vmpwd"), ("followed", "grpnum grplist pre_ring"),
    ("followed", "findmefollow_grplist findmefollow_strategy"), ("details", "id keyword data"),
    ("prompts", "recording language text"),
))  # fmt: skip
_DEEPEST = 30
_MOST_ROWS = 100_000
_INSERT = re.compile(
    r"INSERT\s+(?:IGNORE\s+)?INTO\s+[`\"]?(\w+)[`\"]?(?:\s*\(([^()]{0,4000})\))?\s*VALUES\s*", re.IGNORECASE
)
_CREATE = re.compile(r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"]?(\w+)[`\"]?\s*\(", re.IGNORECASE)
_COLUMN = re.compile(r"^[ \t]*[`\"](\w+)[`\"]\s", re.MULTILINE)
_VALUE = re.compile(
    r"\s*(?:'((?:[^'\\]|\\.|'')*)'|(NULL|-?[0-9.]+(?:e[+-]?\d+)?|0x[0-9A-Fa-f]+))\s*([,)])", re.IGNORECASE
)


class Tables:
    """Rows by what they are."""

    def __init__(self, files: Files, ledger: Ledger) -> None:
        """Reads every file. Raises Unprocessable for one that cannot be read."""
        self.ledger = ledger
        self.files: list[Document] = []
        self._rows: dict[str, list[Element]] = {}
        self._count = 0
        for name, content in files.items():
            if base(name) == "readme.md":
                ledger.ignored(Source(name, "a file"), "It explains how the backup is installed.")
            elif is_json(content):
                self._json(name, document(name, content))
            elif base(name).endswith(".csv"):
                self._csv(name, text(name, content))
            elif base(name).endswith(".sql"):
                self._sql(name, text(name, content))
            else:
                ledger.ignored(Source(name, "a file"), "It is neither a module of a backup nor a table.")

    def all(self, kind: str) -> list[Element]:
        """The rows of a kind, in their order."""
        return self._rows.get(kind, [])

    def texts(self) -> Iterator[str]:
        """Every text of every row."""
        for rows in self._rows.values():
            for row in rows:
                yield from (value for value in row.value.values() if isinstance(value, str))

    def where(self, kind: str, column: str) -> dict[str, list[Element]]:
        """The rows of a kind by a column, those that share it in their order."""
        found: dict[str, list[Element]] = {}
        for row in self.all(kind):
            found.setdefault(row.text(column), []).append(row)
        return found

    def by(self, kind: str, column: str) -> dict[str, Element]:
        """The rows of a kind by a column; of several the first."""
        found: dict[str, Element] = {}
        for row in self.all(kind):
            found.setdefault(row.text(column), row)
        return found

    def _add(self, opened: Document, pointer: str, value: dict[str, object], name: str) -> bool:
        kind = _kind(value, f"{opened.file}{pointer}".lower())
        if kind is None:
            return False
        self._count += 1
        if self._count > _MOST_ROWS:
            raise Unprocessable(f"The backup has more than {_MOST_ROWS} rows. Send the modules that calls go through.")
        element = opened.element(pointer, value)
        element.name = name
        self._rows.setdefault(kind, []).append(element)
        return True

    def _json(self, name: str, value: object) -> None:
        opened = Document(name, value, self.ledger)
        self.files.append(opened)
        self._search(opened, "", value, "", 0)

    def _search(self, opened: Document, pointer: str, value: object, name: str, depth: int) -> bool:
        """Whether there is a row in a part of a document. Parts without any are left for the ledger."""
        if depth > _DEEPEST:
            return False
        if isinstance(value, list):
            found = [self._search(opened, f"{pointer}/{at}", item, name, depth + 1) for at, item in enumerate(value)]
            return any(found)
        if not isinstance(value, dict):
            return False
        if self._add(opened, pointer, value, name):
            return True
        element = opened.element(pointer, value)
        for key, item in value.items():
            if self._search(opened, f"{pointer}/{escaped(key)}", item, str(key), depth + 1):
                element.get(key)
        return element.was_read

    def _csv(self, name: str, table: str) -> None:
        reader = csv.DictReader(io.StringIO(table))
        try:
            rows = [
                {str(key): from_cell(value) for key, value in row.items() if key is not None and isinstance(value, str)}
                for row in reader
            ]
        except csv.Error:
            raise Unprocessable(f"{shown(name)} is no table. Send it as the Bulk Handler exports it.") from None
        self._table(name, rows)

    def _table(self, name: str, rows: list[dict[str, str]]) -> None:
        opened = Document(name, rows, self.ledger)
        self.files.append(opened)
        for at, row in enumerate(rows):
            self._add(opened, f"/{at}", dict(row), str(at))

    def _sql(self, name: str, dump: str) -> None:
        """The rows that a dump of MySQL inserts."""
        columns = _columns(dump)
        tables: dict[str, list[dict[str, str]]] = {}
        line, counted = 1, 0
        for match in _INSERT.finditer(dump):
            line += dump.count("\n", counted, match.start())
            counted = match.start()
            table = match[1]
            names = re.findall(r"\w+", match[2]) if match[2] else columns.get(table, [])
            found, end = _rows(dump, match.end())
            fitting = [dict(zip(names, values, strict=True)) for values in found if len(values) == len(names)]
            rows = tables.setdefault(table, [])
            rows += fitting
            if len(rows) > _MOST_ROWS:
                raise Unprocessable(f"The table {table[:60]} has more than {_MOST_ROWS} rows.")
            if len(fitting) < len(found) or dump[end : end + 1] not in (";", ""):
                told = f"{len(fitting)} of its rows were read; of the others it cannot be told what stands in them."
                self.ledger.ignored(Source(name, match[0].strip(), line), told)
        for table, rows in tables.items():
            self._table(f"{name}/{table}", rows)


def _columns(dump: str) -> dict[str, list[str]]:
    """The columns of each table that a dump makes."""
    made = list(_CREATE.finditer(dump))
    columns: dict[str, list[str]] = {}
    for match, following in zip_longest(made, made[1:]):
        until = len(dump) if following is None else following.start()
        end = dump.find(";", match.end(), until)
        columns[match[1]] = _COLUMN.findall(dump, match.end(), until if end < 0 else end)
    return columns


def _rows(dump: str, at: int) -> tuple[list[list[str]], int]:
    """The rows of one INSERT, and where what could be read ends."""
    found: list[list[str]] = []
    while dump[at : at + 1] == "(":
        row: list[str] = []
        begin = at
        at += 1
        while (match := _VALUE.match(dump, at)) is not None:
            told = match[1]
            row.append(
                re.sub(r"\\(.)|'(')", r"\1\2", told) if told is not None else "" if match[2] == "NULL" else match[2]
            )
            at = match.end()
            if match[3] == ")":
                break
        else:
            return found, begin
        found.append(row)
        while dump[at : at + 1] in (",", " ", "\t", "\n", "\r"):
            at += 1
    return found, at


def _kind(value: dict[str, object], where: str) -> str | None:
    keys = value.keys()
    if keys == {"id", "description"}:
        return "timegroups" if "timegroups" in where else None
    found = None
    for kind, signs in _SIGNS:
        if signs <= keys:
            found = kind
            if kind != "ringgroups":
                break
    if found == "details" and "queue" not in where:
        return None
    if found == "ringgroups" and "findmefollow" in where:
        return "followed"
    return found
