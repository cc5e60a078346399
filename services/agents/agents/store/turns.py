"""What was said in a run, in order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents.store.storable import stored
from oberaconnect.db import Connection

Row = dict[str, Any]


def add(
    connection: Connection,
    run: Mapping[str, Any],
    number: int,
    role: str,
    content: Mapping[str, Any],
    *,
    model: str | None = None,
    input_tokens: int = 0,
    output_tokens: int = 0,
) -> None:
    """Add a turn. `content` is `llm.Message.plain()`."""
    connection.execute(
        "INSERT INTO turn (tenant, run_id, number, role, content, model, input_tokens, output_tokens)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [run["tenant"], run["id"], number, role, stored(content), model, input_tokens, output_tokens],
    )


def of_run(connection: Connection, run_id: UUID) -> list[Row]:
    """All turns of a run in order."""
    return connection.execute("SELECT * FROM turn WHERE run_id = %s ORDER BY number", [run_id]).fetchall()
