"""Entering, changing, approving and removing MCP servers, and the secrets they get."""

import sys
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.mcp_child import ECHO, Script
from tests.mcp_servers import Servers, until

from oberaconnect.auth import SCOPES
from oberaconnect.db import as_owner

HTTP = {"client": "acme", "name": "wiki", "transport": "http", "url": "https://mcp.example.com/mcp"}
PROGRAM = {"client": "acme", "name": "files", "transport": "stdio", "argv": [sys.executable, "-V"]}
NOWHERE = "00000000-0000-0000-0000-000000000000"


def test_a_server_is_entered_listed_changed_and_removed(servers: Servers) -> None:
    face = servers.service
    answer = face.call("POST", "/mcp-servers", HTTP)
    assert answer.status_code == 201
    made: Any = answer.json
    assert answer.headers["Location"] == f"/api/agents/mcp-servers/{made['id']}"
    assert (made["status"], made["tools"], made["trust"], made["tool_allow"]) == (None, {}, False, ["*"])
    assert made["limits"] == {"seconds": 60.0, "result_bytes": 65_536, "calls_at_once": 4}
    assert [one["id"] for one in face.get("/mcp-servers")["items"]] == [made["id"]]
    change = {"enabled": False, "limits": {"seconds": 5}}
    changed: Any = face.call("PATCH", f"/mcp-servers/{made['id']}", change).json
    assert (changed["enabled"], changed["limits"]["seconds"], changed["url"]) == (False, 5.0, HTTP["url"])
    assert face.call("DELETE", f"/mcp-servers/{made['id']}").status_code == 204
    assert face.call("GET", f"/mcp-servers/{made['id']}").status_code == 404


def test_two_servers_of_a_client_do_not_share_a_name(servers: Servers) -> None:
    servers.service.post("/mcp-servers", HTTP, status=201)
    servers.service.post("/mcp-servers", HTTP, status=409)
    servers.service.post("/mcp-servers", HTTP | {"client": "globex"}, status=201)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "http://mcp.example.com/mcp"}, "must begin with https://"),
        ({"url": "https://10.1.2.3/mcp"}, "not on the public internet"),
        ({"url": "https://localhost/mcp"}, "not on the public internet"),
        ({"url": "https://[::ffff:169.254.169.254]/mcp"}, "not on the public internet"),
        ({"url": "https://me:secret@mcp.example.com/"}, "user name or password"),
        ({"url": "https://mcp.example.com:22/"}, "ports 80 and 443"),
        ({"url": "file:///etc/passwd"}, "Only http:// and https://"),
        ({"url": None}, "#/url: a server with the transport 'http' needs it"),
        ({"argv": ["uvx"]}, "#/argv: a server with the transport 'http' has none"),
        ({"headers": {"Host": "a"}}, "the header 'Host' cannot be given"),
        ({"headers": {"X-Key\r\nX": "a"}}, "cannot be given"),
        ({"headers": {"Authorization": "missing"}}, "no secret 'missing'"),
        ({"name": "My_Wiki"}, "lower-case letters"),
        ({"name": "agent"}, "the platform's own"),
        ({"transport": "sse"}, "'stdio' or 'http'"),
        ({"limits": {"seconds": 0}}, "greater than 0"),
        ({"more": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_connected_to_is_not_entered(servers: Servers, change: dict[str, Any], sentence: str) -> None:
    assert sentence in servers.service.post("/mcp-servers", HTTP | change, status=422)["detail"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"argv": ["bash", "-c", "id"]}, f"MCP_COMMANDS names those that may: uvx, {sys.executable}, "),
        ({"argv": [f"{sys.executable}x"]}, "may not be started"),
        ({"argv": []}, "at least 1 item"),
        ({"argv": [sys.executable, "a\x00b"]}, "NUL"),
        ({"argv": None}, "#/argv: a server with the transport 'stdio' needs it"),
        ({"env": {"LD_PRELOAD": "a"}}, "the variable 'LD_PRELOAD' cannot be given"),
        ({"env": {"pythonpath": "a"}}, "the variable 'pythonpath' cannot be given"),
        ({"env": {"A=B": "a"}}, "cannot be given"),
    ],
)
def test_a_program_that_the_operator_did_not_name_is_not_entered(
    servers: Servers, change: dict[str, Any], sentence: str
) -> None:
    assert sentence in servers.service.post("/mcp-servers", PROGRAM | change, status=422)["detail"]


def test_without_mcp_commands_no_program_is_entered(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(servers.service.parts.settings.__dict__, "mcp_commands", "")
    assert "MCP_COMMANDS=uvx,npx" in servers.service.post("/mcp-servers", PROGRAM, status=422)["detail"]


def test_a_program_that_may_not_be_started_any_more_is_not(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    with as_owner(servers.service.settings) as connection:
        connection.execute("UPDATE agents.mcp_server SET argv = '{bash,-c,id}'")
    assert "may not be started" in servers.test(server_id, status=422)["detail"]
    switched = servers.service.call("PATCH", f"/mcp-servers/{server_id}", {"enabled": False})
    assert switched.status_code == 200


def test_a_test_says_what_it_found(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    found = servers.test(server_id)
    assert found["milliseconds"] > 0
    (line,) = found["tools"]
    assert (line["name"], line["tool"], line["status"], line["class"]) == ("echo", "files__echo", "new", "external")
    shown = servers.service.get(f"/mcp-servers/{server_id}")
    assert shown["tools"] == {"new": 1}
    assert (shown["status"]["works"], shown["status"]["protocol"]) == (True, "2025-11-25")


def test_a_test_that_takes_long_is_looked_at_later(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    answer = servers.service.call("POST", f"/mcp-servers/{server_id}/test?wait=0")
    assert answer.status_code == 202
    assert servers.service.get(answer.headers["Location"].removeprefix("/api/agents"))["kind"] == "mcp_test"
    place = answer.headers["Location"].removeprefix("/api/agents")
    until(lambda: servers.service.get(place)["status"] == "succeeded")
    other = servers.script("other", script)
    assert servers.service.call("GET", place.replace(server_id, other)).status_code == 404


def test_an_approved_tool_is_called_for_an_administrator(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    servers.ready(server_id)
    path = f"/mcp-servers/{server_id}/tools"
    called = servers.service.post(f"{path}/echo/call", {"arguments": {"text": "hello"}})
    assert (called["content"], called["is_error"], called["job_status"]) == ("hello", False, "succeeded")
    assert servers.service.post(f"{path}/files__echo/call", {"arguments": {"text": "a"}})["content"] == "a"
    wrong = servers.service.post(f"{path}/echo/call", {"arguments": {"text": 7}}, status=422)
    assert "#/text" in wrong["detail"]
    servers.service.post(f"{path}/nothing/call", {"arguments": {}}, status=404)


def test_a_call_whose_worker_died_is_not_made_again(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    servers.ready(server_id)
    with as_owner(servers.service.settings) as connection:
        connection.execute(
            "INSERT INTO agents.job (tenant, kind, payload, subject, counts) SELECT 'acme', 'mcp_call',"
            " jsonb_build_object('server_id', %s::text, 'tool', 'echo', 'arguments', '{\"text\": \"a\"}'::jsonb),"
            " 'alice', '{\"begun\": 1}'",
            [server_id],
        )

    def ended() -> Any:
        with as_owner(servers.service.settings) as connection:
            return connection.execute("SELECT problem FROM agents.job WHERE status = 'failed'").fetchone()

    until(lambda: ended() is not None)
    assert "not known whether it was carried out" in ended()["problem"]["detail"]
    assert script.asked("tools/call") == []


def test_only_what_was_looked_at_is_approved(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    servers.test(server_id)
    path = f"/mcp-servers/{server_id}/tools/echo/approve"
    before = servers.listed(server_id)["echo"]["hash"]
    script.plan(tools=[{**ECHO, "title": "Another"}])
    servers.test(server_id)
    refused = servers.service.post(path, {"hash": before}, status=409)
    assert refused["hash"] == servers.listed(server_id)["echo"]["hash"] != before
    approved = servers.service.post(path, {"hash": refused["hash"], "class": "read", "idempotent": True})
    assert (approved["status"], approved["class"], approved["idempotent"]) == ("approved", "read", True)
    assert approved["approved_by"] == "local"
    script.plan(tools=[])
    servers.test(server_id)
    servers.service.post(path, {"hash": refused["hash"]}, status=409)
    servers.service.post(path, {"hash": "0"}, status=422)
    servers.service.post(path, {"hash": "0" * 64, "class": "harmless"}, status=422)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"text": {"type": "words"}}},
        {"type": "object", "properties": {"a name with spaces": {"type": "string"}}},
    ],
)
def test_a_tool_whose_arguments_no_model_takes_is_not_approved(
    servers: Servers, script: Script, schema: dict[str, Any]
) -> None:
    script.plan(tools=[{**ECHO, "inputSchema": schema}])
    server_id = servers.script("files", script)
    servers.test(server_id)
    body = {"hash": servers.listed(server_id)["echo"]["hash"]}
    refused = servers.service.post(f"/mcp-servers/{server_id}/tools/echo/approve", body, status=422)
    assert "models do not take" in refused["detail"]


def test_an_approval_is_taken_back(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    servers.ready(server_id)
    assert servers.service.post(f"/mcp-servers/{server_id}/tools/echo/revoke", None)["status"] == "new"
    assert servers.tools() == {}


def test_a_server_with_another_program_needs_its_tools_approved_again(
    servers: Servers, script: Script, tmp_path: Path
) -> None:
    server_id = servers.script("files", script)
    servers.ready(server_id)
    servers.service.call("PATCH", f"/mcp-servers/{server_id}", {"trust": True})
    assert list(servers.tools()) == ["files__echo"]
    servers.service.call("PATCH", f"/mcp-servers/{server_id}", {"argv": Script(tmp_path / "other").argv})
    assert servers.tools() == {}


def test_what_was_decided_is_in_the_audit(servers: Servers, script: Script) -> None:
    servers.secret("token", "s3cret-value")
    server_id = servers.script("files", script, env={"TOKEN": "token"})
    servers.ready(server_id)
    servers.service.post(f"/mcp-servers/{server_id}/tools/echo/revoke", None)
    servers.service.call("DELETE", f"/mcp-servers/{server_id}")
    with as_owner(servers.service.settings) as connection:
        rows = connection.execute("SELECT action, object, data::text FROM agents.audit ORDER BY number").fetchall()
    assert [row["action"] for row in rows] == [
        "secret.created", "server.created", "server.tested", "tool.approved", "tool.revoked", "server.deleted",
    ]  # fmt: skip
    assert "s3cret-value" not in str(rows)


def test_a_secret_is_never_shown(servers: Servers) -> None:
    face = servers.service
    made = face.call("POST", "/secrets", {"client": "acme", "name": "token", "value": "s3cret-value"})
    assert made.status_code == 201
    listed = face.call("GET", "/secrets?client=acme")
    changed = face.call("PATCH", "/secrets/token?client=acme", {"value": "an0ther-value"})
    assert changed.status_code == 200
    for answer in (made, listed, changed):
        assert "value" not in answer.text
    with as_owner(servers.service.settings) as connection:
        assert b"n0ther-value" not in connection.execute("SELECT sealed FROM agents.secret").fetchone()["sealed"]  # type: ignore[index]
    face.post("/secrets", {"client": "acme", "name": "token", "value": "x"}, status=409)
    face.post("/secrets", {"client": "acme", "name": "../token", "value": "x"}, status=422)
    face.post("/secrets", {"client": "acme", "name": "empty", "value": ""}, status=422)
    assert face.call("PATCH", "/secrets/nothing?client=acme", {"value": "x"}).status_code == 404


def test_a_secret_that_a_server_uses_stays(servers: Servers) -> None:
    servers.secret("token", "Bearer s3cret-value")
    made = servers.service.post("/mcp-servers", HTTP | {"headers": {"Authorization": "token"}}, status=201)
    refused = servers.service.call("DELETE", "/secrets/token?client=acme")
    assert refused.status_code == 409
    assert "used by the MCP servers wiki" in refused.text
    servers.service.call("DELETE", f"/mcp-servers/{made['id']}")
    assert servers.service.call("DELETE", "/secrets/token?client=acme").status_code == 204


def test_a_secret_that_cannot_be_a_header_is_told(servers: Servers) -> None:
    servers.secret("token", "two\nlines")
    made = servers.service.post("/mcp-servers", HTTP | {"headers": {"Authorization": "token"}}, status=201)
    assert "not one line of ASCII" in servers.test(made["id"], status=409)["detail"]


def test_a_secret_of_another_client_is_not_given(servers: Servers) -> None:
    servers.secret("token", "s3cret-value", client="globex")
    servers.service.post("/mcp-servers", HTTP | {"headers": {"Authorization": "token"}}, status=422)


def test_charlie_finds_nothing_of_alices(servers: Servers, script: Script) -> None:
    server_id = servers.script("files", script)
    servers.test(server_id)
    servers.secret("token", "s3cret-value")
    face = servers.service
    assert face.get("/mcp-servers", who="charlie")["items"] == []
    assert face.get("/secrets", who="charlie")["items"] == []
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"enabled": False}), ("DELETE", "", None), ("POST", "/test", None),
        ("GET", "/tools", None), ("POST", "/tools/echo/approve", {"hash": "0" * 64}),
        ("POST", "/tools/echo/revoke", None), ("POST", "/tools/echo/call", {"arguments": {}}),
        ("GET", f"/jobs/{NOWHERE}", None),
    ):  # fmt: skip
        assert face.call(method, f"/mcp-servers/{server_id}{path}", body, who="charlie").status_code == 404, path
    assert face.call("DELETE", "/secrets/token?client=acme", who="charlie").status_code == 403
    assert face.call("POST", "/mcp-servers", HTTP, who="charlie").status_code == 403
    assert face.get("/mcp-servers", who="alice")["items"][0]["id"] == server_id


def test_looking_is_for_readers_and_everything_else_for_administrators(servers: Servers) -> None:
    server_id = servers.enter("wiki", url=HTTP["url"])
    readers = SCOPES - {"agents:admin"}
    face = servers.service
    for path in ("/mcp-servers", f"/mcp-servers/{server_id}", f"/mcp-servers/{server_id}/tools"):
        assert face.call("GET", path, who="alice", scopes=readers).status_code == 200
    for method, path, body in (
        ("POST", "/mcp-servers", HTTP), ("PATCH", f"/mcp-servers/{server_id}", {"trust": True}),
        ("DELETE", f"/mcp-servers/{server_id}", None), ("POST", f"/mcp-servers/{server_id}/test", None),
        ("POST", f"/mcp-servers/{server_id}/tools/echo/approve", {"hash": "0" * 64}),
        ("POST", f"/mcp-servers/{server_id}/tools/echo/revoke", None),
        ("POST", f"/mcp-servers/{server_id}/tools/echo/call", {"arguments": {}}),
        ("GET", "/secrets", None), ("POST", "/secrets", {"name": "a", "value": "b"}),
        ("PATCH", "/secrets/a", {"value": "b"}), ("DELETE", "/secrets/a", None),
    ):  # fmt: skip
        assert face.call(method, path, body, who="alice", scopes=readers).status_code == 403, path
