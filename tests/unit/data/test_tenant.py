"""The folder of a real tenant that tests use: proved on the test server, so that what differs there is the tenant's."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from pydantic import SecretStr
from tests.fakes.graph import ODD_NAMES, Graph
from tests.tenant import Access, Missing, Refused, Tenant, access, opened
from tests.tenant.library import is_told

GIVEN = {
    "SHAREPOINT_TEST_TENANT_ID": "contoso.example",
    "SHAREPOINT_TEST_CLIENT_ID": "an-application",
    "SHAREPOINT_TEST_CLIENT_SECRET": "a-secret",
    "SHAREPOINT_TEST_SITE": "https://contoso.sharepoint.com/sites/hr",
}


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        running.add_file("Private/diary.txt", "Not the test's.")
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """For how long it would have slept."""
    return []


@pytest.fixture
def tenant(graph: Graph, pauses: list[float]) -> Iterator[Tenant]:
    with opened(access_to(graph), pauses.append) as tenant:
        yield tenant


def access_to(graph: Graph, **values: Any) -> Access:
    given: dict[str, Any] = {
        "tenant": graph.tenant.id,
        "application": graph.app.id,
        "secret": SecretStr(graph.app.secret),
        "site": "https://contoso.sharepoint.com/sites/hr",
        "users": [graph.alice.mail, graph.bob.mail],
        "authority": graph.authority,
        "graph_url": graph.url,
    }
    return Access(**given | values)


def agree(graph: Graph, tenant: Tenant) -> bool:
    """Whether both tell the same of the folder; of readers, as far as the test let them in."""
    folder = graph.drive.items[tenant.top.id]
    known = {f"user:{graph.alice.id}": "mail:alice@contoso.com", f"user:{graph.bob.id}": "mail:bob@contoso.com"}
    there = {
        key: (file.path, file.text, frozenset(known[reader] for reader in file.readers if reader in known))
        for key, file in graph.truth(folder).items()
    }
    return there == {key: (file.path, file.text, file.readers) for key, file in tenant.truth().items()}


def test_what_it_says_of_its_folder_is_so(graph: Graph, tenant: Tenant) -> None:
    files = [tenant.add_file(f"Odd/{number}/{name}", f"Note {number}.") for number, name in enumerate(ODD_NAMES)]
    assert agree(graph, tenant)
    tenant.write(files[0], "Another note.")
    tenant.rename(files[1], f"re{ODD_NAMES[1]}")
    tenant.move(files[2], tenant.add_folder("Else where/Deep"))
    tenant.delete(files[3])
    tenant.set_permissions(files[4], [tenant.permission(tenant.bob)], inherits=True)
    folder = tenant.add_folder("Odd/5")
    tenant.set_permissions(folder, [tenant.bob], inherits=True)
    assert agree(graph, tenant)
    assert {file.readers for file in tenant.truth(folder).values()} == {
        frozenset({"mail:alice@contoso.com", "mail:bob@contoso.com"})
    }
    tenant.inherit(folder)
    tenant.rename(folder, "Five")
    tenant.move(folder, tenant.top)
    assert agree(graph, tenant)
    assert len(tenant.truth()) == len(ODD_NAMES) - 1


def test_it_names_its_own_people_and_nobody_else(graph: Graph, tenant: Tenant) -> None:
    readers = [f"user:{graph.alice.id}", "mail:bob@contoso.com", f"user:{graph.charlie.id}", "org", "nobody knows"]
    assert tenant.named(readers) == {"mail:alice@contoso.com", "mail:bob@contoso.com"}
    assert tenant.site_groups == [f"Human Resources {role}" for role in ("Members", "Owners", "Visitors")]


def test_it_waits_until_delta_tells_of_every_change(graph: Graph, tenant: Tenant, pauses: list[float]) -> None:
    file, folder = tenant.add_file("note.txt", "One."), tenant.add_folder("Folder")
    tenant.settle()
    assert pauses == []
    changes: list[Callable[[], None]] = [
        lambda: tenant.write(file, "Two."),
        lambda: tenant.rename(folder, "Renamed"),
        lambda: tenant.set_permissions(folder, [tenant.bob], inherits=True),
        lambda: tenant.delete(file),
    ]
    for change in changes:
        change()
        graph.deltas.late = 2
        tenant.settle()
        assert pauses == [2.0, 2.0]
        pauses.clear()


@pytest.mark.parametrize(
    ("told", "awaited", "expected"),
    [
        ({"eTag": '"{A},3"'}, 4, False),
        ({"eTag": '"{A},4"'}, 4, True),
        ({"eTag": '"{A},10"'}, 4, True),
        ({"eTag": "of another form"}, 0, True),
        ({"eTag": '"{A},4"', "deleted": {}}, 4, False),
        ({"eTag": '"{A},4"'}, None, False),
        ({"deleted": {"state": "deleted"}}, None, True),
    ],
    ids=["older", "same", "newer", "uncounted", "gone before", "not yet gone", "gone"],
)
def test_what_delta_told_before_a_change_does_not_count(
    told: dict[str, Any], awaited: int | None, expected: bool
) -> None:
    assert is_told(told, awaited) is expected


def test_it_gives_up_after_a_minute_and_names_what_delta_does_not_tell_of(
    graph: Graph, tenant: Tenant, pauses: list[float]
) -> None:
    tenant.add_file("Folder/note.txt", "One.")
    graph.deltas.late = 1000
    with pytest.raises(AssertionError, match=r"Folder/note\.txt"):
        tenant.settle()
    assert sum(pauses) == 60


def test_it_waits_as_long_as_it_is_told_to_and_signs_in_again(
    graph: Graph, tenant: Tenant, pauses: list[float]
) -> None:
    graph.mischief.storm(2, retry_after=7)
    graph.mischief.storm(1, status=503, retry_after=3)
    graph.tokens.forget()
    tenant.add_file("note.txt", "One.")
    assert pauses == [7, 7, 3]
    assert agree(graph, tenant)


def test_nothing_is_left_of_it_and_all_else_is_untouched(graph: Graph) -> None:
    before = graph.truth()
    with suppress(ZeroDivisionError), opened(access_to(graph)) as tenant:
        tenant.add_file("note.txt", "One.")
        assert len(graph.truth()) == 2
        raise ZeroDivisionError
    assert graph.truth() == before
    assert list(graph.drive.root.children) == ["private"]


def test_it_says_why_it_cannot_begin(graph: Graph) -> None:
    with pytest.raises(Refused, match="AADSTS7000215"), opened(access_to(graph, secret=SecretStr("wrong"))):
        raise AssertionError("it began")
    with (
        pytest.raises(Refused, match="nowhere"),
        opened(access_to(graph, site="contoso.sharepoint.com:/sites/nowhere")),
    ):
        raise AssertionError("it began")
    graph.revoke(*graph.app.granted)
    graph.grant("Sites.Read.All")
    with pytest.raises(Refused, match=r"403 .*accessDenied"), opened(access_to(graph)):
        raise AssertionError("it began")


def test_without_people_nobody_is_let_in_and_nothing_is_said_of_readers(graph: Graph) -> None:
    with opened(access_to(graph, users=())) as tenant:
        tenant.add_file("note.txt", "One.")
        (file,) = tenant.truth().values()
        assert (file.readers, tenant.named([f"user:{graph.alice.id}", "org"])) == (frozenset(), frozenset())
        assert graph.drive.items[tenant.top.id].permissions == []


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(Missing, match=name) as missing:
        access(GIVEN | {name: " "})
    assert [other for other in GIVEN if other in str(missing.value)] == [name]


def test_access_is_what_the_environment_says() -> None:
    found = access(GIVEN | {"SHAREPOINT_TEST_USERS": "Alice@contoso.com, bob@contoso.com", "HOME": "/"})
    assert found.users == ["alice@contoso.com", "bob@contoso.com"]
    assert "a-secret" not in repr(found)
    assert found.settings == {
        "azure_authority": "https://login.microsoftonline.com",
        "azure_tenant_id": "contoso.example",
        "azure_client_id": "an-application",
        "azure_client_secret": SecretStr("a-secret"),
        "graph_url": "https://graph.microsoft.com",
    }
    national = {
        "SHAREPOINT_TEST_AUTHORITY": "https://login.example",
        "SHAREPOINT_TEST_GRAPH_URL": "https://graph.example",
    }
    elsewhere = access(GIVEN | national)
    assert (elsewhere.authority, elsewhere.graph_url) == tuple(national.values())
    with pytest.raises(Missing, match="two addresses"):
        access(GIVEN | {"SHAREPOINT_TEST_USERS": "alice@contoso.com"})
