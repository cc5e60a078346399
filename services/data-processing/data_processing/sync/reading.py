"""Who may read what a source holds: asked of the source, for the items of which it is not known (any more)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from data_processing.connectors.contract import Connector, Unreadable, Wanted
from data_processing.sync.listed import storable
from oberaconnect.db import Connection
from oberaconnect.problems import Unprocessable

Row = dict[str, Any]

#: As the index takes them.
_READER = re.compile(r"(?:user|group):[^\x00-\x1f\x7f\ud800-\udfff]+|mail:[^\x00-\x20\x7f\ud800-\udfff]+|org|anyone")
_MAX_READER, _MAX_READERS = 320, 5000
#: Of what cannot be taken anyway nobody is asked, unless a version from before is there.
_UNREAD = "source_id = %s AND is_wanted AND needs_access AND (problem = '' OR document_id IS NOT NULL)"
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


def count_unread(connection: Connection, source_id: UUID) -> int:
    """How many items are wanted and have readers that are not known."""
    row = connection.execute(f"SELECT count(*) AS n FROM source_item WHERE {_UNREAD}", [source_id]).fetchone()
    return row["n"] if row else 0


def unread(connection: Connection, source_id: UUID) -> list[Wanted]:
    """The next of them."""
    rows = connection.execute(
        f"SELECT key, name, url, size, tag, reference FROM source_item WHERE {_UNREAD} ORDER BY key LIMIT %s",
        [source_id, PAGE_ITEMS],
    ).fetchall()
    return [Wanted(**row) for row in rows]


def is_told(connection: Connection, source_id: UUID) -> bool:
    """Whether it is known of anything who may read it."""
    row = connection.execute(
        "SELECT 1 AS one FROM source_item WHERE source_id = %s AND access IS NOT NULL LIMIT 1", [source_id]
    ).fetchone()
    return row is not None


def ask(
    connector: Connector[Any], items: Sequence[Wanted], *, must_tell: bool
) -> Mapping[str, Sequence[str] | Unreadable]:
    """Ask a connector; every item gets an answer.

    Raises:
        Unprocessable: when it `must_tell` of at least one and does not: nothing is indexed without knowing for whom.
    """
    told = connector.readers(items)
    gone = Unreadable("It was gone when the source was asked who may read it.")
    found = {item.key: _understood(told.get(item.key, gone)) for item in items}
    reasons = [answer.reason for answer in found.values() if isinstance(answer, Unreadable) and answer is not gone]
    if must_tell and len(reasons) == len(found) > 1:
        raise Unprocessable(
            f"The source does not tell who may read its documents: {reasons[0]} Grant what is missing, or set 'access'"
            ' of the source to "client" (everybody of this client) or to a list of readers.'
        )
    return found


def _understood(told: Sequence[str] | Unreadable) -> Sequence[str] | Unreadable:
    """Readers that can be kept and compared; otherwise nobody is told of, rather than the wrong people."""
    if isinstance(told, Unreadable):
        return told
    if len(told) > _MAX_READERS:
        return Unreadable(f"More than {_MAX_READERS} people and groups are named as its readers. Grant it to a group.")
    for reader in told:
        if len(reader) > _MAX_READER or not _READER.fullmatch(reader):
            return Unreadable("The source names its readers in a way that is not understood.")
    return told


def keep(connection: Connection, source_id: UUID, found: Mapping[str, Sequence[str] | Unreadable]) -> None:
    """Keep who may read what. What is not told keeps the readers it had, and is not indexed anew."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE source_item SET needs_access = false, access = coalesce(%s::text[], access), access_problem = %s"
            " WHERE source_id = %s AND key = %s",
            [
                [None, storable(answer.reason), source_id, key]
                if isinstance(answer, Unreadable)
                else [sorted(set(answer)), "", source_id, key]
                for key, answer in found.items()
            ],
        )
