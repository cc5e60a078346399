"""A job of kind `sync`: bring the index to what a source holds.

    listing    pages of the source are kept, each with the place where the next one begins
    merging    in one transaction they become what the source is known to hold; too many deletions: stop and ask
    asking     who may read what is new, has changed, or lies where the readers were changed
    planning   in one transaction the lines of the ledger are written: what to remove, what to index
    working    what is gone leaves the index, then rights are taken away and given, then the rest comes in

A run that is killed goes on with the stage it was in. A failed one leaves what it did; the next run does the rest.
"""

import time
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

from data_processing import ledger
from data_processing.blobs import Blobs
from data_processing.connectors.contract import Connector
from data_processing.deletion import Deletion
from data_processing.index import Index
from data_processing.lines import Lines
from data_processing.publish import Publisher, progress
from data_processing.sync import merge, plan, reading, rights, run_store, store
from data_processing.sync.fetching import Fetching
from data_processing.sync.listed import fit
from data_processing.sync.opening import opened
from data_processing.sync.reading import Standing
from oberaconnect import jobs
from oberaconnect.db import Database
from oberaconnect.problems import Problem, Unprocessable
from oberaconnect.settings import Settings
from oberaconnect.worker import Work

Row = dict[str, Any]

#: Deletions below this never make a run stop, unless they would empty the source.
_FEW_DELETIONS = 5
_REMOVED_AT_ONCE = 100
#: Pages of the ledger after which its closed lines are noted with their items. Nothing is lost when that comes late.
_PAGES_TO_NOTE = 10
#: Without names: not everybody who may see a run may know of its files.
_NOTHING_INDEXED = "Nothing of this source could be indexed. The documents of the run say why, each with its reason."


class MassDeletion(Problem):
    """This run would remove many documents."""

    status = 409
    title = "Conflict"
    type = "/problems/mass-deletion"


class _Undone(Exception):
    """A dry run takes back what it did, and so does one that stops to ask."""


class SourceRun:
    """The handler of `sync` jobs; several threads may use it for a run each."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        *,
        lines: Lines,
        publisher: Publisher,
        deletion: Deletion,
        index: Index,
        pipeline: str,
    ) -> None:
        """The parts are shared by all jobs of the process; `pipeline` names what makes chunks."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._lines = lines
        self._publisher = publisher
        self._deletion = deletion
        self._index = index
        self._pipeline = pipeline

    def __call__(self, work: Work) -> None:
        """Run from the stage that an earlier attempt reached until the end."""
        claim = work.claim
        source_id = UUID(str(claim.payload["source_id"]))
        source, run = self._look(claim.tenant, source_id, claim.id)
        standing = Standing.of(
            source,
            held_since=self._publisher.held_since(claim),
            pipeline=self._pipeline,
            max_bytes=self._settings.max_upload_mb * 2**20,
        )
        with opened(self._settings, self._database, source, pausing(work)) as connector:
            if run["stage"] == "listing":
                self._list(work, connector, run)
            if self._merge(work, source, standing):
                return
            if connector.reads_permissions and source["access"] == reading.AS_SOURCE:
                self._ask(work, connector, source_id)
            self._plan(work, source, standing)
            if not run["is_dry"]:
                self._remove(work, source_id)
                rights.bring_about(work, self._database, self._index, source, plan.names(source, run, standing))
            self._work_off(work, connector, source, standing)
        self._end(work, source_id)

    def _look(self, tenant: str, source_id: UUID, run_id: UUID) -> tuple[Row, Row]:
        with self._database.transaction(tenant) as connection:
            return store.find(connection, source_id), run_store.find(connection, source_id, run_id)

    def _list(self, work: Work, connector: Connector[Any], run: Row) -> None:
        claim = work.claim
        cursor, seen, has_more = run["cursor"], run["seen"], True
        while has_more:
            work.check()
            page = connector.changes(cursor)
            # A page may tell of an item twice; what it says last holds.
            items = {item.key: item for item in map(fit, page.items)}
            contents = {
                key: self._blobs.put(claim.tenant, item.content).sha256
                for key, item in items.items()
                if item.content is not None
            }
            files = sum(not item.is_folder for item in items.values())
            with self._database.transaction(claim.tenant) as connection:
                merge.forget(connection, claim.id, page.anew)
                merge.add_listed(connection, claim.id, claim.tenant, list(items.values()), contents)
                merge.add_gone(connection, claim.id, claim.tenant, page.gone)
                run_store.advance(connection, claim.id, page, files)
                seen += files
                jobs.progress(connection, claim, stage="listing", done=0, total=seen, counts={})
            cursor, has_more = page.cursor, page.more

    def _merge(self, work: Work, source: Row, standing: Standing) -> bool:
        """Take over what was listed; a dry run only tells what that would change. True: the run stops here, to ask."""
        claim, source_id = work.claim, source["id"]
        with self._database.transaction(claim.tenant) as connection:
            run = run_store.find(connection, source_id, claim.id)
            if run["stage"] != "merging":
                return False
            jobs.advance(connection, claim)
            plan.note(connection, source_id)
            try:
                with connection.transaction():
                    removed, documents = merge.merge(connection, source, run)
                    if run["is_dry"]:
                        plan.plan(connection, source, run, standing)
                        told = run_store.told(connection, source_id, claim.id)
                        raise _Undone()
                    if not run["is_approved"] and _is_too_much(removed, documents, source["max_deletion_share"]):
                        raise _Undone()
            except _Undone:
                if run["is_dry"]:
                    run_store.keep_told(connection, claim.id, claim.tenant, told)
                    return False
                problem = _mass_deletion(source, run, removed, documents)
                run_store.enter(connection, claim.id, "merging", is_waiting=True, deletions=removed)
                jobs.finish(connection, claim, "failed", problem=problem)
                return True
            run_store.forget_listed(connection, source_id)
            store.keep_cursor(connection, source_id, run)
            reading.forget_problems(connection, source_id)
            run_store.enter(connection, claim.id, "asking")
            return False

    def _ask(self, work: Work, connector: Connector[Any], source_id: UUID) -> None:
        """Ask who may read what, where the source decides that."""
        claim = work.claim
        with self._database.transaction(claim.tenant) as connection:
            if run_store.find(connection, source_id, claim.id)["stage"] != "asking":
                return
            total, asked = reading.count_unread(connection, source_id), 0
        while True:
            work.check()
            with self._database.transaction(claim.tenant) as connection:
                items = reading.unread(connection, source_id)
                is_told = reading.is_told(connection, source_id)
            if not items:
                return
            found = reading.ask(connector, items, must_tell=not is_told)
            asked += len(items)
            with self._database.transaction(claim.tenant) as connection:
                reading.keep(connection, source_id, found)
                jobs.progress(connection, claim, stage="permissions", done=asked, total=total, counts={})

    def _plan(self, work: Work, source: Row, standing: Standing) -> None:
        claim = work.claim
        with self._database.transaction(claim.tenant) as connection:
            run = run_store.find(connection, source["id"], claim.id)
            if run["stage"] == "asking":
                jobs.advance(connection, claim)
                plan.plan(connection, source, run, standing)
                progress(connection, claim)

    def _remove(self, work: Work, source_id: UUID) -> None:
        """What is gone at the source is gone from the index before anything else is done."""
        claim = work.claim
        while True:
            work.check()
            with self._database.transaction(claim.tenant) as connection:
                lines = ledger.queued_entries(connection, claim.id, _REMOVED_AT_ONCE, change="deleted")
            if not lines:
                return
            documents = [line["document_id"] for line in lines if line["document_id"] is not None]
            self._deletion.delete_of_source(claim.principal, source_id, documents)
            with self._database.transaction(claim.tenant) as connection:
                for line in lines:
                    ledger.close_entry(
                        connection, claim.id, line["number"], status="deleted", document_id=line["document_id"]
                    )
                progress(connection, claim)
                plan.note(connection, source_id)

    def _work_off(self, work: Work, connector: Connector[Any], source: Row, standing: Standing) -> None:
        fetching = Fetching(self._database, self._blobs, connector, source, pausing(work))

        pages = count(1)

        def note() -> None:
            if next(pages) % _PAGES_TO_NOTE == 0:
                with self._database.transaction(work.claim.tenant) as connection:
                    plan.note(connection, source["id"])

        self._lines.work_off(work, fetching.receive, held_since=standing.held_since, after_page=note)

    def _end(self, work: Work, source_id: UUID) -> None:
        claim = work.claim
        with self._database.transaction(claim.tenant) as connection:
            plan.note(connection, source_id)
            run = run_store.find(connection, source_id, claim.id)
            counts, _ = ledger.tally(connection, claim.id)
            counts["unchanged"] += run["unchanged"]
            # As of an ingestion: when nothing of the source can be found, its run has failed, whatever it went through.
            failed = counts["failed"] + counts["skipped"]
            is_useful = run["is_dry"] or not failed or store.has_indexed(connection, source_id)
            problem = None if is_useful else Unprocessable(_NOTHING_INDEXED)
            if is_useful and not run["is_dry"]:
                store.note_success(connection, source_id)
            run_store.enter(connection, claim.id, "ended")
            jobs.finish(connection, claim, "succeeded" if is_useful else "failed", counts=counts, problem=problem)


def _mass_deletion(source: Row, run: Row, removed: int, documents: int) -> MassDeletion:
    place = f"/api/data/sources/{source['id']}/runs/{run['id']}"
    return MassDeletion(
        f"This run would remove {removed} of {documents} documents ({removed / documents:.0%}); more than"
        f" {source['max_deletion_share']:.0%} are not removed without asking. Nothing was changed. Look at the source,"
        f" then POST {place}/approve or {place}/reject.",
        deletions=removed,
        documents=documents,
    )


def _is_too_much(removed: int, documents: int, share: float) -> bool:
    """Whether so many deletions are to be asked about. Few are not, unless nothing would be left."""
    if removed <= share * documents:
        return False
    return removed >= _FEW_DELETIONS or removed == documents > 1


def pausing(work: Work) -> Callable[[float], None]:
    """Sleep in short steps, so that a run that is cancelled, or a process that is stopped, does not wait it out."""

    def pause(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            work.check()
            time.sleep(min(left, 0.2))
        work.check()

    return pause
