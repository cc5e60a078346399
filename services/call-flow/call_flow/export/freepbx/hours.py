"""Time groups and time conditions.

A time group knows weekday, day and month, but no year. A date is written with its weekday: within the ten years of a
horizon that tells it apart from the same day of the years next to it, and comes again after 5, 6 or 11 years.
"""

import datetime as dt
from typing import Any

from call_flow.export.agenda import Span, clock
from call_flow.export.freepbx.places import Places, switches
from call_flow.export.labels import bare
from call_flow.export.plan import Plan
from call_flow.flow.nodes import TimeSwitch

Row = dict[str, Any]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: In this order they are asked; each but the last only when there are such dates.
_PARTS = ("open dates", "closed dates", "holidays", "hours")


def groups(plan: Plan) -> list[Row]:
    """Every time group, with its times. Hours that are never open are a group without times."""
    found: list[Row] = []
    for schedule in plan.schedules:
        agenda = plan.agenda(schedule.id)
        times: dict[str, list[str]] = {name: [] for name in _PARTS}
        for day in agenda.dated:
            times["open dates"] += [_date(day.date, span) for span in day.open]
            times["holidays" if day.otherwise == "holiday" else "closed dates"].append(_date(day.date, (0, 1440)))
        times["hours"] = [f"{_range(span)}|{_WEEKDAYS[weekday]}|*|*" for weekday, spans in enumerate(agenda.weekly)
                          for span in spans]  # fmt: skip
        for part, listed in times.items():
            if listed or part == "hours":
                found.append({"id": len(found) + 1, "description": f"{schedule.id} {part}", "times": listed})
    return found


def conditions(plan: Plan, places: Places, known: list[Row]) -> list[Row]:
    """The time conditions of every switch, in the order of their ids."""
    group = {row["description"]: row["id"] for row in known}
    found: list[Row] = []
    for node in plan.nodes:
        if isinstance(node, TimeSwitch):
            found += _chain(plan, places, node, group)
    return sorted(found, key=lambda row: int(row["timeconditions_id"]))


def _chain(plan: Plan, places: Places, node: TimeSwitch, group: dict[str, int]) -> list[Row]:
    at = places.condition(node.id, switches(plan, node))
    where = {"open dates": node.open, "closed dates": node.closed, "holidays": node.holiday or node.closed,
             "hours": node.open}  # fmt: skip
    parts = [part for part in _PARTS if part == "hours" or f"{node.schedule} {part}" in group]
    found: list[Row] = []
    for step, part in enumerate(parts):
        last = part == "hours"
        otherwise = places.to(node.closed) if last else f"timeconditions,{at + step + 1},1"
        found.append({
            "timeconditions_id": at + step, "displayname": bare(f"{node.name or node.id} {part}", 50, node.id),
            "time": group.get(f"{node.schedule} {part}"), "truegoto": places.to(where[part]), "falsegoto": otherwise,
            "deptname": "", "generate_hint": int(last), "invert_hint": 0, "fcc_password": "", "priority": "",
            "timezone": plan.time_zone(node.schedule), "mode": "time-group", "calendar_id": "",
            "calendar_group_id": "",
        })  # fmt: skip
    return found


def _range(span: Span) -> str:
    """FreePBX counts the last minute in."""
    return f"{clock(span[0])}-{clock(span[1] - 1)}"


def _date(day: dt.date, span: Span) -> str:
    return f"{_range(span)}|{_WEEKDAYS[day.weekday()]}|{day.day}|{_MONTHS[day.month - 1]}"
