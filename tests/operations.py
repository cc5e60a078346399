"""What stands around the runs of agents as its callers meet it: the audit, usage, schedules and callbacks."""

import threading
from typing import Any

from tests.agents_service import Agents
from tests.face import CLIENTS

from agents import callbacks
from agents.store import audit, usage
from oberaconnect import jobs, worker
from oberaconnect.db import EVERY_TENANT, as_owner


class Operations(Agents):
    """The running service."""

    def record(self, action: str, *, who: str = "alice", object: str = "run:1", **data: Any) -> None:
        """Somebody does something that the audit keeps."""
        with self.parts.database.transaction(CLIENTS[who]) as connection:
            audit.record(connection, CLIENTS[who], actor=who, action=action, object=object, data=data)

    def use(self, agent: str, *, who: str = "alice", **amounts: Any) -> None:
        """A run of somebody uses something."""
        with self.parts.database.transaction(CLIENTS[who]) as connection:
            usage.add(connection, CLIENTS[who], who, agent, **amounts)

    def deliver(self, *, is_stopping: bool = False) -> bool:
        """Let the worker try once to deliver the callback that waits longest, without waiting for its time."""
        stopping = threading.Event()
        if is_stopping:
            stopping.set()
        self.hurry()
        claim = self.queue.claim([callbacks.KIND])
        if claim is not None:
            handlers: dict[str, worker.Handler] = {
                callbacks.KIND: callbacks.Delivering(self.settings, self.parts.database)
            }
            worker.attempt(self.queue, handlers, claim, stopping)
        return claim is not None

    def callbacks(self) -> list[dict[str, Any]]:
        """The jobs of all callbacks, oldest first."""
        with self.parts.database.transaction(EVERY_TENANT) as connection:
            rows = connection.execute("SELECT id FROM job WHERE kind = 'callback' ORDER BY created_at").fetchall()
            return [jobs.find(connection, row["id"]) for row in rows]

    def execute(self, statement: str) -> None:
        """What only the owner of the database can do."""
        with as_owner(self.settings) as connection:
            connection.execute(statement)


running = Operations.running
