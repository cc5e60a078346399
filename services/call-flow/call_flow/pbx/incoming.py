"""A call that the PBX places to a phone or the carrier: the server's side of an INVITE (RFC 3261 §13.3, §17.2.1)."""

import asyncio

from call_flow.pbx import sip
from call_flow.pbx.leg import Leg, Wire
from call_flow.pbx.sip import Address, Request


class IncomingLeg(Leg):
    """The leg of a phone or of the carrier. `invite` is the request as it came, its body included."""

    def __init__(self, wire: Wire, invite: Request) -> None:
        """Tells the PBX that the request arrived."""
        number = sip.address(invite.uri).user.replace("%23", "#")
        super().__init__(wire, invite.call_id, number)
        self.invite = invite
        self.number = number
        self.caller: Address = sip.address(invite.headers.get("from"))
        self.is_cancelled = False
        to = invite.headers.get("to")
        self._local, self._remote = f"{to};tag={self._tag}", invite.headers.get("from")
        self._target = sip.address(invite.headers.get("contact")).uri
        self._routes = invite.headers.all("record-route")
        self._note_received(invite)
        self._respond(invite, 100)

    def ring(self) -> None:
        """Say that it rings."""
        if not self.status:
            self.ringing_at = asyncio.get_running_loop().time()
            self._respond(self.invite, 180)

    def accept(self) -> None:
        """Answer the call."""
        if self.status:
            return
        if not self._listen_to(self.invite):
            self.refuse(488)
            return
        self.status = 200
        self._respond(self.invite, 200, self._describe())
        self._answer()

    def refuse(self, status: int) -> None:
        """Turn the call away."""
        if self.status:
            return
        self.status = status
        self.is_ended_by_us = True
        self._respond(self.invite, status)
        self._finish()

    def hang_up(self) -> None:
        """End the call, answered or not."""
        if self.answered.is_set():
            self.bye()
        else:
            self.refuse(480)

    def take_response(self, response: sip.Response) -> None:
        """A response to our BYE."""
        method = response.cseq[1]
        if method in self._repeating and method != "INVITE":
            self._note_received(response)
            self._stop(method)

    def _in_dialog(self, request: Request) -> None:
        if request.method != "CANCEL":
            super()._in_dialog(request)
            return
        self._respond(request, 200)
        if not self.status:
            self.reason = request.reason
            self.is_cancelled = True
            self.status = 487
            self._respond(self.invite, 487)
            self._finish()
