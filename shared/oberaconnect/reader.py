"""Whether somebody still reads what is being made for them, for work that nobody else waits for."""

import threading
from contextvars import Context, ContextVar

_left: ContextVar[threading.Event | None] = ContextVar("left", default=None)


def watch(context: Context, left: threading.Event) -> None:
    """Let what runs in a context know by `left` that its reader has gone."""
    context.run(_left.set, left)


def has_left() -> bool:
    """Whether the reader of the current work has gone; False where nobody watches that."""
    left = _left.get()
    return left is not None and left.is_set()
