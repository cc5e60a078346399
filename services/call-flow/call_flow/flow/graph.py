"""The graph of a flow: what validator, simulator, pictures and exports all go by.

Vertices are numbers, nodes, extensions, mailboxes, outside numbers and the end of a call; edges are outcomes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from call_flow.flow.destination import Destination
from call_flow.flow.hours import HolidaySet, Schedule
from call_flow.flow.model import Extension, Flow, Mailbox, Number, Prompt
from call_flow.flow.nodes import (
    Announcement,
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
from oberaconnect.problems import Unprocessable

#: Beyond this many outcomes a graph is not walked: it would take seconds and hundreds of megabytes.
MOST_EDGES = 100_000
VertexKind = Literal["number", "node", "extension", "mailbox", "external", "hangup"]


class TooManyEdges(Unprocessable):
    """The flow has more outcomes than can be walked. Let fewer menus and directories lead to all extensions."""


@dataclass(frozen=True, order=True)
class Vertex:
    """A place where a call can be. `name` is an id, a number, or the cause of a hang-up."""

    kind: VertexKind
    name: str


@dataclass(frozen=True)
class Edge:
    """An outcome: from where, what happened, where to, and the JSON pointer of the destination in the flow.

    `implied` edges stand nowhere in the flow: they follow from what is absent, and their pointer is the element's own.
    With `answers`, the call ends there with somebody who took it: a member of a group does not send it on.
    """

    source: Vertex
    outcome: str
    destination: Destination
    pointer: str
    implied: bool = False
    answers: bool = False

    @cached_property
    def target(self) -> Vertex:
        """Where it leads, whether or not that exists."""
        return vertex(self.destination)


def vertex(destination: Destination) -> Vertex:
    """The vertex a destination names."""
    return Vertex("external" if destination.kind == "number" else destination.kind, destination.target)


_NOT_TAKEN: tuple[Literal["no_answer", "busy", "offline"], ...] = ("no_answer", "busy", "offline")


class Graph:
    """A flow with its parts by name. Of parts that share a name the first counts."""

    def __init__(self, flow: Flow) -> None:
        """Reads the flow once."""
        self.flow = flow
        self.nodes: Mapping[str, Node] = {node.id: node for node in reversed(flow.nodes)}
        self.extensions: Mapping[str, Extension] = {item.number: item for item in reversed(flow.extensions)}
        self.mailboxes: Mapping[str, Mailbox] = {item.number: item for item in reversed(flow.mailboxes)}
        self.numbers: Mapping[str, Number] = {item.e164: item for item in reversed(flow.numbers)}
        self.schedules: Mapping[str, Schedule] = {item.id: item for item in reversed(flow.schedules)}
        self.holiday_sets: Mapping[str, HolidaySet] = {item.id: item for item in reversed(flow.holiday_sets)}
        self.prompts: Mapping[str, Prompt] = {item.id: item for item in reversed(flow.prompts)}

    @cached_property
    def edge_count(self) -> int:
        """About how many outcomes there are, counted without making them."""
        flow = self.flow
        count = len(flow.numbers) + 3 * len(flow.extensions) + len(flow.mailboxes) + 4 * len(flow.nodes)
        telephones = len(flow.extensions)
        for node in flow.nodes:
            match node:
                case Menu():
                    count += len(node.keys)
                    count += telephones if node.direct_dial == "extensions" else len(node.direct_dial)
                case Directory():
                    count += telephones if node.extensions == "listed" else len(node.extensions)
                case RingGroup():
                    count += len(node.members)
                case Queue():
                    count += len(node.agents) + len(node.exit_keys)
                case CallerMatch():
                    count += len(node.rules)
                case _:
                    pass
        return count

    @cached_property
    def edges(self) -> list[Edge]:
        """Every outcome of every part, in the order of the flow.

        Raises:
            TooManyEdges: there are more than `MOST_EDGES`.
        """
        if self.edge_count > MOST_EDGES:
            raise TooManyEdges
        return list(self._edges())

    @cached_property
    def outgoing(self) -> Mapping[Vertex, list[Edge]]:
        """The edges of each vertex that has any. Raises `TooManyEdges`."""
        found: dict[Vertex, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    def exists(self, place: Vertex) -> bool:
        """Whether a vertex stands for a part that the flow has; outside numbers and hang-ups always do."""
        known: Mapping[str, Mapping[str, object]] = {
            "number": self.numbers, "node": self.nodes, "extension": self.extensions, "mailbox": self.mailboxes,
        }  # fmt: skip
        return place.kind in ("external", "hangup") or place.name in known[place.kind]

    def reachable(self) -> set[Vertex]:
        """Every vertex that a call to one of the customer's numbers can come to. Raises `TooManyEdges`."""
        waiting = [Vertex("number", number.e164) for number in self.flow.numbers]
        followed = set(waiting)
        answering: set[Vertex] = set()
        while waiting:
            for edge in self.outgoing.get(waiting.pop(), []):
                if edge.answers:
                    answering.add(edge.target)
                elif edge.target not in followed:
                    followed.add(edge.target)
                    waiting.append(edge.target)
        return followed | answering

    def after(self, extension: Extension, outcome: Literal["no_answer", "busy", "offline"]) -> Destination:
        """Where a call goes that an extension did not take."""
        given = {"no_answer": None, "busy": extension.on_busy, "offline": extension.on_offline}[outcome]
        if found := given or extension.on_no_answer:
            return found
        if extension.mailbox is not None:
            return Destination(mailbox=extension.mailbox, greeting="busy" if outcome == "busy" else "unavailable")
        return Destination(hangup="busy" if outcome == "busy" else "no_answer")

    def direct_dial(self, menu: Menu) -> list[str]:
        """The extensions that a caller may dial in a menu."""
        if menu.direct_dial == "none":
            return []
        if menu.direct_dial == "extensions":
            return [item.number for item in self.flow.extensions if item.device != "none"]
        return list(menu.direct_dial)

    def listed(self, directory: Directory) -> list[Extension]:
        """The extensions that a directory knows."""
        if directory.extensions == "listed":
            return [item for item in self.flow.extensions if item.in_directory and item.name != item.number]
        return [self.extensions[number] for number in directory.extensions if number in self.extensions]

    def _edges(self) -> Iterator[Edge]:
        for position, number in enumerate(self.flow.numbers):
            yield Edge(Vertex("number", number.e164), "call", number.entry, f"/numbers/{position}/entry")
        for position, node in enumerate(self.flow.nodes):
            source, pointer = Vertex("node", node.id), f"/nodes/{position}"
            for outcome, where, destination in self._of_node(node):
                answers = outcome.startswith("answered")
                yield Edge(source, outcome, destination, f"{pointer}/{where}" if where else pointer, not where, answers)
        for position, extension in enumerate(self.flow.extensions):
            source, pointer = Vertex("extension", extension.number), f"/extensions/{position}"
            for outcome in _NOT_TAKEN:
                given = getattr(extension, f"on_{outcome}")
                where = pointer if given is None else f"{pointer}/on_{outcome}"
                yield Edge(source, outcome, self.after(extension, outcome), where, given is None)
        for position, mailbox in enumerate(self.flow.mailboxes):
            if mailbox.operator is not None:
                place = Vertex("mailbox", mailbox.number)
                yield Edge(place, "key:0", mailbox.operator, f"/mailboxes/{position}/operator")

    def _of_node(self, node: Node) -> Iterator[tuple[str, str, Destination]]:  # noqa: PLR0912 - a branch for each kind
        """Outcome, pointer below the node (empty: it stands nowhere), destination."""
        match node:
            case TimeSwitch():
                yield "open", "open", node.open
                yield "closed", "closed", node.closed
                yield "holiday", "holiday" if node.holiday else "", node.holiday or node.closed
            case Menu():
                for key, destination in node.keys.items():
                    yield f"key:{key}", f"keys/{key}", destination
                for number in self.direct_dial(node):
                    yield f"dial:{number}", "", Destination(extension=number)
                yield "no_input", "no_input", node.no_input
                yield "invalid", "invalid", node.invalid
            case RingGroup():
                for member in node.members:
                    yield from _answers(member.extension, member.number)
                yield "no_answer", "no_answer", node.no_answer
                yield "busy", "busy" if node.busy else "", node.busy or node.no_answer
                yield "offline", "offline" if node.offline else "", node.offline or node.no_answer
            case Queue():
                for agent in node.agents:
                    yield from _answers(agent.extension, agent.number)
                for key, destination in node.exit_keys.items():
                    yield f"key:{key}", f"exit_keys/{key}", destination
                yield "timeout", "timeout", node.timeout
                yield "full", "full" if node.full else "", node.full or node.timeout
                yield "no_agents", "no_agents" if node.no_agents else "", node.no_agents or node.timeout
            case External():
                yield "answered", "", Destination(number=node.number)
                yield "no_answer", "no_answer", node.no_answer
                yield "busy", "busy" if node.busy else "", node.busy or node.no_answer
            case Directory():
                for extension in self.listed(node):
                    yield f"found:{extension.number}", "", Destination(extension=extension.number)
                if node.operator:
                    yield "operator", "operator", node.operator
                yield "failed", "failed", node.failed
            case CallerMatch():
                for position, rule in enumerate(node.rules):
                    yield f"match:{position}", f"rules/{position}/then", rule.then
                yield "otherwise", "otherwise", node.otherwise
            case Toggle():
                yield "on", "on", node.on
                yield "off", "off", node.off
            case Announcement():
                yield "done", "then", node.then
            case Voicemail():
                yield "message", "", Destination(mailbox=node.mailbox, greeting=node.greeting)
            case Hangup():
                yield "done", "", Destination(hangup=node.cause)
            case Page() | Conference():
                return


def _answers(extension: str | None, number: str | None) -> Iterator[tuple[str, str, Destination]]:
    if extension is not None:
        yield f"answered:{extension}", "", Destination(extension=extension)
    elif number is not None:
        yield f"answered:{number}", "", Destination(number=number)
