"""The formats of a picture: as what each is sent, how its files end, and how it is written."""

from typing import Final

from oberaconnect.draw.diagram import Diagram
from oberaconnect.draw.dot import dot
from oberaconnect.draw.drawio import drawio
from oberaconnect.draw.layout import lay_out
from oberaconnect.draw.mermaid import mermaid
from oberaconnect.draw.png import png
from oberaconnect.draw.svg import svg

MEDIA_TYPES: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "drawio": "application/xml",
    "mermaid": "text/plain",
    "dot": "text/vnd.graphviz",
}
#: The ends of file names that are not called as their format.
SUFFIXES: Final = {"mermaid": "mmd", "dot": "gv"}


def write(diagram: Diagram, form: str, scale: float | None = None) -> bytes:
    """The picture in one of `MEDIA_TYPES`; `scale` is that of PNG.

    Raises:
        NotArranged: when it is too large for a picture; Mermaid and DOT are never.
        TooManyPixels: when it is too large at this scale.
        Busy: when too many others are being made.
    """
    match form:
        case "mermaid":
            return mermaid(diagram).encode()
        case "dot":
            return dot(diagram).encode()
        case "png":
            return png(lay_out(diagram), scale)
        case "drawio":
            return drawio(lay_out(diagram)).encode()
        case _:
            return svg(lay_out(diagram)).encode()
