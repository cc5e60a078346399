"""The days on which it is closed besides those of the week."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from call_flow.parse.meaning import dates, times
from call_flow.parse.meaning.sheet import Cell, Made, Sheet, Tree, shown
from call_flow.parse.statement import Fragment, Statement
from call_flow.spec.country import has_common_holidays
from call_flow.spec.words import Misunderstood, folded

_POINTER = "/holidays"
_WHICH = "On which holidays are you closed?"


@dataclass
class _Off:
    """What is said: whether the public holidays, which days besides, and which not."""

    public: Cell | None = None
    open_on_public: Cell | None = None
    days: dict[str, Cell] = field(default_factory=dict)
    but: dict[str, Cell] = field(default_factory=dict)


def tell(sheet: Sheet, statements: Iterable[Statement]) -> None:
    """Put the holidays on the sheet, in the short form that fits."""
    off = _Off()
    for statement in statements:
        for piece in statement.all("day"):
            try:
                _read(sheet, off, statement, piece)
            except Misunderstood as misunderstood:
                sheet.ask(
                    _POINTER, f"Which day is meant by {shown(piece)}? Write its date, as 24 December. ({misunderstood})"
                )
                continue
            sheet.use(statement)
    if off.public is not None and off.open_on_public is not None:
        sheet.contradiction(_POINTER, off.public.proof, off.open_on_public.proof, _WHICH)
        return
    if both := [name for name in off.days if name in off.but]:
        sheet.contradiction(_POINTER, off.days[both[0]].proof, off.but[both[0]].proof, _WHICH)
        return
    _put(sheet, off)


def _put(sheet: Sheet, off: _Off) -> None:
    public = off.public
    if public is not None and not has_common_holidays(sheet.country):
        sheet.ask(_POINTER, f"Which days are meant by {shown(public.proof)}? Write their dates.")
        public = None
    days: list[Made] = [*off.days.values(), *(off.but.values() if public else ())]
    if public is not None and not days:
        sheet.put("holidays", True, public.proof)
    elif public is not None:
        named: Tree = {"country": Cell(sheet.country, public.proof)} if sheet.is_country_known else {}
        sheet.tree["holidays"] = named | {"days": days}
    elif days:
        sheet.tree["holidays"] = days
    elif off.open_on_public is not None:
        sheet.put("holidays", False, off.open_on_public.proof)


def _read(sheet: Sheet, off: _Off, statement: Statement, piece: Fragment) -> None:
    country = sheet.country if sheet.is_country_known else None
    day = dates.day(piece.text, country, sheet.year)
    is_off = statement.kind == "holiday"
    if day.is_public:
        cell = Cell(True, piece)
        if is_off:
            off.public = off.public or cell
        else:
            off.open_on_public = off.open_on_public or cell
        return
    name = " ".join(piece.text.split()).rstrip(".")
    if not is_off:
        if day.name is None:
            raise Misunderstood("only days of the country's calendar can be taken off it")
        off.but[folded(day.name)] = Cell(f"not {day.name}", statement.quote)
        return
    opens, closes = statement.one("opens"), statement.one("closes")
    if opens is not None or closes is not None:
        if opens is None or closes is None or day.date is None or len(day.date) == 5:
            raise Misunderstood("a day with hours of its own needs its year, and from when to when it is open")
        first, last = times.interval(opens.text, closes.text)
        off.days[day.date] = Cell(f"{day.date} {first}-{last}", statement.quote)
        return
    until = statement.one("until")
    if until is not None and day.date is not None:
        last_day = dates.day(until.text, country, sheet.year).date
        if last_day is None or len(last_day) != len(day.date):
            raise Misunderstood("both days need the year, or none")
        off.days[day.date] = Cell(f"{day.date}..{last_day}", statement.quote)
        return
    if day.date is not None:
        words = name if any(sign.isalpha() for sign in name) else ""
        off.days[day.date] = Cell(f"{day.date} {words}".strip(), piece)
    else:
        off.days[folded(str(day.name))] = Cell(str(day.name), piece)
