"""Drawings of cards and arrows: described once, arranged by ELK, written as SVG, PNG, draw.io, Mermaid and DOT.

Needs `quickjs-ng` and `resvg-py`, which only the services that draw install.
"""

from oberaconnect.draw.diagram import TIMER, Card, Diagram, Direction, Group, LegendEntry, Link, Port
from oberaconnect.draw.dot import dot
from oberaconnect.draw.drawio import drawio
from oberaconnect.draw.engine import Busy, NotArranged, warm
from oberaconnect.draw.formats import MEDIA_TYPES, SUFFIXES, write
from oberaconnect.draw.icons import Icon
from oberaconnect.draw.layout import lay_out
from oberaconnect.draw.mermaid import mermaid
from oberaconnect.draw.palette import Tone
from oberaconnect.draw.placed import Placed
from oberaconnect.draw.png import png
from oberaconnect.draw.raster import TooManyPixels
from oberaconnect.draw.svg import svg

__all__ = [
    "MEDIA_TYPES",
    "SUFFIXES",
    "TIMER",
    "Busy",
    "Card",
    "Diagram",
    "Direction",
    "Group",
    "Icon",
    "LegendEntry",
    "Link",
    "NotArranged",
    "Placed",
    "Port",
    "Tone",
    "TooManyPixels",
    "dot",
    "drawio",
    "lay_out",
    "mermaid",
    "png",
    "svg",
    "warm",
    "write",
]
