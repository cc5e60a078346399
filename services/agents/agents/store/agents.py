"""Agents that clients defined, and their versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_WITH = (
    "SELECT agent.id, agent.tenant, agent.name, agent.latest, agent.enabled, agent.created_at, agent.updated_at,"
    " agent_version.definition, agent_version.created_by FROM agent JOIN agent_version"
    " ON agent_version.agent_id = agent.id AND agent_version.number = agent.latest"
)


class NoSuchAgent(NotFound):
    """There is no agent with this name."""


def insert(connection: Connection, tenant: str, definition: Mapping[str, Any], subject: str) -> Row:
    """Add an agent. Raises `Conflict` when the client has one of this name."""
    row = connection.execute(
        "INSERT INTO agent (tenant, name) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id",
        [tenant, definition["name"]],
    ).fetchone()
    if row is None:
        raise Conflict(
            f"There is an agent '{definition['name']}' already. PUT /agents/{definition['name']} changes it."
        )
    _add_version(connection, tenant, row["id"], definition, number=1, subject=subject)
    return find(connection, tenant, definition["name"])


def change(connection: Connection, tenant: str, definition: Mapping[str, Any], subject: str) -> Row:
    """Add a version to an agent. Raises `NoSuchAgent`."""
    row = connection.execute(
        "UPDATE agent SET latest = latest + 1, updated_at = now() WHERE tenant = %s AND name = %s RETURNING id, latest",
        [tenant, definition["name"]],
    ).fetchone()
    if row is None:
        raise NoSuchAgent()
    _add_version(connection, tenant, row["id"], definition, number=row["latest"], subject=subject)
    return find(connection, tenant, definition["name"])


def _add_version(
    connection: Connection, tenant: str, agent_id: UUID, definition: Mapping[str, Any], *, number: int, subject: str
) -> None:
    connection.execute(
        "INSERT INTO agent_version (tenant, agent_id, number, definition, created_by) VALUES (%s, %s, %s, %s, %s)",
        [tenant, agent_id, number, Jsonb(dict(definition)), subject],
    )


def find(connection: Connection, tenant: str, name: str) -> Row:
    """An agent with its latest version. Raises `NoSuchAgent`."""
    row = connection.execute(f"{_WITH} WHERE agent.tenant = %s AND agent.name = %s", [tenant, name]).fetchone()
    if row is None:
        raise NoSuchAgent()
    return row


def page(
    connection: Connection, position: tuple[datetime, UUID], limit: int, *, client: str | None = None
) -> list[Row]:
    """Agents from a position on, the newest first, one more than `limit`; of one client, or of all."""
    return connection.execute(
        f"{_WITH} WHERE (agent.created_at, agent.id) < (%(at)s, %(id)s)"
        " AND (%(client)s::text IS NULL OR agent.tenant = %(client)s)"
        " ORDER BY agent.created_at DESC, agent.id DESC LIMIT %(limit)s",
        {"at": position[0], "id": position[1], "client": client, "limit": limit + 1},
    ).fetchall()


def versions(connection: Connection, agent_id: UUID) -> list[Row]:
    """All versions of an agent, the newest first."""
    return connection.execute(
        "SELECT number, created_by, created_at, definition FROM agent_version WHERE agent_id = %s ORDER BY number DESC",
        [agent_id],
    ).fetchall()


def switch(connection: Connection, tenant: str, name: str, enabled: bool) -> None:
    """Let an agent begin runs, or not. Raises `NoSuchAgent`."""
    done = connection.execute(
        "UPDATE agent SET enabled = %s, updated_at = now() WHERE tenant = %s AND name = %s", [enabled, tenant, name]
    )
    if not done.rowcount:
        raise NoSuchAgent()


def delete(connection: Connection, tenant: str, name: str) -> None:
    """Take an agent away; its runs stay. Raises `NoSuchAgent`."""
    done = connection.execute("DELETE FROM agent WHERE tenant = %s AND name = %s", [tenant, name])
    if not done.rowcount:
        raise NoSuchAgent()
