"""Jobs: waited for, followed, cancelled, retried, and the same request twice."""

import threading
from typing import Any

import pytest
from tests.data import Service, events
from tests.fakes.index import Call, SearchIndex
from tests.integration.data.conftest import MakeService

from oberaconnect import worker


def test_a_job_waits_while_the_index_is_away_and_goes_on_when_it_is_back(service: Service, index: SearchIndex) -> None:
    index.before = lambda _call: 503
    job = service.call("POST", "/ingest", json=_text("a", "alpha")).get_json()
    service.work()
    waiting = service.job(job["id"])
    assert (waiting["status"], waiting["stage"]) == ("queued", "waiting")
    assert "rag-engine" in waiting["problem"]["detail"]
    index.before = lambda _call: None
    service.hurry()
    done = service.finished(job)
    assert (done["status"], done["problem"]) == ("succeeded", None)
    assert index.texts() == ["alpha"]


def test_another_embedding_model_is_a_failure_that_names_it_and_can_be_retried(
    service: Service, index: SearchIndex
) -> None:
    service.text("a", "alpha")
    index.embedder = "second"
    job = service.text("b", "beta")
    assert (job["status"], job["problem"]["status"]) == ("failed", 409)
    index.embedder = "first"
    assert service.call("POST", f"/jobs/{job['id']}/retry").status_code == 202
    assert service.finished(job)["status"] == "succeeded"
    assert sorted(index.texts()) == ["alpha", "beta"]


def test_a_retry_does_again_what_failed_and_only_that(service: Service, index: SearchIndex) -> None:
    (service.inbox / "good.txt").write_text("good")
    (service.inbox / "bad.txt").write_text("")
    job = service.ingest({"source": "folder"})
    assert (job["status"], job["counts"]["failed"]) == ("succeeded", 1)
    assert service.call("POST", f"/jobs/{job['id']}/retry").status_code == 409
    service.text("only", "  ")
    failed = service.documents("?status=failed")
    assert {item["name"] for item in failed} == {"bad.txt", "only"}


def test_a_failed_job_is_done_again_after_a_retry(service: Service, index: SearchIndex) -> None:
    (service.inbox / "late.txt").write_text("")
    job = service.ingest({"source": "folder", "path": "late.txt"})
    assert job["status"] == "failed"
    (service.inbox / "late.txt").write_text("now there is text")
    service.execute("UPDATE data_processing.ledger SET blob = NULL")
    assert service.call("POST", f"/jobs/{job['id']}/retry").status_code == 202
    assert service.finished(job)["status"] == "succeeded"
    assert index.texts() == ["now there is text"]


def test_a_waiting_job_is_cancelled_at_once(service: Service, index: SearchIndex) -> None:
    job = service.call("POST", "/ingest", json=_text("a", "alpha")).get_json()
    cancelled = service.call("DELETE", f"/jobs/{job['id']}")
    assert (cancelled.status_code, cancelled.get_json()["status"]) == (202, "cancelled")
    service.work()
    assert index.texts() == []
    assert service.call("POST", f"/jobs/{job['id']}/retry").status_code == 202
    assert service.finished(job)["status"] == "succeeded"
    assert index.texts() == ["alpha"]


def test_a_running_job_stops_after_its_current_file(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RENEW_SECONDS", 0.05)
    long = "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(200))
    documents = [{"external_id": str(number), "text": f"{number} {long}"} for number in range(4)]
    job = service.call("POST", "/ingest", json={"source": "text", "documents": documents}).get_json()

    def cancel(call: Call) -> None:
        if call.body["documents"][0].get("external_id") == "1":
            service.call("DELETE", f"/jobs/{job['id']}")
            index.seconds_a_chunk = 0.01

    index.before = cancel
    done = service.finished(job)
    assert (done["status"], done["stage"]) == ("cancelled", "cancelled")
    statuses = [line["status"] for line in service.ledger(done)]
    assert statuses[0] == "indexed"
    assert statuses[-1] == "queued"
    assert set(index.versions()) == {"0"}, "nothing of the unfinished document can be found"
    index.before = lambda _call: None
    service.sweeper.sweep()
    assert {item["external_id"]: item["status"] for item in service.documents()}["1"] == "failed"


@pytest.mark.parametrize("is_away", [False, True])
def test_a_new_version_that_was_cancelled_is_taken_out_of_the_index_and_the_old_one_stays(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    monkeypatch.setattr(worker, "_RENEW_SECONDS", 0.05)
    service.text("a", "older")
    job = service.call("POST", "/ingest", json=_text("a", "newer")).get_json()

    def cancel(call: Call) -> int | None:
        if call.path == "/api/rag/index/prune":
            return 503 if is_away else None
        service.call("DELETE", f"/jobs/{job['id']}")
        index.seconds_a_chunk = 1.0
        return None

    index.before = cancel
    assert service.finished(job)["status"] == "cancelled"
    index.before = lambda _call: None
    if is_away:
        assert index.versions() == {"a": {1, 2}}
        service.sweeper.sweep()
    assert index.texts() == ["older"]
    (document,) = service.documents()
    assert (document["status"], document["version"]) == ("indexed", 1)


def test_the_events_of_a_job_tell_each_document_once_and_end(service: Service) -> None:
    documents = [{"external_id": str(number), "text": f"Article {number}."} for number in range(3)]
    job = service.ingest({"source": "text", "documents": documents})
    response = service.call("GET", f"/jobs/{job['id']}/events")
    assert response.mimetype == "text/event-stream"
    found = events(response)
    assert [data["external_id"] for kind, _, data in found if kind == "document"] == ["0", "1", "2"]
    assert found[-1][0] == "done"
    assert found[-1][2]["status"] == "succeeded"
    second = next(identifier for kind, identifier, data in found if kind == "document" and data["external_id"] == "1")
    resumed = events(service.call("GET", f"/jobs/{job['id']}/events", headers={"Last-Event-ID": second}))
    assert [data["external_id"] for kind, _, data in resumed if kind == "document"] == ["2"]
    assert resumed[-1][0] == "done"


@pytest.mark.parametrize("how", [{"query_string": {"wait": "10"}}, {"headers": {"Prefer": "wait=10"}}])
def test_the_answer_can_wait_for_the_end(service: Service, how: dict[str, Any]) -> None:
    def work() -> None:
        while not service.work_once():
            pass

    thread = threading.Thread(target=work)
    thread.start()
    answer = service.call("POST", "/ingest", json=_text("a", "alpha"), **how)
    thread.join()
    assert (answer.status_code, answer.get_json()["status"]) == (200, "succeeded")
    assert answer.headers["Location"] == f"/api/data/jobs/{answer.get_json()['id']}"


def test_a_wait_that_is_too_short_answers_202(service: Service) -> None:
    answer = service.call("POST", "/ingest?wait=0.2", json=_text("a", "alpha"))
    assert (answer.status_code, answer.get_json()["status"]) == (202, "queued")
    assert service.call("GET", f"/jobs/{answer.get_json()['id']}").headers["Retry-After"] == "1"


def test_the_same_request_with_the_same_key_is_one_job(service: Service) -> None:
    headers = {"Idempotency-Key": "ticket-4711"}
    first = service.call("POST", "/ingest", json=_text("a", "alpha"), headers=headers)
    second = service.call("POST", "/ingest", json=_text("a", "alpha"), headers=headers)
    assert first.get_json()["id"] == second.get_json()["id"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(service.call("GET", "/jobs").get_json()["items"]) == 1
    other = service.call("POST", "/ingest", json=_text("b", "beta"), headers=headers)
    assert other.status_code == 422


def test_an_upload_with_the_same_key_and_bytes_is_one_job(service: Service) -> None:
    headers = {"Idempotency-Key": "upload-1"}
    first = service.post_files("/documents", {"a.txt": b"alpha"}, headers=headers)
    second = service.post_files("/documents", {"a.txt": b"alpha"}, headers=headers)
    assert first.get_json()["id"] == second.get_json()["id"]
    assert service.post_files("/documents", {"a.txt": b"other"}, headers=headers).status_code == 422


def test_a_client_with_too_many_waiting_jobs_is_told_to_wait(make_service: MakeService) -> None:
    service = make_service(max_queued_jobs=2)
    for number in range(2):
        service.call("POST", "/ingest", json=_text(str(number), "text"))
    refused = service.call("POST", "/ingest", json=_text("3", "text"))
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


def test_jobs_are_listed_newest_first_in_pages(service: Service) -> None:
    made = [service.call("POST", "/ingest", json=_text(str(number), "text")).get_json()["id"] for number in range(3)]
    first = service.call("GET", "/jobs?limit=2").get_json()
    second = service.call("GET", f"/jobs?limit=2&cursor={first['next_cursor']}").get_json()
    assert [job["id"] for job in first["items"] + second["items"]] == made[::-1]
    service.work()
    assert len(service.call("GET", "/jobs?status=succeeded").get_json()["items"]) == 3
    assert service.call("GET", "/jobs?cursor=nonsense").status_code == 422


def _text(external_id: str, text: str) -> dict[str, Any]:
    return {"source": "text", "documents": [{"external_id": external_id, "text": text}]}
