"""Runs and approvals as results of tools: small, and the same fields each time."""

from collections.abc import Mapping
from typing import Any

from agents.models import ApprovalView, RunView
from agents.store import runs
from agents.tools import making
from agents.tools.contract import Outcome

#: What this face calls a run that waits for a decision: a word that a model understands without a manual.
APPROVAL_REQUIRED = "approval_required"
INPUT_REQUIRED = "input_required"
_STATUSES = {"waiting_approval": APPROVAL_REQUIRED, "waiting_input": INPUT_REQUIRED}

_TEXT: making.Schema = {"type": "string"}
_CITATION: making.Schema = {"type": "object"}
APPROVAL = making.record(
    {
        "approval_id": _TEXT,
        "run_id": _TEXT,
        "agent": _TEXT,
        "client": _TEXT,
        "kind": making.choice("call: may it be made; outcome: what became of it.", ["call", "outcome"]),
        "tool": _TEXT,
        "class": _TEXT,
        "args": {"type": "object"},
        "why": _TEXT,
        "status": _TEXT,
        "url": _TEXT,
        "expires_at": _TEXT,
    }
)
RUN = making.record(
    {
        "run_id": _TEXT,
        "agent": _TEXT,
        "client": _TEXT,
        "status": _TEXT,
        "text": making.maybe(_TEXT),
        "citations": {"type": "array", "items": _CITATION},
        "problem": making.maybe(_TEXT),
        "question": making.maybe(_TEXT),
        "approval_id": making.maybe(_TEXT),
        "url": making.maybe(_TEXT),
        "approvals": {"type": "array", "items": APPROVAL},
    }
)


def approval(view: ApprovalView) -> dict[str, Any]:
    """An approval by the fields of `APPROVAL`."""
    return {
        "approval_id": str(view.id),
        "run_id": str(view.run_id),
        "agent": view.agent,
        "client": view.client,
        "kind": view.kind,
        "tool": view.tool,
        "class": view.tool_class,
        "args": view.args,
        "why": view.why,
        "status": view.status,
        "url": view.url,
        "expires_at": view.expires_at.isoformat(),
    }


def told(view: RunView) -> dict[str, Any]:
    """A run by the fields of `RUN`, with what it waits for."""
    asked = [approval(one) for one in view.waiting.approvals] if view.waiting else []
    return {
        "run_id": str(view.id),
        "agent": view.agent,
        "client": view.client,
        "status": _STATUSES.get(view.status, view.status),
        "text": view.result.text if view.result else None,
        "citations": view.result.citations if view.result else [],
        "problem": str(view.problem.get("detail", "")) if view.problem else None,
        "question": view.waiting.question if view.waiting else None,
        "approval_id": asked[0]["approval_id"] if asked else None,
        "url": asked[0]["url"] if asked else None,
        "approvals": asked,
    }


def outcome(run: Mapping[str, Any]) -> Outcome:
    """A run by the fields of `RUN` as the result of a tool. One that came to nothing is an error."""
    status = run["status"]
    if status == "completed":
        return Outcome(run["text"] or "", run)
    if status in runs.ENDED:
        return Outcome(run["problem"] or f"The run is {status}.", run, is_error=True)
    return Outcome(_waits(run), run)


def _waits(run: Mapping[str, Any]) -> str:
    if run["status"] == APPROVAL_REQUIRED:
        lines = [f"- {one['approval_id']}: {one['tool']} with {one['args']}. {one['why']}" for one in run["approvals"]]
        return "\n".join(
            [
                f"The run {run['run_id']} waits until a person decides whether these calls are made:",
                *lines,
                f"A person decides at {run['url']}, or with decide_approval. get_run tells how the run goes on.",
            ]
        )
    if run["status"] == INPUT_REQUIRED:
        return f"The run {run['run_id']} asks: {run['question']} Give the answer with answer_run."
    if run["status"] == "waiting_child":
        return (
            f"The run {run['run_id']} waits for an agent that it asked for a part. list_approvals tells whether that"
            " one needs a decision, get_run how the run goes on."
        )
    return f"The run {run['run_id']} is {run['status']}. get_run tells how it goes on."
