"""Asterisk's configuration files: sections with their settings, templates, includes of files, comments."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from call_flow.importers.archive import Files, base, text
from call_flow.importers.ledger import Ledger, Source
from oberaconnect.problems import TooLarge

_MOST_LINES = 200_000
_MOST_INCLUDES = 200
_MOST_INHERITED = 200
_SECTION = re.compile(r"\[([^\]]{1,100})\](?:\(([^)]*)\))?\s*(.*)")
_INCLUDE = re.compile(r"#(try)?include\s+[\"<]?([^\">]+)[\">]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of a section: `name = value` or `name => value`."""

    name: str
    value: str
    source: Source


@dataclass
class Section:
    """A section with the settings of its templates first."""

    name: str
    source: Source
    is_template: bool = False
    settings: list[Setting] = field(default_factory=list)

    def get(self, name: str) -> Setting | None:
        """The setting of that name; of several the last."""
        return next((setting for setting in reversed(self.settings) if setting.name.lower() == name), None)

    def all(self, *names: str) -> list[Setting]:
        """Every setting of those names."""
        return [setting for setting in self.settings if setting.name.lower() in names]

    def value(self, name: str) -> str:
        """The value of a setting; empty when there is none."""
        found = self.get(name)
        return found.value if found else ""


class Configuration:
    """The files of one Asterisk, and what the ledger says of their lines."""

    def __init__(self, files: Files, ledger: Ledger) -> None:
        """Nothing is read yet."""
        self.ledger = ledger
        self._files = files
        self._lines = 0
        self._includes = 0

    def has(self, name: str) -> bool:
        """Whether a file of that name came in."""
        return any(base(path) == name for path in self._files)

    def sections(self, name: str) -> list[Section]:
        """The sections of a file, with those of the files it includes, in their order. Sections may come again."""
        found: list[Section] = []
        templates: dict[str, Section] = {}
        current: Section | None = None
        for line in self._read(name):
            match = _SECTION.match(line.text)
            if match is None:
                setting = _setting(line)
                if current is None or setting is None:
                    self.ledger.ignored(line, "It is neither a section nor a setting.")
                else:
                    current.settings.append(setting)
                continue
            options = [option.strip() for option in (match[2] or "").split(",") if option.strip()]
            current = Section(match[1].strip(), line, "!" in options)
            for option in options:
                if option in templates:
                    self._inherits(current, templates[option])
                elif option not in ("!", "+"):
                    self.ledger.approximated(line, f"There is no template {option}.")
            templates.setdefault(current.name, current)
            found.append(current)
            self.ledger.understood(line)
        return found

    def _inherits(self, section: Section, template: Section) -> None:
        """Settings of a template are lines once more, for as many are worked with."""
        inherited = template.settings[:_MOST_INHERITED]
        self._count(len(inherited))
        section.settings += inherited

    def _count(self, lines: int) -> None:
        self._lines += lines
        if self._lines > _MOST_LINES:
            raise TooLarge(f"The configuration has more than {_MOST_LINES} lines. Send the part that is in use.")

    def names(self) -> list[str]:
        """The names of all files, without their folders."""
        return [base(path) for path in self._files]

    def lines(self, name: str) -> list[Source]:
        """The lines of one file, without those that it includes."""
        found: list[Source] = []
        for path in [path for path in self._files if base(path) == name][:1]:
            in_comment = False
            for number, raw in enumerate(text(path, self._files[path]).splitlines(), 1):
                line, in_comment = _without_comment(raw, in_comment)
                if line:
                    found.append(Source(path, line, number))
        self.ledger.came(found)
        return found

    def text(self, name: str) -> str | None:
        """A file as it is."""
        path = next((path for path in self._files if base(path) == name), None)
        return None if path is None else text(path, self._files[path])

    def _read(self, name: str) -> Iterator[Source]:
        for path in [path for path in self._files if base(path) == name][:1]:
            yield from self._lines_of(path, (path,))

    def _lines_of(self, path: str, within: tuple[str, ...]) -> Iterator[Source]:
        in_comment = False
        for number, raw in enumerate(text(path, self._files[path]).splitlines(), 1):
            line, in_comment = _without_comment(raw, in_comment)
            if not line:
                continue
            self._count(1)
            source = Source(path, line, number)
            self.ledger.came([source])
            if line.startswith("#"):
                yield from self._included(source, within)
            else:
                yield source

    def _included(self, source: Source, within: tuple[str, ...]) -> Iterator[Source]:
        match = _INCLUDE.fullmatch(source.text)
        if match is None:
            self.ledger.ignored(source, "It runs a program or is an instruction that is not known. Nothing is run.")
            return
        pattern = match[2].strip()
        paths = [path for path in self._files if _fits(path, pattern)]
        self._includes += len(paths)
        if any(path in within for path in paths) or self._includes > _MOST_INCLUDES:
            self.ledger.ignored(source, "It includes a file that includes it again, so it is not followed.")
        elif not paths:
            told = "The file is not among those that came in." if match[1] is None else "The file need not be there."
            self.ledger.ignored(source, told)
        else:
            self.ledger.understood(source)
            for path in sorted(paths):
                yield from self._lines_of(path, (*within, path))


def _fits(path: str, pattern: str) -> bool:
    """Whether a file is the one that a line includes: by its name, or its last folders."""
    tidy = pattern.replace("\\", "/").lstrip("/").lower()
    if "*" not in tidy and "?" not in tidy:
        return base(path) == base(tidy)
    parts = tidy.split("/")[-2:]
    tail = "/".join(path.lower().split("/")[-len(parts) :])
    return fnmatch.fnmatchcase(tail, "/".join(parts)) or fnmatch.fnmatchcase(base(path), parts[-1])


def _without_comment(raw: str, in_comment: bool) -> tuple[str, bool]:
    """A line without comments, and whether a comment of several lines goes on after it."""
    if not in_comment and ";" not in raw:
        return raw.strip(), False
    kept: list[str] = []
    at = 0
    while at < len(raw):
        if in_comment:
            end = raw.find("--;", at)
            if end < 0:
                return "".join(kept).strip(), True
            at, in_comment = end + 3, False
        elif raw.startswith(";--", at) and not raw.startswith(";---", at):
            at, in_comment = at + 3, True
        elif raw[at] == ";" and not (at and raw[at - 1] == "\\"):
            break
        else:
            kept.append(raw[at])
            at += 1
    return "".join(kept).strip(), in_comment


def _setting(line: Source) -> Setting | None:
    name, mark, value = line.text.partition("=")
    if not mark or not name.strip():
        return None
    return Setting(name.strip(), value.removeprefix(">").strip().replace("\\;", ";"), line)
