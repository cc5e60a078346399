"""Questions to people: may this call be made, and what became of one that nobody knows about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect.db import Connection
from oberaconnect.problems import NotFound

Row = dict[str, Any]

#: With what is asked about, and in which run.
_WITH = (
    "SELECT approval.*, approval.expires_at < now() AS is_late,"
    " run.agent, run.subject, run.definition, tool_call.tool, tool_call.class, tool_call.args"
    " FROM approval JOIN run ON run.id = approval.run_id JOIN tool_call ON tool_call.id = approval.tool_call_id"
)


class NoSuchApproval(NotFound):
    """There is no approval with this id."""


def ask(connection: Connection, call: Mapping[str, Any], *, kind: str, why: str, hours: float) -> Row:
    """Ask about a call, for so many hours. What is asked already is not asked twice."""
    connection.execute(
        "INSERT INTO approval (tenant, run_id, tool_call_id, kind, args_hash, why, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, now() + make_interval(secs => %s))"
        " ON CONFLICT (tool_call_id) WHERE status = 'pending' DO NOTHING",
        [call["tenant"], call["run_id"], call["id"], kind, call["args_hash"], why, hours * 3600],
    )
    row = connection.execute(
        f"{_WITH} WHERE approval.tool_call_id = %s AND approval.status = 'pending'", [call["id"]]
    ).fetchone()
    assert row is not None  # noqa: S101 - it was there or was just added
    return row


def find(connection: Connection, approval_id: UUID) -> Row:
    """One that the transaction may see. Raises `NoSuchApproval`."""
    row = connection.execute(f"{_WITH} WHERE approval.id = %s", [approval_id]).fetchone()
    if row is None:
        raise NoSuchApproval()
    return row


def pending(connection: Connection, run_id: UUID) -> list[Row]:
    """What a run is asking, oldest first."""
    return connection.execute(
        f"{_WITH} WHERE approval.run_id = %s AND approval.status = 'pending' ORDER BY approval.created_at", [run_id]
    ).fetchall()


def count_pending(connection: Connection) -> list[Row]:
    """How many questions of each client wait (`n`), and the `oldest` of them for how many seconds."""
    return connection.execute(
        "SELECT tenant, count(*) AS n, extract(epoch FROM now() - min(created_at)) AS oldest FROM approval"
        " WHERE status = 'pending' GROUP BY tenant"
    ).fetchall()


def page(
    connection: Connection,
    position: tuple[datetime, UUID],
    limit: int,
    *,
    status: str | None,
    run_id: UUID | None = None,
    subject: str | None = None,
    client: str | None = None,
) -> list[Row]:
    """Questions from a position on, the newest first, one more than `limit`; of runs of one `subject`, or of all."""
    return connection.execute(
        f"{_WITH} WHERE (approval.created_at, approval.id) < (%(at)s, %(id)s)"
        " AND (%(status)s::text IS NULL OR approval.status = %(status)s)"
        " AND (%(run)s::uuid IS NULL OR approval.run_id = %(run)s)"
        " AND (%(subject)s::text IS NULL OR run.subject = %(subject)s)"
        " AND (%(client)s::text IS NULL OR approval.tenant = %(client)s)"
        " ORDER BY approval.created_at DESC, approval.id DESC LIMIT %(limit)s",
        {
            "at": position[0], "id": position[1], "status": status, "run": run_id, "subject": subject,
            "client": client, "limit": limit + 1,
        },
    ).fetchall()  # fmt: skip


def settle(
    connection: Connection,
    approval_id: UUID,
    status: str,
    *,
    decision: str | None = None,
    decided_by: str | None = None,
    reason: str | None = None,
    scope: str | None = None,
    args_override: Mapping[str, Any] | None = None,
) -> bool:
    """Settle a question; whether it was still open."""
    done = connection.execute(
        "UPDATE approval SET status = %s, decision = %s, decided_by = %s, reason = %s, scope = %s, args_override = %s,"
        " decided_at = now() WHERE id = %s AND status = 'pending'",
        [
            status, decision, decided_by, reason, scope,
            None if args_override is None else stored(args_override), approval_id,
        ],
    )  # fmt: skip
    return done.rowcount == 1


def overdue(connection: Connection, but: Collection[UUID]) -> Row | None:
    """A question that nobody answered in time, but none of these."""
    return connection.execute(
        f"{_WITH} WHERE approval.status = 'pending' AND approval.expires_at < now() AND NOT approval.id = ANY (%s)"
        " LIMIT 1",
        [list(but)],
    ).fetchone()


def cancel_open(connection: Connection, run_id: UUID) -> None:
    """The run is over: nobody needs to answer."""
    connection.execute(
        "UPDATE approval SET status = 'cancelled', decided_at = now() WHERE run_id = %s AND status = 'pending'",
        [run_id],
    )
