"""What a sign-off document is made of."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.prove.report import ProofReport
from call_flow.render.words import Names, several
from call_flow.spec.assumption import Assumption
from call_flow.validate.finding import Finding
from oberaconnect.typeset import Paper, Tone

#: Countries whose paper is that of ANSI; all others have that of ISO.
_LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "PR", "SV", "VE"})


@dataclass(frozen=True)
class Row:
    """A call that could be made, in words: when, what the caller does, what they get, and by which way."""

    when: str
    caller_does: str
    gets: str
    path: str


@dataclass(frozen=True)
class Approval:
    """Who approved which version (its hash), and when."""

    name: str
    role: str
    at: dt.datetime
    hash: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that goes into the document. `made` is its date; `pictures` are titles and SVGs, in their order."""

    flow: Flow
    version: str
    made: dt.date
    prepared_by: str
    findings: Sequence[Finding] = ()
    assumptions: Sequence[Assumption] = ()
    pictures: Sequence[tuple[str, str]] = ()
    scenarios: Sequence[Row] = ()
    proof: ProofReport | None = None
    approval: Approval | None = None

    @cached_property
    def graph(self) -> Graph:
        """The graph of the flow."""
        return Graph(self.flow)

    @cached_property
    def names(self) -> Names:
        """What the parts of the flow are called."""
        return Names(self.graph)

    @property
    def paper(self) -> Paper:
        """The paper that is usual where the customer is."""
        return "letter" if self.flow.customer.country in _LETTER else "a4"

    @property
    def is_approved(self) -> bool:
        """Whether somebody approved exactly this version."""
        return self.approval is not None and self.approval.hash == self.version

    @property
    def status(self) -> tuple[str, Tone]:
        """Where the version stands, in words."""
        errors = sum(finding.severity == "error" for finding in self.findings)
        if self.approval is not None and self.is_approved:
            proven = ", and proven by test calls" if self.proof and self.proof.verdict == "passed" else ""
            return f"Approved by {self.approval.name} on {date(self.approval.at.date())}{proven}", "good"
        if errors:
            return f"Draft: {several(errors, 'point')} must be corrected before it can be approved", "bad"
        if self.proof is not None and self.proof.verdict == "failed":
            made = several(len(self.proof.cases), "test call")
            return f"Draft: {self.proof.failed:,} of {made} did not go as described", "bad"
        if self.approval is not None:
            return "Draft: the approval on record is for another version", "warning"
        if self.proof is not None:
            return f"Proven by {several(len(self.proof.cases), 'test call')}, waiting for your approval", "good"
        return "Draft for your approval", "plain"


def date(day: dt.date) -> str:
    """A date that is read the same everywhere, such as "24 December 2026"."""
    return f"{day.day} {day:%B %Y}"
