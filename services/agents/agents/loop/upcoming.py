"""What comes next in a run. Pure: from what was said and what became of the calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.loop import own
from agents.store.calls import ENDED

Kind = Literal["think", "judge", "make", "report", "finish", "wait"]


@dataclass(frozen=True)
class Next:
    """`think`: ask the model; `judge` and `make`: this call; `report`: tell the model what its calls gave; `finish`;
    `wait`: for a person, another run or a time, by what `status` says.
    """

    kind: Kind
    call: Mapping[str, Any] | None = None
    status: str = ""


def upcoming(turns: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]) -> Next:
    """The next thing to do. `turns` are all rows in order, `calls` those of the last turn of the model.

    Calls are made one after the other, in the order in which the model asked for them: a later one may rest on what an
    earlier one changed. One that waits for a person does not keep the others waiting.
    """
    if turns[-1]["role"] != "assistant":
        return Next("think")
    if not calls:
        return Next("finish")
    for call in calls:
        if call["status"] == "proposed":
            return Next("judge", call)
        if call["status"] in ("approved", "running"):
            return Next("make", call)
    waiting = [call for call in calls if call["status"] not in ENDED]
    return Next("wait", waiting[0], _waits_for(waiting)) if waiting else Next("report")


def _waits_for(waiting: Sequence[Mapping[str, Any]]) -> str:
    """The state of a run by its calls: people come first, since they can be told."""
    if any(call["status"] in ("awaiting_approval", "unknown") for call in waiting):
        return "waiting_approval"
    if any(call["tool"] == own.ASK for call in waiting):
        return "waiting_input"
    return "waiting_child" if any(call["child_id"] is not None for call in waiting) else "sleeping"
