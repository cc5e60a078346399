"""The programs' logs: their end, and on request as it grows."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from host.obstacle import Obstacle
from host.place import Place

#: Long enough for a line with a traceback in it.
_BYTES_PER_LINE = 4_000


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
