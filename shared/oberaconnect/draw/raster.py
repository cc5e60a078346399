"""An SVG as PNG, by resvg with the shipped fonts; other scripts come from the system's fonts, where it has any.

resvg keeps all other threads of its process waiting, for seconds on a busy machine. So it has a process of its own,
held by the kernel to memory and time.
"""

import json
from pathlib import Path

from oberaconnect.apart import Program
from oberaconnect.draw.engine import Busy
from oberaconnect.draw.text import FONT_FILES
from oberaconnect.problems import Unprocessable

_SECONDS = 30
_MEMORY_BYTES = 1 << 30


class TooManyPixels(Unprocessable):
    """The picture would have too many pixels. Ask for a smaller scale, or for SVG."""


_RESVG = Program(Path(__file__).with_name("rasterize.py"), busy=Busy, refused=TooManyPixels)


def raster(drawing: str, scale: float) -> bytes:
    """An SVG as PNG, with so many pixels a unit.

    Raises:
        TooManyPixels: when it takes too long, or too much memory.
        Busy: when others are being drawn and do not end.
    """
    order = {
        "svg": drawing,
        "scale": scale,
        "fonts": [str(file) for file in FONT_FILES.values()],
        "memory_bytes": _MEMORY_BYTES,
        "seconds": _SECONDS,
    }
    return _RESVG.run(json.dumps(order).encode(), 2 * _SECONDS)
