"""Watching runs: everything that happens is a row, and whoever watches is told when there are new ones."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from agents.store import events, runs
from oberaconnect import reader
from oberaconnect.db import Database
from oberaconnect.problems import Unavailable

_LISTEN_SECONDS = 5.0
_PAUSE_SECONDS = 2.0
#: A watcher looks by itself too, so a lost connection costs some seconds and nothing else.
_LOOK_SECONDS = 3.0
_AT_ONCE = 500


class Follower:
    """One a process; safe under threads. It listens on one connection for all watchers, from the first one on."""

    def __init__(self, database: Database) -> None:
        """Nothing is opened before somebody watches."""
        self._database = database
        self._lock = threading.Lock()
        self._watched: dict[str, set[threading.Event]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def close(self) -> None:
        """Listen no more."""
        self._closed.set()

    def events(self, tenants: str, run_id: UUID, after: int = 0) -> Iterator[events.Row]:
        """The events of a run after a number, as they come, to the one that ends it: {seq, type, data, at}.

        Raises:
            NoSuchRun: when the tenants have no such run.
        """
        news = self._watch(run_id)
        try:
            while True:
                news.clear()  # before looking, so that what comes meanwhile is not waited for
                with self._database.transaction(tenants) as connection:
                    run = runs.find(connection, run_id)
                    found = events.after(connection, run_id, after, _AT_ONCE)
                for row in found:
                    after = row["seq"]
                    yield row
                if (not found and run["status"] in runs.ENDED) or reader.has_left():
                    return
                if len(found) < _AT_ONCE:
                    news.wait(0 if run["status"] in runs.ENDED else _LOOK_SECONDS)
        finally:
            self._leave(run_id, news)

    def settled(self, tenants: str, run_id: UUID, seconds: float) -> runs.Row:
        """The run when it is over or waits for a person, or when the time is up. Raises `NoSuchRun`."""
        deadline = time.monotonic() + seconds
        news = self._watch(run_id)
        try:
            while True:
                news.clear()
                with self._database.transaction(tenants) as connection:
                    run = runs.find(connection, run_id)
                left = deadline - time.monotonic()
                if run["status"] in runs.SETTLED or left <= 0:
                    return run
                news.wait(min(left, _LOOK_SECONDS))
        finally:
            self._leave(run_id, news)

    def _watch(self, run_id: UUID) -> threading.Event:
        news = threading.Event()
        with self._lock:
            self._watched[str(run_id)].add(news)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="follower", daemon=True)
                self._thread.start()
        return news

    def _leave(self, run_id: UUID, news: threading.Event) -> None:
        with self._lock:
            watchers = self._watched[str(run_id)]
            watchers.discard(news)
            if not watchers:
                del self._watched[str(run_id)]

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                is_new = True
                for words in self._database.listen(_LISTEN_SECONDS, events.TOPIC):
                    if self._closed.is_set():
                        return
                    # What was told before there was anybody to hear it is looked up by all.
                    self._wake(self._everything() if is_new else words)
                    is_new = False
            except Unavailable:
                self._closed.wait(_PAUSE_SECONDS)

    def _everything(self) -> list[str]:
        with self._lock:
            return list(self._watched)

    def _wake(self, runs_with_news: Iterable[str]) -> None:
        with self._lock:
            for run_id in runs_with_news:
                for news in self._watched.get(run_id, ()):
                    news.set()
