"""Finding calls that come to each place: breadth first from the numbers."""

from collections import deque
from collections.abc import Collection, Mapping

from call_flow.flow.graph import Edge, Graph, Vertex
from call_flow.simulate.call import edge_key
from call_flow.simulate.testplan.demand import Demand
from call_flow.simulate.testplan.needs import Impossible, Needs

#: Different ways to one place that are kept: the first may not be possible where a later one is.
_WAYS = 6


class Search:
    """The demands by which places and edges are reached, shortest first."""

    def __init__(self, graph: Graph, needs: Needs, left_out: Collection[str]) -> None:
        """Follows every edge but those that are left out."""
        self.places: dict[Vertex, list[Demand]] = {}
        self.edges: dict[str, list[Demand]] = {}
        #: Why an edge asks for what no call can do.
        self.impossible: dict[str, str] = {}
        waiting: deque[Vertex] = deque()
        seen: dict[Vertex, set[tuple[object, ...]]] = {}
        turn: dict[Vertex, int] = {}

        def arrive(place: Vertex, demand: Demand) -> None:
            known = seen.setdefault(place, set())
            if len(known) < _WAYS and demand.signature not in known:
                known.add(demand.signature)
                self.places.setdefault(place, []).append(demand)
                waiting.append(place)

        outgoing: Mapping[Vertex, list[Edge]] = graph.outgoing
        for number in graph.flow.numbers:
            arrive(Vertex("number", number.e164), Demand(number.e164))
        while waiting:
            place = waiting.popleft()
            here = self.places[place][turn.get(place, 0)]
            turn[place] = turn.get(place, 0) + 1
            for edge in outgoing.get(place, []):
                key = edge_key(edge)
                if key in left_out or key in self.impossible:
                    continue
                try:
                    need = needs.of(edge, here.states)
                except Impossible as reason:
                    self.impossible[key] = str(reason)
                    continue
                if place.kind == "mailbox" and here.greeting == "none":
                    continue
                demand = here.with_need(need, edge.destination.greeting)
                if demand is None:
                    continue
                self.edges.setdefault(key, []).append(demand)
                if not edge.answers:
                    arrive(edge.target, demand)
