"""The lines of a configuration: decoded, and without what a terminal put in.

Lines are never joined or removed: line 5 of what comes out is line 5 of the file, so that a source can be looked up.
"""

import re
from dataclasses import dataclass

from oberaconnect.problems import Unprocessable

#: More than any configuration of a device for small businesses; a full chassis with its certificates has 60,000.
MOST_LINES = 400_000
MOST_BYTES = 52_428_800

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
#: Most of a binary file are not characters; a stray control character does not make one.
_BINARY_SHARE = 0.02

# ECMA-48: control sequences (CSI), operating system commands (OSC), and two-character escapes.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])")
#: A pager's prompt and the blanks or backspaces by which it wipes itself out.
_PAGER = re.compile(r"(?:<?-+ ?\(?more\)?(?: \d+%)? ?-+>?|lines \d+-\d+(?: \(END\))?)[ \x08\r]*", re.IGNORECASE)
_BACKSPACED = re.compile(r"[^\x08]\x08")
_REST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class NotText(Unprocessable):
    """This is not a text file. Send the configuration as text, as the device shows or exports it."""


class TooLong(Unprocessable):
    """This file has more lines than a configuration can have. Send one device a file."""


@dataclass(frozen=True)
class Lines:
    """The lines of a file, how they were encoded, and how they came to be where they are not those of the file.

    `form` is "" for the lines of the file; "sonicwall" for an .exp file, which is base64 of one line: its fields, one a
    line; "json" and "xml" for files that are one long line: laid out, one value or element a line.
    """

    texts: tuple[str, ...]
    encoding: str
    form: str = ""


def read(content: bytes) -> Lines:
    """Decode a file and take off what a terminal added.

    Raises:
        NotText: when it is binary.
        TooLong: when it has more than `MOST_LINES` lines.
    """
    text, encoding = _decode(content)
    texts = tuple(_clean(line) for line in re.split(r"\r\r?\n|\n|\r(?!\n)(?=[^\r\n])", text))
    if len(texts) > MOST_LINES:
        raise TooLong()
    return Lines(texts[:-1] if texts and not texts[-1] else texts, encoding)


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    if encoding := _wide(content[:4096]):
        return content.decode(encoding, errors="replace"), encoding
    if len(_CONTROL.findall(content[:65_536])) > _BINARY_SHARE * len(content[:65_536]):
        raise NotText()
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def _wide(head: bytes) -> str:
    """UTF-16 without its mark has a zero beside nearly every letter."""
    half = len(head) // 2
    if half < 2:
        return ""
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros.count(0) > 0.8 * half:
            return encoding
    return ""


def _clean(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line.rstrip() if "ore" not in line else _PAGER.sub("", line).rstrip()
    text = _PAGER.sub("", _ESCAPE.sub("", line))
    while "\x08" in text and (shorter := _BACKSPACED.sub("", text)) != text:
        text = shorter
    return _REST.sub("", text.replace("\t", "    ")).rstrip()
