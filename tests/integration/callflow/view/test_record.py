"""What the page tells about a version: what was found, assumed, approved and proven, and what can be had of it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from tests import served
from tests.callflow import acme
from tests.pbx import tree
from tests.phones import Phones
from tests.site import DRAWN, ENTER, ESCAPE, Site

from call_flow import app, store
from call_flow.flow.model import Flow


def test_an_older_version_says_so_and_leads_to_the_latest(site: Site) -> None:
    first = site.phones.get("/flows/acme-corp")["version"]
    site.phones.post("/generate", acme(lambda flow: flow["nodes"].pop()).plain())
    page = site.open(f"/flows/acme-corp/view?version={first}")
    assert "version 1, not the latest" in page.text("#notice")
    page.click("#tab-record")
    assert [line.split("\n")[0] for line in page.texts(".versions li")] == ["Version 2", "Version 1"]
    page.click("#notice button")
    page.wait(f"document.querySelector('#notice')?.hidden && {DRAWN}")
    assert re.search(r"\d errors?", page.text("#standing")), "some lead to a place that is gone"
    page.click("#tab-findings")
    page.click("#sheet-findings .error .link")
    assert page.text("#details .finding.error")
    page.press(*ESCAPE)
    page.click("#tab-files")
    assert page.run("!document.querySelector('.targets .file')"), "nothing is exported before errors are mended"


def test_findings_assumptions_approval_and_proof_are_shown(site: Site) -> None:
    shown = site.phones.get("/flows/acme-corp")
    which = {"flow_id": "acme-corp", "version": shown["version"]}
    site.phones.post("/approve", which | {"name": "Alice Archer", "role": "Owner", "comment": "As we spoke."})
    case = {
        "id": "a", "title": "Monday at ten", "covers": [], "scenario": {"at": "2026-11-30T10:00:00"}, "passed": False,
        "expected": {"type": "answered", "target": "101"}, "actual": None, "expected_path": [], "actual_path": [],
        "difference": "Nobody answered.", "seconds": 1.0,
    }  # fmt: skip
    report = {
        "verdict": "failed", "pbx": "22.10.1", "load_complaints": [], "planned": 2,
        "cases": [case, case | {"id": "b", "passed": True}], "passed": 1, "failed": 1,
        "edges": 9, "edges_covered": 8, "seconds": 30.4,
    }  # fmt: skip
    with site.phones.parts.database.transaction("default") as connection:
        store.add_proof(
            connection, "default", uuid4(), flow_id="acme-corp", content_hash=shown["version"], report=report
        )
    page = site.open()
    assert page.texts("#standing li")[1:] == ["Test calls failed", "Approved by Alice Archer"]
    page.click("#standing li:nth-child(2) button")
    said = page.text("#sheet-record")
    assert "1 of 2 calls went as they should." in said
    assert "8 of 9 branches were taken, in 30 s, on Asterisk 22.10.1." in said
    assert "Monday at ten" in said
    assert "Nobody answered." in said
    assert "As we spoke." in said
    page.click("#tab-findings")
    findings = shown["findings"]
    assert len(page.texts("#sheet-findings .finding")) == len(findings)
    assert page.text("#tab-findings .count") == str(sum(item["severity"] != "info" for item in findings))
    page.click("#tab-confirm")
    listed = page.texts("#sheet-confirm .assumption")
    assert len(listed) == len(shown["assumptions"])
    asked = [item["question"] for item in shown["assumptions"] if item["question"]]
    assert [entry.split("\n")[0] for entry in listed[: len(asked)]] == asked


def test_a_version_is_approved_by_name_and_only_while_it_is_the_latest(site: Site) -> None:
    seen = site.phones.get("/flows/acme-corp")["version"]
    page = site.open()
    page.click("#tab-record")
    assert seen in page.text("#approve .hint")
    page.run("document.querySelector('#approve .button').click()")
    assert page.text("#approve .error") == "Who approves it? Enter a name."
    page.write("#approve-name", "Alice <b>Archer</b>")
    page.write("#approve-role", "Owner")
    page.press(*ENTER)
    page.wait("document.querySelector('#standing').innerText.includes('Approved by Alice <b>Archer</b>')")
    (kept,) = site.phones.get("/flows/acme-corp")["approvals"]
    assert [kept["version"], kept["role"], kept["comment"]] == [seen, "Owner", ""]
    site.phones.post("/generate", acme(lambda flow: flow["extensions"][0].update(display="Bob Baker")).plain())
    page.write("#approve-name", "Bob Baker")
    page.press(*ENTER)
    page.wait("document.querySelector('#approve .error').innerText.includes('has changed since that version')")
    page.run("document.querySelector('#approve .error .link').click()")
    page.wait(f"document.querySelector('#approve .hash')?.innerText !== '{seen}' && {DRAWN}")
    assert "Nobody has approved this version yet." in page.run("document.querySelector('#sheet-record').textContent")


def test_every_file_can_be_fetched_and_every_target_says_what_it_takes(site: Site, tmp_path: Path) -> None:
    page = site.open()
    page.call(
        "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path), browserContextId=page.context
    )
    page.click("#tab-files")
    names = page.run("[...document.querySelectorAll('#sheet-files .file')].map((one) => one.download)")
    assert len(names) == 7 + len(site.phones.get("/targets")["items"])
    for name, start in {"acme-corp.pdf": b"%PDF", "acme-corp.svg": b"<svg", "acme-corp-asterisk.zip": b"PK"}.items():
        page.run(f"document.querySelector('[download=\"{name}\"]').click()")
        deadline = time.monotonic() + 15
        while not (kept := _content(tmp_path / name)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert kept.startswith(start), page.text("#sheet-files > .error")
    page.click(".targets li:nth-child(2) summary")
    page.wait("!!document.querySelector('.fidelity .line')")
    assert "exact" in page.text(".fidelity p")


def test_a_proof_is_begun_followed_and_shown(site: Site, threads: ThreadPoolExecutor) -> None:
    assert site.open().run("!document.querySelector('.prover')"), "there is no Asterisk, and so nothing is offered"
    office = Phones(site.phones.settings.model_copy(update={"asterisk_dir": tree().folder}))
    number = {"e164": "+12125550123", "entry": {"extension": "101"}}
    shop = {
        "customer": {"name": "Shop"}, "numbers": [number], "extensions": [{"number": "101"}],
        "trunks": [{"id": "carrier"}],
    }  # fmt: skip
    office.post("/generate", Flow.model_validate(shop).plain() | {"flow_id": "shop"})
    with served.serving(app.assemble(office.parts), threads) as address:
        page = Site(office, address, site.tab).open("/flows/shop/view")
        page.click("#tab-record")
        page.click(".prover button")
        page.wait("document.querySelector('.prover p').innerText === 'Waiting for its turn …'")
        worked = threads.submit(office.work)
        page.wait("document.querySelector('#standing').innerText.includes('passed')", 60)
        assert worked.result()
    (calls,) = re.findall(r"(\d+) test calls passed", page.text("#standing"))
    assert f"{calls} of {calls} calls went as they should." in page.text("#sheet-record")
    office.parts.close()


def _content(file: Path) -> bytes:
    """What a browser has put into a file so far."""
    return file.read_bytes() if file.is_file() else b""
