"""A job of kind `remove-source`: a source goes, with its documents or without."""

from typing import Any
from uuid import UUID

from data_processing.deletion import Deletion
from data_processing.sync import run_store, store
from oberaconnect import jobs
from oberaconnect.db import Database
from oberaconnect.problems import Unavailable
from oberaconnect.worker import Work

Row = dict[str, Any]

_AT_ONCE = 100


class SourceRemoval:
    """The handler of `remove-source` jobs."""

    def __init__(self, database: Database, deletion: Deletion) -> None:
        """Parts of the process."""
        self._database = database
        self._deletion = deletion

    def __call__(self, work: Work) -> None:
        """Remove what is left of it until nothing is.

        Raises:
            Unavailable: while a run of the source has not ended yet; it was asked to.
        """
        claim = work.claim
        source_id, deleted = UUID(str(claim.payload["source_id"])), 0
        with self._database.transaction(claim.tenant) as connection:
            active = run_store.active(connection, source_id)
            if active and not active["is_waiting"]:
                raise Unavailable("A run of this source is just ending.")
        while claim.payload["documents"] == "delete":
            work.check()
            with self._database.transaction(claim.tenant) as connection:
                found = store.documents_of(connection, source_id, _AT_ONCE)
            if not found:
                break
            self._deletion.delete_of_source(claim.principal, source_id, found)
            deleted += len(found)
            with self._database.transaction(claim.tenant) as connection:
                counts = {"deleted": deleted}
                jobs.progress(connection, claim, stage="deleting", done=deleted, total=deleted, counts=counts)
        with self._database.transaction(claim.tenant) as connection:
            store.delete(connection, source_id)
            jobs.finish(connection, claim, "succeeded", counts={"deleted": deleted})
