"""Which versions were removed, in PostgreSQL: what was removed once is not written again.

A writing may be on its way while what it writes is removed: its sender was killed, or did not wait for the answer. The
numbers of versions only grow, so a removed one is never meant again, and what comes of it is left out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from oberaconnect.db import Connection

#: No writing is on its way for longer than this.
ON_ITS_WAY = "1 day"

#: The id of a document and the number of a version.
Key = tuple[str, int]


@dataclass(frozen=True)
class Removal:
    """Versions of a document from `first` up to, not including, `before` (None: all that follow)."""

    document_id: str
    first: int = 0
    before: int | None = None


def wait_as_writer(connection: Connection, tenant: str, collection: str) -> None:
    """Until this transaction ends, nothing of the tenant is removed or described; others may write too."""
    connection.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s), hashtext(%s))", [collection, tenant])


def wait_alone(connection: Connection, tenant: str, collection: str) -> None:
    """Until this transaction ends, nobody else writes, removes or describes anything of the tenant."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [collection, tenant])


def note(connection: Connection, tenant: str, collection: str, removals: Sequence[Removal]) -> None:
    """Note what is being removed, and forget what was so long ago that nothing of it can be on its way."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO removal (tenant, collection, document_id, versions)"
            " VALUES (%s, %s, %s, int4multirange(int4range(%s, %s))) ON CONFLICT (tenant, collection, document_id)"
            " DO UPDATE SET versions = removal.versions + excluded.versions, removed_at = now()",
            [
                [tenant, collection, item.document_id, item.first, item.before]
                for item in removals
                if item.before is None or item.first < item.before
            ],
        )
    connection.execute(
        "DELETE FROM removal WHERE tenant = %s AND collection = %s AND removed_at < now() - %s::interval",
        [tenant, collection, ON_ITS_WAY],
    )


def among(connection: Connection, tenant: str, collection: str, versions: Collection[Key]) -> set[Key]:
    """Those of the versions that were removed."""
    rows = connection.execute(
        "SELECT wanted.id, wanted.version FROM unnest(%s::uuid[], %s::integer[]) AS wanted (id, version)"
        " JOIN removal ON tenant = %s AND collection = %s AND document_id = wanted.id AND versions @> wanted.version",
        [[key[0] for key in versions], [key[1] for key in versions], tenant, collection],
    )
    return {(str(row["id"]), row["version"]) for row in rows}
