"""What a worker does with a run, from the moment it takes it up until it ends, waits, or is somebody else's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from agents import begin, callbacks, deciding, ending
from agents.control import RunCancelled
from agents.loop import own
from agents.loop.activation import Activation, BudgetExhausted, Means, NotAllowedAnyMore
from agents.loop.making import AgainLater, end, judge, lose, make
from agents.loop.reporting import report
from agents.loop.thinking import shown_by, think
from agents.loop.upcoming import Next, upcoming
from agents.store import approvals, calls, events, runs, turns
from agents.tools.contract import Outcome
from oberaconnect import auth, jobs, llm
from oberaconnect.db import Connection
from oberaconnect.jobs import LostLease, Queue
from oberaconnect.problems import Conflict, NotFound, Problem, Timeout, TooMany, Unavailable
from oberaconnect.worker import Stopping, Work

_MOST_CITATIONS = 50


class Running:
    """The handler of jobs of the kind `run`. One a worker process; safe under threads."""

    def __init__(self, means: Means, queue: Queue) -> None:
        """`queue` is where a run is put off to while its model is away."""
        self._means = means
        self._queue = queue

    def __call__(self, work: Work) -> None:
        """Bring a run as far as it goes."""
        run_id = UUID(work.claim.payload["run_id"])
        try:
            activation = self._take_up(work, run_id)
            if activation is not None:
                self._go_on(activation)
        finally:
            self._means.control.forget(run_id)

    def _go_on(self, activation: Activation) -> None:
        try:
            while self._step(activation):
                activation.check()
        except RunCancelled:
            self._end(activation, "cancelled")
        except AgainLater as later:
            self._put_off(activation, later.problem)
        except (LostLease, Stopping):
            raise
        except Problem as problem:
            if isinstance(problem, Unavailable) and not isinstance(problem, llm.QuestionRefused):
                raise  # only the database is left, so nothing was written: the queue tries again
            self._end(activation, "failed", problem=problem)

    def _step(self, activation: Activation) -> bool:
        """Do the next thing; whether there is another one."""
        coming = upcoming(activation.turns, activation.calls)
        if coming.kind == "think":
            self._think(activation)
        elif coming.kind == "judge" and coming.call is not None:
            judge(activation, coming.call)
        elif coming.kind == "make" and coming.call is not None:
            make(activation, coming.call)
        elif coming.kind == "report":
            with activation.step(further=True) as connection:
                report(connection, activation, activation.calls_now(connection))
        elif coming.kind == "wait":
            return not self._rest(activation)
        else:
            self._complete(activation)
            return False
        return True

    def _think(self, activation: Activation) -> None:
        try:
            think(activation)
        except (BudgetExhausted, begin.DailyBudgetUsed, llm.QuestionRefused):
            raise  # later it would be the same
        except (Unavailable, Timeout, TooMany) as problem:
            raise AgainLater(problem) from problem

    def _take_up(self, work: Work, run_id: UUID) -> Activation | None:
        """Begin to work on a run; None when there is nothing to do."""
        means, claim = self._means, work.claim
        with means.database.transaction(claim.tenant) as connection:
            jobs.hold(connection, claim)
            row = runs.lock(connection, run_id)
            if row["status"] in runs.ENDED or row["job_id"] != claim.id:
                jobs.finish(connection, claim, "succeeded")
                return None
            if row["cancel_requested"]:
                jobs.finish(connection, claim, "cancelled")
                ending.end(connection, row, "cancelled", means.settings)
                return None
            if refusal := self._refusal(connection, row):
                jobs.finish(connection, claim, "failed", problem=refusal)
                ending.end(connection, row, "failed", means.settings, problem=refusal)
                return None
            is_first = row["started_at"] is None
            is_due = row["wake_at"] is not None
            row = runs.take_up(connection, run_id)
            events.add(connection, row, ("run.started" if is_first else "run.resumed", {"attempt": row["attempt"]}))
            tools = dict(means.tools) | means.pool.tools(connection)
            activation = Activation(
                means=means,
                work=work,
                row=row,
                turns=turns.of_run(connection, run_id),
                tools=tools,
                children=_children(connection, row),
            )
            _recover(connection, activation, is_due=is_due)
            activation.calls = activation.calls_now(connection)
        return activation

    def _refusal(self, connection: Connection, row: Mapping[str, Any]) -> Problem | None:
        """Why a run may not go on although it was accepted."""
        if auth.is_withdrawn(connection, row["subject"]):
            return NotAllowedAnyMore("The key that this run was begun with was revoked or has run out.")
        try:
            known = begin.agent(connection, row["tenant"], row["agent"])
        except NotFound:
            return None  # it was deleted: what has begun is finished
        return None if known.enabled else Conflict(f"The agent '{row['agent']}' was switched off.")

    def _rest(self, activation: Activation) -> bool:
        """Let go of a run that waits; whether it does, for meanwhile somebody may have decided."""
        with activation.step() as connection:
            now = upcoming(activation.turns, activation.calls_now(connection))
            if now.kind != "wait":
                return False
            wake_at = _wake_at(now) if now.status == "sleeping" else None
            runs.rest(connection, activation.id, now.status, wake_at=wake_at)
            told = _waiting(connection, activation, now)
            events.add(connection, activation.row, ("run.waiting", told))
            jobs.finish(connection, activation.work.claim, "succeeded")
            row = runs.find(connection, activation.id)
            if wake_at is not None:
                runs.activate(connection, row, wait=(wake_at - datetime.now(UTC)).total_seconds())
            elif now.status != "waiting_child":
                callbacks.enqueue(connection, row, self._means.settings)
        return True

    def _complete(self, activation: Activation) -> None:
        text = activation.turns[-1]["content"].get("text", "")
        if (shown := shown_by(activation)) is not None:
            text = shown.whole(text)
        with activation.step(further=True) as connection:
            result = {"text": text, "citations": _citations(calls.of_run(connection, activation.id))}
            jobs.finish(connection, activation.work.claim, "succeeded")
            ending.end(connection, activation.row, "completed", self._means.settings, result=result)

    def _end(self, activation: Activation, status: str, *, problem: Problem | None = None) -> None:
        with activation.step(despite_cancel=True) as connection:
            jobs.finish(connection, activation.work.claim, "failed" if problem else "cancelled", problem=problem)
            ending.end(connection, activation.row, status, self._means.settings, problem=problem)

    def _put_off(self, activation: Activation, problem: Problem) -> None:
        """What it needs is away: try again after a growing pause. After some attempts the queue gives it up."""
        with activation.step() as connection:
            told = {"kind": "unavailable", "detail": problem.detail}
            events.add(connection, activation.row, ("run.waiting", told))
        self._queue.later(activation.work.claim, problem)


def _recover(connection: Connection, activation: Activation, *, is_due: bool) -> None:
    """What another worker left behind: a call it was making, an answer that had begun, a time that has come."""
    last = activation.turns[-1]
    if last["role"] == "assistant":
        for call in calls.of_turn(connection, activation.id, last["number"]):
            if call["status"] == "running":
                if call["idempotent"] or call["class"] == "read":
                    calls.put(connection, call["id"], "approved")
                else:
                    lose(connection, activation, call)
            elif call["status"] == "waiting" and call["tool"] == own.WAIT and is_due:
                end(connection, activation, call, Outcome("The time has come."), "succeeded")
    elif events.is_unfinished(connection, activation.id):
        events.add(connection, activation.row, ("message.reset", {}))


def _children(connection: Connection, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The agents that a run may begin, with what they are for; those that are gone or switched off are left out."""
    found = []
    for name in row["definition"]["children"]:
        try:
            known = begin.agent(connection, row["tenant"], name)
        except NotFound:
            continue
        if known.enabled:
            found.append((name, known.definition.description))
    return found


def _waiting(connection: Connection, activation: Activation, now: Next) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": now.status.removeprefix("waiting_")}
    if now.status == "waiting_approval":
        told["approvals"] = [str(asked["id"]) for asked in approvals.pending(connection, activation.id)]
    elif now.status == "waiting_input":
        told["question"] = (deciding.question(connection, activation.id) or {}).get("question")
    return told


def _wake_at(now: Next) -> datetime:
    seconds = 1 if now.call is None else int(now.call["args"].get("seconds", 1))
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _citations(made: list[calls.Row]) -> list[dict[str, Any]]:
    """All sources of a run, each once, in the order in which they were found."""
    found: dict[str, dict[str, Any]] = {}
    for call in made:
        for citation in (call["result"] or {}).get("citations", []):
            found.setdefault(repr(sorted(citation.items())), citation)
    return list(found.values())[:_MOST_CITATIONS]
