"""What the worker looks after beside the runs: what is due, what nobody answered, what was left behind."""

import logging
import threading
from datetime import UTC, datetime

from agents import deciding, ending
from agents.scheduling import Scheduler
from agents.store import approvals, runs
from oberaconnect.db import EVERY_TENANT, Connection, Database
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
        # Each in a transaction of its own, which locks one run and one client's audit, and nothing after them.
        for settle in (self._expire_one, self._give_up_one, self._fail_one):
            for _ in range(_AT_ONCE):
                with self._database.transaction(EVERY_TENANT) as connection:
                    if not settle(connection):
                        break

    def _expire_one(self, connection: Connection) -> bool:
        if asked := approvals.overdue(connection):
            deciding.expire(connection, asked)
        return asked is not None

    def _give_up_one(self, connection: Connection) -> bool:
        if row := runs.overdue(connection):
            ending.end(connection, row, "expired", self._settings)
        return row is not None

    def _fail_one(self, connection: Connection) -> bool:
        if row := runs.abandoned(connection):
            problem = None if row["cancel_requested"] else InternalError()
            ending.end(connection, row, "failed" if problem else "cancelled", self._settings, problem=problem)
        return row is not None

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
