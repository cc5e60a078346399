"""Proofs over HTTP: a job that calls a flow on a real Asterisk, its report, and what may come in between."""

import copy
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.pbx import tree
from tests.phones import Phones

from call_flow.export.asterisk.proving import proving
from call_flow.prove import engine

ROOT = Path(__file__).resolve().parents[3]
#: Two nodes: small enough to be called as a whole in seconds.
SHOP: dict[str, Any] = {
    "schema": "callflow/1",
    "customer": {"name": "Corner Shop", "country": "US", "subdivision": "NY", "time_zone": "America/New_York"},
    "numbers": [{"e164": "+12125550123", "entry": {"node": "welcome"}}],
    "extensions": [{"number": "101", "first": "Ann", "last": "Archer", "mailbox": "101"}],
    "mailboxes": [{"number": "101", "name": "Ann Archer", "email": ["ann@shop.example"]}],
    "prompts": [{"id": "welcome", "texts": {"en-US": "Welcome to the shop."}, "seconds": 2}],
    "nodes": [
        {"id": "welcome", "kind": "announcement", "prompt": "welcome", "then": {"node": "counter"}},
        {
            "id": "counter", "kind": "ring_group", "strategy": "simultaneous", "members": [{"extension": "101"}],
            "ring_s": 20, "no_answer": {"mailbox": "101"}, "busy": {"mailbox": "101"},
        },
    ],
    "trunks": [{"id": "carrier", "host": "sip.carrier.example", "registers": True, "username": "shop"}],
}  # fmt: skip
#: Two cases of its plan that take less than a second.
CALL, HELP = "12125550123-call", "101-calls-911"
#: And one that takes longer than it takes to notice that a worker is to end.
UNANSWERED = "counter-no-answer"


@pytest.fixture
def office(phones: Phones) -> Iterator[Phones]:
    """The service with Asterisk, and the shop's flow kept."""
    service = Phones(phones.settings.model_copy(update={"asterisk_dir": tree().folder}))
    service.post("/generate", SHOP | {"flow_id": "shop"})
    yield service
    service.parts.close()


def prove(service: Phones, *cases: str, **body: Any) -> dict[str, Any]:
    """The job of a proof."""
    job: dict[str, Any] = service.post("/prove", {"flow_id": "shop", "cases": cases, **body}, status=202)
    assert (job["kind"], job["status"], job["client"]) == ("prove", "queued", "default")
    return job


def job_of(service: Phones, job: dict[str, Any]) -> dict[str, Any]:
    """A job as it is now."""
    found: dict[str, Any] = service.get(f"/jobs/{job['id']}")
    return found


def events(text: str) -> list[tuple[str, Any]]:
    """Name and data of each event of a stream."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


def test_every_branch_of_a_flow_is_called_and_the_report_holds_the_evidence(office: Phones) -> None:
    version = office.get("/flows/shop")["version"]
    job = prove(office)
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(office.work)
        told = events(office.call("GET", f"/jobs/{job['id']}/events").text)
        assert working.result()
    assert [name for name, _ in told] == ["progress"] * (len(told) - 1) + ["done"]
    done = [data["progress"]["done"] for _, data in told]
    assert done == sorted(done)
    ended = told[-1][1]
    assert (ended["status"], ended["result"]["verdict"], ended["result"]["failed"]) == ("succeeded", "passed", 0)
    planned = {case["id"]: case for case in office.post("/testplan", {"flow_id": "shop"})["cases"]}
    proof = office.get(ended["result"]["url"].removeprefix("/api/callflow"))
    assert (proof["id"], proof["flow_id"], proof["version"]) == (job["id"], "shop", version)
    report = proof["report"]
    assert report["pbx"].startswith("Asterisk ")
    assert report["load_complaints"] == []
    assert {case["id"] for case in report["cases"]} == set(planned)
    assert report["edges_covered"] + len(report["not_covered"]) == report["edges"]
    for case in report["cases"]:
        assert (case["passed"], case["actual"]) == (True, planned[case["id"]]["expect"]["terminal"]), case
        assert case["actual_path"] == case["expected_path"]
        assert any(step["text"].startswith("INVITE") for step in case["ladder"]), case["id"]
    left = next(case for case in report["cases"] if case["id"] == "counter-no-answer")
    assert left["actual_path"] == ["number:+12125550123", "node:welcome", "node:counter", "mailbox:101"]
    shown = office.get("/flows/shop")
    assert (shown["proof"], shown["proof_id"]) == ("passed", job["id"])
    assert office.get("/flows")["items"][0]["proof"] == "passed"
    assert b"%PDF" in office.call("GET", "/render/pdf?flow_id=shop").data[:8]


def test_some_calls_prove_nothing_of_the_version_as_a_whole(office: Phones) -> None:
    job = prove(office, CALL)
    assert office.work()
    result = job_of(office, job)["result"]
    assert (result["verdict"], result["passed"]) == ("passed", 1)
    assert result["planned"] > 1
    shown = office.get("/flows/shop")
    assert (shown["proof"], shown["proof_id"]) == (None, None)
    assert office.get("/flows")["items"][0]["proof"] is None


def test_a_call_that_is_not_as_planned_is_told_in_a_sentence(office: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*given: Any, **named: Any) -> dict[str, str]:
        files = proving(*given, **named)
        return files | {"extensions.conf": files["extensions.conf"].replace("Playback(custom/welcome)", "NoOp()")}

    monkeypatch.setattr(engine, "proving", silent)
    job = prove(office, CALL, HELP)
    assert office.work()
    assert job_of(office, job)["result"]["verdict"] == "failed"
    cases = {case["id"]: case for case in office.get(f"/proofs/{job['id']}")["report"]["cases"]}
    assert {case["id"]: case["passed"] for case in cases.values()} == {CALL: False, HELP: True}
    assert (cases[CALL]["expected_prompts"], cases[CALL]["actual_prompts"]) == (["welcome"], [])
    assert cases[CALL]["difference"].startswith("The caller should hear welcome, and heard nothing.")
    assert any("NoOp" in line for line in cases[CALL]["log"])


def test_a_proof_is_of_the_version_that_was_called(office: Phones) -> None:
    first = office.get("/flows/shop")["version"]
    job = prove(office)
    changed = copy.deepcopy(SHOP)
    changed["nodes"][1]["ring_s"] = 30
    office.post("/generate", changed | {"flow_id": "shop"})
    assert office.work()
    assert office.get(f"/proofs/{job['id']}")["version"] == first
    assert office.get(f"/flows/shop?version={first}")["proof"] == "passed"
    assert office.get("/flows/shop")["proof"] is None


def test_a_flow_that_is_not_kept_is_proven_as_it_was_sent(office: Phones) -> None:
    job = office.post("/prove", {"flow": SHOP, "cases": [CALL, HELP]}, status=202)
    assert office.work()
    proof = office.get(f"/proofs/{job['id']}")
    assert proof["flow_id"] is None
    assert {case["id"] for case in proof["report"]["cases"]} == {CALL, HELP}


def test_a_flow_that_is_deleted_before_it_is_called_fails_its_job_with_a_reason(office: Phones) -> None:
    job = prove(office, CALL)
    assert office.call("DELETE", "/flows/shop").status_code == 204
    assert office.work()
    ended = job_of(office, job)
    assert ended["status"] == "failed"
    assert "deleted" in ended["problem"]["detail"]
    assert office.call("GET", f"/proofs/{job['id']}").status_code == 404


def test_a_case_that_the_plan_does_not_have_fails_the_job_and_is_named(office: Phones) -> None:
    job = prove(office, CALL, "no-such-case")
    assert office.work()
    ended = job_of(office, job)
    assert (ended["status"], ended["problem"]["status"]) == ("failed", 422)
    assert "'no-such-case'" in ended["problem"]["detail"]
    assert "/testplan" in ended["problem"]["detail"]
    assert office.call("GET", f"/proofs/{job['id']}").status_code == 404


def test_without_asterisk_a_proof_is_refused_with_how_to_get_it(phones: Phones) -> None:
    phones.post("/generate", SHOP | {"flow_id": "shop"})
    answer = phones.call("POST", "/prove", {"flow_id": "shop"})
    assert answer.status_code == 503
    assert "make asterisk" in answer.json["detail"]  # type: ignore[index]
    assert phones.claim() is None
    targets = phones.get("/targets")
    assert targets["can_prove"] is False
    assert "make asterisk" in targets["pbx"]


def test_where_asterisk_is_the_targets_say_which(office: Phones) -> None:
    targets = office.get("/targets")
    assert (targets["can_prove"], targets["pbx"]) == (True, f"Asterisk {tree().version}")


def test_the_same_key_again_is_the_same_job(office: Phones) -> None:
    body, key = {"flow_id": "shop", "cases": [CALL]}, {"Idempotency-Key": "a proof"}
    first, again = (office.call("POST", "/prove", body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]  # type: ignore[index]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert office.call("POST", "/prove", body | {"cases": [HELP]}, headers=key).status_code == 422
    assert office.work()
    assert not office.work()


def test_a_job_that_waits_is_cancelled_at_once(office: Phones) -> None:
    job = prove(office)
    answer = office.call("DELETE", f"/jobs/{job['id']}")
    assert (answer.status_code, answer.json["status"]) == (202, "cancelled")  # type: ignore[index]
    assert not office.work()


def test_a_job_that_runs_is_cancelled_in_the_middle_of_its_calls(
    office: Phones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    job = prove(office)
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(office.work)
        until(lambda: any(tmp_path.glob("pbx-*/log/full")))
        assert office.call("DELETE", f"/jobs/{job['id']}").json["status"] == "running"  # type: ignore[index]
        assert working.result()
    ended = job_of(office, job)
    assert ended["status"] == "cancelled"
    assert ended["progress"]["done"] < ended["progress"]["total"]
    assert list(tmp_path.iterdir()) == []
    assert office.call("GET", f"/proofs/{job['id']}").status_code == 404


@pytest.mark.long
@pytest.mark.parametrize(("number", "left"), [(signal.SIGKILL, "running"), (signal.SIGTERM, "queued")])
def test_a_worker_that_ends_is_followed_by_another_that_does_the_job_once(
    office: Phones, tmp_path: Path, number: signal.Signals, left: str
) -> None:
    job = prove(office, CALL, UNANSWERED)
    settings = office.settings
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'services' / 'call-flow'}",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "ASTERISK_DIR": str(settings.asterisk_dir),
        "TMPDIR": str(tmp_path),
    }
    process = subprocess.Popen([sys.executable, "-m", "call_flow.worker"], env=environment)
    until(lambda: any(tmp_path.glob("pbx-*/asterisk.pid")))
    pids = [int(file.read_text()) for file in tmp_path.glob("pbx-*/asterisk.pid")]
    process.send_signal(number)
    process.wait()
    until(lambda: not any(tmp_path.glob("pbx-*")) and not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert job_of(office, job)["status"] == left
    if left == "running":
        assert not office.work(), "its lease is still its own"
        office.expire_leases()
    assert office.work()
    assert not office.work()
    assert job_of(office, job)["result"]["verdict"] == "passed"
    assert office.get(f"/proofs/{job['id']}")["report"]["failed"] == 0


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does. Fails loudly when it does not."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_worker_that_comes_too_late_writes_nothing(office: Phones) -> None:
    job = prove(office, CALL)
    late = office.claim()
    assert late is not None
    office.expire_leases()
    assert office.work()
    proof = office.get(f"/proofs/{job['id']}")
    office.attempt(late)
    assert office.get(f"/proofs/{job['id']}") == proof
    assert job_of(office, job)["status"] == "succeeded"


def test_charlie_sees_neither_job_nor_proof_of_alice(office: Phones) -> None:
    office.post("/generate", SHOP | {"flow_id": "shop"}, who="alice")
    job = office.post("/prove", {"flow_id": "shop", "cases": [CALL]}, who="alice", status=202)
    assert office.work()
    paths = [f"/jobs/{job['id']}", f"/jobs/{job['id']}/events", f"/proofs/{job['id']}"]
    for path in paths:
        assert office.call("GET", path, who="bob").status_code == 200, path
        refused = office.call("GET", path, who="charlie")
        unknown = office.call("GET", path.replace(job["id"], str(uuid.uuid4())), who="charlie")
        assert (refused.status_code, unknown.status_code) == (404, 404), path
        assert refused.json["detail"] == unknown.json["detail"]  # type: ignore[index]
    assert office.call("DELETE", f"/jobs/{job['id']}", who="charlie").status_code == 404
