"""When runs begin, what they tell, and how sources come and go."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.data import Service, events
from tests.fakes.index import SearchIndex
from tests.fakes.shelf import Shelf
from tests.fakes.web import Answer, Web
from tests.sources import add, counts, lines, run, sync

from data_processing.sync import opening, scheduler, store

pytestmark = pytest.mark.usefixtures("shelves")


def runs(service: Service, source: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.call("GET", f"/sources/{source['id']}/runs").get_json()["items"]
    return found


def due(service: Service) -> None:
    """Let the time of every source have come."""
    service.execute("UPDATE data_processing.source SET next_run_at = now() WHERE next_run_at IS NOT NULL")


@pytest.fixture
def shelf() -> Shelf:
    found = Shelf(tells_changes=True)
    found.put("book", "A book.")
    return found


def test_a_source_with_a_schedule_runs_at_once_and_then_whenever_it_is_time(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf, schedule="every:15m")
    service.scheduler.tick()
    service.work()
    assert [(item["reason"], item["status"]) for item in runs(service, source)] == [("schedule", "succeeded")]
    service.scheduler.tick()
    assert len(runs(service, source)) == 1
    shown = service.call("GET", f"/sources/{source['id']}").get_json()
    wait = datetime.fromisoformat(shown["next_run_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < wait < timedelta(minutes=17)
    due(service)
    service.scheduler.tick()
    assert len(runs(service, source)) == 2


def test_the_start_is_spread_by_the_dice_and_never_early(
    service: Service, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.random", lambda: 1.0)
    row = {"schedule": "0 3 * * *", "timezone": "Europe/Berlin"}
    planned, begins = scheduler.next_run(row, last=None)
    assert planned is not None
    assert begins == planned + timedelta(seconds=60)


def test_while_a_run_is_in_progress_no_other_begins(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf, schedule="every:15m")
    first = service.call("POST", f"/sources/{source['id']}/sync")
    second = service.call("POST", f"/sources/{source['id']}/sync")
    assert (first.status_code, second.status_code) == (202, 409)
    assert second.get_json()["job_id"] == first.get_json()["id"]
    service.scheduler.tick()
    assert len(runs(service, source)) == 1


def test_who_asks_during_a_run_that_began_by_itself_joins_it_and_another_one_follows(
    service: Service, shelf: Shelf
) -> None:
    source = add(service, shelf, schedule="every:15m")
    service.scheduler.tick()
    joined = service.call("POST", f"/sources/{source['id']}/sync")
    assert (joined.status_code, joined.get_json()["id"]) == (202, runs(service, source)[0]["id"])
    assert service.call("POST", f"/sources/{source['id']}/sync?dry_run=true").status_code == 409
    service.work()
    service.scheduler.tick()
    assert [item["reason"] for item in runs(service, source)] == ["notification", "schedule"]


def test_what_a_run_goes_by_is_not_changed_under_it(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf)
    service.call("POST", f"/sources/{source['id']}/sync")
    path = f"/sources/{source['id']}"
    for change in ({"config": {"shelf": "other"}}, {"access": "client"}, {"metadata": {"a": "b"}}):
        assert service.call("PATCH", path, json=change).status_code == 409, change
    assert service.call("PATCH", path, json={"name": "Another name", "schedule": "every:1h"}).status_code == 200
    changed = service.call("PATCH", path, json={"schedule": None, "limits": None}).get_json()
    assert (changed["name"], changed["schedule"], changed["next_run_at"]) == ("Another name", None, None)


def test_a_change_that_is_told_during_a_run_begins_another_one_after_it(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf)
    service.call("POST", f"/sources/{source['id']}/sync")
    service.execute("UPDATE data_processing.source SET wanted_at = now()")
    service.scheduler.tick()
    assert len(runs(service, source)) == 1
    service.work()
    service.scheduler.tick()
    service.work()
    assert [item["reason"] for item in runs(service, source)] == ["notification", "request"]
    service.scheduler.tick()
    assert len(runs(service, source)) == 2


def test_a_paused_source_waits_until_it_is_not(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf, schedule="every:15m", is_paused=True)
    service.scheduler.tick()
    assert runs(service, source) == []
    service.call("PATCH", f"/sources/{source['id']}", json={"is_paused": False})
    due(service)
    service.scheduler.tick()
    assert len(runs(service, source)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"schedule": "every:1s"},
        {"schedule": "61 * * * *"},
        {"schedule": "every:1h", "timezone": "Mars/Olympus"},
        {"config": {"shelf": "x", "colour": "red"}},
        {"kind": "attic"},
        {"secrets": {"pin": "1234"}},
        {"access": ["alice"]},
        {"access": "everybody"},
        {"webhook": "http://10.0.0.1/hook"},
        {"max_deletion_share": 2},
        {"limits": {"files": 0}},
        {"name": " "},
    ],
    ids=str,
)
def test_a_source_that_cannot_work_is_refused_with_the_reason(
    service: Service, shelf: Shelf, fields: dict[str, Any]
) -> None:
    body = {"kind": "shelf", "name": "Books", "config": {"shelf": shelf.name}} | fields
    answer = service.call("POST", "/sources", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["detail"]
    assert service.call("GET", "/sources").get_json()["items"] == []


def test_two_sources_of_a_client_do_not_have_the_same_name(service: Service, shelf: Shelf) -> None:
    add(service, shelf)
    body = {"kind": "shelf", "name": shelf.name, "config": {"shelf": shelf.name}}
    assert service.call("POST", "/sources", json=body).status_code == 409


def test_secrets_are_kept_encrypted_and_never_shown(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf, secrets={"token": "canary-4711"})
    assert source["has_secrets"] is True
    service.call("PUT", "/credentials/shelf", json={"secrets": {"token": "canary-4712"}})
    shown = "".join(
        service.call("GET", path).text for path in ("/sources", f"/sources/{source['id']}", "/credentials", "/jobs")
    )
    rows = service.execute("SELECT row_to_json(s)::text AS text FROM data_processing.source AS s")
    rows += service.execute("SELECT row_to_json(c)::text AS text FROM data_processing.credential AS c")
    assert "canary" not in shown + "".join(row["text"] for row in rows)
    assert b"canary".hex() not in "".join(row["text"] for row in rows)


def test_a_run_can_be_followed_with_its_speed(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf)
    found = sync(service, source)
    told = events(service.call("GET", f"/sources/{source['id']}/runs/{found['id']}/events"))
    assert [kind for kind, _, _ in told] == ["document", "progress", "done"]
    assert told[-1][2]["counts"]["new"] == 1
    assert told[-1][2]["files_per_second"] > 0
    assert (found["progress"], found["eta_seconds"]) == ({"done": 1, "total": 1}, None)


def test_when_a_run_ends_a_receiver_is_told_what_changed_and_what_failed(
    make_service: Callable[..., Service], shelf: Shelf
) -> None:
    service = make_service(ingest_allowed_hosts="127.0.0.1")
    shelf.put("bad", "A bad book.", failure="The book is locked away.")
    with Web(lambda asked: Answer(204, b"")) as receiver:
        webhook, secrets = f"{receiver.url}/hook", {"webhook_secret": "a secret of the receiver"}
        source = add(service, shelf, webhook=webhook, secrets=secrets)
        found = sync(service, source)
        service.scheduler.tick()
        service.work()
        service.scheduler.tick()
        service.work()
    (asked,) = receiver.asked
    told = json.loads(asked.body)
    assert (told["event"], told["source"]["id"], told["run"]["id"]) == (
        "source.run.finished", source["id"], found["id"],
    )  # fmt: skip
    assert (told["run"]["counts"]["new"], told["run"]["counts"]["failed"]) == (1, 1)
    assert told["failures"][0]["reason"] == "The book is locked away."
    assert asked.headers["X-Obera-Signature"].startswith("t=")


def test_a_receiver_is_told_when_somebody_has_to_decide(make_service: Callable[..., Service]) -> None:
    service = make_service(ingest_allowed_hosts="127.0.0.1")
    shelf = Shelf()
    for number in range(6):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    with Web(lambda asked: Answer(204, b"")) as receiver:
        source = add(service, shelf, webhook=f"{receiver.url}/hook")
        sync(service, source)
        service.scheduler.tick()
        service.work()
        for number in range(6):
            shelf.take(f"book-{number}")
        stopped = sync(service, source)
        service.scheduler.tick()
        service.work()
        service.call("POST", f"/sources/{source['id']}/runs/{stopped['id']}/approve")
        service.work()
        service.scheduler.tick()
        service.work()
    told = [json.loads(asked.body)["event"] for asked in receiver.asked]
    assert told == ["source.run.finished", "source.run.waiting", "source.run.finished"]


@pytest.mark.parametrize("documents", ["keep", "delete"])
def test_a_source_that_is_removed_takes_its_documents_along_when_that_is_asked_for(
    service: Service, shelf: Shelf, index: SearchIndex, documents: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_processing.api_sources._REMOVAL_SECONDS", 0.0)
    source = add(service, shelf)
    sync(service, source)
    answer = service.call("DELETE", f"/sources/{source['id']}?documents={documents}")
    assert answer.status_code == 202
    assert service.call("POST", f"/sources/{source['id']}/sync").status_code == 409
    service.work()
    assert service.call("GET", f"/sources/{source['id']}").status_code == 404
    assert index.texts("documents", "default") == (["A book."] if documents == "keep" else [])
    assert [item["source_id"] for item in service.documents()] == ([None] if documents == "keep" else [])


def test_a_source_can_be_removed_while_a_run_of_it_waits(
    service: Service, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_processing.api_sources._REMOVAL_SECONDS", 0.0)
    source = add(service, shelf)
    service.call("POST", f"/sources/{source['id']}/sync")
    service.call("DELETE", f"/sources/{source['id']}")
    service.work()
    assert service.call("GET", "/sources").get_json()["items"] == []


def test_after_a_change_of_its_config_a_source_is_what_the_new_one_says(service: Service, index: SearchIndex) -> None:
    shelf, other = Shelf(tells_changes=True), Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    other.put("poem", "A poem.")
    source = add(service, shelf)
    sync(service, source)
    answer = service.call("PATCH", f"/sources/{source['id']}", json={"config": {"shelf": other.name}})
    assert answer.status_code == 200
    assert counts(sync(service, source)) == {"seen": 1, "new": 1, "deleted": 1}
    assert index.texts("documents", "default") == ["A poem."]


def test_common_metadata_is_kept_with_every_document(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf, metadata={"site": "Hamburg", "author": "nobody"})
    sync(service, source)
    (document,) = service.documents()
    assert document["metadata"] == {"site": "Hamburg", "author": "Alice", "path": "book.txt"}
    service.call("PATCH", f"/sources/{source['id']}", json={"metadata": {"site": "Bremen"}})
    assert counts(sync(service, source)) == {"changed": 1}
    assert service.documents()[0]["metadata"]["site"] == "Bremen"


def test_a_run_is_not_repeated_as_a_job(service: Service) -> None:
    shelf = Shelf()
    shelf.put("bad", "A bad book.", failure="The book is locked away.")
    found = sync(service, add(service, shelf))
    assert found["status"] == "failed"
    assert service.call("POST", f"/jobs/{found['id']}/retry").status_code == 409


def test_runs_that_changed_nothing_are_forgotten_after_a_day_and_others_after_a_month(
    service: Service, shelf: Shelf
) -> None:
    source = add(service, shelf)
    first, quiet, last = (sync(service, source)["id"] for _ in range(3))
    age = "UPDATE data_processing.job SET finished_at = finished_at - %s::interval"
    service.execute(age, "2 days")
    service.sweeper._forget_runs()
    assert [item["id"] for item in runs(service, source)] == [last, first]
    service.execute(age, "30 days")
    service.sweeper._forget_runs()
    assert [item["id"] for item in runs(service, source)] == [last]
    assert quiet != last
    assert len(service.documents()) == 1


def test_a_source_can_be_tried_without_a_run(service: Service, shelf: Shelf) -> None:
    source = add(service, shelf)
    assert service.call("POST", f"/sources/{source['id']}/check").get_json()["findings"]
    assert runs(service, source) == []


def test_every_kind_says_what_it_wants_to_know(service: Service) -> None:
    kinds = {item["kind"]: item for item in service.call("GET", "/source-kinds").get_json()["items"]}
    assert {"sharepoint", "folder", "url", "sitemap", "git", "imap", "s3", "push"} <= set(kinds)
    assert "client_secret" in kinds["sharepoint"]["secrets"]
    assert kinds["imap"]["is_personal"] is True


def test_a_cancelled_run_leaves_what_it_did_and_the_next_one_does_the_rest(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tells_changes=True)
    for number in range(5):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    answer = service.call("POST", f"/sources/{source['id']}/sync").get_json()
    service.call("DELETE", f"/jobs/{answer['id']}")
    service.work()
    assert run(service, source, answer["id"])["status"] == "cancelled"
    assert counts(sync(service, source)) == {"seen": 5, "new": 5}
    assert lines(service, source, sync(service, source)) == []


def test_a_source_with_only_a_webhook_secret_of_its_own_signs_in_with_its_clients(
    service: Service, shelf: Shelf
) -> None:
    service.call("PUT", "/credentials/shelf", json={"secrets": {"token": "of the client"}})
    seen: list[dict[str, str]] = []
    for secrets in ({}, {"webhook_secret": "w"}, {"token": "of the source"}):
        source = add(service, shelf, secrets=secrets, name=f"Books {len(seen)}")
        with service.parts.database.transaction("default") as connection:
            row = store.find(connection, UUID(source["id"]))
            seen.append(opening.secrets(service.settings, connection, row))
    client = {"token": "of the client"}
    assert seen == [client, client | {"webhook_secret": "w"}, {"token": "of the source"}]
