"""How each source stands, for Prometheus: when it went through last, what it holds, and what needs somebody."""

from collections.abc import Iterable, Iterator
from typing import Any

from oberaconnect.auth import Principal
from oberaconnect.db import Database
from oberaconnect.telemetry import Sample
from oberaconnect.web import Gauges

Row = dict[str, Any]

#: By name: what it says, and the column that has it. A column without a value has no sample.
_GAUGES = {
    "source_last_success_timestamp_seconds": (
        "When the last run of the source that went through ended, in seconds since 1970", "last_success"),
    "source_documents": ("Documents of the source that are indexed", "documents"),
    "source_failed_items": ("Files of the source that failed and are tried again", "failed"),
    "source_quarantined_items": ("Files of the source that failed too often and are left alone", "quarantined"),
    "source_last_run_failed": ("1 when the last run of the source failed", "last_run_failed"),
    "source_waiting_for_decision": (
        "1 when a run of the source stopped before a mass deletion and waits for a decision", "waiting"),
    "source_subscription_failed": (
        "1 when Microsoft 365 could not be asked to tell of changes: the source follows its schedule alone",
        "subscription_failed"),
}  # fmt: skip


def of_sources(database: Database) -> Gauges:
    """What a caller that may read is told of the sources of its clients."""

    def gauges(caller: Principal) -> Iterable[Sample]:
        if "data:read" not in caller.scopes:
            return ()
        return _samples(_rows(database, caller))

    return gauges


def _samples(rows: Iterable[Row]) -> Iterator[Sample]:
    for row in rows:
        labels = {"client": row["tenant"], "source": row["name"], "kind": row["kind"]}
        for name, (meaning, column) in _GAUGES.items():
            if row[column] is not None:
                yield Sample(name, meaning, labels, float(row[column]))


def _rows(database: Database, caller: Principal) -> list[Row]:
    with database.transaction(caller.tenants) as connection:
        return connection.execute(
            "WITH item AS (SELECT source_id, count(*) FILTER (WHERE document_id IS NOT NULL) AS documents,"
            "  count(*) FILTER (WHERE failures > 0 AND NOT is_quarantined) AS failed,"
            "  count(*) FILTER (WHERE is_quarantined) AS quarantined FROM source_item GROUP BY source_id)"
            " SELECT tenant, name, kind, extract(epoch FROM last_success_at) AS last_success,"
            " coalesce(documents, 0) AS documents, coalesce(failed, 0) AS failed,"
            " coalesce(quarantined, 0) AS quarantined,"
            " (SELECT (job.status = 'failed')::int FROM source_run JOIN job ON job.id = source_run.id"
            "  WHERE source_run.source_id = source.id AND NOT is_dry AND NOT is_waiting"
            "  AND job.status IN ('succeeded', 'failed')"
            "  ORDER BY source_run.created_at DESC, source_run.id DESC LIMIT 1) AS last_run_failed,"
            " EXISTS (SELECT 1 FROM source_run WHERE source_run.source_id = source.id AND is_waiting)::int AS waiting,"
            " (subscriptions ->> 'problem' <> '')::int AS subscription_failed"
            " FROM source LEFT JOIN item ON item.source_id = source.id WHERE removing IS NULL ORDER BY tenant, name"
        ).fetchall()
