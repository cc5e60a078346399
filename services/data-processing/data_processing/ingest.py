"""A job of kind `ingest`: list, prepare, publish, end.

While the chunks of one file are embedded, the next files are parsed. A resumed job goes on with the lines of its ledger
that are still queued.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from data_processing import ledger, sources
from data_processing.blobs import Blobs
from data_processing.prepare import Prepared, Preparer, Settled
from data_processing.publish import Publisher
from oberaconnect import jobs
from oberaconnect.db import Connection, Database
from oberaconnect.http import Download
from oberaconnect.jobs import Claim
from oberaconnect.problems import Problem, Unprocessable
from oberaconnect.settings import Settings
from oberaconnect.worker import Work

#: Chunks that go to the index in one request: enough to keep its threads busy, few enough to report progress.
BATCH_CHUNKS = 64
#: Lines read from the ledger at once.
PAGE_LINES = 200


class Ingestion:
    """The handler of `ingest` jobs; several threads may use it for a job each."""

    def __init__(
        self, settings: Settings, database: Database, blobs: Blobs, *, preparer: Preparer, publisher: Publisher
    ) -> None:
        """The parts are shared by all jobs of the process."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._preparer = preparer
        self._publisher = publisher

    def __call__(self, work: Work) -> None:
        """Work through the job until its last line is closed."""
        held_since = self._publisher.held_since(work.claim)
        self._list(work)
        with ThreadPoolExecutor(self._settings.parse_workers, thread_name_prefix="prepare") as threads:
            while entries := self._queued(work.claim):
                self._page(work, threads, entries, held_since)
        self._end(work.claim)

    def _queued(self, claim: Claim) -> list[ledger.Row]:
        with self._database.transaction(claim.tenant) as connection:
            return ledger.queued_entries(connection, claim.id, PAGE_LINES)

    def _page(
        self,
        work: Work,
        threads: ThreadPoolExecutor,
        entries: Sequence[ledger.Row],
        held_since: datetime | None,
    ) -> None:
        def prepare(entry: ledger.Row) -> Prepared | Settled:
            return self._preparer.prepare(work.claim, entry, held_since)

        batch: list[Prepared] = []
        for result in _ahead(threads, prepare, entries, self._settings.parse_workers):
            work.check()
            if isinstance(result, Settled):
                self._publisher.settle(work.claim, result)
                continue
            batch.append(result)
            if sum(len(item.chunks) for item in batch) >= BATCH_CHUNKS:
                self._publisher.publish(work, batch)
                batch = []
        if batch:
            self._publisher.publish(work, batch)

    def _list(self, work: Work) -> None:
        """Some sources know their documents only when they look. Looking again adds only what is new."""
        claim, payload = work.claim, work.claim.payload
        with self._database.transaction(claim.tenant) as connection:
            _, known = ledger.tally(connection, claim.id)
        if payload["source"] == "folder":
            entries = sources.list_folder(
                self._settings.inbox_dir, str(payload["path"]), recursive=bool(payload["recursive"])
            )
            if not entries:
                raise Unprocessable("There are no files in this folder.")
            with self._database.transaction(claim.tenant) as connection:
                ledger.add_entries(
                    connection, claim.id, claim.tenant, [_with(payload, entry) for entry in entries], known
                )
        elif payload["source"] == "url" and payload["depth"] > 0:
            self._crawl(work, known)

    def _crawl(self, work: Work, known: int) -> None:
        claim, payload = work.claim, work.claim.payload
        pages = sources.crawl(
            str(payload["url"]),
            int(payload["depth"]),
            max_bytes=self._settings.max_upload_mb * 2**20,
            allowed_hosts=self._settings.allowed_hosts,
        )
        for number, (entry, page) in enumerate(pages, start=known):
            work.check()
            with self._database.transaction(claim.tenant) as connection:
                ledger.add_entries(connection, claim.id, claim.tenant, [_with(payload, entry)], number)
                if isinstance(page, Download):
                    blob = self._blobs.put(claim.tenant, page.content)
                    ledger.keep_blob(connection, claim.id, number, blob.sha256, blob.size)
                else:
                    ledger.close_entry(
                        connection, claim.id, number, status="failed", outcome="unreachable", reason=page.detail
                    )
                counts, total = ledger.tally(connection, claim.id)
                jobs.progress(connection, claim, stage="fetching", done=0, total=total, counts=counts)

    def _end(self, claim: Claim) -> None:
        with self._database.transaction(claim.tenant) as connection:
            counts, total = ledger.tally(connection, claim.id)
            useful = total - counts["failed"] - counts["skipped"]
            problem = None if useful else _nothing_indexed(connection, claim, total)
            jobs.finish(connection, claim, "succeeded" if useful else "failed", counts=counts, problem=problem)


def _nothing_indexed(connection: Connection, claim: Claim, total: int) -> Problem:
    line = ledger.first_failure(connection, claim.id)
    first = f"{line['name']}: {line['reason']}" if line else "There was nothing to ingest."
    return Unprocessable(first if total <= 1 else f"None of the {total} documents was indexed. {first}")


def _with(payload: dict[str, object], entry: ledger.Entry) -> ledger.Entry:
    """The entry with the metadata that the request gave for all."""
    common = payload.get("metadata")
    return replace(entry, metadata=common) if isinstance(common, dict) and common else entry


def _ahead(
    threads: ThreadPoolExecutor,
    function: Callable[[ledger.Row], Prepared | Settled],
    items: Sequence[ledger.Row],
    width: int,
) -> Iterator[Prepared | Settled]:
    """`map` that begins only a few items before they are asked for, so that an end leaves little half-done."""
    running = []
    for item in items:
        running.append(threads.submit(function, item))
        if len(running) > width:
            yield running.pop(0).result()
    for future in running:
        yield future.result()
