"""Holidays in words.

`true` or a country (`US`, `US-NY`): its public holidays. `false`: open all the same. A list holds the days themselves,
and only these: countries, names of holidays (`Christmas Day`), dates (`2026-12-24`, `12-24` for every year,
`12-24..01-01`) with a name after them, `not Columbus Day` to take one off, and dates with hours
(`2026-12-24 08:00-12:00 Christmas Eve`, or `12-24 08:00-12:00` for every year that holidays are worked out for), on
which it is open so long. An object is `country`, `subdivision`,
`categories`, `observed` and `days`, such a list that adds to the country's.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue, ValidationError

from call_flow.flow.hours import CustomHoliday, HolidaySet
from call_flow.spec import clock
from call_flow.spec.country import has_holidays, holiday_names
from call_flow.spec.words import Misunderstood, folded, quoted

_COUNTRY = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_DATE = r"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}"
_DATED = re.compile(rf"({_DATE})(?:\s*(?:\.\.|to|/)\s*({_DATE}))?(?:\s+|$)(.*)", re.DOTALL)
_HOURS = re.compile(r"((?:[0-9]{1,2}[:.][0-9]{2}\s*-\s*[0-9]{1,2}[:.][0-9]{2}(?:\s*,\s*)?)+)\s*(.*)", re.DOTALL)
_FIELDS = {"country", "subdivision", "categories", "observed", "days"}
_SHOWN = 12


@dataclass
class DaysOff:
    """Parts of a holiday set, and the dates with hours of their own."""

    source: dict[str, Any] | None = None
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    custom: list[dict[str, Any]] = field(default_factory=list)
    exceptions: list[dict[str, Any]] = field(default_factory=list)
    #: Dates among the exceptions that follow from a day of every year, and that day.
    worked_out: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no day is off."""
        return self.source is None and not self.custom

    def plain(self) -> dict[str, Any]:
        """The fields of a holiday set that are said."""
        said = {"source": self.source, "include": self.include, "exclude": self.exclude, "custom": self.custom}
        return {name: value for name, value in said.items() if value}


def days_off(told: JsonValue, country: str, subdivision: str | None, today: dt.date) -> DaysOff:
    """What the words say; `country` and `subdivision` are the customer's.

    Raises:
        Misunderstood: when something in them has no meaning.
    """
    if told is False:
        return DaysOff()
    if told is True:
        return DaysOff(source=_source(country, subdivision))
    if isinstance(told, str):
        told = [told]
    if isinstance(told, Mapping):
        return _of_object(told, country, subdivision, today)
    if not isinstance(told, list):
        raise Misunderstood(f"{quoted(told)} are no holidays. Write a country as 'US', or a list of names and dates.")
    found = DaysOff()
    _read(found, told, _source(country, subdivision), today)
    return found


def named_country(told: JsonValue) -> str | None:
    """The country that holidays are said to be those of; None if no holidays are known of it."""
    if isinstance(told, Mapping):
        told = told.get("country")
    items = told if isinstance(told, list) else [told]
    named = (_COUNTRY.fullmatch(item.strip()) for item in items if isinstance(item, str))
    return next((match[1] for match in named if match and has_holidays(match[1])), None)


def _of_object(told: Mapping[str, JsonValue], country: str, subdivision: str | None, today: dt.date) -> DaysOff:
    if unknown := sorted(set(told) - _FIELDS):
        raise Misunderstood(f"{quoted(unknown[0])} is not among the fields {', '.join(sorted(_FIELDS))}.")
    named = str(told.get("country") or country)
    given = told.get("subdivision", subdivision if named == country else None)
    source = _source(named, None if given is None else str(given))
    source |= {name: told[name] for name in ("categories", "observed") if name in told}
    found = DaysOff(source=source)
    listed = told.get("days", [])
    if not isinstance(listed, list):
        raise Misunderstood(f"{quoted(listed)} is no list of days.")
    _read(found, listed, source, today)
    return found


def _read(found: DaysOff, told: list[JsonValue], source: dict[str, Any], today: dt.date) -> None:
    """Add the items of a list."""
    for item in told:
        if isinstance(item, Mapping):
            found.custom.append(_own(item))
        elif not isinstance(item, str) or not item.strip():
            raise Misunderstood(f"{quoted(item)} is no holiday. Write a name, or a date as 2026-12-24 or 12-24.")
        elif match := _COUNTRY.fullmatch(item.strip()):
            found.source = source | _source(match[1], match[2] or (found.source or source).get("subdivision"))
        elif match := _DATED.fullmatch(item.strip()):
            _add_date(found, match[1], match[2], match[3].strip(" :,-"), today)
        elif folded(item).startswith("not "):
            found.exclude.append(_name(item.strip()[4:], found.source or source, today.year))
        else:
            name = _name(item, source, today.year)
            if found.source is None or found.include:
                found.source = source
                found.include.append(name)


def _own(told: Mapping[str, JsonValue]) -> dict[str, Any]:
    try:
        return CustomHoliday.model_validate(told).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        raise Misunderstood(f"{quoted(told.get('name', told))} is no holiday: {error.errors()[0]['msg']}.") from None


def _source(country: str, subdivision: str | None) -> dict[str, Any]:
    if not _COUNTRY.fullmatch(country) or not has_holidays(country):
        raise Misunderstood(f"No holidays are known of {quoted(country)}. Write a country as 'US', or list the days.")
    if subdivision is not None and not has_holidays(country, subdivision):
        raise Misunderstood(f"No holidays are known of {quoted(subdivision)} in {country}.")
    return {"country": country} | ({"subdivision": subdivision} if subdivision else {})


def _name(told: str, source: dict[str, Any], year: int) -> str:
    names = holiday_names(source["country"], source.get("subdivision"), year)
    for name in names:
        if folded(name) == folded(told):
            return name
    shown = ", ".join(sorted(names)[:_SHOWN])
    raise Misunderstood(
        f"{source['country']} has no holiday {quoted(told)}. Known are: {shown}. A day of your own needs its date."
    )


def _add_date(found: DaysOff, first: str, last: str | None, rest: str, today: dt.date) -> None:
    day = _day(first)
    if hours := _HOURS.fullmatch(rest):
        if last:
            raise Misunderstood(f"{quoted(first)} with hours needs one date, as 2026-12-24 08:00-12:00.")
        dates = [first] if "date" in day else _coming(first, today)
        said: dict[str, Any] = {"ranges": clock.spans(hours[1].strip(" ,"))}
        said |= {"name": hours[2].strip()} if hours[2].strip() else {}
        found.exceptions += [{"date": date} | said for date in dates]
        found.worked_out |= {date: first for date in dates if date != first}
        return
    until = {} if last is None else {"until": next(iter(_day(last).values()))}
    if last is not None and len(last) != len(first):
        raise Misunderstood(f"'{first}..{last}' needs the year with both dates, or with none.")
    found.custom.append({"name": rest or first} | day | until)


def _coming(month_day: str, today: dt.date) -> list[str]:
    """A day of every year in those that holidays are worked out for, from today on."""
    years = range(today.year, today.year + HolidaySet.model_fields["horizon_years"].default)
    written = [f"{year}-{month_day}" for year in years if month_day != "02-29" or calendar.isleap(year)]
    return [date for date in written if date >= today.isoformat()]


def _day(text: str) -> dict[str, str]:
    try:
        # A leap year, in which every day exists that ever does.
        dt.date.fromisoformat(text if len(text) > 5 else f"2024-{text}")
    except ValueError:
        raise Misunderstood(f"{quoted(text)} is no date.") from None
    return {"date": text} if len(text) > 5 else {"month_day": text}
