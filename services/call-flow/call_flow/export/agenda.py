"""A schedule cut at midnight: what every system can hold that knows weekdays and dates, but no range across midnight.

The days that are not as their weekday are listed with everything that is open on them. Besides exceptions and holidays
these are the days after them, when the night before would have gone on past midnight, or did.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from call_flow.flow.calendar import MINUTES_A_DAY, Calendar, crosses_midnight, minute
from call_flow.flow.hours import Range

_DAY = dt.timedelta(days=1)
#: Minutes since midnight: from, and up to but not including.
Span = tuple[int, int]


@dataclass(frozen=True)
class DatedDay:
    """A day that is not as its weekday: what is open, and what the rest of it is."""

    date: dt.date
    name: str
    open: tuple[Span, ...]
    otherwise: Literal["closed", "holiday"]


@dataclass(frozen=True)
class Agenda:
    """`weekly` has seven entries, Monday first; `dated` is in the order of the dates."""

    weekly: tuple[tuple[Span, ...], ...]
    dated: tuple[DatedDay, ...]

    def state(self, wall: dt.datetime) -> Literal["open", "closed", "holiday"]:
        """What it says at a time on the wall clock of the schedule's zone."""
        at = wall.hour * 60 + wall.minute
        day = next((day for day in self.dated if day.date == wall.date()), None)
        if day is None:
            return "open" if _within(self.weekly[wall.weekday()], at) else "closed"
        return "open" if _within(day.open, at) else day.otherwise


def agenda(calendar: Calendar) -> Agenda:
    """The agenda of a schedule. Raises `UnknownHolidays`."""
    ordinary = [calendar.schedule.ranges(weekday) for weekday in range(7)]
    weekly = tuple(_merged([*_today(ordinary[day]), *_into_next(ordinary[day - 1])]) for day in range(7))
    special = calendar.closed_days.keys() | calendar.exceptions.keys()
    days = sorted(special | {day + _DAY for day in special if day < dt.date.max})
    found = (_dated(calendar, day) for day in days)
    return Agenda(weekly, tuple(day for day in found if day.date in special or day.open != weekly[day.date.weekday()]))


def _dated(calendar: Calendar, day: dt.date) -> DatedDay:
    spans = list(_today(calendar.ranges(day)))
    if day in calendar.exceptions:
        name = next((item.name for item in calendar.schedule.exceptions if item.date == day and item.name), str(day))
        return DatedDay(day, name, _merged(spans), "closed")
    if holiday := calendar.closed_days.get(day):
        return DatedDay(day, holiday, (), "holiday")
    before = calendar.ranges(day - _DAY) if day > dt.date.min else []
    return DatedDay(day, str(day), _merged([*spans, *_into_next(before)]), "closed")


def _today(ranges: Iterable[Range]) -> Iterable[Span]:
    for span in ranges:
        yield minute(span.start), MINUTES_A_DAY if crosses_midnight(span) else minute(span.end)


def _into_next(ranges: Iterable[Range]) -> Iterable[Span]:
    for span in ranges:
        if crosses_midnight(span) and minute(span.end) > 0:
            yield 0, minute(span.end)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _within(spans: Iterable[Span], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def clock(minutes: int) -> str:
    """Minutes since midnight as a clock shows them; the end of a day is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
