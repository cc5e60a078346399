"""What a run has listed becomes what the source is known to hold, in SQL and in one transaction.

Listing writes into `source_listed` page by page; nothing else changes until all of it is there. Merging then updates
`source_item`: names and places, which items are wanted, which are gone, of which the readers are to be asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from data_processing.connectors import patterns
from data_processing.connectors.contract import Item
from data_processing.sync.listed import is_key
from oberaconnect.db import Connection, Jsonb

Row = dict[str, Any]

#: Folders deeper than this are a loop.
_MAX_DEPTH = 200
#: What was just listed is not in the planner's statistics: it would take the tables for empty and go through them once
#: for each row. 10,000 new files took half a minute that way instead of half a second.
PLANNER = "SET LOCAL enable_nestloop = off"

_COLUMNS = (
    "partition, parent, is_folder, name, path, title, url, size, tag, metadata, reference, problem, content, text"
)
_EXCLUDED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", "))


def add_listed(
    connection: Connection, run_id: UUID, tenant: str, items: Sequence[Item], contents: Mapping[str, str]
) -> None:
    """Keep a page of a listing. What was listed before under the same key is replaced: the source says it twice.

    `contents` are the digests of the bytes that came with items, by key.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO source_listed (run_id, tenant, key, is_gone, has_new_readers, {_COLUMNS})"
            f" VALUES (%s, %s, %s, false, %s{', %s' * 14}) ON CONFLICT (run_id, key) DO UPDATE SET is_gone = false,"
            " has_new_readers = source_listed.has_new_readers OR excluded.has_new_readers, access = excluded.access,"
            f" {_EXCLUDED}",
            [
                [
                    run_id, tenant, item.key, item.has_new_readers, item.partition, item.parent, item.is_folder,
                    item.name, item.path, item.title, item.url, item.size, item.tag, Jsonb(dict(item.metadata)),
                    Jsonb(dict(item.reference)), item.problem, contents.get(item.key), None,
                ]
                for item in items
            ],
        )  # fmt: skip


def forget(connection: Connection, run_id: UUID, partitions: Collection[str]) -> None:
    """What a run has listed of these partitions counts no more: their listing begins again."""
    if partitions:
        connection.execute(
            "DELETE FROM source_listed WHERE run_id = %s AND partition = ANY (%s)", [run_id, list(partitions)]
        )


def add_gone(connection: Connection, run_id: UUID, tenant: str, keys: Sequence[str]) -> None:
    """Keep which items the source says are no more."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO source_listed (run_id, tenant, key, is_gone) VALUES (%s, %s, %s, true)"
            " ON CONFLICT (run_id, key) DO UPDATE SET is_gone = true",
            [[run_id, tenant, key] for key in keys if is_key(key)],  # others were never kept
        )


def merge(connection: Connection, source: Row, run: Row) -> tuple[int, int]:
    """Bring what is known of a source up to what a run has listed.

    Returns how many documents are to be removed, and how many the source has.
    """
    names = {"source": source["id"], "run": run["id"]}
    connection.execute(PLANNER)
    # A run that broke off may have made documents that it did not come to note.
    connection.execute(
        "UPDATE source_item SET document_id = document.id FROM document WHERE document.source_id = %(source)s"
        " AND source_item.source_id = %(source)s AND source_item.key = document.external_id"
        " AND source_item.document_id IS NULL",
        names,
    )
    connection.execute(  # pages may have told of an item twice
        "UPDATE source_run SET seen = (SELECT count(*) FROM source_listed WHERE run_id = %(run)s"
        " AND NOT is_gone AND NOT is_folder) WHERE id = %(run)s",
        names,
    )
    _ask_again(connection, names)
    connection.execute(
        "INSERT INTO source_item AS known (source_id, tenant, key, seen_by, access, needs_access,"
        f" {_COLUMNS}) SELECT %(source)s, tenant, key, %(run)s, access, access IS NULL AND NOT is_folder,"
        f" {_COLUMNS}"
        " FROM source_listed WHERE run_id = %(run)s AND NOT is_gone"
        " ON CONFLICT (source_id, key) DO UPDATE SET seen_by = excluded.seen_by, is_gone = false,"
        # Something else at the same key, a new tag, is a new chance for what failed before.
        " is_quarantined = known.is_quarantined AND known.tag = excluded.tag,"
        " failures = CASE WHEN known.tag = excluded.tag THEN known.failures ELSE 0 END,"
        " access = coalesce(excluded.access, known.access), needs_access = excluded.needs_access,"
        # The place of an item that only names its folder is known below.
        " path = CASE WHEN excluded.parent IS NULL THEN excluded.path ELSE known.path END,"
        f" {_EXCLUDED.replace('path = excluded.path, ', '')}",
        names,
    )
    connection.execute(
        "WITH RECURSIVE gone AS ("
        " SELECT key FROM source_listed WHERE run_id = %(run)s AND is_gone"
        " UNION SELECT item.key FROM source_item AS item JOIN gone ON item.parent = gone.key"
        " WHERE item.source_id = %(source)s AND item.seen_by IS DISTINCT FROM %(run)s)"
        " UPDATE source_item SET is_gone = true FROM gone"
        " WHERE source_id = %(source)s AND source_item.key = gone.key AND seen_by IS DISTINCT FROM %(run)s",
        names,
    )
    # An item that was listed first and said to be gone later.
    connection.execute(
        "UPDATE source_item SET is_gone = true FROM source_listed AS listed WHERE listed.run_id = %(run)s"
        " AND listed.is_gone AND source_id = %(source)s AND source_item.key = listed.key",
        names,
    )
    connection.execute(
        "UPDATE source_item SET is_gone = true WHERE source_id = %(source)s AND seen_by IS DISTINCT FROM %(run)s"
        " AND (%(all)s OR partition = ANY (%(complete)s))",
        {**names, "all": source["is_reset"], "complete": run["complete"]},
    )
    _place(connection, names)
    _choose(connection, source, run)
    connection.execute(
        "DELETE FROM source_item WHERE source_id = %(source)s AND is_gone AND document_id IS NULL", names
    )
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE NOT is_wanted) AS removed, count(*) AS documents FROM source_item"
        " WHERE source_id = %(source)s AND document_id IS NOT NULL",
        names,
    ).fetchone()
    return (row["removed"], row["documents"]) if row else (0, 0)


def _ask_again(connection: Connection, names: Mapping[str, Any]) -> None:
    """Who may read what lies in a folder may have changed with the folder, of which alone the source tells."""
    connection.execute(
        "WITH RECURSIVE below AS ("
        " SELECT listed.key FROM source_listed AS listed LEFT JOIN source_item AS known"
        " ON known.source_id = %(source)s AND known.key = listed.key"
        " WHERE listed.run_id = %(run)s AND NOT listed.is_gone"
        " AND (listed.has_new_readers OR (listed.is_folder AND known.parent IS DISTINCT FROM listed.parent))"
        " UNION SELECT item.key FROM source_item AS item JOIN below ON item.parent = below.key"
        " WHERE item.source_id = %(source)s)"
        " UPDATE source_item SET needs_access = true FROM below"
        " WHERE source_id = %(source)s AND source_item.key = below.key AND NOT is_folder",
        names,
    )


def _place(connection: Connection, names: Mapping[str, Any]) -> None:
    """Find the paths of items of which only the folder is known. One whose folder is unknown lies at the top."""
    connection.execute(
        "WITH RECURSIVE placed AS ("
        " SELECT key, CASE WHEN parent IS NULL THEN path ELSE name END AS path, 1 AS depth FROM source_item AS item"
        " WHERE source_id = %(source)s AND NOT is_gone AND (parent IS NULL OR NOT EXISTS (SELECT 1 FROM source_item"
        " AS folder WHERE folder.source_id = %(source)s AND folder.key = item.parent AND NOT folder.is_gone))"
        " UNION ALL SELECT item.key, placed.path || '/' || item.name, depth + 1 FROM source_item AS item"
        " JOIN placed ON item.parent = placed.key"
        f" WHERE item.source_id = %(source)s AND NOT item.is_gone AND depth < {_MAX_DEPTH})"
        " UPDATE source_item SET path = placed.path FROM placed"
        " WHERE source_id = %(source)s AND source_item.key = placed.key AND source_item.path <> placed.path",
        names,
    )


def _choose(connection: Connection, source: Row, run: Row) -> None:
    """Say which items are wanted: those there, within the scope, and not left out by the patterns of the config."""
    connection.execute(
        "WITH RECURSIVE within AS ("
        " SELECT unnest(%(scope)s::text[]) AS key, 0 AS depth"
        " UNION SELECT item.key, depth + 1 FROM source_item AS item JOIN within ON item.parent = within.key"
        f" WHERE item.source_id = %(source)s AND depth < CASE WHEN %(deep)s THEN {_MAX_DEPTH} ELSE 1 END)"
        " UPDATE source_item SET is_wanted = wanted FROM (SELECT key, NOT is_gone AND NOT is_folder"
        " AND (%(scope)s::text[] IS NULL OR parent IS NULL OR key IN (SELECT key FROM within)) AS wanted"
        " FROM source_item WHERE source_id = %(source)s) AS chosen"
        " WHERE source_id = %(source)s AND source_item.key = chosen.key AND is_wanted <> wanted",
        {"source": source["id"], "scope": run["scope"], "deep": run["is_deep"]},
    )
    include, exclude = source["config"].get("include") or [], source["config"].get("exclude") or []
    if not include and not exclude:
        return
    rows = connection.execute(
        "SELECT key, path FROM source_item WHERE source_id = %s AND is_wanted AND parent IS NOT NULL", [source["id"]]
    ).fetchall()
    unwanted = [row["key"] for row in rows if not patterns.wanted(row["path"], include, exclude)]
    connection.execute(
        "UPDATE source_item SET is_wanted = false WHERE source_id = %s AND key = ANY (%s)", [source["id"], unwanted]
    )
