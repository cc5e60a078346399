"""The worker process: ingestion, embedding anew, and the sweeper that completes what was interrupted."""

import threading

from data_processing import parts
from data_processing.ingest import Ingestion
from data_processing.prepare import Preparer
from data_processing.publish import Publisher
from data_processing.reindex import Reindexing
from data_processing.sweep import Sweeper
from oberaconnect import settings, telemetry, worker
from oberaconnect.jobs import Queue


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("data-processing-worker", loaded.log_level)
    jobs = loaded.worker_concurrency
    # Each job holds a connection at times, so does each thread that prepares; renewing leases and sweeping need two.
    connections = jobs * (1 + loaded.parse_workers) + 2
    built = parts.build(loaded, parse_workers=loaded.parse_workers, max_connections=connections)
    preparer = Preparer(loaded, built.database, built.blobs, built.pool)
    publisher = Publisher(built.database, built.index, preparer.pipeline)
    ingestion = Ingestion(loaded, built.database, built.blobs, preparer=preparer, publisher=publisher)
    reindexing = Reindexing(built.database, built.index)
    sweeper = Sweeper(built.database, built.index, built.deletion, built.blobs.root)
    stopping = threading.Event()
    thread = threading.Thread(target=sweeper.run, args=(stopping,), name="sweeper", daemon=True)
    thread.start()
    try:
        worker.run(Queue(built.database), {"ingest": ingestion, "reindex": reindexing}, concurrency=jobs)
    finally:
        stopping.set()
        built.close()


if __name__ == "__main__":
    main()
