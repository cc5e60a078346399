"""A Qdrant server for tests: the one QDRANT_TEST_URL names (with QDRANT_TEST_API_KEY), else the stand-in in-process."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.standins.qdrant.server import Server
from tests.standins.qdrant.storage import Storage
from werkzeug.serving import make_server

from oberaconnect.settings import Settings


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """The settings by which a service finds the server. The stand-in keeps everything in `folder`."""
    if url := os.environ.get("QDRANT_TEST_URL"):
        yield {"qdrant_url": url, "qdrant_api_key": os.environ.get("QDRANT_TEST_API_KEY", "")}
        return
    key = secrets.token_hex(16)
    server = make_server("127.0.0.1", 0, Server(Storage(folder / "storage", folder / "snapshots"), key), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield {"qdrant_url": f"http://127.0.0.1:{server.server_port}", "qdrant_api_key": key}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def using(settings: Settings, server: dict[str, str]) -> Settings:
    """The same settings with that server."""
    return Settings.model_validate(settings.model_dump() | server)
