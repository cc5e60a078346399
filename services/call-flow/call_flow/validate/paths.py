"""Ways through the graph: what a caller comes to without doing anything, how far it is to a human, and loops."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import networkx as nx  # type: ignore[import-untyped]

from call_flow.flow.graph import Edge, Graph, Vertex
from call_flow.flow.nodes import Conference, Page, Queue, TimeSwitch

#: Outcomes that come about only because a caller presses or says something.
_CHOSEN = ("key:", "dial:", "found:", "operator")
_STATES = ("open", "closed", "holiday")
_MOST_SWITCHES = 3


def chosen(edge: Edge) -> bool:
    """Whether it is the caller who decides for this outcome."""
    return edge.outcome.startswith(_CHOSEN)


@dataclass(frozen=True)
class Loop:
    """Outcomes that lead back to where they begin, of which the caller decides none."""

    edges: tuple[Edge, ...]
    waits: bool
    """A queue is on every way round, so the caller waits for somebody."""


class Paths:
    """Ways through a graph."""

    def __init__(self, graph: Graph, edges: list[Edge]) -> None:
        """`edges` are the graph's."""
        self._graph = graph
        self._edges = edges

    def spread(self, starts: Iterable[Vertex]) -> set[Vertex]:
        """Every vertex that a call can come to from some of these, they included."""
        waiting = list(starts)
        followed = set(waiting)
        answering: set[Vertex] = set()
        while waiting:
            for edge in self._graph.outgoing.get(waiting.pop(), []):
                if edge.answers:
                    answering.add(edge.target)
                elif edge.target not in followed:
                    followed.add(edge.target)
                    waiting.append(edge.target)
        return followed | answering

    def rings(self, start: Vertex, extension: str) -> bool:
        """Whether a call that begins at a vertex can come to an extension."""
        return bool(self._rung.get(start, 0) & self._bit(extension))

    def _bit(self, extension: str) -> int:
        return 1 << self._positions[extension] if extension in self._positions else 0

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {number: position for position, number in enumerate(self._graph.extensions)}

    @cached_property
    def _rung(self) -> Mapping[Vertex, int]:
        """The extensions that a call can come to from each vertex: a bit for each, so that all fit into little room."""
        graph = nx.DiGraph()
        own: dict[Vertex, int] = {Vertex("extension", number): self._bit(number) for number in self._positions}
        for edge in self._edges:
            if edge.answers:
                rung = self._bit(edge.target.name) if edge.target.kind == "extension" else 0
                own[edge.source] = own.get(edge.source, 0) | rung
            else:
                graph.add_edge(edge.source, edge.target)
        circles = nx.condensation(graph)
        rung_from: dict[int, int] = {}
        for circle in reversed(list(nx.topological_sort(circles))):
            rung = 0
            for place in circles.nodes[circle]["members"]:
                rung |= own.get(place, 0)
            for following in circles.successors(circle):
                rung |= rung_from[following]
            rung_from[circle] = rung
        return {place: rung_from[circle] for place, circle in circles.graph["mapping"].items()}

    @cached_property
    def decisions(self) -> Mapping[Vertex, int]:
        """How many times a caller must decide to come to a human, from wherever one can be come to."""
        return self._to_humans(self._edges)

    @cached_property
    def decisions_in_hours(self) -> Mapping[Vertex, int]:
        """The same while every schedule is open."""
        return self._to_humans(edge for edge in self._edges if edge.outcome not in ("closed", "holiday"))

    def _to_humans(self, edges: Iterable[Edge]) -> Mapping[Vertex, int]:
        backwards: dict[Vertex, list[tuple[Vertex, int]]] = {}
        for edge in edges:
            backwards.setdefault(edge.target, []).append((edge.source, int(chosen(edge))))
        return _distances(backwards, self._humans())

    def _humans(self) -> Iterator[Vertex]:
        for extension in self._graph.flow.extensions:
            if extension.device not in ("fax", "none"):
                yield Vertex("extension", extension.number)
        for edge in self._edges:
            if edge.target.kind == "external":
                yield edge.target
        for node in self._graph.flow.nodes:
            if isinstance(node, Conference | Page):
                yield Vertex("node", node.id)

    @cached_property
    def key_presses(self) -> Mapping[Vertex, int]:
        """How many menu keys the shortest way from a number of the customer's takes."""
        forwards: dict[Vertex, list[tuple[Vertex, int]]] = {}
        for edge in self._edges:
            if not edge.answers:
                forwards.setdefault(edge.source, []).append((edge.target, int(edge.outcome.startswith("key:"))))
        return _distances(forwards, (Vertex("number", number) for number in self._graph.numbers))

    @cached_property
    def loops(self) -> list[Loop]:
        """A loop for each group of vertices that a caller who does nothing goes round in."""
        found = []
        automatic = [edge for edge in self._edges if not chosen(edge) and not edge.answers and not self._stays(edge)]
        for group in _circles(_by_ends(automatic)):
            queues = {place for place in _ends(group) if self.is_queue(place)}
            unbounded = [edge for edge in group if edge.source not in queues]
            for edges, waits in (unbounded, False), (group, True):
                if way := self._way_round(edges):
                    found.append(Loop(tuple(way), waits))
                    break
        return found

    def _stays(self, edge: Edge) -> bool:
        """Whether it leads to where it begins, which has a rule of its own; of a queue it is one more round."""
        return edge.source == edge.target and not self.is_queue(edge.source)

    def is_queue(self, place: Vertex) -> bool:
        """Whether a vertex is a queue."""
        return place.kind == "node" and isinstance(self._graph.nodes.get(place.name), Queue)

    def _way_round(self, edges: list[Edge]) -> list[Edge]:
        """A way round these outcomes on which no schedule has two states at once; empty if there is none."""
        schedules: dict[str, list[Vertex]] = {}
        for place in _ends(edges):
            node = self._graph.nodes.get(place.name) if place.kind == "node" else None
            if isinstance(node, TimeSwitch):
                schedules.setdefault(node.schedule, []).append(place)
        shared = [places for places in schedules.values() if len(places) > 1][:_MOST_SWITCHES]
        for states in product(_STATES, repeat=len(shared)):
            state = {place: said for places, said in zip(shared, states, strict=True) for place in places}
            possible = [edge for edge in edges if state.get(edge.source, edge.outcome) == edge.outcome]
            if way := _cycle(possible):
                return way
        return []

    def together(self, added: Iterable[tuple[Vertex, Vertex]]) -> Mapping[Vertex, int]:
        """Which vertices a call goes round in by itself, if these ways are there as well: the number of its circle."""
        graph = nx.DiGraph((edge.source, edge.target) for edge in self._edges if not chosen(edge) and not edge.answers)
        graph.add_edges_from(added)
        circles = nx.strongly_connected_components(graph)
        return {place: number for number, circle in enumerate(circles) for place in circle if len(circle) > 1}


def _distances(steps: Mapping[Vertex, list[tuple[Vertex, int]]], starts: Iterable[Vertex]) -> Mapping[Vertex, int]:
    """The fewest steps of weight 1 from some of the starts; steps of weight 0 are free."""
    found = dict.fromkeys(starts, 0)
    waiting = deque(found)
    while waiting:
        place = waiting.popleft()
        for following, weight in steps.get(place, ()):
            distance = found[place] + weight
            if distance < found.get(following, distance + 1):
                found[following] = distance
                (waiting.append if weight else waiting.appendleft)(following)
    return found


def _by_ends(edges: Iterable[Edge]) -> dict[tuple[Vertex, Vertex], list[Edge]]:
    found: dict[tuple[Vertex, Vertex], list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.source, edge.target), []).append(edge)
    return found


def _ends(edges: Iterable[Edge]) -> dict[Vertex, None]:
    return dict.fromkeys(edge.source for edge in edges)


def _circles(edges: Mapping[tuple[Vertex, Vertex], list[Edge]]) -> Iterator[list[Edge]]:
    """The outcomes within each strongly connected component, in the order of the flow."""
    number = {}
    for position, component in enumerate(nx.strongly_connected_components(nx.DiGraph(list(edges)))):
        number.update(dict.fromkeys(component, position))
    groups: dict[int, list[Edge]] = {}
    for (source, target), between in edges.items():
        if number[source] == number[target]:
            groups.setdefault(number[source], []).extend(between)
    yield from groups.values()


def _cycle(edges: list[Edge]) -> list[Edge]:
    by_ends = _by_ends(edges)
    try:
        way = nx.find_cycle(nx.DiGraph(list(by_ends)), list(_ends(edges)))
    except nx.NetworkXNoCycle:
        return []
    return [by_ends[source, target][0] for source, target in way]
