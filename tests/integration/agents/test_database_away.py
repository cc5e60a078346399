"""A database that is away, for a moment or for longer, wherever a run stands: the run goes on, and is not ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from tests.agents_service import Agents
from tests.fakes.llm import Asked, Call, LanguageModel, Reply
from tests.fakes.tools import Counted
from tests.integration.agents.conftest import make_agent

from agents.loop import making
from agents.store import events
from oberaconnect.db import Connection, Database
from oberaconnect.problems import Unavailable

pytestmark = pytest.mark.long  # each waits for a database that comes back

#: More transactions than one attempt at a run has.
_MANY = 40
_MOMENT, _LONGER, _COMMITTED = "for a moment", "for longer", "after the commit"


class Blinking:
    """The connection is lost within one of the transactions to come; `how` says when, and for how long."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing happens before `left` says how many transactions are left, the one that is hit among them."""
        self.left, self.how = 0, ""
        original = Database.transaction

        @contextmanager
        def transaction(database: Database, tenants: str, readers: Any = None) -> Iterator[Connection]:
            with original(database, tenants, readers) as connection:
                yield connection
                self.left -= 1
                if (self.left == 0 and self.how != _COMMITTED) or (self.left < 0 and self.how == _LONGER):
                    raise psycopg.OperationalError("the connection is lost")
            if self.left == 0 and self.how == _COMMITTED:
                raise Unavailable()

        monkeypatch.setattr(Database, "transaction", transaction)

    def back(self) -> bool:
        """The database is there again; whether it was away."""
        was_away = self.left <= 0
        self.left, self.how = 0, ""
        return was_away


@pytest.fixture
def blinking(monkeypatch: pytest.MonkeyPatch) -> Blinking:
    return Blinking(monkeypatch)


def _say(tool: str) -> Callable[[Asked], Reply]:
    """A model that calls a tool, and is content with what that gives."""

    def say(asked: Asked) -> Reply:
        if "tool_result" in str(asked.body):
            return Reply(["Done."])
        return Reply(["One moment. "], calls=[Call(tool, {"text": "1"})])

    return say


def _each_moment(service: Agents, agent: str, blinking: Blinking, how: str) -> Iterator[Any]:
    """A run for each transaction that one attempt has, which was hit; as it is when nothing can go on."""
    for step in range(1, _MANY):
        begun = service.begin(agent, "Do it.")
        claim = service.claim()
        assert claim is not None
        blinking.left, blinking.how = step, how
        with suppress(Unavailable):  # the worker's loop waits and goes on
            service.attempt(claim)
        was_away = blinking.back()
        service.expire_leases()
        service.hurry()
        service.work_all()
        numbers = [event["seq"] for event in service.events(begun["id"])]
        assert numbers == list(range(1, len(numbers) + 1)), step
        yield service.run(begun["id"])
        if not was_away:
            assert step > 8, "an attempt has more transactions than that"
            return
    raise AssertionError("an attempt does not end")


@pytest.mark.parametrize("how", [_MOMENT, _LONGER, _COMMITTED])
def test_a_database_that_is_away_ends_no_run(
    service: Agents, model: LanguageModel, sums: Counted, blinking: Blinking, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_WRITE_SECONDS", 0.0)
    model.answer(_say("sums"))
    for run in _each_moment(service, "tester", blinking, how):
        assert (run["status"], run["problem"]) == ("completed", None)
        assert service.told(run["id"]).count("run.completed") == 1
        assert service.told(run["id"]).count("tool.completed") == 1


@pytest.mark.parametrize("how", [_MOMENT, _COMMITTED])
def test_what_must_not_happen_twice_is_written_down_when_the_database_is_back(
    service: Agents, model: LanguageModel, send: Counted, blinking: Blinking, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_WRITE_PAUSE_SECONDS", 0.0)
    make_agent(service, "sender", approval_policy={"external": "auto"})
    model.answer(_say("send"))
    asked = 0
    for run in _each_moment(service, "sender", blinking, how):
        if run["status"] == "waiting_approval":  # it was never made, and nobody knows that
            assert (how, send.calls) == (_COMMITTED, [])
            asked += 1
        else:
            assert run["status"] == "completed"
            assert len(send.calls) == 1
            assert service.told(run["id"]).count("tool.completed") == 1
        send.calls.clear()
    assert asked == (1 if how == _COMMITTED else 0)


def test_progress_that_cannot_be_told_does_not_end_the_call(
    service: Agents, model: LanguageModel, sums: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.answer(_say("sums"))
    told = events.add

    def lost(connection: Connection, run: Any, *what: Any) -> None:
        if what[0][0] == "tool.progress":
            raise psycopg.OperationalError("the connection is lost")
        told(connection, run, *what)

    monkeypatch.setattr(events, "add", lost)
    sums.then = lambda calling: calling.progress("It is at work.")
    begun = service.begin("tester", "Add.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert len(sums.calls) == 1
