"""Whether somebody still reads what is being made for them, for work that nobody else waits for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar

_left: ContextVar[Callable[[], bool]] = ContextVar("left", default=lambda: False)


def has_left() -> bool:
    """Whether the reader of the current work has gone; False where nobody watches that."""
    return _left.get()()


def watch(context: Context, left: threading.Event) -> None:
    """Let what runs in a context know by `left` that its reader has gone."""
    context.run(_left.set, left.is_set)


@contextmanager
def for_at_most(seconds: float) -> Iterator[None]:
    """The reader of the work in this block has gone after so long, whatever happens."""
    ends = time.monotonic() + seconds
    token = _left.set(lambda: time.monotonic() >= ends)
    try:
        yield
    finally:
        _left.reset(token)
