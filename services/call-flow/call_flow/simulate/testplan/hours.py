"""Cases for time: every change of the hours, special days, clock changes, and states set by hand."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import TimeSwitch
from call_flow.flow.scenario import State
from call_flow.simulate.call import Call
from call_flow.simulate.testplan.draft import Draft
from call_flow.simulate.testplan.maker import Maker
from call_flow.simulate.testplan.moments import Moments
from call_flow.simulate.testplan.search import Search

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_YEAR = dt.timedelta(days=365)
_MOST_EXCEPTIONS = 12
_AROUND = ((-1, "before", "a second before"), (0, "at", ""), (1, "after", "a second after"))
_FAR_AROUND = ((-1800, "half-before", "half an hour before"), (1800, "half-after", "half an hour after"))


@dataclass(frozen=True)
class _Instant:
    at: dt.datetime
    purpose: str
    remark: str


def add_hours(draft: Draft, maker: Maker, search: Search) -> None:
    """Cases for the first time switch of each schedule that calls come to."""
    done: set[str] = set()
    for place in list(search.places):
        node = maker.graph.nodes.get(place.name) if place.kind == "node" else None
        if not isinstance(node, TimeSwitch) or node.schedule in done or node.schedule not in maker.moments.calendars:
            continue
        done.add(node.schedule)
        _add_states(draft, maker, search, place, node.schedule)
        missed: list[str] = []
        for instant in _instants(draft, maker.moments, node.schedule):
            if draft.is_full:
                draft.leave_out(f"schedule:{node.schedule}>rest", draft.end)
                return
            if not _add(draft, maker, search, place, node.schedule, instant=instant):
                missed.append(instant.purpose)
        if missed:
            reason = f"no call comes to '{node.id}' at {len(missed)} of its times, such as {missed[0]}"
            draft.leave_out(f"schedule:{node.schedule}>times", reason)


def _add(draft: Draft, maker: Maker, search: Search, place: Vertex, schedule: str, *, instant: _Instant) -> bool:
    """A case for an instant; false if no call comes to the switch then."""
    for demand in search.places[place]:
        if schedule in demand.hours:
            continue
        made = maker.make(demand, lambda call: _asks(call, place), at=instant.at)
        if made is not None:
            draft.add(instant.purpose, made, dated=True, remark=instant.remark)
            return True
    return False


def _add_states(draft: Draft, maker: Maker, search: Search, place: Vertex, schedule: str) -> None:
    """Each state that can be set by hand, when the clock says otherwise."""
    override = maker.moments.calendars[schedule].schedule.override
    for state in override.states if override else ():
        others = [other for other in ("open", "closed", "holiday") if other != state]
        instant = next((at for other in others if (at := maker.moments.find({schedule: other})) is not None), None)
        by_hand: dict[str, State] = {schedule: state}
        for demand in search.places[place]:
            made = maker.make(demand, lambda call: _asks(call, place), at=instant, states=by_hand)
            if made is not None:
                draft.add(f"{schedule}-set-{state}", made)
                break


def _asks(call: Call, place: Vertex) -> bool:
    return any(passed.vertex == place.kind and passed.name == place.name for passed in call.passed)


def _instants(draft: Draft, moments: Moments, schedule: str) -> list[_Instant]:
    found: list[_Instant] = []
    for number in range(7):
        day = moments.monday + _DAY * number
        changes = moments.changes(schedule, day)
        found += _around(moments, schedule, changes, f"{schedule}-{day:%a}".lower())
        if not changes:
            middle = moments.cuts(schedule, day)[0] + _DAY / 2
            found.append(_Instant(middle, f"{schedule}-{day:%a}-all-day".lower(), ""))
    special = _special(draft, moments, schedule)
    for day in special:
        found += _of_day(moments, schedule, day)
    found += [_noon(moments, schedule, day) for day in _coming_holidays(moments, schedule) if day not in special]
    for change in moments.clock_changes(moments.zone_of(schedule)):
        name = f"{schedule}-clocks-{change.astimezone(moments.zone_of(schedule)):%Y-%m-%d}"
        for seconds, which, said in (*_AROUND, *_FAR_AROUND):
            remark = f"{said} the clocks change".strip()
            found.append(_Instant(change + _SECOND * seconds, f"{name}-{which}", remark))
    return found


def _around(moments: Moments, schedule: str, changes: Sequence[dt.datetime], name: str) -> list[_Instant]:
    found = []
    for change in changes:
        state = moments.state(schedule, change)
        what = {"open": "opens", "closed": "closes", "holiday": "is on holiday"}[state]
        clock = change.astimezone(moments.zone_of(schedule))
        for seconds, which, said in _AROUND:
            remark = f"{said} '{schedule}' {what}".strip()
            found.append(_Instant(change + _SECOND * seconds, f"{name}-{clock:%H-%M}-{which}", remark))
    return found


def _special(draft: Draft, moments: Moments, schedule: str) -> list[dt.date]:
    """The coming exceptions, and of each kind of holiday the first and the last day that is known."""
    known = moments.calendars[schedule]
    exceptions = sorted(day for day in known.exceptions if day >= moments.today)
    if len(exceptions) > _MOST_EXCEPTIONS:
        draft.leave_out(
            f"schedule:{schedule}>exceptions", f"the first {_MOST_EXCEPTIONS} of {len(exceptions)} exceptions are tried"
        )
    days = exceptions[:_MOST_EXCEPTIONS]
    own = moments.own_holidays(schedule)
    holidays = [day for day in known.closed_days if day >= moments.today and day not in known.exceptions]
    for kind in (
        [day for day in holidays if known.closed_days[day] in own],
        [day for day in holidays if known.closed_days[day] not in own],
    ):
        days += [*kind[:1], *kind[-1:]]
    return list(dict.fromkeys(days))


def _coming_holidays(moments: Moments, schedule: str) -> list[dt.date]:
    """Every holiday of the coming year; of several days of one name the first."""
    known, last = moments.calendars[schedule], moments.today + _YEAR
    first: dict[str, dt.date] = {}
    for day, name in known.closed_days.items():
        if moments.today <= day <= last and day not in known.exceptions:
            first.setdefault(name, day)
    return list(first.values())


def _noon(moments: Moments, schedule: str, day: dt.date) -> _Instant:
    return _Instant(moments.cuts(schedule, day)[0] + _DAY / 2, f"{schedule}-{day}-noon", "")


def _of_day(moments: Moments, schedule: str, day: dt.date) -> list[_Instant]:
    """Noon, when the day begins and ends, and what changes in it."""
    name = f"{schedule}-{day}"
    cuts = moments.cuts(schedule, day)
    found = [_noon(moments, schedule, day)]
    found += [_Instant(cuts[0] - _SECOND, f"{name}-eve", ""), _Instant(cuts[0], f"{name}-begins", "")]
    found += [_Instant(cuts[-1] - _SECOND, f"{name}-ends", ""), _Instant(cuts[-1], f"{name}-over", "")]
    inside = [change for change in moments.changes(schedule, day) if change not in (cuts[0], cuts[-1])]
    return found + _around(moments, schedule, inside, name)
