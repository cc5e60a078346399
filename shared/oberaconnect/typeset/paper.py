"""Sizes of paper, and which of them a picture needs to stay legible."""

import re
from dataclasses import dataclass
from typing import Final

from oberaconnect.typeset.blocks import Page, Paper

#: Width and height in points, upright (ISO 216, ANSI/ASME Y14.1).
SIZES: Final[dict[Paper, tuple[float, float]]] = {
    "a4": (595.28, 841.89),
    "a3": (841.89, 1190.55),
    "letter": (612.0, 792.0),
    "tabloid": (792.0, 1224.0),
}
LARGER: Final[dict[Paper, Paper]] = {"a4": "a3", "letter": "tabloid"}
#: Margins in points: left and right, top, bottom.
SIDE: Final = 56.0
TOP: Final = 68.0
BOTTOM: Final = 62.0

_POINTS_PER_UNIT = 0.75  # CSS: 96 units, 72 points an inch
#: Letters of 11 units, the smallest of a picture, have 4.6 points at this scale; those of 14, its titles, 5.9.
_LEGIBLE = 0.42

_VIEW_BOX = re.compile(r"""\bviewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, and the width and height in points that a picture has on it."""

    page: Page
    width: float
    height: float


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in its own units.

    Raises:
        ValueError: when its first element has no viewBox, or an empty one.
    """
    found = _VIEW_BOX.search(svg[: svg.find(">")])
    if found is None or not (float(found[1]) and float(found[2])):
        raise ValueError("the SVG does not say how large it is: its first element needs a viewBox")
    return float(found[1]), float(found[2])


def room(page: Page) -> tuple[float, float]:
    """Width and height in points between the margins."""
    short, long = SIZES[page.paper]
    width, height = (long, short) if page.landscape else (short, long)
    return width - 2 * SIDE, height - TOP - BOTTOM


def sheet_for(size: tuple[float, float], paper: Paper, above: float) -> Sheet:
    """The first page of upright, landscape, larger upright and larger landscape on which a picture is legible.

    `size` is in units of the picture, `above` what stands over it on the page, in points. Where it is legible on none,
    the one that shows it largest.
    """
    pages = [Page(one, landscape) for one in (paper, LARGER.get(paper, paper)) for landscape in (False, True)]
    scales = [(_scale(size, page, above), page) for page in pages]
    scale, page = next((found for found in scales if found[0] >= _LEGIBLE), max(scales, key=lambda found: found[0]))
    return Sheet(page, size[0] * scale, size[1] * scale)


def _scale(size: tuple[float, float], page: Page, above: float) -> float:
    width, height = room(page)
    return min(width / size[0], (height - above) / size[1], _POINTS_PER_UNIT)
