"""The operations of agents as their callers meet them: the real handlers and database, without the worker's loop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.face import CLIENTS, Face

from agents import api_agents, api_audit, api_callbacks, api_runs, api_schedules, api_usage, callbacks, parts
from agents.api import api
from agents.scheduling import Scheduler
from agents.store import audit, usage
from oberaconnect import jobs, web, worker
from oberaconnect.db import EVERY_TENANT, as_owner, migrate
from oberaconnect.jobs import Queue
from oberaconnect.settings import Settings

#: Importing them registers their handlers.
__all__ = [
    "Operations",
    "api_agents",
    "api_audit",
    "api_callbacks",
    "api_runs",
    "api_schedules",
    "api_usage",
    "running",
]


class Operations(Face):
    """The running service."""

    service = "agents"
    segment = "agents"

    def __init__(self, settings: Settings) -> None:
        """`settings` name a migrated database."""
        self.parts = parts.build(settings)
        self.queue = Queue(self.parts.database)
        self.scheduler = Scheduler(settings, self.parts.database, self.parts.models)
        super().__init__(
            settings,
            web.create_app(
                web.Service(name="agents", prefix=api.name),
                api=api,
                parts=self.parts,
                settings=settings,
                database=self.parts.database,
                checks={},
            ),
        )

    def record(self, action: str, *, who: str = "alice", object: str = "run:1", **data: Any) -> None:
        """Somebody does something that the audit keeps."""
        with self.parts.database.transaction(CLIENTS[who]) as connection:
            audit.record(connection, CLIENTS[who], actor=who, action=action, object=object, data=data)

    def use(self, agent: str, *, who: str = "alice", **amounts: Any) -> None:
        """A run of somebody uses something."""
        with self.parts.database.transaction(CLIENTS[who]) as connection:
            usage.add(connection, CLIENTS[who], who, agent, **amounts)

    def deliver(self) -> bool:
        """Let the worker try once to deliver the callback that waits longest, without waiting for its time."""
        self.execute("UPDATE agents.job SET run_after = now() WHERE status = 'queued'")
        claim = self.queue.claim([callbacks.KIND])
        if claim is not None:
            handlers: dict[str, worker.Handler] = {
                callbacks.KIND: callbacks.Delivering(self.settings, self.parts.database)
            }
            worker.attempt(self.queue, handlers, claim, threading.Event())
        return claim is not None

    def callbacks(self) -> list[dict[str, Any]]:
        """The jobs of all callbacks, oldest first."""
        with self.parts.database.transaction(EVERY_TENANT) as connection:
            rows = connection.execute("SELECT id FROM job WHERE kind = 'callback' ORDER BY created_at").fetchall()
            return [jobs.find(connection, row["id"]) for row in rows]

    def execute(self, statement: str) -> None:
        """What only the owner of the database can do."""
        with as_owner(self.settings) as connection:
            connection.execute(statement)  # type: ignore[arg-type] # of a test


@contextmanager
def running(settings: Settings) -> Iterator[Operations]:
    """The service on a database of its own."""
    migrate(settings, "agents")
    service = Operations(settings)
    try:
        yield service
    finally:
        service.parts.close()
