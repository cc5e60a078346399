"""The HTTP face of data-processing: jobs, and embedding a collection anew."""

from uuid import UUID

from flask import Response, request

from data_processing import generations, ledger, store, waiting
from data_processing.api import api
from data_processing.models import (
    Job,
    JobDocument,
    JobDocuments,
    JobQuery,
    LedgerQuery,
    ReindexRequest,
)
from data_processing.parts import Parts
from oberaconnect import idempotency, job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import Waiting
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict, Forbidden, NotFound
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import sse


@api.get("/jobs", scope="data:read", tag="Jobs")
def list_jobs(parts: Parts, principal: Principal, query: JobQuery) -> Page[Job]:
    """List jobs, newest first."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        rows = store.jobs_page(connection, query)
    items = [waiting.job_view(row) for row in rows[: query.limit]]
    return Page[Job](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/jobs/<uuid:job_id>", scope="data:read", returns=Job, tag="Jobs")
def show_job(parts: Parts, principal: Principal, job_id: UUID, query: Waiting) -> Reply:
    """Show a job; with `wait`, when it has ended or the time is up."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        job = waiting.job_view(jobs.find(connection, job_id))
    job = waiting.FACE.until_ended(parts.database, principal.tenants, job, job_face.seconds(query.wait))
    return waiting.FACE.reply(job)


@api.get("/jobs/<uuid:job_id>/documents", scope="data:read", tag="Jobs")
def list_job_documents(parts: Parts, principal: Principal, job_id: UUID, query: LedgerQuery) -> JobDocuments:
    """List what a job did with each file, in the order of the request."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        jobs.find(connection, job_id)
        rows = ledger.page(connection, job_id, query)
    cursors = [row.pop("cursor") for row in rows]
    items = [JobDocument(**row) for row in rows[: query.limit]]
    return JobDocuments(items=items, next_cursor=cursors[query.limit - 1] if len(rows) > query.limit else None)


@api.get("/jobs/<uuid:job_id>/events", scope="data:read", media_types=[EVENT_STREAM], tag="Jobs")
def stream_job(parts: Parts, principal: Principal, job_id: UUID) -> Response:
    """Follow a job: `progress`, one `document` a file, and `done` at the end. Resumes after `Last-Event-ID`."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        jobs.find(connection, job_id)
    return sse(waiting.events(parts.database, principal, job_id, job_face.last_event(), waiting.job_shown))


@api.delete("/jobs/<uuid:job_id>", scope="data:write", status=202, tag="Jobs")
def cancel_job(parts: Parts, principal: Principal, job_id: UUID) -> Job:
    """Cancel a job: a waiting one at once, a running one after its current file. Documents already in stay."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        _require_own(principal, jobs.find(connection, job_id))
        return waiting.job_view(jobs.cancel(connection, job_id))


@api.post("/jobs/<uuid:job_id>/retry", scope="data:write", status=202, tag="Jobs")
def retry_job(parts: Parts, principal: Principal, job_id: UUID) -> Job:
    """Queue a failed or cancelled job again: the files that failed, and those that were not reached."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        found = jobs.find(connection, job_id)
        _require_own(principal, found)
        if found["kind"] == "reindex":
            _require_only_one(connection, str(found["payload"]["collection"]))
        if found["kind"] in ("sync", "remove-source"):
            raise Conflict("This job is not repeated. Begin another run with POST /api/data/sources/{id}/sync.")
        row = jobs.retry(connection, job_id)
        ledger.requeue_entries(connection, job_id)
        return waiting.job_view(row)


@api.post("/reindex", scope="data:write", status=202, also=[200], returns=Job, tag="Jobs")
def reindex_collection(parts: Parts, principal: Principal, body: ReindexRequest, query: Waiting) -> Response | Reply:
    """Embed every stored chunk of a collection anew, beside what is searched until the new one is complete.

    After a change of the embedding model. What was searched before is kept for a rollback.
    """
    _require_every_client(principal)
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        if replayed := idempotency.claim(connection, principal.tenant, key):
            return replayed
        documents, _ = generations.totals(connection, body.collection)
        if not documents:
            raise NotFound(f"There are no documents in the collection '{body.collection}'.")
        _require_only_one(connection, body.collection)
        row = jobs.enqueue(
            connection, principal=principal, kind="reindex", payload={"collection": body.collection}, total=documents,
            max_queued=parts.settings.max_queued_jobs,
        )  # fmt: skip
        job = waiting.job_view(row)
        idempotency.keep(connection, principal.tenant, key, job, status=202, location=waiting.FACE.location(job.id))
    return waiting.FACE.accepted(parts.database, principal.tenants, job, query.wait)


def _require_own(principal: Principal, row: store.Row) -> None:
    """A job that is about all clients is not for one of them to stop or to start again."""
    if row["kind"] == "reindex":
        _require_every_client(principal)


def _require_only_one(connection: Connection, collection: str) -> None:
    if generations.is_asked_for(connection, collection):
        raise Conflict(f"The collection '{collection}' is being embedded anew already.")


def _require_every_client(principal: Principal) -> None:
    if principal.clients is not None:
        raise Forbidden(
            "All clients share the index of a collection, so this needs a credential that may act for every client."
        )
