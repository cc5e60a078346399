"""Departments: their hours and holidays, as schedules."""

import datetime as dt
import re
from itertools import pairwise

from call_flow.export.agenda import Span
from call_flow.export.labels import shown
from call_flow.flow.calendar import MINUTES_A_DAY, zone
from call_flow.importers.draft import Draft
from call_flow.importers.element import Element
from call_flow.importers.threecx.objects import Objects
from call_flow.importers.week import Day, Hours, add_schedule

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?.*")
_DURATION = re.compile(r"P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")


class Departments:
    """Which schedule the members of each department go by."""

    def __init__(self, objects: Objects, draft: Draft) -> None:
        """Reads the departments."""
        self.schedules: list[str] = []
        self._of: dict[str, str] = {}
        for group in objects.all("Groups"):
            name = _add(objects, draft, group)
            self.schedules.append(name)
            patch = objects.patches.get(objects.saved.get(group.pointer, ""))
            for owner in (group, patch):
                for member in owner.children("Members") if owner is not None else []:
                    number = member.text("Number")
                    rights = member.child("Rights")
                    if rights is not None:
                        rights.read_all()
                    self._of[number] = name

    def of(self, dn: str) -> str | None:
        """The schedule by which a number goes; the only one there is for a number without a department."""
        return self._of.get(dn) or (self.schedules[0] if len(self.schedules) == 1 else None)


def _add(objects: Objects, draft: Draft, group: Element) -> str:
    told = group.text("TimeZoneId")
    where = objects.zones.get(told, told)
    if zone(where) is None:
        if told:
            group.approximated("Its time zone is known by a number alone; that of the customer is taken.")
        where = draft.time_zone
    weekly = _weekly(group.child("Hours"))
    closed: dict[dt.date, list[tuple[Span, str]]] = {}
    yearly: dict[tuple[int, int], str] = {}
    for holiday in group.children("OfficeHolidays"):
        _holiday(holiday, closed, yearly)
    dated = {date: _day(spans, weekly[date.weekday()]) for date, spans in closed.items()}
    for key in ("Number", "OverrideHolidays"):
        group.get(key)
    name = shown(group.text("Name")) or "office"
    return add_schedule(draft, Hours(where, weekly, dated, yearly), name, group.source, _title(name), always=True)


def _title(name: str) -> str | None:
    """A name that is no id."""
    return None if re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name) else name


def _weekly(hours: Element | None) -> list[list[Span]]:
    weekly: list[list[Span]] = [[] for _ in range(7)]
    if hours is None:
        return weekly
    kind = hours.text("Type")
    hours.get("IgnoreHolidays")
    if kind in ("AllHours", "24Hours"):
        return [[(0, MINUTES_A_DAY)] for _ in range(7)]
    for period in hours.children("Periods"):
        day = period.text("DayOfWeek")
        start, end = _clock(period.text("Start")), _clock(period.text("Stop"), is_end=True)
        if day in _DAYS and start is not None and end is not None and start < end:
            weekly[_DAYS.index(day)].append((start, end))
        else:
            period.approximated("It is no span of a weekday; it is left out.")
    return weekly


def _clock(text: str, *, is_end: bool = False) -> int | None:
    """Minutes since midnight; a last second of the day is its end."""
    if (match := _CLOCK.fullmatch(text)) or (text.startswith("P") and (match := _DURATION.fullmatch(text))):
        parts = (match[1], match[2], match[3])
    else:
        return None
    hours, minutes, seconds = (int(part or 0) for part in parts)
    found = hours * 60 + minutes + (1 if is_end and seconds >= 59 else 0)
    return found if 0 <= found <= MINUTES_A_DAY else None


def _holiday(
    holiday: Element, closed: dict[dt.date, list[tuple[Span, str]]], yearly: dict[tuple[int, int], str]
) -> None:
    name = shown(holiday.text("Name"))
    first = [holiday.number(key) or 0 for key in ("Year", "Month", "Day")]
    last = [holiday.number(key) or 0 for key in ("YearEnd", "MonthEnd", "DayEnd")]
    for key in ("Id", "HolidayPrompt"):
        holiday.get(key)
    start, end = _clock(holiday.text("TimeOfStartDate")) or 0, _clock(holiday.text("TimeOfEndDate"), is_end=True)
    span = (start, end or MINUTES_A_DAY)
    try:
        if holiday.flag("IsRecurrent"):
            begin = dt.date(2024, first[1], first[2])
            until = dt.date(2024, last[1] or first[1], last[2] or first[2])
            for date in _between(begin, until):
                yearly[date.month, date.day] = name
            if span != (0, MINUTES_A_DAY):
                holiday.approximated("It is a holiday all day long.")
            return
        begin = dt.date(*first)
        until = dt.date(*last) if all(last) else begin
    except ValueError:
        holiday.approximated("It is no date; it is left out.")
        return
    days = _between(begin, until)
    for date in days:
        within = (span[0] if date == begin else 0, span[1] if date == until else MINUTES_A_DAY)
        closed.setdefault(date, []).append((within, name))


def _between(begin: dt.date, until: dt.date) -> list[dt.date]:
    days = min(366, max(0, (until - begin).days))
    return [begin + dt.timedelta(days=at) for at in range(days + 1)]


def _day(spans: list[tuple[Span, str]], usual: list[Span]) -> Day:
    name = spans[0][1]
    edges = sorted(
        {0, MINUTES_A_DAY, *(edge for span, _ in spans for edge in span), *(edge for span in usual for edge in span)}
    )
    opened = [
        (start, end) for start, end in pairwise(edges)
        if any(first <= start < last for first, last in usual)
        and not any(first <= start < last for (first, last), _ in spans)
    ]  # fmt: skip
    return Day(tuple(opened), "closed" if opened else "holiday", name)
