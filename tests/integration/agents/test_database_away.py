"""A database that is away, for a moment or for longer, wherever a run stands: the run goes on, and is not ended."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from tests.agents_service import Agents
from tests.fakes.llm import Asked, Call, LanguageModel, Reply
from tests.fakes.tools import Counted

from agents.loop import making
from oberaconnect.db import Connection, Database
from oberaconnect.problems import Unavailable

#: More transactions than one attempt at a run has.
_MANY = 40


class Blinking:
    """The connection is lost within one of the transactions to come; `for_good`: within all after it, too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing happens before `left` says how many transactions are left, the one that is hit among them."""
        self.left, self.for_good = 0, False
        original = Database.transaction

        @contextmanager
        def transaction(database: Database, tenants: str, readers: Any = None) -> Iterator[Connection]:
            with original(database, tenants, readers) as connection:
                yield connection
                self.left -= 1
                if self.left == 0 or (self.for_good and self.left < 0):
                    raise psycopg.OperationalError("the connection is lost")

        monkeypatch.setattr(Database, "transaction", transaction)

    def back(self) -> bool:
        """The database is there again; whether it was away."""
        was_away = self.left <= 0
        self.left, self.for_good = 0, False
        return was_away


@pytest.fixture
def blinking(monkeypatch: pytest.MonkeyPatch) -> Blinking:
    return Blinking(monkeypatch)


def _say(asked: Asked) -> Reply:
    if "tool_result" in str(asked.body):
        return Reply(["It is 42."])
    return Reply(["One moment. "], calls=[Call("sums", {"text": "1"})])


@pytest.mark.parametrize("for_good", [False, True], ids=["for a moment", "for longer"])
def test_a_database_that_is_away_ends_no_run(
    service: Agents, model: LanguageModel, sums: Counted, blinking: Blinking, for_good: bool
) -> None:
    model.answer(_say)
    for step in range(1, _MANY):
        sums.anew("42")
        begun = service.begin("tester", "Add.")
        claim = service.claim()
        assert claim is not None
        blinking.left, blinking.for_good = step, for_good
        with suppress(Unavailable):  # the worker's loop waits and goes on
            service.attempt(claim)
        was_away = blinking.back()
        service.expire_leases()
        service.hurry()
        service.work_all()
        run = service.run(begun["id"])
        assert (run["status"], run["problem"]) == ("completed", None), step
        numbers = [event["seq"] for event in service.events(begun["id"])]
        assert numbers == list(range(1, len(numbers) + 1)), step
        if not was_away:
            assert step > 8, "an attempt has more transactions than that"
            return
    raise AssertionError("an attempt does not end")


def test_progress_that_cannot_be_told_does_not_end_the_call(
    service: Agents, model: LanguageModel, sums: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.answer(_say)
    told = making.events.add

    def lost(connection: Connection, run: Any, *what: Any) -> int:
        if what[0][0] == "tool.progress":
            raise psycopg.OperationalError("the connection is lost")
        return told(connection, run, *what)

    monkeypatch.setattr(making.events, "add", lost)
    sums.then = lambda calling: calling.progress("It is at work.")
    begun = service.begin("tester", "Add.")
    service.work_all()
    assert service.run(begun["id"])["status"] == "completed"
    assert len(sums.calls) == 1
