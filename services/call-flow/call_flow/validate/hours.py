"""Rules about opening hours."""

from collections.abc import Iterator

from call_flow.flow.calendar import crosses_midnight, minute, zone
from call_flow.flow.hours import Range, Schedule
from call_flow.flow.values import WEEKDAYS
from call_flow.validate.clocks import changes, has_length, length, overlaps, week
from call_flow.validate.context import Context
from call_flow.validate.naming import DAY_NAMES, quoted
from call_flow.validate.rule import Found, Subject

HOURS = Subject()
_SUSPICIOUSLY_LONG = 16 * 60


def schedules(context: Context) -> Iterator[tuple[str, Schedule, str]]:
    """Every schedule with its pointer and its name."""
    for position, schedule in enumerate(context.flow.schedules):
        yield f"/schedules/{position}", schedule, f"the schedule {quoted(schedule.name or schedule.id)}"


def ranges_of(schedule: Schedule) -> Iterator[tuple[str, str, list[Range]]]:
    """Pointer below the schedule, name of the day, and its ranges."""
    for weekday, ranges in schedule.weekly.items():
        yield f"weekly/{weekday}", DAY_NAMES[weekday], ranges
    for position, item in enumerate(schedule.exceptions):
        yield f"exceptions/{position}/ranges", str(item.date), item.ranges


@HOURS.rule(
    "hours.unknown-zone", "error",
    title="An unknown time zone",
    why="Nobody can say when it is open.",
    fix="Use a name of the IANA database, for instance America/New_York or Europe/Berlin.",
    reference="IANA Time Zone Database",
)  # fmt: skip
def unknown_zone(context: Context) -> Iterator[Found]:
    """A zone that the IANA database does not have."""
    named = [("/customer/time_zone", context.flow.customer.time_zone)]
    named += [
        (f"/sites/{at}/time_zone", site.time_zone) for at, site in enumerate(context.flow.sites) if site.time_zone
    ]
    named += [(f"{where}/time_zone", schedule.time_zone) for where, schedule, _ in schedules(context)]
    for where, name in named:
        if zone(name) is None:
            yield Found(where, f"There is no time zone {quoted(name)}.")


@HOURS.rule(
    "hours.zero-length", "error",
    title="Hours that begin and end at the same time",
    why="One reads it as never, another as the whole day.",
    fix="Write 00:00 to 24:00 for the whole day, or remove the range.",
)  # fmt: skip
def zero_length(context: Context) -> Iterator[Found]:
    """Start and end of a range are the same, or it begins at 24:00."""
    for where, schedule, name in schedules(context):
        for below, day, ranges in ranges_of(schedule):
            for position, span in enumerate(ranges):
                if not has_length(span):
                    message = f"On {day}, {name} is open from {span.start} to {span.end}."
                    yield Found(f"{where}/{below}/{position}", message)


@HOURS.rule(
    "hours.overlap", "error",
    title="Hours that overlap",
    why="One of the two is a slip, and nobody knows which.",
    fix="Correct one of the ranges, or make one of both.",
)  # fmt: skip
def overlap(context: Context) -> Iterator[Found]:
    """Two ranges share a time; one that goes on past midnight may meet the next day's."""
    for where, schedule, name in schedules(context):
        for first, second in overlaps(week(schedule)):
            spans = [schedule.weekly[span.weekday][span.position] for span in (first, second)]
            said = [f"{DAY_NAMES[span.weekday]} {item.start} to {item.end}"
                    for span, item in zip((first, second), spans, strict=True)]  # fmt: skip
            message = f"In {name}, {said[0]} and {said[1]} overlap."
            yield Found(f"{where}/weekly/{second.weekday}/{second.position}", message)
        for place, item in enumerate(schedule.exceptions):
            ordered = sorted((minute(span.start), at) for at, span in enumerate(item.ranges) if has_length(span))
            reached = -1
            for start, at in ordered:
                if start < reached:
                    message = f"In {name}, two ranges of {item.date} overlap."
                    yield Found(f"{where}/exceptions/{place}/ranges/{at}", message)
                reached = max(reached, start + length(item.ranges[at]))


@HOURS.rule(
    "hours.minute-missing", "warning",
    title="A minute that is left out",
    why="Hours end before their last minute begins: open to 16:59 is closed from 16:59:00 on.",
    fix="Write the full hour as the end: a range up to 17:00 does not include 17:00.",
)  # fmt: skip
def minute_missing(context: Context) -> Iterator[Found]:
    """A range ends a minute before an hour, or before the next range begins."""
    for where, schedule, name in schedules(context):
        for below, day, ranges in ranges_of(schedule):
            starts = {minute(span.start) for span in ranges}
            for position, span in enumerate(ranges):
                if has_length(span) and (span.end.endswith(":59") or minute(span.end) + 1 in starts):
                    message = f"On {day}, {name} closes at {span.end}, and a minute is left out."
                    yield Found(f"{where}/{below}/{position}/end", message)


@HOURS.rule(
    "hours.morning-for-evening", "warning",
    title="Hours that last all night",
    why="08:00 to 05:00 is open for 21 hours; often 17:00 was meant.",
    fix="Is the end in the evening? Write it in 24 hours, for instance 17:00.",
)  # fmt: skip
def morning_for_evening(context: Context) -> Iterator[Found]:
    """A range goes on past midnight and is longer than 16 hours."""
    for where, schedule, name in schedules(context):
        for below, day, ranges in ranges_of(schedule):
            for position, span in enumerate(ranges):
                if has_length(span) and crosses_midnight(span) and length(span) > _SUSPICIOUSLY_LONG:
                    hours = f"{length(span) / 60:g} hours"
                    message = f"On {day}, {name} is open from {span.start} to {span.end} of the next day, {hours}."
                    yield Found(f"{where}/{below}/{position}", message)


@HOURS.rule(
    "hours.exception-twice", "error",
    title="Two sets of hours for one date",
    why="Only one of them can hold.",
    fix="Keep one entry for the date; it may have several ranges.",
)  # fmt: skip
def exception_twice(context: Context) -> Iterator[Found]:
    """A date is among the exceptions twice."""
    for where, schedule, name in schedules(context):
        seen = set()
        for position, item in enumerate(schedule.exceptions):
            if item.date in seen:
                yield Found(f"{where}/exceptions/{position}/date", f"{name} has hours for {item.date} twice.")
            seen.add(item.date)


@HOURS.rule(
    "hours.exception-past", "info",
    title="Special hours of a date that is past",
    why="They have no effect any more.",
    fix="Remove them, or enter those of the coming year.",
)  # fmt: skip
def exception_past(context: Context) -> Iterator[Found]:
    """The date of an exception is before today."""
    for where, schedule, name in schedules(context):
        for position, item in enumerate(schedule.exceptions):
            if item.date < context.today:
                yield Found(f"{where}/exceptions/{position}", f"In {name}, {item.date} is past.")


@HOURS.rule(
    "hours.clock-change", "warning",
    title="Hours that change during the night of the clock change",
    why="That time does not exist in spring and comes twice in autumn.",
    fix="Move the start or end out of this hour.",
    reference="IANA Time Zone Database",
)  # fmt: skip
def clock_change(context: Context) -> Iterator[Found]:
    """A range begins or ends at a time that a coming clock change skips or repeats."""
    for where, schedule, name in schedules(context):
        known = zone(schedule.time_zone)
        for change in changes(known, context.today) if known else ():
            weekday = WEEKDAYS[change.date.weekday()]
            for position, span in enumerate(schedule.weekly.get(weekday, [])):
                for field in ("start", "end"):
                    clock = getattr(span, field)
                    if change.after < minute(clock) < change.before:
                        what = "does not exist" if change.skipped else "comes twice"
                        message = f"In {name}, {clock} {what} on {change.date}."
                        yield Found(f"{where}/weekly/{weekday}/{position}/{field}", message)
