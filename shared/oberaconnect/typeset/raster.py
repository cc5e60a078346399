"""A drawing as PNG, for formats that hold no SVG."""

import math

import resvg_py

from oberaconnect.draw.text import FONT_FILES
from oberaconnect.typeset.paper import svg_size

#: Enough for print: on paper letters have no visible steps.
_DOTS_PER_INCH = 180
_MOST_PIXELS = 20_000_000


def png(svg: str, width: float) -> bytes:
    """The drawing, sharp enough to be printed with a width of so many points."""
    wide, high = svg_size(svg)
    scale = min(width / 72 * _DOTS_PER_INCH / wide, math.sqrt(_MOST_PIXELS / (wide * high)))
    fonts = [str(file) for file in FONT_FILES.values()]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, font_files=fonts, font_family="Inter"))
