"""The test plan of a flow: calls that take every branch, with what must come out of each."""

import datetime as dt

from call_flow.flow.graph import Edge, Graph
from call_flow.flow.model import Flow
from call_flow.simulate.call import edge_key
from call_flow.simulate.simulator import Simulator
from call_flow.simulate.testplan import samples
from call_flow.simulate.testplan.branches import add_edges, add_followed, add_inner, add_tries
from call_flow.simulate.testplan.draft import Draft
from call_flow.simulate.testplan.hours import add_hours
from call_flow.simulate.testplan.maker import Maker
from call_flow.simulate.testplan.model import TestPlan
from call_flow.simulate.testplan.moments import Moments
from call_flow.simulate.testplan.needs import Needs
from call_flow.simulate.testplan.search import Search
from call_flow.simulate.testplan.telephones import add_telephones
from call_flow.simulate.testplan.titles import Titles

__all__ = ["TestPlan", "plan"]


def plan(flow: Flow, *, today: dt.date) -> TestPlan:
    """The calls that try a flow, from `today` on: the same for the same flow and day.

    They take every edge that a call to one of its numbers can come to, every change of its hours with the seconds
    around it, special days and clock changes, states set by hand, what its extensions dial, and what becomes of calls
    to extensions that only colleagues can call.
    """
    simulator = Simulator(flow)
    graph = simulator.graph
    moments, needs = Moments(graph, today), Needs(graph)
    edges, inner = _edges(graph)
    left_out = samples.left_out(graph, edges)
    search = Search(graph, needs, left_out)
    maker = Maker(simulator, moments, needs)
    draft = Draft(maker, Titles(graph, moments, maker.callers.find({})[0]))
    draft.left_out.update({**left_out, **samples.left_out(graph, inner)})
    if flow.numbers:
        add_edges(draft, maker, search, edges)
    add_telephones(draft, maker)
    if flow.numbers:
        add_tries(draft, maker, search)
        add_followed(draft, maker, search)
        add_hours(draft, maker, search)
    add_inner(draft, maker, inner)
    keys = {edge_key(edge) for edge in (*edges, *inner)}
    return TestPlan(
        cases=draft.cases,
        edges=len(keys),
        covered=len(keys & draft.covered),
        not_covered={name: reason for name, reason in draft.left_out.items() if name not in draft.covered},
    )


def _edges(graph: Graph) -> tuple[list[Edge], list[Edge]]:
    """The edges of every place that calls to the numbers can come to, and those of all other extensions."""
    reachable = graph.reachable()
    inner = [edge for edge in graph.edges if edge.source.kind == "extension" and edge.source not in reachable]
    return [edge for edge in graph.edges if edge.source in reachable], inner
