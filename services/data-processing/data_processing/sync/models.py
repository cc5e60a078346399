"""What the API of sources takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue

from data_processing.models import Client, Collection, ExternalId, JobStatus, LedgerStatus, Metadata
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.job_face import Progress
from oberaconnect.paging import Paged
from oberaconnect.schedule import ScheduleText

Name = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\S")]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["sharepoint", "folder", "url"])]
Reader = Annotated[
    Text,
    Field(max_length=320, pattern=r"^(user:.+|group:.+|mail:[^A-Z\s]+@[^A-Z\s]+|org|anyone)$"),
]
Readers = Annotated[
    list[Reader], Field(min_length=1, max_length=5000), AfterValidator(lambda value: sorted(set(value)))
]
Access = Literal["source", "client"] | Readers
SecretValue = Annotated[Text, Field(min_length=1, max_length=20_000)]
Secrets = Annotated[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")], SecretValue], Field(max_length=16)]
#: Of the 64 fields that a document may have, some are left for its own.
CommonMetadata = Annotated[Metadata, Field(max_length=32)]
Share = Annotated[float, Field(ge=0, le=1)]
Change = Literal["new", "changed", "moved", "shared", "deleted"]
RunStatus = JobStatus | Literal["waiting"]

DEFAULT_DELETION_SHARE = 0.25


class Limits(Model):
    """Budgets of one run. What is beyond them, the next run goes on with."""

    files: int | None = Field(default=None, ge=1, le=1_000_000, description="Files fetched and indexed")
    mb: int | None = Field(default=None, ge=1, le=1_000_000, description="Megabytes fetched")
    files_per_minute: int | None = Field(default=None, ge=1, le=100_000)


class NewSource(Model):
    """A source to be kept in step with the index."""

    kind: Kind
    name: Name
    config: dict[str, JsonValue] = Field(default={}, max_length=64, description="What its connector wants to know")
    secrets: Secrets = Field(default={}, description="Stored encrypted, never shown. Without: those of the client")
    access: Access | None = Field(
        default=None,
        description='Who may read its documents: "source" (as the source says), "client" (everybody of this client), or'
        ' readers such as "user:<id>", "group:<id>", "mail:<address>". Without: "source" where it can tell',
    )
    schedule: ScheduleText | None = Field(default=None, description="A cron line or every:15m; null: only when asked")
    timezone: Annotated[Text, Field(max_length=64)] = "UTC"
    collection: Collection = "documents"
    client: Client | None = None
    metadata: CommonMetadata = Field(default={}, description="Kept with every document; a document's own values win")
    limits: Limits = Limits()
    max_deletion_share: Share = Field(
        default=DEFAULT_DELETION_SHARE, description="A run that would remove a larger share stops and asks; 1: never"
    )
    webhook: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="Told when a run ends")
    is_paused: bool = False


class SourceChange(Model):
    """What is to be changed; fields that are left out stay."""

    name: Name | None = None
    config: dict[str, JsonValue] | None = Field(default=None, max_length=64)
    secrets: Secrets | None = None
    access: Access | None = None
    metadata: CommonMetadata | None = None
    schedule: ScheduleText | None = None
    timezone: Annotated[Text, Field(max_length=64)] | None = None
    limits: Limits | None = None
    max_deletion_share: Share | None = None
    webhook: Annotated[Text, Field(max_length=2000)] | None = None
    is_paused: bool | None = None


class Source(View):
    """A source and how it stands."""

    id: UUID
    client: str
    kind: str
    name: str
    config: dict[str, JsonValue]
    has_secrets: bool
    access: Literal["source", "client"] | list[str]
    schedule: str | None
    timezone: str
    collection: str
    metadata: dict[str, JsonValue]
    limits: Limits
    max_deletion_share: float
    webhook: str | None
    is_paused: bool
    removing: Literal["keep", "delete"] | None
    documents: int
    failing: int
    quarantined: int
    next_run_at: datetime | None
    last_success_at: datetime | None
    notification_problem: str | None = Field(description="Why the source cannot tell us of changes, where it should")
    created_at: datetime
    updated_at: datetime


class SourceQuery(Paged):
    """Which sources to list."""

    kind: Kind | None = None
    client: Client | None = None


class SyncQuery(Model):
    """How to run."""

    dry_run: bool = Field(default=False, description="Only tell what would change")
    full: bool = Field(default=False, description="List everything, not only what has changed")
    wait: float = Field(default=0, ge=0, le=300, description="Seconds")


class RunCounts(View):
    """What a run found and did. In a dry run: what it would do."""

    seen: int
    new: int
    changed: int
    unchanged: int
    moved: int
    shared: int = Field(description="Only who may read them has changed")
    deleted: int
    failed: int
    postponed: int = Field(description="Beyond the budget of the run; the next one goes on with them")


class Run(View):
    """A run of a source; a job of the same id. `waiting`: it stopped before a mass deletion, until somebody decides."""

    id: UUID
    source_id: UUID
    client: str
    reason: str
    dry_run: bool
    status: RunStatus
    stage: str
    progress: Progress
    counts: RunCounts
    deletions: int = Field(description="How many documents the run would remove, when it waits for a decision")
    files_per_second: float | None
    eta_seconds: float | None = Field(description="Until it is through, as far as can be told")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problem: dict[str, JsonValue] | None


class RunLine(View):
    """What a run did with one item. `attempt`: how often it was tried by now, failures in a row and this one."""

    document_id: UUID | None
    external_id: str
    name: str
    change: Change | None
    status: LedgerStatus
    outcome: str | None
    reason: str | None
    attempt: int
    chunks: int
    pages: int | None


class RunLines(View):
    """One page of a run's ledger."""

    items: list[RunLine]
    next_cursor: int | None


class RunLineQuery(Model):
    """Which lines of a run to list."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: int = Field(default=0, ge=0, le=2**31 - 1, description="The number after which the page begins")
    status: LedgerStatus | None = None
    change: Change | None = None


class ItemQuery(Model):
    """Which items of a source to list."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: Annotated[Text, Field(max_length=512)] = ""
    state: Literal["indexed", "failed", "quarantined"] | None = None


class SourceItem(View):
    """A file of a source as it was last listed."""

    external_id: str
    name: str
    path: str
    url: str | None
    size: int
    document_id: UUID | None
    failures: int
    reason: str | None
    is_quarantined: bool
    access: list[str] | None


class SourceItems(View):
    """One page of a source's items."""

    items: list[SourceItem]
    next_cursor: str | None


class Checked(View):
    """What trying a source showed."""

    findings: list[str]


class Removing(Model):
    """What becomes of the documents of a source that is removed."""

    documents: Literal["keep", "delete"] = "keep"


class PushedDocument(Model):
    """A document that is pushed: its text, or its bytes in Base64 with the name that tells their format."""

    external_id: ExternalId
    name: Annotated[Text, Field(max_length=300)] = ""
    title: Annotated[Text, Field(max_length=500)] = ""
    text: Annotated[Text, Field(min_length=1, max_length=2_000_000)] | None = None
    content: Annotated[str, Field(min_length=1, max_length=20_000_000)] | None = None
    url: Annotated[Text, Field(max_length=2000)] | None = None
    path: Annotated[Text, Field(max_length=2000)] = ""
    metadata: Metadata = {}
    access: Readers | None = None


class Push(Model):
    """Documents that came or changed, and those that are no more. `complete`: what is not named here is gone."""

    documents: Annotated[list[PushedDocument], Field(max_length=1000)] = []
    deleted: Annotated[list[ExternalId], Field(max_length=10_000)] = []
    complete: bool = False


class CredentialQuery(Model):
    """For which client; without it the credential's own."""

    client: Client | None = None


class NewCredential(Model):
    """Secrets of a client for all its sources of a kind."""

    secrets: Secrets


class Credential(View):
    """That there are secrets, never which."""

    client: str
    kind: str
    updated_at: datetime


class Credentials(View):
    """The secrets that the caller's clients have."""

    items: list[Credential]


class KindView(View):
    """A kind of source, and what its `config` and `secrets` take."""

    kind: str
    config: dict[str, Any]
    secrets: list[str]
    reads_permissions: bool
    is_personal: bool


class Kinds(View):
    """All kinds of sources."""

    items: list[KindView]
