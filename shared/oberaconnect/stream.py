"""Server-sent events: typed, with a heartbeat, and never more at once than leave threads for everything else."""

import contextvars
import json
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, current_app, g

from oberaconnect import reader, telemetry
from oberaconnect.places import Places
from oberaconnect.problems import InternalError, Problem

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_SECONDS = 15.0

Item = TypeVar("Item")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """One event: its type, its JSON data, and an id when a reader may resume after it."""

    event: str
    data: Any
    id: str | None = None

    def encode(self) -> str:
        """The event as it goes over the wire."""
        head = f"id: {self.id}\n" if self.id is not None else ""
        return f"{head}event: {self.event}\ndata: {json.dumps(self.data, default=str, ensure_ascii=False)}\n\n"


def make_places(threads: int) -> Places:
    """The places for streams and other long answers of a server with so many threads: half of them."""
    return Places(threads // 2, refusal="Too many streams are open at once.")


def long_answers() -> Places:
    """The places of the running application."""
    found: Places = current_app.extensions["stream_places"]
    return found


def sse(events: Iterable[Event]) -> Response:
    """A streamed response of `events`. A `Problem` raised while producing them becomes a last `error` event.

    Raises:
        Unavailable: when too many streams are open; nothing was consumed then.
    """
    request_id: str = g.request_id
    place = long_answers()
    place.take()
    return _streamed(
        events, Event.encode, lambda problem: Event("error", problem.document(request_id=request_id)), place
    )


def lines(frames: Iterator[str], failed: Callable[[Problem], str]) -> Response:
    """A streamed response of `frames` that are encoded already, for protocols with events of their own.

    The first frame is waited for: a `Problem` raised before it is the answer, with its status. One that comes later is
    told by a last frame, which `failed` makes of it.

    Raises:
        Unavailable: when too many streams are open; nothing was consumed then.
        Problem: raised before the first frame.
    """
    place = long_answers()
    place.take()
    try:
        first = next(frames, "")
    except BaseException:
        place.give()
        raise
    return _streamed(_Begun(first, frames), str, failed, place)


class _Begun(Iterator[str]):
    """Frames of which the first was taken already."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self._first: str | None = first
        self._rest = rest

    def __next__(self) -> str:
        first, self._first = self._first, None
        return next(self._rest) if first is None else first

    def close(self) -> None:
        """Leave the rest."""
        if hasattr(self._rest, "close"):
            self._rest.close()


def _streamed(
    items: Iterable[Item], encode: Callable[[Item], str], failed: Callable[[Problem], Item], place: Places
) -> Response:
    """A response of items as they come, in the place that was taken for it."""
    service: str = current_app.extensions["service"]
    context = contextvars.copy_context()

    def body() -> Iterator[str]:
        telemetry.STREAMS.labels(service).inc()
        try:
            # The first bytes tell the reader, and every proxy between, that the answer has begun.
            yield ": open\n\n"
            for item in _with_heartbeat(items, failed, context):
                yield ": keep-alive\n\n" if item is None else encode(item)
        finally:
            telemetry.STREAMS.labels(service).dec()

    response = Response(body(), mimetype=MEDIA_TYPE)
    response.headers["X-Accel-Buffering"] = "no"
    # On the response and not in the generator: a reader who leaves before the first byte never starts it.
    response.call_on_close(place.give)
    return response


def _with_heartbeat(
    items: Iterable[Item], failed: Callable[[Problem], Item], context: contextvars.Context
) -> Iterator[Item | None]:
    """The items, and None whenever there was none for a while. The producer runs in a thread of its own."""
    handed: queue.Queue[Item | None] = queue.Queue(maxsize=64)
    gone = threading.Event()

    def produce() -> None:
        try:
            for item in items:
                while not gone.is_set():
                    try:
                        handed.put(item, timeout=1)
                        break
                    except queue.Full:
                        continue
                if gone.is_set():
                    return
        except Problem as problem:
            handed.put(failed(problem))
        except Exception:
            _log.exception("stream failed")
            handed.put(failed(InternalError()))
        finally:
            if isinstance(items, Iterator) and hasattr(items, "close"):
                items.close()
            handed.put(None)

    reader.watch(context, gone)
    thread = threading.Thread(target=context.run, args=(produce,), daemon=True, name="stream")
    thread.start()
    try:
        while True:
            try:
                item = handed.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            yield item
    finally:
        gone.set()
        while not handed.empty():  # let a producer that waits for room see that nobody reads
            handed.get_nowait()
