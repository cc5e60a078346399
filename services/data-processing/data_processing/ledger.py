"""The ledgers of ingestion jobs in PostgreSQL: one line a document, the plan before it is done, the result afterwards.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from data_processing.models import LedgerQuery
from data_processing.sync.models import RunLineQuery
from oberaconnect.db import Connection, Jsonb

Row = dict[str, Any]

_LEDGER = "document_id, external_id, name, status, outcome, chunks, pages, reason"


@dataclass(frozen=True)
class Entry:
    """A line of a ledger before it is done: what to ingest, and its bytes or text when they are already here.

    `path` is that of a file, below the inbox. `access`: who may read it; None: everybody of the client.
    `file_name` tells the format of its bytes when it is another one than `name` says.
    """

    external_id: str
    name: str
    title: str = ""
    url: str | None = None
    blob: str | None = None
    size: int = 0
    content: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    access: Sequence[str] | None = None
    file_name: str | None = None


def add_entries(connection: Connection, job_id: UUID, tenant: str, entries: Sequence[Entry], start: int = 0) -> None:
    """Write the plan of a job. Lines that are there already (a resumed job lists again) stay as they are."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger (job_id, tenant, number, external_id, name, title, url, blob, size, content, metadata,"
            " path, access, file_name) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [
                [
                    job_id, tenant, start + number, entry.external_id, entry.name, entry.title, entry.url, entry.blob,
                    entry.size, entry.content, Jsonb(dict(entry.metadata)), entry.path,
                    None if entry.access is None else list(entry.access), entry.file_name,
                ]
                for number, entry in enumerate(entries)
            ],
        )  # fmt: skip


def queued_entries(
    connection: Connection, job_id: UUID, limit: int, *, change: str | None = None, after: int = -1
) -> list[Row]:
    """The next lines of a job after a number that are not done, in order; with `change` only those of that kind."""
    return connection.execute(
        "SELECT * FROM ledger WHERE job_id = %s AND status = 'queued' AND (%s::text IS NULL OR change = %s)"
        " AND number > %s ORDER BY number LIMIT %s",
        [job_id, change, change, after, limit],
    ).fetchall()


def requeue_entries(connection: Connection, job_id: UUID) -> None:
    """Before a retry of a job: what failed is to be done again."""
    connection.execute(
        "UPDATE ledger SET status = 'queued', outcome = NULL, reason = NULL, position = NULL, done_at = NULL"
        " WHERE job_id = %s AND status IN ('failed', 'skipped')",
        [job_id],
    )


def keep_blob(
    connection: Connection, job_id: UUID, number: int, blob: str, size: int, *, file_name: str | None = None
) -> None:
    """Note the bytes that were fetched for a line, and the name that tells their format when it is another one."""
    connection.execute(
        "UPDATE ledger SET blob = %s, size = %s, file_name = %s WHERE job_id = %s AND number = %s",
        [blob, size, file_name, job_id, number],
    )


def drop_content(connection: Connection, job_id: UUID, number: int) -> None:
    """Let go of the bytes and the text of a line: there are secrets in them."""
    connection.execute(
        "UPDATE ledger SET blob = NULL, content = NULL WHERE job_id = %s AND number = %s", [job_id, number]
    )


def close_entry(
    connection: Connection,
    job_id: UUID,
    number: int,
    *,
    status: str,
    document_id: UUID | None = None,
    outcome: str | None = None,
    reason: str | None = None,
    chunks: int = 0,
    pages: int | None = None,
) -> None:
    """Write what became of a line."""
    connection.execute(
        "UPDATE ledger SET status = %s, document_id = coalesce(%s, document_id), outcome = %s, reason = %s,"
        " chunks = %s, pages = %s, content = CASE WHEN %s = 'failed' THEN content END,"
        " position = nextval('ledger_position'), done_at = now()"
        " WHERE job_id = %s AND number = %s",
        [status, document_id, outcome, reason, chunks, pages, status, job_id, number],
    )


def name_document(connection: Connection, job_id: UUID, number: int, document_id: UUID) -> None:
    """Note that a line's document is published, before its older versions are removed."""
    connection.execute(
        "UPDATE ledger SET document_id = %s WHERE job_id = %s AND number = %s", [document_id, job_id, number]
    )


def forget_document(connection: Connection, document_id: UUID) -> list[str]:
    """Let go of the bytes and the text of a deleted document, in lines that are done. Returns the digests."""
    done = "document_id = %s AND status <> 'queued'"
    rows = connection.execute(
        f"SELECT DISTINCT blob FROM ledger WHERE {done} AND blob IS NOT NULL", [document_id]
    ).fetchall()
    connection.execute(f"UPDATE ledger SET blob = NULL, content = NULL WHERE {done}", [document_id])
    return [row["blob"] for row in rows]


def first_failure(connection: Connection, job_id: UUID) -> Row | None:
    """The first line that did not end well."""
    return connection.execute(
        "SELECT name, reason FROM ledger WHERE job_id = %s AND status IN ('failed', 'skipped') ORDER BY number LIMIT 1",
        [job_id],
    ).fetchone()


def tally(connection: Connection, job_id: UUID) -> tuple[dict[str, int], int]:
    """The counts of a job's ledger by status, and the number of its lines."""
    rows = connection.execute(
        "SELECT status, count(*) AS n FROM ledger WHERE job_id = %s GROUP BY status", [job_id]
    ).fetchall()
    found = {row["status"]: row["n"] for row in rows}
    names = ("indexed", "unchanged", "skipped", "failed", "deleted")
    return {name: found.get(name, 0) for name in names}, sum(found.values())


def page(connection: Connection, job_id: UUID, query: LedgerQuery) -> list[Row]:
    """Lines of a ledger after `query.cursor`, one more than asked for."""
    return connection.execute(
        f"SELECT number + 1 AS cursor, {_LEDGER} FROM ledger WHERE job_id = %s AND number >= %s"
        " AND (%s::text IS NULL OR status = %s) ORDER BY number LIMIT %s",
        [job_id, query.cursor, query.status, query.status, query.limit + 1],
    ).fetchall()


def run_page(connection: Connection, job_id: UUID, query: RunLineQuery) -> list[Row]:
    """Lines of a run after `query.cursor`, one more than asked for."""
    return connection.execute(
        f"SELECT number + 1 AS cursor, {_LEDGER}, change, attempt FROM ledger WHERE job_id = %s AND number >= %s"
        " AND (%s::text IS NULL OR status = %s) AND (%s::text IS NULL OR change = %s) ORDER BY number LIMIT %s",
        [job_id, query.cursor, query.status, query.status, query.change, query.change, query.limit + 1],
    ).fetchall()


def since(connection: Connection, job_id: UUID, position: int, limit: int = 200) -> list[Row]:
    """Lines that were done after `position`, in the order in which they were."""
    return connection.execute(
        f"SELECT position, {_LEDGER} FROM ledger WHERE job_id = %s AND position > %s ORDER BY position LIMIT %s",
        [job_id, position, limit],
    ).fetchall()
