"""How much a run may use. Pure: what was used is counted in the database, so it outlives every restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WARN_AT = 0.8
_NAMES = {
    "steps": "turns of the model",
    "tool_calls": "calls of tools",
    "tokens": "tokens",
    "cost": "cost",
    "seconds": "seconds of work",
}


@dataclass(frozen=True)
class Used:
    """What a run, with all that it began, has used so far."""

    steps: int
    tool_calls: int
    tokens: int
    cost: float
    seconds: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Used":
        """From the columns of a run."""
        tokens = row["input_tokens"] + row["output_tokens"]
        return cls(row["steps"], row["tool_calls"], tokens, float(row["cost"]), row["seconds"])


def exhausted(budget: Mapping[str, Any], used: Used, *, before: str) -> str | None:
    """The sentence with which a run ends that has nothing left for what comes next (`step` or `tool_call`).

    A whole number of steps or calls may be used up; the next one is what does not fit.
    """
    own = "steps" if before == "step" else "tool_calls"
    for name in ("tokens", "cost", "seconds", own):
        limit = budget.get(name)
        if limit is not None and getattr(used, name) >= limit:
            return (
                f"The budget of {_NAMES[name]} is used up ({_number(getattr(used, name))} of {_number(limit)})."
                f" Begin the run again with a larger budget.{name}, or change the agent's."
            )
    return None


def passed(budget: Mapping[str, Any], before: Used, after: Used) -> list[dict[str, Any]]:
    """What has just come above four fifths: {"name", "used", "limit"}."""
    found = []
    for name in _NAMES:
        limit = budget.get(name)
        if limit and getattr(before, name) < limit * _WARN_AT <= getattr(after, name):
            found.append({"name": name, "used": getattr(after, name), "limit": limit})
    return found


def narrowed(budget: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The smaller of two in every respect; what one leaves open the other decides."""
    return {
        name: min((limit for limit in (budget.get(name), other.get(name)) if limit is not None), default=None)
        for name in _NAMES
    }


def left(budget: Mapping[str, Any], used: Used) -> dict[str, Any]:
    """What remains, never below zero."""
    return {name: None if budget.get(name) is None else max(0, budget[name] - getattr(used, name)) for name in _NAMES}


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
