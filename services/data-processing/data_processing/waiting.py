"""A job as people see it, and ways to wait for its end: hold the answer, or follow the events."""

import re
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from flask import request

from data_processing import ledger
from data_processing.models import Counts, Job, JobDocument, Progress
from data_processing.sync.models import Run
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Database
from oberaconnect.endpoint import Reply
from oberaconnect.problems import Unavailable
from oberaconnect.stream import Event, long_answers

_POLL_SECONDS = 0.15
_MAX_WAIT_SECONDS = 300.0
#: A job that stands still is told of again after this time. A reader who has gone is noticed only then.
_REPEAT_SECONDS = 10.0
#: How the events of a job show it.
JobShown = Callable[[Connection, UUID], Job | Run]
_PREFER_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})")


def job_view(row: ledger.Row) -> Job:
    """A job's row as the API shows it."""
    return Job(
        id=row["id"],
        kind=row["kind"],
        status=row["status"],
        stage=row["stage"],
        progress=Progress(done=row["done"], total=row["total"]),
        counts=Counts(**row["counts"]),
        client=row["tenant"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        problem=row["problem"],
        result=row["result"],
    )


def is_active(job: Job | Run) -> bool:
    """Whether a job is still to end."""
    return job.status in jobs.ACTIVE


def seconds(wait: float) -> float:
    """How long this request is willing to wait: its `wait` parameter or `Prefer: wait=…` (RFC 7240)."""
    found = _PREFER_WAIT.search(request.headers.get("Prefer", ""))
    return min(_MAX_WAIT_SECONDS, wait or (float(found[1]) if found else 0.0))


def until_ended(database: Database, tenants: str, job: Job, wait: float) -> Job:
    """The job when it has ended or the time is up. Waiting holds a thread, so it counts as a stream."""
    if wait <= 0 or not is_active(job):
        return job
    place = long_answers()
    try:
        place.take()
    except Unavailable:
        return job  # the work goes on; only this answer does not wait for it
    try:
        deadline = time.monotonic() + wait
        while is_active(job) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            with database.transaction(tenants) as connection:
                job = job_view(jobs.find(connection, job.id))
        return job
    finally:
        place.give()


def accepted(database: Database, tenants: str, job: Job, wait: float) -> Reply:
    """Answer a request that began a job: 200 when it has ended within the time that is waited for, else 202."""
    job = until_ended(database, tenants, job, seconds(wait))
    return Reply(job, 202 if is_active(job) else 200, {"Location": f"/api/data/jobs/{job.id}"})


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
        if not lines and not is_active(job):
            yield Event("done", job.model_dump(mode="json"))
            return
        if not lines:
            time.sleep(_POLL_SECONDS * 2)


def job_shown(connection: Connection, job_id: UUID) -> Job:
    """A job for its events."""
    return job_view(jobs.find(connection, job_id))


def last_event() -> int:
    """After which event this request wants to go on: its `Last-Event-ID`, if it is one that was given out."""
    last = request.headers.get("Last-Event-ID", "0")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0
