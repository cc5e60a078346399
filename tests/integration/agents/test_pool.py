"""Tools of MCP servers, called through the pool: real programs that behave as badly as a test tells them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import mcp_servers
from tests.fakes.mcp_child import ECHO, Script
from tests.mcp_servers import Servers, until
from tests.postgres import Postgres

from oberaconnect.settings import Settings


@pytest.fixture(scope="module")
def _running(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    address = postgres.new_database()
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": tmp_path_factory.mktemp("data")}
    )
    with mcp_servers.running(settings) as running:
        yield running
    postgres.drop(address)


@pytest.fixture
def servers(_running: Servers) -> Servers:
    """The service with no server entered."""
    _running.service.forget()
    return _running


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A program that behaves well until it is told otherwise."""
    return Script(tmp_path / "script")


def test_an_approved_tool_is_called(servers: Servers, script: Script) -> None:
    servers.ready(servers.script("files", script))
    found = servers.tools()["files__echo"].spec
    assert (found.tool_class, found.idempotent, found.taints) == ("external", False, True)
    assert servers.call("files__echo", {"text": "good morning"}).content == "good morning"
