"""MCP servers behind an address that somebody entered: what goes there, what comes back, and what is not believed."""

import gzip
import json
from collections.abc import Iterator

import pytest
from tests.fakes.mcp_child import ECHO
from tests.fakes.mcp_web import McpWeb
from tests.fakes.web import Answer, Web
from tests.mcp_servers import Servers

import agents.pool.held
from oberaconnect.problems import Conflict, TooMany, Unavailable

pytestmark = pytest.mark.long  # servers are started for it

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def web() -> Iterator[McpWeb]:
    """A server that behaves well until it is told otherwise."""
    with McpWeb() as running:
        yield running


@pytest.mark.parametrize("is_event_stream", [False, True])
def test_a_tool_is_called_with_the_secrets_of_its_server_and_nothing_of_the_caller(
    servers: Servers, web: McpWeb, is_event_stream: bool
) -> None:
    web.is_event_stream = is_event_stream
    servers.secret("token", "Bearer s3cret-value")
    server_id = servers.enter("web", url=web.endpoint, headers={"Authorization": "token"})
    found = servers.test(server_id)
    assert (found["protocol"], found["server"]) == ("2025-11-25", {"name": "fake", "version": "7"})
    servers.approve(server_id, "echo")
    assert servers.call("web__echo", {"text": "good morning"}).content == "good morning"
    assert len({asked.headers["Host"] for asked in web.asked}) == 1
    for asked in web.asked:
        sent = {name.lower(): value for name, value in asked.headers.items()}
        assert sent["authorization"] == "Bearer s3cret-value"
        assert not sent.keys() & {"x-request-id", "cookie", "x-api-key"}


def test_a_server_that_forgot_the_session_gets_a_new_one_and_the_call(servers: Servers, web: McpWeb) -> None:
    servers.ready(servers.enter("web", url=web.endpoint))
    assert servers.call("web__echo").content == "hello"
    web.session += 1  # as after a restart
    assert servers.call("web__echo").content == "hello"


def test_a_server_that_is_away_is_told_to_be_away_and_nothing_to_be_done(servers: Servers) -> None:
    with McpWeb() as web:
        servers.ready(servers.enter("web", url=web.endpoint))
        assert servers.call("web__echo").content == "hello"
    with pytest.raises(Unavailable, match="cannot be reached"):
        servers.call("web__echo")


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (Answer(401), 409, "Check the secrets that its headers name"),
        (Answer(404), 409, "There is no MCP at the url"),
        (Answer(500), 503, "answered with an error (status 500)"),
        (Answer(429), 429, "too many requests"),
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), 409, "refused"),
        (Answer(200, b"{}", JSON), 409, "refused"),
        (Answer(200, gzip.compress(b" " * 10**6), JSON | {"Content-Encoding": "gzip"}), 422, "packed answer"),
        (Answer(307, b"", {"Location": "http://10.1.2.3/mcp"}), 409, "redirects to another place"),
        (Answer(302, b"", {"Location": "http://169.254.169.254/latest"}), 409, "redirects to another place"),
    ],
)
def test_a_server_that_does_not_begin_well_fails_its_test(
    servers: Servers, web: McpWeb, answer: Answer, status: int, sentence: str
) -> None:
    web.instead = {"server/discover": answer, "initialize": answer}
    server_id = servers.enter("web", url=web.endpoint)
    assert sentence in servers.test(server_id, status=status)["detail"]
    assert servers.service.get(f"/mcp-servers/{server_id}")["status"]["works"] is False


def test_a_secret_that_a_server_repeats_is_hidden(servers: Servers, web: McpWeb) -> None:
    servers.secret("token", "Bearer s3cret-value")
    server_id = servers.enter("web", url=web.endpoint, headers={"Authorization": "token"})
    servers.ready(server_id)
    error = {"code": -32603, "message": "no such token: s3cret-value"}
    refusal = Answer(400, json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}).encode(), JSON)
    assert servers.call("web__echo", {"text": "Bearer s3cret-value!"}).content == "(hidden)!"
    web.instead = {"initialize": refusal}
    assert "no such token: (hidden)" in servers.test(server_id, status=409)["detail"]


def test_a_redirect_to_another_server_takes_no_secret_along(servers: Servers, web: McpWeb) -> None:
    servers.secret("token", "Bearer s3cret-value")
    servers.ready(servers.enter("web", url=web.endpoint, headers={"Authorization": "token"}))
    with Web() as other:
        web.instead = {"tools/call": Answer(307, b"", {"Location": f"{other.url}/mcp"})}
        outcome = servers.call("web__echo")
        assert outcome.is_error
        assert other.asked == []


def test_a_redirect_within_the_server_is_followed(servers: Servers, web: McpWeb) -> None:
    servers.ready(servers.enter("web", url=web.endpoint))
    answering = web.answering
    web.answering = lambda asked: Answer(307, b"", {"Location": "/mcp/"}) if asked.path == "/mcp" else answering(asked)
    assert servers.call("web__echo").content == "hello"


def test_an_answer_that_is_far_too_large_is_not_read(
    servers: Servers, web: McpWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents.pool.held, "MAX_MESSAGE_BYTES", 50_000)
    servers.ready(servers.enter("web", url=web.endpoint))
    web.plan["does"] = "big"
    outcome = servers.call("web__echo")
    assert outcome.is_error
    assert "more than 50000 bytes" in outcome.content
    web.plan["does"] = "echo"
    assert servers.call("web__echo").content == "hello"


@pytest.mark.parametrize(("status", "kind"), [(403, Conflict), (429, TooMany)])
def test_a_call_that_is_refused_says_what_to_do(
    servers: Servers, web: McpWeb, status: int, kind: type[Exception]
) -> None:
    servers.ready(servers.enter("web", url=web.endpoint))
    web.instead = {"tools/call": Answer(status)}
    with pytest.raises(kind):
        servers.call("web__echo")
    assert len(web.messages("tools/call")) == 1


def test_a_call_that_ends_in_an_error_of_the_server_is_repeated_only_where_that_does_no_harm(
    servers: Servers, web: McpWeb
) -> None:
    server_id = servers.enter("web", url=web.endpoint)
    servers.ready(server_id)
    web.instead = {"tools/call": Answer(502)}
    with pytest.raises(Conflict, match="not known whether the call was carried out"):
        servers.call("web__echo")
    assert len(web.messages("tools/call")) == 1
    servers.approve(server_id, "echo", **{"class": "read"})
    with pytest.raises(Unavailable, match="status 502"):
        servers.call("web__echo")
    assert len(web.messages("tools/call")) == 3


def test_a_connection_that_breaks_within_an_answer_leaves_the_outcome_unknown(servers: Servers, web: McpWeb) -> None:
    servers.ready(servers.enter("web", url=web.endpoint))
    web.instead = {"tools/call": Answer(200, b"{", JSON, length=1_000)}
    with pytest.raises(Conflict, match="not known whether the call was carried out"):
        servers.call("web__echo")
    assert len(web.messages("tools/call")) == 1


def test_tools_that_come_in_pages_are_all_found(servers: Servers, web: McpWeb) -> None:
    web.plan |= {"page": 2, "tools": [{**ECHO, "name": f"tool{number}"} for number in range(3)]}
    server_id = servers.enter("web", url=web.endpoint)
    assert [line["tool"] for line in servers.test(server_id)["tools"]] == ["web__tool0", "web__tool1", "web__tool2"]


def test_a_list_that_never_ends_is_given_up(servers: Servers, web: McpWeb) -> None:
    web.plan |= {"page": 0, "tools": [ECHO]}
    assert servers.test(servers.enter("web", url=web.endpoint))["tools"] == []
    assert len(web.messages("tools/list")) == 50


def test_tools_that_are_too_large_or_strangely_named_are_left_out(servers: Servers, web: McpWeb) -> None:
    large = {**ECHO, "name": "large", "description": "x" * 70_000}
    deep: dict[str, object] = {}
    for _ in range(100):
        deep = {"items": deep}
    nested = {**ECHO, "name": "deep", "inputSchema": {"type": "object", "properties": {"a": deep}}}
    web.plan["tools"] = [ECHO, large, nested, {**ECHO, "name": "ec\u200bho"}, {**ECHO, "name": "x" * 300}]
    found = servers.test(servers.enter("web", url=web.endpoint))
    assert [line["name"] for line in found["tools"]] == ["echo"]
    assert found["left_out"] == 4
