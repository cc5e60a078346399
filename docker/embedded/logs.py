"""The programs' logs: their end, on request as it grows, and their last words in a form for people."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from host.obstacle import Obstacle
from host.place import Place

#: Long enough for a line with a traceback in it.
_BYTES_PER_LINE = 4_000
_TRACEBACK_LINES = 3


def show(place: Place, names: Sequence[str], *, follow: bool) -> int:
    """Print the end of the logs, and go on with `follow` until interrupted.

    Raises:
        Obstacle: when there is no such log.
    """
    known = {path.stem: path for path in sorted(place.log.glob("*.log"))}
    if not known:
        raise Obstacle("There are no logs yet. Start the platform: make up")
    if unknown := [name for name in names if name not in known]:
        raise Obstacle(f"There is no log of {unknown[0]}. There are: {', '.join(known)}")
    chosen = [str(known[name]) for name in (names or known)]
    command = ["tail", "-n", "200" if names else "20", *(["-F"] if follow else []), *chosen]
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0


def tail(log: Path, lines: int) -> str:
    """The last lines of a log; a sentence when there are none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _BYTES_PER_LINE * lines))
            words = file.read().decode(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        words = []
    return "\n".join(words) or "(its log is empty)"


def size(log: Path) -> int:
    """How much there is of a log, in bytes; 0 when there is none."""
    return log.stat().st_size if log.exists() else 0


def since(log: Path, position: int) -> str:
    """What was written after `size` said `position`; a log that was rotated meanwhile is read from its beginning."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(position if position <= log.stat().st_size else 0)
        return file.read().decode(errors="replace")


def readable(text: str) -> str:
    """JSON log lines as a person reads them; of a traceback only the end, where the reason is."""
    return "\n".join(f"  {line}" for raw in text.splitlines() for line in _lines(raw))


def _lines(raw: str) -> list[str]:
    try:
        entry = json.loads(raw)
        head = f"{entry.pop('level')}: {entry.pop('message')}"
    except (ValueError, AttributeError, KeyError, TypeError):
        return [raw]
    trace = str(entry.pop("exception", "")).splitlines()[-_TRACEBACK_LINES:]
    known = {"time", "service", "logger", "request_id"}
    extra = ", ".join(f"{name}={value}" for name, value in entry.items() if name not in known)
    return [f"{head} ({extra})" if extra else head, *trace]
