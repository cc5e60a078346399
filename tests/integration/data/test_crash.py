"""The real worker process, killed in the middle: nothing is lost, nothing is there twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.caller import until
from tests.data import Service
from tests.fakes.index import Call, SearchIndex

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = 12


@contextmanager
def worker(service: Service) -> Iterator["subprocess.Popen[bytes]"]:
    """The worker's own entry, with the settings of the service in its environment."""
    settings = service.settings
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'services' / 'data-processing'}",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "INBOX_DIR": str(settings.inbox_dir),
        "RAG_URL": settings.rag_url,
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen([sys.executable, "-m", "data_processing.worker"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def expire_leases(service: Service) -> None:
    """What half a minute does: nobody else may take a job while its lease runs."""
    service.execute("UPDATE data_processing.job SET lease_until = now() WHERE status = 'running'")


def submit(service: Service, text: str) -> str:
    paragraphs = "\n\n".join(f"{text} paragraph {number} " + "word " * 100 for number in range(40))
    documents = [{"external_id": str(number), "text": f"{number} {paragraphs}"} for number in range(DOCUMENTS)]
    answer = service.call("POST", "/ingest", json={"source": "text", "documents": documents})
    return str(answer.get_json()["id"])


def assert_complete(service: Service, index: SearchIndex, job: str, text: str) -> None:
    assert service.job(job)["counts"]["indexed"] == DOCUMENTS, service.job(job)
    chunks = service.execute("SELECT document_id::text, ordinal, text FROM data_processing.chunk")
    stored = {(row["document_id"], row["ordinal"]): row["text"] for row in chunks}
    found = {(key[1], key[3]): point["text"] for key, point in index.points()}
    assert len(found) == len(index.points()), "nothing is there twice"
    assert found == stored
    assert all(text in value for value in stored.values())
    assert len(service.documents("?limit=100")) == DOCUMENTS


@pytest.mark.parametrize("at", ["before the index", "after the index", "between the versions"])
def test_a_worker_killed_in_the_middle_loses_nothing_and_leaves_nothing_twice(
    service: Service, index: SearchIndex, at: str
) -> None:
    first = submit(service, "older")
    service.work()
    assert_complete(service, index, first, "older")
    job = submit(service, "newer")
    killed: list[int] = []
    calls = 0

    def kill(call: Call) -> None:
        nonlocal calls
        wanted = "/api/rag/index/prune" if at == "between the versions" else "/api/rag/index"
        calls += call.path == wanted
        if call.path == wanted and calls == 3 and not killed:
            killed.append(process.pid)
            if at == "after the index":
                index.before = lambda _call: None
                index.handle(call)
            os.kill(process.pid, signal.SIGKILL)

    index.before = kill
    with worker(service) as process:
        process.wait(timeout=60)
    assert killed
    index.before = lambda _call: None
    ended = service.job(job)
    assert ended["status"] == "running"
    assert 0 < ended["progress"]["done"] < DOCUMENTS or at == "between the versions"
    expire_leases(service)
    with worker(service):
        until(lambda: service.job(job)["status"] == "succeeded", 90)
    assert_complete(service, index, job, "newer")


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_at_once(service: Service, index: SearchIndex) -> None:
    job = submit(service, "older")
    asked: list[int] = []

    def stop(call: Call) -> None:
        if call.path == "/api/rag/index" and not asked:
            asked.append(process.pid)
            process.send_signal(signal.SIGTERM)

    index.before = stop
    with worker(service) as process:
        assert process.wait(timeout=60) == 0
    assert service.job(job)["status"] == "queued"
    with worker(service):
        until(lambda: service.job(job)["status"] == "succeeded", 90)
    assert_complete(service, index, job, "older")


def test_a_reindexing_worker_killed_in_the_middle_goes_on(service: Service, index: SearchIndex) -> None:
    submit(service, "older")
    service.work()
    index.embedder = "second"
    job = str(service.call("POST", "/reindex", json={"collection": "documents"}).get_json()["id"])
    killed: list[int] = []
    puts: list[Call] = []

    def kill(call: Call) -> None:
        if call.body.get("generation"):
            puts.append(call)
            if len(puts) == 3 and not killed:
                killed.append(process.pid)
                os.kill(process.pid, signal.SIGKILL)

    index.before = kill
    with worker(service) as process:
        process.wait(timeout=60)
    assert killed
    assert {point["embedder"] for _, point in index.points()} == {"first"}
    expire_leases(service)
    with worker(service):
        until(lambda: service.job(job)["status"] == "succeeded", 90)
    assert {point["embedder"] for _, point in index.points()} == {"second"}
    assert index.collections["documents"].latest == 2
    stored = service.execute("SELECT count(*) AS n FROM data_processing.chunk")[0]["n"]
    assert len(index.points()) == stored
