"""The picture as PNG, by resvg with the shipped fonts; other scripts come from the system's fonts, where it has any."""

import math

import resvg_py

from oberaconnect.draw.placed import Placed
from oberaconnect.draw.svg import svg
from oberaconnect.draw.text import FONT_FILES
from oberaconnect.problems import Unprocessable

#: resvg needs 4 bytes and some 90 ns a pixel, and keeps all other threads waiting meanwhile.
MOST_PIXELS = 24_000_000
_MOST_SIDE = 30_000
_SCALE = 2.0
#: Of the largest scale that is possible: half of it has a quarter of the pixels, and takes as much less time.
_WITHOUT_SCALE = 0.5


class TooManyPixels(Unprocessable):
    """The picture would have too many pixels. Ask for a smaller scale, or for SVG."""


def png(placed: Placed, scale: float | None = None) -> bytes:
    """Draw the picture; a scale of 1 has one pixel for each unit of the SVG. Without one: 2, or less if it is large.

    Raises:
        TooManyPixels: with the largest scale that is possible.
    """
    most = min(math.sqrt(MOST_PIXELS / (placed.width * placed.height)), _MOST_SIDE / max(placed.width, placed.height))
    possible = math.floor(most * 100) / 100
    if scale is None:
        scale = min(_SCALE, most * _WITHOUT_SCALE)
    if not 0 < scale <= most:
        raise TooManyPixels(
            f"At a scale of {scale:g} this picture cannot be drawn: it measures {placed.width:.0f} by "
            f"{placed.height:.0f} units. Ask for a scale above 0 and up to {possible:g}, or for SVG."
        )
    return raster(svg(placed), scale)


def raster(drawing: str, scale: float) -> bytes:
    """An SVG as PNG, with so many pixels a unit."""
    fonts = [str(file) for file in FONT_FILES.values()]
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, zoom=scale, font_files=fonts, font_family="Inter"))
