"""What a review takes and gives over HTTP."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, IPvAnyAddress, JsonValue, model_validator

from engineering_api.models import MOST_CHARACTERS, Client, PlatformName
from engineering_api.review.review import Level, Verdict
from oberaconnect.endpoint import Model, Text, View

Name = Annotated[Text, Field(max_length=120)]
MOST_COMMANDS = 50_000
#: So many differences are told one by one; the text has all of them.
MOST_CHANGES = 5_000

_OneText = Annotated[str, Field(max_length=MOST_CHARACTERS)]
_Lines = Annotated[list[Annotated[str, Field(max_length=20_000)]], Field(max_length=MOST_COMMANDS)]
Commands = _OneText | _Lines


class ConfigReference(Model):
    """A configuration: its text, or the id of one that is kept."""

    config_id: UUID | None = None
    text: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.config_id is None) == (self.text is None):
            raise ValueError("give either a config_id or a text")
        return self


def _in_full(said: Any) -> Any:
    """A configuration that is said by a word alone: its id, or else its text."""
    if not isinstance(said, str):
        return said
    try:
        return {"config_id": UUID(said.strip())}
    except ValueError:
        return {"text": said}


Configuration = Annotated[
    ConfigReference,
    BeforeValidator(_in_full, json_schema_input_type=ConfigReference | _OneText),
    Field(description="A text, an id, or an object that names one of them"),
]


class ReviewContext(Model):
    """From where the engineer manages the device."""

    address: IPvAnyAddress | None = Field(default=None, description="The engineer's address, as the device sees it")
    interface: Name | None = Field(default=None, description="The device's interface by which it is managed")


class ReviewRequest(Model):
    """A change: the configuration before, and the one after or the commands that are to be typed."""

    before: Configuration
    after: Configuration | None = None
    commands: Commands | None = Field(
        default=None, description="In the device's own syntax, applied to `before` in a trial"
    )
    platform: PlatformName | None = None
    context: ReviewContext = Field(default_factory=ReviewContext)
    client: Client | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.after is None) == (self.commands is None):
            raise ValueError("give either the configuration after, or commands")
        return self


class LinesView(View):
    """The lines of a difference on both sides, first and last; null where it is not there."""

    before: tuple[int, int] | None
    after: tuple[int, int] | None


class ChangeView(View):
    """Something that one configuration says and the other not, or otherwise."""

    op: Literal["added", "removed", "changed"]
    path: str = Field(examples=["interfaces/GigabitEthernet1/0/1/trunk_vlans"])
    old: JsonValue
    new: JsonValue
    lines: LinesView


class DiffView(View):
    """What differs, as text and as facts. Lines that are no facts are below `lines/`, secrets below `secrets/`."""

    text: str
    semantic: list[ChangeView]


class EvidenceView(View):
    """Lines that show something."""

    side: Literal["before", "after", "commands"]
    config_id: UUID | None
    device: str
    line_start: int
    line_end: int
    text: str


class ReasonView(View):
    """Why a change is risky."""

    code: str
    weight: int
    sentence: str
    evidence: list[EvidenceView]


class RiskView(View):
    """How risky a change is."""

    level: Level
    score: int
    reasons: list[ReasonView]


class CheckView(View):
    """A command and what it should show."""

    command: str
    expect: str


class ReviewResult(View):
    """What is to be said of a change."""

    platform: str
    device: str
    diff: DiffView
    risk: RiskView
    verdict: Verdict
    mitigations: list[str]
    remediation: list[str] = Field(description="Commands from before to after")
    rollback: list[str] = Field(description="Commands from after to before")
    prechecks: list[CheckView]
    postchecks: list[CheckView]
    explanation: str
    warnings: list[str]


class ChangesQuery(Model):
    """Since when."""

    since: UUID | None = Field(default=None, description="A configuration of the same device; the one before if absent")


class ChangesView(View):
    """What changed on a device between two of its configurations."""

    config_id: UUID
    since: UUID | None = Field(description="null for the first configuration of a device")
    device: str
    platform: str
    diff: DiffView
