"""A leased queue in PostgreSQL: what was accepted is done once, whoever dies meanwhile.

A worker claims the oldest job for a while (the lease) and renews the lease as long as it lives. Whoever takes over an
expired job gets a new fencing token (`lease`); progress and results of the old holder then update no row, and it stops.

A job whose attempts end badly is given up after some. An attempt that gets further than any before it is counted as the
first: a long job goes on however often its worker is killed, and one that kills it at the same place does not.
"""

import json
import logging
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oberaconnect import db, telemetry
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Connection, Database, Jsonb
from oberaconnect.problems import Conflict, NotFound, Problem, TooMany

ACTIVE = ("queued", "running")
_BACKOFF_SECONDS = 2.0
_BACKOFF_CEILING_SECONDS = 300.0
_WAIT_SECONDS = 3.0
_WAIT_CEILING_SECONDS = 600.0

_log = logging.getLogger(__name__)


class LostLease(Exception):
    """Another worker holds this job now. Stop without writing anything."""


class Cancelled(Exception):
    """Somebody asked to cancel this job."""


class NoSuchJob(NotFound):
    """There is no job with this id."""


class QueueFull(TooMany):
    """Too many jobs are waiting for this client. Try again when some have finished."""


@dataclass(frozen=True)
class Claim:
    """A job that this process may work on until its lease runs out."""

    id: UUID
    lease: UUID
    kind: str
    tenant: str
    payload: dict[str, Any]
    subject: str
    attempts: int
    max_attempts: int
    readers: Sequence[str] | None = None

    @property
    def principal(self) -> Principal:
        """Who the work is done for: the caller, narrowed to the client of the job, who may read what it could then."""
        readers = None if self.readers is None else frozenset(self.readers)
        return Principal(self.subject, self.tenant, frozenset({self.tenant}), frozenset(), readers)


#: What else becomes of a job that failed for good: the connection of that transaction, the job, and why.
GaveUp = Callable[[Connection, Claim, Problem], None]


def enqueue(
    connection: Connection,
    *,
    principal: Principal,
    kind: str,
    payload: Mapping[str, Any],
    total: int = 0,
    max_queued: int | None,
    pause_seconds: float = 0.0,
) -> dict[str, Any]:
    """Add a job within the caller's transaction: it exists when that commits.

    It begins after `pause_seconds` at the soonest. `max_queued` None: what was accepted goes on, however many wait.

    Raises:
        QueueFull: when the tenant has `max_queued` jobs of this kind waiting already.
    """
    if max_queued is not None:
        waiting = connection.execute(
            "SELECT count(*) AS n FROM job WHERE tenant = %s AND kind = %s AND status = 'queued'",
            [principal.tenant, kind],
        ).fetchone()
        if waiting and waiting["n"] >= max_queued:
            raise QueueFull(retry_after_seconds=10)
    row = connection.execute(
        "INSERT INTO job (tenant, kind, payload, subject, readers, total, request_id, traceparent, run_after)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now() + make_interval(secs => %s)) RETURNING *",
        [
            principal.tenant,
            kind,
            Jsonb(dict(payload)),
            principal.subject,
            None if principal.readers is None else sorted(principal.readers),
            total,
            telemetry.request_id.get(),
            telemetry.traceparent.get(),
            pause_seconds,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    db.notify(connection)
    return row


def find(connection: Connection, job_id: UUID) -> dict[str, Any]:
    """One job the transaction may see. Raises `NoSuchJob`."""
    row = connection.execute("SELECT * FROM job WHERE id = %s", [job_id]).fetchone()
    if row is None:
        raise NoSuchJob()
    return row


def cancel(connection: Connection, job_id: UUID) -> dict[str, Any]:
    """Cancel a waiting job at once, ask a running one to stop, leave a finished one as it is."""
    connection.execute(
        "UPDATE job SET cancel_requested = true,"
        " status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,"
        " stage = CASE status WHEN 'queued' THEN 'cancelled' ELSE stage END,"
        " finished_at = CASE status WHEN 'queued' THEN now() ELSE finished_at END"
        " WHERE id = %s AND status IN ('queued', 'running')",
        [job_id],
    )
    return find(connection, job_id)


def withdraw(connection: Connection, job_id: UUID) -> bool:
    """Cancel a job that waits; false when a worker has it. That one is not waited for: it may wait for the caller."""
    connection.execute(
        "UPDATE job SET status = 'cancelled', stage = 'cancelled', finished_at = now()"
        " WHERE id = %s AND status = 'queued'",
        [job_id],
    )
    row = connection.execute("SELECT status FROM job WHERE id = %s", [job_id]).fetchone()
    return row is None or row["status"] != "running"


def retry(connection: Connection, job_id: UUID) -> dict[str, Any]:
    """Queue a failed or cancelled job again. Raises `Conflict` for one that is waiting, running or done."""
    row = connection.execute(
        "UPDATE job SET status = 'queued', stage = 'queued', attempts = 0, run_after = now(), problem = NULL,"
        " result = NULL, cancel_requested = false, done = 0, furthest = 0, counts = '{}', started_at = NULL,"
        " finished_at = NULL"
        " WHERE id = %s AND status IN ('failed', 'cancelled') RETURNING *",
        [job_id],
    ).fetchone()
    if row is None:
        found = find(connection, job_id)
        raise Conflict(f"The job is {found['status']}; only a failed or cancelled one can be retried.")
    db.notify(connection)
    return row


class Queue:
    """The worker's side of the queue of one service."""

    LEASE_SECONDS = 30

    def __init__(self, database: Database, *, gave_up: GaveUp | None = None) -> None:
        """Jobs of every tenant are claimed; each is worked on with the rights of its own.

        `gave_up` is called within the transaction in which a job fails for good without its handler having a say.
        """
        self._database = database
        self._gave_up = gave_up

    def claim(self, kinds: Collection[str]) -> Claim | None:
        """The next job: waiting or abandoned, of the tenant with the fewest running, oldest first."""
        with self._database.transaction(EVERY_TENANT) as connection:
            row = connection.execute(
                "UPDATE job SET status = 'running', attempts = attempts + 1, lease = gen_random_uuid(),"
                " lease_until = now() + make_interval(secs => %(seconds)s), started_at = coalesce(started_at, now())"
                " WHERE id = (SELECT id FROM job AS waiting"
                "   WHERE kind = ANY (%(kinds)s) AND ((status = 'queued' AND run_after <= now())"
                "     OR (status = 'running' AND lease_until < now()))"
                "   ORDER BY (SELECT count(*) FROM job AS busy"
                "     WHERE busy.status = 'running' AND busy.tenant = waiting.tenant), created_at"
                "   FOR UPDATE SKIP LOCKED LIMIT 1)"
                " RETURNING id, lease, kind, tenant, payload, subject, attempts, max_attempts, readers,"
                " request_id, traceparent, cancel_requested",
                {"seconds": self.LEASE_SECONDS, "kinds": list(kinds)},
            ).fetchone()
        if row is None:
            return None
        telemetry.request_id.set(row.pop("request_id"))
        telemetry.traceparent.set(row.pop("traceparent"))
        cancelled = row.pop("cancel_requested")
        claim = Claim(**row)
        if cancelled:
            self.finish_alone(claim, "cancelled")
            return None
        if claim.attempts > claim.max_attempts:
            # Each attempt ended without a word: the worker died. Somebody has to look at it.
            problem = Problem(f"The worker stopped {claim.max_attempts} times while it worked on this.")
            self.finish_alone(claim, "failed", problem=problem)
            return None
        return claim

    def news(self, seconds: float) -> Iterator[bool]:
        """True for each job that was added, False whenever `seconds` went by without one. Raises `Unavailable`."""
        return (bool(words) for words in self._database.listen(seconds))

    def renew(self, claim: Claim) -> None:
        """Keep the lease. Raises `LostLease` when somebody else has it, `Cancelled` when somebody asked to stop."""
        with self._database.transaction(EVERY_TENANT) as connection:
            row = connection.execute(
                "UPDATE job SET lease_until = now() + make_interval(secs => %s)"
                " WHERE id = %s AND lease = %s AND status = 'running' RETURNING cancel_requested",
                [self.LEASE_SECONDS, claim.id, claim.lease],
            ).fetchone()
        if row is None:
            raise LostLease()
        if row["cancel_requested"]:
            raise Cancelled()

    def later(self, claim: Claim, error: Exception) -> None:
        """Put the job back for another attempt after a growing pause; after the last one it has failed for good."""
        problem = error if isinstance(error, Problem) else Problem("An unexpected error; the log has the details.")
        with self._database.transaction(EVERY_TENANT) as connection:
            row = connection.execute(
                "SELECT attempts, max_attempts FROM job WHERE id = %s AND lease = %s FOR UPDATE",
                [claim.id, claim.lease],
            ).fetchone()
            if row is None:
                return
            if row["attempts"] >= row["max_attempts"]:
                self._give_up(connection, claim, problem)
                return
            pause = min(_BACKOFF_CEILING_SECONDS, _BACKOFF_SECONDS * 2 ** (row["attempts"] - 1))
            pause *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads the attempts, guards nothing
            connection.execute(
                "UPDATE job SET status = 'queued', stage = 'waiting to retry', lease = NULL,"
                " run_after = now() + make_interval(secs => %s), problem = %s WHERE id = %s AND lease = %s",
                [max(pause, _asked_pause(problem)), Jsonb(problem.document()), claim.id, claim.lease],
            )

    def wait(self, claim: Claim, problem: Problem) -> None:
        """Put the job back because something it needs is away. That is not counted as an attempt, for an hour.

        When the problem says how long to wait (`Retry-After`), it waits that long, but no more than ten minutes.
        """
        with self._database.transaction(EVERY_TENANT) as connection:
            row = connection.execute(
                "UPDATE job SET status = 'queued', stage = 'waiting', attempts = attempts - 1, lease = NULL,"
                " run_after = now() + make_interval(secs => %s), problem = %s"
                " WHERE id = %s AND lease = %s AND started_at > now() - interval '1 hour' RETURNING 1 AS one",
                [max(_WAIT_SECONDS, _asked_pause(problem)), Jsonb(problem.document()), claim.id, claim.lease],
            ).fetchone()
        if row is None:
            self.later(claim, problem)

    def release(self, claim: Claim) -> None:
        """Give an unfinished job back at once, without counting the attempt: this worker is stopping."""
        with self._database.transaction(EVERY_TENANT) as connection:
            connection.execute(
                "UPDATE job SET status = 'queued', stage = 'queued', attempts = attempts - 1, lease = NULL"
                " WHERE id = %s AND lease = %s",
                [claim.id, claim.lease],
            )
            db.notify(connection)

    def finish_alone(self, claim: Claim, status: str, *, problem: Problem | None = None) -> None:
        """`finish` in a transaction of its own, for an end that changes nothing else."""
        with self._database.transaction(EVERY_TENANT) as connection:
            if problem is not None:
                self._give_up(connection, claim, problem)
            else:
                finish(connection, claim, status)

    def _give_up(self, connection: Connection, claim: Claim, problem: Problem) -> None:
        finish(connection, claim, "failed", problem=problem)
        if self._gave_up is not None:
            self._gave_up(connection, claim, problem)


def progress(
    connection: Connection, claim: Claim, *, stage: str, done: int, total: int, counts: Mapping[str, int]
) -> None:
    """Write how far the job is. Raises `LostLease`."""
    # Against the furthest so far, not the last: an attempt that begins anew first comes to where the others were.
    row = connection.execute(
        "UPDATE job SET stage = %(stage)s, done = %(done)s, total = %(total)s, counts = %(counts)s,"
        " attempts = CASE WHEN %(at)s > furthest THEN 1 ELSE attempts END, furthest = greatest(furthest, %(at)s)"
        " WHERE id = %(id)s AND lease = %(lease)s RETURNING 1 AS one",
        {
            "stage": stage,
            "done": done,
            "total": total,
            "counts": json.dumps(dict(counts)),
            "at": done + total,
            "id": claim.id,
            "lease": claim.lease,
        },
    ).fetchone()
    if row is None:
        raise LostLease()


def advance(connection: Connection, claim: Claim) -> None:
    """Say at the beginning of a transaction that it brings the job further for good: attempts count anew from here.

    Until the transaction ends nobody else can claim the job. Raises `LostLease`.
    """
    row = connection.execute(
        "UPDATE job SET attempts = 1, furthest = 0 WHERE id = %s AND lease = %s RETURNING 1 AS one",
        [claim.id, claim.lease],
    ).fetchone()
    if row is None:
        raise LostLease()


def hold(connection: Connection, claim: Claim) -> None:
    """Begin a transaction that only its holder may make, and which brings the job no further. Raises `LostLease`."""
    row = connection.execute(
        "SELECT 1 AS one FROM job WHERE id = %s AND lease = %s FOR UPDATE", [claim.id, claim.lease]
    ).fetchone()
    if row is None:
        raise LostLease()


def finish(
    connection: Connection,
    claim: Claim,
    status: str,
    *,
    counts: Mapping[str, int] | None = None,
    result: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
) -> None:
    """End a job in the transaction that also writes what it did. Raises `LostLease`: then nothing must be committed."""
    row = connection.execute(
        "UPDATE job SET status = %s, stage = %s, finished_at = now(), lease = NULL, result = %s, problem = %s,"
        " counts = coalesce(%s::jsonb, counts) WHERE id = %s AND lease = %s RETURNING 1 AS one",
        [
            status,
            status,
            None if result is None else Jsonb(dict(result)),
            None if problem is None else Jsonb(problem.document()),
            None if counts is None else json.dumps(dict(counts)),
            claim.id,
            claim.lease,
        ],
    ).fetchone()
    if row is None:
        raise LostLease()
    _log.info("job ended", extra={"job": str(claim.id), "kind": claim.kind, "status": status})


def _asked_pause(problem: Problem) -> float:
    """The seconds that a problem asks to wait, as far as they are followed; 0 when it says nothing of it."""
    asked = problem.headers.get("Retry-After", "")
    return min(float(asked), _WAIT_CEILING_SECONDS) if asked.isdecimal() else 0.0
