"""A job of kind `ingest`: list, work off the lines, end.

A resumed job goes on with the lines of its ledger that are still queued.
"""

from dataclasses import replace
from uuid import UUID

from data_processing import ledger, sources
from data_processing.blobs import Blobs
from data_processing.lines import Lines
from data_processing.publish import Publisher
from data_processing.receive import Receiver
from oberaconnect import jobs
from oberaconnect.db import Connection, Database
from oberaconnect.http import Download
from oberaconnect.jobs import Claim
from oberaconnect.problems import Problem, Unprocessable
from oberaconnect.settings import Settings
from oberaconnect.worker import Work


class Ingestion:
    """The handler of `ingest` jobs; several threads may use it for a job each."""

    def __init__(
        self, settings: Settings, database: Database, blobs: Blobs, *, lines: Lines, publisher: Publisher
    ) -> None:
        """The parts are shared by all jobs of the process."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._lines = lines
        self._receiver = Receiver(settings, database, blobs)
        self._publisher = publisher

    def __call__(self, work: Work) -> None:
        """Work through the job until its last line is closed."""
        held_since = self._publisher.held_since(work.claim)
        self._list(work)
        self._lines.work_off(work, self._receiver.receive, held_since=held_since)
        self._end(work.claim)

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
            problem = None if useful else _nothing_indexed(connection, claim.id, total)
            jobs.finish(connection, claim, "succeeded" if useful else "failed", counts=counts, problem=problem)


def _nothing_indexed(connection: Connection, job_id: UUID, total: int) -> Problem:
    """What the job of a ledger says in which no line ended well."""
    line = ledger.first_failure(connection, job_id)
    first = f"{line['name']}: {line['reason']}" if line else "There was nothing to ingest."
    return Unprocessable(first if total <= 1 else f"None of the {total} documents was indexed. {first}")


def _with(payload: dict[str, object], entry: ledger.Entry) -> ledger.Entry:
    """The entry with the metadata that the request gave for all."""
    common = payload.get("metadata")
    return replace(entry, metadata=common) if isinstance(common, dict) and common else entry
