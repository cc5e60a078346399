"""Work that goes on beside a test: what a worker process does, in a thread of this one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_IDLE_SECONDS = 0.02


@contextmanager
def repeated(work: Callable[[], bool]) -> Iterator[None]:
    """`work` is done over and over while the block lasts; it says whether there was anything to do."""
    stopping = threading.Event()

    def go_on() -> None:
        while not stopping.is_set():
            if not work():
                stopping.wait(_IDLE_SECONDS)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
