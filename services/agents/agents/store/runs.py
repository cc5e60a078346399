"""Runs: their rows, and the transitions between their states."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.jobs import Claim, LostLease
from oberaconnect.problems import NotFound, Problem

Row = dict[str, Any]

#: States that a run never leaves.
ENDED = ("completed", "failed", "cancelled", "expired")
#: States in which it waits for people.
FOR_PEOPLE = ("waiting_approval", "waiting_input")
#: States in which nothing moves before somebody does something.
SETTLED = (*ENDED, *FOR_PEOPLE)
#: States in which it waits for somebody or something, and costs nothing.
WAITING = (*FOR_PEOPLE, "waiting_child", "sleeping")
#: The kind of the jobs that bring runs further.
KIND = "run"

_NEW = (
    "tenant", "agent", "agent_version", "definition", "parent_id", "ancestors", "retry_of", "schedule_id", "session",
    "input", "narrowed", "subject", "scopes", "readers", "tainted_by", "budget", "expires_at", "callback_url",
    "metadata", "request_id", "traceparent",
)  # fmt: skip


class NoSuchRun(NotFound):
    """There is no run with this id."""


def insert(connection: Connection, values: Mapping[str, Any]) -> Row:
    """Add a run; `values` by column, of which JSON ones are plain."""
    columns = [name for name in _NEW if name in values]
    plain = [Jsonb(values[name]) if isinstance(values[name], dict) else values[name] for name in columns]
    marks = ", ".join(["%s"] * len(columns))
    row = connection.execute(
        f"INSERT INTO run ({', '.join(columns)}) VALUES ({marks}) RETURNING *",
        plain,
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def find(connection: Connection, run_id: UUID) -> Row:
    """One run that the transaction may see. Raises `NoSuchRun`."""
    row = connection.execute("SELECT * FROM run WHERE id = %s", [run_id]).fetchone()
    if row is None:
        raise NoSuchRun()
    return row


def lock(connection: Connection, run_id: UUID) -> Row:
    """`find`, and nobody else changes it before the transaction ends."""
    row = connection.execute("SELECT * FROM run WHERE id = %s FOR UPDATE", [run_id]).fetchone()
    if row is None:
        raise NoSuchRun()
    return row


def latest_of_session(connection: Connection, tenant: str, subject: str, session: str) -> Row | None:
    """The newest run of a conversation of somebody; None for a new one."""
    return connection.execute(
        "SELECT * FROM run WHERE tenant = %s AND subject = %s AND session = %s ORDER BY created_at DESC LIMIT 1",
        [tenant, subject, session],
    ).fetchone()


def page(
    connection: Connection,
    position: tuple[Any, UUID],
    limit: int,
    *,
    status: str | None,
    agent: str | None,
    session: str | None,
    parent_id: UUID | None,
    subject: str | None,
    client: str | None,
) -> list[Row]:
    """Runs from a position on, the newest first, one more than `limit`. What is None is not looked at."""
    return connection.execute(
        "SELECT * FROM run WHERE (created_at, id) < (%(at)s, %(id)s)"
        " AND (%(status)s::text IS NULL OR status = %(status)s)"
        " AND (%(agent)s::text IS NULL OR agent = %(agent)s)"
        " AND (%(session)s::text IS NULL OR session = %(session)s)"
        " AND (%(parent)s::uuid IS NULL OR parent_id = %(parent)s)"
        " AND (%(subject)s::text IS NULL OR subject = %(subject)s)"
        " AND (%(client)s::text IS NULL OR tenant = %(client)s)"
        " ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {
            "at": position[0], "id": position[1], "status": status, "agent": agent,
            "session": session, "parent": parent_id, "subject": subject, "client": client, "limit": limit + 1,
        },
    ).fetchall()  # fmt: skip


def count_open(connection: Connection) -> list[Row]:
    """How many runs of each client (`tenant`) and agent are in each state that is not their last (`n`)."""
    # The states in letters, as the partial index has them: without it all runs there ever were are read.
    return connection.execute(
        "SELECT tenant, agent, status, count(*) AS n FROM run"
        " WHERE status NOT IN ('completed', 'failed', 'cancelled', 'expired') GROUP BY tenant, agent, status"
    ).fetchall()


def principal(row: Mapping[str, Any]) -> Principal:
    """In whose name a run, or those of a schedule, act: its maker, for its client alone, with its rights of then."""
    readers = None if row["readers"] is None else frozenset(row["readers"])
    return Principal(row["subject"], row["tenant"], frozenset({row["tenant"]}), frozenset(row["scopes"]), readers)


def activate(connection: Connection, row: Mapping[str, Any], *, max_queued: int | None = None, wait: float = 0) -> None:
    """Let a worker go on with a run, after `wait` seconds. Raises `QueueFull` beyond `max_queued` waiting jobs."""
    job = jobs.enqueue(
        connection,
        principal=principal(row),
        kind=KIND,
        payload={"run_id": str(row["id"])},
        max_queued=max_queued,
        pause_seconds=max(0.0, wait),
    )
    connection.execute(
        "UPDATE run SET job_id = %s, status = CASE WHEN status = 'sleeping' THEN status ELSE 'queued' END"
        " WHERE id = %s",
        [job["id"], row["id"]],
    )


def take_up(connection: Connection, run_id: UUID) -> Row:
    """A worker begins to work on it."""
    row = connection.execute(
        "UPDATE run SET status = 'running', attempt = attempt + 1, started_at = coalesce(started_at, now()),"
        " wake_at = NULL WHERE id = %s RETURNING *",
        [run_id],
    ).fetchone()
    assert row is not None  # noqa: S101 - it was locked before
    return row


def rest(connection: Connection, run_id: UUID, status: str, *, wake_at: Any = None) -> None:
    """It waits, and no worker has it."""
    connection.execute(
        "UPDATE run SET status = %s, wake_at = %s, job_id = NULL WHERE id = %s", [status, wake_at, run_id]
    )


def end(
    connection: Connection,
    run_id: UUID,
    status: str,
    *,
    result: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
) -> Row:
    """It is over, for good."""
    row = connection.execute(
        "UPDATE run SET status = %s, result = coalesce(%s, result), problem = %s, finished_at = now(), job_id = NULL"
        " WHERE id = %s RETURNING *",
        [
            status,
            None if result is None else stored(result),
            None if problem is None else Jsonb(problem.document()),
            run_id,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 - it was locked before
    return row


def hold(connection: Connection, run_id: UUID, claim: Claim) -> Row:
    """`lock`, for the worker that has the job of this run; its job is locked, too. Raises `LostLease`."""
    row = connection.execute(
        "SELECT run.* FROM job JOIN run ON run.job_id = job.id"
        " WHERE job.id = %s AND job.lease = %s AND run.id = %s FOR UPDATE",
        [claim.id, claim.lease, run_id],
    ).fetchone()
    if row is None:
        raise LostLease()
    return row


def spend(
    connection: Connection,
    row: Mapping[str, Any],
    *,
    steps: int = 0,
    tool_calls: int = 0,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cost: float = 0.0,
    seconds: float = 0.0,
) -> Row:
    """Count what a run used, for itself and for those that began it: they share one budget. Returns its row."""
    rows = connection.execute(
        "UPDATE run SET steps = steps + %s, tool_calls = tool_calls + %s, input_tokens = input_tokens + %s,"
        " output_tokens = output_tokens + %s, cost = cost + %s, seconds = seconds + %s WHERE id = ANY (%s)"
        " RETURNING *",
        [steps, tool_calls, input_tokens, output_tokens, cost, seconds, [row["id"], *row["ancestors"]]],
    ).fetchall()
    return next(found for found in rows if found["id"] == row["id"])


def taint(connection: Connection, run_id: UUID, tool: str) -> None:
    """From now on it has read what outsiders wrote. What was allowed for all of the run was allowed before that."""
    connection.execute(
        "UPDATE run SET tainted_by = %s, grants = '{}' WHERE id = %s AND tainted_by IS NULL", [tool, run_id]
    )


def grant(connection: Connection, run_id: UUID, tool: str) -> None:
    """A tool may be called for the rest of the run without asking again."""
    connection.execute(
        "UPDATE run SET grants = array_append(grants, %(tool)s) WHERE id = %(id)s AND NOT grants @> ARRAY[%(tool)s]",
        {"tool": tool, "id": run_id},
    )


def ask_to_cancel(connection: Connection, run_id: UUID) -> None:
    """The worker that has it is to stop."""
    connection.execute("UPDATE run SET cancel_requested = true, status = 'cancelling' WHERE id = %s", [run_id])


def children(connection: Connection, run_id: UUID) -> list[Row]:
    """The runs that a run began, oldest first."""
    return connection.execute("SELECT * FROM run WHERE parent_id = %s ORDER BY created_at", [run_id]).fetchall()


def overdue(connection: Connection, but: Collection[UUID]) -> Row | None:
    """The run that nobody went on with for longest, and for too long, but none of these; locked."""
    return connection.execute(
        "SELECT * FROM run WHERE status = ANY (%s) AND expires_at < now() AND NOT id = ANY (%s)"
        " ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        [list(WAITING), list(but)],
    ).fetchone()


def abandoned(connection: Connection, but: Collection[UUID]) -> Row | None:
    """A run that should go on and has no job that is to do it, but none of these; locked.

    There is none unless something is wrong.
    """
    return connection.execute(
        "SELECT run.* FROM run LEFT JOIN job ON job.id = run.job_id"
        " WHERE run.status IN ('queued', 'running', 'cancelling')"
        " AND (job.id IS NULL OR job.status IN ('succeeded', 'failed', 'cancelled'))"
        " AND NOT run.id = ANY (%s) LIMIT 1 FOR UPDATE OF run SKIP LOCKED",
        [list(but)],
    ).fetchone()
