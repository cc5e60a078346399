"""A job as people see it: its view, the request that begins it, and ways to wait for its end."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from flask import Response, request
from pydantic import Field, JsonValue

from oberaconnect import idempotency, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Database
from oberaconnect.endpoint import Model, Reply, View
from oberaconnect.problems import Unavailable
from oberaconnect.settings import Settings
from oberaconnect.stream import Event, long_answers

POLL_SECONDS = 0.15
_MAX_WAIT_SECONDS = 300.0
_PREFER_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})")


class Waiting(Model):
    """How long to hold the answer back until the job has ended."""

    wait: float = Field(default=0, ge=0, le=_MAX_WAIT_SECONDS, description="Seconds")


class Progress(View):
    """How far a job is."""

    done: int
    total: int


class Job(View):
    """A piece of work that goes on after the answer. `result` holds what came out once it succeeded."""

    id: UUID
    kind: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    stage: str
    progress: Progress
    client: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problem: dict[str, JsonValue] | None = None
    result: dict[str, JsonValue] | None = None


def fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Job` from a job's row."""
    return {
        "id": row["id"],
        "kind": row["kind"],
        "status": row["status"],
        "stage": row["stage"],
        "progress": Progress(done=row["done"], total=row["total"]),
        "client": row["tenant"],
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "problem": row["problem"],
        "result": row["result"],
    }


def job(row: Mapping[str, Any]) -> Job:
    """A job's row as the API shows it."""
    return Job(**fields(row))


def is_active(shown: Job) -> bool:
    """Whether a job is still to end."""
    return shown.status in jobs.ACTIVE


def events(database: Database, tenants: str, job_id: UUID) -> Iterator[Event]:
    """What a job that is there tells while it is followed: `progress` whenever it is further, `done` at the end."""
    told: tuple[object, ...] | None = None
    while True:
        with database.transaction(tenants) as connection:
            shown = job(jobs.find(connection, job_id))
        now = (shown.status, shown.stage, shown.progress)
        if now != told:
            told = now
            yield Event("progress", shown.model_dump(mode="json"))
        if not is_active(shown):
            yield Event("done", shown.model_dump(mode="json"))
            return
        time.sleep(POLL_SECONDS * 2)


def seconds(wait: float) -> float:
    """How long this request is willing to wait: its `wait` parameter or `Prefer: wait=…` (RFC 7240)."""
    found = _PREFER_WAIT.search(request.headers.get("Prefer", ""))
    return min(_MAX_WAIT_SECONDS, wait or (float(found[1]) if found else 0.0))


def last_event() -> int:
    """After which event this request wants to go on: its `Last-Event-ID`, if it is one that was given out."""
    last = request.headers.get("Last-Event-ID", "0")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0


Shown = TypeVar("Shown", bound=Job)


@dataclass(frozen=True)
class JobFace(Generic[Shown]):
    """The jobs of one service: below which prefix they are found, and how it shows one."""

    prefix: str
    view: Callable[[Mapping[str, Any]], Shown]

    def location(self, job_id: UUID) -> str:
        """The address of a job."""
        return f"/api/{self.prefix}/jobs/{job_id}"

    def begin(
        self,
        connection: Connection,
        settings: Settings,
        caller: Principal,
        key: idempotency.Key | None,
        *,
        kind: str,
        payload: Mapping[str, Any],
        total: int,
        plan: Callable[[UUID], None] | None = None,
    ) -> Response | Shown:
        """A job, within the transaction of its request; or the answer that this Idempotency-Key had before.

        `plan` writes what the job is to do, in the same transaction. Only when that is committed a 202 is true.
        """
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        row = jobs.enqueue(
            connection, principal=caller, kind=kind, payload=payload, total=total, max_queued=settings.max_queued_jobs
        )
        if plan is not None:
            plan(row["id"])
        shown = self.view(row)
        idempotency.keep(connection, caller.tenant, key, shown, status=202, location=self.location(shown.id))
        return shown

    def until_ended(self, database: Database, tenants: str, shown: Shown, wait: float) -> Shown:
        """The job when it has ended or the time is up. Waiting holds a thread, so it counts as a stream."""
        if wait <= 0 or not is_active(shown):
            return shown
        place = long_answers()
        try:
            place.take()
        except Unavailable:
            return shown  # the work goes on; only this answer does not wait for it
        try:
            deadline = time.monotonic() + wait
            while is_active(shown) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
                with database.transaction(tenants) as connection:
                    shown = self.view(jobs.find(connection, shown.id))
            return shown
        finally:
            place.give()

    def accepted(self, database: Database, tenants: str, begun: Response | Shown, wait: float) -> Response | Reply:
        """Answer a request that began a job: 200 when it has ended within the time that is waited for, else 202."""
        if isinstance(begun, Response):
            return begun
        shown = self.until_ended(database, tenants, begun, seconds(wait))
        return Reply(shown, 202 if is_active(shown) else 200, {"Location": self.location(shown.id)})

    def reply(self, shown: Shown) -> Reply:
        """A job that was asked for; while it is not over, with when to ask again."""
        return Reply(shown, headers={"Retry-After": "1"} if is_active(shown) else {})
