"""One leg: a SIP dialog (RFC 3261 §12) with its transactions, its audio, and the ladder of its messages."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from call_flow.pbx import sdp, sip
from call_flow.pbx.infrastructure import HOST
from call_flow.pbx.media import Line, Media
from call_flow.pbx.sip import Headers, Request, Response

#: RFC 3261 §17.1.1.1: a message is sent again after T1, at doubling intervals up to T2, and given up after 64 T1.
_T1, _T2 = 0.5, 4.0
_GIVE_UP = 64 * _T1
_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, MESSAGE"


@dataclass(frozen=True)
class Step:
    """One message of a ladder; `seconds` on the loop's clock."""

    seconds: float
    source: str
    destination: str
    text: str


class Wire(Protocol):
    """What a leg needs of the agent that it belongs to."""

    port: int
    media: Media

    def transmit(self, datagram: bytes) -> None:
        """Send to the PBX."""

    def forget(self, leg: "Leg") -> None:
        """The leg has ended; what still comes for it is answered for a while."""


class Repetition:
    """Sends a datagram, and again until stopped; then `gave_up` is called."""

    def __init__(self, wire: Wire, datagram: bytes, gave_up: Callable[[], None]) -> None:
        """Begins at once."""
        self._wire = wire
        self._datagram = datagram
        self._gave_up = gave_up
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + _GIVE_UP
        self._timer = self._loop.call_later(_T1, self._again, _T1)
        wire.transmit(datagram)

    def stop(self) -> None:
        """An answer came."""
        self._timer.cancel()

    def _again(self, interval: float) -> None:
        if self._loop.time() >= self._end:
            self._gave_up()
            return
        self._wire.transmit(self._datagram)
        interval = min(2 * interval, _T2)
        self._timer = self._loop.call_later(interval, self._again, interval)


class Leg:
    """What a placed and a received call have in common. Times are the loop's."""

    def __init__(self, wire: Wire, call_id: str, party: str) -> None:
        """`party` is the number of our side, shown in the ladder."""
        self.call_id = call_id
        self.party = party
        self.ladder: list[Step] = []
        self.line: Line | None = None
        self.started = asyncio.get_running_loop().time()
        self.ringing_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        #: The final status of the INVITE, 0 while there is none; whether our side ended the call; RFC 3326's Reason.
        self.status = 0
        self.is_ended_by_us = False
        self.reason = ""
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        #: Set when there is audio, and when there will be none any more.
        self._has_audio = asyncio.Event()
        self._wire = wire
        self._local = self._remote = self._target = ""
        self._routes: list[str] = []
        self._tag = secrets.token_hex(6)
        self._sequence = 0
        self._repeating: dict[str, Repetition] = {}
        self._answers: dict[tuple[int, str], bytes] = {}
        self._session = secrets.randbelow(1 << 31)
        self._version = 0

    async def press(self, keys: str) -> None:
        """Press keys, as soon as there is audio; returns when the last was let go, or the call has ended.

        Raises:
            ValueError: for a key that phones do not have, or when the other side takes no telephone events.
        """
        await self._has_audio.wait()
        if self.line is not None and not self.ended.is_set():
            await self.line.press(keys)

    def bye(self) -> None:
        """End an answered call."""
        if self.ended.is_set():
            return
        self.is_ended_by_us = True
        self._request("BYE")
        self._finish()

    def close(self) -> None:
        """Send nothing any more."""
        for repetition in self._repeating.values():
            repetition.stop()
        self._repeating.clear()
        if self.line is not None:
            self._wire.media.disconnect(self.line)

    def take_request(self, request: Request) -> None:
        """A request within the dialog; one that comes again is answered as before."""
        if request.method == "ACK":
            self._note_received(request)
            self._stop("INVITE")
            if not self.ended.is_set():
                self._listen_to(request)
            return
        if (answer := self._answers.get(request.cseq)) is not None:
            self._wire.transmit(answer)
            return
        self._note_received(request)
        self._in_dialog(request)

    def _in_dialog(self, request: Request) -> None:
        if self.ended.is_set() and request.method != "BYE":
            self._respond(request, 481)
        elif request.method in ("INVITE", "UPDATE"):
            self._renegotiate(request)
        elif request.method == "BYE":
            self.reason = self.reason or request.reason
            self._respond(request, 200)
            self._finish()
        elif request.method in ("OPTIONS", "INFO", "NOTIFY", "MESSAGE"):
            self._respond(request, 200)
        else:
            self._respond(request, 405)

    def _renegotiate(self, request: Request) -> None:
        if contact := request.headers.get("contact"):
            self._target = sip.address(contact).uri
        self._listen_to(request)
        body = self._describe() if request.method == "INVITE" or request.body else b""
        self._respond(request, 200, body)

    def _describe(self) -> bytes:
        """Our description: an answer to the other side's when there is one, else an offer."""
        self._version += 1
        media = self.line.media if self.line else None
        return sdp.describe(
            self._wire.media.port, self._session, version=self._version,
            direction=sdp.answer_direction(media.direction) if media else "sendrecv",
            event=media.telephone_event or sdp.TELEPHONE_EVENT if media else sdp.TELEPHONE_EVENT,
        )  # fmt: skip

    def _listen_to(self, message: Request | Response) -> bool:
        """Follow the audio that a message describes. False when it describes none that could be spoken."""
        for kind, content in sip.parts(message):
            if kind == "application/sdp":
                try:
                    self.line = self._wire.media.connect(sdp.read(content), self.line)
                except sdp.SdpError:
                    return False
                self._has_audio.set()
                return True
        return False

    def _request(self, method: str, extra: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> Request:
        """Send a request until it is answered."""
        self._sequence += 1
        request = self._make(method, self._sequence, new_branch(), extra, body)
        self._repeat(request)
        return request

    def _make(
        self, method: str, sequence: int, branch: str, extra: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> Request:
        headers = [
            ("Via", f"SIP/2.0/UDP {HOST}:{self._wire.port};rport;branch={branch}"),
            ("Max-Forwards", "70"),
            ("From", self._local),
            ("To", self._remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{sequence} {method}"),
            ("Contact", self._contact()),
            ("Allow", _ALLOW),
            *(("Route", route) for route in self._routes),
            *extra,
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        return Request(Headers(headers), body, method, self._target)

    def _repeat(self, request: Request) -> None:
        method = request.method
        self._note_sent(method)
        self._stop(method)
        self._repeating[method] = Repetition(self._wire, sip.write(request), lambda: self._unanswered(method))

    def _respond(self, request: Request, status: int, body: bytes = b"") -> None:
        """Answer; a final answer to an INVITE is repeated until it is acknowledged."""
        echoed = [(name, value) for name in ("Via", "Record-Route") for value in request.headers.all(name)]
        to = request.headers.get("to")
        if status > 100 and not sip.address(to).tag:
            to = f"{to};tag={self._tag}"
        headers = [
            *echoed,
            ("From", request.headers.get("from")),
            ("To", to),
            ("Call-ID", self.call_id),
            ("CSeq", request.headers.get("cseq")),
            ("Contact", self._contact()),
            ("Allow", _ALLOW),
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        reason = sip.REASONS.get(status, "Answer")
        datagram = sip.write(Response(Headers(headers), body, status, reason))
        self._note_sent(f"{status} {reason} ({request.method})")
        self._answers[request.cseq] = datagram
        if status >= 200 and request.method == "INVITE":
            self._stop("INVITE")
            self._repeating["INVITE"] = Repetition(self._wire, datagram, lambda: self._unanswered("ACK"))
        else:
            self._wire.transmit(datagram)

    def _unanswered(self, method: str) -> None:
        """The other side is gone."""
        self.status = self.status or 408
        self.reason = self.reason or f"no answer to {method}"
        self._finish()

    def _stop(self, method: str) -> None:
        if (repetition := self._repeating.pop(method, None)) is not None:
            repetition.stop()

    def _finish(self) -> None:
        if self.ended.is_set():
            return
        self.ended_at = asyncio.get_running_loop().time()
        if self.line is not None:
            self._wire.media.disconnect(self.line)
        self.ended.set()
        self._has_audio.set()
        self._wire.forget(self)

    def _answer(self) -> None:
        self.answered_at = asyncio.get_running_loop().time()
        self.answered.set()

    def _contact(self) -> str:
        return f"<sip:{self.party}@{HOST}:{self._wire.port}>"

    def _note_sent(self, text: str) -> None:
        self.ladder.append(Step(asyncio.get_running_loop().time(), self.party, "PBX", text))

    def _note_received(self, message: Request | Response) -> None:
        if isinstance(message, Request):
            text = message.method
        else:
            text = f"{message.status} {message.phrase} ({message.cseq[1]})"
        self.ladder.append(Step(asyncio.get_running_loop().time(), "PBX", self.party, text))


def new_branch() -> str:
    """The name of a transaction."""
    return f"z9hG4bK{secrets.token_hex(8)}"
