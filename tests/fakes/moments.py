"""Where runs are held until a test lets them go on, or kills whoever waits for the answer.

The scripted model and the server that counts effects say where they are (`reach`); a test says beforehand where it
wants to come in (`hold`).
"""

import threading
import time
from dataclasses import dataclass, field

#: Longer than any test holds something: a test that fails leaves no thread behind for good.
_LONGEST_SECONDS = 120.0


class Dropped(Exception):
    """The request came to nothing: the other side died as well."""


@dataclass
class Hold:
    """One place of one run. `pause`: seconds from being let go on to going on; `is_lost`: nothing comes of it."""

    name: str
    place: str
    pause: float = 0.0
    is_lost: bool = False
    arrived: threading.Event = field(default_factory=threading.Event)
    going_on: threading.Event = field(default_factory=threading.Event)

    def let_go(self) -> None:
        """Whoever is held here goes on."""
        self.going_on.set()


class Moments:
    """All holds of a test. Each holds once: a run that comes by again passes."""

    def __init__(self) -> None:
        """Nothing is held."""
        self._lock = threading.Lock()
        self._holds: dict[tuple[str, str], Hold] = {}

    def hold(self, name: str, place: str, *, pause: float = 0.0, is_lost: bool = False) -> Hold:
        """Hold the run of this name where it comes by this place the next time."""
        hold = Hold(name, place, pause, is_lost)
        with self._lock:
            self._holds[name, place] = hold
        return hold

    def reach(self, name: str, place: str) -> None:
        """A run has come by a place. Raises `Dropped` when nothing is to come of it."""
        with self._lock:
            hold = self._holds.pop((name, place), None)
        if hold is None:
            return
        hold.arrived.set()
        hold.going_on.wait(_LONGEST_SECONDS)
        time.sleep(hold.pause)
        if hold.is_lost:
            raise Dropped
