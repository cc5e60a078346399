"""What indexing and collections take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from oberaconnect.endpoint import Model, Text, View
from rag_engine.models import Client, Collection, ExternalId

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
ChunkText = Annotated[Text, Field(min_length=1, max_length=50_000)]
MetadataKey = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")]
MetadataText = Annotated[Text, Field(max_length=2000)]
#: Whole numbers as far as the vector store counts; larger ones become floating-point numbers.
MetadataInteger = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
MetadataValue = (
    MetadataText
    | bool
    | MetadataInteger
    | Annotated[float, Field(allow_inf_nan=False)]
    | Annotated[list[MetadataText], Field(max_length=100)]
    | None
)
#: `user:<id>`, `group:<id>`, `mail:<address>`, `org` or `anyone`.
Reader = Annotated[Text, Field(pattern=r"^(?:(?:user|group|mail):[^\x00-\x1f\x7f]{1,314}|org|anyone)$", max_length=320)]
Access = Annotated[
    list[Reader],
    Field(
        max_length=5000,
        description="Who may read it: everybody of the client when null, no person when empty. Callers that are no"
        " persons, such as API keys, read everything",
    ),
]
Url = Annotated[Text, Field(max_length=2000)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=64)]
GenerationNumber = Annotated[int, Field(ge=1, le=2**31 - 1, description="Only into this one, which is being built")]


class IndexChunk(Model):
    """A piece of a document: `text` is shown and quoted, `embed_text` (with its headings in front) is searched."""

    ordinal: Number
    text: ChunkText
    embed_text: ChunkText
    section: Annotated[Text, Field(max_length=4000)] = ""
    page_start: Number | None = None
    page_end: Number | None = None
    char_start: Number = 0
    char_end: Number = 0
    pages: Annotated[list[tuple[Number, Number]], Field(max_length=10_000)] = Field(
        default=[],
        description="Where pages begin, as [place, page] in their order; places count like `char_start`. Empty when all"
        " of it is on one page",
    )


class DocumentVersion(Model):
    """A version of a document with all its chunks."""

    version: Number
    external_id: ExternalId
    title: Annotated[Text, Field(max_length=1000)] = ""
    url: Url | None = None
    source: Annotated[Text, Field(max_length=64)]
    type: Annotated[Text, Field(max_length=255)] = ""
    updated_at: datetime | None = Field(default=None, description="Now, when the source does not say")
    metadata: Metadata = {}
    access: Access | None = None
    chunks: Annotated[list[IndexChunk], Field(max_length=100_000)]


class IndexDocument(DocumentVersion):
    """A version of a document among others."""

    id: UUID


class IndexRequest(Model):
    """Versions to be made searchable."""

    collection: Collection = "documents"
    generation: GenerationNumber | None = None
    documents: Annotated[list[IndexDocument], Field(min_length=1, max_length=1000)]


class DocumentChunks(DocumentVersion):
    """A version of the document that the path names."""

    collection: Collection = "documents"


class Indexed(View):
    """How many chunks were embedded and stored."""

    points: int


class PruneDocument(Model):
    """Versions of a document from `first` up to, not including, `before`; without it all that follow."""

    id: UUID
    first: Number = 0
    before: Number | None = None


class PruneRequest(Model):
    """Versions to be removed."""

    collection: Collection = "documents"
    documents: Annotated[list[PruneDocument], Field(min_length=1, max_length=1000)]


class Pruned(View):
    """Of how many documents versions were removed."""

    documents: int


class DescribeDocument(Model):
    """What is true of a version of a document from now on."""

    id: UUID
    version: Number
    url: Url | None = None
    metadata: Metadata
    access: Access | None


class DescribeRequest(Model):
    """Versions that are to be described anew, without embedding them anew."""

    collection: Collection = "documents"
    documents: Annotated[list[DescribeDocument], Field(min_length=1, max_length=1000)]


class Described(View):
    """How many versions were described."""

    documents: int


class CollectionRequest(Model):
    """A new, empty collection."""

    name: Collection
    client: Client | None = None


class CollectionQuery(Model):
    """For which client; without it those that the credential is for."""

    client: Client | None = None


class GenerationView(View):
    """The vectors of a collection as one embedder made them."""

    generation: int
    embedder: str
    dimensions: int


class CollectionView(View):
    """A collection. The points are those of the clients that the credential may act for.

    `generation`, `embedder` and `dimensions` are null before anything is in it; `size_bytes`, that of all clients
    together, is null for credentials that may not act for all, and where only the Qdrant server knows it.
    """

    name: str
    points: int
    generation: int | None
    embedder: str | None
    dimensions: int | None
    size_bytes: int | None
    previous: GenerationView | None
    created_at: datetime | None


class HoldingView(View):
    """Since when the caller's client holds a collection; null: it holds nothing in it."""

    since: datetime | None


class CollectionList(View):
    """The collections that the credential sees."""

    items: list[CollectionView]


class GenerationRequest(Model):
    """A new generation."""

    key: Annotated[UUID, Field(description="Of the builder's choice; it finds the generation again")]


class BegunGeneration(View):
    """The number of a generation being built."""

    generation: int


class Activation(Model):
    """How many points the generation must hold, all clients together."""

    points: Number
