"""The folders of instances: who looks after one holds its lock, and what nobody looks after any more is removed.

The lock goes with the processes that hold it, however they end. So a folder whose lock is free is left of an instance
that was killed together with its guard.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "pbx-"
_LOCK = "lock"


def make() -> tuple[Path, int]:
    """A new folder, and its lock as an open file: it is held until nobody has that open."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = os.open(folder / f"{_LOCK}.new", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    # A lock that can be seen is held already.
    (folder / f"{_LOCK}.new").rename(folder / _LOCK)
    return folder, held


def sweep() -> None:
    """Remove the folders that are left of instances of this user; those of others, and those in use, stay."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError):  # it is in use, somebody else's, or being removed
            if lock.parent.is_symlink() or lock.parent.stat().st_uid != os.getuid():
                continue
            held = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(lock.parent)
            finally:
                os.close(held)


def remove(folder: Path) -> None:
    """Remove a folder, its lock at last: what cannot be removed now is found again by it."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name != _LOCK:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.rmtree(folder)
