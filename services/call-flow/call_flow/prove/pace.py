"""How many calls are made at once: as many as the machine keeps up with, which is measured all the time.

Whoever presses a key within a second, on a machine that is late by two, presses it too late. So what is measured is how
late things are that should happen at once: this process's own wakening, and each PBX's answer to a question.
"""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

#: A call counts, whatever became of it, while nothing was later than this: keys and ringing leave more time.
LATE_SECONDS = 0.2
_CALM_SECONDS = 0.04
_BUSY_SECONDS = 0.1
_LOOK_SECONDS = 0.05
_FEWEST = 4
_FIRST = 18
_GROWTH = 3
_SHRINKING = 0.7
#: How long the machine is given to answer to a change before the next.
_TURN_SECONDS = 0.25
#: More than come in the time of the longest call.
_REMEMBERED = 10_000


class Pace:
    """Lets calls begin. Within one loop."""

    def __init__(self, most: int) -> None:
        """There are never more than `most` calls at once."""
        self._most = most
        self._limit = min(_FIRST, most)
        self._running = 0
        self._late: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._asked: dict[int, float] = {}
        self._numbers = itertools.count()
        self._turned = 0.0
        self._news = asyncio.Condition()

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """The time of a call; begins when there is room for one more."""
        async with self._news:
            await self._news.wait_for(lambda: self._running < self._limit)
            self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            async with self._news:
                self._news.notify_all()

    async def watch(self) -> None:
        """Measure how late this process wakes up, until cancelled."""
        while True:
            due = time.monotonic() + _LOOK_SECONDS
            await asyncio.sleep(_LOOK_SECONDS)
            self._note(time.monotonic() - due)
            await self._turn()

    @contextmanager
    def question(self) -> Iterator[None]:
        """The time that somebody takes to answer who should do so at once."""
        number, begun = next(self._numbers), time.monotonic()
        self._asked[number] = begun
        try:
            yield
        finally:
            del self._asked[number]
            self._note(time.monotonic() - begun)

    def worst(self, since: float) -> float:
        """How late anything was since an instant of the monotonic clock, or is still."""
        now = time.monotonic()
        found = max((now - begun for begun in self._asked.values()), default=0.0)
        for at, late in reversed(self._late):
            if at < since:
                break
            found = max(found, late)
        return found

    def _note(self, seconds: float) -> None:
        self._late.append((time.monotonic(), seconds))

    async def _turn(self) -> None:
        now = time.monotonic()
        if now - self._turned < _TURN_SECONDS:
            return
        late = self.worst(now - 2 * _TURN_SECONDS)
        if late > _BUSY_SECONDS:
            self._limit = max(min(_FEWEST, self._most), int(min(self._limit, self._running) * _SHRINKING))
        elif late < _CALM_SECONDS and self._running >= self._limit:
            self._limit = min(self._most, self._limit + _GROWTH)
        self._turned = now
        async with self._news:
            self._news.notify_all()
