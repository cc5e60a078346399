"""The Microsoft Graph test server: that it behaves as the reference says, so that what is tested on it counts."""

import http.client
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from tests.fakes.graph import Everyone, Graph, OwnersOf, failing_times
from tests.fakes.graph.asking import Certificate, Client, ask, certify, sign_in
from tests.fakes.web import Answer, Asked, Web

SHAREPOINT = "https://contoso.sharepoint.com"


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        yield running


@pytest.fixture
def client(graph: Graph) -> Client:
    return Client(graph)


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return certify(generate_private_key(65537, 2048))


@pytest.mark.parametrize(
    ("form", "status", "number"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_secret": "expired"}, 401, 7000222),
        ({"client_id": "00000000-0000-0000-0000-000000000001"}, 400, 700016),
        ({"tenant": "nobody.example"}, 400, 90002),
        ({"scope": "https://graph.microsoft.com/Files.Read.All"}, 400, 1002012),
        ({"resource": "https://nowhere.example"}, 400, 500011),
        ({"grant_type": ""}, 400, 900144),
    ],
    ids=["secret", "expired", "application", "tenant", "scope", "resource", "grant"],
)
def test_a_sign_in_that_fails_says_why_by_number(graph: Graph, form: dict[str, str], status: int, number: int) -> None:
    graph.app.expired_secret = "expired"
    got = sign_in(graph, **form)
    assert (got.status, got.json["error_codes"]) == (status, [number])
    assert got.json["error_description"].startswith(f"AADSTS{number}: ")


def test_sharepoint_takes_a_token_got_by_a_certificate_and_none_got_by_a_secret(
    graph: Graph, certificate: Certificate
) -> None:
    group = graph.add_group("Staff", [graph.bob], owners=[graph.alice], unified=True)
    security = graph.add_group("Auditors")
    graph.join(graph.site.groups[4], graph.bob, group, OwnersOf(group), security, Everyone(graph.tenant.id))
    users = f"{graph.sharepoint}/sites/hr/_api/web/sitegroups/getbyid(4)/users"
    refused = ask(users, Authorization=f"Bearer {sign_in(graph, SHAREPOINT).json['access_token']}")
    assert (refused.status, refused.body) == (401, b"Unsupported app only token.")
    graph.app.certificates.append(certificate.public)
    for algorithm in ("RS256", "PS256"):
        token = sign_in(graph, SHAREPOINT, **certificate.form(graph, algorithm)).json["access_token"]
        got = ask(users, Authorization=f"Bearer {token}")
        assert [user["LoginName"] for user in got.json["value"]] == [
            "i:0#.f|membership|bob@contoso.com",
            f"c:0o.c|federateddirectoryclaimprovider|{group.id}",
            f"c:0o.c|federateddirectoryclaimprovider|{group.id}_o",
            f"c:0t.c|tenant|{security.id}",
            f"c:0-.f|rolemanager|spo-grid-all-users/{graph.tenant.id}",
        ]
        assert ask(f"{graph.url}/v1.0/sites", Authorization=f"Bearer {token}").code == "InvalidAuthenticationToken"


def test_an_assertion_signed_by_another_key_or_too_late_is_refused(graph: Graph, certificate: Certificate) -> None:
    unknown = sign_in(graph, **certificate.form(graph))
    graph.app.certificates.append(certificate.public)
    late = sign_in(graph, **certificate.form(graph, exp=int(time.time()) - 5))
    forged = certificate.form(graph)
    forged["client_assertion"] = forged["client_assertion"].rsplit(".", 1)[0] + ".AAAA"
    refused = [unknown, late, sign_in(graph, **forged)]
    assert [got.json["error_codes"] for got in refused] == [[700027], [700024], [700027]]


def test_a_token_ends_and_permissions_count_from_the_next_one_on(graph: Graph, client: Client) -> None:
    graph.revoke("Sites.Read.All", "Sites.FullControl.All", "Files.Read.All", "Files.ReadWrite.All", "User.Read.All")
    assert client(f"/drives/{graph.drive.id}").status == 200
    graph.tokens.forget()
    got = client(f"/drives/{graph.drive.id}")
    assert (got.status, got.code) == (401, "InvalidAuthenticationToken")
    assert got.headers["www-authenticate"].startswith("Bearer ")
    assert len(graph.seen.unauthorised) == 1
    renewed = Client(graph)
    assert (got := renewed(f"/drives/{graph.drive.id}")).status == 403
    assert got.code == "accessDenied"
    assert renewed(f"/users/{graph.alice.id}").code == "Authorization_RequestDenied"
    graph.tokens.lifetime = 0
    assert "expired" in Client(graph)("/sites").json["error"]["message"]


def test_sites_selected_opens_the_sites_named_and_a_denied_library_stays_shut(graph: Graph) -> None:
    other = graph.add_site("sales", "Sales")
    graph.app.granted = {"Sites.Selected"}
    graph.select_site(graph.site)
    graph.deny(graph.add_drive("Secret"))
    client = Client(graph)
    found = client("/sites/contoso.sharepoint.com:/sites/hr").json
    assert found["id"] == graph.site.id
    libraries = client(f"/sites/{graph.site.id}/drives").json["value"]
    assert [library["name"] for library in libraries] == ["Documents", "Secret"]
    assert client(f"/drives/{libraries[1]['id']}/root/delta").status == 403
    assert client(f"/sites/{other.id}").status == 403
    assert [site["name"] for site in client("/sites?search=*").json["value"]] == ["hr"]


def test_a_batch_answers_each_request_by_itself(graph: Graph, client: Client) -> None:
    path = f"/drives/{graph.drive.id}"
    graph.mischief.storm(1, retry_after=0, kinds={"drive"})
    requests: list[dict[str, Any]] = [{"id": str(n), "method": "GET", "url": path} for n in range(2)]
    answers = client("/$batch", "POST", {"requests": requests}).json["responses"]
    assert {(answer["id"], answer["status"]) for answer in answers} == {("0", 200), ("1", 429)}
    assert next(answer for answer in answers if answer["status"] == 429)["headers"]["Retry-After"] == "0"
    requests = [
        {"id": "a", "method": "GET", "url": "/drives/none"},
        {"id": "b", "method": "GET", "url": path, "dependsOn": ["a"]},
    ]
    answers = client("/$batch", "POST", {"requests": requests}).json["responses"]
    assert [answer["status"] for answer in answers] == [404, 424]
    many = [{"id": str(n), "method": "GET", "url": path} for n in range(21)]
    assert client("/$batch", "POST", {"requests": many}).status == 400


def test_mischief_is_the_same_in_every_run() -> None:
    def run() -> tuple[list[int], int]:
        with Graph() as graph:
            items = [graph.add_file(f"{number}.txt", "text") for number in range(40)]
            mischief = graph.mischief
            mischief.failing, mischief.throttle, mischief.retry_after = 0.2, 0.2, 0
            client = Client(graph)
            statuses = [client(f"/drives/{graph.drive.id}/items/{item.id}/content").status for item in items]
            assert graph.seen.statuses[429] == statuses.count(429)
            return statuses, len(graph.failing())

    statuses, failing = run()
    assert run() == (statuses, failing)
    assert {302, 429} < set(statuses)
    assert 0 < sum(status in (500, 403, 423) for status in statuses) <= failing < 40


def test_connections_break_where_they_are_told_to(graph: Graph, client: Client) -> None:
    note = graph.add_file("note.txt", "0123456789")
    url = client(f"/drives/{graph.drive.id}/items/{note.id}/content").headers["location"]
    graph.mischief.reset = 1.0
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        ask(url)
    graph.mischief.reset, graph.mischief.drop = 0.0, 1.0
    with pytest.raises(ConnectionError):
        client("/sites")
    graph.mischief.drop = 0.0
    graph.refuse(note, failing_times(2))
    statuses = [client(f"/drives/{graph.drive.id}/items/{note.id}/content").status for _ in range(3)]
    assert statuses == [500, 500, 302]
    graph.mischief.storm(1, 503, retry_after=1)
    assert (got := client("/sites")).status == 503
    assert got.headers["retry-after"] == "1"


def test_pages_lists_and_channels_have_the_documented_shapes(graph: Graph, certificate: Certificate) -> None:
    client = Client(graph)
    page = graph.add_page("Leave policy", "<p>Thirty days.</p>")
    got = client(f"/sites/{graph.site.id}/pages/{page.id}/microsoft.graph.sitePage?$expand=canvasLayout").json
    column = got["canvasLayout"]["horizontalSections"][0]["columns"][0]
    assert column["webparts"][0]["innerHtml"] == "<p>Thirty days.</p>"
    tasks = graph.add_list("Open tasks")
    graph.add_row(tasks, {"Title": "Renew"}, {"Bob's #1.txt": b"attached"})
    rows = client(f"/sites/{graph.site.id}/lists/{tasks.id}/items?$expand=fields").json["value"]
    assert (rows[0]["fields"]["Title"], rows[0]["fields"]["Attachments"]) == ("Renew", True)
    graph.app.certificates.append(certificate.public)
    token = sign_in(graph, SHAREPOINT, **certificate.form(graph)).json["access_token"]
    web = f"{graph.sharepoint}/sites/hr/_api/web"
    listed = ask(f"{web}/lists(guid'{tasks.id}')/items(1)/AttachmentFiles", Authorization=f"Bearer {token}").json
    name = quote(listed["value"][0]["ServerRelativeUrl"].replace("'", "''"))
    file = ask(f"{web}/GetFileByServerRelativePath(decodedurl='{name}')/$value", Authorization=f"Bearer {token}")
    assert file.body == b"attached"
    graph.share(page, [graph.bob], limited=[graph.charlie])
    roles = f"GetFileById('{page.id}')/ListItemAllFields/roleassignments?$expand=Member,RoleDefinitionBindings"
    assigned = ask(f"{web}/{roles}", Authorization=f"Bearer {token}").json["value"]
    rights = [int(each["RoleDefinitionBindings"][0]["BasePermissions"]["Low"]) & 1 for each in assigned]
    assert ([each["Member"]["Title"] for each in assigned], rights) == (["Bob Brown", "Charlie Clark"], [1, 0])
    team = graph.add_team("ops", "Operations", [graph.bob], [graph.alice])
    drive = graph.drives[client(f"/groups/{team.id}/drive").json["id"]]
    channel = graph.add_channel(team, "General", graph.add_folder("General", within=drive))
    folder = client(f"/teams/{team.id}/channels/{quote(channel.id)}/filesFolder").json
    assert folder["parentReference"]["driveId"] == drive.id


def test_another_tenants_drive_is_not_there(graph: Graph, client: Client) -> None:
    site = graph.add_site("hr", "Theirs", host="fabrikam.sharepoint.com", tenant=graph.add_tenant("fabrikam.com"))
    assert client(f"/drives/{site.drives[0].id}/root/delta").status == 404
    assert client("/sites/fabrikam.sharepoint.com:/sites/hr").status == 404


def test_a_subscription_needs_a_receiver_that_sends_the_token_back(graph: Graph, client: Client) -> None:
    arrived: list[dict[str, Any]] = []

    def receive(asked: Asked) -> Answer:
        if "validationToken=" in asked.path:
            token = parse_qs(urlsplit(asked.path).query)["validationToken"][0]
            return Answer(200, token.encode(), {"Content-Type": "text/plain"})
        arrived.extend(json.loads(asked.body)["value"])
        return Answer(202)

    def wanted(**fields: str) -> dict[str, str]:
        return {
            "changeType": "updated",
            "notificationUrl": receiver.url,
            "resource": f"/drives/{graph.drive.id}/root",
            "expirationDateTime": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "clientState": "known to us",
            **fields,
        }

    with Web() as receiver:
        assert client("/subscriptions", "POST", wanted()).code == "ValidationError"
        receiver.answering = receive
        made = client("/subscriptions", "POST", wanted())
        assert made.status == 201
        assert graph.notify() == [202]
        assert (arrived[0]["clientState"], arrived[0]["subscriptionId"]) == ("known to us", made.json["id"])
        late = (datetime.now(UTC) + timedelta(days=31)).isoformat()
        one = f"/subscriptions/{made.json['id']}"
        assert client(one, "PATCH", {"expirationDateTime": late}).status == 400
        assert client("/subscriptions", "POST", wanted(changeType="created")).status == 400
        assert client("/subscriptions", "POST", wanted(notificationUrl="http://web.example/")).status == 400
        assert client(one, "DELETE").status == 204
        assert (graph.notify(), client(one).status) == ([], 404)
