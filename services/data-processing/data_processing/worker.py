"""The worker process: its jobs, the clock of the sources, and the sweeper that completes what was interrupted."""

import threading

from data_processing import parts
from data_processing.ingest import Ingestion
from data_processing.lines import Lines
from data_processing.prepare import Preparer
from data_processing.publish import Publisher
from data_processing.reindex import Reindexing
from data_processing.sweep import Sweeper
from data_processing.sync.removal import SourceRemoval
from data_processing.sync.run import SourceRun
from data_processing.sync.scheduler import Scheduler
from data_processing.sync.subscribing import Subscribing, Unsubscribing
from data_processing.webhook import Webhook
from oberaconnect import settings, telemetry, worker
from oberaconnect.jobs import Queue


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("data-processing-worker", loaded.log_level)
    jobs = loaded.worker_concurrency
    # Each job holds a connection at times, so does each thread that fetches or prepares; renewing leases, sweeping and
    # the clock need three.
    connections = jobs * (1 + loaded.parse_workers + loaded.fetch_workers) + 3
    built = parts.build(loaded, parse_workers=loaded.parse_workers, max_connections=connections)
    preparer = Preparer(loaded, built.database, built.blobs, built.pool, built.engineering)
    publisher = Publisher(built.database, built.index, preparer.pipeline)
    sweeper = Sweeper(built.database, built.index, built.deletion, built.blobs.root)
    scheduler = Scheduler(loaded, built.database)
    stopping = threading.Event()
    for name, run in (("sweeper", sweeper.run), ("scheduler", scheduler.run)):
        threading.Thread(target=run, args=(stopping,), name=name, daemon=True).start()
    try:
        worker.run(Queue(built.database), handlers(built, preparer, publisher), concurrency=jobs)
    finally:
        stopping.set()
        built.close()


def handlers(built: parts.Parts, preparer: Preparer, publisher: Publisher) -> dict[str, worker.Handler]:
    """What does the jobs of each kind."""
    loaded, database = built.settings, built.database
    lines = Lines(loaded, database, preparer, publisher)
    return {
        "ingest": Ingestion(loaded, database, built.blobs, lines=lines, publisher=publisher),
        "reindex": Reindexing(database, built.index),
        "sync": SourceRun(
            loaded,
            database,
            built.blobs,
            lines=lines,
            publisher=publisher,
            deletion=built.deletion,
            index=built.index,
            pipeline=preparer.pipeline,
        ),
        "remove-source": Unsubscribing(loaded, database, SourceRemoval(database, built.deletion)),
        "subscribe": Subscribing(loaded, database),
        "webhook": Webhook(loaded, database),
    }


if __name__ == "__main__":
    main()
