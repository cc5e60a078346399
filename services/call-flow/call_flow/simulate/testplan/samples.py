"""Which edges of many alike are tried: a plan of a large system would never end."""

from collections.abc import Mapping, Sequence

from call_flow.flow.graph import Edge, Graph
from call_flow.simulate.call import edge_key

#: So many of a kind are all tried; of more, so many.
MOST_ALIKE = 20


def left_out(graph: Graph, edges: Sequence[Edge]) -> Mapping[str, str]:
    """The edges that are not tried, with the reason."""
    alike: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        family = edge.outcome.partition(":")[0]
        if edge.source.kind == "extension":
            alike.setdefault(("extensions", edge.outcome), []).append(edge)
        elif family in ("dial", "found", "answered", "match"):
            alike.setdefault((edge.source.name, family), []).append(edge)
    found: dict[str, str] = {}
    for (where, family), group in alike.items():
        kept = {edge_key(edge) for edge in spread(_telling_first(graph, group), MOST_ALIKE)}
        reason = f"{len(kept)} of {len(group)} are tried"
        reason += " of all extensions" if where == "extensions" else f" of '{family}' at '{where}'"
        found.update((key, reason) for key in map(edge_key, group) if key not in kept)
    return found


def _telling_first(graph: Graph, edges: Sequence[Edge]) -> list[Edge]:
    """Edges that the flow itself gives before those that follow from its defaults."""

    def is_plain(edge: Edge) -> bool:
        extension = graph.extensions.get(edge.source.name)
        return edge.implied and not (extension is not None and extension.follow_me)

    return sorted(edges, key=is_plain) if any(not is_plain(edge) for edge in edges) else list(edges)


def spread(edges: Sequence[Edge], count: int) -> list[Edge]:
    """So many of them, from the first to the last."""
    if len(edges) <= count:
        return list(edges)
    return [edges[number * (len(edges) - 1) // (count - 1)] for number in range(count)]
