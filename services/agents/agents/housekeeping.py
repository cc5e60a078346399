"""What the worker looks after beside the runs: what is due, what nobody answered, what was left behind."""

import logging
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from uuid import UUID

from agents import deciding, ending
from agents.scheduling import Scheduler
from agents.store import approvals, runs
from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import InternalError, Problem
from oberaconnect.settings import Settings

_TICK_SECONDS = 1.0
_SWEEP_EVERY = 5
_AT_ONCE = 100

#: The next row that wants settling, other than these; None when there is none.
_Find = Callable[[Connection, Collection[UUID]], runs.Row | None]

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
        self._settle(approvals.overdue, deciding.expire)
        self._settle(runs.overdue, self._give_up)
        self._settle(runs.abandoned, self._fail)

    def _settle(self, find: _Find, settle: Callable[[Connection, runs.Row], None]) -> None:
        broken: list[UUID] = []
        for _ in range(_AT_ONCE):
            # Each in a transaction of its own, which locks one run and one client's audit, and nothing after them.
            with self._database.transaction(EVERY_TENANT) as connection:
                row = find(connection, broken)
                if row is None:
                    return
                try:
                    with connection.transaction():
                        settle(connection, row)
                except Exception:  # one that cannot be settled must not keep the others waiting
                    _log.exception("not settled", extra={"row": str(row["id"])})
                    broken.append(row["id"])

    def _give_up(self, connection: Connection, row: runs.Row) -> None:
        ending.end(connection, row, "expired", self._settings)

    def _fail(self, connection: Connection, row: runs.Row) -> None:
        problem = None if row["cancel_requested"] else InternalError()
        ending.end(connection, row, "failed" if problem else "cancelled", self._settings, problem=problem)

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
