"""The record of every scan and of every attempt: one line of JSON each, in the container's log and nowhere else."""

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scan.refusal import shown

_MOST_WORDS = 70

Write = Callable[[bytes], object]


def to(file: Path) -> Write:
    """Write into what `file` leads to: /proc/1/fd/1 is the container's log, from whichever process.

    The function raises OSError when nobody can read the line there; then no scan may begin.
    """

    def write(line: bytes) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # long lines of two processes must not mix
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    return write


def line(event: str, *, words: Sequence[str], **facts: Any) -> bytes:
    """One event as a line. `words` is what the caller asked for, the longest of it cut short."""
    few = [word if len(word) <= 80 and word.isprintable() else shown(word) for word in words[:_MOST_WORDS]]
    return json.dumps({"time": now(), "service": "kali-nmap", "event": event, **facts, "asked": few}).encode() + b"\n"


def now() -> str:
    """The time as the audit lines and the answers have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
