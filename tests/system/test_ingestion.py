"""Documents in, through the gateway: every source and format, again and anew, and out again."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from tests import office
from tests.caller import Caller, until
from tests.embedded import Platform

from host.place import ROOT

SAMPLES = ROOT / "samples"


@pytest.fixture
def alice(platform: Platform) -> Caller:
    return Caller(platform.url)


@pytest.fixture
def client() -> str:
    """A client that no other test knows."""
    return f"client-{uuid.uuid4().hex[:12]}"


def _one_of_each_format() -> dict[str, bytes]:
    found: dict[str, Path] = {}
    for path in sorted(SAMPLES.rglob("*.*")):
        if path.parent != SAMPLES:
            found.setdefault(path.suffix, path)
    return {path.name: path.read_bytes() for path in found.values()}


def test_a_file_of_every_format_becomes_searchable(alice: Caller, client: str) -> None:
    files = _one_of_each_format()
    assert {Path(name).suffix for name in files} >= {
        ".pdf", ".docx", ".pptx", ".xlsx", ".html", ".md", ".eml", ".csv", ".txt", ".png",
    }  # fmt: skip
    job = alice.upload(files, client=client, metadata=json.dumps({"batch": "formats"}))
    lines = alice.ledger(job)
    assert {name: line["status"] for name, line in lines.items()} == dict.fromkeys(files, "indexed"), lines
    assert job["counts"]["indexed"] == len(files)
    for line in lines.values():
        document = alice.call("GET", f"/data/documents/{line['document_id']}").json
        assert (document["status"], document["client"]) == ("indexed", client)
        assert document["metadata"] == {"batch": "formats"}
        chunks = alice.call("GET", f"/data/documents/{document['id']}/chunks?limit=500").json["items"]
        assert len(chunks) == document["chunks"] == line["chunks"] > 0
        found = alice.search(chunks[0]["text"][:500], client=client, filters={"document_id": document["id"]})
        assert {passage["document_id"] for passage in found} == {document["id"]}


def test_bytes_come_back_as_they_went_in_and_chunks_stand_in_the_text(alice: Caller, client: str) -> None:
    content = office.pdf([[("Uplinks", 20), ("The uplink of cabinet C-17 is port 48.", 11)] for _ in range(3)])
    job = alice.upload({"uplinks.pdf": content}, client=client)
    identifier = alice.ledger(job)["uplinks.pdf"]["document_id"]
    download = alice.call("GET", f"/data/documents/{identifier}/content")
    assert download.body == content
    assert download.headers["Content-Disposition"].startswith("attachment")
    text = alice.call("GET", f"/data/documents/{identifier}/text").text
    chunks = alice.call("GET", f"/data/documents/{identifier}/chunks").json["items"]
    assert chunks[0]["page_start"] == 1
    assert chunks[-1]["page_end"] == 3
    for chunk in chunks:
        assert 0 <= chunk["char_start"] < chunk["char_end"] <= len(text)
        assert text[chunk["char_start"] : chunk["char_end"]].split()[0] in chunk["text"]


def test_the_same_again_is_unchanged_and_a_new_version_takes_the_place_of_the_old(alice: Caller, client: str) -> None:
    first = alice.texts({"lift": "The lift engineer is reached under 0117 496 0111."}, client=client)
    again = alice.texts({"lift": "The lift engineer is reached under 0117 496 0111."}, client=client)
    newer = alice.texts({"lift": "The lift engineer is reached under 0117 496 0222."}, client=client)
    assert [job["counts"]["indexed"] for job in (first, again, newer)] == [1, 0, 1]
    assert again["counts"]["unchanged"] == 1
    texts = [passage["text"] for passage in alice.search("lift engineer 0117 496 0111", client=client)]
    assert len(texts) == 1
    assert "0222" in texts[0]
    (document,) = alice.documents(f"&client={client}")
    assert document["version"] == 2


def test_a_deleted_document_is_found_nowhere_any_more(alice: Caller, client: str) -> None:
    alice.texts(
        {"gone": "The spare key hangs behind the boiler.", "kept": "The boiler is serviced in May."}, client=client
    )
    (gone,) = [item for item in alice.documents(f"&client={client}") if item["external_id"] == "gone"]
    assert alice.call("DELETE", f"/data/documents/{gone['id']}").status == 204
    assert [passage["external_id"] for passage in alice.search("spare key boiler", client=client)] == ["kept"]
    for path in ("", "/text", "/chunks", "/content"):
        assert alice.call("GET", f"/data/documents/{gone['id']}{path}").status == 404
    assert alice.call("DELETE", f"/data/documents/{gone['id']}").status == 404


def test_a_folder_of_the_inbox_is_read_and_read_again(platform: Platform, alice: Caller, client: str) -> None:
    folder = platform.place.state / "inbox" / client
    (folder / "below").mkdir(parents=True)
    (folder / "top.md").write_text("# Gate\n\nThe gate code changes on Mondays.")
    (folder / "below" / "deep.txt").write_text("The barrier opens for lorries with tag T-900.")
    body = {"source": "folder", "path": client, "client": client}
    assert alice.ingest(body)["counts"]["indexed"] == 2
    (folder / "below" / "deep.txt").write_text("The barrier opens for lorries with tag T-901.")
    counts = alice.ingest(body)["counts"]
    assert (counts["indexed"], counts["unchanged"]) == (1, 1)
    assert "T-901" in alice.search("barrier tag lorries", client=client)[0]["text"]


def test_a_web_page_that_cannot_be_reached_is_a_failed_line_with_its_reason(alice: Caller, client: str) -> None:
    job = alice.ingest({"source": "url", "url": "http://nowhere.invalid/page", "client": client})
    (line,) = alice.ledger(job).values()
    assert (job["status"], line["status"], line["outcome"]) == ("failed", "failed", "unreachable")
    assert line["reason"]


def test_a_key_of_the_caller_makes_a_repeated_request_one(alice: Caller, client: str) -> None:
    body = {"source": "text", "client": client, "documents": [{"external_id": "a", "text": "Told once."}]}
    key = {"Idempotency-Key": client}
    first, second = (alice.call("POST", "/data/ingest", body, headers=key) for _ in range(2))
    assert first.status == second.status == 202
    assert first.json["id"] == second.json["id"]
    other = alice.call("POST", "/data/ingest", {**body, "metadata": {"x": 1}}, headers=key)
    assert other.is_problem
    assert other.status in {409, 422}


def test_a_job_that_failed_can_be_tried_again_and_one_that_succeeded_cannot(alice: Caller, client: str) -> None:
    failed = alice.upload({"empty.txt": b""}, client=client)
    assert failed["status"] == "failed"
    assert alice.call("POST", f"/data/jobs/{failed['id']}/retry").status == 202
    assert alice.end_of(failed["id"])["status"] == "failed"
    fine = alice.texts({"a": "All is well in the comms room."}, client=client)
    refused = alice.call("POST", f"/data/jobs/{fine['id']}/retry")
    assert (refused.status, refused.is_problem) == (409, True)


def test_a_waiting_job_can_be_cancelled_and_ends(alice: Caller, client: str) -> None:
    text = "The cable tray of aisle {0} carries bundle B-{0}. " * 40
    documents = [{"external_id": str(number), "text": text.format(number)} for number in range(200)]
    accepted = alice.call("POST", "/data/ingest", {"source": "text", "client": client, "documents": documents})
    assert alice.call("DELETE", f"/data/jobs/{accepted.json['id']}").status == 202
    assert alice.ended(accepted)["status"] == "cancelled"
    listed = alice.call("GET", f"/data/jobs?status=cancelled&client={client}").json["items"]
    assert [job["id"] for job in listed] == [accepted.json["id"]]


def test_a_document_is_parsed_anew_on_request(alice: Caller, client: str) -> None:
    alice.texts({"pump": "The sump pump alarm is relay 4."}, client=client)
    (document,) = alice.documents(f"&client={client}")
    job = alice.ended(alice.call("POST", f"/data/documents/{document['id']}/reindex"))
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 1)
    assert len(alice.search("sump pump relay", client=client)) == 1


def test_a_collection_is_embedded_anew_while_it_is_searched_and_rolled_back(alice: Caller, client: str) -> None:
    alice.texts({"ups": "The UPS of rack 9 lasts 38 minutes."}, client=client, collection=client)
    before = alice.call("GET", f"/rag/collections/{client}").json
    job = alice.ended(alice.call("POST", "/data/reindex", {"collection": client}))
    assert job["status"] == "succeeded", job
    after = alice.call("GET", f"/rag/collections/{client}").json
    assert (after["points"], after["generation"]) == (before["points"], before["generation"] + 1)
    assert alice.call("POST", f"/rag/collections/{client}/rollback").json["generation"] == before["generation"]
    assert len(alice.search("UPS rack 9", client=client, collection=client)) == 1


def test_lists_are_given_page_by_page(alice: Caller, client: str) -> None:
    alice.texts({f"note-{number}": f"Note {number} about the roof." for number in range(7)}, client=client)
    seen: list[str] = []
    cursor = ""
    while True:
        page: dict[str, Any] = alice.call("GET", f"/data/documents?client={client}&limit=3{cursor}").json
        seen += [item["external_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == [f"note-{number}" for number in range(7)]
    assert [item["external_id"] for item in alice.documents(f"&client={client}&q=note-3")] == ["note-3"]


def test_the_parser_and_the_chunker_keep_nothing(alice: Caller, client: str) -> None:
    parsed = alice.send("/data/parse", {"list.csv": b"host,vlan\nSW-1,40\n", "empty.txt": b""}).json["files"]
    assert [item["outcome"] for item in parsed] == ["ok", "empty"]
    assert "SW-1" in json.dumps(parsed[0]["elements"])
    chunks = alice.call("POST", "/data/chunk", {"text": "# Ports\n\nPort 7 is spare.", "format": "markdown"}).json
    assert chunks["items"][0]["section"] == "Ports"
    until(lambda: not alice.documents(f"&client={client}"))
