"""Making cases: a scenario of what a call needs, made definite and short, and what the simulator says of it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from call_flow.flow.graph import Graph
from call_flow.flow.nodes import Directory, Menu
from call_flow.flow.scenario import Scenario, State
from call_flow.simulate.call import Call, edge_key
from call_flow.simulate.simulator import Simulator
from call_flow.simulate.testplan.callers import Callers
from call_flow.simulate.testplan.demand import SILENCE, Demand, Entry, presses
from call_flow.simulate.testplan.moments import Moments
from call_flow.simulate.testplan.needs import LEAVES, Impossible, Needs
from oberaconnect.problems import Unprocessable

_ROUNDS = 60
_QUICK_KEYS = 4
#: So many places calls may pass while a plan is made; real systems take a few thousand. Where each call goes through a
#: hundred menus, millions would not be enough: beyond the first number calls are not made shorter, beyond the second no
#: more are looked for.
_PATIENCE = 300_000
_MOST_PASSED = 1_000_000


@dataclass(frozen=True)
class Made:
    """A scenario that does what was wanted, and its call."""

    scenario: Scenario
    call: Call


#: Whether a call still does what it is made for.
Wanted = Callable[[Call], bool]


class Maker:
    """Makes scenarios for one flow. The simulator has the last word."""

    def __init__(self, simulator: Simulator, moments: Moments, needs: Needs) -> None:
        """All of the same flow."""
        self.simulator = simulator
        self.graph: Graph = simulator.graph
        self.moments = moments
        self.needs = needs
        self.callers = Callers(self.graph)
        self._passed = 0
        self._times: dict[tuple[tuple[str, str], ...], tuple[dt.datetime, dict[str, State]] | None] = {}
        self.known_edges = frozenset(edge_key(edge) for edge in self.graph.edges)

    @property
    def is_spent(self) -> bool:
        """Whether so many calls were tried that no other is."""
        return self._passed > _MOST_PASSED

    def make(
        self,
        demand: Demand,
        wanted: Wanted,
        *,
        at: dt.datetime | None = None,
        states: Mapping[str, State] | None = None,
    ) -> Made | None:
        """A definite scenario for a demand; None if no call does what is wanted. `at` is an instant in UTC."""
        caller, found = self.callers.find(demand.callers)
        if not found or self.is_spent:
            return None
        chosen: dict[str, State] = {**demand.states, **(states or {})}
        if at is None:
            when = self._when(demand.hours)
            if when is None:
                return None
            at, by_hand = when
            chosen = {**by_hand, **chosen}
        first = self.graph.flow.numbers[0].e164
        scenario = Scenario(
            at=self.moments.spelled(at),
            to=None if demand.to == first else demand.to,
            from_=caller,
            states=self._without_defaults(chosen),
        )
        return self._definite(scenario, demand.entries, wanted)

    def inside(self, caller: str, dialled: str, states: Mapping[str, State] | None = None) -> Made:
        """A call of an extension."""
        at = self.moments.spelled(self.moments.pool[0])
        scenario = Scenario(at=at, to=dialled, from_=caller, states=dict(states or {}))
        return Made(scenario, self.simulator.trace(scenario)[0])

    def can_be(self, schedule: str, state: str) -> bool:
        """Whether a schedule ever says this, by the clock or by hand."""
        return self._when({schedule: state}) is not None

    def edges(self, call: Call) -> list[str]:
        """The edges of the graph that a call takes, each once."""
        return [edge for edge in dict.fromkeys(passed.edge for passed in call.passed) if edge in self.known_edges]

    def _when(self, hours: Mapping[str, str]) -> tuple[dt.datetime, dict[str, State]] | None:
        """An instant for the schedules; if there is none, with states that are set by hand."""
        key = tuple(sorted(hours.items()))
        if key not in self._times:
            at = self.moments.find(hours)
            self._times[key] = (at, {}) if at is not None else self._by_hand(hours)
        return self._times[key]

    def _by_hand(self, hours: Mapping[str, str]) -> tuple[dt.datetime, dict[str, State]] | None:
        by_hand: dict[str, State] = {}
        for name, state in hours.items():
            known = self.moments.calendars.get(name)
            override = known.schedule.override if known else None
            for possible in override.states if override else ():
                if possible == state:
                    by_hand[name] = possible
        at = self.moments.find({name: state for name, state in hours.items() if name not in by_hand})
        return (at, by_hand) if at is not None and by_hand else None

    def _without_defaults(self, states: Mapping[str, State]) -> dict[str, State]:
        defaults = {node.id: node.default for node in self.graph.nodes.values() if node.kind == "toggle"}
        return {name: state for name, state in states.items() if state != defaults.get(name, "answer")}

    def _definite(self, scenario: Scenario, entries: tuple[Entry, ...], wanted: Wanted) -> Made | None:
        """The scenario with nobody left to chance, and no silence that need not be."""
        call = self._try(scenario, entries)
        if call is None or not wanted(call):
            return None
        dull: set[str] = set()
        for _ in range(_ROUNDS):
            if call.rivals:
                states: dict[str, State] = {**scenario.states, **call.rivals}
                changed = scenario.model_copy(update={"states": states})
                retried = self._try(changed, entries)
                if retried is None or not wanted(retried):
                    break
                scenario, call = changed, retried
                continue
            silent = next((name for name in call.silent_at if name not in dull), None)
            if silent is None or self._passed > _PATIENCE:
                break
            better = self._quicker(scenario, entries, call, silent, wanted)
            if better is None:
                dull.add(silent)
            else:
                entries, call = better
        entries, call = self._trimmed(scenario, entries, call)
        return Made(scenario.model_copy(update={"keys": presses(entries)}), call)

    def _quicker(
        self, scenario: Scenario, entries: tuple[Entry, ...], call: Call, silent: str, wanted: Wanted
    ) -> tuple[tuple[Entry, ...], Call] | None:
        """The call with something pressed where nothing was; None where that makes it no shorter."""
        best: tuple[tuple[Entry, ...], Call] | None = None
        for added in self._choices(silent):
            longer = (*entries, *added)
            tried = self._try(scenario, longer)
            if tried is None or not wanted(tried) or tried.waits >= (best[1] if best else call).waits:
                continue
            best = longer, tried
        return best

    def _choices(self, name: str) -> Sequence[tuple[Entry, ...]]:
        node = self.graph.nodes[name]
        if isinstance(node, Menu):
            keys = [*node.keys, *self.graph.direct_dial(node)[:1]][:_QUICK_KEYS]
            found: list[tuple[Entry, ...]] = [(self.needs.entry(node, key),) for key in keys]
            if not found:
                try:
                    found = [(self.needs.invalid(node),) * node.max_tries]
                except Impossible:
                    return []
            return found
        if isinstance(node, Directory):
            return [(Entry("0" if node.operator else LEAVES),)]
        return []

    def _trimmed(self, scenario: Scenario, entries: tuple[Entry, ...], call: Call) -> tuple[tuple[Entry, ...], Call]:
        """Without silence at the end: having nothing left to press is the same."""
        shorter = entries
        while shorter and shorter[-1] == SILENCE:
            shorter = shorter[:-1]
        if shorter == entries:
            return entries, call
        tried = self._try(scenario, shorter)
        same = tried is not None and [step.edge for step in tried.passed] == [step.edge for step in call.passed]
        return (shorter, tried) if tried is not None and same else (entries, call)

    def _try(self, scenario: Scenario, entries: tuple[Entry, ...]) -> Call | None:
        """The call, or None when the flow cannot be called like this."""
        try:
            call = self.simulator.trace(scenario.model_copy(update={"keys": presses(entries)}))[0]
        except Unprocessable:
            return None
        self._passed += len(call.passed)
        return call
