"""The worker process: documents."""

from engineering_api.documents.job import KIND, Writing
from engineering_api.parts import Parts
from oberaconnect import llm, settings, telemetry, worker
from oberaconnect.db import Database
from oberaconnect.jobs import Queue

_CONNECTIONS = 4


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("engineering-api-worker", loaded.log_level)
    database = Database(loaded, "engineering_api", max_connections=_CONNECTIONS)
    parts = Parts(settings=loaded, database=database, model=llm.from_settings(loaded))
    try:
        # One at a time: typesetting takes all that there is anyway.
        worker.run(Queue(database), {KIND: Writing(parts)}, concurrency=1)
    finally:
        parts.close()


if __name__ == "__main__":
    main()
