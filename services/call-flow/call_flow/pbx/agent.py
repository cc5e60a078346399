"""One SIP endpoint on one UDP socket: the carrier and every phone. Sorts datagrams to legs."""

import asyncio
import secrets
import socket
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress

from call_flow.pbx import sip
from call_flow.pbx.digest import Credentials
from call_flow.pbx.incoming import IncomingLeg
from call_flow.pbx.infrastructure import HOST
from call_flow.pbx.leg import Leg, new_branch
from call_flow.pbx.media import Media
from call_flow.pbx.outgoing import OutgoingLeg
from call_flow.pbx.sip import Headers, Request, Response

#: A question is asked again after so long.
_ASK_SECONDS = 4.0
#: Ended legs that still answer what comes late.
_REMEMBERED = 2000


class Agent(asyncio.DatagramProtocol):
    """Places calls, and hands over the calls that the PBX places. Use within the loop that opened it."""

    def __init__(self, pbx_port: int, media: Media, receive: Callable[[IncomingLeg], None]) -> None:
        """See `open`."""
        self.port = 0
        self.media = media
        self._pbx = (HOST, pbx_port)
        self._receive = receive
        self._legs: dict[str, OutgoingLeg | IncomingLeg] = {}
        self._ended: deque[Leg] = deque()
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(
        cls, phones: socket.socket, pbx_port: int, media: Media, receive: Callable[[IncomingLeg], None]
    ) -> "Agent":
        """Begin on a bound socket, which stays the caller's; `receive` is called with every call of the PBX."""
        own = phones.dup()
        own.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, agent = await loop.create_datagram_endpoint(lambda: cls(pbx_port, media, receive), sock=own)
        agent.port = own.getsockname()[1]
        agent._transport = transport
        return agent

    def call(
        self,
        number: str,
        caller: str,
        *,
        caller_name: str = "",
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
    ) -> OutgoingLeg:
        """Place a call. Raises `ValueError` for numbers and header fields that SIP cannot carry."""
        leg = OutgoingLeg(
            self, self._pbx[1], number=number, caller=caller, caller_name=caller_name, headers=headers,
            credentials=credentials,
        )  # fmt: skip
        self._legs[leg.call_id] = leg
        return leg

    async def ask(self) -> None:
        """Ask the PBX whether it is there (OPTIONS); returns when it has answered, whatever it says."""
        call_id, there = f"{secrets.token_hex(12)}@callflow", f"sip:{HOST}:{self._pbx[1]}"
        headers = [
            ("Via", f"SIP/2.0/UDP {HOST}:{self.port};rport;branch={new_branch()}"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:driver@{HOST}:{self.port}>;tag={secrets.token_hex(6)}"),
            ("To", f"<{there}>"),
            ("Call-ID", call_id),
            ("CSeq", "1 OPTIONS"),
            ("Contact", f"<sip:driver@{HOST}:{self.port}>"),
        ]
        request = sip.write(Request(Headers(headers), b"", "OPTIONS", there))
        answer = self._asked[call_id] = asyncio.get_running_loop().create_future()
        try:
            while True:
                self.transmit(request)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_ASK_SECONDS):
                        await asyncio.shield(answer)
                        return
        finally:
            del self._asked[call_id]

    def close(self) -> None:
        """End everything without a word; the PBX is about to end too."""
        for leg in self._legs.values():
            leg.close()
        self._legs.clear()
        if self._transport is not None:
            self._transport.close()

    def transmit(self, datagram: bytes) -> None:
        """Send to the PBX."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(datagram, self._pbx)

    def forget(self, leg: Leg) -> None:
        """Keep an ended leg for what comes late, but not for ever."""
        self._ended.append(leg)
        if len(self._ended) > _REMEMBERED:
            oldest = self._ended.popleft()
            oldest.close()
            self._legs.pop(oldest.call_id, None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Only the PBX is listened to, and only whole messages."""
        if addr != self._pbx:
            return
        with suppress(sip.SipError):
            message = sip.parse(data)
            leg = self._legs.get(message.call_id)
            if isinstance(message, Response):
                if (asked := self._asked.get(message.call_id)) is not None and not asked.done():
                    asked.set_result(None)
                if leg is not None:
                    leg.take_response(message)
            elif leg is not None:
                leg.take_request(message)
            else:
                self._new(message)

    def _new(self, request: Request) -> None:
        if request.method == "INVITE" and not sip.address(request.headers.get("to")).tag:
            leg = IncomingLeg(self, request)
            self._legs[leg.call_id] = leg
            self._receive(leg)
        elif request.method in ("OPTIONS", "NOTIFY", "MESSAGE"):
            self._outside(request, 200)
        elif request.method != "ACK":
            self._outside(request, 481)

    def _outside(self, request: Request, status: int) -> None:
        """Answer a request that belongs to no leg."""
        headers = [("Via", value) for value in request.headers.all("via")]
        headers += [(name, request.headers.get(name)) for name in ("From", "Call-ID", "CSeq")]
        headers.append(("To", f"{request.headers.get('to')};tag={secrets.token_hex(6)}"))
        self.transmit(sip.write(Response(Headers(headers), b"", status, sip.REASONS[status])))
