"""The systems that the part `callflow` is measured with."""

import datetime as dt

import pytest

from bench.company import company
from call_flow.spec import complete
from call_flow.spec.specification import Specification
from call_flow.validate import check

_TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize("nodes", [12, 60])
def test_a_company_has_its_nodes_and_no_error(nodes: int) -> None:
    flow = complete(Specification.model_validate(company(nodes)), today=_TODAY).flow
    assert len(flow.nodes) == nodes
    assert [finding for finding in check(flow, today=_TODAY) if finding.severity == "error"] == []


@pytest.mark.parametrize("nodes", [0, 6, 13, 66])
def test_other_numbers_of_nodes_are_refused(nodes: int) -> None:
    with pytest.raises(ValueError, match="for each of its departments"):
        company(nodes)


def test_companies_of_different_names_differ() -> None:
    assert company(12, "A") != company(12, "B")
    assert company(12, "A") == company(12, "A")
