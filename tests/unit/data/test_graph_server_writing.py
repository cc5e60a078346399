"""The Microsoft Graph test server, written to: it does what the reference says, and refuses what SharePoint refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.fakes.graph import ODD_NAMES, Graph
from tests.fakes.graph.asking import Client, ask, sign_in


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        yield running


@pytest.fixture
def client(graph: Graph) -> Client:
    return Client(graph)


def upload(graph: Graph, path: str, content: bytes) -> tuple[int, Any]:
    token = sign_in(graph).json["access_token"]
    got = ask(f"{graph.url}/v1.0/drives/{graph.drive.id}{path}", "PUT", content, Authorization=f"Bearer {token}")
    return got.status, got.json


def test_an_upload_makes_a_file_or_gives_it_new_content(graph: Graph) -> None:
    root = graph.drive.root
    status, made = upload(graph, f"/items/{root.id}:/note.txt:/content", b"One.")
    assert (status, made["name"], made["size"]) == (201, "note.txt", 4)
    status, again = upload(graph, f"/items/{root.id}:/NOTE.txt:/content", b"Two!!")
    assert (status, again["id"]) == (200, made["id"])
    status, third = upload(graph, f"/items/{made['id']}/content", b"\xff\x00")
    assert (status, third["id"], third["size"]) == (200, made["id"], 2)
    assert len({made["eTag"], again["eTag"], third["eTag"]}) == 3
    (file,) = graph.truth().values()
    assert (file.data, file.text) == (b"\xff\x00", "")
    graph.add_folder("Folder")
    assert upload(graph, f"/items/{root.id}:/Folder:/content", b"x")[0] == 409
    assert upload(graph, f"/items/{root.id}:/a*b.txt:/content", b"x")[0] == 400
    assert upload(graph, f"/items/{made['id']}:/note.txt:/content", b"x")[0] == 404


def test_folders_are_made_renamed_moved_and_deleted(graph: Graph, client: Client) -> None:
    items = f"/drives/{graph.drive.id}/items"
    wanted = {"name": "Policies", "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
    got = client(f"/drives/{graph.drive.id}/root/children", "POST", wanted)
    assert (got.status, got.json["name"], "folder" in got.json) == (201, "Policies", True)
    assert client(f"/drives/{graph.drive.id}/root/children", "POST", wanted).code == "nameAlreadyExists"
    assert client(f"{items}/{got.json['id']}/children", "POST", {"name": "a.txt", "file": {}}).status == 400
    folder = graph.drive.items[got.json["id"]]
    note = graph.add_file("note.txt", "One.")
    got = client(f"{items}/{note.id}", "PATCH", {"name": "renamed.txt", "parentReference": {"id": folder.id}})
    assert (got.status, note.path) == (200, "Policies/renamed.txt")
    graph.add_file("renamed.txt", "Two.")
    root = {"parentReference": {"id": graph.drive.root.id}}
    assert client(f"{items}/{note.id}", "PATCH", root).code == "nameAlreadyExists"
    other = graph.add_drive("Other")
    across = {"parentReference": {"id": other.root.id, "driveId": other.id}}
    for body in (across, {"name": "a:b"}, {"name": "a/b"}):
        assert client(f"{items}/{note.id}", "PATCH", body).code == "invalidRequest"
    assert client(f"{items}/{folder.id}", "PATCH", {"parentReference": {"id": folder.id}}).status == 400
    assert client(f"{items}/{folder.id}", "DELETE").status == 204
    assert (folder.is_deleted, note.is_deleted) == (True, True)
    assert client(f"{items}/{note.id}", "DELETE").status == 404
    for method in ("DELETE", "PATCH"):
        assert client(f"{items}/{graph.drive.root.id}", method, {"name": "x"}).status == 400


def test_an_invitation_adds_to_what_is_inherited_until_it_is_withdrawn(graph: Graph, client: Client) -> None:
    graph.set_permissions(graph.drive.root, [graph.permission(graph.alice)])
    file = graph.add_file("Folder/note.txt", "One.")
    items = f"/drives/{graph.drive.id}/items"
    body = {"recipients": [{"email": "Bob@contoso.com"}], "roles": ["read"], "requireSignIn": True}
    got = client(f"{items}/{file.id}/invite", "POST", body)
    (given,) = got.json["value"]
    assert (got.status, given["grantedToV2"]["user"]["id"], given["roles"]) == (200, graph.bob.id, ["read"])
    assert (
        client(f"{items}/{file.id}/invite", "POST", body | {"roles": ["write"]}).json["value"][0]["id"] == given["id"]
    )
    stranger = body | {"recipients": [{"email": "dora@elsewhere.example"}]}
    assert client(f"{items}/{file.id}/invite", "POST", stranger).json["value"][0]["invitation"]
    (told,) = graph.truth().values()
    expected = {f"user:{graph.alice.id}", f"user:{graph.bob.id}", "mail:dora@elsewhere.example"}
    assert told.readers == expected
    wrongs: list[dict[str, list[str]]] = [{"recipients": []}, {"roles": ["owner"]}, {"roles": []}]
    for wrong in wrongs:
        assert client(f"{items}/{file.id}/invite", "POST", body | wrong).status == 400
    assert client(f"{items}/{file.id}/permissions/{given['id']}", "DELETE").status == 204
    inherited = graph.drive.root.permissions[0].id
    assert client(f"{items}/{file.id}/permissions/{inherited}", "DELETE").status == 404
    (told,) = graph.truth().values()
    assert told.readers == expected - {f"user:{graph.bob.id}"}


@pytest.mark.parametrize("granted", ["Files.Read.All", "Sites.Read.All", "Sites.Selected"])
def test_who_may_only_read_changes_nothing(graph: Graph, granted: str) -> None:
    file = graph.add_file("note.txt", "One.")
    graph.revoke(*graph.app.granted)
    graph.grant(granted)
    graph.select_site(graph.site)
    client, item = Client(graph), f"/drives/{graph.drive.id}/items/{file.id}"
    history = graph.history
    assert client(item).status == 200
    for method, path in (
        ("PUT", f"{item}/content"), ("POST", f"{item}/children"), ("PATCH", item), ("DELETE", item),
        ("POST", f"{item}/invite"), ("DELETE", f"{item}/permissions/1"),
    ):  # fmt: skip
        assert client(path, method, {}).code == "accessDenied"
    assert graph.history == history
    graph.app.sites[graph.site.id] = "write"
    assert client(item, "DELETE").status == (204 if granted == "Sites.Selected" else 403)


def test_changes_get_around_late_where_a_test_wants_it(graph: Graph, client: Client) -> None:
    _, link = client.delta()
    graph.add_file(ODD_NAMES[0], "One.")
    graph.deltas.late = 2
    assert client.delta(link)[0] == []
    items, link = client.delta(link)
    assert items == []
    assert [item["name"] for item in client.delta(link)[0]] == ["root", ODD_NAMES[0]]
