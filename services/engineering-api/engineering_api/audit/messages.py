"""What audits take and give over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from engineering_api.audit.model import Finding, Role, Ruleset, Severity
from engineering_api.models import MOST_CHARACTERS, Client, PlatformName, Scope
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged

#: So many findings are told; the worst come first.
MOST_FINDINGS = 5_000
MOST_WAIVERS = 500

Code = Annotated[Text, Field(max_length=80, examples=["mgmt.telnet-enabled"])]
Codes = Annotated[list[Code], Field(max_length=200)]
Words = Annotated[Text, Field(max_length=400)]
Reason = Annotated[Text, Field(min_length=1, max_length=1_000, pattern=r"\S")]


class InlineWaiver(Model):
    """A decision to live with findings, for this audit only."""

    rule: Code
    device: Annotated[Text, Field(max_length=120)] = ""
    evidence: Words = Field(default="", description="Part of a line: only findings with such a line")
    reason: Reason
    expires_on: date | None = None


class AuditRequest(Scope):
    """What to audit: kept configurations by their ids or place, or one that is sent along."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = Field(
        default=None, description="A configuration of which nothing is kept"
    )
    name: Annotated[Text, Field(min_length=1, max_length=255)] = Field(
        default="configuration.txt", description="Its file's name"
    )
    platform: PlatformName | None = Field(default=None, description="Of the text; recognised where absent")
    ruleset: Ruleset = "all"
    min_severity: Severity = "info"
    only: Codes = []
    without: Codes = Field(default=[], alias="except")
    waivers: Annotated[list[InlineWaiver], Field(max_length=MOST_WAIVERS)] = []

    @model_validator(mode="after")
    def _is_text_or_kept(self) -> Self:
        if self.text is not None and (self.config_ids is not None or self.site is not None):
            raise ValueError("give either a text or kept configurations")
        return self


class AuditQuery(Model):
    """How findings are told."""

    format: Literal["json", "sarif"] = "json"


class DeviceScore(View):
    """How a device did."""

    device: str
    device_id: UUID | None
    config_id: UUID | None
    site: str
    platform: str
    score: float = Field(description="0 to 100; see GET /rules for how it is made")
    counts: dict[str, int] = Field(description="Findings by severity; those that are waived apart")


class ExpiredWaiver(View):
    """A waiver that counts no more, and the findings that it covered."""

    id: UUID | None
    rule: str
    reason: str
    expires_on: date
    findings: int


class Summary(View):
    """An audit at a glance."""

    score: float = Field(description="The mean of the devices' scores")
    counts: dict[str, int]
    categories: dict[str, int] = Field(description="Findings that are not waived, by category")
    rules: int = Field(description="How many rules were looked at")
    devices: list[DeviceScore]
    expired_waivers: list[ExpiredWaiver]
    left_off: int = Field(description="Findings that are not told, as there are too many")


class AuditResult(View):
    """What an audit found, the worst first."""

    client: str
    ruleset: Ruleset
    summary: Summary
    findings: list[Finding]


class RulesQuery(Model):
    """Which rules to list."""

    ruleset: Ruleset = "all"
    min_severity: Severity = "info"


class RuleView(View):
    """A rule."""

    code: str
    title: str
    severity: Severity
    category: str
    rulesets: list[Ruleset]
    why: str
    fix: dict[str, list[str]] = Field(description="Commands by platform; words in braces are filled in from a finding")
    refs: list[str]
    platforms: list[str] = Field(description="For which it holds; none are all")
    roles: list[Role]


class Rules(View):
    """The rules, and how scores are made of what they find."""

    items: list[RuleView]
    rulesets: list[Ruleset]
    points: dict[str, float] = Field(description="What a finding costs, by severity")
    scoring: str


class WaiverRequest(Model):
    """A decision to live with findings of a rule."""

    client: Client | None = None
    rule: Code
    device_id: UUID | None = Field(default=None, description="On every device of the client where absent")
    evidence: Words = Field(default="", description="Part of a line: only findings with such a line")
    reason: Reason
    expires_on: date | None = Field(default=None, description="The last day on which it counts; for ever where absent")


class WaiverView(View):
    """A waiver."""

    id: UUID
    client: str
    rule: str
    device_id: UUID | None
    evidence: str
    reason: str
    expires_on: date | None
    is_expired: bool
    by: str
    created_at: datetime


class WaiversQuery(Paged):
    """Which waivers to list."""

    client: Client | None = None


class ScoresQuery(Model):
    """Whose scores, and since when."""

    client: Client | None = None
    device_id: UUID | None = None
    since: datetime | None = None
    ruleset: Ruleset = "all"


class ScoreAt(View):
    """A device's score when it was audited."""

    at: datetime
    device_id: UUID
    device: str
    site: str
    config_id: UUID
    score: float
    counts: dict[str, int]


class ClientScoreAt(View):
    """A client's score after an audit: the mean of what its devices had by then."""

    at: datetime
    score: float
    devices: int


class Scores(View):
    """Scores over time, the oldest first."""

    client: str
    ruleset: Ruleset
    client_scores: list[ClientScoreAt]
    device_scores: list[ScoreAt]
