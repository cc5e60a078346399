"""The memory of one process, looked at every second while something goes on."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import fmean

from bench.memory import proportional_mb
from host import processes

_PERIOD_SECONDS = 1.0


@dataclass
class Watch:
    """What was seen, in megabytes: resident, and with each shared page divided among those who share it."""

    resident: list[float] = field(default_factory=list)
    proportional: list[float] = field(default_factory=list)

    def look(self, pid: int) -> bool:
        """Look once. Whether the process is there."""
        process = processes.look(pid)
        if process is None:
            return False
        self.resident.append(process.resident_bytes / 2**20)
        self.proportional.append(proportional_mb(pid))
        return True


@contextmanager
def watch(pid: int) -> Iterator[Watch]:
    """Watch a process while the block runs."""
    watched, stopping = Watch(), threading.Event()

    def run() -> None:
        while watched.look(pid) and not stopping.wait(_PERIOD_SECONDS):
            pass

    thread = threading.Thread(target=run, name="watch")
    thread.start()
    try:
        yield watched
    finally:
        stopping.set()
        thread.join()


def quarters(values: Sequence[float]) -> tuple[float, float]:
    """The means of the first and of the last quarter of some values. Raises ValueError when there are none."""
    if not values:
        raise ValueError("quarters need at least one value")
    size = max(1, len(values) // 4)
    return fmean(values[:size]), fmean(values[-size:])
