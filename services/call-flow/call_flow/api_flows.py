"""The flows that are kept: list, show, approve, delete."""

from call_flow import store, views
from call_flow.api import api
from call_flow.chosen import of_row
from call_flow.models import (
    ApprovalView,
    ApproveRequest,
    ClientQuery,
    FlowItem,
    FlowQuery,
    FlowsQuery,
    FlowView,
    VersionItem,
    Versions,
)
from call_flow.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Conflict


@api.get("/flows", scope="callflow:read", tag="Flows")
def list_flows(parts: Parts, principal: Principal, query: FlowsQuery) -> Page[FlowItem]:
    """List flows, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.flows_page(connection, query.client, query)
    cursor = next_cursor(rows, query.limit)
    items = [FlowItem(**{name: row[name] for name in FlowItem.model_fields}) for row in rows[: query.limit]]
    return Page[FlowItem](items=items, next_cursor=cursor)


@api.get("/flows/<flow_id>", scope="callflow:read", tag="Flows")
def show_flow(parts: Parts, principal: Principal, flow_id: str, query: FlowQuery) -> FlowView:
    """Show a flow: its latest version, or the one of `version`."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        row = store.find(connection, caller.tenant, flow_id, query.version)
        return views.shown(of_row(caller, row), store.approvals(connection, row), store.last_proof(connection, row))


@api.get("/flows/<flow_id>/versions", scope="callflow:read", tag="Flows")
def list_versions(parts: Parts, principal: Principal, flow_id: str, query: ClientQuery) -> Versions:
    """List the versions of a flow, newest first."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        return Versions(items=[VersionItem(**row) for row in store.versions(connection, caller.tenant, flow_id)])


@api.delete("/flows/<flow_id>", scope="callflow:write", status=204, tag="Flows")
def delete_flow(parts: Parts, principal: Principal, flow_id: str, query: ClientQuery) -> Reply:
    """Delete a flow with its versions, approvals and proofs."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        store.delete(connection, caller.tenant, flow_id)
    return Reply(None)


@api.post("/approve", scope="callflow:write", tag="Flows")
def approve(parts: Parts, principal: Principal, body: ApproveRequest) -> ApprovalView:
    """Keep that somebody approved a version: the one whose hash stood on what they saw.

    409 when the flow has changed since, or has errors.
    """
    caller = principal.for_client(body.client)
    with parts.database.transaction(caller.tenants) as connection:
        store.hold(connection, caller.tenant, body.flow_id)  # what is the latest now is still when the approval is kept
        row = store.find(connection, caller.tenant, body.flow_id, body.version)
        if row["latest"] != body.version:
            raise Conflict(
                "The flow has changed since that version. Show the customer the latest one, and approve that."
            )
        of_row(caller, row).require_sound()
        made = store.approve(connection, caller, row, name=body.name, role=body.role, comment=body.comment)
    return ApprovalView(**made)
