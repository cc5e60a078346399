"""Processes of this machine, read from /proc: what they are called, where they work, what memory they hold."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """A process as its `stat` line describes it."""

    pid: int
    name: str
    resident_bytes: int


def all_pids() -> list[int]:
    """Every process id there is."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def describe(pid: int) -> str:
    """A process in words: its command line, shortened, and its number."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        words = ""
    return f"'{words[:60] or 'a process'}' (process {pid})"


def look(pid: int) -> Process | None:
    """The process, or None when there is none (a zombie is none)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    if fields[0] in "ZX":
        return None
    return Process(pid, name, int(fields[21]) * _PAGE_BYTES)


def everybody() -> list[Process]:
    """Every process there is."""
    return [process for process in map(look, all_pids()) if process]


def works_in(process: Process, folder: Path) -> bool:
    """Whether the working directory of a process is this folder."""
    try:
        return os.readlink(f"/proc/{process.pid}/cwd") == str(folder.resolve())
    except OSError:
        return False


def end(pids: Iterable[int], number: signal.Signals, *, patience_seconds: float) -> None:
    """Ask processes to end, and kill what is left when the patience is over. Returns when all are gone."""
    left = [pid for pid in pids if _send(pid, number)]
    deadline = time.monotonic() + patience_seconds
    killed = False
    while left := [pid for pid in left if look(pid)]:
        if not killed and time.monotonic() > deadline:
            killed = True
            for pid in left:
                _send(pid, signal.SIGKILL)
        time.sleep(0.05)


def _send(pid: int, number: signal.Signals) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
        return True
    return False
