"""A worker killed before and after every single transaction of a run: the run that goes on does all of it, once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.conftest import MakeSettings
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.fakes.shelf import Shelf
from tests.sources import add, counts, run, sync

from data_processing import connectors
from data_processing.extract.pool import ParsePool
from oberaconnect import worker
from oberaconnect.db import Connection, Database, migrate

#: More transactions than a run of this size has.
_MANY = 200


class Killed(BaseException):
    """Nothing of the process is left to see to it."""


@dataclass
class Death:
    """It comes with the transaction whose number is `left` from now, and everything after it is dead, too."""

    left: int = 0
    before_commit: bool = True
    is_dead: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def comes(self) -> bool:
        """Whether this transaction is the one."""
        with self.lock:
            self.left -= 1
            self.is_dead = self.is_dead or self.left == 0
            return self.left == 0


@pytest.fixture
def index(make_settings: MakeSettings) -> Iterator[SearchIndex]:
    with SearchIndex(make_settings()) as index:
        yield index


@pytest.fixture
def service(make_settings: MakeSettings, index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setitem(connectors.KINDS, "shelf", "tests.fakes.shelf:ShelfConnector")
    pool = ParsePool(workers=1, timeout_seconds=30, memory_mb=1536)
    made = make_settings(rag_url=index.url)
    migrate(made, "data_processing")
    with Service(made, pool) as service:
        yield service
    pool.close()


@pytest.fixture
def death(monkeypatch: pytest.MonkeyPatch) -> Death:
    """Transactions end as it wants."""
    found, original = Death(), Database.transaction

    @contextmanager
    def transaction(self: Database, tenants: str, readers: Any = None) -> Iterator[Connection]:
        if found.is_dead:
            raise Killed
        with original(self, tenants, readers) as connection:
            yield connection
            is_now = found.comes()
            if is_now and found.before_commit:
                raise Killed
        if is_now:
            raise Killed

    monkeypatch.setattr(Database, "transaction", transaction)
    return found


def changed(shelf: Shelf, name: str) -> None:
    """One of everything that can happen."""
    shelf.put(f"{name}-0", f"Changed {name} 0.")
    shelf.take(f"{name}-1")
    shelf.put(f"{name}-2", f"Text {name} 2.", name="renamed.txt", readers=["org"])
    shelf.put(f"{name}-3", f"Text {name} 3.", readers=["user:alice"])
    shelf.put(f"{name}-4", f"Changed {name} 4.", failure="Locked.", readers=["org"])
    shelf.put(f"{name}-folder", name=f"{name} renamed")
    shelf.put(f"{name}-8", f"Text {name} 8.", readers=["org"])


def expected(name: str) -> dict[str, tuple[list[str], list[str], str]]:
    def plain(number: int, path: str = "") -> tuple[list[str], list[str], str]:
        return [f"Text {name} {number}."], ["org"], path or f"{name}-{number}.txt"

    return {
        f"{name}-0": ([f"Changed {name} 0."], ["anyone"], f"{name}-0.txt"),
        f"{name}-2": plain(2, "renamed.txt"),
        f"{name}-3": ([f"Text {name} 3."], ["user:alice"], f"{name}-3.txt"),
        f"{name}-4": plain(4),
        f"{name}-5": plain(5),
        f"{name}-6": plain(6, f"{name} renamed/{name}-6.txt"),
        f"{name}-7": plain(7, f"{name} renamed/{name}-7.txt"),
        f"{name}-8": plain(8),
    }


@pytest.mark.timeout(900)
@pytest.mark.parametrize("before_commit", [True, False], ids=["before the commit", "after the commit"])
def test_a_run_that_is_killed_at_any_transaction_does_everything_once(
    service: Service, index: SearchIndex, death: Death, before_commit: bool
) -> None:
    death.before_commit = before_commit
    for step in range(1, _MANY):
        name = f"s{step}"
        shelf = Shelf(tells_changes=True, page_size=4)
        shelf.put(f"{name}-folder", name=name)
        for number in range(8):
            parent = f"{name}-folder" if number > 5 else None
            shelf.put(f"{name}-{number}", f"Text {name} {number}.", readers=["org"], parent=parent)
        source = add(service, shelf)
        sync(service, source)
        changed(shelf, name)
        job = service.call("POST", f"/sources/{source['id']}/sync").get_json()
        claim = service.queue.claim(service.handlers.keys())
        assert claim is not None
        death.left = step
        with suppress(Killed):
            worker.attempt(service.queue, service.handlers, claim, service.stopping)
        is_through = not death.is_dead
        death.left, death.is_dead = 0, False
        service.execute("UPDATE data_processing.job SET lease_until = now() - interval '1 s' WHERE status = 'running'")
        for _ in range(3):
            service.hurry()
            service.work()
        found = run(service, source, job["id"])
        assert (found["status"], counts(found)) == (
            "succeeded",
            {"seen": 5, "new": 1, "changed": 1, "moved": 3, "shared": 1, "deleted": 1, "failed": 1},
        ), step
        held = {
            key: (item.texts, item.access, item.metadata["path"])
            for key, item in index.documents().items()
            if key.startswith(f"{name}-")
        }
        assert held == expected(name), step
        rows = service.execute("SELECT failures FROM data_processing.source_item WHERE key = %s", f"{name}-4")
        assert rows == [{"failures": 1}], step
        if is_through:
            assert step > 20, "a run has more transactions than that"
            return
    raise AssertionError("a run does not end")
