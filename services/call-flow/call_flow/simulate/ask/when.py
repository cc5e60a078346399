"""When a question's call is made."""

import datetime as dt
from itertools import pairwise

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.nodes import TimeSwitch
from call_flow.simulate.ask import clock
from call_flow.simulate.ask.day import Days
from call_flow.simulate.ask.text import Text
from call_flow.simulate.testplan.moments import Moments
from oberaconnect.problems import Unprocessable

_DAY = dt.timedelta(days=1)
_CLOSED = (
    r"(?:after|outside(?: of)?|out of|off) (?:the |our |their |business |office |working |opening )*hours|"
    r"after[- ]hours|after (?:work|closing(?: time)?)|"
    r"(?:(?:when|while|if|as) )?(?:we|they|you|the (?:office|shop|company)|everything|it)(?:'re| are| is)? closed|"
    r"when closed|while closed"
)
_OPEN = (
    r"(?:during|in|within) (?:the |our |their )?(?:business |office |working |opening )(?:hours|times)|during hours|"
    r"(?:(?:when|while|if|as) )?(?:we|they|you|the (?:office|shop|company)|it)(?:'re| are| is)? open|"
    r"when open|while open|during the day|(?:business|office) hours"
)
_EDGE = (
    r"(?:(?:exactly )?(at|when)|"
    r"(?:just|right|shortly|(?:a|1) second|([0-9]+) (second|minute|hour)s?|(?:a|1) minute|an hour) (before|after)) "
    r"(?:(?:we |they |you |the office )?(open|close)s?|(?:the )?(opening|closing)(?: time)?)"
)


def take(text: Text, graph: Graph, moments: Moments, number: str | None) -> dt.datetime:
    """The instant of a question as a scenario gives it. `number` is the one that is called, if it is called outside.

    Raises:
        Unprocessable: when hours are meant that the flow does not have, or a day that does not have them.
    """
    hours = _Hours(graph, moments, number)
    edge = text.take(_EDGE)
    state = None if edge else _state(text)
    day = Days(graph, moments).take(text)
    time = clock.take(text) if edge is None else None
    if edge is not None:
        return moments.spelled(hours.edge(day, edge[5] or edge[6], _offset(edge[0], edge[2], edge[3], edge[4])))
    if time is not None:
        return _on(day or hours.day(state), time)
    if state is not None:
        return moments.spelled(hours.within(day, state))
    if day is not None:
        return _on(day, dt.time(10))
    return moments.spelled(hours.usual())


def _state(text: Text) -> str | None:
    if text.take(_CLOSED):
        return "closed"
    return "open" if text.take(_OPEN) else None


def _offset(said: str, count: str | None, unit: str | None, direction: str | None) -> dt.timedelta:
    if direction is None:
        return dt.timedelta()
    unit = unit or next((unit for unit in ("minute", "hour") if unit in said), "second")
    length = int(count or 1) * {"second": 1, "minute": 60, "hour": 3600}[unit]
    return dt.timedelta(seconds=-length if direction == "before" else length)


def _on(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time)


class _Hours:
    """The hours that a call to a number is first asked for."""

    def __init__(self, graph: Graph, moments: Moments, number: str | None) -> None:
        self._moments = moments
        self.schedule = _first_schedule(graph, moments, number)

    def usual(self) -> dt.datetime:
        """An ordinary moment, within the hours if there are any."""
        found = self._moments.find({self.schedule: "open"}) if self.schedule else None
        return found or self._moments.pool[0]

    def day(self, state: str | None) -> dt.date:
        """The day of a question that names none: one that has such hours."""
        instant = self.within(None, state) if state else self.usual()
        return self._moments.spelled(instant).date()

    def within(self, day: dt.date | None, state: str) -> dt.datetime:
        """A moment within or outside the hours, on a day if one is given."""
        schedule = self._known()
        if day is None:
            found = self._moments.find({schedule: state})
        else:
            cuts = self._moments.cuts(schedule, day)
            middles = [first + (second - first) / 2 for first, second in pairwise(cuts)]
            # Of the closed parts of a day the one after the hours is meant.
            order = middles if state == "open" else middles[::-1]
            is_open = state == "open"
            found = next((at for at in order if (self._moments.state(schedule, at) == "open") == is_open), None)
        if found is None:
            when = f" on {day:%A %Y-%m-%d}" if day else ""
            raise Unprocessable(f"'{schedule}' is never {state}{when}. Give a time of day.")
        return found.replace(microsecond=0)

    def edge(self, day: dt.date | None, what: str, offset: dt.timedelta) -> dt.datetime:
        """When the hours begin or end, on a day or on the next that has them."""
        schedule, wanted = self._known(), "open" if what.startswith("open") else "closed"
        for number in range(1 if day else 14):
            changes = self._moments.changes(schedule, (day or self._moments.monday) + _DAY * number)
            fitting = [at for at in changes if self._moments.state(schedule, at) == wanted]
            if fitting:
                return (fitting[0] if wanted == "open" else fitting[-1]) + offset
        when = f" on {day:%A %Y-%m-%d}" if day else ""
        raise Unprocessable(f"'{schedule}' does not {'open' if wanted == 'open' else 'close'}{when}.")

    def _known(self) -> str:
        if self.schedule is None:
            raise Unprocessable("This flow has no opening hours. Give a time of day instead.")
        return self.schedule


def _first_schedule(graph: Graph, moments: Moments, number: str | None) -> str | None:
    """The schedule of the first time switch that calls to a number come to; else the first of the flow."""
    waiting = [Vertex("number", number)] if number else []
    seen = set(waiting)
    while waiting:
        place = waiting.pop(0)
        node = graph.nodes.get(place.name) if place.kind == "node" else None
        if isinstance(node, TimeSwitch) and node.schedule in moments.calendars:
            return node.schedule
        for edge in graph.outgoing.get(place, []):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return next(iter(moments.calendars), None)
