"""Seeded faults: ways to spoil a flow, and what must be found then."""

from tests.faults.fault import Fault, Plain, Unfit
from tests.faults.graph import GRAPH
from tests.faults.hours import HOURS
from tests.faults.menus import MENUS
from tests.faults.numbering import NUMBERING
from tests.faults.people import PEOPLE
from tests.faults.references import REFERENCES
from tests.faults.safety import SAFETY

FAULTS: list[Fault] = [
    fault
    for subject in (GRAPH, REFERENCES, MENUS, HOURS, PEOPLE, NUMBERING, SAFETY)
    for fault in subject.all
]  # fmt: skip

__all__ = ["FAULTS", "Fault", "Plain", "Unfit"]
