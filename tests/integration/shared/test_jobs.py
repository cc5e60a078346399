"""What was accepted is done once, whoever dies meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import MakeSettings
from tests.fakes.sample import FOLDER, Sample, bearer, started

from oberaconnect import db, jobs, worker
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.jobs import Cancelled, Claim, LostLease, NoSuchJob, Queue, QueueFull
from oberaconnect.problems import Conflict, Problem, Timeout, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings


@pytest.fixture
def service(settings: Settings) -> Iterator[Sample]:
    with started(settings) as running:
        yield running


@pytest.fixture
def database(service: Sample) -> Database:
    return service.database


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


def _person(tenant: str) -> Principal:
    return Principal("key:1", tenant, frozenset({tenant}), frozenset())


def _add(database: Database, tenant: str = "acme", kind: str = "steps", max_queued: int = 100) -> dict[str, Any]:
    with database.transaction(tenant) as connection:
        return jobs.enqueue(
            connection, principal=_person(tenant), kind=kind, payload={"steps": 3}, total=3, max_queued=max_queued
        )


def _find(database: Database, job: Any) -> dict[str, Any]:
    with database.transaction(EVERY_TENANT) as connection:
        return jobs.find(connection, getattr(job, "id", None) or job["id"])


def _owner(settings: Settings, statement: str) -> None:
    with db.as_owner(settings) as connection:
        connection.execute(statement.encode())


def _claim(queue: Queue) -> Claim:
    claim = queue.claim(["steps"])
    assert claim is not None
    return claim


def _expire(settings: Settings) -> None:
    _owner(settings, "UPDATE sample_service.job SET lease_until = now() - interval '1 second'")


def test_the_oldest_job_is_claimed_first_and_by_one_only(database: Database, queue: Queue) -> None:
    first, second = _add(database), _add(database)
    assert [_claim(queue).id, _claim(queue).id] == [first["id"], second["id"]]
    assert queue.claim(["steps"]) is None


def test_a_worker_takes_only_what_it_can_do(database: Database, queue: Queue) -> None:
    _add(database, kind="other")
    assert queue.claim(["steps"]) is None


def test_a_client_with_many_jobs_does_not_starve_another(database: Database, queue: Queue) -> None:
    for _ in range(3):
        _add(database, "acme")
    _add(database, "charlie")
    assert [_claim(queue).tenant for _ in range(4)] == ["acme", "charlie", "acme", "acme"]


def test_a_claim_acts_with_the_rights_of_the_jobs_client_only(database: Database, queue: Queue) -> None:
    _add(database, "acme")
    assert _claim(queue).principal == Principal("key:1", "acme", frozenset({"acme"}), frozenset())


@pytest.mark.parametrize("readers", [None, frozenset({"anyone", "user:bob"}), frozenset[str]()])
def test_a_claim_reads_no_more_than_whoever_asked_for_the_job(
    database: Database, queue: Queue, readers: frozenset[str] | None
) -> None:
    bob = Principal("entra:bob", "acme", frozenset({"acme"}), frozenset(), readers)
    with database.transaction("acme") as connection:
        jobs.enqueue(connection, principal=bob, kind="steps", payload={}, max_queued=100)
    assert _claim(queue).principal == bob


def test_a_job_whose_worker_fell_silent_is_taken_over(database: Database, queue: Queue, settings: Settings) -> None:
    _add(database)
    old = _claim(queue)
    assert queue.claim(["steps"]) is None
    _expire(settings)
    new = _claim(queue)
    assert (new.id, new.attempts) == (old.id, 2)
    assert new.lease != old.lease


def test_whoever_lost_the_lease_can_write_nothing(database: Database, queue: Queue, settings: Settings) -> None:
    _add(database)
    old = _claim(queue)
    _expire(settings)
    new = _claim(queue)
    with pytest.raises(LostLease):
        queue.renew(old)
    with pytest.raises(LostLease), database.transaction("acme") as connection:
        jobs.progress(connection, old, stage="late", done=3, total=3, counts={})
    with pytest.raises(LostLease), database.transaction("acme") as connection:
        jobs.finish(connection, old, "succeeded")
    queue.later(old, RuntimeError())
    queue.wait(old, Unavailable())
    queue.release(old)
    found = _find(database, new)
    assert (found["status"], found["stage"], found["lease"]) == ("running", "queued", new.lease)


def test_a_renewed_lease_is_kept(database: Database, queue: Queue, settings: Settings) -> None:
    _add(database)
    claim = _claim(queue)
    _owner(settings, "UPDATE sample_service.job SET lease_until = now() + interval '1 second'")
    queue.renew(claim)
    assert _find(database, claim)["lease_until"] > _find(database, claim)["started_at"]
    with db.as_owner(settings) as connection:
        row = connection.execute(
            "SELECT lease_until - now() > interval '20 seconds' AS long FROM sample_service.job"
        ).fetchone()
    assert row == {"long": True}


def _finish_half(database: Database, claim: Claim) -> None:
    with database.transaction("acme") as connection:
        connection.execute("INSERT INTO note (tenant, text) VALUES ('acme', 'half')")
        jobs.finish(connection, claim, "succeeded")
        raise ZeroDivisionError


def test_what_a_job_did_and_that_it_ended_are_one_transaction(database: Database, queue: Queue) -> None:
    _add(database)
    claim = _claim(queue)
    with pytest.raises(ZeroDivisionError):
        _finish_half(database, claim)
    assert _find(database, claim)["status"] == "running"
    with database.transaction("acme") as connection:
        assert connection.execute("SELECT count(*) AS n FROM note").fetchone() == {"n": 0}


def test_a_failed_attempt_waits_longer_each_time_and_then_is_over(
    database: Database, queue: Queue, settings: Settings
) -> None:
    job = _add(database)
    pauses = []
    for _ in range(5):
        _owner(settings, "UPDATE sample_service.job SET run_after = now() - interval '1 second'")
        queue.later(_claim(queue), RuntimeError("inner words"))
        with db.as_owner(settings) as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM run_after - now()) AS s FROM sample_service.job"
            ).fetchone()
        assert row is not None
        pauses.append(float(row["s"]))
    found = _find(database, job)
    assert pauses[:4] == sorted(pauses[:4])
    assert (found["status"], found["attempts"]) == ("failed", 5)
    assert "inner words" not in str(found["problem"])
    assert queue.claim(["steps"]) is None


def test_a_job_that_kills_its_workers_is_put_aside(database: Database, queue: Queue, settings: Settings) -> None:
    job = _add(database)
    for _ in range(5):
        _claim(queue)
        _expire(settings)
    assert queue.claim(["steps"]) is None
    found = _find(database, job)
    assert found["status"] == "failed"
    assert "stopped 5 times" in found["problem"]["detail"]


def _advance(database: Database, claim: Claim, done: int, total: int = 300) -> None:
    with database.transaction("acme") as connection:
        jobs.progress(connection, claim, stage="stepping", done=done, total=total, counts={})


def test_a_long_job_goes_on_however_often_its_worker_is_killed(
    database: Database, queue: Queue, settings: Settings
) -> None:
    job = _add(database)
    for number in range(50):
        _advance(database, _claim(queue), number)
        _expire(settings)
    assert (_claim(queue).id, _find(database, job)["done"]) == (job["id"], 49)


def test_a_job_that_finds_more_to_do_gets_further_too(database: Database, queue: Queue, settings: Settings) -> None:
    _add(database)
    for number in range(12):
        _advance(database, _claim(queue), 0, total=1000 * number)
        _expire(settings)
    assert _claim(queue).attempts == 2


@pytest.mark.parametrize("begins_anew", [True, False])
def test_a_job_that_kills_its_worker_at_the_same_place_each_time_is_put_aside(
    database: Database, queue: Queue, settings: Settings, begins_anew: bool
) -> None:
    job = _add(database)
    for _ in range(5):
        claim = _claim(queue)
        if begins_anew:
            _advance(database, claim, 0)
            _advance(database, claim, 90)
        _advance(database, claim, 100)
        _expire(settings)
    assert queue.claim(["steps"]) is None
    found = _find(database, job)
    assert (found["status"], found["done"]) == ("failed", 100)
    assert "stopped 5 times" in found["problem"]["detail"]


def test_errors_too_are_counted_anew_when_the_job_got_further(
    database: Database, queue: Queue, settings: Settings
) -> None:
    job = _add(database)
    for number in range(12):
        _owner(settings, "UPDATE sample_service.job SET run_after = now() - interval '1 second'")
        claim = _claim(queue)
        _advance(database, claim, number)
        queue.later(claim, RuntimeError())
    assert (_find(database, job)["status"], _find(database, job)["attempts"]) == ("queued", 1)


def test_a_job_that_is_retried_has_all_its_attempts_again(database: Database, queue: Queue, settings: Settings) -> None:
    job = _add(database)
    claim = _claim(queue)
    _advance(database, claim, 100)
    queue.finish_alone(claim, "failed", problem=Unprocessable("Too odd."))
    with database.transaction("acme") as connection:
        jobs.retry(connection, job["id"])
    _claim(queue)
    _expire(settings)
    _advance(database, _claim(queue), 1)
    assert _find(database, job)["attempts"] == 1


@pytest.mark.parametrize(
    ("problem", "seconds"),
    [
        (TooMany(retry_after_seconds=120), 120),
        (Unavailable(retry_after_seconds=90), 90),
        (TooMany(retry_after_seconds=7200), 600),
        (TooMany(retry_after_seconds=1), 3),
        (Timeout(), 3),
        (Timeout(headers={"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}), 3),
    ],
    ids=["asked", "away", "too long", "too short", "not asked", "a date"],
)
def test_a_job_waits_as_long_as_it_is_asked_to(
    database: Database, queue: Queue, settings: Settings, problem: Problem, seconds: float
) -> None:
    for settle in (queue.wait, queue.later):
        _owner(settings, "DELETE FROM sample_service.job")
        _add(database)
        settle(_claim(queue), problem)
        with db.as_owner(settings) as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM run_after - now()) AS s FROM sample_service.job"
            ).fetchone()
        assert row is not None
        # A failed attempt waits two seconds by itself, more or less.
        assert float(row["s"]) == pytest.approx(seconds, abs=10 if seconds > 10 else 2.5)


def test_waiting_for_something_that_is_away_is_no_attempt(database: Database, queue: Queue, settings: Settings) -> None:
    job = _add(database)
    for _ in range(7):
        _owner(settings, "UPDATE sample_service.job SET run_after = now() - interval '1 second'")
        queue.wait(_claim(queue), Unavailable("The model is away."))
    found = _find(database, job)
    assert (found["status"], found["attempts"]) == ("queued", 0)
    assert found["problem"]["detail"] == "The model is away."


def test_after_an_hour_of_waiting_attempts_count(database: Database, queue: Queue, settings: Settings) -> None:
    job = _add(database)
    claim = _claim(queue)
    _owner(settings, "UPDATE sample_service.job SET started_at = now() - interval '2 hours'")
    queue.wait(claim, Unavailable())
    assert (_find(database, job)["status"], _find(database, job)["attempts"]) == ("queued", 1)


def test_a_waiting_job_is_cancelled_at_once(database: Database, queue: Queue) -> None:
    job = _add(database)
    with database.transaction("acme") as connection:
        assert jobs.cancel(connection, job["id"])["status"] == "cancelled"
        assert jobs.cancel(connection, job["id"])["status"] == "cancelled"
    assert queue.claim(["steps"]) is None


def test_a_waiting_job_is_withdrawn_and_one_that_runs_is_left_to_its_worker(database: Database, queue: Queue) -> None:
    job = _add(database)
    with database.transaction("acme") as connection:
        assert jobs.withdraw(connection, job["id"])
        assert jobs.withdraw(connection, job["id"]), "whoever asks again is told the same"
        assert jobs.find(connection, job["id"])["status"] == "cancelled"
    running = _add(database)
    claim = _claim(queue)
    with database.transaction("acme") as connection:
        assert not jobs.withdraw(connection, running["id"])
    queue.renew(claim)


def test_what_was_accepted_waits_its_pause_and_is_refused_by_no_full_queue(database: Database, queue: Queue) -> None:
    with database.transaction("acme") as connection:
        person = _person("acme")
        jobs.enqueue(connection, principal=person, kind="steps", payload={}, max_queued=1, pause_seconds=600)
        with pytest.raises(QueueFull):
            jobs.enqueue(connection, principal=person, kind="steps", payload={}, max_queued=1)
        now = jobs.enqueue(connection, principal=person, kind="steps", payload={}, max_queued=None)
    assert _claim(queue).id == now["id"]
    assert queue.claim(["steps"]) is None, "the other one waits"


def test_a_running_job_is_asked_to_stop(database: Database, queue: Queue) -> None:
    job = _add(database)
    claim = _claim(queue)
    with database.transaction("acme") as connection:
        assert jobs.cancel(connection, job["id"])["status"] == "running"
    with pytest.raises(Cancelled):
        queue.renew(claim)


def test_a_cancelled_job_whose_worker_died_is_not_begun_again(
    database: Database, queue: Queue, settings: Settings
) -> None:
    job = _add(database)
    _claim(queue)
    with database.transaction("acme") as connection:
        jobs.cancel(connection, job["id"])
    _expire(settings)
    assert queue.claim(["steps"]) is None
    assert _find(database, job)["status"] == "cancelled"


def test_charlie_cannot_cancel_or_see_alices_job(database: Database) -> None:
    job = _add(database, "acme")
    with database.transaction("charlie") as connection:
        with pytest.raises(NoSuchJob):
            jobs.find(connection, job["id"])
        with pytest.raises(NoSuchJob):
            jobs.cancel(connection, job["id"])
        with pytest.raises(NoSuchJob):
            jobs.retry(connection, job["id"])
    assert _find(database, job)["status"] == "queued"


def test_only_what_ended_badly_can_be_retried(database: Database, queue: Queue) -> None:
    job = _add(database)
    with database.transaction("acme") as connection, pytest.raises(Conflict, match="queued"):
        jobs.retry(connection, job["id"])
    queue.finish_alone(_claim(queue), "failed", problem=Unprocessable("Too odd."))
    with database.transaction("acme") as connection:
        again = jobs.retry(connection, job["id"])
    assert (again["status"], again["attempts"], again["problem"]) == ("queued", 0, None)
    assert _claim(queue).id == job["id"]


def test_a_full_queue_refuses_its_own_client_only(service: Sample) -> None:
    def post(key: str) -> int:
        return service.client.post("/api/sample/jobs", json={"steps": 1}, headers=bearer(key)).status_code

    alice, charlie = service.key(tenant="acme"), service.key(tenant="charlie")
    assert [post(alice) for _ in range(4)] == [202, 202, 202, 429]
    assert post(charlie) == 202
    with pytest.raises(QueueFull):
        _add(service.database, "acme", max_queued=3)


@pytest.mark.parametrize(
    ("error", "status", "attempts"),
    [
        (None, "succeeded", 1),
        (Unprocessable("Too odd."), "failed", 1),
        (Unavailable("Away."), "queued", 0),
        (Timeout("Slow."), "queued", 0),
        (TooMany("Busy."), "queued", 0),
        (RuntimeError("inner words"), "queued", 1),
        (worker.Stopping(), "queued", 0),
        (Cancelled(), "cancelled", 1),
    ],
)
def test_how_a_handler_ends_decides_what_becomes_of_the_job(
    database: Database, queue: Queue, error: Exception | None, status: str, attempts: int
) -> None:
    job = _add(database)
    claim = _claim(queue)

    def handle(work: worker.Work) -> None:
        work.check()
        if error is not None:
            raise error
        with database.transaction(work.claim.tenant) as connection:
            jobs.finish(connection, work.claim, "succeeded")

    worker.attempt(queue, {"steps": handle}, claim, threading.Event())
    found = _find(database, job)
    assert (found["status"], found["attempts"]) == (status, attempts)


def test_a_handler_that_lost_its_lease_changes_nothing(database: Database, queue: Queue, settings: Settings) -> None:
    _add(database)
    claim = _claim(queue)
    _expire(settings)
    new = _claim(queue)

    def handle(work: worker.Work) -> None:
        raise Problem("too late to say so")

    worker.attempt(queue, {"steps": handle}, claim, threading.Event())
    assert (_find(database, new)["status"], _find(database, new)["lease"]) == ("running", new.lease)


class _WorkerProcess:
    """The sample service's worker as a process of its own."""

    def __init__(self, settings: Settings, *, looks_every: float = 1.0) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join([str(FOLDER), *sys.path]),
            "SECRET_KEY": settings.secret_key.get_secret_value(),
            "DATABASE_URL": settings.database_url.get_secret_value(),
        }
        code = f"from oberaconnect import worker as w; w._IDLE_SECONDS = {looks_every}; "
        code += "from sample_service import worker; worker.main()"
        self.process = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.DEVNULL)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def _steps(database: Database) -> list[str]:
    with database.transaction("acme") as connection:
        return [row["text"] for row in connection.execute("SELECT text FROM note ORDER BY created_at").fetchall()]


def test_a_job_survives_the_death_of_its_worker(service: Sample, make_settings: MakeSettings) -> None:
    with service.database.transaction("acme") as connection:
        job = jobs.enqueue(
            connection, principal=_person("acme"), kind="steps", payload={"steps": 30}, total=30, max_queued=9
        )
    first = _WorkerProcess(service.settings)
    try:
        _until(lambda: len(_steps(service.database)) >= 2)
    finally:
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert _find(service.database, job)["status"] == "running"
    second = _WorkerProcess(service.settings)
    try:
        _until(lambda: _find(service.database, job)["status"] == "succeeded")
    finally:
        assert second.end(signal.SIGTERM) == 0
    found = _find(service.database, job)
    assert (found["attempts"], found["done"], found["counts"]) == (1, 30, {"steps": 30})
    assert _steps(service.database)[-30:] == [f"step {number}" for number in range(30)]


def test_a_worker_that_is_told_to_stop_gives_its_job_back(service: Sample) -> None:
    with service.database.transaction("acme") as connection:
        job = jobs.enqueue(
            connection, principal=_person("acme"), kind="steps", payload={"steps": 500}, total=500, max_queued=9
        )
    process = _WorkerProcess(service.settings)
    try:
        _until(lambda: len(_steps(service.database)) >= 1)
    finally:
        assert process.end(signal.SIGTERM) == 0
    found = _find(service.database, job)
    assert (found["status"], found["attempts"], found["lease"]) == ("queued", 0, None)


def test_an_idle_worker_is_told_of_a_job_and_need_not_look(settings: Settings, database: Database) -> None:
    running = _WorkerProcess(settings, looks_every=600)
    try:
        for _ in range(3):  # the first may be found by looking, at the start
            job = _add(database)
            _until(lambda job=job: _find(database, job)["status"] == "succeeded")
        assert running.end(signal.SIGTERM) == 0, "an idle worker ends at once"
    finally:
        running.process.kill()
        running.process.wait()
