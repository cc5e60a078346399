"""Rules about the holidays of a country."""

import datetime as dt
from collections.abc import Iterator, Mapping

from call_flow.flow.hours import HolidaySet
from call_flow.validate.context import Context
from call_flow.validate.naming import listed, quoted, shown
from call_flow.validate.rule import Found, Subject

HOLIDAYS = Subject()
_SOON = dt.timedelta(days=60)


def sets(context: Context) -> Iterator[tuple[str, HolidaySet, str]]:
    """Every holiday set with its pointer and its name."""
    for position, item in enumerate(context.flow.holiday_sets):
        yield f"/holiday_sets/{position}", item, f"the holiday set {quoted(item.name or item.id)}"


def changed(item: HolidaySet, **source: object) -> HolidaySet:
    """The set with another source; of its own days none."""
    changed = item.source.model_copy(update=source) if item.source else None
    return item.model_copy(update={"source": changed, "custom": []})


def names(days: Mapping[dt.date, str] | str) -> set[str]:
    """The holidays of a calendar, each by its own name."""
    return {part.removesuffix(" (observed)").strip() for day in known(days).values() for part in day.split(";")}


def known(days: Mapping[dt.date, str] | str) -> Mapping[dt.date, str]:
    return {} if isinstance(days, str) else days


def beyond(days: Mapping[dt.date, str] | str, others: Mapping[dt.date, str] | str) -> list[str]:
    """The names of the days that the others do not have; a region may call a day of the country otherwise."""
    return sorted(names({day: name for day, name in known(days).items() if day not in known(others)}))


@HOLIDAYS.rule(
    "holidays.unknown-source", "error",
    title="Holidays that are not known",
    why="Its holidays cannot be worked out, so it would be open on them.",
    fix="Correct country, subdivision and categories, or list the days under custom.",
    reference="the holidays library, by ISO 3166-1 and ISO 3166-2",
)  # fmt: skip
def unknown_source(context: Context) -> Iterator[Found]:
    """The library does not know the country, subdivision or category."""
    for where, item, name in sets(context):
        days = context.holidays(item)
        if isinstance(days, str) and item.source:
            given = getattr(item.source, days)
            what = listed(given) if isinstance(given, list) else given
            yield Found(f"{where}/source/{days}", f"No holidays are known for the {days} {what} of {name}.")


@HOLIDAYS.rule(
    "holidays.country-differs", "warning",
    title="Holidays of another country",
    why="The customer and its staff are not there.",
    fix="Use the country of the customer, or that of the site whose hours these are.",
)  # fmt: skip
def country_differs(context: Context) -> Iterator[Found]:
    """The country of a set is neither the customer's nor that of a site."""
    for where, item, name in sets(context):
        if item.source and item.source.country not in context.countries:
            message = f"{name} has the holidays of {item.source.country}, but the customer is in "
            yield Found(f"{where}/source/country", f"{message}{listed(context.countries)}.")


@HOLIDAYS.rule(
    "holidays.state-days", "warning",
    title="Days that most companies do not keep",
    why="They are holidays of the state's offices; most companies in the United States are open.",
    fix="Is the customer closed on them? Put the names of the others under exclude, or remove the subdivision.",
)  # fmt: skip
def state_days(context: Context) -> Iterator[Found]:
    """A set of the United States has days of a state besides those of the federation."""
    for where, item, name in sets(context):
        if item.source and item.source.country == "US" and item.source.subdivision:
            federal = context.holidays(changed(item, subdivision=None))
            if own := beyond(context.holidays(changed(item)), federal):
                message = f"{name} closes on days of the state {item.source.subdivision}: {listed(own)}."
                yield Found(f"{where}/source/subdivision", message)


@HOLIDAYS.rule(
    "holidays.subdivision-missing", "info",
    title="Regional holidays are left out",
    why="The region of the customer has holidays that the whole country does not have.",
    fix="Is the customer closed on them? Set the subdivision of the holiday set.",
)  # fmt: skip
def subdivision_missing(context: Context) -> Iterator[Found]:
    """The customer is in a subdivision that has more days, and the set does not name it."""
    customer = context.flow.customer
    for where, item, name in sets(context):
        source = item.source
        if source is None or source.subdivision or source.country != customer.country or source.country == "US":
            continue
        with_region = context.holidays(changed(item, subdivision=customer.subdivision))
        if own := beyond(with_region, context.holidays(changed(item))):
            yield Found(f"{where}/source", f"{name} leaves out the days of {customer.subdivision}: {listed(own)}.")


@HOLIDAYS.rule(
    "holidays.unknown-name", "error",
    title="A holiday that the country does not have",
    why="The name has no effect: the customer would be open, or closed, on the wrong day.",
    fix="Write the name as the list of the country has it, or add the day under custom.",
)  # fmt: skip
def unknown_name(context: Context) -> Iterator[Found]:
    """A name under include or exclude is none of the source's."""
    for where, item, name in sets(context):
        bare = item.model_copy(update={"include": [], "exclude": [], "custom": []})
        days = context.holidays(bare)
        if isinstance(days, str):
            continue
        listing = set(days.values()) | names(days)
        for field, given in (("include", item.include), ("exclude", item.exclude)):
            for position, wanted in enumerate(given):
                if wanted not in listing:
                    said = f"It has {listed(sorted(names(days)), most=20)}." if days else "The set has no country."
                    message = f"{name} names {quoted(wanted)}, which is no holiday of its country."
                    yield Found(f"{where}/{field}/{position}", message, f"Write the name as the list has it. {said}")


@HOLIDAYS.rule(
    "holidays.end-soon", "warning",
    title="The holiday calendar ends soon",
    why="After its last year the customer would be open on every holiday.",
    fix="Raise first_year or horizon_years, and deploy the flow again.",
)  # fmt: skip
def end_soon(context: Context) -> Iterator[Found]:
    """The last year of a set ends within 60 days, or has ended."""
    for where, item, name in sets(context):
        last = item.first_year + item.horizon_years - 1
        if dt.date(last, 12, 31) - context.today < _SOON:
            yield Found(f"{where}/horizon_years", f"The days of {name} are worked out to the end of {last} only.")


@HOLIDAYS.rule(
    "holidays.begin-late", "warning",
    title="The holiday calendar begins later",
    why="Until its first year the customer is open on every holiday.",
    fix="Set first_year to the current year.",
)  # fmt: skip
def begin_late(context: Context) -> Iterator[Found]:
    """The first year of a set is after this year."""
    for where, item, name in sets(context):
        if item.first_year > context.today.year:
            yield Found(f"{where}/first_year", f"The days of {name} are worked out from {item.first_year} on.")


@HOLIDAYS.rule(
    "holidays.empty", "warning",
    title="A holiday set without a day",
    why="The customer is open on every holiday.",
    fix="Give it a country, or days of its own.",
)  # fmt: skip
def empty(context: Context) -> Iterator[Found]:
    """No day is in a set."""
    for where, item, name in sets(context):
        if context.holidays(item) == {}:
            yield Found(where, f"{name} has no day.")


@HOLIDAYS.rule(
    "holidays.weekend", "warning",
    title="Holidays on a weekend are not made up for",
    why="Where a holiday falls on a weekend, many companies close on the weekday beside it.",
    fix="Is the customer closed on that weekday? Set observed.",
)  # fmt: skip
def weekend(context: Context) -> Iterator[Found]:
    """Observed days are left out, and there are some within the years of the set."""
    for where, item, name in sets(context):
        if item.source and not item.source.observed:
            kept = known(context.holidays(changed(item, observed=True)))
            days = known(context.holidays(changed(item)))
            if more := [f"{shown(kept[day])} on {day}" for day in kept if day not in days and day >= context.today]:
                yield Found(f"{where}/source/observed", f"{name} leaves out {listed(more, most=3)}.")


@HOLIDAYS.rule(
    "holidays.year-missing", "warning",
    title="A year without holidays",
    why="The holidays of some countries are announced each year; for this one they are not known yet.",
    fix="Enter the days of that year under custom, or shorten horizon_years and deploy the flow again in time.",
    reference="the holidays library",
)  # fmt: skip
def year_missing(context: Context) -> Iterator[Found]:
    """A country has days in some year of a set, and none in another."""
    for where, item, name in sets(context):
        years = {day.year for day in known(context.holidays(changed(item)))}
        wanted = range(item.first_year, item.first_year + item.horizon_years)
        if missing := [str(year) for year in wanted if years and year not in years]:
            yield Found(f"{where}/horizon_years", f"{name} has no holidays in {listed(missing)}.")


@HOLIDAYS.rule(
    "holidays.unused", "info",
    title="A holiday set that no schedule uses",
    why="Its days have no effect.",
    fix="Name it in a schedule, or remove it.",
)  # fmt: skip
def unused(context: Context) -> Iterator[Found]:
    """No schedule names a holiday set."""
    used = {schedule.holiday_set for schedule in context.flow.schedules}
    for where, item, name in sets(context):
        if item.id not in used:
            yield Found(where, f"No schedule uses {name}.")
