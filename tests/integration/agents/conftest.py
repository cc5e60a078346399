"""The service with a scripted model, and tools whose effects can be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import agents_service, mcp_servers
from tests.agents_service import Agents
from tests.fakes.llm import LanguageModel
from tests.fakes.mcp_child import Script
from tests.fakes.tools import Counted
from tests.mcp_servers import Servers
from tests.operations import Operations
from tests.postgres import Postgres

from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Started:
    """What a module's tests share: starting it takes longer than they do."""

    service: Agents
    model: LanguageModel
    tools: dict[str, Counted]


@pytest.fixture(scope="module")
def module_settings(
    postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings in open mode on a database that only the tests of a module use."""
    address = postgres.new_database()
    folder = tmp_path_factory.mktemp("agents")
    yield Settings.model_validate({"secret_key": secret_key, "database_url": address, "data_dir": folder})
    postgres.drop(address)


@pytest.fixture(scope="module")
def guarded_settings(module_settings: Settings) -> Settings:
    """The same where everybody needs a key, and without a rag-engine."""
    return module_settings.model_copy(update={"auth": "required", "rag_url": "http://127.0.0.1:9"})


@pytest.fixture(scope="module")
def vendor() -> Iterator[LanguageModel]:
    """The model behind the platform, for the tests of a module."""
    with LanguageModel() as model:
        yield model


@pytest.fixture(scope="module")
def _servers(module_settings: Settings) -> Iterator[Servers]:
    with mcp_servers.running(module_settings) as running:
        yield running


@pytest.fixture
def servers(_servers: Servers) -> Servers:
    """The service with no MCP server entered."""
    _servers.service.forget()
    return _servers


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A program that behaves well until it is told otherwise."""
    return Script(tmp_path / "script")


@pytest.fixture(scope="module")
def _operations(module_settings: Settings) -> Iterator[Operations]:
    with Operations.running(module_settings) as running:
        yield running


@pytest.fixture
def operations(_operations: Operations) -> Operations:
    """The service with what stands around its runs, in which nothing has happened."""
    _operations.forget()
    return _operations


@pytest.fixture(scope="module")
def _started(module_settings: Settings) -> Iterator[Started]:
    tools = {
        "look": Counted("look", taints=True),
        "sums": Counted("sums"),
        "send": Counted("send", tool_class="external"),
        "note": Counted("note", tool_class="write", idempotent=True),
    }
    with (
        LanguageModel() as model,
        agents_service.running(model.settings(module_settings, "anthropic"), tools) as service,
    ):
        yield Started(service, model, tools)


@pytest.fixture
def model(_started: Started) -> LanguageModel:
    """The language model that says what a test tells it."""
    _started.model.forget()
    return _started.model


@pytest.fixture
def look(_started: Started) -> Counted:
    """A tool that reads what outsiders wrote."""
    return _started.tools["look"].anew("what outsiders wrote")


@pytest.fixture
def sums(_started: Started) -> Counted:
    """A tool that reads what the platform itself knows."""
    return _started.tools["sums"].anew("42")


@pytest.fixture
def send(_started: Started) -> Counted:
    """A tool that sends something out of the house, and that must not do so twice."""
    return _started.tools["send"].anew("sent")


@pytest.fixture
def note(_started: Started) -> Counted:
    """A tool that writes, and for which twice is as once."""
    return _started.tools["note"].anew("noted")


@pytest.fixture
def service(_started: Started, model: LanguageModel) -> Agents:
    """agents with that model, those tools beside the platform's, and an agent that may use them all."""
    _started.service.forget()
    make_agent(_started.service)
    return _started.service


def make_agent(service: Agents, name: str = "tester", *, who: str = "", **fields: Any) -> Any:
    """An agent with the tools of the tests."""
    definition = {
        "name": name, "instructions": "Do what is asked.", "tool_allow": ["look", "sums", "send", "note"],
        **fields,
    }  # fmt: skip
    return service.post("/agents", definition, who=who, status=201)
