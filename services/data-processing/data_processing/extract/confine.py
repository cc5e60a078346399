"""What a parsing process may take, and how it ends: the kernel holds it to both."""

import ctypes
import multiprocessing.forkserver
import os
import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_MAX_FILE_BYTES = 256 << 20
_MAX_OPEN_FILES = 128
_CPU_GRACE_SECONDS = 10


def process(memory_bytes: int) -> None:
    """Set the limits that hold for the life of this process."""
    _die_with_the_service()
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES, _MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_the_service() -> None:
    """Be killed with the process that this one was forked from, and let that one see when the service is gone.

    Python's fork server ends when nobody holds its "alive" pipe any more. Its children hold it too, so a busy parser
    would keep the server, and with it itself, alive after a kill -9 of the service.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    server: Any = multiprocessing.forkserver._forkserver
    if server._forkserver_alive_fd is not None:
        os.close(server._forkserver_alive_fd)
        server._forkserver_alive_fd = None


@contextmanager
def for_task(budget_seconds: float, scratch: Path) -> Iterator[None]:
    """Give a task its CPU time and its own folder for temporary files."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + budget_seconds + _CPU_GRACE_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, hard))
    tempfile.tempdir = str(scratch)
    try:
        yield
    finally:
        tempfile.tempdir = None
        ctypes.CDLL(None).malloc_trim(0)  # what a large file took goes back to the system, not into the next one's turn
