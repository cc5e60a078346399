"""What a phone, or the carrier, does with a call that the PBX places to it."""

from collections.abc import Callable
from dataclasses import dataclass

from call_flow.pbx.sip import Address, Request


@dataclass(frozen=True)
class Answer:
    """Answer after ringing; then perhaps press keys (a confirmation, say) and hang up.

    `talk_seconds` counts from the answer; None leaves hanging up to the others.
    """

    ring_seconds: float = 0.0
    keys: str = ""
    keys_after_seconds: float = 0.0
    talk_seconds: float | None = None


@dataclass(frozen=True)
class Refuse:
    """Turn the call away with a SIP status, after ringing for a while."""

    status: int
    ring_seconds: float = 0.0


@dataclass(frozen=True)
class Ring:
    """Ring until the PBX gives up."""


Behaviour = Answer | Refuse | Ring

ANSWER = Answer()
BUSY = Refuse(486)
OFFLINE = Refuse(480)
DECLINE = Refuse(603)
FAILED = Refuse(503)
NO_ANSWER = Ring()


@dataclass(frozen=True)
class Offer:
    """A call that is offered: to which number, from whom, the how-manieth to it within the test call (from 1)."""

    number: str
    caller: Address
    attempt: int
    invite: Request


#: Decides what the phone of an offer does.
Policy = Callable[[Offer], Behaviour]
