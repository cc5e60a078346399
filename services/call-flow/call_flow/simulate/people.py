"""What happens when: a few calls that tell a customer how their telephone system behaves."""

import datetime as dt
from collections.abc import Iterator

from call_flow.flow.graph import Edge, Graph
from call_flow.flow.model import Flow
from call_flow.flow.nodes import CallerMatch, External, Menu, Queue, RingGroup, TimeSwitch, Toggle
from call_flow.flow.scenario import Case, Result, Scenario
from call_flow.flow.values import Part
from call_flow.simulate.call import edge_key
from call_flow.simulate.testplan import plan
from call_flow.simulate.testplan.moments import Moments
from call_flow.simulate.testplan.titles import Titles
from call_flow.simulate.words import experience

_MOST_ROWS = 15
_MOST_OF_A_KIND = 6
_WANTED = (
    (TimeSwitch, ("closed", "holiday")),
    (Menu, ("key",)),
    (Menu, ("no_input", "invalid")),
    (CallerMatch, ("match",)),
    (RingGroup, ("no_answer",)),
    (Queue, ("timeout", "no_agents")),
    (External, ("no_answer",)),
    (Toggle, ("on",)),
)


class Row(Part):
    """A call and what the caller gets."""

    when: str
    does: str
    gets: str
    scenario: Scenario
    result: Result


def scenarios_for_people(flow: Flow, *, today: dt.date) -> list[Row]:
    """Up to fifteen calls: closed, holiday, each key, no key, nobody answers, for help. None for an empty flow."""
    graph = Graph(flow)
    cases = plan(flow, today=today).cases
    chosen: dict[str, Case] = {}
    for key in _keys(graph):
        found = next((case for case in cases if key in case.covers), None)
        if found is not None and len(chosen) < _MOST_ROWS - 1:
            chosen.setdefault(found.id, found)
    for case in cases:
        if case.expect.terminal.type == "emergency" and len(chosen) < _MOST_ROWS:
            chosen.setdefault(case.id, case)
            break
    titles = Titles(graph, Moments(graph, today), None)
    return [_row(graph, case, titles.when(case.scenario.at)) for case in chosen.values()]


def _keys(graph: Graph) -> Iterator[str]:
    """The edges that people ask about, the most usual first."""
    reachable = graph.reachable()
    edges = [edge for edge in graph.edges if edge.source in reachable]
    for kind, outcomes in _WANTED:
        found = [edge for edge in edges if _is(graph, edge, kind, outcomes)]
        yield from (edge_key(edge) for edge in found[:_MOST_OF_A_KIND])
    yield from (edge_key(edge) for edge in edges if edge.source.kind == "number")
    yield from (edge_key(edge) for edge in edges if edge.source.kind == "extension" and edge.outcome == "busy")


def _is(graph: Graph, edge: Edge, kind: type, outcomes: tuple[str, ...]) -> bool:
    node = graph.nodes.get(edge.source.name) if edge.source.kind == "node" else None
    return isinstance(node, kind) and edge.outcome.partition(":")[0] in outcomes


def _row(graph: Graph, case: Case, when: str) -> Row:
    return Row(
        when=when,
        does=case.title.removeprefix(when).removeprefix(", ") or "calls",
        gets=experience(graph, case.expect),
        scenario=case.scenario,
        result=case.expect,
    )
