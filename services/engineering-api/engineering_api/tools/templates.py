"""The templates of ntc-templates: which commands of which platforms they know, and rows of what a command showed.

Template and index format: https://github.com/google/textfsm/wiki/TextFSM and Code-Lab of its clitable.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import textfsm  # type: ignore[import-untyped]
from pydantic import JsonValue

from oberaconnect.problems import Unprocessable

#: A template's patterns may be slow on text that is not theirs; afterwards the text is given up.
MOST_SECONDS = 4.0
LONGEST_LINE = 4_000

Row = dict[str, JsonValue]


class TooSlow(Unprocessable):
    """This output takes too long to read. Send the output of one command, without other text."""


class NoFit(Exception):
    """The text is not what a template is for."""


@dataclass(frozen=True)
class Command:
    """A line of the index: a command of a platform, and the templates that read what it shows."""

    templates: tuple[str, ...]
    platform: str
    pattern: re.Pattern[str]
    #: The command in full.
    shown: str

    def fits(self, platform: str, command: str) -> bool:
        """Whether a platform's command is this one or begins with it, also when its words are shortened."""
        return re.fullmatch(self.platform, platform) is not None and self.pattern.match(command) is not None


@cache
def commands() -> tuple[Command, ...]:
    """All commands that are known, in the order in which they are tried."""
    made = []
    for line in _folder("index").splitlines():
        parts = [part.strip() for part in line.split(",", 3)]
        if len(parts) < 4 or parts[0].startswith("#") or parts[0] == "Template":
            continue
        pattern = re.compile(re.sub(r"\[\[(.+?)\]\]", _completion, parts[3]), re.IGNORECASE)
        made.append(Command(tuple(parts[0].split(":")), parts[2], pattern, _in_full(parts[3])))
    return tuple(made)


@cache
def platforms() -> tuple[str, ...]:
    """The platforms of the index that are names and no patterns."""
    named = {one.platform for one in commands() if re.fullmatch(r"\w+", one.platform)}
    return tuple(sorted(named | {"hp_procurve", "aruba_procurve", "cisco_ftd", "vyos"}))


def read(templates: tuple[str, ...], text: str) -> list[Row]:
    """The rows of a text by templates, of which later ones add columns to the rows of the first.

    Raises:
        NoFit: when a template is for another text.
        TooSlow: when it takes more than `MOST_SECONDS`.
    """
    rows: list[Row] = []
    keys: list[str] = []
    until = time.monotonic() + MOST_SECONDS
    for place, name in enumerate(templates):
        machine = textfsm.TextFSM(StringIO(_template(name)))
        try:
            found = machine.ParseText(_Timed(text, until))
        except textfsm.TextFSMError:
            raise NoFit() from None
        header = [str(one).casefold() for one in machine.header]
        table: list[Row] = [dict(zip(header, row, strict=True)) for row in found]
        if place == 0:
            rows, keys = table, [str(one).casefold() for one in machine.GetValuesByAttrib("Key")]
        else:
            _add(rows, table, header, keys)
    return rows


def _add(rows: list[Row], more: list[Row], header: list[str], keys: list[str]) -> None:
    """Add columns to rows, from the first of the others with the same key; empty where there is none.

    Without keys the rows belong together in their order.
    """
    if not keys:
        for row, other in zip(rows, more, strict=False):
            row.update({name: value for name, value in other.items() if name not in row})
        return
    by_key: dict[tuple[str, ...], Row] = {}
    for row in more:
        by_key.setdefault(_key(row, keys), row)
    for row in rows:
        found = by_key.get(_key(row, keys), {})
        for name in header:
            row.setdefault(name, found.get(name, ""))


def _key(row: Row, keys: list[str]) -> tuple[str, ...]:
    return tuple(str(row.get(key)) for key in keys)


class _Timed(str):
    """A text whose lines come until a moment: the machine of textfsm has no limit of its own."""

    _until: float

    def __new__(cls, text: str, until: float) -> "_Timed":
        made = super().__new__(cls, text)
        made._until = until
        return made

    def splitlines(self, keepends: bool = False) -> list[str]:
        return self._lines(keepends)  # type: ignore[return-value] # it is only gone through

    def _lines(self, keepends: bool) -> Iterator[str]:
        for line in super().splitlines(keepends):
            if time.monotonic() > self._until:
                raise TooSlow()
            yield line[:LONGEST_LINE]


@cache
def _template(name: str) -> str:
    return _folder(name)


def _folder(name: str) -> str:
    return files("ntc_templates").joinpath("templates", name).read_text(encoding="utf-8")


def _completion(found: re.Match[str]) -> str:
    letters = found[1]
    return "(?:" + "(?:".join(re.escape(letter) for letter in letters) + ")?" * len(letters)


def _in_full(pattern: str) -> str:
    return pattern.replace("[[", "").replace("]]", "")
