"""How much memory the platform holds, where it runs without Docker."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bench.figures import Figure, Target
from embedded import launch
from embedded.programs import saved
from embedded.supervisor import Supervisor
from host import place
from host.processes import Process

_TARGET_MB = 1_200.0


def memory() -> list[Figure]:
    """Resident memory of each program with all its processes. Nothing when none is supervised here."""
    here = place.find()
    figures = []
    shared_once = 0.0
    known = saved(here.run)
    for name, state in Supervisor(here).states().items():
        group = launch.members(known[name]) if state.pid else []
        held = sum(process.resident_bytes for process in group) / 2**20
        shared_once += sum(proportional_mb(process.pid) for process in group)
        figures.append(Figure("memory", name, held, "MB", note=f"{len(group)} processes"))
    if figures:
        total = sum(one.value for one in figures)
        note = "resident; pages that processes share are counted for each"
        figures.append(Figure("memory", "all together", total, "MB", Target("<=", _TARGET_MB), note))
        figures.append(Figure("memory", "all together, shared pages once", shared_once, "MB"))
    return figures


def of_service(part: str, processes: Iterable[Process], worker: bytes) -> list[Figure]:
    """A service's memory after all that a part asked of it; `worker` is in the command line of its worker."""
    held = {"web processes": 0.0, "worker": 0.0}
    shared = 0.0
    for process in processes:
        is_worker = worker in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        held["worker" if is_worker else "web processes"] += process.resident_bytes / 2**20
        shared += proportional_mb(process.pid)
    note = "resident, after all of the above"
    return [
        *(Figure(part, f"memory of the {name}", value, "MB", None, note) for name, value in held.items()),
        Figure(part, "memory of both, shared pages once", shared, "MB"),
    ]


def proportional_mb(pid: int) -> float:
    """A process's memory with each shared page divided among those who share it; 0 when it has just ended."""
    with suppress(OSError):
        found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0
