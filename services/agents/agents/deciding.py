"""What people decide: whether a call is made, what became of one, and what they answer to a question."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from agents.loop import own, policy
from agents.store import approvals, audit, calls, events, runs
from agents.store.storable import clean
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.problems import Conflict, Forbidden, Unprocessable

#: `retry` and `skip` are for a call of which nobody knows how it ended: make it again, or take it for made.
Decision = Literal["approve", "deny", "retry", "skip"]
#: An approval of this one call, or of this tool for the rest of the run.
Scope = Literal["once", "run"]

#: Which decisions each kind of question takes.
FITTING: dict[str, tuple[Decision, ...]] = {"call": ("approve", "deny"), "outcome": ("retry", "skip", "deny")}


def decide(
    connection: Connection,
    caller: Principal,
    approval_id: UUID,
    *,
    decision: Decision,
    reason: str = "",
    scope: Scope = "once",
    args_override: Mapping[str, Any] | None = None,
    args_hash: str | None = None,
) -> approvals.Row:
    """Decide a question; the run goes on.

    `args_hash`, where given, must be that of what is asked about: what was read is what is approved.

    Raises:
        NoSuchApproval: there is none that the caller may see.
        Forbidden: the caller lacks agents:approve, or began the run itself and its agent wants somebody else.
        Conflict: it was decided already, is too late, or asks about other arguments by now.
        Unprocessable: this decision does not fit this question.
    """
    caller.require("agents:approve")
    asked = approvals.find(connection, approval_id)
    run = runs.lock(connection, asked["run_id"])
    asked = approvals.find(connection, approval_id)  # as it is now that nobody else decides
    if asked["status"] != "pending":
        by = f" by {asked['decided_by']}" if asked["decided_by"] else ""
        raise Conflict(f"This was {asked['status']} already{by}.")
    if asked["is_late"]:  # nobody has settled it yet
        raise Conflict("This comes too late: nobody decided in time.")
    if decision not in FITTING[asked["kind"]]:
        fitting = ", ".join(FITTING[asked["kind"]])
        raise Unprocessable(f"'{decision}' does not fit here. The decisions are: {fitting}.")
    if caller.subject == run["subject"] and not run["definition"]["approval_policy"]["self_approval"]:
        raise Forbidden("Whoever began this run may not approve its calls. Somebody else has to.")
    call = calls.find(connection, asked["tool_call_id"])
    if call["args_hash"] != asked["args_hash"] or (args_hash is not None and args_hash != asked["args_hash"]):
        raise Conflict("The arguments are others than those that were asked about. Read the approval again.")
    if args_override is not None:
        if decision != "approve":
            raise Unprocessable("Other arguments only go with the decision 'approve'.")
        args_override = clean(args_override)  # what is hashed and shown is what is stored
        calls.replace_args(connection, call["id"], args_override, policy.digest(call["tool"], args_override))
    status = "denied" if decision == "deny" else "approved"
    if not approvals.settle(
        connection, approval_id, status, decision=decision, decided_by=caller.subject, reason=reason, scope=scope,
        args_override=args_override,
    ):  # fmt: skip
        raise Conflict("This was decided already.")
    _apply(connection, call, decision, reason)
    if scope == "run" and decision == "approve":
        runs.grant(connection, run["id"], call["tool"])
    told = {
        "approval_id": str(approval_id), "call_id": str(call["id"]), "tool": call["tool"], "decision": decision,
        "decided_by": caller.subject, "reason": reason,
    }  # fmt: skip
    events.add(connection, run, ("approval.decided", told))
    audit.record(
        connection, run["tenant"], actor=caller.subject, action=f"tool.{status}", object=f"call:{call['id']}",
        data={
            "run": str(run["id"]), "tool": call["tool"], "args_hash": asked["args_hash"], "decision": decision,
            "reason": reason, "scope": scope, "changed": args_override is not None,
        },
    )  # fmt: skip
    if run["status"] == "waiting_approval":
        runs.activate(connection, run)
    return approvals.find(connection, approval_id)


def _apply(connection: Connection, call: Mapping[str, Any], decision: Decision, reason: str) -> None:
    because = f" The reason: {reason}" if reason else ""
    if decision in ("approve", "retry"):
        calls.put(connection, call["id"], "approved")
    elif decision == "skip":
        text = f"A person says that this was done; what it returned is not known.{because}"
        calls.end(connection, call["id"], "succeeded", {"content": text, "data": None, "citations": []})
    elif call["status"] == "unknown":
        text = f"Nobody knows whether this was done, and a person decided not to do it again.{because}"
        calls.end(connection, call["id"], "failed", {"content": text, "data": None, "citations": []})
    else:
        text = f"A person refused this call.{because}"
        calls.end(connection, call["id"], "denied", {"content": text, "data": None, "citations": []})


def expire(connection: Connection, asked: Mapping[str, Any]) -> None:
    """Nobody decided in time: the call is not made, and the run goes on with that."""
    run = runs.lock(connection, asked["run_id"])
    if not approvals.settle(connection, asked["id"], "expired"):
        return
    call = calls.find(connection, asked["tool_call_id"])
    text = "Nobody decided about this call in time, so it was not made."
    if asked["kind"] == "outcome":
        text = "Nobody knows whether this was done, and nobody decided in time; it was not made again."
    calls.end(connection, call["id"], "expired", {"content": text, "data": None, "citations": []})
    told = {"approval_id": str(asked["id"]), "call_id": str(call["id"]), "tool": call["tool"], "decision": "expired"}
    events.add(connection, run, ("approval.decided", told))
    audit.record(
        connection, run["tenant"], actor="worker", action="tool.expired", object=f"call:{call['id']}",
        data={"run": str(run["id"]), "tool": call["tool"], "args_hash": asked["args_hash"]},
    )  # fmt: skip
    if run["status"] == "waiting_approval":
        runs.activate(connection, run)


def question(connection: Connection, run_id: UUID) -> Mapping[str, Any] | None:
    """What a run asks the person, as people are shown it: {"call_id", "question", "choices", "taint"}; None: nothing.

    Of several questions the first: it is the one that `answer` answers.
    """
    call = calls.waiting(connection, run_id, own.ASK)
    return None if call is None else events.about(connection, run_id, "input.required", call["id"])


def answer(connection: Connection, caller: Principal, run_id: UUID, text: str) -> runs.Row:
    """Answer what a run asks the person. Raises `NoSuchRun`, and `Conflict` when it asks nothing."""
    run = runs.lock(connection, run_id)
    call = calls.waiting(connection, run_id, own.ASK)
    if run["status"] != "waiting_input" or call is None:
        raise Conflict(f"The run is {run['status']}; it asks for nothing.")
    calls.end(connection, call["id"], "succeeded", {"content": text, "data": None, "citations": []})
    audit.record(
        connection, run["tenant"], actor=caller.subject, action="run.answered", object=f"run:{run_id}",
        data={"call": str(call["id"])},
    )  # fmt: skip
    runs.activate(connection, run)
    return runs.find(connection, run_id)
