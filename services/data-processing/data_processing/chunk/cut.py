"""Cutting a text that is too long: at the best places first, and never within an identifier. Pure.

A text is cut at white space (or behind a full stop that needs none), because word pieces of the parts then add up to
the word pieces of the whole. Only a single word that is too long is cut anywhere.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from itertools import chain

#: White space as the tokenizer sees it; control characters are nothing to it, so they separate no words.
SPACE = "".join(chr(code) for code in (0x20, 9, 10, 13, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
_GROUP_CHARACTERS = 40


class Level(IntEnum):
    """How finely a text is cut. `ELEMENT`: not at all."""

    ELEMENT = 0
    PARAGRAPHS = 1
    LINES = 2
    SENTENCES = 3
    CLAUSES = 4
    WORDS = 5
    SINGLE_WORDS = 6
    CHARACTERS = 7


#: A cut may be made at the end of each match.
_CUTS = {
    Level.PARAGRAPHS: re.compile(rf"\n[ \t]*\n[{SPACE}]*"),
    Level.LINES: re.compile(rf"\n[{SPACE}]*"),
    Level.SENTENCES: re.compile(rf"[.!?…][\"'”’)\]]*[{SPACE}]+(?=[\"'“‘(\[]?[^\Wa-z])|[。！？]"),
    Level.CLAUSES: re.compile(rf"[;:,|–—][{SPACE}]+|[、，；]"),
    Level.WORDS: re.compile(rf"[{SPACE}]+"),
    Level.SINGLE_WORDS: re.compile(rf"[{SPACE}]+"),
}
#: Identifiers that may hold white space. Those without any are words, and words stay whole.
_SPACED = re.compile(
    r"""
      (?<!\w)\+?\(?\d[\d()./\-]{0,20}(?:[ \u00a0](?=[()./\-]{0,3}\d)[\d()./\-]{1,20}){1,6}  # phone numbers
      (?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6})?
    | \b(?:vlans?|vid|ports?|ext(?:ension)?|error|errno|code|event|kb|id|no|part|p/n|s/n|serial|sku|model|ticket|case
      |rev(?:ision)?|rule|as)\b[.:\#]?(?:[ ](?:id|ids|no|nr|number|code|event|range)\b[.:]?)?  # VLAN 100
      [ ]?\#?(?=[\w-]{0,20}\d)[\w./-]{1,60}(?:(?:[ ]?[-–,][ ]?|[ ](?:and|to)[ ])\d[\w-]{0,20}){0,20}
    | (?:\b[A-Za-z]:|\\\\[\w.$-]{1,64})\\(?:[^\\/:*?"<>|\r\n]{0,79}[^\\/:*?"<>|\s]\\){0,20}
      [^\\/:*?"<>|\s]{0,120}  # paths: no name in them ends with a space
    | \b\d{1,3}(?:\.\d{1,3}){3}[ ]?[-–/][ ]?\d{1,3}(?:\.\d{1,3}){0,3}  # ranges
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parts(text: str, start: int, end: int, level: Level) -> list[tuple[int, int]]:
    """The parts of `text[start:end]` at a level between `PARAGRAPHS` and `SINGLE_WORDS`.

    Ranges, without the white space between them.
    """
    found: list[tuple[int, int]] = []
    first = start
    for cut_end, next_start in chain(_cuts(text, start, end, level), [(end, end)]):
        if cut_end > first:
            found.append((first, cut_end))
        first = next_start
    return _grouped(found) if level is Level.WORDS else found


def _cuts(text: str, start: int, end: int, level: Level) -> Iterator[tuple[int, int]]:
    """Where a part may end and where the next one then begins."""
    spans = _SPACED.finditer(text, start, end) if Level.SENTENCES <= level <= Level.WORDS else iter(())
    span = next(spans, None)
    for found in _CUTS[level].finditer(text, start, end):
        position = found.end()
        while span is not None and span.end() < position:
            span = next(spans, None)
        if span is not None and span.start() < position < span.end():
            continue
        matched = found[0]
        yield found.start() + len(matched.rstrip(SPACE)), position


def _grouped(words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words in small groups: a tenth of the parts, and cuts that are as good."""
    groups: list[tuple[int, int]] = []
    for start, end in words:
        if groups and end - groups[-1][0] <= _GROUP_CHARACTERS:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    return groups
