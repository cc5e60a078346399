"""The service with a scripted model, and tools whose effects can be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests import agents_service
from tests.agents_service import Agents
from tests.fakes.llm import LanguageModel
from tests.fakes.tools import Counted
from tests.postgres import Postgres

from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Started:
    """What a module's tests share: starting it takes longer than they do."""

    service: Agents
    model: LanguageModel
    tools: dict[str, Counted]


@pytest.fixture(scope="module")
def _started(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    address = postgres.new_database()
    folder = tmp_path_factory.mktemp("agents")
    settings = Settings.model_validate({"secret_key": secret_key, "database_url": address, "data_dir": folder})
    tools = {
        "look": Counted("look", taints=True),
        "sums": Counted("sums"),
        "send": Counted("send", tool_class="external"),
        "note": Counted("note", tool_class="write", idempotent=True),
    }
    with (
        LanguageModel() as model,
        agents_service.running(model.settings(settings, "anthropic"), tools) as service,
    ):
        yield Started(service, model, tools)
    postgres.drop(address)


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
