"""Agents: those that are there, those that clients make, and what becomes of runs when they change."""

from typing import Any

import pytest
from tests.agents_service import Agents
from tests.face import document
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted
from tests.integration.agents.conftest import make_agent


def test_the_ready_agents_are_listed_after_the_clients_own(service: Agents) -> None:
    items = service.get("/agents")["items"]
    assert (items[0]["name"], items[0]["origin"], items[0]["version"]) == ("tester", "own", 1)
    ready = {item["name"]: item for item in items[1:]}
    assert {
        "help-desk",
        "onboarding",
        "network-auditor",
        "call-flow-designer",
        "documentation-gaps",
        "escalation",
    } <= set(ready)
    assert all((item["origin"], item["version"], item["client"]) == ("ready", 0, None) for item in ready.values())


def test_a_change_is_a_version_and_a_run_follows_the_one_it_began_with(service: Agents, model: LanguageModel) -> None:
    begun = service.begin("tester", "Hello")
    changed = service.call(
        "PUT", "/agents/tester", {"name": "tester", "instructions": "Speak French.", "tool_allow": []}
    )
    assert (changed.status_code, document(changed)["version"]) == (200, 2)
    model.say("Hello.")
    service.work_all()
    assert model.asked[0].system.startswith("Do what is asked.")
    assert service.run(begun["id"])["agent_version"] == 1
    model.say("Bonjour.")
    service.begin("tester", "Hello")
    service.work_all()
    assert model.asked[1].system.startswith("Speak French.")
    versions = service.get("/agents/tester/versions")["items"]
    assert [(one["version"], one["definition"]["instructions"]) for one in versions] == [
        (2, "Speak French."), (1, "Do what is asked."),
    ]  # fmt: skip


def test_switched_off_an_agent_begins_nothing_and_what_it_has_begun_ends(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    begun = service.begin("tester", "Send.")
    service.work_all()
    assert document(service.call("PATCH", "/agents/tester", {"enabled": False}))["enabled"] is False
    refused = service.call("POST", "/runs", {"agent": "tester", "input": "x"})
    assert (refused.status_code, "switched off" in refused.text) == (409, True)
    approval = service.run(begun["id"])["waiting"]["approvals"][0]
    service.call("POST", f"/approvals/{approval['id']}", {"decision": "approve"})
    service.work_all()
    run = service.run(begun["id"])
    assert (run["status"], "switched off" in run["problem"]["detail"], send.calls) == ("failed", True, [])


def test_a_client_may_have_its_own_in_the_place_of_a_ready_one(service: Agents) -> None:
    make_agent(service, "help-desk", who="alice")
    assert service.get("/agents/help-desk", who="alice")["origin"] == "own"
    assert service.get("/agents/help-desk", who="charlie")["origin"] == "ready"
    assert service.call("DELETE", "/agents/help-desk", who="charlie").status_code == 409
    assert service.call("DELETE", "/agents/help-desk", who="alice").status_code == 204
    assert service.get("/agents/help-desk", who="bob")["origin"] == "ready"


def test_a_ready_agent_can_be_switched_off_for_a_client(service: Agents) -> None:
    assert document(service.call("PATCH", "/agents/help-desk", {"enabled": False}, who="alice"))["enabled"] is False
    refused = service.call("POST", "/runs", {"agent": "help-desk", "input": "x"}, who="bob")
    assert refused.status_code == 409
    assert service.call("POST", "/runs", {"agent": "help-desk", "input": "x"}, who="charlie").status_code == 202


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Not A Name"}, "lower-case letters"),
        ({"instructions": ""}, "#/instructions"),
        ({"tool_allow": ["rag search"]}, "#/tool_allow/0"),
        ({"children": ["nobody"]}, "There is no agent 'nobody'"),
        ({"scopes": ["everything"]}, "there is no scope 'everything'"),
        ({"approval_policy": {"write": "perhaps"}}, "#/approval_policy/write"),
        ({"budget": {"steps": 0}}, "#/budget/steps"),
        ({"model": "nobody/knows"}, "nobody/knows"),
        ({"budget": {"cost": 5}}, "LLM_INPUT_PRICE"),
    ],
)
def test_an_agent_that_cannot_be_is_refused_with_a_sentence(service: Agents, fields: Any, words: str) -> None:
    body = {"name": "new", "instructions": "x", **fields}
    answer = service.call("POST", "/agents", body)
    assert (answer.status_code in (404, 422), words in answer.text) == (True, True), answer.text


def test_an_agent_has_one_name(service: Agents) -> None:
    again = service.call("POST", "/agents", {"name": "tester", "instructions": "x"})
    assert (again.status_code, "PUT /agents/tester" in again.text) == (409, True)
    renamed = service.call("PUT", "/agents/tester", {"name": "other", "instructions": "x"})
    assert renamed.status_code == 422


def test_a_run_may_narrow_an_agents_tools_and_never_widen_them(
    service: Agents, model: LanguageModel, sums: Counted
) -> None:
    model.say("Hello.")
    service.begin("tester", "x", tool_allow=["sums", "rag_*"])
    service.work_all()
    assert {tool["name"] for tool in model.asked[0].body["tools"]} == {"sums", "ask_person", "wait"}


def test_an_agent_acts_with_no_more_rights_than_it_and_its_caller_have(service: Agents, model: LanguageModel) -> None:
    make_agent(service, "reader", scopes=["rag:read"], tool_allow=["rag_search", "ingest_document"])
    model.say("Hello.")
    service.begin("reader", "x")
    service.work_all()
    assert {tool["name"] for tool in model.asked[0].body["tools"]} == {"rag_search", "ask_person", "wait"}
    make_agent(service, "writer", who="alice", tool_allow=["rag_search", "ingest_document"])
    model.say("Hello.")
    answer = service.call(
        "POST", "/runs", {"agent": "writer", "input": "x"}, who="alice", scopes={"agents:write", "data:write"}
    )
    assert answer.status_code == 202
    service.work_all()
    assert {tool["name"] for tool in model.asked[1].body["tools"]} == {"ingest_document", "ask_person", "wait"}


def test_what_an_agent_may_use_a_day_is_a_limit_for_all_its_runs(service: Agents, model: LanguageModel) -> None:
    make_agent(service, "modest", daily={"tokens": 20})
    model.say("One.")
    service.begin("modest", "x")
    service.work_all()
    model.say("Two.")
    service.begin("modest", "x")
    service.work_all()
    refused = service.call("POST", "/runs", {"agent": "modest", "input": "x"})
    assert (refused.status_code, "a day" in refused.text) == (429, True)
    assert "Retry-After" in refused.headers


def test_a_ready_agent_is_not_changed_and_whoever_tries_is_told_what_to_do(service: Agents) -> None:
    body = {"name": "help-desk", "instructions": "Be quick."}
    for answer in (service.call("PUT", "/agents/help-desk", body), service.call("GET", "/agents/help-desk/versions")):
        assert (answer.status_code, "POST /agents" in answer.text) == (404, True)
    service.post("/agents", body, status=201)
    assert document(service.call("PUT", "/agents/help-desk", body))["version"] == 2


def test_the_last_run_of_a_day_is_not_ended_by_its_own_number(service: Agents, model: LanguageModel) -> None:
    make_agent(service, "daily", daily={"runs": 1})
    model.say("Good morning.")
    begun = service.begin("daily", "x")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert service.call("POST", "/runs", {"agent": "daily", "input": "x"}).status_code == 429
