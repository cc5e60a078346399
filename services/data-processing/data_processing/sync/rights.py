"""Who may read the current versions of documents, brought to what it should be before anything else is indexed.

Changing it embeds nothing, waits for no download, and counts against no budget: a right that was taken away is gone in
the next run, also of a file that cannot be fetched. A version that is to be replaced is shown only to those of its
readers who may read the next one, too: what was secret before stays so until it is gone.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from data_processing import store
from data_processing.index import Index
from data_processing.sync import plan
from oberaconnect.db import Database
from oberaconnect.worker import Work

Row = dict[str, Any]
#: None: everybody of the client.
Access = Sequence[str] | None

_AT_ONCE = 100


def bring_about(work: Work, database: Database, index: Index, source: Row, given: dict[str, Any]) -> None:
    """Describe all documents of a source anew whose readers are to be others. Errors as for `Index.describe`.

    `given` are the parameters of the plan.
    """
    claim, after = work.claim, UUID(int=0)
    while True:
        work.check()
        with database.transaction(claim.tenant) as connection:
            rows = plan.with_other_readers(connection, {**given, "after": after}, _AT_ONCE)
        if not rows:
            return
        after = rows[-1]["id"]
        changed = [row | {"access": access} for row in rows if (access := _readers(row)) != row["access"]]
        documents = [
            {"id": str(row["id"]), **{name: row[name] for name in ("version", "url", "metadata", "access")}}
            for row in changed
        ]
        index.describe(claim.principal, source["collection"], documents)
        with database.transaction(claim.tenant) as connection:
            for row in changed:
                store.describe_version(connection, row["id"], row["version"], row, None)


def _readers(row: Row) -> Access:
    """Who is to read the version that is there now."""
    effective: Access = row["effective"]
    is_theirs = row["is_same"] or row["version"] == 0
    return effective if is_theirs else both(row["access"], effective)


def both(one: Access, other: Access) -> Access:
    """Who may read by both of two lists: who is named by the one, and named or meant by the other.

    Somebody named by id is taken for one of the organisation when only the other list says `org`; whoever is known by
    address alone is not, for that is how guests are.
    """
    if one is None or other is None:
        return other if one is None else one
    if "org" in one and "org" in other:
        return sorted({*one} & {*other})
    meant = {reader for reader in other if _is_meant(reader, one)} | {
        reader for reader in one if _is_meant(reader, other)
    }
    return sorted(meant)


def _is_meant(reader: str, by: Sequence[str]) -> bool:
    return reader in by or "anyone" in by or ("org" in by and reader.startswith(("user:", "group:")))
