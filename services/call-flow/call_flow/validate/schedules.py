"""Rules about schedules as wholes: whether they open and close, holidays, overrides, zones."""

from collections.abc import Iterator

from call_flow.flow.calendar import zone
from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import TimeSwitch
from call_flow.validate.clocks import differ, is_always, week
from call_flow.validate.context import Context
from call_flow.validate.hours import ranges_of, schedules
from call_flow.validate.rule import Found, Subject

SCHEDULES = Subject()


@SCHEDULES.rule(
    "hours.never-open", "warning",
    title="A schedule that is never open",
    why="Callers are always told that the company is closed.",
    fix="When is the customer open? Enter the hours under weekly.",
)  # fmt: skip
def never_open(context: Context) -> Iterator[Found]:
    """No weekday and no exception has hours, and no code opens it."""
    for where, schedule, name in schedules(context):
        by_hand = schedule.override is not None and "open" in schedule.override.states
        if not any(ranges for _, _, ranges in ranges_of(schedule)) and not by_hand:
            yield Found(f"{where}/weekly", f"{name} has no opening hours.")


@SCHEDULES.rule(
    "hours.never-closed", "warning",
    title="A closed branch that is never taken",
    why="The schedule is open day and night, so what is said for closed hours is never heard.",
    fix="Enter the closed hours, or lead to the open branch without a time switch.",
)  # fmt: skip
def never_closed(context: Context) -> Iterator[Found]:
    """A time switch asks a schedule that covers the whole week without exceptions, holidays and code."""
    for position, node in enumerate(context.flow.nodes):
        schedule = context.graph.schedules.get(node.schedule) if isinstance(node, TimeSwitch) else None
        if schedule is None or schedule.exceptions or schedule.holiday_set or schedule.override:
            continue
        if is_always(week(schedule)):
            message = f"{context.name(node.id)} never takes its closed branch, as its schedule is always open."
            yield Found(f"/nodes/{position}/closed", message)


@SCHEDULES.rule(
    "hours.holiday-never", "warning",
    title="A holiday branch that is never taken",
    why="The schedule has no holidays, so on them callers are sent to people who are not there.",
    fix="Give the schedule a holiday set, or remove the branch.",
)  # fmt: skip
def holiday_never(context: Context) -> Iterator[Found]:
    """A time switch has a branch for holidays, and its schedule knows none."""
    for position, node in enumerate(context.flow.nodes):
        schedule = context.graph.schedules.get(node.schedule) if isinstance(node, TimeSwitch) else None
        if not isinstance(node, TimeSwitch) or schedule is None or node.holiday is None or schedule.holiday_set:
            continue
        if schedule.override is None or "holiday" not in schedule.override.states:
            message = f"{context.name(node.id)} has a branch for holidays, but its schedule has no holidays."
            yield Found(f"/nodes/{position}/holiday", message)


@SCHEDULES.rule(
    "hours.no-holidays", "warning",
    title="Opening hours without holidays",
    why="On a public holiday callers are sent to people who are not there.",
    fix="On which holidays is the customer closed? Add a holiday set and name it in the schedule.",
)  # fmt: skip
def no_holidays(context: Context) -> Iterator[Found]:
    """A schedule that is sometimes closed has no holiday set, and no other schedule is asked before it that has one."""
    entered = {number.entry.node for number in context.flow.numbers}
    switches = [node for node in context.flow.nodes if isinstance(node, TimeSwitch)]
    first = {node.schedule for node in switches if node.id in entered}
    known = any(schedule.holiday_set for schedule in context.flow.schedules)
    for where, schedule, name in schedules(context):
        if known and schedule.id not in first:
            continue
        if schedule.holiday_set is None and schedule.weekly and not is_always(week(schedule)):
            yield Found(where, f"{name} is open on public holidays as on any other day.")


@SCHEDULES.rule(
    "hours.zone-differs", "warning",
    title="A schedule of another time zone",
    why="Callers of this number would find it closed while the site is open.",
    fix="Set the schedule's zone to that of the site, or use a schedule of its own for this number.",
)  # fmt: skip
def zone_differs(context: Context) -> Iterator[Found]:
    """A number of a site in one zone comes to a schedule in another, before anything else."""
    zones = {site.id: site.time_zone for site in context.flow.sites}
    for position, number in enumerate(context.flow.numbers):
        name = zones.get(number.site or "") or context.flow.customer.time_zone
        node = context.graph.nodes.get(number.entry.node or "")
        schedule = context.graph.schedules.get(node.schedule) if isinstance(node, TimeSwitch) else None
        here, there = zone(name), zone(schedule.time_zone) if schedule else None
        if schedule and here and there and differ(here, there, context.today.year):
            message = f"{context.name(Vertex('number', number.e164))} belongs to {shown_zone(name)}, but its hours are "
            yield Found(f"/numbers/{position}/entry", f"{message}in {shown_zone(schedule.time_zone)}.")


def shown_zone(name: str) -> str:
    """A zone as a sentence has it."""
    return name.replace("_", " ")


@SCHEDULES.rule(
    "hours.override-stays", "warning",
    title="A state that stays until somebody ends it",
    why="Whoever closes by hand in the evening forgets to open in the morning.",
    fix="Set auto_reset, so that the clock takes over at the next change of the hours.",
)  # fmt: skip
def override_stays(context: Context) -> Iterator[Found]:
    """The override of a schedule is not reset by the clock."""
    for where, schedule, name in schedules(context):
        if schedule.override and not schedule.override.auto_reset:
            message = f"A state set by {schedule.override.code} keeps {name} as it is until it is dialled again."
            yield Found(f"{where}/override/auto_reset", message)


@SCHEDULES.rule(
    "hours.override-repeats", "warning",
    title="A state twice in an override",
    why="Dialling the code once more seems to do nothing.",
    fix="List each state once.",
)  # fmt: skip
def override_repeats(context: Context) -> Iterator[Found]:
    """The states of an override are not all different."""
    for where, schedule, name in schedules(context):
        if schedule.override and len(set(schedule.override.states)) < len(schedule.override.states):
            yield Found(f"{where}/override/states", f"The code of {name} goes through a state twice.")


@SCHEDULES.rule(
    "hours.schedule-unused", "info",
    title="A schedule that nothing asks",
    why="Its hours have no effect.",
    fix="Use it in a time switch, or remove it.",
)  # fmt: skip
def schedule_unused(context: Context) -> Iterator[Found]:
    """No time switch names a schedule."""
    asked = {node.schedule for node in context.flow.nodes if isinstance(node, TimeSwitch)}
    for where, schedule, name in schedules(context):
        if schedule.id not in asked:
            yield Found(where, f"Nothing asks {name}.")
