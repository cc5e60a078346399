"""What a call on the PBX did, in the words of the simulator: the places it passed and where it ended."""

from collections.abc import Collection, Mapping, Sequence

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Result, Terminal
from call_flow.pbx.ami import Event
from call_flow.pbx.record import CallRecord

#: Q.850 causes and the SIP statuses that Asterisk makes of them, by what flows call them.
_CAUSES = {16: "normal", 17: "busy", 19: "no_answer", 1: "unallocated", 21: "rejected", 34: "congestion"}
_STATUSES = {404: "unallocated", 403: "rejected", 603: "rejected", 486: "busy", 480: "no_answer", 503: "congestion"}
#: Steps of a result that no context of the dialplan stands for.
_UNSEEN = frozenset({"caller", "notice", "outbound", "code"})


def expected(result: Result, graph: Graph) -> list[str]:
    """The places of a result, as `kind:name`."""
    found = []
    for step in result.path:
        if step.kind in _UNSEEN:
            continue
        if step.kind == "emergency":
            found.append("emergency")
        elif step.kind in {"number", "extension", "mailbox"}:
            found.append(f"{step.kind}:{step.node}")
        elif step.node in graph.nodes:
            found.append(f"node:{step.node}")
        # A number outside that a destination names is told by the end of the call.
    return found


def visited(events: Sequence[Event], contexts: Mapping[str, str]) -> list[str]:
    """The places that a call passed, by the contexts that its own channel entered, the end of the call among them."""
    entered = [event for event in events if event["Event"] == "Newexten"]
    own = entered[0].get("Channel") if entered else None
    return [
        contexts[event["Context"]]
        for event in entered
        if event.get("Channel") == own
        and event.get("Context") in contexts
        and event.get("Extension") == "s"
        and event.get("Priority") == "1"
    ]


def places(passed: Sequence[str]) -> list[str]:
    """The places without the ends, which `terminal` tells."""
    return [place for place in passed if not place.startswith(("hangup:", "external:"))]


def prompts(heard: Sequence[str]) -> list[str]:
    """The flow's own prompts among those that were heard, by their ids."""
    return [name.rpartition("custom/")[2] for name in heard if "custom/" in name]


def terminal(  # noqa: PLR0911 - an end of each kind
    record: CallRecord, passed: Sequence[str], graph: Graph, messages: Collection[str]
) -> Terminal | None:
    """Where a call ended; None when nothing says so. `messages` are the mailboxes in which it left one."""
    last = passed[-1] if passed else ""
    kind, _, name = last.partition(":")
    if "emergency" in passed:
        numbers = {*graph.flow.emergency.numbers, *graph.flow.emergency.test_numbers}
        called = [leg.number for leg in record.legs if leg.number in numbers]
        return Terminal(type="emergency", target=called[-1]) if called else None
    if kind == "node" and graph.nodes[name].kind in {"page", "conference"} and record.status == 200:
        return Terminal(type="answered", target=name)
    if record.connected:
        number = record.connected[-1]
        if number in graph.extensions:
            return Terminal(type="answered", target=number)
        return Terminal(type="external", target=number if number.startswith("+") else f"+{number}")
    if kind == "mailbox":
        return Terminal(type="message_left", target=name) if name in messages else None
    if not passed and record.status == 200:
        return Terminal(type="answered", target=record.number)
    cause = _CAUSES.get(record.cause or 0) or _STATUSES.get(record.status)
    return Terminal(type="hangup", target=cause) if cause else None
