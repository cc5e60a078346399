"""An event reaches its receiver once and signed, over real HTTP, and nothing inside that is not ours to call."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.conftest import MakeSettings
from tests.fakes.web import Answer, Asked, Web

from data_processing.webhook import Webhook, payload
from oberaconnect import jobs, worker
from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Database, as_owner, migrate
from oberaconnect.jobs import Queue
from oberaconnect.settings import Settings

EVENT = {"event": "source.run.failed", "source": "Wörterbücher", "failed": 3}
SECRET = "Wintergarten-7-Rosenstock"


class Announcer:
    """The webhook jobs of Alice's client and the worker that does them."""

    def __init__(self, settings: Settings) -> None:
        migrate(settings, "data_processing")
        self.settings = settings
        self.database = Database(settings, "data_processing")
        self.queue = Queue(self.database)
        self.stopping = threading.Event()
        self.handlers: dict[str, worker.Handler] = {"webhook": Webhook(settings, self.database)}

    def tell(self, url: str, *, secret: str = "", client: str = "acme", sealed_for: str = "acme") -> dict[str, Any]:
        """Queue an event and try once to deliver it; the job as it is then."""
        order = payload(self.settings, sealed_for, url=url, body=EVENT, secret=secret)
        principal = Principal("key:alice", client, frozenset({client}), frozenset())
        with self.database.transaction(client) as connection:
            job = jobs.enqueue(connection, principal=principal, kind="webhook", payload=order, max_queued=10)
        return self.attempt(job)

    def attempt(self, job: dict[str, Any]) -> dict[str, Any]:
        """Try again, without waiting for the time."""
        with as_owner(self.settings) as connection:
            connection.execute("UPDATE data_processing.job SET run_after = now() WHERE status = 'queued'")
        claim = self.queue.claim(self.handlers.keys())
        if claim is not None:
            worker.attempt(self.queue, self.handlers, claim, self.stopping)
        with self.database.transaction(EVERY_TENANT) as connection:
            return jobs.find(connection, job["id"])


@pytest.fixture
def receiver() -> Iterator[Web]:
    with Web(lambda asked: Answer(204, b"")) as running:
        yield running


@pytest.fixture
def make_announcer(make_settings: MakeSettings) -> Iterator[Callable[..., Announcer]]:
    made: list[Announcer] = []

    def make(**values: Any) -> Announcer:
        made.append(Announcer(make_settings(**values)))
        return made[-1]

    yield make
    for announcer in made:
        announcer.database.close()


@pytest.fixture
def announcer(make_announcer: Callable[..., Announcer]) -> Announcer:
    return make_announcer(ingest_allowed_hosts="127.0.0.1")


def _answering(*statuses: int) -> Callable[[Asked], Answer]:
    left = list(statuses)
    return lambda asked: Answer(left.pop(0) if len(left) > 1 else left[0], b"")


def test_an_event_is_delivered_once(announcer: Announcer, receiver: Web) -> None:
    job = announcer.tell(f"{receiver.url}/hooks/7?token=a")
    assert (job["status"], job["result"], job["problem"]) == ("succeeded", {"status": 204}, None)
    assert announcer.attempt(job) == job
    (asked,) = receiver.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == ("POST", "/hooks/7?token=a", EVENT)
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert headers["content-type"] == "application/json"
    assert headers["x-obera-event"] == "source.run.failed"
    assert headers["x-obera-delivery"] == str(job["id"])
    assert "x-obera-signature" not in headers


def test_whoever_has_the_secret_can_tell_that_the_event_is_genuine(announcer: Announcer, receiver: Web) -> None:
    job = announcer.tell(receiver.url, secret=SECRET)
    assert job["status"] == "succeeded"
    (asked,) = receiver.asked
    given = {name.lower(): value for name, value in asked.headers.items()}["x-obera-signature"]
    parts = dict(part.split("=") for part in given.split(","))
    proof = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert parts == {"t": str(int(parts["t"])), "v1": proof}
    assert SECRET not in json.dumps(job["payload"])


def test_a_secret_that_was_sealed_for_another_client_signs_nothing(announcer: Announcer, receiver: Web) -> None:
    job = announcer.tell(receiver.url, secret=SECRET, client="charlie", sealed_for="acme")
    assert job["status"] == "failed"
    assert "cannot be opened" in job["problem"]["detail"]
    assert receiver.asked == []


@pytest.mark.parametrize("status", [408, 429, 500, 503, 504])
def test_a_receiver_that_is_busy_is_told_later(announcer: Announcer, receiver: Web, status: int) -> None:
    receiver.answering = _answering(status, 200)
    job = announcer.tell(receiver.url, secret=SECRET)
    assert job["status"] == "queued"
    assert str(status) in job["problem"]["detail"]
    assert job["problem"]["status"] == (429 if status == 429 else 503)
    job = announcer.attempt(job)
    assert (job["status"], job["result"]) == ("succeeded", {"status": 200})
    assert [asked.body for asked in receiver.asked] == [receiver.asked[0].body] * 2
    assert len({asked.headers["X-Obera-Delivery"] for asked in receiver.asked}) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("asked", "seconds"), [("120", 120), ("", 30), ("Fri, 31 Dec 1999 23:59:59 GMT", 30)])
def test_a_receiver_says_when_to_come_back(
    announcer: Announcer, receiver: Web, status: int, asked: str, seconds: int
) -> None:
    receiver.answering = lambda _: Answer(status, b"", {"Retry-After": asked} if asked else {})
    job = announcer.tell(receiver.url)
    assert 0 <= (job["run_after"] - job["started_at"]).total_seconds() - seconds < 60


def test_a_receiver_that_is_away_is_told_later(announcer: Announcer) -> None:
    with Web() as gone:
        url = gone.url
    job = announcer.tell(url)
    assert (job["status"], job["attempts"]) == ("queued", 0)
    assert "cannot be reached" in job["problem"]["detail"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_receiver_that_wants_none_of_it_is_left_alone(announcer: Announcer, receiver: Web, status: int) -> None:
    receiver.answering = _answering(status)
    job = announcer.tell(receiver.url)
    assert job["status"] == "failed"
    assert f"answered with status {status}. Check the address" in job["problem"]["detail"]
    assert announcer.attempt(job) == job
    assert len(receiver.asked) == 1


def test_a_redirect_is_not_followed(announcer: Announcer, receiver: Web) -> None:
    with Web() as elsewhere:
        receiver.answering = lambda asked: Answer(307, b"", {"Location": elsewhere.url})
        job = announcer.tell(receiver.url, secret=SECRET)
        assert elsewhere.connections == 0
    assert job["status"] == "failed"
    assert "Redirects are not followed" in job["problem"]["detail"]


def test_a_private_address_that_nobody_allowed_is_not_called(
    make_announcer: Callable[..., Announcer], receiver: Web
) -> None:
    announcer = make_announcer(ingest_allowed_hosts="intranet.example")
    for url in (
        receiver.url,
        f"http://localhost:{receiver.port}",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ):
        job = announcer.tell(url)
        assert job["status"] == "failed"
        assert job["problem"]["status"] == 422
    assert receiver.connections == 0


def test_our_n8n_is_called_although_its_address_is_private(
    make_announcer: Callable[..., Announcer], receiver: Web
) -> None:
    announcer = make_announcer(n8n_url=receiver.url)
    assert announcer.tell(f"{receiver.url}/webhook/sync")["status"] == "succeeded"
    with Web() as neighbour:
        assert announcer.tell(neighbour.url)["status"] == "failed"
        assert neighbour.connections == 0
    assert [asked.path for asked in receiver.asked] == ["/webhook/sync"]


def test_a_worker_that_is_told_to_stop_leaves_the_event_to_the_next(announcer: Announcer, receiver: Web) -> None:
    announcer.stopping.set()
    job = announcer.tell(receiver.url)
    assert (job["status"], receiver.asked) == ("queued", [])
    announcer.stopping.clear()
    assert announcer.attempt(job)["status"] == "succeeded"
