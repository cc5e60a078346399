"""A call that may be made again is made in a thread of its own: a worker that ends, and a run that was cancelled, leave
it at once, wherever it stands, and need not wait for a service that takes minutes.
"""

import queue
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace

from agents.tools.contract import Calling, Outcome

_LOOK_SECONDS = 0.25


class Left(Exception):
    """Nobody waits for this call any more."""


def apart(make: Callable[[Calling], Outcome], calling: Calling) -> Outcome:
    """Make a call, and look after `calling` meanwhile. Progress is told by the waiting thread, as everything is.

    Raises:
        Whatever `make`, or the calling's check and progress raise. The call goes on then, its outcome unread, to the
        next time that it checks.
    """
    handed: queue.Queue[str | Outcome | BaseException] = queue.Queue()
    left = threading.Event()

    def check() -> None:
        if left.is_set():
            raise Left()
        calling.check()

    def run() -> None:
        try:
            handed.put(make(replace(calling, check=check, progress=handed.put)))
        except BaseException as error:
            handed.put(error)

    context = copy_context()  # the request id goes along
    threading.Thread(target=context.run, args=(run,), name="tool", daemon=True).start()
    try:
        while True:
            try:
                found = handed.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                calling.check()
                continue
            if isinstance(found, BaseException):
                raise found
            if isinstance(found, Outcome):
                return found
            calling.progress(found)
            calling.check()
    finally:
        left.set()
