"""When calls are made: instants at which schedules say what a call needs, and those at which they change."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from call_flow.flow.calendar import Calendar, crosses_midnight, minute, zone
from call_flow.flow.graph import Graph
from call_flow.simulate.switches import calendar

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_MINUTE = dt.timedelta(minutes=1)
_WEEKS = 52
_SPECIAL_DAYS = 60
_USUAL = ("10:00", "14:30", "12:15", "19:00", "03:00")
#: Tuesday first: Mondays are often special.
_DAYS = (1, 2, 3, 0, 4, 5, 6)


class Moments:
    """The calendars of a flow from a day on."""

    def __init__(self, graph: Graph, today: dt.date) -> None:
        """Only schedules that the flow has are known."""
        self.today = today
        self._graph = graph
        self.home: dt.tzinfo = zone(graph.flow.customer.time_zone) or dt.UTC
        self.calendars: dict[str, Calendar] = {
            name: found for name in graph.schedules if (found := calendar(graph, name)) is not None
        }
        self._zones: dict[str, dt.tzinfo] = {
            name: zone(found.schedule.time_zone) or self.home for name, found in self.calendars.items()
        }
        self._states: dict[dt.datetime, Mapping[str, str]] = {}

    def zone_of(self, schedule: str) -> dt.tzinfo:
        """The zone of a schedule."""
        return self._zones[schedule]

    def state(self, schedule: str, instant: dt.datetime) -> str:
        """What a schedule says at an instant."""
        return self.calendars[schedule].state(instant.astimezone(self._zones[schedule])).state

    def find(self, hours: Mapping[str, str]) -> dt.datetime | None:
        """An instant at which schedules are in given states, an ordinary one if possible; None if there is none.

        A schedule that the flow does not have is always closed.
        """
        wanted = {name: state for name, state in hours.items() if name in self.calendars}
        if any(state != "closed" for name, state in hours.items() if name not in self.calendars):
            return None
        return next(
            (
                instant
                for instant in self.pool
                if all(self.state(name, instant) == state for name, state in wanted.items())
            ),
            None,
        )

    @cached_property
    def monday(self) -> dt.date:
        """The Monday of the first week in which no day is special, nor the days around it."""
        first = self.today + _DAY * (7 - self.today.weekday())
        special = set(self.special_days)
        changes = {instant.astimezone(self.home).date() for instant in self.clock_changes(self.home)}
        for week in range(_WEEKS):
            monday = first + _DAY * 7 * week
            if not {monday + _DAY * number for number in range(-1, 8)} & (special | changes):
                return monday
        return first

    @cached_property
    def special_days(self) -> Sequence[dt.date]:
        """Exceptions and holidays from today on, of any schedule, in their order."""
        days = {day for known in self.calendars.values() for day in (*known.exceptions, *known.closed_days)}
        return sorted(day for day in days if day >= self.today)

    def own_holidays(self, schedule: str) -> frozenset[str]:
        """The names of the holidays that are the customer's own."""
        found = self._graph.holiday_sets.get(self.calendars[schedule].schedule.holiday_set or "")
        return frozenset(item.name for item in found.custom) if found else frozenset()

    def name_of(self, day: dt.date) -> str:
        """What a special day is called; empty for others."""
        for known in self.calendars.values():
            if name := known.closed_days.get(day):
                return name
            for item in known.schedule.exceptions:
                if item.date == day:
                    return item.name or ""
        return ""

    @cached_property
    def pool(self) -> Sequence[dt.datetime]:
        """Instants in UTC at which every combination of states is found that the coming time has."""
        usual = [self.at(self.monday + _DAY * day, clock) for day in _DAYS for clock in _USUAL]
        days = [self.monday + _DAY * number for number in range(7)]
        days += [day for day in self.special_days[:_SPECIAL_DAYS] if day not in days]
        return list(dict.fromkeys([*usual, *self._middles(days)]))

    def at(self, day: dt.date, clock: str) -> dt.datetime:
        """A time on the customer's wall clock, in UTC."""
        return dt.datetime.combine(day, dt.time.fromisoformat(clock), self.home).astimezone(dt.UTC)

    def _middles(self, days: Sequence[dt.date]) -> Iterator[dt.datetime]:
        for day in days:
            cuts = sorted({cut for name in self.calendars for cut in self.cuts(name, day)})
            for first, second in pairwise(cuts):
                middle = first + (second - first) / 2
                yield middle if second - first < _MINUTE * 2 else middle.replace(second=0, microsecond=0)

    def cuts(self, schedule: str, day: dt.date) -> list[dt.datetime]:
        """The instants of a day of a schedule at which it may change, midnights included, in UTC."""
        known, place = self.calendars[schedule], self._zones[schedule]
        minutes = {0, 24 * 60}
        for span in known.ranges(day):
            minutes |= {minute(span.start), 24 * 60 if crosses_midnight(span) else minute(span.end)}
        minutes |= {minute(span.end) for span in known.ranges(day - _DAY) if crosses_midnight(span)}
        return [_wall(day, number, place) for number in sorted(minutes)]

    def changes(self, schedule: str, day: dt.date) -> list[dt.datetime]:
        """The instants of a day at which a schedule says something else than a second before."""
        return [
            cut for cut in self.cuts(schedule, day) if self.state(schedule, cut) != self.state(schedule, cut - _SECOND)
        ]

    def clock_changes(self, place: dt.tzinfo) -> list[dt.datetime]:
        """When the clocks of a zone change in the year from today on, in UTC."""
        found = []
        begin = dt.datetime.combine(self.today, dt.time(), dt.UTC)
        for number in range(366):
            low, high = begin + _DAY * number, begin + _DAY * (number + 1)
            if low.astimezone(place).utcoffset() == high.astimezone(place).utcoffset():
                continue
            offset = low.astimezone(place).utcoffset()
            while high - low > _SECOND:
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(place).utcoffset() == offset else (low, middle)
            found.append(high.replace(microsecond=0))
        return found

    def spelled(self, instant: dt.datetime) -> dt.datetime:
        """An instant as scenarios give it: on the customer's wall clock, with its offset where that is not clear."""
        wall = instant.astimezone(self.home)
        plain = wall.replace(tzinfo=None, fold=0)
        if plain.replace(tzinfo=self.home).astimezone(dt.UTC) == instant:
            return plain
        return wall.replace(tzinfo=dt.timezone(wall.utcoffset() or dt.timedelta()))


def _wall(day: dt.date, minutes: int, place: dt.tzinfo) -> dt.datetime:
    days, rest = divmod(minutes, 24 * 60)
    return dt.datetime.combine(day + _DAY * days, dt.time(rest // 60, rest % 60), place).astimezone(dt.UTC)
