"""Sources and their runs as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from data_processing.sync import run_store
from data_processing.sync.models import Run, RunCounts, Source
from oberaconnect.db import Connection
from oberaconnect.job_face import Progress

Row = dict[str, Any]

_SHOWN = set(Source.model_fields) - {"client", "has_secrets", "notification_problem"}
#: Failures that a webhook's receiver is told of one by one.
_TOLD_FAILURES = 20


def source(row: Row) -> Source:
    """A source's row."""
    shown = {name: row[name] for name in _SHOWN}
    return Source(
        **shown,
        client=row["tenant"],
        has_secrets=row["sealed"] is not None,
        notification_problem=row["subscriptions"].get("problem") or None,
    )


def run(row: Row, changes: Mapping[str, int]) -> Run:
    """A run's row, with what became of its lines."""
    names = ("new", "changed", "moved", "shared", "deleted", "failed")
    done, total = row["done"], row["total"]
    speed = _per_second(row)
    is_working = row["status"] == "running" and row["stage"] == "working"
    return Run(
        id=row["id"],
        source_id=row["source_id"],
        client=row["tenant"],
        reason=row["reason"],
        dry_run=row["is_dry"],
        status="waiting" if row["is_waiting"] else row["status"],
        stage="waiting for a decision" if row["is_waiting"] else row["job_stage"],
        progress=Progress(done=done, total=total),
        counts=RunCounts(
            seen=row["seen"],
            unchanged=row["unchanged"],
            postponed=row["postponed"],
            **{name: changes.get(name, 0) for name in names},
        ),
        deletions=row["deletions"],
        files_per_second=speed,
        eta_seconds=round((total - done) / speed, 1) if is_working and speed else None,
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        problem=row["problem"],
    )


def _per_second(row: Row) -> float | None:
    """How many lines are done a second, since the first one was begun."""
    began: datetime | None = row["work_began"]
    if began is None or not row["done"]:
        return None
    seconds = ((row["finished_at"] or row["seen_at"]) - began).total_seconds()
    return round(row["done"] / seconds, 2) if seconds > 0 else None


def runs(connection: Connection, rows: Sequence[Row]) -> list[Run]:
    """Rows of runs, in their order."""
    found = run_store.changes(connection, [row["id"] for row in rows])
    return [run(row, found[row["id"]]) for row in rows]


def one_run(connection: Connection, source_id: UUID, run_id: UUID) -> Run:
    """One run. Raises `NoSuchRun`."""
    return runs(connection, [run_store.find(connection, source_id, run_id)])[0]


def event(connection: Connection, found: Row, ended: Row) -> dict[str, Any]:
    """What the receiver of a webhook is told of a run that has ended."""
    shown = runs(connection, [ended])[0].model_dump(mode="json")
    return {
        "event": "source.run.waiting" if ended["is_waiting"] else "source.run.finished",
        "source": {"id": str(found["id"]), "name": found["name"], "kind": found["kind"], "client": found["tenant"]},
        "run": shown,
        "failures": run_store.failures(connection, ended["id"], _TOLD_FAILURES),
    }
