"""A command of RouterOS's console: its section, what it does, to what, and its words with their values."""

import re
from dataclasses import dataclass, field

from engineering_api.facts.fact import Span
from engineering_api.reading.routeros import VERBS
from engineering_api.reading.tree import Node

_KEY = re.compile(r"!?(\.?[A-Za-z0-9][\w.-]*)(\+?=|~)")
_HEX = re.compile(r"(?:[0-9A-F]{2})")
#: What a backslash and a letter stand for; two capital hexadecimal digits are a byte, anything else is itself.
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "", "b": "", "f": "", "v": ""}
_OPENING = {"[": "]", "(": ")", "{": "}"}
_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_CLOCK = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d\d):(\d\d)")


@dataclass(slots=True)
class Command:
    """A command that was read.

    Attributes:
        path: its section without the slash: "ip firewall filter".
        verb: "add", "set", …; "" when there is none.
        which: what is between "[ find" and "]", or {"": word} for a thing that is named by a word.
        values: words with values.
        flags: words without: "blackhole".
        where: its lines.
    """

    path: str
    verb: str
    where: Span
    which: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        """A value; "" when it is missing."""
        return self.values.get(key, "")

    def items(self, *keys: str) -> list[str]:
        """The parts of a value that is a list with commas, of the first of the keys that has one."""
        for key in keys:
            if self.values.get(key):
                return [part.strip() for part in self.values[key].split(",") if part.strip()]
        return []

    def number(self, key: str) -> int | None:
        """A value that is a number; None when it is missing or "auto". Raises `ValueError` for anything else."""
        return None if self[key] in ("", "auto") else int(self[key])

    def seconds(self, key: str) -> int | None:
        """A value that is a time; None when it is missing. Raises `ValueError` when it is no time."""
        return seconds(self[key]) if self[key] else None

    def says(self, key: str) -> bool | None:
        """Whether a value is "yes"; None when it is missing."""
        return None if key not in self.values else self.values[key] in ("yes", "true")

    @property
    def is_enabled(self) -> bool:
        """Whether it is not disabled."""
        return self.values.get("disabled") not in ("yes", "true")

    @property
    def target(self) -> str:
        """The name of the thing that a "set" changes; "default" for what is found by default=yes."""
        for key in ("default-name", "name", ""):
            if key in self.which:
                return self.which[key]
        return "default" if self.which.get("default") in ("yes", "true") else ""


def read(node: Node, section: str = "") -> Command:
    """The command of a node below a section.

    Raises:
        ValueError: when it is no command.
    """
    text = node.text
    if text.startswith("/"):
        first, blank, rest = text.partition(" ")
        text = first.replace("/", " ").strip() + blank + rest
    words = _words(text)
    path: list[str] = [] if node.text.startswith("/") or not section else [section]
    at = 0
    while at < len(words) and words[at][0] == "" and words[at][1] not in VERBS:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", words[at][1]):
            raise ValueError("no command")
        path.append(words[at][1])
        at += 1
    command = Command(" ".join(path), words[at][1] if at < len(words) else "", node.span)
    if not command.verb:
        raise ValueError("a section, not a command")
    _fill(command, words[at + 1 :])
    return command


def _fill(command: Command, words: list[tuple[str, str]]) -> None:
    prefix = ""
    for number, (key, value) in enumerate(words):
        if key:
            # RouterOS 7 writes "local.address=… .role=…": the second word has the first one's prefix.
            name = prefix + key if key.startswith(".") else key
            prefix = name.rpartition(".")[0]
            command.values[name] = value
        elif value.startswith("["):
            command.which.update(_found(value))
        elif number == 0 and command.verb != "add":
            command.which[""] = value
        elif not value.startswith("!"):  # "!dst-port" of a verbose export is a value that is not set
            command.flags.append(value)


def _found(text: str) -> dict[str, str]:
    inner = text.strip("[] ")
    if not inner.startswith("find"):
        return {}
    return {key: value for key, value in _words(inner[4:].strip()) if key}


def _words(text: str) -> list[tuple[str, str]]:
    """The words of a command as (key, value); a word without "=" has no key."""
    found: list[tuple[str, str]] = []
    at, end = 0, len(text)
    while at < end:
        if text[at] in " \t;":
            at += 1
            continue
        key = ""
        if match := _KEY.match(text, at):
            key, at = match[1], match.end()
        value, at = _value(text, at)
        found.append((key, value))
    return found


def _value(text: str, at: int) -> tuple[str, int]:
    if text.startswith('"', at):
        return _quoted(text, at + 1)
    begin, end = at, len(text)
    expected: list[str] = []
    while at < end:
        letter = text[at]
        if expected and letter == expected[-1]:
            expected.pop()
        elif letter in _OPENING:
            expected.append(_OPENING[letter])
        elif letter in " \t" and not expected:
            break
        at += 1
    return text[begin:at], at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A quoted value without its escapes, and where the next word may begin. Escaped bytes are UTF-8 or Windows'."""
    made = bytearray()
    end = len(text)
    while at < end and text[at] != '"':
        if text[at] != "\\" or at + 1 >= end:
            made += text[at].encode("utf-8", "replace")
            at += 1
        elif _HEX.match(text, at + 1):
            made.append(int(text[at + 1 : at + 3], 16))
            at += 3
        else:
            made += _ESCAPES.get(text[at + 1], text[at + 1]).encode("utf-8", "replace")
            at += 2
    try:
        return made.decode("utf-8"), at + 1
    except UnicodeDecodeError:
        return made.decode("cp1252", "replace"), at + 1


def seconds(text: str) -> int:
    """How long "1d", "8h30m", "00:10:00" or "1d00:00:00" is. Raises `ValueError` when it is no time."""
    if text.isdecimal():
        return int(text)
    found = _CLOCK.fullmatch(text) or _DURATION.fullmatch(text)
    if not text or found is None:
        raise ValueError(text)
    weeks, days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + rest
