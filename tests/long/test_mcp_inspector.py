"""Another vendor's client against the real service in two processes: the Inspector, as people use it by hand."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests import node, processes
from tests.postgres import Postgres

from oberaconnect.auth import create_key
from oberaconnect.db import as_owner, migrate
from oberaconnect.settings import Settings

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Face:
    """The address, and a key."""

    url: str
    key: str

    def inspect(self, method: str, *words: str) -> tuple[int, Any, str]:
        """What the Inspector shows: its exit status, the result, and all that it says."""
        command = [
            *node.command(node.INSPECTOR), "--cli", self.url, "--transport", "http", "--method", method,
            "--header", f"Authorization: Bearer {self.key}", *words,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, json.loads(done.stdout) if done.returncode == 0 else None, done.stderr + done.stdout


@pytest.fixture(scope="module")
def face(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    address, folder = postgres.new_database(), tmp_path_factory.mktemp("agents")
    settings = Settings.model_validate({"secret_key": SECRET, "database_url": address, "data_dir": folder})
    migrate(settings, "agents")
    with as_owner(settings) as connection:
        key = create_key(
            connection, settings, name="alice", tenant="acme", clients=[], scopes=["*"], expires_in=timedelta(hours=1)
        )
    environment = {"SECRET_KEY": SECRET, "DATABASE_URL": address, "DATA_DIR": str(folder), "AUTH": "required"}
    with processes.serving("agents.app:from_environment()", environment, folder) as base:
        yield Face(f"{base}/api/agents/mcp", key.text)
    postgres.drop(address)


def test_it_lists_the_tools_with_their_annotations(face: Face) -> None:
    status, found, said = face.inspect("tools/list")
    assert status == 0, said
    tools = {tool["name"]: tool for tool in found["tools"]}
    assert {"rag_search", "run_agent", "decide_approval"} <= set(tools)
    assert tools["rag_search"]["annotations"]["readOnlyHint"] is True


def test_it_calls_a_tool_in_whichever_process(face: Face) -> None:
    for _ in range(3):
        status, found, said = face.inspect("tools/call", "--tool-name", "list_agents")
        assert status == 0, said
        assert found["structuredContent"]["agents"]


def test_it_shows_the_platforms_refusal(face: Face) -> None:
    _, _, said = face.inspect(
        "tools/call", "--tool-name", "run_agent", "--tool-arg", "agent=help-desk", "--tool-arg", "input=Hello"
    )
    assert '"isError": true' in said
    assert "LLM_PROVIDER" in said


def test_it_lists_resources_and_prompts(face: Face) -> None:
    for method, name in (("resources/templates/list", "resourceTemplates"), ("prompts/list", "prompts")):
        status, found, said = face.inspect(method)
        assert status == 0, said
        assert found[name]
