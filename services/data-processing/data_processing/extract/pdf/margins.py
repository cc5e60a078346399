"""Running headers and footers: lines that return at the edge of most pages. They are said once, page numbers never."""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from data_processing.extract.pdf.lines import Line

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|pagina|página|p\.?)\s*)?(?:\d{1,5}|[ivxlcdm]{1,7})(?:\s*(?:of|/|von|de|sur)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
#: Page and figures of a line at an edge.
_Found = tuple[int, list[int]]
_EDGE_LINES = 3
_EDGE_SHARE = 0.15
_MIN_PAGES = 3
_MIN_SHARE = 0.4


def remove(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> tuple[list[list[Line]], list[str], list[str]]:
    """The pages without what repeats at their edges, and the texts of the headers and of the footers, each once.

    Where most pages would be left empty, only page numbers go.
    """
    seen: defaultdict[tuple[bool, str], list[_Found]] = defaultdict(list)
    edges: list[dict[int, bool]] = []  # of a page: index of an edge line -> whether it is at the top
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        edge = _edge(lines, height)
        edges.append(edge)
        for index, top in edge.items():
            text = lines[index].text
            seen[top, _pattern(text)].append((number, [int(figure) for figure in _DIGITS.findall(text)]))
    filled = sum(1 for lines in pages if lines)
    needed = max(_MIN_PAGES, _MIN_SHARE * filled)
    running = {key for key, found in seen.items() if len({number for number, _ in found}) >= needed and _counts(found)}
    texts: dict[bool, list[str]] = {True: [], False: []}
    kept: list[list[Line]] = []
    for lines, edge in zip(pages, edges, strict=True):
        rest = []
        for index, line in enumerate(lines):
            at_top = edge.get(index)
            is_number = filled > 1 and _is_page_number(line.text)
            if at_top is None or not (is_number or (at_top, _pattern(line.text)) in running):
                rest.append(line)
            elif not is_number:
                texts[at_top].append(line.text)
        kept.append(rest)
    if any(texts.values()) and sum(1 for lines in kept if lines) < filled / 2:
        # What returns is all that most pages say: labels, or a list with one entry a page.
        whole = [_without_numbers(lines, edge) for lines, edge in zip(pages, edges, strict=True)]
        return whole, [], []
    return kept, _once(texts[True]), _once(texts[False])


def _without_numbers(lines: Sequence[Line], edge: Mapping[int, bool]) -> list[Line]:
    return [line for index, line in enumerate(lines) if index not in edge or not _is_page_number(line.text)]


def _counts(found: Sequence[_Found]) -> bool:
    """Whether the figures in a line that returns only count pages. `Ticket 4711` and `Ticket 4718` are two headings."""
    pairs = list(itertools.pairwise(found))
    good = sum(
        all(after - before in (0, page - last) for before, after in zip(one, other, strict=True))
        for (last, one), (page, other) in pairs
    )
    return good >= 0.8 * len(pairs)


def _edge(lines: Sequence[Line], height: float) -> dict[int, bool]:
    order = sorted(range(len(lines)), key=lambda index: -lines[index].y)
    order = [index for index in order if lines[index].table is None]
    found = {index: True for index in order[:_EDGE_LINES] if lines[index].y > height * (1 - _EDGE_SHARE)}
    found |= {index: False for index in order[-_EDGE_LINES:] if lines[index].y < height * _EDGE_SHARE}
    return found


def _pattern(text: str) -> str:
    return _DIGITS.sub("#", text.casefold())


def _is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text) is not None


def _once(texts: Sequence[str]) -> list[str]:
    """Lines that differ only in figures are the same header: its first form is kept."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(_pattern(text), text)
    return list(first.values())
