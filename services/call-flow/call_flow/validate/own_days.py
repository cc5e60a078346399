"""Rules about the holidays of a customer's own."""

import datetime as dt
from collections.abc import Iterator

from call_flow.flow.hours import CustomHoliday
from call_flow.validate.context import Context
from call_flow.validate.holidays import changed, known, sets
from call_flow.validate.naming import quoted, shown
from call_flow.validate.rule import Found, Subject

OWN_DAYS = Subject()
_LONG = 100
_NEVER = frozenset({"02-30", "02-31", "04-31", "06-31", "09-31", "11-31"})


@OWN_DAYS.rule(
    "holidays.impossible-day", "error",
    title="A day that no calendar has",
    why="It never comes.",
    fix="Correct month and day.",
)  # fmt: skip
def impossible_day(context: Context) -> Iterator[Found]:
    """A month and day such as 30 February or 31 April."""
    for where, item, name in sets(context):
        for position, own in enumerate(item.custom):
            for field in ("month_day", "until"):
                day = getattr(own, field)
                if isinstance(day, str) and day in _NEVER:
                    message = f"{_own(own, name)} is on {day}, which never comes."
                    yield Found(f"{where}/custom/{position}/{field}", message)


def _own(own: CustomHoliday, name: str) -> str:
    return f"{quoted(own.name)} of {name}"


@OWN_DAYS.rule(
    "holidays.leap-day", "warning",
    title="A day that comes every four years",
    why="In other years it is left out.",
    fix="Use 28 February or 1 March, or give dates.",
)  # fmt: skip
def leap_day(context: Context) -> Iterator[Found]:
    """29 February as a day of every year."""
    for where, item, name in sets(context):
        for position, own in enumerate(item.custom):
            if own.month_day == "02-29":
                message = f"{_own(own, name)} is on 29 February, which comes in leap years only."
                yield Found(f"{where}/custom/{position}/month_day", message)


@OWN_DAYS.rule(
    "holidays.ends-before", "error",
    title="Holidays that end before they begin",
    why="No day of them is kept.",
    fix="Correct the last day. Days of every year end on a month and day, not on a date of one year.",
)  # fmt: skip
def ends_before(context: Context) -> Iterator[Found]:
    """A period's last day is before its first, or a date although the first returns every year."""
    for where, item, name in sets(context):
        for position, own in enumerate(item.custom):
            if isinstance(own.until, dt.date) and (own.date is None or own.until < own.date):
                first = own.date or own.month_day
                message = f"{_own(own, name)} goes from {first} to {own.until}."
                yield Found(f"{where}/custom/{position}/until", message)


@OWN_DAYS.rule(
    "holidays.long", "warning",
    title="Holidays of more than three months",
    why="Often a month or a year is wrong.",
    fix="Check first and last day.",
)  # fmt: skip
def long(context: Context) -> Iterator[Found]:
    """A period of more than 100 days."""
    for where, item, name in sets(context):
        for position, own in enumerate(item.custom):
            if (days := _length(own)) > _LONG:
                yield Found(f"{where}/custom/{position}", f"{_own(own, name)} lasts {days} days.")


def _length(own: CustomHoliday) -> int:
    if isinstance(own.until, dt.date):
        return (own.until - own.date).days + 1 if own.date else 0
    first = f"{own.date:%m-%d}" if own.date else own.month_day
    if own.until is None or first is None:
        return 1
    try:
        start, end = (dt.date.fromisoformat(f"2028-{day}") for day in (first, own.until))
    except ValueError:
        return 0
    return ((end - start).days % 366) + 1


@OWN_DAYS.rule(
    "holidays.past", "info",
    title="A holiday that is past",
    why="It has no effect any more.",
    fix="Remove it, or enter the date of the coming year.",
)  # fmt: skip
def past(context: Context) -> Iterator[Found]:
    """A dated holiday of the customer's own was before today."""
    for where, item, name in sets(context):
        for position, own in enumerate(item.custom):
            last = own.until if isinstance(own.until, dt.date) else own.date
            if last and last < context.today and not isinstance(own.until, str):
                yield Found(f"{where}/custom/{position}", f"{_own(own, name)} was on {last}.")


@OWN_DAYS.rule(
    "holidays.twice", "info",
    title="A day of its own that is a holiday already",
    why="It is closed on that day anyway; only the name changes.",
    fix="Remove one of the two.",
)  # fmt: skip
def twice(context: Context) -> Iterator[Found]:
    """A dated day of the customer's own is a holiday of the source."""
    for where, item, name in sets(context):
        listed_days = known(context.holidays(changed(item)))
        for position, own in enumerate(item.custom):
            if own.date in listed_days and own.until is None and own.date:
                message = f"{_own(own, name)} on {own.date} is {shown(listed_days[own.date])} already."
                yield Found(f"{where}/custom/{position}", message)
