"""call-flow as its callers meet it: the real application and database, and its worker one job at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.face import Face

from call_flow import app, parts
from call_flow.prove.job import Proving
from oberaconnect import worker
from oberaconnect.db import as_owner, migrate
from oberaconnect.jobs import Claim, Queue
from oberaconnect.settings import Settings


class Phones(Face):
    """The running service."""

    service = "call-flow"
    segment = "callflow"

    def __init__(self, settings: Settings) -> None:
        """`settings` name a migrated database."""
        self.parts = parts.build(settings)
        super().__init__(settings, app.assemble(self.parts))

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
