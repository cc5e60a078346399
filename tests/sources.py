"""Sources in tests: adding one, running it, and what a run found and did."""

from typing import Any

from tests.data import Service
from tests.fakes.shelf import Shelf


def add(service: Service, shelf: Shelf, *, key: str = "", **fields: Any) -> dict[str, Any]:
    """Add a source that is a shelf."""
    config = {"shelf": shelf.name, **fields.pop("config", {})}
    body = {"kind": "shelf", "name": shelf.name, "config": config, **fields}
    answer = service.call("POST", "/sources", json=body, key=key)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def sync(service: Service, source: dict[str, Any], query: str = "", *, key: str = "") -> dict[str, Any]:
    """Run once; the run as it is then."""
    answer = service.call("POST", f"/sources/{source['id']}/sync{query}", key=key)
    assert answer.status_code == 202, answer.text
    service.work()
    return run(service, source, answer.get_json()["id"], key=key)


def run(service: Service, source: dict[str, Any], identifier: str, *, key: str = "") -> dict[str, Any]:
    """A run as it is now."""
    found: dict[str, Any] = service.call("GET", f"/sources/{source['id']}/runs/{identifier}", key=key).get_json()
    return found


def lines(service: Service, source: dict[str, Any], found: dict[str, Any], *, key: str = "") -> list[dict[str, Any]]:
    """What a run did with each item that it did something with."""
    path = f"/sources/{source['id']}/runs/{found['id']}/documents?limit=1000"
    items: list[dict[str, Any]] = service.call("GET", path, key=key).get_json()["items"]
    return items


def counts(found: dict[str, Any]) -> dict[str, int]:
    """The counts of a run that are not zero."""
    return {name: number for name, number in found["counts"].items() if number}
