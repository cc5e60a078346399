"""Waiting for an answer that takes long, without being deaf to a run that was cancelled meanwhile."""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Generic, TypeVar

from agents.tools.contract import Calling

T = TypeVar("T")

_LOOK_SECONDS = 0.25
_TELL_SECONDS = 10.0


class _Work(Generic[T]):
    """Something that is done in a thread of its own, and how it ended."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._is_done = threading.Event()
        self._found: T | None = None
        self._error: BaseException | None = None
        context = copy_context()  # the request id goes along
        # A daemon: a process that ends does not wait for a scan of ten minutes.
        threading.Thread(target=lambda: context.run(self._run), daemon=True).start()

    def _run(self) -> None:
        try:
            self._found = self._work()
        except BaseException as error:
            self._error = error
        finally:
            self._is_done.set()

    def is_done(self, seconds: float) -> bool:
        """Whether it has ended, or ends within so many seconds."""
        return self._is_done.wait(seconds)

    def result(self) -> T:
        """What came of it. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._found  # type: ignore[return-value] # it has ended without an error


def watched(calling: Calling, doing: str, work: Callable[[], T]) -> T:
    """Do something that blocks, and look after the call meanwhile. `work` ends by itself: it has its own time-outs.

    When the call is to end, this leaves at once and `work` goes on, its outcome unread. `doing` is a sentence without
    its full stop for whoever watches, such as "The scan is running".

    Raises:
        Whatever `work` or the calling's check raise.
    """
    running = _Work(work)
    began = told = time.monotonic()
    while not running.is_done(_LOOK_SECONDS):
        calling.check()
        if (now := time.monotonic()) - told >= _TELL_SECONDS:
            told = now
            calling.progress(f"{doing}, since {now - began:.0f} seconds.")
    return running.result()
