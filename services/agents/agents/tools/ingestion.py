"""How a job of data-processing reads, and what programs get of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.tools import making, readable

_COUNTS = ("indexed", "unchanged", "skipped", "failed", "deleted")


def job_view_schema() -> making.Schema:
    """What `job_view` gives."""
    return making.record(
        {
            "id": making.text(longest=64),
            "kind": making.text(longest=40),
            "status": making.text(longest=40),
            "counts": making.record({name: {"type": "integer"} for name in _COUNTS}),
            "problem": making.maybe(making.text(longest=2_000)),
        }
    )


def ledger_view_schema(most: int) -> making.Schema:
    """What became of up to so many files."""
    return making.several(
        making.record(
            {
                "document_id": making.maybe(making.text(longest=64)),
                "external_id": making.text(longest=1_000),
                "status": making.text(longest=40),
                "chunks": {"type": "integer"},
                "reason": making.maybe(making.text(longest=4_000)),
            }
        ),
        most=most,
    )


def job_view(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job for programs."""
    counts = {name: job["counts"][name] for name in _COUNTS}
    return {"id": job["id"], "kind": job["kind"], "status": job["status"], "counts": counts, "problem": _problem(job)}


def job_blocks(job: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """A job as blocks of lines: itself, and one for each file."""
    counted = ", ".join(f"{job['counts'][name]} {name}" for name in _COUNTS if job["counts"][name])
    head = f"Job {job['id']} ({job['kind']}) {_STATES[job['status']]}: {counted or 'no document is done yet'}."
    if problem := _problem(job):
        head += f" {problem}"
    return [head, *(_line(line) for line in lines)]


_STATES = {
    "queued": "waits for its turn",
    "running": "is at work",
    "succeeded": "has ended",
    "failed": "has failed",
    "cancelled": "was cancelled",
}


def _problem(job: Mapping[str, Any]) -> str | None:
    problem = job["problem"]
    return None if problem is None else readable.line(problem.get("detail") or problem.get("title") or "", 1_000)


def _line(line: Mapping[str, Any]) -> str:
    named = f" · document_id {line['document_id']}" if line["document_id"] else ""
    reason = f": {readable.line(line['reason'])}" if line["reason"] else ""
    return f"{readable.line(line['external_id'])} {line['status']}{reason}{named}"
