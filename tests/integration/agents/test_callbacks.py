"""Whoever began a run is told how it goes: signed, over real HTTP, and nothing inside is called that is not ours."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests import operations as service
from tests.conftest import MakeSettings
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted
from tests.fakes.web import Answer, Asked, Web
from tests.operations import Operations

from agents import callbacks
from agents.store import runs
from oberaconnect.problems import Unprocessable
from oberaconnect.settings import Settings


@pytest.fixture
def receiver() -> Iterator[Web]:
    with Web(lambda asked: Answer(204, b"")) as running:
        yield running


@pytest.fixture(scope="module")
def _operations(module_settings: Settings) -> Iterator[Operations]:
    values = {"llm_provider": "ollama", "ingest_allowed_hosts": "127.0.0.1"}
    with Operations.running(module_settings.model_copy(update=values)) as running:
        yield running


@pytest.fixture
def operations(operations: Operations) -> Operations:
    """The service with an agent at acme."""
    operations.post("/agents", {"name": "helpdesk", "instructions": "Help."}, who="alice", status=201)
    return operations


def begin(operations: Operations, url: str | None) -> Any:
    wanted = {"agent": "helpdesk", "input": "The printer is on fire.", "callback_url": url}
    return operations.post("/runs", wanted, who="alice", status=202)


def cancelled(operations: Operations, url: str | None) -> Any:
    """A run of Alice that has ended."""
    run = begin(operations, url)
    operations.call("POST", f"/runs/{run['id']}/cancel", who="alice")
    return operations.get(f"/runs/{run['id']}", who="alice")


def header(asked: Asked, name: str) -> str:
    return {key.lower(): value for key, value in asked.headers.items()}[name.lower()]


def is_genuine(operations: Operations, asked: Asked, client: str = "acme") -> bool:
    """What a receiver computes, with the key it was given."""
    key = operations.get(f"/callback-key?client={client}")["key"]
    said = header(asked, "X-Obera-Timestamp").encode() + b"." + asked.body
    proof = "v1=" + hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
    return hmac.compare_digest(proof, header(asked, "X-Obera-Signature"))


def answering(*statuses: int) -> Callable[[Asked], Answer]:
    left = list(statuses)
    return lambda asked: Answer(left.pop(0) if len(left) > 1 else left[0], b"secret words")


def test_a_receiver_that_fails_twice_is_told_a_third_time_and_can_prove_who_it_was(
    operations: Operations, receiver: Web
) -> None:
    receiver.answering = answering(503, 500, 200)
    run = cancelled(operations, f"{receiver.url}/webhook-waiting/7?sig=a")
    while operations.deliver():
        pass
    assert [(asked.method, asked.path) for asked in receiver.asked] == [("POST", "/webhook-waiting/7?sig=a")] * 3
    first, second, third = receiver.asked
    assert first.body == second.body == third.body
    assert len({header(asked, "X-Obera-Delivery") for asked in receiver.asked}) == 1
    assert all(is_genuine(operations, asked) for asked in receiver.asked)
    assert not is_genuine(operations, third, "globex")
    assert header(third, "Content-Type") == "application/json"
    told = json.loads(third.body)
    assert (told["event"], header(third, "X-Obera-Event")) == ("run.cancelled", "run.cancelled")
    shown = {name: value for name, value in run.items() if name != "input"}
    assert told["run"] == shown
    (job,) = operations.callbacks()
    assert (job["status"], job["result"]) == ("succeeded", {"status": 200})


def test_a_change_of_the_body_or_the_time_shows(operations: Operations, receiver: Web) -> None:
    cancelled(operations, receiver.url)
    operations.deliver()
    (asked,) = receiver.asked
    forged = Asked(asked.method, asked.path, asked.headers, asked.body.replace(b"cancelled", b"completed"))
    older = Asked(asked.method, asked.path, {**asked.headers, "X-Obera-Timestamp": "1"}, asked.body)
    assert is_genuine(operations, asked)
    assert not is_genuine(operations, forged)
    assert not is_genuine(operations, older)


def test_a_run_that_waits_for_a_person_is_told_with_what_it_asks_and_so_is_its_end(
    make_settings: MakeSettings, model: LanguageModel, send: Counted, receiver: Web
) -> None:
    settings = model.settings(make_settings(ingest_allowed_hosts="127.0.0.1"), "anthropic")
    with service.running(settings, {"send": send}) as operations:
        definition = {"name": "helpdesk", "instructions": "Help.", "tool_allow": ["send"]}
        operations.post("/agents", definition, who="alice", status=201)
        model.say(calls=[Call("send", {"text": "hello"})])
        run = begin(operations, receiver.url)
        operations.work_all()
        (asked,) = operations.run(run["id"], who="alice")["waiting"]["approvals"]
        model.say("Sent.")
        operations.post(f"/approvals/{asked['id']}", {"decision": "approve"}, who="alice")
        operations.work_all()
        while operations.deliver():
            pass
        waiting, completed = (json.loads(asked.body) for asked in receiver.asked)
        assert (waiting["event"], waiting["run"]["id"]) == ("run.waiting", run["id"])
        assert waiting["run"]["waiting"]["approvals"] == [asked]
        assert (completed["event"], completed["run"]["result"]["text"]) == ("run.completed", "Sent.")


def test_a_run_without_a_callback_tells_nobody(operations: Operations) -> None:
    cancelled(operations, None)
    assert operations.callbacks() == []


def test_what_was_rolled_back_is_not_told(operations: Operations, receiver: Web) -> None:
    run = begin(operations, receiver.url)
    with operations.parts.database.transaction("acme") as connection:
        callbacks.enqueue(connection, runs.find(connection, run["id"]), operations.settings)
        connection.rollback()
    assert not operations.deliver()


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_a_receiver_that_wants_none_of_it_is_left_alone(operations: Operations, receiver: Web, status: int) -> None:
    receiver.answering = answering(status)
    cancelled(operations, receiver.url)
    assert operations.deliver()
    assert not operations.deliver()
    (job,) = operations.callbacks()
    assert (job["status"], f"status {status}" in job["problem"]["detail"]) == ("failed", True)
    assert "secret words" not in json.dumps(job, default=str)
    assert len(receiver.asked) == 1


def test_a_workflow_that_is_still_busy_is_told_again_and_one_that_has_ended_is_not(
    operations: Operations, receiver: Web
) -> None:
    receiver.answering = lambda asked: Answer(409)
    cancelled(operations, receiver.url)
    operations.deliver()
    (job,) = operations.callbacks()
    assert job["status"] == "queued"

    later = "jsonb_set(payload, '{since}', to_jsonb(extract(epoch FROM now()) - 3600))"
    operations.execute(f"UPDATE agents.job SET payload = {later}, run_after = now() WHERE kind = 'callback'")
    operations.deliver()
    (job,) = operations.callbacks()
    assert (job["status"], "status 409" in job["problem"]["detail"]) == ("failed", True)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_receiver_says_when_to_come_back(operations: Operations, receiver: Web, status: int) -> None:
    receiver.answering = lambda asked: Answer(status, b"", {"Retry-After": "120"})
    cancelled(operations, receiver.url)
    operations.deliver()
    (job,) = operations.callbacks()
    assert job["status"] == "queued"
    assert job["run_after"] - job["started_at"] >= timedelta(seconds=119)


def test_a_receiver_that_is_away_is_asked_after_longer_and_longer_pauses(operations: Operations) -> None:
    with Web() as gone:
        url = gone.url
    cancelled(operations, url)
    pauses = []
    for age in (0, 60, 600, 100_000):
        operations.execute(
            "UPDATE agents.job SET payload = jsonb_set(payload, '{since}',"
            f" to_jsonb(extract(epoch FROM now()) - {age})), started_at = NULL WHERE kind = 'callback'"
        )
        operations.deliver()
        (job,) = operations.callbacks()
        assert (job["status"], job["attempts"], "cannot be reached" in job["problem"]["detail"]) == ("queued", 0, True)
        pauses.append(round((job["run_after"] - job["started_at"]).total_seconds()))
    assert pauses[0] < pauses[1] < pauses[2] < pauses[3] < 700


def test_a_worker_that_is_told_to_stop_leaves_the_callback_to_the_next(operations: Operations, receiver: Web) -> None:
    cancelled(operations, receiver.url)
    assert operations.deliver(is_stopping=True)
    assert ([job["status"] for job in operations.callbacks()], receiver.asked) == (["queued"], [])
    operations.deliver()
    assert [job["status"] for job in operations.callbacks()] == ["succeeded"]


def test_a_redirect_is_not_followed(operations: Operations, receiver: Web) -> None:
    with Web() as elsewhere:
        receiver.answering = lambda asked: Answer(307, b"", {"Location": elsewhere.url})
        cancelled(operations, receiver.url)
        operations.deliver()
        assert elsewhere.connections == 0
    (job,) = operations.callbacks()
    assert (job["status"], "Redirects are not followed" in job["problem"]["detail"]) == ("failed", True)


def test_a_receiver_that_is_away_does_not_keep_runs_from_ending(operations: Operations) -> None:
    with Web() as gone:
        url = gone.url
    for _ in range(3):
        assert cancelled(operations, url)["status"] == "cancelled"
    assert [job["status"] for job in operations.callbacks()] == ["queued"] * 3


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.7/hook",
        "http://localhost:9/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "file:///etc/passwd",
        "https://me:pw@n8n.example/",
        "https://n8n.example:22/",
        "http://127.0.0.2/",
        "nonsense",
        "https://",
        "http://[/",
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_at_once(operations: Operations, url: str) -> None:
    answer = operations.call("POST", "/runs", {"agent": "helpdesk", "input": "Help.", "callback_url": url}, who="alice")
    assert (answer.status_code, "callback_url: " in answer.text) == (422, True)


def test_a_name_that_leads_inside_is_refused_when_it_is_called(operations: Operations) -> None:
    cancelled(operations, "http://2130706433/hook")  # whose host is only looked up then
    operations.deliver()
    (job,) = operations.callbacks()
    assert (job["status"], job["problem"]["status"]) == ("failed", 422)
    assert "not on the public internet" in job["problem"]["detail"]


def test_our_n8n_is_called_although_its_address_is_private(make_settings: MakeSettings, receiver: Web) -> None:
    with (
        service.running(make_settings(n8n_url=receiver.url, llm_provider="ollama")) as operations,
        Web() as neighbour,
    ):
        operations.post("/agents", {"name": "helpdesk", "instructions": "Help."}, who="alice", status=201)
        # What n8n calls itself towards browsers on this machine, and what the services call it.
        cancelled(operations, "http://localhost:5678/webhook-waiting/1")
        cancelled(operations, f"{receiver.url}/webhook-waiting/2")
        while operations.deliver():
            pass
        assert [asked.path for asked in receiver.asked] == ["/webhook-waiting/1", "/webhook-waiting/2"]
        assert header(receiver.asked[0], "Host") == f"127.0.0.1:{receiver.port}"
        wanted = {"agent": "helpdesk", "input": "Help.", "callback_url": neighbour.url}
        assert operations.call("POST", "/runs", wanted, who="alice").status_code == 422
        assert neighbour.connections == 0


def test_without_an_n8n_its_door_is_only_a_private_address(settings: Settings) -> None:
    with pytest.raises(Unprocessable, match="callback_url"):
        callbacks.check_url("http://localhost:5678/webhook-waiting/1", settings)


def test_only_who_administers_the_platform_sees_the_key(operations: Operations) -> None:
    assert operations.call("GET", "/callback-key", who="alice", scopes=["agents:read"]).status_code == 403
    acme, globex = (operations.get(f"/callback-key?client={name}")["key"] for name in ("acme", "globex"))
    assert (len(acme), acme == globex) == (64, False)
    secret = operations.settings.secret_key.get_secret_value()
    assert secret not in acme
