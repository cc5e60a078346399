"""Where backups lie: names by time, a new one complete or not there, old ones taken away."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from host.obstacle import Obstacle

_RESERVE_BYTES = 256 * 2**20
_BACKUP = re.compile(r"oberaconnect-\d{8}T\d{6}Z\.tar(\.enc|\.age)?")
_UNFINISHED = ".unfinished-"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One command at a time. Raises `Obstacle` when another one is at it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Obstacle("Another backup, restore or verify is at work. Wait for its end.") from None
        for left in folder.glob(f"{_UNFINISHED}*"):
            left.unlink()
        yield


def name(ending: str, now: float) -> str:
    """What a new backup is called."""
    return time.strftime(f"oberaconnect-%Y%m%dT%H%M%SZ{ending}", time.gmtime(now))


def require_place(target: Path) -> None:
    """Raises `Obstacle` when no new file can be made there."""
    if target.exists() or target.is_symlink():
        raise Obstacle(f"{target} is there already. Name another file, or remove it.")
    if not target.parent.is_dir():
        raise Obstacle(f"The folder {target.parent} does not exist. Make it: mkdir -p {target.parent}")


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raises `Obstacle` when the disk could not hold that much more."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _RESERVE_BYTES:
        wanted = f"{(needed_bytes + _RESERVE_BYTES) / 2**20:,.0f} MB"
        raise Obstacle(
            f"The disk of {folder} has {free / 2**20:,.0f} MB free; up to {wanted} may be needed. Make room."
        )


@contextmanager
def new(target: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when the block has ended well; only its owner may read it."""
    temporary = target.parent / f"{_UNFINISHED}{target.name}"
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)  # the name itself is only durable when the folder is
        finally:
            os.close(handle)
    finally:
        temporary.unlink(missing_ok=True)


def number_to_keep(values: Mapping[str, str]) -> int | None:
    """BACKUP_KEEP; None keeps all. Raises `Obstacle`."""
    given = values.get("BACKUP_KEEP", "")
    if given and (not given.isascii() or not given.isdigit() or int(given) < 1):
        raise Obstacle(f"BACKUP_KEEP={given} is not a number from 1 on; empty keeps all.")
    return int(given) if given else None


def thin_out(folder: Path, keep: int | None) -> list[str]:
    """Remove all but the newest; returns the names of those that went."""
    found = sorted(path for path in folder.iterdir() if _BACKUP.fullmatch(path.name) and path.is_file())
    gone = found[:-keep] if keep else []
    for path in gone:
        path.unlink()
    return [path.name for path in gone]
