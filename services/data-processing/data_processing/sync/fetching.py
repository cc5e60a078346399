"""Getting the bytes of a line of a run from its source, straight onto the disk. Runs in threads."""

import logging
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from data_processing import ledger
from data_processing.blobs import Blob, Blobs
from data_processing.connectors.contract import Connector, Fetched, Unfetchable, Wanted
from data_processing.prepare import Received, Settled
from data_processing.receive import refused
from data_processing.sync.listed import storable
from oberaconnect.db import Connection, Database
from oberaconnect.jobs import Cancelled, Claim, LostLease
from oberaconnect.problems import InsufficientStorage, Problem, TooLarge, Unavailable
from oberaconnect.worker import Stopping

Row = dict[str, Any]

#: When so many files in a row cannot be had, it is the source that is away.
_FAILURES_IN_A_ROW = 20
#: By what name a text is parsed that was given as one, whatever its document is called.
_TEXT_NAME = "text.txt"

_log = logging.getLogger(__name__)


class Fetching:
    """For one run. Safe under threads."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        connector: Connector[Any],
        source: Row,
        pause: Callable[[float], None],
    ) -> None:
        """`pause` is how to wait where the source has a limit for files a minute."""
        self._database = database
        self._blobs = blobs
        self._connector = connector
        self._source = source
        self._pause = pause
        self._lock = threading.Lock()
        self._failures = 0
        self._next_at = 0.0
        per_minute = source["limits"].get("files_per_minute")
        self._interval = 60.0 / per_minute if per_minute else 0.0

    def receive(self, claim: Claim, entry: ledger.Row) -> Received | Settled:
        """The line with its bytes on the disk, or why they could not be had.

        Raises:
            Unavailable: when one file after the other cannot be had; the run goes on later.
        """
        if entry["blob"] and self._blobs.holds(claim.tenant, entry["blob"]):
            return Received(entry, entry["blob"], entry["size"])
        if entry["content"] is not None:
            return self._kept(claim, entry, self._blobs.put(claim.tenant, entry["content"].encode()), _TEXT_NAME)
        self._take_turn()
        with self._database.transaction(claim.tenant) as connection:
            item = _wanted(connection, self._source["id"], entry["external_id"])
        if item is None:
            return _unreachable(entry, "The source does not know this file any more.")
        return self._fetched(claim, entry, item)

    def _fetched(self, claim: Claim, entry: ledger.Row, item: Wanted) -> Received | Settled:
        found: list[Fetched] = []

        def write(file: IO[bytes]) -> None:
            found.append(self._connector.fetch(item, file))

        try:
            blob = self._blobs.receive(claim.tenant, write)
        except Unfetchable as error:
            if entry["attempt"] == 1:  # those that failed before come one after the other, and tell nothing new
                self._failed()
            return _unreachable(entry, str(error))
        except TooLarge as problem:
            return refused(entry, problem)
        except InsufficientStorage as problem:  # no fault of the file: the run goes on when there is room
            raise Unavailable(problem.detail, retry_after_seconds=60) from problem
        except (Problem, Cancelled, LostLease, Stopping):
            raise
        except Exception:
            _log.exception("a file could not be fetched", extra={"source": str(self._source["id"])})
            self._failed()
            return _unreachable(entry, "An unexpected error; the log has the details.")
        with self._lock:
            self._failures = 0
        return self._kept(claim, entry, blob, found[0].name)

    def _kept(self, claim: Claim, entry: ledger.Row, blob: Blob, file_name: str | None) -> Received:
        with self._database.transaction(claim.tenant) as connection:
            ledger.keep_blob(connection, claim.id, entry["number"], blob.sha256, blob.size, file_name=file_name)
        return Received({**entry, "file_name": file_name}, blob.sha256, blob.size)

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures < _FAILURES_IN_A_ROW:
                return
            self._failures = 0
        raise Unavailable(f"{_FAILURES_IN_A_ROW} files in a row could not be fetched; the source seems to be away.")

    def _take_turn(self) -> None:
        """Keep the budget of files a minute."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next_at)
            self._next_at = mine + self._interval
        self._pause(mine - now)


def _unreachable(entry: ledger.Row, reason: str) -> Settled:
    return Settled(entry, "failed", outcome="unreachable", reason=storable(reason))


def _wanted(connection: Connection, source_id: object, key: str) -> Wanted | None:
    row = connection.execute(
        "SELECT key, name, url, size, tag, reference FROM source_item WHERE source_id = %s AND key = %s",
        [source_id, key],
    ).fetchone()
    return None if row is None else Wanted(**row)
