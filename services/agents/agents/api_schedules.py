"""Schedules over HTTP: runs that begin by the clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, request

from agents import begin, callbacks, scheduling
from agents.api import api
from agents.models import Conversation, RunView
from agents.models_operations import ScheduleChange, ScheduleQuery, ScheduleRequest, ScheduleView
from agents.parts import Parts
from agents.store import audit, schedules
from agents.views import public_url, run_view
from oberaconnect import idempotency
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict, Unprocessable

#: How many schedules a client may have.
MOST = 500
#: What a run does; the rest only says when.
_DOES = {"agent", "input", "budget", "callback_url"}


@api.post("/schedules", scope="agents:write", status=201, returns=ScheduleView, tag="Schedules")
def add_schedule(parts: Parts, principal: Principal, body: ScheduleRequest) -> Reply | Response:
    """Let runs begin by the clock, the first one when it is due.

    They act in the name of whoever asks for this, and never with more rights than that credential has now.
    """
    caller = principal.for_client(body.client)
    key = idempotency.read_key(request.get_data(as_text=True))
    values = body.model_dump(mode="json", exclude={"client", "budget"}) | {
        "input": _messages(body.input),
        "budget": body.budget.model_dump(exclude_none=True),
        "subject": caller.subject,
        "scopes": sorted(caller.scopes),
        "readers": None if caller.readers is None else sorted(caller.readers),
    }
    values["next_at"] = _next(values)
    with parts.database.transaction(caller.tenants) as connection:
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        _check(parts, connection, caller, values)
        if schedules.count(connection, caller.tenant) >= MOST:
            raise Conflict(f"This client has {MOST} schedules. Delete one that is not used any more.")
        row = schedules.insert(connection, caller.tenant, values)
        shown = _shown(row)
        location = f"/api/agents/schedules/{shown.id}"
        idempotency.keep(connection, caller.tenant, key, shown, status=201, location=location)
        _record(connection, caller, "schedule.created", row, {"agent": row["agent"], "cron": row["cron"]})
    return Reply(shown, headers={"Location": location})


@api.get("/schedules", scope="agents:read", tag="Schedules")
def list_schedules(parts: Parts, principal: Principal, query: ScheduleQuery) -> Page[ScheduleView]:
    """List schedules, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = schedules.page(connection, query.position(), query.limit, client=query.client, agent=query.agent)
    items = [_shown(row) for row in rows[: query.limit]]
    return Page[ScheduleView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/schedules/<uuid:schedule_id>", scope="agents:read", tag="Schedules")
def show_schedule(parts: Parts, principal: Principal, schedule_id: UUID) -> ScheduleView:
    """Show a schedule, when it is due next and what kept it from running the last time."""
    with parts.database.transaction(principal.tenants) as connection:
        return _shown(schedules.find(connection, schedule_id))


@api.patch("/schedules/<uuid:schedule_id>", scope="agents:write", tag="Schedules")
def change_schedule(parts: Parts, principal: Principal, schedule_id: UUID, body: ScheduleChange) -> ScheduleView:
    """Change a schedule. Fields that are left out stay as they are.

    Whoever changes what its runs do (agent, input, budget, callback_url) is who they act for from then on, with no
    rights but those that both had; for more, make a new one.
    """
    told = {
        name: value
        for name, value in body.model_dump(mode="json", exclude_unset=True).items()
        if value is not None or name == "callback_url"
    }
    if body.input is not None:
        told["input"] = _messages(body.input)
    if body.budget is not None:
        told["budget"] = body.budget.model_dump(exclude_none=True)
    with parts.database.transaction(principal.tenants) as connection:
        row = schedules.lock(connection, schedule_id)
        caller = principal.for_client(row["tenant"])
        values = row | told
        if told.keys() & _DOES:
            values |= _shared(row, caller)
            _check(parts, connection, caller, values)
        begins_anew = told.keys() & {"cron", "tz"} or (values["enabled"] and not row["enabled"])
        if begins_anew:
            values["next_at"] = _next(values)
        changed = schedules.change(connection, schedule_id, values)
        _record(connection, caller, "schedule.changed", changed, told)
        return _shown(changed)


@api.delete("/schedules/<uuid:schedule_id>", scope="agents:write", status=204, tag="Schedules")
def delete_schedule(parts: Parts, principal: Principal, schedule_id: UUID) -> Reply:
    """Delete a schedule. Runs that it began go on."""
    with parts.database.transaction(principal.tenants) as connection:
        row = schedules.lock(connection, schedule_id)
        schedules.delete(connection, schedule_id)
        _record(connection, principal, "schedule.deleted", row, {"agent": row["agent"]})
    return Reply(None)


@api.post("/schedules/<uuid:schedule_id>/run", scope="agents:write", status=202, returns=RunView, tag="Schedules")
def run_schedule(parts: Parts, principal: Principal, schedule_id: UUID) -> Reply | Response:
    """Begin a run of a schedule now, whether or not one is in progress, in the name and with the rights of the caller.

    When it is due next stays as it is.
    """
    with parts.database.transaction(principal.tenants) as connection:
        tenant = schedules.find(connection, schedule_id)["tenant"]
    caller = principal.for_client(tenant)
    key = idempotency.read_key()
    # Within its client alone: what a run begins with is looked up among nothing else.
    with parts.database.transaction(caller.tenants) as connection:
        if replayed := idempotency.claim(connection, caller.tenant, key):
            return replayed
        row = schedules.lock(connection, schedule_id)
        run = scheduling.start(connection, parts.settings, parts.models, caller, row)
        schedules.began(connection, schedule_id, run["id"], datetime.now(UTC))
        shown = run_view(connection, run, public_url(parts.settings))
        location = f"/api/agents/runs/{shown.id}"
        idempotency.keep(connection, caller.tenant, key, shown, status=202, location=location)
    return Reply(shown, headers={"Location": location})


def _messages(given: str | Conversation) -> dict[str, Any]:
    if isinstance(given, str):
        return {"messages": [{"role": "user", "content": given}]}
    return given.model_dump(mode="json")


def _next(values: Mapping[str, Any]) -> datetime:
    """When a schedule begins that has had no turn yet. Raises `Unprocessable` with what is wrong with it."""
    try:
        return scheduling.next_time({**values, "next_at": None}, datetime.now(UTC))
    except ValueError as error:  # kept by a release that knew the time zone
        raise Unprocessable(str(error)) from None


def _check(parts: Parts, connection: Connection, caller: Principal, values: Mapping[str, Any]) -> None:
    """Refuse what could never begin. Raises `NotFound`, `Unprocessable`."""
    begin.agent(connection, caller.tenant, values["agent"])
    if values["callback_url"] is not None:
        callbacks.check_url(values["callback_url"], parts.settings)


def _shared(row: Mapping[str, Any], caller: Principal) -> dict[str, Any]:
    """Who a schedule acts for after `caller` has changed what it does: with the rights that its maker had, too."""
    readers = [frozenset(each) for each in (row["readers"], caller.readers) if each is not None]
    return {
        "subject": caller.subject,
        "scopes": sorted(caller.scopes & set(row["scopes"])),
        "readers": sorted(frozenset.intersection(*readers)) if readers else None,
    }


def _record(
    connection: Connection, caller: Principal, action: str, row: Mapping[str, Any], data: Mapping[str, Any]
) -> None:
    audit.record(
        connection, row["tenant"], actor=caller.subject, action=action, object=f"schedule:{row['id']}", data=data
    )


def _shown(row: Mapping[str, Any]) -> ScheduleView:
    values = {name: row[name] for name in ScheduleView.model_fields if name != "client"}
    return ScheduleView(**values | {"client": row["tenant"], "next_at": row["next_at"] if row["enabled"] else None})
