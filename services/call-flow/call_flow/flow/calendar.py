"""What a schedule says: which days are holidays, and whether it is open at an instant."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from call_flow.flow.hours import CustomHoliday, HolidaySet, Range, Schedule, ScheduleState

_DAY = dt.timedelta(days=1)
MINUTES_A_DAY = 24 * 60


def zone(name: str) -> ZoneInfo | None:
    """A zone of the IANA database; None if there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def minute(clock: str) -> int:
    """Minutes since midnight of a clock time; 24:00 is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def crosses_midnight(span: Range) -> bool:
    """Whether a range goes on into the next day."""
    return minute(span.end) <= minute(span.start)


class UnknownHolidays(Exception):
    """Nobody knows the public holidays of a holiday set."""


def closed_days(holiday_set: HolidaySet) -> dict[dt.date, str]:
    """The days of a holiday set from its first year on, with their names, in their order.

    Raises:
        UnknownHolidays: when the `holidays` library does not know the country, subdivision or category.
    """
    found: dict[dt.date, str] = {}
    years = range(holiday_set.first_year, holiday_set.first_year + holiday_set.horizon_years)
    if source := holiday_set.source:
        listed = _public(source.country, source.subdivision, years, source.observed, tuple(source.categories))
        found.update((day, name) for day, name in listed if _is_kept(name, holiday_set))
    for custom in holiday_set.custom:
        found.update((day, custom.name) for day in _days(custom, years) if custom.date or day.year >= years.start)
    return dict(sorted(found.items()))


@lru_cache(maxsize=256)
def _public(
    country: str, subdivision: str | None, years: range, observed: bool, categories: tuple[str, ...]
) -> tuple[tuple[dt.date, str], ...]:
    """Public holidays of years. They are worked out once: it takes longer than all else that is asked of a schedule."""
    try:
        listed = holidays.country_holidays(
            country, subdiv=subdivision, years=years, observed=observed, categories=categories, language="en_US"
        )
    except (NotImplementedError, ValueError) as error:  # the latter is what it says of a category
        raise UnknownHolidays(str(error)) from None
    return tuple((day, name) for day, name in listed.items() if day.year in years)


def _is_kept(name: str, holiday_set: HolidaySet) -> bool:
    """Whether a day counts. Of several holidays on one day, one that counts is enough."""
    if name in holiday_set.exclude:
        return False
    names = {part.removesuffix(" (observed)").strip() for part in name.split(";")}
    if holiday_set.include and name not in holiday_set.include:
        names &= set(holiday_set.include)
    return not names <= set(holiday_set.exclude)


def _days(custom: CustomHoliday, years: range) -> Iterator[dt.date]:
    """The days of an own holiday, of those that began the year before too if they go on past New Year."""
    for year in [custom.date.year] if custom.date else range(years.start - 1, years.stop):
        first = custom.date or _in_year(str(custom.month_day), year)
        if first is None:
            continue  # 29 February in a year that has none
        last = first
        if isinstance(custom.until, dt.date):
            last = custom.until
        elif custom.until is not None:
            last = _in_year(custom.until, year) or first
            if last < first:
                last = _in_year(custom.until, year + 1) or first
        for number in range(min((last - first).days, 366) + 1):
            yield first + number * _DAY


def _in_year(month_day: str, year: int) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{year}-{month_day}")
    except ValueError:
        return None


@dataclass(frozen=True)
class Said:
    """What a schedule says, and why."""

    state: ScheduleState
    reason: str


class Calendar:
    """A schedule with its days worked out."""

    def __init__(self, schedule: Schedule, holiday_set: HolidaySet | None) -> None:
        """`holiday_set` is the one the schedule names."""
        self.schedule = schedule
        self._holiday_set = holiday_set

    @cached_property
    def closed_days(self) -> Mapping[dt.date, str]:
        """Holidays by their date."""
        return {} if self._holiday_set is None else closed_days(self._holiday_set)

    @cached_property
    def exceptions(self) -> Mapping[dt.date, list[Range]]:
        """The ranges of dates that are not as their weekday."""
        return {item.date: item.ranges for item in self.schedule.exceptions}

    def state(self, wall: dt.datetime) -> Said:
        """What it says at a time on the wall clock of its zone (see `call_flow.flow.hours`), no override being set."""
        day = wall.date()
        second = wall.hour * 3600 + wall.minute * 60 + wall.second
        if day in self.exceptions:
            return self._within(self.exceptions[day], second, f"{day} is an exception")
        if name := self.closed_days.get(day):
            return Said("holiday", f"{day} is {name}")
        for span in self.ranges(day - _DAY):
            if crosses_midnight(span) and second < minute(span.end) * 60:
                return Said("open", f"open from {span.start} of the day before to {span.end}")
        return self._within(self.ranges(day), second, f"{day:%A}{self._unknown(day.year)}")

    def _unknown(self, year: int) -> str:
        """What is to be said about a year for which holidays are wanted and were not worked out."""
        known = self._holiday_set
        if known is None or known.first_year <= year < known.first_year + known.horizon_years:
            return ""
        return f" (no holidays are worked out for {year})"

    def ranges(self, day: dt.date) -> list[Range]:
        """The ranges that begin on a date: none on a holiday."""
        if day in self.exceptions:
            return self.exceptions[day]
        return [] if day in self.closed_days else self.schedule.ranges(day.weekday())

    @staticmethod
    def _within(spans: list[Range], second: int, day: str) -> Said:
        for span in spans:
            end = MINUTES_A_DAY if crosses_midnight(span) else minute(span.end)
            if minute(span.start) * 60 <= second < end * 60:
                return Said("open", f"{day}, open from {span.start} to {span.end}")
        return Said("closed", f"{day}, outside its hours")
