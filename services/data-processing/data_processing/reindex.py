"""A job of kind `reindex`: every stored chunk of a collection is embedded anew, beside what is searched meanwhile.

Documents that come in, change or go while it runs are seen to in further passes, until what is stored and what is
embedded agree and the index confirms the count; only then is the new generation searched. New versions of documents
that the index can take meanwhile go into both generations; where it cannot, because it embeds with another model now,
their ingestion waits for the end of this job.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from data_processing import generations
from data_processing.generations import Row
from data_processing.index import Index, Versions, acting_for, portions
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.problems import Conflict, NotFound
from oberaconnect.worker import Work

#: The index may hold what an ingestion has not yet published, so a wrong count is asked for again.
_PASSES = 30
_PAUSE_SECONDS = 2.0
_PAGE_DOCUMENTS = 50


class Reindexing:
    """The handler of `reindex` jobs."""

    def __init__(self, database: Database, index: Index) -> None:
        """Parts of the process."""
        self._database = database
        self._index = index

    def __call__(self, work: Work) -> None:
        """Fill a generation, have it searched, end the job."""
        claim, collection = work.claim, str(work.claim.payload["collection"])
        holder = self._holder(work, collection)
        self._index.create(holder, collection)
        generation = self._index.begin_generation(holder, collection, claim.id)
        for further in range(_PASSES - 1, -1, -1):
            self._embed(work, collection, generation)
            self._prune(work, collection)
            with self._database.transaction(EVERY_TENANT) as connection:
                documents, points = generations.totals(connection, collection)
            try:
                self._index.activate(holder, collection, generation, points)
                break
            except Conflict:
                if not further:
                    raise
            work.check()
            time.sleep(_PAUSE_SECONDS)
        with self._database.transaction(EVERY_TENANT) as connection:
            generations.forget_all(connection, claim.id)
            result = {"generation": generation, "points": points}
            jobs.finish(connection, claim, "succeeded", counts={"indexed": documents}, result=result)

    def _holder(self, work: Work, collection: str) -> Principal:
        """For whom the generation is begun: in every attempt the same, also when its documents have gone meanwhile."""
        claim = work.claim
        tenant = claim.payload.get("begun_for")
        if tenant is None:
            with self._database.transaction(EVERY_TENANT) as connection:
                tenant = generations.some_tenant(connection, collection)
                if tenant is None:
                    raise NotFound(f"There are no documents in the collection '{collection}' any more.")
                generations.mark_begun(connection, claim.id, tenant)
        return acting_for(claim.subject, tenant)

    def _embed(self, work: Work, collection: str, generation: int) -> None:
        """Embed what is left until nothing is."""
        claim = work.claim
        while True:
            with self._database.transaction(EVERY_TENANT) as connection:
                rows = generations.left(connection, claim.id, collection, _PAGE_DOCUMENTS)
                generations.begin(connection, claim.id, rows)
                total, _ = generations.totals(connection, collection)
            if not rows:
                return
            for tenant, documents in _by_tenant(rows):
                principal = acting_for(claim.subject, tenant)
                for part in portions(self._indexable(row) for row in documents):
                    work.check()
                    self._index.put(principal, collection, part, generation=generation)
                if older := [Versions(row["id"], before=row["version"]) for row in documents if row["earlier"]]:
                    self._index.prune(principal, collection, older)
                with self._database.transaction(EVERY_TENANT) as connection:
                    done = generations.done(connection, claim.id, documents)
                    counts = {"indexed": done}
                    jobs.progress(
                        connection, claim, stage="embedding", done=min(done, total), total=total, counts=counts
                    )

    def _prune(self, work: Work, collection: str) -> None:
        """What was deleted meanwhile must not come back with the new generation."""
        claim = work.claim
        with self._database.transaction(EVERY_TENANT) as connection:
            rows = generations.gone(connection, claim.id)
        for tenant, documents in _by_tenant(rows):
            versions = [Versions(row["id"]) for row in documents]
            self._index.prune(acting_for(claim.subject, tenant), collection, versions)
            with self._database.transaction(EVERY_TENANT) as connection:
                generations.forget(connection, claim.id, [row["id"] for row in documents])

    def _indexable(self, row: Row) -> dict[str, Any]:
        with self._database.transaction(row["tenant"]) as connection:
            chunks = generations.chunks(connection, row["id"])
        return {
            "id": str(row["id"]),
            "version": row["version"],
            "external_id": row["external_id"],
            "title": row["title"],
            "url": row["url"],
            "source": row["source"],
            "type": row["type"],
            "updated_at": row["indexed_at"].isoformat(),
            "metadata": row["metadata"],
            "access": row["access"],
            "chunks": chunks,
        }


def _by_tenant(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for tenant, found in groupby(rows, key=lambda row: str(row["tenant"])):
        yield tenant, list(found)
