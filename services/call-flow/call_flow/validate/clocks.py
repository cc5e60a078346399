"""Clock arithmetic: ranges within a week, and when clocks change."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from call_flow.flow.calendar import MINUTES_A_DAY, crosses_midnight, minute
from call_flow.flow.hours import Range, Schedule
from call_flow.flow.values import WEEKDAYS, Weekday

WEEK = 7 * MINUTES_A_DAY
_DAY = dt.timedelta(days=1)
_HORIZON = 400


@dataclass(frozen=True, order=True)
class Span:
    """A range of a week, in minutes since Monday 00:00; `end` may lie in the week after."""

    start: int
    end: int
    weekday: Weekday
    position: int


def length(span: Range) -> int:
    """Minutes of a range."""
    return minute(span.end) - minute(span.start) + (MINUTES_A_DAY if crosses_midnight(span) else 0)


def has_length(span: Range) -> bool:
    """Whether it begins and ends at different times, within a day."""
    return span.start not in (span.end, "24:00")


def week(schedule: Schedule) -> list[Span]:
    """The ranges of a schedule's week in their order, without those that have no length."""
    found = []
    for number, weekday in enumerate(WEEKDAYS):
        for position, span in enumerate(schedule.weekly.get(weekday, [])):
            if has_length(span):
                start = number * MINUTES_A_DAY + minute(span.start)
                found.append(Span(start, start + length(span), weekday, position))
    return sorted(found)


def overlaps(spans: list[Span]) -> Iterator[tuple[Span, Span]]:
    """Ranges that begin before an earlier one has ended, with that one."""
    last: Span | None = None
    for span in spans:
        if last and span.start < last.end:
            yield last, span
        if last is None or span.end > last.end:
            last = span
    if last and last.end > WEEK and spans[0].start < last.end - WEEK and spans[0] is not last:
        yield last, spans[0]


def is_always(spans: list[Span]) -> bool:
    """Whether ranges cover the whole week."""
    reached = max((span.end - WEEK for span in spans), default=0)
    for span in spans:
        if span.start > max(reached, 0):
            return False
        reached = max(reached, span.end)
    return bool(spans) and reached >= WEEK


def _within(year: int) -> int:
    """A year with room before and after it."""
    return min(max(year, 10), 9990)


@dataclass(frozen=True)
class Change:
    """A night on which clocks change: wall clock times strictly between these two are skipped, or come twice."""

    date: dt.date
    after: int
    before: int
    skipped: bool


@lru_cache(maxsize=700)
def changes(zone: ZoneInfo, today: dt.date) -> tuple[Change, ...]:
    """When the clocks of a zone change within the 400 days after a date."""
    found = []
    start = dt.datetime(_within(today.year), today.month, min(today.day, 28), tzinfo=dt.UTC)
    for number in range(_HORIZON):
        low, high = start + number * _DAY, start + (number + 1) * _DAY
        before, after = low.astimezone(zone).utcoffset(), high.astimezone(zone).utcoffset()
        if before is None or after is None or before == after:
            continue
        while high - low > dt.timedelta(minutes=1):
            middle = low + (high - low) // 2
            if middle.astimezone(zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        moment = high.replace(second=0, microsecond=0).replace(tzinfo=None)
        first, last = sorted((moment + before, moment + after))
        ends = MINUTES_A_DAY if last.date() > first.date() else last.hour * 60 + last.minute
        found.append(Change(first.date(), first.hour * 60 + first.minute, ends, skipped=after > before))
    return tuple(found)


@lru_cache(maxsize=5000)
def differ(one: ZoneInfo, other: ZoneInfo, year: int) -> bool:
    """Whether the clocks of two zones differ in winter or summer of a year."""
    moments = [dt.datetime(_within(year), month, 15, 12, tzinfo=dt.UTC) for month in (1, 7)]
    return any(moment.astimezone(one).utcoffset() != moment.astimezone(other).utcoffset() for moment in moments)
