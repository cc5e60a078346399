"""What a test plan is."""

from pydantic import Field

from call_flow.flow.scenario import Case
from call_flow.flow.values import Part


class TestPlan(Part):
    """Calls that take every branch. `edges` are those a call can come to; the rest is in `not_covered`.

    What else was left out, because the plan would grow too long, is there too, under a name that is no edge.
    """

    __test__ = False  # pytest takes classes of this name for tests

    cases: list[Case]
    edges: int = Field(description="How many edges calls to the numbers can come to")
    covered: int
    not_covered: dict[str, str] = Field(default={}, description="Edges that no case takes, with the reason")
