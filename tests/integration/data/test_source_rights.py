"""Who may read what a source holds: as the source says, in the index, in the lists and in every other answer."""

import pytest
from tests.data import Service, events
from tests.fakes.authority import Authority
from tests.fakes.index import SearchIndex
from tests.fakes.shelf import Shelf
from tests.people import Office, names
from tests.sources import add, counts, lines, sync

pytestmark = pytest.mark.usefixtures("shelves")

#: Alice by name, Bob by his group, Charlie not.
SECRET = ["group:board", "user:alice-oid"]


class Library(Office):
    """On the shelf lie a document for everybody and one for Alice and the board."""

    def __init__(self, service: Service, authority: Authority) -> None:
        super().__init__(service, authority)
        self.shelf.put("menu", "Soup on Monday.", readers=["org"])
        self.shelf.put("salaries", "Alice earns more than Bob.", readers=SECRET)
        self.source = self.add()
        self.run = self.sync(self.source)


@pytest.fixture
def office(guarded: Service, authority: Authority) -> Library:
    return Library(guarded, authority)


@pytest.mark.parametrize(("name", "sees"), [("alice", True), ("bob", True), ("charlie", False)])
def test_every_list_and_every_answer_shows_a_person_what_the_source_lets_him_read(
    office: Library, name: str, sees: bool
) -> None:
    expected = {"menu", "salaries"} if sees else {"menu"}
    place = f"/sources/{office.source['id']}"
    for path in ("/documents", f"{place}/items", f"{place}/runs/{office.run['id']}/documents"):
        assert names(office.ask(name, path)) == expected, path
    assert names(office.ask(name, f"/jobs/{office.run['id']}/documents")) == expected
    for path in (f"/jobs/{office.run['id']}/events", f"{place}/runs/{office.run['id']}/events"):
        told = {data["external_id"] for kind, _, data in events(office.ask(name, path)) if kind == "document"}
        assert told == expected, path
    documents = office.service.documents(key=office.key)
    (secret,) = [item["id"] for item in documents if item["external_id"] == "salaries"]
    for path in ("", "/chunks", "/text", "/content"):
        with office.ask(name, f"/documents/{secret}{path}") as answer:
            assert answer.status_code == (200 if sees else 404), path
    for path, method in ((f"/documents/{secret}/reindex", "POST"), (f"/documents/{secret}", "DELETE")):
        status = office.ask(name, path, method).status_code
        assert (status == 404) is not sees, path


def test_the_index_is_told_who_may_read_each_document(office: Library, index: SearchIndex) -> None:
    held = {name: item.access for name, item in index.documents("documents", "acme").items()}
    assert held == {"menu": ["org"], "salaries": SECRET}


def test_when_only_the_readers_change_nothing_is_fetched_and_the_index_knows(
    office: Library, index: SearchIndex
) -> None:
    office.shelf.fetched.clear()
    index.calls.clear()
    office.shelf.put("salaries", "Alice earns more than Bob.", readers=["user:alice-oid"])
    found = sync(office.service, office.source, key=office.key)
    assert (counts(found), office.shelf.fetched) == ({"seen": 1, "shared": 1}, [])
    assert "/api/rag/index" not in {call.path for call in index.calls}
    held = index.documents("documents", "acme")
    assert held["salaries"].access == ["user:alice-oid"]
    assert names(office.ask("bob", "/documents")) == {"menu"}


def test_a_change_of_a_folders_readers_is_a_change_for_all_that_lies_in_it(office: Library, index: SearchIndex) -> None:
    office.shelf.put("folder", name="Folder")
    office.shelf.put("sub", name="Sub", parent="folder")
    office.shelf.put("plan", "A plan.", parent="sub", readers=["org"])
    sync(office.service, office.source, key=office.key)
    office.shelf.books["plan"].readers = ["user:alice-oid"]
    office.shelf.asked.clear()
    office.shelf.put("folder", name="Folder", has_new_readers=True)
    assert counts(sync(office.service, office.source, key=office.key)) == {"shared": 1}
    assert office.shelf.asked == ["plan"]
    assert names(office.ask("charlie", "/documents")) == {"menu"}


def test_what_lies_in_a_folder_that_is_moved_is_asked_for_anew(office: Library) -> None:
    office.shelf.put("public", name="Public")
    office.shelf.put("private", name="Private")
    office.shelf.put("folder", name="Folder", parent="public")
    office.shelf.put("plan", "A plan.", parent="folder", readers=["org"])
    sync(office.service, office.source, key=office.key)
    office.shelf.books["plan"].readers = ["user:alice-oid"]
    office.shelf.put("folder", name="Folder", parent="private")
    sync(office.service, office.source, key=office.key)
    assert names(office.ask("charlie", "/documents")) == {"menu"}


def test_a_document_of_which_the_readers_are_not_told_is_not_indexed(office: Library, index: SearchIndex) -> None:
    office.shelf.put("plan", "A plan.")
    office.shelf.put("minutes", "Minutes.")
    office.shelf.unreadable["plan"] = "Access to the permissions of this file is denied."
    found = sync(office.service, office.source, key=office.key)
    assert counts(found) == {"seen": 2, "new": 1, "failed": 1}
    (line,) = [line for line in lines(office.service, office.source, found, key=office.key) if line["reason"]]
    assert line["reason"] == "Access to the permissions of this file is denied."
    assert "A plan." not in index.texts("documents", "acme")
    office.shelf.unreadable.clear()
    assert counts(sync(office.service, office.source, key=office.key)) == {"new": 1}
    assert "A plan." in index.texts("documents", "acme")


def test_a_source_that_tells_nothing_about_readers_fails_loudly_and_nothing_is_indexed(
    office: Library, index: SearchIndex
) -> None:
    shelf = Shelf()
    for name in ("one", "two", "three"):
        shelf.put(name, f"Text {name}.")
        shelf.unreadable[name] = "The permission Sites.FullControl.All is missing."
    source = add(office.service, shelf, key=office.key)
    found = sync(office.service, source, key=office.key)
    assert found["status"] == "failed"
    assert "The permission Sites.FullControl.All is missing." in found["problem"]["detail"]
    assert '"client"' in found["problem"]["detail"]
    assert not {"Text one.", "Text two.", "Text three."} & set(index.texts("documents", "acme"))


def test_a_source_declared_for_everybody_is_not_asked(office: Library) -> None:
    shelf = Shelf()
    shelf.put("handbook", "A handbook.", readers=["user:nobody"])
    source = add(office.service, shelf, key=office.key, access="client")
    sync(office.service, source, key=office.key)
    assert shelf.asked == []
    assert "handbook" in names(office.ask("charlie", "/documents"))


def test_a_source_declared_for_some_is_for_them_alone(office: Library, index: SearchIndex) -> None:
    shelf = Shelf()
    shelf.put("handbook", "A handbook.")
    source = add(office.service, shelf, key=office.key, access=["group:board"])
    sync(office.service, source, key=office.key)
    assert "handbook" in names(office.ask("bob", "/documents"))
    assert "handbook" not in names(office.ask("alice", "/documents"))
    answer = office.service.call("PATCH", f"/sources/{source['id']}", json={"access": "client"}, key=office.key)
    assert answer.status_code == 200, answer.text
    assert counts(sync(office.service, source, key=office.key)) == {"seen": 1, "shared": 1}
    assert "handbook" in names(office.ask("alice", "/documents"))


def test_an_outsider_of_the_client_sees_neither_source_nor_runs(office: Library) -> None:
    charlie = office.service.key(tenant="globex")
    place = f"/sources/{office.source['id']}"
    assert office.service.call("GET", "/sources", key=charlie).get_json()["items"] == []
    for method, path in (
        ("GET", place),
        ("GET", f"{place}/runs"),
        ("GET", f"{place}/items"),
        ("GET", f"{place}/runs/{office.run['id']}"),
        ("POST", f"{place}/sync"),
        ("POST", f"{place}/retry"),
        ("POST", f"{place}/check"),
        ("POST", f"{place}/runs/{office.run['id']}/approve"),
        ("DELETE", place),
    ):
        assert office.service.call(method, path, key=charlie).status_code == 404, path
