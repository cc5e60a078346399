"""What a scenario says, checked against the flow. What makes no sense is refused with a sentence."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension
from call_flow.flow.nodes import External, Queue, RingGroup, Toggle
from call_flow.flow.scenario import Scenario
from call_flow.simulate import inside, outbound
from call_flow.simulate.switches import ANONYMOUS
from oberaconnect.problems import Unprocessable

#: Years in which calendars are meant; zones know nothing sensible beyond.
FIRST_YEAR, LAST_YEAR = 1970, 2100
_TELEPHONE = frozenset({"answer", "busy", "no_answer", "offline"})
_SHOWN = 12
_KEYS = frozenset("0123456789*#+")


class Checks:
    """The names that scenarios of one flow may use."""

    def __init__(self, graph: Graph) -> None:
        """States are worked out when they are first asked for."""
        self._graph = graph
        self._extensions = [item.number for item in graph.flow.extensions]
        self._numbers = [item.e164 for item in graph.flow.numbers]

    @cached_property
    def states(self) -> Mapping[str, frozenset[str]]:
        """Which states each name may have."""
        flow = self._graph.flow
        found: dict[str, frozenset[str]] = {}

        def allow(name: str, states: Iterable[str]) -> None:
            found[name] = found.get(name, frozenset()) | frozenset(states)

        for number in [*self._extensions, *outside_numbers(self._graph)]:
            allow(number, _TELEPHONE)
        for node in flow.nodes:
            if isinstance(node, Toggle):
                allow(node.id, ("on", "off"))
            elif isinstance(node, Queue):
                allow(node.id, ("answer", "full") if node.max_callers else ("answer",))
        for schedule in flow.schedules:
            if schedule.override:
                allow(schedule.id, schedule.override.states)
        return found

    def instant(self, scenario: Scenario) -> None:
        """Raises `Unprocessable` for years without calendars."""
        if not FIRST_YEAR <= scenario.at.year <= LAST_YEAR:
            raise Unprocessable(
                f"'at' is in the year {scenario.at.year}. Give a time between {FIRST_YEAR} and {LAST_YEAR}."
            )

    def states_of(self, scenario: Scenario, outside: str | None = None) -> None:
        """Raises `Unprocessable` for names that the flow does not have and states that a name cannot have."""
        for name, state in scenario.states.items():
            allowed = self.states.get(name)
            if allowed is None and name == outside:
                allowed = _TELEPHONE
            if allowed is None:
                raise Unprocessable(self._about_name(name))
            if state not in allowed:
                if state == "full" and name in self._graph.nodes:
                    raise Unprocessable(f"Queue '{name}' takes any number of callers, so it cannot be full.")
                raise Unprocessable(f"'{name}' cannot be {state}. It can be {_listed(sorted(allowed))}.")

    def number(self, to: str | None) -> str:
        """The number of the customer that is called from outside. Raises `Unprocessable`."""
        numbers = self._graph.numbers
        if to is None:
            if not self._graph.flow.numbers:
                raise Unprocessable("The flow has no telephone number, so nobody outside can call it. Add one.")
            return self._graph.flow.numbers[0].e164
        if to in numbers:
            return to
        found = outbound.parse(to, self._graph.flow.customer.country)
        if found is not None and (written := outbound.e164(found)) in numbers:
            return written
        raise Unprocessable(
            f"Nobody outside can call '{_short(to)}'. The numbers of this flow are {_listed(self._numbers) or 'none'}. "
            "To dial anything else, say from which extension."
        )

    def caller(self, from_: str | None) -> tuple[Extension | None, str | None]:
        """The extension that calls, or the number outside; both None when nothing is known of it."""
        if from_ is None:
            return None, None
        if from_ in self._graph.extensions:
            return self._graph.extensions[from_], from_
        if from_.casefold() == ANONYMOUS:
            return None, ANONYMOUS
        if from_.startswith("+") and from_[1:].isdecimal() and from_.isascii() and 2 < len(from_) <= 16:
            return None, from_
        found = outbound.parse(from_, self._graph.flow.customer.country)
        if found is not None:
            return None, outbound.e164(found)
        raise Unprocessable(
            f"'from' is '{_short(from_)}'. Give a number such as +14155550100, 'anonymous', or an extension: "
            f"{_listed(self._extensions) or 'the flow has none'}."
        )

    def dialled(self, to: str | None, caller: Extension) -> str:
        """What an extension dials. Raises `Unprocessable` for what no telephone can dial."""
        if to is None:
            raise Unprocessable(f"Extension {caller.number} calls, but 'to' does not say whom.")
        number = inside.dialled(to)
        if not number or not set(number) <= _KEYS or "+" in number[1:]:
            raise Unprocessable(
                f"Extension {caller.number} cannot dial '{_short(to)}'. Give digits, * and #, such as an extension "
                f"({_listed(self._extensions)}) or a number outside."
            )
        return number

    def _about_name(self, name: str) -> str:
        for schedule in self._graph.flow.schedules:
            if schedule.id == name:
                return f"Schedule '{name}' has no override code, so nobody can set its state by hand."
        known = _listed(self.states) or "nothing"
        return f"'states' names '{_short(name)}', which this flow does not have. It has {known}."


def outside_numbers(graph: Graph) -> list[str]:
    """The numbers outside that the flow may ring, in its order, each once."""
    found: dict[str, None] = {}
    for node in graph.flow.nodes:
        match node:
            case RingGroup():
                found.update((member.number, None) for member in node.members if member.number and not member.extension)
            case Queue():
                found.update((agent.number, None) for agent in node.agents if agent.number and not agent.extension)
            case External():
                found[node.number] = None
            case _:
                pass
    for extension in graph.flow.extensions:
        found.update((follow.number, None) for follow in extension.follow_me)
    found.update((edge.target.name, None) for edge in graph.edges if edge.target.kind == "external")
    return list(found)


def outside_call(dialled: str, graph: Graph) -> str | None:
    """The number outside that an extension calls, if it is one."""
    found = outbound.read(dialled, graph)
    return found.number if found else None


def in_utc(at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """An instant in UTC; without a zone it is on the wall clock of the zone given."""
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(dt.UTC)


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return ", ".join(known[:_SHOWN]) + more


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
