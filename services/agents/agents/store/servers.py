"""MCP servers in PostgreSQL, and their tools as they were last seen and as somebody approved them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_JSON = {"env", "headers", "limits", "state"}
#: What a server is: a change of it takes the approvals of its tools back.
PLACE = ("url", "argv")
#: How a tool stands, from its row.
_STATUS = (
    "CASE WHEN t.gone_at IS NOT NULL THEN 'gone' WHEN t.approved_hash IS NULL THEN 'new'"
    " WHEN t.approved_hash = t.hash THEN 'approved' ELSE 'changed' END"
)
_COUNTS = (
    f"coalesce((SELECT jsonb_object_agg(status, n) FROM (SELECT {_STATUS} AS status, count(*) AS n FROM mcp_tool AS t"
    " WHERE t.server_id = s.id GROUP BY 1) AS counted), '{}') AS counts"
)


class NoSuchServer(NotFound):
    """There is no MCP server with this id."""


class NoSuchTool(NotFound):
    """This MCP server has no tool of this name. Test the server to list its tools."""


class ServerTaken(Conflict):
    """This client has an MCP server of this name already."""


def add(connection: Connection, values: Mapping[str, Any]) -> Row:
    """Keep a new server. Raises `ServerTaken`."""
    row = connection.execute(
        "INSERT INTO mcp_server (tenant, name, transport, url, argv, env, headers, trust, enabled, tool_allow, limits,"
        " created_by) VALUES (%(tenant)s, %(name)s, %(transport)s, %(url)s, %(argv)s, %(env)s, %(headers)s, %(trust)s,"
        " %(enabled)s, %(tool_allow)s, %(limits)s, %(created_by)s) ON CONFLICT (tenant, name) DO NOTHING RETURNING id",
        _stored(values),
    ).fetchone()
    if row is None:
        raise ServerTaken()
    return find(connection, row["id"])


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in _JSON else value for name, value in values.items()}


def find(connection: Connection, server_id: UUID) -> Row:
    """A server with the `counts` of its tools by status. Raises `NoSuchServer`."""
    row = connection.execute(f"SELECT s.*, {_COUNTS} FROM mcp_server AS s WHERE id = %s", [server_id]).fetchone()
    if row is None:
        raise NoSuchServer()
    return row


def lock(connection: Connection, server_id: UUID) -> Row:
    """A server that nobody else changes until the transaction ends. Raises `NoSuchServer`."""
    connection.execute("SELECT 1 FROM mcp_server WHERE id = %s FOR UPDATE", [server_id])
    return find(connection, server_id)


def enabled(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these servers are there and switched on."""
    rows = connection.execute("SELECT id FROM mcp_server WHERE enabled AND id = ANY (%s)", [list(ids)]).fetchall()
    return {row["id"] for row in rows}


def page(connection: Connection, client: str | None, query: Paged) -> list[Row]:
    """Servers, newest first, and one more if there is a next page."""
    before, identifier = query.position()
    return connection.execute(
        f"SELECT s.*, {_COUNTS} FROM mcp_server AS s WHERE (created_at, id) < (%(before)s, %(id)s)"
        " AND (%(client)s::text IS NULL OR tenant = %(client)s) ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"before": before, "id": identifier, "client": client, "limit": query.limit + 1},
    ).fetchall()


def change(connection: Connection, server_id: UUID, values: Mapping[str, Any]) -> Row:
    """Keep a server with other values (all of those that can change). Raises `NoSuchServer`."""
    connection.execute(
        "UPDATE mcp_server SET url = %(url)s, argv = %(argv)s, env = %(env)s, headers = %(headers)s,"
        " trust = %(trust)s, enabled = %(enabled)s, tool_allow = %(tool_allow)s, limits = %(limits)s,"
        " updated_at = clock_timestamp() WHERE id = %(id)s",
        _stored({**values, "id": server_id}),
    )
    return find(connection, server_id)


def note(connection: Connection, server_id: UUID, state: Mapping[str, Any]) -> None:
    """Keep what a test found."""
    connection.execute("UPDATE mcp_server SET state = %s WHERE id = %s", [Jsonb(dict(state)), server_id])


def delete(connection: Connection, server_id: UUID) -> None:
    """Remove a server with its tools. Raises `NoSuchServer`."""
    if not connection.execute("DELETE FROM mcp_server WHERE id = %s", [server_id]).rowcount:
        raise NoSuchServer()


def observe(connection: Connection, tenant: str, server_id: UUID, listed: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a server's list of tools says now. Approvals stay what they were.

    `listed`: `name`, `hash`, `definition`, and the proposed `class` and `idempotent`, which hold until somebody
    approved the tool.
    """
    for tool in sorted(listed, key=lambda one: str(one["name"])):  # in one order, so that two never wait in a ring
        connection.execute(
            "INSERT INTO mcp_tool AS t (tenant, server_id, name, hash, definition, class, idempotent)"
            " VALUES (%(tenant)s, %(server)s, %(name)s, %(hash)s, %(definition)s, %(class)s, %(idempotent)s)"
            " ON CONFLICT (server_id, name) DO UPDATE SET hash = excluded.hash, definition = excluded.definition,"
            " class = CASE WHEN t.approved_hash IS NULL THEN excluded.class ELSE t.class END,"
            " idempotent = CASE WHEN t.approved_hash IS NULL THEN excluded.idempotent ELSE t.idempotent END,"
            " seen_at = now(), gone_at = NULL",
            {**tool, "definition": Jsonb(tool["definition"]), "tenant": tenant, "server": server_id},
        )
    connection.execute(
        "UPDATE mcp_tool SET gone_at = now() WHERE server_id = %s AND gone_at IS NULL AND NOT (name = ANY (%s))",
        [server_id, [tool["name"] for tool in listed]],
    )


def tools(connection: Connection, server_id: UUID) -> list[Row]:
    """The tools of a server with their `status`, by name."""
    return connection.execute(
        f"SELECT t.*, {_STATUS} AS status FROM mcp_tool AS t WHERE server_id = %s ORDER BY name", [server_id]
    ).fetchall()


def tool(connection: Connection, server_id: UUID, name: str) -> Row:
    """One tool with its `status`. Raises `NoSuchTool`."""
    row = connection.execute(
        f"SELECT t.*, {_STATUS} AS status FROM mcp_tool AS t WHERE server_id = %s AND name = %s", [server_id, name]
    ).fetchone()
    if row is None:
        raise NoSuchTool()
    return row


def approve(
    connection: Connection, server_id: UUID, name: str, digest: str, *, tool_class: str, idempotent: bool, by: str
) -> Row:
    """Approve the definition with this hash. Raises `NoSuchTool`; `Conflict` when it is not the one that is there."""
    done = connection.execute(
        "UPDATE mcp_tool SET approved_hash = hash, approved = definition, approved_by = %s, approved_at = now(),"
        " class = %s, idempotent = %s WHERE server_id = %s AND name = %s AND hash = %s AND gone_at IS NULL",
        [by, tool_class, idempotent, server_id, name, digest],
    ).rowcount
    row = tool(connection, server_id, name)
    if done:
        return row
    if row["status"] == "gone":
        raise Conflict(f"The server does not list the tool '{name}' any more. Test the server again.")
    raise Conflict(
        f"The tool '{name}' is not the one with this hash (any more). Look at what it is now, and approve that.",
        hash=row["hash"],
    )


def revoke(connection: Connection, server_id: UUID, names: Sequence[str] | None = None) -> int:
    """Take approvals back, of these tools or of all; how many there were."""
    return connection.execute(
        "UPDATE mcp_tool SET approved_hash = NULL, approved = NULL, approved_by = NULL, approved_at = NULL"
        " WHERE server_id = %(id)s AND approved_hash IS NOT NULL"
        " AND (%(names)s::text[] IS NULL OR name = ANY (%(names)s))",
        {"id": server_id, "names": None if names is None else list(names)},
    ).rowcount


def offered(connection: Connection) -> list[Row]:
    """Every tool that can be called: of enabled servers, approved, unchanged and still there.

    With `server` (its name), `trust`, `tool_allow` and `limits` of its server.
    """
    return connection.execute(
        "SELECT t.*, s.name AS server, s.trust, s.tool_allow, s.limits FROM mcp_tool AS t"
        " JOIN mcp_server AS s ON s.id = t.server_id"
        " WHERE s.enabled AND t.approved_hash = t.hash AND t.gone_at IS NULL ORDER BY s.tenant, s.name, t.name"
    ).fetchall()
