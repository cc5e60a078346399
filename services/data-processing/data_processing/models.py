"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, RootModel

from oberaconnect import job_face
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged

Collection = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", examples=["documents"])]
#: In pydantic's dialect of regular expressions `$` is the very end.
Client = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="The client (the MSP's customer) it belongs to")
]
ExternalId = Annotated[Text, Field(min_length=1, max_length=512)]
MetadataKey = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")]
MetadataText = Annotated[Text, Field(max_length=2000)]
MetadataValue = MetadataText | bool | int | float | Annotated[list[MetadataText], Field(max_length=100)] | None
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=64)]

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
LedgerStatus = Literal["queued", "indexed", "unchanged", "skipped", "failed", "deleted"]
DocumentStatus = Literal["queued", "processing", "indexed", "failed", "quarantined", "deleting"]

MAX_TEXT_CHARACTERS = 2_000_000


class TextDocument(Model):
    """A document given as text."""

    external_id: ExternalId
    title: Annotated[Text, Field(max_length=500)] = ""
    text: Annotated[Text, Field(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
    url: Annotated[Text, Field(max_length=2000)] | None = None
    metadata: Metadata = {}


class _Ingest(Model):
    collection: Collection = "documents"
    client: Client | None = None
    metadata: Metadata = Field(default={}, description="Kept with every document; a document's own values win")


class IngestText(_Ingest):
    """Documents given as text."""

    source: Literal["text"]
    documents: Annotated[list[TextDocument], Field(min_length=1, max_length=1000)]


class IngestUrl(_Ingest):
    """A page of the public web, and with `depth` the pages of the same host that it links to."""

    source: Literal["url"]
    url: Annotated[Text, Field(min_length=1, max_length=2000)]
    depth: int = Field(default=0, ge=0, le=3)


class IngestFolder(_Ingest):
    """A folder or file below the inbox."""

    source: Literal["folder"]
    path: Annotated[Text, Field(max_length=1000)] = Field(default="", description="Below the inbox; empty: all of it")
    recursive: bool = True


class IngestSharePoint(_Ingest):
    """A folder of SharePoint. It becomes a source that is synced now and whenever this is asked again."""

    source: Literal["sharepoint"]
    path: Annotated[Text, Field(min_length=1, max_length=1000)] = "/"
    site: Annotated[Text, Field(max_length=500)] | None = Field(default=None, description="Without: SHAREPOINT_SITE")
    drive: Annotated[Text, Field(max_length=200)] | None = Field(default=None, description="Without: SHAREPOINT_DRIVE")
    recursive: bool = True


class IngestRequest(
    RootModel[Annotated[IngestText | IngestUrl | IngestFolder | IngestSharePoint, Field(discriminator="source")]]
):
    """What to ingest; `source` says which fields it takes."""


class UploadForm(Model):
    """The fields beside the files of an upload."""

    collection: Collection = "documents"
    client: Client | None = None
    metadata: Annotated[Text, Field(max_length=20_000, description="A JSON object, kept with every file")] = "{}"


class Counts(View):
    """What became of the documents of a job."""

    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    deleted: int = 0


class Job(job_face.Job):
    """A piece of work that goes on after the answer, and what became of its documents."""

    counts: Counts


class JobDocument(View):
    """What a job did with one file."""

    document_id: UUID | None
    external_id: str
    name: str
    status: LedgerStatus
    outcome: str | None
    chunks: int
    pages: int | None
    reason: str | None


class JobQuery(Paged):
    """Which jobs to list."""

    status: JobStatus | None = None
    client: Client | None = None


class LedgerQuery(Model):
    """Which lines of a job's ledger to list."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: int = Field(default=0, ge=0, le=2**31 - 1, description="The number after which the page begins")
    status: LedgerStatus | None = None


class JobDocuments(View):
    """One page of a job's ledger."""

    items: list[JobDocument]
    next_cursor: int | None


class DocumentQuery(Paged):
    """Which documents to list."""

    collection: Collection | None = None
    client: Client | None = None
    q: Annotated[Text, Field(max_length=200)] | None = Field(default=None, description="In name, title or external id")
    status: DocumentStatus | None = None


class Document(View):
    """A document as the platform keeps it."""

    id: UUID
    client: str
    collection: str
    external_id: str
    source: str
    name: str
    title: str
    url: str | None
    type: str
    metadata: dict[str, Any]
    status: DocumentStatus
    outcome: str | None
    reason: str | None
    version: int
    size: int
    pages: int | None
    chunks: int
    sha256: str | None
    access: list[str] | None = Field(description="Who may read it; null: everybody of the client")
    source_id: UUID | None = Field(description="The source that keeps it in step")
    created_at: datetime
    updated_at: datetime
    indexed_at: datetime | None
    config_ids: list[UUID] = Field(
        description="The configurations of devices in it, as engineering-api keeps them: of them only lines without"
        " secrets are stored here"
    )


class Chunk(View):
    """A piece of a document as it is searched."""

    ordinal: int
    text: str
    tokens: int
    section: str
    page_start: int | None
    page_end: int | None
    char_start: int
    char_end: int
    has_table: bool
    pages: list[tuple[int, int]] = Field(
        description="Of a chunk over several pages: where each begins in the document's text, and its number"
    )
    line_start: int | None = Field(description="Of a configuration: its first and last line that are in the chunk")
    line_end: int | None


class ChunkQuery(Model):
    """Which chunks of a document to list."""

    limit: int = Field(default=50, ge=1, le=500)
    cursor: int = Field(default=-1, ge=-1, le=2**31 - 1, description="The ordinal after which the page begins")


class Chunks(View):
    """One page of a document's chunks."""

    items: list[Chunk]
    next_cursor: int | None


class ParsedFile(View):
    """What the parser found in a file. Nothing was stored."""

    name: str
    type: str
    outcome: str
    reason: str | None
    pages: int | None
    warnings: list[str]
    metadata: dict[str, Any]
    elements: list[dict[str, Any]]


class Parsed(View):
    """The files of a parse request, in their order."""

    files: list[ParsedFile]


class ChunkRequest(Model):
    """A text to be split."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
    title: Annotated[Text, Field(max_length=500)] = ""
    format: Literal["text", "markdown"] = "text"
    limit: int = Field(default=200, ge=40, le=230, description="Word pieces a chunk")


class ReindexRequest(Model):
    """Which collection to embed anew."""

    collection: Collection = "documents"
