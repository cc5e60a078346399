"""Server-sent events: typed, with a heartbeat, and never more at once than leave threads for everything else."""

import contextvars
import json
import logging
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g

from oberaconnect import telemetry
from oberaconnect.places import Places
from oberaconnect.problems import InternalError, Problem

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_SECONDS = 15.0

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
    place = long_answers()
    service: str = current_app.extensions["service"]
    request_id: str = g.request_id
    context = contextvars.copy_context()
    place.take()

    def body() -> Iterator[str]:
        telemetry.STREAMS.labels(service).inc()
        try:
            # The first bytes tell the reader, and every proxy between, that the answer has begun.
            yield ": open\n\n"
            for event in _with_heartbeat(events, request_id, context):
                yield event.encode() if event else ": keep-alive\n\n"
        finally:
            telemetry.STREAMS.labels(service).dec()

    response = Response(body(), mimetype=MEDIA_TYPE)
    response.headers["X-Accel-Buffering"] = "no"
    # On the response and not in the generator: a reader who leaves before the first byte never starts it.
    response.call_on_close(place.give)
    return response


def _with_heartbeat(events: Iterable[Event], request_id: str, context: contextvars.Context) -> Iterator[Event | None]:
    """The events, and None whenever there was none for a while. The producer runs in a thread of its own."""
    handed: queue.Queue[Event | None] = queue.Queue(maxsize=64)
    gone = threading.Event()

    def produce() -> None:
        try:
            for event in events:
                while not gone.is_set():
                    try:
                        handed.put(event, timeout=1)
                        break
                    except queue.Full:
                        continue
                if gone.is_set():
                    return
        except Problem as problem:
            handed.put(Event("error", problem.document(request_id=request_id)))
        except Exception:
            _log.exception("stream failed")
            handed.put(Event("error", InternalError().document(request_id=request_id)))
        finally:
            if isinstance(events, Iterator) and hasattr(events, "close"):
                events.close()
            handed.put(None)

    thread = threading.Thread(target=context.run, args=(produce,), daemon=True, name="stream")
    thread.start()
    try:
        while True:
            try:
                event = handed.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield None
                continue
            if event is None:
                return
            yield event
    finally:
        gone.set()
        while not handed.empty():  # let a producer that waits for room see that nobody reads
            handed.get_nowait()
