"""Calls of tools: each is a row before it is made, so that no call is made twice without anybody's knowledge."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect.db import Connection

Row = dict[str, Any]

#: States that a call never leaves: the model has been, or will be, told what came of it.
ENDED = ("succeeded", "failed", "denied", "expired", "cancelled")


def add(
    connection: Connection,
    run: Mapping[str, Any],
    *,
    turn: int,
    position: int,
    vendor_id: str,
    tool: str,
    args: Mapping[str, Any],
    args_hash: str,
    tool_class: str,
    idempotent: bool,
) -> Row:
    """Add a call that the model asks for."""
    row = connection.execute(
        "INSERT INTO tool_call (tenant, run_id, turn, position, vendor_id, tool, args, args_hash, class, idempotent)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING *",
        [
            run["tenant"], run["id"], turn, position, vendor_id, tool, stored(args), args_hash, tool_class,
            idempotent,
        ],
    ).fetchone()  # fmt: skip
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def find(connection: Connection, call_id: UUID) -> Row:
    """One call, locked."""
    row = connection.execute("SELECT * FROM tool_call WHERE id = %s FOR UPDATE", [call_id]).fetchone()
    assert row is not None  # noqa: S101 - its run was found before
    return row


def of_run(connection: Connection, run_id: UUID) -> list[Row]:
    """All calls of a run in order."""
    return connection.execute("SELECT * FROM tool_call WHERE run_id = %s ORDER BY turn, position", [run_id]).fetchall()


def of_turn(connection: Connection, run_id: UUID, turn: int) -> list[Row]:
    """The calls that one turn of the model asks for."""
    return connection.execute(
        "SELECT * FROM tool_call WHERE run_id = %s AND turn = %s ORDER BY position", [run_id, turn]
    ).fetchall()


def waiting(connection: Connection, run_id: UUID, tool: str) -> Row | None:
    """The first call of this tool that a run is waiting for."""
    return connection.execute(
        "SELECT * FROM tool_call WHERE run_id = %s AND tool = %s AND status = 'waiting'"
        " ORDER BY turn, position LIMIT 1",
        [run_id, tool],
    ).fetchone()


def of_child(connection: Connection, child_id: UUID) -> Row | None:
    """The call that began a run, locked."""
    return connection.execute("SELECT * FROM tool_call WHERE child_id = %s FOR UPDATE", [child_id]).fetchone()


def put(connection: Connection, call_id: UUID, status: str) -> None:
    """Change the state of a call that is not over."""
    connection.execute("UPDATE tool_call SET status = %s WHERE id = %s", [status, call_id])


def begin(connection: Connection, call_id: UUID) -> None:
    """It is made from now on."""
    connection.execute(
        "UPDATE tool_call SET status = 'running', attempt = attempt + 1, started_at = coalesce(started_at, now())"
        " WHERE id = %s",
        [call_id],
    )


def begin_child(connection: Connection, call_id: UUID, child_id: UUID) -> None:
    """Another run does it, which is waited for."""
    connection.execute(
        "UPDATE tool_call SET status = 'waiting', attempt = attempt + 1, started_at = now(), child_id = %s"
        " WHERE id = %s",
        [child_id, call_id],
    )


def end(connection: Connection, call_id: UUID, status: str, result: Mapping[str, Any]) -> None:
    """It is over. `result`: {"content", "data", "citations"}."""
    connection.execute(
        "UPDATE tool_call SET status = %s, result = %s, finished_at = now() WHERE id = %s",
        [status, stored(result), call_id],
    )


def replace_args(connection: Connection, call_id: UUID, args: Mapping[str, Any], args_hash: str) -> None:
    """A person put other arguments in the place of the model's."""
    connection.execute(
        "UPDATE tool_call SET args = %s, args_hash = %s WHERE id = %s", [stored(args), args_hash, call_id]
    )


def cancel_open(connection: Connection, run_id: UUID) -> None:
    """Whatever is not over will not be."""
    connection.execute(
        "UPDATE tool_call SET status = 'cancelled', finished_at = now() WHERE run_id = %s AND NOT status = ANY (%s)",
        [run_id, list(ENDED)],
    )
