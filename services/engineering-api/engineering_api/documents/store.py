"""Documents in PostgreSQL: one function a statement. A document has the id of the job that writes it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from engineering_api.documents.forms import FORMATS, Format
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import NotFound

Row = dict[str, Any]

_ITEM = (
    "document.id, document.tenant AS client, document.template, document.title, document.created_at,"
    " coalesce(job.status, 'succeeded') AS status, coalesce(job.stage, 'succeeded') AS stage, job.problem,"
    " ARRAY(SELECT format FROM document_file WHERE document_file.tenant = document.tenant"
    " AND document_file.document_id = document.id) AS formats"
)
_FROM = "document LEFT JOIN job ON job.tenant = document.tenant AND job.id = document.id"


class NoSuchDocument(NotFound):
    """There is no document with this id."""


def places(
    connection: Connection, client: str, config_ids: Sequence[UUID] | None, *, site: str | None, most: int
) -> list[Row]:
    """Ids and clients of configurations: of these, or the latest of every device of a client or one of its sites."""
    if config_ids is not None:
        return connection.execute(
            "SELECT id, tenant AS client FROM config WHERE id = ANY(%s)", [list(config_ids)]
        ).fetchall()
    return connection.execute(
        "SELECT latest AS id, tenant AS client FROM device WHERE tenant = %(client)s AND latest IS NOT NULL"
        " AND (%(site)s::text IS NULL OR site = %(site)s) ORDER BY name, id LIMIT %(most)s",
        {"client": client, "site": site, "most": most},
    ).fetchall()


def findings(connection: Connection, client: str, config_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What the last audit of each of a client's configurations found."""
    rows = connection.execute(
        "SELECT DISTINCT ON (config_id) config_id, findings FROM audit WHERE tenant = %s AND config_id = ANY(%s)"
        " ORDER BY config_id, created_at DESC, id",
        [client, list(config_ids)],
    ).fetchall()
    return {row["config_id"]: row["findings"] for row in rows}


def records(connection: Connection, config_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """What is known of the files of configurations, and of the ones before them, without their texts."""
    rows = connection.execute(
        "SELECT config.id, config.name, config.number, config.created_at, config.subject, config.hash, config.read,"
        " config.confidence, before.id AS before_id, before.number AS before_number,"
        " before.created_at AS before_created_at FROM config LEFT JOIN LATERAL (SELECT id, number, created_at"
        " FROM config AS earlier WHERE earlier.tenant = config.tenant AND earlier.device_id = config.device_id"
        " AND earlier.number < config.number ORDER BY earlier.number DESC LIMIT 1) AS before ON true"
        " WHERE config.id = ANY(%s)",
        [list(config_ids)],
    ).fetchall()
    return {row["id"]: row for row in rows}


def text(connection: Connection, config_id: UUID) -> str:
    """The text of a configuration without its secrets; none if it is gone."""
    row = connection.execute("SELECT text FROM config WHERE id = %s", [config_id]).fetchone()
    return row["text"] if row else ""


def add(connection: Connection, caller: Principal, document_id: UUID, *, template: str, title: str) -> None:
    """Note a document that a job is to write."""
    connection.execute(
        "INSERT INTO document (id, tenant, template, title, subject) VALUES (%s, %s, %s, %s, %s)",
        [document_id, caller.tenant, template, title, caller.subject],
    )


def write(
    connection: Connection, tenant: str, document_id: UUID, fields: Mapping[str, Any], files: Mapping[Format, bytes]
) -> bool:
    """Keep what was written; whether the document is still wanted. `fields`: title, markdown, sources, sections, notes.

    A job that is done again replaces what it wrote before.
    """
    row = connection.execute(
        "UPDATE document SET title = %(title)s, markdown = %(markdown)s, sources = %(sources)s,"
        " sections = %(sections)s, notes = %(notes)s WHERE tenant = %(tenant)s AND id = %(id)s RETURNING 1 AS one",
        {
            **fields,
            "sources": Jsonb(fields["sources"]),
            "sections": Jsonb(fields["sections"]),
            "notes": Jsonb(fields["notes"]),
            "tenant": tenant,
            "id": document_id,
        },
    ).fetchone()
    if row is None:
        return False
    connection.execute("DELETE FROM document_file WHERE tenant = %s AND document_id = %s", [tenant, document_id])
    for form, content in files.items():
        connection.execute(
            "INSERT INTO document_file (document_id, tenant, format, content) VALUES (%s, %s, %s, %s)",
            [document_id, tenant, form, content],
        )
    # What is not to be kept is kept no longer than it takes.
    connection.execute("UPDATE job SET payload = payload - 'text' WHERE tenant = %s AND id = %s", [tenant, document_id])
    return True


def find(connection: Connection, document_id: UUID) -> Row:
    """A document with its Markdown and sources. Raises `NoSuchDocument`."""
    row = connection.execute(
        f"SELECT {_ITEM}, document.markdown, document.sources, document.sections, document.notes FROM {_FROM}"
        " WHERE document.id = %s",
        [document_id],
    ).fetchone()
    if row is None:
        raise NoSuchDocument()
    return _ordered(row)


def content(connection: Connection, document_id: UUID, form: str) -> bytes | None:
    """A document in one form; None when it was not written in it."""
    row = connection.execute(
        "SELECT content FROM document_file WHERE document_id = %s AND format = %s", [document_id, form]
    ).fetchone()
    return bytes(row["content"]) if row else None


def page(connection: Connection, query: Paged, *, client: str | None, template: str | None) -> list[Row]:
    """A page of documents, newest first, and one more if there is a next page."""
    at, after = query.position()
    rows = connection.execute(
        f"SELECT {_ITEM} FROM {_FROM} WHERE (%(client)s::text IS NULL OR document.tenant = %(client)s)"
        " AND (%(template)s::text IS NULL OR document.template = %(template)s)"
        " AND (document.created_at, document.id) < (%(at)s, %(id)s)"
        " ORDER BY document.created_at DESC, document.id DESC LIMIT %(limit)s",
        {"client": client, "template": template, "at": at, "id": after, "limit": query.limit + 1},
    ).fetchall()
    return [_ordered(row) for row in rows]


def delete(connection: Connection, document_id: UUID) -> None:
    """Delete a document with its files. Raises `NoSuchDocument`."""
    if connection.execute("DELETE FROM document WHERE id = %s RETURNING id", [document_id]).fetchone() is None:
        raise NoSuchDocument()


def _ordered(row: Row) -> Row:
    return row | {"formats": sorted(row["formats"], key=FORMATS.index)}
