"""An SVG as PNG, by resvg with the shipped fonts; other scripts come from the system's fonts, where it has any.

resvg keeps all other threads of its process waiting, for seconds on a busy machine. So it has a process of its own,
held by the kernel to memory and time.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from oberaconnect.draw.engine import Busy
from oberaconnect.draw.text import FONT_FILES
from oberaconnect.problems import Unprocessable

_PROGRAM = Path(__file__).with_name("rasterize.py")
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 30
_SECONDS = 30
_MEMORY_BYTES = 1 << 30


class TooManyPixels(Unprocessable):
    """The picture would have too many pixels. Ask for a smaller scale, or for SVG."""


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
    command = [sys.executable, "-I", str(_PROGRAM)]
    text = json.dumps(order).encode()
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Busy
    try:
        done = subprocess.run(command, input=text, capture_output=True, timeout=2 * _SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise TooManyPixels from None
    finally:
        _AT_ONCE.release()
    if done.returncode < 0:  # killed for its memory or processor time
        raise TooManyPixels
    if done.returncode:
        raise RuntimeError(f"the picture was not drawn: {done.stderr.decode(errors='replace')}")
    return done.stdout
