"""What arrived at the server, counted."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One request, also one that came in a batch, and the status it was answered with (0: the connection broke)."""

    kind: str
    method: str
    target: str
    status: int
    batched: bool = False


class Seen:
    """All that arrived since the beginning, or since `clear`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        with self._lock:
            self.asked: list[Asked] = []
            self.bytes_sent = 0
            #: The most requests that were under way at once.
            self.concurrency = 0
            #: Targets that were asked for without a token that counts.
            self.unauthorised: list[str] = []
            #: Download addresses that a token was sent to: there it does not belong.
            self.bearers_at_downloads: list[str] = []

    @property
    def kinds(self) -> Counter[str]:
        """Requests by kind, those in batches included."""
        with self._lock:
            return Counter(asked.kind for asked in self.asked)

    @property
    def statuses(self) -> Counter[int]:
        """Requests by the status of their answer."""
        with self._lock:
            return Counter(asked.status for asked in self.asked)

    def of(self, kind: str) -> list[Asked]:
        """The requests of a kind."""
        with self._lock:
            return [asked for asked in self.asked if asked.kind == kind]

    def note(self, asked: Asked) -> None:
        """One more."""
        with self._lock:
            self.asked.append(asked)

    def sent(self, size: int) -> None:
        """So many bytes more went out."""
        with self._lock:
            self.bytes_sent += size

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """While a request is answered."""
        with self._lock:
            self._under_way += 1
            self.concurrency = max(self.concurrency, self._under_way)
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
