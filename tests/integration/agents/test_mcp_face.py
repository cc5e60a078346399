"""The platform as an MCP server: who sees which tools, what they are told, and what a call gives or refuses."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from tests import agents_service, mcp_face
from tests.agents_service import Agents
from tests.conftest import MakeSettings
from tests.fakes.tools import Counted
from tests.mcp_face import LEGACY, MODERN, Door, text

from agents.tools.contract import Calling
from oberaconnect import telemetry
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner

READING = ("agents:read", "rag:read", "data:read", "engineering:read", "callflow:read")


@pytest.fixture(scope="module")
def _door(_started: Any) -> Iterator[Door]:
    with mcp_face.serving(_started.service) as door:
        yield door


@pytest.fixture
def door(_door: Door, service: Agents) -> Door:
    """The server's address, with nothing left of the test before."""
    assert service
    return Door(_door.url, _door.settings)


def sent(door: Door, method: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A plain request to the address."""
    parts = urlsplit(door.url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, parts.path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_a_wrong_key_is_refused_without_a_word_about_oauth(door: Door) -> None:
    status, headers, body = sent(door, "POST", b"{}", Authorization="Bearer msp_wrong", Content_Type="application/json")
    assert status == 401
    assert headers["www-authenticate"].startswith("Bearer")
    assert "resource_metadata" not in headers["www-authenticate"]
    assert headers["content-type"] == "application/problem+json"
    assert b"not valid" in body


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_sessions_to_listen_to_or_to_end(door: Door, method: str) -> None:
    status, headers, _ = sent(door, method, Accept="text/event-stream")
    assert (status, headers["allow"]) == (405, "POST")


def test_a_page_of_another_origin_is_refused_in_open_mode(door: Door) -> None:
    assert sent(door, "POST", b"{}", Origin="https://evil.example", Content_Type="application/json")[0] == 403
    assert sent(door, "POST", b"{}", Host="evil.example", Content_Type="application/json")[0] == 421


def test_a_message_that_is_too_long_is_refused(door: Door) -> None:
    assert sent(door, "POST", b"[" + b" " * (4 * 2**20), Content_Type="application/json")[0] == 413


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"null", b'{"jsonrpc":"2.0"}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_message_is_refused_and_breaks_nothing(door: Door, body: bytes) -> None:
    headers = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    for version in ({}, {"MCP_Protocol_Version": MODERN}):
        status, _, _ = sent(door, "POST", body, **headers, **version)
        assert 400 <= status < 500 or (status == 202 and version)


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_the_tools_are_told_in_one_order_with_what_they_do(door: Door, mode: str) -> None:
    tools = door.of("alice").by(mode).tools()
    assert list(tools) == sorted(tools)
    assert {"rag_search", "run_agent", "get_run", "list_agents", "list_approvals", "decide_approval"} <= set(tools)
    search = tools["rag_search"]
    assert search.annotations is not None
    assert (search.annotations.read_only_hint, search.annotations.open_world_hint) == (True, False)
    assert search.output_schema is not None
    assert "client" not in search.input_schema["properties"], "Alice works for one client alone"
    run = tools["run_agent"].annotations
    assert run is not None
    assert (run.read_only_hint, run.destructive_hint, run.open_world_hint) == (False, True, True)


def test_bobs_key_for_reading_shows_nothing_that_writes(door: Door) -> None:
    tools = door.of("bob", READING).tools()
    assert {"rag_search", "get_run", "list_agents"} <= set(tools)
    assert not {"run_agent", "answer_run", "decide_approval"} & set(tools)
    writing = [
        name
        for name, tool in tools.items()
        if tool.annotations is not None and not tool.annotations.read_only_hint and name not in ("send", "note")
    ]
    assert writing == [], "the tools of the tests ask for no right"
    refused = door.of("bob", READING).call("run_agent", {"agent": "tester", "input": "Hello"})
    assert refused.is_error
    assert "agents:write" in text(refused)


def test_who_works_for_several_clients_names_one(door: Door, service: Agents, sums: Counted) -> None:
    with as_owner(service.settings) as connection:
        key = create_key(
            connection, service.settings, name="team", tenant="acme", clients=["globex"], scopes=["*"],
            expires_in=timedelta(hours=1),
        )  # fmt: skip
    team = door.with_key(key.text)
    assert team.tools()["sums"].input_schema["properties"]["client"]["enum"] == ["acme", "globex"]
    tenants: list[str] = []
    sums.then = lambda calling: tenants.append(calling.principal.tenants)
    team.data("sums", {"text": "x"})
    team.data("sums", {"text": "x", "client": "globex"})
    assert tenants == ["acme", "globex"]
    assert [arguments for _, arguments in sums.calls] == [{"text": "x"}, {"text": "x"}]
    assert "#/client" in text(team.call("sums", {"text": "x", "client": "initech"}))
    assert len({key for key, _ in sums.calls}) == 2


def test_nobody_takes_another_principal_along_in_a_header(door: Door, sums: Counted) -> None:
    seen: list[str] = []
    sums.then = lambda calling: seen.append(calling.principal.subject)
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sums","arguments":{"text":"x"}}}'
    )  # fmt: skip
    alice = door.of("alice")
    status, _, answer = sent(
        door, "POST", body, Content_Type="application/json", Accept="application/json, text/event-stream",
        Authorization=f"Bearer {alice.token}",
        **{"oberaconnect.mcp.principal": "mallory", "Oberaconnect_Mcp_Principal": "mallory"},
    )  # fmt: skip
    assert (status, seen) == (200, ["alice"]), answer


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({}, "'text' is a required property"),
        ({"text": 5}, "#/text"),
        ({"text": "x" * 10_001}, "#/text"),
        ({"text": "x", "more": 1}, "more"),
        ({"text": "a\x00b"}, "NUL"),
        ({"text": "x", "client": "globex"}, "client"),
    ],
)
def test_arguments_that_do_not_fit_are_explained(
    door: Door, sums: Counted, arguments: dict[str, Any], word: str
) -> None:
    refused = door.of("alice").call("sums", arguments)
    assert refused.is_error
    assert word in text(refused)
    assert sums.calls == []


def test_a_tool_that_does_not_exist_is_an_error_of_the_protocol(door: Door) -> None:
    with pytest.raises(MCPError, match="There is no tool 'nothing'"):
        door.of("alice").call("nothing")


def test_what_breaks_inside_a_tool_stays_in_the_log(door: Door, sums: Counted) -> None:
    def broken(_calling: Calling) -> None:
        raise RuntimeError("password=hunter2")

    sums.then = broken
    failed = door.of("alice").call("sums", {"text": "x"})
    assert failed.is_error
    assert "hunter2" not in text(failed)
    assert "on our side" in text(failed)


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_a_long_call_says_how_it_goes(door: Door, sums: Counted, mode: str) -> None:
    def counting(calling: Calling) -> None:
        for step in ("one of two", "two of two"):
            calling.progress(step)

    sums.then = counting
    alice = door.of("alice").by(mode)
    assert text(alice.call("sums", {"text": "x"})) == "42"
    assert alice.progress == ["one of two", "two of two"]


def test_ready_agents_are_prompts_with_their_instructions(door: Door) -> None:
    alice = door.of("alice")
    prompts = alice.does(lambda client: client.list_prompts()).prompts
    assert prompts, "the platform comes with agents"
    first = prompts[0]
    assert [one.name for one in first.arguments or []] == ["input"]
    got = alice.does(lambda client: client.get_prompt(first.name, {"input": "Look at the firewall."}))
    said = got.messages[0].content.model_dump()["text"]
    assert said.endswith("Look at the firewall.")
    assert len(said) > 200
    for name, arguments in (("nobody", {"input": "x"}), (first.name, {"input": " "})):
        with pytest.raises(MCPError, match="prompt"):
            alice.does(partial(Client.get_prompt, name=name, arguments=arguments))


def test_without_the_right_there_are_no_prompts_and_no_resources(door: Door) -> None:
    bob = door.of("bob", ["rag:read"])
    assert bob.does(lambda client: client.list_prompts()).prompts == []
    assert bob.does(lambda client: client.list_resources()).resources == []
    assert bob.does(lambda client: client.list_resource_templates()).resource_templates == []


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_what_a_tool_asks_of_other_services_carries_the_request_id(door: Door, sums: Counted, mode: str) -> None:
    seen: list[str] = []
    sums.then = lambda _: seen.append(telemetry.request_id.get())
    params: dict[str, Any] = {"name": "sums", "arguments": {"text": "x"}}
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if mode == MODERN:
        meta = "io.modelcontextprotocol"
        params["_meta"] = {f"{meta}/protocolVersion": MODERN, f"{meta}/clientCapabilities": {}}
        headers |= {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "sums"}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    status, answered, _ = sent(door, "POST", body, X_Request_Id="0123456789abcdef", **headers)
    assert (status, answered["x-request-id"]) == (200, "0123456789abcdef")
    assert seen == ["0123456789abcdef"]


def test_long_calls_leave_room_for_everything_else(make_settings: MakeSettings) -> None:
    waiting, go_on = threading.Event(), threading.Event()

    def hold(_calling: Calling) -> None:
        waiting.set()
        assert go_on.wait(20)

    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "slow", "arguments": {"text": "x"}}}
    ).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    with (
        agents_service.running(make_settings(agents_threads=2), {"slow": Counted("slow", then=hold)}) as service,
        mcp_face.serving(service) as narrow,
        ThreadPoolExecutor(1) as other,
    ):
        first = other.submit(sent, narrow, "POST", body, **headers)
        assert waiting.wait(20)
        status, answered, _ = sent(narrow, "POST", body, **headers)
        assert (status, answered["retry-after"]) == (503, "2")
        assert service.get("/health")["status"] == "pass"
        go_on.set()
        assert first.result(20)[0] == 200
        while sent(narrow, "POST", body, **headers)[0] == 503:
            time.sleep(0.02)  # the place is given back right after the answer
