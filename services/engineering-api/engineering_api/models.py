"""What the service takes and gives for configurations and devices."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, JsonValue, RootModel, model_validator

from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged

#: As `oberaconnect.auth.TENANT`, in the dialect of JSON Schema: there `$` is the very end.
Client = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="The client (the MSP's customer) it is about")
]
Site = Annotated[Text, Field(max_length=80, description="A place of the client, such as its office in a town")]
PlatformName = Annotated[Text, Field(max_length=60, examples=["cisco_ios"])]

#: More characters than any configuration of a device for small businesses.
MOST_CHARACTERS = 16_777_216
MOST_FILES = 100
#: So many devices are looked at in one request.
MOST_CHOSEN = 200
#: And so many lines of theirs.
MOST_LINES_TOGETHER = 200_000
#: So many lines that were not understood are told with a file; all of them are a section of its facts.
MOST_UNPARSED = 1_000


class ConfigText(Model):
    """A configuration as text."""

    name: Annotated[Text, Field(min_length=1, max_length=255)] = "configuration.txt"
    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    platform: PlatformName | None = Field(default=None, description="Recognised where absent")


class ConfigsRequest(Model):
    """Configurations to keep."""

    files: Annotated[list[ConfigText], Field(min_length=1, max_length=MOST_FILES)]
    client: Client | None = None
    site: Site = ""
    document_id: UUID | None = Field(default=None, description="The document of data-processing that it is")


class ConfigsForm(Model):
    """What is said beside uploaded configurations."""

    client: Client | None = None
    site: Site = ""
    platform: PlatformName | None = None


class Line(View):
    """A line of a configuration, counted from 1."""

    line: int
    text: str


class Redactions(View):
    """What was removed before anything was kept."""

    count: int
    kinds: dict[str, int]


class GuessView(View):
    """What a configuration may be."""

    platform: str
    confidence: float


class Understood(View):
    """How far a configuration was understood."""

    platform: str
    confidence: float = Field(description="0 to 1; 1 where the platform was told")
    guesses: list[GuessView] = Field(description="What else it may be")
    encoding: str
    form: str = Field(description="How the lines came to be where they are not those of the file: sonicwall, json, xml")
    hostname: str
    lines: int
    parsed: int = Field(description="Lines that were understood, without blank ones and comments")
    unparsed_count: int
    unparsed: list[Line] = Field(description="Lines that were not understood, at most 1,000 of them")
    warnings: list[str]
    redactions: Redactions


class Kept(Understood):
    """A configuration that was kept."""

    config_id: UUID
    device_id: UUID
    name: str
    is_new: bool = Field(description="Whether it differs from what the device had")


class Refused(View):
    """A file that is no configuration."""

    name: str
    problem: str


class ConfigsKept(View):
    """What became of each file."""

    config_ids: list[UUID]
    client: str
    site: str
    files: list[Kept | Refused]


class ConfigsQuery(Paged):
    """Which configurations to list."""

    client: Client | None = None
    site: Site | None = None
    device_id: UUID | None = None


class DevicesQuery(Paged):
    """Which devices to list."""

    client: Client | None = None
    site: Site | None = None


class ConfigItem(View):
    """A configuration in a list."""

    id: UUID
    client: str
    site: str
    device_id: UUID
    device: str
    number: int = Field(description="1, 2, 3 … as they came for the device")
    name: str
    platform: str
    confidence: float
    lines: int
    parsed: int
    unparsed_count: int
    redactions: Redactions
    document_id: UUID | None
    author: str
    created_at: datetime
    is_latest: bool
    has_original: bool


class SectionQuery(Model):
    """Which facts are wanted."""

    section: Annotated[Text, Field(max_length=40)] | None = Field(
        default=None, description="interfaces, vlans, routes … or several, separated by commas; all where absent"
    )


class ConfigView(ConfigItem):
    """A configuration and what it says: every fact with its lines."""

    facts: dict[str, JsonValue] = Field(
        description="By section. A fact is {value, source: {config_id, line_start, line_end}, fields}: `fields` tells"
        " the lines of those of its fields that have lines of their own"
    )


class TextQuery(Model):
    """Which lines are wanted."""

    first: int = Field(default=1, ge=1)
    last: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("the last line comes before the first")
        return self


class ConfigLines(View):
    """Lines of a configuration, without its secrets."""

    config_id: UUID
    first: int
    last: int
    total: int
    lines: list[str]


class DeviceView(View):
    """A device of a client."""

    id: UUID
    client: str
    site: str
    name: str
    platform: str
    config_id: UUID = Field(description="Its latest configuration")
    configs: int
    created_at: datetime
    updated_at: datetime


class ParseRequest(Model):
    """Text of a device: its configuration, or what it shows."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    platform: PlatformName | None = None
    kind: Literal["config", "show"] = "config"
    command: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None,
        description="The command that showed it, such as `show ip interface brief`",
        examples=["show vlan"],
    )


class ConfigParsed(Understood):
    """A configuration, understood. Nothing was kept."""

    kind: Literal["config"] = "config"
    facts: dict[str, JsonValue]
    tree: list[dict[str, Any]] = Field(description="Nodes: {text, line_start, line_end, children}")


class ShowParsed(View):
    """What a command showed, as rows."""

    kind: Literal["show"] = "show"
    platform: str
    command: str
    rows: list[dict[str, JsonValue]]


class ParseResult(RootModel[ConfigParsed | ShowParsed]):
    """What was understood, as a configuration or as rows."""


class Scope(Model):
    """Which configurations are meant: these, or the latest of every device of a client or one of its sites."""

    config_ids: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)] | None = None
    client: Client | None = None
    site: Site | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.config_ids is not None and self.site is not None:
            raise ValueError("give either config_ids or a site")
        return self


class PlatformView(View):
    """A platform whose configurations are understood."""

    name: str
    title: str
    vendor: str
    roles: list[str]
    aliases: list[str]


class Platforms(View):
    """The platforms."""

    items: list[PlatformView]
