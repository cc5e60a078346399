"""Cases for every edge of the graph, and for what happens between them."""

from contextlib import suppress

from call_flow.flow.graph import Edge, Vertex
from call_flow.flow.nodes import Menu, RingGroup, TimeSwitch
from call_flow.flow.scenario import State
from call_flow.simulate.call import Call, edge_key
from call_flow.simulate.testplan.demand import SILENCE, Entry, Need
from call_flow.simulate.testplan.draft import Draft
from call_flow.simulate.testplan.maker import Made, Maker
from call_flow.simulate.testplan.needs import Impossible, Needs
from call_flow.simulate.testplan.search import Search


def add_edges(draft: Draft, maker: Maker, search: Search, edges: list[Edge]) -> None:
    """A case for each edge that no case before takes."""
    order = {key: position for position, key in enumerate(search.edges)}
    for edge in sorted(edges, key=lambda edge: order.get(edge_key(edge), len(order))):
        key = edge_key(edge)
        if key in draft.covered or key in draft.left_out:
            continue
        if draft.is_full:
            draft.leave_out(key, draft.end)
            continue
        made = _outside(maker, search, key) or _inside(maker, edge)
        if made is not None:
            draft.add(key.partition(":")[2].replace(">", "-"), made)
        else:
            draft.leave_out(key, _why_not(maker, search, edge))


def _outside(maker: Maker, search: Search, key: str) -> Made | None:
    for demand in search.edges.get(key, []):
        made = maker.make(demand, lambda call: key in maker.edges(call))
        if made is not None:
            return made
    return None


def add_inner(draft: Draft, maker: Maker, edges: list[Edge]) -> None:
    """Calls of colleagues, for the edges of extensions that no call from outside comes to."""
    for edge in edges:
        key = edge_key(edge)
        if key in draft.covered or key in draft.left_out:
            continue
        if draft.is_full:
            draft.leave_out(key, draft.end)
        elif (made := _inside(maker, edge)) is not None:
            draft.add(key.partition(":")[2].replace(">", "-"), made)
        else:
            draft.leave_out(key, _why_not_inside(maker, edge))


def _inside(maker: Maker, edge: Edge) -> Made | None:
    """A call from a colleague, for extensions that nobody outside reaches directly."""
    caller = _colleague(maker, edge)
    if edge.source.kind != "extension" or caller is None or edge.source.name not in maker.graph.extensions:
        return None
    try:
        states = maker.needs.of(edge, {}).states
    except Impossible:
        return None
    made = maker.inside(caller, edge.source.name, states)
    return made if edge_key(edge) in maker.edges(made.call) else None


def _colleague(maker: Maker, edge: Edge) -> str | None:
    """Somebody with a telephone besides the one whom the edge is about."""
    others = (item for item in maker.graph.flow.extensions if item.number != edge.source.name)
    return next((item.number for item in others if item.device != "none"), None)


def _why_not_inside(maker: Maker, edge: Edge) -> str:
    if _colleague(maker, edge) is None:
        return "no call from outside comes here, and there is nobody else who could call"
    try:
        maker.needs.of(edge, {})
    except Impossible as reason:
        return str(reason)
    return "what is dialled inside means something else"


def _why_not(maker: Maker, search: Search, edge: Edge) -> str:  # noqa: PLR0911 - a return for each reason
    key = edge_key(edge)
    if key in search.impossible:
        return search.impossible[key]
    if not maker.graph.exists(edge.source):
        return f"there is no {edge.source.kind} '{edge.source.name}'"
    ways = search.places.get(edge.source, [])
    if edge.source.kind == "mailbox" and ways and all(way.greeting == "none" for way in ways):
        return "no greeting is played on any way here, so nobody listens for the key"
    node = maker.graph.nodes.get(edge.source.name) if edge.source.kind == "node" else None
    if isinstance(node, TimeSwitch) and not maker.can_be(node.schedule, edge.outcome):
        return f"'{node.schedule}' never says {edge.outcome}"
    if key in search.edges:
        return "no time, caller and keys were found with which a call gets here"
    if ways:
        return "what it asks for contradicts what a call needs to get here"
    return "every way here that was found needs an edge that no call can take"


def add_tries(draft: Draft, maker: Maker, search: Search) -> None:
    """For each menu: wrong once, silent once, heard again, and then right; for groups: a mix of busy and no answer."""
    for place in search.places:
        node = maker.graph.nodes.get(place.name) if place.kind == "node" else None
        if isinstance(node, Menu):
            for name, entries in _tries(maker.needs, node):
                _add(draft, maker, search, place, Need(entries=entries), purpose=f"{node.id}-{name}")
        elif isinstance(node, RingGroup) and (states := _mixed(maker.needs, node)):
            _add(draft, maker, search, place, Need(states=states), purpose=f"{node.id}-mixed")


def _tries(needs: Needs, node: Menu) -> list[tuple[str, tuple[Entry, ...]]]:
    key = next(iter(node.keys), None)
    if key is None:
        return []
    right = needs.entry(node, key)
    found: list[tuple[str, tuple[Entry, ...]]] = []
    if node.max_tries > 1:
        found.append(("silent-then-right", (SILENCE, right)))
        with suppress(Impossible):
            found.append(("wrong-then-right", (needs.invalid(node), right)))
    if node.replay_key is not None and node.replay_key not in node.keys:
        found.append(("heard-again", (needs.entry(node, node.replay_key), right)))
    return found


def _mixed(needs: Needs, node: RingGroup) -> dict[str, State]:
    """One member busy, the others without an answer; empty if that cannot be."""
    targets = list(dict.fromkeys(member.target for member in node.members if needs.rings(member.target)))
    if len(targets) < 2:
        return {}
    states: dict[str, State] = dict.fromkeys(targets, "no_answer")
    return {**states, targets[0]: "busy"}


def _add(draft: Draft, maker: Maker, search: Search, place: Vertex, need: Need, *, purpose: str) -> None:
    def passes(call: Call) -> bool:
        return any(passed.vertex == place.kind and passed.name == place.name for passed in call.passed)

    for demand in search.places[place]:
        whole = demand.with_need(need, None)
        made = maker.make(whole, passes) if whole is not None else None
        if made is not None:
            draft.add(purpose, made)
            return


def add_followed(draft: Draft, maker: Maker, search: Search) -> None:
    """For each extension that is followed elsewhere: somebody answers there."""
    for item in maker.graph.flow.extensions:
        place = Vertex("extension", item.number)
        if not item.follow_me or place not in search.places:
            continue
        states: dict[str, State] = {follow.number: "no_answer" for follow in item.follow_me[1:]}
        if item.device != "none":
            states[item.number] = "no_answer"
        states[item.follow_me[0].number] = "answer"
        _add(draft, maker, search, place, Need(states=states), purpose=f"{item.number}-followed")
