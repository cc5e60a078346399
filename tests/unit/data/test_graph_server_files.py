"""The Microsoft Graph test server: files, their changes, and who may read them."""

from collections.abc import Iterator
from urllib.parse import quote

import pypdfium2
import pytest
from tests.fakes.graph import LOCKED, ODD_NAMES, Graph
from tests.fakes.graph.asking import Client, ask
from tests.fakes.graph.hashing import quick_xor_hash

ALL_SHARING = "deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges"


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        yield running


@pytest.fixture
def client(graph: Graph) -> Client:
    return Client(graph)


def test_delta_names_everything_once_and_then_what_changed(graph: Graph, client: Client) -> None:
    note = graph.add_file("Old/Deep/note.txt", "one")
    plan = graph.add_file("plan.txt", "two")
    items, link = client.delta(f"/drives/{graph.drive.id}/root/delta?$top=2")
    assert [item["name"] for item in items] == ["root", "Old", "Deep", "note.txt", "plan.txt"]
    assert all("path" not in item["parentReference"] and "cTag" not in item for item in items)
    assert items[3]["file"]["hashes"]["quickXorHash"] == quick_xor_hash(b"one")
    assert client.delta(link)[0] == []
    old = graph.drive.root.children["old"]
    graph.rename(old, "New")
    items, link = client.delta(link)
    assert [item["name"] for item in items] == ["root", "New"]
    graph.write(plan, "three")
    graph.delete(old)
    items, link = client.delta(link)
    assert [item.get("name") for item in items] == ["root", "plan.txt", None]
    assert (items[2]["id"], items[2]["deleted"]) == (old.id, {"state": "deleted"})
    assert client(f"/drives/{graph.drive.id}/items/{note.id}").code == "itemNotFound"
    graph.restore(old)
    items, link = client.delta(link)
    assert [item["name"] for item in items] == ["root", "New", "Deep", "note.txt"]
    graph.deletion_names_children = True
    graph.delete(old)
    items, link = client.delta(link, deltaExcludeParent="true")
    assert {item["id"] for item in items} == {old.id, note.id, note.parent.id if note.parent else ""}


def test_delta_tells_of_permissions_only_when_asked_to(graph: Graph, client: Client) -> None:
    folder = graph.add_file("Folder/note.txt", "one").parent
    assert folder is not None
    _, link = client.delta()
    graph.set_permissions(folder, [graph.permission(graph.bob)])
    assert client.delta(link)[0] == []
    assert client.delta(link, Prefer="deltashowsharingchanges")[0] == []
    items, _ = client.delta(link, Prefer=f"{ALL_SHARING}, hierarchicalsharing")
    marked = {item["name"] for item in items if item.get("@microsoft.graph.sharedChanged") == "True"}
    assert marked == {"Folder"}
    assert [item["shared"] for item in items] == [{}, {"scope": "users"}]


def test_a_listing_goes_on_from_any_of_its_links_and_changes_meanwhile_come_next(graph: Graph, client: Client) -> None:
    for number in range(5):
        graph.add_file(f"{number}.txt", "text")
    first = client(f"/drives/{graph.drive.id}/root/delta?$top=3").json
    graph.write(graph.drive.root.children["0.txt"], "changed")
    again = client(first["@odata.nextLink"]).json
    assert client(first["@odata.nextLink"]).json["value"] == again["value"]
    items, _ = client.delta(again["@odata.deltaLink"])
    assert [item["name"] for item in items] == ["root", "0.txt"]
    assert client(f"/drives/{graph.drive.id}/root/delta?token=latest").json["value"] == []


@pytest.mark.parametrize("style", ["function", "query"])
def test_a_delta_link_that_is_too_old_leads_to_a_new_beginning(graph: Graph, client: Client, style: str) -> None:
    graph.deltas.link_style = style
    graph.deltas.shuffled, graph.deltas.repeated = True, 1.0
    graph.add_file("note.txt", "one")
    other = graph.add_drive("Other")
    items, link = client.delta()
    assert sorted(item["name"] for item in items) == ["note.txt", "note.txt", "root", "root"]
    assert client(link.replace(graph.drive.id, other.id)).code == "invalidRequest"
    graph.expire_delta()
    got = client(link)
    assert (got.status, got.code) == (410, "resyncRequired")
    assert {item["name"] for item in client.delta(got.headers["location"])[0]} == {"root", "note.txt"}
    assert client(f"/drives/{graph.drive.id}/root/delta?token=rubbish").status == 400
    graph.remove_drive(graph.drive)
    assert client(link).status == 404


def test_content_is_behind_an_address_that_takes_no_token(graph: Graph, client: Client) -> None:
    note = graph.add_file("note.txt", "0123456789")
    got = client(f"/drives/{graph.drive.id}/items/{note.id}/content")
    assert got.status == 302
    url = got.headers["location"]
    whole = ask(url)
    assert whole.body == b"0123456789"
    part = ask(url, Range="bytes=4-", If_Range=whole.headers["etag"])
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"456789", "bytes 4-9/10")
    assert ask(url, Range="bytes=10-").status == 416
    assert (client(url).status, len(graph.seen.bearers_at_downloads)) == (401, 1)
    graph.write(note, "abcdefghij")
    assert ask(url, Range="bytes=4-", If_Range=whole.headers["etag"]).body == b"abcdefghij"
    graph.downloads.seconds = 0
    late = client(f"/drives/{graph.drive.id}/items/{note.id}/content").headers["location"]
    assert ask(late).status == 401
    graph.refuse(note, LOCKED)
    assert client(f"/drives/{graph.drive.id}/items/{note.id}/content").status == 423


def test_a_huge_file_is_served_in_ranges_and_an_empty_one_whole(graph: Graph, client: Client) -> None:
    huge, empty = graph.add_huge("huge.bin"), graph.add_file("empty.txt")
    url = client(f"/drives/{graph.drive.id}/items/{huge.id}").json["@microsoft.graph.downloadUrl"]
    assert ask(url, Range="bytes=5368709110-").body == bytes(10)
    url = client(f"/drives/{graph.drive.id}/items/{empty.id}").json["@microsoft.graph.downloadUrl"]
    assert ask(url).body == b""


def test_office_files_are_converted_and_others_are_not(graph: Graph, client: Client) -> None:
    letter = graph.add_file("letter.docx", b"PK", text="Dear (Bob),\nthirty days.")
    picture = graph.add_file("picture.png", b"PNG")
    got = client(f"/drives/{graph.drive.id}/items/{letter.id}/content?format=pdf")
    document = pypdfium2.PdfDocument(ask(got.headers["location"]).body)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert text.split() == ["Dear", "(Bob),", "thirty", "days."]
    assert client(f"/drives/{graph.drive.id}/items/{picture.id}/content?format=pdf").status == 406


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_a_file_of_any_name_is_found_by_its_path(graph: Graph, client: Client, name: str) -> None:
    item = graph.add_file(f"Odd {name}/{name}", name)
    base = f"/drives/{graph.drive.id}/root:/{quote(item.path)}"
    assert client(base).json["name"] == name
    assert ask(client(f"{base}:/content").headers["location"]).body == name.encode()
    with pytest.raises(ValueError, match="does not take"):
        graph.add_file(f"{name}?")


def test_permissions_are_the_items_own_and_those_it_inherits(graph: Graph, client: Client) -> None:
    staff = graph.add_group("Staff", [graph.bob])
    note = graph.add_file("Folder/note.txt", "one")
    folder = graph.drive.root.children["folder"]
    graph.set_permissions(folder, [graph.permission(staff, "write")])
    graph.share_link(note, "users", [graph.charlie])
    graph.share_link(note, "organization")
    graph.permissions_a_page = 2
    page = client(f"/drives/{graph.drive.id}/items/{note.id}/permissions").json
    found = page["value"] + client(page["@odata.nextLink"]).json["value"]
    assert [permission.get("link", {}).get("scope") for permission in found] == ["users", "organization", None]
    assert found[0]["grantedToIdentitiesV2"][0]["user"]["id"] == graph.charlie.id
    assert found[2]["grantedToV2"]["group"]["id"] == staff.id
    assert found[2]["inheritedFrom"]["id"] == folder.id
    truth = graph.truth(folder)[graph.drive.id, note.id]
    assert truth.readers == {f"user:{graph.charlie.id}", f"group:{staff.id}"}
    assert graph.named(["mail:charlie@contoso.com", f"group:{staff.id}"]) == truth.readers
    assert (set(truth.links), truth.text, truth.path) == ({"organization"}, "one", "Folder/note.txt")


def test_truth_follows_files_that_are_moved_and_forgets_deleted_ones(graph: Graph, client: Client) -> None:
    note, gone = graph.add_file("A/note.txt", "one"), graph.add_file("A/gone.txt", "two")
    other = graph.add_onedrive(graph.bob)
    graph.move(note, graph.add_folder("B"))
    graph.delete(gone)
    moved = graph.move(graph.add_file("C/more.txt", "three"), other)
    truth = graph.truth()
    assert {key: file.path for key, file in truth.items()} == {
        (graph.drive.id, note.id): "B/note.txt",
        (other.id, moved.id): "more.txt",
    }
    assert truth[other.id, moved.id].readers == {f"user:{graph.bob.id}"}
    assert client("/users/bob@contoso.com/drive").json["id"] == other.id


def test_shortcuts_may_lead_round_in_a_circle(graph: Graph, client: Client) -> None:
    first, second = graph.add_folder("First"), graph.add_folder("Second")
    graph.add_shortcut("to second", second, within=first)
    graph.add_shortcut("to first", first, within=second)
    items, _ = client.delta()
    remote = {item["name"]: item["remoteItem"]["id"] for item in items if "remoteItem" in item}
    assert remote == {"to second": second.id, "to first": first.id}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (b"\x4a", "SgAAAAAAAAAAAAAAAQAAAAAAAAA="),
        (bytes.fromhex("4fa2d82487c387cd49ac02b7d3d1f624c2535e2b"), "zBTHrspn3mEcohlJdIUAbjGNaNg="),
    ],
    ids=["empty", "one", "wrapped"],
)
def test_the_hash_is_the_one_of_onedrive(content: bytes, expected: str) -> None:
    assert quick_xor_hash(content) == expected
