"""Runs: begin, list, follow, answer, cancel, retry."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, request

from agents import begin, callbacks, deciding, ending, seen, views
from agents.api import api
from agents.models import (
    Events,
    EventsQuery,
    InputRequest,
    RunRequest,
    RunsQuery,
    RunView,
    Steps,
)
from agents.parts import Parts
from agents.store import calls, events, runs, turns
from oberaconnect import idempotency, job_face
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import Waiting
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict, Unavailable
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import Event, long_answers, sse


@api.post("/runs", scope="agents:write", status=202, also=[200], returns=RunView, tag="Runs")
def begin_run(parts: Parts, principal: Principal, body: RunRequest, query: Waiting) -> Response | Reply:
    """Begin a run of an agent.

    Answers at once, or with `wait` when it has ended or waits for a person (200), else when the time is up (202). The
    run goes on either way. With an Idempotency-Key the same request begins one run, however often it is sent.
    """
    if body.callback_url is not None:
        callbacks.check_url(body.callback_url, parts.settings)
    caller = principal.for_client(body.client)
    wanted = begin.Wanted(
        agent=body.agent,
        messages=body.messages,
        session=body.session,
        budget=None if body.budget is None else body.budget.model_dump(exclude_none=True),
        callback_url=body.callback_url,
        metadata=body.metadata,
        tool_allow=body.tool_allow,
        model=body.model,
        tainted_by="input" if body.untrusted else None,
    )
    return _begun(parts, caller, wanted, query.wait)


@api.get("/runs", scope="agents:read", tag="Runs")
def list_runs(parts: Parts, principal: Principal, query: RunsQuery) -> Page[RunView]:
    """List runs, the newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = runs.page(
            connection, query.position(), query.limit, status=query.status,
            agent=query.agent, session=query.session, parent_id=query.parent_id, subject=seen.only(principal),
            client=query.client,
        )  # fmt: skip
        base = views.public_url(parts.settings)
        items = [views.run_view(connection, row, base) for row in rows[: query.limit]]
    return Page[RunView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/runs/<uuid:run_id>", scope="agents:read", returns=RunView, tag="Runs")
def show_run(parts: Parts, principal: Principal, run_id: UUID, query: Waiting) -> Reply:
    """Show a run; with `wait`, when it has ended, waits for a person, or the time is up."""
    with parts.database.transaction(principal.tenants) as connection:
        seen.run(connection, principal, run_id)
    return _shown(parts, principal, run_id, job_face.seconds(query.wait))


@api.get("/runs/<uuid:run_id>/steps", scope="agents:read", tag="Runs")
def show_steps(parts: Parts, principal: Principal, run_id: UUID) -> Steps:
    """Show everything that was said and done in a run: the turns, and the calls of tools with what they gave."""
    with parts.database.transaction(principal.tenants) as connection:
        seen.run(connection, principal, run_id)
        return Steps(
            turns=[views.step_view(row) for row in turns.of_run(connection, run_id)],
            tool_calls=[views.call_view(row) for row in calls.of_run(connection, run_id)],
        )


@api.get(
    "/runs/<uuid:run_id>/events",
    scope="agents:read",
    returns=Events,
    media_types=["application/json", EVENT_STREAM],
    tag="Runs",
)
def follow_run(parts: Parts, principal: Principal, run_id: UUID, query: EventsQuery) -> Response | Reply:
    """Follow a run as server-sent events, to its end; `Last-Event-ID` goes on after that one.

    With `after` the answer is JSON: the events there are by now. `snapshot=1` puts the run itself before them.
    """
    with parts.database.transaction(principal.tenants) as connection:
        run = seen.run(connection, principal, run_id)
        base = views.public_url(parts.settings)
        snapshot = views.run_view(connection, run, base) if query.snapshot else None
        if query.after is not None:
            rows = events.after(connection, run_id, query.after, query.limit)
            items = [views.event_view(row) for row in rows]
            return Reply(Events(items=items, next=items[-1].seq if items else query.after, run=snapshot))
    last = run["last_seq"] if snapshot is not None and "Last-Event-ID" not in request.headers else job_face.last_event()

    def told() -> Iterator[Event]:
        if snapshot is not None:
            yield Event("snapshot", snapshot.model_dump(mode="json", by_alias=True))
        for row in parts.follower.events(principal.tenants, run_id, last):
            yield Event(row["type"], {**row["data"], "at": row["at"].isoformat()}, str(row["seq"]))

    return sse(told())


@api.post("/runs/<uuid:run_id>/cancel", scope="agents:write", status=202, returns=RunView, tag="Runs")
def cancel_run(parts: Parts, principal: Principal, run_id: UUID) -> Reply:
    """Cancel a run: one that waits at once, one that works in the middle of what it does. One that is over stays."""
    with parts.database.transaction(principal.tenants) as connection:
        seen.run(connection, principal, run_id)
        ending.cancel(connection, run_id, parts.settings, actor=principal.subject)
    return _shown(parts, principal, run_id, 0, status=202)


@api.post("/runs/<uuid:run_id>/input", scope="agents:write", status=202, also=[200], returns=RunView, tag="Runs")
def answer_run(parts: Parts, principal: Principal, run_id: UUID, body: InputRequest, query: Waiting) -> Reply:
    """Answer what a run asks; it goes on. 409 when it asks nothing."""
    with parts.database.transaction(principal.tenants) as connection:
        seen.run(connection, principal, run_id)
        deciding.answer(connection, principal, run_id, body.input)
    return _shown(parts, principal, run_id, job_face.seconds(query.wait), status=202)


@api.post("/runs/<uuid:run_id>/retry", scope="agents:write", status=202, also=[200], returns=RunView, tag="Runs")
def retry_run(parts: Parts, principal: Principal, run_id: UUID, query: Waiting) -> Response | Reply:
    """Begin again what failed, was cancelled or expired: a new run with the same input, of the agent as it is now.

    What the first request asked to be less (budget, tools, model) is asked for again.
    """
    with parts.database.transaction(principal.tenants) as connection:
        row = seen.run(connection, principal, run_id)
    if row["status"] not in ("failed", "cancelled", "expired"):
        raise Conflict(
            f"The run is {row['status']}; only one that failed, was cancelled or expired can be begun again."
        )
    wanted = begin.Wanted(
        agent=row["agent"],
        messages=row["input"]["messages"],
        session=row["session"],
        callback_url=row["callback_url"],
        metadata=row["metadata"],
        retry_of=run_id,
        **row["narrowed"],
        tainted_by=_taint_of_input(row),
    )
    return _begun(parts, principal.for_client(row["tenant"]), wanted, query.wait)


def _taint_of_input(row: runs.Row) -> str | None:
    """Who may have written the input of a run: that of a run that another began, which read others, is no person's."""
    is_written_by_a_model = row["parent_id"] is not None and row["tainted_by"] is not None
    return "input" if row["tainted_by"] == "input" or is_written_by_a_model else None


def _begun(parts: Parts, caller: Principal, wanted: begin.Wanted, wait: float) -> Response | Reply:
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(caller.tenants) as connection:
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        row = begin.begin(connection, parts.settings, parts.models, caller, wanted)
        shown = views.run_view(connection, row, views.public_url(parts.settings))
        idempotency.keep(connection, caller.tenant, key, shown, status=202, location=_location(row["id"]))
    return _shown(parts, caller, row["id"], job_face.seconds(wait), status=202)


def _shown(parts: Parts, caller: Principal, run_id: UUID, wait: float, *, status: int = 200) -> Reply:
    """A run, when it has settled or the time is up. Waiting holds a thread, so it counts as a stream."""
    if wait > 0:
        place = long_answers()
        try:
            with place.one():
                parts.follower.settled(caller.tenants, run_id, wait)
        except Unavailable:
            pass  # the work goes on; only this answer does not wait for it
    with parts.database.transaction(caller.tenants) as connection:
        row = runs.find(connection, run_id)
        shown = views.run_view(connection, row, views.public_url(parts.settings))
    is_settled = row["status"] in runs.SETTLED
    headers = {"Location": _location(run_id)} | ({} if is_settled else {"Retry-After": "1"})
    return Reply(shown, 200 if is_settled and wait > 0 else status, headers)


def _location(run_id: UUID) -> str:
    return f"/api/agents/runs/{run_id}"
