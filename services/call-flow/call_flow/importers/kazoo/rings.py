"""What rings: users, devices, groups, queues and numbers outside."""

import re
from typing import TYPE_CHECKING

from call_flow.importers.draft import END, Piece, Plain, slug
from call_flow.importers.element import Element
from call_flow.importers.kazoo.actions import child, forwarded

if TYPE_CHECKING:
    from call_flow.importers.kazoo.calls import Calls

_STRATEGIES = {"simultaneous": "simultaneous", "single": "sequential", "weighted_random": "random"}


def outside(calls: "Calls", action: Element, data: Element, name: str) -> Plain:
    """A number outside that a resource calls."""
    number = calls.draft.e164(data.text("to_did"))
    if number is None:
        action.approximated("Which number it calls is decided during the call; calls that come here end.")
        return dict(END)
    seconds = data.number("timeout")
    if child(action, "_") is None and seconds is None:
        return {"number": number}
    return external(calls, action, name, number, seconds, confirm=False, flags=data.texts("outbound_flags"))


def external(
    calls: "Calls", action: Element, name: str, number: str, seconds: int | None, *, confirm: bool, flags: list[str]
) -> Plain:
    """A number outside, and where calls go on that it does not answer."""
    plain: Plain = {"kind": "external", "number": number, "confirm": confirm, "no_answer": dict(END)}
    if seconds is not None and 1 <= seconds <= 600:
        plain["ring_s"] = seconds
    trunk = next((flag for flag in flags if calls.draft.find("trunks", slug(flag))), None)
    if trunk is not None:
        plain["trunk"] = slug(trunk)
    return calls.node(
        action, name, lambda piece: piece.plain.update(no_answer=calls.child_to(action, "_", name)), **plain
    )


def rings(calls: "Calls", action: Element, data: Element, name: str) -> Plain:
    """A user or a device: an extension, a group of one when it leads on elsewhere, or a number outside."""
    identity = data.text("id")
    seconds = data.number("timeout")
    for key in ("can_call_self", "delay", "strategy"):
        data.get(key)
    device = calls.account.find("devices", identity)
    forward = device.child("call_forward") if device else None
    number_outside = calls.draft.e164(forward.text("number")) if forward else None
    if number_outside is not None and forward is not None and device is not None:
        forwarded(device, forward)
        confirm = forward.flag("require_keypress")
        return external(calls, action, name, number_outside, seconds, confirm=confirm, flags=[])
    number = calls.extensions.get(identity) or (calls.extensions.get(device.text("owner_id")) if device else None)
    if number is None or calls.draft.find("extensions", number) is None:
        action.approximated("Whom it rings is not among the documents; calls go on as if nobody answered.")
        return calls.child_to(action, "_", name)
    if child(action, "_") is None:
        return {"extension": number}
    plain: Plain = {"kind": "ring_group", "members": [{"extension": number}], "no_answer": dict(END)}
    if seconds is not None and 1 <= seconds <= 600:
        plain["ring_s"] = seconds
    return calls.node(
        action, name, lambda piece: piece.plain.update(no_answer=calls.child_to(action, "_", name)), **plain
    )


def group(calls: "Calls", action: Element, name: str, piece: Piece) -> None:
    """Complete the node of a ring group."""
    data = action.child("data")
    members: list[Plain] = []
    seconds: list[int] = []
    for endpoint in data.children("endpoints") if data else []:
        endpoint.get("weight")
        found = member(calls, endpoint)
        if found is None:
            endpoint.approximated("Whom it rings is not among the documents; it is left out.")
            continue
        delay = endpoint.number("delay")
        members.append(found | ({"delay_s": delay} if delay and 0 < delay <= 86_400 else {}))
        seconds.append(endpoint.number("timeout") or 0)
    strategy = data.text("strategy") if data else ""
    whole = (data.number("timeout") if data else None) or 0
    piece.plain |= {"strategy": _STRATEGIES.get(strategy, "simultaneous"), "members": members[:200]}
    rings = whole if piece.plain["strategy"] == "simultaneous" else max(seconds, default=0)
    if 1 <= rings <= 600:
        piece.plain["ring_s"] = rings
    piece.plain["no_answer"] = calls.child_to(action, "_", name)


def member(calls: "Calls", endpoint: Element) -> Plain | None:
    """Whom an endpoint of a group is."""
    identity, kind = endpoint.text("id"), endpoint.text("endpoint_type")
    device = calls.account.find("devices", identity)
    forward = device.child("call_forward") if device else None
    number = calls.draft.e164(forward.text("number")) if forward else None
    if number is not None and forward is not None and device is not None:
        forwarded(device, forward)
        return {"number": number, "confirm": forward.flag("require_keypress")}
    owner = calls.extensions.get(identity) or (calls.extensions.get(device.text("owner_id")) if device else None)
    if kind not in ("user", "device", "") or owner is None or calls.draft.find("extensions", owner) is None:
        return None
    return {"extension": owner}


def queue(calls: "Calls", action: Element, name: str, piece: Piece) -> None:
    """Complete the node of a queue."""
    data = action.child("data")
    identity = data.text("id") if data else ""
    element = calls.account.find("queues", identity)
    piece.plain |= {"agents": [], "timeout": calls.child_to(action, "_", name)}
    if element is None:
        action.approximated("The queue is not among the documents, so nobody answers in it.")
        return
    rosters = calls.account.rosters.get(identity) or element.texts("agents")
    fields = {"ring_s": ("agent_ring_timeout", 1, 600), "wrapup_s": ("agent_wrapup_time", 0, 86_400),
              "max_wait_s": ("connection_timeout", 1, 86_400),
              "max_callers": ("max_queue_size", 0, 10_000)}  # fmt: skip
    for key, (told, least, most) in fields.items():
        value = element.number(told)
        if value is not None and least <= value <= most:
            piece.plain[key] = value
    together = (element.number("ring_simultaneously") or 1) > 1
    rings = "leastrecent" if element.text("strategy") == "most_idle" else "rrmemory"
    piece.plain["strategy"] = "ringall" if together else rings
    piece.plain["join_empty"] = element.flag("enter_when_empty")
    if (key := element.text("caller_exit_key")) and re.fullmatch(r"[0-9*#]", key):
        piece.plain["exit_keys"] = {key: piece.plain["timeout"]}
    if music := element.text("moh"):
        piece.plain["music"] = slug(music)
    spoken = element.child("announcements")
    if spoken is not None:
        piece.plain["announce"] = {
            "every_s": min(3600, max(10, spoken.number("interval") or 60)),
            "position": spoken.flag("position_announcements_enabled"),
            "hold_time": spoken.flag("wait_time_announcements_enabled"),
        }
    agents = [_agent(calls, agent) for agent in rosters]
    piece.plain["agents"] = [agent for agent in agents if agent is not None][:500]
    if None in agents or not agents:
        element.approximated("Agents who are not among the documents are left out.")


def _agent(calls: "Calls", identity: str) -> Plain | None:
    device = calls.account.find("devices", identity)
    forward = device.child("call_forward") if device else None
    number = calls.draft.e164(forward.text("number")) if forward else None
    if number is not None and forward is not None and device is not None:
        forwarded(device, forward)
        return {"number": number}
    owner = calls.extensions.get(identity)
    return {"extension": owner} if owner and calls.draft.find("extensions", owner) else None
