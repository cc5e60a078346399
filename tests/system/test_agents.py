"""Agents through the gateway, without a language model: what works, and what bad input gets."""

import json
import uuid
from typing import Any

import pytest
from tests.caller import Caller
from tests.embedded import Platform

NOBODY = "/00000000-0000-4000-8000-000000000000"
MCP = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def alice(platform: Platform) -> Caller:
    return Caller(platform.url)


def rpc(caller: Caller, method: str, **parameters: Any) -> Any:
    """What the MCP server answers."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    answer = caller.call("POST", "/agents/mcp", asked, headers=MCP)
    assert answer.status == 200, answer.text
    (line,) = [line for line in answer.text.splitlines() if line.startswith("data:")]
    return json.loads(line.removeprefix("data:"))["result"]


def test_without_a_language_model_a_run_is_refused_and_the_rest_works(alice: Caller) -> None:
    refused = alice.call("POST", "/agents/runs", {"agent": "help-desk", "input": "What does SP-307 mean?"})
    assert (refused.status, refused.is_problem, "LLM_PROVIDER" in refused.text) == (503, True, True)
    assert "help-desk" in {agent["name"] for agent in alice.call("GET", "/agents/agents").json["items"]}
    assert {"rag_search", "run_agent"} <= {tool["name"] for tool in rpc(alice, "tools/list")["tools"]}
    assert "agent:help-desk" in {model["id"] for model in alice.call("GET", "/agents/v1/models").json["data"]}
    assert alice.call("GET", "/agents/audit/verify").json["valid"] is True


def test_a_tool_of_the_mcp_server_finds_what_was_ingested(alice: Caller) -> None:
    client = f"client-{uuid.uuid4().hex[:12]}"
    alice.texts({"gate": "The gate of the yard opens with the green tag."}, client=client)
    found = rpc(alice, "tools/call", name="rag_search", arguments={"query": "yard gate tag", "client": client})
    assert "green tag" in found["content"][0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/runs", {}, 422),
        ("POST", "/runs", {"agent": "help-desk", "input": " "}, 422),
        ("POST", "/runs", {"agent": "help-desk", "input": "x" * 300_000}, 422),
        ("POST", "/runs", {"agent": "help-desk", "input": "x" * 17_000_000}, 413),
        ("POST", "/runs", {"agent": "help-desk", "input": "x", "client": "../x"}, 422),
        ("POST", "/runs", {"agent": "nobody", "input": "x"}, 404),
        ("POST", "/runs?wait=9999", {"agent": "help-desk", "input": "x"}, 422),
        ("GET", "/runs/not-an-id", None, 404),
        ("GET", f"/runs{NOBODY}", None, 404),
        ("GET", f"/runs{NOBODY}/events", None, 404),
        ("POST", f"/runs{NOBODY}/cancel", None, 404),
        ("POST", f"/runs{NOBODY}/input", {"input": "x"}, 404),
        ("GET", "/runs?cursor=" + "A" * 10_000, None, 422),
        ("GET", "/runs?cursor=" + "A" * 20_000, None, 414),
        ("GET", "/runs?session=%00", None, 422),
        ("POST", f"/approvals{NOBODY}", {"decision": "approve"}, 404),
        ("POST", f"/approvals{NOBODY}", {"decision": "maybe"}, 422),
        ("POST", "/agents", {"name": "Not A Name", "instructions": "x"}, 422),
        ("DELETE", "/agents/help-desk", None, 409),
        ("POST", "/mcp-servers", {"name": "inside", "transport": "http", "url": "https://10.0.0.1/mcp"}, 422),
        ("POST", "/mcp-servers", {"name": "shell", "transport": "stdio", "argv": ["/bin/sh"]}, 422),
        ("POST", "/schedules", {"agent": "help-desk", "cron": "sometimes", "input": "x"}, 422),
        ("GET", "/usage?by=weather", None, 422),
        ("DELETE", "/audit", None, 405),
        ("GET", "/mcp", None, 405),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_makes_no_sense_gets_a_problem_that_says_why(
    alice: Caller, method: str, path: str, body: Any, status: int
) -> None:
    answer = alice.call(method, f"/agents{path}", body)
    assert (answer.status, answer.is_problem) == (status, True), answer.text[:500]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"agent": "\\ud800"}'])
def test_what_is_no_json_gets_a_problem(alice: Caller, data: bytes) -> None:
    for path in ("/agents/runs", "/agents/agents", "/agents/secrets"):
        answer = alice.call("POST", path, data=data)
        assert (answer.status, answer.is_problem) == (400, True), answer.text
