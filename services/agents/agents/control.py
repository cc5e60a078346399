"""Word to a worker that a run of its is to stop, sooner than it would notice by itself."""

import threading
from uuid import UUID

from oberaconnect.db import Database
from oberaconnect.problems import Unavailable

_LISTEN_SECONDS = 5.0
_PAUSE_SECONDS = 2.0
#: Runs that were to stop and that this process never had.
_MOST = 10_000
TOPIC = "cancel"


class RunCancelled(Exception):
    """Somebody asked to cancel the run."""


class Control:
    """Who was asked to stop. One a worker process; safe under threads."""

    def __init__(self, database: Database) -> None:
        """Nothing is heard before `start`."""
        self._database = database
        self._asked: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="control", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._stopping.set()

    def check(self, run_id: UUID) -> None:
        """Raise `RunCancelled` if word came for this run."""
        if str(run_id) in self._asked:
            raise RunCancelled()

    def forget(self, run_id: UUID) -> None:
        """The run is no longer this process's."""
        self._asked.discard(str(run_id))

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                for words in self._database.listen(_LISTEN_SECONDS, TOPIC):
                    if self._stopping.is_set():
                        return
                    if len(self._asked) > _MOST:
                        self._asked.clear()
                    self._asked.update(words)
            except Unavailable:
                self._stopping.wait(_PAUSE_SECONDS)
