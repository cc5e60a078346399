"""Datagrams get lost, come twice, or are none: the agent against a peer that does all of that."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest

from call_flow.pbx import sdp, sip, sounds
from call_flow.pbx.agent import Agent
from call_flow.pbx.incoming import IncomingLeg
from call_flow.pbx.media import Media
from call_flow.pbx.sip import Headers, Request, Response


class Peer:
    """The other side, by hand."""

    def __init__(self, phones: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.phones = ("127.0.0.1", phones)

    async def hear(self) -> Request | Response:
        data = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 65536), 3)
        return sip.parse(data)

    async def request(self) -> Request:
        message = await self.hear()
        assert isinstance(message, Request), message
        return message

    async def response(self) -> Response:
        message = await self.hear()
        assert isinstance(message, Response), message
        return message

    def say(self, data: bytes) -> None:
        self.socket.sendto(data, self.phones)

    def respond(self, request: Request, status: int, body: bytes = b"") -> bytes:
        echoed = [(name, request.headers.get(name)) for name in ("Via", "From", "Call-ID", "CSeq")]
        to = request.headers.get("to") + ";tag=peer"
        extra = [("To", to), ("Contact", f"<sip:pbx@127.0.0.1:{self.port}>"), ("Content-Type", "application/sdp")]
        data = sip.write(Response(Headers([*echoed, *extra]), body, status, "Something"))
        self.say(data)
        return data

    def invite(self, method: str = "INVITE", *, to: str = "<sip:101@h>", number: int = 1, body: bytes = b"") -> bytes:
        headers = [
            ("Via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx"), ("From", "<sip:55@h>;tag=peer"), ("To", to),
            ("Call-ID", "call"), ("CSeq", f"{number} {method}"), ("Contact", f"<sip:pbx@127.0.0.1:{self.port}>"),
            ("Content-Type", "application/sdp"),
        ]  # fmt: skip
        data = sip.write(Request(Headers(headers), body, method, "sip:101@127.0.0.1"))
        self.say(data)
        return data


_Script = Callable[[Agent, Peer, list[IncomingLeg]], Awaitable[None]]


@pytest.fixture
def phones() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


def run(phones: socket.socket, script: _Script) -> None:
    async def main() -> None:
        peer = Peer(phones.getsockname()[1])
        legs: list[IncomingLeg] = []
        media = await Media.open(sounds.Marks())
        agent = await Agent.open(phones, peer.port, media, legs.append)
        try:
            await script(agent, peer, legs)
        finally:
            agent.close()
            await media.close()
            peer.socket.close()

    asyncio.run(main())


def test_an_invite_that_is_lost_is_sent_again_and_an_answer_that_comes_twice_is_acknowledged_twice(
    phones: socket.socket,
) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        leg = agent.call("101", "55", headers={"X-Test-Id": "7"})
        first = await peer.request()
        again = await peer.request()
        assert sip.write(first) == sip.write(again)
        assert first.headers.get("x-test-id") == "7"
        accepted = peer.respond(again, 200, sdp.describe(9, 1))
        assert (await peer.request()).method == "ACK"
        peer.say(accepted)
        assert (await peer.request()).method == "ACK"
        assert (leg.status, leg.answered.is_set()) == (200, True)
        leg.hang_up()
        bye = await peer.request()
        assert (bye.method, bye.uri) == ("BYE", f"sip:pbx@127.0.0.1:{peer.port}")
        assert (await peer.request()).method == "BYE"  # nobody answered the first
        assert [step.text for step in leg.ladder] == ["INVITE", "200 Something (INVITE)", "ACK", "BYE"]

    run(phones, script)


def test_a_cancel_waits_for_the_first_response_and_one_that_comes_too_late_ends_in_a_bye(phones: socket.socket) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        leg = agent.call("101", "55")
        invite = await peer.request()
        leg.hang_up()
        peer.respond(invite, 180)
        cancel = await peer.request()
        assert (cancel.method, cancel.headers.get("via")) == ("CANCEL", invite.headers.get("via"))
        peer.respond(invite, 200, sdp.describe(9, 1))
        assert [(await peer.request()).method for _ in range(2)] == ["ACK", "BYE"]
        assert leg.is_ended_by_us

    run(phones, script)


def test_a_refusal_is_acknowledged_every_time(phones: socket.socket) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        leg = agent.call("101", "55")
        invite = await peer.request()
        refusal = peer.respond(invite, 486)
        peer.say(refusal)
        acknowledgements = [await peer.request() for _ in range(2)]
        assert {ack.method for ack in acknowledgements} == {"ACK"}
        assert {ack.headers.get("via") for ack in acknowledgements} == {invite.headers.get("via")}
        assert (leg.status, leg.ended.is_set()) == (486, True)

    run(phones, script)


def test_an_answer_is_sent_until_it_is_acknowledged_and_a_request_that_comes_twice_rings_once(
    phones: socket.socket,
) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        peer.invite(body=sdp.describe(9, 1))
        assert (await peer.response()).status == 100
        legs[0].ring()
        assert (await peer.response()).status == 180
        peer.invite(body=sdp.describe(9, 1))
        assert (await peer.response()).status == 180
        assert len(legs) == 1
        legs[0].accept()
        accepted = await peer.response()
        assert accepted.status == 200
        assert sip.write(await peer.response()) == sip.write(accepted)
        peer.invite("ACK", to=accepted.headers.get("to"))
        peer.invite("UPDATE", to=accepted.headers.get("to"), number=2)
        updated = await peer.response()
        assert (updated.status, updated.body) == (200, b"")
        peer.invite(to=accepted.headers.get("to"), number=3, body=sdp.describe(9, 1, direction="sendonly"))
        held = await peer.response()
        assert sdp.read(held.body).direction == "recvonly"
        peer.invite("ACK", to=accepted.headers.get("to"), number=3)
        peer.invite("REFER", to=accepted.headers.get("to"), number=4)
        assert (await peer.response()).status == 405
        peer.invite("BYE", to=accepted.headers.get("to"), number=5)
        assert (await peer.response()).status == 200
        assert legs[0].ended.is_set()
        peer.invite("INFO", to=accepted.headers.get("to"), number=6)
        assert (await peer.response()).status == 481

    run(phones, script)


def test_a_call_that_is_taken_back_is_told_so_to_the_request(phones: socket.socket) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        peer.invite(body=sdp.describe(9, 1))
        await peer.response()
        peer.invite("CANCEL")
        told = [await peer.response() for _ in range(2)]
        assert {(response.status, response.cseq[1]) for response in told} == {(200, "CANCEL"), (487, "INVITE")}
        assert legs[0].is_cancelled
        legs[0].accept()  # too late, and without effect
        assert legs[0].status == 487

    run(phones, script)


def test_an_offer_that_cannot_be_spoken_is_refused(phones: socket.socket) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        peer.invite(body=b"v=0\r\n")
        await peer.response()
        legs[0].accept()
        assert (await peer.response()).status == 488

    run(phones, script)


def test_garbage_and_strangers_are_not_heard_and_what_belongs_to_no_call_is_answered(phones: socket.socket) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(peer.invite("MESSAGE"), peer.phones)
        assert (await peer.response()).status == 200
        for noise in (b"", b"\r\n\r\n", b"\0" * 100, b"INVITE", b"SIP/2.0 200 OK\r\n\r\n", bytes(range(256)) * 200):
            peer.say(noise)
        peer.invite("BYE")
        unknown = await peer.response()
        assert (unknown.status, unknown.cseq) == (481, (1, "BYE"))
        assert legs == []

    run(phones, script)


@pytest.mark.parametrize("number", ["", "a b", "1\r\nX: y", "1@host", "1" * 65, "<1>", "1;x"])
def test_what_cannot_be_dialled_is_refused(phones: socket.socket, number: str) -> None:
    async def script(agent: Agent, peer: Peer, legs: list[IncomingLeg]) -> None:
        with pytest.raises(ValueError, match="cannot be dialled"):
            agent.call(number, "55")

    run(phones, script)
