"""One call of a tool: judged, made, and written down before and after."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from agents import begin
from agents.control import RunCancelled
from agents.loop import own, policy, schema
from agents.loop.activation import Activation, BudgetExhausted
from agents.loop.apart import apart
from agents.loop.reporting import report_when_done
from agents.loop.thinking import shown_by
from agents.store import approvals, audit, calls, events, runs, usage
from agents.tools.contract import Calling, Outcome, Spec, Tool
from oberaconnect import llm
from oberaconnect.db import Connection
from oberaconnect.jobs import LostLease
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable
from oberaconnect.worker import Stopping

#: How often a call that may be repeated is made before its failure is told to the model.
_MOST_ATTEMPTS = 3
#: More of a result than this no model is shown.
_MOST_CHARACTERS = 64_000
#: The database is given so long to come back: less than a lease, and than a worker has to end.
_WRITE_SECONDS = 20.0
_WRITE_PAUSE_SECONDS = 0.5
_UNEXPECTED = "An unexpected error; the log has the details. Go on without this call, or try another way."

_log = logging.getLogger(__name__)


class AgainLater(Exception):
    """What the call needs is away, and it may be made again: put the run off."""

    def __init__(self, problem: Problem) -> None:
        """The problem says what is away."""
        super().__init__(problem.detail)
        self.problem = problem


def judge(activation: Activation, call: Mapping[str, Any]) -> None:
    """Decide by the rules whether a proposed call is made, refused, or asked about."""
    spec = activation.specs.get(call["tool"])
    trusted = activation.trusted()
    with activation.step() as connection:
        if spec is None:
            end(connection, activation, call, Outcome("This tool is not there any more.", is_error=True), "failed")
            return
        is_granted = call["tool"] in activation.row["grants"]
        wanted: set[str] = set()
        if spec.tool_class != "read":  # what nobody looks at any more is looked at more closely
            wanted = policy.places(call["args"], loose=is_granted)
            wanted -= policy.places(trusted, loose=is_granted)
        verdict = policy.judge(
            activation.definition.approval_policy,
            spec,
            tainted_by=activation.row["tainted_by"],
            is_granted=is_granted,
            new_places=wanted,
        )
        if verdict.rule == "auto":
            calls.put(connection, call["id"], "approved")
        elif verdict.rule == "deny":
            end(connection, activation, call, Outcome(verdict.why, is_error=True), "denied")
        else:
            calls.put(connection, call["id"], "awaiting_approval")
            ask(connection, activation, call, kind="call", why=verdict.why)


def ask(connection: Connection, activation: Activation, call: Mapping[str, Any], *, kind: str, why: str) -> None:
    """Ask a person about a call."""
    asked = approvals.ask(connection, call, kind=kind, why=why, hours=activation.means.settings.approval_hours)
    told = {
        "approval_id": str(asked["id"]), "kind": kind, "call_id": str(call["id"]), "tool": call["tool"],
        "args": call["args"], "args_hash": asked["args_hash"], "class": call["class"], "why": why,
        "expires_at": asked["expires_at"].isoformat(),
    }  # fmt: skip
    events.add(connection, activation.row, ("approval.required", told))
    audit.record(
        connection, activation.row["tenant"], actor="worker", action="tool.asked", object=f"call:{call['id']}",
        data={"run": str(activation.id), "tool": call["tool"], "args_hash": asked["args_hash"], "why": why},
    )  # fmt: skip


def make(activation: Activation, call: Mapping[str, Any]) -> None:
    """Make an approved call, and write what came of it.

    Raises:
        BudgetExhausted: before it is made, or when it took too long.
        AgainLater: what it needs is away, and nothing is lost by making it again.
    """
    spec = activation.specs.get(call["tool"])
    activation.require("tool_call")
    if spec is None:
        with activation.step(further=True) as connection:
            end(connection, activation, call, Outcome("This tool is not there any more.", is_error=True), "failed")
    elif wrong := schema.complaints(spec.parameters, call["args"]):  # a person may have put other arguments in
        with activation.step(further=True) as connection:
            end(connection, activation, call, Outcome("; ".join(wrong), is_error=True), "failed")
    elif call["tool"] in (own.ASK, own.WAIT) or call["tool"].startswith(own.AGENT):
        _begin_own(activation, call)
    else:
        _begin(activation, call)
        outcome, status = _made(activation, call, spec)
        _write(activation, call, outcome, status, taints=spec.taints)


def _write(activation: Activation, call: Mapping[str, Any], outcome: Outcome, status: str, *, taints: bool) -> None:
    """What came of a call, also when the database is away for a moment: nobody else knows it."""
    ends = time.monotonic() + _WRITE_SECONDS
    while True:
        try:
            with activation.step(further=True, despite_cancel=True) as connection:
                if calls.find(connection, call["id"])["status"] != "running":
                    return  # it was written, and only the word of that was lost
                if status == "unknown":
                    lose(connection, activation, call)
                else:
                    end(connection, activation, call, outcome, status, taints=taints)
                    report_when_done(connection, activation)
            return
        except Unavailable:
            if time.monotonic() >= ends:
                raise
            time.sleep(_WRITE_PAUSE_SECONDS)


def _begin(activation: Activation, call: Mapping[str, Any]) -> None:
    with activation.step() as connection:
        calls.begin(connection, call["id"])
        told = {"call_id": str(call["id"]), "tool": call["tool"], "attempt": call["attempt"] + 1}
        events.add(connection, activation.row, ("tool.started", told))
        row = activation.row
        activation.spend(tool_calls=1)
        usage.add(connection, row["tenant"], row["subject"], row["agent"], tool_calls=1)


def _made(activation: Activation, call: Mapping[str, Any], spec: Spec) -> tuple[Outcome, str]:
    repeatable = spec.idempotent or spec.tool_class == "read"
    last = call["attempt"] + 1 >= _MOST_ATTEMPTS
    limit = activation.row["budget"].get("seconds")
    seconds = spec.seconds if limit is None else max(1.0, min(spec.seconds, limit - activation.seconds))
    calling = Calling(
        principal=runs.principal(activation.row),
        key=f"call-{call['id']}",
        seconds=seconds,
        # What cannot be repeated is not interrupted by a worker that stops: it is waited for.
        check=lambda: activation.check(stoppable=repeatable),
        progress=_progress(activation, call),
    )
    try:
        return _cut(_call(activation.tools[spec.name], calling, call["args"], repeatable=repeatable)), "succeeded"
    except (BudgetExhausted, RunCancelled, LostLease, Stopping):
        raise
    except (Unavailable, TooMany) as problem:
        if repeatable and not last:
            with activation.step() as connection:
                calls.put(connection, call["id"], "approved")
            raise AgainLater(problem) from problem
        return Outcome(problem.detail, is_error=True), "failed"
    except Timeout as problem:
        if not repeatable:
            return Outcome(problem.detail, is_error=True), "unknown"
        return Outcome(problem.detail, is_error=True), "failed"
    except Problem as problem:
        return Outcome(problem.detail, is_error=True), "failed"
    except Exception:
        _log.exception("tool failed", extra={"tool": spec.name, "run": str(activation.id)})
        return Outcome(_UNEXPECTED, is_error=True), "failed" if repeatable else "unknown"


def _call(tool: Tool, calling: Calling, args: Mapping[str, Any], *, repeatable: bool) -> Outcome:
    return apart(lambda own: tool.call(own, args), calling) if repeatable else tool.call(calling, args)


def _progress(activation: Activation, call: Mapping[str, Any]) -> Any:
    told_at = [0.0]

    def progress(sentence: str) -> None:
        now = time.monotonic()
        if now - told_at[0] < 1.0:  # more often nobody reads it
            return
        told_at[0] = now
        try:
            with activation.step() as connection:
                told = {"call_id": str(call["id"]), "tool": call["tool"], "detail": sentence[:500]}
                events.add(connection, activation.row, ("tool.progress", told))
        except Unavailable:  # the database, and not what is called: the call goes on without a word to who watches
            _log.warning("progress not told", extra={"run": str(activation.id)})

    return progress


def _cut(outcome: Outcome) -> Outcome:
    if len(outcome.content) <= _MOST_CHARACTERS:
        return outcome
    note = f"\n[{len(outcome.content) - _MOST_CHARACTERS} more characters are left out]"
    return Outcome(outcome.content[:_MOST_CHARACTERS] + note, outcome.data, outcome.citations, outcome.is_error)


def end(
    connection: Connection,
    activation: Activation,
    call: Mapping[str, Any],
    outcome: Outcome,
    status: str,
    *,
    taints: bool = False,
) -> None:
    """Write what came of a call."""
    if status == "succeeded" and outcome.is_error:
        status = "failed"
    cited = [
        {name: value for name, value in vars(citation).items() if value is not None} for citation in outcome.citations
    ]
    calls.end(connection, call["id"], status, {"content": outcome.content, "data": outcome.data, "citations": cited})
    if taints and activation.row["tainted_by"] is None:
        runs.taint(connection, activation.id, call["tool"])
    told: dict[str, Any] = {"call_id": str(call["id"]), "tool": call["tool"], "status": status}
    if status != "succeeded":
        told["detail"] = outcome.content[:1_000]
    events.add(connection, activation.row, ("tool.completed", told), *(("citation", citation) for citation in cited))
    if call["class"] != "read":
        audit.record(
            connection, activation.row["tenant"], actor=activation.row["subject"], action=f"tool.{status}",
            object=f"call:{call['id']}",
            data={"run": str(activation.id), "tool": call["tool"], "args_hash": call["args_hash"]},
        )  # fmt: skip


def lose(connection: Connection, activation: Activation, call: Mapping[str, Any]) -> None:
    """Nobody knows how a call ended that must not simply be made again: a person says what to do."""
    calls.put(connection, call["id"], "unknown")
    told = {"call_id": str(call["id"]), "tool": call["tool"], "args": call["args"]}
    events.add(connection, activation.row, ("tool.outcome_unknown", told))
    why = (
        "The worker that made this call was lost, or got no answer in time: it may or may not have happened. Look at"
        " the other side. Then 'retry' makes it again, 'skip' takes it for done, 'deny' goes on without it."
    )
    ask(connection, activation, call, kind="outcome", why=why)


def _begin_own(activation: Activation, call: Mapping[str, Any]) -> None:
    """A call that is no service's: it waits for a person, a time, or another run."""
    name, args = call["tool"], call["args"]
    shown = shown_by(activation)
    with activation.step(further=True) as connection:
        told = {"call_id": str(call["id"]), "tool": name, "attempt": call["attempt"] + 1}
        events.add(connection, activation.row, ("tool.started", told))
        row = activation.row
        activation.spend(tool_calls=1)
        usage.add(connection, row["tenant"], row["subject"], row["agent"], tool_calls=1)
        if name == own.ASK:
            calls.put(connection, call["id"], "waiting")
            question, choices = args["question"], args.get("choices", [])
            if shown is not None:
                question, choices = shown.whole(question), [shown.whole(choice) for choice in choices]
            asked = {
                "call_id": str(call["id"]), "question": question, "choices": choices,
                "taint": activation.row["tainted_by"],
            }  # fmt: skip
            events.add(connection, activation.row, ("input.required", asked))
        elif name == own.WAIT:
            calls.put(connection, call["id"], "waiting")
        else:
            _begin_child(connection, activation, call)


def _begin_child(connection: Connection, activation: Activation, call: Mapping[str, Any]) -> None:
    row = activation.row
    if len(row["ancestors"]) + 1 >= begin.MAX_DEPTH:
        deep = f"Agents may begin agents {begin.MAX_DEPTH} deep, not deeper. Do this piece yourself."
        end(connection, activation, call, Outcome(deep, is_error=True), "failed")
        return
    if len(runs.children(connection, activation.id)) >= begin.MAX_CHILDREN:
        many = f"A run may begin {begin.MAX_CHILDREN} others, not more. Do the rest yourself."
        end(connection, activation, call, Outcome(many, is_error=True), "failed")
        return
    wanted = begin.Wanted(
        agent=call["tool"].removeprefix(own.AGENT),
        messages=[{"role": "user", "content": call["args"]["task"]}],
        tainted_by=row["tainted_by"],
    )
    means = activation.means
    try:
        child = begin.begin(connection, means.settings, means.models, runs.principal(row), wanted, parent=row)
    except (llm.NoModel, Problem) as problem:
        end(connection, activation, call, Outcome(problem.detail, is_error=True), "failed")
        return
    calls.begin_child(connection, call["id"], child["id"])
    told = {"run_id": str(child["id"]), "agent": child["agent"], "call_id": str(call["id"])}
    events.add(connection, row, ("child.started", told))
