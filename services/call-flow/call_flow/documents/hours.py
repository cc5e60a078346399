"""Opening hours and the calendar of holidays."""

import datetime as dt
from collections.abc import Iterator

from call_flow.documents.material import Material, date
from call_flow.flow.calendar import Calendar, UnknownHolidays, closed_days
from call_flow.flow.hours import HolidaySet, Override, Schedule
from call_flow.flow.nodes import TimeSwitch
from call_flow.flow.values import WEEKDAYS
from call_flow.render.words import DAYS, human, spans
from oberaconnect.typeset import Block, Callout, Cell, Column, Heading, KeyValue, Paragraph, Table

_STATES = {"open": "open", "closed": "closed", "holiday": "on holiday"}


def opening(material: Material) -> Iterator[Block]:
    """The week of each schedule, its exceptions, its override, and the holidays of the coming twelve months."""
    flow = material.flow
    yield Heading("Opening hours and holidays")
    if not flow.schedules:
        yield Paragraph("Nothing depends on the time: calls are treated alike at every hour.")
        return
    yield Paragraph(
        "Times are on the 24-hour clock. “08:00–17:00” is open at 08:00 sharp and closed from 17:00 sharp on.",
        soft=True,
    )
    for schedule in flow.schedules:
        yield from _schedule(material, schedule)
    for holiday_set in flow.holiday_sets:
        yield from _holidays(material, holiday_set)


def _schedule(material: Material, schedule: Schedule) -> Iterator[Block]:
    names, flow = material.names, material.flow
    users = [names.node(node) for node in flow.nodes if isinstance(node, TimeSwitch) and node.schedule == schedule.id]
    holiday_set = material.graph.holiday_sets.get(schedule.holiday_set or "")
    yield Heading(names.schedule(schedule), 2)
    yield KeyValue(
        (
            ("Time zone", schedule.time_zone),
            ("Used by", ", ".join(users) or "nothing yet"),
            ("Holidays", _set_name(holiday_set) if holiday_set else "none"),
            ("By hand", _override(schedule.override) if schedule.override else "not possible"),
        )
    )
    week = tuple((DAYS[day], spans(schedule.ranges(position))) for position, day in enumerate(WEEKDAYS))
    yield Table(f"Week of {names.schedule(schedule)}", (Column("Day", 1), Column("Open", 3)), week)
    if schedule.exceptions:
        days = sorted(schedule.exceptions, key=lambda item: item.date)
        yield Paragraph("On these dates other hours hold, whatever the weekday and even on a holiday:")
        columns = (Column("Date", 1.4), Column("Weekday"), Column("Open", 1.4), Column("Why", 2))
        rows = tuple((date(item.date), f"{item.date:%A}", spans(item.ranges), item.name or "") for item in days)
        yield Table(f"Exceptions of {names.schedule(schedule)}", columns, rows)


def _override(override: Override) -> str:
    states = " and ".join(_STATES[state] for state in override.states)
    back = "The next change of hours sets it back." if override.auto_reset else "It stays until it is set back."
    return f"Staff dial {override.code} to set it to {states}, and once more to follow the clock again. {back}"


def _set_name(holiday_set: HolidaySet) -> str:
    if holiday_set.name:
        return holiday_set.name
    source = holiday_set.source
    where = "-".join(part for part in (source.country, source.subdivision) if part) if source else ""
    parts = [f"public holidays ({where})"] if source else []
    parts += ["days of your own"] if holiday_set.custom else []
    return " and ".join(parts) or human(holiday_set.id)


def _holidays(material: Material, holiday_set: HolidaySet) -> Iterator[Block]:
    schedules = [schedule for schedule in material.flow.schedules if schedule.holiday_set == holiday_set.id]
    if not schedules:
        return
    yield Heading(f"Holidays: {_set_name(holiday_set)}", 2)
    try:
        days = closed_days(holiday_set)
    except UnknownHolidays:
        yield Callout(
            "The public holidays of this country or region are not known", "Please name the days one by one.", "bad"
        )
        return
    first, last = material.made, _a_year_later(material.made)
    coming = {day: name for day, name in days.items() if first <= day < last}
    yield Paragraph(f"Closed all day, from {date(first)} to {date(last - dt.timedelta(days=1))}:")
    exceptions = {day for schedule in schedules for day in Calendar(schedule, holiday_set).exceptions}
    columns = (Column("Date", 1.4), Column("Weekday"), Column("Holiday", 2.6), Column("Note", 1.4))
    rows = tuple(
        (date(day), f"{day:%A}", name, Cell("other hours, see above", "soft") if day in exceptions else "")
        for day, name in coming.items()
    )
    yield Table(f"Holidays of {_set_name(holiday_set)}", columns, rows)
    end = dt.date(holiday_set.first_year + holiday_set.horizon_years, 1, 1)
    if end < last:
        yield Callout(
            "The calendar ends too soon",
            f"Holidays are worked out up to {date(end - dt.timedelta(days=1))} only.",
            "warning",
        )


def _a_year_later(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return dt.date(day.year + 1, 3, 1)
