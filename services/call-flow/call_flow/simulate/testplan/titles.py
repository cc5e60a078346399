"""What a call is called in a plan: when, who, what is pressed, who answers."""

import datetime as dt
import re
from collections.abc import Mapping

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Scenario
from call_flow.simulate.switches import ANONYMOUS
from call_flow.simulate.testplan.moments import Moments

_SAID = {"busy": "is busy", "no_answer": "does not answer", "offline": "is not reachable", "full": "is full"}
_MANY = {"busy": "are busy", "no_answer": "do not answer", "offline": "are not reachable"}
_NAMED = 3


class Titles:
    """Titles for calls of one flow."""

    def __init__(self, graph: Graph, moments: Moments, ordinary: str | None) -> None:
        """Special days are called by their names; an ordinary caller is not mentioned."""
        self._ordinary = ordinary
        self._graph = graph
        self._moments = moments

    def of(self, scenario: Scenario, *, dated: bool = False, was_silent: bool = False) -> str:
        """A title such as "Saturday 19:00, presses 2". With `dated`, the date is always said."""
        parts = [self.when(scenario.at, dated=dated), *self._who(scenario)]
        if keys := self.keys(scenario):
            parts.append(keys)
        elif was_silent:
            parts.append("presses nothing")
        return ", ".join([*parts, *self.states(scenario.states)])

    def when(self, at: dt.datetime, *, dated: bool = False) -> str:
        """A time in words."""
        clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        clock += f" UTC{at:%z}" if at.tzinfo else ""
        special = self._moments.name_of(at.date())
        if special:
            return f"{special} ({at:%A %Y-%m-%d}) {clock}"
        return f"{at:%A %Y-%m-%d} {clock}" if dated or at.date() in self._moments.special_days else f"{at:%A} {clock}"

    def keys(self, scenario: Scenario) -> str:
        """What is pressed; empty if nothing is left to say."""
        if not scenario.keys:
            return ""
        pressed = [press.press or "nothing" for press in scenario.keys]
        return f"presses {' then '.join(pressed)}"

    def states(self, states: Mapping[str, str]) -> list[str]:
        """Who does what."""
        found: list[str] = []
        grouped: dict[str, list[str]] = {}
        for name, state in states.items():
            if state in _SAID:
                grouped.setdefault(state, []).append(name)
            elif state in ("on", "off"):
                found.append(f"'{name}' switched {state}")
            elif state != "answer":
                found.append(f"'{name}' set to {state}")
        for state, names in grouped.items():
            if len(names) == 1:
                found.append(f"{names[0]} {_SAID[state]}")
            elif len(names) <= _NAMED:
                found.append(f"{', '.join(names[:-1])} and {names[-1]} {_MANY[state]}")
            else:
                found.append(f"{len(names)} telephones {_MANY[state]}")
        return found

    def _who(self, scenario: Scenario) -> list[str]:
        caller, to = scenario.from_, scenario.to
        if caller in self._graph.extensions:
            return [f"{caller} dials {to}"]
        found = []
        if caller == ANONYMOUS:
            found.append("a hidden number")
        elif caller is not None and caller != self._ordinary:
            found.append(f"from {caller}")
        if to is not None:
            number = self._graph.numbers.get(to)
            label = number.label if number else None
            found.append(f"calls {label or to}")
        return found


def slug(text: str) -> str:
    """Words as part of an id."""
    plain = text.replace("*", " star ").replace("#", " pound ").replace("+", " ")
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:80] or "case"
