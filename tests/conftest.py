"""What all tests share: a clean environment, one PostgreSQL a session, and settings with a database of their own."""

import os
import secrets
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from tests import postgres as server
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from oberaconnect import settings as configuration
from oberaconnect.settings import Settings

MakeSettings = Callable[..., Settings]

ROOT = Path(__file__).resolve().parents[1]

_SLOWEST_FIRST = ("system", "integration")
_LONGEST = ("test_callflow_faults", "test_sync")
#: So many calls in real time that two processes share them.
_HALVED = ("test_callflow_faults",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left with it when the others have nothing more to do."""
    rooms = {name: place for place, name in enumerate(_SLOWEST_FIRST)}
    for item in items:
        if _room(item.path) == "long":
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: (rooms.get(_room(item.path), len(rooms)), item.path.stem not in _LONGEST))


class Together(LoadScopeScheduling):  # type: ignore[misc] # it is not typed
    """Spreads tests over processes: those of a file stay together, and so do those of a platform, which starts long."""

    def _split_scope(self, nodeid: str) -> str:
        file = ROOT / nodeid.partition("::")[0]
        half = str(crc32(nodeid.encode()) % 2) if file.stem in _HALVED else ""
        return _platform(file) if _room(file) == "system" else f"{file}{half}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """What `-n` goes by; xdist's own groups are none with this pytest, whose names of tests nobody can add to."""
    return Together(config, log)


def _room(file: Path) -> str:
    return file.relative_to(Path(__file__).parent).parts[0]


@cache
def _platform(file: Path) -> str:
    """Which of the two platforms of the system tests a file needs: the one with keys may come beside the other."""
    return "guarded" if "guarded" in file.read_text(encoding="utf-8") else "platform"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's shell must not colour a test."""
    for field in configuration.Settings.model_fields:
        for name in (field.upper(), f"{field.upper()}_FILE"):
            if name in os.environ:
                monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def secret_key() -> str:
    """One for the session: the services' database roles live in the cluster, their passwords follow from it."""
    return secrets.token_hex(32)


@pytest.fixture(scope="session")
def postgres() -> Iterator[server.Postgres]:
    """The PostgreSQL of the session."""
    with server.running() as running:
        yield running


@pytest.fixture
def database_url(postgres: server.Postgres) -> Iterator[str]:
    """The owner's address of an empty database that only this test uses."""
    address = postgres.new_database()
    yield address
    postgres.drop(address)


@pytest.fixture
def make_settings(database_url: str, secret_key: str, tmp_path: Path) -> MakeSettings:
    """Settings on this test's own database and folders; keyword arguments replace values."""

    def make(**values: Any) -> Settings:
        return Settings.model_validate(
            {
                "secret_key": secret_key,
                "database_url": database_url,
                "data_dir": tmp_path / "data",
                "inbox_dir": tmp_path / "inbox",
            }
            | values
        )

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """Settings in open mode on this test's own database and folders."""
    return make_settings()
