"""Preparing a line of a ledger: its bytes, its elements, its chunks. Everything before the index; runs in threads."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from data_processing import chunk, configurations, ledger, store
from data_processing.blobs import Blobs
from data_processing.configurations import Away, Cleared, Origin
from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.engineering import Engineering
from data_processing.extract import PIPELINE, text_document
from data_processing.extract.pool import ParsePool
from oberaconnect.db import Database
from oberaconnect.jobs import Claim
from oberaconnect.problems import InsufficientStorage
from oberaconnect.settings import Settings

CRASHES_TO_QUARANTINE = 2
_SUPERSEDED = "A newer version of this document came in meanwhile."
_GONE = "The document was deleted meanwhile."
_DELETING = "The document is being deleted. Send it again in a moment."
_FOREIGN = "The document is kept in step with a source. Change it there, or remove it from the source."
_KEPT_FROM = "The document has readers of its own. Only a source that was made with an API key can take it over."
_OTHER_SOURCE = (
    "Another source keeps this document in step already; the same file belongs to one source of a collection."
)


@dataclass(frozen=True)
class Received:
    """A line whose bytes are on the disk."""

    entry: ledger.Row
    blob: str
    size: int


@dataclass(frozen=True)
class Prepared:
    """A version that is ready to be published. `version` is its number in the index."""

    entry: ledger.Row
    document_id: UUID
    version: int
    blob: str
    size: int
    parsed: ParsedDocument
    text: str
    chunks: list[chunk.Chunk]
    config_ids: tuple[UUID, ...]

    @property
    def title(self) -> str:
        """What people call the document: what the source says, else what the file says, else the file's name."""
        return str(self.entry["title"] or self.parsed.metadata.get("title") or self.entry["name"])[:500]

    @property
    def reason(self) -> str | None:
        """What the reader of the ledger should know about a version that is not complete."""
        return "; ".join(self.parsed.warnings) or None


@dataclass(frozen=True)
class Described:
    """A line of which only what describes the document has changed: its place, its metadata, who may read it."""

    entry: ledger.Row
    known: store.Row


@dataclass(frozen=True)
class Settled:
    """A line that needs no publishing: unchanged, skipped or failed, with the reason.

    `stale` is the current version of a document whose other versions are still to be removed from the index.
    """

    entry: ledger.Row
    status: str
    document_id: UUID | None = None
    outcome: str | None = None
    reason: str | None = None
    chunks: int = 0
    pages: int | None = None
    stale: int | None = None


@dataclass(frozen=True)
class PutOff:
    """A line that has to wait, for it may be a configuration and engineering-api does not answer."""

    entry: ledger.Row
    reason: str


class Preparer:
    """Shared by all jobs and threads of the worker."""

    def __init__(
        self, settings: Settings, database: Database, blobs: Blobs, pool: ParsePool, engineering: Engineering
    ) -> None:
        """`pool` parses in processes of its own; `engineering` sees to configurations."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._pool = pool
        self._engineering = engineering
        self._tokens = chunk.token_counter()
        #: What made the chunks. When it changes, documents are made anew although their bytes are the same.
        self.pipeline = f"{PIPELINE}/{chunk.VERSION}/{settings.chunk_tokens}"

    def prepare(
        self, claim: Claim, received: Received, held_since: datetime | None
    ) -> Prepared | Described | Settled | PutOff:
        """Everything up to the chunks, or why there is nothing (more) to do now.

        `held_since`: what was indexed before then is not in the index any more; None: nothing is.
        """
        entry, blob = received.entry, received.blob
        collection = str(claim.payload["collection"])
        with self._database.transaction(claim.tenant) as connection:
            known = store.find_by_external_id(connection, claim.tenant, collection, entry["external_id"])
            if known is None and claim.payload.get("forced"):
                return Settled(entry, "skipped", outcome="superseded", reason=_GONE)
            if known and not claim.payload.get("source_id"):
                # What was kept from somebody is not opened by sending it once more.
                entry = entry | {"access": known["access"]}
            if known and claim.payload.get("forced"):
                # Asked for some time ago: what describes the document is what is known of it now.
                entry = entry | {name: known[name] for name in ("name", "url", "metadata", "access")}
            if known and (found := self._known(claim, entry, known, blob, held_since)):
                return found
            begun = store.begin_version(
                connection,
                claim.tenant,
                collection,
                entry,
                source=str(claim.payload["source"]),
                source_id=claim.payload.get("source_id"),
            )
            if begun is None:
                return Settled(entry, "skipped", outcome="deleting", reason=_DELETING)
        document_id, version = begun["id"], begun["tries"]
        try:
            cleared = self._cleared(claim, entry, blob, begun)
            chunks = chunk.split(cleared.parsed, self._tokens, limit=self._settings.chunk_tokens)
            if not chunks:
                raise ParseFailed("empty", "The file holds no text.")
        except Away as away:
            return PutOff(entry, away.problem.detail)
        except ParseFailed as failure:
            crashed = blob if failure.outcome in ("crashed", "timeout") else None
            with self._database.transaction(claim.tenant) as connection:
                if failure.outcome == "refused":
                    ledger.drop_content(connection, claim.id, entry["number"])
                store.fail_version(
                    connection,
                    document_id,
                    version,
                    outcome=failure.outcome,
                    reason=failure.reason,
                    crashed_blob=crashed,
                )
            if failure.outcome == "refused":
                self._blobs.remove(claim.tenant, [blob])
            return Settled(entry, "failed", document_id, failure.outcome, failure.reason)
        parsed = cleared.parsed
        text = chunk.canonical_text(parsed)
        return Prepared(entry, document_id, version, blob, received.size, parsed, text, chunks, cleared.config_ids)

    def _known(
        self, claim: Claim, entry: ledger.Row, known: store.Row, blob: str, held_since: datetime | None
    ) -> Settled | Described | None:
        """What becomes of a line whose document is known, if it is not to be made anew."""
        if refusal := _ownership(claim, known):
            return Settled(entry, "failed", outcome="foreign", reason=refusal)
        if claim.payload.get("forced"):
            is_newest = known["version"] == 0 or known["blob"] == blob
            return None if is_newest else Settled(entry, "skipped", known["id"], "superseded", _SUPERSEDED)
        if known["crashed_blob"] == blob and known["crashes"] >= CRASHES_TO_QUARANTINE:
            reason = f"This file stopped the parser {known['crashes']} times. Reindex the document to try it again."
            return Settled(entry, "skipped", known["id"], "quarantined", reason)
        if not self._is_same(entry, known, blob, held_since):
            return None
        if _description(entry) != _description(known) or (claim.payload.get("source_id") and not known["source_id"]):
            return Described(entry, known)
        # A line that already names the document was published by this very job before it was interrupted.
        status = "indexed" if entry["document_id"] == known["id"] else "unchanged"
        return Settled(
            entry,
            status,
            known["id"],
            known["outcome"],
            chunks=known["chunks"],
            pages=known["pages"],
            stale=known["version"] if known["stale"] else None,
        )

    def _is_same(self, entry: ledger.Row, known: store.Row, blob: str, held_since: datetime | None) -> bool:
        """Whether the chunks of the current version are those that would be made now."""
        # A document without a title of its own is called by its name; by its title it is found, too.
        title = entry["title"] or (known["title"] if known["title"] != known["name"] else entry["name"])
        return (
            known["version"] > 0
            and known["blob"] == blob
            and held_since is not None
            and known["indexed_at"] >= held_since
            and known["pipeline"] == self.pipeline
            and bool(known["title"] == title)
        )

    def _cleared(self, claim: Claim, entry: ledger.Row, blob: str, known: store.Row) -> Cleared:
        """The document without the secrets of configurations; from then on its bytes are not on the disk any more."""
        origin = Origin(known["id"], str(entry["name"]), entry["access"], entry["metadata"])
        before = self._blobs.replaced(claim.tenant, blob)
        if before is not None:
            parsed = replace(configurations.load(before), name=str(entry["file_name"] or entry["name"]))
            ids = known["config_ids"] if known["version"] > 0 and known["blob"] == blob else ()
            return configurations.again(self._engineering, claim.principal, parsed, origin, config_ids=ids)
        try:
            parsed = self._parse(claim, entry, blob)
        except FileNotFoundError:
            if not self._blobs.holds(claim.tenant, blob):
                raise
            return self._cleared(claim, entry, blob, known)  # another line with the same bytes was quicker
        if not configurations.are_in(parsed):
            return Cleared(parsed)
        cleared = configurations.clear(self._engineering, claim.principal, parsed, origin)
        if cleared.is_changed:
            try:
                self._blobs.replace(claim.tenant, blob, configurations.dump(cleared.parsed))
            except InsufficientStorage as problem:
                raise Away(problem) from problem
        return cleared

    def _parse(self, claim: Claim, entry: ledger.Row, blob: str) -> ParsedDocument:
        path = self._blobs.path(claim.tenant, blob)
        if claim.payload["source"] == "text" or entry["content"] is not None:
            # Text given as text needs no parser, and so no process to contain one.
            return text_document(path.read_text(encoding="utf-8"), entry["external_id"], entry["title"])
        is_web = claim.payload["source"] == "url" or bool(claim.payload.get("is_web"))
        name = str(entry["file_name"] or entry["name"])
        if is_web and name.lower().endswith(".php"):
            name += ".html"  # the address names the program that made the page, not what the page is
        return self._pool.parse(path, name, main_content=is_web)


def _ownership(claim: Claim, known: store.Row) -> str | None:
    """Why this job may not touch a document: what a source keeps in step, nothing else overwrites."""
    owner, mine = known["source_id"], claim.payload.get("source_id")
    if owner is None and mine and claim.payload.get("by_person") and known["access"] is not None:
        return _KEPT_FROM
    if owner is None or str(owner) == mine or claim.payload.get("forced"):
        return None
    return _OTHER_SOURCE if mine else _FOREIGN


def _description(row: ledger.Row) -> tuple[object, ...]:
    """What describes a document beside its content and title."""
    return row["name"], row["url"], row["metadata"], row["access"]
