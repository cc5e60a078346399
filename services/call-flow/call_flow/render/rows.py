"""What can become of a call at a place, as the rows of its card: outcomes that lead to the same place are one row."""

from dataclasses import dataclass

from call_flow.flow.graph import Edge, Graph, Vertex
from call_flow.flow.nodes import CallerMatch, Hangup
from call_flow.render.words import Names
from oberaconnect.draw import Tone

#: The place that stands for all extensions which callers reach by dialling or spelling.
ANYONE = Vertex("extension", "*")

#: What a row says and which colour it has.
_SAID: dict[str, tuple[str, Tone]] = {
    "open": ("Open", "open"), "closed": ("Closed", "closed"), "holiday": ("Holiday", "holiday"),
    "no_answer": ("No answer", "muted"), "busy": ("Busy", "muted"), "offline": ("Not reachable", "muted"),
    "timeout": ("Waited too long", "muted"), "full": ("Queue is full", "muted"), "no_agents": ("Nobody there", "muted"),
    "no_input": ("No key", "muted"), "invalid": ("Wrong key", "muted"), "failed": ("No name found", "muted"),
    "operator": ("Operator", "choice"), "otherwise": ("All other callers", "neutral"), "on": ("On", "holiday"),
    "off": ("Off", "neutral"), "done": ("Then", "neutral"), "message": ("Message", "message"), "call": ("", "start"),
}  # fmt: skip
_CHIPS = {"no_input": "timer", "invalid": "?", "operator": "0"}
#: What happens when nobody takes the call: lines to it are dashed.
FALLBACKS = frozenset({"no_answer", "busy", "offline", "timeout", "full", "no_agents", "no_input", "invalid", "failed"})
_WHOLE = {
    ("no_answer", "busy", "offline"): "Not answered",
    ("timeout", "full", "no_agents"): "Not answered",
    ("no_answer", "busy"): "Not answered",
    ("no_input", "invalid"): "No or wrong key",
    ("closed", "holiday"): "Closed, holiday",
}


@dataclass(frozen=True)
class Row:
    """One row. `target` is None where the call ends; `id` is the outcome, or the first of those that are one row."""

    id: str
    label: str
    chip: str
    tone: Tone
    dashed: bool
    target: Vertex | None


def rows(graph: Graph, place: Vertex) -> list[Row]:
    """The rows of a place, in the order of its outcomes."""
    names = Names(graph)
    together: dict[tuple[str, Vertex | None], list[str]] = {}
    for edge in graph.outgoing.get(place, []):
        if not edge.answers:
            together.setdefault((_family(edge), _target(graph, edge)), []).append(edge.outcome)
    return [
        Row(family, _DIALLED[family], "…", "choice", False, ANYONE)
        if family in _DIALLED
        else _row(graph, names, place, outcomes, target)
        for (family, target), outcomes in together.items()
    ]


_DIALLED = {"dial": "An extension’s number", "found": "A name is found"}


def _family(edge: Edge) -> str:
    """Which outcomes may share a row: those that nobody chooses."""
    kind = edge.outcome.split(":")[0]
    if kind in FALLBACKS or kind in ("closed", "holiday"):
        return "fallback"
    return kind if kind in ("dial", "found") else edge.outcome


def _target(graph: Graph, edge: Edge) -> Vertex | None:
    """Where it leads; nowhere if the call ends there, and one place for all that is dialled."""
    if edge.outcome.startswith(("dial:", "found:")):
        return ANYONE
    if edge.target.kind == "hangup":
        return None
    node = graph.nodes.get(edge.target.name) if edge.target.kind == "node" else None
    return None if isinstance(node, Hangup) and node.prompt is None else edge.target


def _row(graph: Graph, names: Names, place: Vertex, outcomes: list[str], target: Vertex | None) -> Row:
    first = outcomes[0]
    kind, _, value = first.partition(":")
    label, tone = _SAID.get(kind, ("", "choice"))
    chip = _CHIPS.get(first, "")
    if kind == "key":
        label, chip = names.vertex(target) if target else "", value
    elif kind == "match":
        label = _caller(graph, place, int(value))
    elif len(outcomes) > 1:
        label = _WHOLE.get(tuple(outcomes)) or ", ".join(_SAID[outcome][0] for outcome in outcomes).capitalize()
    if target is None:
        label = f"{label}: call ends" if label else "Call ends"
    return Row(first, label, chip, tone, kind in FALLBACKS, target)


def _caller(graph: Graph, place: Vertex, position: int) -> str:
    node = graph.nodes[place.name]
    if not isinstance(node, CallerMatch):
        raise TypeError(f"{place.name} does not sort callers")
    rule = node.rules[position]
    return "Hidden number" if rule.anonymous else f"From {rule.prefix or 'nobody'}…"
