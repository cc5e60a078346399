"""kill -9 in the middle of ingestion, again and again: every job ends by itself, nothing is lost, nothing is twice."""

import os
import random
import signal
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import office
from tests.caller import Answer, Caller, until
from tests.embedded import Platform

from host import dotenv
from oberaconnect.jobs import Queue

TEXTS = 60
TEXTS_A_JOB = 6
FILES = 12
FILES_A_JOB = 3
#: In the order of their ends. Each is killed while documents go in, at a moment that nobody chose.
VICTIMS = ("worker", "rag-engine", "postgres", "gunicorn", "rag-entry", "worker", "postgres", "rag-engine")


def _find(platform: Platform, program: str, words: str) -> int | None:
    """The process of a program whose command line holds some words."""
    for process in platform.processes(program):
        with suppress(OSError):
            if words in Path(f"/proc/{process.pid}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                return process.pid
    return None


def _pid(platform: Platform, victim: str) -> int | None:
    places = {
        "worker": ("data-processing", "data_processing.worker"),
        "gunicorn": ("data-processing", "gunicorn"),
        "rag-engine": ("rag-engine", "gunicorn"),
        "rag-entry": ("rag-engine", "oberaconnect.serve"),
    }
    if victim == "postgres":
        found = platform.processes("postgres")
        return found[0].pid if found else None
    return _find(platform, *places[victim])


def _kill(platform: Platform, victim: str) -> None:
    while True:
        pid = _pid(platform, victim)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return
        time.sleep(0.1)  # it is still coming back from its last death


def _fact(number: int) -> str:
    return f"The serial number of pump P-{number:03} is SN{number * 7919 + 100003}."


def _text(number: int) -> str:
    remarks = " ".join(
        f"In week {week} the reading of pump P-{number:03} was {number * 31 + week * 17} litres and nobody complained."
        for week in range(1, 16)
    )
    return f"# Pump P-{number:03}\n\n{_fact(number)}\n\n{remarks}"


def _file(number: int) -> tuple[str, bytes]:
    match number % 4:
        case 0:
            return f"pump-{number}.pdf", office.pdf([[(f"Pump P-{number:03}", 20), (_fact(number), 11)]])
        case 1:
            return f"pump-{number}.docx", office.docx(office.paragraph(_fact(number)))
        case 2:
            return f"pump-{number}.html", f"<h1>Pump P-{number:03}</h1><p>{_fact(number)}</p>".encode()
        case _:
            return f"pump-{number}.csv", f"pump,serial,fact\nP-{number:03},1,{_fact(number)}\n".encode()


@dataclass
class Stubborn:
    """Sends until it is accepted: the same request under the same key of its own is done once."""

    caller: Caller
    client: str
    collection: str
    jobs: list[str] = field(default_factory=list)

    def text_job(self, first: int) -> None:
        documents = [
            {"external_id": f"pump-{number}", "text": _text(number)} for number in range(first, first + TEXTS_A_JOB)
        ]
        body = {"source": "text", "client": self.client, "collection": self.collection, "documents": documents}
        headers = {"Idempotency-Key": f"{self.client}-{first}"}
        self._until_accepted(lambda: self.caller.call("POST", "/data/ingest", body, headers=headers))

    def file_job(self, first: int) -> None:
        files = dict(_file(number) for number in range(first, first + FILES_A_JOB))
        form = {"client": self.client, "collection": self.collection}
        self._until_accepted(lambda: self.caller.send("/data/documents", files, **form))

    def _until_accepted(self, send: Callable[[], Answer]) -> None:
        def is_accepted() -> bool:
            try:
                answer = send()
            except (OSError, HTTPException):
                return False
            if answer.status != 202:
                assert answer.status in {502, 503, 504}, answer.text
                assert answer.is_problem
                return False
            self.jobs.append(answer.json["id"])
            return True

        until(is_accepted, 120)


@pytest.fixture(scope="module")
def stubborn(platform: Platform) -> Iterator[Stubborn]:
    """Everything has gone in while everything was killed in turn, and every job has ended."""
    name = f"pumps-{uuid.uuid4().hex[:12]}"
    found = Stubborn(Caller(platform.url), name, name)
    dice = random.Random(name)
    with ThreadPoolExecutor(3) as threads:
        sent = [threads.submit(found.text_job, first) for first in range(0, TEXTS, TEXTS_A_JOB)]
        sent += [threads.submit(found.file_job, first) for first in range(TEXTS, TEXTS + FILES, FILES_A_JOB)]
        for victim in VICTIMS:
            time.sleep(dice.uniform(0.2, 2.0))
            _kill(platform, victim)
        for future in sent:
            future.result()
    platform.wait_until_healthy()
    yield found
    platform.wait_until_healthy()


@pytest.fixture(scope="module")
def ended(stubborn: Stubborn) -> list[dict[str, Any]]:
    """The jobs. Nobody has lifted a finger for them."""
    return [stubborn.caller.end_of(job, 150) for job in stubborn.jobs]


def _documents(stubborn: Stubborn) -> Mapping[str, dict[str, Any]]:
    found = stubborn.caller.documents(f"&client={stubborn.client}")
    assert len({document["external_id"] for document in found}) == len(found)
    return {document["external_id"]: document for document in found}


def _rows(platform: Platform, statement: str, stubborn: Stubborn) -> list[tuple[Any, ...]]:
    """Rows of the client, read by the owner of the database."""
    values = dotenv.read(platform.place.env_file, platform.place.root / ".env.example", {})
    with psycopg.connect(
        host="127.0.0.1", port=platform.ports["postgres"], user="obera", password=values["POSTGRES_PASSWORD"],
        dbname="oberaconnect",
    ) as connection:  # fmt: skip
        connection.execute("SET row_security = off")
        return connection.execute(statement, [stubborn.client]).fetchall()


def test_the_kills_came_in_the_middle(platform: Platform, stubborn: Stubborn, ended: list[dict[str, Any]]) -> None:
    # A worker that dies leaves its lease to run out: some job was held up for so long after it had begun.
    held_up = "SELECT extract(epoch FROM finished_at - started_at) FROM data_processing.job WHERE tenant = %s"
    assert max(_rows(platform, held_up, stubborn)) > (Queue.LEASE_SECONDS / 2,)


def test_every_job_ends_well_by_itself(stubborn: Stubborn, ended: list[dict[str, Any]]) -> None:
    assert {job["status"] for job in ended} == {"succeeded"}, [job["problem"] for job in ended]
    assert sum(job["counts"]["failed"] + job["counts"]["skipped"] for job in ended) == 0
    # A file job whose acceptance was lost on its way is sent, and found unchanged, a second time.
    assert sum(job["counts"]["indexed"] for job in ended) + sum(job["counts"]["unchanged"] for job in ended) >= 72
    for status in ("queued", "running"):
        left = stubborn.caller.call("GET", f"/data/jobs?client={stubborn.client}&status={status}").json["items"]
        assert left == []


def test_no_document_is_lost_and_none_is_there_twice(stubborn: Stubborn, ended: list[dict[str, Any]]) -> None:
    documents = _documents(stubborn)
    expected = {f"pump-{number}" for number in range(TEXTS)}
    expected |= {_file(number)[0] for number in range(TEXTS, TEXTS + FILES)}
    assert set(documents) == expected
    assert {document["status"] for document in documents.values()} == {"indexed"}


def test_database_and_index_hold_the_same_chunks_once(
    platform: Platform, stubborn: Stubborn, ended: list[dict[str, Any]]
) -> None:
    documents = _documents(stubborn)
    rows = _rows(platform, "SELECT document_id::text, ordinal FROM data_processing.chunk WHERE tenant = %s", stubborn)
    assert len(rows) == len(set(rows)) == sum(document["chunks"] for document in documents.values())
    path = f"/rag/collections/{stubborn.collection}?client={stubborn.client}"
    # What a killed attempt had put into the index goes with the next sweep.
    until(lambda: stubborn.caller.call("GET", path).json["points"] == len(rows), 120)
    found: list[tuple[str, str]] = []
    for document in documents.values():
        passages = stubborn.caller.search(
            "pump serial number week reading litres", client=stubborn.client, collection=stubborn.collection,
            top_k=50, filters={"document_id": document["id"]},
        )  # fmt: skip
        assert {passage["external_id"] for passage in passages} == {document["external_id"]}
        found += [(passage["document_id"], passage["chunk_id"]) for passage in passages]
    assert len(found) == len(set(found)) == len(rows)


def test_questions_about_them_are_answered(stubborn: Stubborn, ended: list[dict[str, Any]]) -> None:
    for number in (0, 7, 31, 59, 60, 66, 71):
        answer = stubborn.caller.ask(
            f"What is the serial number of pump P-{number:03}?", client=stubborn.client, collection=stubborn.collection
        )
        assert answer["answered"], answer
        assert f"SN{number * 7919 + 100003}" in answer["answer"]


def test_a_document_deleted_while_the_index_is_killed_is_gone(stubborn: Stubborn, platform: Platform) -> None:
    where = {"client": stubborn.client, "collection": stubborn.collection}
    stubborn.caller.texts({"doomed": "The doomed note is about marzipan quotas."}, **where)
    doomed = _documents(stubborn)["doomed"]["id"]
    _kill(platform, "rag-entry")

    def is_deleted() -> bool:
        answer = stubborn.caller.call("DELETE", f"/data/documents/{doomed}")
        assert answer.status in {204, 404, 502, 503, 504}, answer.text
        return answer.status in {204, 404}

    def is_searched_without_it() -> bool:
        answer = stubborn.caller.call("POST", "/rag/search", {"query": "doomed marzipan quotas", **where})
        assert answer.status in {200, 502, 503, 504}, answer.text  # what outlived the killed one may still break off
        assert "marzipan" not in answer.text
        return answer.status == 200

    until(is_deleted)
    until(is_searched_without_it)
