"""Sources and their runs in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from data_processing.connectors.contract import Page
from data_processing.sync.models import ItemQuery, SourceQuery
from oberaconnect import jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import Conflict, NotFound

Row = dict[str, Any]

_SOURCE = (
    "source.*, (SELECT count(*) FROM source_item WHERE source_id = source.id AND document_id IS NOT NULL) AS documents,"
    " (SELECT count(*) FROM source_item WHERE source_id = source.id AND failures > 0 AND NOT is_quarantined)"
    " AS failing,"
    " (SELECT count(*) FROM source_item WHERE source_id = source.id AND is_quarantined) AS quarantined"
)
_RUN = (
    "source_run.*, job.status, job.stage AS job_stage, job.done, job.total, job.counts, job.problem, job.started_at,"
    " job.finished_at, clock_timestamp() AS seen_at"
)
#: Jobs that have not ended: `(id, kind)` of these is what a source can have one of.
_ACTIVE = "status IN ('queued', 'running')"


@dataclass(frozen=True)
class Told:
    """What a dry run found: counts, and the lines of its ledger."""

    unchanged: int
    postponed: int
    lines: list[Row]


class NoSuchSource(NotFound):
    """There is no source with this id."""


class NoSuchRun(NotFound):
    """This source has no run with this id."""


class SourceBusy(Conflict):
    """A run of this source is in progress."""


def add(connection: Connection, values: Mapping[str, Any]) -> Row:
    """Keep a new source. Raises `Conflict` when the client has one of that name."""
    row = connection.execute(
        "INSERT INTO source (tenant, kind, name, config, access, collection, metadata, schedule, timezone, limits,"
        " max_deletion_share, webhook, is_paused, may_read_all, by_person, subject, due_at, next_run_at)"
        " VALUES (%(tenant)s, %(kind)s, %(name)s, %(config)s, %(access)s, %(collection)s, %(metadata)s,"
        " %(schedule)s, %(timezone)s, %(limits)s, %(max_deletion_share)s, %(webhook)s, %(is_paused)s,"
        " %(may_read_all)s, %(by_person)s, %(subject)s, %(due_at)s, %(next_run_at)s)"
        " ON CONFLICT (tenant, name) DO NOTHING RETURNING *",
        _stored(values),
    ).fetchone()
    if row is None:
        raise Conflict(f"There is a source named '{values['name']}' already.")
    return row


def change(connection: Connection, source_id: UUID, values: Mapping[str, Any]) -> None:
    """Change columns of a source; `values` has all of its columns.

    Raises `Conflict` when the client has another source of that name.
    """
    known_as = find(connection, source_id)["access"]
    known = find_by_name(connection, values["tenant"], values["name"])
    if known and known["id"] != source_id:
        raise Conflict(f"There is a source named '{values['name']}' already.")
    connection.execute(
        "UPDATE source SET name = %(name)s, config = %(config)s, access = %(access)s, metadata = %(metadata)s,"
        " schedule = %(schedule)s, timezone = %(timezone)s, limits = %(limits)s,"
        " max_deletion_share = %(max_deletion_share)s,"
        " webhook = %(webhook)s, is_paused = %(is_paused)s, due_at = %(due_at)s,"
        " next_run_at = %(next_run_at)s,"
        " is_reset = is_reset OR config <> %(config)s, may_read_all = %(may_read_all)s,"
        " cursor = CASE WHEN config = %(config)s THEN cursor END,"
        # What somebody may not read any more is not to wait for the schedule.
        " wanted_at = CASE WHEN access = %(access)s THEN wanted_at ELSE now() END,"
        " updated_at = now(), subscriptions = subscriptions - 'look_at'"
        " WHERE id = %(id)s",
        {**_stored(values), "id": source_id},
    )
    if values["access"] == "source" and known_as != "source":
        connection.execute("UPDATE source_item SET needs_access = NOT is_folder WHERE source_id = %s", [source_id])


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, **{name: Jsonb(values[name]) for name in ("config", "access", "metadata", "limits")}}


def keep_secrets(connection: Connection, source_id: UUID, sealed: bytes | None) -> None:
    """Keep the sealed secrets of a source."""
    connection.execute("UPDATE source SET sealed = %s, updated_at = now() WHERE id = %s", [sealed, source_id])


def keep_credential(connection: Connection, tenant: str, kind: str, sealed: bytes) -> None:
    """Keep the sealed secrets of a client for sources of a kind."""
    connection.execute(
        "INSERT INTO credential (tenant, kind, sealed) VALUES (%s, %s, %s)"
        " ON CONFLICT (tenant, kind) DO UPDATE SET sealed = excluded.sealed, updated_at = now()",
        [tenant, kind, sealed],
    )


def drop_credential(connection: Connection, tenant: str, kind: str) -> bool:
    """Forget the secrets of a client for a kind. Whether there were any."""
    done = connection.execute("DELETE FROM credential WHERE tenant = %s AND kind = %s", [tenant, kind])
    return done.rowcount > 0


def credentials(connection: Connection) -> list[Row]:
    """For which clients and kinds there are secrets."""
    return connection.execute("SELECT tenant AS client, kind, updated_at FROM credential ORDER BY 1, 2").fetchall()


def credential(connection: Connection, tenant: str, kind: str) -> bytes | None:
    """The sealed secrets of a client for a kind."""
    row = connection.execute("SELECT sealed FROM credential WHERE tenant = %s AND kind = %s", [tenant, kind]).fetchone()
    return row["sealed"] if row else None


def find(connection: Connection, source_id: UUID) -> Row:
    """One source. Raises `NoSuchSource`."""
    row = connection.execute(f"SELECT {_SOURCE} FROM source WHERE id = %s", [source_id]).fetchone()
    if row is None:
        raise NoSuchSource()
    return row


def find_by_name(connection: Connection, tenant: str, name: str) -> Row | None:
    """The source of a client that has this name."""
    return connection.execute("SELECT * FROM source WHERE tenant = %s AND name = %s", [tenant, name]).fetchone()


def find_by_config(connection: Connection, values: Mapping[str, Any]) -> Row | None:
    """The oldest source of a client that keeps the same place in step with the same collection."""
    return connection.execute(
        "SELECT * FROM source WHERE tenant = %(tenant)s AND kind = %(kind)s AND config = %(config)s"
        " AND collection = %(collection)s AND removing IS NULL ORDER BY created_at LIMIT 1",
        _stored(values),
    ).fetchone()


def page(connection: Connection, query: SourceQuery) -> list[Row]:
    """Sources, newest first, one more than asked for."""
    created_at, identifier = query.position()
    return connection.execute(
        f"SELECT {_SOURCE} FROM source WHERE (created_at, id) < (%s, %s) AND (%s::text IS NULL OR kind = %s)"
        " AND (%s::text IS NULL OR tenant = %s) ORDER BY created_at DESC, id DESC LIMIT %s",
        [created_at, identifier, query.kind, query.kind, query.client, query.client, query.limit + 1],
    ).fetchall()


def lock(connection: Connection, source_id: UUID) -> Row:
    """One source, which nobody else changes until the transaction ends. Raises `NoSuchSource`."""
    row = connection.execute("SELECT * FROM source WHERE id = %s FOR UPDATE", [source_id]).fetchone()
    if row is None:
        raise NoSuchSource()
    return row


def active_run(connection: Connection, source_id: UUID) -> Row | None:
    """The run that has not ended, or that waits for a decision."""
    return connection.execute(
        f"SELECT {_RUN} FROM source_run JOIN job ON job.id = source_run.id WHERE source_id = %s"
        f" AND (job.{_ACTIVE} OR is_waiting) ORDER BY source_run.created_at LIMIT 1",
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
        run(connection, source_id, run_id)
        raise Conflict("This run does not wait for a decision.")
    if is_approved:
        jobs.retry(connection, run_id)
        return
    connection.execute("DELETE FROM source_listed WHERE run_id = %s", [run_id])
    connection.execute("UPDATE job SET status = 'cancelled', stage = 'rejected' WHERE id = %s", [run_id])


def begin_run(
    connection: Connection,
    source: Row,
    principal: Principal,
    *,
    reason: str,
    max_queued: int,
    is_web: bool,
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
    if active := active_run(connection, source["id"]):
        is_by_itself = active["reason"] in ("schedule", "notification") and not active["is_waiting"]
        if is_by_itself and reason in ("request", "ingest") and not is_full and not is_dry:
            mark_wanted(connection, source["id"])
            return jobs.find(connection, active["id"])
        told = (
            f"A run of this source waits for a decision about {active['deletions']} deletions: approve or reject it."
            if active["is_waiting"]
            else "A run of this source is in progress."
        )
        raise SourceBusy(told, job_id=str(active["id"]))
    payload = {
        "source": source["kind"],
        "source_id": str(source["id"]),
        "collection": source["collection"],
        "is_web": is_web,
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


def runs_page(connection: Connection, source_id: UUID, query: Paged) -> list[Row]:
    """Runs of a source, newest first, one more than asked for."""
    created_at, identifier = query.position()
    return connection.execute(
        f"SELECT {_RUN} FROM source_run JOIN job ON job.id = source_run.id"
        " WHERE source_id = %s AND (source_run.created_at, source_run.id) < (%s, %s)"
        " ORDER BY source_run.created_at DESC, source_run.id DESC LIMIT %s",
        [source_id, created_at, identifier, query.limit + 1],
    ).fetchall()


def run(connection: Connection, source_id: UUID, run_id: UUID) -> Row:
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
    found = run(connection, source_id, run_id)
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


def keep_cursor(connection: Connection, source_id: UUID, run: Row) -> None:
    """The next run goes on where this one ended its listing."""
    connection.execute(
        "UPDATE source SET cursor = %s, is_reset = false WHERE id = %s", [Jsonb(run["cursor"]), source_id]
    )


def note_success(connection: Connection, source_id: UUID) -> None:
    """A run has gone through."""
    connection.execute("UPDATE source SET last_success_at = now() WHERE id = %s", [source_id])


def items_page(connection: Connection, source_id: UUID, query: ItemQuery) -> list[Row]:
    """Items of a source in the order of their keys, one more than asked for."""
    conditions = {
        None: "NOT is_folder",
        "indexed": "is_wanted AND document_id IS NOT NULL AND failures = 0",
        "failed": "failures > 0 AND NOT is_quarantined",
        "quarantined": "is_quarantined",
    }
    return connection.execute(
        "SELECT key AS external_id, name, path, url, size, document_id, failures, reason, is_quarantined, access"
        f" FROM source_item WHERE source_id = %s AND key > %s AND {conditions[query.state]} ORDER BY key LIMIT %s",
        [source_id, query.cursor, query.limit + 1],
    ).fetchall()


def lift_quarantine(connection: Connection, source_id: UUID) -> int:
    """What failed too often gets another chance. Returns how many items that are."""
    return connection.execute(
        "UPDATE source_item SET is_quarantined = false, failures = 0 WHERE source_id = %s AND is_quarantined",
        [source_id],
    ).rowcount


def due(connection: Connection, limit: int = 20) -> list[Row]:
    """Sources whose time has come, or that said they have changed; locked, and passed over by other schedulers.

    One that said so while a run is in progress is not due before that has ended.
    """
    return connection.execute(
        "SELECT * FROM source WHERE removing IS NULL AND NOT is_paused AND (next_run_at <= now()"
        " OR wanted_at <= now() AND NOT EXISTS (SELECT 1 FROM source_run JOIN job ON job.id = source_run.id"
        f" WHERE source_id = source.id AND (job.{_ACTIVE} OR is_waiting)))"
        " ORDER BY least(next_run_at, wanted_at) LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    ).fetchall()


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


def set_next(connection: Connection, source_id: UUID, due_at: datetime | None, next_run_at: datetime | None) -> None:
    """When the next run of a source is due, by its schedule and in fact."""
    connection.execute(
        "UPDATE source SET due_at = %s, next_run_at = %s WHERE id = %s", [due_at, next_run_at, source_id]
    )


def put_off(connection: Connection, source_id: UUID, pause: timedelta) -> None:
    """A source that said it has changed is not thought of for a while; one that did not say so is as it was."""
    connection.execute(
        "UPDATE source SET wanted_at = now() + %s WHERE id = %s AND wanted_at IS NOT NULL", [pause, source_id]
    )


def mark_wanted(connection: Connection, source_id: UUID) -> None:
    """The source said that it has changed: the next run begins as soon as there is none."""
    connection.execute("UPDATE source SET wanted_at = coalesce(wanted_at, now()) WHERE id = %s", [source_id])


def is_being_removed(connection: Connection, source_id: UUID) -> bool:
    """Whether a job is at it: one that failed or was cancelled leaves the source to be removed again."""
    row = connection.execute(
        f"SELECT 1 AS one FROM job WHERE kind = 'remove-source' AND payload ->> 'source_id' = %s AND {_ACTIVE} LIMIT 1",
        [str(source_id)],
    ).fetchone()
    return row is not None


def mark_removing(connection: Connection, source_id: UUID, documents: str) -> None:
    """From now on the source only waits to disappear."""
    connection.execute(
        "UPDATE source SET removing = %s, next_run_at = NULL, updated_at = now() WHERE id = %s", [documents, source_id]
    )


def has_indexed(connection: Connection, source_id: UUID) -> bool:
    """Whether anything of a source can be found."""
    row = connection.execute(
        "SELECT 1 AS one FROM document WHERE source_id = %s AND version > 0 AND status = 'indexed' LIMIT 1", [source_id]
    ).fetchone()
    return row is not None


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


def documents_of(connection: Connection, source_id: UUID, limit: int) -> list[UUID]:
    """Documents that a source keeps in step."""
    rows = connection.execute(
        "SELECT id FROM document WHERE source_id = %s ORDER BY id LIMIT %s", [source_id, limit]
    ).fetchall()
    return [row["id"] for row in rows]


def delete(connection: Connection, source_id: UUID) -> None:
    """The row, with its items and runs."""
    connection.execute("DELETE FROM source WHERE id = %s", [source_id])
