"""engineering-api as its callers meet it: the real application and database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engineering_api import app, parts
from oberaconnect.auth import SCOPES, Principal, internal_token
from oberaconnect.db import as_owner, migrate
from oberaconnect.settings import Settings

#: Alice and Bob work for the client acme, Charlie for globex.
CLIENTS = {"alice": "acme", "bob": "acme", "charlie": "globex"}


class Devices:
    """The running service. Called without a name it is the local user of open mode, who may act for all clients."""

    def __init__(self, settings: Settings) -> None:
        """`settings` name a migrated database."""
        self.settings = settings
        self.parts = parts.build(settings)
        self._http: FlaskClient = app.assemble(self.parts).test_client()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "",
        scopes: Any = SCOPES,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """A request below /api/engineering, for somebody whose service asks."""
        sent = dict(headers or {})
        if who:
            tenant = CLIENTS[who]
            principal = Principal(who, tenant, frozenset({tenant}), frozenset(scopes))
            sent["Authorization"] = f"Bearer {internal_token(self.settings, principal, 'engineering-api', scopes)}"
        return self._http.open(f"/api/engineering{path}", method=method, json=body, headers=sent, **options)

    def get(self, path: str, *, who: str = "") -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.call("GET", path, who=who)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any, *, who: str = "", status: int = 200) -> Any:
        """The JSON of a POST that ends as it should."""
        answer = self.call("POST", path, body, who=who)
        assert answer.status_code == status, answer.text
        return answer.json

    def keep(self, *files: tuple[str, str], site: str = "", who: str = "") -> list[str]:
        """Keep configurations, each a name and a text; their ids."""
        body = {"files": [{"name": name, "text": text} for name, text in files], "site": site}
        ids: list[str] = self.post("/configs", body, who=who, status=201)["config_ids"]
        return ids

    def forget(self) -> None:
        """Begin with nothing that is kept."""
        with as_owner(self.settings) as connection:
            connection.execute(
                "DO $$ DECLARE tables text; BEGIN"
                " SELECT string_agg(format('%I.%I', schemaname, tablename), ',') INTO tables FROM pg_tables"
                " WHERE schemaname = 'engineering_api' AND tablename <> 'migration';"
                " EXECUTE 'TRUNCATE ' || tables; END $$"
            )


@contextmanager
def running(settings: Settings) -> Iterator[Devices]:
    """The service on a database of its own."""
    migrate(settings, "engineering_api")
    service = Devices(settings)
    try:
        yield service
    finally:
        service.parts.close()
