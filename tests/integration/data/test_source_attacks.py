"""What a hostile user, an unlucky operator and a strange source do to the sync of sources."""

from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any

import pytest
from tests.data import Service
from tests.fakes.authority import Authority
from tests.fakes.index import Call, SearchIndex
from tests.fakes.shelf import Shelf, ShelfConnector
from tests.people import GROUPS, Office
from tests.sources import add, counts, lines, run, sync

from data_processing.connectors.contract import Cursor, Fetched, Item, Page, Wanted

pytestmark = pytest.mark.usefixtures("shelves")


@pytest.fixture
def office(guarded: Service, authority: Authority) -> Office:
    return Office(guarded, authority)


# --- names of what a person may not read ------------------------------------------------------------------------------


def test_names_items_of_a_source_declared_for_some(office: Office) -> None:
    office.shelf.put("salaries-2025", "x y z.")
    source = office.add(access=["group:board"])
    office.sync(source)
    assert "salaries-2025" in office.names("bob", f"/sources/{source['id']}/items")
    assert office.names("charlie", f"/sources/{source['id']}/items") == set()


def test_names_of_unreadable_items(office: Office) -> None:
    office.shelf.put("menu", "Soup.", readers=["org"])
    office.shelf.put("dismissal-of-charlie", "Secret.")
    office.shelf.unreadable["dismissal-of-charlie"] = "Denied."
    source = office.add()
    found = office.sync(source)
    assert office.names("charlie", f"/sources/{source['id']}/runs/{found['id']}/documents") == {"menu"}
    assert office.names("charlie", f"/sources/{source['id']}/items") == {"menu"}


def test_names_of_items_with_a_problem(office: Office) -> None:
    office.shelf.put("menu", "Soup.", readers=["org"])
    office.shelf.put("dismissal-of-charlie", "Secret.", readers=["user:alice-oid"], problem="It is locked.")
    source = office.add()
    found = office.sync(source)
    assert office.names("charlie", f"/sources/{source['id']}/items") == {"menu"}
    assert office.names("charlie", f"/sources/{source['id']}/runs/{found['id']}/documents") == {"menu"}


def test_names_in_a_dry_run(office: Office) -> None:
    office.shelf.put("dismissal-of-charlie", "Secret.", readers=["user:alice-oid"])
    source = office.add()
    found = office.sync(source, "?dry_run=true")
    assert office.names("charlie", f"/sources/{source['id']}/runs/{found['id']}/documents") == set()


def test_names_in_the_problem_of_a_run(office: Office) -> None:
    office.shelf.put("dismissal-of-charlie", "Secret.", readers=["user:alice-oid"], failure="Locked by alice.")
    source = office.add()
    found = office.sync(source)
    assert found["status"] == "failed"
    shown = office.ask("charlie", f"/sources/{source['id']}/runs").text + office.ask("charlie", "/jobs").text
    assert "dismissal-of-charlie" not in shown


# --- rights -----------------------------------------------------------------------------------------------------------


def test_a_person_does_not_widen_the_rights_of_a_source(office: Office) -> None:
    office.shelf.put("salaries", "Alice earns more.", readers=["user:alice-oid"])
    source = office.add()
    office.sync(source)
    answer = office.ask("charlie", f"/sources/{source['id']}", "PATCH", json={"access": "client"})
    office.sync(source)
    seen = office.names("charlie", "/documents")
    assert (answer.status_code, seen) == (403, set())


def test_a_person_does_not_declare_a_source_for_everybody(office: Office) -> None:
    office.shelf.put("salaries", "Alice earns more.", readers=["user:alice-oid"])
    body = {"kind": "shelf", "name": "mine", "config": {"shelf": office.shelf.name}, "access": "client"}
    assert office.ask("charlie", "/sources", "POST", json=body).status_code == 403


def test_an_old_reindex_job_does_not_bring_back_readers(office: Office, index: SearchIndex) -> None:
    """Charlie asks for a reindex while he may read, cancels it, and repeats it when he may not any more."""
    office.shelf.put("plan", "A plan.", readers=["org"])
    source = office.add()
    office.sync(source)
    (document,) = office.service.documents(key=office.key)
    job = office.ask("charlie", f"/documents/{document['id']}/reindex", "POST").get_json()
    office.ask("charlie", f"/jobs/{job['id']}", "DELETE")
    office.shelf.put("plan", "A plan.", readers=["user:alice-oid"])
    office.sync(source)
    assert office.names("charlie", "/documents") == set()
    office.ask("charlie", f"/jobs/{job['id']}/retry", "POST")
    office.service.work()
    assert office.names("charlie", "/documents") == set()
    assert index.documents("documents", "acme")["plan"].access == ["user:alice-oid"]


def with_plan(service: Service) -> tuple[Shelf, dict[str, Any]]:
    """A shelf with a plan that everybody of the organisation may read, and its source after the first run."""
    shelf = Shelf(tells_changes=True)
    shelf.put("plan", "A plan.", readers=["org"])
    source = add(service, shelf)
    sync(service, source)
    return shelf, source


def test_a_reindex_that_waits_while_rights_are_narrowed(service: Service, index: SearchIndex) -> None:
    shelf, source = with_plan(service)
    (document,) = service.documents()
    shelf.put("plan", "A plan.", readers=["user:alice"])
    started = service.call("POST", f"/sources/{source['id']}/sync")
    assert started.status_code == 202
    service.call("POST", f"/documents/{document['id']}/reindex")
    service.work()
    assert index.documents()["plan"].access == ["user:alice"]


def narrowed(shelf: Shelf, **more: Any) -> None:
    shelf.put("plan", "Another, longer plan.", readers=["user:alice"], **more)


def test_rights_are_narrowed_although_the_new_content_cannot_be_fetched(service: Service, index: SearchIndex) -> None:
    shelf, source = with_plan(service)
    narrowed(shelf, failure="Locked.")
    sync(service, source)
    assert index.documents()["plan"].access == ["user:alice"]


def test_rights_are_narrowed_although_the_file_has_a_problem_now(service: Service, index: SearchIndex) -> None:
    shelf, source = with_plan(service)
    narrowed(shelf, problem="A virus was found.")
    sync(service, source)
    assert index.documents()["plan"].access == ["user:alice"]


def test_rights_are_narrowed_although_the_file_is_too_large_now(
    make_service: Callable[..., Service], index: SearchIndex
) -> None:
    service = make_service(max_upload_mb=1)
    shelf, source = with_plan(service)
    shelf.put("plan", "x" * (2 * 2**20), readers=["user:alice"])
    sync(service, source)
    assert index.documents()["plan"].access == ["user:alice"]


def test_rights_are_narrowed_although_the_file_is_quarantined(service: Service, index: SearchIndex) -> None:
    shelf, source = with_plan(service)
    shelf.put("plan", "Another plan.", readers=["org"], failure="Locked.")
    for _ in range(5):
        sync(service, source)
    shelf.put("plan", "Another plan.", readers=["user:alice"], failure="Locked.")
    sync(service, source)
    assert index.documents()["plan"].access == ["user:alice"]


def test_rights_are_narrowed_although_the_budget_is_used_up(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("plan", "A plan.", readers=["org"])
    source = add(service, shelf, limits={"files": 1})
    sync(service, source)
    shelf.put("another", "Another book.", name="a.txt", readers=["org"])
    shelf.put("plan", "A plan.", readers=["user:alice"])
    sync(service, source)
    assert index.documents()["plan"].access == ["user:alice"]


def test_the_old_version_is_not_shown_to_the_readers_of_the_new_one(service: Service, index: SearchIndex) -> None:
    """The secret draft is replaced by a public version: nobody new reads the draft, also when that breaks off."""
    shelf = Shelf(tells_changes=True)
    shelf.put("plan", "The secret draft.", readers=["user:alice"])
    source = add(service, shelf)
    sync(service, source)
    shelf.put("plan", "For everybody.", readers=["org", "user:alice"])
    index.before = lambda call: 503 if call.path == "/api/rag/index" else None
    service.call("POST", f"/sources/{source['id']}/sync")
    service.work()
    held = index.documents()["plan"]
    assert (held.texts, held.access) == (["The secret draft."], ["user:alice"])


def test_readers_that_cannot_be_told_any_more_are_not_passed_over_in_silence(service: Service) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("plan", "A plan.", readers=["org"])
    shelf.put("menu", "Soup.", readers=["org"])
    source = add(service, shelf)
    sync(service, source)
    shelf.unreadable["plan"] = "Denied."
    shelf.put("plan", "A plan.", readers=["user:alice"])
    shelf.put("menu", "Soup.", readers=["org"])
    found = sync(service, source)
    assert counts(found) == {"seen": 2, "unchanged": 1, "failed": 1}


def test_two_files_without_readers_do_not_stop_the_deletions(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    for number in range(6):
        shelf.put(f"book-{number}", f"Chapter {number}.")
    source = add(service, shelf)
    sync(service, source)
    shelf.take("book-0")
    for name in ("x", "y"):
        shelf.put(name, f"Text {name}.")
        shelf.unreadable[name] = "Denied in this library."
    sync(service, source)
    assert "Chapter 0." not in index.texts()


# --- changes of a source while it runs --------------------------------------------------------------------------------


def two_shelves() -> tuple[Shelf, Shelf]:
    shelf, other = Shelf(tells_changes=True), Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    for name in ("ode", "poem"):
        other.put(name, f"A {name}.")
    return shelf, other


def test_the_config_is_not_changed_while_a_run_is_queued_or_waits(service: Service, index: SearchIndex) -> None:
    shelf, other = two_shelves()
    for number in range(6):
        shelf.put(f"book-{number}", f"Chapter {number}.")
    source = add(service, shelf)
    change = {"config": {"shelf": other.name}}
    service.call("POST", f"/sources/{source['id']}/sync")
    assert service.call("PATCH", f"/sources/{source['id']}", json=change).status_code == 409
    service.work()
    for number in range(6):
        shelf.take(f"book-{number}")
    stopped = sync(service, source)
    assert stopped["status"] == "waiting"
    assert service.call("PATCH", f"/sources/{source['id']}", json=change).status_code == 409
    service.call("POST", f"/sources/{source['id']}/runs/{stopped['id']}/reject")
    assert service.call("PATCH", f"/sources/{source['id']}", json=change | {"max_deletion_share": 1}).status_code == 200
    sync(service, source)
    assert sorted(index.texts()) == ["A ode.", "A poem."]


def test_the_config_is_not_changed_while_a_run_lists(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, other = two_shelves()
    source = add(service, shelf)
    original = ShelfConnector.changes
    answers = []

    def changes(self: ShelfConnector, cursor: Cursor | None) -> Page:
        body = {"config": {"shelf": other.name}}
        answers.append(service.call("PATCH", f"/sources/{source['id']}", json=body).status_code)
        return original(self, cursor)

    monkeypatch.setattr(ShelfConnector, "changes", changes)
    sync(service, source)
    assert (answers, index.texts()) == ([409], ["A book."])


@pytest.mark.parametrize(
    "field",
    ["name", "config", "metadata", "limits", "timezone", "is_paused", "max_deletion_share", "access", "secrets"],
)
def test_a_field_is_not_changed_to_null(service: Service, field: str) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    source = add(service, shelf)
    answer = service.call("PATCH", f"/sources/{source['id']}", json={field: None})
    assert answer.status_code in (200, 422), answer.text
    assert service.call("GET", "/sources").status_code == 200
    assert sync(service, source)["status"] == "succeeded"


def test_a_removal_that_is_cancelled_can_be_asked_for_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_processing.api_sources._REMOVAL_SECONDS", 0.0)
    shelf = Shelf()
    shelf.put("book", "A book.")
    source = add(service, shelf)
    job = service.call("DELETE", f"/sources/{source['id']}").get_json()
    service.call("DELETE", f"/jobs/{job['id']}")
    again = service.call("DELETE", f"/sources/{source['id']}").status_code
    repeated = service.call("POST", f"/jobs/{job['id']}/retry").status_code
    assert 202 in (again, repeated), (again, repeated)


def test_a_removal_that_failed_can_be_asked_for_again(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_processing.api_sources._REMOVAL_SECONDS", 0.0)
    shelf = Shelf()
    shelf.put("book", "A book.")
    source = add(service, shelf)
    sync(service, source)
    index.before = lambda call: 400
    job = service.call("DELETE", f"/sources/{source['id']}?documents=delete").get_json()
    service.work()
    assert service.job(job["id"])["status"] == "failed"
    index.before = lambda call: None
    assert service.call("DELETE", f"/sources/{source['id']}?documents=delete").status_code == 202


# --- ends of runs -----------------------------------------------------------------------------------------------------


def test_a_source_that_was_emptied_by_its_owner_has_not_failed(service: Service) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    source = add(service, shelf)
    sync(service, source)
    shelf.take("book")
    found = sync(service, source)
    assert (found["status"], counts(found)) == ("succeeded", {"deleted": 1})


def test_a_document_that_was_published_before_a_cancelled_run_is_still_removed(
    service: Service, index: SearchIndex
) -> None:
    service.text("book", "The first text.")
    shelf = Shelf()
    shelf.put("book", "The second text.")
    shelf.put("other", "Another book.")
    source = add(service, shelf)

    def before(call: Call) -> int | None:
        return 503 if call.path == "/api/rag/index/prune" else None

    index.before = before
    job = service.call("POST", f"/sources/{source['id']}/sync").get_json()
    service.work()
    service.call("DELETE", f"/jobs/{job['id']}")
    index.before = lambda call: None
    shelf.take("book")
    for _ in range(2):
        sync(service, source)
    service.sweeper.sweep()
    assert index.texts() == ["Another book."]


def test_a_file_that_comes_from_a_broken_connection_does_not_mean_a_full_disk(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(self: ShelfConnector, item: Wanted, into: IO[bytes]) -> Fetched:
        raise ConnectionResetError("reset")

    monkeypatch.setattr(ShelfConnector, "fetch", fetch)
    shelf = Shelf()
    shelf.put("book", "A book.")
    source = add(service, shelf)
    found = sync(service, source)
    reasons = [line["reason"] for line in lines(service, source, found)]
    assert "The file could not be written to the disk." not in reasons


def test_an_error_with_one_file_does_not_keep_the_others_from_the_index(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ShelfConnector.fetch

    def fetch(self: ShelfConnector, item: Wanted, into: IO[bytes]) -> Fetched:
        if item.key == "bad":
            raise KeyError("downloadUrl")
        return original(self, item, into)

    monkeypatch.setattr(ShelfConnector, "fetch", fetch)
    shelf = Shelf()
    shelf.put("bad", "A bad book.")
    shelf.put("good", "A good book.")
    source = add(service, shelf)
    service.call("POST", f"/sources/{source['id']}/sync")
    for _ in range(8):
        service.hurry()
        service.work()
    assert index.texts() == ["A good book."]


# --- strange items ----------------------------------------------------------------------------------------------------


def strange(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Shelf:
    """A shelf on which the book 'bad' is told with these fields."""
    original = ShelfConnector._item

    def item(self: ShelfConnector, key: str) -> Item:
        found = original(self, key)
        return replace(found, **fields) if key == "bad" else found

    monkeypatch.setattr(ShelfConnector, "_item", item)
    shelf = Shelf()
    shelf.put("bad", "A bad book.")
    shelf.put("good", "A good book.")
    return shelf


STRANGE: dict[str, dict[str, Any]] = {
    "NUL in the key": {"key": "a\x00b"},
    "NUL in the name": {"name": "a\x00b.txt"},
    "surrogate in the name": {"name": "a\udc80b.txt"},
    "surrogate in the path": {"path": "a\udc80b.txt"},
    "surrogate in the key": {"key": "a\udc80b"},
    "empty key": {"key": ""},
    "key of 600": {"key": "k" * 600},
    "long random key": {"key": "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))},
    "long random parent": {"parent": "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))},
    "4-byte": {"key": "😀" * 100, "name": "😀.txt"},
    "empty name": {"name": ""},
    "name of 3000": {"name": "n" * 3000 + ".txt"},
    "path of 3000": {"path": "n" * 3000 + ".txt"},
    "title of 3000": {"title": "n" * 3000},
    "url of 3000": {"url": "https://x.example/" + "u" * 3000},
    "bad metadata key": {"metadata": {"a key": 1}},
    "nested metadata": {"metadata": {"a": {"b": 1}}},
    "100 metadata": {"metadata": {f"m{n}": n for n in range(100)}},
    "long metadata": {"metadata": {"a": "x" * 3000}},
    "NUL in metadata": {"metadata": {"a": "x\x00"}},
    "NaN in metadata": {"metadata": {"a": float("nan")}},
    "surrogate in metadata": {"metadata": {"a": "\udc80"}},
    "huge int in metadata": {"metadata": {"a": 10**30}},
    "huge size": {"size": 2**70},
    "negative size": {"size": -1},
    "NUL in problem": {"problem": "x\x00"},
    "NUL in reference": {"reference": {"a": "\x00"}},
    "own parent": {"parent": "bad"},
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_item_is_a_line_of_its_own(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shelf = strange(monkeypatch, **STRANGE[name])
    if name.endswith("key") or "key of" in name or name == "4-byte":
        monkeypatch.setattr(ShelfConnector, "readers", lambda self, items: {item.key: ["org"] for item in items})
        monkeypatch.setattr(
            ShelfConnector, "fetch", lambda self, item, into: (into.write(b"Text of it."), Fetched())[1]
        )
    source = add(service, shelf)
    job = service.call("POST", f"/sources/{source['id']}/sync").get_json()
    for _ in range(7):
        service.work()
        service.hurry()
    found = run(service, source, job["id"])
    assert found["status"] == "succeeded"
    assert len(index.texts()) >= 1


@pytest.mark.parametrize("name", ["bad metadata key", "nested metadata", "100 metadata", "long metadata"])
def test_an_indexed_item_that_becomes_strange_is_a_line_of_its_own(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shelf = Shelf()
    shelf.put("bad", "A bad book.")
    shelf.put("good", "A good book.")
    source = add(service, shelf)
    sync(service, source)
    shelf.put("new", "A new book.")
    original = ShelfConnector._item

    def item(self: ShelfConnector, key: str) -> Item:
        found = original(self, key)
        return replace(found, **STRANGE[name]) if key == "bad" else found

    monkeypatch.setattr(ShelfConnector, "_item", item)
    found = sync(service, source)
    assert (found["status"], counts(found)) == ("succeeded", {"seen": 3, "new": 1, "unchanged": 1, "failed": 1})
    assert "A new book." in index.texts()


@pytest.mark.parametrize(
    "readers", [["group:"], ["user:" + "x" * 400], [f"user:{n}" for n in range(6000)], ["everybody"], ["user:a\x00"]],
    ids=["no name", "long", "6000", "unknown", "NUL"],
)  # fmt: skip
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_strange_readers_are_a_line_of_their_own(
    service: Service, index: SearchIndex, readers: list[str], is_known: bool
) -> None:
    shelf = Shelf()
    shelf.put("bad", "A bad book.")
    source = add(service, shelf)
    if is_known:
        sync(service, source)
    shelf.put("bad", "A bad book.", readers=readers)
    shelf.put("good", "A good book.")
    found = sync(service, source)
    assert (found["status"], counts(found).get("failed")) == ("succeeded", 1), found["problem"]
    assert "A good book." in index.texts()


def test_nobody_may_read_it(office: Office, index: SearchIndex) -> None:
    office.shelf.put("plan", "A plan.", readers=[])
    source = office.add()
    office.sync(source)
    assert index.documents("documents", "acme")["plan"].access == []
    for person in GROUPS:
        assert office.names(person, "/documents") == set()
        assert office.names(person, f"/sources/{source['id']}/items") == set()


# --- pushed documents -------------------------------------------------------------------------------------------------


def push_source(service: Service) -> str:
    answer = service.call("POST", "/sources", json={"kind": "push", "name": "pushed"})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def test_a_pushed_text_is_found_again_after_the_index_lost_it(service: Service, index: SearchIndex) -> None:
    source = push_source(service)
    document = {"external_id": "offer", "name": "offer.pdf", "text": "We offer soup."}
    service.call("POST", f"/sources/{source}/documents", json={"documents": [document]})
    service.work()
    assert index.texts() == ["We offer soup."]
    index.collections.clear()
    service.call("POST", f"/sources/{source}/sync")
    service.work()
    assert index.texts() == ["We offer soup."]


def test_metadata_of_a_push_source_reach_what_was_pushed(service: Service, index: SearchIndex) -> None:
    source = push_source(service)
    service.call("POST", f"/sources/{source}/documents", json={"documents": [{"external_id": "a", "text": "Soup."}]})
    service.work()
    service.call("PATCH", f"/sources/{source}", json={"metadata": {"site": "Hamburg"}})
    service.call("POST", f"/sources/{source}/sync")
    service.work()
    assert index.documents()["a"].metadata["site"] == "Hamburg"


def test_one_source_does_not_count_the_documents_of_another(service: Service, index: SearchIndex) -> None:
    one, other = Shelf(), Shelf()
    one.put("book", "A book.")
    other.put("book", "Another book.")
    sync(service, add(service, one))
    second = add(service, other)
    sync(service, second)
    assert service.call("GET", f"/sources/{second['id']}").get_json()["documents"] == 0
    (item,) = service.call("GET", f"/sources/{second['id']}/items").get_json()["items"]
    assert item["document_id"] is None


def test_a_full_queue_does_not_swallow_the_webhook(make_service: Callable[..., Service]) -> None:
    service = make_service(ingest_allowed_hosts="127.0.0.1", max_queued_jobs=1)
    shelf = Shelf()
    shelf.put("book", "A book.")
    source = add(service, shelf, webhook="http://127.0.0.1:9/hook")
    sync(service, source)
    service.call("POST", "/ingest", json={"source": "text", "documents": [{"external_id": "x", "text": "y"}]})
    service.scheduler.tick()
    service.work()
    service.scheduler.tick()
    assert service.execute("SELECT count(*) AS n FROM data_processing.job WHERE kind = 'webhook'")[0]["n"] == 1


def test_a_full_queue_of_one_client_does_not_stop_the_schedules_of_another(
    make_service: Callable[..., Service],
) -> None:
    service = make_service(max_queued_jobs=1)
    shelf = Shelf()
    key = service.key(tenant="acme")
    for number in range(20):
        body = {"kind": "shelf", "name": f"acme {number}", "config": {"shelf": shelf.name}}
        assert service.call("POST", "/sources", json=body, key=key).status_code == 201
    service.call("POST", "/ingest", json={"source": "text", "documents": [{"external_id": "x", "text": "y"}]}, key=key)
    service.execute("UPDATE data_processing.source SET wanted_at = now() - interval '1 hour'")
    mine = add(service, Shelf(), schedule="every:15m")
    for _ in range(5):
        service.scheduler.tick()
    assert service.call("GET", f"/sources/{mine['id']}/runs").get_json()["items"]


def test_one_broken_schedule_does_not_stop_the_others(service: Service) -> None:
    one, other = add(service, Shelf(), schedule="0 3 * * *"), add(service, Shelf(), schedule="every:15m")
    service.execute("UPDATE data_processing.source SET timezone = 'Gone/Zone' WHERE id = %s", one["id"])
    service.scheduler.tick()
    assert service.call("GET", f"/sources/{other['id']}/runs").get_json()["items"]


def test_the_name_of_a_file_that_never_could_be_read_is_not_told_when_it_goes(office: Office) -> None:
    office.shelf.put("menu", "Soup.", readers=["org"])
    office.shelf.put("dismissal", "%PDF-1.4 broken", name="d.pdf", readers=["user:alice-oid"])
    source = office.add()
    office.sync(source)
    office.shelf.take("dismissal")
    found = office.sync(source)
    assert office.names("charlie", f"/sources/{source['id']}/runs/{found['id']}/documents") == set()


def test_the_name_of_a_file_that_never_could_be_read_is_not_told_to_former_readers(office: Office) -> None:
    office.shelf.put("menu", "Soup.", readers=["org"])
    office.shelf.put("dismissal", "%PDF-1.4 broken", name="d.pdf", readers=["org"])
    source = office.add()
    office.sync(source)
    office.shelf.put("dismissal", "%PDF-1.4 broken", name="d.pdf", readers=["user:alice-oid"])
    office.sync(source)
    assert office.names("charlie", "/documents") == {"menu"}


def test_a_reason_with_signs_that_are_no_text_is_a_reason(service: Service, index: SearchIndex) -> None:
    shelf = Shelf()
    shelf.put("bad", "A bad book.", failure="No \x00 such \udc80 file.")
    shelf.put("good", "A good book.")
    found = sync(service, add(service, shelf))
    assert (found["status"], index.texts()) == ("succeeded", ["A good book."])


def test_an_old_version_is_not_shown_to_a_guest_who_may_read_the_next(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("plan", "The draft for us.", readers=["org"])
    source = add(service, shelf)
    sync(service, source)
    shelf.put("plan", "The plan for the guest.", readers=["org", "mail:guest@elsewhere.example"], failure="Locked.")
    sync(service, source)
    assert "mail:guest@elsewhere.example" not in (index.documents()["plan"].access or [])


def test_a_reindex_does_not_bring_back_what_has_gone_meanwhile(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("one", "The same text.")
    shelf.put("other", "The same text.")
    source = add(service, shelf)
    sync(service, source)
    (document,) = (item for item in service.documents() if item["external_id"] == "one")
    shelf.take("one")
    service.call("POST", f"/sources/{source['id']}/sync")
    service.call("POST", f"/documents/{document['id']}/reindex")
    service.work()
    sync(service, source, "?full=true")
    assert set(index.documents()) == {"other"}


def test_a_pushed_text_that_is_reindexed_by_hand_is_still_a_text(service: Service, index: SearchIndex) -> None:
    source = push_source(service)
    document = {"external_id": "offer", "name": "offer.pdf", "text": "We offer soup."}
    service.call("POST", f"/sources/{source}/documents", json={"documents": [document]})
    service.work()
    (known,) = service.documents()
    job = service.call("POST", f"/documents/{known['id']}/reindex").get_json()
    service.work()
    assert service.job(job["id"])["status"] == "succeeded"


def test_a_person_does_not_open_a_folder_that_was_declared_for_some(office: Office) -> None:
    folder = office.service.inbox / "acme"
    folder.mkdir()
    (folder / "salaries.txt").write_text("Alice earns more than Bob.")
    body = {"kind": "folder", "name": "Board", "config": {"path": "acme"}, "access": ["group:board"]}
    source = office.service.call("POST", "/sources", json=body, key=office.key).get_json()
    office.sync(source)
    assert office.names("charlie", "/documents") == set()
    office.ask("charlie", f"/sources/{source['id']}", "PATCH", json={"access": "client"})
    office.sync(source)
    assert office.names("charlie", "/documents") == set()


def test_a_person_does_not_take_over_what_a_removed_source_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_processing.api_sources._REMOVAL_SECONDS", 0.0)
    folder = office.service.inbox / "acme"
    folder.mkdir()
    (folder / "salaries.txt").write_text("Alice earns more than Bob.")
    body = {"kind": "folder", "name": "Board", "config": {"path": "acme"}, "access": ["group:board"]}
    source = office.service.call("POST", "/sources", json=body, key=office.key).get_json()
    office.sync(source)
    office.service.call("DELETE", f"/sources/{source['id']}?documents=keep", key=office.key)
    office.service.work()
    mine = office.ask("charlie", "/sources", "POST", json=body | {"name": "Mine", "access": "client"})
    if mine.status_code == 201:
        office.sync(mine.get_json())
    assert office.names("charlie", "/documents") == set()


def test_a_person_may_still_pause_a_source(office: Office) -> None:
    source = office.add(access="client")
    assert office.ask("alice", f"/sources/{source['id']}", "PATCH", json={"is_paused": True}).status_code == 200


def test_webhooks_of_one_source_are_told_in_their_order(make_service: Callable[..., Service]) -> None:
    service = make_service(ingest_allowed_hosts="127.0.0.1")
    shelf = Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    source = add(service, shelf, webhook="http://127.0.0.1:9/hook")
    ids = [sync(service, source)["id"] for _ in range(5)]
    service.scheduler.tick()
    rows = service.execute(
        "SELECT payload -> 'body' -> 'run' ->> 'id' AS id FROM data_processing.job WHERE kind = 'webhook'"
        " ORDER BY created_at, id"
    )
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(
    "author", ["한국 지사", "😀", r"C:\u0000", r"\udc80"], ids=["Korean", "emoji", "u0000", "udc80"]
)
def test_a_text_in_any_script_is_a_text(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, author: str
) -> None:
    shelf = strange(monkeypatch, metadata={"author": author}, reference={"path": author})
    sync(service, add(service, shelf))
    assert index.documents()["bad"].metadata["author"] == author
