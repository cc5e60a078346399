"""Hours of a dialplan: chains of GotoIfTime, and contexts that are included at times."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from call_flow.flow.calendar import MINUTES_A_DAY, zone
from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.runner import asked
from call_flow.importers.asterisk.state import Place, State
from call_flow.importers.draft import Piece, Plain
from call_flow.importers.ledger import Source
from call_flow.importers.timing import Rule, Switch, Timing, complete

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_MOST = 60
_Span = tuple[int, int]


def timing(text: str) -> tuple[Timing, str] | None:
    """What `times,weekdays,days,months[,zone]` says, and its zone; None when it cannot be read."""
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
    found = Timing(spans, weekdays, days, frozenset(month + 1 for month in months))
    return found, named if zone(named) else ""


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
class Branch:
    """A rule, where calls go while it holds, and the zone it names."""

    rule: Rule
    to: State | None
    zone: str


def is_timed(step: Step) -> bool:
    """Whether a step asks the time."""
    return step.application in ("gotoiftime", "execiftime")


def switch(walker: "Walker", state: State) -> Plain | State:
    """The time switches for a chain of steps that ask the time; where calls go on when none can be read."""
    rules, beyond = _chain(walker, state)
    if rules:
        return switches(walker, state, rules, beyond)
    return {"hangup": "normal"} if beyond is None else beyond


def included(walker: "Walker", state: State) -> Plain | State:
    """The time switches for contexts that are included at times."""
    rules: list[Branch] = []
    beyond: State | None = None
    for match in walker.dialplan.find(state.place.context, state.number):
        there = replace(state, place=Place(match.context, match.extension, 0))
        if match.include is None or not match.timing:
            beyond = there
            break
        read = timing(walker.runner.say(match.timing, there))
        if read is None:
            walker.ledger.approximated(match.include, "Its times cannot be read; it is taken never to be included.")
        else:
            rules.append(Branch(Rule(read[0], match.include), there, read[1]))
    if rules:
        return switches(walker, state, rules, beyond)
    return {"hangup": "unallocated"} if beyond is None else beyond


def _chain(walker: "Walker", state: State) -> tuple[list[Branch], State | None]:
    rules: list[Branch] = []
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
            rules.append(Branch(Rule(found[0], step.source), goes, found[1]))
        if no and otherwise is None:
            return rules, None
        current = otherwise
    return rules, current


def switches(walker: "Walker", state: State, rules: list[Branch], beyond: State | None) -> Plain:
    """One switch where open, closed and holiday are enough for the rules; else one after the other."""
    begun: Plain = {"kind": "time_switch", "schedule": "", "open": {}, "closed": {}}

    def fill(piece: Piece) -> None:
        named = next((branch.zone for branch in rules if branch.zone), walker.draft.time_zone)
        goes = [walker.goes(branch.to) for branch in rules]
        switch = Switch([branch.rule for branch in rules], goes, walker.goes(beyond), named)
        complete(walker.draft, piece, switch, lambda count: _rest(walker, state, rules[count:], beyond))

    return walker.node(state, rules[0].rule.source, begun, fill)


def _rest(walker: "Walker", state: State, rules: list[Branch], beyond: State | None) -> Plain:
    """Where calls go to which the rules that were asked do not apply."""
    if not rules:
        return walker.goes(beyond)
    # The same place, asked for the rules that are left.
    return switches(walker, replace(state, number=f"{state.number[:80]}-{len(rules)}"), rules, beyond)
