"""What is kept of the subscriptions by which a source tells of its changes, and what a notification does.

The column `subscriptions` of a source holds it as JSON. Microsoft sends a secret (`clientState`) with each
notification; here stands only its SHA-256, which is enough to compare, and of no use to whoever reads the database.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from data_processing.sync import store
from oberaconnect.db import Connection, Jsonb
from oberaconnect.endpoint import Model, Text

Row = dict[str, Any]
Name = Annotated[Text, Field(max_length=300)]

#: Kinds of sources that can tell of their changes.
KINDS = ("sharepoint",)
#: After this time it is looked again which libraries a source has, and which subscriptions are to be renewed.
LOOK_AFTER = timedelta(hours=6)


class Kept(BaseModel):
    """The subscription to one drive. `is_doubtful`: Microsoft said that it has to be renewed before its time."""

    model_config = ConfigDict(frozen=True)

    id: str
    client_state: str
    url: str
    expires_at: datetime
    is_doubtful: bool = False


class Subscriptions(BaseModel):
    """All of a source, by drive; when they are looked after next, and what went wrong the last time."""

    drives: dict[str, Kept] = {}
    look_at: datetime | None = None
    problem: str = ""


class Notification(Model):
    """That something has changed, or (`lifecycleEvent`) that the subscription needs care. Microsoft adds fields."""

    model_config = ConfigDict(extra="ignore")

    subscription_id: Name = Field(alias="subscriptionId")
    client_state: Name | None = Field(default=None, alias="clientState")
    lifecycle_event: Name | None = Field(default=None, alias="lifecycleEvent")


def digest(client_state: str) -> str:
    """What is kept of the secret of a subscription."""
    return hashlib.sha256(client_state.encode()).hexdigest()


def read(source: Row) -> Subscriptions:
    """Those of a source's row."""
    return Subscriptions.model_validate(source["subscriptions"])


def keep(connection: Connection, source_id: UUID, found: Subscriptions) -> None:
    """Keep those of a source, which is locked."""
    connection.execute(
        "UPDATE source SET subscriptions = %s WHERE id = %s", [Jsonb(found.model_dump(mode="json")), source_id]
    )


def due(connection: Connection, *, is_public: bool, limit: int = 20) -> list[Row]:
    """Sources whose subscriptions are to be looked after; locked, and not due again for a while.

    That is: those that have gone through once and follow a schedule, if the platform can be reached (`is_public`), and
    those that have subscriptions they should not have any more.
    """
    rows = connection.execute(
        "SELECT * FROM source WHERE kind = ANY (%s) AND removing IS NULL AND NOT is_paused"
        " AND coalesce((subscriptions ->> 'look_at')::timestamptz, '-infinity') <= now()"
        " AND (%s AND schedule IS NOT NULL AND last_success_at IS NOT NULL"
        " OR coalesce(subscriptions -> 'drives', '{}') <> '{}') ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED",
        [list(KINDS), is_public, limit],
    ).fetchall()
    for row in rows:
        keep(connection, row["id"], read(row).model_copy(update={"look_at": datetime.now(UTC) + LOOK_AFTER}))
    return rows


def notified(connection: Connection, notifications: Iterable[Notification]) -> int:
    """Let runs begin for the sources that notifications tell of. Returns how many notifications were genuine.

    Others do nothing: those of a subscription that nobody knows (any more), and those with another secret.
    """
    given = list(notifications)
    rows = connection.execute(
        "SELECT source.id AS source_id, one.key AS drive, one.value ->> 'id' AS id,"
        " one.value ->> 'client_state' AS client_state FROM source, jsonb_each(subscriptions -> 'drives') AS one"
        " WHERE one.value ->> 'id' = ANY (%s)",
        [[one.subscription_id for one in given]],
    ).fetchall()
    known = {row["id"]: row for row in rows}
    genuine = [
        one
        for one in given
        if (row := known.get(one.subscription_id))
        and hmac.compare_digest(row["client_state"], digest(one.client_state or ""))
    ]
    doubtful = {one.subscription_id for one in genuine if one.lifecycle_event}
    # In the order of their ids: of two requests for the same sources, none waits for the other in a circle.
    for source_id in sorted({known[one.subscription_id]["source_id"] for one in genuine}):
        store.mark_wanted(connection, source_id)
        for drive in [row["drive"] for row in rows if row["source_id"] == source_id and row["id"] in doubtful]:
            _doubt(connection, source_id, drive)
    return len(genuine)


def _doubt(connection: Connection, source_id: UUID, drive: str) -> None:
    connection.execute(
        "UPDATE source SET subscriptions = jsonb_set(jsonb_set(subscriptions, ARRAY['drives', %s, 'is_doubtful'],"
        " 'true'), '{look_at}', to_jsonb(now())) WHERE id = %s AND subscriptions #> ARRAY['drives', %s] IS NOT NULL",
        [drive, source_id, drive],
    )
