"""A job as people see it, and its events."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from data_processing import ledger
from data_processing.models import Counts, Job, JobDocument
from data_processing.sync.models import Run
from oberaconnect import job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Database
from oberaconnect.job_face import POLL_SECONDS, JobFace
from oberaconnect.stream import Event

#: A job that stands still is told of again after this time. A reader who has gone is noticed only then.
_REPEAT_SECONDS = 10.0
#: How the events of a job show it.
JobShown = Callable[[Connection, UUID], Job | Run]


def job_view(row: Mapping[str, Any]) -> Job:
    """A job's row as the API shows it."""
    return Job(counts=Counts(**row["counts"]), **job_face.fields(row))


FACE = JobFace("data", job_view)


def events(database: Database, principal: Principal, job_id: UUID, position: int, view: JobShown) -> Iterator[Event]:
    """`progress` when the job moved and every ten seconds, `document` for each line closed after `position`, `done`.

    `view` shows the job, or the run that it is.
    """
    shown: tuple[object, ...] | None = None
    told = time.monotonic()
    while True:
        with database.transaction(principal.tenants, principal.readers) as connection:
            # The job first: lines that are closed after this look are found by the next one.
            job = view(connection, job_id)
            lines = ledger.since(connection, job_id, position)
        for line in lines:
            position = line.pop("position")
            yield Event("document", JobDocument(**line).model_dump(mode="json"), id=str(position))
        now = (job.status, job.stage, job.progress, job.counts)
        if now != shown or time.monotonic() - told > _REPEAT_SECONDS:
            shown, told = now, time.monotonic()
            yield Event("progress", job.model_dump(mode="json"))
        if not lines and job.status not in jobs.ACTIVE:
            yield Event("done", job.model_dump(mode="json"))
            return
        if not lines:
            time.sleep(POLL_SECONDS * 2)


def job_shown(connection: Connection, job_id: UUID) -> Job:
    """A job for its events."""
    return job_view(jobs.find(connection, job_id))
