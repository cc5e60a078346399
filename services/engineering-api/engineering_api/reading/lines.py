"""The lines of a configuration: decoded, and without what a terminal put in.

Lines are never joined or removed: line 5 of what comes out is line 5 of the file, so that a source can be looked up.
Only a file that is one long line is laid out, and `Lines.form` says so.
"""

import re
from dataclasses import dataclass

from engineering_api.reading import layout, terminal
from oberaconnect.problems import Unprocessable

#: A full chassis with its certificates has 60,000. As rules of a filter, each line of which is ten facts, they take
#: about a gigabyte while they are read; as lines of other kinds a quarter of that.
MOST_LINES = 100_000
#: More than any value of one line: the certificates and scripts that are have some thousand characters.
LONGEST_LINE = 2_000_000

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SIGNATURES = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"%PDF-",
    b"\x7fELF",
    b"\x89PNG",
    b"\xd0\xcf\x11\xe0",
    b"BZh",
    b"7z\xbc\xaf",
    b"\xfd7zXZ",
)
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
#: Most of a binary file are not characters; some stray control characters do not make one.
_BINARY_SHARE = 0.02
_STRAY = 8
#: What fills up a block of a flash memory, and the end of a file on CP/M, which some tools still write.
_PADDING = b"\x00\x1a"
_NEWLINE = re.compile(r"\r{0,3}\n")


class NotText(Unprocessable):
    """This is not a text file. Send the configuration as text, as the device shows or exports it."""


class TooLong(Unprocessable):
    """This file has more or longer lines than a configuration can have. Send one device a file."""


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
        TooLong: when it has more than `MOST_LINES` lines, or a line of more than `LONGEST_LINE` characters.
    """
    text, encoding = _decode(content)
    text = text.rstrip(_PADDING.decode())
    form = ""
    if (laid_out := layout.laid_out(text, MOST_LINES)) is not None:
        text, form = laid_out
    found = _split(text)
    if not found[-1]:
        found.pop()
    if len(found) > MOST_LINES or max(map(len, found), default=0) > LONGEST_LINE:
        raise TooLong()
    return Lines(tuple(found if form else map(terminal.clean, found)), encoding, form)


def _split(text: str) -> list[str]:
    """The lines. A carriage return alone ends one only in a file that has no other ends, as on an old Macintosh."""
    alone = text.count("\r") - text.count("\r\n")
    if alone and text.count("\n") * 2 < alone:
        return re.split(r"\r\n?|\n", text)
    return _NEWLINE.split(text)


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    if encoding := _wide(content[:4096]):
        return content.decode(encoding, errors="replace"), encoding
    head = content.rstrip(_PADDING)[:65_536]
    if content.startswith(_SIGNATURES) or len(_CONTROL.findall(head)) > max(_STRAY, _BINARY_SHARE * len(head)):
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
    for encoding, zeros, letters in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        if zeros.count(0) > 0.8 * half and letters.count(0) < 0.2 * half:
            return encoding
    return ""
