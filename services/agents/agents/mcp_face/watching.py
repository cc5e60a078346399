"""Waiting for a run, while whoever waits is told what happens in it and may leave."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents.parts import Parts
from agents.store import events, runs
from agents.tools.contract import Calling

#: Clients give up at some time; the run does not, and get_run finds it again.
LONGEST_SECONDS = 300
_LOOK_SECONDS = 1.0
_AT_ONCE = 100


def wait(parts: Parts, calling: Calling, run_id: UUID, seconds: float, *, is_new: bool = False) -> None:
    """Wait until a run has ended or waits for a person, at the latest until the time is up.

    Whoever called is told what happens from now on, and of a new run what has happened already.

    Raises:
        NoSuchRun: when the caller has no such run.
    """
    deadline = time.monotonic() + seconds
    tenants = calling.principal.tenants
    with parts.database.transaction(tenants) as connection:
        seq = 0 if is_new else runs.find(connection, run_id)["last_seq"]
    while True:
        left = deadline - time.monotonic()
        run = parts.follower.settled(tenants, run_id, max(0.0, min(left, _LOOK_SECONDS)))
        calling.check()
        with parts.database.transaction(tenants) as connection:
            news = events.after(connection, run_id, seq, _AT_ONCE)
        for event in news:
            seq = event["seq"]
            if sentence := _sentence(event["type"], event["data"]):
                calling.progress(sentence)
        if run["status"] in runs.SETTLED or left <= 0:
            return


def _sentence(kind: str, data: Mapping[str, Any]) -> str:
    if kind == "step.started":
        return "The model thinks."
    if kind == "tool.started":
        return f"{data['tool']} is called."
    if kind == "tool.progress":
        return f"{data['tool']}: {data['detail']}"
    return "An agent is asked to do a part." if kind == "child.started" else ""
