"""Documents over HTTP: a job that writes one, its four forms, and what may come in between."""

import base64
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from tests.devices import Devices

from engineering_api.documents.job import KIND, Writing
from oberaconnect import worker
from oberaconnect.db import EVERY_TENANT, as_owner
from oberaconnect.jobs import Claim, Queue
from oberaconnect.llm import Completion, Request, Usage
from oberaconnect.problems import Unavailable

ROOT = Path(__file__).resolve().parents[3]
CONFIGS = ROOT / "tests" / "configs"
SWITCH = (CONFIGS / "cisco_ios" / "access-switch.cfg").read_text()
ROUTER = (CONFIGS / "cisco_ios" / "branch-router.cfg").read_text()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><rect width="30" height="10" fill="teal"/></svg>'


def claim(devices: Devices) -> Claim | None:
    return Queue(devices.parts.database).claim([KIND])


def attempt(devices: Devices, claimed: Claim, model: Any = None) -> None:
    """Let the worker that took a job go on with it."""
    writing = Writing(dataclasses.replace(devices.parts, model=model))
    worker.attempt(Queue(devices.parts.database), {KIND: writing}, claimed, threading.Event())


def work(devices: Devices, model: Any = None) -> bool:
    """Let the worker make one attempt at one job; whether there was one."""
    claimed = claim(devices)
    if claimed is not None:
        attempt(devices, claimed, model)
    return claimed is not None


def ask(devices: Devices, *, who: str = "", **body: Any) -> dict[str, Any]:
    """The job of a document."""
    job: dict[str, Any] = devices.post("/documents", {"template": "device", **body}, who=who, status=202)
    assert (job["kind"], job["status"], job["document_id"]) == ("document", "queued", job["id"])
    return job


def make(devices: Devices, *, who: str = "", **body: Any) -> dict[str, Any]:
    """A document that is written."""
    job = ask(devices, who=who, **body)
    assert work(devices)
    found: dict[str, Any] = devices.get(f"/documents/{job['id']}", who=who)
    assert found["status"] == "succeeded", found["problem"]
    return found


def test_a_document_of_a_site_comes_in_four_forms_with_its_sources(devices: Devices) -> None:
    ids = devices.keep(("sw.cfg", SWITCH), ("rt.cfg", ROUTER), site="Harbour")
    devices.keep(("other.cfg", "hostname elsewhere\n"), site="Town")
    block = {"client": "Acme Ltd", "author": "MSP", "version": "2.1", "date": "2026-11-20", "title": "Harbour as built"}
    logo = base64.b64encode(SVG.encode()).decode()
    job = ask(devices, template="as_built", inputs={"site": "Harbour"}, title_block={**block, "logo": logo})
    assert devices.get(f"/documents/{job['id']}")["markdown"] == ""
    early = devices.call("GET", f"/documents/{job['id']}.pdf")
    assert (early.status_code, early.headers["Retry-After"]) == (409, "1")
    assert work(devices)
    found = devices.get(f"/documents/{job['id']}")
    assert (found["title"], found["template"], found["formats"]) == (
        "Harbour as built",
        "as_built",
        ["md", "html", "docx", "pdf"],
    )
    assert sorted(one["config_id"] for one in found["sources"]) == sorted(ids)
    assert "elsewhere" not in found["markdown"]
    assert "SW-FLOOR2:" in found["markdown"]
    text = devices.call("GET", f"/documents/{job['id']}.md")
    assert (text.mimetype, text.text) == ("text/markdown", found["markdown"])
    page = devices.call("GET", f"/documents/{job['id']}.html")
    assert page.text.startswith("<!DOCTYPE html>")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert 'filename="harbour-as-built.html"' in page.headers["Content-Disposition"]
    word = docx.Document(io.BytesIO(devices.call("GET", f"/documents/{job['id']}.docx").data))
    assert word.core_properties.title == "Harbour as built"
    pdf = pypdfium2.PdfDocument(devices.call("GET", f"/documents/{job['id']}.pdf").data)
    assert "Acme Ltd" in pdf[0].get_textpage().get_text_range()
    pdf.close()
    done = devices.get(f"/jobs/{job['id']}")
    assert done["result"]["files"]["pdf"]["url"] == f"/api/engineering/documents/{job['id']}.pdf"
    assert done["progress"]["done"] <= done["progress"]["total"]


def test_each_template_can_be_asked_for(devices: Devices) -> None:
    devices.keep(("rt.cfg", ROUTER))
    for template in ("as_built", "device", "vlan_plan", "firewall", "handover", "runbook"):
        found = make(devices, template=template, formats=["md"])
        assert found["sections"][0] == "summary"
        assert found["formats"] == ["md"]
        assert found["sections"], template


def test_sections_and_detail_leave_out_and_other_forms_are_not_there(devices: Devices) -> None:
    devices.keep(("rt.cfg", ROUTER))
    found = make(devices, sections=["users", "vpn"], detail=0, formats=["html"])
    assert found["sections"] == ["vpn", "users"]
    assert found["links"] == {"html": f"/api/engineering/documents/{found['id']}.html"}
    missing = devices.call("GET", f"/documents/{found['id']}.pdf")
    assert missing.status_code == 404
    assert "asked for as html, not as pdf" in missing.json["detail"]  # type: ignore[index]


def test_a_text_is_documented_without_being_kept_and_its_secrets_are_stored_nowhere(devices: Devices) -> None:
    text = "hostname lone\nusername admin password 0 Winter2019xyz\nsnmp-server community HiddenWord77 RO\n"
    job = ask(devices, inputs={"text": text, "platform": "cisco_ios", "name": "lone.cfg"}, formats=["md"])
    with as_owner(devices.settings) as connection:
        rows = connection.execute("SELECT payload::text AS payload FROM engineering_api.job").fetchall()
    assert not [row for row in rows if "Winter2019xyz" in str(row) or "HiddenWord77" in str(row)]
    assert work(devices)
    found = devices.get(f"/documents/{job['id']}")
    assert [(one["config_id"], one["device"], one["file"]) for one in found["sources"]] == [(None, "lone", "lone.cfg")]
    assert devices.get("/configs")["items"] == []
    with as_owner(devices.settings) as connection:
        (row,) = connection.execute("SELECT payload::text AS payload FROM engineering_api.job").fetchall()
    assert "hostname" not in str(row)


def test_the_change_log_knows_the_configuration_before(devices: Devices) -> None:
    devices.keep(("rt.cfg", ROUTER.replace("hostname BR1-RTR01", "hostname BR1-RTR01\nip name-server 192.0.2.99")))
    devices.keep(("rt.cfg", ROUTER))
    found = make(devices, formats=["md"], sections=["change_log"])
    assert "| removed | ip name-server 192.0.2.99 | BR1-RTR01 no. 1:" in found["markdown"].replace("\\", "")


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 422, "no configuration there yet"),
        ({"inputs": {"config_ids": [str(uuid.uuid4())]}}, 404, "no configuration with the id"),
        ({"inputs": {"text": "hostname a", "site": "x"}}, 422, "either a text or"),
        ({"inputs": {"platform": "cisco_ios"}}, 422, "of a text only"),
        ({"inputs": {"text": "hostname a", "platform": "nonsense"}}, 422, "nonsense"),
        ({"inputs": {"text": "hostname a"}, "title_block": {"logo": "bm90IGEgbG9nbw=="}}, 422, "logo"),
        ({"inputs": {"text": "a"}, "sections": ["nonsense"]}, 422, "sections"),
        ({"inputs": {"text": "a"}, "formats": []}, 422, "formats"),
        ({"inputs": {"text": "a"}, "detail": 3}, 422, "detail"),
        ({"inputs": {"text": "a"}, "title_block": {"client": "x\0"}}, 422, "NUL"),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(
    devices: Devices, body: dict[str, Any], status: int, word: str
) -> None:
    refused = devices.call("POST", "/documents", {"template": "device", **body})
    assert refused.status_code == status, refused.text
    assert word in refused.text
    assert devices.get("/documents")["items"] == []


def test_a_sheet_is_of_one_device(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH), ("rt.cfg", ROUTER))
    assert "one configuration" in devices.post("/documents", {"template": "device"}, status=422)["detail"]


def test_findings_of_the_last_audit_are_told_in_a_review_and_elsewhere_when_asked_for(devices: Devices) -> None:
    devices.keep(("rt.cfg", ROUTER))
    audited = devices.post("/audit", {})
    (finding, *_) = audited["findings"]
    review = make(devices, template="firewall", formats=["md"])
    assert review["sections"][1] == "findings"
    assert finding["title"] in review["markdown"].replace("\\", "")
    assert f"BR1-RTR01:{finding['evidence'][0]['line_start']}" in review["markdown"]
    assert "findings" not in make(devices, formats=["md"])["sections"]
    assert "findings" in make(devices, formats=["md"], inputs={"audit": True})["sections"]
    assert "findings" not in make(devices, template="firewall", formats=["md"], inputs={"audit": False})["sections"]


def test_waiting_holds_the_answer_until_it_is_written(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    body = {"template": "device", "formats": ["md"]}
    for path, headers in (("/documents?wait=30", {}), ("/documents", {"Prefer": "wait=30"})):
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(devices.call, "POST", path, body, headers=headers)
            deadline = time.monotonic() + 20
            while not work(devices) and time.monotonic() < deadline:
                time.sleep(0.02)
            answer = asked.result()
        assert (answer.status_code, answer.json["status"]) == (200, "succeeded")  # type: ignore[index]
        assert answer.headers["Location"] == f"/api/engineering/jobs/{answer.json['id']}"  # type: ignore[index]


def test_the_same_key_begins_one_document(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    key = {"Idempotency-Key": "once"}
    first = devices.call("POST", "/documents", {"template": "device"}, headers=key)
    again = devices.call("POST", "/documents", {"template": "device"}, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]  # type: ignore[index]
    assert len(devices.get("/documents")["items"]) == 1


def test_documents_are_listed_newest_first_a_page_at_a_time(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    ids = [ask(devices, template=template)["id"] for template in ("device", "runbook", "device")]
    page = devices.get("/documents?limit=2")
    rest = devices.get(f"/documents?limit=2&cursor={page['next_cursor']}")
    assert [one["id"] for one in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert [one["id"] for one in devices.get("/documents?template=runbook")["items"]] == [ids[1]]
    assert {one["status"] for one in page["items"]} == {"queued"}


def test_a_deleted_document_is_gone_and_its_job_writes_nothing(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    found = make(devices, formats=["md"])
    assert devices.call("DELETE", f"/documents/{found['id']}").status_code == 204
    for path in (f"/documents/{found['id']}", f"/documents/{found['id']}.md"):
        assert devices.call("GET", path).status_code == 404
    waiting = ask(devices)
    taken = claim(devices)
    assert taken is not None
    assert devices.call("DELETE", f"/documents/{waiting['id']}").status_code == 204
    attempt(devices, taken)
    assert devices.get(f"/jobs/{waiting['id']}")["status"] == "cancelled"
    assert devices.get("/documents")["items"] == []
    assert devices.call("DELETE", f"/documents/{waiting['id']}").status_code == 404


def test_a_cancelled_job_leaves_a_document_that_says_so(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    job = ask(devices)
    assert devices.call("DELETE", f"/jobs/{job['id']}").status_code == 202
    assert not work(devices)
    assert devices.get(f"/documents/{job['id']}")["status"] == "cancelled"
    missing = devices.call("GET", f"/documents/{job['id']}.pdf")
    assert (missing.status_code, "cancelled" in missing.text) == (404, True)


def test_a_configuration_that_is_gone_fails_the_job_with_its_reason(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw.cfg", SWITCH))
    job = ask(devices)
    assert devices.call("DELETE", f"/configs/{config_id}").status_code == 204
    assert work(devices)
    found = devices.get(f"/documents/{job['id']}")
    assert (found["status"], found["problem"]["status"]) == ("failed", 404)


def test_the_events_of_a_job_tell_its_stages_and_end(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    job = ask(devices, formats=["md"])
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(lambda: devices.call("GET", f"/jobs/{job['id']}/events").text)
        time.sleep(0.2)
        assert work(devices)
        text = following.result()
    names = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    assert names[0] == "progress"
    assert names[-1] == "done"
    last = json.loads([line for line in text.splitlines() if line.startswith("data: ")][-1].removeprefix("data: "))
    assert last["status"] == "succeeded"


def test_charlie_sees_no_document_of_alice_and_writes_none_of_hers(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw.cfg", SWITCH), who="alice")
    found = make(devices, who="alice", formats=["md"])
    for path in (f"/documents/{found['id']}", f"/documents/{found['id']}.md", f"/jobs/{found['id']}"):
        assert devices.call("GET", path, who="bob").status_code == 200, path
        refused = devices.call("GET", path, who="charlie")
        unknown = devices.call("GET", path.replace(found["id"], str(uuid.uuid4())), who="charlie")
        assert (refused.status_code, unknown.status_code) == (404, 404), path
    assert devices.call("DELETE", f"/documents/{found['id']}", who="charlie").status_code == 404
    assert devices.get("/documents", who="charlie")["items"] == []
    body = {"template": "device", "inputs": {"config_ids": [config_id]}}
    assert devices.call("POST", "/documents", body, who="charlie").status_code == 404
    stranger = {"template": "device", "inputs": {"client": "acme"}}
    assert devices.call("POST", "/documents", stranger, who="charlie").status_code == 403
    reader = devices.call("POST", "/documents", {"template": "device"}, who="alice", scopes={"engineering:read"})
    assert reader.status_code == 403


class Parrot:
    """A model that says what it is told to say."""

    provider = name = "parrot-1"

    def __init__(self, says: str | Exception) -> None:
        self._says = says

    def complete(self, request: Request) -> Completion:
        if isinstance(self._says, Exception):
            raise self._says
        return Completion(self._says, (), Usage(1, 1), "end", "parrot-1")


def test_generated_paragraphs_are_marked_checked_and_noted(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    job = ask(devices, narrative="llm", formats=["md"], sections=["users"])
    assert work(devices, Parrot("The device SW-FLOOR2 has local users. The user mallory has all rights from 6.6.6.6."))
    found = devices.get(f"/documents/{job['id']}")
    assert "**Generated by parrot-1 from the tables of this section**" in found["markdown"]
    assert "The device SW-FLOOR2 has local users." in found["markdown"]
    assert "6.6.6.6" not in found["markdown"]
    assert found["notes"] == ["1 paragraphs were generated by parrot-1; 1 sentences were dropped by the check."]


@pytest.mark.parametrize("model", [None, Parrot(Unavailable("It is away."))])
def test_without_a_model_the_document_is_written_all_the_same(devices: Devices, model: Any) -> None:
    devices.keep(("sw.cfg", SWITCH))
    job = ask(devices, narrative="llm", formats=["md"])
    assert work(devices, model)
    found = devices.get(f"/documents/{job['id']}")
    assert found["status"] == "succeeded"
    assert found["notes"][0].startswith("No text was generated")
    assert "Generated by" not in found["markdown"]


@pytest.fixture
def process(devices: Devices, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as a process of its own."""
    settings = devices.settings
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'services' / 'engineering-api'}",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "TMPDIR": str(tmp_path),
    }
    started = subprocess.Popen([sys.executable, "-m", "engineering_api.worker"], env=environment)
    yield started
    started.kill()
    started.wait()


def test_the_worker_process_writes_documents_and_ends_when_told(
    devices: Devices, process: subprocess.Popen[bytes]
) -> None:
    devices.keep(("sw.cfg", SWITCH))
    answer = devices.call("POST", "/documents?wait=60", {"template": "device"})
    assert (answer.status_code, answer.json["status"]) == (200, "succeeded")  # type: ignore[index]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_worker_that_comes_too_late_writes_nothing(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH))
    job = ask(devices, formats=["md"])
    late = claim(devices)
    assert late is not None
    with devices.parts.database.transaction(EVERY_TENANT) as connection:
        connection.execute("UPDATE job SET lease_until = now() - interval '1 second'")
    assert work(devices)
    before = devices.get(f"/documents/{job['id']}")
    attempt(devices, late)
    assert devices.get(f"/documents/{job['id']}") == before
