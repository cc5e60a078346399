"""Documents and chunks in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from data_processing.models import DocumentQuery, JobQuery
from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import NotFound

Row = dict[str, Any]

_DOCUMENT = (
    "id, tenant AS client, collection, external_id, source, name, title, url, type, metadata, status, outcome, reason,"
    " version, size, pages, chunks, blob AS sha256, access, source_id, created_at, updated_at, indexed_at,"
    " config_ids"
)
_LIKE_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"


class NoSuchDocument(NotFound):
    """There is no document with this id."""


def jobs_page(connection: Connection, query: JobQuery) -> list[Row]:
    """Jobs, newest first, one more than asked for."""
    created_at, identifier = query.position()
    return connection.execute(
        "SELECT * FROM job WHERE (created_at, id) < (%s, %s) AND (%s::text IS NULL OR status = %s)"
        " AND (%s::text IS NULL OR tenant = %s) ORDER BY created_at DESC, id DESC LIMIT %s",
        [created_at, identifier, query.status, query.status, query.client, query.client, query.limit + 1],
    ).fetchall()


def documents_page(connection: Connection, query: DocumentQuery) -> list[Row]:
    """Documents, newest first, one more than asked for."""
    created_at, identifier = query.position()
    like = None if query.q is None else f"%{_LIKE_SPECIAL.sub(_ESCAPED, query.q)}%"
    return connection.execute(
        f"SELECT {_DOCUMENT} FROM document WHERE (created_at, id) < (%(at)s, %(id)s)"
        " AND (%(collection)s::text IS NULL OR collection = %(collection)s)"
        " AND (%(client)s::text IS NULL OR tenant = %(client)s)"
        " AND (%(status)s::text IS NULL OR status = %(status)s)"
        " AND (%(like)s::text IS NULL OR name ILIKE %(like)s OR title ILIKE %(like)s OR external_id ILIKE %(like)s)"
        " ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {
            "at": created_at, "id": identifier, "collection": query.collection, "client": query.client,
            "status": query.status, "like": like, "limit": query.limit + 1,
        },
    ).fetchall()  # fmt: skip


def document(connection: Connection, document_id: UUID) -> Row:
    """One document. Raises `NoSuchDocument`."""
    row = connection.execute(f"SELECT {_DOCUMENT} FROM document WHERE id = %s", [document_id]).fetchone()
    if row is None:
        raise NoSuchDocument()
    return row


def document_text(connection: Connection, document_id: UUID) -> str:
    """The canonical text of a document. Raises `NoSuchDocument`."""
    row = connection.execute("SELECT text FROM document WHERE id = %s", [document_id]).fetchone()
    if row is None:
        raise NoSuchDocument()
    return str(row["text"])


def chunks_page(connection: Connection, document_id: UUID, cursor: int, limit: int) -> list[Row]:
    """Chunks of a document after the ordinal `cursor`, one more than asked for."""
    return connection.execute(
        "SELECT ordinal, text, tokens, section, page_start, page_end, char_start, char_end, has_table, pages,"
        " line_start, line_end FROM chunk WHERE document_id = %s AND ordinal > %s ORDER BY ordinal LIMIT %s",
        [document_id, cursor, limit + 1],
    ).fetchall()


def begin_version(
    connection: Connection, tenant: str, collection: str, entry: Row, *, source: str, source_id: str | None
) -> Row | None:
    """Find or make the document of a ledger line and draw the number of its next version (`tries`).

    `source_id` names the source that keeps it in step. None when the document is being deleted.
    """
    return connection.execute(
        "INSERT INTO document (tenant, collection, external_id, source, name, title, url, metadata, access, source_id,"
        " status, tries, stale) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'processing', 1, true)"
        " ON CONFLICT (tenant, collection, external_id) DO UPDATE SET tries = document.tries + 1, stale = true,"
        " status = CASE WHEN document.version > 0 THEN document.status ELSE 'processing' END, updated_at = now()"
        " WHERE document.status <> 'deleting' RETURNING *",
        [
            tenant, collection, entry["external_id"], source, entry["name"], entry["title"], entry["url"],
            Jsonb(entry["metadata"]), entry["access"], source_id,
        ],
    ).fetchone()  # fmt: skip


def find_by_external_id(connection: Connection, tenant: str, collection: str, external_id: str) -> Row | None:
    """The document that a source calls by this id."""
    return connection.execute(
        "SELECT * FROM document WHERE tenant = %s AND collection = %s AND external_id = %s",
        [tenant, collection, external_id],
    ).fetchone()


def publish_version(
    connection: Connection,
    *,
    document_id: UUID,
    tenant: str,
    version: int,
    entry: Row,
    made: Mapping[str, Any],
    chunks: Iterable[Sequence[Any]],
) -> bool:
    """Make `version` the current one with its chunks. False when a newer one was begun meanwhile, or it was deleted.

    `made` holds the columns that parsing determined, and the source that keeps it in step, if one does; `chunks` are
    rows (ordinal, text, embed_text, tokens, section, page_start, page_end, char_start, char_end, has_table, pages,
    line_start, line_end).
    """
    row = connection.execute(
        "UPDATE document SET version = %(version)s, status = 'indexed', outcome = %(outcome)s, reason = %(reason)s,"
        " blob = %(blob)s, pipeline = %(pipeline)s, type = %(type)s, size = %(size)s, pages = %(pages)s,"
        " chunks = %(chunks)s, text = %(text)s, name = %(name)s, title = %(title)s, url = %(url)s,"
        " metadata = %(metadata)s, access = %(access)s, source_id = coalesce(%(source_id)s, source_id), crashes = 0,"
        " config_ids = %(config_ids)s::uuid[],"
        " stale = tries > 1, indexed_at = now(), updated_at = now()"
        " WHERE id = %(id)s AND tries = %(version)s AND status <> 'deleting' RETURNING 1 AS one",
        {
            **made, "id": document_id, "version": version, "name": entry["name"], "url": entry["url"],
            "metadata": Jsonb(entry["metadata"]), "access": entry["access"],
        },
    ).fetchone()  # fmt: skip
    if row is None:
        return False
    connection.execute("DELETE FROM chunk WHERE document_id = %s", [document_id])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO chunk (document_id, tenant, ordinal, text, embed_text, tokens, section, page_start, page_end,"
            " char_start, char_end, has_table, pages, line_start, line_end)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[document_id, tenant, *chunk] for chunk in chunks],
        )
    return True


def describe_version(
    connection: Connection, document_id: UUID, version: int, entry: Row, source_id: str | None
) -> bool:
    """Change what describes the current version. False when it is not the current one any more.

    A version that is being made meanwhile was described by what was known before, so it comes to nothing.
    """
    row = connection.execute(
        "UPDATE document SET name = %(name)s, url = %(url)s, metadata = %(metadata)s, access = %(access)s,"
        " source_id = coalesce(%(source_id)s, source_id), updated_at = now(), stale = stale OR tries > version,"
        " tries = CASE WHEN tries > version THEN tries + 1 ELSE tries END"
        " WHERE id = %(id)s AND version = %(version)s AND status <> 'deleting' RETURNING 1 AS one",
        {
            "id": document_id, "version": version, "name": entry["name"], "url": entry["url"],
            "metadata": Jsonb(entry["metadata"]), "access": entry["access"], "source_id": source_id,
        },
    ).fetchone()  # fmt: skip
    # Whoever embeds the collection anew takes it up again, as it is described now.
    connection.execute("DELETE FROM reembedded WHERE document_id = %s", [document_id])
    return row is not None


def fail_version(
    connection: Connection, document_id: UUID, version: int, *, outcome: str, reason: str, crashed_blob: str | None
) -> None:
    """Note why a version could not be made. A document that has an older one stays searchable with it."""
    connection.execute(
        "UPDATE document SET outcome = %(outcome)s, reason = %(reason)s, updated_at = now(),"
        " crashes = CASE WHEN %(crashed)s::text IS NULL THEN 0 WHEN crashed_blob = %(crashed)s THEN crashes + 1"
        " ELSE 1 END, crashed_blob = %(crashed)s,"
        " status = CASE WHEN version > 0 THEN 'indexed' WHEN crashed_blob = %(crashed)s AND crashes >= 1"
        " THEN 'quarantined' ELSE 'failed' END"
        " WHERE id = %(id)s AND tries = %(version)s AND status <> 'deleting'",
        {"id": document_id, "version": version, "outcome": outcome, "reason": reason, "crashed": crashed_blob},
    )


def crashed_blob(connection: Connection, document_id: UUID) -> str | None:
    """The bytes that stopped the parser, of a document that has no version."""
    row = connection.execute("SELECT crashed_blob FROM document WHERE id = %s", [document_id]).fetchone()
    return row["crashed_blob"] if row else None


def file_name(connection: Connection, document_id: UUID) -> str | None:
    """The name that tells the format of a document's bytes, when its source knows that it is another one."""
    row = connection.execute("SELECT file_name FROM source_item WHERE document_id = %s", [document_id]).fetchone()
    return row["file_name"] if row else None


def lift_quarantine(connection: Connection, document_id: UUID) -> None:
    """Somebody asked to try this file again."""
    connection.execute("UPDATE document SET crashes = 0, crashed_blob = NULL WHERE id = %s", [document_id])


def mark_clean(connection: Connection, document_id: UUID, version: int) -> None:
    """The index holds no older version of this document any more; of newer ones only what is being made."""
    connection.execute(
        "UPDATE document SET stale = tries > version WHERE id = %s AND version = %s", [document_id, version]
    )


def mark_deleting(connection: Connection, document_id: UUID) -> Row:
    """The first half of a deletion: from now on the document only waits to disappear. Raises `NoSuchDocument`."""
    row = connection.execute(
        "UPDATE document SET status = 'deleting', updated_at = now() WHERE id = %s"
        " RETURNING id, tenant, collection, blob, crashed_blob",
        [document_id],
    ).fetchone()
    if row is None:
        raise NoSuchDocument()
    return row


def mark_deleting_of_source(connection: Connection, source_id: UUID, document_ids: Sequence[UUID]) -> list[Row]:
    """The same for those of these documents that a source keeps in step."""
    return connection.execute(
        "UPDATE document SET status = 'deleting', updated_at = now() WHERE source_id = %s AND id = ANY (%s)"
        " RETURNING id, tenant, collection, blob, crashed_blob",
        [source_id, list(document_ids)],
    ).fetchall()


def deleting(connection: Connection) -> list[Row]:
    """Deletions that were begun and not ended, for the sweeper."""
    return connection.execute(
        "SELECT id, tenant, collection, blob, crashed_blob FROM document WHERE status = 'deleting'"
        " ORDER BY updated_at LIMIT 100"
    ).fetchall()


def leftovers(connection: Connection) -> list[Row]:
    """Documents of which the index may hold more than the current version, and that no job is about any more."""
    return connection.execute(
        "SELECT id, tenant, collection, version, tries FROM document"
        " WHERE stale AND status <> 'deleting'"
        " AND NOT EXISTS (SELECT 1 FROM job JOIN ledger ON ledger.job_id = job.id"
        " WHERE job.status IN ('queued', 'running') AND ledger.status = 'queued' AND ledger.tenant = document.tenant"
        " AND ledger.external_id = document.external_id AND job.payload ->> 'collection' = document.collection)"
        " ORDER BY id LIMIT 200"
    ).fetchall()


def mark_swept(connection: Connection, document_id: UUID, tries: int) -> None:
    """The index holds only the current version, if there is one. A first version that no job makes has failed."""
    connection.execute(
        "UPDATE document SET stale = false, updated_at = now(),"
        " status = CASE status WHEN 'processing' THEN 'failed' ELSE status END,"
        " outcome = CASE status WHEN 'processing' THEN 'abandoned' ELSE outcome END,"
        " reason = CASE status WHEN 'processing' THEN"
        " 'The job was cancelled, or it failed, before this document was ready. Ingest it again.' ELSE reason END"
        " WHERE id = %s AND tries = %s AND status <> 'deleting'",
        [document_id, tries],
    )


def delete(connection: Connection, document_id: UUID) -> None:
    """The second half: the row and its chunks."""
    connection.execute("DELETE FROM document WHERE id = %s AND status = 'deleting'", [document_id])


def unreferenced(connection: Connection, tenant: str, digests: Sequence[str]) -> list[str]:
    """Which of these blobs nothing refers to: no document, and no line of a ledger that may still be worked on."""
    return [
        row["digest"]
        for row in connection.execute(
            "SELECT asked.digest FROM unnest(%s::text[]) AS asked (digest)"
            " WHERE NOT EXISTS (SELECT 1 FROM document WHERE tenant = %s AND blob = asked.digest)"
            " AND NOT EXISTS (SELECT 1 FROM document WHERE tenant = %s AND crashed_blob = asked.digest)"
            " AND NOT EXISTS (SELECT 1 FROM source_item WHERE tenant = %s AND content = asked.digest)"
            " AND NOT EXISTS (SELECT 1 FROM source_listed WHERE tenant = %s AND content = asked.digest)"
            " AND NOT EXISTS (SELECT 1 FROM ledger WHERE tenant = %s AND blob = asked.digest"
            " AND (status = 'queued' OR (status = 'failed' AND done_at > now() - interval '7 days')))",
            [list(digests), tenant, tenant, tenant, tenant, tenant],
        ).fetchall()
    ]
