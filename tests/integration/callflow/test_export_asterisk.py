"""The Asterisk export read and called by a real Asterisk."""

import asyncio
import datetime as dt
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from tests import pbx as lab
from tests.callflow import MAIN, MOBILE, SUPPORT, acme
from tests.dialplan import everything, full, read
from tests.pbx import drive

from call_flow.export.asterisk import contexts, make
from call_flow.export.asterisk.proving import proving, recordings, trunk_headers
from call_flow.flow.calendar import Calendar, zone
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.pbx import behaviour
from call_flow.pbx.behaviour import Answer, Behaviour, Offer, Policy
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import Call, CallHandle
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord

_FULL = full()
#: Tuesday at ten: open.
_OPEN = 1795532400
_ASKS = """
[ask]
exten => _X!,1,Set(TESTTIME=${EXTEN})
 same => n,Gosub(schedule-${SCHEDULE},${WHAT},1)
 same => n,UserEvent(said,At: ${EXTEN},Said: ${GOSUB_RETVAL})
 same => n,Hangup()
"""


#: Sounds of Asterisk that take their time.
_SHORT = ("en/hours", "en/is-set-to", "en/activated", "en/de-activated", "en/vm-theperson", "en/vm-intro")


def secret(name: str) -> str:
    return f"secret-{len(name)}"


def minimal() -> Flow:
    return Flow.model_validate({"customer": {"name": "Acme"}})


def hostile(text: str) -> Flow:
    """A system whose people, places and groups are called something that is meant to do harm."""

    def change(plain: dict[str, Any]) -> None:
        everything(plain)
        plain["customer"]["name"] = plain["sites"][0]["name"] = plain["sites"][0]["address"]["street"] = text
        plain["mailboxes"][0]["name"] = plain["numbers"][0]["caller_prefix"] = plain["trunks"][0]["provider"] = text
        plain["extensions"][0] |= {"first": text, "last": text, "display": text}

    return acme(change)


def installed(flow: Flow) -> Callable[[Addresses], Mapping[str, str]]:
    """The package as it is handed over, but for the address on which it listens."""

    def configure(addresses: Addresses) -> Mapping[str, str]:
        files = {name: file.decode() for name, file in make(flow, secret).files.items() if name.endswith(".conf")}
        files["pjsip.conf"] = files["pjsip.conf"].replace("bind=0.0.0.0:5060", f"bind=127.0.0.1:{addresses.sip}")
        return files

    return configure


@pytest.fixture(scope="module")
def pbx() -> Iterator[Instance]:
    def configure(addresses: Addresses) -> Mapping[str, str]:
        files = proving(_FULL, sip_port=addresses.sip, phones_port=addresses.phones)
        return {**files, "extensions_custom.conf": files["extensions_custom.conf"] + _ASKS}

    with Instance(lab.tree(), configure, dict.fromkeys([*recordings(_FULL), *_SHORT])) as running:
        assert running.load_complaints == []
        yield running


_BAD = [
    '"; ${SHELL(id)} $[1] & | , <911> \\',
    "]\n[general]\nexten => s,1,System(id)",
    "#include x ; مرحبا 😀 " * 8,
]


@pytest.mark.parametrize("flow", [acme(), _FULL, minimal(), *map(hostile, _BAD)])
def test_it_loads_without_a_warning(flow: Flow) -> None:
    with Instance(lab.tree(), installed(flow)) as running:
        assert running.load_complaints == []
        assert running.complaints() == []


def test_a_name_is_shown_as_a_name_whatever_it_holds() -> None:
    async def shown(driver: Driver) -> str:
        return await driver.ami.command("pjsip show endpoint 101")

    with Instance(lab.tree(), installed(hostile("Ann; \"${SHELL(id)}\" & 'Ben' مرحبا"))) as running:
        said = drive(running, shown)
    found = re.search(r"callerid\s+: (.*)", said)
    assert found
    assert found[1] == "\"Ann; SHELL(id) 'Ben' مرحبا\" <101>"


def test_every_application_and_function_of_the_dialplan_is_known(pbx: Instance) -> None:
    async def known(driver: Driver) -> tuple[str, str]:
        return await driver.ami.command("core show applications"), await driver.ami.command("core show functions")

    applications, functions = drive(pbx, known)
    steps = [
        step
        for context in read((pbx.folder / "etc/extensions.conf").read_text()).values()
        for steps in context.extensions.values()
        for step in steps
    ]
    used = {step.partition("(")[0].casefold() for step in steps}
    assert used <= {name.casefold() for name in re.findall(r"^\s*(\w+):", applications, re.MULTILINE)}
    called = {name for step in steps for name in re.findall(r"\$\{([A-Z_]+)\(", step)}
    assert len(called) > 10
    assert called <= set(re.findall(r"^(\w+) ", functions, re.MULTILINE))


def test_every_vertex_of_the_flow_has_a_context_that_was_loaded(pbx: Instance) -> None:
    async def shown(driver: Driver) -> str:
        return await driver.ami.command("dialplan show")

    loaded = set(re.findall(r"Context '([^']+)' created by 'pbx_config'", drive(pbx, shown)))
    assert set(contexts(_FULL)) <= loaded


def ask(pbx: Instance, schedule: str, what: str, instants: list[int]) -> dict[int, str]:
    """What a subroutine of a schedule returns at each instant."""

    async def script(driver: Driver) -> dict[int, str]:
        found: dict[int, str] = {}
        done = asyncio.Event()

        def take(event: Mapping[str, str]) -> None:
            if event.get("UserEvent") == "said":
                found[int(event["At"])] = event["Said"]
                if len(found) == len(instants):
                    done.set()

        end = driver.ami.listen(take)
        for at in range(0, len(instants), 50):
            await asyncio.gather(*(originate(driver, instant) for instant in instants[at : at + 50]))
        await asyncio.wait_for(done.wait(), 20)
        end()
        return found

    async def originate(driver: Driver, instant: int) -> None:
        await driver.ami.act(
            "Originate",
            {"Channel": f"Local/{instant}@ask", "Application": "Wait", "Data": "1", "Async": "true",
             "Variable": [f"__SCHEDULE={schedule}", f"__WHAT={what}"]},
        )  # fmt: skip

    return drive(pbx, script)


@cache
def calendar(schedule: str) -> Calendar:
    graph = Graph(_FULL)
    found = graph.schedules[schedule]
    return Calendar(found, graph.holiday_sets[found.holiday_set or ""])


def said(schedule: str, instant: float) -> str:
    """What the calendar says."""
    there = zone(calendar(schedule).schedule.time_zone)
    assert there is not None
    return calendar(schedule).state(dt.datetime.fromtimestamp(instant, there)).state


def edges(schedule: str, dates: list[str]) -> list[int]:
    """The second of each full half hour of these dates and their nights, and the one before it."""
    there = zone(calendar(schedule).schedule.time_zone)
    begins = [dt.datetime.fromisoformat(date).replace(tzinfo=there).timestamp() for date in dates]
    return [int(begin) + half * 1800 + second for begin in begins for half in range(0, 56, 2) for second in (-1, 0)]


@pytest.mark.parametrize(
    ("schedule", "dates"),
    [
        # The days on which clocks are changed in New York and in Sydney, exceptions, holidays, leap day.
        ("office", ["2026-03-08", "2026-11-01", "2026-12-24", "2026-12-25", "2028-02-29", "2027-07-05"]),
        ("night", ["2026-04-05", "2026-10-04", "2026-12-04", "2026-12-05", "2026-12-12", "2026-12-25", "2026-12-26"]),
    ],
)
def test_it_is_open_when_the_calendar_says_so(pbx: Instance, schedule: str, dates: list[str]) -> None:
    dice = random.Random(7)
    begin = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
    instants = sorted({*edges(schedule, dates), *(begin + dice.randrange(3 * 365 * 86400) for _ in range(150))})
    found = ask(pbx, schedule, "s", instants)
    assert {instant: found[instant] for instant in instants} == {at: said(schedule, at) for at in instants}
    assert len(set(found.values())) == 3


def test_a_state_set_by_hand_lasts_until_the_hours_change(pbx: Instance) -> None:
    dice = random.Random(8)
    instants = [*(_OPEN + dice.randrange(300 * 86400) for _ in range(30)), _OPEN, *edges("office", ["2026-11-01"])[:8]]
    found = ask(pbx, "office", "next", sorted(set(instants)))
    for instant, until in found.items():
        before = said("office", instant)
        later = (
            at for at in range(instant - instant % 60 + 60, instant + 90 * 86400, 60) if said("office", at) != before
        )
        assert int(until) == next(later), instant


_NAMED: dict[str, Behaviour] = {
    "busy": behaviour.BUSY, "offline": behaviour.OFFLINE, "no_answer": behaviour.DECLINE, "ring": behaviour.NO_ANSWER,
}  # fmt: skip


def around(**states: str) -> Policy:
    """Numbers with what they do (`n` before one inside, `_` for +); others answer, and outside they press 1."""
    known = {name.removeprefix("n").replace("_", "+"): state for name, state in states.items()}

    def policy(offer: Offer) -> Behaviour:
        if (state := known.get(offer.number)) is not None:
            return _NAMED[state]
        keys = "1" if offer.number.startswith("+") else ""
        return Answer(ring_seconds=0.05, keys=keys, keys_after_seconds=0.8)

    return policy


def path(record: CallRecord) -> list[str]:
    """The vertices that the caller's own channel passed."""
    known, passed, own = contexts(_FULL), [""], None
    for event in record.events:
        if event["Event"] == "Newexten":
            own = own or event["Channel"]
            place = known.get(event["Context"]) if event["Channel"] == own else None
            if place and place != passed[-1]:
                passed.append(place)
    return passed[1:]


async def begins(handle: CallHandle, application: str) -> None:
    await handle.wait_event(lambda event: event.get("Application") == application, 20)


async def placed(
    driver: Driver, number: str, *presses: tuple[str, str], policy: Policy | None = None, at: int = _OPEN,
    caller: str = "+15550001111", talk_seconds: float = 0.2,
) -> CallRecord:  # fmt: skip
    """A call; each press waits for an application to begin. At a mailbox the caller speaks and hangs up."""

    async def script(handle: CallHandle) -> None:
        for application, keys in presses:
            await begins(handle, application)
            await asyncio.sleep(0.25)
            await handle.send_dtmf(keys)
        await begins(handle, "VoiceMail")
        await asyncio.sleep(0.5)
        handle.hangup()

    async def give_up(handle: CallHandle) -> None:
        try:
            await script(handle)
        except TimeoutError:
            handle.hangup()

    inside = caller.isdigit() and len(caller) == 3
    headers = {"X-Test-Time": str(at)} if inside else trunk_headers("carrier", at)
    call = Call(
        number, caller, headers=headers, policy=policy or around(), talk_seconds=talk_seconds, patience_seconds=25
    )
    return await driver.call(call, give_up)


_TO_MENU = [f"number:{MAIN}", "node:hours", "node:vip", "node:menu"]
_MENU = "BackGround"


def test_calls_take_the_ways_of_the_flow(pbx: Instance) -> None:
    """Each call with its path and who was put through, all at once: none shares a telephone with another."""
    cases: dict[str, tuple[Callable[[Driver], Awaitable[CallRecord]], list[str], list[str]]] = {
        "a wrong key three times": (
            lambda d: placed(d, MAIN, *[(_MENU, "19")] * 3), [*_TO_MENU, "node:bye", "hangup:normal"], []
        ),
        "the prompt again, then a long key": (
            lambda d: placed(d, MAIN, (_MENU, "7"), (_MENU, "77")), [*_TO_MENU, "mailbox:600"], []
        ),
        "busy beats no answer elsewhere": (
            lambda d: placed(d, MAIN, (_MENU, "101"), policy=around(n101="busy", _12125550177="busy",
                             _12125550178="no_answer")),
            [*_TO_MENU, "extension:101", "node:bye", "hangup:normal"], [],
        ),
        "follow-me": (
            lambda d: placed(d, MAIN, (_MENU, "101"), policy=around(n101="no_answer")),
            [*_TO_MENU, "extension:101"], [MOBILE],
        ),
        "nobody in a mixed group": (
            lambda d: placed(d, MAIN, (_MENU, "1"), policy=around(n102="busy", n103="offline")),
            [*_TO_MENU, "node:sales", "mailbox:600"], [],
        ),
        "a busy group": (
            lambda d: placed(d, MAIN, (_MENU, "1"), policy=around(n102="busy", n103="busy")),
            [*_TO_MENU, "node:sales", "node:oncall"], [MOBILE],
        ),
        "turn by turn by lot to all at once": (
            lambda d: placed(d, MAIN, (_MENU, "*"), policy=around(n102="busy", n103="busy", _12125550177="busy")),
            [*_TO_MENU, "node:turns", "node:lot", "node:line", "node:late", "node:bye", "hangup:normal"], [],
        ),
        "a name": (
            lambda d: placed(d, MAIN, (_MENU, "3"), ("Directory", "3931"), policy=around(n104="busy")),
            [*_TO_MENU, "node:names", "extension:104", "mailbox:104"], [],
        ),
        "closed, and nobody is hurried": (
            lambda d: placed(d, MAIN, at=_OPEN + 12 * 3600),
            [f"number:{MAIN}", "node:hours", "node:closed", "node:emergency-line", "mailbox:600"], [],
        ),
        "a caller who hides": (
            lambda d: placed(d, MAIN, caller="anonymous"),
            [f"number:{MAIN}", "node:hours", "node:vip", "mailbox:600"], [],
        ),
        "an exit key": (
            lambda d: placed(d, SUPPORT, ("Queue", "9"), policy=around(n103="ring", _12125550177="ring")),
            [f"number:{SUPPORT}", "node:support", "mailbox:600"], [],
        ),
        "a number outside": (
            lambda d: placed(d, "2125559999", caller="104"), [], ["+12125559999"],
        ),
        "an extension": (lambda d: placed(d, "102", caller="104"), ["extension:102"], ["102"]),
    }  # fmt: skip

    async def all_at_once(driver: Driver) -> list[CallRecord]:
        return await asyncio.gather(*(begin(driver) for begin, _, _ in cases.values()))

    records = dict(zip(cases, drive(pbx, all_at_once), strict=True))
    found = {name: (path(record), record.connected) for name, record in records.items()}
    assert found == {name: (way, connected) for name, (_, way, connected) in cases.items()}
    legs = {leg.number: leg for leg in records["follow-me"].legs}
    assert legs["101"].caller == "+15550001111", "colleagues see who calls"
    assert legs[MOBILE].caller == MAIN, "the world sees the customer"


def test_a_trunk_that_fails_gives_way_to_the_next(pbx: Instance) -> None:
    def policy(offer: Offer) -> Behaviour:
        return behaviour.FAILED if offer.attempt == 1 else behaviour.ANSWER

    call = Call("2125559999", "104", headers={"X-Test-Time": str(_OPEN)}, policy=policy)
    record = drive(pbx, lambda driver: driver.call(call))
    assert [leg.status for leg in record.legs] == [503, 200]
    assert record.connected == ["+12125559999"]


def test_a_number_that_is_not_the_customers_is_unknown(pbx: Instance) -> None:
    numbers = ["+12125550999", "911", "101", "*28", "600", "2125559999", "s", "700"]

    async def all_at_once(driver: Driver) -> list[CallRecord]:
        return await asyncio.gather(*(placed(driver, number) for number in numbers))

    assert [(record.status, record.legs) for record in drive(pbx, all_at_once)] == [(404, [])] * len(numbers)


def test_whoever_shows_the_number_of_an_extension_is_a_caller_from_outside_all_the_same() -> None:
    """Charlie calls with Ann's 101 as his number: he reaches what callers reach, and nothing that telephones do."""

    def at_one_address(plain: dict[str, Any]) -> None:
        plain["trunks"][0] |= {"host": "127.0.0.1", "username": None}

    async def calls(driver: Driver) -> list[int]:
        numbers = (MAIN, "102", "*97", "2125559999")
        made = (Call(number, "101", policy=around(), patience_seconds=1) for number in numbers)
        return [record.status for record in await asyncio.gather(*map(driver.call, made))]

    with Instance(lab.tree(), installed(acme(at_one_address))) as running:
        assert drive(running, calls) == [200, 404, 404, 404]


def test_a_call_for_help_tells_where_it_comes_from_and_others_do_not(pbx: Instance) -> None:
    async def calls(driver: Driver) -> tuple[CallRecord, CallRecord, list[str]]:
        for_help = await placed(driver, "9911", caller="103", talk_seconds=1)
        other = await placed(driver, "2125559999", caller="103")
        return for_help, other, [f"{leg.number} {leg.caller.name}" for leg in driver.strays]

    for_help, other, told = drive(pbx, calls)
    (leg,) = (leg for leg in for_help.legs if leg.number == "911")
    assert path(for_help) == ["emergency"]
    assert leg.caller == MAIN
    assert "<ca:FLR>3</ca:FLR>" in str(leg.invite.body)
    assert "<ca:UNIT>Suite 310</ca:UNIT>" in str(leg.invite.body)
    assert leg.invite.headers.get("geolocation")
    assert other.legs[0].invite.headers.get("geolocation") == ""
    rung = told + [f"{leg.number} {leg.caller_name}" for leg in for_help.legs]
    assert "101 EMERGENCY 103" in rung
    assert f"{MOBILE} EMERGENCY 103" in rung


def test_staff_set_the_hours_by_hand_and_the_clock_takes_over_again(pbx: Instance) -> None:
    async def calls(driver: Driver) -> list[list[str]]:
        await placed(driver, "*28", caller="102", talk_seconds=3)
        closed = await placed(driver, MAIN)
        reset = await placed(driver, MAIN, (_MENU, "77"), at=_OPEN + 86400)
        await placed(driver, "*29", caller="102")
        switched = await placed(driver, MAIN, at=_OPEN + 12 * 3600)
        await placed(driver, "*29", caller="102")
        return [path(closed), path(reset), path(switched)]

    closed, reset, switched = drive(pbx, calls)
    assert closed[1:3] == ["node:hours", "node:closed"]
    assert reset[1:3] == ["node:hours", "node:vip"]
    assert switched[-1] == "node:oncall"


def test_a_queue_whose_agents_are_switched_off_takes_nobody() -> None:
    flow = acme()

    def configure(addresses: Addresses) -> Mapping[str, str]:
        return proving(flow, sip_port=addresses.sip, phones_port=addresses.phones, unregistered=["103", "104"])

    with Instance(lab.tree(), configure, dict.fromkeys(recordings(flow))) as running:
        record = drive(running, lambda driver: placed(driver, SUPPORT))
    assert path(record) == [f"number:{SUPPORT}", "node:support", "node:oncall"]
    assert record.connected == [MOBILE]
