"""Ten customers, as the samples tell of them."""

import pytest
from tests.customers import CUSTOMERS, FOLDER, TODAY, completed, customer

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.nodes import NODE_KINDS
from call_flow.spec import complete, read
from call_flow.spec.specification import Specification
from call_flow.validate import check


def test_there_are_ten_customers_with_every_kind_of_node_and_every_outcome() -> None:
    assert len(CUSTOMERS) == 10
    flows = [customer(name) for name in CUSTOMERS]
    assert {node.kind for flow in flows for node in flow.nodes} == set(NODE_KINDS)
    assert all(8 <= len(flow.nodes) <= 25 for flow in flows)
    assert {flow.customer.country for flow in flows} >= {"US", "GB", "DE", "CA", "FR"}
    graphs = [Graph(flow) for flow in flows]
    outcomes = {
        (graph.nodes[edge.source.name].kind, edge.outcome.partition(":")[0])
        for graph in graphs
        for edge in graph.edges
        if edge.source.kind == "node" and not (edge.implied and edge.outcome in ("holiday", "busy", "offline", "full"))
    }
    assert outcomes >= {
        ("time_switch", "open"), ("time_switch", "closed"), ("time_switch", "holiday"), ("menu", "key"),
        ("menu", "dial"), ("menu", "no_input"), ("menu", "invalid"), ("ring_group", "answered"),
        ("ring_group", "no_answer"),
        ("ring_group", "busy"), ("ring_group", "offline"), ("queue", "answered"), ("queue", "key"),
        ("queue", "timeout"), ("queue", "full"), ("queue", "no_agents"), ("external", "answered"),
        ("external", "no_answer"),
        ("external", "busy"), ("directory", "found"), ("directory", "operator"), ("directory", "failed"),
        ("caller_match", "match"), ("caller_match", "otherwise"), ("toggle", "on"), ("toggle", "off"),
        ("announcement", "done"), ("voicemail", "message"), ("hangup", "done"),
    }  # fmt: skip


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_customers_flow_leads_everywhere_and_nowhere_else(name: str) -> None:
    graph = Graph(customer(name))
    assert [edge.pointer for edge in graph.edges if not graph.exists(edge.target)] == []
    assert {Vertex("node", node.id) for node in graph.flow.nodes} <= graph.reachable()


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_customers_flow_has_no_errors(name: str) -> None:
    assert [item for item in check(customer(name), today=TODAY) if item.severity == "error"] == []


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_customers_flow_comes_out_the_same_again_and_completes_to_itself(name: str) -> None:
    first = completed(name)
    content = (FOLDER / f"{name}.yaml").read_bytes()
    assert complete(read(content, "application/yaml"), today=TODAY) == first
    assert complete(Specification.model_validate(first.flow.plain()), today=TODAY) == first


@pytest.mark.parametrize("name", CUSTOMERS)
def test_each_assumption_about_a_customer_is_a_sentence_about_a_value_of_the_flow(name: str) -> None:
    for item in completed(name).assumptions:
        assert item.message.endswith(".")
        assert item.message[0].isupper(), item
        assert item.value is not None


@pytest.mark.parametrize("name", CUSTOMERS)
def test_only_invented_numbers_and_addresses_are_used(name: str) -> None:
    flow = customer(name)
    numbers = {number.e164 for number in flow.numbers} | {item.mobile for item in flow.extensions if item.mobile}
    invented = ("+1???55501", "+4420794", "+44113496", "+44161496", "+447700900", "+493023125", "+4917139200",
                "+3319900", "+33639980")  # fmt: skip
    assert all(any(_begins(number, pattern) for pattern in invented) for number in numbers), numbers
    mails = {mail for box in flow.mailboxes for mail in box.email}
    assert all(mail.endswith(".example") for mail in mails)


def _begins(number: str, pattern: str) -> bool:
    return all(sign in ("?", digit) for sign, digit in zip(pattern, number, strict=False))
