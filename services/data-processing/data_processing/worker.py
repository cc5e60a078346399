"""The worker process: ingestion jobs, and the sweeper that completes what was interrupted."""

import logging
import threading

from data_processing import parts
from data_processing.ingest import Ingestion
from data_processing.prepare import Preparer
from data_processing.publish import Publisher
from oberaconnect import settings, telemetry, worker
from oberaconnect.jobs import Queue
from oberaconnect.problems import Problem

_SWEEP_SECONDS = 30.0
_SWEEPS_PER_BYTES_SWEEP = 120

_log = logging.getLogger(__name__)


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("data-processing-worker", loaded.log_level)
    built = parts.build(loaded, parse_workers=loaded.parse_workers, max_connections=8)
    preparer = Preparer(loaded, built.database, built.blobs, built.pool)
    publisher = Publisher(built.database, built.index, preparer.pipeline)
    ingestion = Ingestion(loaded, built.database, built.blobs, preparer=preparer, publisher=publisher)
    stopping = threading.Event()
    sweeper = threading.Thread(target=_sweep, args=(built, stopping), name="sweeper", daemon=True)
    sweeper.start()
    try:
        worker.run(Queue(built.database), {"ingest": ingestion}, concurrency=loaded.worker_concurrency)
    finally:
        stopping.set()
        built.pool.close()
        built.database.close()


def _sweep(built: parts.Parts, stopping: threading.Event) -> None:
    turn = 0
    while not stopping.wait(_SWEEP_SECONDS):
        try:
            built.deletion.sweep()
            if turn % _SWEEPS_PER_BYTES_SWEEP == 0:
                built.deletion.sweep_bytes(built.settings.data_dir / "uploads")
            turn += 1
        except Problem as problem:
            _log.info("sweeper waits", extra={"reason": problem.detail})
        except Exception:
            _log.exception("sweeper error")


if __name__ == "__main__":
    main()
