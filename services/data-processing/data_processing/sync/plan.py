"""From what a source is known to hold to the lines of a run's ledger, and from closed lines back to what is known."""

from typing import Any

from data_processing.sync.merge import PLANNER
from data_processing.sync.reading import Standing
from oberaconnect.db import Connection, Jsonb

Row = dict[str, Any]

#: Failures in a row after which an item is left alone until it changes, or until somebody asks for another attempt.
FAILURES_TO_QUARANTINE = 5

#: Who may read an item, and the digest of all that describes it beside its bytes.
_ACCESS = "CASE WHEN %(own)s THEN coalesce(item.access, %(access)s::text[]) ELSE %(access)s::text[] END"
_METADATA = "%(metadata)s::jsonb || item.metadata || jsonb_build_object('path', left(item.path, 2000))"
_DIGEST = "md5(jsonb_build_array(item.name, item.title, item.url, told, to_jsonb(effective))::text)"
#: Items with what is wanted of them. `is_stale`: the index has lost the document, or other chunks are made today.
_WANTED = (
    "SELECT item.*, effective, told, " + _DIGEST + " AS digest, tag = done_tag AND tag <> '' AS is_same,"
    " document.id IS NULL OR document.version = 0 OR %(held_since)s::timestamptz IS NULL"
    " OR document.indexed_at < %(held_since)s OR document.pipeline <> %(pipeline)s AS is_stale"
    " FROM source_item AS item LEFT JOIN document ON document.id = item.document_id"
    f" CROSS JOIN LATERAL (SELECT {_ACCESS} AS effective, {_METADATA} AS told) AS described"
    " WHERE item.source_id = %(source)s"
)
#: Why an item cannot be indexed, as far as that is known before its bytes are here.
_OBSTACLE = (
    "coalesce(nullif(problem, ''), nullif(access_problem, ''),"
    " CASE WHEN effective IS NULL AND %(from_source)s AND NOT %(dry)s"
    " THEN 'The source did not tell who may read this.' END,"
    " CASE WHEN size > %(max_bytes)s THEN 'The file has ' || ceil(size / 1048576.0) || ' MB; at most '"
    " || %(max_bytes)s / 1048576 || ' MB are taken (MAX_UPLOAD_MB).' END)"
)
_PENDING = (
    "is_wanted AND (is_stale OR done_digest IS DISTINCT FROM digest OR is_same IS NOT TRUE"
    " OR problem <> '' OR access_problem <> '')"
)
_CHANGE = (
    "CASE WHEN document_id IS NULL OR done_tag IS NULL THEN 'new' WHEN NOT is_same OR is_stale THEN 'changed'"
    " WHEN path <> done_path THEN 'moved' WHEN effective IS DISTINCT FROM done_access THEN 'shared' ELSE 'changed' END"
)
#: Which people may know of an item: of one whose readers are not known, nobody.
_SHOWN_TO = "CASE WHEN %(from_source)s THEN coalesce(effective, '{}') ELSE effective END"


def names(source: Row, run: Row, standing: Standing) -> dict[str, Any]:
    """The parameters of the statements about wanted items."""
    limits = source["limits"]
    return {
        "source": source["id"],
        "run": run["id"],
        "dry": run["is_dry"],  # it does not ask who may read what; that is only known in the run that follows
        "metadata": Jsonb(source["metadata"]),
        "own": standing.reads_own,
        "access": standing.access,
        "from_source": standing.from_source,
        "max_bytes": standing.max_bytes,
        "held_since": standing.held_since,
        "pipeline": standing.pipeline,
        "files": limits.get("files"),
        "bytes": limits.get("mb") and limits["mb"] * 2**20,
    }


def plan(connection: Connection, source: Row, run: Row, standing: Standing) -> None:
    """Write the lines of a run: first what is to be removed, then what is to be indexed, within its budget."""
    given = names(source, run, standing)
    connection.execute(PLANNER)
    connection.execute(
        "UPDATE source_item SET shown_to = seen"
        f" FROM (SELECT key AS of, {_SHOWN_TO} AS seen FROM ({_WANTED}) AS item)"
        " AS item WHERE source_id = %(source)s AND key = of AND shown_to IS DISTINCT FROM seen",
        given,
    )
    removed = connection.execute(
        "INSERT INTO ledger (job_id, tenant, number, document_id, external_id, name, change, access, is_noted)"
        " SELECT %(run)s, tenant, row_number() OVER (ORDER BY key) - 1, document_id, key, name, 'deleted', shown_to,"
        " false FROM source_item WHERE source_id = %(source)s AND NOT is_wanted AND document_id IS NOT NULL",
        given,
    ).rowcount
    planned = connection.execute(
        "WITH pending AS (SELECT *, row_number() OVER after_it AS place,"
        " sum(CASE WHEN is_same THEN 0 ELSE size END) OVER after_it AS bytes"
        f" FROM ({_WANTED}) AS item WHERE {_PENDING} AND NOT is_quarantined"
        # What has failed comes last, so that it does not use up the budget of what may succeed.
        " WINDOW after_it AS (ORDER BY failures, path, key))"
        " INSERT INTO ledger (job_id, tenant, number, document_id, external_id, name, title, url, blob, size, content,"
        " metadata, access, change, attempt, file_name, description, is_noted, status, outcome, reason, position,"
        " done_at)"
        " SELECT %(run)s, tenant, %(removed)s + place - 1, NULL, key, name, title, url,"
        " CASE WHEN is_same THEN blob ELSE content END, size, text,"
        f" told, {_SHOWN_TO}, {_CHANGE}, failures + 1, CASE WHEN is_same THEN file_name END, digest, false,"
        " CASE WHEN obstacle IS NULL THEN 'queued' ELSE 'failed' END,"
        " CASE WHEN obstacle IS NOT NULL THEN 'source' END, obstacle,"
        " CASE WHEN obstacle IS NOT NULL THEN nextval('ledger_position') END,"
        " CASE WHEN obstacle IS NOT NULL THEN now() END"
        f" FROM (SELECT *, {_OBSTACLE} AS obstacle FROM pending) AS pending"
        " WHERE (%(files)s::bigint IS NULL OR place <= %(files)s)"
        " AND (%(bytes)s::bigint IS NULL OR bytes <= %(bytes)s OR place = 1)",
        {**given, "removed": removed},
    ).rowcount
    connection.execute(
        f"WITH wanted AS (SELECT * FROM ({_WANTED}) AS item)"
        " UPDATE source_run SET stage = 'working', work_began = clock_timestamp(),"
        f" unchanged = (SELECT count(*) FROM wanted WHERE seen_by = %(run)s AND is_wanted AND NOT ({_PENDING})),"
        f" postponed = (SELECT count(*) FROM wanted WHERE {_PENDING} AND NOT is_quarantined) - %(planned)s"
        " WHERE id = %(run)s",
        {**given, "planned": planned},
    )
    # Quarantined items are told in every run, so that nobody takes silence for success.
    connection.execute(
        "INSERT INTO ledger (job_id, tenant, number, external_id, name, status, outcome, reason, change, access,"
        " attempt, position, done_at)"
        " SELECT %(run)s, tenant, %(first)s + row_number() OVER (ORDER BY key) - 1, key, name, 'skipped',"
        " 'quarantined',"
        " 'Failed ' || failures || ' times in a row and is left alone now: ' || reason || ' Ask for another attempt' ||"
        " ' with POST /api/data/sources/' || source_id || '/retry.',"
        f" 'changed', {_SHOWN_TO}, failures, nextval('ledger_position'), now()"
        f" FROM ({_WANTED}) AS item WHERE {_PENDING} AND is_quarantined",
        {**given, "first": removed + planned},
    )


def with_other_readers(connection: Connection, given: dict[str, Any], limit: int) -> list[Row]:
    """Documents that other people may read than should, also those that failed.

    `effective`: who should; `is_same`: of the version that is there. Where the source did not tell, all stays as it is.
    """
    return connection.execute(
        "SELECT document.id, document.version, document.name, document.url, document.metadata, document.access,"
        " effective, is_same"
        f" FROM ({_WANTED}) AS item JOIN document ON document.id = document_id"
        " WHERE is_wanted AND access_problem = '' AND (effective IS NOT NULL OR NOT %(from_source)s)"
        " AND document.access IS DISTINCT FROM effective AND document.status <> 'deleting'"
        " AND document.id > %(after)s"
        " ORDER BY document.id LIMIT %(limit)s",
        {**given, "limit": limit},
    ).fetchall()


def note(connection: Connection, source_id: object) -> None:
    """Note with the items what became of the lines that were closed; of all runs, for one may have broken off."""
    closed = (
        "FROM ledger JOIN source_run ON source_run.id = ledger.job_id"
        " WHERE source_run.source_id = %(source)s AND NOT ledger.is_noted AND ledger.status <> 'queued'"
        " AND source_item.source_id = %(source)s AND source_item.key = ledger.external_id"
    )
    given = {"source": source_id, "limit": FAILURES_TO_QUARANTINE}
    connection.execute(
        "UPDATE source_item SET document_id = ledger.document_id, done_tag = tag, done_path = source_item.path,"
        " done_access = ledger.access, blob = ledger.blob, file_name = ledger.file_name, failures = 0, reason = NULL,"
        " is_quarantined = false, text = NULL, content = NULL, done_digest = ledger.description"
        f" {closed} AND ledger.status IN ('indexed', 'unchanged')",
        given,
    )
    connection.execute(
        "UPDATE source_item SET failures = failures + 1, reason = ledger.reason,"
        " document_id = coalesce(source_item.document_id, ledger.document_id),"
        " is_quarantined = failures + 1 >= %(limit)s"
        f" {closed} AND (ledger.status = 'failed' OR ledger.status = 'skipped' AND ledger.outcome <> 'superseded')",
        given,
    )
    connection.execute(
        "UPDATE source_item SET document_id = NULL, done_tag = NULL, done_path = NULL, done_access = NULL,"
        f" done_digest = NULL, blob = NULL, file_name = NULL {closed} AND ledger.status = 'deleted'",
        given,
    )
    connection.execute(
        "DELETE FROM source_item WHERE source_id = %(source)s AND is_gone AND document_id IS NULL", given
    )
    connection.execute(
        "UPDATE ledger SET is_noted = true FROM source_run WHERE source_run.id = ledger.job_id"
        " AND source_run.source_id = %(source)s AND NOT is_noted AND status <> 'queued'",
        given,
    )
