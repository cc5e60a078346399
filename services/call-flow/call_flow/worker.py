"""The worker process: proofs."""

from call_flow.prove.job import Proving
from oberaconnect import settings, telemetry, worker
from oberaconnect.db import Database
from oberaconnect.jobs import Queue


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("call-flow-worker", loaded.log_level)
    database = Database(loaded, "call_flow", max_connections=4)
    try:
        # One at a time: the calls of a proof run side by side already.
        worker.run(Queue(database), {"prove": Proving(loaded, database)}, concurrency=1)
    finally:
        database.close()


if __name__ == "__main__":
    main()
