"""The bridge for programs that only start local servers: the SDK's client on one side, the real face on the other."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp.client.client import Client, ConnectMode
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError
from tests import mcp_face
from tests.agents_service import Agents
from tests.fakes.tools import Counted
from tests.gateway import free_port
from tests.mcp_face import LEGACY, MODERN, Door, text

from agents.tools.contract import Calling

pytestmark = pytest.mark.long  # a bridge is started for each

SERVICE = Path(__file__).resolve().parents[3] / "services/agents"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def _door(_started: Any) -> Iterator[Door]:
    with mcp_face.serving(_started.service) as door:
        yield door


@pytest.fixture
def alice(_door: Door, service: Agents) -> Door:
    """Alice, with nothing left of the test before."""
    assert service
    return Door(_door.url, _door.settings).of("alice")


def environment(key: str) -> dict[str, str]:
    return {"PYTHONPATH": str(SERVICE), "OBERACONNECT_KEY": key}


def call(
    door: Door, mode: ConnectMode, tool: str, arguments: dict[str, Any]
) -> tuple[list[str], types.CallToolResult, list[str]]:
    """The names of the tools, and the result and the progress of a call, all over stdio."""
    said: list[str] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        said.append(message or "")

    async def connected() -> tuple[list[str], types.CallToolResult]:
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "agents.mcp_stdio", "--url", door.url], env=environment(door.token)
        )
        async with Client(stdio_client(server), mode=mode) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool(tool, arguments, progress_callback=told)

    names, result = asyncio.run(connected())
    return names, result, said


def relayed(url: str, key: str, *lines: str) -> tuple[list[Any], str]:
    """What the bridge answers to lines, and what it says on stderr; its one file alone, as people copy it."""
    command = [sys.executable, "-I", str(SERVICE / "agents/mcp_stdio.py"), "--url", url]
    said = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(
        command, input=said, env=os.environ | environment(key), capture_output=True, text=True, check=False, timeout=30
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_a_local_client_uses_the_platforms_tools(alice: Door, sums: Counted, mode: ConnectMode) -> None:
    sums.then = lambda calling: calling.progress("half – way")
    names, result, progress = call(alice, mode, "sums", {"text": "Grüße\u2028"})
    assert {"rag_search", "run_agent", "sums"} <= set(names)
    assert text(result) == "42"
    assert progress == ["half – way"]
    assert [arguments for _, arguments in sums.calls] == [{"text": "Grüße\u2028"}]


def test_a_wrong_key_is_said_in_a_sentence(alice: Door) -> None:
    answers, said = relayed(alice.url, "msp_wrong", json.dumps(LIST))
    (answer,) = answers
    assert answer["id"] == 1
    assert "does not accept this key" in answer["error"]["message"]
    assert "OBERACONNECT_KEY" in said
    assert "msp_wrong" not in said
    assert "Traceback" not in said


def test_a_platform_that_is_away_is_said_in_a_sentence() -> None:
    url = f"http://127.0.0.1:{free_port()}/api/agents/mcp"
    answers, said = relayed(url, "", json.dumps(LIST))
    assert "Is it running?" in answers[0]["error"]["message"]
    assert url in said
    assert "Traceback" not in said


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost/x", "http://", ""])
def test_an_address_that_is_none_ends_it_at_once(url: str) -> None:
    answers, said = relayed(url, "", json.dumps(LIST))
    assert answers == []
    assert "is no address" in said


def test_another_server_at_the_address_is_said_in_a_sentence(alice: Door) -> None:
    answers, said = relayed(alice.url.replace("/api/agents/mcp", "/nothing"), alice.token, json.dumps(LIST))
    assert "error" in answers[0]
    assert said.strip()
    assert "Traceback" not in said


def test_what_is_no_message_is_refused_and_the_next_one_answered(alice: Door) -> None:
    answers, _ = relayed(
        alice.url, alice.token, "no JSON", "", "[]", "5", '{"jsonrpc":"2.0","id":7,"result":{}}', json.dumps(LIST)
    )  # fmt: skip
    errors = [answer for answer in answers if answer["id"] is None]
    assert [answer["error"]["code"] for answer in errors] == [types.PARSE_ERROR]
    assert [len(answer["result"]["tools"]) > 5 for answer in answers if answer["id"] == 1] == [True]
    assert len(answers) == 2


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_a_call_that_the_client_gives_up_ends_on_the_platform(alice: Door, sums: Counted, mode: ConnectMode) -> None:
    left: list[bool] = []

    def wait(calling: Calling) -> None:
        deadline = time.monotonic() + 20
        try:
            while time.monotonic() < deadline:
                calling.check()
                time.sleep(0.02)
        except Exception:
            left.append(True)
            raise

    sums.then = wait

    async def given_up() -> None:
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "agents.mcp_stdio", "--url", alice.url], env=environment(alice.token)
        )
        async with Client(stdio_client(server), mode=mode) as client:
            with pytest.raises(MCPError):
                await client.call_tool("sums", {"text": "x"}, read_timeout_seconds=1.0)

    asyncio.run(given_up())
    deadline = time.monotonic() + 10
    while not left and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == [True]
