"""Sources and their runs in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from data_processing.sync.models import ItemQuery, SourceQuery
from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_SOURCE = (
    "source.*, (SELECT count(*) FROM source_item WHERE source_id = source.id AND document_id IS NOT NULL) AS documents,"
    " (SELECT count(*) FROM source_item WHERE source_id = source.id AND failures > 0 AND NOT is_quarantined)"
    " AS failing,"
    " (SELECT count(*) FROM source_item WHERE source_id = source.id AND is_quarantined) AS quarantined"
)
#: Jobs that have not ended: `(id, kind)` of these is what a source can have one of.
ACTIVE = "status IN ('queued', 'running')"


class NoSuchSource(NotFound):
    """There is no source with this id."""


def add(connection: Connection, values: Mapping[str, Any]) -> Row:
    """Keep a new source. Raises `Conflict` when the client has one of that name."""
    row = connection.execute(
        "INSERT INTO source (tenant, kind, name, config, access, collection, metadata, schedule, timezone, limits,"
        " max_deletion_share, webhook, is_paused, may_read_all, by_person, subject, due_at, next_run_at)"
        " VALUES (%(tenant)s, %(kind)s, %(name)s, %(config)s, %(access)s, %(collection)s, %(metadata)s,"
        " %(schedule)s, %(timezone)s, %(limits)s, %(max_deletion_share)s, %(webhook)s, %(is_paused)s,"
        " %(may_read_all)s, %(by_person)s, %(subject)s, %(due_at)s, %(next_run_at)s)"
        " ON CONFLICT (tenant, name) DO NOTHING RETURNING *",
        _stored(values),
    ).fetchone()
    if row is None:
        raise Conflict(f"There is a source named '{values['name']}' already.")
    return row


def change(connection: Connection, source_id: UUID, values: Mapping[str, Any]) -> None:
    """Change columns of a source; `values` has all of its columns.

    Raises `Conflict` when the client has another source of that name.
    """
    known_as = find(connection, source_id)["access"]
    known = find_by_name(connection, values["tenant"], values["name"])
    if known and known["id"] != source_id:
        raise Conflict(f"There is a source named '{values['name']}' already.")
    connection.execute(
        "UPDATE source SET name = %(name)s, config = %(config)s, access = %(access)s, metadata = %(metadata)s,"
        " schedule = %(schedule)s, timezone = %(timezone)s, limits = %(limits)s,"
        " max_deletion_share = %(max_deletion_share)s,"
        " webhook = %(webhook)s, is_paused = %(is_paused)s, due_at = %(due_at)s,"
        " next_run_at = %(next_run_at)s,"
        " is_reset = is_reset OR config <> %(config)s, may_read_all = %(may_read_all)s,"
        " cursor = CASE WHEN config = %(config)s THEN cursor END,"
        # What somebody may not read any more is not to wait for the schedule.
        " wanted_at = CASE WHEN access = %(access)s THEN wanted_at ELSE now() END,"
        " updated_at = now(), subscriptions = subscriptions - 'look_at'"
        " WHERE id = %(id)s",
        {**_stored(values), "id": source_id},
    )
    if values["access"] == "source" and known_as != "source":
        connection.execute("UPDATE source_item SET needs_access = NOT is_folder WHERE source_id = %s", [source_id])


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, **{name: Jsonb(values[name]) for name in ("config", "access", "metadata", "limits")}}


def keep_secrets(connection: Connection, source_id: UUID, sealed: bytes | None) -> None:
    """Keep the sealed secrets of a source."""
    connection.execute("UPDATE source SET sealed = %s, updated_at = now() WHERE id = %s", [sealed, source_id])


def keep_credential(connection: Connection, tenant: str, kind: str, sealed: bytes) -> None:
    """Keep the sealed secrets of a client for sources of a kind."""
    connection.execute(
        "INSERT INTO credential (tenant, kind, sealed) VALUES (%s, %s, %s)"
        " ON CONFLICT (tenant, kind) DO UPDATE SET sealed = excluded.sealed, updated_at = now()",
        [tenant, kind, sealed],
    )


def drop_credential(connection: Connection, tenant: str, kind: str) -> bool:
    """Forget the secrets of a client for a kind. Whether there were any."""
    done = connection.execute("DELETE FROM credential WHERE tenant = %s AND kind = %s", [tenant, kind])
    return done.rowcount > 0


def credentials(connection: Connection) -> list[Row]:
    """For which clients and kinds there are secrets."""
    return connection.execute("SELECT tenant AS client, kind, updated_at FROM credential ORDER BY 1, 2").fetchall()


def credential(connection: Connection, tenant: str, kind: str) -> bytes | None:
    """The sealed secrets of a client for a kind."""
    row = connection.execute("SELECT sealed FROM credential WHERE tenant = %s AND kind = %s", [tenant, kind]).fetchone()
    return row["sealed"] if row else None


def find(connection: Connection, source_id: UUID) -> Row:
    """One source. Raises `NoSuchSource`."""
    row = connection.execute(f"SELECT {_SOURCE} FROM source WHERE id = %s", [source_id]).fetchone()
    if row is None:
        raise NoSuchSource()
    return row


def find_by_name(connection: Connection, tenant: str, name: str) -> Row | None:
    """The source of a client that has this name."""
    return connection.execute("SELECT * FROM source WHERE tenant = %s AND name = %s", [tenant, name]).fetchone()


def find_by_config(connection: Connection, values: Mapping[str, Any]) -> Row | None:
    """The oldest source of a client that keeps the same place in step with the same collection."""
    return connection.execute(
        "SELECT * FROM source WHERE tenant = %(tenant)s AND kind = %(kind)s AND config = %(config)s"
        " AND collection = %(collection)s AND removing IS NULL ORDER BY created_at LIMIT 1",
        _stored(values),
    ).fetchone()


def page(connection: Connection, query: SourceQuery) -> list[Row]:
    """Sources, newest first, one more than asked for."""
    created_at, identifier = query.position()
    return connection.execute(
        f"SELECT {_SOURCE} FROM source WHERE (created_at, id) < (%s, %s) AND (%s::text IS NULL OR kind = %s)"
        " AND (%s::text IS NULL OR tenant = %s) ORDER BY created_at DESC, id DESC LIMIT %s",
        [created_at, identifier, query.kind, query.kind, query.client, query.client, query.limit + 1],
    ).fetchall()


def lock(connection: Connection, source_id: UUID) -> Row:
    """One source, which nobody else changes until the transaction ends. Raises `NoSuchSource`."""
    row = connection.execute("SELECT * FROM source WHERE id = %s FOR UPDATE", [source_id]).fetchone()
    if row is None:
        raise NoSuchSource()
    return row


def keep_cursor(connection: Connection, source_id: UUID, run: Row) -> None:
    """The next run goes on where this one ended its listing."""
    connection.execute(
        "UPDATE source SET cursor = %s, is_reset = false WHERE id = %s", [Jsonb(run["cursor"]), source_id]
    )


def note_success(connection: Connection, source_id: UUID) -> None:
    """A run has gone through."""
    connection.execute("UPDATE source SET last_success_at = now() WHERE id = %s", [source_id])


def items_page(connection: Connection, source_id: UUID, query: ItemQuery) -> list[Row]:
    """Items of a source in the order of their keys, one more than asked for."""
    conditions = {
        None: "NOT is_folder",
        "indexed": "is_wanted AND document_id IS NOT NULL AND failures = 0",
        "failed": "failures > 0 AND NOT is_quarantined",
        "quarantined": "is_quarantined",
    }
    return connection.execute(
        "SELECT key AS external_id, name, path, url, size, document_id, failures, reason, is_quarantined, access"
        f" FROM source_item WHERE source_id = %s AND key > %s AND {conditions[query.state]} ORDER BY key LIMIT %s",
        [source_id, query.cursor, query.limit + 1],
    ).fetchall()


def lift_quarantine(connection: Connection, source_id: UUID) -> int:
    """What failed too often gets another chance. Returns how many items that are."""
    return connection.execute(
        "UPDATE source_item SET is_quarantined = false, failures = 0 WHERE source_id = %s AND is_quarantined",
        [source_id],
    ).rowcount


def due(connection: Connection, limit: int = 20) -> list[Row]:
    """Sources whose time has come, or that said they have changed; locked, and passed over by other schedulers.

    One that said so while a run is in progress is not due before that has ended.
    """
    return connection.execute(
        "SELECT * FROM source WHERE removing IS NULL AND NOT is_paused AND (next_run_at <= now()"
        " OR wanted_at <= now() AND NOT EXISTS (SELECT 1 FROM source_run JOIN job ON job.id = source_run.id"
        f" WHERE source_id = source.id AND (job.{ACTIVE} OR is_waiting)))"
        " ORDER BY least(next_run_at, wanted_at) LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    ).fetchall()


def set_next(connection: Connection, source_id: UUID, due_at: datetime | None, next_run_at: datetime | None) -> None:
    """When the next run of a source is due, by its schedule and in fact."""
    connection.execute(
        "UPDATE source SET due_at = %s, next_run_at = %s WHERE id = %s", [due_at, next_run_at, source_id]
    )


def put_off(connection: Connection, source_id: UUID, pause: timedelta) -> None:
    """A source that said it has changed is not thought of for a while; one that did not say so is as it was."""
    connection.execute(
        "UPDATE source SET wanted_at = now() + %s WHERE id = %s AND wanted_at IS NOT NULL", [pause, source_id]
    )


def mark_wanted(connection: Connection, source_id: UUID) -> None:
    """The source said that it has changed: the next run begins as soon as there is none."""
    connection.execute("UPDATE source SET wanted_at = coalesce(wanted_at, now()) WHERE id = %s", [source_id])


def is_being_removed(connection: Connection, source_id: UUID) -> bool:
    """Whether a job is at it: one that failed or was cancelled leaves the source to be removed again."""
    row = connection.execute(
        f"SELECT 1 AS one FROM job WHERE kind = 'remove-source' AND payload ->> 'source_id' = %s AND {ACTIVE} LIMIT 1",
        [str(source_id)],
    ).fetchone()
    return row is not None


def mark_removing(connection: Connection, source_id: UUID, documents: str) -> None:
    """From now on the source only waits to disappear."""
    connection.execute(
        "UPDATE source SET removing = %s, next_run_at = NULL, updated_at = now() WHERE id = %s", [documents, source_id]
    )


def has_indexed(connection: Connection, source_id: UUID) -> bool:
    """Whether anything of a source can be found."""
    row = connection.execute(
        "SELECT 1 AS one FROM document WHERE source_id = %s AND version > 0 AND status = 'indexed' LIMIT 1", [source_id]
    ).fetchone()
    return row is not None


def documents_of(connection: Connection, source_id: UUID, limit: int) -> list[UUID]:
    """Documents that a source keeps in step."""
    rows = connection.execute(
        "SELECT id FROM document WHERE source_id = %s ORDER BY id LIMIT %s", [source_id, limit]
    ).fetchall()
    return [row["id"] for row in rows]


def delete(connection: Connection, source_id: UUID) -> None:
    """The row, with its items and runs."""
    connection.execute("DELETE FROM source WHERE id = %s", [source_id])
