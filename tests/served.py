"""A service on a real loopback port, for whoever speaks HTTP themselves."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler


class _Handler(WSGIRequestHandler):
    timeout = 3  # browsers open connections ahead, and may never use them

    def log(self, *_: Any) -> None:
        """The service logs its own requests."""


class _Server(BaseWSGIServer):
    """Works in a few threads that stay, as in production: what a thread has once made it keeps."""

    multithread = True

    def __init__(self, app: Flask, threads: ThreadPoolExecutor) -> None:
        super().__init__("127.0.0.1", 0, app, handler=_Handler)
        self._threads = threads

    def process_request(self, request: Any, client_address: Any) -> None:
        self._threads.submit(self._work, request, client_address)

    def _work(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)


@contextmanager
def serving(app: Flask, threads: ThreadPoolExecutor) -> Iterator[str]:
    """The address of a running application, until the block ends."""
    server = _Server(app, threads)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
