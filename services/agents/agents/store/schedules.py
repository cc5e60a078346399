"""Schedules: their rows, and which of them are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agents.store.runs import ENDED
from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import NotFound

Row = dict[str, Any]

_COLUMNS = (
    "agent", "cron", "tz", "input", "misfire", "overlap", "enabled", "budget", "callback_url", "subject", "scopes",
    "readers", "next_at",
)  # fmt: skip


class NoSuchSchedule(NotFound):
    """There is no schedule with this id."""


def insert(connection: Connection, tenant: str, values: Mapping[str, Any]) -> Row:
    """Add a schedule; `values` by column, of which JSON ones are plain."""
    marks = ", ".join(f"%({name})s" for name in _COLUMNS)
    row = connection.execute(
        f"INSERT INTO schedule (tenant, {', '.join(_COLUMNS)}) VALUES (%(tenant)s, {marks}) RETURNING *",
        _plain(values) | {"tenant": tenant},
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def change(connection: Connection, schedule_id: UUID, values: Mapping[str, Any]) -> Row:
    """Write a schedule that was locked before; `values` as for `insert`. What kept it from running is forgotten."""
    pairs = ", ".join(f"{name} = %({name})s" for name in _COLUMNS)
    row = connection.execute(
        f"UPDATE schedule SET {pairs}, problem = NULL WHERE id = %(id)s RETURNING *",
        _plain(values) | {"id": schedule_id},
    ).fetchone()
    assert row is not None  # noqa: S101 - it is locked
    return row


def _plain(values: Mapping[str, Any]) -> Row:
    return {name: Jsonb(values[name]) if name in ("input", "budget") else values[name] for name in _COLUMNS}


def find(connection: Connection, schedule_id: UUID) -> Row:
    """One schedule that the transaction may see. Raises `NoSuchSchedule`."""
    row = connection.execute("SELECT * FROM schedule WHERE id = %s", [schedule_id]).fetchone()
    if row is None:
        raise NoSuchSchedule()
    return row


def lock(connection: Connection, schedule_id: UUID) -> Row:
    """`find`, and nobody else changes it, nor begins a run of it, before the transaction ends."""
    row = connection.execute("SELECT * FROM schedule WHERE id = %s FOR UPDATE", [schedule_id]).fetchone()
    if row is None:
        raise NoSuchSchedule()
    return row


def count(connection: Connection, tenant: str) -> int:
    """How many a client has."""
    row = connection.execute("SELECT count(*) AS n FROM schedule WHERE tenant = %s", [tenant]).fetchone()
    return int(row["n"]) if row else 0


def page(
    connection: Connection, position: tuple[datetime, UUID], limit: int, *, client: str | None, agent: str | None
) -> list[Row]:
    """Schedules from a position on, the newest first, one more than `limit`."""
    return connection.execute(
        "SELECT * FROM schedule WHERE (created_at, id) < (%(at)s, %(id)s)"
        " AND (%(client)s::text IS NULL OR tenant = %(client)s) AND (%(agent)s::text IS NULL OR agent = %(agent)s)"
        " ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"at": position[0], "id": position[1], "client": client, "agent": agent, "limit": limit + 1},
    ).fetchall()


def delete(connection: Connection, schedule_id: UUID) -> None:
    """Take a schedule away; its runs stay. Raises `NoSuchSchedule`."""
    if not connection.execute("DELETE FROM schedule WHERE id = %s", [schedule_id]).rowcount:
        raise NoSuchSchedule()


def due(connection: Connection, now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """The ids and clients of those that are due, the longest first."""
    rows = connection.execute(
        "SELECT id, tenant FROM schedule WHERE enabled AND next_at <= %s ORDER BY next_at LIMIT %s", [now, limit]
    ).fetchall()
    return [(row["id"], row["tenant"]) for row in rows]


def take(connection: Connection, schedule_id: UUID, now: datetime) -> Row | None:
    """Lock one that is due. None when another worker has it, or had it."""
    return connection.execute(
        "SELECT * FROM schedule WHERE id = %s AND enabled AND next_at <= %s FOR UPDATE SKIP LOCKED", [schedule_id, now]
    ).fetchone()


def is_last_run_open(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Whether the run that it began last has not ended."""
    found = connection.execute(
        "SELECT 1 AS one FROM run WHERE id = %s AND NOT status = ANY (%s)", [row["last_run"], list(ENDED)]
    ).fetchone()
    return found is not None


def began(connection: Connection, schedule_id: UUID, run_id: UUID, now: datetime) -> None:
    """A run of it began."""
    connection.execute(
        "UPDATE schedule SET last_at = %s, last_run = %s, problem = NULL WHERE id = %s", [now, run_id, schedule_id]
    )


def put_off(connection: Connection, schedule_id: UUID, next_at: datetime) -> None:
    """When it is due next."""
    connection.execute("UPDATE schedule SET next_at = %s WHERE id = %s", [next_at, schedule_id])


def failed(connection: Connection, schedule_id: UUID, problem: str) -> None:
    """Why this time came to nothing."""
    connection.execute("UPDATE schedule SET problem = %s WHERE id = %s", [problem, schedule_id])
