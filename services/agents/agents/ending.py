"""What the end of a run means for everybody else: its watchers, whoever began it, the audit, a callback."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents import callbacks, control
from agents.store import approvals, audit, calls, events, runs
from oberaconnect import db, jobs
from oberaconnect.db import Connection
from oberaconnect.jobs import Claim, GaveUp
from oberaconnect.problems import Problem
from oberaconnect.settings import Settings


def end(
    connection: Connection,
    row: Mapping[str, Any],
    status: str,
    settings: Settings,
    *,
    result: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
    actor: str = "worker",
) -> runs.Row:
    """End a run that is locked in this transaction: completed, failed, cancelled or expired. Open calls end with it."""
    approvals.cancel_open(connection, row["id"])
    calls.cancel_open(connection, row["id"])
    ended = runs.end(connection, row["id"], status, result=result, problem=problem)
    told: dict[str, Any] = {"status": status}
    if problem is not None:
        told["problem"] = problem.document()
    if status == "completed":
        told["result"] = ended["result"]
    events.add(connection, row, (f"run.{status}", told))
    callbacks.enqueue(connection, ended, settings)
    for child in runs.children(connection, row["id"]):
        if child["status"] not in runs.ENDED:  # nobody waits for it any more
            cancel(connection, child["id"], settings, actor=actor)
    if row["parent_id"] is not None:
        _tell_parent(connection, ended)
    # Last, since it holds the client's chain to the end of the transaction: nobody must wait for a row meanwhile.
    audit.record(
        connection,
        row["tenant"],
        actor=actor,
        action=f"run.{status}",
        object=f"run:{row['id']}",
        data={"agent": row["agent"], "detail": "" if problem is None else problem.detail},
    )
    return ended


def cancel(connection: Connection, run_id: UUID, settings: Settings, *, actor: str) -> runs.Row:
    """End a run that waits at once; ask the worker of one that runs to stop. One that is over stays as it is."""
    # Rows are locked from the child to the parent, everywhere: a child that ends meanwhile does the same.
    for child in runs.children(connection, run_id):
        if child["status"] not in runs.ENDED:
            cancel(connection, child["id"], settings, actor=actor)
    row = runs.lock(connection, run_id)
    if row["status"] in runs.ENDED or row["status"] == "cancelling":
        return row
    if row["job_id"] is not None and not jobs.withdraw(connection, row["job_id"]):
        runs.ask_to_cancel(connection, run_id)
        db.notify(connection, control.TOPIC, str(run_id))
        events.add(connection, row, ("run.waiting", {"kind": "cancelling"}))
        return runs.find(connection, run_id)
    return end(connection, row, "cancelled", settings, actor=actor)


def _tell_parent(connection: Connection, child: Mapping[str, Any]) -> None:
    """The call that began a run gets what came of it, and its run goes on."""
    parent = runs.lock(connection, child["parent_id"])
    call = calls.of_child(connection, child["id"])
    if call is None or call["status"] in calls.ENDED:
        return
    succeeded = child["status"] == "completed"
    if succeeded:
        text = child["result"]["text"]
    else:
        why = (child["problem"] or {}).get("detail", "")
        text = f"The agent '{child['agent']}' did not finish: {child['status']}. {why}".strip()
    cited = (child["result"] or {}).get("citations", [])
    found = {"content": text, "data": {"run_id": str(child["id"]), "status": child["status"]}, "citations": cited}
    calls.end(connection, call["id"], "succeeded" if succeeded else "failed", found)
    if child["tainted_by"] is not None:
        runs.taint(connection, parent["id"], call["tool"])
    told = {"run_id": str(child["id"]), "status": child["status"]}
    events.add(connection, parent, ("child.completed", told))
    if parent["status"] == "waiting_child":
        runs.activate(connection, parent)


def gave_up(settings: Settings) -> GaveUp:
    """What `Queue` does with the run of a job that it gives up: its worker dies each time, or the model stays away."""

    def fail(connection: Connection, claim: Claim, problem: Problem) -> None:
        if claim.kind != runs.KIND:
            return
        row = runs.lock(connection, UUID(claim.payload["run_id"]))
        if row["status"] not in runs.ENDED:
            end(connection, row, "failed", settings, problem=problem)

    return fail
