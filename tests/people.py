"""A client whose people come with tokens of Entra ID: Alice by name, Bob of the board, and Charlie, who is neither."""

from typing import Any

from tests.data import Service
from tests.fakes.authority import Authority
from tests.fakes.shelf import Shelf
from tests.sources import add, sync

GROUPS = {"alice": ["staff"], "bob": ["staff", "board"], "charlie": ["staff"]}
ROLES = ["data.read", "data.write", "client.acme"]


class Office:
    """The client acme: a shelf, a key that sees all of it, and people."""

    def __init__(self, service: Service, authority: Authority) -> None:
        self.service = service
        self.authority = authority
        self.key = service.key(tenant="acme")
        self.shelf = Shelf(tells_changes=True)

    def ask(self, name: str, path: str, method: str = "GET", **more: Any) -> Any:
        """A request with the token of a person."""
        token = self.authority.token(name, roles=ROLES, groups=GROUPS[name])
        return self.service.call(method, path, key=token, **more)

    def add(self, shelf: Shelf | None = None, **more: Any) -> dict[str, Any]:
        """Add a source with the key: the office's shelf, or another one."""
        return add(self.service, shelf or self.shelf, key=self.key, **more)

    def sync(self, source: dict[str, Any], query: str = "") -> dict[str, Any]:
        """Run once with the key; the run as it is then."""
        return sync(self.service, source, query, key=self.key)

    def names(self, person: str, path: str) -> set[str]:
        """What a list names to a person."""
        return names(self.ask(person, path))


def names(answer: Any) -> set[str]:
    """The external ids in a list."""
    assert answer.status_code == 200, answer.text
    return {item["external_id"] for item in answer.get_json()["items"]}
