"""Plain text: paragraphs at blank lines, underlined headings, pages at form feeds. Lines stay lines."""

import re

from data_processing.extract.build import Build

_BLANK = re.compile(r"\n[ \t]*\n+")
_UNDERLINE = re.compile(r"^(?P<text>[^\n]{2,120})\n(?P<line>={3,}|-{3,}|~{3,})[ \t]*(?:\n|$)")
_LEVELS = {"=": 1, "-": 2, "~": 3}
_ITEM = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]+\S")


def read(text: str, build: Build) -> int | None:
    """Collect the elements of a plain text. Returns the number of pages when form feeds divide it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pages = text.split("\f")
    if not pages[-1].strip():
        pages.pop()
    for number, page in enumerate(pages, start=1):
        if len(pages) > 1:
            build.page = number
        for block in _BLANK.split(page.strip("\n")):
            _block(block, build)
    return len(pages) if len(pages) > 1 else None


def _block(block: str, build: Build) -> None:
    while found := _UNDERLINE.match(block):
        if _ITEM.match(found["text"]):
            break
        build.heading(found["text"], _LEVELS[found["line"][0]])
        block = block[found.end() :]
    lines = block.split("\n")
    if len(lines) > 1 and all(map(_ITEM.match, lines)):
        for line in lines:
            build.add("list_item", line, level=1)
    elif len(lines) > 1 and sum(line[:1] in " \t" and line.strip() != "" for line in lines) * 2 > len(lines):
        build.add("code", block)
    else:
        build.add("paragraph", block)
