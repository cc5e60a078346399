"""The HTTP face of data-processing: sources that are kept in step with the index, their runs, and their secrets."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from data_processing import connectors, ledger, waiting
from data_processing.api import api
from data_processing.models import Job
from data_processing.parts import Parts
from data_processing.sync import declared, opening, pushing, run_store, store, views
from data_processing.sync.models import (
    Checked,
    Credential,
    CredentialQuery,
    Credentials,
    ItemQuery,
    Kinds,
    KindView,
    NewCredential,
    NewSource,
    Push,
    Removing,
    Run,
    RunLine,
    RunLineQuery,
    RunLines,
    Source,
    SourceChange,
    SourceItem,
    SourceItems,
    SourceQuery,
    SyncQuery,
)
from oberaconnect import idempotency, job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import Waiting
from oberaconnect.paging import Page, Paged, next_cursor
from oberaconnect.problems import Conflict, NotFound, Unprocessable
from oberaconnect.sealed import seal
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import sse

_REMOVAL_SECONDS = 30.0
#: What a run goes by from its beginning to its end.
_COMPARED = {"config", "access", "metadata", "secrets"}
#: What may be taken away by null.
_REMOVABLE = {"schedule", "webhook"}


@api.get("/source-kinds", scope="data:read", tag="Sources")
def list_kinds() -> Kinds:
    """List the kinds of sources, and what each wants to know."""
    return Kinds(items=[_kind(name) for name in connectors.KINDS])


def _kind(name: str) -> KindView:
    kind = connectors.find(name)
    return KindView(
        kind=name,
        config=kind.Config.model_json_schema(),
        secrets=sorted(kind.secret_names),
        reads_permissions=kind.reads_permissions,
        is_personal=kind.is_personal,
    )


@api.post("/sources", scope="data:write", status=201, returns=Source, tag="Sources")
def add_source(parts: Parts, principal: Principal, body: NewSource) -> Reply | Response:
    """Add a source. With a schedule its first run begins at once; without one, when it is asked for."""
    caller = principal.for_client(body.client)
    asked = body.model_dump(mode="json", exclude={"client", "secrets"})
    asked |= declared.maker(caller, principal)
    values = declared.complete(parts.settings, asked, body.secrets)
    declared.require_right(values, None, principal)
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(caller.tenant) as connection:
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        row = store.add(connection, values)
        _keep_secrets(parts, connection, row, body.secrets)
        shown = views.source(store.find(connection, row["id"]))
        location = f"/api/data/sources/{shown.id}"
        idempotency.keep(connection, caller.tenant, key, shown, status=201, location=location)
    return Reply(shown, headers={"Location": location})


def _keep_secrets(parts: Parts, connection: Connection, row: store.Row, secrets: Mapping[str, str]) -> None:
    sealed = seal(parts.settings, secrets, context=opening.source_context(row)) if secrets else None
    store.keep_secrets(connection, row["id"], sealed)


@api.get("/sources", scope="data:read", tag="Sources")
def list_sources(parts: Parts, principal: Principal, query: SourceQuery) -> Page[Source]:
    """List sources, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.page(connection, query)
    items = [views.source(row) for row in rows[: query.limit]]
    return Page[Source](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/sources/<uuid:source_id>", scope="data:read", tag="Sources")
def show_source(parts: Parts, principal: Principal, source_id: UUID) -> Source:
    """Show a source and how it stands."""
    with parts.database.transaction(principal.tenants) as connection:
        return views.source(store.find(connection, source_id))


@api.patch("/sources/<uuid:source_id>", scope="data:write", tag="Sources")
def change_source(parts: Parts, principal: Principal, source_id: UUID, body: SourceChange) -> Source:
    """Change a source. After a change of its config the next run lists everything, and what is not there any more goes.

    Fields that are left out stay as they are; secrets that are given replace all there were.
    """
    told = body.model_dump(mode="json", exclude_unset=True)
    given = {name: value for name, value in told.items() if value is not None or name in _REMOVABLE}
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, source_id)
        if given.keys() & _COMPARED and (active := run_store.active(connection, source_id)):
            raise run_store.SourceBusy(
                "A run of this source is in progress. Wait for its end, or cancel it, before you change this.",
                job_id=str(active["id"]),
            )
        # Whoever changes it may take from what it reaches, and never add to it what its maker could not reach.
        changed = row | given | {"may_read_all": row["may_read_all"] and principal.clients is None}
        if "config" in given and row["sealed"] is not None and body.secrets is None:
            raise Unprocessable("Give the secrets again with a new config: they may now go to another place.")
        if given.keys() & {"access", "config"}:
            declared.require_right(changed, row, principal)
        store.change(connection, source_id, declared.complete(parts.settings, changed, body.secrets or ()))
        if body.secrets is not None:
            _keep_secrets(parts, connection, row, body.secrets)
        return views.source(store.find(connection, source_id))


@api.delete("/sources/<uuid:source_id>", scope="data:write", status=204, also=[202], returns=Job, tag="Sources")
def remove_source(parts: Parts, principal: Principal, source_id: UUID, query: Removing) -> Reply:
    """Remove a source, and its documents when that is asked for (`documents=delete`).

    204 when all is gone; 202 with a job when it takes longer than half a minute.
    """
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, source_id)
        if row["removing"] and store.is_being_removed(connection, source_id):
            raise Conflict("This source is being removed already.")
        if active := run_store.active(connection, source_id):
            jobs.cancel(connection, active["id"])
        store.mark_removing(connection, source_id, query.documents)
        caller = principal.for_client(row["tenant"])
        payload = {"source_id": str(source_id), "documents": query.documents}
        queued = jobs.enqueue(
            connection, principal=caller, kind="remove-source", payload=payload,
            max_queued=parts.settings.max_queued_jobs,
        )  # fmt: skip
    job = waiting.FACE.until_ended(parts.database, caller.tenants, waiting.job_view(queued), _REMOVAL_SECONDS)
    if job_face.is_active(job):
        return Reply(job, 202, {"Location": f"/api/data/jobs/{job.id}"})
    return Reply(None, 204)


@api.post("/sources/<uuid:source_id>/check", scope="data:write", tag="Sources")
def check_source(parts: Parts, principal: Principal, source_id: UUID) -> Checked:
    """Try the connection and the rights of a source, without changing anything."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, source_id)
    with parts.parsing.one(), opening.opened(parts.settings, parts.database, row, opening.no_pause) as connector:
        return Checked(findings=list(connector.check()))


@api.post("/sources/<uuid:source_id>/sync", scope="data:write", status=202, also=[200], returns=Job, tag="Sources")
def sync_source(parts: Parts, principal: Principal, source_id: UUID, query: SyncQuery) -> Response | Reply:
    """Begin a run now. With `full` everything is listed, not only what has changed.

    With `dry_run` it only tells what would change. 409 when a run is in progress. The job's id is the run's.
    """
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, source_id)
        caller = principal.for_client(row["tenant"])
        queued = run_store.begin(
            connection,
            row,
            caller,
            reason="request",
            max_queued=parts.settings.max_queued_jobs,
            is_full=query.full,
            is_dry=query.dry_run,
        )
    return waiting.FACE.accepted(parts.database, caller.tenants, waiting.job_view(queued), query.wait)


@api.post("/sources/<uuid:source_id>/documents", scope="data:write", status=202, also=[200], returns=Job, tag="Sources")
def push_documents(parts: Parts, principal: Principal, source_id: UUID, body: Push, query: Waiting) -> Reply | Response:
    """Push documents into a source of the kind `push`, and tell which are no more.

    One push at a time: 409 while the one before is worked on.
    """
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, source_id)
    if row["kind"] != "push":
        raise Unprocessable("Documents can be pushed into sources of the kind 'push' only; others are synced.")
    caller = principal.for_client(row["tenant"])
    digests = pushing.contents(parts.blobs, caller.tenant, body.documents)
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, source_id)
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        queued = run_store.begin(connection, row, caller, reason="push", max_queued=parts.settings.max_queued_jobs)
        pushing.keep(connection, run_store.find(connection, source_id, queued["id"]), body, digests)
        job = waiting.job_view(queued)
        idempotency.keep(connection, caller.tenant, key, job, status=202, location=f"/api/data/jobs/{job.id}")
    return waiting.FACE.accepted(parts.database, caller.tenants, waiting.job_view(queued), query.wait)


@api.post("/sources/<uuid:source_id>/retry", scope="data:write", status=202, also=[200], returns=Job, tag="Sources")
def retry_source(parts: Parts, principal: Principal, source_id: UUID, query: Waiting) -> Response | Reply:
    """Try again what failed, also what was left alone after five failures: begins a run."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, source_id)
        caller = principal.for_client(row["tenant"])
        store.lift_quarantine(connection, source_id)
        queued = run_store.begin(
            connection,
            row,
            caller,
            reason="request",
            max_queued=parts.settings.max_queued_jobs,
        )
    return waiting.FACE.accepted(parts.database, caller.tenants, waiting.job_view(queued), query.wait)


@api.get("/sources/<uuid:source_id>/items", scope="data:read", tag="Sources")
def list_items(parts: Parts, principal: Principal, source_id: UUID, query: ItemQuery) -> SourceItems:
    """List the files of a source as they were last listed; those that fail, with the reason."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        store.find(connection, source_id)
        rows = store.items_page(connection, source_id, query)
    more = rows[query.limit - 1]["external_id"] if len(rows) > query.limit else None
    return SourceItems(items=[SourceItem(**row) for row in rows[: query.limit]], next_cursor=more)


@api.get("/sources/<uuid:source_id>/runs", scope="data:read", tag="Sources")
def list_runs(parts: Parts, principal: Principal, source_id: UUID, query: Paged) -> Page[Run]:
    """List the runs of a source, newest first, with what they found and did, their speed and what is left."""
    with parts.database.transaction(principal.tenants) as connection:
        store.find(connection, source_id)
        rows = run_store.page(connection, source_id, query)
        items = views.runs(connection, rows[: query.limit])
    return Page[Run](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/sources/<uuid:source_id>/runs/<uuid:run_id>", scope="data:read", tag="Sources")
def show_run(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID) -> Run:
    """Show a run."""
    with parts.database.transaction(principal.tenants) as connection:
        return views.one_run(connection, source_id, run_id)


@api.get("/sources/<uuid:source_id>/runs/<uuid:run_id>/documents", scope="data:read", tag="Sources")
def list_run_lines(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID, query: RunLineQuery) -> RunLines:
    """List what a run did with each file that was new, changed, moved or gone, or that failed."""
    with parts.database.transaction(principal.tenants, principal.readers) as connection:
        run_store.find(connection, source_id, run_id)
        rows = ledger.run_page(connection, run_id, query)
    cursors = [row.pop("cursor") for row in rows]
    items = [RunLine(**row) for row in rows[: query.limit]]
    return RunLines(items=items, next_cursor=cursors[query.limit - 1] if len(rows) > query.limit else None)


@api.get(
    "/sources/<uuid:source_id>/runs/<uuid:run_id>/events", scope="data:read", media_types=[EVENT_STREAM], tag="Sources"
)
def stream_run(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID) -> Response:
    """Follow a run: `progress` with its speed and what is left, one `document` a file, and `done` at the end."""
    with parts.database.transaction(principal.tenants) as connection:
        run_store.find(connection, source_id, run_id)

    def shown(connection: Connection, job_id: UUID) -> Run:
        return views.one_run(connection, source_id, job_id)

    return sse(waiting.events(parts.database, principal, run_id, job_face.last_event(), shown))


@api.post("/sources/<uuid:source_id>/runs/<uuid:run_id>/approve", scope="data:write", tag="Sources")
def approve_run(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID) -> Run:
    """Let a run that stopped before a mass deletion go on."""
    return _decided(parts, principal, source_id, run_id, is_approved=True)


@api.post("/sources/<uuid:source_id>/runs/<uuid:run_id>/reject", scope="data:write", tag="Sources")
def reject_run(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID) -> Run:
    """Drop a run that stopped before a mass deletion. Nothing of it is done; the next run looks at the source anew."""
    return _decided(parts, principal, source_id, run_id, is_approved=False)


def _decided(parts: Parts, principal: Principal, source_id: UUID, run_id: UUID, *, is_approved: bool) -> Run:
    with parts.database.transaction(principal.tenants) as connection:
        store.lock(connection, source_id)
        run_store.decide(connection, source_id, run_id, is_approved=is_approved)
        return views.one_run(connection, source_id, run_id)


@api.get("/credentials", scope="data:read", tag="Sources")
def list_credentials(parts: Parts, principal: Principal) -> Credentials:
    """List for which clients and kinds of sources secrets are kept; never the secrets."""
    with parts.database.transaction(principal.tenants) as connection:
        return Credentials(items=[Credential(**row) for row in store.credentials(connection)])


@api.put("/credentials/<kind>", scope="data:write", tag="Sources")
def keep_credential(
    parts: Parts, principal: Principal, kind: str, body: NewCredential, query: CredentialQuery
) -> Credential:
    """Keep secrets, encrypted, for all sources of a kind that a client has and that bring none of their own."""
    caller = principal.for_client(query.client)
    found = connectors.find(kind)
    if not found.is_at_fixed_place:
        raise Unprocessable(
            f"A {kind} source says itself where its secrets are sent, so they are given with each source that has them."
        )
    declared.check_secrets(found, body.secrets)
    sealed = seal(parts.settings, body.secrets, context=opening.client_context(caller.tenant, kind))
    with parts.database.transaction(caller.tenant) as connection:
        store.keep_credential(connection, caller.tenant, kind, sealed)
        (row,) = [row for row in store.credentials(connection) if row["kind"] == kind]
        return Credential(**row)


@api.delete("/credentials/<kind>", scope="data:write", status=204, tag="Sources")
def drop_credential(parts: Parts, principal: Principal, kind: str, query: CredentialQuery) -> Reply:
    """Forget the secrets of a client for a kind of source."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenant) as connection:
        if not store.drop_credential(connection, caller.tenant, kind):
            raise NotFound("This client has no secrets for sources of this kind.")
    return Reply(None, 204)
