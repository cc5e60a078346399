"""What the service takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Discriminator, Field, JsonValue, Tag, model_validator

from call_flow.diff import Difference
from call_flow.export.package import Assurance, Fidelity
from call_flow.flow.model import SCHEMA, Flow
from call_flow.flow.scenario import Result, Scenario
from call_flow.flow.values import E164
from call_flow.prove.report import ProofReport
from call_flow.spec.assumption import Assumption
from call_flow.spec.specification import Specification
from call_flow.validate.finding import Finding, Severity
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged

#: As `oberaconnect.auth.TENANT`, in the dialect of JSON Schema: there `$` is the very end.
Client = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="The client (the MSP's customer) it is about")
]
FlowId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["acme-corp"])]
Version = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="The hash of the content; the latest if absent")]

Names = Annotated[list[Annotated[Text, Field(max_length=40)]], Field(max_length=20)]


def _which(value: Any) -> str:
    if isinstance(value, dict):
        return "flow" if value.get("schema") == SCHEMA and "nodes" in value else "specification"
    return "flow" if isinstance(value, Flow) else "specification"


#: A whole flow as it is (it says its schema and has nodes), or a specification that is completed.
Given = Annotated[Annotated[Flow, Tag("flow")] | Annotated[Specification, Tag("specification")], Discriminator(_which)]


class Reference(Model):
    """A flow that is kept, by its id, or one that is sent along: as `flow`, or with its fields beside the others."""

    flow_id: FlowId | None = None
    version: Version | None = None
    client: Client | None = None
    flow: Given | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_its_flow(cls, told: Any) -> Any:
        """A body that says of a customer is a flow or a specification itself: what the request does not know is its."""
        if not isinstance(told, dict) or "customer" not in told or {"flow", "flow_id"} & told.keys():
            return told
        own = {name: value for name, value in told.items() if name in cls.model_fields}
        return own | {"flow": {name: value for name, value in told.items() if name not in own}}

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.flow_id is None) == (self.flow is None):
            raise ValueError("give either flow_id or flow")
        if self.version is not None and self.flow_id is None:
            raise ValueError("a version is one of a flow_id")
        return self


class GenerateRequest(Specification):
    """A specification, and what to do with it. Without `flow_id` the flow is named after the customer."""

    flow_id: FlowId | None = None
    client: Client | None = None
    formats: Names | None = Field(default=None, description="Pictures and documents that `artifacts` names; else all")
    targets: Names | None = Field(default=None, description="Systems of `/targets` that `artifacts` names; else all")


class FlowQuery(Model):
    """Which version of a flow is meant."""

    version: Version | None = None
    client: Client | None = None


class FlowsQuery(Paged):
    """Which flows to list."""

    client: Client | None = None


class ClientQuery(Model):
    """Of which client."""

    client: Client | None = None


class Generated(View):
    """A flow that was made and kept, what was found, what is to be confirmed, and what can be had of it."""

    flow_id: str
    version: str
    number: int = Field(description="1, 2, 3 … as the versions came")
    client: str
    flow: Flow
    findings: list[Finding]
    assumptions: list[Assumption]
    artifacts: dict[str, str] = Field(description="Addresses by format or target")


class ApprovalView(View):
    """Somebody approved a version."""

    id: UUID
    flow_id: str
    version: str
    name: str
    role: str
    comment: str
    created_at: datetime


class FlowView(Generated):
    """A version of a flow, and what became of it."""

    origin: str
    author: str
    created_at: datetime
    is_latest: bool
    approvals: list[ApprovalView]
    proof_id: UUID | None
    proof: Literal["passed", "failed"] | None


class FlowItem(View):
    """A flow in a list."""

    flow_id: str
    client: str
    customer: str
    version: str
    number: int
    approved: bool
    proof: Literal["passed", "failed"] | None
    created_at: datetime
    updated_at: datetime


class VersionItem(View):
    """A version in a list."""

    version: str
    number: int
    origin: str
    author: str
    created_at: datetime


class Versions(View):
    """The versions of a flow, newest first."""

    items: list[VersionItem]


class Validated(View):
    """What was found. `valid` when there is no error."""

    valid: bool
    findings: list[Finding]
    assumptions: list[Assumption]


class SimulateRequest(Reference):
    """A call, as a scenario or in words."""

    scenario: Scenario | None = None
    question: Annotated[Text, Field(min_length=1, max_length=1000)] | None = Field(
        default=None, examples=["Saturday 19:00, presses 2"]
    )

    @model_validator(mode="after")
    def _is_one_call(self) -> Self:
        if (self.scenario is None) == (self.question is None):
            raise ValueError("give either scenario or question")
        return self


class Simulated(Result, View):
    """How the call goes, and as which scenario it was understood."""

    scenario: Scenario


class BatchRequest(Reference):
    """Many calls of one flow."""

    scenarios: list[Scenario] = Field(min_length=1, max_length=1000)


class Batch(View):
    """How each call goes, in the order of the request."""

    results: list[Result]


class PictureOptions(Model):
    """How a picture is drawn."""

    direction: Literal["right", "down"] = "right"
    number: E164 | None = Field(default=None, description="Only what calls to this number can come to")
    scale: float | None = Field(
        default=None, ge=0.1, le=4, description="Of PNG: pixels a unit; if absent, 2, or less where it is large"
    )


class RenderRequest(Reference, PictureOptions):
    """What to draw."""


class RenderQuery(PictureOptions):
    """What to draw, of a flow that is kept."""

    flow_id: FlowId
    version: Version | None = None
    client: Client | None = None


class ExportQuery(Model):
    """What to export, of a flow that is kept."""

    flow_id: FlowId
    version: Version | None = None
    client: Client | None = None


class ExportReport(View):
    """How faithfully each element came over, and how that was checked."""

    target: str
    title: str
    assurance: Assurance
    files: list[str]
    exact: int
    approximated: int
    unsupported: int
    fidelity: list[Fidelity]


class ProveRequest(Reference):
    """What to prove. Without `cases`, the whole test plan."""

    cases: list[Annotated[Text, Field(max_length=200)]] = Field(
        default=[], max_length=2000, description="Ids of the plan"
    )


class ProofView(View):
    """A proof with its report."""

    id: UUID
    client: str
    flow_id: str | None
    version: str
    created_at: datetime
    report: ProofReport


class DiffRequest(Model):
    """Two flows."""

    before: Reference
    after: Reference


class DiffView(Difference, View):
    """What changed, and what of it callers notice."""


class ApproveRequest(Model):
    """Who approves which version. The hash is the one that the person saw, on the picture or the document."""

    flow_id: FlowId
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    client: Client | None = None
    name: Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\S")]
    role: Annotated[Text, Field(max_length=200)] = ""
    comment: Annotated[Text, Field(max_length=4000)] = ""


class RuleView(View):
    """A rule of the validator."""

    code: str
    severity: Severity
    title: str
    why: str
    fix: str
    reference: str | None


class Rules(View):
    """All rules of the validator."""

    items: list[RuleView]


class TargetView(View):
    """A system that flows can be exported to."""

    name: str
    title: str
    assurance: Assurance
    description: str


class Targets(View):
    """All of them, and whether real calls can be made here."""

    items: list[TargetView]
    can_prove: bool
    pbx: str | None = Field(description="The version of Asterisk that proofs run on, or how to get one")


class Schema(View):
    """The JSON Schema of `callflow/1` and of what `POST /generate` takes."""

    flow: dict[str, JsonValue]
    specification: dict[str, JsonValue]
