"""Approvals: what runs ask people, and what those decide."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents import deciding, pool, seen, views
from agents.api import api
from agents.loop import schema
from agents.models import ApprovalsQuery, ApprovalView, DecisionRequest
from agents.parts import Parts
from agents.store import approvals
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Unprocessable


@api.get("/approvals", scope="agents:read", tag="Approvals")
def list_approvals(parts: Parts, principal: Principal, query: ApprovalsQuery) -> Page[ApprovalView]:
    """List what is or was asked, the newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = approvals.page(
            connection, query.position(), query.limit, status=query.status, run_id=query.run_id,
            subject=seen.only_questions(principal), client=query.client,
        )  # fmt: skip
    base = views.public_url(parts.settings)
    items = [views.approval_view(row, base) for row in rows[: query.limit]]
    return Page[ApprovalView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/approvals/<uuid:approval_id>", scope="agents:read", tag="Approvals")
def show_approval(parts: Parts, principal: Principal, approval_id: UUID) -> ApprovalView:
    """Show one question with the exact arguments of the call."""
    with parts.database.transaction(principal.tenants) as connection:
        row = seen.approval(connection, principal, approval_id)
    return views.approval_view(row, views.public_url(parts.settings))


@api.post("/approvals/<uuid:approval_id>", scope="agents:approve", tag="Approvals")
def decide(parts: Parts, principal: Principal, approval_id: UUID, body: DecisionRequest) -> ApprovalView:
    """Decide: `approve` or `deny` a call, or of one of which nobody knows how it ended, `retry`, `skip` or `deny`.

    `scope` run allows this tool for the rest of the run. 409 when it was decided already or came too late.
    """
    with parts.database.transaction(principal.tenants) as connection:
        if body.args_override is not None:
            _check(parts, connection, approval_id, body.args_override)
        row = deciding.decide(
            connection,
            principal,
            approval_id,
            decision=body.decision,
            reason=body.reason,
            scope=body.scope,
            args_override=body.args_override,
            args_hash=body.args_hash,
        )
    return views.approval_view(row, views.public_url(parts.settings))


def _check(parts: Parts, connection: Connection, approval_id: UUID, given: Mapping[str, Any]) -> None:
    """Refuse other arguments that the tool does not take. One that is gone by now says so when it is called."""
    name = approvals.find(connection, approval_id)["tool"]
    tool = parts.tools.get(name)
    spec = pool.describe(connection).get(name) if tool is None else tool.spec
    if spec is not None and (wrong := schema.complaints(spec.parameters, given)):
        raise Unprocessable("args_override: the tool does not take these arguments: " + "; ".join(wrong))
