"""Programs of the project that run in a process of their own, each held to memory and time.

For libraries that keep all other threads waiting, or that only the kernel can stop.
"""

import subprocess
import sys
import threading
from pathlib import Path

from oberaconnect.problems import Unavailable, Unprocessable

_AT_ONCE = 2
_WAIT_SECONDS = 30


class Program:
    """A Python file that reads an order on stdin, limits itself, and writes its answer to stdout. Two run at once."""

    def __init__(self, file: Path, *, busy: type[Unavailable], refused: type[Unprocessable]) -> None:
        """`busy` is raised when others do not end, `refused` when an order takes too much time or memory."""
        self._file = file
        self._busy = busy
        self._refused = refused
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def run(self, order: bytes, seconds: float) -> bytes:
        """The answer to an order, which may take so long.

        Raises:
            RuntimeError: when the program fails, with what it said.
        """
        command = [sys.executable, "-I", str(self._file)]
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise self._busy
        try:
            done = subprocess.run(command, input=order, capture_output=True, timeout=seconds, env={}, check=False)
        except subprocess.TimeoutExpired:
            raise self._refused from None
        finally:
            self._places.release()
        if done.returncode < 0:  # killed for its memory or processor time
            raise self._refused
        if done.returncode:
            raise RuntimeError(f"{self._file.name} failed: {done.stderr.decode(errors='replace')}")
        return done.stdout
