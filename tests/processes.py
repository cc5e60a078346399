"""A service behind gunicorn, as it is shipped: some processes, each with some threads."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.gateway import free_port

_CONFIGURATION = Path(__file__).resolve().parents[1] / "docker" / "gunicorn.conf.py"
_START_SECONDS = 60.0
_STOP_SECONDS = 40.0


@contextmanager
def serving(application: str, settings: Mapping[str, str], folder: Path, *, processes: int = 2) -> Iterator[str]:
    """The address of an application (`module:factory()`) in so many processes, until the block ends.

    `settings` are its environment; what it says goes to `gunicorn.log` in `folder`.
    """
    port = free_port()
    environment = {
        "PYTHONPATH": ":".join(sys.path),
        "PATH": "/usr/bin:/bin",
        "SERVICE": "agents",
        "WEB_CONCURRENCY": str(processes),
        "AGENTS_THREADS": "16",
        **settings,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(_CONFIGURATION), "--bind", f"127.0.0.1:{port}", application]
    with (folder / "gunicorn.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(port, server, folder / "gunicorn.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"gunicorn does not serve: {log.read_text()[-3000:]}")
