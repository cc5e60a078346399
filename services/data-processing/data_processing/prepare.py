"""Preparing a line of a ledger: its bytes, its elements, its chunks. Everything before the index; runs in threads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from data_processing import chunk, ledger, sources, store
from data_processing.blobs import Blobs
from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import PIPELINE, text_document
from data_processing.extract.pool import ParsePool
from oberaconnect.db import Database
from oberaconnect.http import fetch_public
from oberaconnect.jobs import Claim
from oberaconnect.problems import InsufficientStorage, NotFound, Problem, TooLarge, Unavailable
from oberaconnect.settings import Settings

CRASHES_TO_QUARANTINE = 2
_FORBIDDEN = "The service may not read this file. Let others read it: chmod o+r"
_DELETING = "The document is being deleted. Send it again in a moment."
#: What the ledger calls a file whose bytes could not be had, where it is not the fault of its source.
_OUTCOMES: dict[type[Problem], str] = {TooLarge: "too_large", InsufficientStorage: "no_space"}


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

    @property
    def title(self) -> str:
        """What people call the document: what the source says, else what the file says, else the file's name."""
        return str(self.entry["title"] or self.parsed.metadata.get("title") or self.entry["name"])[:500]

    @property
    def reason(self) -> str | None:
        """What the reader of the ledger should know about a version that is not complete."""
        return "; ".join(self.parsed.warnings) or None


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


class Preparer:
    """Shared by all jobs and threads of the worker."""

    def __init__(self, settings: Settings, database: Database, blobs: Blobs, pool: ParsePool) -> None:
        """`pool` parses in processes of its own."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._pool = pool
        self._tokens = chunk.token_counter()
        #: What made the chunks. When it changes, documents are made anew although their bytes are the same.
        self.pipeline = f"{PIPELINE}/{chunk.VERSION}/{settings.chunk_tokens}"

    def prepare(self, claim: Claim, entry: ledger.Row, held_since: datetime | None) -> Prepared | Settled:
        """Everything up to the chunks, or why there is nothing (more) to do.

        `held_since`: what was indexed before then is not in the index any more; None: nothing is.
        """
        try:
            blob, size = self._bytes(claim, entry)
        except Unavailable:  # the database, not the file
            raise
        except (OSError, sources.NotARegularFile, sources.NoSuchFolder, sources.OutsideInbox) as error:
            reason = _FORBIDDEN if isinstance(error, PermissionError) else "The file cannot be read any more."
            return Settled(entry, "failed", outcome="unreachable", reason=reason)
        except Problem as problem:
            outcome = _OUTCOMES.get(type(problem), "unreachable")
            return Settled(entry, "failed", outcome=outcome, reason=problem.detail)
        collection = str(claim.payload["collection"])
        with self._database.transaction(claim.tenant) as connection:
            known = store.find_by_external_id(connection, claim.tenant, collection, entry["external_id"])
            if known and (settled := self._settled(claim, entry, known, blob, held_since)):
                return settled
            begun = store.begin_version(connection, claim.tenant, collection, str(claim.payload["source"]), entry)
            if begun is None:
                return Settled(entry, "skipped", outcome="deleting", reason=_DELETING)
        document_id, version = begun["id"], begun["tries"]
        try:
            parsed = self._parse(claim, entry, blob)
            chunks = chunk.split(parsed, self._tokens, limit=self._settings.chunk_tokens)
            if not chunks:
                raise ParseFailed("empty", "The file holds no text.")
        except ParseFailed as failure:
            crashed = blob if failure.outcome in ("crashed", "timeout") else None
            with self._database.transaction(claim.tenant) as connection:
                store.fail_version(
                    connection,
                    document_id,
                    version,
                    outcome=failure.outcome,
                    reason=failure.reason,
                    crashed_blob=crashed,
                )
            return Settled(entry, "failed", document_id, failure.outcome, failure.reason)
        return Prepared(entry, document_id, version, blob, size, parsed, chunk.canonical_text(parsed), chunks)

    def _bytes(self, claim: Claim, entry: ledger.Row) -> tuple[str, int]:
        """Digest and size of the line's bytes. Stores what is not stored yet."""
        if entry["blob"] and self._blobs.path(claim.tenant, entry["blob"]).is_file():
            return entry["blob"], entry["size"]
        if entry["content"] is not None:
            blob = self._blobs.put(claim.tenant, entry["content"].encode())
        elif entry["path"] is not None:
            with sources.open_inside(self._settings.inbox_dir, entry["path"]) as file:
                blob = self._blobs.put(claim.tenant, file)
        elif claim.payload["source"] != "url":
            raise NotFound("The bytes of this document are not kept any more. Send it again.")
        else:
            page = fetch_public(
                entry["url"],
                max_bytes=self._settings.max_upload_mb * 2**20,
                allowed_hosts=self._settings.allowed_hosts,
            )
            blob = self._blobs.put(claim.tenant, page.content)
        with self._database.transaction(claim.tenant) as connection:
            ledger.keep_blob(connection, claim.id, entry["number"], blob.sha256, blob.size)
        return blob.sha256, blob.size

    def _settled(
        self, claim: Claim, entry: ledger.Row, known: store.Row, blob: str, held_since: datetime | None
    ) -> Settled | None:
        if claim.payload.get("forced"):
            if known["version"] == 0 or known["blob"] == blob:
                return None
            reason = "A newer version of this document came in meanwhile."
            return Settled(entry, "skipped", known["id"], "superseded", reason)
        if known["crashed_blob"] == blob and known["crashes"] >= CRASHES_TO_QUARANTINE:
            reason = f"This file stopped the parser {known['crashes']} times. Reindex the document to try it again."
            return Settled(entry, "skipped", known["id"], "quarantined", reason)
        same = (
            known["version"] > 0
            and known["blob"] == blob
            and held_since is not None
            and known["indexed_at"] >= held_since
            and known["pipeline"] == self.pipeline
            and known["metadata"] == entry["metadata"]
            and known["url"] == entry["url"]
            and (not entry["title"] or known["title"] == entry["title"])
        )
        if not same:
            return None
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

    def _parse(self, claim: Claim, entry: ledger.Row, blob: str) -> ParsedDocument:
        path = self._blobs.path(claim.tenant, blob)
        if claim.payload["source"] == "text":
            # Text given as text needs no parser, and so no process to contain one.
            return text_document(path.read_text(encoding="utf-8"), entry["external_id"], entry["title"])
        return self._pool.parse(path, entry["name"], main_content=claim.payload["source"] == "url")
