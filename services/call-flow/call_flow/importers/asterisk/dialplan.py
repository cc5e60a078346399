"""A dialplan as it is written: contexts, extensions and their steps, and which of them a number comes to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from call_flow.importers.asterisk.configuration import Configuration, Section, Setting
from call_flow.importers.ledger import Source
from oberaconnect.problems import Unprocessable

_PRIORITY = re.compile(r"(n|s|\d+|hint)(?:\s*\+\s*\d+)?\s*+(?:\(([^)]*)\))?\s*", re.IGNORECASE)
_APPLICATION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*+(?:\((.*)\)|[,|](.*))?\s*", re.DOTALL)
_SETS = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
_MOST_PATTERNS = 100
#: How often a number may be held against a pattern.
_MOST_TESTS = 3_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """An application with its arguments as they are written."""

    application: str
    arguments: str
    label: str
    priority: int
    source: Source


@dataclass
class Extension:
    """What happens to calls that come to a name or pattern."""

    name: str
    steps: list[Step] = field(default_factory=list)

    def index(self, where: str) -> int | None:
        """The place of a step by its label or priority."""
        return next((at for at, step in enumerate(self.steps) if where in (step.label, str(step.priority))), None)


@dataclass(frozen=True, slots=True)
class Include:
    """Another context that is searched too; `timing` says when, if not always."""

    name: str
    timing: str
    source: Source


@dataclass
class Context:
    """A part of a dialplan that numbers are looked up in."""

    name: str
    source: Source
    extensions: dict[str, Extension] = field(default_factory=dict)
    includes: list[Include] = field(default_factory=list)
    hints: dict[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """An extension that a number comes to, in which context, and when if not always."""

    context: str
    extension: str
    timing: str = ""
    include: Source | None = None


class Dialplan:
    """The contexts of extensions.conf, and its global variables."""

    def __init__(self, configuration: Configuration) -> None:
        """Reads the file."""
        self.contexts: dict[str, Context] = {}
        self.globals: dict[str, str] = {}
        self._ledger = configuration.ledger
        self._patterns: dict[str, list[str]] = {}
        self._tests_left = _MOST_TESTS
        for section in configuration.sections("extensions.conf"):
            if section.name.lower() == "globals":
                for setting in section.settings:
                    self.globals[setting.name] = setting.value
                    self._ledger.understood(setting.source)
            elif section.name.lower() == "general":
                for setting in section.settings:
                    self._ledger.understood(setting.source)
            else:
                self._read(section)

    def _read(self, section: Section) -> None:
        context = self.contexts.setdefault(section.name, Context(section.name, section.source))
        last = ""
        for setting in section.settings:
            word = setting.name.lower()
            if word in ("exten", "same"):
                last = self._step(context, setting, last if word == "same" else None) or last
            elif word == "include":
                name, _, timing = setting.value.replace("|", ",").partition(",")
                context.includes.append(Include(name.strip(), timing.strip(), setting.source))
                self._ledger.understood(setting.source)
            elif word == "ignorepat":
                self._ledger.ignored(setting.source, "It keeps a dial tone for analog telephones.")
            else:
                self._ledger.ignored(setting.source, f"'{word[:40]}' is no part of a dialplan that is read.")

    def _step(self, context: Context, setting: Setting, last: str | None) -> str | None:
        name, rest = (last, setting.value) if last is not None else _split(setting.value)
        name = (name or "").replace(" ", "").replace("-", "") if (name or "").startswith("_") else (name or "").strip()
        written, application = _split(rest)
        match = _PRIORITY.fullmatch(written.strip())
        if not name or match is None or not application.strip():
            self._ledger.ignored(
                setting.source, "It is no step: an extension, a priority and an application are needed."
            )
            return None
        if match[1].lower() == "hint":
            context.hints[name] = setting.source
            self._ledger.understood(setting.source)
            return name
        if "/" in name:
            self._ledger.ignored(setting.source, "A step for callers of one number alone is not read.")
            return name
        parsed = _APPLICATION.fullmatch(application.strip())
        if parsed is None:
            self._ledger.ignored(setting.source, "It is no application with its arguments.")
            return name
        extension = context.extensions.setdefault(name, Extension(name))
        before = extension.steps[-1].priority if extension.steps else 0
        number = int(match[1][:9]) if match[1].isdigit() else before + (match[1].lower() == "n" or before == 0)
        arguments = parsed[2] if parsed[2] is not None else (parsed[3] or "")
        step = Step(parsed[1].lower(), arguments, (match[2] or "").strip(), number, setting.source)
        extension.steps.append(step)
        if number <= before:
            extension.steps.sort(key=lambda known: known.priority)
        return name

    def find(self, context: str, number: str) -> list[Match]:
        """Where a number comes to: the first is taken that has no timing, or whose timing fits."""
        return list(self._matches(context, number, "", None, set()))

    def _matches(self, name: str, number: str, timing: str, include: Source | None, seen: set[str]) -> Iterator[Match]:
        context = self.contexts.get(name)
        if context is None or name in seen or len(seen) > _MOST_PATTERNS:
            return
        seen.add(name)
        if number in context.extensions:
            yield Match(name, number, timing, include)
            if not timing:
                return
        elif fitting := self._fitting(context, number):
            yield Match(name, min(fitting, key=_looseness), timing, include)
            if not timing:
                return
        for included in context.includes:
            found = False
            inner = included.timing or timing
            for match in self._matches(included.name, number, inner, included.source, seen):
                found = True
                yield match
            if found and not inner:
                return

    def _fitting(self, context: Context, number: str) -> list[str]:
        """The patterns of a context that a number fits."""
        if context.name not in self._patterns:
            self._patterns[context.name] = [name for name in context.extensions if name.startswith("_")]
        patterns = self._patterns[context.name]
        self._tests_left -= len(patterns)
        if self._tests_left < 0:
            raise Unprocessable("The dialplan has more patterns than can be followed. Send the part that is in use.")
        return [name for name in patterns if fits(name, number)]

    def numbers(self, context: str) -> Iterator[tuple[str, str, bool]]:
        """Every name in a context and in what it includes: the context, the name, whether it is included."""
        seen: set[str] = set()
        waiting = [context]
        while waiting:
            name = waiting.pop(0)
            found = self.contexts.get(name)
            if found is None or name in seen:
                continue
            seen.add(name)
            yield from ((name, extension, name != context) for extension in found.extensions)
            waiting += [included.name for included in found.includes]


def fits(pattern: str, number: str) -> bool:
    """Whether a number fits a pattern of the dialplan."""
    if not pattern.startswith("_"):
        return pattern == number
    at = 1
    for position, digit in enumerate(number):
        if at >= len(pattern):
            return False
        sign = pattern[at]
        if sign in (".", "!"):
            return True
        allowed, at = _allowed(pattern, at)
        if digit not in allowed:
            return False
        if position == len(number) - 1:
            return at == len(pattern) or pattern[at] == "!"
    return pattern[at:] in ("", "!")


def _allowed(pattern: str, at: int) -> tuple[str, int]:
    """The signs that stand for the next one, and where the pattern goes on."""
    sign = pattern[at]
    if sign == "[":
        end = pattern.find("]", at)
        if end > 0:
            return _listed(pattern[at + 1 : end]), end + 1
    return _SETS.get(sign.upper(), sign), at + 1


def _listed(inside: str) -> str:
    found, at = "", 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            found += "".join(map(chr, range(ord(inside[at]), min(ord(inside[at + 2]), ord(inside[at]) + 40) + 1)))
            at += 3
        else:
            found += inside[at]
            at += 1
    return found


def single(pattern: str, most: int) -> list[str]:
    """Every number that a name or pattern stands for, if they are few; none when they are many."""
    if not pattern.startswith("_"):
        return [pattern]
    numbers, at = [""], 1
    while at < len(pattern):
        if pattern[at] in ".!":
            return []
        allowed, at = _allowed(pattern, at)
        numbers = [number + sign for number in numbers for sign in allowed]
        if len(numbers) > most:
            return []
    return numbers


def _looseness(pattern: str) -> tuple[int, int]:
    """The more exact of two patterns comes first."""
    return sum(_width(pattern, sign) for sign in pattern), -len(pattern)


def _width(pattern: str, sign: str) -> int:
    return {".": 1000, "!": 2000, "X": 10, "Z": 9, "N": 8}.get(sign.upper(), 1)


def _split(value: str) -> tuple[str, str]:
    """What stands before the first comma, and the rest. A comma in brackets of a pattern does not count."""
    depth = 0
    for at, sign in enumerate(value):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth <= 0:
            return value[:at].strip(), value[at + 1 :]
    return value, ""


def arguments(text: str) -> list[str]:
    """The arguments of an application. Older dialplans part them by `|`."""
    mark = "|" if "|" in text and "," not in text else ","
    found, depth, quoted, current = [], 0, False, ""
    for at, sign in enumerate(text):
        if sign == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        if not quoted:
            depth += (sign in "([{") - (sign in ")]}")
        if sign == mark and depth <= 0 and not quoted:
            found.append(current.strip())
            current = ""
        else:
            current += sign
    return [*found, current.strip()] if text.strip() else []
