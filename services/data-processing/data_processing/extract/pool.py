"""Parsing in processes of its own, each with limits of time, memory, CPU, file size and output.

A parser that crashes, hangs or grows takes only itself down: its file gets the outcome, the next file a new process.
The processes are forked from a small server process, never from this one, which has threads. They die with it.
"""

import logging
import multiprocessing
import signal
import tempfile
import threading
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import confine, second
from data_processing.extract.engine import Engine, First
from data_processing.extract.options import Options
from oberaconnect.problems import Unavailable

_TASKS_A_PROCESS = 100
_SECOND_MEMORY_MB = 4096
#: Outcomes of the first engine after which the second may try.
_FOR_SECOND = ("corrupt", "unsupported")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Task:
    engine: Engine
    path: Path
    name: str
    main_content: bool
    budget_seconds: float
    scratch: Path


def _run(task: _Task) -> ParsedDocument:
    """Parse one file. Runs in a process of the pool."""
    with confine.for_task(task.budget_seconds, task.scratch):
        options = Options(main_content=task.main_content, budget_seconds=task.budget_seconds)
        return task.engine.parse(task.path.read_bytes(), task.name, options)


class ParsePool:
    """Parses files, from any thread. No process is started before the first file comes."""

    def __init__(self, *, workers: int, timeout_seconds: float, memory_mb: int) -> None:
        """At most `workers` files at once, each with so much time and memory."""
        self._timeout_seconds = timeout_seconds
        self._first = _Processes(workers, memory_mb)
        self._second = _Processes(1, _SECOND_MEMORY_MB)

    def parse(self, path: Path, name: str, *, main_content: bool = False) -> ParsedDocument:
        """Read a file; `main_content` leaves out what surrounds the article of a web page.

        Raises:
            ParseFailed: with the outcome and the reason.
            Unavailable: while the service is ending.
        """
        try:
            return self._parse(self._first, First(), path, name, main_content)
        except ParseFailed as failure:
            if failure.outcome not in _FOR_SECOND or not second.may_read(path, name):
                raise
            try:
                return self._parse(self._second, second.Second(), path, name, main_content)
            except ParseFailed as again:
                _log.info("the second engine failed too", extra={"outcome": again.outcome, "reason": again.reason})
            raise failure from None

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        self._first.close()
        self._second.close()

    def _parse(
        self, processes: "_Processes", engine: Engine, path: Path, name: str, main_content: bool
    ) -> ParsedDocument:
        # Owned by this side: what a parser leaves behind goes, however it ended.
        with tempfile.TemporaryDirectory(prefix="parse-", ignore_cleanup_errors=True) as scratch:
            task = _Task(engine, path.absolute(), name, main_content, self._timeout_seconds, Path(scratch))
            try:
                return processes.run(task, self._timeout_seconds)
            except TimeoutError:
                raise ParseFailed("timeout", self._too_slow()) from None
            except MemoryError:
                raise ParseFailed(
                    "too_large", "The file needs more memory to be read than one file gets. Split it."
                ) from None
            except ProcessExpired as expired:
                if expired.exitcode == -signal.SIGXCPU:
                    raise ParseFailed("timeout", self._too_slow()) from None
                _log.warning("a parser crashed", extra={"exit_code": expired.exitcode, "file": name})
                raise ParseFailed(
                    "crashed", "The file crashed the parser. It may be damaged; save it anew and try again."
                ) from None
            except (BrokenExecutor, CancelledError) as error:
                # No fault of the file's: the service is ending, or cannot start processes.
                raise Unavailable("The parsers are not running right now. Try again in a moment.") from error

    def _too_slow(self) -> str:
        return f"Reading the file took longer than {self._timeout_seconds:g} seconds. Split it or simplify it."


class _Processes:
    """A pebble pool that is made when first needed, and made anew when it is broken."""

    def __init__(self, workers: int, memory_mb: int) -> None:
        self._workers = workers
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False

    def run(self, task: _Task, timeout_seconds: float) -> ParsedDocument:
        pool = self._running(None)
        try:
            return self._run_in(pool, task, timeout_seconds)
        except BrokenExecutor:
            # A process that died while it had nothing to do breaks the pool; the file had no part in it.
            return self._run_in(self._running(pool), task, timeout_seconds)

    @staticmethod
    def _run_in(pool: ProcessPool, task: _Task, timeout_seconds: float) -> ParsedDocument:
        try:
            future = pool.schedule(_run, args=(task,), timeout=timeout_seconds)
        except RuntimeError as error:  # "the pool is not active"
            raise BrokenExecutor from error
        return future.result()

    def _running(self, broken: ProcessPool | None) -> ProcessPool:
        """The pool; another one than `broken`."""
        with self._lock:
            if self._closed:
                raise BrokenExecutor("the pool is closed")
            if self._pool is not None and (self._pool is broken or not self._pool.active):
                _end(self._pool)
                self._pool = None
            if self._pool is None:
                # A fork of a process with threads may hang, a spawned one loads everything again for each start.
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["data_processing.extract.preload"])
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=_TASKS_A_PROCESS,
                    initializer=confine.process,
                    initargs=(self._memory_mb * 2**20,),
                    context=context,
                )
            return self._pool

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._pool is not None:
                _end(self._pool)
                self._pool = None


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
