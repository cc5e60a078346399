"""Temporal routes: rules with where calls go while they hold, switches of staff, and hours set by hand."""

import calendar
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from call_flow.export.agenda import Span
from call_flow.export.labels import shown
from call_flow.flow.calendar import MINUTES_A_DAY, zone
from call_flow.importers.draft import END, Piece, Plain
from call_flow.importers.element import Element
from call_flow.importers.kazoo.codes import code_of
from call_flow.importers.timing import EVERY_DAY, EVERY_MONTH, EVERY_WEEKDAY, WHOLE_DAY, Rule, Switch, Timing, complete

if TYPE_CHECKING:
    from call_flow.importers.kazoo.calls import Calls

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: So Wednesday is spelled in many accounts.
_SPELLED = {"wensday": "wednesday"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
#: Seconds from the year 0 to 1970.
_GREGORIAN = 62_167_219_200
_YEARS = 3


def fill(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node of a temporal route."""
    name = str(piece.plain.get("name") or piece.plain["id"])
    listed = _listed(calls, data)
    children = dict(action.named("children"))
    goes = {rule: calls.to(children[rule], f"{name}-{_called(element, at)}")
            for at, (rule, element) in enumerate(listed, 1) if rule in children}  # fmt: skip
    rest = children.get("_")
    otherwise = dict(END) if rest is None else calls.to(rest, f"{name}-closed")
    by_hand = [(rule, element) for rule, element in listed if rule in goes and _is_by_hand(element)]
    if by_hand and len(listed) == 1:
        _toggle(calls, piece, by_hand[0], goes, otherwise)
        return
    named = data.text("timezone")
    where = named if zone(named) else calls.draft.time_zone
    rules: list[Rule] = []
    to: list[Plain] = []
    for rule, element in listed:
        if rule not in goes or _is_by_hand(element):
            continue
        timing = _timing(element, calls.draft.today.year, where)
        if timing is None:
            element.approximated("When it holds cannot be told; it is taken never to hold.")
            continue
        rules.append(Rule(timing, element.source))
        to.append(goes[rule])
    piece.plain |= {"kind": "time_switch", "schedule": "", "open": otherwise, "closed": otherwise}
    rules = rules or [Rule(Timing(spans=()), action.source)]
    to = to or [otherwise]
    # Called after what its rules are called, so that the same rules are the same schedule.
    called = _schedule_name([element for rule, element in listed if rule in goes], name)
    switch = Switch(rules, to, otherwise, where, called=called)
    _complete(calls, piece, switch, name)
    if by_hand:
        _override(calls, piece, by_hand, goes)


def _complete(calls: "Calls", piece: Piece, switch: Switch, name: str) -> None:
    def rest(count: int) -> Plain:
        if count >= len(switch.rules):
            return switch.otherwise
        identity = calls.draft.free_id("nodes", f"{name}-rest")
        further = calls.draft.add("nodes", {"id": identity, "kind": "time_switch"}, switch.rules[0].source)
        left = replace(switch, rules=switch.rules[count:], goes=switch.goes[count:])
        _complete(calls, further, left, name)
        return {"node": identity}

    complete(calls.draft, piece, switch, rest)


def _schedule_name(elements: list[Element], otherwise: str) -> str:
    """What rules are named after, besides their weekday or what they stand for."""
    for element in elements:
        words = shown(str(element.peek("name") or ""))
        first, mark, last = words.rpartition(": " if _is_by_hand(element) else " ")
        if mark and first and (last.lower() in _WEEKDAYS or _is_by_hand(element)):
            return first
    return otherwise


def _listed(calls: "Calls", data: Element) -> list[tuple[str, Element]]:
    names = data.texts("rules")
    several = calls.account.find("temporal_rules_sets", data.text("rule_set"))
    if several is not None:
        names += several.texts("temporal_rules")
    found = []
    for name in names:
        element = calls.account.find("temporal_rules", name)
        if element is not None:
            found.append((name, element))
        else:
            data.approximated("Rules that are not among the documents are left out.")
    return found


def _called(element: Element, at: int) -> str:
    return shown(str(element.peek("name") or at))[:30]


def _is_by_hand(element: Element) -> bool:
    """Whether a rule holds only when staff switch it on."""
    return "enabled" in element.value and element.peek("cycle") == "daily" and "time_window_start" not in element.value


def _toggle(calls: "Calls", piece: Piece, rule: tuple[str, Element], goes: dict[str, Plain], otherwise: Plain) -> None:
    identity, element = rule
    code = code_of(calls, [identity])
    element.get("cycle")
    default = "on" if element.flag("enabled") else "off"
    if code is None:
        element.approximated("No code switches it, so calls go as they do now.")
        to = goes[identity] if default == "on" else otherwise
        piece.plain |= {"kind": "caller_match", "rules": [{"anonymous": True, "then": to}], "otherwise": to}
        return
    piece.plain |= {"kind": "toggle", "code": code, "default": default, "on": goes[identity], "off": otherwise}


def _override(calls: "Calls", piece: Piece, by_hand: list[tuple[str, Element]], goes: dict[str, Plain]) -> None:
    """The code by which staff set the hours, each rule standing for the outcome to which it leads."""
    code = code_of(calls, [rule for rule, _ in by_hand])
    outcomes = {
        "open": piece.plain.get("open"),
        "closed": piece.plain.get("closed"),
        "holiday": piece.plain.get("holiday"),
    }
    states: list[str] = []
    for rule, element in by_hand:
        element.get("cycle")
        element.get("enabled")
        word = shown(str(element.peek("name") or "")).rpartition(" ")[2].lower()
        state = word if word in outcomes else next((name for name, to in outcomes.items() if to == goes[rule]), None)
        if state is None:
            element.approximated("Where it leads is none of open, closed and holiday; it is left out.")
        elif state not in states:
            states.append(state)
    schedule = calls.draft.find("schedules", str(piece.plain["schedule"]))
    if code is None or not states or schedule is None:
        by_hand[0][1].approximated("No code sets it, so it is left out.")
    else:
        schedule.plain["override"] = {"code": code, "states": states[:3], "auto_reset": False}


def _timing(element: Element, year: int, where: str) -> Timing | None:
    cycle = element.text("cycle")
    name = shown(element.text("name"))
    for key in ("id", "interval", "enabled"):
        element.get(key)
    if element.peek("enabled") is False:
        return Timing(spans=())
    spans = _window(element)
    days = element.get("wdays")
    written = [str(day).lower() for day in days] if isinstance(days, list) else []
    weekdays = frozenset(_WEEKDAYS.index(day) for told in written if (day := _SPELLED.get(told, told)) in _WEEKDAYS)
    if len(weekdays) < len(set(written)):
        element.approximated("A weekday that is not known is left out.")
    match cycle:
        case "daily":
            return Timing(spans)
        case "weekly":
            return Timing(spans, weekdays or EVERY_WEEKDAY)
        case "date":
            date = _date(element, "start_date", where)
            return None if date is None else Timing(spans, dates=frozenset([date]), name=name)
        case "monthly" | "yearly":
            return _returning(element, spans, weekdays, year, name)
    return None


def _returning(
    element: Element, spans: tuple[Span, ...], weekdays: frozenset[int], year: int, name: str
) -> Timing | None:
    month = element.number("month")
    months = EVERY_MONTH if month is None or element.peek("cycle") == "monthly" else frozenset([month])
    listed = element.get("days")
    days = (
        frozenset(day for day in listed if isinstance(day, int) and 1 <= day <= 31)
        if isinstance(listed, list)
        else None
    )
    ordinal = element.text("ordinal")
    if not months <= EVERY_MONTH:
        return None
    if ordinal and ordinal != "every" and weekdays:
        element.approximated(f"Its dates of {_YEARS} years are written.")
        dates = [date for at in range(_YEARS) for number in months
                 for date in _ordinal(year + at, number, ordinal, weekdays)]  # fmt: skip
        return Timing(spans, dates=frozenset(dates), name=name)
    return Timing(spans, weekdays or EVERY_WEEKDAY, days or EVERY_DAY, months, name=name)


def _ordinal(year: int, month: int, ordinal: str, weekdays: frozenset[int]) -> list[dt.date]:
    length = calendar.monthrange(year, month)[1]
    days = [dt.date(year, month, day) for day in range(1, length + 1)]
    found = []
    for weekday in weekdays:
        fitting = [date for date in days if date.weekday() == weekday]
        at = len(fitting) - 1 if ordinal == "last" else _ORDINALS.index(ordinal) if ordinal in _ORDINALS else 99
        found += fitting[at : at + 1]
    return found


def _window(element: Element) -> tuple[Span, ...]:
    start, stop = element.number("time_window_start"), element.number("time_window_stop")
    first = 0 if start is None else max(0, start // 60)
    last = MINUTES_A_DAY if not stop else min(MINUTES_A_DAY, -(-stop // 60))
    if first < last:
        return ((first, last),)
    return ((first, MINUTES_A_DAY), (0, last)) if (start, stop) != (None, None) else WHOLE_DAY


def _date(element: Element, key: str, where: str) -> dt.date | None:
    seconds = element.number(key)
    known = zone(where)
    if seconds is None or known is None or not 0 <= seconds - _GREGORIAN < 4_102_444_800:
        return None
    return dt.datetime.fromtimestamp(seconds - _GREGORIAN, known).date()
