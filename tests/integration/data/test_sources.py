"""Sources that are kept in step with the index: what changes there, changes here, and nothing else does."""

from collections.abc import Callable

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.fakes.shelf import Shelf
from tests.sources import add, counts, lines, run, sync

from oberaconnect.problems import Unavailable, Unprocessable

pytestmark = pytest.mark.usefixtures("shelves")


@pytest.mark.parametrize("tells_changes", [False, True], ids=["lists everything", "tells changes"])
def test_what_changes_at_the_source_changes_in_the_index_and_nothing_else_does(
    service: Service, index: SearchIndex, tells_changes: bool
) -> None:
    shelf = Shelf(tells_changes=tells_changes)
    for number in range(7):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    first = sync(service, source)
    assert (first["status"], counts(first)) == ("succeeded", {"seen": 7, "new": 7})
    assert sorted(index.texts("documents", "default")) == [f"Chapter of book {number}." for number in range(7)]
    shelf.fetched.clear()
    shelf.put("book-0", "Another chapter of book 0.")
    shelf.take("book-1")
    shelf.put("book-2", "Chapter of book 2.", name="renamed.txt")
    shelf.put("book-7", "Chapter of book 7.")
    second = sync(service, source)
    seen = 3 if tells_changes else 7
    expected = {"seen": seen, "new": 1, "changed": 1, "moved": 1, "deleted": 1, "unchanged": seen - 3}
    assert counts(second) == {name: number for name, number in expected.items() if number}
    assert sorted(shelf.fetched) == ["book-0", "book-7"]
    texts = sorted(index.texts("documents", "default"))
    assert texts == ["Another chapter of book 0.", *(f"Chapter of book {number}." for number in range(2, 8))]
    third = sync(service, source)
    assert counts(third) == ({} if tells_changes else {"seen": 7, "unchanged": 7})


def test_a_folder_that_is_renamed_moves_its_documents_without_fetching_or_embedding_them(
    service: Service, index: SearchIndex
) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("history", name="History")
    for number in range(4):
        shelf.put(f"book-{number}", f"Chapter of book {number}.", parent="history")
    source = add(service, shelf)
    sync(service, source)
    known = {item["external_id"]: item["id"] for item in service.documents()}
    shelf.fetched.clear()
    index.calls.clear()
    shelf.put("history", name="Old history")
    second = sync(service, source)
    assert counts(second) == {"moved": 4}
    assert shelf.fetched == []
    assert "/api/rag/index" not in {call.path for call in index.calls}
    assert {item["external_id"]: item["id"] for item in service.documents()} == known
    held = index.documents("documents", "default")
    assert {item.metadata["path"] for item in held.values()} == {f"Old history/book-{n}.txt" for n in range(4)}


def test_a_folder_that_goes_takes_its_documents_with_it_in_the_same_run(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("history", name="History")
    shelf.put("antiquity", name="Antiquity", parent="history")
    shelf.put("rome", "The fall of Rome.", parent="antiquity")
    for number in range(5):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    sync(service, source)
    shelf.take("history")
    assert counts(sync(service, source)) == {"deleted": 1}
    assert "The fall of Rome." not in index.texts("documents", "default")
    assert service.documents("?q=rome") == []


def test_a_document_that_is_moved_out_of_a_folder_which_then_goes_stays(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("history", name="History")
    shelf.put("rome", "The fall of Rome.", parent="history")
    source = add(service, shelf)
    sync(service, source)
    shelf.put("rome", "The fall of Rome.")
    shelf.take("history")
    assert counts(sync(service, source)) == {"seen": 1, "moved": 1}
    assert index.texts("documents", "default") == ["The fall of Rome."]


def test_only_what_lies_in_the_wanted_folder_is_indexed_and_what_is_moved_out_of_it_goes(
    service: Service, index: SearchIndex
) -> None:
    shelf = Shelf(tells_changes=True, scope=["history"])
    shelf.put("history", name="History")
    shelf.put("poems", name="Poems")
    shelf.put("rome", "The fall of Rome.", parent="history")
    shelf.put("athens", "The rise of Athens.", parent="history")
    shelf.put("ode", "An ode.", parent="poems")
    source = add(service, shelf)
    sync(service, source)
    assert sorted(index.texts("documents", "default")) == ["The fall of Rome.", "The rise of Athens."]
    shelf.put("rome", "The fall of Rome.", parent="poems")
    shelf.put("poems-of-athens", name="Poems of Athens", parent="history")
    assert counts(sync(service, source)) == {"seen": 1, "deleted": 1}
    assert index.texts("documents", "default") == ["The rise of Athens."]
    shelf.put("poems", name="Poems", parent="history")
    assert counts(sync(service, source)) == {"new": 2}
    assert sorted(index.texts("documents", "default")) == ["An ode.", "The fall of Rome.", "The rise of Athens."]


def test_patterns_leave_out_what_lies_below_a_folder(service: Service, index: SearchIndex) -> None:
    shelf = Shelf()
    shelf.put("archive", name="Archive")
    shelf.put("old", "Old.", parent="archive")
    shelf.put("new", "New.")
    shelf.put("draft", "Draft.", name="draft.tmp", parent=None)
    sync(service, add(service, shelf, config={"exclude": ["Archive", "*.tmp"]}))
    assert sorted(index.texts("documents", "default")) == ["Draft.", "New."]


def test_what_fails_is_told_with_the_reason_and_tried_again_until_it_is_left_alone(
    service: Service, index: SearchIndex
) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("good", "A good book.")
    shelf.put("bad", "A bad book.", failure="The book is locked away.")
    source = add(service, shelf)
    first = sync(service, source)
    assert (first["status"], counts(first)) == ("succeeded", {"seen": 2, "new": 1, "failed": 1})
    for attempt in range(2, 6):
        (line,) = lines(service, source, sync(service, source))
        assert (line["external_id"], line["status"], line["attempt"]) == ("bad", "failed", attempt)
        assert line["reason"] == "The book is locked away."
    shelf.fetched.clear()
    quarantined = sync(service, source)
    (line,) = lines(service, source, quarantined)
    assert (line["status"], line["outcome"], shelf.fetched) == ("skipped", "quarantined", [])
    assert "Failed 5 times in a row" in line["reason"]
    assert "The book is locked away." in line["reason"]
    assert service.call("GET", f"/sources/{source['id']}").get_json()["quarantined"] == 1
    shelf.books["bad"].failure = ""
    answer = service.call("POST", f"/sources/{source['id']}/retry")
    service.work()
    assert counts(run(service, source, answer.get_json()["id"])) == {"new": 1}
    assert sorted(index.texts("documents", "default")) == ["A bad book.", "A good book."]


def test_what_was_left_alone_gets_another_chance_when_it_changes(service: Service) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("bad", "A bad book.", failure="The book is locked away.")
    source = add(service, shelf)
    for _ in range(6):
        sync(service, source)
    shelf.put("bad", "A better book.")
    assert counts(sync(service, source)) == {"seen": 1, "new": 1}


def test_a_file_of_which_the_source_knows_a_problem_is_not_fetched(service: Service) -> None:
    shelf = Shelf()
    shelf.put("good", "A good book.")
    shelf.put("loop", "", problem="This is a shortcut to itself.")
    found = sync(service, source := add(service, shelf))
    assert counts(found) == {"seen": 2, "new": 1, "failed": 1}
    (line,) = [line for line in lines(service, source, found) if line["status"] == "failed"]
    assert (line["reason"], shelf.fetched) == ("This is a shortcut to itself.", ["good"])


def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(make_service: Callable[..., Service]) -> None:
    service = make_service(max_upload_mb=1)
    shelf = Shelf()
    shelf.put("good", "A good book.")
    shelf.put("huge", "x" * (3 * 2**20))
    found = sync(service, source := add(service, shelf))
    (line,) = [line for line in lines(service, source, found) if line["status"] == "failed"]
    assert line["reason"] == "The file has 3 MB; at most 1 MB are taken (MAX_UPLOAD_MB)."
    assert shelf.fetched == ["good"]


def test_a_run_that_would_remove_most_of_a_source_stops_and_asks(service: Service, index: SearchIndex) -> None:
    shelf = Shelf()
    for number in range(10):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    sync(service, source)
    for number in range(8):
        shelf.take(f"book-{number}")
    shelf.put("book-10", "Chapter of book 10.")
    stopped = sync(service, source)
    assert (stopped["status"], stopped["deletions"]) == ("waiting", 8)
    assert "would remove 8 of 10 documents (80%)" in stopped["problem"]["detail"]
    assert len(index.texts("documents", "default")) == 10
    again = service.call("POST", f"/sources/{source['id']}/sync")
    assert again.status_code == 409
    assert again.get_json()["job_id"] == stopped["id"]
    approved = service.call("POST", f"/sources/{source['id']}/runs/{stopped['id']}/approve")
    assert approved.status_code == 200
    service.work()
    ended = run(service, source, stopped["id"])
    assert (ended["status"], counts(ended)) == ("succeeded", {"seen": 3, "new": 1, "unchanged": 2, "deleted": 8})
    assert sorted(index.texts("documents", "default")) == [f"Chapter of book {number}." for number in (10, 8, 9)]
    assert service.call("POST", f"/sources/{source['id']}/runs/{stopped['id']}/approve").status_code == 409


def test_a_rejected_run_changes_nothing_and_the_next_one_looks_anew(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    for number in range(10):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    sync(service, source)
    for number in range(8):
        shelf.take(f"book-{number}")
    stopped = sync(service, source)
    rejected = service.call("POST", f"/sources/{source['id']}/runs/{stopped['id']}/reject").get_json()
    assert rejected["status"] == "cancelled"
    assert len(index.texts("documents", "default")) == 10
    for number in range(7):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    assert counts(sync(service, source)) == {"seen": 7, "unchanged": 7, "deleted": 1}


def test_a_dry_run_tells_what_would_change_and_changes_nothing(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(tells_changes=True)
    for number in range(4):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    sync(service, source)
    shelf.put("book-0", "Another chapter.")
    shelf.put("book-1", "Chapter of book 1.", name="renamed.txt")
    shelf.take("book-2")
    shelf.put("book-4", "Chapter of book 4.")
    before = index.texts("documents", "default")
    dry = sync(service, source, "?dry_run=true")
    told = {line["external_id"]: line["change"] for line in lines(service, source, dry)}
    expected = {"book-0": "changed", "book-1": "moved", "book-2": "deleted", "book-4": "new"}
    assert (dry["dry_run"], told) == (True, expected)
    assert counts(dry) == {"seen": 3, "new": 1, "changed": 1, "moved": 1, "deleted": 1}
    assert index.texts("documents", "default") == before
    wet = sync(service, source)
    assert {line["external_id"]: line["change"] for line in lines(service, source, wet)} == expected


def test_a_budget_is_kept_and_the_next_run_goes_on(service: Service, index: SearchIndex) -> None:
    shelf = Shelf()
    for number in range(5):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf, limits={"files": 2})
    found = [counts(sync(service, source)) for _ in range(3)]
    assert [item.get("postponed", 0) for item in found] == [3, 1, 0]
    assert len(index.texts("documents", "default")) == 5


def test_a_source_that_is_away_lets_the_run_wait_and_go_on_where_it_was(service: Service, index: SearchIndex) -> None:
    shelf = Shelf(page_size=2)
    for number in range(6):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    source = add(service, shelf)
    answer = service.call("POST", f"/sources/{source['id']}/sync")
    shelf.away = Unavailable("The shelf cannot be reached.")
    service.work()
    waiting = run(service, source, answer.get_json()["id"])
    assert (waiting["status"], waiting["problem"]["detail"]) == ("queued", "The shelf cannot be reached.")
    shelf.away = None
    service.hurry()
    service.work()
    assert run(service, source, answer.get_json()["id"])["status"] == "succeeded"
    assert len(index.texts("documents", "default")) == 6


def test_a_source_that_refuses_us_fails_the_run_with_its_words(service: Service) -> None:
    shelf = Shelf(away=Unprocessable("The secret has expired. Enter a new one."))
    source = add(service, shelf)
    found = sync(service, source)
    assert (found["status"], found["problem"]["detail"]) == ("failed", "The secret has expired. Enter a new one.")


def test_a_document_that_was_deleted_by_hand_comes_back_while_the_source_has_it(
    service: Service, index: SearchIndex
) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    source = add(service, shelf)
    sync(service, source)
    (document,) = service.documents()
    service.call("DELETE", f"/documents/{document['id']}")
    assert index.texts("documents", "default") == []
    assert counts(sync(service, source)) == {"new": 1}
    assert index.texts("documents", "default") == ["A book."]


def test_what_a_source_keeps_in_step_nothing_else_overwrites(service: Service, index: SearchIndex) -> None:
    shelf = Shelf()
    shelf.put("book", "A book.", readers=["user:alice"])
    source = add(service, shelf)
    sync(service, source)
    job = service.text("book", "Another text for everybody.")
    assert (job["status"], service.ledger(job)[0]["outcome"]) == ("failed", "foreign")
    other = Shelf()
    other.put("book", "A third text.")
    found = sync(service, second := add(service, other))
    assert "Another source keeps this document" in lines(service, second, found)[0]["reason"]
    assert index.texts("documents", "default") == ["A book."]
    (held,) = index.documents("documents", "default").values()
    assert held.access == ["user:alice"]


def test_a_document_from_before_is_taken_over_by_the_source_that_holds_it(service: Service, index: SearchIndex) -> None:
    service.text("book", "A book.")
    shelf = Shelf()
    shelf.put("book", "A book.", readers=["user:alice"])
    sync(service, source := add(service, shelf))
    (document,) = service.documents()
    assert (document["source_id"], document["access"]) == (source["id"], ["user:alice"])
    (held,) = index.documents("documents", "default").values()
    assert held.access == ["user:alice"]


def test_after_the_index_lost_a_collection_the_next_run_brings_its_documents_back(
    service: Service, index: SearchIndex
) -> None:
    shelf = Shelf(tells_changes=True)
    shelf.put("book", "A book.")
    source = add(service, shelf)
    sync(service, source)
    index.collections.clear()
    shelf.fetched.clear()
    found = sync(service, source)
    assert (counts(found), shelf.fetched) == ({"changed": 1}, [])
    assert index.texts("documents", "default") == ["A book."]
