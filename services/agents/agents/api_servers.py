"""MCP servers of others: which there are, what their tools are, and which of them somebody approved."""

from typing import Any
from uuid import UUID

from agents.api import api
from agents.models import ClientPaged
from agents.models_servers import (
    ApproveTool,
    CallTool,
    ServerChange,
    ServerRequest,
    ServerView,
    TestQuery,
    TestView,
    ToolCallView,
    ToolLine,
    ToolsView,
    ToolView,
    server_fields,
)
from agents.parts import Parts
from agents.pool import pins
from agents.pool.names import model_name
from agents.pool.server import check_command
from agents.pool.testing import CALL, TEST
from agents.store import audit, secrets
from agents.store import servers as store
from oberaconnect import job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.http import check_endpoint
from oberaconnect.job_face import Job, JobFace
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import BY_STATUS, Conflict, Problem, Unprocessable

_TAG = "MCP servers"


@api.get("/mcp-servers", scope="agents:read", tag=_TAG)
def list_servers(parts: Parts, principal: Principal, query: ClientPaged) -> Page[ServerView]:
    """List MCP servers, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.page(connection, query.client, query)
    items = [ServerView(**server_fields(row)) for row in rows[: query.limit]]
    return Page[ServerView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.post("/mcp-servers", scope="agents:admin", status=201, returns=ServerView, tag=_TAG)
def add_server(parts: Parts, principal: Principal, body: ServerRequest) -> Reply:
    """Enter an MCP server. Nothing is connected to before it is tested; no tool of it is called before its approval."""
    caller = principal.for_client(body.client)
    values = body.model_dump(mode="json", exclude={"client"})
    values |= {"tenant": caller.tenant, "created_by": caller.subject}
    with parts.database.transaction(caller.tenants) as connection:
        _check(parts, connection, values)
        row = store.add(connection, values)
        _record(connection, caller, "server.created", row, {"url": row["url"], "argv": row["argv"]})
    return Reply(ServerView(**server_fields(row)), headers={"Location": f"/api/agents/mcp-servers/{row['id']}"})


@api.get("/mcp-servers/<uuid:server_id>", scope="agents:read", tag=_TAG)
def show_server(parts: Parts, principal: Principal, server_id: UUID) -> ServerView:
    """Show an MCP server."""
    with parts.database.transaction(principal.tenants) as connection:
        return ServerView(**server_fields(store.find(connection, server_id)))


@api.patch("/mcp-servers/<uuid:server_id>", scope="agents:admin", tag=_TAG)
def change_server(parts: Parts, principal: Principal, server_id: UUID, body: ServerChange) -> ServerView:
    """Change an MCP server. With another url or program it is another server: its tools have to be approved again."""
    given = {name: value for name, value in body.model_dump(mode="json").items() if value is not None}
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, server_id)
        caller = principal.for_client(row["tenant"])
        if given.keys() & {"url", "argv", "env", "headers"}:  # whatever has become of them, it can be switched off
            _check(parts, connection, {**row, **given})
        if any(given.get(name, row[name]) != row[name] for name in store.PLACE):
            store.revoke(connection, server_id)
        changed = store.change(connection, server_id, {**row, **given})
        _record(connection, caller, "server.changed", changed, given)
        return ServerView(**server_fields(changed))


@api.delete("/mcp-servers/<uuid:server_id>", scope="agents:admin", status=204, tag=_TAG)
def delete_server(parts: Parts, principal: Principal, server_id: UUID) -> Reply:
    """Remove an MCP server with its tools."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, server_id)
        store.delete(connection, server_id)
        _record(connection, principal.for_client(row["tenant"]), "server.deleted", row, {})
    return Reply(None)


@api.post("/mcp-servers/<uuid:server_id>/test", scope="agents:admin", also=[202], returns=TestView, tag=_TAG)
def test_server(parts: Parts, principal: Principal, server_id: UUID, query: TestQuery) -> Reply:
    """Connect to an MCP server and list its tools. What kept it from working is told as a problem.

    202 when it takes longer than `wait` seconds: `Location` is where to look for the result.
    """
    ended = _done(parts, principal, server_id, kind=TEST, payload={}, wait=query.wait)
    if job_face.is_active(ended):
        return Reply(TestView(job=ended.id, job_status=ended.status), 202, _location(server_id, ended))
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, server_id)
        lines = [ToolLine(**_line(row["name"], tool)) for tool in store.tools(connection, server_id)]
    found = ended.result or {}
    return Reply(TestView.model_validate({"job": ended.id, "job_status": "succeeded", "tools": lines, **found}))


@api.get("/mcp-servers/<uuid:server_id>/tools", scope="agents:read", tag=_TAG)
def list_tools(parts: Parts, principal: Principal, server_id: UUID) -> ToolsView:
    """List the tools of an MCP server as they were last seen, with what has changed since they were approved."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, server_id)
        return ToolsView(items=[_tool_view(row["name"], tool) for tool in store.tools(connection, server_id)])


@api.post("/mcp-servers/<uuid:server_id>/tools/<string:name>/approve", scope="agents:admin", tag=_TAG)
def approve_tool(parts: Parts, principal: Principal, server_id: UUID, name: str, body: ApproveTool) -> ToolView:
    """Approve a tool as it is described now, by the hash of that. 409 when the hash is that of something else.

    `class` and `idempotent` say what it can do: whether a call of it asks, and whether it may be made again.
    """
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, server_id)
        caller = principal.for_client(row["tenant"])
        found = _tool(connection, row, name)
        if found["hash"] == body.hash and not pins.is_usable(found["definition"]):
            raise Unprocessable("Its server describes the arguments of this tool in a way that models do not take.")
        done = store.approve(
            connection,
            server_id,
            found["name"],
            body.hash,
            tool_class=body.tool_class or found["class"],
            idempotent=found["idempotent"] if body.idempotent is None else body.idempotent,
            by=caller.subject,
        )
        told = {"tool": done["name"], "hash": done["hash"], "class": done["class"], "idempotent": done["idempotent"]}
        _record(connection, caller, "tool.approved", row, told)
        return _tool_view(row["name"], done)


@api.post("/mcp-servers/<uuid:server_id>/tools/<string:name>/revoke", scope="agents:admin", tag=_TAG)
def revoke_tool(parts: Parts, principal: Principal, server_id: UUID, name: str) -> ToolView:
    """Take the approval of a tool back. From now on no call of it begins."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.lock(connection, server_id)
        found = _tool(connection, row, name)
        if store.revoke(connection, server_id, [found["name"]]):
            _record(connection, principal.for_client(row["tenant"]), "tool.revoked", row, {"tool": found["name"]})
        return _tool_view(row["name"], store.tool(connection, server_id, found["name"]))


@api.post(
    "/mcp-servers/<uuid:server_id>/tools/<string:name>/call", scope="agents:admin", also=[202], returns=ToolCallView,
    tag=_TAG,
)  # fmt: skip
def call_tool(
    parts: Parts, principal: Principal, *, server_id: UUID, name: str, body: CallTool, query: TestQuery
) -> Reply:
    """Call an approved tool once, to see what it gives. 202 when it takes longer than `wait` seconds."""
    with parts.database.transaction(principal.tenants) as connection:
        found = _tool(connection, store.find(connection, server_id), name)
    payload = {"tool": found["name"], "arguments": body.arguments}
    ended = _done(parts, principal, server_id, kind=CALL, payload=payload, wait=query.wait)
    if job_face.is_active(ended):
        return Reply(ToolCallView(job=ended.id, job_status=ended.status), 202, _location(server_id, ended))
    return Reply(ToolCallView.model_validate({"job": ended.id, "job_status": "succeeded", **(ended.result or {})}))


@api.get("/mcp-servers/<uuid:server_id>/jobs/<uuid:job_id>", scope="agents:admin", tag=_TAG)
def show_job(parts: Parts, principal: Principal, server_id: UUID, job_id: UUID) -> Job:
    """Show a test or a call that took longer than was waited for."""
    with parts.database.transaction(principal.tenants) as connection:
        row = jobs.find(connection, job_id)
    if row["payload"].get("server_id") != str(server_id):
        raise jobs.NoSuchJob()
    return job_face.job(row)


def _done(
    parts: Parts, principal: Principal, server_id: UUID, *, kind: str, payload: dict[str, Any], wait: float
) -> Job:
    """Have the worker do something with a server, and wait for it. Raises the problem that it ended with."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.find(connection, server_id)
        caller = principal.for_client(row["tenant"])
        queued = jobs.enqueue(
            connection, principal=caller, kind=kind, payload={"server_id": str(server_id), **payload},
            max_queued=parts.settings.max_queued_jobs,
        )  # fmt: skip
        _record(connection, caller, "server.tested" if kind == TEST else "tool.called", row, payload)
    face = JobFace(prefix="agents", view=job_face.job)
    ended = face.until_ended(parts.database, caller.tenants, job_face.job(queued), job_face.seconds(wait))
    if ended.status == "cancelled":
        raise Conflict("This was cancelled.")
    if ended.status == "failed":
        told = ended.problem or {}
        raise BY_STATUS.get(int(str(told.get("status", 500))), Problem)(str(told.get("detail", "")) or None)
    return ended


def _location(server_id: UUID, job: Job) -> dict[str, str]:
    return {"Location": f"/api/agents/mcp-servers/{server_id}/jobs/{job.id}", "Retry-After": "1"}


def _check(parts: Parts, connection: Connection, values: dict[str, Any]) -> None:
    """Refuse a server that could not be connected to. Raises `Unprocessable`."""
    is_http = values["transport"] == "http"
    wanted, other, without = ("url", "argv", "env") if is_http else ("argv", "url", "headers")
    if values[wanted] is None:
        raise Unprocessable(f"#/{wanted}: a server with the transport '{values['transport']}' needs it")
    if values[other] is not None or values[without]:
        extra = other if values[other] is not None else without
        raise Unprocessable(f"#/{extra}: a server with the transport '{values['transport']}' has none")
    if is_http:
        check_endpoint(values["url"], parts.settings.allowed_hosts)
    else:
        check_command(parts.settings, values["argv"])
    named = {*values["env"].values(), *values["headers"].values()}
    if missing := sorted(named - secrets.sealed(connection, values["tenant"], named).keys()):
        raise Unprocessable(f"This client has no secret '{missing[0]}'. POST /secrets keeps one.")


def _tool(connection: Connection, server: store.Row, name: str) -> store.Row:
    """A tool by its name at the server, or by the one that agents know. Raises `NoSuchTool`."""
    for row in store.tools(connection, server["id"]):
        if name in (row["name"], model_name(server["name"], row["name"])):
            return row
    raise store.NoSuchTool()


def _line(server: str, row: store.Row) -> dict[str, Any]:
    return {
        "name": row["name"],
        "tool": model_name(server, row["name"]),
        "status": row["status"],
        "class": row["class"],
        "hash": row["hash"],
    }


def _tool_view(server: str, row: store.Row) -> ToolView:
    return ToolView(
        **_line(server, row),
        title=pins.title(row["definition"]),
        idempotent=row["idempotent"],
        definition=row["definition"],
        diff=pins.changes(row["approved"], row["definition"]) if row["status"] == "changed" else [],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        seen_at=row["seen_at"],
        gone_at=row["gone_at"],
    )


def _record(connection: Connection, caller: Principal, action: str, row: store.Row, data: dict[str, Any]) -> None:
    audit.record(
        connection, caller.tenant, actor=caller.subject, action=action, object=f"mcp-server:{row['name']}", data=data
    )
