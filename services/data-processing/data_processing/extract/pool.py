"""Parsing in processes of its own, each with limits of time, memory, CPU, file size and output.

A parser that crashes, hangs or grows takes only itself down: its file gets the outcome, the next file a new process.
"""

import logging
import signal
import tempfile
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import confine, second
from data_processing.extract.engine import Engine, First
from data_processing.extract.options import Options
from data_processing.extract.processes import Processes
from oberaconnect.problems import Unavailable

_SECOND_MEMORY_MB = 4096
#: Two parsers and their server hold 260 MB; starting them again takes a quarter of a second.
_IDLE_SECONDS = 60.0
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
    """Parses files, from any thread. Its processes start with the first file and end some time after the last."""

    def __init__(
        self, *, workers: int, timeout_seconds: float, memory_mb: int, idle_seconds: float = _IDLE_SECONDS
    ) -> None:
        """At most `workers` files at once, each with so much time and memory."""
        self._timeout_seconds = timeout_seconds
        self._first = Processes(workers, memory_mb, idle_seconds=idle_seconds)
        self._second = Processes(1, _SECOND_MEMORY_MB, idle_seconds=idle_seconds)

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

    def _parse(self, processes: Processes, engine: Engine, path: Path, name: str, main_content: bool) -> ParsedDocument:
        # Owned by this side: what a parser leaves behind goes, however it ended.
        with tempfile.TemporaryDirectory(prefix="parse-", ignore_cleanup_errors=True) as scratch:
            task = _Task(engine, path.absolute(), name, main_content, self._timeout_seconds, Path(scratch))
            try:
                return processes.run(_run, task, self._timeout_seconds)
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
