"""Seeded faults: each is found with the right code at the right place, and flows without faults have no errors."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.callflow import acme
from tests.customers import CUSTOMERS, TODAY, customer
from tests.faults import FAULTS, Fault, Unfit

from call_flow.flow.model import Flow
from call_flow.validate import Finding, check
from call_flow.validate.pointers import resolves


@dataclass(frozen=True)
class Case:
    """A fault in a flow, and what was found."""

    base: str
    fault: Fault
    pointer: str
    plain: dict[str, object]
    findings: tuple[Finding, ...]
    before: frozenset[tuple[str, str]]

    @property
    def is_found(self) -> bool:
        return any(finding.code == self.fault.code and finding.pointer == self.pointer for finding in self.findings)

    @property
    def wrong(self) -> list[Finding]:
        """Errors that were not there before, and that the fault does not bring about."""
        expected = {self.fault.code, *self.fault.also}
        return [
            finding
            for finding in self.findings
            if finding.severity == "error"
            and finding.code not in expected
            and (finding.code, finding.pointer) not in self.before
        ]


def seeded(base: str, flow: Flow, faults: list[Fault]) -> Iterator[Case]:
    plain = flow.plain()
    before = frozenset((finding.code, finding.pointer) for finding in check(flow, today=TODAY))
    for fault in faults:
        try:
            spoilt, pointer = fault.seeded(plain)
        except Unfit:
            continue
        if (fault.code, pointer) not in before:
            changed = Flow.model_validate(spoilt)
            yield Case(base, fault, pointer, changed.plain(), tuple(check(changed, today=TODAY)), before)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Every fault in one system, and again in one of the customers, in turn."""
    found = list(seeded("acme", acme(), FAULTS))
    for position, name in enumerate(CUSTOMERS):
        found += seeded(name, customer(name), FAULTS[position :: len(CUSTOMERS)])
    return found


def test_every_fault_can_be_seeded_somewhere(cases: list[Case]) -> None:
    assert {case.fault.name for case in cases} == {fault.name for fault in FAULTS}
    assert len(CUSTOMERS) >= 10
    assert len(cases) >= 300


def test_faults_are_found_where_they_are(cases: list[Case]) -> None:
    missed = [(case.base, case.fault.name, case.fault.code, case.pointer) for case in cases if not case.is_found]
    assert 1 - len(missed) / len(cases) >= 0.98, missed
    assert missed == []


def test_nothing_else_is_called_an_error(cases: list[Case]) -> None:
    right = sum(case.is_found for case in cases)
    wrong = [(case.base, case.fault.name, finding) for case in cases for finding in case.wrong]
    assert right / (right + len(wrong)) >= 0.98, wrong


def test_every_pointer_leads_somewhere(cases: list[Case]) -> None:
    lost = [finding for case in cases for finding in case.findings if not resolves(case.plain, finding.pointer)]
    assert lost == []


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_customer_without_faults_has_no_error(name: str) -> None:
    assert [finding for finding in check(customer(name), today=TODAY) if finding.severity == "error"] == []
