"""The canonical text of a document: its elements one after the other, each at a known place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data_processing.elements import Element, ParsedDocument

#: What is printed at the edge of every page.
MARGINS = ("header", "footer")
_DIGITS = re.compile(r"\d+")
#: What is left of a page number, in the languages it is usually written in, when the digits are gone.
_PAGE_NUMBER = re.compile(r"(?:page|seite|pagina|página|pag|p|of|von|de|di|/|[\W_#])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placed:
    """An element and its place: `canonical_text(parsed)[start:end]` is its text."""

    element: Element
    start: int
    end: int


def canonical_text(parsed: ParsedDocument) -> str:
    """All text of a document in reading order: items of a list on lines of their own, a blank line between the rest.

    Lines of a configuration stand as they do in it. What is printed in the margins of the pages stands once at the end,
    without page numbers.
    """
    return layout(parsed)[0]


def layout(parsed: ParsedDocument) -> tuple[str, list[Placed]]:
    """The canonical text and where each element stands in it."""
    parts: list[str] = []
    placed: list[Placed] = []
    position = 0
    before: Element | None = None
    for element in _in_order(parsed.elements):
        text = element.text.rstrip()
        gap = _gap(before, element)
        start = position + len(gap)
        position = start + len(text)
        parts += (gap, text)
        placed.append(Placed(element, start, position))
        before = element
    return "".join(parts), placed


def _in_order(elements: Iterable[Element]) -> Iterable[Element]:
    margins: dict[str, Element] = {}
    for element in elements:
        if not element.text.strip():
            continue
        if element.type not in MARGINS:
            yield element
            continue
        # "Manual 4 - 12" and "Manual 4 - 13" are the same line on two pages.
        key = _DIGITS.sub("#", element.text.strip().casefold())
        if not _PAGE_NUMBER.fullmatch(key):
            margins.setdefault(key, element)
    yield from margins.values()


def _gap(before: Element | None, element: Element) -> str:
    if before is None:
        return ""
    if before.line_start is not None and element.line_start is not None and before.label == element.label:
        # Lines of a configuration stay as far from each other as they are in it.
        return "\n" * max(1, element.line_start - before.line_start - before.text.rstrip().count("\n"))
    return "\n" if before.type == element.type == "list_item" else "\n\n"
