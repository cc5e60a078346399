"""Hours as data for `hours.js`, which some targets carry along to ask them."""

from functools import cache
from importlib import resources

from call_flow import export
from call_flow.export.plan import Plan


@cache
def program() -> bytes:
    """The program that asks: the same for every customer."""
    return resources.files(export).joinpath("hours.js").read_bytes()


def plain(plan: Plan) -> dict[str, object]:
    """The schedules by their ids. An override by a code is no part of them."""
    found: dict[str, object] = {}
    for schedule in plan.schedules:
        agenda = plan.agenda(schedule.id)
        dated = {str(day.date): {"open": [list(span) for span in day.open], "otherwise": day.otherwise}
                 for day in agenda.dated}  # fmt: skip
        weekly = [[list(span) for span in spans] for spans in agenda.weekly]
        found[schedule.id] = {"time_zone": plan.time_zone(schedule.id), "weekly": weekly, "dated": dated}
    return found
