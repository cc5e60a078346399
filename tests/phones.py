"""call-flow as its callers meet it: the real application and database, and its worker one job at a time."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from call_flow import app, parts
from call_flow.prove.job import Proving
from oberaconnect import worker
from oberaconnect.auth import SCOPES, Principal, internal_token
from oberaconnect.db import as_owner, migrate
from oberaconnect.jobs import Claim, Queue
from oberaconnect.settings import Settings

#: Alice and Bob work for the client acme, Charlie for globex.
CLIENTS = {"alice": "acme", "bob": "acme", "charlie": "globex"}


class Phones:
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
        """A request below /api/callflow, for somebody whose service asks."""
        sent = dict(headers or {})
        if who:
            tenant = CLIENTS[who]
            principal = Principal(who, tenant, frozenset({tenant}), frozenset(scopes))
            sent["Authorization"] = f"Bearer {internal_token(self.settings, principal, 'call-flow', scopes)}"
        return self._http.open(f"/api/callflow{path}", method=method, json=body, headers=sent, **options)

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
                " WHERE schemaname = 'call_flow' AND tablename <> 'migration';"
                " EXECUTE 'TRUNCATE ' || tables; END $$"
            )

    def work(self) -> bool:
        """Let the worker make one attempt at one job; whether there was one."""
        claim = self.claim()
        if claim is not None:
            self.attempt(claim)
        return claim is not None

    def claim(self) -> Claim | None:
        """Let a worker take the next job, and do nothing yet."""
        return Queue(self.parts.database).claim(["prove"])

    def attempt(self, claim: Claim) -> None:
        """Let the worker that took a job go on with it."""
        handlers = {"prove": Proving(self.settings, self.parts.database)}
        worker.attempt(Queue(self.parts.database), handlers, claim, threading.Event())

    def expire_leases(self) -> None:
        """What half a minute does: nobody else may take a job while its lease runs."""
        with as_owner(self.settings) as connection:
            connection.execute("UPDATE call_flow.job SET lease_until = now() WHERE status = 'running'")


@contextmanager
def running(settings: Settings) -> Iterator[Phones]:
    """The service on a database of its own."""
    migrate(settings, "call_flow")
    service = Phones(settings)
    try:
        yield service
    finally:
        service.parts.close()
