"""The end of a transfer that takes too long. The client's own time-outs are for each read: a drip would never end."""

import math
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Shuts the connection when a step of a transfer takes more than `seconds`, or all of it more than `whole`.

    The first step begins with the context, each further one with `renew`. None as `whole`: however long it takes.
    """

    def __init__(self, seconds: float, whole: float | None) -> None:
        """The clock runs from `__enter__` on."""
        self.has_passed = False
        self._seconds = seconds
        self._whole = math.inf if whole is None else whole
        self._end = self._until = math.inf
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Told by the client what it does: keeps the socket of the connection, which is a new one once it has TLS."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self.has_passed:
                self._shut()

    def renew(self) -> None:
        """The next step begins."""
        self._until = min(time.monotonic() + self._seconds, self._end)

    def hold(self) -> None:
        """A step is done. What is done with it does not count as waiting."""
        self._until = self._end

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._end = time.monotonic() + self._whole
        self.renew()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Watch no more."""
        self._is_over.set()

    def _watch(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._is_over.wait(min(left, self._seconds)):  # a step that begins meanwhile ends later than this wait
                return
        self.has_passed = True
        self._shut()

    def _shut(self) -> None:
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
