"""The simulator: how a call goes, worked out from the flow alone."""

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

from call_flow.flow.calendar import zone
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip
from call_flow.flow.scenario import Result, Scenario, Step, Terminal
from call_flow.simulate import directory, endings, menu, queue, ringing, switches
from call_flow.simulate.call import MOST_PLACES, Call, End, Place, Way, way
from call_flow.simulate.checked import Checks, in_utc, outside_call
from call_flow.simulate.inside import Inside


class Simulator:
    """A flow, ready to be called. Places and calendars are worked out when a call first comes to them."""

    def __init__(self, flow: Flow, graph: Graph | None = None) -> None:
        """`graph` is that of the flow, if it has been made already."""
        self.graph = graph or Graph(flow)
        self._places: dict[tuple[str, str], Place | None] = {}
        self._entries = {number: way(item.entry) for number, item in self.graph.numbers.items()}
        self._checks = Checks(self.graph)
        self._zone: dt.tzinfo = zone(flow.customer.time_zone) or dt.UTC
        self._zones: dict[str, dt.tzinfo] = {}

    @property
    def allowed_states(self) -> Mapping[str, frozenset[str]]:
        """Whom scenarios may give a state, and which."""
        return self._checks.states

    def run(self, scenario: Scenario) -> Result:
        """How a call goes.

        Raises:
            Unprocessable: when the scenario names what the flow does not have, or makes no sense.
        """
        call, end, begun = self.trace(scenario)
        at = begun.astimezone(self._zone).replace(tzinfo=None)
        path = [
            Step(
                node=passed.name,
                kind=passed.kind,
                outcome=passed.outcome,
                at=self._later(begun, passed.seconds) if passed.seconds else at,
                reason=passed.reason,
            )
            for passed in call.passed
        ]
        return Result(terminal=Terminal(type=end.type, target=end.target), path=path, prompts=call.prompts)

    def trace(self, scenario: Scenario) -> tuple[Call, End, dt.datetime]:
        """The same in the simulator's own terms, and the instant of the call in UTC. Raises `Unprocessable`."""
        checks = self._checks
        checks.instant(scenario)
        caller, number = checks.caller(scenario.from_)
        begun = in_utc(scenario.at, self._zone)
        walls: dict[str, dt.datetime] = {}

        def wall(name: str) -> dt.datetime:
            if name not in walls:
                walls[name] = begun.astimezone(self._zone_of(name))
            return walls[name]

        call = Call(scenario.states, scenario.keys, number, wall)
        onward: Way | End
        if caller is not None:
            dialled = checks.dialled(scenario.to, caller)
            checks.states_of(scenario, outside_call(dialled, self.graph) if scenario.states else None)
            onward = self._inside.begin(call, caller, dialled)
        else:
            checks.states_of(scenario)
            onward = self._called(call, checks.number(scenario.to))
        return call, self._follow(call, onward), begun

    def _called(self, call: Call, number: str) -> Way:
        """A call from outside comes in at a number."""
        item = self.graph.numbers[number]
        onward = self._entries[number]
        carried = [f"in {item.language}"] if item.language else []
        carried += [f"shown with '{item.caller_prefix}' before the caller's name"] if item.caller_prefix else []
        label = f" ({item.label})" if item.label else ""
        call.note = ", ".join(carried)
        call.passes("number", number, "number", "call", f"{number}{label} was called")
        call.note = onward.note
        return onward

    def _follow(self, call: Call, onward: Way | End) -> End:
        for _ in range(MOST_PLACES):
            if isinstance(onward, End):
                return onward
            call.entered = call.seconds
            kind, name, _greeting, call.note = onward
            if kind == "hangup":
                return End("hangup", name)
            if kind == "external":
                return ringing.outside(call, onward)
            place = self._place(kind, name)
            if place is None:
                call.passes("", name, kind, "unallocated", f"there is no {kind} '{name}'")
                return End("hangup", "unallocated")
            onward = place(call, onward)
        if isinstance(onward, End):
            return onward
        call.entered = call.seconds
        call.passes("", onward.name, onward.kind, "loop", f"the call has passed {MOST_PLACES} places and goes round")
        return End("hangup", "congestion")

    def _place(self, kind: str, name: str) -> Place | None:
        key = (kind, name)
        if key not in self._places:
            self._places[key] = self._made(kind, name)
        return self._places[key]

    def _made(self, kind: str, name: str) -> Place | None:
        graph = self.graph
        if kind == "node":
            return _of_node(graph, graph.nodes[name]) if name in graph.nodes else None
        if kind == "extension":
            return ringing.extension(graph, graph.extensions[name]) if name in graph.extensions else None
        return endings.mailbox(graph, graph.mailboxes[name]) if name in graph.mailboxes else None

    @cached_property
    def _inside(self) -> Inside:
        return Inside(self.graph)

    def _zone_of(self, name: str) -> dt.tzinfo:
        """The zone of a name; the customer's when there is none of this name."""
        if name not in self._zones:
            self._zones[name] = zone(name) or self._zone
        return self._zones[name]

    def _later(self, begun: dt.datetime, seconds: float) -> dt.datetime:
        return (begun + dt.timedelta(seconds=seconds)).astimezone(self._zone).replace(tzinfo=None)


def _of_node(graph: Graph, node: Node) -> Place:  # noqa: PLR0911, PLR0912 - a return for each kind
    match node:
        case TimeSwitch():
            return switches.time_switch(graph, node)
        case Menu():
            return menu.menu(graph, node)
        case RingGroup():
            return ringing.ring_group(graph, node)
        case Queue():
            return queue.queue(graph, node)
        case Announcement():
            return endings.announcement(graph, node)
        case Voicemail():
            return endings.voicemail(graph, node)
        case Directory():
            return directory.directory(graph, node)
        case External():
            return ringing.external(graph, node)
        case CallerMatch():
            return switches.caller_match(graph, node)
        case Toggle():
            return switches.toggle(graph, node)
        case Page():
            return endings.page(graph, node)
        case Conference():
            return endings.conference(graph, node)
        case Hangup():
            return endings.hangup(graph, node)
