"""More and fewer containers of a service while it is used: nothing is configured, nothing is lost."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.caller import Caller
from tests.compose import Stack


@contextmanager
def _reading(caller: Caller, path: str) -> Iterator[list[int]]:
    """Four people who read without a pause; the statuses they got, 0 for a broken connection."""
    statuses: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                statuses.append(caller.call("GET", path).status)
            except OSError:
                statuses.append(0)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        yield statuses
    finally:
        done.set()
        for reader in readers:
            reader.join()


def _scale(stack: Stack, service: str, number: int) -> None:
    stack.compose("up", "--detach", "--no-recreate", "--no-deps", "--wait", "--scale", f"{service}={number}", service)


def test_no_reader_notices_rag_engine_grow_to_three_and_shrink_to_one(stack: Stack) -> None:
    alice = stack.caller()
    alice.texts({"lift": "The code of the lift in the east wing is written on the rota."}, collection="scaling")

    with _reading(alice, "/rag/collections/scaling") as statuses:
        _scale(stack, "rag-engine", 3)
        time.sleep(8)  # the gateway asks the name again every five seconds
        asked = len(statuses)
        time.sleep(2)
        while len(statuses) < asked + 200:
            time.sleep(0.2)
        spread = [_requests(stack, number) for number in (1, 2, 3)]
        _scale(stack, "rag-engine", 1)
        time.sleep(3)

    assert set(statuses) == {200}, {status: statuses.count(status) for status in set(statuses)}
    assert all(count > 20 for count in spread), spread


def _requests(stack: Stack, number: int) -> int:
    ask = (
        "import urllib.request as u\n"
        "text = u.urlopen('http://127.0.0.1:8080/metrics').read().decode()\n"
        "print(sum(float(line.split()[-1]) for line in text.splitlines()"
        " if line.startswith('http_requests_total') and 'collections/' in line))\n"
    )
    said = stack.compose("exec", "-T", "--index", str(number), "rag-engine", "python", "-c", ask).stdout
    return int(float(said))


def test_every_replica_sees_a_document_and_its_removal_at_once(stack: Stack) -> None:
    alice = stack.caller()
    _scale(stack, "rag-engine", 3)
    try:
        time.sleep(6)
        for number in range(3):
            alice.texts({"rota": f"Week {number}: the on-call engineer is Bob."}, collection="replicas")
            found = [alice.search("Who is on call?", collection="replicas")[0]["text"] for _ in range(12)]
            assert all(f"Week {number}" in text for text in found), found
        document = alice.documents("&collection=replicas")[0]["id"]
        assert alice.call("DELETE", f"/data/documents/{document}").status in {200, 202, 204}
        time.sleep(2)
        assert [alice.search("Who is on call?", collection="replicas") for _ in range(12)] == [[]] * 12
    finally:
        _scale(stack, "rag-engine", 1)


def test_two_data_processings_index_every_document_once_although_one_goes_in_the_middle(stack: Stack) -> None:
    alice = stack.caller()
    _scale(stack, "data-processing", 2)
    jobs = []
    for batch in range(6):
        documents = [
            {
                "external_id": f"{batch}-{number}",
                "text": f"Asset {batch}-{number} stands in room {batch * 100 + number}.",
            }
            for number in range(40)
        ]
        answer = alice.call("POST", "/data/ingest", {"source": "text", "documents": documents, "collection": "two"})
        jobs.append(answer.json["id"])
    _scale(stack, "data-processing", 1)

    ended = [alice.end_of(identifier, 180) for identifier in jobs]
    assert {job["status"] for job in ended} == {"succeeded"}
    assert sum(job["counts"]["indexed"] for job in ended) == 240
    assert alice.call("GET", "/rag/collections/two").json["points"] == 240
