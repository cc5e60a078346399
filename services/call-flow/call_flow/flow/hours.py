"""When the customer is open.

What a schedule says about an instant, on the wall clock of its zone, in this order:

1. the state that somebody set by its override code;
2. on a date among `exceptions`: open within the ranges given there, else closed;
3. on a day of the holiday set: holiday, all day;
4. the ranges of the weekday.

Ranges are half open: from 08:00 to 17:00 includes 08:00:00 and not 17:00:00. One that ends at or before its start goes
on past midnight; the part after midnight belongs to the following day and counts unless that day is an exception or a
holiday.
"""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from call_flow.flow.values import WEEKDAYS, Clock, Country, Dialled, Id, Label, Part, Weekday, Zone

ScheduleState = Literal["open", "closed", "holiday"]
#: Month and day, for days that return every year.
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", examples=["12-24"])]


class Range(Part):
    """From `start` up to, but not including, `end`."""

    start: Clock
    end: Clock


class DatedHours(Part):
    """One date that is not as its weekday is. No ranges: closed."""

    date: dt.date
    ranges: list[Range] = Field(default=[], max_length=10)
    name: Label | None = None


class Override(Part):
    """A code by which staff set the state by hand. It toggles through the states and back to the clock."""

    code: Dialled
    states: list[ScheduleState] = Field(default=["closed"], min_length=1, max_length=3)
    auto_reset: bool = Field(default=True, description="Back to the clock at the next change of the hours")


class Schedule(Part):
    """Opening hours in one zone."""

    id: Id
    name: Label | None = None
    time_zone: Zone
    weekly: dict[Weekday, Annotated[list[Range], Field(max_length=10)]] = {}
    exceptions: list[DatedHours] = Field(default=[], max_length=400)
    holiday_set: Id | None = None
    override: Override | None = None

    def ranges(self, weekday: int) -> list[Range]:
        """The ranges of a weekday; Monday is 0."""
        return self.weekly.get(WEEKDAYS[weekday], [])


class CustomHoliday(Part):
    """A day of the customer's own: a date, a day of every year, or from a date to another."""

    name: Label
    date: dt.date | None = None
    month_day: MonthDay | None = None
    until: dt.date | MonthDay | None = Field(default=None, description="The last day, if it is more than one")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.date is None) == (self.month_day is None):
            raise ValueError("give either date or month_day")
        return self


class HolidaySource(Part):
    """Public holidays of a country, from the `holidays` library."""

    country: Country
    subdivision: str | None = Field(default=None, pattern=r"^[A-Za-z0-9 ]{1,40}$")
    categories: list[Literal["public", "government", "bank", "school", "unofficial"]] = ["public"]
    observed: bool = Field(default=True, description="With the weekday on which a holiday of a weekend is kept")


class HolidaySet(Part):
    """Days on which the customer is closed: those of a country, less `exclude`, or only `include`; and own ones."""

    id: Id
    name: Label | None = None
    source: HolidaySource | None = None
    include: list[Label] = Field(default=[], max_length=100, description="Names; empty: all of the source")
    exclude: list[Label] = Field(default=[], max_length=100)
    custom: list[CustomHoliday] = Field(default=[], max_length=200)
    first_year: int = Field(default=2026, ge=1970, le=2100)
    horizon_years: int = Field(default=3, ge=1, le=10, description="For how many years dates are worked out")
