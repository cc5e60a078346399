"""HTTP/1.1 on a socket: one thread a connection, kept alive, and able to break off where a test wants it.

Written by hand because `http.server` spends most of its time on parsing headers: a run over 10,000 files asks 30,000
times. Sources: RFC 9110 and RFC 9112.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedReader
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Request:
    """One request. `headers` have names in lower case; `target` is as it was sent; `path` is decoded."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query, decoded."""
        return unquote(self.target.split("?", 1)[0])

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; of several with one name the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """One answer. `pieces` in place of `body` for what is too long to hold, `length` is their sum.

    `cut`: after so many bytes of the body the connection is reset. `drop`: it is closed without any answer.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()
    length: int | None = None
    cut: int | None = None
    drop: bool = False

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body) if self.length is None else self.length


class _Broken(Exception):
    """The connection is not to be used any more."""


class Server:
    """Listens on a port of the loopback interface as soon as it is made, and calls `answer` from many threads."""

    def __init__(self, answer: Callable[[Request], Response], sent: Callable[[int], None], port: int = 0) -> None:
        """`sent` is told how many bytes of a body went out. Port 0 takes a free one."""
        self._answer = answer
        self._sent = sent
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and end all connections."""
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError, _Broken), connection.makefile("rb") as reader:
            while request := _read(reader):
                self._write(connection, request, self._answer(request))
                if request.headers.get("connection", "").lower() == "close":
                    break
        with self._lock:
            self._open.discard(connection)

    def _write(self, connection: socket.socket, request: Request, response: Response) -> None:
        if response.drop:
            raise _Broken
        head = _head(response)
        if request.method == "HEAD":
            connection.sendall(head)
            return
        if response.cut is not None:
            body = response.body or b"".join(response.pieces)
            connection.sendall(head + body[: response.cut])
            self._sent(response.cut)
            # Lingering for no time makes closing a reset in place of an orderly end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Broken
        connection.sendall(head + response.body)
        self._sent(len(response.body))
        for piece in response.pieces:
            connection.sendall(piece)
            self._sent(len(piece))


def _read(reader: BufferedReader) -> Request | None:
    parts = reader.readline(65537).decode("latin-1").split()
    if len(parts) != 3:
        return None
    method, target, _ = parts
    headers: dict[str, str] = {}
    while (line := reader.readline(65537)).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(method, target, headers, reader.read(int(headers.get("content-length", "0"))))


def _head(response: Response) -> bytes:
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if response.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        lines.append(f"Content-Length: {response.size}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
