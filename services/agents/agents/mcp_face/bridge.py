"""From WSGI to MCP: a server of the SDK lives on an asyncio loop of its own, and requests are handed over to it.

Every process of gunicorn has one, begun by the first request and so after the fork. No request needs what an earlier
one left (`stateless`), so any process may answer any request.
"""

import asyncio
import logging
import queue
import select
import socket
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from a2wsgi.asgi import ASGIResponder
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from oberaconnect.problems import BadRequest

#: The longest message that is taken.
MAX_BODY_BYTES = 4 * 2**20
_STOP_SECONDS = 5.0
_LOOK_SECONDS = 1.0

StartResponse = Callable[..., Any]

# It tells of each request, which the application logs itself.
logging.getLogger("mcp").setLevel(logging.WARNING)


class Bridge:
    """A WSGI application that speaks streamable HTTP for an MCP server. Safe under threads."""

    def __init__(self, make: Callable[[], Server[Any]]) -> None:
        """`make` is called when the first request comes."""
        self._make = make
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. `wsgi.input` holds the whole body, and CONTENT_LENGTH says how long it is."""
        with self._lock:
            if self._running is None:
                self._running = _Running(self._make())
                # Also when nobody closes it: with the application, or in good order at the end of the process.
                weakref.finalize(self, self._running.close)
            running = self._running
        return running.answer(environ, start_response)

    def close(self) -> None:
        """End the loop, if there is one."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.close()


class _Running:
    """A server on its loop, in a thread that ends with the process."""

    def __init__(self, server: Server[Any]) -> None:
        # No list of hosts: the guard of the application has already looked at Host and Origin, as for every request.
        self._manager = StreamableHTTPSessionManager(
            server, stateless=True, security_settings=None, max_request_body_size=MAX_BODY_BYTES
        )
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="mcp", daemon=True)
        self._thread.start()
        self._ready.wait()

    def answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterator[bytes]:
        responder = _Responder(self._manager.handle_request, self._loop)  # type: ignore[arg-type] # its own name for ASGI
        responder.sync_event = _Handed(environ.get("gunicorn.socket") or environ.get("werkzeug.socket"))  # type: ignore[assignment] # does the same
        has_begun = False
        try:
            for piece in responder(environ, start_response):  # type: ignore[arg-type] # its own name for an environment
                has_begun = True
                yield piece
        except _Left:
            if not has_begun:
                raise BadRequest("The client left before it was answered.") from None
        finally:
            responder.leave()

    def close(self) -> None:
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_STOP_SECONDS)

    def _live(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._manage())
        finally:
            self._ready.set()  # also when it never was: nobody is to wait for it

    async def _manage(self) -> None:
        async with self._manager.run():
            self._ready.set()
            await self._stop.wait()


class _Left(Exception):
    """The client has closed the connection."""


class _Handed:
    """What the loop hands to the thread of a request. While nothing comes, the thread looks whether anybody waits."""

    def __init__(self, client: socket.socket | None) -> None:
        self._client = client
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def set(self, message: Any) -> None:
        self._messages.put(message)

    def wait(self) -> Any:
        while True:
            try:
                return self._messages.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if self._client is not None and _is_closed(self._client):
                    raise _Left() from None


def _is_closed(client: socket.socket) -> bool:
    look = select.poll()
    look.register(client, select.POLLIN)
    try:
        return bool(look.poll(0)) and client.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


class _Responder(ASGIResponder):
    """One request. When its reader leaves, what is being done for it is cancelled; a2wsgi alone would keep it."""

    _task: asyncio.Task[Any] | None = None

    async def start_asgi_app(self, environ: Any) -> asyncio.Task[Any]:
        self._task = await super().start_asgi_app(environ)
        return self._task

    def leave(self) -> None:
        if self._task is not None and not self._task.done():
            self.loop.call_soon_threadsafe(self._task.cancel)
