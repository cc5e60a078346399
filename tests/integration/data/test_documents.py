"""Documents after they are in: listed, shown, downloaded, deleted; and the parser by itself."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.integration.data.conftest import MakeService
from tests.office import pdf

from data_processing import blobs

LONG = "\n\n".join(f"## Section {number}\n\n" + f"Paragraph {number}. " * 30 for number in range(60))


def test_documents_are_listed_newest_first_and_filtered(service: Service) -> None:
    service.text("kb/vlans", "The VLAN plan.", metadata={})
    service.text("kb/phones", "The phone guide.", collection="guides")
    service.text("kb/empty", "  ")
    assert [item["external_id"] for item in service.documents()] == ["kb/empty", "kb/phones", "kb/vlans"]
    assert [item["external_id"] for item in service.documents("?collection=guides")] == ["kb/phones"]
    assert [item["external_id"] for item in service.documents("?status=failed")] == ["kb/empty"]
    assert [item["external_id"] for item in service.documents("?q=VLAN")] == ["kb/vlans"]
    assert service.documents("?q=%25") == [], "a percent sign is no wildcard"
    first = service.call("GET", "/documents?limit=2").get_json()
    second = service.call("GET", f"/documents?limit=2&cursor={first['next_cursor']}").get_json()
    assert [item["external_id"] for item in first["items"] + second["items"]] == ["kb/empty", "kb/phones", "kb/vlans"]


def test_a_document_shows_its_chunks_with_exact_places_in_its_text(service: Service, index: SearchIndex) -> None:
    service.text("guide.md", LONG)
    (document,) = service.documents()
    path = f"/documents/{document['id']}"
    assert service.call("GET", path).get_json() == document
    text = service.call("GET", f"{path}/text").get_data(as_text=True)
    chunks: list[dict[str, Any]] = []
    cursor: int | None = -1
    while cursor is not None:
        page = service.call("GET", f"{path}/chunks?limit=20&cursor={cursor}").get_json()
        chunks += page["items"]
        cursor = page["next_cursor"]
    assert len(chunks) == document["chunks"] == len(index.points()) > 20
    assert [chunk["ordinal"] for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert text[chunk["char_start"] : chunk["char_end"]] == chunk["text"]
        assert chunk["section"].startswith("Section ")


def test_a_chunk_over_two_pages_says_where_the_second_begins(service: Service, index: SearchIndex) -> None:
    content = pdf([[("The pump of hall 1 is green.", 11)], [("The valve of hall 2 is red.", 11)]])
    job = service.upload({"halls.pdf": content})
    assert job["counts"]["indexed"] == 1
    (document,) = service.documents()
    (chunk,) = service.call("GET", f"/documents/{document['id']}/chunks").get_json()["items"]
    text = service.call("GET", f"/documents/{document['id']}/text").get_data(as_text=True)
    assert (chunk["page_start"], chunk["page_end"]) == (1, 2)
    assert [(text[place:][:9], page) for place, page in chunk["pages"]] == [("The pump ", 1), ("The valve", 2)]
    ((_, sent),) = index.points()
    assert sent["pages"] == chunk["pages"]


def test_the_bytes_come_back_as_they_came_in_and_never_as_a_page(service: Service) -> None:
    page = b"<html><body><h1>Hello</h1><p>There is text.</p></body></html>"
    service.upload({"seite ä.html": page})
    (document,) = service.documents()
    response = service.call("GET", f"/documents/{document['id']}/content")
    assert response.data == page
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    tag = response.headers["ETag"]
    again = service.call("GET", f"/documents/{document['id']}/content", headers={"If-None-Match": tag})
    assert again.status_code == 304
    response.close()
    again.close()


def test_bytes_that_are_not_kept_are_not_found(service: Service) -> None:
    service.text("a", "  ")
    (document,) = service.documents()
    assert service.call("GET", f"/documents/{document['id']}/content").status_code == 404
    assert service.call("POST", f"/documents/{document['id']}/reindex").status_code == 404


def test_a_deleted_document_is_gone_from_index_database_and_disk(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    service.text("b", "alpha")
    a, b = (item for item in reversed(service.documents()))
    assert a["sha256"] == b["sha256"]
    path = service.parts.blobs.path("default", a["sha256"])
    assert service.call("DELETE", f"/documents/{a['id']}").status_code == 204
    assert path.exists(), "another document has the same bytes"
    assert set(index.versions()) == {"b"}
    assert service.call("DELETE", f"/documents/{b['id']}").status_code == 204
    assert not path.exists()
    assert index.texts() == []
    for sub in ("", "/text", "/chunks", "/content"):
        assert service.call("GET", f"/documents/{a['id']}{sub}").status_code == 404
    assert service.call("DELETE", f"/documents/{a['id']}").status_code == 404
    assert service.execute("SELECT * FROM data_processing.chunk") == []


def test_a_deletion_that_the_index_missed_is_completed_by_the_sweeper(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    (document,) = service.documents()
    index.before = lambda _call: 503
    assert service.call("DELETE", f"/documents/{document['id']}").status_code == 503
    assert service.documents()[0]["status"] == "deleting"
    job = service.text("a", "alpha again")
    (line,) = service.ledger(job)
    assert (line["status"], line["outcome"]) == ("skipped", "deleting")
    index.before = lambda _call: None
    service.sweeper.sweep()
    assert service.documents() == []
    assert index.texts() == []


def test_bytes_that_nothing_refers_to_go_after_a_while_and_others_stay(service: Service) -> None:
    service.text("a", "old text")
    service.text("a", "new text")
    service.upload({"broken.docx": b"PK\x03\x04" + bytes(100)})
    root = service.parts.blobs.root
    (root / "incoming" / "half").write_bytes(b"half an upload")
    assert service.parts.deletion.sweep_bytes(root) == 0, "everything is young"
    for file in root.rglob("*"):
        if file.is_file():
            os.utime(file, (time.time() - 7200,) * 2)
    assert service.parts.deletion.sweep_bytes(root) == 2, "the old version and the half upload"
    kept = {file.name for file in root.rglob("*") if file.is_file()}
    (document,) = service.documents("?status=indexed")
    assert document["sha256"] in kept
    assert len(kept) == 2, "the failed upload can still be retried"


def test_a_deleted_document_leaves_no_bytes_of_what_failed_or_was_replaced(service: Service) -> None:
    service.upload({"guide.md": b"one"})
    service.upload({"guide.md": b"two"})
    service.upload({"broken.docx": b"PK\x03\x04" + bytes(100)})
    service.text("empty", "  ")
    for document in service.documents():
        assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
    assert [file for file in service.parts.blobs.root.rglob("*") if file.is_file()] == []
    assert service.execute("SELECT 1 FROM data_processing.ledger WHERE content IS NOT NULL OR blob IS NOT NULL") == []


def test_bytes_that_are_there_already_are_not_written_again(service: Service) -> None:
    service.upload({"a.txt": b"alpha"})
    (document,) = service.documents()
    path = service.parts.blobs.path("default", document["sha256"])
    os.utime(path, (0, 0))
    before = path.stat()
    assert service.upload({"a.txt": b"alpha"})["counts"]["unchanged"] == 1
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime > before.st_mtime, "it counts as fresh again, so that no sweep takes it"


def test_a_document_is_made_anew_from_its_kept_bytes(service: Service, index: SearchIndex) -> None:
    service.upload({"guide.md": b"# Guide\n\nOne paragraph."}, metadata='{"site": "Leeds"}')
    (document,) = service.documents()
    answer = service.call("POST", f"/documents/{document['id']}/reindex")
    assert answer.status_code == 202
    job = service.finished(answer.get_json())
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 1)
    (again,) = service.documents()
    assert (again["version"], again["metadata"], again["title"]) == (2, {"site": "Leeds"}, document["title"])
    assert index.versions() == {"guide.md": {2}}


def test_a_text_made_anew_is_read_as_it_was(service: Service, index: SearchIndex) -> None:
    service.text("guide.md", "# Guide\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    before = index.texts()
    (document,) = service.documents()
    service.finished(service.call("POST", f"/documents/{document['id']}/reindex").get_json())
    assert index.texts() == before


def test_making_anew_never_brings_back_an_older_version(service: Service, index: SearchIndex) -> None:
    service.text("a", "older")
    (document,) = service.documents()
    job = service.call("POST", f"/documents/{document['id']}/reindex").get_json()
    service.execute("UPDATE data_processing.job SET run_after = now() + interval '1 hour' WHERE id = %s", job["id"])
    service.text("a", "newer")
    service.hurry()
    (line,) = service.ledger(service.finished(job))
    assert (line["status"], line["outcome"]) == ("skipped", "superseded")
    assert index.texts() == ["newer"]


def test_a_file_is_not_parsed_while_too_many_wait_for_the_parser(make_service: MakeService) -> None:
    service = make_service(threads=2)
    with service.parts.parsing.one():
        refused = service.post_files("/parse", {"guide.md": b"# Guide"})
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "2"
    assert service.post_files("/parse", {"guide.md": b"# Guide"}).status_code == 200


def test_the_parser_shows_elements_and_stores_nothing(service: Service) -> None:
    answer = service.post_files("/parse", {"guide.md": b"# Guide\n\nOne paragraph.", "empty.txt": b""})
    assert answer.status_code == 200, answer.text
    guide, empty = answer.get_json()["files"]
    assert [element["type"] for element in guide["elements"]] == ["heading", "paragraph"]
    assert (empty["outcome"], empty["elements"]) == ("empty", [])
    assert empty["reason"]
    assert service.documents() == []


def test_the_chunker_shows_chunks(service: Service) -> None:
    answer = service.call("POST", "/chunk", json={"text": LONG, "format": "markdown", "limit": 60})
    chunks = answer.get_json()["items"]
    assert len(chunks) > 20
    assert all(chunk["tokens"] <= 60 for chunk in chunks)
    assert service.call("POST", "/chunk", json={"text": " "}).status_code == 422


def test_a_nearly_full_disk_is_refused_at_the_door(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    full = shutil.disk_usage("/")._replace(free=blobs.RESERVE_BYTES - 1)
    monkeypatch.setattr("data_processing.blobs.shutil.disk_usage", lambda _path: full)
    answer = service.post_files("/documents", {"a.txt": b"alpha"})
    assert (answer.status_code, answer.mimetype) == (507, "application/problem+json")
    job = service.text("a", "alpha")
    assert service.ledger(job)[0]["outcome"] == "no_space"
    assert service.call("GET", "/health").status_code == 503


def test_the_application_is_whole(service: Service) -> None:
    report = service.call("GET", "/health").get_json()
    assert report["status"] == "pass", report
    assert {"postgres", "rag-engine", "disk"} <= set(report["checks"])
    paths = service.call("GET", "/openapi.json").get_json()["paths"]
    assert {"/api/data/ingest", "/api/data/reindex", "/api/data/jobs/{job_id}", "/api/data/parse"} <= set(paths)


def test_an_inbox_that_is_missing_is_not_found(service: Service) -> None:
    Path(service.inbox).rmdir()
    assert service.call("POST", "/ingest", json={"source": "folder", "path": "acme"}).status_code == 404
