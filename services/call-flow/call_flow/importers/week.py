"""Hours as other systems keep them, which know no range across midnight, turned into a schedule and its holidays."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from call_flow.export.agenda import Agenda, Span, agenda, clock
from call_flow.export.labels import shown
from call_flow.flow.calendar import MINUTES_A_DAY, Calendar
from call_flow.flow.hours import HolidaySet, Schedule
from call_flow.flow.values import WEEKDAYS
from call_flow.importers.draft import Draft, Plain
from call_flow.importers.ledger import Source

_DAY = dt.timedelta(days=1)
_YEARS = range(1970, 2101)
_MOST_DAYS, _MOST_EXCEPTIONS = 200, 400
_UNNAMED = "Holiday"


@dataclass(frozen=True)
class Day:
    """A date that is not as its weekday: what is open, what the rest of it is, and where that was read."""

    open: tuple[Span, ...]
    otherwise: Literal["closed", "holiday"]
    name: str = ""


@dataclass
class Hours:
    """Hours in one zone. `weekly` has seven entries, Monday first, in minutes; `yearly` are holidays of every year."""

    time_zone: str
    weekly: Sequence[Sequence[Span]]
    dated: Mapping[dt.date, Day] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], str] = field(default_factory=dict)
    override: Plain | None = None


def add_schedule(
    draft: Draft, hours: Hours, wanted: str, source: Source, name: str | None = None, *, always: bool = False
) -> str:
    """Put hours into a flow and tell the schedule's id. The same hours are put in twice only if `always`."""
    usable = {date: day for date, day in hours.dated.items() if date.year in _YEARS}
    if len(usable) < len(hours.dated):
        draft.ledger.approximated(source, f"Dates before {_YEARS[0]} and after {_YEARS[-1]} are left out.")
    plain, holidays = _parts(replace(hours, dated=usable), draft.today.year)
    for known in [] if always else draft.sections["schedules"]:
        of_it = draft.find("holiday_sets", str(known.plain.get("holiday_set", "")))
        days = {key: value for key, value in of_it.plain.items() if key != "id"} if of_it else None
        if days == holidays and _without(known.plain) == plain and known.plain.get("name") == name:
            return str(known.plain["id"])
    identity = draft.free_id("schedules", wanted)
    if name is not None:
        plain["name"] = name
    if holidays is not None:
        holiday_set = draft.free_id("holiday_sets", f"{identity}-days"[:40])
        draft.add("holiday_sets", {"id": holiday_set, **holidays}, source)
        plain["holiday_set"] = holiday_set
        if len(holidays["custom"]) > _MOST_DAYS:
            del holidays["custom"][_MOST_DAYS:]
            draft.ledger.approximated(source, f"Only the first {_MOST_DAYS} holidays are kept.")
    if len(plain.get("exceptions", [])) > _MOST_EXCEPTIONS:
        del plain["exceptions"][_MOST_EXCEPTIONS:]
        draft.ledger.approximated(source, f"Only the first {_MOST_EXCEPTIONS} dates are kept.")
    draft.add("schedules", {"id": identity, **plain}, source)
    return identity


def _without(plain: Plain) -> Plain:
    return {key: value for key, value in plain.items() if key not in ("id", "name", "holiday_set")}


def _parts(hours: Hours, year: int) -> tuple[Plain, Plain | None]:
    """The schedule without its id, and the holiday set without its id if there is one."""
    weekly = [_merged(spans) for spans in hours.weekly]
    days = [
        (date, day.name) for date, day in sorted(hours.dated.items()) if day.otherwise == "holiday" and not day.open
    ]
    others = {date: day for date, day in sorted(hours.dated.items()) if day.otherwise == "closed" or day.open}
    custom = [*_yearly(hours.yearly), *_runs(days)]
    years = [date.year for date, _ in days] or [year]
    holidays = {"custom": custom, "first_year": min(years), "horizon_years": min(10, max(years) - min(years) + 3)}
    plain = _across_midnight(hours.time_zone, weekly, others, holidays)
    if plain is None:
        plain = {"time_zone": hours.time_zone, "weekly": _ranges_by_day(weekly)}
        exceptions = [_exception(date, day, _merged(day.open)) for date, day in others.items()]
        plain |= {"exceptions": exceptions} if exceptions else {}
    if hours.override is not None:
        plain["override"] = hours.override
    return plain, holidays if custom else None


def _across_midnight(
    time_zone: str, weekly: Sequence[tuple[Span, ...]], others: Mapping[dt.date, Day], holidays: Plain
) -> Plain | None:
    """The same hours with ranges that go on past midnight; None when there are none, or they would not be the same."""
    joined = [list(spans) for spans in weekly]
    for at in range(7):
        before, after = joined[at], joined[(at + 1) % 7]
        if before and after and before[-1][1] == MINUTES_A_DAY and after[0][0] == 0 and 0 < after[0][1] <= 720:
            start = before[-1][0]
            if start > after[0][1]:
                before[-1] = (start, after[0][1])
                del after[0]
    if [tuple(spans) for spans in joined] == list(weekly):
        return None
    plain: Plain = {"time_zone": time_zone, "weekly": _ranges_by_day(joined)}
    wanted = Agenda(tuple(weekly), ())
    holiday_set = HolidaySet.model_validate({"id": "days", **holidays})
    exceptions: list[Plain] = []
    for _ in range(2):
        schedule = Schedule.model_validate({"id": "hours", "holiday_set": "days", **plain, "exceptions": exceptions})
        made = agenda(Calendar(schedule, holiday_set))
        dated = {day.date: day for day in made.dated}
        if made.weekly != wanted.weekly:
            return None
        wrong = [date for date, day in others.items() if date not in dated or dated[date].open != _merged(day.open)]
        extra = [date for date, day in dated.items() if day.otherwise == "closed" and date not in others]
        if not wrong and not extra:
            return plain | ({"exceptions": exceptions} if exceptions else {})
        if extra or exceptions:
            return None
        exceptions = [_exception(date, others[date], _merged(others[date].open)) for date in wrong]
    return None


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _ranges(spans: Iterable[Span]) -> list[Plain]:
    return [{"start": clock(start), "end": clock(end)} for start, end in spans][:10]


def _ranges_by_day(weekly: Sequence[Sequence[Span]]) -> Plain:
    return {day: _ranges(spans) for day, spans in zip(WEEKDAYS, weekly, strict=True) if spans}


def _exception(date: dt.date, day: Day, spans: tuple[Span, ...]) -> Plain:
    found: Plain = {"date": date.isoformat()}
    if spans:
        found["ranges"] = _ranges(spans)
    name = shown(day.name)
    return found | ({"name": name} if name and name != str(date) else {})


def _yearly(days: Mapping[tuple[int, int], str]) -> list[Plain]:
    return [{"name": shown(name) or _UNNAMED, "month_day": f"{month:02}-{day:02}"}
            for (month, day), name in sorted(days.items())]  # fmt: skip


def _runs(days: Iterable[tuple[dt.date, str]]) -> Iterator[Plain]:
    """Days as custom holidays; those in a row that have the same name are one."""
    first: dt.date | None = None
    last, called = dt.date.min, ""
    for date, name in [*days, (dt.date.max, "")]:
        title = shown(name) if shown(name) not in ("", str(date)) else _UNNAMED
        if first is not None and date == last + _DAY and title == called:
            last = date
            continue
        if first is not None:
            yield {"name": called, "date": first.isoformat()} | ({"until": last.isoformat()} if last > first else {})
        first, last, called = date, date, title
