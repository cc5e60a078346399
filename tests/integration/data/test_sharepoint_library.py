"""All that people do in a library of SharePoint happens in the index: on the test server, and on a real tenant.

The test server is changed in its own process, or over HTTP, just as the tenant is. See `tests.tenant.access`.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from pydantic import SecretStr
from tests import agreement
from tests.agreement import assert_agree
from tests.data import Service
from tests.fakes.graph import Graph
from tests.fakes.graph.bulk import text
from tests.fakes.index import SearchIndex
from tests.sources import sync
from tests.tenant import Access, Missing, access, opened

FILES = 30
_SITE = "contoso.sharepoint.com:/sites/hr"
_CHANGES = ("new", "changed", "moved", "shared", "deleted", "failed")


class Library(agreement.World, Protocol):
    """What the test server and a tenant have in common. Items are their own."""

    def add_folder(self, path: str) -> Any:
        """The folder at a path."""

    def add_file(self, path: str, content: str) -> Any:
        """A new file."""

    def write(self, item: Any, content: str) -> None:
        """New content."""

    def rename(self, item: Any, name: str) -> None:
        """Another name."""

    def move(self, item: Any, to: Any) -> Any:
        """Another folder."""

    def delete(self, item: Any) -> None:
        """Into the recycle bin."""

    def permission(self, to: Any) -> Any:
        """A permission to be set."""

    def set_permissions(self, item: Any, permissions: Sequence[Any], *, inherits: bool) -> None:
        """Who may read an item."""

    def inherit(self, item: Any) -> None:
        """Take an item's own permissions away."""


@dataclass(frozen=True)
class Stage:
    """A library, and how it becomes a source.

    `top` is where its files lie, `bob` who may not read them yet (None: nobody can be let in). `settle` waits until
    delta tells of all that was done; `downloads` counts them, where the server is ours.
    """

    library: Library
    top: Any
    bob: Any
    settings: dict[str, Any]
    source: dict[str, Any]
    settle: Callable[[], None] = lambda: None
    downloads: Callable[[], int] = lambda: 0


@pytest.fixture(
    params=[
        "in process",
        "over HTTP",
        # A minute for delta at each step, and Microsoft's own pace.
        pytest.param("tenant", marks=pytest.mark.timeout(900)),
    ]
)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    if request.param == "tenant":
        try:
            given = access(os.environ)
        except Missing as missing:
            pytest.skip(str(missing))
        with on_tenant(given) as stage:
            yield stage
        return
    with Graph() as graph:
        if request.param == "in process":
            yield in_process(graph)
        else:
            with on_tenant(access_to(graph), lambda: len(graph.seen.of("download"))) as stage:
                yield stage


def in_process(graph: Graph) -> Stage:
    graph.set_permissions(graph.drive.root, [graph.permission(graph.alice)])
    source = {"config": {"site": _SITE}}
    downloads = lambda: len(graph.seen.of("download"))  # noqa: E731
    return Stage(graph, graph.drive, graph.bob, agreement.settings(graph), source, downloads=downloads)


def access_to(graph: Graph) -> Access:
    users = [graph.alice.mail, graph.bob.mail]
    return Access(graph.tenant.id, graph.app.id, SecretStr(graph.app.secret), _SITE, users, graph.authority, graph.url)


@contextmanager
def on_tenant(given: Access, downloads: Callable[[], int] = lambda: 0) -> Iterator[Stage]:
    with opened(given) as tenant:
        config = {"site": given.site, "path": f"/{tenant.top.path}"}
        source: dict[str, Any] = {"config": config, "access": "client"}
        if tenant.users:
            source = {"config": config | {"site_groups": {name: [] for name in tenant.site_groups}}}
        bob = tenant.bob if tenant.users and tenant.tells_sharing else None
        yield Stage(tenant, tenant.top, bob, given.settings, source, tenant.settle, downloads)


@pytest.fixture
def service(make_service: Callable[..., Service], stage: Stage) -> Service:
    return make_service(**stage.settings)


@pytest.fixture
def source(service: Service, stage: Stage) -> dict[str, Any]:
    body = {"kind": "sharepoint", "name": "Library", "max_deletion_share": 1, **stage.source}
    answer = service.call("POST", "/sources", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def through(stage: Stage, service: Service, source: dict[str, Any]) -> dict[str, int]:
    """Sync once delta tells of everything; how many documents the run did what with."""
    stage.settle()
    found = sync(service, source)
    assert found["status"] == "succeeded", found["problem"]
    return {name: found["counts"][name] for name in _CHANGES if found["counts"][name]}


def test_all_that_happens_in_a_library_happens_in_the_index(
    stage: Stage, service: Service, source: dict[str, Any], index: SearchIndex
) -> None:
    library = stage.library
    files = [library.add_file(f"Folder {number // 10}/note {number}.txt", text(number)) for number in range(FILES)]
    assert through(stage, service, source) == {"new": FILES}
    assert_agree(service, index, library)
    library.write(files[0], "Another note.")
    library.rename(files[1], "renamed.txt")
    library.move(files[2], library.add_folder("Elsewhere"))
    library.delete(files[3])
    library.add_file("Elsewhere/new.txt", "A new note.")
    expected = {"new": 1, "changed": 1, "moved": 2, "deleted": 1}
    if stage.bob is not None:
        library.set_permissions(files[4], [library.permission(stage.bob)], inherits=True)
        expected["shared"] = 1
    assert through(stage, service, source) == expected
    assert_agree(service, index, library)
    downloads = stage.downloads()
    assert through(stage, service, source) == {}
    assert stage.downloads() == downloads
    assert_agree(service, index, library)


def test_folders_that_are_renamed_moved_and_deleted_take_their_files_along(
    stage: Stage, service: Service, source: dict[str, Any], index: SearchIndex
) -> None:
    library = stage.library
    inner = library.add_folder("Outer/Inner")
    files = [library.add_file(f"Outer/Inner/{number}.txt", f"Note {number}.") for number in range(5)]
    gone = library.add_folder("Gone")
    for number in range(5):
        library.add_file(f"Gone/{number}.txt", f"Gone {number}.")
    assert through(stage, service, source) == {"new": 10}
    downloads = stage.downloads()
    library.rename(inner, "Renamed")
    library.delete(gone)
    assert through(stage, service, source) == {"moved": 5, "deleted": 5}
    assert_agree(service, index, library)
    library.move(inner, stage.top)
    library.move(files[0], stage.top)
    assert through(stage, service, source) == {"moved": 5}
    assert stage.downloads() == downloads
    assert_agree(service, index, library)


def test_a_change_of_permissions_reaches_all_that_inherits_it(
    stage: Stage, service: Service, source: dict[str, Any], index: SearchIndex
) -> None:
    if stage.bob is None:
        pytest.skip("Set SHAREPOINT_TEST_USERS, and grant Sites.FullControl.All, which is told of permissions.")
    library = stage.library
    folder = library.add_folder("Board")
    files = [library.add_file(f"Board/{number}.txt", f"Minutes {number}.") for number in range(5)]
    other = library.add_file("other.txt", "No minutes.")
    through(stage, service, source)
    assert_agree(service, index, library)
    library.set_permissions(folder, [library.permission(stage.bob)], inherits=True)
    library.set_permissions(other, [library.permission(stage.bob)], inherits=True)
    assert through(stage, service, source) == {"shared": 6}
    assert_agree(service, index, library)
    library.move(files[0], stage.top)
    library.inherit(folder)
    assert through(stage, service, source) == {"moved": 1, "shared": 4}
    assert_agree(service, index, library)
