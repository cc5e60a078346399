"""What a translation takes and gives over HTTP."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from engineering_api.models import MOST_CHARACTERS, Client, PlatformName
from oberaconnect.endpoint import Model, Text, View

Name = Annotated[Text, Field(min_length=1, max_length=80)]


class TranslateRequest(Model):
    """A configuration and the platform for which it is wanted."""

    model_config = ConfigDict(populate_by_name=True)

    from_: PlatformName | None = Field(default=None, alias="from", description="Recognised where absent")
    to: PlatformName
    text: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None
    config_id: UUID | None = None
    scope: Annotated[list[Name], Field(max_length=20)] = Field(
        default_factory=list, description="Sections: identity, vlans, interfaces, routes, …; all where absent"
    )
    names: dict[Name, Name] = Field(
        default_factory=dict, max_length=2_000, description="Names of interfaces on the target, by those of the source"
    )
    client: Client | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.config_id is None) == (self.text is None):
            raise ValueError("give either a config_id or a text")
        return self


class MapView(View):
    """Lines of the source and what became of them. Every line of the source is in the map once."""

    src_lines: tuple[int, int]
    dst_lines: tuple[int, int] | None
    status: Literal["exact", "approx", "unsupported"]
    note: str


class SummaryView(View):
    """How many lines of the source became what, and the names of interfaces."""

    exact: int
    approx: int
    unsupported: int
    silent: int = Field(description="Blank lines, comments and lines that only close a block; they count as exact")
    names: dict[str, str]


class PacketView(View):
    """A packet that both sides treat otherwise, with the lines that decide."""

    packet: str
    interface: str
    source: str
    target: str
    src_lines: tuple[int, int] | None
    dst_lines: tuple[int, int] | None


class PacketsView(View):
    """Packets that were tried on both sides, made from the rules of the source."""

    run: int
    agreed: int
    differing: list[PacketView]


class TranslateResult(View):
    """A configuration for another platform. Secrets are not in it and must be set by hand."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    text: str
    from_: str = Field(alias="from")
    to: str
    map: list[MapView]
    summary: SummaryView
    packet_tests: PacketsView
    warnings: list[str]
