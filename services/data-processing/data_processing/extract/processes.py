"""Processes that run tasks, there only while there is work: made when needed, anew when broken, ended when idle.

They are forked from a small server process, never from this one, which has threads. They die with it.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from pebble import ProcessPool

from data_processing.extract import confine

_TASKS_A_PROCESS = 100

Task = TypeVar("Task")
Result = TypeVar("Result")


class Processes:
    """A pebble pool. Safe under threads."""

    def __init__(self, workers: int, memory_mb: int, *, idle_seconds: float) -> None:
        """At most `workers` at once, each with so much memory; they end after `idle_seconds` without a task."""
        self._workers = workers
        self._memory_mb = memory_mb
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._tasks = 0
        self._rest: threading.Timer | None = None
        self._closed = False

    def run(self, function: Callable[[Task], Result], task: Task, timeout_seconds: float) -> Result:
        """Call the function in a process.

        Raises:
            TimeoutError: when it took longer.
            ProcessExpired: when the process died of it.
            BrokenExecutor, CancelledError: when there are no processes: this is being closed, or the system gives none.
            Exception: whatever the function raised.
        """
        with self._at_work():
            pool = self._running(None)
            try:
                return _run_in(pool, function, task, timeout_seconds)
            except BrokenExecutor:
                # A process that died while it had nothing to do breaks the pool; the task had no part in it.
                return _run_in(self._running(pool), function, task, timeout_seconds)

    def close(self) -> None:
        """End all processes, whatever they are doing. None is made any more."""
        with self._lock:
            self._closed = True
            self._end()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Until the last task has left, the processes stay; from then on they wait a while for the next one."""
        with self._lock:
            self._tasks += 1
            if self._rest is not None:
                self._rest.cancel()
        try:
            yield
        finally:
            with self._lock:
                self._tasks -= 1
                if not self._tasks and self._pool is not None:
                    self._rest = threading.Timer(self._idle_seconds, self._end_idle)
                    self._rest.daemon = True
                    self._rest.start()

    def _end_idle(self) -> None:
        # A task that comes in this moment either is counted already, or waits for the lock and gets a new pool.
        with self._lock:
            if not self._tasks:
                self._end()

    def _running(self, broken: ProcessPool | None) -> ProcessPool:
        """The pool; another one than `broken`."""
        with self._lock:
            if self._closed:
                raise BrokenExecutor("the pool is closed")
            if self._pool is not None and (self._pool is broken or not self._pool.active):
                self._end()
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=_TASKS_A_PROCESS,
                    initializer=confine.process,
                    initargs=(self._memory_mb * 2**20,),
                    context=_server.enter(),
                )
            return self._pool

    def _end(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
            _server.leave()


def _run_in(pool: ProcessPool, function: Callable[[Task], Result], task: Task, timeout_seconds: float) -> Result:
    try:
        future = pool.schedule(function, args=(task,), timeout=timeout_seconds)
    except RuntimeError as error:  # "the pool is not active"
        raise BrokenExecutor from error
    return future.result()


class _Server:
    """The process that the processes of all pools are forked from. It ends with the last pool."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools = 0

    def enter(self) -> Any:
        """The context of a pool that is about to be made."""
        with self._lock:
            self._pools += 1
        # A fork of a process with threads may hang, a spawned one loads everything again for each start.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["data_processing.extract.preload"])
        return context

    def leave(self) -> None:
        """A pool has ended, and all its processes with it."""
        with self._lock:
            self._pools -= 1
            if self._pools:
                return
            server: Any = multiprocessing.forkserver._forkserver
            if server._forkserver_pid is not None:
                # It would end by itself when nobody holds its pipe any more; nothing is to wait for that.
                os.kill(server._forkserver_pid, signal.SIGKILL)
                server._stop()


_server = _Server()
