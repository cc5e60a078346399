"""What differs between two flows."""

from typing import Literal

from pydantic import Field

from call_flow.flow.values import Part


class Change(Part):
    """One change: where (a JSON pointer into the flow that has it), how, and in a sentence."""

    pointer: str
    kind: Literal["added", "removed", "changed"]
    sentence: str


class Difference(Part):
    """What changed, and what of it callers notice; both empty for equal flows."""

    changes: list[Change]
    callers: list[str] = Field(description="What changes for callers, found by making the same calls to both")
