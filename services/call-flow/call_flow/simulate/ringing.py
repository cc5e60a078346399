"""Telephones that ring: an extension, a group, a number outside."""

from collections.abc import Callable, Sequence
from typing import Literal

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension
from call_flow.flow.nodes import External, Member, RingGroup
from call_flow.simulate.call import Call, End, Place, Way, way
from call_flow.simulate.spoken import seconds

NotTaken = Literal["no_answer", "busy", "offline"]
#: The state of a telephone that is rung.
Ask = Callable[[Call], str]


def asking(graph: Graph, extension: str | None, number: str | None) -> Ask:
    """How to know what a telephone does; one that the flow does not have, or that is none, is never reachable."""
    if number is not None and extension is None:
        return lambda call: call.states.get(number, "answer")
    if extension is None or extension not in graph.extensions or graph.extensions[extension].device == "none":
        return lambda _: "offline"
    return lambda call: call.states.get(extension, "answer")


def extension(graph: Graph, item: Extension) -> Place:
    """An extension as a place."""
    name, ring_s = item.number, item.ring_s
    ask = asking(graph, name, None)
    onward = {outcome: way(graph.after(item, outcome)) for outcome in ("no_answer", "busy", "offline")}
    elsewhere = sorted(item.follow_me, key=lambda follow: follow.delay_s)
    last = max((follow.delay_s for follow in elsewhere), default=0)
    said = {
        "no_answer": f"nobody answered within {ring_s} s",
        "busy": "busy",
        "offline": "not reachable" if item.device != "none" else "there is no telephone",
    }

    def place(call: Call, _: Way) -> Way | End:
        state = ask(call)
        if state == "answer":
            call.passes("extension", name, "extension", "answered", "answered")
            return End("answered", name)
        for follow in elsewhere:
            if call.states.get(follow.number, "answer") == "answer":
                call.wait(follow.delay_s)
                confirmed = ", who pressed 1" if follow.confirm else ""
                reason = f"{said[state]}, but {follow.number} answered after {follow.delay_s} s{confirmed}"
                call.passes("extension", name, "extension", "followed", reason)
                return End("external", follow.number)
        reason = said[state]
        if elsewhere:
            call.wait(last)
            call.seconds += ring_s
            reason += ", nor did anybody take it elsewhere"
        elif state == "no_answer":
            call.seconds += ring_s
        call.passes("extension", name, "extension", state, reason)
        return onward[state]

    return place


def ring_group(graph: Graph, node: RingGroup) -> Place:
    """A group as a place."""
    in_turn = node.strategy != "simultaneous"
    members = [member for member in node.members if member.target]
    if not in_turn:
        members = sorted(
            (member for member in members if member.delay_s < node.ring_s), key=lambda member: member.delay_s
        )
    asked = [(member, asking(graph, member.extension, member.number)) for member in members]
    latest = 0 if in_turn else max((member.delay_s for member in members), default=0)
    greeting_s = seconds(graph, node.greeting)
    no_answer = way(node.no_answer)
    onward = {
        "no_answer": no_answer,
        "busy": way(node.busy) if node.busy else no_answer,
        "offline": way(node.offline) if node.offline else no_answer,
    }

    def place(call: Call, _: Way) -> Way | End:
        call.play(node.greeting, greeting_s)
        states: list[str] = []
        for position, (member, ask) in enumerate(asked):
            state = ask(call)
            if state == "answer":
                call.wait(0 if in_turn else member.delay_s)
                _note_rivals(call, asked[position + 1 :], member, in_turn=in_turn, node=node)
                call.passes("node", node.id, "ring_group", f"answered:{member.target}", _who(member))
                return End("answered" if member.extension else "external", member.target)
            states.append(state)
            if in_turn and state == "no_answer":
                call.seconds += node.ring_s
        outcome = _together(states)
        if not in_turn:
            call.wait(latest)
            if outcome == "no_answer":
                call.seconds += node.ring_s - latest
        call.passes("node", node.id, "ring_group", outcome, _why(states, outcome, node))
        return onward[outcome]

    return place


def _note_rivals(
    call: Call, others: Sequence[tuple[Member, Ask]], first: Member, *, in_turn: bool, node: RingGroup
) -> None:
    """Who might have answered instead: at the same moment, or because chance and memory choose who is first."""
    if in_turn and node.strategy == "sequential":
        return
    for member, ask in others:
        if (in_turn or member.delay_s == first.delay_s) and member.target != first.target and ask(call) == "answer":
            call.rivals[member.target] = "no_answer"


def _together(states: Sequence[str]) -> NotTaken:
    """What became of all members: the same for each, or no answer."""
    if all(state == "offline" for state in states):
        return "offline"
    return "busy" if all(state == "busy" for state in states) else "no_answer"


def _why(states: Sequence[str], outcome: NotTaken, node: RingGroup) -> str:
    if not states:
        return "there is nobody to ring"
    if outcome == "offline":
        return "nobody is reachable"
    if outcome == "busy":
        return "everybody is busy"
    each = " each" if node.strategy != "simultaneous" else ""
    return f"nobody answered within {node.ring_s} s{each}"


def _who(member: Member) -> str:
    after = f" after {member.delay_s} s" if member.delay_s else ""
    return f"{member.target} answered{after}" + (" and pressed 1" if member.confirm else "")


def external(graph: Graph, node: External) -> Place:
    """An outside number, as a node, as a place."""
    ask = asking(graph, None, node.number)
    no_answer = way(node.no_answer)
    busy = way(node.busy) if node.busy else no_answer

    def place(call: Call, _: Way) -> Way | End:
        state = ask(call)
        if state == "answer":
            confirmed = " and pressed 1" if node.confirm else ""
            call.passes("node", node.id, "external", "answered", f"{node.number} answered{confirmed}")
            return End("external", node.number)
        if state == "busy":
            call.passes("node", node.id, "external", "busy", f"{node.number} is busy")
            return busy
        if state == "no_answer":
            call.seconds += node.ring_s
            reason = f"nobody answered at {node.number} within {node.ring_s} s"
        else:
            reason = f"{node.number} is not reachable"
        call.passes("node", node.id, "external", "no_answer", reason)
        return no_answer

    return place


def outside(call: Call, onward: Way) -> End:
    """An outside number that a destination names: the call ends there, whoever answers."""
    number = onward.name
    state = call.states.get(number, "answer")
    if state == "answer":
        call.passes("external", number, "external", "answered", f"{number} answered")
        return End("external", number)
    reason = {"busy": f"{number} is busy", "no_answer": f"nobody answered at {number}"}.get(
        state, f"{number} is not reachable"
    )
    call.passes("external", number, "external", state, reason)
    return End("hangup", "busy" if state == "busy" else "no_answer")
