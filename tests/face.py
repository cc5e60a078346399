"""A service as its callers meet it, within the process of the test: the real application and database."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from flask import Flask
from werkzeug.test import TestResponse

from oberaconnect.auth import SCOPES, Principal, internal_token
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings

#: Alice and Bob work for the client acme, Charlie for globex.
CLIENTS = {"alice": "acme", "bob": "acme", "charlie": "globex"}


class Face:
    """A running service. Called without a name it is the local user of open mode, who may act for all clients."""

    #: The name of the service, and the segment of its paths.
    service: ClassVar[str]
    segment: ClassVar[str]

    def __init__(self, settings: Settings, app: Flask) -> None:
        """`settings` name the migrated database of the application."""
        self.settings = settings
        self._http = app.test_client()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "",
        scopes: Any = SCOPES,
        readers: Collection[str] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """A request below the segment of the service, for somebody whose service asks; with `readers` for a person."""
        sent = dict(headers or {})
        if who:
            tenant = CLIENTS[who]
            known_by = None if readers is None else frozenset(readers)
            principal = Principal(who, tenant, frozenset({tenant}), frozenset(scopes), known_by)
            sent["Authorization"] = f"Bearer {internal_token(self.settings, principal, self.service, scopes)}"
        return self._http.open(f"/api/{self.segment}{path}", method=method, json=body, headers=sent, **options)

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

    def forget(self) -> None:
        """Begin with nothing that is kept."""
        with as_owner(self.settings) as connection:
            connection.execute(
                "DO $$ DECLARE tables text; BEGIN"
                " SELECT string_agg(format('%I.%I', schemaname, tablename), ',') INTO tables FROM pg_tables"
                f" WHERE schemaname = '{self.service.replace('-', '_')}' AND tablename <> 'migration';"
                " EXECUTE 'TRUNCATE ' || tables; END $$"
            )


def document(answer: TestResponse) -> Any:
    """The JSON of an answer."""
    return answer.get_json()
