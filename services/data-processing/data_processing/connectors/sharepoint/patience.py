"""Asking again: Retry-After obeyed by all threads of a run together, and growing pauses for what fails by itself.

Microsoft asks applications that are throttled to hold all further requests back until the time in Retry-After is over:
learn.microsoft.com/graph/throttling, and "Best practices for discovering files and detecting changes at scale".
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from oberaconnect.http.client import Answer
from oberaconnect.problems import Timeout, TooMany, Unavailable

#: How often a request is sent that meets failures, and one that is held back.
_ATTEMPTS = 4
_HELD_ATTEMPTS = 10
#: Whoever is told to wait longer than this ends the run, which goes on later.
_MAX_WAIT_SECONDS = 300.0
_MAX_BACKOFF_SECONDS = 30.0
_THROTTLED = frozenset({429, 503})
_FAILED = frozenset({408, 500, 502, 504, 509})


class Patience:
    """One for all requests of a run."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        """`pause` sleeps, and ends the work when the run ends."""
        self._pause = pause
        self._lock = threading.Lock()
        self._not_before = 0.0

    def wait(self) -> None:
        """Wait until requests may be sent."""
        with self._lock:
            left = self._not_before - time.monotonic()
        if left > 0:
            self._pause(left)

    def hold(self, seconds: float) -> None:
        """No thread sends anything for so long. Raises `TooMany` when that is longer than a run should wait."""
        if seconds > _MAX_WAIT_SECONDS:
            raise TooMany(f"Microsoft 365 asks to wait {int(seconds)} seconds.", retry_after_seconds=int(seconds) + 1)
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def back_off(self, attempt: int) -> None:
        """Pause after a failure: 0.5 to 1 second at first, twice as long each time."""
        self._pause(_backoff(attempt))

    def persist(self, send: Callable[[], Answer]) -> Answer:
        """Send until there is an answer that means something: at last whatever was answered, also a failure.

        Raises:
            Unavailable, Timeout: it could not be reached, again and again.
            TooMany: it did not stop to hold us back.
        """
        failures = held = 0
        while True:
            self.wait()
            try:
                answer = send()
            except (Unavailable, Timeout):
                failures += 1
                if failures == _ATTEMPTS:
                    raise
                self.back_off(failures)
                continue
            if answer.status in _THROTTLED:
                held += 1
                seconds = retry_after(answer.headers)
                if held == (_HELD_ATTEMPTS if seconds is not None or answer.status == 429 else _ATTEMPTS):
                    return self._given_up(answer, seconds)
                self.hold(_backoff(held) if seconds is None else seconds)
            elif answer.status in _FAILED:
                failures += 1
                if failures == _ATTEMPTS:
                    return answer
                self.back_off(failures)
            else:
                return answer

    def _given_up(self, answer: Answer, seconds: float | None) -> Answer:
        if answer.status == 429:
            pause = 60 if seconds is None else int(seconds)
            raise TooMany("Microsoft 365 keeps holding our requests back.", retry_after_seconds=pause + 1)
        return answer


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, 10.2.3), by names in lower case; None when there is none."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def pause_asked(headers: Mapping[str, str]) -> float:
    """The seconds that an answer asks to wait; one second when it does not say."""
    seconds = retry_after(headers)
    return 1.0 if seconds is None else seconds


def _backoff(attempt: int) -> float:
    seconds = min(_MAX_BACKOFF_SECONDS, 2.0 ** (attempt - 1))
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 (spreads requests, keeps no secret)
