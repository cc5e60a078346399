"""Who may read what a source holds: asked of the source, for the items of which it is not known (any more)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from data_processing.connectors.contract import Connector, Unreadable, Wanted
from oberaconnect.db import Connection
from oberaconnect.problems import Unprocessable

Row = dict[str, Any]

#: Items asked for at once.
PAGE_ITEMS = 200
#: `access` of a source: as the source itself says, or everybody of the client.
AS_SOURCE, AS_CLIENT = "source", "client"


@dataclass(frozen=True)
class Standing:
    """What a plan goes by beside the items themselves.

    `access`: the readers of all items (None: everybody of the client), which an item's own replace where `reads_own`;
    `from_source`: none is indexed before the source said who may read it. `held_since`: what was indexed before then is
    not in the index any more (None: nothing is). `pipeline` names what makes chunks today.
    """

    reads_own: bool
    from_source: bool
    access: list[str] | None
    held_since: datetime | None
    pipeline: str
    max_bytes: int

    @classmethod
    def of(cls, source: Row, *, held_since: datetime | None, pipeline: str, max_bytes: int) -> Self:
        """As a source declares it."""
        declared = source["access"]
        from_source = declared == AS_SOURCE
        return cls(
            reads_own=from_source or source["kind"] == "push",
            from_source=from_source,
            access=declared if isinstance(declared, list) else None,
            held_since=held_since,
            pipeline=pipeline,
            max_bytes=max_bytes,
        )


def forget_problems(connection: Connection, source_id: UUID) -> None:
    """What could not be told in the last run is asked again."""
    connection.execute(
        "UPDATE source_item SET needs_access = true, access_problem = ''"
        " WHERE source_id = %s AND access_problem <> '' AND NOT is_folder",
        [source_id],
    )


def unread(connection: Connection, source_id: UUID) -> tuple[list[Wanted], int]:
    """The next items that are wanted and whose readers are not known, and how many there are after them."""
    rows = connection.execute(
        "SELECT key, name, url, size, tag, reference, count(*) OVER () AS n FROM source_item"
        " WHERE source_id = %s AND is_wanted AND needs_access AND problem = '' ORDER BY key LIMIT %s",
        [source_id, PAGE_ITEMS],
    ).fetchall()
    left = rows[0]["n"] - len(rows) if rows else 0
    return [Wanted(**{name: row[name] for name in row if name != "n"}) for row in rows], left


def ask(connector: Connector[Any], items: Sequence[Wanted]) -> Mapping[str, Sequence[str] | Unreadable]:
    """Ask a connector; every item gets an answer.

    Raises:
        Unprocessable: when none of them can be told: nothing is indexed without knowing for whom.
    """
    told = connector.readers(items)
    gone = Unreadable("It was gone when the source was asked who may read it.")
    found = {item.key: told.get(item.key, gone) for item in items}
    reasons = [answer.reason for answer in found.values() if isinstance(answer, Unreadable) and answer is not gone]
    if len(reasons) == len(found) > 1:
        raise Unprocessable(
            f"The source does not tell who may read its documents: {reasons[0]} Grant what is missing, or set 'access'"
            ' of the source to "client" (everybody of this client) or to a list of readers.'
        )
    return found


def keep(connection: Connection, source_id: UUID, found: Mapping[str, Sequence[str] | Unreadable]) -> None:
    """Keep who may read what. What is not told keeps the readers it had, and is not indexed anew."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE source_item SET needs_access = false, access = coalesce(%s::text[], access), access_problem = %s"
            " WHERE source_id = %s AND key = %s",
            [
                [None, answer.reason, source_id, key]
                if isinstance(answer, Unreadable)
                else [sorted(set(answer)), "", source_id, key]
                for key, answer in found.items()
            ],
        )
