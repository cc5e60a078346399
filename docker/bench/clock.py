"""How long something takes."""

import time
from collections.abc import Callable


def taken(doing: Callable[[], object]) -> float:
    """The seconds of a call."""
    begun = time.monotonic()
    doing()
    return time.monotonic() - begun
