"""The HTTP face of data-processing. Each handler: check the cheap refusals, then one transaction, then the answer."""

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from flask import Response, request
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import FileStorage

from data_processing import ledger, sources, store, waiting
from data_processing.ledger import Entry
from data_processing.models import (
    Document,
    DocumentQuery,
    ExternalId,
    IngestFolder,
    IngestRequest,
    IngestSharePoint,
    IngestText,
    IngestUrl,
    Job,
    Metadata,
    UploadForm,
)
from data_processing.parts import Parts
from data_processing.sync import adhoc
from data_processing.sync.models import NewSource
from oberaconnect import idempotency
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Api, Reply
from oberaconnect.job_face import Waiting
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Unprocessable

api = Api(
    "data",
    title="Data processing",
    description="Documents in: ingestion, parsing, chunking, and the jobs that do it.",
)

MAX_FILES = 500
_METADATA: TypeAdapter[Metadata] = TypeAdapter(Metadata)
_EXTERNAL_ID: TypeAdapter[str] = TypeAdapter(ExternalId)


@api.post("/ingest", scope="data:write", status=202, also=[200], returns=Job, tag="Ingestion")
def ingest(parts: Parts, principal: Principal, body: IngestRequest, query: Waiting) -> Response | Reply:
    """Ingest texts, a folder of the inbox, web pages, or a folder of SharePoint.

    Answers at once with a job; with `wait` (or `Prefer: wait=SECONDS`) when the job has ended or the time is up.
    The same document again (same external id and content) is `unchanged` and costs nothing.
    """
    asked = body.root
    payload: dict[str, object] = {"source": asked.source, "collection": asked.collection}
    entries: list[Entry] = []
    match asked:
        case IngestText():
            entries = [
                Entry(
                    external_id=item.external_id,
                    name=item.title or item.external_id,
                    title=item.title,
                    url=item.url,
                    size=len(item.text.encode()),
                    content=item.text,
                    metadata={**asked.metadata, **item.metadata},
                )
                for item in asked.documents
            ]
        case IngestUrl():
            sources.check_address(asked.url, parts.settings.allowed_hosts)
            payload |= {"url": asked.url, "depth": asked.depth, "metadata": asked.metadata}
            if asked.depth == 0:
                page = sources.page_entry(asked.url)
                entries = [Entry(page.external_id, page.name, url=page.url, metadata=asked.metadata)]
        case IngestFolder():
            sources.require_access(principal, asked.client, parts.settings.inbox_dir, asked.path)
            payload |= {"path": asked.path, "recursive": asked.recursive, "metadata": asked.metadata}
        case IngestSharePoint():
            return _ingest_sharepoint(parts, principal, asked, query.wait)
    caller = principal.for_client(asked.client)
    key = idempotency.read_key(request.get_data(as_text=True))
    return _accept(parts, caller, payload, entries, key=key, wait=query.wait)


def _ingest_sharepoint(parts: Parts, principal: Principal, asked: IngestSharePoint, wait: float) -> Response | Reply:
    """SharePoint is a source: the first time it is listed, afterwards only what has changed there."""
    caller = principal.for_client(asked.client)
    place = "/".join(part.strip("/") for part in (asked.site or "", asked.drive or "", asked.path) if part.strip("/"))
    digest = hashlib.sha256(asked.model_dump_json(exclude={"metadata"}).encode()).hexdigest()
    config = {"site": asked.site or "", "drive": asked.drive or "", "path": asked.path, "recursive": asked.recursive}
    new = NewSource(
        kind="sharepoint",
        name=f"SharePoint {place or '/'} → {asked.collection}"[:180] + f" #{digest[:6]}",
        config=config,
        collection=asked.collection,
        metadata=asked.metadata,
    )
    queued = adhoc.begin(parts.settings, parts.database, caller, new, principal)
    return waiting.FACE.accepted(parts.database, caller.tenants, waiting.job_view(queued), wait)


@api.post("/documents", scope="data:write", status=202, also=[200], returns=Job, tag="Ingestion")
def upload(
    parts: Parts, principal: Principal, files: list[FileStorage], form: UploadForm, query: Waiting
) -> Response | Reply:
    """Upload files. Each is named after its file name, so a later upload of the same name is its next version."""
    if len(files) > MAX_FILES:
        raise Unprocessable(f"At most {MAX_FILES} files can be uploaded at once.")
    caller = principal.for_client(form.client)
    metadata = _metadata(form.metadata)
    names = [_file_name(file) for file in files]
    if len(set(names)) < len(names):
        raise Unprocessable("Two files of the request have the same name, so one would replace the other.")
    entries = []
    for name, file in zip(names, files, strict=True):
        blob = parts.blobs.put(caller.tenant, file.stream)
        entries.append(
            Entry(name, PurePosixPath(name).name, blob=blob.sha256, size=blob.size, metadata=metadata),
        )
    key = idempotency.read_key(caller.tenant, form.model_dump_json(), *(f"{e.name}\n{e.blob}" for e in entries))
    payload: dict[str, object] = {"source": "upload", "collection": form.collection}
    return _accept(parts, caller, payload, entries, key=key, wait=query.wait)


def _accept(
    parts: Parts,
    caller: Principal,
    payload: dict[str, object],
    entries: Sequence[Entry],
    *,
    key: idempotency.Key | None,
    wait: float,
) -> Response | Reply:
    """One transaction: the job and the plan of its ledger. Only when it is committed a 202 is true."""
    if len({entry.external_id for entry in entries}) < len(entries):
        raise Unprocessable("Two documents of the request have the same external_id.")
    with parts.database.transaction(caller.tenant, caller.readers) as connection:
        begun = waiting.FACE.begin(
            connection, parts.settings, caller, key, kind="ingest", payload=payload, total=len(entries),
            plan=lambda job_id: ledger.add_entries(connection, job_id, caller.tenant, entries),
        )  # fmt: skip
    return waiting.FACE.accepted(parts.database, caller.tenants, begun, wait)


def _metadata(text: str) -> Metadata:
    try:
        return _METADATA.validate_json(text)
    except ValidationError as error:
        raise Unprocessable(f"metadata: {error.errors()[0]['msg']}. It must be a JSON object.") from None


def _file_name(file: FileStorage) -> str:
    """The name a client gave, as a name only: it is shown and compared, and never used as a path."""
    name = (file.filename or "").replace("\\", "/").strip()
    name = "/".join(part for part in name.split("/") if part not in ("", ".", ".."))
    try:
        return _EXTERNAL_ID.validate_python("".join(sign for sign in name if sign.isprintable()))
    except ValidationError:
        raise Unprocessable("Each file needs a name of 1 to 512 characters.") from None


@api.get("/documents", scope="data:read", tag="Documents")
def list_documents(parts: Parts, principal: Principal, query: DocumentQuery) -> Page[Document]:
    """List documents, newest first."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        rows = store.documents_page(connection, query)
    items = [Document(**row) for row in rows[: query.limit]]
    return Page[Document](items=items, next_cursor=next_cursor(rows, query.limit))
