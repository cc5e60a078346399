"""Hours of a dialplan: chains of GotoIfTime, and contexts that are included at times."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from call_flow.flow.calendar import MINUTES_A_DAY, zone
from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.state import State, asked
from call_flow.importers.draft import Plain
from call_flow.importers.ledger import Source
from call_flow.importers.week import Day, Hours, add_schedule

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_YEARS = 3
_MOST = 60
_Span = tuple[int, int]


@dataclass(frozen=True)
class Timing:
    """Times of the day, weekdays, days of the month and months at which it is so; all of them empty: always."""

    spans: tuple[_Span, ...]
    weekdays: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    zone: str

    @property
    def is_dated(self) -> bool:
        """Whether it names days of the month or months."""
        return len(self.days) < 31 or len(self.months) < 12

    def holds(self, date: dt.date) -> bool:
        """Whether a date is one of its days."""
        return date.weekday() in self.weekdays and date.day in self.days and date.month in self.months


def timing(text: str) -> Timing | None:
    """What `times,weekdays,days,months[,zone]` says; None when it cannot be read."""
    parts = [part.strip().lower() for part in re.split(r"[,|]", text)]
    if not 1 <= len(parts) <= 5:
        return None
    given = [*parts, *["*"] * (4 - len(parts))]
    spans = tuple(_spans(given[0]))
    weekdays, days = _listed(given[1], _WEEKDAYS), _numbers(given[2])
    months = _listed(given[3], _MONTHS)
    if not spans or not weekdays or not days or not months:
        return None
    written = re.split(r"[,|]", text)
    named = written[4].strip() if len(written) > 4 else ""
    return Timing(spans, weekdays, days, frozenset(month + 1 for month in months), named if zone(named) else "")


def _spans(text: str) -> Iterator[_Span]:
    """The last minute that is named counts."""
    for part in text.split("&"):
        if part in ("*", ""):
            yield 0, MINUTES_A_DAY
            continue
        begin, _, end = part.partition("-")
        first, last = _minute(begin), _minute(end or begin)
        if first is None or last is None:
            return
        if first <= last:
            yield first, last + 1
        else:
            yield from ((first, MINUTES_A_DAY), (0, last + 1))


def _minute(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return min(minutes, MINUTES_A_DAY - 1) if minutes <= MINUTES_A_DAY else None


def _listed(text: str, names: Sequence[str]) -> frozenset[int]:
    if text in ("*", ""):
        return frozenset(range(len(names)))
    found: set[int] = set()
    for part in text.split("&"):
        begin, _, end = part.strip().partition("-")
        ends = [next((at for at, name in enumerate(names) if word.strip().startswith(name)), None)
                for word in (begin, end or begin)]  # fmt: skip
        if ends[0] is None or ends[1] is None:
            return frozenset()
        count = (ends[1] - ends[0]) % len(names) + 1
        found |= {(ends[0] + step) % len(names) for step in range(count)}
    return frozenset(found)


def _numbers(text: str) -> frozenset[int]:
    if text in ("*", ""):
        return frozenset(range(1, 32))
    found: set[int] = set()
    for part in text.split("&"):
        begin, _, end = part.strip().partition("-")
        if not begin.isdecimal() or not (end or begin).isdecimal() or len(begin + end) > 4:
            return frozenset()
        first, last = int(begin), int(end or begin)
        found |= set(range(first, last + 1)) if first <= last else {*range(first, 32), *range(1, last + 1)}
    return frozenset(day for day in found if 1 <= day <= 31)


@dataclass(frozen=True)
class Rule:
    """A timing and where calls go while it holds."""

    timing: Timing
    to: State | None
    source: Source


def is_timed(walker: "Walker", state: State) -> bool:
    """Whether the step asks the time."""
    step = walker.runner.step(state)
    return step is not None and step.application in ("gotoiftime", "iftime", "execiftime")


def switch(walker: "Walker", state: State, step: Step) -> Plain:
    """The time switches for a chain of steps that ask the time."""
    rules, beyond = _chain(walker, state)
    if not rules:
        return walker.goes(beyond)
    return _switches(walker, state, step, rules, beyond)


def _chain(walker: "Walker", state: State) -> tuple[list[Rule], State | None]:
    rules: list[Rule] = []
    current: State | None = state
    while current is not None and len(rules) < _MOST:
        passed: list[Source] = []
        there, step = walker.runner.run(current, passed)
        if step is None or step.application not in ("gotoiftime", "execiftime") or (rules and there.carried):
            return rules, current
        walker.ledger.understood(*passed)
        said, yes, no = asked(step)
        found = timing(walker.runner.say(said, there)) if is_known(walker.runner.say(said, there)) else None
        after = walker.runner.after(there)
        as_goto = replace(step, application="gotoif" if step.application == "gotoiftime" else "execif")
        goes = walker.runner.take(as_goto, yes, there)
        otherwise = walker.runner.take(as_goto, no, there) if no else after
        if found is None:
            walker.ledger.approximated(step.source, "Its times cannot be read; calls go on as if they did not fit.")
        else:
            walker.ledger.understood(step.source)
            rules.append(Rule(found, goes, step.source))
        if no and otherwise is None:
            return rules, None
        current = otherwise
    return rules, current


def included(walker: "Walker", state: State, rules: list[Rule], beyond: State | None) -> Plain:
    """The time switches for contexts that are included at times; `state` stands for the place that includes them."""
    step = walker.runner.step(state)
    assert step is not None  # noqa: S101 - a state of an extension that was found
    return _switches(walker, state, step, rules, beyond)


def _switches(walker: "Walker", state: State, step: Step, rules: list[Rule], beyond: State | None) -> Plain:
    """One switch where open, closed and holiday are enough for the rules; else one after the other."""
    first = rules[0]
    piece, found = walker.node(state, Step("gotoiftime", "", "", 1, first.source), {"kind": "time_switch"})
    dated = [rule for rule in rules if rule.timing.is_dated]
    plain = [rule for rule in rules if not rule.timing.is_dated]
    count = len(dated) if rules[: len(dated)] == dated else 0
    goes = [walker.goes(rule.to) for rule in rules]
    holidays, weekly = rules[:count], rules[count:]
    to_holiday, to_open = goes[:count], goes[count:]
    closed = walker.goes(beyond)
    simple = (
        all(to == to_holiday[0] for to in to_holiday)
        and all(to in (to_open[0], closed) for to in to_open)
        and len(plain) == len(weekly)
        and not (to_holiday and to_open and to_holiday[0] == to_open[0])
    )
    if simple and weekly:
        open_to = next((to for to in to_open if to != closed), to_open[0])
        states = [(rule.timing, to == open_to) for rule, to in zip(weekly, to_open, strict=True)]
        piece.plain |= {"open": open_to, "closed": closed}
        if to_holiday and to_holiday[0] != closed:
            piece.plain["holiday"] = to_holiday[0]
        piece.plain["schedule"] = _schedule(walker, states, holidays, str(piece.plain["id"]), first.source)
    elif len(rules) == 1 or not weekly:
        is_holiday = bool(holidays)
        open_to = closed if is_holiday else goes[0]
        piece.plain |= {"open": open_to, "closed": closed} | ({"holiday": goes[0]} if is_holiday else {})
        states = [] if is_holiday else [(first.timing, True)]
        days = rules if is_holiday and all(to == goes[0] for to in goes) else rules[:1] if is_holiday else []
        # What is no holiday goes on where closed leads: at every hour.
        states = states or [(Timing(((0, MINUTES_A_DAY),), frozenset(range(7)), _ALL, _YEAR, first.timing.zone), True)]
        piece.plain["schedule"] = _schedule(walker, states, days, str(piece.plain["id"]), first.source)
        if is_holiday and len(days) < len(rules):
            rest = _switches(walker, replace(state, number=f"{state.number}-{len(rules)}"), step, rules[1:], beyond)
            piece.plain |= {"open": rest, "closed": rest}
    else:
        if first.timing.is_dated:
            days, states = [first], [(Timing(((0, MINUTES_A_DAY),), frozenset(range(7)), _ALL, _YEAR, first.timing.zone), True)]
        else:
            days, states = [], [(first.timing, True)]
        rest = _switches(walker, replace(state, number=f"{state.number}-{len(rules)}"), step, rules[1:], beyond)
        piece.plain |= {"open": rest, "closed": rest, "holiday": goes[0]} if days else {"open": goes[0], "closed": rest}
        piece.plain["schedule"] = _schedule(walker, states, days, str(piece.plain["id"]), first.source)
    return found


_ALL = frozenset(range(1, 32))
_YEAR = frozenset(range(1, 13))


def _schedule(
    walker: "Walker", states: Sequence[tuple[Timing, bool]], holidays: Sequence[Rule], wanted: str, source: Source
) -> str:
    """The schedule that is open while one of the timings holds whose state is open, the first that fits deciding."""
    named = next((found.zone for found, _ in states if found.zone), "")
    hours = Hours(named or walker.draft.time_zone, [_open(day, states) for day in range(7)])
    dated: dict[dt.date, Day] = {}
    yearly: dict[tuple[int, int], str] = {}
    for rule in holidays:
        found = rule.timing
        whole = found.spans == ((0, MINUTES_A_DAY),)
        if whole and len(found.weekdays) == 7:
            yearly |= {(month, day): "" for month in found.months for day in found.days if day <= _LENGTHS[month - 1]}
            continue
        for date in _dates(walker.draft.today.year):
            if found.holds(date):
                before = dated.get(date)
                usual = before.open if before else tuple(_open(date.weekday(), states))
                left = () if whole else tuple(_less(usual, found.spans))
                dated[date] = Day(left, "closed" if left else "holiday")
                if not whole:
                    walker.ledger.approximated(
                        rule.source, f"Of these days the hours of {_YEARS} years are written, as closed hours."
                    )
    return add_schedule(walker.draft, replace(hours, dated=dated, yearly=yearly), wanted, source)


_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _dates(year: int) -> Iterator[dt.date]:
    first = dt.date(year, 1, 1)
    days = (dt.date(year + _YEARS, 1, 1) - first).days
    return (first + dt.timedelta(days=at) for at in range(days))


def _open(weekday: int, states: Sequence[tuple[Timing, bool]]) -> list[_Span]:
    edges = sorted({0, MINUTES_A_DAY, *(edge for found, _ in states for span in found.spans for edge in span)})
    spans: list[_Span] = []
    for start, end in zip(edges, edges[1:], strict=False):
        is_open = next((state for found, state in states if weekday in found.weekdays
                        and any(first <= start < last for first, last in found.spans)), False)  # fmt: skip
        if is_open:
            spans.append((start, end))
    return spans


def _less(spans: Sequence[_Span], taken: Sequence[_Span]) -> Iterator[_Span]:
    edges = sorted({edge for span in (*spans, *taken) for edge in span})
    for start, end in zip(edges, edges[1:], strict=False):
        if any(a <= start < b for a, b in spans) and not any(a <= start < b for a, b in taken):
            yield start, end


