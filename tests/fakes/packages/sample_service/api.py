"""The operations of the sample service."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response
from pydantic import Field
from werkzeug.datastructures import FileStorage

from oberaconnect import idempotency, jobs, paging
from oberaconnect.auth import Principal
from oberaconnect.db import Database, Jsonb
from oberaconnect.endpoint import PUBLIC, Api, Model, Reply, Text, View
from oberaconnect.paging import Page, Paged
from oberaconnect.problems import Conflict, NotFound
from oberaconnect.stream import Event, sse

api = Api("sample", "Sample", "A service for tests.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What the handlers need."""

    database: Database


class NewNote(Model):
    """A note to keep."""

    text: Text = Field(min_length=1, max_length=1000)
    stars: int = Field(default=1, ge=1, le=5)
    ratio: float = 0.5
    client: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Note(View):
    """A note."""

    id: UUID
    tenant: str
    text: str


class Greeting(View):
    """A word."""

    hello: str


class Labels(Model):
    """Fields beside the files."""

    label: Text = ""


class JobView(View):
    """A job."""

    id: UUID
    status: str


class NewJob(Model):
    """Work to do: how many steps."""

    steps: int = Field(ge=0, le=1000)


class Ticks(Model):
    """How many events, how far apart, and whether the last one fails."""

    count: int = Field(default=3, ge=0, le=1000)
    pause_seconds: float = Field(default=0.0, ge=0, le=60)
    fails: bool = False


@api.get("/hello", scope=PUBLIC)
def hello() -> Greeting:
    """Greet anybody."""
    return Greeting(hello="you")


@api.post("/notes", scope="data:write", status=201)
def add_note(parts: Parts, principal: Principal, body: NewNote) -> Note | Response:
    """Keep a note."""
    caller = principal.for_client(body.client)
    key = idempotency.read_key(body.model_dump_json())
    with parts.database.transaction(caller.tenants) as connection:
        if repeated := idempotency.claim(connection, caller.tenant, key):
            return repeated
        row = connection.execute(
            "INSERT INTO note (tenant, text, metadata) VALUES (%s, %s, %s) RETURNING id, tenant, text",
            [caller.tenant, body.text, Jsonb(body.metadata)],
        ).fetchone()
        assert row is not None
        note = Note(**row)
        idempotency.keep(connection, caller.tenant, key, note, status=201, location=f"/api/sample/notes/{note.id}")
    return note


@api.get("/notes", scope="data:read")
def list_notes(parts: Parts, principal: Principal, query: Paged) -> Page[Note]:
    """All notes, newest first."""
    created_at, identifier = query.position()
    with parts.database.transaction(principal.tenants) as connection:
        rows = connection.execute(
            "SELECT id, tenant, text, created_at FROM note WHERE (created_at, id) < (%s, %s)"
            " ORDER BY created_at DESC, id DESC LIMIT %s",
            [created_at, identifier, query.limit + 1],
        ).fetchall()
    items = [Note(id=row["id"], tenant=row["tenant"], text=row["text"]) for row in rows[: query.limit]]
    return Page[Note](items=items, next_cursor=paging.next_cursor(rows, query.limit))


@api.get("/notes/<uuid:note_id>", scope="data:read")
def get_note(parts: Parts, principal: Principal, note_id: UUID) -> Note:
    """One note."""
    with parts.database.transaction(principal.tenants) as connection:
        row = connection.execute("SELECT id, tenant, text FROM note WHERE id = %s", [note_id]).fetchone()
    if row is None:
        raise NotFound("There is no such note.")
    return Note(**row)


@api.post("/files", scope="data:write")
def count_bytes(files: list[FileStorage], form: Labels) -> Greeting:
    """Say how many bytes came."""
    return Greeting(hello=f"{form.label}{sum(len(item.read()) for item in files)}")


@api.post("/crash", scope="data:write")
def crash(body: NewNote) -> Greeting:
    """Fail in a way nobody foresaw."""
    raise RuntimeError(f"inner secret {body.text}")


@api.post("/conflict", scope="data:write")
def conflict() -> Greeting:
    """Fail in a way that was foreseen."""
    raise Conflict("It is already so.", state="so")


@api.get("/ticks", scope="data:read", media_types=["text/event-stream"])
def ticks(query: Ticks) -> Response:
    """Count, one event at a time."""

    def events() -> Iterator[Event]:
        for number in range(query.count):
            time.sleep(query.pause_seconds)
            _log.info("tick")
            yield Event("tick", {"n": number}, id=str(number))
        if query.fails:
            raise RuntimeError("inner secret")

    return sse(events())


@api.post("/jobs", scope="data:write", status=202, also=[200], returns=JobView)
def add_job(parts: Parts, principal: Principal, body: NewJob) -> Reply:
    """Queue some work."""
    with parts.database.transaction(principal.tenants) as connection:
        row = jobs.enqueue(
            connection, principal=principal, kind="steps", payload={"steps": body.steps}, total=body.steps, max_queued=3
        )
    view = JobView(id=row["id"], status=row["status"])
    return Reply(view, headers={"Location": f"/api/sample/jobs/{view.id}"})
