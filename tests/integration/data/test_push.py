"""Documents that are pushed into a source, for example by a workflow."""

import base64
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.sources import counts, run


@pytest.fixture
def source(service: Service) -> dict[str, Any]:
    answer = service.call("POST", "/sources", json={"kind": "push", "name": "Tickets"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def push(service: Service, source: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = service.call("POST", f"/sources/{source['id']}/documents", json=body)
    assert answer.status_code == 202, answer.text
    service.work()
    return run(service, source, answer.get_json()["id"])


def ticket(number: int, text: str, **fields: Any) -> dict[str, Any]:
    return {"external_id": f"T-{number}", "title": f"Ticket {number}", "text": text, **fields}


def test_what_is_pushed_is_searchable_changes_and_goes(
    service: Service, index: SearchIndex, source: dict[str, Any]
) -> None:
    first = push(service, source, documents=[ticket(1, "The printer is on fire."), ticket(2, "No dial tone.")])
    assert counts(first) == {"seen": 2, "new": 2}
    second = push(service, source, documents=[ticket(1, "The printer is fine."), ticket(2, "No dial tone.")])
    assert counts(second) == {"seen": 2, "changed": 1, "unchanged": 1}
    third = push(service, source, deleted=["T-2", "T-99"])
    assert counts(third) == {"deleted": 1}
    assert index.texts("documents", "default") == ["The printer is fine."]


def test_a_complete_push_removes_what_it_does_not_name(
    service: Service, index: SearchIndex, source: dict[str, Any]
) -> None:
    push(service, source, documents=[ticket(1, "One."), ticket(2, "Two.")])
    assert counts(push(service, source, documents=[ticket(2, "Two.")], complete=True)) == {
        "seen": 1, "unchanged": 1, "deleted": 1,
    }  # fmt: skip


def test_bytes_are_parsed_by_the_name_that_comes_with_them(
    service: Service, index: SearchIndex, source: dict[str, Any]
) -> None:
    content = base64.b64encode(b"# Runbook\n\nRestart the router.\n").decode()
    found = push(service, source, documents=[{"external_id": "r", "name": "runbook.md", "content": content}])
    assert found["status"] == "succeeded"
    assert service.documents()[0]["title"] == "Runbook"


def test_a_document_can_say_who_may_read_it(service: Service, index: SearchIndex, source: dict[str, Any]) -> None:
    push(service, source, documents=[ticket(1, "One.", access=["mail:alice@contoso.com"]), ticket(2, "Two.")])
    held = index.documents("documents", "default")
    assert (held["T-1"].access, held["T-2"].access) == (["mail:alice@contoso.com"], None)


@pytest.mark.parametrize(
    "document",
    [
        {"external_id": "x"},
        {"external_id": "x", "text": "a", "content": "YQ=="},
        {"external_id": "x", "content": "no base64!"},
        {"external_id": "", "text": "a"},
        {"external_id": "x", "text": "a\x00b"},
    ],
    ids=["neither", "both", "no base64", "no name", "NUL"],
)
def test_a_document_that_cannot_be_read_refuses_the_push(
    service: Service, source: dict[str, Any], document: dict[str, Any]
) -> None:
    answer = service.call("POST", f"/sources/{source['id']}/documents", json={"documents": [document]})
    assert answer.status_code == 422, answer.text
    assert service.call("GET", f"/sources/{source['id']}/runs").get_json()["items"] == []


def test_the_same_push_sent_again_is_one_run(service: Service, source: dict[str, Any]) -> None:
    path, body = f"/sources/{source['id']}/documents", {"documents": [ticket(1, "One.")]}
    answers = [service.call("POST", path, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].get_json()["id"] == answers[1].get_json()["id"]
    assert len(service.call("GET", f"/sources/{source['id']}/runs").get_json()["items"]) == 1


def test_other_sources_take_no_pushes(service: Service) -> None:
    (service.inbox / "a.txt").write_text("alpha")
    made = service.call("POST", "/sources", json={"kind": "folder", "name": "Inbox"}).get_json()
    answer = service.call("POST", f"/sources/{made['id']}/documents", json={"documents": [ticket(1, "One.")]})
    assert answer.status_code == 422
