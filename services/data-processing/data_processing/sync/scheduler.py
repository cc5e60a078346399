"""The clock of the worker: what is due begins, and receivers of webhooks are told of runs that have ended."""

import logging
import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from data_processing import webhook
from data_processing.index import acting_for
from data_processing.sync import opening, run_store, store, subscribed, views
from oberaconnect import jobs
from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import Problem, TooMany
from oberaconnect.schedule import Schedule, jittered
from oberaconnect.settings import Settings

Row = dict[str, Any]

_TICK_SECONDS = 1.0
_TOLD_AT_ONCE = 50
_EVER = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
#: When a run that could not begin is thought of again, and when a schedule that cannot be read is.
_PUT_OFF = timedelta(seconds=10)
_BROKEN_SCHEDULE = timedelta(hours=1)

_log = logging.getLogger(__name__)


class Scheduler:
    """Looks every second until it is told to stop. Several workers may each have one."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Parts of the process."""
        self._settings = settings
        self._database = database

    def run(self, stopping: threading.Event) -> None:
        """Tick until `stopping`."""
        while not stopping.wait(_TICK_SECONDS):
            try:
                self.tick()
            except Problem as problem:
                _log.info("scheduler waits", extra={"reason": problem.detail})
            except Exception:
                _log.exception("scheduler error")

    def tick(self) -> None:
        """Begin what is due, tell what has ended."""
        with self._database.transaction(EVERY_TENANT) as connection:
            for source in store.due(connection):
                self._begin(connection, source)
        # One after the other, so that their receivers are told in the order in which they were.
        after = _EVER
        for _ in range(_TOLD_AT_ONCE):
            with self._database.transaction(EVERY_TENANT) as connection:
                run = run_store.untold(connection, after)
                if run is None:
                    break
                after = run["created_at"], run["id"]
                self._tell(connection, run)
        with self._database.transaction(EVERY_TENANT) as connection:
            for source in subscribed.due(connection, is_public=bool(self._settings.public_url)):
                self._subscribe(connection, source)

    def _begin(self, connection: Connection, source: Row) -> None:
        is_time = source["next_run_at"] is not None and source["next_run_at"] <= datetime.now(UTC)
        try:
            if is_time:
                store.set_next(connection, source["id"], *next_run(source, last=source["due_at"]))
            with connection.transaction():
                run_store.begin(
                    connection,
                    source,
                    acting_for(source["subject"], source["tenant"]),
                    reason="schedule" if is_time else "notification",
                    max_queued=self._settings.max_queued_jobs,
                )
        except Problem as problem:
            # One is in progress, or the client has too many jobs: the schedule skips this time, a notification waits.
            store.put_off(connection, source["id"], _PUT_OFF)
            _log.info("run not begun", extra={"source": str(source["id"]), "reason": problem.detail})
        except ValueError as error:  # a time zone that this release does not know any more
            store.set_next(connection, source["id"], None, datetime.now(UTC) + _BROKEN_SCHEDULE)
            _log.warning("schedule not understood", extra={"source": str(source["id"]), "reason": str(error)})

    def _tell(self, connection: Connection, run: Row) -> None:
        source = run.pop("source")
        if not source["webhook"]:
            run_store.mark_told(connection, run["id"])
            return
        try:
            with connection.transaction():
                secrets = opening.secrets(self._settings, connection, source)
                order = webhook.payload(
                    self._settings,
                    source["tenant"],
                    url=source["webhook"],
                    body=views.event(connection, source, run),
                    secret=secrets.get(opening.WEBHOOK_SECRET, ""),
                )
                self._enqueue(connection, source, "webhook", order)
        except TooMany:
            return  # the client has too many jobs waiting: told later
        except Problem as problem:
            _log.warning("webhook not told", extra={"source": source["id"], "reason": problem.detail})
        run_store.mark_told(connection, run["id"])

    def _subscribe(self, connection: Connection, source: Row) -> None:
        try:
            with connection.transaction():
                self._enqueue(connection, source, "subscribe", {"source_id": str(source["id"])})
        except Problem as problem:
            _log.warning("not subscribed", extra={"source": str(source["id"]), "reason": problem.detail})

    def _enqueue(self, connection: Connection, source: Row, kind: str, payload: Row) -> None:
        jobs.enqueue(
            connection,
            principal=acting_for(source["subject"], source["tenant"]),
            kind=kind,
            payload=payload,
            max_queued=self._settings.max_queued_jobs,
        )


def next_run(source: Row, *, last: datetime | None) -> tuple[datetime | None, datetime | None]:
    """When a source is due next by its schedule, and when it begins in fact; nothing without a schedule."""
    if not source["schedule"]:
        return None, None
    schedule = Schedule.parse(source["schedule"], source["timezone"])
    due = schedule.next_after(datetime.now(UTC), last=last)
    return due, jittered(due, schedule, random.random())  # noqa: S311 - spreads the runs, guards nothing
