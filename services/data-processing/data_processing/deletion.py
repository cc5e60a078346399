"""Deleting documents for good: first out of the index, then out of the database and off the disk.

A deletion that is interrupted is completed by the sweeper, so that nothing deleted is quoted any more.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from data_processing import ledger, store
from data_processing.blobs import Blobs
from data_processing.index import Index, Versions, acting_for
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Database

#: Bytes this old that nothing refers to belong to no request in progress.
_ORPHAN_SECONDS = 3600.0


class Deletion:
    """Shared by the web processes and the sweeper."""

    def __init__(self, database: Database, blobs: Blobs, index: Index) -> None:
        """The parts of the service."""
        self._database = database
        self._blobs = blobs
        self._index = index

    def delete(self, principal: Principal, document_id: UUID) -> None:
        """Delete a document.

        Raises:
            NoSuchDocument: when the principal sees none with this id.
            Unavailable: when the index is away; the document is then marked and the sweeper completes the deletion.
        """
        with self._database.transaction(principal.tenants, principal.readers) as connection:
            row = store.mark_deleting(connection, document_id)
        self._complete([row], principal.subject)

    def delete_of_source(self, principal: Principal, source_id: UUID, document_ids: Sequence[UUID]) -> None:
        """Delete those of some documents that a source keeps in step. Errors as for `delete`."""
        with self._database.transaction(principal.tenants) as connection:
            rows = store.mark_deleting_of_source(connection, source_id, document_ids)
        self._complete(rows, principal.subject)

    def sweep(self) -> None:
        """Complete deletions that were interrupted, of every tenant. Raises `Unavailable` when the index is away.

        One that is not interrupted at all is done twice, which is no harm.
        """
        with self._database.transaction(EVERY_TENANT) as connection:
            rows = store.deleting(connection)
        for tenant in sorted({row["tenant"] for row in rows}):
            self._complete([row for row in rows if row["tenant"] == tenant], "sweeper")

    def sweep_bytes(self, root: Path) -> int:
        """Remove bytes that no document refers to any more (older versions). Returns how many files went."""
        removed = 0
        horizon = time.time() - _ORPHAN_SECONDS
        for folder in root.iterdir() if root.is_dir() else ():
            old = list(_older(folder, horizon))
            if folder.name == "incoming":
                gone = [file.name for file in old]
                for file in old:
                    file.unlink(missing_ok=True)
            else:
                with self._database.transaction(folder.name) as connection:
                    gone = store.unreferenced(connection, folder.name, sorted({file.stem for file in old}))
                self._blobs.remove(folder.name, gone)
            removed += len(gone)
        return removed

    def _complete(self, rows: Sequence[store.Row], subject: str) -> None:
        """Of one tenant."""
        for collection in sorted({row["collection"] for row in rows}):
            mine = [row for row in rows if row["collection"] == collection]
            tenant = mine[0]["tenant"]
            self._index.prune(acting_for(subject, tenant), collection, [Versions(row["id"]) for row in mine])
            with self._database.transaction(tenant) as connection:
                digests = {row[name] for row in mine for name in ("blob", "crashed_blob")}
                for row in mine:
                    store.delete(connection, row["id"])
                    digests.update(ledger.forget_document(connection, row["id"]))
                gone = store.unreferenced(connection, tenant, sorted(digests - {None}))
            self._blobs.remove(tenant, gone)


def _older(folder: Path, horizon: float) -> Iterator[Path]:
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # an upload that has just got its final name
            if file.is_file() and file.stat().st_mtime < horizon:
                yield file
