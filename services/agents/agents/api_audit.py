"""The audit over HTTP: who did what, a copy of it, and the proof that it is as it was written."""

from flask import Response

from agents import chain
from agents.api import api
from agents.models import ClientQuery
from agents.models_operations import AuditEntry, AuditPage, AuditQuery, Verified, VerifyQuery
from agents.parts import Parts
from agents.store import audit
from oberaconnect.auth import Principal
from oberaconnect.stream import long_answers

LINES = "application/x-ndjson"


@api.get("/audit", scope="agents:read", tag="Operations")
def list_audit(parts: Parts, principal: Principal, query: AuditQuery) -> AuditPage:
    """List who did what for a client, newest first."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        rows = audit.page(
            connection,
            caller.tenant,
            before=query.cursor,
            limit=query.limit,
            actor=query.actor,
            action=query.action,
            object=query.object,
            begin=query.begin,
            end=query.end,
        )
    items = [AuditEntry(**{name: row[name] for name in AuditEntry.model_fields}) for row in rows[: query.limit]]
    more = items[-1].number if len(rows) > query.limit else None
    return AuditPage(client=caller.tenant, items=items, next_cursor=more)


@api.get("/audit/export", scope="agents:read", media_types=[LINES], tag="Operations")
def export_audit(parts: Parts, principal: Principal, query: ClientQuery) -> Response:
    """Copy the whole audit of a client: one line of JSON an entry, oldest first, and a last line {count, hash}.

    `python -m agents.audit_command verify --file export.jsonl` checks a copy by itself.
    """
    caller = principal.for_client(query.client)
    place = long_answers()
    place.take()
    response = Response(chain.lines(audit.entries(parts.database, caller.tenant)), mimetype=LINES)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{caller.tenant}.jsonl"'
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(place.give)
    return response


@api.get("/audit/verify", scope="agents:read", tag="Operations")
def verify_audit(parts: Parts, principal: Principal, query: VerifyQuery) -> Verified:
    """Check that nothing in the audit of a client was changed or taken out since it was written.

    Entries that were taken from the end leave no trace in the chain itself: note its `head`, and give it as `expect`
    the next time.
    """
    caller = principal.for_client(query.client)
    found = audit.verify(parts.database, caller.tenant, query.expect)
    return Verified(
        client=caller.tenant,
        valid=found.valid,
        entries=found.entries,
        broken_at=found.broken_at,
        why=found.why,
        head=found.head,
    )
