"""What is known of a call once it is over: the evidence. Instants are seconds since the caller dialled."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from call_flow.pbx.ami import Event
from call_flow.pbx.handle import CallHandle
from call_flow.pbx.incoming import IncomingLeg
from call_flow.pbx.leg import Step
from call_flow.pbx.linking import Links
from call_flow.pbx.sip import Request

_RESULTS = {200: "answered", 486: "busy", 600: "busy", 480: "offline", 603: "declined", 487: "no_answer", 0: "open"}
_CAUSE = re.compile(r"Q\.850\s*;\s*cause=(\d{1,3})", re.IGNORECASE)
#: Q.850: a call that was not completed because another phone took it.
_ELSEWHERE = 26


@dataclass(frozen=True)
class LegRecord:
    """A call that the PBX placed to a phone or the carrier.

    Attributes:
        result: answered, busy, offline, declined, refused (any other status), elsewhere (another phone took it),
            no_answer (rang until the PBX or the caller gave up), or open (still ringing when the call was over).
        connected_seconds: when it was put through; an answered leg that was asked to confirm may never be.
        heard_keys: keys that the PBX pressed on this leg.
        heard: the prompts that were played to this leg.
        invite: the request with which it was offered, its body included.
    """

    number: str
    caller: str
    caller_name: str
    result: str
    status: int
    offered_seconds: float
    ringing_seconds: float | None
    answered_seconds: float | None
    connected_seconds: float | None
    ended_seconds: float | None
    heard_seconds: float
    heard_keys: str
    heard: list[str]
    invite: Request = field(repr=False)


@dataclass(frozen=True)
class CallRecord:
    """A call from dialling to hanging up.

    Attributes:
        status: the final SIP status that the caller got; 0 when none came.
        ended_by: caller, pbx, or patience (the caller hung up because what was waited for did not happen).
        cause: the hang-up cause of ITU-T Q.850, when Asterisk gave one.
        connected: the numbers that the caller was put through to, in order.
        keys: what the caller pressed, with the instants.
        heard_seconds: how much of what the caller heard was not silence.
        heard: the prompts that were played to the caller, in order, whether to their end or not.
        ladder: the SIP messages of the caller and all legs in order.
        events: Asterisk's events of the call; `Newexten` has the path through the dialplan.
    """

    number: str
    caller: str
    begun: datetime
    status: int
    answered_seconds: float | None
    ended_seconds: float
    ended_by: str
    cause: int | None
    connected: list[str]
    legs: list[LegRecord]
    keys: list[tuple[float, str]]
    heard_seconds: float
    heard: list[str]
    ladder: list[Step] = field(repr=False)
    events: list[Event] = field(repr=False)


def of(handle: CallHandle, links: Links) -> CallRecord:
    """The record of a call that is over."""
    leg, begin = handle.leg, handle.leg.started
    legs = [_leg(found, begin, handle.bridged, links) for found in handle.legs]
    through = sorted((found.connected_seconds, found.number) for found in legs if found.connected_seconds is not None)
    steps = sorted((step for each in (leg, *handle.legs) for step in each.ladder), key=lambda step: step.seconds)
    return CallRecord(
        number=handle.call.number,
        caller=handle.call.caller,
        begun=handle.begun,
        status=leg.status,
        answered_seconds=_since(begin, leg.answered_at),
        ended_seconds=_since(begin, leg.ended_at) or handle.seconds(),
        ended_by="patience" if handle.is_out_of_patience else "caller" if leg.is_ended_by_us else "pbx",
        cause=_cause(leg.reason),
        connected=[number for _, number in through],
        legs=legs,
        keys=list(handle.keys),
        heard_seconds=leg.line.heard_seconds if leg.line else 0.0,
        heard=list(leg.line.heard) if leg.line else [],
        ladder=[replace(step, seconds=step.seconds - begin) for step in steps],
        events=list(handle.events),
    )


def _leg(leg: IncomingLeg, begin: float, bridged: dict[str, float], links: Links) -> LegRecord:
    link = links.known(leg.call_id)
    result = _RESULTS.get(leg.status, "refused")
    if leg.is_cancelled and _cause(leg.reason) == _ELSEWHERE:
        result = "elsewhere"
    return LegRecord(
        number=leg.number,
        caller=leg.caller.user,
        caller_name=leg.caller.name,
        result=result,
        status=leg.status,
        offered_seconds=leg.started - begin,
        ringing_seconds=_since(begin, leg.ringing_at),
        answered_seconds=_since(begin, leg.answered_at),
        connected_seconds=bridged.get(link.channel) if link else None,
        ended_seconds=_since(begin, leg.ended_at),
        heard_seconds=leg.line.heard_seconds if leg.line else 0.0,
        heard_keys=leg.line.heard_keys if leg.line else "",
        heard=list(leg.line.heard) if leg.line else [],
        invite=leg.invite,
    )


def _since(begin: float, instant: float | None) -> float | None:
    return None if instant is None else instant - begin


def _cause(reason: str) -> int | None:
    found = _CAUSE.search(reason)
    return int(found[1]) if found else None
