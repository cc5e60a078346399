"""Ingestion from end to end: a request, the worker, the database and what the index was told."""

from pathlib import Path
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.index import Call, SearchIndex

from data_processing.ingest import Ingestion
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
    ingestion = service.handlers["ingest"]
    assert isinstance(ingestion, Ingestion)
    listing = ingestion._list

    def list_then_remove(work: Work) -> None:
        listing(work)
        (service.inbox / "b.txt").unlink()

    monkeypatch.setattr(ingestion, "_list", list_then_remove)
    done = service.finished(job)
    assert (done["counts"]["indexed"], done["counts"]["failed"]) == (1, 1)
    assert service.ledger(done)[1]["reason"] == "The file cannot be read any more."


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
