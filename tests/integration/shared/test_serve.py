"""The entry process of a service: it migrates, keeps web and worker together, and leaves nothing behind."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.sample import FOLDER
from tests.gateway import free_port

from oberaconnect.settings import Settings


class Entry:
    """`python -m oberaconnect.serve` as a process of its own."""

    def __init__(self, settings: Settings, folder: Path, service: str = "sample-service", **environment: str) -> None:
        self.port = free_port()
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "oberaconnect.serve", service],
                env={
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": ":".join([str(FOLDER), *sys.path]),
                    "PORT": str(self.port),
                    "SECRET_KEY": settings.secret_key.get_secret_value(),
                    "DATABASE_URL": settings.database_url.get_secret_value(),
                    "THREADS": "4",
                    **environment,
                },
                stdout=log,
                stderr=log,
            )

    def children(self) -> dict[str, int]:
        """The two halves by name."""
        found = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
                found["web" if "gunicorn" in command else "worker"] = int(pid)
        return found

    def get(self, path: str) -> tuple[int, Any] | None:
        """One request, or None while nobody answers."""
        try:
            status, body = self.read(path)
        except OSError:
            return None
        return status, json.loads(body)

    def read(self, path: str) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def wait(self) -> int:
        return self.process.wait(60)


def _until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@pytest.fixture
def entry(settings: Settings, tmp_path: Path) -> Iterator[Entry]:
    found = Entry(settings, tmp_path)
    try:
        _until(lambda: found.process.poll() is not None or found.get("/livez"))
        assert found.process.poll() is None, found.log.read_text()
        _until(lambda: len(found.children()) == 2)
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
            found.process.wait()


def test_it_migrates_serves_and_ends_in_peace(entry: Entry, settings: Settings) -> None:
    assert entry.get("/api/sample/notes") == (200, {"items": [], "next_cursor": None})
    halves = entry.children()
    entry.process.send_signal(signal.SIGTERM)
    assert entry.wait() == 0
    assert not any(_is_running(pid) for pid in halves.values())
    lines = entry.log.read_text().splitlines()
    documents = [json.loads(line) for line in lines]  # every line, gunicorn's own among them, is one JSON object
    assert {"migrated", "request"} <= {document["message"] for document in documents}
    secrets = (settings.secret_key.get_secret_value(), settings.database_url.get_secret_value())
    assert not [line for line in lines if any(secret in line for secret in secrets)]


@pytest.mark.parametrize("half", ["web", "worker"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_one_half_ends_both_do(entry: Entry, half: str, number: int) -> None:
    halves = entry.children()
    os.kill(halves[half], number)
    assert entry.wait() != 0
    _until(lambda: not any(_is_running(pid) for pid in halves.values()))
    assert entry.get("/livez") is None


def test_when_the_entry_process_is_killed_its_halves_end(entry: Entry) -> None:
    halves = entry.children()
    entry.process.kill()
    entry.wait()
    _until(lambda: not any(_is_running(pid) for pid in halves.values()))


def _web_processes(entry: Entry) -> set[int]:
    master = entry.children()["web"]
    return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}


def _notes_counted(entry: Entry) -> float:
    """How many requests for notes were answered, as whichever process answers counts them."""
    for line in entry.read("/metrics")[1].decode().splitlines():
        if line.startswith("http_requests_total") and 'route="/api/sample/notes"' in line:
            return float(line.split()[-1])
    return 0.0


def test_every_process_tells_the_metrics_of_all(settings: Settings, tmp_path: Path) -> None:
    entry = Entry(settings, tmp_path, WEB_CONCURRENCY="3")
    try:
        _until(lambda: entry.get("/livez") and len(_web_processes(entry)) == 3)
        for _ in range(30):
            assert entry.get("/api/sample/notes")
        assert {_notes_counted(entry) for _ in range(12)} == {30.0}
        before = _web_processes(entry)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        _until(lambda: len(_web_processes(entry) - {killed}) == 3)
        _until(lambda: entry.get("/livez"))
        for _ in range(30):
            assert entry.get("/api/sample/notes")
        assert {_notes_counted(entry) for _ in range(12)} == {60.0}, "what the killed one counted is still there"
        entry.process.terminate()
        assert entry.wait() == 0
    finally:
        entry.process.kill()
        entry.wait()


def test_an_unknown_service_is_named(settings: Settings, tmp_path: Path) -> None:
    entry = Entry(settings, tmp_path, "no-such-service")
    assert entry.wait() == 64
    assert entry.log.read_text() == "There is no service 'no-such-service'.\n"


def test_wrong_settings_are_a_sentence_and_no_traceback(settings: Settings, tmp_path: Path) -> None:
    entry = Entry(settings, tmp_path, SECRET_KEY="short", LOG_LEVEL="loud")
    assert entry.wait() == 78
    text = entry.log.read_text()
    assert text.startswith("The settings are not valid.\n")
    assert "SECRET_KEY is too weak" in text
    assert "LOG_LEVEL should be" in text
    assert "Traceback" not in text
