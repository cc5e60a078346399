"""Jobs of kind `subscribe`: Microsoft 365 tells of changes, so that a run need not wait for its time.

A subscription to each library of a source is made after its first run that went through, renewed long before it ends,
and ended with the source. Nothing depends on it: a source that cannot tell follows its schedule, as all others do.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from data_processing.connectors.contract import Connector
from data_processing.sync import store, subscribed
from data_processing.sync.opening import no_pause, opened
from data_processing.sync.run import pausing
from data_processing.sync.subscribed import Kept, Subscriptions
from oberaconnect import jobs
from oberaconnect.db import Database
from oberaconnect.problems import Problem
from oberaconnect.settings import Settings
from oberaconnect.worker import Handler, Work

Row = dict[str, Any]

#: When something went wrong, it is tried again after this time.
_AFTER_PROBLEM = timedelta(hours=1)
#: Where Microsoft tells, below PUBLIC_URL: see `api_notifications`.
_PATH = "/api/data/notifications/microsoft"

_log = logging.getLogger(__name__)


class Subscribing:
    """The handler of `subscribe` jobs."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Parts of the process."""
        self._settings = settings
        self._database = database
        self._url = f"{settings.public_url}{_PATH}" if settings.public_url else ""

    def __call__(self, work: Work) -> None:
        """Bring the subscriptions of a source to what they should be. What goes wrong is told in the job, and kept."""
        claim = work.claim
        source_id = UUID(str(claim.payload["source_id"]))
        with self._database.transaction(claim.tenant) as connection:
            source = store.find(connection, source_id)
        try:
            with opened(self._settings, self._database, source, pausing(work)) as connector:
                problem = self._look_after(work, connector, source)
        except Problem as error:
            problem = error
        with self._database.transaction(claim.tenant) as connection:
            found = subscribed.read(store.lock(connection, source_id))
            found.look_at = datetime.now(UTC) + (_AFTER_PROBLEM if problem else subscribed.LOOK_AFTER)
            found.problem = problem.detail if problem else ""
            subscribed.keep(connection, source_id, found)
            jobs.finish(connection, claim, "failed" if problem else "succeeded", problem=problem)

    def _look_after(self, work: Work, connector: Connector[Any], source: Row) -> Problem | None:
        """One library after the other. The last problem, if there was any: one library does not stand for all."""
        from data_processing.sync import libraries  # noqa: PLC0415 - loads a connector that not everybody needs

        problem = None
        wanted = libraries.drives(connector) if self._url and source["schedule"] else []
        known = subscribed.read(source).drives
        for drive in [*wanted, *(known.keys() - set(wanted))]:
            work.check()
            try:
                self._settle(connector, source, drive, is_wanted=drive in wanted)
            except Problem as error:
                problem = error
                _log.warning("not subscribed", extra={"source": str(source["id"]), "reason": error.detail})
        return problem

    def _settle(self, connector: Connector[Any], source: Row, drive: str, *, is_wanted: bool) -> None:
        from data_processing.sync import libraries  # noqa: PLC0415 - as above

        kept = subscribed.read(source).drives.get(drive)
        if kept and (not is_wanted or kept.url != self._url):
            libraries.end(connector, drive, kept)
            kept = None
        elif kept and libraries.is_fresh(kept):
            return
        elif kept:
            kept = libraries.renew(connector, drive, kept)
        if is_wanted and kept is None:
            kept = libraries.subscribe(connector, drive, self._url)
        if not self._keep(source, drive, kept) and kept:
            libraries.end(connector, drive, kept)

    def _keep(self, source: Row, drive: str, kept: Kept | None) -> bool:
        """Keep at once what became of a library. False when the source has gone meanwhile, or is just going."""
        with self._database.transaction(source["tenant"]) as connection:
            try:
                row = store.lock(connection, source["id"])
            except store.NoSuchSource:
                return False
            if row["removing"]:
                return False
            found = subscribed.read(row)
            before = found.drives.pop(drive, None)
            if kept:
                found.drives[drive] = kept
                if before is None or before.id != kept.id:  # nobody told of what changed before it was there
                    store.mark_wanted(connection, source["id"])
            subscribed.keep(connection, source["id"], found)
        return True


class Unsubscribing:
    """In front of the handler of `remove-source` jobs: Microsoft is asked not to tell of the source any more.

    When that does not work, the subscriptions end by themselves within a month, and what they tell is not heard.
    """

    def __init__(self, settings: Settings, database: Database, then: Handler) -> None:
        """`then` removes the source."""
        self._settings = settings
        self._database = database
        self._then = then

    def __call__(self, work: Work) -> None:
        """End the subscriptions, then remove the source. Raises what that raises."""
        source_id = UUID(str(work.claim.payload["source_id"]))
        with self._database.transaction(work.claim.tenant) as connection:
            source = store.find(connection, source_id)
        if drives := subscribed.read(source).drives:
            self._end(source, drives)
            with self._database.transaction(work.claim.tenant) as connection:
                subscribed.keep(connection, source_id, Subscriptions())
        self._then(work)

    def _end(self, source: Row, drives: dict[str, Kept]) -> None:
        from data_processing.sync import libraries  # noqa: PLC0415 - as above

        try:
            with opened(self._settings, self._database, source, no_pause) as connector:
                for drive, kept in drives.items():
                    libraries.end(connector, drive, kept)
        except Problem as problem:
            _log.warning("not unsubscribed", extra={"source": str(source["id"]), "reason": problem.detail})
