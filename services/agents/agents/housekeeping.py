"""What the worker looks after beside the runs: what is due, what nobody answered, what was left behind."""

import logging
import threading
from datetime import UTC, datetime

from agents import deciding, ending
from agents.scheduling import Scheduler
from agents.store import approvals, runs
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.problems import InternalError, Problem
from oberaconnect.settings import Settings

_TICK_SECONDS = 1.0
_SWEEP_EVERY = 5
_AT_ONCE = 100

_log = logging.getLogger(__name__)


class Housekeeping:
    """One a worker process; several may do the same at once, since each row is done by whoever locks it."""

    def __init__(self, settings: Settings, database: Database, scheduler: Scheduler) -> None:
        """Nothing is done before `start` or `sweep`."""
        self._settings = settings
        self._database = database
        self._scheduler = scheduler
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin to look, every second."""
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stopping.set()

    def sweep(self) -> None:
        """Settle what nobody answered, give up what nobody went on with, and fail what no worker can go on with."""
        with self._database.transaction(EVERY_TENANT) as connection:
            for asked in approvals.overdue(connection, _AT_ONCE):
                deciding.expire(connection, asked)
        with self._database.transaction(EVERY_TENANT) as connection:
            for row in runs.overdue(connection, _AT_ONCE):
                ending.end(connection, row, "expired", self._settings)
        with self._database.transaction(EVERY_TENANT) as connection:
            for row in runs.abandoned(connection, _AT_ONCE):
                status = "cancelled" if row["cancel_requested"] else "failed"
                problem = None if row["cancel_requested"] else InternalError()
                ending.end(connection, row, status, self._settings, problem=problem)

    def _loop(self) -> None:
        ticks = 0
        while not self._stopping.wait(_TICK_SECONDS):
            try:
                self._scheduler.tick(datetime.now(UTC))
                if ticks % _SWEEP_EVERY == 0:
                    self.sweep()
            except Problem as problem:  # the database is away: the next time
                _log.warning("housekeeping is waiting", extra={"reason": problem.detail})
            except Exception:
                _log.exception("housekeeping failed")
            ticks += 1
