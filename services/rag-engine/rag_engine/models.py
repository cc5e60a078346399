"""What searching, asking, sessions and evaluation take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, FiniteFloat, model_validator

from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged
from rag_engine import passage

Collection = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", examples=["documents"])]
#: As `oberaconnect.auth.TENANT`, in the dialect of JSON Schema: there `$` is the very end.
Client = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="The client (the MSP's customer) it is about")
]
Question = Annotated[Text, Field(min_length=1, max_length=4000, pattern=r"\S")]
ExternalId = Annotated[Text, Field(min_length=1, max_length=512)]
Title = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\S")]
Mode = Literal["hybrid", "dense", "keyword"]
Rating = Literal["up", "down"]

FilterField = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")]
FilterText = Annotated[Text, Field(max_length=2000)]
FilterInteger = Annotated[int, Field(ge=-(2**63), lt=2**63)]
FilterScalar = bool | FilterInteger | FiniteFloat | FilterText
Bound = FilterInteger | FiniteFloat | FilterText


class Range(Model):
    """From `gte` up to and including `lte`; one of them may be left out."""

    gte: Bound | None = None
    lte: Bound | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.gte is None and self.lte is None:
            raise ValueError("a range needs gte or lte")
        return self


Filters = Annotated[
    dict[FilterField, FilterScalar | Annotated[list[FilterScalar], Field(min_length=1, max_length=100)] | Range],
    Field(max_length=16, description="Over metadata, document_id, source, type and updated_at"),
]


class SearchRequest(Model):
    """What to look for, and where."""

    query: Question
    top_k: int = Field(default=5, ge=1, le=50)
    collection: Collection = "documents"
    client: Client | None = None
    mode: Mode = "hybrid"
    filters: Filters = {}

    def plain_filters(self) -> dict[str, Any]:
        """The filters as plain values."""
        dumped: dict[str, Any] = self.model_dump(include={"filters"}, exclude_none=True)["filters"]
        return dumped


class QueryRequest(SearchRequest):
    """A question. In a session it may refer to what was said before."""

    session_id: UUID | None = None
    generate: bool = Field(default=True, description="false: the passages only")
    stream: bool = Field(default=False, description="Answer with server-sent events, as does Accept: text/event-stream")
    max_tokens: int | None = Field(default=None, ge=16, le=8192, description="Ceiling of the model's answer")


class Passage(View):
    """A passage of a document that the search found."""

    chunk_id: str
    document_id: str
    external_id: str
    title: str
    url: str | None
    text: str
    page: int | None
    section: str
    score: float
    metadata: dict[str, Any]

    @classmethod
    def of(cls, found: passage.Passage) -> Self:
        """A found passage as the API shows it."""
        return cls(
            chunk_id=found.chunk_id,
            document_id=found.document_id,
            external_id=found.external_id,
            title=found.title,
            url=found.url,
            text=found.text,
            page=found.page,
            section=found.section,
            score=round(found.score, 6),
            metadata=found.metadata,
        )


class SearchAnswer(View):
    """Passages, best first."""

    passages: list[Passage]
    timings_ms: dict[str, float]


class Citation(View):
    """Where a sentence of the answer comes from: words that stand in the document as quoted.

    `start` and `end` count characters in the document's text, as `GET /api/data/documents/{id}/text` gives it.
    """

    n: int
    document_id: str
    external_id: str
    title: str
    url: str | None
    page: int | None
    section: str
    quote: str
    start: int
    end: int
    score: float


class UsedModel(View):
    """The language model that wrote an answer."""

    provider: str
    name: str


class Usage(View):
    """What the language model counted."""

    input_tokens: int
    output_tokens: int


class Answer(View):
    """An answer with its citations; `answered` false when the documents do not carry one.

    Sentences of the model whose quotes could not be found in the documents are left out and listed in `unsupported`.
    """

    answer: str | None
    answered: bool
    citations: list[Citation]
    passages: list[Passage]
    query_used: str
    session_id: UUID | None
    message_id: UUID | None
    model: UsedModel | None
    usage: Usage
    unsupported: list[str]
    timings_ms: dict[str, float]


class SessionRequest(Model):
    """A new session. Without a title it takes that of its first question."""

    title: Title | None = None
    client: Client | None = None


class SessionChange(Model):
    """A new title."""

    title: Title


class SessionQuery(Paged):
    """Which sessions to list."""

    client: Client | None = None


class Session(View):
    """A conversation of one person about one client."""

    id: UUID
    client: str
    title: str
    messages: int
    created_at: datetime
    updated_at: datetime


class MessageQuery(Model):
    """A page of messages, in the order they were written."""

    limit: int = Field(default=50, ge=1, le=100)
    after: int = Field(default=0, ge=0, description="`next_after` of the page before")


class Message(View):
    """A question or an answer."""

    id: UUID
    role: Literal["user", "assistant"]
    text: str
    query_used: str | None
    answered: bool | None
    citations: list[Citation]
    model: UsedModel | None
    rating: Rating | None
    created_at: datetime


class Messages(View):
    """One page of a session. `next_after` is null on the last one."""

    items: list[Message]
    next_after: int | None


class FeedbackRequest(Model):
    """What somebody thinks of an answer."""

    message_id: UUID
    rating: Rating
    comment: Annotated[Text, Field(max_length=4000)] = ""


class Feedback(View):
    """The feedback kept with an answer; a later one replaces it."""

    message_id: UUID
    rating: Rating
    comment: str
    updated_at: datetime


class EvaluationCase(Model):
    """A question and the documents that answer it."""

    query: Question
    relevant: Annotated[list[ExternalId], Field(min_length=1, max_length=100)]


class EvaluationRequest(Model):
    """Questions to measure the search of a collection with."""

    collection: Collection = "documents"
    client: Client | None = None
    mode: Mode = "hybrid"
    cases: Annotated[list[EvaluationCase], Field(min_length=1, max_length=2000)]
    k: int = Field(default=10, ge=1, le=50)
