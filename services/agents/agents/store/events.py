"""What happened in a run, numbered, for whoever watches or comes back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect import db
from oberaconnect.db import Connection

Row = dict[str, Any]

#: Whoever listens to this topic hears the id of each run in which something happened.
TOPIC = "event"


def add(connection: Connection, run: Mapping[str, Any], *told: tuple[str, Mapping[str, Any]]) -> int:
    """Add events, each a type and its data; returns the number of the last."""
    row = connection.execute(
        "UPDATE run SET last_seq = last_seq + %s WHERE id = %s RETURNING last_seq", [len(told), run["id"]]
    ).fetchone()
    assert row is not None  # noqa: S101 - its transaction found the run
    first = row["last_seq"] - len(told) + 1
    for seq, (kind, data) in enumerate(told, first):
        connection.execute(
            "INSERT INTO event (tenant, run_id, seq, type, data) VALUES (%s, %s, %s, %s, %s)",
            [run["tenant"], run["id"], seq, kind, stored(data)],
        )
    db.notify(connection, TOPIC, str(run["id"]))
    return int(row["last_seq"])


def after(connection: Connection, run_id: UUID, seq: int, limit: int) -> Sequence[Row]:
    """The events of a run after a number, in order."""
    return connection.execute(
        "SELECT seq, type, data, at FROM event WHERE run_id = %s AND seq > %s ORDER BY seq LIMIT %s",
        [run_id, seq, limit],
    ).fetchall()


def is_unfinished(connection: Connection, run_id: UUID) -> bool:
    """Whether the last thing that was said is part of an answer that never came to its end."""
    row = connection.execute(
        "SELECT type FROM event WHERE run_id = %s AND type LIKE 'message.%%' ORDER BY seq DESC LIMIT 1", [run_id]
    ).fetchone()
    return row is not None and row["type"] == "message.delta"
