"""A call that is placed: the client's side of an INVITE (RFC 3261 §13.2, §17.1.1)."""

import asyncio
import re
import secrets
from collections.abc import Mapping

from call_flow.pbx import digest, sip
from call_flow.pbx.digest import Credentials
from call_flow.pbx.infrastructure import HOST
from call_flow.pbx.leg import Leg, Wire, new_branch
from call_flow.pbx.sip import Response

_CHALLENGES = {401: ("www-authenticate", "Authorization"), 407: ("proxy-authenticate", "Proxy-Authorization")}
_NUMBER = re.compile(r"[A-Za-z0-9+*#_.!~-]{1,64}")


class OutgoingLeg(Leg):
    """The leg of a caller."""

    def __init__(
        self,
        wire: Wire,
        pbx_port: int,
        *,
        number: str,
        caller: str,
        caller_name: str = "",
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        """Sends the INVITE. Raises `ValueError` for numbers and header fields that SIP cannot carry."""
        for text in (number, caller):
            if not _NUMBER.fullmatch(text):
                raise ValueError(f"{text!r} cannot be dialled")
        super().__init__(wire, f"{secrets.token_hex(12)}@callflow", caller)
        number = number.replace("#", "%23")
        self._target = f"sip:{number}@{HOST}:{pbx_port}"
        self._local = f"{sip.name_address(caller_name, f'sip:{caller}@{HOST}:{wire.port}')};tag={self._tag}"
        self._remote = f"<{self._target}>"
        self._extra = tuple((headers or {}).items())
        self._credentials = credentials
        self._is_cancelled = False
        self._acknowledgement = b""
        self._invite = self._request("INVITE", self._extra, self._describe())

    def hang_up(self) -> None:
        """End the call, answered or not."""
        if self.ended.is_set() or self._is_cancelled:
            return
        if self.answered.is_set():
            self.bye()
            return
        self.is_ended_by_us = self._is_cancelled = True
        if "INVITE" not in self._repeating:  # RFC 3261 §9.1: not before anything was heard
            self._cancel()

    def take_response(self, response: Response) -> None:
        """A response to one of our requests."""
        number, method = response.cseq
        if method != "INVITE":
            if method in self._repeating:
                self._note_received(response)
            self._stop(method)
            return
        if number != self._invite.cseq[0] or (self.ended.is_set() and not self._acknowledgement):
            return
        self._stop("INVITE")
        if self.status and self._acknowledgement:
            self._wire.transmit(self._acknowledgement)  # the response came again, so the ACK was lost
            return
        self._note_received(response)
        if response.status < 200:
            self._provisional(response)
        elif response.status < 300:
            self._accepted(response)
        else:
            self._refused(response)

    def _provisional(self, response: Response) -> None:
        if response.status > 100 and self.ringing_at is None:
            self.ringing_at = asyncio.get_running_loop().time()
        self._listen_to(response)
        if self._is_cancelled and "CANCEL" not in self._repeating:
            self._cancel()

    def _accepted(self, response: Response) -> None:
        self.status = response.status
        self._remote = response.headers.get("to")
        if contact := response.headers.get("contact"):
            self._target = sip.address(contact).uri
        self._routes = response.headers.all("record-route")[::-1]
        self._acknowledge(new_branch())
        self._listen_to(response)
        self._answer()
        if self._is_cancelled:  # the CANCEL came too late
            self.bye()

    def _refused(self, response: Response) -> None:
        branch = self._invite.headers.get("via").rpartition("branch=")[2]
        remote, self._remote = self._remote, response.headers.get("to")
        self._acknowledge(branch)
        self._remote = remote
        if response.status in _CHALLENGES and self._credentials and self._invite_with_password(response):
            return
        self.status = response.status
        self.reason = response.reason
        self._finish()

    def _acknowledge(self, branch: str) -> None:
        acknowledgement = self._make("ACK", self._invite.cseq[0], branch)
        self._acknowledgement = sip.write(acknowledgement)
        self._note_sent("ACK")
        self._wire.transmit(self._acknowledgement)

    def _invite_with_password(self, response: Response) -> bool:
        asked, answered = _CHALLENGES[response.status]
        assert self._credentials is not None  # noqa: S101 - the caller looked
        value = digest.answer(response.headers.get(asked), "INVITE", self._target, self._credentials)
        self._credentials = None  # once: a second challenge means that the password is wrong
        if value is None:
            return False
        self._invite = self._request("INVITE", (*self._extra, (answered, value)), self._describe())
        return True

    def _cancel(self) -> None:
        """RFC 3261 §9.1: with the branch and the number of the INVITE."""
        branch = self._invite.headers.get("via").rpartition("branch=")[2]
        self._repeat(self._make("CANCEL", self._invite.cseq[0], branch))
