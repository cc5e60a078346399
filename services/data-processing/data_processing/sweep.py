"""The sweeper: what was interrupted is completed, and what nothing refers to goes. Runs in the worker."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from data_processing import generations, store
from data_processing.deletion import Deletion
from data_processing.index import Index, Versions, acting_for
from data_processing.sync import run_store
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.problems import Conflict, NotFound, Problem

_SWEEP_SECONDS = 5.0
_SWEEPS_PER_BYTES_SWEEP = 720

_log = logging.getLogger(__name__)


class Sweeper:
    """Sweeps every few seconds until it is told to stop; bytes and old runs once an hour."""

    def __init__(self, database: Database, index: Index, deletion: Deletion, uploads: Path) -> None:
        """`uploads` is the folder of the blobs."""
        self._database = database
        self._index = index
        self._deletion = deletion
        self._uploads = uploads

    def run(self, stopping: threading.Event) -> None:
        """Sweep until `stopping`. One part that fails does not keep the others from their work."""
        turn = 0
        while not stopping.is_set():
            self.sweep()
            if turn % _SWEEPS_PER_BYTES_SWEEP == 0:
                self._attempt("bytes", lambda: self._deletion.sweep_bytes(self._uploads))
                self._attempt("runs", self._forget_runs)
            turn += 1
            stopping.wait(_SWEEP_SECONDS)

    def sweep(self) -> None:
        """One round, without the bytes."""
        self._attempt("deletions", self._deletion.sweep)
        self._attempt("documents", self._sweep_documents)
        self._attempt("generations", self._sweep_generations)

    def _attempt(self, what: str, task: Callable[[], object]) -> None:
        try:
            task()
        except Problem as problem:
            _log.info("sweeper waits", extra={"what": what, "reason": problem.detail})
        except Exception:
            _log.exception("sweeper error", extra={"what": what})

    def _forget_runs(self) -> None:
        with self._database.transaction(EVERY_TENANT) as connection:
            run_store.forget_old(connection)

    def _sweep_documents(self) -> None:
        """Take out of the index what jobs put there that never came to publish it.

        They cannot do so any more, for they have lost their leases; what they still send comes to nothing.
        """
        with self._database.transaction(EVERY_TENANT) as connection:
            rows = store.leftovers(connection)
        for row in rows:
            # What a later attempt makes has higher numbers than these.
            newer = Versions(row["id"], row["version"] + 1, row["tries"] + 1)
            older = Versions(row["id"], before=row["version"])
            self._index.prune(acting_for("sweeper", row["tenant"]), row["collection"], [older, newer])
            with self._database.transaction(row["tenant"]) as connection:
                store.mark_swept(connection, row["id"], row["tries"])

    def _sweep_generations(self) -> None:
        """Drop what a failed or cancelled job had embedded: nothing searches it, but every write goes into it too."""
        while True:
            with self._database.transaction(EVERY_TENANT) as connection:
                job = generations.unfinished(connection)
                if job is None:
                    return
                collection = str(job["payload"]["collection"])
                principal = acting_for("sweeper", str(job["payload"]["begun_for"]))
                # Not found: the collection is gone. Conflict: it is searched after all; only the job did not learn it.
                with suppress(NotFound, Conflict):
                    # Its key tells the number, whether or not the job came to know it.
                    number = self._index.begin_generation(principal, collection, job["id"])
                    self._index.discard_generation(principal, collection, number)
                generations.mark_dropped(connection, job["id"])
