"""Ingestion from end to end: a request, the worker, the database and what the index was told."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.data import Service, events
from tests.fakes.index import Call, SearchIndex
from tests.integration.data.conftest import MakeService

from oberaconnect.worker import Work

VLANS = "# VLANs\n\nVoice phones are in VLAN 110 with subnet 10.20.110.0/24.\n"


def test_a_text_becomes_searchable(service: Service, index: SearchIndex) -> None:
    job = service.text("kb/vlans.md", VLANS, metadata={"site": "Leeds"})
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 1)
    assert job["progress"] == {"done": 1, "total": 1}
    ((_, point),) = index.points()
    assert point["text"] == "VLANs\n\nVoice phones are in VLAN 110 with subnet 10.20.110.0/24."
    assert point["metadata"] == {"site": "Leeds"}
    assert (point["external_id"], point["source"], point["section"]) == ("kb/vlans.md", "text", "VLANs")


def test_the_ledger_names_each_document_and_what_became_of_it(service: Service) -> None:
    documents = [{"external_id": f"kb/{number}", "text": f"Article {number}."} for number in range(3)]
    documents.append({"external_id": "kb/empty", "text": "  \n "})
    job = service.ingest({"source": "text", "documents": documents})
    assert (job["status"], job["counts"]["indexed"], job["counts"]["failed"]) == ("succeeded", 3, 1)
    lines = service.ledger(job)
    assert [line["external_id"] for line in lines] == ["kb/0", "kb/1", "kb/2", "kb/empty"]
    assert [line["status"] for line in lines] == ["indexed", "indexed", "indexed", "failed"]
    assert lines[0]["chunks"] == 1
    assert lines[3]["outcome"] == "empty"
    assert lines[3]["reason"]


def test_the_ledger_is_listed_in_pages(service: Service) -> None:
    documents = [{"external_id": str(number), "text": f"Article {number}."} for number in range(5)]
    job = service.ingest({"source": "text", "documents": documents})
    first = service.call("GET", f"/jobs/{job['id']}/documents?limit=2").get_json()
    second = service.call("GET", f"/jobs/{job['id']}/documents?limit=3&cursor={first['next_cursor']}").get_json()
    assert [line["external_id"] for line in first["items"] + second["items"]] == ["0", "1", "2", "3", "4"]
    assert second["next_cursor"] is None
    assert service.call("GET", f"/jobs/{job['id']}/documents?status=failed").get_json()["items"] == []


def test_the_same_again_is_unchanged_and_tells_the_index_nothing(service: Service, index: SearchIndex) -> None:
    service.text("kb/vlans.md", VLANS)
    before = len(index.calls)
    job = service.text("kb/vlans.md", VLANS)
    assert (job["status"], job["counts"]["unchanged"], job["counts"]["indexed"]) == ("succeeded", 1, 0)
    assert len(index.calls) == before


def test_a_changed_title_or_metadata_is_a_new_version(service: Service, index: SearchIndex) -> None:
    service.text("kb/vlans.md", VLANS)
    assert service.text("kb/vlans.md", VLANS, metadata={"site": "York"})["counts"]["indexed"] == 1
    ((_, point),) = index.points()
    assert point["metadata"] == {"site": "York"}


def test_a_new_version_replaces_the_old_one_only_when_it_is_searchable(service: Service, index: SearchIndex) -> None:
    service.text("kb/vlans.md", VLANS)
    seen: list[list[str]] = []

    def watch(call: Call) -> None:
        if call.path == "/api/rag/index/prune":
            seen.append(index.texts())

    index.before = watch
    service.text("kb/vlans.md", VLANS.replace("110", "120"))
    assert len(seen) == 1
    assert len(seen[0]) == 2, "the old one was still there when the new one was searchable"
    (text,) = index.texts()
    assert "VLAN 120" in text
    assert index.versions() == {"kb/vlans.md": {2}}
    (document,) = service.documents()
    assert (document["version"], document["status"]) == (2, "indexed")


def test_a_version_that_cannot_be_read_leaves_the_old_one_searchable(service: Service, index: SearchIndex) -> None:
    service.text("kb/vlans.md", VLANS)
    job = service.text("kb/vlans.md", "   ")
    assert job["status"] == "failed"
    assert len(index.texts()) == 1
    (document,) = service.documents()
    assert (document["status"], document["version"], document["outcome"]) == ("indexed", 1, "empty")


def test_uploads_of_many_formats_are_read(service: Service, index: SearchIndex) -> None:
    files = {
        "guide.md": VLANS.encode(),
        "plan.csv": b"VLAN,Name\n10,Office\n20,Guests\n",
        "page.html": b"<html><body><h1>Printers</h1><p>The printer is on the second floor.</p></body></html>",
        "note.txt": "Die Nebenstelle ist 204.".encode("utf-16"),
    }
    job = service.upload(files, collection="kb", metadata='{"site": "Leeds"}')
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 4), service.ledger(job)
    assert any("10 | Office" in text for text in index.texts("kb"))
    types = {item["name"]: item["type"] for item in service.documents("?collection=kb")}
    assert types["page.html"] == "text/html"
    assert all(item["metadata"] == {"site": "Leeds"} for item in service.documents())


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("empty.txt", b"", "empty"),
        ("zero.pdf", b"", "empty"),
        ("broken.docx", b"PK\x03\x04" + bytes(200), "corrupt"),
        ("half.pdf", b"%PDF-1.7\n1 0 obj\n<<", "corrupt"),
    ],
)
def test_a_file_that_gives_no_text_fails_with_the_reason(
    service: Service, name: str, content: bytes, outcome: str
) -> None:
    job = service.upload({name: content})
    assert job["status"] == "failed"
    assert job["problem"]["status"] == 422
    assert name in job["problem"]["detail"]
    (line,) = service.ledger(job)
    assert (line["status"], line["outcome"]) == ("failed", outcome), line
    assert line["reason"].endswith(".")
    (document,) = service.documents()
    assert (document["status"], document["reason"]) == ("failed", line["reason"])


def test_a_folder_is_read_with_its_subfolders_but_no_links_pipes_or_hidden_files(
    service: Service, index: SearchIndex, tmp_path: Path
) -> None:
    import os

    (service.inbox / "acme" / "network").mkdir(parents=True)
    (service.inbox / "acme" / "network" / "vlans.md").write_text(VLANS)
    (service.inbox / "acme" / "phones.txt").write_text("The extension is 204.")
    (service.inbox / "acme" / ".hidden.txt").write_text("hidden")
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret outside")
    (service.inbox / "acme" / "link.txt").symlink_to(secret)
    (service.inbox / "acme" / "folder").symlink_to(tmp_path)
    os.mkfifo(service.inbox / "acme" / "pipe.txt")
    job = service.ingest({"source": "folder", "path": "acme"})
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 2)
    assert {line["external_id"] for line in service.ledger(job)} == {"acme/network/vlans.md", "acme/phones.txt"}
    assert not any("secret" in text or "hidden" in text for text in index.texts())
    again = service.ingest({"source": "folder", "path": "acme", "recursive": False})
    assert (again["counts"]["unchanged"], again["progress"]["total"]) == (1, 1)


def test_a_folder_without_files_is_a_failure_with_the_reason(service: Service) -> None:
    job = service.ingest({"source": "folder"})
    assert (job["status"], job["problem"]["detail"]) == ("failed", "There are no files in this folder.")


def test_a_file_that_goes_between_listing_and_reading_is_a_line_with_a_reason(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (service.inbox / "a.txt").write_text("alpha")
    (service.inbox / "b.txt").write_text("beta")
    job = service.call("POST", "/ingest", json={"source": "folder"}).get_json()
    listing = service.ingestion._list

    def list_then_remove(work: Work) -> None:
        listing(work)
        (service.inbox / "b.txt").unlink()

    monkeypatch.setattr(service.ingestion, "_list", list_then_remove)
    done = service.finished(job)
    assert (done["counts"]["indexed"], done["counts"]["failed"]) == (1, 1)
    assert service.ledger(done)[1]["reason"] == "The file cannot be read any more."


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
    from oberaconnect import worker

    monkeypatch.setattr(worker, "_RENEW_SECONDS", 0.05)
    long = "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(200))
    documents = [{"external_id": str(number), "text": f"{number} {long}"} for number in range(4)]
    job = service.call("POST", "/ingest", json={"source": "text", "documents": documents}).get_json()

    def cancel(call: Call) -> None:
        if call.body["documents"][0]["external_id"] == "1":
            service.call("DELETE", f"/jobs/{job['id']}")
            index.seconds_a_chunk = 0.01

    index.before = cancel
    done = service.finished(job)
    assert (done["status"], done["stage"]) == ("cancelled", "cancelled")
    statuses = [line["status"] for line in service.ledger(done)]
    assert statuses[0] == "indexed"
    assert statuses[-1] == "queued"
    index.before = lambda _call: None
    service.execute("UPDATE data_processing.document SET updated_at = now() - interval '1 hour'")
    service.sweeper.sweep()
    assert {item["external_id"]: item["status"] for item in service.documents()}["1"] == "failed"
    assert set(index.versions()) == {"0"}, "nothing of the unfinished document can be found"


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
    import threading

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


def test_a_long_document_goes_to_the_index_in_requests_that_cannot_time_out(
    service: Service, index: SearchIndex
) -> None:
    long = "\n\n".join(f"Paragraph {number} " + "word " * 120 for number in range(300))
    job = service.text("long", long)
    puts = [call for call in index.calls if call.path == "/api/rag/index"]
    assert len(puts) >= 3
    assert all(sum(len(item["chunks"]) for item in call.body["documents"]) <= 64 for call in puts)
    assert len(index.texts()) == service.ledger(job)[0]["chunks"]


def test_a_version_that_was_overtaken_is_taken_back(service: Service, index: SearchIndex) -> None:
    overtaken: list[Call] = []

    def overtake(call: Call) -> None:
        if call.path == "/api/rag/index" and not overtaken:
            overtaken.append(call)
            index.before = lambda _call: None
            service.text("a", "the newer text")

    index.before = overtake
    job = service.text("a", "the older text")
    (line,) = service.ledger(job)
    assert (line["status"], line["outcome"]) == ("skipped", "superseded")
    assert index.texts() == ["the newer text"]


def test_a_file_that_crashed_the_parser_twice_is_left_alone_until_it_is_asked_for(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data_processing.elements import ParseFailed
    from data_processing.extract.pool import ParsePool

    parsed = []
    parse = ParsePool.parse

    def crash(pool: ParsePool, path: Path, name: str, **options: bool) -> Any:
        parsed.append(name)
        raise ParseFailed("crashed", "The file crashed the parser.")

    monkeypatch.setattr(ParsePool, "parse", crash)
    for _ in range(2):
        assert service.upload({"evil.pdf": b"%PDF-1.7 evil"})["status"] == "failed"
    (document,) = service.documents()
    assert document["status"] == "quarantined"
    job = service.upload({"evil.pdf": b"%PDF-1.7 evil"})
    (line,) = service.ledger(job)
    assert (line["status"], line["outcome"], len(parsed)) == ("skipped", "quarantined", 2)
    assert "stopped the parser 2 times" in line["reason"]
    monkeypatch.setattr(ParsePool, "parse", parse)
    service.upload({"evil.pdf": b"Now it is only text."})
    assert index.texts() == ["Now it is only text."]


def test_a_quarantined_file_is_read_again_when_somebody_asks(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data_processing.elements import ParseFailed
    from data_processing.extract.pool import ParsePool

    def crash(pool: ParsePool, path: Path, name: str, **options: bool) -> Any:
        raise ParseFailed("crashed", "The file crashed the parser.")

    with monkeypatch.context() as patch:
        patch.setattr(ParsePool, "parse", crash)
        for _ in range(2):
            service.upload({"a.txt": b"alpha"})
    (document,) = service.documents()
    answer = service.call("POST", f"/documents/{document['id']}/reindex")
    assert answer.status_code == 202
    assert service.finished(answer.get_json())["status"] == "succeeded"
    assert index.texts() == ["alpha"]


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
    document = {"external_id": external_id, "text": text}
    return json.loads(json.dumps({"source": "text", "documents": [document]}))  # type: ignore[no-any-return]
