"""Work that holds a thread of the server for long: only so many requests may do it at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from oberaconnect.problems import Unavailable

_RETRY_AFTER_SECONDS = 2


class Places:
    """A limited number of places. The threads that are left answer everything else, /health among it."""

    def __init__(self, number: int, *, refusal: str) -> None:
        """`refusal` is what a caller reads when no place is free. There is always at least one."""
        self._free = threading.BoundedSemaphore(max(1, number))
        self._refusal = refusal

    def take(self) -> None:
        """Take a place or raise `Unavailable`."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(self._refusal, retry_after_seconds=_RETRY_AFTER_SECONDS)

    def give(self) -> None:
        """Give the place back."""
        self._free.release()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for as long as the work takes. Raises `Unavailable` when none is free."""
        self.take()
        try:
            yield
        finally:
            self.give()
