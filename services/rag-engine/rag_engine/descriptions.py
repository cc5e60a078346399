"""What is said of versions apart from their text, in PostgreSQL: whoever writes such a version writes that of it.

A writing may be on its way, with what was true when it was sent, while a version is described anew. So what was said
last holds for a day, also against a writing that says otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oberaconnect.db import Connection, Jsonb
from rag_engine.removals import ON_ITS_WAY, Key
from rag_engine.vectors.filters import flags


@dataclass(frozen=True)
class Description:
    """What is true of a version of a document. `access`: its readers; None is everybody of the client."""

    document_id: str
    version: int
    url: str | None
    metadata: Mapping[str, Any]
    access: Sequence[str] | None

    @property
    def key(self) -> Key:
        """What names the version."""
        return self.document_id, self.version


def fields(url: str | None, metadata: Mapping[str, Any], access: Sequence[str] | None) -> dict[str, Any]:
    """What a search filters by and shows of it, as fields of a point. Pure."""
    return {
        "url": url,
        "metadata": dict(metadata),
        "flags": flags(metadata),
        "access": None if access is None else list(access),
    }


def note(connection: Connection, tenant: str, collection: str, described: Sequence[Description]) -> None:
    """Note what is said from now on, and forget what was so long ago that no writing on its way can contradict it."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO description (tenant, collection, document_id, version, url, metadata, access)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, collection, document_id, version)"
            " DO UPDATE SET url = excluded.url, metadata = excluded.metadata, access = excluded.access,"
            " described_at = now()",
            [
                [
                    tenant,
                    collection,
                    item.document_id,
                    item.version,
                    item.url,
                    Jsonb(dict(item.metadata)),
                    None if item.access is None else list(item.access),
                ]
                for item in described
            ],
        )
    connection.execute(
        "DELETE FROM description WHERE tenant = %s AND collection = %s AND described_at < now() - %s::interval",
        [tenant, collection, ON_ITS_WAY],
    )


def among(connection: Connection, tenant: str, collection: str, versions: Collection[Key]) -> dict[Key, Description]:
    """What was said of those of the versions of which something was."""
    rows = connection.execute(
        "SELECT document_id, description.version, url, metadata, access"
        " FROM unnest(%s::uuid[], %s::integer[]) AS wanted (id, version) JOIN description"
        " ON tenant = %s AND collection = %s AND document_id = wanted.id AND description.version = wanted.version",
        [[key[0] for key in versions], [key[1] for key in versions], tenant, collection],
    )
    found = [Description(**{**row, "document_id": str(row["document_id"])}) for row in rows]
    return {item.key: item for item in found}
