"""agents as its callers meet it: the real application and database, and its worker one activation at a time."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from tests.face import Face

from agents import app, ending, parts
from agents.control import Control
from agents.housekeeping import Housekeeping
from agents.loop.activation import Means
from agents.loop.running import Running
from agents.pool import Pool
from agents.scheduling import Scheduler
from agents.store import runs
from agents.tools.contract import Tool
from oberaconnect import worker
from oberaconnect.db import as_owner, migrate
from oberaconnect.jobs import Claim, Queue
from oberaconnect.settings import Settings


class Agents(Face):
    """The running service. `tools` stand beside those of the platform."""

    service = "agents"
    segment = "agents"

    def __init__(self, settings: Settings, tools: Mapping[str, Tool] | None = None) -> None:
        """`settings` name a migrated database."""
        self.parts = parts.build(settings)
        self.parts.tools.update(tools or {})
        super().__init__(settings, app.assemble(self.parts))
        self.queue = Queue(self.parts.database, gave_up=ending.gave_up(settings))
        self.pool = Pool(settings, self.parts.database)
        self.control = Control(self.parts.database)
        self.handler = Running(
            Means(settings, self.parts.database, self.parts.models, self.parts.tools, self.pool, self.control),
            self.queue,
        )
        self.scheduler = Scheduler(settings, self.parts.database, self.parts.models)
        self.housekeeping = Housekeeping(settings, self.parts.database, self.scheduler)

    def work(self) -> bool:
        """Let the worker take up one run and bring it as far as it goes; whether there was one."""
        claim = self.claim()
        if claim is not None:
            self.attempt(claim)
        return claim is not None

    def work_all(self) -> None:
        """Let the worker go on until nothing can go on."""
        while self.work():
            pass

    def claim(self) -> Claim | None:
        """Let a worker take the next run, and do nothing yet."""
        return self.queue.claim([runs.KIND])

    def attempt(self, claim: Claim) -> None:
        """Let the worker that took a run go on with it."""
        worker.attempt(self.queue, {runs.KIND: self.handler}, claim, threading.Event())

    def expire_leases(self) -> None:
        """What half a minute does: nobody else may take a run while its worker's lease runs."""
        with as_owner(self.settings) as connection:
            connection.execute("UPDATE agents.job SET lease_until = now() WHERE status = 'running'")

    def hurry(self) -> None:
        """What the time does after which something that was put off is tried again."""
        with as_owner(self.settings) as connection:
            connection.execute("UPDATE agents.job SET run_after = now() WHERE status = 'queued'")

    def begin(self, agent: str, text: str, *, who: str = "", **fields: Any) -> Any:
        """A run that was accepted."""
        return self.post("/runs", {"agent": agent, "input": text, **fields}, who=who, status=202)

    def run(self, run_id: str, *, who: str = "") -> Any:
        """A run as it is now."""
        return self.get(f"/runs/{run_id}", who=who)

    def events(self, run_id: str, *, who: str = "") -> list[Any]:
        """What happened in a run so far."""
        found: list[Any] = self.get(f"/runs/{run_id}/events?after=0&limit=1000", who=who)["items"]
        return found

    def told(self, run_id: str) -> list[str]:
        """The types of what happened, without the pieces of what the model said."""
        return [event["type"] for event in self.events(run_id) if event["type"] != "message.delta"]

    @classmethod
    @contextmanager
    def running(cls, settings: Settings, tools: Mapping[str, Tool] | None = None) -> Iterator[Self]:
        """The service on a database of its own."""
        migrate(settings, "agents")
        service = cls(settings, tools)
        try:
            yield service
        finally:
            service.close()

    def close(self) -> None:
        """Let go of everything."""
        self.housekeeping.close()
        self.control.close()
        self.pool.close()
        self.parts.close()


running = Agents.running
