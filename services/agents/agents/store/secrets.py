"""Secrets of clients for their MCP servers, in PostgreSQL: sealed, by name, and never shown again."""

from collections.abc import Collection
from typing import Any

from oberaconnect.db import Connection
from oberaconnect.paging import Paged
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_SHOWN = "id, tenant, name, created_by, created_at, updated_at"
#: The names of secrets that a server uses.
_USED = "SELECT value FROM jsonb_each_text({}.env) UNION SELECT value FROM jsonb_each_text({}.headers)"


class NoSuchSecret(NotFound):
    """This client has no secret of this name."""


class SecretTaken(Conflict):
    """This client has a secret of this name already. Change it with PATCH."""


class SecretUsed(Conflict):
    """MCP servers use this secret."""


def context(tenant: str, name: str) -> str:
    """What the value of a secret is sealed for."""
    return f"agents secret {name} of {tenant}"


def add(connection: Connection, tenant: str, name: str, sealed: bytes, *, by: str) -> Row:
    """Keep a new secret. Raises `SecretTaken`."""
    row = connection.execute(
        "INSERT INTO secret (tenant, name, sealed, created_by) VALUES (%s, %s, %s, %s)"
        f" ON CONFLICT (tenant, name) DO NOTHING RETURNING {_SHOWN}",
        [tenant, name, sealed, by],
    ).fetchone()
    if row is None:
        raise SecretTaken()
    return row


def change(connection: Connection, tenant: str, name: str, sealed: bytes) -> Row:
    """Keep another value. Raises `NoSuchSecret`."""
    row = connection.execute(
        "UPDATE secret SET sealed = %s, updated_at = clock_timestamp() WHERE tenant = %s AND name = %s"
        f" RETURNING {_SHOWN}",
        [sealed, tenant, name],
    ).fetchone()
    if row is None:
        raise NoSuchSecret()
    return row


def delete(connection: Connection, tenant: str, name: str) -> None:
    """Forget a secret that no server uses. Raises `NoSuchSecret`, `SecretUsed`."""
    users = connection.execute(
        f"SELECT name FROM mcp_server AS s WHERE tenant = %s AND %s IN ({_USED.format('s', 's')}) ORDER BY name",
        [tenant, name],
    ).fetchall()
    if users:
        listed = ", ".join(row["name"] for row in users[:5])
        raise SecretUsed(f"The secret '{name}' is used by the MCP servers {listed}. Change or remove those first.")
    if not connection.execute("DELETE FROM secret WHERE tenant = %s AND name = %s", [tenant, name]).rowcount:
        raise NoSuchSecret()


def page(connection: Connection, client: str | None, query: Paged) -> list[Row]:
    """Names of secrets, newest first, and one more if there is a next page."""
    before, identifier = query.position()
    return connection.execute(
        f"SELECT {_SHOWN} FROM secret WHERE (created_at, id) < (%(before)s, %(id)s)"
        " AND (%(client)s::text IS NULL OR tenant = %(client)s) ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"before": before, "id": identifier, "client": client, "limit": query.limit + 1},
    ).fetchall()


def sealed(connection: Connection, tenant: str, names: Collection[str]) -> dict[str, Row]:
    """The sealed values of secrets (`sealed`, `updated_at`) by name; of those that are there."""
    rows = connection.execute(
        "SELECT name, sealed, updated_at FROM secret WHERE tenant = %s AND name = ANY (%s)", [tenant, list(names)]
    ).fetchall()
    return {row["name"]: row for row in rows}
