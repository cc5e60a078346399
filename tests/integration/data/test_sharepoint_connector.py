"""The Microsoft 365 connector against a server that answers as Microsoft Graph, Entra ID and SharePoint do."""

import dataclasses
import datetime
import io
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import ValidationError
from tests.fakes.graph import Graph
from tests.fakes.graph.change import LOCKED, ODD_NAMES
from tests.fakes.graph.mischief import failing_times
from tests.fakes.graph.people import Everyone, OwnersOf
from tests.fakes.web import Answer, Asked, Web

from data_processing.connectors.contract import Context, Cursor, Fetched, Item, Unfetchable, Unreadable, Wanted
from data_processing.connectors.sharepoint import SharePointConnector, drives, subscriptions
from oberaconnect.problems import Forbidden, NotFound, Problem, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings

SITE = "contoso.sharepoint.com:/sites/hr"


@dataclass
class Listing:
    """What a listing said, from its first page to its last."""

    items: dict[str, Item] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)
    scope: Sequence[str] | None = None
    cursor: Cursor = field(default_factory=dict)
    pages: int = 0

    @property
    def files(self) -> dict[str, Item]:
        return {item.name: item for item in self.items.values() if not item.is_folder}

    def file(self, name: str) -> Item:
        return self.files[name]

    def path(self, item: Item) -> str:
        """As the platform puts it together from the folders it knows."""
        return item.path or f"{self.path(self.items[str(item.parent)])}/{item.name}"


def listing(connector: SharePointConnector, cursor: Cursor | None = None) -> Listing:
    found, more = Listing(), True
    while more:
        page = connector.changes(cursor)
        for item in page.items:
            found.items[item.key] = item
            found.gone.discard(item.key)
        for key in page.gone:
            found.items.pop(key, None)
            found.gone.add(key)
        found.complete |= set(page.complete)
        found.anew |= set(page.anew)
        found.scope, cursor, more = page.scope, page.cursor, page.more
        found.cursor = cursor
        found.pages += 1
        assert found.pages < 10_000, "the listing does not end"
    return found


def wanted(item: Item) -> Wanted:
    return Wanted(item.key, item.name, item.url, item.size, item.tag, item.reference)


@dataclass
class Pauses:
    """A clock that needs no time: what was waited for."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        yield running


@pytest.fixture
def site_graph() -> Iterator[Graph]:
    """One whose sites lie at its own address, so that SharePoint's own interface can be asked."""
    with Graph(host="") as running:
        yield running


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


Make = Callable[..., SharePointConnector]
Paged = Callable[[int], None]


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> Paged:
    """Ask for pages of so many items: small worlds have several then."""
    return lambda size: monkeypatch.setattr(drives, "_PAGE_SIZE", size)


@pytest.fixture
def make(pauses: Pauses) -> Iterator[Make]:
    made: list[SharePointConnector] = []

    def connector(graph: Graph, own: Mapping[str, str] | None = None, **config: Any) -> SharePointConnector:
        settings = config.pop("settings", None) or settings_for(graph)
        if not config.keys() & {"site", "user", "team"}:
            config["site"] = SITE if graph.site.host == "contoso.sharepoint.com" else f"{graph.url}/sites/hr"
        parsed = SharePointConnector.Config.model_validate(config)
        made.append(SharePointConnector(parsed, own or {}, Context(settings, "acme", pauses)))
        return made[-1]

    yield connector
    for one in made:
        one.close()


def settings_for(graph: Graph, **values: Any) -> Settings:
    return Settings.model_validate(
        {
            "secret_key": secrets.token_hex(32),
            "postgres_password": secrets.token_hex(16),
            "azure_authority": graph.authority,
            "azure_tenant_id": graph.tenant.id,
            "azure_client_id": graph.app.id,
            "azure_client_secret": graph.app.secret,
            "graph_url": graph.url,
            "max_upload_mb": 1,
        }
        | values
    )


@pytest.fixture(scope="module")
def certificate() -> tuple[str, str]:
    """A self-signed certificate with its key, and the certificate alone; both PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "oberaconnect")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(Encoding.PEM).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private + public, public


def by_certificate(graph: Graph, certificate: tuple[str, str]) -> Settings:
    graph.app.certificates.append(certificate[1])
    return settings_for(graph, azure_client_secret="", azure_client_certificate=certificate[0])


def fetched(connector: SharePointConnector, item: Item) -> tuple[bytes, Fetched]:
    into = io.BytesIO()
    result = connector.fetch(wanted(item), into)
    return into.getvalue(), result


def test_a_library_is_listed_with_its_folders_over_all_pages(graph: Graph, make: Make, paged: Paged) -> None:
    paged(3)
    for number in range(10):
        graph.add_file(f"Runbooks/Backup/step {number}.txt", f"step {number}", by=graph.bob)
    found = listing(make(graph))
    file = found.file("step 7.txt")
    assert len(found.files) == 10
    assert found.path(file) == "Documents/Runbooks/Backup/step 7.txt"
    assert found.complete == {graph.drive.id}
    assert file.url == graph.drive.url + "/Runbooks/Backup/step%207.txt"
    assert file.metadata["author"] == "Bob Brown"
    assert file.metadata["modified"].startswith("2026-01-05T")
    assert file.metadata["site"] == "Human Resources"


def test_names_with_every_odd_character_arrive_with_their_bytes(graph: Graph, make: Make) -> None:
    for name in ODD_NAMES:
        graph.add_file(f"odd/{name}", f"this is {name}")
    connector = make(graph, path="/odd")
    found = listing(connector)
    assert set(found.files) == set(ODD_NAMES)
    for name in ODD_NAMES:
        assert fetched(connector, found.file(name))[0] == f"this is {name}".encode()


def test_a_second_run_names_only_what_changed_since(graph: Graph, make: Make) -> None:
    kept = graph.add_file("a/kept.txt", "kept")
    changed = graph.add_file("a/changed.txt", "old")
    renamed = graph.add_file("a/renamed.txt", "same")
    moved = graph.add_file("a/moved.txt", "same")
    deleted = graph.add_file("a/deleted.txt", "bye")
    connector = make(graph)
    first = listing(connector)
    graph.write(changed, "new")
    graph.rename(renamed, "other name.txt")
    graph.move(moved, graph.add_folder("b"))
    graph.delete(deleted)
    second = listing(make(graph), first.cursor)
    key = f"{graph.drive.id}/{{}}".format
    assert key(kept.id) not in second.items
    assert second.gone == {key(deleted.id)}
    assert second.complete == set()
    assert second.items[key(changed.id)].tag != first.items[key(changed.id)].tag
    assert second.items[key(renamed.id)].name == "other name.txt"
    assert second.items[key(renamed.id)].tag == first.items[key(renamed.id)].tag
    assert second.items[key(moved.id)].parent == next(i.key for i in second.items.values() if i.name == "b")
    assert listing(make(graph), second.cursor).items == {}


def test_metadata_alone_leaves_the_tag_as_it_was(graph: Graph, make: Make) -> None:
    graph.deltas.shows_ctag = True
    file = graph.add_file("a.txt", "same")
    first = listing(make(graph))
    graph.touch(file)
    second = listing(make(graph), first.cursor)
    assert second.file("a.txt").tag == first.file("a.txt").tag


def test_items_that_come_twice_and_before_their_folders_are_one(graph: Graph, make: Make, paged: Paged) -> None:
    paged(4)
    graph.deltas.shuffled, graph.deltas.repeated = True, 0.5
    for number in range(12):
        graph.add_file(f"a/b/{number}.txt", str(number))
    found = listing(make(graph))
    assert sorted(found.files) == sorted(f"{number}.txt" for number in range(12))


@pytest.mark.parametrize("style", ["function", "query"])
def test_a_killed_listing_goes_on_at_the_page_it_had_reached(
    graph: Graph, make: Make, paged: Paged, style: str
) -> None:
    paged(2)
    graph.deltas.link_style = style
    for number in range(9):
        graph.add_file(f"{number}.txt", str(number))
    page = make(graph).changes(None)
    before = {item.key for item in page.items}
    rest = listing(make(graph), page.cursor)
    assert len(before | rest.items.keys()) == 10
    assert not before & {item.key for item in rest.items.values() if not item.is_folder}
    assert rest.complete == {graph.drive.id}


def test_a_delta_link_that_is_too_old_leads_to_a_complete_listing(graph: Graph, make: Make) -> None:
    graph.add_file("kept.txt", "kept")
    gone = graph.add_file("gone.txt", "gone")
    first = listing(make(graph))
    graph.delete(gone)
    graph.expire_delta()
    second = listing(make(graph), first.cursor)
    assert set(second.files) == {"kept.txt"}
    assert second.complete == {graph.drive.id}
    assert any(item.has_new_readers for item in second.items.values() if item.path == "Documents")


def test_a_listing_that_begins_anew_midway_takes_back_what_it_said_before(
    graph: Graph, make: Make, paged: Paged
) -> None:
    paged(2)
    files = [graph.add_file(f"{number}.txt", str(number)) for number in range(8)]
    page = make(graph).changes(None)
    for file in files:
        if any(item.key.endswith(file.id) for item in page.items):
            graph.delete(file)
    graph.expire_delta()
    rest = listing(make(graph), page.cursor)
    assert (rest.complete, rest.anew) == ({graph.drive.id}, {graph.drive.id})
    assert len(rest.files) < 8


def test_a_delta_link_of_another_tenant_is_not_believed(
    graph: Graph, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    graph.add_file("ours.txt", "ours")
    other = graph.add_tenant("fabrikam.com")
    theirs = graph.add_site("finance", "Finance", host="fabrikam.sharepoint.com", tenant=other)
    cursor = dict(listing(make(graph)).cursor)
    link = cursor["parts"][graph.drive.id]["delta"].replace(graph.drive.id, theirs.drives[0].id)
    cursor["parts"] = {graph.drive.id: {"delta": link}}
    with caplog.at_level(logging.WARNING):
        found = listing(make(graph), cursor)
    assert set(found.files) == {"ours.txt"}
    assert found.complete == {graph.drive.id}
    assert "another tenant" in caplog.text


def test_a_stored_link_to_another_host_is_never_followed(graph: Graph, make: Make) -> None:
    graph.add_file("ours.txt", "ours")
    cursor = dict(listing(make(graph)).cursor)
    cursor["parts"] = {graph.drive.id: {"delta": "http://127.0.0.1:9/v1.0/drives/x/root/delta"}}
    assert set(listing(make(graph), cursor).files) == {"ours.txt"}


def test_a_folder_narrows_the_source_by_its_key(graph: Graph, make: Make) -> None:
    folder = graph.add_folder("Runbooks/Backup")
    graph.add_file("elsewhere.txt", "x")
    assert listing(make(graph, path="/Runbooks/Backup")).scope == [f"{graph.drive.id}/{folder.id}"]
    assert listing(make(graph, path="/Documents/Runbooks/Backup")).scope == [f"{graph.drive.id}/{folder.id}"]
    assert listing(make(graph, path="/Shared Documents")).scope is None
    shallow = make(graph, recursive=False).changes(None)
    assert (shallow.scope, shallow.is_deep) == ([f"{graph.drive.id}/{graph.drive.root.id}"], False)


@pytest.mark.parametrize(
    "named", ["Human Resources", "hr", SITE, "https://contoso.sharepoint.com/sites/hr/SitePages/x"]
)
def test_a_site_is_found_by_name_and_address(graph: Graph, make: Make, named: str) -> None:
    assert make(graph, site=named).places.drives[0].id == graph.drive.id


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"site": "contoso.sharepoint.com:/sites/nowhere"}, "does not find the site"),
        ({"site": "Nowhere"}, "no site named 'Nowhere'"),
        ({"path": "/Rumbooks"}, "At its top are: 'Runbooks'"),
        ({"drive": "Archive"}, "Its libraries: 'Documents', 'Policies'"),
        ({"drive": "*", "path": "/Archive"}, "Its libraries: 'Documents', 'Policies'"),
        ({"lists": ["Assets"]}, "no list 'Assets'"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(graph: Graph, make: Make, config: dict[str, Any], words: str) -> None:
    graph.add_drive("Policies")
    graph.add_folder("Runbooks")
    with pytest.raises(NotFound, match=words):
        make(graph, **config).changes(None)


def test_all_libraries_of_a_site_are_one_source_and_a_removed_one_is_told(graph: Graph, make: Make) -> None:
    policies = graph.add_drive("Policies")
    graph.add_file("a.txt", "a")
    graph.add_file("b.txt", "b", within=policies)
    first = listing(make(graph, drive="*"))
    assert set(first.files) == {"a.txt", "b.txt"}
    assert first.complete == {graph.drive.id, policies.id}
    graph.remove_drive(policies)
    second = listing(make(graph, drive="*"), first.cursor)
    assert second.complete == {policies.id}
    assert second.items == {}


def test_without_access_to_one_library_the_others_go_on(graph: Graph, make: Make) -> None:
    secret = graph.add_drive("Secret")
    graph.add_file("a.txt", "a")
    kept = graph.add_file("b.txt", "b", within=secret)
    first = listing(make(graph, drive="*"))
    graph.deny(secret)
    graph.add_file("c.txt", "c")
    second = listing(make(graph, drive="*"), first.cursor)
    assert "refuses the library 'Secret'" in second.items[secret.id].problem
    assert "c.txt" in second.files
    assert secret.id not in second.complete
    graph.deny(secret, False)
    graph.write(kept, "new")
    third = listing(make(graph, drive="*"), second.cursor)
    assert secret.id in third.gone
    assert set(third.files) == {"b.txt"}


def test_the_only_library_without_access_ends_the_run_with_the_permission_named(graph: Graph, make: Make) -> None:
    graph.app.granted.clear()
    graph.app.granted.add("User.Read.All")
    with pytest.raises(Forbidden, match=r"Grant the application permission Sites\.Read\.All of Microsoft Graph to"):
        make(graph).changes(None)


def test_a_loop_of_shortcuts_ends_with_a_reason(graph: Graph, make: Make) -> None:
    folder = graph.add_folder("a/b")
    graph.add_shortcut("back to a", graph.add_folder("a"), within=folder)
    found = listing(make(graph))
    assert "shortcut" in found.file("back to a").problem


def test_a_wrong_secret_and_its_kin_are_told_apart(graph: Graph, make: Make) -> None:
    graph.app.expired_secret = "an-expired-secret"
    cases = {
        "The client secret is wrong": {"azure_client_secret": "wrong"},
        "The client secret has expired": {"azure_client_secret": "an-expired-secret"},
        "knows no application": {"azure_client_id": "00000000-0000-4000-8000-000000000000"},
        "There is no such tenant": {"azure_tenant_id": "00000000-0000-4000-8000-000000000000"},
    }
    for words, values in cases.items():
        with pytest.raises(Unprocessable, match=words):
            make(graph, settings=settings_for(graph, **values)).check()


def test_missing_credentials_are_named(graph: Graph, make: Make) -> None:
    with pytest.raises(Unprocessable, match="AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE"):
        make(graph, settings=settings_for(graph, azure_client_secret=""))


def test_a_client_with_its_own_application_never_gets_the_platforms(graph: Graph, make: Make) -> None:
    other = graph.add_application(secret="the-clients-own-secret")
    own = {"tenant_id": graph.tenant.id, "client_id": other.id, "client_secret": other.secret}
    assert other.id in make(graph, own).check()[0]
    with pytest.raises(Unprocessable, match="the secret 'client_id'"):
        make(graph, {"tenant_id": graph.tenant.id, "client_secret": other.secret})


def test_a_certificate_signs_in(graph: Graph, make: Make, certificate: tuple[str, str]) -> None:
    connector = make(graph, settings=by_certificate(graph, certificate))
    assert any("'Documents' can be read" in line for line in connector.check())


def test_a_token_that_ends_in_the_middle_is_renewed(graph: Graph, make: Make, paged: Paged) -> None:
    paged(1)
    graph.add_file("a.txt", "a")
    connector = make(graph)
    page = connector.changes(None)
    graph.tokens.forget()
    assert set(listing(connector, page.cursor).files) == {"a.txt"}


def test_a_file_is_downloaded_without_our_token(graph: Graph, make: Make) -> None:
    graph.add_file("a.txt", "the bytes")
    connector = make(graph)
    assert fetched(connector, listing(connector).file("a.txt"))[0] == b"the bytes"
    assert graph.seen.bearers_at_downloads == []


def test_a_broken_download_goes_on_where_it_broke(graph: Graph, make: Make) -> None:
    data = secrets.token_bytes(700_000)
    graph.add_file("large.bin", data)
    connector = make(graph)
    item = listing(connector).file("large.bin")
    graph.mischief.reset = 0.6
    content, _ = fetched(connector, item)
    assert content == data
    assert graph.seen.bytes_sent < 3 * len(data)


def test_an_expired_download_address_is_asked_for_again(graph: Graph, make: Make) -> None:
    graph.add_file("a.txt", "the bytes")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    graph.downloads.seconds = -1.0
    with pytest.raises(Unfetchable, match="again and again"):
        fetched(connector, item)
    assert graph.seen.kinds["content"] > 1


def test_a_file_that_changed_since_it_was_listed_arrives_whole(graph: Graph, make: Make) -> None:
    file = graph.add_file("a.txt", "short")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    graph.write(file, "much longer than before")
    assert fetched(connector, item)[0] == b"much longer than before"


@pytest.mark.parametrize(
    ("status", "words"), [(403, "refuses this file"), (423, "is locked"), (404, "gone meanwhile"), (500, "500")]
)
def test_one_file_that_cannot_be_had_says_why(graph: Graph, make: Make, status: int, words: str) -> None:
    file = graph.add_file("a.txt", "a")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    if status == 404:
        graph.delete(file)
    else:
        graph.refuse(file, LOCKED if status == 423 else failing_times(1000, status))
    with pytest.raises(Unfetchable, match=words):
        fetched(connector, item)


def test_a_file_above_the_limit_is_not_taken(graph: Graph, make: Make) -> None:
    graph.add_huge("video.mp4")
    connector = make(graph)
    item = listing(connector).file("video.mp4")
    with pytest.raises(Unfetchable, match="larger than 1 MB"):
        fetched(connector, item)
    assert graph.seen.bytes_sent < 5_000_000


def test_a_file_that_fails_twice_is_had_the_third_time(graph: Graph, make: Make) -> None:
    file = graph.add_file("a.txt", "a")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    graph.refuse(file, failing_times(2))
    assert fetched(connector, item)[0] == b"a"


def test_an_empty_file_is_fetched_as_it_is(graph: Graph, make: Make) -> None:
    graph.add_file("empty.txt", b"")
    connector = make(graph)
    assert fetched(connector, listing(connector).file("empty.txt"))[0] == b""


def test_an_old_format_arrives_as_pdf_unless_that_is_not_wanted(graph: Graph, make: Make) -> None:
    graph.add_file("old.rtf", b"{\\rtf1 hello}", text="hello")
    connector = make(graph)
    item = listing(connector).file("old.rtf")
    content, result = fetched(connector, item)
    assert (content[:5], result.name) == (b"%PDF-", "old.rtf.pdf")
    content, result = fetched(make(graph, convert=False), item)
    assert (content, result.name) == (b"{\\rtf1 hello}", None)


def test_a_storm_of_429_is_waited_out_as_long_as_told(graph: Graph, make: Make, pauses: Pauses) -> None:
    graph.add_file("a.txt", "a")
    connector = make(graph)
    assert connector.places
    graph.mischief.storm(4, 429, retry_after=17)
    assert set(listing(connector).files) == {"a.txt"}
    assert len([seconds for seconds in pauses.seconds if seconds > 16]) >= 4


def test_a_pause_that_is_too_long_lets_the_run_go_on_later(graph: Graph, make: Make) -> None:
    connector = make(graph)
    assert connector.places
    graph.mischief.storm(1, 429, retry_after=900)
    with pytest.raises(TooMany) as raised:
        connector.changes(None)
    assert raised.value.headers["Retry-After"] == "901"


def test_what_one_thread_is_told_holds_for_all(graph: Graph, make: Make, pauses: Pauses) -> None:
    for number in range(8):
        graph.add_file(f"{number}.txt", str(number))
    connector = make(graph)
    items = [item for item in listing(connector).items.values() if not item.is_folder]
    graph.mischief.storm(1, 429, retry_after=30, kinds={"content"})
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(lambda item: fetched(connector, item), items))) == 8
    assert len([seconds for seconds in pauses.seconds if seconds > 25]) > 1


def test_when_all_of_graph_is_away_the_run_waits(graph: Graph, make: Make) -> None:
    graph.add_file("a.txt", "a")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    graph.mischief.storm(1000, 503, kinds={"content", "drive"})
    with pytest.raises(Unavailable):
        fetched(connector, item)


def test_readers_are_persons_groups_and_those_a_link_names(graph: Graph, make: Make) -> None:
    staff = graph.add_group("Staff", [graph.bob])
    file = graph.add_file("a.txt", "a")
    graph.set_permissions(file, [graph.permission(graph.alice), graph.permission(staff)])
    graph.share_link(file, "users", [graph.charlie])
    graph.share_link(file, "organization")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    found = connector.readers([wanted(item)])[item.key]
    people = {graph.alice, graph.charlie}
    expected = {f"user:{one.id}" for one in people} | {f"mail:{one.mail}" for one in people} | {f"group:{staff.id}"}
    assert set(found) == expected  # type: ignore[arg-type]
    granting = make(graph, links="grant").readers([wanted(item)])[item.key]
    assert set(granting) == expected | {"org"}  # type: ignore[arg-type]


def test_everyone_of_the_organisation_and_owners_only(graph: Graph, make: Make) -> None:
    team = graph.add_group("Team", [graph.alice, graph.bob], owners=[graph.alice], unified=True)
    file, other = graph.add_file("a.txt", "a"), graph.add_file("b.txt", "b")
    graph.set_permissions(file, [graph.permission(Everyone(graph.tenant.id))])
    graph.set_permissions(other, [graph.permission(OwnersOf(team))])
    connector = make(graph)
    found = listing(connector)
    one, two = found.file("a.txt"), found.file("b.txt")
    readers = connector.readers([wanted(one), wanted(two)])
    assert readers[one.key] == ["org"]
    assert readers[two.key] == [f"user:{graph.alice.id}"]


def test_members_of_site_groups_are_read_by_certificate(
    site_graph: Graph, make: Make, certificate: tuple[str, str]
) -> None:
    graph = site_graph
    staff = graph.add_group("Staff", [graph.charlie])
    graph.join(graph.site.groups[4], graph.bob, staff)
    graph.add_file("a.txt", "a")
    connector = make(graph, settings=by_certificate(graph, certificate))
    item = listing(connector).file("a.txt")
    assert set(connector.readers([wanted(item)])[item.key]) == {f"mail:{graph.bob.mail}", f"group:{staff.id}"}  # type: ignore[arg-type]
    asked = len(graph.seen.of("sharepoint"))
    connector.readers([wanted(item)])
    assert len(graph.seen.of("sharepoint")) == asked


def test_site_groups_that_cannot_be_read_fail_loudly_with_the_remedy(graph: Graph, make: Make) -> None:
    graph.add_file("a.txt", "a")
    connector = make(graph)
    item = listing(connector).file("a.txt")
    with pytest.raises(Unprocessable, match="AZURE_CLIENT_CERTIFICATE") as raised:
        connector.readers([wanted(item)])
    assert "'site_groups'" in raised.value.detail
    told = {f"Human Resources {role}": ["mail:hr@contoso.com"] for role in ("Owners", "Members", "Visitors")}
    assert make(graph, site_groups=told).readers([wanted(item)])[item.key] == ["mail:hr@contoso.com"]


def test_permissions_come_in_batches_and_a_refused_part_is_asked_for_again(graph: Graph, make: Make) -> None:
    files = [graph.add_file(f"{number}.txt", "x") for number in range(45)]
    for file in files:
        graph.set_permissions(file, [graph.permission(graph.alice)])
    connector = make(graph)
    items = [wanted(item) for item in listing(connector).files.values()]
    graph.delete(files[0])
    graph.mischief.throttle = 0.2
    readers = connector.readers(items)
    assert len(readers) == 44
    assert all(f"user:{graph.alice.id}" in found for found in readers.values() if not isinstance(found, Unreadable))


def test_changed_permissions_are_told_and_all_are_asked_again_after_a_while(graph: Graph, make: Make) -> None:
    file = graph.add_file("a/b.txt", "b")
    first = listing(make(graph))
    graph.set_permissions(file, [graph.permission(graph.alice)])
    second = listing(make(graph), first.cursor)
    assert second.file("b.txt").has_new_readers
    third = listing(make(graph), second.cursor)
    assert third.items == {}
    cursor = dict(third.cursor)
    cursor["parts"] = {graph.drive.id: {**third.cursor["parts"][graph.drive.id], "read": 0}}
    fourth = listing(make(graph), cursor)
    assert [(item.path, item.has_new_readers) for item in fourth.items.values()] == [("Documents", True)]


def test_a_onedrive_is_a_source(graph: Graph, make: Make) -> None:
    drive = graph.add_onedrive(graph.alice)
    graph.add_file("mine.txt", "mine", within=drive)
    connector = make(graph, user=graph.alice.upn)
    item = listing(connector).file("mine.txt")
    assert fetched(connector, item)[0] == b"mine"
    assert f"user:{graph.alice.id}" in connector.readers([wanted(item)])[item.key]  # type: ignore[operator]


def test_the_files_of_a_channel_are_a_source(graph: Graph, make: Make) -> None:
    team = graph.add_group("Service Desk", [graph.alice], unified=True)
    folder = graph.add_folder("General")
    graph.add_file("General/a.txt", "a")
    graph.add_channel(team, "General", folder)
    found = listing(make(graph, team=team.id, channel="General"))
    assert found.scope == [f"{graph.drive.id}/{folder.id}"]
    with pytest.raises(NotFound, match="Its channels: 'General'"):
        make(graph, team=team.id, channel="Random").changes(None)


def test_pages_arrive_as_html(graph: Graph, make: Make) -> None:
    graph.add_page("Welcome", "<p>Call <b>extension 12</b>.</p>")
    connector = make(graph, pages=True, files=False)
    found = listing(connector)
    content, _ = fetched(connector, found.file("Welcome.html"))
    assert b"<h1>Welcome</h1>" in content
    assert b"<p>Call <b>extension 12</b>.</p>" in content
    assert found.complete == {"pages"}


def test_items_of_a_list_arrive_with_their_values(graph: Graph, make: Make) -> None:
    assets = graph.add_list("Assets")
    graph.add_row(
        assets, {"Title": "Printer <3", "Serial_x0020_number": "X-12", "Rich": "<div>by the <b>door</b></div>"}
    )
    found = listing(make(graph, files=False, lists=["Assets"]))
    content = found.file("Printer <3.html").content or b""
    assert b"<h1>Printer &lt;3</h1>" in content
    assert b"<strong>Serial number</strong>: X-12" in content
    assert b"<div>by the <b>door</b></div>" in content
    assert found.complete == {f"list:{assets.id}"}


def test_attachments_need_a_certificate(site_graph: Graph, make: Make, certificate: tuple[str, str]) -> None:
    graph = site_graph
    assets = graph.add_list("Assets")
    graph.add_row(assets, {"Title": "Printer", "Attachments": True}, {"Bob's manual.txt": b"press the button"})
    without = listing(make(graph, files=False, lists=["Assets"]))
    assert "certificate" in without.file("Attachments of Printer.html").problem
    connector = make(graph, files=False, lists=["Assets"], settings=by_certificate(graph, certificate))
    assert fetched(connector, listing(connector).file("Bob's manual.txt"))[0] == b"press the button"


def test_readers_of_pages_need_a_certificate(graph: Graph, make: Make) -> None:
    graph.add_page("Welcome", "<p>Hello</p>")
    connector = make(graph, pages=True, files=False)
    with pytest.raises(Unprocessable, match="certificate"):
        connector.readers([wanted(listing(connector).file("Welcome.html"))])


def test_a_subscription_is_made_renewed_and_ended(graph: Graph, make: Make) -> None:
    def validate(asked: Asked) -> Answer:
        token = parse_qs(urlsplit(asked.path).query).get("validationToken", [""])[0]
        return Answer(body=token.encode(), headers={"Content-Type": "text/plain"})

    connector = make(graph)
    with Web(validate) as web:
        now = datetime.datetime.now(datetime.UTC)
        made = subscriptions.create(
            connector.graph, graph.drive.id, notification_url=f"{web.url}/hook", client_state="s" * 32, now=now
        )
        assert graph.subscriptions[made.id].state == "s" * 32
        assert made.expires > now + datetime.timedelta(days=28)
        assert subscriptions.renew(connector.graph, made, now=now) is not None
        subscriptions.delete(connector.graph, made)
        assert graph.seen.of("subscription")[-1].status == 204
        unknown = dataclasses.replace(made, id="00000000-0000-4000-8000-000000000000")
        assert subscriptions.renew(connector.graph, unknown, now=now) is None
        subscriptions.delete(connector.graph, unknown)


def test_check_says_what_was_found(graph: Graph, make: Make) -> None:
    found = "\n".join(make(graph).check())
    assert "The site is 'Human Resources'" in found
    assert "The library 'Documents' can be read." in found


@pytest.mark.parametrize(
    "config",
    [
        {"site": "a", "user": "b@c.d"},
        {"team": "a"},
        {"site": "a", "files": False},
        {"site": "a", "surprise": 1},
        {"site": "a", "site_groups": {"x": ["everybody"]}},
    ],
)
def test_a_config_that_makes_no_sense_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SharePointConnector.Config.model_validate(config)


def test_no_thread_is_left_behind(graph: Graph, make: Make) -> None:
    connector = make(graph)
    connector.readers([])
    connector.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("permissions")]


def test_a_problem_is_a_problem_and_not_a_crash_when_the_server_talks_nonsense(graph: Graph, make: Make) -> None:
    connector = make(graph)
    graph.mischief.drop = 1.0
    with pytest.raises(Problem):
        connector.changes(None)
