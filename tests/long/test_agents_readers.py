"""Sixty people watch one run, behind gunicorn as it is shipped: each reads all of it, and nobody else has to wait."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests import agents_processes, processes
from tests.agents_processes import INGEST, House
from tests.caller import until

from oberaconnect.settings import Settings

_READERS = 60
#: Half of the threads may be streams.
_PLACES = Settings.model_fields["agents_threads"].default // 2
#: Longer than anything here takes: whoever runs into it hangs.
_PATIENCE_SECONDS = 60.0


@dataclass
class Watched:
    """A run on its way, and the server of its watchers."""

    house: House
    base: str
    run_id: str

    def open(self, path: str, **headers: str) -> tuple[HTTPConnection, HTTPResponse]:
        """A GET whose answer has begun."""
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=_PATIENCE_SECONDS)
        connection.request("GET", f"/api/agents{path}", headers=headers)
        return connection, connection.getresponse()

    def status(self, path: str) -> int:
        """The status of an answer."""
        connection, answer = self.open(path)
        connection.close()
        return answer.status


@dataclass
class Reader:
    """Somebody who reads the events of the run; comes back after what was read last when there is no place yet."""

    watched: Watched
    read: list[tuple[int, str]] = field(default_factory=list)
    _connection: HTTPConnection | None = None
    _thread: threading.Thread | None = None

    def start(self) -> "Reader":
        """Begin, or go on after what was read last."""
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        return self

    def cut(self) -> None:
        """The connection is lost."""
        assert self._connection is not None
        with suppress(OSError):
            self._connection.sock.shutdown(2)
        self.join()

    def join(self) -> None:
        """Read to the end."""
        assert self._thread is not None
        self._thread.join(_PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def _follow(self) -> None:
        while True:
            after = {"Last-Event-ID": str(self.read[-1][0])} if self.read else {}
            self._connection, answer = self.watched.open(f"/runs/{self.watched.run_id}/events", **after)
            if answer.status == 200:
                break
            assert (answer.status, answer.headers["Retry-After"].isdecimal()) == (503, True)
            self._connection.close()
            time.sleep(float(answer.headers["Retry-After"]))
        with suppress(OSError, HTTPException):  # it was cut
            number = 0
            for line in answer:
                name, _, value = line.decode().strip().partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "event":
                    self.read.append((number, value))
        self._connection.close()


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Iterator[Watched]:
    with agents_processes.running(settings, tmp_path) as house, house.worker():
        threads = {"AGENTS_THREADS": str(2 * _PLACES)}
        application = "agents.app:from_environment()"
        with processes.serving(application, house.environment | threads, tmp_path, processes=1) as base:
            yield Watched(house, base, "")


@contextmanager
def _asking_how_it_is(watched: Watched) -> Iterator[list[int]]:
    """Ask for the health of the service again and again: the statuses of the answers."""
    found: list[int] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            found.append(watched.status("/health"))
            is_over.wait(0.02)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield found
    finally:
        is_over.set()
        asking.join(_PATIENCE_SECONDS)
        assert not asking.is_alive(), "it was asked how it is, and did not answer"


def test_sixty_read_one_run_and_whoever_is_too_much_is_told_when_to_come_back(watched: Watched) -> None:
    house = watched.house
    first, second = house.hold("talk", "model 1 3"), house.hold("talk", "model 2 2")
    watched.run_id = house.begin("talk", INGEST)
    assert first.arrived.wait(_PATIENCE_SECONDS)
    with _asking_how_it_is(watched) as statuses:
        readers = [Reader(watched).start() for _ in range(_READERS)]
        until(lambda: all(reader.read for reader in readers), _PATIENCE_SECONDS)
        first.let_go()  # all of them see it go on
        assert second.arrived.wait(_PATIENCE_SECONDS)
        until(lambda: len({len(reader.read) for reader in readers}) == 1, _PATIENCE_SECONDS)
        more = [watched.open(f"/runs/{watched.run_id}/events") for _ in range(_PLACES - _READERS + 3)]
        assert [answer.status for _, answer in more] == [200] * (_PLACES - _READERS) + [503] * 3
        for _, answer in more[-3:]:
            assert int(answer.headers["Retry-After"]) > 0
            assert json.loads(answer.read())["status"] == 503
        for connection, _ in more:
            connection.close()
        lost = readers[:3]
        for reader in lost:
            reader.cut()
        missed_after = [len(reader.read) for reader in lost]
        second.let_go()
        run = house.settled({"talk": watched.run_id})["talk"]
        assert run["status"] == "completed"
        for reader in lost:
            reader.start()
        for reader in readers:
            reader.join()
    events = [(event["seq"], event["type"]) for event in house.service.events(watched.run_id)]
    assert events[-1][1] == "run.completed"
    assert all(count < len(events) for count in missed_after)
    for reader in readers:
        assert reader.read == events
    assert set(statuses) == {200}
    assert len(statuses) > 10
    assert watched.status("/health") == 200
