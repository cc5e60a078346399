"""What people decide about calls, to what exactly a decision is bound, and what is never done unasked."""

from typing import Any

import pytest
from tests.agents_service import Agents
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted
from tests.integration.agents.conftest import make_agent

from oberaconnect.auth import SCOPES
from oberaconnect.db import as_owner


def asking(service: Agents, model: LanguageModel, *calls: Call, agent: str = "tester", who: str = "") -> Any:
    """A run that has asked about a call."""
    model.say(calls=list(calls) or [Call("send", {"text": "hello"})])
    begun = service.begin(agent, "Send hello.", who=who)
    service.work_all()
    return service.run(begun["id"], who=who)


def decide(service: Agents, approval: Any, decision: str = "approve", *, who: str = "", **fields: Any) -> Any:
    """The answer to a decision."""
    return service.call("POST", f"/approvals/{approval['id']}", {"decision": decision, **fields}, who=who)


def test_a_call_that_reaches_out_waits_for_a_person_who_sees_exactly_what_would_be_sent(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    assert (run["status"], send.calls) == ("waiting_approval", [])
    (asked,) = run["waiting"]["approvals"]
    assert (asked["tool"], asked["class"], asked["args"], asked["kind"]) == (
        "send",
        "external",
        {"text": "hello"},
        "call",
    )
    assert asked["id"] in asked["url"]
    assert service.get("/approvals?status=pending")["items"][0]["id"] == asked["id"]
    model.say("Sent.")
    answer = decide(service, asked, reason="Fine with me.", args_hash=asked["args_hash"])
    assert (answer.status_code, answer.json["status"], answer.json["decided_by"]) == (200, "approved", "local")
    service.work_all()
    assert service.run(run["id"])["status"] == "completed"
    assert len(send.calls) == 1
    assert decide(service, asked).status_code == 409, "a decision is made once"


def test_a_refused_call_is_not_made_and_the_model_is_told_why(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    decide(service, run["waiting"]["approvals"][0], "deny", reason="Wrong customer.")
    model.say("Then I leave it.")
    service.work_all()
    assert send.calls == []
    assert service.run(run["id"])["result"]["text"] == "Then I leave it."
    assert "A person refused this call. The reason: Wrong customer." in str(model.asked[-1].body)


def test_other_arguments_are_what_is_approved_and_what_is_done(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    approval = run["waiting"]["approvals"][0]
    assert decide(service, approval, "deny", args_override={"text": "x"}).status_code == 422
    decide(service, approval, args_override={"text": "good evening"})
    model.say("Sent.")
    service.work_all()
    assert [arguments for _, arguments in send.calls] == [{"text": "good evening"}]
    call = service.get(f"/runs/{run['id']}/steps")["tool_calls"][0]
    assert call["args"] == {"text": "good evening"}
    assert call["args_hash"] != approval["args_hash"]


def test_other_arguments_that_the_tool_does_not_take_are_refused_and_the_question_stays(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    (approval,) = run["waiting"]["approvals"]
    refused = decide(service, approval, args_override={"number": 1})
    assert (refused.status_code, "args_override" in refused.text) == (422, True)
    service.work_all()
    assert send.calls == []
    assert service.get(f"/approvals/{approval['id']}")["status"] == "pending"


def test_an_approval_counts_for_the_arguments_that_were_read(service: Agents, model: LanguageModel) -> None:
    run = asking(service, model)
    answer = decide(service, run["waiting"]["approvals"][0], args_hash="0" * 64)
    assert answer.status_code == 409


def test_who_may_not_approve_does_not(service: Agents, model: LanguageModel, send: Counted) -> None:
    make_agent(service, who="alice", approval_policy={"self_approval": False})
    run = asking(service, model, who="alice")
    approval = run["waiting"]["approvals"][0]
    no_right = service.call(
        "POST", f"/approvals/{approval['id']}", {"decision": "approve"}, who="bob", scopes=SCOPES - {"agents:approve"}
    )
    assert no_right.status_code == 403
    assert decide(service, approval, who="charlie").status_code == 404
    own = decide(service, approval, who="alice")
    assert (own.status_code, "Somebody else" in own.text) == (403, True)
    assert decide(service, approval, who="bob").status_code == 200


def test_a_decision_that_comes_too_late_is_refused_and_the_call_is_not_made(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    with as_owner(service.settings) as connection:
        connection.execute("UPDATE agents.approval SET expires_at = now() - interval '1 second'")
    service.housekeeping.sweep()
    assert decide(service, run["waiting"]["approvals"][0]).status_code == 409
    model.say("Nobody answered.")
    service.work_all()
    assert send.calls == []
    assert service.run(run["id"])["status"] == "completed"


def test_allowed_for_the_run_a_tool_is_not_asked_about_again(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    model.say(calls=[Call("send", {"text": "and again"})])
    model.say("Both sent.")
    decide(service, run["waiting"]["approvals"][0], scope="run")
    service.work_all()
    assert len(send.calls) == 2
    assert service.run(run["id"])["status"] == "completed"


def test_an_address_that_nobody_asked_for_is_asked_about_even_then(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = asking(service, model)
    model.say(calls=[Call("send", {"text": "to https://evil.example/collect"})])
    decide(service, run["waiting"]["approvals"][0], scope="run")
    service.work_all()
    asked = service.run(run["id"])["waiting"]["approvals"][0]
    assert "evil.example" in asked["why"]
    assert len(send.calls) == 1


def test_what_may_be_written_unasked_is_asked_about_once_outsiders_had_their_say(
    service: Agents, model: LanguageModel, look: Counted, note: Counted
) -> None:
    make_agent(service, "writer", approval_policy={"write": "auto"})
    model.say(calls=[Call("note", {"text": "before"}), Call("look", {"text": "x"}), Call("note", {"text": "after"})])
    begun = service.begin("writer", "Write, look, write.")
    service.work_all()
    assert [arguments["text"] for _, arguments in note.calls] == ["before"]
    run = service.run(begun["id"])
    assert (run["status"], run["taint"]) == ("waiting_approval", "look")
    assert "outsiders" in run["waiting"]["approvals"][0]["why"]


def test_an_input_of_outsiders_taints_from_the_beginning(service: Agents, model: LanguageModel, note: Counted) -> None:
    make_agent(service, "writer", approval_policy={"write": "auto"})
    model.say(calls=[Call("note", {"text": "x"})])
    begun = service.begin("writer", "A ticket from somebody.", untrusted=True)
    service.work_all()
    assert service.run(begun["id"])["status"] == "waiting_approval"
    assert note.calls == []


def test_what_an_agent_may_never_do_is_refused_without_asking(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    make_agent(service, "careful", approval_policy={"external": "deny"})
    model.say(calls=[Call("send", {"text": "x"})])
    model.say("I may not.")
    begun = service.begin("careful", "Send.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert send.calls == []
    assert service.get("/approvals")["items"] == []


def test_one_call_that_waits_does_not_keep_the_others_waiting(
    service: Agents, model: LanguageModel, send: Counted, sums: Counted
) -> None:
    run = asking(service, model, Call("send", {"text": "x"}), Call("sums", {"text": "1"}))
    assert (len(send.calls), len(sums.calls)) == (0, 1)
    assert run["status"] == "waiting_approval"


@pytest.mark.parametrize("decision", ["retry", "skip"])
def test_a_question_about_a_call_is_not_answered_with_what_is_for_lost_ones(
    service: Agents, model: LanguageModel, decision: str
) -> None:
    run = asking(service, model)
    answer = decide(service, run["waiting"]["approvals"][0], decision)
    assert (answer.status_code, "approve, deny" in answer.text) == (422, True)


def test_a_cancelled_run_takes_its_questions_with_it(service: Agents, model: LanguageModel) -> None:
    run = asking(service, model)
    service.call("POST", f"/runs/{run['id']}/cancel")
    assert service.get("/approvals")["items"][0]["status"] == "cancelled"
    assert decide(service, run["waiting"]["approvals"][0]).status_code == 409
