"""Documents over HTTP: asked for as a job, fetched in four forms."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from engineering_api import intake
from engineering_api.api import api
from engineering_api.documents import store
from engineering_api.documents.forms import MEDIA_TYPES, Format
from engineering_api.documents.job import KIND
from engineering_api.documents.logo import logo
from engineering_api.documents.material import TITLES
from engineering_api.documents.models import (
    DocumentItem,
    DocumentJob,
    DocumentRequest,
    DocumentsQuery,
    DocumentView,
    SourceView,
)  # fmt: skip
from engineering_api.intake import Handed
from engineering_api.models import MOST_CHOSEN, Client
from engineering_api.parts import Parts
from engineering_api.store import NoSuchConfig
from oberaconnect import idempotency, job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import JobFace, Waiting
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict, NotFound, Unprocessable
from oberaconnect.typeset import POLICY

_TAG = "Documents"
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")


def _url(document_id: UUID) -> str:
    return f"/api/engineering/documents/{document_id}"


def _view(row: Mapping[str, Any]) -> DocumentJob:
    return DocumentJob(**job_face.fields(row), document_id=row["id"], url=_url(row["id"]))


_FACE = JobFace("engineering", _view)


@api.post("/documents", scope="engineering:write", status=202, also=[200], returns=DocumentJob, tag=_TAG)
def write_document(parts: Parts, principal: Principal, body: DocumentRequest, query: Waiting) -> Response | Reply:
    """Write a document about configurations: as built, a device's sheet, a VLAN plan, a firewall's review and others.

    Every row of its tables names the device and the lines that say it. Answers at once with a job, whose id is the
    document's; with `wait`, or `Prefer: wait`, when it has ended or the time is up. A text that is sent along is kept
    without its secrets, until its document is written.
    """
    if body.title_block.logo:
        logo(body.title_block.logo)  # the refusal comes now, not from the job
    caller, payload = _payload(parts, principal, body)
    key = idempotency.read_key(request.get_data(as_text=True))
    title = body.title_block.title or TITLES[body.template]
    with parts.database.transaction(caller.tenants) as connection:
        begun = _FACE.begin(
            connection, parts.settings, caller, key, kind=KIND, payload=payload, total=0,
            plan=lambda document_id: store.add(
                connection, caller, document_id, template=body.template, title=title
            ),
        )  # fmt: skip
    return _FACE.accepted(parts.database, caller.tenants, begun, query.wait)


@api.get("/documents", scope="engineering:read", tag=_TAG)
def list_documents(parts: Parts, principal: Principal, query: DocumentsQuery) -> Page[DocumentItem]:
    """List documents, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.page(connection, query, client=query.client, template=query.template)
    items = [DocumentItem(**_fields(row, DocumentItem)) for row in rows[: query.limit]]
    return Page[DocumentItem](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/documents/<uuid:document_id>", scope="engineering:read", tag=_TAG)
def show_document(parts: Parts, principal: Principal, document_id: UUID) -> DocumentView:
    """Show a document: how far it is, what it was written from, and its text as Markdown."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, document_id)
    shown = _fields(row, DocumentView) | {
        "sources": [SourceView(**one) for one in row["sources"]],
        "links": {form: f"{_url(document_id)}.{form}" for form in row["formats"]},
    }
    return DocumentView(**shown)


@api.get("/documents/<uuid:document_id>.md", scope="engineering:read", media_types=["text/markdown"], tag=_TAG)
def markdown_document(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Fetch a document as Markdown."""
    return _file(parts, principal, document_id, "md")


@api.get("/documents/<uuid:document_id>.html", scope="engineering:read", media_types=["text/html"], tag=_TAG)
def html_document(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Fetch a document as one HTML page, to be read or printed."""
    return _file(parts, principal, document_id, "html")


@api.get("/documents/<uuid:document_id>.docx", scope="engineering:read", media_types=[MEDIA_TYPES["docx"]], tag=_TAG)
def docx_document(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Fetch a document for Word."""
    return _file(parts, principal, document_id, "docx")


@api.get("/documents/<uuid:document_id>.pdf", scope="engineering:read", media_types=["application/pdf"], tag=_TAG)
def pdf_document(parts: Parts, principal: Principal, document_id: UUID) -> Response:
    """Fetch a document as PDF."""
    return _file(parts, principal, document_id, "pdf")


@api.delete("/documents/<uuid:document_id>", scope="engineering:write", status=204, tag=_TAG)
def delete_document(parts: Parts, principal: Principal, document_id: UUID) -> Reply:
    """Delete a document; one that is being written is not written any further."""
    with parts.database.transaction(principal.tenants) as connection:
        store.delete(connection, document_id)
        jobs.cancel(connection, document_id)
    return Reply(None, 204)


def _payload(parts: Parts, principal: Principal, body: DocumentRequest) -> tuple[Principal, dict[str, Any]]:
    """For whom the document is, and what its job is told. The job gets no text with secrets in it."""
    inputs = body.inputs
    told = body.model_dump(mode="json")
    told["inputs"] |= {"text": None, "platform": None, "config_ids": None, "site": None}
    if inputs.text is not None:
        caller = principal.for_client(inputs.client)
        handed = Handed(inputs.name, inputs.text.encode(errors="replace"), inputs.platform)
        parsed = intake.understand(parts, caller, handed)
        text = "\n".join(parsed.texts)
        return caller, {"request": told, "text": text, "platform": parsed.platform.name}
    with parts.database.transaction(principal.tenants) as connection:
        caller, ids = _configs(connection, principal, inputs.config_ids, inputs.client, inputs.site)
    if body.template == "device" and len(ids) > 1:
        raise Unprocessable("A device's sheet is about one configuration. Name it in config_ids.")
    return caller, {"request": told, "config_ids": [str(one) for one in ids]}


def _configs(
    connection: Connection, principal: Principal, config_ids: list[UUID] | None, client: Client | None, site: str | None
) -> tuple[Principal, list[UUID]]:
    """As `engineering_api.chosen.choose`, without reading what they say: that is the job's work."""
    caller = principal if config_ids else principal.for_client(client)
    rows = store.places(connection, caller.tenant, config_ids or None, site=site, most=MOST_CHOSEN + 1)
    if config_ids:
        known = {row["id"]: row["client"] for row in rows}
        if missing := [one for one in config_ids if one not in known]:
            raise NoSuchConfig(f"There is no configuration with the id {missing[0]}.")
        if len(set(known.values())) > 1:
            raise Unprocessable("These configurations belong to several clients. Ask for one client at a time.")
        return principal.for_client(rows[0]["client"]), list(dict.fromkeys(config_ids))
    if not rows:
        raise Unprocessable("There is no configuration there yet. POST /configs keeps one.")
    if len(rows) > MOST_CHOSEN:
        raise Unprocessable(f"More than {MOST_CHOSEN} devices are there. Name a site or the configurations.")
    return caller, [row["id"] for row in rows]


def _fields(row: Mapping[str, Any], view: type[DocumentItem]) -> dict[str, Any]:
    return {name: row[name] for name in view.model_fields if name in row}


def _file(parts: Parts, principal: Principal, document_id: UUID, form: Format) -> Response:
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, document_id)
        content = store.content(connection, document_id, form)
    if content is None:
        if row["status"] in jobs.ACTIVE:
            raise Conflict(f"This document is not written yet: {row['stage']}.", headers={"Retry-After": "1"})
        if row["status"] != "succeeded":
            raise NotFound(f"This document was not written: its job {row['status']}.")
        raise NotFound(f"This document was asked for as {', '.join(row['formats'])}, not as {form}.")
    response = Response(content, content_type=MEDIA_TYPES[form])
    name = _NO_NAME.sub("-", row["title"]).strip("-").lower()[:60] or "document"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    if form == "html":
        response.headers["Content-Security-Policy"] = f"{POLICY}; sandbox"
    return response
