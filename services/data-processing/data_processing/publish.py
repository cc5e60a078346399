"""Publishing prepared versions: the index first, then the database, then what the index no longer needs.

Each version of a document has a number of its own in the index, ever growing; the database says which one is current.
A killed attempt leaves nothing that the next one does not replace, and the old version answers until the new one does.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from data_processing import generations, ledger, store
from data_processing.chunk import Chunk
from data_processing.index import Index, Versions, portions
from data_processing.prepare import Described, Prepared, Settled
from oberaconnect import jobs
from oberaconnect.db import EVERY_TENANT, Connection, Database, Jsonb
from oberaconnect.jobs import Claim
from oberaconnect.problems import Conflict, Problem, Unprocessable
from oberaconnect.worker import Work

#: The index takes so many characters of a section's path.
_MAX_SECTION = 2000
_REINDEX_POLL_SECONDS = 2.0
_SUPERSEDED = "A newer version of this document came in at the same time, or it was deleted."


class Publisher:
    """Shared by all jobs of the worker."""

    def __init__(self, database: Database, index: Index, pipeline: str) -> None:
        """`pipeline` names what made the chunks."""
        self._database = database
        self._index = index
        self._pipeline = pipeline

    def held_since(self, claim: Claim) -> datetime | None:
        """What was indexed before then, the index has no more: its collection was deleted. None: nothing is there.

        Raises `Unavailable` or `Timeout` when the index is away: nothing should be parsed in vain.
        """
        return self._index.held_since(claim.principal, str(claim.payload["collection"]))

    def publish(self, work: Work, batch: Sequence[Prepared]) -> None:
        """Make a batch of versions searchable and current.

        Raises:
            Unavailable, Timeout: when the index or the database does not answer; the batch is then published again.
            LostLease: when another worker has the job; the versions stay unpublished.
        """
        claim, collection = work.claim, str(work.claim.payload["collection"])
        try:
            self._put(work, collection, batch)
        except Unprocessable as refusal:
            self._publish_singly(work, batch, refusal)
            return
        replaced: list[Prepared] = []
        superseded: list[Prepared] = []
        with self._database.transaction(claim.tenant) as connection:
            for item in batch:
                if not self._make_current(connection, claim, item):
                    superseded.append(item)
                elif item.version > 1:
                    ledger.name_document(connection, claim.id, item.entry["number"], item.document_id)
                    replaced.append(item)
                else:
                    _close(connection, claim, item)
            progress(connection, claim)
        if not replaced and not superseded:
            return
        older = [Versions(item.document_id, before=item.version) for item in replaced]
        # A newer version was begun while these were made, or the document was deleted: only they are taken back.
        taken_back = [Versions.only(item.document_id, item.version) for item in superseded]
        self._index.prune(claim.principal, collection, older + taken_back)
        with self._database.transaction(claim.tenant) as connection:
            for item in replaced:
                _close(connection, claim, item)
            for item in superseded:
                ledger.close_entry(
                    connection,
                    claim.id,
                    item.entry["number"],
                    status="skipped",
                    outcome="superseded",
                    reason=_SUPERSEDED,
                )
            progress(connection, claim)

    def describe(self, work: Work, batch: Sequence[Described]) -> None:
        """Change what the index and the database say of documents whose content has not changed.

        The index first: nobody finds by it what he may not read any more. Errors as for `publish`.
        """
        claim = work.claim
        source_id = claim.payload.get("source_id")
        try:
            self._index.describe(
                claim.principal, str(claim.payload["collection"]), [_described(item) for item in batch]
            )
        except Unprocessable as refusal:
            if len(batch) > 1:
                for item in batch:
                    self.describe(work, [item])
                return
            (item,) = batch
            self.settle(claim, Settled(item.entry, "failed", item.known["id"], "refused", refusal.detail))
            return
        with self._database.transaction(claim.tenant) as connection:
            for item in batch:
                known = item.known
                is_current = store.describe_version(connection, known["id"], known["version"], item.entry, source_id)
                ledger.close_entry(
                    connection,
                    claim.id,
                    item.entry["number"],
                    status="indexed" if is_current else "skipped",
                    document_id=known["id"],
                    outcome=known["outcome"] if is_current else "superseded",
                    reason=None if is_current else _SUPERSEDED,
                    chunks=known["chunks"],
                    pages=known["pages"],
                )
            progress(connection, claim)

    def settle(self, claim: Claim, result: Settled) -> None:
        """Close a line that needs no publishing."""
        if result.stale is not None and result.document_id is not None:
            older = Versions(result.document_id, before=result.stale)
            self._index.prune(claim.principal, str(claim.payload["collection"]), [older])
        with self._database.transaction(claim.tenant) as connection:
            if result.stale is not None and result.document_id is not None:
                store.mark_clean(connection, result.document_id, result.stale)
            ledger.close_entry(
                connection,
                claim.id,
                result.entry["number"],
                status=result.status,
                document_id=result.document_id,
                outcome=result.outcome,
                reason=result.reason,
                chunks=result.chunks,
                pages=result.pages,
            )
            progress(connection, claim)

    def _publish_singly(self, work: Work, batch: Sequence[Prepared], refusal: Unprocessable) -> None:
        """The index does not take one of these as it is: it alone has failed, not the job."""
        if len(batch) > 1:
            for item in batch:
                self.publish(work, [item])
            return
        (item,) = batch
        with self._database.transaction(work.claim.tenant) as connection:
            store.fail_version(
                connection,
                item.document_id,
                item.version,
                outcome="refused",
                reason=refusal.detail,
                crashed_blob=None,
            )
        self.settle(work.claim, Settled(item.entry, "failed", item.document_id, "refused", refusal.detail))

    def _put(self, work: Work, collection: str, batch: Sequence[Prepared]) -> None:
        """Write versions to the index. When that ends early, for example because the job is cancelled, none is found.

        Not after a refusal: then the others are still to be published.
        """
        claim = work.claim
        try:
            for part in portions([_indexable(claim, item) for item in batch]):
                self._put_part(work, collection, part)
                work.check()
        except Unprocessable:
            raise
        except Exception:
            with suppress(Problem):  # when the index is away, the next attempt or the sweeper sees to it
                written = [Versions.only(item.document_id, item.version) for item in batch]
                self._index.prune(claim.principal, collection, written)
            raise

    def _put_part(self, work: Work, collection: str, documents: Sequence[Mapping[str, Any]]) -> None:
        was_refused = False
        while True:
            try:
                return self._index.put(work.claim.principal, collection, documents)
            except Conflict:
                # The service embeds with another model than the collection. When it is being embedded anew with that
                # one, these documents wait for the end of it; otherwise somebody has to decide. It may have ended
                # since the refusal, which one more attempt tells.
                is_waited_for = self._is_reindexed(collection)
                if was_refused and not is_waited_for:
                    raise
                was_refused = not is_waited_for
            work.check()
            time.sleep(_REINDEX_POLL_SECONDS if is_waited_for else 0)

    def _is_reindexed(self, collection: str) -> bool:
        with self._database.transaction(EVERY_TENANT) as connection:
            return generations.is_running(connection, collection)

    def _make_current(self, connection: Connection, claim: Claim, item: Prepared) -> bool:
        return store.publish_version(
            connection,
            document_id=item.document_id,
            tenant=claim.tenant,
            version=item.version,
            entry=item.entry,
            made={
                "outcome": item.parsed.outcome,
                "reason": item.reason,
                "blob": item.blob,
                "pipeline": self._pipeline,
                "type": item.parsed.media_type,
                "size": item.size,
                "pages": item.parsed.n_pages,
                "chunks": len(item.chunks),
                "text": item.text,
                "title": item.title,
                "source_id": claim.payload.get("source_id"),
                "config_ids": list(item.config_ids),
            },
            chunks=[_row(piece) for piece in item.chunks],
        )


def progress(connection: Connection, claim: Claim) -> None:
    """Write the counts of the ledger into the job. Raises `LostLease`."""
    counts, total = ledger.tally(connection, claim.id)
    jobs.progress(connection, claim, stage="indexing", done=sum(counts.values()), total=total, counts=counts)


def _close(connection: Connection, claim: Claim, item: Prepared) -> None:
    store.mark_clean(connection, item.document_id, item.version)
    ledger.close_entry(
        connection,
        claim.id,
        item.entry["number"],
        status="indexed",
        document_id=item.document_id,
        outcome=item.parsed.outcome,
        reason=item.reason,
        chunks=len(item.chunks),
        pages=item.parsed.n_pages,
    )


def _described(item: Described) -> Mapping[str, Any]:
    """What the index is to say of a version from now on."""
    entry, known = item.entry, item.known
    return {
        "id": str(known["id"]),
        "version": known["version"],
        "url": entry["url"],
        "metadata": entry["metadata"],
        "access": entry["access"],
    }


def _section(piece: Chunk) -> str:
    """The headings above a chunk; in a configuration its lines too, by which people find the place again."""
    path = " › ".join(piece.section_path)[:_MAX_SECTION]
    if piece.lines is None:
        return path
    first, last = piece.lines
    lines = f"lines {first}–{last}" if first < last else f"line {first}"
    return f"{path} › {lines}" if path else lines


def _row(piece: Chunk) -> tuple[Any, ...]:
    places = (piece.page_start, piece.page_end, piece.char_start, piece.char_end)
    pages = Jsonb([list(turn) for turn in piece.pages])
    head = (piece.ordinal, piece.text, piece.embed_text, piece.n_tokens, _section(piece))
    return (*head, *places, piece.has_table, pages, *(piece.lines or (None, None)))


def _indexable(claim: Claim, item: Prepared) -> Mapping[str, Any]:
    """What the index keeps of a version."""
    return {
        "id": str(item.document_id),
        "version": item.version,
        "external_id": item.entry["external_id"],
        "title": item.title,
        "url": item.entry["url"],
        "source": claim.payload["source"],
        "type": item.parsed.media_type,
        "metadata": item.entry["metadata"],
        "access": item.entry["access"],
        "chunks": [
            {
                "ordinal": piece.ordinal,
                "text": piece.text,
                "embed_text": piece.embed_text,
                "section": _section(piece),
                "page_start": piece.page_start,
                "page_end": piece.page_end,
                "char_start": piece.char_start,
                "char_end": piece.char_end,
                "pages": piece.pages,
            }
            for piece in item.chunks
        ],
    }
