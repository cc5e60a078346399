"""Working off the lines of a ledger: fetch, prepare, publish or describe, until none is queued.

Files are fetched some way ahead of those that are parsed, and while the chunks of one are embedded the next are parsed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import TypeVar

from data_processing import ledger
from data_processing.prepare import Described, Prepared, Preparer, PutOff, Received, Settled
from data_processing.publish import Publisher
from oberaconnect.db import Database
from oberaconnect.jobs import Claim
from oberaconnect.problems import Unavailable
from oberaconnect.settings import Settings
from oberaconnect.worker import Work

#: Chunks that go to the index in one request: enough to keep its threads busy, few enough to report progress.
BATCH_CHUNKS = 64
#: Documents that are described anew in one request.
BATCH_DESCRIBED = 100
#: Lines read from the ledger at once.
PAGE_LINES = 200

#: Where the bytes of a line come from. Runs in threads.
Receive = Callable[[Claim, ledger.Row], Received | Settled]
Before = TypeVar("Before")
After = TypeVar("After")


class Lines:
    """Shared by all jobs of the worker that have a ledger."""

    def __init__(self, settings: Settings, database: Database, preparer: Preparer, publisher: Publisher) -> None:
        """The parts of the process."""
        self._settings = settings
        self._database = database
        self._preparer = preparer
        self._publisher = publisher

    def work_off(
        self, work: Work, receive: Receive, *, held_since: datetime | None, after_page: Callable[[], None] | None = None
    ) -> None:
        """Work until the last line is closed. `after_page` is called whenever some two hundred are.

        Raises:
            Unavailable: when lines are left that engineering-api has to see first, and all others are closed.
        """
        put_off: list[PutOff] = []
        last = -1
        with ExitStack() as stack:
            fetchers = stack.enter_context(ThreadPoolExecutor(self._settings.fetch_workers, "fetch"))
            parsers = stack.enter_context(ThreadPoolExecutor(self._settings.parse_workers, "prepare"))
            while entries := self._queued(work.claim, last):
                put_off += self._page(work, (fetchers, parsers), entries, receive, held_since)
                last = entries[-1]["number"]
                if after_page is not None:
                    after_page()
        if put_off:
            raise Unavailable(put_off[0].reason)

    def _queued(self, claim: Claim, after: int) -> list[ledger.Row]:
        with self._database.transaction(claim.tenant) as connection:
            return ledger.queued_entries(connection, claim.id, PAGE_LINES, after=after)

    def _page(
        self,
        work: Work,
        threads: tuple[ThreadPoolExecutor, ThreadPoolExecutor],
        entries: Sequence[ledger.Row],
        receive: Receive,
        held_since: datetime | None,
    ) -> list[PutOff]:
        """Work off some lines; returns those that have to wait."""

        def fetch(entry: ledger.Row) -> Received | Settled:
            return receive(work.claim, entry)

        def prepare(received: Received | Settled) -> Prepared | Described | Settled | PutOff:
            if isinstance(received, Settled):
                return received
            return self._preparer.prepare(work.claim, received, held_since)

        fetchers, parsers = threads
        batch: list[Prepared] = []
        described: list[Described] = []
        put_off: list[PutOff] = []
        fetched = _ahead(fetchers, fetch, entries, 2 * self._settings.fetch_workers)
        for result in _ahead(parsers, prepare, fetched, self._settings.parse_workers):
            work.check()
            match result:
                case Settled():
                    self._publisher.settle(work.claim, result)
                case Described():
                    described.append(result)
                case Prepared():
                    batch.append(result)
                case PutOff():
                    put_off.append(result)
            if sum(len(item.chunks) for item in batch) >= BATCH_CHUNKS:
                self._publisher.publish(work, batch)
                batch = []
            if len(described) >= BATCH_DESCRIBED:
                self._publisher.describe(work, described)
                described = []
        if batch:
            self._publisher.publish(work, batch)
        if described:
            self._publisher.describe(work, described)
        return put_off


def _ahead(
    threads: ThreadPoolExecutor, function: Callable[[Before], After], items: Iterable[Before], width: int
) -> Iterator[After]:
    """`map` that begins only a few items before they are asked for, so that an end leaves little half-done."""
    running: list[Future[After]] = []
    for item in items:
        running.append(threads.submit(function, item))
        if len(running) > width:
            yield running.pop(0).result()
    for future in running:
        yield future.result()
