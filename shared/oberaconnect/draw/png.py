"""The picture as PNG, as large as it may be."""

import math

from oberaconnect.draw.placed import Placed
from oberaconnect.draw.raster import TooManyPixels, raster
from oberaconnect.draw.svg import svg

#: resvg needs 4 bytes and some 90 ns a pixel.
MOST_PIXELS = 24_000_000
_MOST_SIDE = 30_000
_SCALE = 2.0
#: Of the largest scale that is possible: half of it has a quarter of the pixels, and takes as much less time.
_WITHOUT_SCALE = 0.5


def png(placed: Placed, scale: float | None = None) -> bytes:
    """Draw the picture; a scale of 1 has one pixel for each unit of the SVG. Without one: 2, or less if it is large.

    Raises:
        TooManyPixels: with the largest scale that is possible.
        Busy: when others are being drawn and do not end.
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
