"""What asking takes and gives."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AliasChoices, ConfigDict, Field, JsonValue, model_validator

from engineering_api.models import MOST_CHOSEN, Client, Site
from oberaconnect.endpoint import Model, Text, View

MOST_COLLECTIONS = 5
MOST_STEPS = 12

#: As rag-engine names its collections.
Collection = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", examples=["documents"])]


class AskScope(Model):
    """Where an answer may come from: configurations as for an audit, and collections of documents."""

    client: Client | None = None
    site: Site | None = None
    config_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_CHOSEN)] | None = None
    collections: Annotated[list[Collection], Field(max_length=MOST_COLLECTIONS)] = Field(
        default=["documents"], description="Of rag-engine; an empty list asks no documents"
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.config_ids is not None and self.site is not None:
            raise ValueError("give either config_ids or a site")
        return self


def _with_query(schema: dict[str, Any]) -> None:
    """Tell of the second name that a question may have."""
    schema["properties"]["query"] = schema["properties"]["question"] | {
        "title": "Query",
        "description": "The same as `question`; one of the two is given",
    }
    schema["required"] = [name for name in schema.get("required", []) if name != "question"]
    if not schema["required"]:
        del schema["required"]
    schema["oneOf"] = [{"required": ["question"]}, {"required": ["query"]}]


class AskRequest(Model):
    """A question in plain English, as `question` or as `query`."""

    model_config = ConfigDict(json_schema_extra=_with_query)

    question: Annotated[Text, Field(min_length=1, max_length=4000, pattern=r"\S")] = Field(
        validation_alias=AliasChoices("question", "query"), examples=["Which switch carries VLAN 30?"]
    )
    scope: AskScope = Field(default_factory=AskScope)
    stream: bool = Field(default=False, description="Answer with server-sent events, as does Accept: text/event-stream")
    max_steps: int = Field(default=6, ge=0, le=MOST_STEPS, description="How often a language model may ask for tools")
    model: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="`none` answers without a language model; else the name of the one that is set up"
    )
    top_k: int = Field(default=5, ge=1, le=20, description="How many passages of documents are looked at")


class Locator(View):
    """Where a quote stands. Of a configuration, a document or a calculation only its own fields are set."""

    config_id: UUID | None = None
    device: str | None = None
    site: str | None = None
    line_start: int | None = None
    line_end: int | None = None
    document_id: str | None = None
    external_id: str | None = None
    url: str | None = None
    page: int | None = None
    section: str | None = None
    start: int | None = None
    end: int | None = None
    calc_id: UUID | None = None
    tool: str | None = None
    entry: str | None = Field(default=None, description="An entry of the knowledge that comes with the service")


class Citation(View):
    """What proves a sentence."""

    n: int
    type: Literal["doc", "config", "calc"]
    source: str = Field(description="The document's title, the device, or the tool")
    locator: Locator
    quote: str


class ToolUse(View):
    """A tool that was used."""

    tool: str
    args: dict[str, JsonValue]
    result_id: UUID | None


class Usage(View):
    """What the language model counted."""

    input_tokens: int
    output_tokens: int


class UsedModel(View):
    """The language model that wrote an answer."""

    provider: str
    name: str


class AskAnswer(View):
    """An answer whose every sentence has its citations; what could not be answered is said beside it.

    Sentences of a language model that their citations do not bear out are left out and listed in `unanswered`.
    """

    answer: str | None
    answered: bool
    citations: list[Citation]
    tool_trace: list[ToolUse]
    unanswered: list[str]
    model: UsedModel | None
    usage: Usage


def locator(fields: tuple[tuple[str, Any], ...]) -> Locator:
    """A locator of the fields that are known."""
    return Locator(**{name: value for name, value in fields if value not in (None, "")})
