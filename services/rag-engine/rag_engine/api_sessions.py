"""Sessions over HTTP: conversations that their owner can list, read, rename and delete."""

from uuid import UUID

from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor
from rag_engine import store
from rag_engine.api import api
from rag_engine.models import (
    Message,
    MessageQuery,
    Messages,
    Session,
    SessionChange,
    SessionQuery,
    SessionRequest,
)
from rag_engine.parts import Parts


@api.post("/sessions", scope="rag:read", status=201, returns=Session, tag="Sessions")
def create_session(parts: Parts, principal: Principal, body: SessionRequest) -> Reply:
    """Begin a session. Name its id in `/query`: questions may then refer to what was said before."""
    caller = principal.for_client(body.client)
    with parts.database.transaction(caller.tenant) as connection:
        session = Session(**store.create_session(connection, caller.tenant, caller.subject, body.title or ""))
    return Reply(session, headers={"Location": f"/api/rag/sessions/{session.id}"})


@api.get("/sessions", scope="rag:read", tag="Sessions")
def list_sessions(parts: Parts, principal: Principal, query: SessionQuery) -> Page[Session]:
    """List your sessions, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.sessions_page(connection, principal.subject, query)
    items = [Session(**row) for row in rows[: query.limit]]
    return Page[Session](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/sessions/<uuid:session_id>", scope="rag:read", tag="Sessions")
def show_session(parts: Parts, principal: Principal, session_id: UUID) -> Session:
    """Show a session."""
    with parts.database.transaction(principal.tenants) as connection:
        return Session(**store.find_session(connection, session_id, principal.subject))


@api.patch("/sessions/<uuid:session_id>", scope="rag:read", tag="Sessions")
def rename_session(parts: Parts, principal: Principal, session_id: UUID, body: SessionChange) -> Session:
    """Give a session another title."""
    with parts.database.transaction(principal.tenants) as connection:
        return Session(**store.rename_session(connection, session_id, principal.subject, body.title))


@api.delete("/sessions/<uuid:session_id>", scope="rag:read", status=204, tag="Sessions")
def delete_session(parts: Parts, principal: Principal, session_id: UUID) -> Reply:
    """Delete a session with all its messages."""
    with parts.database.transaction(principal.tenants) as connection:
        store.delete_session(connection, session_id, principal.subject)
    return Reply(None)


@api.get("/sessions/<uuid:session_id>/messages", scope="rag:read", tag="Sessions")
def list_messages(parts: Parts, principal: Principal, session_id: UUID, query: MessageQuery) -> Messages:
    """List the messages of a session in the order they were written."""
    with parts.database.transaction(principal.tenants) as connection:
        store.find_session(connection, session_id, principal.subject)
        rows = store.messages_page(connection, session_id, query)
    positions = [row.pop("position") for row in rows]
    items = [Message(**row) for row in rows[: query.limit]]
    return Messages(items=items, next_after=positions[query.limit - 1] if len(rows) > query.limit else None)
