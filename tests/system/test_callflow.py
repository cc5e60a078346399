"""A telephone system through the gateway: from wishes over pictures and configuration to a proof and a signature."""

import io
import json
import zipfile
from typing import Any

import pytest
from tests.caller import Answer, Caller
from tests.embedded import Platform

WISHES: dict[str, Any] = {
    "customer": "Harbour Dental",
    "flow_id": "harbour",
    "numbers": ["+1 212 555 0123"],
    "hours": "Mon-Fri 08:00-17:00",
    "extensions": [{"number": "101", "name": "Ann Archer"}, {"number": "102", "name": "Ben Baker"}],
}
STARTS = {
    "svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "docx": b"PK", "drawio": b"<mxfile", "mermaid": b"---\ntitle",
    "dot": b"digraph",
}  # fmt: skip


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Caller:
    return Caller(platform.url)


def ask(caller: Caller, path: str, body: Any = None) -> Any:
    """The JSON of a request that succeeds."""
    answer = caller.call("GET" if body is None else "POST", f"/callflow{path}", body)
    assert answer.status == 200, answer.text
    return answer.json


def fetch(caller: Caller, address: str) -> Answer:
    """What is at an address that the service named."""
    answer = caller.call("GET", address.removeprefix("/api"))
    assert answer.status == 200, answer.text
    return answer


def test_wishes_become_a_system_that_is_proven_signed_and_told_apart_from_the_next(caller: Caller) -> None:
    made = ask(caller, "/generate", WISHES)
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    version = made["version"]

    found = ask(caller, "/simulate", {"flow_id": "harbour", "question": "Saturday 19:00"})
    assert found["terminal"]["type"] == "message_left"

    for form, start in STARTS.items():
        assert fetch(caller, made["artifacts"][form]).body.startswith(start), form
    with zipfile.ZipFile(io.BytesIO(fetch(caller, made["artifacts"]["asterisk"]).body)) as archive:
        assert json.loads(archive.read("report.json"))["target"] == "asterisk"
        assert "extensions.conf" in archive.namelist()
    assert b"<script" in fetch(caller, made["artifacts"]["view"]).body

    assert ask(caller, "/targets")["can_prove"] is True
    cases = ask(caller, "/testplan", {"flow_id": "harbour"})["cases"]
    quick = [case["id"] for case in cases if case["expect"]["terminal"]["type"] == "answered"][:6]
    begun = caller.call("POST", "/callflow/prove", {"flow_id": "harbour", "cases": quick})
    assert begun.status == 202, begun.text
    job = begun.json["id"]
    with caller.stream("GET", f"/callflow/jobs/{job}/events") as events:
        told = list(events)
    assert (told[-1].name, told[-1].data["status"]) == ("done", "succeeded")
    proof = fetch(caller, told[-1].data["result"]["url"]).json
    assert (proof["version"], proof["report"]["verdict"], proof["report"]["passed"]) == (version, "passed", len(quick))

    approval = {"flow_id": "harbour", "version": version, "name": "Dr. Harbour", "role": "Owner"}
    assert ask(caller, "/approve", approval)["version"] == version
    shown = ask(caller, "/flows/harbour")
    assert (shown["proof"], shown["approvals"][0]["name"]) == (None, "Dr. Harbour")  # not all calls were made

    after = ask(caller, "/generate", WISHES | {"hours": "Mon-Fri 09:00-17:00"})
    assert after["number"] == 2
    before = {"flow_id": "harbour", "version": version}
    same = ask(caller, "/diff", {"before": before, "after": before})
    assert (same["changes"], same["callers"]) == ([], [])
    changed = ask(caller, "/diff", {"before": before, "after": {"flow_id": "harbour"}})
    assert "09:00" in " ".join(change["sentence"] for change in changed["changes"])
    assert changed["callers"], "who calls at half past eight notices"
    assert caller.call("POST", "/callflow/approve", approval).status == 409
    assert ask(caller, "/flows/harbour")["approvals"] == []
