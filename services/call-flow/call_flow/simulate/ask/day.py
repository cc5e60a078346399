"""The day of a question."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cached_property

import holidays

from call_flow.flow.graph import Graph
from call_flow.simulate.ask.text import Text, any_of
from call_flow.simulate.testplan.moments import Moments
from oberaconnect.problems import Unprocessable

_DAY = dt.timedelta(days=1)
_WEEKDAYS = ("mon(?:day)?", "tue(?:s|sday)?", "wed(?:s|nesday)?", "thu(?:rs|r|rsday)?", "fri(?:day)?",
             "sat(?:urday)?", "sun(?:day)?")  # fmt: skip
_MONTHS = ("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
           "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?")  # fmt: skip
_YEARS = 4
_ORDINAL = r"([0-3]?[0-9])(?:st|nd|rd|th)?"
#: Days that people name although no calendar lists them everywhere.
_FIXED = {
    "christmas": "12-25", "christmas day": "12-25", "xmas": "12-25", "christmas eve": "12-24", "boxing day": "12-26",
    "new year": "01-01", "new year's": "01-01", "new year's day": "01-01", "new years day": "01-01",
    "new year's eve": "12-31", "new years eve": "12-31", "halloween": "10-31", "valentine's day": "02-14",
    "leap day": "02-29",
}  # fmt: skip
_SHORT = {"thanksgiving": "thanksgiving day", "4th of july": "independence day", "july 4th": "independence day"}


class Days:
    """Days as people call them, from today on."""

    def __init__(self, graph: Graph, moments: Moments) -> None:
        """Holidays are those of the flow and of the customer's country."""
        self._graph = graph
        self._moments = moments
        self._today = moments.today

    def take(self, text: Text) -> dt.date | None:
        """The day that a question names; None if it names none. Raises `Unprocessable` for days that do not exist."""
        for way in (self._iso, self._named, self._of_month, self._relative, self._weekday):
            day = way(text)
            if day is not None:
                self._require_weekday(text, day)
                return day
        return None

    def _require_weekday(self, text: Text, day: dt.date) -> None:
        """Takes a weekday that is said as well; raises `Unprocessable` if it is another one."""
        for number, name in enumerate(_WEEKDAYS):
            if text.take(rf"(?:on )?(?:an? |the )?{name}") and number != day.weekday():
                raise Unprocessable(f"{day:%Y-%m-%d} is a {day:%A}. Give one day.")

    def _iso(self, text: Text) -> dt.date | None:
        if found := text.take(r"(?:on )?([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        if found := text.take(r"(?:on )?([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?"):
            month, day = (found[1], found[2]) if self._graph.flow.customer.country == "US" else (found[2], found[1])
            return self._next(int(month), int(day), found[3])
        if found := text.take(r"(?:on )?([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})"):
            return _date(int(found[3]), int(found[2]), int(found[1]))
        return None

    def _of_month(self, text: Text) -> dt.date | None:
        months = "|".join(_MONTHS)
        if found := text.take(rf"(?:on )?(?:the )?{_ORDINAL} (?:of )?({months})(?:,? ([0-9]{{4}}))?"):
            return self._next(_month(found[2]), int(found[1]), found[3])
        if found := text.take(rf"(?:on )?({months}) (?:the )?{_ORDINAL}(?!:| ?[ap]m)(?:,? ([0-9]{{4}}))?"):
            return self._next(_month(found[1]), int(found[2]), found[3])
        return None

    def _next(self, month: int, day: int, year: str | None) -> dt.date:
        if year is not None:
            return _date(int(year), month, day)
        for number in range(9):
            try:
                found = dt.date(self._today.year + number, month, day)
            except ValueError:
                continue
            if found >= self._today:
                return found
        raise Unprocessable(f"There is no day {day} in month {month}.")

    def _named(self, text: Text) -> dt.date | None:
        if text.take(r"(?:on |during )?(?:a|any|the next|the|some) (?:public |bank )?holidays?|on holidays?"):
            return self._some_holiday()
        names = any_of([*self._holidays, *_FIXED, *_SHORT])
        found = text.take(rf"(?:(?:on|at|during) )?(?:the )?({names})(?:,? (?:in |of )?([0-9]{{4}}))?")
        if found is None:
            return None
        name, year = " ".join(found[1].split()), found[2]
        name = name if name in self._holidays else _SHORT.get(name, name)
        if name in self._holidays:
            days = [day for day in self._holidays[name] if year is None or day.year == int(year)]
            if not days:
                raise Unprocessable(f"The calendar of '{name}' does not go as far as {year}. Give the date.")
            return days[0]
        if name not in _FIXED:
            raise Unprocessable(f"'{name}' is no holiday here. Give the date.")
        month, day = _FIXED[name].split("-")
        return self._next(int(month), int(day), year)

    def _some_holiday(self) -> dt.date:
        for day in self._moments.special_days:
            if any(
                day in known.closed_days and day not in known.exceptions for known in self._moments.calendars.values()
            ):
                return day
        raise Unprocessable("This flow has no holidays. Name a date.")

    @cached_property
    def _holidays(self) -> dict[str, list[dt.date]]:
        """The coming days of each name: those of the flow before those of the country."""
        found: dict[str, list[dt.date]] = {}
        for day, name in self._listed():
            for part in {name, *name.split(";")}:
                plain = " ".join(part.lower().replace("’", "'").split())
                if day >= self._today and plain:
                    for spelling in {plain, plain.replace("'", "")}:
                        found.setdefault(spelling, []).append(day)
        return found

    def _listed(self) -> Iterator[tuple[dt.date, str]]:
        for known in self._moments.calendars.values():
            for item in sorted(known.schedule.exceptions, key=lambda item: item.date):
                if item.name:
                    yield item.date, item.name
            yield from known.closed_days.items()
        customer = self._graph.flow.customer
        years: Sequence[int] = range(self._today.year, self._today.year + _YEARS)
        try:
            country = holidays.country_holidays(customer.country, years=years, observed=False, language="en_US")
        except NotImplementedError:
            return
        yield from sorted(country.items())

    def _relative(self, text: Text) -> dt.date | None:
        if text.take(r"(?:the )?day after tomorrow"):
            return self._today + 2 * _DAY
        for word, days in (("tomorrow", 1), ("yesterday", -1), ("today", 0)):
            if text.take(word):
                return self._today + days * _DAY
        if found := text.take(r"in ([0-9]{1,3}) (day|week)s?"):
            return self._today + int(found[1]) * (7 if found[2] == "week" else 1) * _DAY
        return None

    def _weekday(self, text: Text) -> dt.date | None:
        for number, name in enumerate(_WEEKDAYS):
            if found := text.take(rf"(?:on )?(?:an? |every |this |the )?(next |coming )?{name}s?"):
                days = (number - self._today.weekday()) % 7
                return self._today + (days or (7 if found[1] == "next " else 0)) * _DAY
        if text.take(r"(?:on |at |during )?(?:the |a )?weekends?"):
            return self._today + (5 - self._today.weekday()) % 7 * _DAY
        if text.take(r"(?:on |during )?(?:an? |the |any )?(?:weekday|working day|business day|workday)s?"):
            return self._moments.monday + _DAY
        return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if name[:3] == month[:3])


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unprocessable(f"{year}-{month:02d}-{day:02d} is no date.") from None
