"""A run of a source, followed from its request to its end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from demo.gateway import Gateway, GatewayError

_POLL_SECONDS = 0.1
_MAX_SECONDS = 3600.0


@dataclass(frozen=True)
class Run:
    """A run that has ended. `stages` is how long it was in each; `work_seconds` leaves out what it waited to begin."""

    counts: dict[str, int]
    stages: dict[str, float]
    work_seconds: float
    seconds: float


def follow(gateway: Gateway, source: str) -> Run:
    """Run a source once.

    Raises:
        GatewayError: when the run does not succeed, or leaves a file out.
    """
    started = time.monotonic()
    path = f"{source}/runs/{gateway.post(f'{source}/sync', None)['id']}"
    seen: list[tuple[float, str]] = []
    while True:
        run = gateway.get(path)
        at = time.monotonic() - started
        if run["status"] not in {"queued", "running"}:
            break
        if at > _MAX_SECONDS:
            raise GatewayError(f"The run has not ended after {_MAX_SECONDS:.0f} s.")
        seen.append((at, run["stage"] if run["status"] == "running" else "queued"))
        time.sleep(_POLL_SECONDS)
    if run["status"] != "succeeded" or run["counts"]["failed"]:
        reason = (run["problem"] or {}).get("detail", "no reason was given")
        raise GatewayError(f"The run {run['status']}, {run['counts']['failed']} files failed: {reason}")
    return Run(run["counts"], stages([*seen, (at, "")]), _seconds_of_work(run), at)


def stages(seen: Sequence[tuple[float, str]]) -> dict[str, float]:
    """Seconds by stage, from moments at which it was looked at. A stage begins when it is seen first."""
    found: dict[str, float] = {}
    for (begun, stage), (ended, _) in pairwise(seen):
        found[stage] = found.get(stage, 0.0) + ended - begun
    return found


def _seconds_of_work(run: dict[str, Any]) -> float:
    started, finished = (datetime.fromisoformat(run[name]) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()
