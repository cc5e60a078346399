"""Rules that hold at times, each with where calls go meanwhile, turned into time switches."""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from call_flow.export.agenda import Span
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.importers.draft import Draft, Piece, Plain
from call_flow.importers.ledger import Source
from call_flow.importers.week import Day, Hours, add_schedule

WHOLE_DAY: tuple[Span, ...] = ((0, MINUTES_A_DAY),)
EVERY_WEEKDAY = frozenset(range(7))
EVERY_DAY = frozenset(range(1, 32))
EVERY_MONTH = frozenset(range(1, 13))
#: Within five years no date comes again on the same weekday.
_YEARS = 5
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Timing:
    """Times of the day in minutes, weekdays (Monday is 0), days of the month and months; or dates alone."""

    spans: tuple[Span, ...] = WHOLE_DAY
    weekdays: frozenset[int] = EVERY_WEEKDAY
    days: frozenset[int] = EVERY_DAY
    months: frozenset[int] = EVERY_MONTH
    dates: frozenset[dt.date] | None = None
    name: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether it names dates, days of the month or months."""
        return self.dates is not None or len(self.days) < 31 or len(self.months) < 12

    def is_usual(self, weekday: int) -> bool:
        """Whether it holds in every week on a weekday."""
        return not self.is_dated and weekday in self.weekdays

    def holds(self, date: dt.date) -> bool:
        """Whether a date is one of its days."""
        if self.dates is not None:
            return date in self.dates
        return date.weekday() in self.weekdays and date.day in self.days and date.month in self.months

    def in_years(self, year: int) -> list[dt.date]:
        """Its dates, within five years from a year on if it names no year."""
        if self.dates is not None:
            return sorted(self.dates)
        return [
            date
            for each in range(year, year + _YEARS)
            for month in sorted(self.months & EVERY_MONTH)
            for day in sorted(self.days & EVERY_DAY)
            if day <= monthrange(each, month)[1] and self.holds(date := dt.date(each, month, day))
        ]


@dataclass(frozen=True)
class Rule:
    """A timing, and where it was read."""

    timing: Timing
    source: Source


@dataclass
class Switch:
    """Rules in the order in which they are asked, where each leads, and where calls go when none of them holds."""

    rules: Sequence[Rule]
    goes: Sequence[Plain]
    otherwise: Plain
    time_zone: str
    override: Plain | None = None
    name: str | None = None
    called: str = ""


def complete(draft: Draft, piece: Piece, switch: Switch, rest: Callable[[int], Plain]) -> None:
    """Give a time switch its schedule and outcomes.

    Open, closed and holiday are enough for three places. With more of them, only the first rules that lead to one place
    are asked; `rest` is told how many these are, and makes the switch for the others.
    """
    places = [to for at, to in enumerate(switch.goes) if to not in switch.goes[:at] and to != switch.otherwise]
    plain = [to for rule, to in zip(switch.rules, switch.goes, strict=True) if not rule.timing.is_dated]
    if len(places) > 2 or (len(places) == 2 and not any(to in places for to in plain)):
        return _first_alone(draft, piece, switch, rest)
    opened = next((to for to in plain if to != switch.otherwise), plain[0] if plain else None)
    holiday = next((to for to in places if to != opened), None)
    if holiday is not None and holiday in plain:
        return _first_alone(draft, piece, switch, rest)
    piece.plain |= {"open": opened or switch.otherwise, "closed": switch.otherwise}
    if holiday is not None:
        piece.plain["holiday"] = holiday
    if opened is None and any(rule.timing.is_dated for rule in switch.rules):
        # Calls go on at every hour, except on the days that are named.
        always = [Rule(Timing(), switch.rules[0].source)]
        switch = replace(switch, rules=[*switch.rules, *always], goes=[*switch.goes, {}])
    piece.plain["schedule"] = _schedule(draft, piece, switch, opened or {}, holiday)
    return None


def _first_alone(draft: Draft, piece: Piece, switch: Switch, rest: Callable[[int], Plain]) -> None:
    to, is_dated = switch.goes[0], switch.rules[0].timing.is_dated
    both = zip(switch.rules, switch.goes, strict=True)
    count = next((at for at, (rule, other) in enumerate(both) if other != to or rule.timing.is_dated != is_dated), 1)
    alone = replace(switch, rules=switch.rules[:count], goes=switch.goes[:count], otherwise=rest(count))
    complete(draft, piece, alone, rest)


def _schedule(draft: Draft, piece: Piece, switch: Switch, opened: Plain, holiday: Plain | None) -> str:
    weekly = [[*_spans(switch, None, weekday, opened)] for weekday in range(7)]
    dated: dict[dt.date, Day] = {}
    yearly: dict[tuple[int, int], str] = {}
    for rule, to in zip(switch.rules, switch.goes, strict=True):
        timing = rule.timing
        if not timing.is_dated:
            continue
        usual = _is_whole(timing) and timing.dates is None and to != opened
        if usual and len(timing.weekdays) == 7 and _comes_first(switch, rule, dated):
            days = ((month, day) for month in timing.months for day in timing.days if day <= _LENGTHS[month - 1])
            yearly.update((day, timing.name) for day in days if day not in yearly)
            continue
        for date in timing.in_years(draft.today.year):
            if date not in dated and (date.month, date.day) not in yearly:
                dated[date] = _day(draft, switch, rule, date, opened=opened, holiday=holiday)
    hours = Hours(switch.time_zone, weekly, dated, yearly, switch.override)
    return add_schedule(draft, hours, switch.called or str(piece.plain["id"]), switch.rules[0].source, switch.name)


def _is_whole(timing: Timing) -> bool:
    return timing.spans == WHOLE_DAY


def _comes_first(switch: Switch, rule: Rule, dated: Mapping[dt.date, Day]) -> bool:
    """Whether no rule before it has a word on its days."""
    before = switch.rules[: list(switch.rules).index(rule)]
    return all(known.timing.is_dated for known in before) and not any(rule.timing.holds(date) for date in dated)


def _day(draft: Draft, switch: Switch, rule: Rule, date: dt.date, *, opened: Plain, holiday: Plain | None) -> Day:
    spans = tuple(_spans(switch, date, date.weekday(), opened))
    rest = _at_rest(switch, date)
    name = rule.timing.name
    is_holiday = not spans and (rest == holiday if holiday is not None else rest == switch.otherwise)
    if spans and holiday is not None and rest == holiday:
        told = f"On {date} it is open for a while; the rest of the day is closed and no holiday."
        draft.ledger.approximated(rule.source, told)
    return Day(spans, "holiday" if is_holiday else "closed", name)


def _at_rest(switch: Switch, date: dt.date) -> Plain:
    """Where calls go by a rule that holds all day long on a date."""
    for rule, to in zip(switch.rules, switch.goes, strict=True):
        if rule.timing.holds(date) and _is_whole(rule.timing) and rule.timing.is_dated:
            return to
    return switch.otherwise


def _spans(switch: Switch, date: dt.date | None, weekday: int, opened: Plain) -> Iterator[Span]:
    """When the first rule that holds leads to where it is open."""
    held = [
        (rule.timing.spans, to)
        for rule, to in zip(switch.rules, switch.goes, strict=True)
        if (rule.timing.is_usual(weekday) if date is None else rule.timing.holds(date))
    ]
    edges = sorted({0, MINUTES_A_DAY, *(edge for spans, _ in held for span in spans for edge in span)})
    for start, end in pairwise(edges):
        to = next((to for spans, to in held if any(first <= start < last for first, last in spans)), None)
        if to == opened:
            yield start, end
