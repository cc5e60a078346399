"""What Prometheus is told of the sources of a caller's clients."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.shelf import Shelf

from data_processing import connectors
from oberaconnect.problems import Unprocessable

MakeService = Callable[..., Service]


@pytest.fixture(autouse=True)
def _shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.KINDS, "shelf", "tests.fakes.shelf:ShelfConnector")


def add(service: Service, shelf: Shelf, *, key: str = "", **fields: Any) -> dict[str, Any]:
    body = {"kind": "shelf", "name": "books", "config": {"shelf": shelf.name}, **fields}
    answer = service.call("POST", "/sources", key=key, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def sync(service: Service, source: dict[str, Any], query: str = "", *, key: str = "") -> str:
    """Run once; the id of the run."""
    answer = service.call("POST", f"/sources/{source['id']}/sync{query}", key=key)
    assert answer.status_code == 202, answer.text
    service.work()
    return str(answer.get_json()["id"])


def gauges(service: Service, *, key: str = "", client: str = "default", source: str = "books") -> dict[str, float]:
    """The gauges of one source, by name."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    text = service.client.get("/metrics", headers=headers).text
    labels = re.escape(f'{{client="{client}",kind="shelf",source="{source}"}}')
    found = re.findall(rf"^(source_\w+){labels} (\S+)$", text, re.MULTILINE)
    for name, _ in found:
        assert f"# HELP {name} " in text
        assert f"# TYPE {name} gauge" in text
    return {name.removeprefix("source_"): float(value) for name, value in found}


def _full_shelf(**options: Any) -> Shelf:
    shelf = Shelf(**options)
    for number in range(8):
        shelf.put(f"book-{number}", f"Chapter of book {number}.")
    return shelf


def test_a_source_tells_when_it_went_through_and_what_it_holds(service: Service) -> None:
    shelf = _full_shelf()
    source = add(service, shelf)
    nothing = {"documents": 0, "failed_items": 0, "quarantined_items": 0, "waiting_for_decision": 0}
    assert gauges(service) == nothing
    sync(service, source)
    (row,) = service.execute("SELECT extract(epoch FROM last_success_at) AS at FROM data_processing.source")
    found = gauges(service)
    assert found.pop("last_success_timestamp_seconds") == pytest.approx(float(row["at"]), abs=1)
    assert found == nothing | {"documents": 8, "last_run_failed": 0}


def test_what_fails_is_counted_until_it_is_left_alone(service: Service) -> None:
    shelf = _full_shelf()
    shelf.put("torn", "Half a page.", failure="It is torn.")
    source = add(service, shelf)
    sync(service, source)
    found = gauges(service)
    assert (found["documents"], found["failed_items"], found["quarantined_items"]) == (8, 1, 0)
    for _ in range(4):
        sync(service, source)
    found = gauges(service)
    assert (found["documents"], found["failed_items"], found["quarantined_items"]) == (8, 0, 1)


def test_a_run_that_failed_shows_until_one_goes_through(service: Service) -> None:
    shelf = _full_shelf()
    source = add(service, shelf)
    sync(service, source)
    before = gauges(service)["last_success_timestamp_seconds"]
    shelf.away = Unprocessable("The library is closed.")
    sync(service, source)
    found = gauges(service)
    assert (found["last_run_failed"], found["last_success_timestamp_seconds"]) == (1, before)
    shelf.away = None
    sync(service, source, "?dry_run=true")
    assert gauges(service)["last_run_failed"] == 1
    sync(service, source)
    found = gauges(service)
    assert found["last_run_failed"] == 0
    assert found["last_success_timestamp_seconds"] > before


def test_a_run_that_asks_waits_and_has_not_failed(service: Service) -> None:
    shelf = _full_shelf()
    source = add(service, shelf)
    sync(service, source)
    for number in range(6):
        shelf.take(f"book-{number}")
    run = sync(service, source)
    found = gauges(service)
    assert (found["waiting_for_decision"], found["last_run_failed"], found["documents"]) == (1, 0, 8)
    assert service.call("POST", f"/sources/{source['id']}/runs/{run}/approve").status_code == 200
    service.work()
    found = gauges(service)
    assert (found["waiting_for_decision"], found["last_run_failed"], found["documents"]) == (0, 0, 2)


def test_that_microsoft_cannot_tell_of_changes_shows(service: Service) -> None:
    add(service, Shelf())
    assert "subscription_failed" not in gauges(service)
    for problem, value in (("Microsoft Graph refuses a subscription.", 1), ("", 0)):
        service.execute(
            "UPDATE data_processing.source SET subscriptions = jsonb_build_object('problem', %s::text)", problem
        )
        assert gauges(service)["subscription_failed"] == value


def test_each_caller_is_told_of_its_own_clients_only(make_service: MakeService) -> None:
    service = make_service(auth="required")
    alice, charlie = service.key(tenant="acme"), service.key(tenant="charlie")
    for key in (alice, charlie):
        sync(service, add(service, _full_shelf(), key=key), key=key)
    everybody = service.key(tenant="default", clients=None, scopes="data:read")
    assert gauges(service, key=alice, client="acme")["documents"] == 8
    assert gauges(service, key=alice, client="charlie") == {}
    assert gauges(service, key=everybody, client="acme") == gauges(service, key=alice, client="acme")
    assert gauges(service, key=everybody, client="charlie") == gauges(service, key=charlie, client="charlie")
    for key in ("", service.key(tenant="acme", scopes="rag:read,data:write")):
        assert gauges(service, key=key, client="acme") == {}


def test_a_source_that_is_being_removed_is_not_told_of(service: Service) -> None:
    add(service, Shelf())
    service.execute("UPDATE data_processing.source SET removing = 'keep'")
    assert gauges(service) == {}
