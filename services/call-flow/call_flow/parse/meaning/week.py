"""The opening hours of a week, from all that the text says about them."""

from collections.abc import Iterable
from dataclasses import dataclass

from call_flow.flow.values import WEEKDAYS, Weekday
from call_flow.parse.meaning import times
from call_flow.parse.meaning.days import weekdays
from call_flow.parse.meaning.sheet import Cell, Sheet, Tree, shown
from call_flow.parse.statement import Fragment, Statement
from call_flow.spec.words import Misunderstood

_WHEN = "When are you open?"
_POINTER = "/hours"
#: Statements about hours beyond these say nothing that was not said.
_MOST = 400
_FULL = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class _Told:
    """A statement about some days: from when to when, or closed where both are None."""

    days: tuple[Weekday, ...]
    opens: str | None
    closes: str | None
    statement: Statement

    @property
    def quote(self) -> Fragment:
        return self.statement.quote


def tell(sheet: Sheet, statements: Iterable[Statement]) -> None:
    """Put the hours on the sheet. Where the text contradicts itself, or leaves days or times open, it is asked."""
    told, breaks, always = _read(sheet, list(statements)[:_MOST])
    if always is not None:
        if told:
            sheet.contradiction(_POINTER, always.quote, told[0].quote, _WHEN)
        else:
            sheet.put("hours", "24/7", always.quote)
            sheet.use(always)
        return
    bare_days = [item for item in told if item.days and not (item.opens or item.closes or _is_closed(item))]
    whole = [item for item in told if item.days and ((item.opens and item.closes) or _is_closed(item))]
    part = [item for item in told if item not in whole and item not in bare_days]
    _days_for_all(whole, bare_days, part)
    part = _joined(sheet, part, bare_days, whole)
    if _settle(sheet, whole, part, breaks) or not (whole or part):
        _also_open(sheet, bare_days)


def _read(sheet: Sheet, statements: Iterable[Statement]) -> tuple[list[_Told], list[_Told], Statement | None]:
    told: list[_Told] = []
    breaks: list[_Told] = []
    always = None
    for statement in statements:
        if statement.kind == "always_open":
            always = always or statement
            continue
        try:
            item = _told(statement)
        except Misunderstood:
            sheet.ask(_POINTER, f"What does {shown(statement.quote)} mean? Say from when to when, with am and pm.")
            continue
        (breaks if statement.kind == "break" else told).append(item)
    return told, breaks, always


def _told(statement: Statement) -> _Told:
    days: list[Weekday] = [day for piece in statement.all("days") for day in weekdays(piece.text)]
    opens, closes = statement.one("opens"), statement.one("closes")
    if statement.kind == "closed":
        return _Told(tuple(dict.fromkeys(days)), None, None, statement)
    if opens is not None and closes is not None:
        first, last = times.interval(opens.text, closes.text)
        return _Told(tuple(dict.fromkeys(days)), first, last, statement)
    first_alone = None if opens is None else times.moment(opens.text, is_end=False)
    last_alone = None if closes is None else times.moment(closes.text, is_end=True)
    return _Told(tuple(dict.fromkeys(days)), first_alone, last_alone, statement)


def _is_closed(item: _Told) -> bool:
    return item.statement.kind == "closed"


def _days_for_all(whole: list[_Told], bare_days: list[_Told], part: list[_Told]) -> None:
    """Times without days are those of the days without times, if no other hours are told."""
    spans = [item for item in part if item.opens and item.closes and not item.days]
    if bare_days and spans and not any(item.opens for item in whole):
        days = tuple(dict.fromkeys(day for item in bare_days for day in item.days))
        for item in spans:
            whole.append(_Told(days, item.opens, item.closes, item.statement))
            part.remove(item)


def _joined(sheet: Sheet, part: list[_Told], bare_days: list[_Told], whole: list[_Told]) -> list[_Told]:
    """Adds to `whole` what days without times and times without days say together; what is left of `part`."""
    loose = [item for item in part if not item.days]
    opens = next((item for item in loose if item.opens), None)
    closes = next((item for item in loose if item.closes), None)
    if bare_days and opens and closes and not whole:
        days = tuple(dict.fromkeys(day for item in bare_days for day in item.days))
        quote = sheet.both(opens.quote, closes.quote)
        whole.append(_Told(days, opens.opens, closes.closes, Statement("hours", quote, (), opens.statement.sentence)))
    return part


def _settle(sheet: Sheet, whole: list[_Told], part: list[_Told], breaks: list[_Told]) -> bool:
    found: dict[Weekday, list[_Told]] = {}
    together: dict[int, list[_Told]] = {}
    for item in whole:
        together.setdefault(item.statement.sentence, []).append(item)
    for item in whole:
        for day in item.days:
            if any(_refines(other, item) and day in other.days for other in together[item.statement.sentence]):
                continue
            there = found.setdefault(day, [])
            meets = [other for other in there if _differ(item, other)]
            if meets:
                sheet.contradiction(_POINTER, meets[0].quote, item.quote, _WHEN)
                return False
            if not any((item.opens, item.closes) == (other.opens, other.closes) for other in there):
                there.append(item)
    for item in part:
        if not _narrow(sheet, found, item):
            return False
    if not found:
        if whole or part:
            quote = (whole or part)[0].quote
            sheet.ask(_POINTER, f"On which days, and from when to when, are you open? The text says {shown(quote)}.")
        return False
    _put(sheet, found, breaks)
    for item in (*whole, *part):
        sheet.use(item.statement)
    return True


def _also_open(sheet: Sheet, bare_days: list[_Told]) -> None:
    """Days on which it is open, of which no times are told."""
    there = sheet.tree.get("hours")
    for item in bare_days:
        missing = [day for day in item.days if not isinstance(there, dict) or day not in there]
        for day in missing:
            when = f"From when to when are you open on {_FULL[WEEKDAYS.index(day)]}?"
            sheet.ask(_POINTER, f"{when} The text says {shown(item.quote)}.")
        sheet.use(item.statement)


def _differ(one: _Told, other: _Told) -> bool:
    """Whether two statements about one day cannot both count: not the same, and not one after the other."""
    if (one.opens, one.closes) == (other.opens, other.closes):
        return False
    if one.opens is None or other.opens is None or one.closes is None or other.closes is None:
        return True
    return one.opens < other.closes and other.opens < one.closes


def _refines(item: _Told, other: _Told) -> bool:
    """Whether one statement says of fewer days, in the same sentence, what is different on them."""
    return set(item.days) < set(other.days) and item.statement.sentence == other.statement.sentence


def _narrow(sheet: Sheet, found: dict[Weekday, list[_Told]], item: _Told) -> bool:
    """Take in a statement that tells only the start, or only the end."""
    if item.days:
        return all(_narrow_day(sheet, found, item, day) for day in item.days)
    for there in (other for day in found.values() for other in day if other.opens is not None):
        ends = [(item.opens, there.opens), (item.closes, there.closes)]
        if any(mine is not None and mine != theirs for mine, theirs in ends):
            sheet.contradiction(_POINTER, there.quote, item.quote, _WHEN)
            return False
    return True


def _narrow_day(sheet: Sheet, found: dict[Weekday, list[_Told]], item: _Told, day: Weekday) -> bool:
    there = found.get(day, [])
    base = there[0] if len(there) == 1 else None
    if base is None or base.opens is None or base.closes is None:
        when = f"From when to when are you open on {_FULL[WEEKDAYS.index(day)]}?"
        sheet.ask(_POINTER, f"{when} The text says {shown(item.quote)}.")
        return False
    opens, closes = item.opens or base.opens, item.closes or base.closes
    if set(item.days) >= set(base.days) and (opens, closes) != (base.opens, base.closes):
        sheet.contradiction(_POINTER, base.quote, item.quote, _WHEN)
        return False
    if opens >= closes:
        sheet.ask(_POINTER, f"What does {shown(item.quote)} mean? Say from when to when.")
        return False
    quote = sheet.both(base.quote, item.quote)
    found[day] = [_Told(item.days, opens, closes, Statement("hours", quote, (), item.statement.sentence))]
    return True


def _put(sheet: Sheet, found: dict[Weekday, list[_Told]], breaks: list[_Told]) -> None:
    tree: Tree = {}
    for day in WEEKDAYS:
        if day not in found:
            continue
        ranges = [(item.opens, item.closes, item.quote) for item in found[day] if item.opens and item.closes]
        for pause in breaks:
            if not pause.days or day in pause.days:
                ranges = [left for one in ranges for left in _without(one, pause)]
        ranges.sort(key=lambda one: one[0])
        if ranges:
            tree[day] = [Cell(f"{opens}-{closes}", quote) for opens, closes, quote in ranges]
        else:
            tree[day] = Cell("closed", found[day][0].quote)
    if any(isinstance(day, list) for day in tree.values()):
        sheet.tree["hours"] = tree
        for pause in breaks:
            sheet.use(pause.statement)
    else:
        quote = next(iter(found.values()))[0].quote
        sheet.ask(_POINTER, f"{_WHEN} The text only says {shown(quote)}.")


def _without(one: tuple[str, str, Fragment], pause: _Told) -> list[tuple[str, str, Fragment]]:
    opens, closes, quote = one
    if pause.opens is None or pause.closes is None or not (opens < pause.opens and pause.closes < closes):
        return [one]
    return [(opens, pause.opens, quote), (pause.closes, closes, pause.quote)]
