"""Schedules: a subroutine for each that returns `open`, `closed` or `holiday`.

It asks in the order of `call_flow.flow.hours`: what staff set by the code, the date, the weekday. The time is that of
`TESTTIME` where a test has set it. `GotoIfTime` counts its last minute in, knows no year and no range across midnight:
ranges end a minute early and are cut at midnight, and each date that is not as its weekday is an extension of its own.

Set by the code, the state stands in AstDB under `override/<schedule>`; `override-until/<schedule>` holds the second
from which the clock counts again, if the state is to be reset.
"""

from collections.abc import Iterable, Sequence

from call_flow.export.agenda import Agenda, Span, clock
from call_flow.export.asterisk.dialplan import Context, Dialplan, Step, when, when_equal
from call_flow.export.asterisk.ringing import branches
from call_flow.export.asterisk.system import System
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.flow.hours import Override, Schedule
from call_flow.flow.nodes import TimeSwitch
from call_flow.flow.values import WEEKDAYS

#: How far ahead the next change of the hours is looked for; beyond, a state stays until it is set again.
_DAYS_AHEAD = 60
_RESET = (
    "Set by hand, it goes back to the clock at the next change of the hours: the first call after it notices, and the "
    f"lamp with it. A change more than {_DAYS_AHEAD} days away is not waited for."
)
_NOW = '${IF($["${TESTTIME}" != ""]?${TESTTIME}:${EPOCH})}'


def time_switch(system: System, dialplan: Dialplan, name: str, node: TimeSwitch) -> None:
    """The context of a time switch. A schedule that does not exist is closed."""
    closed = system.go(node.closed)
    if node.schedule not in system.graph.schedules:
        dialplan.place(name, closed)
        return
    outcomes = {"open": system.go(node.open), "holiday": system.go(node.holiday or node.closed)}
    dialplan.place(name, [f"Gosub(schedule-{node.schedule},s,1)", *branches(outcomes, closed)])


def schedules(system: System, dialplan: Dialplan) -> None:
    """The subroutines, and what the override codes do."""
    for schedule in system.plan.schedules:
        agenda, zone = system.plan.agenda(schedule.id), system.plan.time_zone(schedule.id)
        if zone != schedule.time_zone:
            system.plan.notes.unsupported(system.plan.pointer(schedule), f"Its zone is unknown; {zone} stands for it.")
        context = dialplan.context(f"schedule-{schedule.id}")
        context.extension("s", [*_set_by_hand(schedule), ("clock", f"Set(LOCAL(now)={_NOW})"), "Goto(clock,1)"])
        context.extension("clock", [*_dated(schedule, agenda, zone), *_open_within(_weekly(agenda), zone, "closed")])
        if schedule.override is not None:
            if schedule.override.auto_reset:
                system.plan.notes.approximated(system.plan.pointer(schedule), _RESET)
                context.extension("next", _next_change(context.name, _boundaries(agenda), zone))
            dialplan.place(f"override-{schedule.id}", _override(context, schedule, schedule.override))
        if agenda.dated:
            days = dialplan.context(f"days-{schedule.id}")
            for day in agenda.dated:
                spans = [("*", span) for span in day.open]
                days.extension(f"{day.date:%Y%m%d}", _open_within(spans, zone, day.otherwise))


def _set_by_hand(schedule: Schedule) -> list[Step]:
    if schedule.override is None:
        return []
    name = f"schedule-{schedule.id}"
    return [
        f"Gosub({name},override,1)",
        when_equal("GOSUB_RETVAL", "", "clock"),
        "Return(${GOSUB_RETVAL})",
    ]


def _dated(schedule: Schedule, agenda: Agenda, zone: str) -> list[Step]:
    if not agenda.dated:
        return []
    days = f"days-{schedule.id}"
    return [
        f"Set(LOCAL(today)=${{STRFTIME(${{now}},{zone},%Y%m%d)}})",
        f"GotoIf(${{DIALPLAN_EXISTS({days},${{today}},1)}}?{days},${{today}},1)",
    ]


def _weekly(agenda: Agenda) -> list[tuple[str, Span]]:
    """Spans with the weekdays on which they are open."""
    days: dict[Span, list[str]] = {}
    for weekday, spans in zip(WEEKDAYS, agenda.weekly, strict=True):
        for span in spans:
            days.setdefault(span, []).append(weekday)
    return [("*" if len(names) == len(WEEKDAYS) else "&".join(names), span) for span, names in sorted(days.items())]


def _open_within(spans: Sequence[tuple[str, Span]], zone: str, otherwise: str) -> list[Step]:
    steps: list[Step] = [
        f"GotoIfTime({clock(start)}-{clock(end - 1)},{days},*,*,{zone}?open)" for days, (start, end) in spans
    ]
    return [*steps, f"Return({otherwise})", *([("open", "Return(open)")] if spans else [])]


def _boundaries(agenda: Agenda) -> list[int]:
    """Every minute of a day at which the state may change."""
    spans: Iterable[Span] = (span for day in (*agenda.weekly, *(day.open for day in agenda.dated)) for span in day)
    return sorted({0, *(minute % MINUTES_A_DAY for span in spans for minute in span)})


def _override(context: Context, schedule: Schedule, override: Override) -> list[Step]:
    """What the state set by hand is, and how it is taken back; returns what the code does."""
    name, state = f"schedule-{schedule.id}", f"override/{schedule.id}"
    until, lamp = f"override-until/{schedule.id}", f"DEVICE_STATE(Custom:override-{schedule.id})"
    context.extension(
        "override",
        [
            f"Set(LOCAL(now)={_NOW})",
            f"Set(LOCAL(until)=${{DB({until})}})",
            when('"${until}" = ""', "keep"),
            when("${now} < ${until}", "keep"),
            f"Gosub({name},reset,1)",
            ("keep", f"Return(${{DB({state})}})"),
        ],
    )
    context.extension(
        "reset",
        [f"Set(DB_DELETE({state})=)", f"Set(DB_DELETE({until})=)", f"Set({lamp}=NOT_INUSE)", "Return()"],
    )
    states = list(dict.fromkeys(override.states))
    steps: list[Step] = [
        "Answer()",
        f"Gosub({name},override,1)",
        "Set(BEFORE=${GOSUB_RETVAL})",
        f"Gosub({name},reset,1)",
    ]
    steps += [when_equal("BEFORE", before, after) for before, after in zip(["", *states], states, strict=False)]
    steps += ["Playback(cancelled)", "Hangup()"]
    for position, after in enumerate(states, 1):
        steps += [
            (after, f"Set(DB({state})={after})"),
            f"Set({lamp}=INUSE)",
            *([f"Gosub({name},next,1)", _keep_until(until)] if override.auto_reset else []),
            f"Playback(hours&is-set-to&digits/{position})",
            "Hangup()",
        ]
    return steps


def _keep_until(until: str) -> str:
    return f'ExecIf($["${{GOSUB_RETVAL}}" != ""]?Set(DB({until})=${{GOSUB_RETVAL}}))'


def _next_change(name: str, boundaries: list[int], zone: str) -> list[Step]:
    """The second at which the clock will say something else than now: each boundary of each day is tried."""
    times = "-".join(clock(minute) for minute in boundaries)
    return [
        f"Set(LOCAL(now)={_NOW})",
        "Set(LOCAL(begin)=${now})",
        f"Gosub({name},clock,1)",
        "Set(LOCAL(before)=${GOSUB_RETVAL})",
        # From noon to noon, so that days of 23 and 25 hours are passed one by one too.
        f"Set(LOCAL(noon)=${{STRPTIME(${{STRFTIME(${{now}},{zone},%Y%m%d)}} 12:00,{zone},%Y%m%d %H:%M)}})",
        "Set(LOCAL(days)=0)",
        ("day", f"Set(LOCAL(date)=${{STRFTIME(${{noon}},{zone},%Y%m%d)}})"),
        f"Set(LOCAL(times)={times})",
        ("time", "Set(LOCAL(wall)=${SHIFT(times,-)})"),
        when('"${wall}" = ""', "tomorrow"),
        f"Set(LOCAL(now)=${{STRPTIME(${{date}} ${{wall}},{zone},%Y%m%d %H:%M)}})",
        when("${now} <= ${begin}", "time"),
        "Set(LOCAL(TESTTIME)=${now})",
        f"Gosub({name},clock,1)",
        when('"${GOSUB_RETVAL}" = "${before}"', "time"),
        "Return(${now})",
        ("tomorrow", "Set(LOCAL(days)=$[${days} + 1])"),
        "Set(LOCAL(noon)=$[${noon} + 86400])",
        when(f"${{days}} <= {_DAYS_AHEAD}", "day"),
        "Return()",
    ]
