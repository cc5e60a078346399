"""The worker of the sample service: a job takes its steps one by one, and writes each once."""

import time

from oberaconnect import jobs, settings, telemetry, worker
from oberaconnect.db import Database, Jsonb
from oberaconnect.jobs import Queue


class ImpatientQueue(Queue):
    """Leases so short that a test can wait for them."""

    LEASE_SECONDS = 1


def main() -> None:
    """Work until told to stop."""
    loaded = settings.load()
    telemetry.configure("sample-worker")
    database = Database(loaded, "sample_service")

    def steps(work: worker.Work) -> None:
        claim = work.claim
        total = int(claim.payload["steps"])
        for number in range(total):
            work.check()
            with database.transaction(claim.tenant) as connection:
                connection.execute(
                    "INSERT INTO note (tenant, text, metadata) VALUES (%s, %s, %s)",
                    [claim.tenant, f"step {number}", Jsonb({"attempt": claim.attempts})],
                )
                jobs.progress(connection, claim, stage="stepping", done=number + 1, total=total, counts={})
            time.sleep(0.05)
        with database.transaction(claim.tenant) as connection:
            jobs.finish(connection, claim, "succeeded", counts={"steps": total})

    worker.run(ImpatientQueue(database), {"steps": steps}, concurrency=1)
    database.close()


if __name__ == "__main__":
    main()
