"""The index never keeps what data-processing does not: after kills, lost answers, refusals and deletions."""

import os
import signal

import pytest
from tests.data import Service
from tests.fakes.index import Call, SearchIndex
from tests.integration.data.test_crash import expire_leases, worker

from data_processing import reindex


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex, "_PAUSE_SECONDS", 0.01)


def lose_answer(index: SearchIndex, path: str) -> list[Call]:
    """Carry out the first request to a path that ends so, and answer as if nothing had been heard."""
    lost: list[Call] = []

    def lose(call: Call) -> int | None:
        if call.path.endswith(path) and not lost:
            lost.append(call)
            index.handle(call)
            return 503
        return None

    index.before = lose
    return lost


def killed_while_it_writes(service: Service, index: SearchIndex, *, meanwhile: str = "") -> None:
    """Let the worker begin its job and kill it in the middle of a writing, which is carried out all the same.

    `meanwhile`: the id of a document that is deleted before it is.
    """
    killed: list[int] = []

    def kill(call: Call) -> None:
        if call.path == "/api/rag/index" and not killed:
            killed.append(process.pid)
            if meanwhile:
                assert service.call("DELETE", f"/documents/{meanwhile}").status_code == 204
            os.kill(process.pid, signal.SIGKILL)

    index.before = kill
    with worker(service) as process:
        process.wait(timeout=60)
    assert killed
    index.before = lambda _call: None
    # The sender is gone, but its request is still carried out.
    index.settle()


def submit(service: Service, external_id: str, text: str) -> str:
    documents = [{"external_id": external_id, "text": text}]
    return str(service.call("POST", "/ingest", json={"source": "text", "documents": documents}).get_json()["id"])


def test_a_document_deleted_while_a_dying_worker_writes_it_is_never_found(service: Service, index: SearchIndex) -> None:
    service.text("a", "older")
    (document,) = service.documents()
    job = submit(service, "a", "newer")
    killed_while_it_writes(service, index, meanwhile=document["id"])
    assert service.documents() == []
    assert index.texts() == []
    assert service.call("DELETE", f"/jobs/{job}").status_code == 202
    expire_leases(service)
    service.work()
    service.sweeper.sweep()
    assert service.job(job)["status"] == "cancelled"
    assert index.texts() == []


def test_what_a_killed_worker_wrote_goes_when_its_job_is_cancelled(service: Service, index: SearchIndex) -> None:
    service.text("a", "older")
    job = submit(service, "a", "newer")
    killed_while_it_writes(service, index)
    assert index.versions() == {"a": {1, 2}}
    service.sweeper.sweep()
    assert index.versions() == {"a": {1, 2}}, "the job is to be resumed"
    service.call("DELETE", f"/jobs/{job}")
    expire_leases(service)
    service.work()
    service.sweeper.sweep()
    assert index.texts() == ["older"]


def test_what_a_killed_worker_wrote_goes_when_its_document_is_deleted(service: Service, index: SearchIndex) -> None:
    submit(service, "a", "alpha")
    killed_while_it_writes(service, index)
    assert index.texts() == ["alpha"]
    (document,) = service.documents()
    assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
    assert index.texts() == []


def test_a_job_that_did_not_learn_its_generation_fills_that_one(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    index.embedder = "second"
    lost = lose_answer(index, "/generations")
    job = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    service.work()
    service.hurry()
    assert service.finished(job)["status"] == "succeeded"
    assert lost
    assert set(index.collections["documents"].generations) == {1, 2}
    assert {point["embedder"] for _, point in index.points()} == {"second"}


@pytest.mark.parametrize("is_emptied", [False, True])
def test_a_generation_whose_job_never_learned_its_number_is_dropped(
    service: Service, index: SearchIndex, is_emptied: bool
) -> None:
    service.text("a", "alpha")
    lost = lose_answer(index, "/generations")
    job = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    service.work()
    assert set(index.collections["documents"].generations) == {1, 2}
    if is_emptied:
        service.call("DELETE", f"/documents/{service.documents()[0]['id']}")
    assert service.call("DELETE", f"/jobs/{job['id']}").get_json()["status"] == "cancelled"
    service.sweeper.sweep()
    assert lost
    assert set(index.collections["documents"].generations) == {1}


@pytest.mark.parametrize("meanwhile", ["nothing", "a new document", "everything deleted"])
def test_a_job_that_did_not_learn_of_its_activation_succeeds(
    service: Service, index: SearchIndex, meanwhile: str
) -> None:
    service.text("a", "alpha")
    index.embedder = "second"
    lost = lose_answer(index, "/activate")
    job = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    service.work()
    assert lost
    if meanwhile == "a new document":
        service.text("b", "beta")
    elif meanwhile == "everything deleted":
        service.call("DELETE", f"/documents/{service.documents()[0]['id']}")
    service.hurry()
    done = service.finished(job)
    assert (done["status"], done["problem"]) == ("succeeded", None)
    expected = {"nothing": ["alpha"], "a new document": ["alpha", "beta"], "everything deleted": []}
    assert sorted(index.texts()) == expected[meanwhile]


def test_a_reindexing_is_not_retried_beside_another_one(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    first = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()["id"]
    service.call("DELETE", f"/jobs/{first}")
    second = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    assert service.call("POST", f"/jobs/{first}/retry").status_code == 409
    assert service.finished(second)["status"] == "succeeded"
    assert service.call("POST", f"/jobs/{first}/retry").status_code == 202


def test_a_file_whose_path_is_longer_than_a_name_may_be_is_ingested_like_any_other(
    service: Service, index: SearchIndex
) -> None:
    deep = service.inbox.joinpath(*["folder" * 20] * 6)
    deep.mkdir(parents=True)
    for name in ("one", "two"):
        (deep / f"{name}.txt").write_text(f"text {name}")
    job = service.ingest({"source": "folder"})
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 2), service.ledger(job)
    assert sorted(index.texts()) == ["text one", "text two"]
    names = {item["external_id"] for item in service.documents()}
    assert len(names) == 2
    assert all(len(name) <= 512 for name in names)
    again = service.ingest({"source": "folder"})
    assert again["counts"]["unchanged"] == 2


def test_a_document_that_the_index_refuses_fails_alone(service: Service, index: SearchIndex) -> None:
    def refuse(call: Call) -> int | None:
        is_bad = any(item.get("external_id") == "bad" for item in call.body["documents"])
        return 422 if call.path == "/api/rag/index" and is_bad else None

    index.before = refuse
    documents = [{"external_id": name, "text": f"text of {name}"} for name in ("first", "bad", "last")]
    job = service.ingest({"source": "text", "documents": documents})
    assert job["status"] == "succeeded"
    assert [line["status"] for line in service.ledger(job)] == ["indexed", "failed", "indexed"]
    assert service.ledger(job)[1]["outcome"] == "refused"
    assert set(index.versions()) == {"first", "last"}
    service.sweeper.sweep()
    assert service.execute("SELECT 1 FROM data_processing.document WHERE stale") == []
