"""Schedules of our own export."""

import datetime as dt
import re

from call_flow.export.agenda import Span
from call_flow.flow.calendar import minute
from call_flow.flow.values import WEEKDAYS
from call_flow.importers.asterisk.own.steps import NotOurs, Own, Written
from call_flow.importers.draft import Draft, Plain
from call_flow.importers.week import Day, Hours, add_schedule

_TIME = re.compile(r"GotoIfTime\((\d\d:\d\d)-(\d\d:\d\d),([a-z&*]+),\*,\*,([A-Za-z0-9_/+-]+)\?open\)")
_ZONE = re.compile(r"STRFTIME\(\$\{now\},([A-Za-z0-9_/+-]+),%Y%m%d\)")
_STATE = re.compile(r"Set\(DB\(override/[a-z0-9-]+\)=(open|closed|holiday)\)")


def schedules(own: Own, draft: Draft, codes: dict[str, str]) -> None:
    """Every schedule; `codes` are those that set one by hand."""
    for context in own.dialplan.contexts:
        if not context.startswith("schedule-"):
            continue
        name = context.removeprefix("schedule-")
        try:
            hours = _hours(own, draft, name, codes.get(f"override-{name}"))
        except NotOurs:
            told = "It is not as the export writes it; somebody changed it by hand. It is taken to be closed."
            draft.ledger.approximated(own.source(context), told)
            hours = Hours(draft.time_zone, [[] for _ in range(7)])
        add_schedule(draft, hours, name, own.source(context), always=True)


def _hours(own: Own, draft: Draft, name: str, code: str | None) -> Hours:
    steps = own.steps(f"schedule-{name}", "clock")
    zones = [match[1] for step in steps if (match := _ZONE.search(step.text))]
    weekly: list[list[Span]] = [[] for _ in range(7)]
    for days, span, zone in _times(steps):
        zones.append(zone)
        for at, weekday in enumerate(WEEKDAYS):
            if days == "*" or weekday in days.split("&"):
                weekly[at].append(span)
    dated: dict[dt.date, Day] = {}
    for written in own.extensions(f"days-{name}"):
        day = own.steps(f"days-{name}", written)
        spans = tuple(span for _, span, _ in _times(day))
        is_holiday = any(step.text == "Return(holiday)" for step in day)
        try:
            date = dt.datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007 - a date alone
        except ValueError:
            raise NotOurs from None
        dated[date] = Day(spans, "holiday" if is_holiday else "closed")
    return Hours(next(iter(zones), draft.time_zone), weekly, dated, override=_override(own, name, code))


def _times(steps: list[Written]) -> list[tuple[str, Span, str]]:
    found = (match for step in steps if (match := _TIME.fullmatch(step.text)))
    return [(match[3], (minute(match[1]), minute(match[2]) + 1), match[4]) for match in found]


def _override(own: Own, name: str, code: str | None) -> Plain | None:
    if f"override-{name}" not in own.dialplan.contexts or code is None:
        return None
    states = [match[1] for step in own.steps(f"override-{name}") if (match := _STATE.fullmatch(step.text))]
    return {"code": code, "states": states, "auto_reset": "next" in own.extensions(f"schedule-{name}")}
