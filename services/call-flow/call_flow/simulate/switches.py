"""Places that send a call on without asking anybody: hours, callers, switches."""

from call_flow.flow.calendar import Calendar, Said, UnknownHolidays
from call_flow.flow.graph import Graph
from call_flow.flow.nodes import CallerMatch, TimeSwitch, Toggle
from call_flow.simulate.call import Call, End, Place, Way, way

ANONYMOUS = "anonymous"


def calendar(graph: Graph, schedule: str) -> Calendar | None:
    """The calendar of a schedule; None if there is no such schedule. Holidays nobody can work out are none."""
    found = graph.schedules.get(schedule)
    if found is None:
        return None
    ready = Calendar(found, graph.holiday_sets.get(found.holiday_set or ""))
    try:
        assert ready.closed_days is not None  # noqa: S101 - worked out now, for the exceptions it may raise
    except UnknownHolidays:
        return Calendar(found, None)
    return ready


def time_switch(graph: Graph, node: TimeSwitch) -> Place:
    """A time switch as a place."""
    onward = {"open": way(node.open), "closed": way(node.closed), "holiday": way(node.holiday or node.closed)}
    known: list[Calendar | None] = []

    def said(call: Call) -> Said:
        if not known:
            known.append(calendar(graph, node.schedule))
        if known[0] is None:
            return Said("closed", f"there is no schedule '{node.schedule}'")
        if (state := call.states.get(node.schedule)) in ("open", "closed", "holiday"):
            return Said(state, f"set to {state} by hand")  # type: ignore[arg-type]  # one of the three
        return known[0].state(call.walls(known[0].schedule.time_zone))

    def place(call: Call, _: Way) -> Way | End:
        found = said(call)
        call.passes("node", node.id, "time_switch", found.state, found.reason)
        return onward[found.state]

    return place


def caller_match(_: Graph, node: CallerMatch) -> Place:
    """A sorting of callers as a place."""
    rules = [
        (rule.prefix, rule.anonymous, f"match:{position}", way(rule.then)) for position, rule in enumerate(node.rules)
    ]
    otherwise = way(node.otherwise)

    def place(call: Call, _: Way) -> Way | End:
        caller = call.caller
        for prefix, anonymous, outcome, onward in rules:
            if anonymous and caller == ANONYMOUS:
                call.passes("node", node.id, "caller_match", outcome, "the caller hides the number")
                return onward
            if prefix and caller and caller.startswith(prefix):
                call.passes("node", node.id, "caller_match", outcome, f"{caller} begins with {prefix}")
                return onward
        call.passes("node", node.id, "caller_match", "otherwise", "no rule is about this caller")
        return otherwise

    return place


def toggle(_: Graph, node: Toggle) -> Place:
    """A switch as a place."""
    onward = {"on": way(node.on), "off": way(node.off)}

    def place(call: Call, _: Way) -> Way | End:
        state = call.states.get(node.id, node.default)
        reason = f"switched {state}" if node.id in call.states else f"{state}, as it is by default"
        call.passes("node", node.id, "toggle", state, reason)
        return onward[state]

    return place
