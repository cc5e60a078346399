"""Agents: those that come with the platform, and those that a client has of its own."""

from agents import begin, ready, views
from agents.api import api
from agents.definitions import Definition
from agents.models import (
    AgentChange,
    AgentRequest,
    AgentVersions,
    AgentVersionView,
    AgentView,
    ClientPaged,
    ClientQuery,
)
from agents.parts import Parts
from agents.store import agents as store
from agents.store import audit
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict, NotFound, Unprocessable


@api.get("/agents", scope="agents:read", tag="Agents")
def list_agents(parts: Parts, principal: Principal, query: ClientPaged) -> Page[AgentView]:
    """List the clients' own agents, the newest first, and after them, on the last page, those that are ready."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.page(connection, query.position(), query.limit, client=query.client)
    items = [_view(row) for row in rows[: query.limit]]
    cursor = next_cursor(rows, query.limit)
    if cursor is None:
        items += [views.agent_view(begin.Known(found, 0), None) for found in ready.load().values()]
    return Page[AgentView](items=items, next_cursor=cursor)


@api.post("/agents", scope="agents:write", status=201, returns=AgentView, tag="Agents")
def create_agent(parts: Parts, principal: Principal, body: AgentRequest) -> Reply:
    """Make an agent. One with the name of a ready one takes its place for this client."""
    caller = principal.for_client(body.client)
    definition = _checked(parts, caller, body)
    with parts.database.transaction(caller.tenants) as connection:
        row = store.insert(connection, caller.tenant, definition.model_dump(mode="json"), caller.subject)
        _record(connection, caller, "agent.created", row)
    return Reply(_view(row), 201, {"Location": f"/api/agents/agents/{row['name']}"})


@api.get("/agents/<string:name>", scope="agents:read", tag="Agents")
def show_agent(parts: Parts, principal: Principal, name: str, query: ClientQuery) -> AgentView:
    """Show an agent as it is used now."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        known = begin.agent(connection, caller.tenant, name)
        row = store.find(connection, caller.tenant, name) if known.version else None
    return views.agent_view(known, row)


@api.get("/agents/<string:name>/versions", scope="agents:read", tag="Agents")
def list_versions(parts: Parts, principal: Principal, name: str, query: ClientQuery) -> AgentVersions:
    """List the versions of an agent, the newest first. A version is never changed: runs name theirs."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        _require_own(connection, caller, name)
        found = store.versions(connection, store.find(connection, caller.tenant, name)["id"])
    return AgentVersions(
        items=[
            AgentVersionView(
                version=row["number"], definition=Definition.model_validate(row["definition"]),
                created_by=row["created_by"], created_at=row["created_at"],
            )
            for row in found
        ]
    )  # fmt: skip


@api.put("/agents/<string:name>", scope="agents:write", tag="Agents")
def change_agent(parts: Parts, principal: Principal, name: str, body: AgentRequest) -> AgentView:
    """Change an agent: a new version, which the next run follows. Runs that have begun follow theirs."""
    if body.name != name:
        raise Unprocessable(f"#/name: an agent keeps its name, '{name}'")
    caller = principal.for_client(body.client)
    definition = _checked(parts, caller, body)
    with parts.database.transaction(caller.tenants) as connection:
        _require_own(connection, caller, name)
        row = store.change(connection, caller.tenant, definition.model_dump(mode="json"), caller.subject)
        _record(connection, caller, "agent.changed", row)
    return _view(row)


@api.patch("/agents/<string:name>", scope="agents:write", tag="Agents")
def switch_agent(parts: Parts, principal: Principal, name: str, body: AgentChange) -> AgentView:
    """Switch an agent on or off. Off, it begins nothing, and what it has begun ends where it next comes to rest."""
    caller = principal.for_client(body.client)
    with parts.database.transaction(caller.tenants) as connection:
        if name in ready.load() and not _is_own(connection, caller, name):
            store.insert(connection, caller.tenant, ready.load()[name].model_dump(mode="json"), caller.subject)
        store.switch(connection, caller.tenant, name, body.enabled)
        row = store.find(connection, caller.tenant, name)
        _record(connection, caller, "agent.enabled" if body.enabled else "agent.disabled", row)
    return _view(row)


@api.delete("/agents/<string:name>", scope="agents:write", status=204, tag="Agents")
def delete_agent(parts: Parts, principal: Principal, name: str, query: ClientQuery) -> None:
    """Delete an agent of the client's own; its runs stay. Where it stood for a ready one, that one is back."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        if name in ready.load() and not _is_own(connection, caller, name):
            raise Conflict(f"'{name}' comes with the platform and cannot be deleted. PATCH it with enabled: false.")
        row = store.find(connection, caller.tenant, name)
        store.delete(connection, caller.tenant, name)
        _record(connection, caller, "agent.deleted", row)


def _checked(parts: Parts, caller: Principal, body: AgentRequest) -> Definition:
    """The definition of a request, if its model and the agents it may begin are there."""
    definition = Definition.model_validate(body.model_dump(exclude={"client"}))
    if definition.model is not None:
        parts.models.get(definition.model)
    if definition.budget.cost is not None and not parts.models.has_prices:
        raise Unprocessable("#/budget/cost: it needs LLM_INPUT_PRICE and LLM_OUTPUT_PRICE, which are not set")
    with parts.database.transaction(caller.tenants) as connection:
        for name in definition.children:
            begin.agent(connection, caller.tenant, name)
    return definition


def _is_own(connection: Connection, caller: Principal, name: str) -> bool:
    try:
        store.find(connection, caller.tenant, name)
    except store.NoSuchAgent:
        return False
    return True


def _require_own(connection: Connection, caller: Principal, name: str) -> None:
    if name in ready.load() and not _is_own(connection, caller, name):
        raise NotFound(
            f"'{name}' comes with the platform, in one version. POST /agents makes one of your own with this name."
        )


def _record(connection: Connection, caller: Principal, action: str, row: store.Row) -> None:
    audit.record(
        connection, caller.tenant, actor=caller.subject, action=action, object=f"agent:{row['name']}",
        data={"version": row["latest"]},
    )  # fmt: skip


def _view(row: store.Row) -> AgentView:
    return views.agent_view(begin.Known.of(row), row)
