"""The numbers under which 3CX keeps what has none in a flow, and destinations in its words."""

from typing import Any

from call_flow.export.plan import Plan
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import (
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip

Body = dict[str, Any]
_FIRST = 8000


class Places:
    """What each node is in 3CX, and the number that was given to it."""

    def __init__(self, plan: Plan) -> None:
        """Gives the numbers, in the order of the flow; none is an extension's or a mailbox's."""
        self.plan = plan
        taken = {item.number for item in plan.extensions} | {item.number for item in plan.mailboxes}
        free = (str(number) for number in range(_FIRST, 100_000) if str(number) not in taken)
        self.node = {node.id: next(free) for node in plan.nodes if kind(node) is not None}
        self.outside = {number: next(free) for number in sorted(_outside(plan))}
        self.department = {schedule.id: next(free) for schedule in plan.schedules}

    def to(self, given: Destination) -> Body:
        """A destination as a `Destination` of the XAPI. Ending the call is a destination to nothing."""
        destination = self.plan.sound(given)
        match destination.kind:
            case "extension":
                return self._dn("Extension", destination.target)
            case "mailbox":
                return self._dn("VoiceMail", destination.target)
            case "number":
                return {"To": "External", "External": destination.target}
            case "hangup":
                return {"To": "None"}
        return self._to_node(self.plan.graph.nodes[destination.target], set())

    def _to_node(self, node: Node, seen: set[str]) -> Body:  # noqa: PLR0911 - a branch for each kind
        if node.id in seen:
            return {"To": "None"}
        match node:
            case Voicemail():
                return self.to(Destination(mailbox=node.mailbox))
            case External():
                return {"To": "External", "External": node.number}
            case CallerMatch():
                return self._beyond(node.otherwise, seen | {node.id})
            case Toggle():
                return self._beyond(node.on if node.default == "on" else node.off, seen | {node.id})
            case Conference():
                return {"To": "None"}
            case Hangup() if node.prompt is None:
                return {"To": "None"}
            case _:
                return self._dn(str(kind(node)), self.node[node.id])

    def _beyond(self, given: Destination, seen: set[str]) -> Body:
        destination = self.plan.sound(given)
        if destination.kind != "node":
            return self.to(destination)
        return self._to_node(self.plan.graph.nodes[destination.target], seen)

    @staticmethod
    def _dn(what: str, number: str) -> Body:
        peer = "Extension" if what == "VoiceMail" else what
        return {"To": what, "Number": number, "Type": peer}

    def forward(self, given: Destination) -> tuple[str, str]:
        """What a receptionist does and with which number: it knows nothing outside, so an extension stands for it."""
        where = self.to(given)
        if where["To"] == "External":
            return "Extension", self.outside[where["External"]]
        return ("EndCall", "") if where["To"] == "None" else (where["To"], where["Number"])


def kind(node: Node) -> str | None:
    """What stands for a node that has a number of its own; None when nothing does."""
    match node:
        case TimeSwitch() | Menu() | Directory():
            return "IVR"
        case RingGroup() | Page():
            return "RingGroup"
        case Queue():
            return "Queue"
        case Hangup():
            return "IVR" if node.prompt else None
        case External() | CallerMatch() | Toggle() | Conference() | Voicemail():
            return None
        case _:
            return "IVR"


def _outside(plan: Plan) -> set[str]:
    """Every number outside that something of the flow leads to."""
    found = {edge.destination.target for edge in plan.graph.edges if edge.destination.kind == "number"}
    return found | {node.number for node in plan.nodes if isinstance(node, External)}
