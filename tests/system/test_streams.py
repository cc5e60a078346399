"""Event streams through nginx: event by event, many at once, and resumed after a break."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
from tests.caller import Caller, Event, until
from tests.embedded import Platform

#: Long enough to embed that the stream is open well before it is done.
WORDS = "The patch panel of cabinet {0} feeds room {0} over trunk T-{0}. " * 10


@pytest.fixture
def alice(platform: Platform) -> Caller:
    return Caller(platform.url)


@pytest.fixture
def client() -> str:
    return f"streams-{uuid.uuid4().hex[:12]}"


def _begin(alice: Caller, client: str, documents: int) -> str:
    texts = [{"external_id": f"doc-{number}", "text": WORDS.format(number)} for number in range(documents)]
    accepted = alice.call("POST", "/data/ingest", {"source": "text", "client": client, "documents": texts})
    assert accepted.status == 202
    return str(accepted.json["id"])


def test_a_jobs_events_arrive_while_it_works(alice: Caller, client: str) -> None:
    job = _begin(alice, client, 160)
    states: list[str] = []
    seen: list[Event] = []
    with alice.stream("GET", f"/data/jobs/{job}/events") as events:
        for event in events:
            if event.name == "document" and not states:
                # Asked in the middle of the stream: a proxy that collects it would show a job that has ended.
                states.append(alice.call("GET", f"/data/jobs/{job}").json["status"])
            seen.append(event)
    assert states == ["running"]
    assert seen[-1].name == "done"
    assert seen[-1].data["status"] == "succeeded"
    documents = [event for event in seen if event.name == "document"]
    assert sorted(event.data["external_id"] for event in documents) == sorted(f"doc-{n}" for n in range(160))
    done = [event.data["progress"]["done"] for event in seen if event.name == "progress"]
    assert done == sorted(done)
    assert len(done) > 2


def test_a_stream_that_broke_off_goes_on_after_the_last_event(alice: Caller, client: str) -> None:
    job = _begin(alice, client, 20)
    first: list[Event] = []
    with alice.stream("GET", f"/data/jobs/{job}/events") as events:
        for event in events:
            first += [event] if event.name == "document" else []
            if len(first) == 5:
                break
    with alice.stream("GET", f"/data/jobs/{job}/events", headers={"Last-Event-ID": first[-1].id}) as events:
        rest = [event for event in events if event.name == "document"]
    names = [event.data["external_id"] for event in (*first, *rest)]
    assert sorted(names) == sorted(f"doc-{number}" for number in range(20))


def test_an_answer_arrives_as_passages_tokens_citations_and_the_whole(alice: Caller, client: str) -> None:
    alice.texts({"ups": "The UPS of rack 9 lasts 38 minutes."}, client=client)
    with alice.stream(
        "POST", "/rag/query", {"query": "How long does the UPS of rack 9 last?", "client": client}
    ) as found:
        events = list(found)
    names = [event.name for event in events]
    assert names[0] == "passages"
    assert names[-1] == "done"
    assert {"token", "citation"} <= set(names)
    whole = events[-1].data
    assert "".join(event.data["text"] for event in events if event.name == "token") == whole["answer"]
    assert [event.data for event in events if event.name == "citation"] == whole["citations"]


def test_a_refusal_of_a_stream_is_an_ordinary_problem(alice: Caller) -> None:
    accept = {"Accept": "text/event-stream"}
    unknown = alice.call("GET", f"/data/jobs/{uuid.uuid4()}/events", headers=accept)
    assert (unknown.status, unknown.is_problem) == (404, True)
    wrong = alice.call("POST", "/rag/query", {"query": "x", "top_k": 0}, headers=accept)
    assert (wrong.status, wrong.is_problem) == (422, True)


def test_sixty_four_open_streams_leave_room_for_everybody_else(platform: Platform, alice: Caller, client: str) -> None:
    job = _begin(alice, client, 200)
    with ExitStack() as stack:
        answers = []
        for _ in range(64):
            connection = HTTPConnection("127.0.0.1", platform.ports["gateway"], timeout=30)
            stack.callback(connection.close)
            connection.request("GET", f"/api/data/jobs/{job}/events")
            answers.append(connection.getresponse())
        # Half of the service's threads may stream; whoever comes too late is told when to try again.
        refused = [answer for answer in answers if answer.status != 200]
        assert {(answer.status, answer.getheader("Content-Type")) for answer in refused} <= {
            (503, "application/problem+json")
        }
        assert all(answer.getheader("Retry-After") for answer in refused)
        assert len(answers) - len(refused) >= 4
        with ThreadPoolExecutor(8) as threads:
            healthy = list(threads.map(lambda _: alice.call("GET", "/data/health").status, range(40)))
        assert healthy == [200] * 40
        assert alice.call("GET", f"/data/jobs/{job}").status == 200
    alice.call("DELETE", f"/data/jobs/{job}")
    assert alice.end_of(job)["status"] in {"cancelled", "succeeded"}


def test_readers_who_leave_give_their_places_back(alice: Caller, client: str) -> None:
    job = _begin(alice, client, 20)
    path = f"/data/jobs/{job}/events"
    opened = 0

    def opens_and_leaves() -> bool:
        nonlocal opened
        try:
            with alice.stream("GET", path) as events:
                next(events)
        except AssertionError:  # no place is free: those who left are noticed when the next event is written
            return False
        opened += 1
        return opened == 20

    until(opens_and_leaves)
    assert alice.end_of(job)["status"] == "succeeded"
