"""The clock of the worker: runs that are due by a schedule begin, each once however many workers there are."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agents import begin
from agents.store import audit, runs, schedules
from oberaconnect import auth, llm
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import Problem, Unavailable
from oberaconnect.schedule import Schedule
from oberaconnect.settings import Settings

Row = dict[str, Any]

#: How many begin in one tick, so that the worker's clock goes on whatever is due.
_AT_ONCE = 100
#: Who begins this much later than it was due did not run meanwhile.
_LATE = timedelta(minutes=1)
#: When a schedule is looked at again whose time cannot be computed, or with which something unexpected happened.
_BROKEN = timedelta(hours=1)

_OVERLAP = "The run before it has not ended, so this time was left out."
_MISSED = "The platform did not run when it was due, so that time was left out."
_WITHDRAWN = "The key that this schedule was made with was revoked or has run out. Make a new schedule."
_UNEXPECTED = "An unexpected error; the log has the details."

_log = logging.getLogger(__name__)


class Scheduler:
    """Begins what is due. Several workers may each have one."""

    def __init__(self, settings: Settings, database: Database, models: llm.Models) -> None:
        """Parts of the process."""
        self._settings = settings
        self._database = database
        self._models = models

    def tick(self, now: datetime) -> None:
        """Begin what is due at `now`, an aware time. One schedule that fails does not keep the others from beginning.

        Raises:
            Unavailable: when the database does not answer.
        """
        with self._database.transaction(EVERY_TENANT) as connection:
            found = schedules.due(connection, now, _AT_ONCE)
        for schedule_id, tenant in found:
            try:
                self._one(schedule_id, tenant, now)
            except Unavailable:
                raise
            except Exception:
                _log.exception("schedule failed", extra={"schedule": str(schedule_id)})
                with self._database.transaction(tenant) as connection:
                    schedules.put_off(connection, schedule_id, now + _BROKEN)
                    schedules.failed(connection, schedule_id, _UNEXPECTED)

    def _one(self, schedule_id: UUID, tenant: str, now: datetime) -> None:
        # Within its client alone: what a run begins with is looked up among nothing else.
        with self._database.transaction(tenant) as connection:
            row = schedules.take(connection, schedule_id, now)
            if row is None:
                return
            try:
                next_at = next_time(row, now)
            except ValueError as error:  # a time zone that this release does not know any more
                schedules.put_off(connection, schedule_id, now + _BROKEN)
                self._refused(connection, row, str(error))
                return
            schedules.put_off(connection, schedule_id, next_at)
            if why := _left_out(connection, row, now):
                schedules.failed(connection, schedule_id, why)
                return
            try:
                with connection.transaction():
                    run = start(connection, self._settings, self._models, runs.principal(row), row)
            except Problem as problem:
                self._refused(connection, row, problem.detail)
                return
            schedules.began(connection, schedule_id, run["id"], now)

    def _refused(self, connection: Connection, row: Row, why: str) -> None:
        """Keep why no run began; the audit is told when that is news, for it may be so every ten seconds."""
        _log.info("schedule came to nothing", extra={"schedule": str(row["id"]), "reason": why})
        schedules.failed(connection, row["id"], why)
        if why != row["problem"]:
            audit.record(
                connection,
                row["tenant"],
                actor=row["subject"],
                action="schedule.refused",
                object=f"schedule:{row['id']}",
                data={"agent": row["agent"], "reason": why},
            )


def next_time(row: Mapping[str, Any], now: datetime) -> datetime:
    """When a schedule is due after `now`; what it missed is not made up for. Raises `ValueError` with a sentence."""
    return Schedule.parse(row["cron"], row["tz"]).next_after(now, last=row["next_at"])


def start(
    connection: Connection, settings: Settings, models: llm.Models, caller: Principal, row: Mapping[str, Any]
) -> Row:
    """Begin a run of a schedule for `caller`, within the transaction.

    Raises:
        NotFound, Conflict, TooMany, Unavailable: as `begin.begin`.
    """
    wanted = begin.Wanted(
        agent=row["agent"],
        messages=row["input"]["messages"],
        budget=row["budget"] or None,
        callback_url=row["callback_url"],
        schedule_id=row["id"],
    )
    return begin.begin(connection, settings, models, caller, wanted)


def _left_out(connection: Connection, row: Row, now: datetime) -> str:
    """Why nothing is to begin this time; nothing, usually."""
    if auth.is_withdrawn(connection, row["subject"]):
        return _WITHDRAWN
    if row["misfire"] == "skip" and now - row["next_at"] > _LATE:
        return _MISSED
    if row["overlap"] == "skip" and schedules.is_last_run_open(connection, row):
        return _OVERLAP
    return ""
