"""What holds of every flow: calls end, the same call goes the same way, and a plan covers or explains every edge."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from call_flow.flow.calendar import Calendar
from call_flow.flow.graph import Graph
from call_flow.flow.hours import HolidaySet, Schedule
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario
from call_flow.flow.values import WEEKDAYS
from call_flow.simulate import Simulator, plan

TODAY = dt.date(2026, 11, 25)
EXTENSIONS = ["101", "102", "103"]
NODES = [f"n{number}" for number in range(6)]
OUTSIDE = ["+12125550177", "+442079460001"]
STATES = ["answer", "busy", "no_answer", "offline"]

destinations = st.one_of(
    st.sampled_from(NODES).map(lambda node: {"node": node}),
    st.sampled_from([*EXTENSIONS, "999"]).map(lambda number: {"extension": number}),
    st.tuples(st.sampled_from(["600", "999"]), st.sampled_from(["unavailable", "busy", "none"])).map(
        lambda box: {"mailbox": box[0], "greeting": box[1]}
    ),
    st.sampled_from(OUTSIDE).map(lambda number: {"number": number}),
    st.sampled_from(["normal", "busy"]).map(lambda cause: {"hangup": cause}),
)
members = st.lists(
    st.one_of(
        st.builds(
            lambda number, delay: {"extension": number, "delay_s": delay},
            st.sampled_from(EXTENSIONS),
            st.sampled_from([0, 5, 30]),
        ),
        st.sampled_from(OUTSIDE).map(lambda number: {"number": number, "confirm": True}),
    ),
    max_size=3,
)
agents = st.lists(
    st.builds(
        lambda number, penalty: {"extension": number, "penalty": penalty},
        st.sampled_from(EXTENSIONS),
        st.sampled_from([0, 1]),
    ),
    max_size=3,
)
keys = st.dictionaries(st.sampled_from([*"0123456789*#", "12", "101"]), destinations, max_size=12)


def node(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


nodes = st.one_of(
    node(kind=st.just("time_switch"), schedule=st.sampled_from(["a", "b", "none"]), open=destinations,
         closed=destinations, holiday=st.none() | destinations),
    node(kind=st.just("menu"), prompt=st.just("p"), keys=keys, max_tries=st.sampled_from([1, 3]),
         direct_dial=st.sampled_from(["none", "extensions"]), no_input=destinations, invalid=destinations,
         replay_key=st.sampled_from([None, "*"])),
    node(kind=st.just("ring_group"), members=members, strategy=st.sampled_from(["simultaneous", "random"]),
         no_answer=destinations, busy=st.none() | destinations, offline=st.none() | destinations),
    node(kind=st.just("queue"), agents=agents, timeout=destinations, full=st.none() | destinations,
         max_callers=st.sampled_from([0, 3]), join_empty=st.booleans(), strategy=st.sampled_from(["ringall", "linear"]),
         exit_keys=st.dictionaries(st.sampled_from("12*"), destinations, max_size=2)),
    node(kind=st.just("announcement"), prompt=st.just("p"), then=destinations),
    node(kind=st.just("voicemail"), mailbox=st.just("600")),
    node(kind=st.just("directory"), failed=destinations, operator=st.none() | destinations,
         by=st.sampled_from(["last", "first", "both"])),
    node(kind=st.just("external"), number=st.sampled_from(OUTSIDE), no_answer=destinations),
    node(kind=st.just("caller_match"), otherwise=destinations,
         rules=st.lists(st.builds(lambda prefix, then: {"prefix": prefix, "then": then},
                                  st.sampled_from(["+1", "+1415", "+44"]), destinations), min_size=1, max_size=3)),
    node(kind=st.just("toggle"), code=st.just("*29"), on=destinations, off=destinations),
    node(kind=st.just("page"), members=st.just(["101"])),
    node(kind=st.just("hangup"), cause=st.just("congestion")),
)  # fmt: skip


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    schedule = {"weekly": {"mon": [{"start": "22:00", "end": "06:00"}], "wed": [{"start": "08:00", "end": "12:00"}]}}
    return Flow.model_validate(
        {
            "customer": {"name": "Any", "time_zone": draw(st.sampled_from(["America/New_York", "Europe/Berlin"]))},
            "numbers": [{"e164": "+12125550123", "entry": draw(destinations)},
                        {"e164": "+12125550124", "entry": {"node": "n0"}}],
            "extensions": [
                {"number": number, "first": "Ann", "last": name, "mailbox": box,
                 "on_busy": draw(st.none() | destinations)}
                for number, name, box in zip(EXTENSIONS, ("Archer", "Abel", "Ärmel"), ("600", None, None), strict=True)
            ],
            "mailboxes": [{"number": "600", "operator": draw(st.none() | destinations)}],
            "schedules": [
                {"id": "a", "time_zone": "Europe/London", "holiday_set": "h", **schedule},
                {"id": "b", "time_zone": "America/New_York", "weekly": {"tue": [{"start": "09:00", "end": "17:00"}]},
                 "override": {"code": "*28"}},
            ],
            "holiday_sets": [{"id": "h", "custom": [{"name": "Day", "month_day": "02-29"},
                                                    {"name": "May", "month_day": "05-01"}]}],
            "prompts": [{"id": "p", "texts": {"en-US": "Words to be heard."}}],
            "nodes": [{"id": name, **draw(nodes)} for name in NODES],
            "outbound": [{"id": "out", "classes": ["national"], "trunks": ["t"]}],
        }
    )  # fmt: skip


scenarios = st.builds(
    lambda at, to, caller, presses, states: Scenario(
        at=at, to=to, from_=caller, states=states,
        keys=[{"after": after, "press": press} for after, press in presses],
    ),
    st.datetimes(dt.datetime.fromisoformat("2026-01-01"), dt.datetime.fromisoformat("2029-01-01")),
    st.sampled_from([None, "+12125550124"]),
    st.sampled_from([None, "anonymous", "+14155550100", "+442079460000"]),
    st.lists(st.tuples(st.sampled_from([0.5, 3, 30]), st.text("0123456789*#", max_size=3)), max_size=8),
    st.dictionaries(st.sampled_from(EXTENSIONS), st.sampled_from(STATES)),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(flows(), st.lists(scenarios, min_size=1, max_size=5))
def test_every_call_of_every_flow_ends_and_goes_the_same_way_again(flow: Flow, calls: list[Scenario]) -> None:
    simulator = Simulator(flow)
    for scenario in calls:
        result = simulator.run(scenario)
        assert result == simulator.run(scenario) == Simulator(flow).run(scenario)
        assert 1 <= len(result.path) <= 102
        assert [step.at for step in result.path] == sorted(step.at for step in result.path)
        assert all(step.reason for step in result.path)


@settings(max_examples=15, deadline=None)
@given(flows())
def test_a_plan_takes_every_edge_or_says_why_it_does_not(flow: Flow) -> None:
    planned = plan(flow, today=TODAY)
    graph, simulator = Graph(flow), Simulator(flow)
    reachable = graph.reachable()
    edges = {
        f"{edge.source.kind}:{edge.source.name}>{edge.outcome}"
        for edge in graph.edges
        if edge.source in reachable or edge.source.kind == "extension"
    }
    taken = {edge for case in planned.cases for edge in case.covers}

    assert edges <= taken | planned.not_covered.keys()
    assert not taken & planned.not_covered.keys()
    assert (planned.edges, planned.covered) == (len(edges), len(edges & taken))
    assert len({case.id for case in planned.cases}) == len(planned.cases)
    for case in planned.cases:
        again = Scenario.model_validate_json(case.scenario.model_dump_json(by_alias=True))
        assert simulator.run(again) == case.expect


def naive(schedule: Schedule, special: set[dt.date], wall: dt.datetime) -> str:
    """What a schedule says, by walking through minutes: a second, slower way to the same answer."""
    exceptions = {item.date: item.ranges for item in schedule.exceptions}

    def spans(day: dt.date) -> list[tuple[int, int]]:
        ranges = exceptions.get(day, [] if day in special else schedule.weekly.get(WEEKDAYS[day.weekday()], []))
        found = []
        for span in ranges:
            start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (span.start, span.end))
            found.append((start, end if end > start else end + 1440))
        return found

    day, minute = wall.date(), wall.hour * 60 + wall.minute
    if day in special and day not in exceptions:
        return "holiday"
    if any(start <= minute < end for start, end in spans(day)):
        return "open"
    before = day - dt.timedelta(days=1)
    spills = day not in exceptions and any(start <= minute + 1440 < end for start, end in spans(before))
    return "open" if spills else "closed"


clocks = st.sampled_from(["00:00", "01:30", "02:00", "02:30", "03:00", "08:00", "12:00", "17:00", "22:00", "24:00"])
starts = clocks.filter(lambda clock: clock != "24:00")
ranges = st.lists(st.builds(lambda start, end: {"start": start, "end": end}, starts, clocks), max_size=2)
special_days = ["2028-02-28", "2028-02-29", "2028-03-01", "2028-03-12", "2028-03-26", "2028-10-29", "2028-11-05"]
days = st.sampled_from([dt.date.fromisoformat(day) for day in special_days])


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), ranges),
    st.lists(st.tuples(days, ranges), max_size=2, unique_by=lambda item: item[0]),
    st.sets(days, max_size=2),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"]),
    days,
    st.integers(-7200, 2 * 86_400),
)
def test_open_and_closed_agree_with_a_slower_calendar(
    weekly: dict[str, Any],
    exceptions: list[tuple[dt.date, list[dict[str, str]]]],
    special: set[dt.date],
    time_zone: str,
    day: dt.date,
    seconds: int,
) -> None:
    plain = {"id": "s", "time_zone": time_zone, "weekly": weekly, "holiday_set": "h",
             "exceptions": [{"date": date, "ranges": given} for date, given in exceptions]}  # fmt: skip
    days_off = {"id": "h", "custom": [{"name": str(date), "date": date} for date in sorted(special)]}
    schedule, holidays = Schedule.model_validate(plain), HolidaySet.model_validate(days_off)
    flow = Flow.model_validate(
        {
            "customer": {"name": "Any", "time_zone": "America/Los_Angeles"},
            "numbers": [{"e164": "+12125550123", "entry": {"node": "t"}}],
            "schedules": [plain],
            "holiday_sets": [days_off],
            "nodes": [{"id": "t", "kind": "time_switch", "schedule": "s", "open": {"hangup": "busy"},
                       "closed": {"hangup": "normal"}}],
        }
    )  # fmt: skip
    instant = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=seconds)
    wall = instant.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)

    said = Simulator(flow).run(Scenario(at=instant)).path[1].outcome

    assert said == naive(schedule, special, wall)
    assert Calendar(schedule, holidays).state(wall).state == said
