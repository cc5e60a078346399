"""The loop of a worker process: claim, work, renew the lease meanwhile, end well on SIGTERM."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping

from oberaconnect.jobs import Cancelled, Claim, LostLease, Queue
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable

#: How long an idle worker waits for word of a new job before it looks by itself: for one whose time has come, or whose
#: worker died.
_IDLE_SECONDS = 1.0
_LISTEN_SECONDS = 5.0
_RENEW_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Work:
    """One claimed job while it is worked on. `check` between the steps of a handler."""

    def __init__(self, claim: Claim, queue: Queue, stopping: threading.Event) -> None:
        """The lease is renewed in the background from now until `close`."""
        self.claim = claim
        self._queue = queue
        self._stopping = stopping
        self._done = threading.Event()
        self._ended: Exception | None = None
        self._thread = threading.Thread(target=self._renew, daemon=True, name=f"lease {claim.id}")
        self._thread.start()

    def check(self) -> None:
        """Raise `Cancelled`, `LostLease` or `Stopping` when the work must end here."""
        if self._ended is not None:
            raise self._ended
        if self._stopping.is_set():
            raise Stopping()

    def close(self) -> None:
        """Stop renewing."""
        self._done.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._done.wait(_RENEW_SECONDS):
            try:
                self._queue.renew(self.claim)
            except (Cancelled, LostLease) as error:
                self._ended = error
                return
            except Problem:
                _log.warning("lease not renewed", extra={"job": str(self.claim.id)})


class Stopping(Exception):
    """This process was asked to end; the job goes back to the queue."""


Handler = Callable[[Work], None]


def run(queue: Queue, handlers: Mapping[str, Handler], *, concurrency: int) -> None:
    """Work until SIGTERM or SIGINT. Each handler finishes its own job; one that raises is retried later."""
    stopping, news = threading.Event(), threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        news.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    threading.Thread(target=_listen, args=(queue, news, stopping), name="listener", daemon=True).start()
    # Only one idle thread looks for work, so that fifty of them ask no more often than one would.
    looking = threading.Lock()
    threads = [
        threading.Thread(target=_loop, args=(queue, handlers, news, looking, stopping), name=f"worker {number}")
        for number in range(concurrency)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _listen(queue: Queue, news: threading.Event, stopping: threading.Event) -> None:
    """Wake the workers when a job comes in. They look by themselves too, so a lost connection costs a second."""
    while not stopping.is_set():
        try:
            for is_news in queue.news(_LISTEN_SECONDS):
                if is_news:
                    news.set()
                if stopping.is_set():
                    return
        except Unavailable:
            stopping.wait(2.0)


def _loop(
    queue: Queue,
    handlers: Mapping[str, Handler],
    news: threading.Event,
    looking: threading.Lock,
    stopping: threading.Event,
) -> None:
    while not stopping.is_set():
        try:
            with looking:
                claim = _next(queue, handlers, news, stopping)
            if claim is not None:
                attempt(queue, handlers, claim, stopping)
        except Problem as problem:  # the database is away: wait for it
            _log.warning("worker is waiting", extra={"reason": problem.detail})
            stopping.wait(2.0)
        except Exception:
            _log.exception("worker error")
            stopping.wait(2.0)


def _next(
    queue: Queue, handlers: Mapping[str, Handler], news: threading.Event, stopping: threading.Event
) -> Claim | None:
    """Wait for a job; None when this process is to end."""
    while not stopping.is_set():
        news.clear()  # before looking, so that a job that comes in meanwhile is not waited for
        claim = queue.claim(handlers.keys())
        if claim is not None:
            return claim
        news.wait(_IDLE_SECONDS)
    return None


def attempt(queue: Queue, handlers: Mapping[str, Handler], claim: Claim, stopping: threading.Event) -> None:
    """Work on one claimed job and see to what becomes of it, however the handler ends."""
    work = Work(claim, queue, stopping)
    try:
        _settle(queue, handlers[claim.kind], work)
    except LostLease:
        _log.info("job was taken over", extra={"job": str(claim.id)})
    finally:
        work.close()


def _settle(queue: Queue, handler: Handler, work: Work) -> None:
    claim = work.claim
    try:
        handler(work)
    except LostLease:
        raise
    except Cancelled:
        queue.finish_alone(claim, "cancelled")
    except Stopping:
        queue.release(claim)
    except (Unavailable, Timeout, TooMany) as problem:  # a dependency is away or busy: its fault, not the job's
        _log.warning("job waits", extra={"job": str(claim.id), "reason": problem.detail})
        queue.wait(claim, problem)
    except Problem as problem:  # said in our own words, so trying again would end the same way
        queue.finish_alone(claim, "failed", problem=problem)
    except Exception as error:
        _log.exception("job attempt failed", extra={"job": str(claim.id)})
        queue.later(claim, error)
