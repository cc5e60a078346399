"""Whoever calls from outside reaches the numbers that a flow names, and with nothing that is dialled any other one."""

import asyncio
import random
import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import cast

import pytest
from tests import pbx as lab
from tests.callflow import MAIN
from tests.dialplan import full
from tests.pbx import drive

from call_flow.export.asterisk.proving import TRUNK_HEADER, proving, recordings, trunk_headers
from call_flow.pbx import behaviour
from call_flow.pbx.behaviour import Answer, Behaviour, Offer, Policy
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import Call, CallHandle
from call_flow.pbx.infrastructure import HOST, Addresses
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord
from call_flow.prove.hurry import hurried

_STRINGS = 10_000
_AT_ONCE = 40
_CALLS_AT_ONCE = 16
_PATIENCE_SECONDS = 20.0
_FLOW = hurried(full())
_EXTENSIONS = {item.number for item in _FLOW.extensions}
#: A Tuesday at ten and at eight in the evening.
_TIMES = (1795532400, 1795568400)
_LISTENING = {"BackGround", "Queue", "Directory", "VoiceMail", "ConfBridge", "Page"}
_UNRESERVED = set(string.ascii_letters + string.digits + "-_.!~*'()&=+$,;?/")
_STATUS = re.compile(rb"SIP/2\.0 (\d{3})")
#: Dialled first by those who look for a way out: prefixes of other systems, codes, calls for help, parking, mailboxes.
_BEFORE = ("", "9", "8", "0", "00", "011", "+", "1", "9011", "*97", "*98", "*8", "*72", "*28", "*29", "*43", "*411",
           "##", "#1", "*2", "700", "701", "101", "600", "800", "911", "9911", "933")  # fmt: skip
_CRAFTED = (
    "1&PJSIP/12125559999@trunk-carrier", "101&PJSIP/12125559999@trunk-spare", "12125550123&PJSIP/911@emergency-carrier",
    "s", "i", "t", "h", "o", "a", "T", "fax", "_X.", "_.", "_!", "_9X.", "outside", "trunk-carrier", "route-home",
    "emergency-call", "${EXTEN}", "${SHELL(id)}", "$[1+1]", "12125550123,2", "12125550123@phones-international",
    "12125559999@phones-international", "9NXXNXXXXXX", "[1-9]X.", "12125550123;phone-context=+1", "tel:+12125559999",
    "12125550123%00", "..", "../101", "101@internal", "Local/101@phones-international", "*97101", "*98101", "7001", "",
    " 911", "911 ", "9-1-1", "+911", "٩١١", "９１１", "12125550123\r\nX-Trunk: spare", "dial-101", "112", "999", "000",
    "anonymous", "carrier", "PJSIP/101", "101/n", "8" * 64, "1" * 200, "+" * 30, "*" * 40, "#" * 40,
)  # fmt: skip


def allowed() -> set[str]:
    """The numbers outside that the flow names where it sends calls."""
    return set(re.findall(r'"number":"(\+[0-9]+)"', _FLOW.model_dump_json())) - {item.e164 for item in _FLOW.numbers}


def own() -> set[str]:
    """Its own numbers, as carriers may write them."""
    numbers = {item.e164.removeprefix("+") for item in _FLOW.numbers}
    return numbers | {f"+{number}" for number in numbers} | {number.removeprefix("1") for number in numbers}


@cache
def dialled() -> list[str]:
    """Ten thousand different strings, none of which is a number of the customer."""
    dice = random.Random(9)
    found = dict.fromkeys([*_CRAFTED, *(f"{before}{end}" for before in _BEFORE for end in sorted(allowed()))])
    found |= dict.fromkeys(f"{before}{number}" for before in _BEFORE for number in [*sorted(own()), *_EXTENSIONS])
    while len(found) < _STRINGS + len(own()):
        kind = dice.randrange(4)
        if kind == 0:
            text = dice.choice(_BEFORE) + "".join(dice.choices(string.digits, k=dice.randrange(1, 13)))
        elif kind == 1:
            text = "".join(dice.choices("0123456789*#+", k=dice.randrange(1, 16)))
        elif kind == 2:
            text = f"{dice.choice([*sorted(own()), *_EXTENSIONS])}{dice.choice('&@,;|/$_')}{dice.choice(_CRAFTED)}"
        else:
            text = "".join(dice.choices(string.printable, k=dice.randrange(1, 24)))
        found.setdefault(text)
    return [text for text in found if text not in own()][:_STRINGS]


def test_there_are_ten_thousand() -> None:
    assert len(set(dialled())) == _STRINGS
    assert not own() & set(dialled())
    assert len(allowed()) >= 3


class _Carrier(asyncio.DatagramProtocol):
    """Sends INVITEs of the carrier, whatever is dialled, and takes the answers."""

    def __init__(self, port: int) -> None:
        """`port` is that of the PBX."""
        self._to = (HOST, port)
        self._waiting: dict[str, asyncio.Future[int]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast(asyncio.DatagramTransport, transport)
        self._port = transport.get_extra_info("sockname")[1]

    async def status(self, number: int, text: str) -> int:
        """The final status of a call; 0 when none comes."""
        escaped = "".join(
            char if char in _UNRESERVED else "".join(f"%{byte:02X}" for byte in char.encode()) for char in text
        )
        self._waiting[str(number)] = answer = asyncio.get_running_loop().create_future()
        for pause in (0.5, 1.0, 2.0, 4.0):
            self._wire.sendto(self._request("INVITE", number, escaped, f"<sip:{HOST}>"), self._to)
            try:
                return await asyncio.wait_for(asyncio.shield(answer), pause)
            except TimeoutError:
                continue
        return 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        found = _STATUS.match(data)
        fields = dict(re.findall(r"^(To|Call-ID|CSeq): (.*?)\r?$", data.decode(errors="replace"), re.MULTILINE))
        number = fields.get("Call-ID", "").partition("@")[0]
        if found and int(found[1]) >= 200 and number in self._waiting:
            self._wire.sendto(self._request("ACK", int(number), "x", fields["To"]), self._to)
            if not self._waiting[number].done():
                self._waiting[number].set_result(int(found[1]))

    def _request(self, method: str, number: int, user: str, to: str) -> bytes:
        here = f"{HOST}:{self._port}"
        uri = f"sip:{user}@{HOST}:{self._to[1]}" if user else f"sip:{HOST}:{self._to[1]}"
        lines = [
            f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{number}", "Max-Forwards: 70",
            f"From: <sip:+15550001111@{here}>;tag={number}", f"To: {to}", f"Call-ID: {number}@{here}",
            f"CSeq: 1 {method}", f"Contact: <sip:carrier@{here}>", f"{TRUNK_HEADER}: carrier", "Content-Length: 0",
        ]  # fmt: skip
        return "\r\n".join([*lines, "", ""]).encode()


def test_nothing_that_is_dialled_from_outside_is_let_in_but_the_customers_numbers() -> None:
    def configure(addresses: Addresses) -> Mapping[str, str]:
        files = proving(_FLOW, sip_port=addresses.sip, phones_port=addresses.phones)
        # Right into the context of the package, with no pattern of a proof before it.
        return {**files, "pjsip.conf": files["pjsip.conf"].replace("context=entry-from-trunk", "context=from-trunk")}

    async def dial(driver: Driver) -> tuple[Counter[int], dict[str, int], list[str], str]:
        loop = asyncio.get_running_loop()
        transport, carrier = await loop.create_datagram_endpoint(
            lambda: _Carrier(pbx.addresses.sip), local_addr=(HOST, 0)
        )
        places = asyncio.Semaphore(_AT_ONCE)
        found: dict[str, int] = {}

        async def one(number: int, text: str) -> None:
            async with places:
                found[text] = await carrier.status(number, text)

        await asyncio.gather(*(one(number, text) for number, text in enumerate(dialled())))
        transport.close()
        calls = await driver.ami.command("core show calls")
        # The same way is open to a number of the customer.
        known = Call(MAIN.removeprefix("+"), "+15550001111", headers=trunk_headers("carrier", _TIMES[0]))
        handle = driver.place(known)
        await handle.wait_event(lambda event: event.get("Context") == "from-trunk", 5)
        handle.hangup()
        let_in = {text: status for text, status in found.items() if not 400 <= status < 500}
        return Counter(found.values()), let_in, [leg.number for leg in driver.strays], calls

    with Instance(lab.tree(), configure, dict.fromkeys(recordings(_FLOW))) as pbx:
        assert pbx.load_complaints == []
        statuses, let_in, strays, calls = drive(pbx, dial)
    assert let_in == {}
    assert statuses.total() == _STRINGS
    assert statuses[404] > _STRINGS / 2
    assert strays == []
    assert "0 calls processed" in calls


def _states(dice: random.Random) -> Policy:
    behaviours: list[Behaviour] = [Answer(ring_seconds=0.05, keys="1", keys_after_seconds=0.3), behaviour.BUSY,
                                   behaviour.OFFLINE, behaviour.DECLINE]  # fmt: skip
    chosen: dict[str, Behaviour] = {}

    def policy(offer: Offer) -> Behaviour:
        return chosen.setdefault(offer.number, dice.choice(behaviours))

    return policy


async def _press_when_asked(handle: CallHandle, keys: Iterable[str]) -> None:
    for entry in keys:
        await handle.wait_event(lambda event: event.get("Application") in _LISTENING, 6)
        await asyncio.sleep(0.3)
        await handle.send_dtmf(entry)
    await asyncio.sleep(1)
    handle.hangup()


async def _press_when_connected(handle: CallHandle, keys: Iterable[str]) -> None:
    await asyncio.wait_for(handle.connected.wait(), 5)
    for entry in keys:
        await handle.send_dtmf(entry)
        await asyncio.sleep(0.2)
    handle.hangup()


@pytest.mark.parametrize("when", _TIMES)
def test_no_key_that_is_pressed_during_a_call_opens_another_way_out(when: int) -> None:
    dice = random.Random(when)
    entries = [f"{before}{end}" for before in ("", "9", "8", "*97", "#1", "##", "*2", "*8", "700", "911", "9911")
               for end in ("", "12125559999", "01144207946", "101")]  # fmt: skip

    def configure(addresses: Addresses) -> Mapping[str, str]:
        return proving(_FLOW, sip_port=addresses.sip, phones_port=addresses.phones)

    async def call(driver: Driver, number: str, places: asyncio.Semaphore) -> CallRecord:
        pressed = [dice.choice(entries) for _ in range(3)]
        talks = dice.randrange(3) == 0
        policy: Policy = (lambda _: Answer(keys="1", keys_after_seconds=0.3)) if talks else _states(dice)
        placed = Call(
            number, f"+1555{dice.randrange(10**7):07}", headers=trunk_headers("carrier", when), policy=policy,
            talk_seconds=None if talks else 0.3, patience_seconds=_PATIENCE_SECONDS,
        )  # fmt: skip

        async def script(handle: CallHandle) -> None:
            if talks:
                await handle.wait_event(lambda event: event["Event"] == "Newexten", 5)
                await _press_when_connected(handle, pressed)
            else:
                await _press_when_asked(handle, pressed)

        async with places:
            return await driver.call(placed, script)

    async def all_of_them(driver: Driver) -> list[CallRecord]:
        places = asyncio.Semaphore(_CALLS_AT_ONCE)
        numbers = [item.e164.removeprefix("+") for item in _FLOW.numbers]
        return await asyncio.gather(*(call(driver, number, places) for number in numbers * 10))

    with Instance(lab.tree(), configure, dict.fromkeys(recordings(_FLOW))) as pbx:
        records = drive(pbx, all_of_them)
    reached = {leg.number for record in records for leg in record.legs}
    assert reached - _EXTENSIONS - allowed() == set()
    assert reached & allowed()
    assert {record.status for record in records} >= {200}
