"""Rows as the API shows them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agents import begin, deciding
from agents.models import AgentView, ApprovalView, CallView, EventView, Result, RunView, StepView, Usage, Waiting
from agents.store import approvals
from oberaconnect.db import Connection
from oberaconnect.settings import Settings


def public_url(settings: Settings) -> str:
    """Where people find the platform with a browser."""
    return settings.public_url or f"http://localhost:{settings.gateway_port}"


def approval_url(approval_id: UUID, public_url: str) -> str:
    """Where a person decides about a call."""
    return f"{public_url}/approve#{approval_id}"


def approval_view(row: Mapping[str, Any], public_url: str) -> ApprovalView:
    """An approval's row as the API shows it."""
    return ApprovalView(
        id=row["id"], run_id=row["run_id"], agent=row["agent"], client=row["tenant"], kind=row["kind"],
        tool=row["tool"], tool_class=row["class"], args=row["args"], args_hash=row["args_hash"], why=row["why"],
        status=row["status"],
        decision=row["decision"], decided_by=row["decided_by"], reason=row["reason"], scope=row["scope"],
        url=approval_url(row["id"], public_url), expires_at=row["expires_at"],
        created_at=row["created_at"], decided_at=row["decided_at"],
    )  # fmt: skip


def run_view(connection: Connection, row: Mapping[str, Any], public_url: str) -> RunView:
    """A run's row as the API shows it, with what it waits for."""
    return RunView(
        id=row["id"],
        agent=row["agent"],
        agent_version=row["agent_version"],
        status=row["status"],
        client=row["tenant"],
        input=row["input"],
        result=None if row["result"] is None else Result(**row["result"]),
        problem=row["problem"],
        waiting=_waiting(connection, row, public_url),
        parent_id=row["parent_id"],
        retry_of=row["retry_of"],
        session=row["session"],
        attempt=row["attempt"],
        taint=row["tainted_by"],
        budget=row["budget"],
        usage=Usage(
            steps=row["steps"], tool_calls=row["tool_calls"], input_tokens=row["input_tokens"],
            output_tokens=row["output_tokens"], cost=float(row["cost"]), seconds=round(row["seconds"], 3),
        ),
        callback_url=row["callback_url"],
        metadata=row["metadata"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )  # fmt: skip


def _waiting(connection: Connection, row: Mapping[str, Any], public_url: str) -> Waiting | None:
    status = row["status"]
    if status == "waiting_approval":
        pending = approvals.pending(connection, row["id"])
        return Waiting(kind="approval", approvals=[approval_view(asked, public_url) for asked in pending])
    if status == "waiting_input":
        told = deciding.question(connection, row["id"]) or {}
        return Waiting(kind="input", question=told.get("question"), choices=told.get("choices", []))
    if status == "waiting_child":
        return Waiting(kind="child")
    return Waiting(kind="time", wake_at=row["wake_at"]) if status == "sleeping" else None


def agent_view(known: begin.Known, row: Mapping[str, Any] | None) -> AgentView:
    """An agent as the API shows it; `row` is None for a ready one."""
    return AgentView(
        **known.definition.model_dump(),
        client=None if row is None else row["tenant"],
        version=known.version,
        origin="ready" if row is None else "own",
        enabled=known.enabled,
        created_at=None if row is None else row["created_at"],
        updated_at=None if row is None else row["updated_at"],
    )


def event_view(row: Mapping[str, Any]) -> EventView:
    """An event's row as the API shows it."""
    return EventView(seq=row["seq"], type=row["type"], data=row["data"], at=row["at"])


def step_view(row: Mapping[str, Any]) -> StepView:
    """A turn's row as the API shows it."""
    content = row["content"]
    text = content.get("text", "") or "\n\n".join(found["content"] for found in content.get("tool_results", ()))
    return StepView(
        number=row["number"], role=row["role"], text=text, model=row["model"], input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"], created_at=row["created_at"],
    )  # fmt: skip


def call_view(row: Mapping[str, Any]) -> CallView:
    """A call's row as the API shows it."""
    return CallView(
        id=row["id"], turn=row["turn"], tool=row["tool"], args=row["args"], args_hash=row["args_hash"],
        tool_class=row["class"], status=row["status"], attempt=row["attempt"], result=row["result"],
        child_id=row["child_id"], started_at=row["started_at"], finished_at=row["finished_at"],
    )  # fmt: skip
