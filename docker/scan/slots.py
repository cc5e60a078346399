"""How many scans run at a time, over all processes of the container."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scan.refusal import Busy


@contextmanager
def slot(folder: Path, count: int) -> Iterator[None]:
    """Hold one of `count` places. The kernel gives it back when the process dies, whatever it dies of.

    Raises:
        Busy: when all are taken.
    """
    for number in range(count):
        descriptor = os.open(folder / f"scan-{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield
        finally:
            os.close(descriptor)
        return
    raise Busy(f"{count} scans run already (SCAN_AT_ONCE). Try again when one has ended.")
