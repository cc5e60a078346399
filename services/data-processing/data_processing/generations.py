"""Embedding a collection anew, in PostgreSQL: what is left to do, what is done, and what failed jobs leave behind.

All of it is about every tenant of a collection, so each function takes a transaction that sees every tenant.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from oberaconnect.db import Connection

Row = dict[str, Any]

_COLUMNS = (
    "document.id, document.tenant, document.version, document.external_id, document.title, document.url,"
    " document.source, document.type, document.metadata, document.access, document.indexed_at"
)
_IS_CURRENT = "document.collection = %(collection)s AND document.version > 0 AND document.status <> 'deleting'"


def is_running(connection: Connection, collection: str) -> bool:
    """Whether a worker is embedding this collection anew right now."""
    return _exists(connection, collection, "status = 'running' AND lease_until > now()")


def is_asked_for(connection: Connection, collection: str) -> bool:
    """Whether a job for this is waiting or running. Until the transaction ends, nobody else asks."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('reindex'), hashtext(%s))", [collection])
    return _exists(connection, collection, "status IN ('queued', 'running')")


def _exists(connection: Connection, collection: str, condition: str) -> bool:
    row = connection.execute(
        f"SELECT 1 AS one FROM job WHERE kind = 'reindex' AND payload ->> 'collection' = %s AND {condition} LIMIT 1",
        [collection],
    ).fetchone()
    return row is not None


def totals(connection: Connection, collection: str) -> tuple[int, int]:
    """How many documents of a collection are searchable, and their chunks."""
    row = connection.execute(
        f"SELECT count(*) AS documents, coalesce(sum(chunks), 0) AS chunks FROM document WHERE {_IS_CURRENT}",
        {"collection": collection},
    ).fetchone()
    return (int(row["documents"]), int(row["chunks"])) if row else (0, 0)


def some_tenant(connection: Connection, collection: str) -> str | None:
    """A tenant that has something in a collection: the index lets it open generations of it."""
    row = connection.execute(
        f"SELECT tenant FROM document WHERE {_IS_CURRENT} ORDER BY tenant LIMIT 1", {"collection": collection}
    ).fetchone()
    return row["tenant"] if row else None


def mark_begun(connection: Connection, job_id: UUID, tenant: str) -> None:
    """Note, before it is asked for, that there may be a generation for a job, and for whom it was begun.

    The job's id is its key: a resumed job finds it by that, and so does the sweeper after a failure.
    """
    connection.execute(
        "UPDATE job SET payload = payload || jsonb_build_object('begun_for', %s::text) WHERE id = %s", [tenant, job_id]
    )


def left(connection: Connection, job_id: UUID, collection: str, limit: int) -> list[Row]:
    """Documents whose current version is not embedded anew, by tenant. `earlier`: another version of it was.

    Until the transaction ends none of them is described anew: what is embedded of it would not know.
    """
    return connection.execute(
        f"SELECT {_COLUMNS}, reembedded.version IS DISTINCT FROM document.version AND reembedded.version IS NOT NULL"
        " AS earlier FROM document LEFT JOIN reembedded ON job_id = %(job)s AND document_id = document.id"
        f" WHERE {_IS_CURRENT} AND (reembedded.version IS DISTINCT FROM document.version OR NOT reembedded.done)"
        " ORDER BY document.tenant, document.id LIMIT %(limit)s FOR SHARE OF document",
        {"job": job_id, "collection": collection, "limit": limit},
    ).fetchall()


def chunks(connection: Connection, document_id: UUID) -> list[Row]:
    """All chunks of a document as the index takes them."""
    return connection.execute(
        "SELECT ordinal, text, embed_text, section, page_start, page_end, char_start, char_end, pages"
        " FROM chunk WHERE document_id = %s ORDER BY ordinal",
        [document_id],
    ).fetchall()


def begin(connection: Connection, job_id: UUID, documents: Sequence[Row]) -> None:
    """Note, before these go to the index, that something of them may be in it from now on."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reembedded (job_id, document_id, tenant, version) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (job_id, document_id) DO UPDATE SET version = excluded.version, done = false",
            [[job_id, document["id"], document["tenant"], document["version"]] for document in documents],
        )


def done(connection: Connection, job_id: UUID, documents: Sequence[Row]) -> int:
    """Note that these are in the index. Returns how many are by now."""
    connection.execute(
        "UPDATE reembedded SET done = true WHERE job_id = %s AND document_id = ANY (%s)",
        [job_id, [document["id"] for document in documents]],
    )
    row = connection.execute("SELECT count(*) AS n FROM reembedded WHERE job_id = %s AND done", [job_id]).fetchone()
    return row["n"] if row else 0


def gone(connection: Connection, job_id: UUID) -> list[Row]:
    """Documents that were embedded anew and deleted meanwhile: id and tenant."""
    return connection.execute(
        "SELECT reembedded.document_id AS id, reembedded.tenant FROM reembedded LEFT JOIN document"
        " ON document.id = reembedded.document_id AND document.status <> 'deleting'"
        " WHERE job_id = %s AND document.id IS NULL ORDER BY reembedded.tenant",
        [job_id],
    ).fetchall()


def forget(connection: Connection, job_id: UUID, document_ids: Sequence[UUID]) -> None:
    """The index holds nothing of these any more."""
    connection.execute(
        "DELETE FROM reembedded WHERE job_id = %s AND document_id = ANY (%s)", [job_id, list(document_ids)]
    )


def forget_all(connection: Connection, job_id: UUID) -> None:
    """The job has ended, and with it what was noted for it."""
    connection.execute("DELETE FROM reembedded WHERE job_id = %s", [job_id])


def unfinished(connection: Connection) -> Row | None:
    """A job that ended without success and may have left a generation, locked against a retry: id and payload."""
    return connection.execute(
        "SELECT id, payload FROM job WHERE kind = 'reindex' AND status IN ('failed', 'cancelled')"
        " AND payload ? 'begun_for' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
    ).fetchone()


def mark_dropped(connection: Connection, job_id: UUID) -> None:
    """The generation of this job is gone."""
    connection.execute("UPDATE job SET payload = payload - 'begun_for' WHERE id = %s", [job_id])
    forget_all(connection, job_id)
