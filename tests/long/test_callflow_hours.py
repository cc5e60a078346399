"""Opening hours, asked of the simulator and of a real Asterisk at ten thousand instants each."""

import asyncio
import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests import pbx as lab
from tests.callflow import acme

from call_flow.export.asterisk.proving import proving, recordings
from call_flow.flow.calendar import Calendar
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario
from call_flow.pbx.ami import Ami
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.simulate import Simulator

_INSTANTS = 10_000
#: As many as one variable of Asterisk's dialplan holds.
_AT_ONCE = 300
_YEARS = 3
_SECONDS = 60.0
#: It is asked so fast that the queues of its events and of its log fill up; of anything else it has nothing to say.
_TOO_FAST = {"WARNING taskprocessor.c", "WARNING logger"}

_OFFICE = [{"start": "08:00", "end": "12:00"}, {"start": "13:00", "end": "17:30"}]
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_ALL_WEEK = (*_WORKDAYS, "sat", "sun")
#: Who is open when, and the days that are looked at from every side: clock changes, leap days, days off.
_SCHEDULES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "new-york": (
        {
            "time_zone": "America/New_York",
            "weekly": dict.fromkeys(_WORKDAYS, _OFFICE) | {"sun": [{"start": "01:30", "end": "02:30"}]},
            "exceptions": [
                {"date": "2026-11-27"},
                {"date": "2026-12-24", "ranges": [{"start": "08:00", "end": "12:00"}]},
                {"date": "2028-02-29", "ranges": [{"start": "00:00", "end": "24:00"}]},
            ],
            "holiday_set": "us",
            "override": {"code": "*61", "states": ["closed", "open", "holiday"], "auto_reset": False},
        },
        # Independence Day 2026 and 2027 and Christmas 2027 fall on a weekend and are observed beside it.
        ["2026-03-08", "2026-07-03", "2026-07-04", "2026-11-01", "2026-11-27", "2026-12-24", "2027-03-14", "2027-07-05",
         "2027-12-24", "2028-02-29", "2028-03-12"],
    ),
    "sydney": (
        {
            "time_zone": "Australia/Sydney",
            "weekly": {
                "fri": [{"start": "20:00", "end": "04:00"}],
                "sat": [{"start": "22:00", "end": "24:00"}],
                "sun": [{"start": "00:00", "end": "00:00"}],
                "tue": [{"start": "23:59", "end": "00:01"}],
            },
            "exceptions": [
                {"date": "2026-12-04", "ranges": [{"start": "18:00", "end": "06:30"}]},
                {"date": "2026-12-12"},
            ],
            "holiday_set": "au",
            "override": {"code": "*62", "states": ["open"]},
        },
        ["2026-01-26", "2026-04-05", "2026-10-04", "2026-12-04", "2026-12-05", "2026-12-12", "2026-12-25", "2027-04-04",
         "2027-12-27", "2028-02-29", "2028-04-02"],
    ),
    "berlin": (
        {
            "time_zone": "Europe/Berlin",
            "weekly": {day: [{"start": "02:15", "end": "02:45"}, *_OFFICE] for day in _ALL_WEEK},
            "exceptions": [{"date": "2027-03-28", "ranges": [{"start": "02:00", "end": "03:00"}]}],
            "holiday_set": "de",
            "override": {"code": "*63", "states": ["closed", "open"]},
        },
        ["2026-03-29", "2026-10-25", "2026-12-24", "2026-12-31", "2027-01-01", "2027-03-28", "2027-10-31", "2028-02-28",
         "2028-02-29", "2028-03-01", "2028-03-26"],
    ),
    # Clocks are changed at midnight, so that days begin at 01:00 or have 23:30 twice.
    "santiago": (
        {
            "time_zone": "America/Santiago",
            "weekly": {day: [{"start": "23:00", "end": "01:15"}] for day in _ALL_WEEK}
            | {"mon": [{"start": "00:00", "end": "00:30"}, {"start": "09:00", "end": "09:01"}]},
            "holiday_set": "cl",
        },
        ["2026-04-04", "2026-04-05", "2026-09-05", "2026-09-06", "2026-12-25", "2027-04-03", "2027-09-04", "2028-02-29",
         "2028-04-01", "2028-09-02"],
    ),
    # By half an hour.
    "lord-howe": (
        {
            "time_zone": "Australia/Lord_Howe",
            "weekly": {day: [{"start": "01:45", "end": "02:10"}] for day in _ALL_WEEK},
            "exceptions": [{"date": "2026-10-04", "ranges": [{"start": "02:00", "end": "02:30"}]}],
        },
        ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03", "2028-02-29", "2028-04-02"],
    ),
}  # fmt: skip
_LEAP = {"name": "Leap day", "month_day": "02-29"}
_TURN = {"name": "Between the years", "month_day": "12-27", "until": "01-02"}
_HOLIDAYS: list[dict[str, Any]] = [
    {"id": "us", "source": {"country": "US", "subdivision": "NY", "categories": ["public", "government"]}},
    {"id": "au", "source": {"country": "AU", "subdivision": "NSW"}, "custom": [_LEAP]},
    {"id": "de", "source": {"country": "DE", "subdivision": "BY"}, "custom": [_LEAP, _TURN]},
    {"id": "cl", "source": {"country": "CL"}},
]
#: One call asks for many instants, which stand in the dialplan, and says the first letters of the answers.
_ASK = """
[ask]
exten => s,1,NoOp()
 same => n(next),Set(TESTTIME=${SHIFT(MANY,-)})
 same => n,GotoIf($["${TESTTIME}" = ""]?end)
 same => n,Gosub(schedule-${SCHEDULE},s,1)
 same => n,Set(SAID=${SAID}${GOSUB_RETVAL:0:1})
 same => n,Goto(next)
 same => n(end),UserEvent(said,Part: ${PART},Said: ${SAID})
 same => n,Hangup()
"""


def _system() -> Flow:
    def change(plain: dict[str, Any]) -> None:
        plain["holiday_sets"] = [{"first_year": 2026, "horizon_years": _YEARS, **found} for found in _HOLIDAYS]
        plain["schedules"] = [{"id": name, **fields} for name, (fields, _) in _SCHEDULES.items()]
        plain["numbers"] = [
            {"e164": f"+121255501{position:02}", "entry": {"node": f"hours-{name}"}}
            for position, name in enumerate(_SCHEDULES)
        ]
        plain["nodes"] = [
            {"id": f"hours-{name}", "kind": "time_switch", "schedule": name, "open": {"hangup": "normal"},
             "closed": {"hangup": "busy"}, "holiday": {"hangup": "rejected"}}
            for name in _SCHEDULES
        ]  # fmt: skip

    return acme(change)


_FLOW = _system()
_GRAPH = Graph(_FLOW)
_SIMULATOR = Simulator(_FLOW, _GRAPH)


def simulated(schedule: str, instant: int, states: Mapping[str, str]) -> str:
    """How the time switch of a schedule decides, says the simulator."""
    number = _FLOW.numbers[list(_SCHEDULES).index(schedule)].e164
    asked = {"at": dt.datetime.fromtimestamp(instant, dt.UTC), "to": number, "from": "+12025550100", "states": states}
    (decision,) = (step for step in _SIMULATOR.run(Scenario.model_validate(asked)).path if step.kind == "time_switch")
    return decision.outcome


@cache
def instants(schedule: str) -> list[int]:
    """The days of a schedule second by second around every change, then changes and seconds of any day."""
    fields, days = _SCHEDULES[schedule]
    there = ZoneInfo(fields["time_zone"])
    dice = random.Random(schedule)
    found = set(
        _around(there, [dt.date.fromisoformat(day) + dt.timedelta(more) for day in days for more in (-1, 0, 1)])
    )
    begin = dt.datetime(2026, 1, 1, tzinfo=there)
    ranges = [item for day in fields["weekly"].values() for item in day]
    walls = sorted({item[side] for item in ranges for side in ("start", "end")} - {"24:00"})
    while len(found) < _INSTANTS:
        day = begin + dt.timedelta(dice.randrange(_YEARS * 365))
        wall = day.replace(hour=int((clock := dice.choice(walls))[:2]), minute=int(clock[3:]), fold=dice.randrange(2))
        found.add(int(wall.timestamp()) + dice.randrange(-1, 2))
        found.add(int(begin.timestamp()) + dice.randrange(_YEARS * 365 * 86400))
    return dice.sample(sorted(found), _INSTANTS)


def _parts(asked: Sequence[int]) -> list[Sequence[int]]:
    return [asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE)]


def _asks(schedule: str) -> str:
    lines = [f"[ask-{schedule}]"]
    for part, these in enumerate(_parts(instants(schedule))):
        lines += [f"exten => {part},1,Set(MANY={'-'.join(map(str, these))})", f" same => n,Set(PART={part})"]
        lines += [f" same => n,Set(SCHEDULE={schedule})", " same => n,Goto(ask,s,1)"]
    return "\n".join([*lines, ""])


def _around(there: ZoneInfo, days: Sequence[dt.date]) -> Iterator[int]:
    """Each quarter of an hour of these days as they really pass, with the second before it."""
    for day in days:
        begin = int(dt.datetime(day.year, day.month, day.day, tzinfo=there).timestamp())
        for quarter in range(26 * 4):
            yield from (begin + quarter * 900 - 1, begin + quarter * 900)


@pytest.fixture(scope="module")
def pbx() -> Iterator[Instance]:
    def configure(addresses: Addresses) -> Mapping[str, str]:
        files = proving(_FLOW, sip_port=addresses.sip, phones_port=addresses.phones)
        asks = "".join(map(_asks, _SCHEDULES))
        return {**files, "extensions_custom.conf": f"{files['extensions_custom.conf']}{_ASK}{asks}"}

    with Instance(lab.tree(), configure, dict.fromkeys(recordings(_FLOW))) as running:
        assert running.load_complaints == []
        yield running
        assert {line.split(":")[0] for line in running.complaints()} <= _TOO_FAST


def said(pbx: Instance, schedule: str, parts: int, database: Mapping[str, str]) -> list[str]:
    """What the PBX says at the instants of the first parts, while its database holds entries of `override`."""
    words = {"o": "open", "c": "closed", "h": "holiday"}

    async def ask(ami: Ami, part: str) -> str:
        saying = asyncio.create_task(ami.wait_for(lambda event: event.get("Part") == part, _SECONDS))
        await asyncio.sleep(0)  # until it listens
        await ami.act(
            "Originate",
            {"Channel": f"Local/{part}@ask-{schedule}", "Application": "Wait", "Data": "1", "Async": "true"},
        )
        return (await saying)["Said"]

    async def all_parts() -> str:
        ami = await Ami.connect(pbx.addresses.manager, pbx.secret)
        try:
            await ami.act("Events", {"EventMask": "user"})
            for key, value in database.items():
                await ami.put("override", key, value)
            found = [await ask(ami, str(part)) for part in range(parts)]
            for key in database:
                await ami.delete("override", key)
        finally:
            await ami.close()
        return "".join(found)

    return [words[letter] for letter in asyncio.run(all_parts())]


@pytest.mark.parametrize("schedule", _SCHEDULES)
def test_simulator_and_pbx_agree_at_ten_thousand_instants(pbx: Instance, schedule: str) -> None:
    asked = instants(schedule)
    assert len(set(asked)) == _INSTANTS
    found = said(pbx, schedule, len(_parts(asked)), {})
    expected = [simulated(schedule, instant, {}) for instant in asked]
    different = {
        str(dt.datetime.fromtimestamp(instant, ZoneInfo(_SCHEDULES[schedule][0]["time_zone"]))): (wanted, got)
        for instant, wanted, got in zip(asked, expected, found, strict=True)
        if wanted != got
    }
    assert different == {}
    assert set(found) == (
        {"open", "closed", "holiday"} if _GRAPH.schedules[schedule].holiday_set else {"open", "closed"}
    )


@pytest.mark.parametrize(
    ("schedule", "state"),
    [(item.id, state) for item in _FLOW.schedules if item.override for state in item.override.states],
)
def test_a_state_set_by_hand_stands_above_hours_exceptions_and_holidays(
    pbx: Instance, schedule: str, state: str
) -> None:
    asked = instants(schedule)[: 3 * _AT_ONCE]
    found = said(pbx, schedule, 3, {schedule: state})
    assert found == [simulated(schedule, instant, {schedule: state}) for instant in asked]
    assert set(found) == {state}


def test_the_simulator_says_what_the_calendar_says() -> None:
    for schedule, item in _GRAPH.schedules.items():
        calendar = Calendar(item, _GRAPH.holiday_sets.get(item.holiday_set or ""))
        for instant in instants(schedule)[:200]:
            wall = dt.datetime.fromtimestamp(instant, ZoneInfo(item.time_zone))
            assert simulated(schedule, instant, {}) == calendar.state(wall).state
