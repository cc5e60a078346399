"""The HTTP face of data-processing: documents, their chunks and bytes, and the parser by itself."""

import tempfile
from pathlib import Path
from uuid import UUID

from flask import Response, request
from werkzeug.datastructures import FileStorage

from data_processing import chunk, ledger, store, waiting
from data_processing.api import api
from data_processing.elements import ParsedDocument, ParseFailed, as_json
from data_processing.extract import text_document
from data_processing.ledger import Entry
from data_processing.models import (
    Chunk,
    ChunkQuery,
    ChunkRequest,
    Chunks,
    Document,
    Job,
    Parsed,
    ParsedFile,
)
from data_processing.parts import Parts
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, Reply
from oberaconnect.job_face import Waiting
from oberaconnect.problems import NotFound, TooLarge, Unprocessable

MAX_PARSE_FILES = 10


class NoContent(NotFound):
    """The bytes of this document are not kept."""


@api.get("/documents/<uuid:document_id>", scope="data:read", tag="Documents")
def show_document(parts: Parts, principal: Principal, document_id: UUID) -> Document:
    """Show a document."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        return Document(**store.document(connection, document_id))


@api.get("/documents/<uuid:document_id>/chunks", scope="data:read", tag="Documents")
def list_chunks(parts: Parts, principal: Principal, document_id: UUID, query: ChunkQuery) -> Chunks:
    """List the chunks of a document in their order."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        store.document(connection, document_id)
        rows = store.chunks_page(connection, document_id, query.cursor, query.limit)
    more = rows[query.limit - 1]["ordinal"] if len(rows) > query.limit else None
    return Chunks(items=[Chunk(**row) for row in rows[: query.limit]], next_cursor=more)


@api.get("/documents/<uuid:document_id>/text", scope="data:read", media_types=["text/plain"], tag="Documents")
def show_text(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Give the canonical text of a document; offsets of chunks and citations count in it."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        text = store.document_text(connection, document_id)
    return Response(text, mimetype="text/plain")


@api.get(
    "/documents/<uuid:document_id>/content",
    scope="data:read",
    media_types=["application/octet-stream"],
    tag="Documents",
)
def download(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Give the bytes of a document as they came in, or its text where secrets were taken out of it."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        row = store.document(connection, document_id)
    if row["sha256"] is None:
        raise NoContent()
    # Always a download of unknown type: a page that somebody uploaded must not run in the gateway's origin.
    if parts.blobs.replaced(row["client"], row["sha256"]) is not None:
        with parts.database.transaction(principal.tenants, principal.readers) as connection:
            response = Response(store.document_text(connection, document_id), mimetype="application/octet-stream")
        name = row["name"] if row["type"] == "text/plain" else f"{row['name']}.txt"
        response.add_etag()
    else:
        try:
            file = parts.blobs.path(row["client"], row["sha256"]).open("rb")
        except FileNotFoundError:
            raise NoContent() from None
        response = Response(file, mimetype="application/octet-stream", direct_passthrough=True)
        name = row["name"]
        response.headers["Content-Length"] = str(row["size"])
        response.set_etag(row["sha256"])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.make_conditional(request)
    return response


@api.delete("/documents/<uuid:document_id>", scope="data:write", status=204, tag="Documents")
def delete_document(parts: Parts, principal: Principal, document_id: UUID) -> Reply:
    """Delete a document from the index, the database and the disk."""
    parts.deletion.delete(principal, document_id)
    return Reply(None, 204)


@api.post(
    "/documents/<uuid:document_id>/reindex", scope="data:write", status=202, also=[200], returns=Job, tag="Documents"
)
def reindex_document(parts: Parts, principal: Principal, document_id: UUID, query: Waiting) -> Response | Reply:
    """Parse, chunk and embed a document again from its kept bytes, also out of quarantine."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        row = store.document(connection, document_id)
        blob = row["sha256"] or store.crashed_blob(connection, document_id)
        if blob is None:
            raise NoContent()
        store.lift_quarantine(connection, document_id)
        caller = principal.for_client(row["client"])
        payload = {"source": row["source"], "collection": row["collection"], "forced": True}
        queued = jobs.enqueue(
            connection, principal=caller, kind="ingest", payload=payload, total=1,
            max_queued=parts.settings.max_queued_jobs,
        )  # fmt: skip
        entry = Entry(
            row["external_id"], row["name"], row["title"], row["url"], blob, row["size"], metadata=row["metadata"],
            access=row["access"], file_name=store.file_name(connection, document_id),
        )  # fmt: skip
        ledger.add_entries(connection, queued["id"], caller.tenant, [entry])
    return waiting.FACE.accepted(parts.database, caller.tenants, waiting.job_view(queued), query.wait)


class _ParseForm(Model):
    """An upload for the parser takes only files."""


@api.post("/parse", scope="data:read", tag="Parser")
def parse(parts: Parts, files: list[FileStorage], form: _ParseForm) -> Parsed:
    """Show what the parser finds in files: elements with their places. Nothing is stored.

    Only a few requests may wait for the parser; the next one is told to come back (503).
    """
    if len(files) > MAX_PARSE_FILES:
        raise Unprocessable(f"At most {MAX_PARSE_FILES} files can be parsed at once.")
    with parts.parsing.one():
        return Parsed(files=[_parse(parts, file) for file in files])


def _parse(parts: Parts, file: FileStorage) -> ParsedFile:
    name = Path(file.filename or "file").name
    limit = parts.settings.max_upload_mb * 2**20
    with tempfile.NamedTemporaryFile(prefix="parse-") as copy:
        while piece := file.stream.read(1 << 20):
            copy.write(piece)
            if copy.tell() > limit:
                raise TooLarge(f"A file may have at most {parts.settings.max_upload_mb} MB.")
        copy.flush()
        try:
            return _parsed_file(name, parts.pool.parse(Path(copy.name), name))
        except ParseFailed as failure:
            return ParsedFile(
                name=name, type="", outcome=failure.outcome, reason=failure.reason, pages=None, warnings=[],
                metadata={}, elements=[],
            )  # fmt: skip


def _parsed_file(name: str, parsed: ParsedDocument) -> ParsedFile:
    found = as_json(parsed)
    return ParsedFile(
        name=name,
        type=parsed.media_type,
        outcome=parsed.outcome,
        reason=None,
        pages=parsed.n_pages,
        warnings=list(parsed.warnings),
        metadata=found["metadata"],
        elements=found["elements"],
    )


@api.post("/chunk", scope="data:read", tag="Parser")
def split_text(body: ChunkRequest) -> Chunks:
    """Split a text as ingestion would. Nothing is stored."""
    name = "text.md" if body.format == "markdown" else "text.txt"
    try:
        document = text_document(body.text, name, body.title, is_ordinary=True)
    except ParseFailed as failure:
        raise Unprocessable(failure.reason) from None
    pieces = chunk.split(document, chunk.token_counter(), limit=body.limit)
    return Chunks(
        items=[
            Chunk(
                ordinal=piece.ordinal,
                text=piece.text,
                tokens=piece.n_tokens,
                section=" › ".join(piece.section_path),
                page_start=piece.page_start,
                page_end=piece.page_end,
                char_start=piece.char_start,
                char_end=piece.char_end,
                has_table=piece.has_table,
                pages=list(piece.pages),
                line_start=piece.lines[0] if piece.lines else None,
                line_end=piece.lines[1] if piece.lines else None,
            )
            for piece in pieces
        ],
        next_cursor=None,
    )
