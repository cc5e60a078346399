"""What a proof says."""

from typing import Literal

from pydantic import Field

from call_flow.flow.scenario import Scenario, Terminal
from call_flow.flow.values import Part


class Message(Part):
    """One line of the ladder of a call: seconds since it began, who to whom, which SIP message."""

    at: float
    source: str
    target: str
    text: str


class CaseProof(Part):
    """A call that was made. `difference` says in a sentence what was not as expected; empty if it passed."""

    id: str
    title: str
    covers: list[str]
    scenario: Scenario
    passed: bool
    expected: Terminal
    actual: Terminal | None
    expected_path: list[str]
    actual_path: list[str]
    expected_prompts: list[str] = Field(default=[], description="What the caller is to hear, by the ids of prompts")
    actual_prompts: list[str] = []
    difference: str = ""
    seconds: float
    calls: int = Field(
        default=1,
        description="How often it was called: again, by itself, when the machine was too late for a failure to count",
    )
    ladder: list[Message] = []
    log: list[str] = Field(default=[], description="The lines of the PBX about this call; kept of calls that failed")


class ProofReport(Part):
    """All calls of a proof, and what the PBX said when it read the configuration."""

    verdict: Literal["passed", "failed"]
    pbx: str = Field(description="Its version")
    load_complaints: list[str]
    planned: int = Field(description="How many calls the test plan has; a proof of fewer says nothing of the others")
    cases: list[CaseProof]
    passed: int
    failed: int
    called_again: int = Field(default=0, description="Cases that were called more than once")
    edges: int
    edges_covered: int
    not_covered: dict[str, str] = Field(default={}, description="Edges no call could take, with the reason")
    seconds: float
