"""Microsoft 365 tells of a change and a run begins; whoever else calls there gets the same answer and moves nothing."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from tests.data import Service
from tests.fakes.graph import Graph
from tests.fakes.index import SearchIndex
from tests.gateway import assert_problem, free_port, running
from werkzeug.serving import WSGIRequestHandler, make_server

PATH = "/notifications/microsoft"
SITE = "contoso.sharepoint.com:/sites/hr"
MakeService = Callable[..., Service]
Make = Callable[..., Service]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Door:
    """The address by which the internet reaches the service. `on_asked` is called before each request."""

    def __init__(self) -> None:
        self.service: Service | None = None
        self.on_asked: Callable[[], None] = lambda: None
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        assert self.service is not None
        self.on_asked()
        return self.service.app(environ, start_response)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running_graph:
        running_graph.add_file("Policies/leave.txt", "Thirty days of leave.")
        yield running_graph


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.close()


@pytest.fixture
def make(make_service: MakeService, graph: Graph, door: Door) -> Make:
    def service(**values: Any) -> Service:
        microsoft = {"graph_url": graph.url, "azure_authority": graph.authority}
        door.service = make_service(**(microsoft | {"public_url": door.url} | values))
        return door.service

    return service


@pytest.fixture
def service(make: Make) -> Service:
    return make()


def add(service: Service, graph: Graph, **fields: Any) -> dict[str, Any]:
    """Alice's source: the site of her department."""
    application = {"tenant_id": graph.tenant.id, "client_id": graph.app.id, "client_secret": graph.app.secret}
    body = {
        "kind": "sharepoint", "name": "hr", "config": {"site": SITE}, "secrets": application, "access": "client",
        "schedule": "every:1d",
    }  # fmt: skip
    answer = service.call("POST", "/sources", json=body | fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def pass_time(service: Service) -> None:
    """Let the clock and the workers do what there is to do."""
    while True:
        service.scheduler.tick()
        if not service.work_once():
            return
        service.work()


def subscribed(service: Service, graph: Graph, **fields: Any) -> dict[str, Any]:
    """A source that went through and is told of changes."""
    source = add(service, graph, **fields)
    pass_time(service)
    assert kept(service, source).keys() == {graph.drive.id}
    return source


def kept(service: Service, source: Mapping[str, Any]) -> dict[str, Any]:
    (row,) = service.execute("SELECT subscriptions FROM data_processing.source WHERE id = %s", source["id"])
    drives: dict[str, Any] = row["subscriptions"].get("drives", {})
    return drives


def look_again(service: Service) -> None:
    """Six hours later."""
    service.execute("UPDATE data_processing.source SET subscriptions = subscriptions - 'look_at'")
    pass_time(service)


def reasons(service: Service, source: Mapping[str, Any]) -> list[str]:
    """Why the runs of a source began, in their order."""
    return [run["reason"] for run in reversed(service.call("GET", f"/sources/{source['id']}/runs").get_json()["items"])]


def is_wanted(service: Service, source: Mapping[str, Any]) -> bool:
    (row,) = service.execute("SELECT wanted_at FROM data_processing.source WHERE id = %s", source["id"])
    return row["wanted_at"] is not None


def jobs(service: Service, kind: str) -> list[dict[str, Any]]:
    return service.execute("SELECT * FROM data_processing.job WHERE kind = %s ORDER BY created_at", kind)


def notification(graph: Graph, **fields: Any) -> dict[str, Any]:
    (subscription,) = graph.subscriptions.values()
    return {
        "subscriptionId": subscription.id, "clientState": subscription.state, "changeType": "updated",
        "resource": subscription.resource, "tenantId": subscription.tenant.id,
    } | fields  # fmt: skip


def test_microsoft_tells_of_a_change_and_a_run_begins(service: Service, graph: Graph, index: SearchIndex) -> None:
    source = subscribed(service, graph)
    # The second run is for what was changed between the first one and the subscription.
    assert reasons(service, source) == ["schedule", "notification"]
    pass_time(service)
    graph.add_file("Policies/travel.txt", "Trains, not planes.")
    assert graph.notify() == [202]
    service.scheduler.tick()
    assert reasons(service, source) == ["schedule", "notification", "notification"]
    service.work()
    assert any("Trains, not planes." in text for text in index.texts("documents", "default"))
    pass_time(service)
    assert len(reasons(service, source)) == 3


def test_notifications_during_a_run_are_not_lost(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    assert graph.notify() == [202]
    service.scheduler.tick()
    assert graph.notify() == graph.notify() == [202]
    service.scheduler.tick()
    assert len(reasons(service, source)) == 3
    pass_time(service)
    assert reasons(service, source)[2:] == ["notification", "notification"]


def test_the_secret_of_a_subscription_is_random_and_not_in_the_database(service: Service, graph: Graph) -> None:
    graph.add_drive("Archive")
    source = add(service, graph, config={"site": SITE, "drive": "*"})
    pass_time(service)
    states = {one.state for one in graph.subscriptions.values()}
    assert len(states) == 2
    assert min(map(len, states)) >= 32
    (row,) = service.execute("SELECT * FROM data_processing.source WHERE id = %s", source["id"])
    written = json.dumps([row, jobs(service, "subscribe")], default=str)
    assert not any(state in written for state in states)


@pytest.mark.parametrize(
    "token",
    [
        "Validation: Testing reachability + %é",
        "<script>alert(1)</script>",
        "",
        "a\r\nSet-Cookie: b=c",
    ],
    ids=["as Microsoft writes it", "markup", "empty", "lines"],
)
def test_the_validation_token_comes_back_as_text(service: Service, token: str) -> None:
    answer = service.call(
        "POST", f"{PATH}?validationToken={quote(token, safe='')}", content_type="text/plain; charset=utf-8"
    )
    assert (answer.status_code, answer.text) == (200, token)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "query",
    [f"validationToken={'a' * 2001}", "validationToken=a%00b", "validationToken=a&validationToken=b", "redirect=x"],
    ids=["too long", "NUL", "two", "another parameter"],
)
def test_other_questions_are_not_answered(service: Service, query: str) -> None:
    assert service.call("POST", f"{PATH}?{query}", content_type="text/plain").status_code == 422


@pytest.mark.parametrize(
    "fields",
    [
        {"subscriptionId": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07"},
        {"clientState": "a guess"},
        {"clientState": ""},
        {"clientState": None},
        {"lifecycleEvent": "subscriptionRemoved", "clientState": "a guess"},
    ],
    ids=["unknown", "wrong secret", "empty secret", "no secret", "wrong secret about the subscription"],
)
def test_what_is_not_genuine_gets_the_same_answer_and_moves_nothing(
    service: Service, graph: Graph, fields: dict[str, Any]
) -> None:
    source = subscribed(service, graph)
    before = kept(service, source)
    false = service.call("POST", PATH, json={"value": [notification(graph, **fields)]})
    assert not is_wanted(service, source)
    assert kept(service, source) == before
    genuine = service.call("POST", PATH, json={"value": [notification(graph)]})
    assert is_wanted(service, source)
    told = [(answer.status_code, answer.data, answer.headers["Content-Type"]) for answer in (false, genuine)]
    assert told == [(202, b"", "text/plain; charset=utf-8")] * 2


def test_a_genuine_notification_counts_whatever_comes_along_with_it(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    strange = {"subscriptionId": "of Charlie", "clientState": None, "encryptedContent": {"data": "x"}}
    body = {"value": [strange, notification(graph, resourceData={"id": "1"}, new=[1])], "validationTokens": ["x"]}
    answer = service.call("POST", PATH, data=json.dumps(body), content_type="application/json; charset=utf-8")
    assert answer.status_code == 202
    assert is_wanted(service, source)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"value": []}', "text/plain", 415),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"value": {}}', "application/json", 400),
        (b'{"value": [{"clientState": "a"}]}', "application/json", 400),
        (b'{"value": [{"subscriptionId": 7}]}', "application/json", 400),
        (json.dumps({"value": [{"subscriptionId": "a"}] * 1001}).encode(), "application/json", 400),
        (b'{"value": [], "x": "' + b"a" * 2**20 + b'"}', "application/json", 413),
    ],
    ids=["text", "nothing", "a list", "an object", "about nothing", "a number", "too many", "too large"],
)
def test_what_is_no_notification_is_refused(service: Service, body: bytes, kind: str, status: int) -> None:
    answer = service.call("POST", PATH, data=body, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_a_subscription_is_renewed_when_half_of_its_time_is_over(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    (subscription,) = graph.subscriptions.values()
    first, asked = subscription.expires, graph.seen.kinds["subscription"]
    assert first > datetime.now(UTC) + timedelta(days=28)
    look_again(service)
    assert (subscription.expires, graph.seen.kinds["subscription"]) == (first, asked)
    soon = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    place = f"{{drives,{graph.drive.id},expires_at}}"
    service.execute(
        "UPDATE data_processing.source SET subscriptions = jsonb_set(subscriptions, %s, to_jsonb(%s::text))",
        place,
        soon,
    )
    subscription.expires = datetime.fromisoformat(soon)
    look_again(service)
    assert list(graph.subscriptions) == [subscription.id]
    assert subscription.expires >= first
    assert datetime.fromisoformat(kept(service, source)[graph.drive.id]["expires_at"]) == subscription.expires
    assert graph.notify() == [202]
    assert is_wanted(service, source)


def test_microsoft_asks_for_a_renewal(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    (subscription,) = graph.subscriptions.values()
    subscription.expires = datetime.now(UTC) + timedelta(days=1)
    notice = {"value": [notification(graph, lifecycleEvent="reauthorizationRequired")]}
    assert service.call("POST", PATH, json=notice).status_code == 202
    assert is_wanted(service, source)
    pass_time(service)
    assert list(graph.subscriptions) == [subscription.id]
    assert subscription.expires > datetime.now(UTC) + timedelta(days=28)
    assert not kept(service, source)[graph.drive.id]["is_doubtful"]


def test_a_subscription_that_microsoft_removed_is_made_anew(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    notice = {"value": [notification(graph, lifecycleEvent="subscriptionRemoved")]}
    old = graph.subscriptions.popitem()[0]
    assert service.call("POST", PATH, json=notice).status_code == 202
    pass_time(service)
    (new,) = graph.subscriptions
    assert new != old
    assert kept(service, source)[graph.drive.id]["id"] == new


@pytest.mark.parametrize(
    ("platform", "fields"),
    [({"public_url": ""}, {}), ({}, {"schedule": None}), ({}, {"is_paused": True})],
    ids=["the platform cannot be reached", "it runs only when asked", "it is paused"],
)
def test_who_need_not_be_told_is_not_subscribed(
    make: Make, graph: Graph, platform: dict[str, Any], fields: dict[str, Any]
) -> None:
    service = make(**platform)
    source = add(service, graph, **fields)
    assert service.call("POST", f"/sources/{source['id']}/sync").status_code == 202
    pass_time(service)
    assert len(reasons(service, source)) == 1
    assert (graph.subscriptions, jobs(service, "subscribe")) == ({}, [])


def test_without_a_schedule_any_more_the_subscriptions_end(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph)
    assert service.call("PATCH", f"/sources/{source['id']}", json={"schedule": None}).status_code == 200
    look_again(service)
    assert (graph.subscriptions, kept(service, source)) == ({}, {})


def test_another_public_address_gets_subscriptions_of_its_own(make: Make, graph: Graph, door: Door) -> None:
    source = subscribed(make(), graph)
    moved = make(public_url=door.url.replace("127.0.0.1", "localhost"))
    look_again(moved)
    (subscription,) = graph.subscriptions.values()
    assert subscription.url == f"{moved.settings.public_url}/api/data{PATH}"
    assert kept(moved, source)[graph.drive.id]["id"] == subscription.id


def test_each_library_is_subscribed_and_one_that_goes_is_not_any_more(service: Service, graph: Graph) -> None:
    source = subscribed(service, graph, config={"site": SITE, "drive": "*"})
    archive = graph.add_drive("Archive")
    look_again(service)
    assert kept(service, source).keys() == {graph.drive.id, archive.id}
    assert graph.notify(archive) == [202]
    assert is_wanted(service, source)
    graph.remove_drive(archive)
    look_again(service)
    assert kept(service, source).keys() == {graph.drive.id}
    assert len(graph.subscriptions) == 1


def test_two_sources_of_one_library_are_told_both(service: Service, graph: Graph) -> None:
    sources = [add(service, graph, name=name, collection=name) for name in ("alice", "bob")]
    pass_time(service)
    assert graph.notify() == [202, 202]
    assert all(is_wanted(service, source) for source in sources)


@pytest.mark.parametrize("is_away", [False, True], ids=["Graph is there", "Graph is away"])
def test_a_source_that_goes_takes_its_subscriptions_along(service: Service, graph: Graph, is_away: bool) -> None:
    source = subscribed(service, graph)
    late = {"value": [notification(graph)]}
    if is_away:
        graph.mischief.storm(100, status=503, retry_after=60)
    worker = Thread(target=_work_until_gone, args=(service, source))
    worker.start()
    assert service.call("DELETE", f"/sources/{source['id']}").status_code == 204
    worker.join()
    assert service.call("GET", f"/sources/{source['id']}").status_code == 404
    assert len(graph.subscriptions) == int(is_away)
    assert service.call("POST", PATH, json=late).status_code == 202


def _work_until_gone(service: Service, source: Mapping[str, Any]) -> None:
    while service.execute("SELECT 1 FROM data_processing.source WHERE id = %s", source["id"]):
        service.work()


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM data_processing.source", "UPDATE data_processing.source SET removing = 'keep'"],
    ids=["gone", "going"],
)
def test_a_source_that_goes_while_it_is_subscribed_leaves_nothing(
    service: Service, graph: Graph, door: Door, statement: str
) -> None:
    add(service, graph)

    def vanish() -> None:
        service.execute(statement)

    door.on_asked = vanish
    pass_time(service)
    assert graph.seen.kinds["subscription"] >= 2
    assert graph.subscriptions == {}


def test_what_keeps_microsoft_from_telling_never_fails_a_run(service: Service, graph: Graph) -> None:
    graph.revoke("Files.ReadWrite.All", "Sites.FullControl.All")
    source = add(service, graph)
    pass_time(service)
    (run,) = service.call("GET", f"/sources/{source['id']}/runs").get_json()["items"]
    assert run["status"] == "succeeded"
    (job,) = jobs(service, "subscribe")
    assert (job["status"], job["problem"]["status"]) == ("failed", 403)
    (row,) = service.execute("SELECT subscriptions FROM data_processing.source")
    assert row["subscriptions"]["problem"] == job["problem"]["detail"]
    graph.grant("Files.ReadWrite.All")
    look_again(service)
    assert kept(service, source).keys() == {graph.drive.id}
    (row,) = service.execute("SELECT subscriptions FROM data_processing.source")
    assert row["subscriptions"]["problem"] == ""


def test_one_library_that_cannot_tell_does_not_keep_another_from_it(service: Service, graph: Graph) -> None:
    denied = graph.add_drive("Archive")
    source = add(service, graph, config={"site": SITE, "drive": "*"})
    graph.deny(denied)
    pass_time(service)
    assert kept(service, source).keys() == {graph.drive.id}
    assert jobs(service, "subscribe")[-1]["status"] == "failed"


def test_an_address_that_nobody_answers_at_is_told(make: Make, graph: Graph) -> None:
    service = make(public_url=f"http://127.0.0.1:{free_port()}")
    source = add(service, graph)
    pass_time(service)
    (job,) = jobs(service, "subscribe")
    assert job["status"] == "failed"
    assert "validation" in job["problem"]["detail"].lower()
    assert kept(service, source) == {}
    assert service.call("GET", f"/sources/{source['id']}").get_json()["last_success_at"] is not None


def test_with_keys_demanded_this_is_the_only_route_that_needs_none(make: Make) -> None:
    service = make(auth="required")
    public = set()
    for rule in service.app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            kind = "uuid:" if f"<uuid:{name}>" in path else ""
            path = path.replace(f"<{kind}{name}>", "00000000-0000-0000-0000-000000000000")
        for method in (rule.methods or set()) - {"HEAD"}:
            if service.client.open(path, method=method).status_code != 401:
                public.add(f"{method} {rule.rule}")
    assert public == {
        "GET /livez", "GET /health", "GET /api/data/health", "GET /metrics", "GET /api/services",
        "POST /api/data/notifications/microsoft",
    }  # fmt: skip


def test_in_open_mode_a_name_of_the_internet_reaches_only_this_route(
    service: Service, graph: Graph, door: Door
) -> None:
    source = subscribed(service, graph)
    body = json.dumps({"value": [notification(graph)]}).encode()
    headers = {"Host": "ai.example.com", "Content-Type": "application/json"}
    path = f"/api/data{PATH}"
    with running(DATA_PORT=str(door.port), GATEWAY_HOSTS="localhost 127.0.0.1 [::1] ai.example.com") as gateway:
        assert gateway.request("POST", path, body, {**headers, "Host": "evil.example"}).status == 421
        assert not is_wanted(service, source)
        assert gateway.request("POST", path, body, headers).status == 202
        assert is_wanted(service, source)
        answer = gateway.request("POST", f"{path}?validationToken=a%20b", b"", headers)
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (
            200,
            b"a b",
            "text/plain; charset=utf-8",
        )
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        for other in ("/api/data/sources", "/api/data/documents", f"/api/data/sources/{source['id']}"):
            assert_problem(gateway.get(other, headers={"Host": "ai.example.com"}), 421)
        assert_problem(gateway.request("POST", path, b" " * 2_000_000, headers), 413)


def test_the_gateway_limits_how_many_come(service: Service, door: Door) -> None:
    door.service = service
    body, headers = b'{"value": []}', {"Content-Type": "application/json"}
    with running(DATA_PORT=str(door.port), REQUESTS_PER_SECOND="1", REQUESTS_BURST="3") as gateway:
        statuses = [gateway.request("POST", f"/api/data{PATH}", body, headers).status for _ in range(12)]
    assert statuses[0] == 202
    assert 429 in statuses
