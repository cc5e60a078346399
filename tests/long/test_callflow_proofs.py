"""Ten customers, and every branch of each called on a real Asterisk."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from tests import pbx as lab
from tests.customers import CUSTOMERS, TODAY, customer

from call_flow.flow.graph import Graph
from call_flow.prove.engine import prove
from call_flow.prove.report import ProofReport
from call_flow.simulate.call import edge_key

_AT_ONCE = 2


def proven(name: str) -> ProofReport:
    """All calls of a customer's test plan."""
    return prove(customer(name), today=TODAY, wanted=(), asterisk=lab.tree(), show=lambda done, total: None)


@pytest.fixture(scope="module")
def reports() -> Iterator[Mapping[str, Future[ProofReport]]]:
    lab.tree()  # fetched before anybody needs it
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("fork")) as pool:
        yield {name: pool.submit(proven, name) for name in CUSTOMERS}
        pool.shutdown(cancel_futures=True)


def test_there_are_ten() -> None:
    assert len(CUSTOMERS) >= 10


@pytest.mark.parametrize("name", CUSTOMERS)
def test_every_branch_of_a_customer_is_proven_by_calls(reports: Mapping[str, Future[ProofReport]], name: str) -> None:
    report = reports[name].result()
    assert report.load_complaints == []
    assert {case.id: case.difference for case in report.cases if not case.passed} == {}
    assert report.verdict == "passed"
    graph = Graph(customer(name))
    edges = {edge_key(edge) for edge in graph.edges if edge.source in graph.reachable()}
    taken = {edge for case in report.cases for edge in case.covers}
    assert edges
    assert edges - taken <= set(report.not_covered)
