"""What a call must be like to come to a place: when, who calls, what is pressed, who answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from call_flow.flow.destination import Greeting
from call_flow.flow.scenario import Press, State

_Value = TypeVar("_Value")
#: Late enough to be inside a prompt, early enough for the shortest time a menu waits.
AFTER_SECONDS = 0.5


class Entry(NamedTuple):
    """Keys of one entry; none are silence. `pause` is how long a listener then waits for more of the same entry."""

    keys: str
    pause: float = 0.0
    after: float = AFTER_SECONDS


SILENCE = Entry("")


@dataclass(frozen=True)
class Need:
    """What one outcome asks for."""

    hours: Mapping[str, str] = field(default_factory=dict)
    callers: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Demand:
    """What a whole call asks for: `to` whom, schedules by their state, callers by the outcome of their sorting."""

    to: str
    hours: Mapping[str, str] = field(default_factory=dict)
    callers: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    greeting: Greeting = "unavailable"

    def with_need(self, need: Need, greeting: Greeting | None) -> "Demand | None":
        """With one more outcome; None when both cannot be in one call."""
        hours, callers = _joined(self.hours, need.hours), _joined(self.callers, need.callers)
        states = _joined(self.states, need.states)
        if hours is None or callers is None or states is None:
            return None
        return replace(
            self, hours=hours, callers=callers, states=states, entries=self.entries + need.entries,
            greeting=greeting or "unavailable",
        )  # fmt: skip

    @property
    def signature(self) -> tuple[object, ...]:
        """What makes two demands different to the places that follow."""
        parts = (self.hours, self.callers, self.states)
        return (*(tuple(sorted(part.items())) for part in parts), self.greeting)


def presses(entries: tuple[Entry, ...]) -> list[Press]:
    """The entries as presses: each after the pause that ends the one before."""
    found: list[Press] = []
    pause = 0.0
    for entry in entries:
        found.append(Press(after=entry.after + pause, press=entry.keys))
        pause = entry.pause
    return found


def _joined(one: Mapping[str, _Value], other: Mapping[str, _Value]) -> Mapping[str, _Value] | None:
    if any(one.get(name, value) != value for name, value in other.items()):
        return None
    return {**one, **other} if other else one
