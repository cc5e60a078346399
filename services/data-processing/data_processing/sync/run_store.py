"""The runs of sources in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from data_processing import connectors
from data_processing.connectors.contract import Page
from data_processing.sync import store
from data_processing.sync.store import ACTIVE
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_RUN = (
    "source_run.*, job.status, job.stage AS job_stage, job.done, job.total, job.counts, job.problem, job.started_at,"
    " job.finished_at, clock_timestamp() AS seen_at"
)


@dataclass(frozen=True)
class Told:
    """What a dry run found: counts, and the lines of its ledger."""

    unchanged: int
    postponed: int
    lines: list[Row]


class NoSuchRun(NotFound):
    """This source has no run with this id."""


class SourceBusy(Conflict):
    """A run of this source is in progress."""


def active(connection: Connection, source_id: UUID) -> Row | None:
    """The run that has not ended, or that waits for a decision."""
    return connection.execute(
        f"SELECT {_RUN} FROM source_run JOIN job ON job.id = source_run.id WHERE source_id = %s"
        f" AND (job.{ACTIVE} OR is_waiting) ORDER BY source_run.created_at LIMIT 1",
        [source_id],
    ).fetchone()


def decide(connection: Connection, source_id: UUID, run_id: UUID, *, is_approved: bool) -> None:
    """End the waiting of a run. Approved, its job is queued again. Raises `Conflict` when it does not wait."""
    row = connection.execute(
        "UPDATE source_run SET is_waiting = false, is_approved = %s, is_told = NOT %s"
        " WHERE id = %s AND source_id = %s AND is_waiting RETURNING 1 AS one",
        [is_approved, is_approved, run_id, source_id],
    ).fetchone()
    if row is None:
        find(connection, source_id, run_id)
        raise Conflict("This run does not wait for a decision.")
    if is_approved:
        jobs.retry(connection, run_id)
        return
    connection.execute("DELETE FROM source_listed WHERE run_id = %s", [run_id])
    connection.execute("UPDATE job SET status = 'cancelled', stage = 'rejected' WHERE id = %s", [run_id])


def begin(
    connection: Connection,
    source: Row,
    principal: Principal,
    *,
    reason: str,
    max_queued: int,
    is_full: bool = False,
    is_dry: bool = False,
) -> Row:
    """Queue a run of a locked source; its job is the answer.

    Somebody who asks while a run is in progress that nobody asked for joins it, and another one follows it, for the
    first may have looked too early.

    Raises:
        SourceBusy: when one is in progress that was asked for, or that is another kind of run, or that waits for a
            decision. `job_id` of the problem names it.
        QueueFull: when the client has too many jobs waiting.
    """
    if source["removing"]:
        raise SourceBusy("This source is being removed.")
    if other := active(connection, source["id"]):
        is_by_itself = other["reason"] in ("schedule", "notification") and not other["is_waiting"]
        if is_by_itself and reason in ("request", "ingest") and not is_full and not is_dry:
            store.mark_wanted(connection, source["id"])
            return jobs.find(connection, other["id"])
        told = (
            f"A run of this source waits for a decision about {other['deletions']} deletions: approve or reject it."
            if other["is_waiting"]
            else "A run of this source is in progress."
        )
        raise SourceBusy(told, job_id=str(other["id"]))
    payload = {
        "source": source["kind"],
        "source_id": str(source["id"]),
        "collection": source["collection"],
        "is_web": connectors.find(source["kind"]).is_web,
        "by_person": source["by_person"],
    }
    job = jobs.enqueue(connection, principal=principal, kind="sync", payload=payload, max_queued=max_queued)
    connection.execute(
        "INSERT INTO source_run (id, source_id, tenant, reason, is_dry, cursor) VALUES (%s, %s, %s, %s, %s, %s)",
        [
            job["id"], source["id"], source["tenant"], reason, is_dry,
            None if is_full or source["cursor"] is None else Jsonb(source["cursor"]),
        ],
    )  # fmt: skip
    if not is_dry:
        connection.execute("UPDATE source SET wanted_at = NULL WHERE id = %s", [source["id"]])
    return job


def page(connection: Connection, source_id: UUID, query: Paged) -> list[Row]:
    """Runs of a source, newest first, one more than asked for."""
    created_at, identifier = query.position()
    return connection.execute(
        f"SELECT {_RUN} FROM source_run JOIN job ON job.id = source_run.id"
        " WHERE source_id = %s AND (source_run.created_at, source_run.id) < (%s, %s)"
        " ORDER BY source_run.created_at DESC, source_run.id DESC LIMIT %s",
        [source_id, created_at, identifier, query.limit + 1],
    ).fetchall()


def find(connection: Connection, source_id: UUID, run_id: UUID) -> Row:
    """One run of a source. Raises `NoSuchRun`."""
    row = connection.execute(
        f"SELECT {_RUN} FROM source_run JOIN job ON job.id = source_run.id WHERE source_id = %s AND source_run.id = %s",
        [source_id, run_id],
    ).fetchone()
    if row is None:
        raise NoSuchRun()
    return row


def changes(connection: Connection, run_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """What became of the lines of each run: how many new, changed, moved, shared, deleted, failed."""
    rows = connection.execute(
        "SELECT job_id, CASE WHEN status = 'failed' OR status = 'skipped' AND outcome NOT IN ('dry_run', 'superseded')"
        " THEN 'failed' ELSE change END AS became, count(*) AS n FROM ledger"
        " WHERE job_id = ANY (%s) AND change IS NOT NULL AND status <> 'queued' GROUP BY 1, 2",
        [list(run_ids)],
    ).fetchall()
    found: dict[UUID, dict[str, int]] = {run_id: {} for run_id in run_ids}
    for row in rows:
        found[row["job_id"]][row["became"]] = row["n"]
    return found


def advance(connection: Connection, run_id: UUID, listed: Page, seen: int) -> None:
    """Note a page that was listed: where to go on, and what it said of the listing as a whole."""
    connection.execute(
        "UPDATE source_run SET cursor = %s, stage = %s, seen = seen + %s, scope = %s, is_deep = %s,"
        " complete = (SELECT coalesce(array_agg(DISTINCT name), '{}') FROM unnest(complete || %s::text[]) AS name)"
        " WHERE id = %s",
        [
            Jsonb(dict(listed.cursor)),
            "listing" if listed.more else "merging",
            seen,
            None if listed.scope is None else list(listed.scope),
            listed.is_deep,
            list(listed.complete),
            run_id,
        ],
    )


def listed(connection: Connection, run_id: UUID, seen: int, *, complete: Collection[str]) -> None:
    """Note that all of a run is listed at once."""
    connection.execute(
        "UPDATE source_run SET cursor = '{}', stage = 'merging', seen = %s, complete = %s WHERE id = %s",
        [seen, list(complete), run_id],
    )


def enter(connection: Connection, run_id: UUID, stage: str, *, is_waiting: bool = False, deletions: int = 0) -> None:
    """Note what is to be done next in a run."""
    connection.execute(
        "UPDATE source_run SET stage = %s, is_waiting = %s, deletions = %s WHERE id = %s",
        [stage, is_waiting, deletions, run_id],
    )


def forget_listed(connection: Connection, source_id: UUID) -> None:
    """What runs have listed is merged, or not wanted any more; also what broken-off ones left."""
    connection.execute(
        "DELETE FROM source_listed USING source_run WHERE source_run.id = run_id AND source_id = %s", [source_id]
    )


def told(connection: Connection, source_id: UUID, run_id: UUID) -> Told:
    """What a dry run found, before it is taken back."""
    found = find(connection, source_id, run_id)
    rows = connection.execute(
        "SELECT number, document_id, external_id, name, change, access, attempt, status, outcome, reason FROM ledger"
        " WHERE job_id = %s ORDER BY number",
        [run_id],
    ).fetchall()
    return Told(found["unchanged"], found["postponed"], rows)


def keep_told(connection: Connection, run_id: UUID, tenant: str, found: Told) -> None:
    """Keep what a dry run found: its lines say what would be done, and nothing waits to be done."""
    connection.execute("DELETE FROM source_listed WHERE run_id = %s", [run_id])
    connection.execute(
        "UPDATE source_run SET stage = 'working', unchanged = %s, postponed = %s WHERE id = %s",
        [found.unchanged, found.postponed, run_id],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger (job_id, tenant, number, document_id, external_id, name, change, access, attempt,"
            " status, outcome, reason, position, done_at) VALUES (%(run)s, %(tenant)s, %(number)s, %(document_id)s,"
            " %(external_id)s, %(name)s, %(change)s, %(access)s, %(attempt)s,"
            " CASE %(status)s WHEN 'queued' THEN 'skipped' ELSE %(status)s END,"
            " CASE %(status)s WHEN 'queued' THEN 'dry_run' ELSE %(outcome)s END, %(reason)s,"
            " nextval('ledger_position'), now())",
            [{**row, "run": run_id, "tenant": tenant} for row in found.lines],
        )


def untold(connection: Connection, after: tuple[datetime, UUID]) -> Row | None:
    """A run that has ended, or stopped to ask, of which nobody was told yet, with its `source`; locked.

    The first one that was begun after a moment and id.
    """
    row = connection.execute(
        f"SELECT {_RUN}, to_jsonb(source) - 'sealed' AS source, source.sealed FROM source_run"
        " JOIN job ON job.id = source_run.id JOIN source ON source.id = source_id WHERE NOT is_told"
        " AND job.status IN ('succeeded', 'failed', 'cancelled')"
        " AND (source_run.created_at, source_run.id) > (%s, %s) ORDER BY source_run.created_at, source_run.id LIMIT 1"
        " FOR UPDATE OF source_run SKIP LOCKED",
        after,
    ).fetchone()
    if row is not None:
        row["source"]["sealed"] = row.pop("sealed")
    return row


def mark_told(connection: Connection, run_id: UUID) -> None:
    """Whoever is to be told of this run is."""
    connection.execute("UPDATE source_run SET is_told = true WHERE id = %s", [run_id])


def failures(connection: Connection, run_id: UUID, limit: int) -> list[Row]:
    """The first lines of a run that did not end well."""
    return connection.execute(
        "SELECT external_id, name, outcome, reason, attempt FROM ledger WHERE job_id = %s"
        " AND (status = 'failed' OR status = 'skipped' AND outcome NOT IN ('dry_run', 'superseded'))"
        " ORDER BY number LIMIT %s",
        [run_id, limit],
    ).fetchall()


def forget_old(connection: Connection) -> int:
    """Forget runs after a month, and after a day those that changed nothing; never the last one of a source.

    Jobs that only passed something on are forgotten after a week. Returns how many jobs went.
    """
    ended = "job.status IN ('succeeded', 'failed', 'cancelled')"
    runs = connection.execute(
        f"DELETE FROM job USING source_run WHERE source_run.id = job.id AND {ended} AND NOT is_waiting"
        " AND (finished_at < now() - interval '30 days' OR finished_at < now() - interval '1 day'"
        " AND NOT EXISTS (SELECT 1 FROM ledger WHERE job_id = job.id))"
        " AND job.id <> (SELECT id FROM source_run AS newest WHERE newest.source_id = source_run.source_id"
        " ORDER BY created_at DESC, id DESC LIMIT 1)"
    ).rowcount
    others = connection.execute(
        f"DELETE FROM job WHERE kind IN ('webhook', 'subscribe', 'remove-source') AND {ended}"
        " AND finished_at < now() - interval '7 days'"
    ).rowcount
    return runs + others
