"""What goes wrong, on purpose and by a seed: the same requests meet the same mishaps in every run.

Sources: learn.microsoft.com "Microsoft Graph throttling guidance" (/graph/throttling), "Avoid getting throttled or
blocked in SharePoint Online" (/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-
sharepoint-online): 429 or 503 with Retry-After in whole seconds.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from tests.fakes.graph.errors import Refused
from tests.fakes.graph.state import Item, Refusal

#: Signing in is spared unless a storm names it.
_SPARED = frozenset({"token", "discovery"})


@dataclass
class Storm:
    """The next so many requests of these kinds (all when None) are answered in one way."""

    left: int
    status: int
    retry_after: int
    kinds: Collection[str] | None


@dataclass
class Mischief:
    """Shares are of requests, from 0 to 1. `latency` is in seconds, `retry_after` in whole ones.

    `reset` cuts the body of answers of the kinds `reset_kinds` in the middle and resets the connection; `drop` closes
    it without an answer. `failing` is the share of files that can never be read (each with one of
    `failing_statuses`); `flaky` that of files whose reading fails `flaky_times` times and then succeeds.
    """

    seed: int = 0
    latency: float = 0.0
    throttle: float = 0.0
    unavailable: float = 0.0
    reset: float = 0.0
    drop: float = 0.0
    retry_after: int = 1
    reset_kinds: Collection[str] = frozenset({"download"})
    failing: float = 0.0
    failing_statuses: tuple[int, ...] = (500, 403, 423)
    flaky: float = 0.0
    flaky_times: int = 2
    _storms: list[Storm] = field(default_factory=list)
    _asked: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def storm(self, count: int, status: int = 429, retry_after: int = 1, kinds: Collection[str] | None = None) -> None:
        """Answer the next `count` requests with 429 or 503."""
        with self._lock:
            self._storms.append(Storm(count, status, retry_after, kinds))

    def strike(self, kind: str, key: str) -> Refused | None:
        """What befalls a request, if anything. `key` names what it asks for."""
        with self._lock:
            self._asked[key] += 1
            asked = self._asked[key]
            for storm in self._storms:
                if storm.left and (storm.kinds is None or kind in storm.kinds):
                    storm.left -= 1
                    return _pushed_back(storm.status, storm.retry_after)
        if kind in _SPARED:
            return None
        if self.dice("throttle", key, asked) < self.throttle:
            return _pushed_back(429, self.retry_after)
        if self.dice("unavailable", key, asked) < self.unavailable:
            return _pushed_back(503, self.retry_after)
        return None

    def breaks(self, kind: str, key: str) -> str:
        """How the connection of a request breaks: `drop`, `reset`, or not at all."""
        asked = self._asked[key]
        if kind not in _SPARED and self.dice("drop", key, asked) < self.drop:
            return "drop"
        if kind in self.reset_kinds and self.dice("reset", key, asked) < self.reset:
            return "reset"
        return ""

    def fails(self, item: Item) -> bool:
        """Whether a file can never be read."""
        return self.dice("failing", item.id) < self.failing

    def read(self, item: Item) -> None:
        """Raises `Refused` when reading a file fails this time."""
        with self._lock:
            if (refusal := item.refusal) is not None and refusal.times != 0:
                if refusal.times is not None:
                    refusal.times -= 1
                raise Refused(refusal.status, refusal.code, refusal.message, refusal.inner)
            if self.dice("flaky", item.id) < self.flaky and self._failed[item.id] < self.flaky_times:
                self._failed[item.id] += 1
                raise _failure(500)
        if self.fails(item):
            pick = int(self.dice("status", item.id) * len(self.failing_statuses))
            raise _failure(self.failing_statuses[pick])

    def dice(self, *about: object) -> float:
        """A number from 0 up to 1, always the same for the same question."""
        digest = hashlib.blake2b("/".join(map(str, (self.seed, *about))).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64


def failing_times(times: int, status: int = 500) -> Refusal:
    """A refusal that ends by itself."""
    failure = _failure(status)
    return Refusal(status, failure.code, failure.message, times=times)


def _pushed_back(status: int, retry_after: int) -> Refused:
    headers = {"Retry-After": str(retry_after)}
    if status == 429:
        return Refused(429, "activityLimitReached", "The request has been throttled", "throttledRequest", headers)
    return Refused(503, "serviceNotAvailable", "The service is not available. Try again later.", headers=headers)


def _failure(status: int) -> Refused:
    code, message = {
        403: ("accessDenied", "Access denied"),
        423: ("resourceLocked", "The resource you are attempting to access is locked"),
    }.get(status, ("generalException", "General exception while processing"))
    return Refused(status, code, message)
