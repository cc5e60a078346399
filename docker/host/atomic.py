"""Writing a file whole or not at all, one writer at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def beside(target: Path, text: str) -> str:
    """Write a temporary file (mode 600) in the folder of `target`; returns its name."""
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def replace(target: Path, text: str) -> None:
    """Give a file another content; its mode and owner stay, and a link keeps pointing to it."""
    real = target.resolve()
    before = real.stat()
    temporary = beside(real, text)
    try:
        os.chmod(temporary, before.st_mode & 0o7777)
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(temporary, before.st_uid, before.st_gid)
        os.replace(temporary, real)
    except OSError:
        os.unlink(temporary)
        raise


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other command changes files of this folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
