"""A worker that dies, wherever it stands: nothing is lost, and nothing that must not happen twice does."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.agents_service import Agents
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted

from agents.loop import making, running, thinking
from oberaconnect.db import as_owner


class Killed(BaseException):
    """What kill -9 is to the code: nothing after it runs, nothing that is not committed is kept."""


def die(*_: Any, **__: Any) -> None:
    """Be killed."""
    raise Killed


def work_and_die(service: Agents) -> None:
    """Let a worker begin, and be killed on the way."""
    claim = service.claim()
    assert claim is not None
    with pytest.raises(Killed):
        service.attempt(claim)
    assert service.claim() is None, "while its lease runs the run is nobody else's"
    service.expire_leases()


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, and then death."""

    def done(*arguments: Any, **named: Any) -> None:
        function(*arguments, **named)
        raise Killed

    return done


def test_killed_before_the_model_answered_it_is_asked_again(
    service: Agents, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = service.begin("tester", "Hello")
    with monkeypatch.context() as patch:
        patch.setattr(running, "think", die)
        work_and_die(service)
    model.say("Hello.")
    service.work_all()
    run = service.run(begun["id"])
    assert (run["result"]["text"], run["attempt"]) == ("Hello.", 2)


def test_killed_after_the_model_answered_it_is_not_asked_again(
    service: Agents, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = service.begin("tester", "Hello")
    model.say("Hello.")
    with monkeypatch.context() as patch:
        patch.setattr(running, "think", after(thinking.think))
        work_and_die(service)
    service.work_all()
    assert service.run(begun["id"])["result"]["text"] == "Hello."
    assert len(model.asked) == 1


def test_killed_before_a_call_it_is_made_once(
    service: Agents, model: LanguageModel, send: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    begun = service.begin("tester", "Send.")
    service.work_all()
    approval = service.run(begun["id"])["waiting"]["approvals"][0]
    service.call("POST", f"/approvals/{approval['id']}", {"decision": "approve"})
    with monkeypatch.context() as patch:
        patch.setattr(running, "make", die)
        work_and_die(service)
    model.say("Sent.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert len(send.calls) == 1


def lost_in_the_call(service: Agents, model: LanguageModel, send: Counted) -> Any:
    """A run whose worker was killed while it called something that must not be repeated."""
    model.say(calls=[Call("send", {"text": "x"})])
    begun = service.begin("tester", "Send.")
    service.work_all()
    approval = service.run(begun["id"])["waiting"]["approvals"][0]
    service.call("POST", f"/approvals/{approval['id']}", {"decision": "approve"})
    send.then = die
    work_and_die(service)
    send.then = lambda _: None
    service.work_all()
    return service.run(begun["id"])


def test_killed_within_a_call_that_must_not_be_repeated_it_asks(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    run = lost_in_the_call(service, model, send)
    assert run["status"] == "waiting_approval"
    (asked,) = run["waiting"]["approvals"]
    assert (asked["kind"], asked["tool"]) == ("outcome", "send")
    assert "may or may not have happened" in asked["why"]
    assert "tool.outcome_unknown" in service.told(run["id"])
    assert len(send.calls) == 1


@pytest.mark.parametrize(("decision", "times"), [("retry", 2), ("skip", 1), ("deny", 1)])
def test_what_a_person_says_about_a_lost_call_is_what_happens(
    service: Agents, model: LanguageModel, send: Counted, decision: str, times: int
) -> None:
    run = lost_in_the_call(service, model, send)
    model.say("Done.")
    approval = run["waiting"]["approvals"][0]
    answer = service.call("POST", f"/approvals/{approval['id']}", {"decision": decision, "reason": "I looked."})
    assert answer.status_code == 200, answer.text
    service.work_all()
    assert service.run(run["id"])["status"] == "completed"
    assert len(send.calls) == times
    said = str(model.asked[-1].body)
    assert {"retry": "sent", "skip": "A person says that this was done", "deny": "decided not to do it again"}[
        decision
    ] in said


def test_killed_within_a_call_that_may_be_repeated_it_is_repeated_under_the_same_key(
    service: Agents, model: LanguageModel, sums: Counted
) -> None:
    model.say(calls=[Call("sums", {"text": "1"})])
    begun = service.begin("tester", "Add.")
    sums.then = die
    work_and_die(service)
    sums.then = lambda _: None
    model.say("Added.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert len(sums.calls) == 2
    assert sums.calls[0][0] == sums.calls[1][0], "the other side can see that it is the same call"


def test_killed_after_a_call_it_is_not_made_again(
    service: Agents, model: LanguageModel, sums: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.say(calls=[Call("sums", {"text": "1"})])
    begun = service.begin("tester", "Add.")
    with monkeypatch.context() as patch:
        patch.setattr(running, "make", after(making.make))
        work_and_die(service)
    model.say("Added.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert len(sums.calls) == 1


def test_killed_between_the_call_and_its_entry_the_effect_is_not_repeated_unasked(
    service: Agents, model: LanguageModel, send: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    begun = service.begin("tester", "Send.")
    service.work_all()
    approval = service.run(begun["id"])["waiting"]["approvals"][0]
    service.call("POST", f"/approvals/{approval['id']}", {"decision": "approve"})
    with monkeypatch.context() as patch:
        patch.setattr(making, "end", die)
        work_and_die(service)
    service.work_all()
    assert service.run(begun["id"])["waiting"]["approvals"][0]["kind"] == "outcome"
    assert len(send.calls) == 1


def test_a_paused_worker_that_wakes_up_writes_nothing(service: Agents, model: LanguageModel, sums: Counted) -> None:
    """It was stopped for longer than its lease, and somebody else has the run."""
    model.say(calls=[Call("sums", {"text": "1"})])
    begun = service.begin("tester", "Add.")
    first = service.claim()
    assert first is not None

    def meanwhile(_: Any) -> None:
        sums.then = lambda _: None
        service.expire_leases()
        model.say("The second worker added.")
        service.work_all()

    sums.then = meanwhile
    service.attempt(first)
    run = service.run(begun["id"])
    assert (run["status"], run["result"]["text"]) == ("completed", "The second worker added.")
    ends = [kind for kind in service.told(begun["id"]) if kind in ("tool.completed", "run.completed")]
    assert ends == ["tool.completed", "run.completed"]
    assert len(model.asked) == 2


def test_a_run_that_kills_its_worker_each_time_is_given_up(
    service: Agents, model: LanguageModel, sums: Counted
) -> None:
    model.say(calls=[Call("sums", {"text": "1"})])
    begun = service.begin("tester", "Add.")
    sums.then = die
    for _ in range(5):
        work_and_die(service)
    assert not service.work()
    run = service.run(begun["id"])
    assert run["status"] == "failed"
    assert "The worker stopped 5 times" in run["problem"]["detail"]


def test_a_run_without_a_job_is_not_left_behind(service: Agents) -> None:
    begun = service.begin("tester", "Hello")
    with as_owner(service.settings) as connection:
        connection.execute("DELETE FROM agents.job")
    service.housekeeping.sweep()
    assert service.run(begun["id"])["status"] == "failed"


def test_a_run_that_nobody_answers_for_a_month_is_given_up(service: Agents, model: LanguageModel) -> None:
    model.say(calls=[Call("ask_person", {"question": "Which?"})])
    begun = service.begin("tester", "Ask.")
    service.work_all()
    with as_owner(service.settings) as connection:
        connection.execute("UPDATE agents.run SET expires_at = now() - interval '1 second'")
    service.housekeeping.sweep()
    assert service.run(begun["id"])["status"] == "expired"
    assert service.told(begun["id"])[-1] == "run.expired"


def test_a_run_that_cannot_be_given_up_keeps_no_other_from_it(service: Agents, model: LanguageModel) -> None:
    begun = []
    for _ in range(2):
        model.say(calls=[Call("ask_person", {"question": "Which?"})])
        begun.append(service.begin("tester", "Ask.", callback_url="https://example.com/told")["id"])
        service.work_all()
    with as_owner(service.settings) as connection:
        connection.execute("UPDATE agents.run SET expires_at = now() - interval '1 second'")
        # What its callback tells of it is not what the API allows: as if a later release had written it.
        odd = "UPDATE agents.run SET input = '[]', expires_at = now() - interval '1 hour' WHERE id = %s"
        connection.execute(odd, [begun[0]])
    service.housekeeping.sweep()
    assert service.run(begun[1])["status"] == "expired"
    with as_owner(service.settings) as connection:
        connection.execute("UPDATE agents.run SET input = '{}' WHERE id = %s", [begun[0]])
    assert service.run(begun[0])["status"] == "waiting_input"
    service.housekeeping.sweep()
    assert service.run(begun[0])["status"] == "expired"
