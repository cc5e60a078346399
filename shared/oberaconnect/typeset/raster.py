"""A drawing as PNG, for formats that hold no SVG."""

import math

from oberaconnect.draw.raster import raster
from oberaconnect.typeset.paper import svg_size

#: Enough for print: on paper letters have no visible steps.
_DOTS_PER_INCH = 180
_MOST_PIXELS = 20_000_000


def png(svg: str, width: float) -> bytes:
    """The drawing, sharp enough to be printed with a width of so many points."""
    wide, high = svg_size(svg)
    scale = min(width / 72 * _DOTS_PER_INCH / wide, math.sqrt(_MOST_PIXELS / (wide * high)))
    return raster(svg, scale)
