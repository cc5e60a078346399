"""What happened in a run, numbered, for whoever watches or comes back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect.db import Connection

Row = dict[str, Any]

#: Whoever listens to this topic hears the id of each run in which something happened.
TOPIC = "event"


def add(connection: Connection, run: Mapping[str, Any], *told: tuple[str, Mapping[str, Any]]) -> None:
    """Add events, each a type and its data, and let whoever watches know."""
    connection.execute(
        "WITH numbered AS (UPDATE run SET last_seq = last_seq + %(count)s WHERE id = %(run)s"
        "  RETURNING tenant, id, last_seq),"
        " added AS (INSERT INTO event (tenant, run_id, seq, type, data)"
        "  SELECT tenant, id, last_seq - %(count)s + place, type, data"
        "  FROM numbered, unnest(%(types)s::text[], %(data)s::jsonb[]) WITH ORDINALITY AS one (type, data, place))"
        " SELECT pg_notify(current_schema() || %(topic)s, id::text) FROM numbered",
        {
            "count": len(told),
            "run": run["id"],
            "types": [kind for kind, _ in told],
            "data": [stored(data) for _, data in told],
            "topic": f".{TOPIC}",
        },
    )


def after(connection: Connection, run_id: UUID, seq: int, limit: int) -> Sequence[Row]:
    """The events of a run after a number, in order."""
    return connection.execute(
        "SELECT seq, type, data, at FROM event WHERE run_id = %s AND seq > %s ORDER BY seq LIMIT %s",
        [run_id, seq, limit],
    ).fetchall()


def about(connection: Connection, run_id: UUID, kind: str, call_id: UUID) -> Mapping[str, Any] | None:
    """The data of the newest event of a type that is about a call."""
    row = connection.execute(
        "SELECT data FROM event WHERE run_id = %s AND type = %s AND data->>'call_id' = %s ORDER BY seq DESC LIMIT 1",
        [run_id, kind, str(call_id)],
    ).fetchone()
    return None if row is None else row["data"]


def is_unfinished(connection: Connection, run_id: UUID) -> bool:
    """Whether the last thing that was said is part of an answer that never came to its end."""
    row = connection.execute(
        "SELECT type FROM event WHERE run_id = %s AND type LIKE 'message.%%' ORDER BY seq DESC LIMIT 1", [run_id]
    ).fetchone()
    return row is not None and row["type"] == "message.delta"
