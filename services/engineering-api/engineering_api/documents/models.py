"""What is asked for and told of documents over HTTP."""

import datetime as dt
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from engineering_api.documents.forms import FORMATS, Format
from engineering_api.documents.material import Detail, Section, Template
from engineering_api.models import MOST_CHARACTERS, Client, PlatformName, Scope
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.job_face import Job
from oberaconnect.paging import Paged
from oberaconnect.typeset import Paper

_Name = Annotated[Text, Field(max_length=120)]
#: A logo of 1 MB as base64, with line ends.
_MOST_LOGO = 1_500_000
Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Inputs(Scope):
    """What the document is about: kept configurations, or the text of one that is not kept."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = Field(
        default=None, description="A configuration, instead of those that are kept; its secrets are removed at once"
    )
    name: Annotated[Text, Field(max_length=255)] = Field(default="configuration.txt", description="Of the text")
    platform: PlatformName | None = Field(default=None, description="Of the text; recognised where absent")
    audit: bool | None = Field(
        default=None,
        description="Tell what the last audit of these configurations found, if there was one; where absent, only a"
        " firewall review does",
    )

    @model_validator(mode="after")
    def _is_one_or_kept(self) -> Self:
        if self.text is not None and (self.config_ids is not None or self.site is not None):
            raise ValueError("give either a text or configurations that are kept")
        if self.text is None and self.platform is not None:
            raise ValueError("a platform is told of a text only")
        return self


class TitleBlockModel(Model):
    """What stands on the cover."""

    title: _Name = ""
    client: _Name = Field(default="", description="The client's name as it is written")
    site: _Name = ""
    author: _Name = ""
    version: Annotated[Text, Field(max_length=40)] = ""
    date: dt.date | None = Field(default=None, description="Today where absent")
    logo: Annotated[Text, Field(max_length=_MOST_LOGO)] | None = Field(
        default=None, description="A PNG or SVG of at most 1 MB, as base64 or as a data: address"
    )


class DocumentRequest(Model):
    """A document to write."""

    template: Template
    inputs: Inputs = Inputs()
    sections: Annotated[list[Section], Field(min_length=1, max_length=40)] | None = Field(
        default=None, description="Those that are wanted of the template's; all where absent"
    )
    detail: Detail = Field(default=1, description="0: the most important, 1: as usual, 2: everything")
    formats: Annotated[list[Format], Field(min_length=1, max_length=len(FORMATS))] = list(FORMATS)
    narrative: Literal["none", "llm"] = Field(
        default="none", description="llm: short paragraphs, made by the configured model and marked as such"
    )
    paper: Paper = "a4"
    title_block: TitleBlockModel = TitleBlockModel()


class DocumentJob(Job):
    """The job that writes a document. Its id is the document's."""

    document_id: UUID
    url: str


class DocumentsQuery(Paged):
    """Which documents to list."""

    client: Client | None = None
    template: Template | None = None


class DocumentItem(View):
    """A document in a list."""

    id: UUID
    client: str
    template: Template
    title: str
    status: Status
    formats: list[Format] = Field(description="Those that can be fetched, by /documents/{id}.pdf and the like")
    created_at: dt.datetime


class SourceView(View):
    """A configuration that a document was written from."""

    config_id: UUID | None = Field(description="None for a text that is not kept")
    device: str
    site: str
    platform: str
    file: str
    number: int
    lines: int
    unparsed: int
    hash: str


class DocumentView(DocumentItem):
    """A document. It has no text before its job has succeeded."""

    stage: str
    problem: dict[str, object] | None
    sections: list[Section]
    notes: list[str] = Field(description="What is worth knowing about how it came to be")
    sources: list[SourceView]
    links: dict[str, str]
    markdown: str
