"""What an export gives: files, and how faithfully each element is in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from call_flow.flow.model import Flow
from call_flow.flow.values import Part

#: proven: called on the real system by `POST /prove`. schema: checked against the maker's published schema, syntax or
#: parameter tables. structure: checked for what its documentation or source says, without a schema of the whole.
Assurance = Literal["proven", "schema", "structure"]


class Fidelity(Part):
    """How one element came over. `how` says what is different, or why it is missing and what to do instead."""

    pointer: str
    element: str
    status: Literal["exact", "approximated", "unsupported"]
    how: str = ""


@dataclass(frozen=True)
class Package:
    """Files by their path, and a line for every element of the flow."""

    files: Mapping[str, bytes]
    fidelity: list[Fidelity] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """A system that a flow can be exported to.

    `make(flow, secret)`: `secret("sip:101")` gives the password of that name: always the same one for one flow, and
    nobody outside can work it out. The result is the same, byte for byte, for the same flow.
    """

    name: str
    title: str
    assurance: Assurance
    description: str
    make: Callable[[Flow, Callable[[str], str]], Package]
