"""Schedules. Weekly hours stand on quarters of an hour, dates on half hours; a dated one has ten ranges at most."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from call_flow.export.agenda import DatedDay, Span, clock
from call_flow.export.plan import Plan
from call_flow.export.teams.powershell import Raw, command, put, variable
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.flow.hours import Schedule

State = Literal["open", "closed", "holiday"]
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST = 10
#: The schedules of a flow's schedule: one for outside its hours unless it is never open, and dated ones by their state.
Names = tuple[Raw | None, list[tuple[Raw, State]]]


def schedules(plan: Plan, schedule: Schedule) -> tuple[list[str], Names]:
    """The commands that make them, and their variables."""
    agenda = plan.agenda(schedule.id)
    lines: list[str] = []
    weekly = [_rounded(plan, schedule, spans, 15) for spans in agenda.weekly]
    after_hours = variable("hours", schedule.id) if any(weekly) else None
    if after_hours is not None:
        ranges = {
            f"{_DAYS[day]}Hours": [_time_range(span) for span in spans] or None for day, spans in enumerate(weekly)
        }
        lines.append(put(after_hours, command("New-CsOnlineSchedule", Name=f"{schedule.id} after hours",
                                              WeeklyRecurrentSchedule=True, **ranges, Complement=True)))  # fmt: skip
    dated: list[tuple[Raw, State]] = []
    found: dict[State, list[Raw]] = {"open": [], "closed": [], "holiday": []}
    for day in agenda.dated:
        _dated(plan, schedule, day, found)
    for state, ranges_of_state in found.items():
        for number in range(0, len(ranges_of_state), _MOST):
            name = variable("dates", schedule.id, state, str(number // _MOST))
            title = f"{schedule.id} {state} dates {number // _MOST + 1}"
            dated.append((name, state))
            lines.append(put(name, command("New-CsOnlineSchedule", Name=title, FixedSchedule=True,
                                           DateTimeRanges=ranges_of_state[number : number + _MOST])))  # fmt: skip
    return lines, (after_hours, dated)


def _dated(plan: Plan, schedule: Schedule, day: DatedDay, found: dict[State, list[Raw]]) -> None:
    spans = _rounded(plan, schedule, day.open, 30)
    found["open"] += [_date_range(day.date, span) for span in spans]
    found[day.otherwise] += [_date_range(day.date, span) for span in _between(spans)]


def _rounded(plan: Plan, schedule: Schedule, spans: Sequence[Span], step: int) -> list[Span]:
    found = [(round(start / step) * step, round(end / step) * step) for start, end in spans]
    if found != list(spans):
        what = "quarters of an hour" if step == 15 else "half hours"
        plan.notes.approximated(plan.pointer(schedule), f"Times are moved to {what}, which is all that Teams knows.")
    return [(start, end) for start, end in found if start < end]


def _between(spans: Sequence[Span]) -> Iterator[Span]:
    at = 0
    for start, end in spans:
        if at < start:
            yield at, start
        at = end
    if at < MINUTES_A_DAY:
        yield at, MINUTES_A_DAY


def _time_range(span: Span) -> Raw:
    end = "1.00:00" if span[1] == MINUTES_A_DAY else clock(span[1])
    return Raw(f"({command('New-CsOnlineTimeRange', Start=clock(span[0]), End=end)})")


def _date_range(day: dt.date, span: Span) -> Raw:
    start, end = (dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes) for minutes in span)
    return Raw(f"({command('New-CsOnlineDateTimeRange', Start=_moment(start), End=_moment(end))})")


def _moment(when: dt.datetime) -> str:
    return f"{when.day}/{when.month}/{when.year:04} {when.hour}:{when.minute:02}"
