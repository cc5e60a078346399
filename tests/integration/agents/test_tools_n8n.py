"""Calling workflows of n8n as a tool. n8n is a small server here that speaks as n8n does."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.fakes.web import Answer, Asked, Web
from tests.gateway import free_port
from tests.toolbox import ALICE, CHARLIE, Toolbox

from agents.tools import n8n as room
from oberaconnect.problems import Forbidden, Timeout, TooLarge, Unavailable, Unprocessable
from oberaconnect.settings import Settings

_KEY = "webhook-key-for-tests-only"
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        running.answering = workflows
        yield running


@pytest.fixture
def make(secret_key: str, web: Web) -> Callable[..., Toolbox]:
    def toolbox(**values: Any) -> Toolbox:
        base = {"secret_key": secret_key, "database_url": "postgresql://nowhere/db"}
        base |= {"n8n_url": web.url, "n8n_webhook_key": _KEY}
        return Toolbox(room.tools(Settings.model_validate(base | values)))

    return toolbox


@pytest.fixture
def tools(make: Callable[..., Toolbox]) -> Toolbox:
    return make()


def workflows(asked: Asked) -> Answer:
    """n8n with two workflows published."""
    if asked.path == "/healthz":
        return Answer(200, b'{"status":"ok"}', _JSON)
    if asked.headers.get("X-Webhook-Key") != _KEY:
        return Answer(403, b"Authorization data is wrong!", {"Content-Type": "text/html"})
    if asked.path == "/webhook/ticket":
        return Answer(200, json.dumps({"kind": "draft", "reply": "Hello", "sources": [{"n": 1}]}).encode(), _JSON)
    if asked.path == "/webhook/callflow":
        return Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"})
    return Answer(404, b'{"code":404,"message":"not registered"}', _JSON)


def test_a_workflow_gets_the_payload_the_key_and_the_client_of_the_run(web: Web, tools: Toolbox) -> None:
    found = tools.call("n8n_webhook", ALICE, key="call-9", path="ticket", payload={"id": "4711"})
    assert not found.is_error
    assert found.content == "kind: draft\nreply: Hello\nsources:\n  - n: 1"
    asked = web.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/webhook/ticket")
    assert json.loads(asked.body) == {"id": "4711", "client": "acme"}
    assert asked.headers["Idempotency-Key"] == "call-9"
    tools.call("n8n_webhook", CHARLIE, path="ticket")
    assert json.loads(web.asked[-1].body) == {"client": "globex"}


@pytest.mark.parametrize("client", ["globex", None, "", ["acme"], 1])
def test_a_workflow_cannot_be_told_to_act_for_another_client(web: Web, tools: Toolbox, client: Any) -> None:
    with pytest.raises(Forbidden, match="one client"):
        tools.call("n8n_webhook", ALICE, path="ticket", payload={"client": client})
    assert not web.asked


def test_a_person_with_rights_of_their_own_does_not_get_those_of_n8n(web: Web, tools: Toolbox) -> None:
    with pytest.raises(Forbidden, match="rights of their own"):
        tools.call("n8n_webhook", replace(ALICE, readers=frozenset({"user:alice"})), path="ticket")
    assert not web.asked


def test_the_key_is_in_nothing_that_is_answered(tools: Toolbox) -> None:
    for path in ("ticket", "nowhere"):
        found = tools.call("n8n_webhook", ALICE, path=path)
        assert _KEY not in found.content
        assert _KEY not in json.dumps(found.data)


def test_a_file_is_named_and_not_shown(tools: Toolbox) -> None:
    found = tools.call("n8n_webhook", ALICE, path="callflow")
    assert "application/pdf, 8 bytes" in found.content
    assert "%PDF" not in found.content


def test_a_path_without_a_workflow_says_so(tools: Toolbox) -> None:
    found = tools.call("n8n_webhook", ALICE, path="nowhere/at-all")
    assert found.is_error
    assert "no published workflow with the webhook 'nowhere/at-all'" in found.content


def test_a_wrong_key_is_told_from_a_failed_workflow(web: Web, make: Callable[..., Toolbox]) -> None:
    found = make(n8n_webhook_key="another-key").call("n8n_webhook", ALICE, path="ticket")
    assert found.is_error
    assert "refused the key" in found.content
    web.answering = lambda asked: workflows(asked) if asked.path == "/healthz" else Answer(500, b"oops")
    found = make().call("n8n_webhook", ALICE, path="ticket")
    assert found.is_error
    assert "status 500" in found.content


def test_n8n_that_is_away_or_not_configured_is_told_with_what_brings_it(make: Callable[..., Toolbox]) -> None:
    with pytest.raises(Unavailable, match="make up"):
        make(n8n_url=f"http://127.0.0.1:{free_port()}").call("n8n_webhook", ALICE, path="ticket")
    for missing, what in (("n8n_url", "make up"), ("n8n_webhook_key", "N8N_WEBHOOK_KEY")):
        found = make(**{missing: ""}).call("n8n_webhook", ALICE, path="ticket")
        assert found.is_error
        assert what in found.content


def test_a_call_whose_answer_is_lost_may_have_done_something(web: Web, tools: Toolbox) -> None:
    def answer(asked: Asked) -> Answer:
        return workflows(asked) if asked.path == "/healthz" else Answer(200, b"half", _JSON, length=4_000)

    web.answering = answer
    with pytest.raises(Timeout, match="may have run"):
        tools.call("n8n_webhook", ALICE, path="ticket")
    assert not tools.tools["n8n_webhook"].spec.idempotent


def test_a_huge_answer_is_cut(web: Web, tools: Toolbox) -> None:
    huge = json.dumps({"rows": [{"n": n, "text": "x" * 80} for n in range(20_000)]}).encode()
    web.answering = lambda asked: Answer(200, huge, _JSON)
    found = tools.call("n8n_webhook", ALICE, path="ticket")
    assert "left out" in found.content


def test_an_answer_of_deep_lists_is_read(web: Web, tools: Toolbox) -> None:
    web.answering = lambda asked: Answer(200, b"[" * 900 + b"]" * 900, _JSON)
    assert not tools.call("n8n_webhook", ALICE, path="ticket").is_error
    web.answering = lambda asked: Answer(200, b"[" * 9_000 + b"]" * 9_000, _JSON)
    assert not tools.call("n8n_webhook", ALICE, path="ticket").is_error


def test_too_much_is_not_sent(web: Web, tools: Toolbox) -> None:
    with pytest.raises(TooLarge):
        tools.call("n8n_webhook", ALICE, path="ticket", payload={"text": "x" * 300_000})
    assert not web.asked


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "../rest/login",
        "ticket/../../rest",
        "a//b",
        "/ticket",
        "ticket/",
        "TICKET",
        "a?b=c",
        "a%2fb",
        "a b",
    ],
)
def test_other_paths_are_refused(tools: Toolbox, path: str) -> None:
    assert tools.refuses("n8n_webhook", path=path)


def test_a_line_break_that_the_schema_lets_pass_is_refused_too(web: Web, tools: Toolbox) -> None:
    with pytest.raises(Unprocessable, match="small letters"):
        tools.call("n8n_webhook", ALICE, path="ticket\n")
    assert not web.asked
