"""Flows, versions, ledgers, approvals and proofs in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security). A flow
is known by its id within a tenant; a caller who sees several tenants names the one that is meant.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from call_flow.flow.identity import ids, is_same, version
from call_flow.flow.model import Flow
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_VERSION = (
    "flow.tenant AS client, flow.id AS flow_id, flow.customer, flow.latest, version.hash AS version, version.number,"
    " version.content, version.origin, version.author, version.created_at"
)

_APPROVAL = "id, flow_id, hash AS version, name, role, comment, created_at"


class NoSuchFlow(NotFound):
    """There is no flow with this id."""


class NoSuchVersion(NotFound):
    """This flow has no version with this hash."""


class NoSuchProof(NotFound):
    """There is no proof with this id; while its job runs there is none yet."""


class FlowIsGone(Conflict):
    """The flow was deleted while it was called, so there is nothing to keep its proof with."""


def save(connection: Connection, caller: Principal, wanted: str | None, flow: Flow, origin: str) -> Row:
    """Keep what a flow says now, as its latest version. The same content again is the same version.

    `wanted` is its id. Without one it is named after its customer, and is never another customer's next version.
    """
    content_hash = version(flow)
    flow_id = wanted or _named_after(connection, caller.tenant, flow.customer.name)
    connection.execute(
        "INSERT INTO flow (tenant, id, customer, latest) VALUES (%(tenant)s, %(id)s, %(customer)s, %(hash)s)"
        " ON CONFLICT (tenant, id) DO UPDATE SET customer = %(customer)s, latest = %(hash)s, updated_at = now()",
        {"tenant": caller.tenant, "id": flow_id, "customer": flow.customer.name, "hash": content_hash},
    )  # it locks the row, so that two at once do not take the same number
    connection.execute(
        "INSERT INTO version (tenant, flow_id, hash, number, content, origin, author)"
        " SELECT %(tenant)s, %(id)s, %(hash)s, coalesce(max(number), 0) + 1, %(content)s, %(origin)s, %(author)s"
        " FROM version WHERE tenant = %(tenant)s AND flow_id = %(id)s ON CONFLICT (tenant, flow_id, hash) DO NOTHING",
        {
            "tenant": caller.tenant,
            "id": flow_id,
            "hash": content_hash,
            "content": Jsonb(flow.plain()),
            "origin": origin,
            "author": caller.subject,
        },
    )
    return find(connection, caller.tenant, flow_id, content_hash)


def _named_after(connection: Connection, tenant: str, customer: str) -> str:
    """The short id of a customer's flow; the long one where the short one is another customer's already."""
    short, long = ids(customer)
    # Two new customers at once must not both find the short one free.
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [tenant, short])
    rows = connection.execute(
        "SELECT id, customer FROM flow WHERE tenant = %s AND id = ANY(%s)", [tenant, [short, long]]
    ).fetchall()
    named = {row["id"]: row["customer"] for row in rows}
    return short if long not in named and is_same(named.get(short, customer), customer) else long


def find(connection: Connection, tenant: str, flow_id: str, content_hash: str | None) -> Row:
    """A version of a flow; the latest when no hash is given. Raises `NoSuchFlow`, `NoSuchVersion`."""
    row = connection.execute(
        f"SELECT {_VERSION} FROM flow JOIN version ON version.tenant = flow.tenant AND version.flow_id = flow.id"
        " AND version.hash = coalesce(%(hash)s, flow.latest) WHERE flow.tenant = %(tenant)s AND flow.id = %(id)s",
        {"tenant": tenant, "id": flow_id, "hash": content_hash},
    ).fetchone()
    if row is None:
        known = connection.execute("SELECT 1 AS one FROM flow WHERE tenant = %s AND id = %s", [tenant, flow_id])
        raise NoSuchVersion() if known.fetchone() else NoSuchFlow()
    return row


def flows_page(connection: Connection, client: str | None, query: Paged) -> list[Row]:
    """A page of flows, newest first, and one more if there is a next page."""
    return connection.execute(
        "SELECT flow.uid AS id, flow.id AS flow_id, flow.tenant AS client, flow.customer, flow.latest AS version,"
        " version.number, flow.created_at, flow.updated_at, EXISTS (SELECT 1 FROM approval WHERE"
        " approval.tenant = flow.tenant AND approval.flow_id = flow.id AND approval.hash = flow.latest) AS approved,"
        " (SELECT verdict FROM proof WHERE proof.tenant = flow.tenant AND proof.flow_id = flow.id"
        " AND proof.hash = flow.latest AND proof.is_whole ORDER BY proof.created_at DESC LIMIT 1) AS proof"
        " FROM flow JOIN version ON version.tenant = flow.tenant AND version.flow_id = flow.id"
        " AND version.hash = flow.latest"
        " WHERE (%(client)s::text IS NULL OR flow.tenant = %(client)s)"
        " AND (flow.created_at, flow.uid) < (%(at)s, %(id)s)"
        " ORDER BY flow.created_at DESC, flow.uid DESC LIMIT %(limit)s",
        {"client": client, "at": query.position()[0], "id": query.position()[1], "limit": query.limit + 1},
    ).fetchall()


def keep_ledger(connection: Connection, found: Row, lines: Sequence[Row]) -> None:
    """Keep what became of each line that a version was imported from; of several imports the last counts."""
    which = {"tenant": found["client"], "flow_id": found["flow_id"], "hash": found["version"]}
    connection.execute(
        "DELETE FROM ledger_line WHERE tenant = %(tenant)s AND flow_id = %(flow_id)s AND hash = %(hash)s", which
    )
    connection.execute(
        "INSERT INTO ledger_line (tenant, flow_id, hash, position, file, line, pointer, text, status, reason)"
        " SELECT %(tenant)s, %(flow_id)s, %(hash)s, number, one ->> 'file', (one ->> 'line')::integer,"
        " one ->> 'pointer', one ->> 'text', one ->> 'status', one ->> 'reason'"
        " FROM jsonb_array_elements(%(lines)s) WITH ORDINALITY AS listed (one, number)",
        which | {"lines": Jsonb(lines)},
    )


def ledger(connection: Connection, found: Row, *, status: str | None, after: int, limit: int) -> list[Row]:
    """Lines of the ledger of a version in their order, those of a status if one is named, and one more than asked."""
    return connection.execute(
        "SELECT position, file, line, pointer, text, status, reason FROM ledger_line"
        " WHERE tenant = %(tenant)s AND flow_id = %(flow_id)s AND hash = %(hash)s"
        " AND (%(status)s::text IS NULL OR status = %(status)s) AND position > %(after)s"
        " ORDER BY position LIMIT %(limit)s",
        {
            "tenant": found["client"],
            "flow_id": found["flow_id"],
            "hash": found["version"],
            "status": status,
            "after": after,
            "limit": limit + 1,
        },
    ).fetchall()


def versions(connection: Connection, tenant: str, flow_id: str) -> list[Row]:
    """The versions of a flow, newest first, without what they say. Raises `NoSuchFlow`."""
    find(connection, tenant, flow_id, None)
    return connection.execute(
        "SELECT hash AS version, number, origin, author, created_at FROM version WHERE tenant = %s AND flow_id = %s"
        " ORDER BY number DESC LIMIT 1000",
        [tenant, flow_id],
    ).fetchall()


def delete(connection: Connection, tenant: str, flow_id: str) -> None:
    """Delete a flow with all that belongs to it. Raises `NoSuchFlow`."""
    row = connection.execute(
        "DELETE FROM flow WHERE tenant = %s AND id = %s RETURNING id", [tenant, flow_id]
    ).fetchone()
    if row is None:
        raise NoSuchFlow()


def hold(connection: Connection, tenant: str, flow_id: str) -> None:
    """Let nobody change or delete a flow until the transaction ends. Raises `NoSuchFlow`."""
    held = connection.execute("SELECT 1 AS one FROM flow WHERE tenant = %s AND id = %s FOR UPDATE", [tenant, flow_id])
    if held.fetchone() is None:
        raise NoSuchFlow()


def approve(connection: Connection, caller: Principal, found: Row, *, name: str, role: str, comment: str) -> Row:
    """Keep that somebody approved a version. The same said again is the same approval."""
    said = [found["client"], found["flow_id"], found["version"], name, role, comment, caller.subject]
    kept = connection.execute(
        f"SELECT {_APPROVAL} FROM approval WHERE (tenant, flow_id, hash, name, role, comment, subject)"
        " = (%s, %s, %s, %s, %s, %s, %s) LIMIT 1",
        said,
    ).fetchone()
    if kept is not None:
        return kept
    row = connection.execute(
        "INSERT INTO approval (tenant, flow_id, hash, name, role, comment, subject) VALUES (%s, %s, %s, %s, %s, %s, %s)"
        f" RETURNING {_APPROVAL}",
        said,
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def approvals(connection: Connection, found: Row) -> list[Row]:
    """Who approved a version, the latest first."""
    return connection.execute(
        f"SELECT {_APPROVAL} FROM approval"
        " WHERE tenant = %s AND flow_id = %s AND hash = %s ORDER BY created_at DESC LIMIT 100",
        [found["client"], found["flow_id"], found["version"]],
    ).fetchall()


def add_proof(
    connection: Connection, tenant: str, job_id: UUID, *, flow_id: str | None, content_hash: str, report: Row
) -> None:
    """Keep the report of a proof; a job that is done again replaces its own. Raises `FlowIsGone`."""
    row = connection.execute(
        "INSERT INTO proof (id, tenant, flow_id, hash, verdict, is_whole, report)"
        " SELECT %(id)s, %(tenant)s, %(flow_id)s, %(hash)s, %(verdict)s, %(is_whole)s, %(report)s"
        " WHERE %(flow_id)s::text IS NULL OR EXISTS (SELECT 1 FROM version WHERE version.tenant = %(tenant)s"
        " AND version.flow_id = %(flow_id)s AND version.hash = %(hash)s)"
        " ON CONFLICT (id) DO UPDATE SET verdict = excluded.verdict, report = excluded.report, created_at = now()"
        " RETURNING id",
        {
            "id": job_id,
            "tenant": tenant,
            "flow_id": flow_id,
            "hash": content_hash,
            "verdict": report["verdict"],
            "is_whole": len(report["cases"]) == report["planned"],
            "report": Jsonb(report),
        },
    ).fetchone()
    if row is None:
        raise FlowIsGone()


def proof(connection: Connection, proof_id: UUID) -> Row:
    """A proof with its report. Raises `NoSuchProof`."""
    row = connection.execute(
        "SELECT id, tenant AS client, flow_id, hash AS version, report, created_at FROM proof WHERE id = %s", [proof_id]
    ).fetchone()
    if row is None:
        raise NoSuchProof()
    return row


def last_proof(connection: Connection, found: Row) -> Row | None:
    """The latest proof of a version by all calls of its plan, if there is one."""
    return connection.execute(
        "SELECT id, tenant AS client, flow_id, hash AS version, report, created_at FROM proof"
        " WHERE tenant = %s AND flow_id = %s AND hash = %s AND is_whole ORDER BY created_at DESC LIMIT 1",
        [found["client"], found["flow_id"], found["version"]],
    ).fetchone()
