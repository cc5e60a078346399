"""Agents through MCP: a run is begun, watched and answered, and a person decides what it may do."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from tests import mcp_face
from tests.agents_service import Agents
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted
from tests.integration.agents.conftest import make_agent
from tests.mcp_face import LEGACY, MODERN, Door, text

pytestmark = pytest.mark.long  # the real service behind its bridge

ASKED = {"agent": "tester", "input": "Send it."}
WITHOUT_APPROVING = ("agents:read", "agents:write")


@pytest.fixture(scope="module")
def _door(_started: Any) -> Iterator[Door]:
    """The server's address, while a worker takes up what is begun."""
    service: Agents = _started.service
    stopping = threading.Event()

    def work() -> None:
        while not stopping.wait(0.01):
            service.work()

    worker = threading.Thread(target=work)
    with mcp_face.serving(service) as door:
        worker.start()
        yield door
        stopping.set()
        worker.join()


@pytest.fixture
def alice(_door: Door, service: Agents) -> Door:
    """Alice at the server's address, with an agent and nothing left of the test before."""
    make_agent(service, who="alice")
    return Door(_door.url, _door.settings).of("alice")


def form(decision: str, reason: str = "") -> types.ElicitResult:
    return types.ElicitResult(action="accept", content={"decision": decision, "reason": reason})


def ended(door: Door, run_id: str) -> Any:
    """A run when nothing moves in it any more."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        run = door.data("get_run", {"run_id": run_id, "wait_seconds": 5})
        if run["status"] not in ("queued", "running"):
            return run
    raise AssertionError(run)


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_an_agent_does_a_task_and_says_what_it_found(
    alice: Door, model: LanguageModel, sums: Counted, mode: str
) -> None:
    model.say(calls=[Call("sums", {"text": "40 + 2"})])
    model.say("It is 42.")
    door = alice.by(mode)
    found = door.call("run_agent", {"agent": "tester", "input": "How much is 40 + 2?"})
    assert not found.is_error
    assert text(found) == "It is 42."
    run = found.structured_content
    assert (run["status"], run["agent"], run["client"], run["approvals"]) == ("completed", "tester", "acme", [])
    assert len(sums.calls) == 1
    assert [told for told in door.progress if "sums" in told] == ["sums is called."]
    again = door.data("get_run", {"run_id": run["run_id"]})
    assert again == run


def test_the_agents_of_a_client_and_those_that_are_ready_are_listed(alice: Door) -> None:
    names = [agent["name"] for agent in alice.data("list_agents")["agents"]]
    assert "tester" in names
    assert "help-desk" in names
    charlie = Door(alice.url, alice.settings).of("charlie")
    assert "tester" not in [agent["name"] for agent in charlie.data("list_agents")["agents"]]


def test_an_agent_that_is_not_there_is_refused_with_the_names_there_are(alice: Door) -> None:
    refused = alice.call("run_agent", {"agent": "nobody", "input": "x"})
    assert refused.is_error
    assert "tester" in text(refused)


def test_without_waiting_the_run_goes_on_and_is_found_again(alice: Door, model: LanguageModel) -> None:
    model.say("Done.")
    begun = alice.data("run_agent", {"agent": "tester", "input": "Hello", "wait_seconds": 0})
    assert begun["status"] in ("queued", "running", "completed")
    assert ended(alice, begun["run_id"])["text"] == "Done."


def test_globex_does_not_find_a_run_of_acme(alice: Door, model: LanguageModel) -> None:
    model.say("Done.")
    run_id = alice.data("run_agent", {"agent": "tester", "input": "Hello"})["run_id"]
    refused = Door(alice.url, alice.settings).of("charlie").call("get_run", {"run_id": run_id})
    assert refused.is_error
    assert "no run" in text(refused)


def test_alice_sees_the_whole_call_in_a_form_and_approves_it(alice: Door, model: LanguageModel, send: Counted) -> None:
    argument = "Reboot \u202egnp.exe " + "x" * 3_000
    model.say(calls=[Call("send", {"text": argument})])
    model.say("It is sent.")
    seen: list[types.ElicitRequestFormParams] = []

    def approve(params: types.ElicitRequestFormParams) -> types.ElicitResult:
        assert send.calls == [], "nothing is sent before somebody has decided"
        seen.append(params)
        return form("approve")

    found = alice.by(MODERN, approve).call("run_agent", ASKED)
    assert text(found) == "It is sent."
    assert [arguments for _, arguments in send.calls] == [{"text": argument}]
    (shown,) = seen
    assert "Tool: send (external)" in shown.message
    assert "x" * 3_000 in shown.message
    assert "\\u202egnp.exe" in shown.message, "what nobody would see is written out"
    assert shown.requested_schema["properties"]["decision"]["enum"] == ["approve", "deny"]


@pytest.mark.parametrize(
    "answer", [form("deny", "Not today."), types.ElicitResult(action="decline")], ids=["denied", "declined"]
)
def test_what_alice_refuses_is_not_done_and_the_model_hears_why(
    alice: Door, model: LanguageModel, send: Counted, answer: types.ElicitResult
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    model.say("Then I leave it.")
    found = alice.by(MODERN, lambda _: answer).call("run_agent", ASKED)
    assert text(found) == "Then I leave it."
    assert send.calls == []
    assert ("Not today." in str(model.asked[-1].body)) == (answer.action == "accept")


def test_two_calls_are_asked_about_one_after_the_other(alice: Door, model: LanguageModel, send: Counted) -> None:
    model.say(calls=[Call("send", {"text": "first"})])
    model.say(calls=[Call("send", {"text": "second"})])
    model.say("Both.")
    found = alice.by(MODERN, lambda _: form("approve")).call("run_agent", ASKED)
    assert text(found) == "Both."
    assert [arguments["text"] for _, arguments in send.calls] == ["first", "second"]
    assert len(alice.data("list_approvals")["approvals"]) == 0


def test_an_older_client_gets_the_address_and_decides_by_a_tool(
    alice: Door, model: LanguageModel, send: Counted
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    model.say("It is sent.")
    door = alice.by(LEGACY, lambda _: form("approve"))
    run = door.data("run_agent", ASKED)
    assert run["status"] == "approval_required"
    assert run["url"].endswith(run["approval_id"])
    (asked,) = door.data("list_approvals")["approvals"]
    assert (asked["approval_id"], asked["tool"], asked["args"]) == (run["approval_id"], "send", {"text": "x"})
    assert send.calls == []
    decided = door.data("decide_approval", {"approval_id": run["approval_id"], "decision": "approve"})
    assert decided["status"] == "approved"
    assert ended(door, run["run_id"])["text"] == "It is sent."
    twice = door.call("decide_approval", {"approval_id": run["approval_id"], "decision": "deny"})
    assert twice.is_error
    assert "already" in text(twice)


def test_whoever_may_not_approve_is_not_asked(alice: Door, model: LanguageModel, send: Counted) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    bob = Door(alice.url, alice.settings).of("bob", WITHOUT_APPROVING).by(MODERN, lambda _: form("approve"))
    run = bob.data("run_agent", ASKED)
    assert run["status"] == "approval_required"
    refused = bob.call("decide_approval", {"approval_id": run["approval_id"], "decision": "approve"})
    assert "agents:approve" in text(refused)
    assert send.calls == []


def test_nobody_is_asked_about_a_call_that_somebody_else_has_to_approve(
    alice: Door, service: Agents, model: LanguageModel, send: Counted
) -> None:
    make_agent(service, "strict", who="alice", approval_policy={"self_approval": False})
    model.say(calls=[Call("send", {"text": "x"})])
    run = alice.by(MODERN, lambda _: form("approve")).data("run_agent", {"agent": "strict", "input": "Send it."})
    assert run["status"] == "approval_required"
    assert send.calls == []


def test_a_form_that_is_closed_decides_nothing(alice: Door, model: LanguageModel, send: Counted) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    rounds = 0

    def close(_params: types.ElicitRequestFormParams) -> types.ElicitResult:
        nonlocal rounds
        rounds += 1
        return types.ElicitResult(action="cancel")

    run = alice.by(MODERN, close).data("run_agent", ASKED)
    assert (run["status"], rounds) == ("approval_required", 1)
    assert send.calls == []
    assert len(alice.data("list_approvals")["approvals"]) == 1


def test_the_state_of_a_question_is_worth_nothing_to_others_or_for_other_requests(
    alice: Door, model: LanguageModel, send: Counted
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    asking = alice.by(MODERN, lambda _: form("approve"))

    async def begin(client: Client) -> types.InputRequiredResult:
        found = await client.session.call_tool("run_agent", ASKED, allow_input_required=True)
        assert isinstance(found, types.InputRequiredResult)
        return found

    asked = asking.does(begin)
    assert asked.request_state
    answers: Any = {name: form("approve") for name in asked.input_requests or {}}

    def comes_back(door: Door, state: str, arguments: dict[str, Any]) -> None:
        with pytest.raises(MCPError, match="requestState"):
            door.does(
                lambda client: client.session.call_tool(
                    "run_agent", arguments, input_responses=answers, request_state=state, allow_input_required=True
                )
            )

    bob = Door(alice.url, alice.settings).of("bob").by(MODERN, lambda _: form("approve"))
    comes_back(bob, asked.request_state, ASKED)
    comes_back(asking, asked.request_state + "A", ASKED)
    comes_back(asking, asked.request_state, {**ASKED, "input": "Something else."})
    assert send.calls == []


def test_a_run_that_asks_a_question_gets_an_answer(alice: Door, model: LanguageModel) -> None:
    model.say(calls=[Call("ask_person", {"question": "Which site?"})])
    model.say("Bath it is.")
    run = alice.data("run_agent", ASKED)
    assert (run["status"], run["question"]) == ("input_required", "Which site?")
    alice.data("answer_run", {"run_id": run["run_id"], "answer": "Bath"})
    assert ended(alice, run["run_id"])["text"] == "Bath it is."


def test_a_run_that_fails_is_an_error_with_the_platforms_words(
    alice: Door, service: Agents, model: LanguageModel
) -> None:
    make_agent(service, "short", who="alice", budget={"steps": 1})
    model.say(calls=[Call("sums", {"text": "x"})])
    failed = alice.call("run_agent", {"agent": "short", "input": "x"})
    assert failed.is_error
    assert failed.structured_content["status"] == "failed"
    assert "budget" in text(failed) or "steps" in text(failed)
