"""Audits and waivers in PostgreSQL: one function a statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from engineering_api.audit.model import Waiver
from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import NotFound

Row = dict[str, Any]

#: So many audits are read for scores over time.
MOST_AUDITS = 5_000
_WAIVER = "id, tenant AS client, rule, device_id, evidence, reason, expires_on, subject AS by, created_at"


class NoSuchWaiver(NotFound):
    """There is no waiver with this id."""


def keep(connection: Connection, caller: Principal, fields: Mapping[str, Any]) -> None:
    """Keep an audit of a configuration, unless the device's last one found the same of it."""
    connection.execute(
        "INSERT INTO audit (tenant, device_id, config_id, ruleset, score, counts, findings)"
        " SELECT %(tenant)s, %(device_id)s, %(config_id)s, %(ruleset)s, %(score)s, %(counts)s, %(findings)s"
        " WHERE NOT EXISTS (SELECT 1 FROM (SELECT config_id, counts, score FROM audit WHERE tenant = %(tenant)s"
        " AND device_id = %(device_id)s AND ruleset = %(ruleset)s ORDER BY created_at DESC LIMIT 1) AS last"
        " WHERE last.config_id = %(config_id)s AND last.counts = %(counts)s AND last.score = %(score)s::real)",
        {
            **fields,
            "tenant": caller.tenant,
            "counts": Jsonb(fields["counts"]),
            "findings": Jsonb(fields["findings"]),
        },
    )


def scores(
    connection: Connection, client: str, *, device_id: UUID | None, since: datetime | None, ruleset: str
) -> list[Row]:
    """The latest audits of a client or a device, the oldest first."""
    return connection.execute(
        "SELECT * FROM (SELECT audit.created_at AS at, audit.device_id, device.name AS device, device.site,"
        " audit.config_id, audit.score, audit.counts FROM audit"
        " JOIN device ON device.tenant = audit.tenant AND device.id = audit.device_id"
        " WHERE audit.tenant = %(client)s AND audit.ruleset = %(ruleset)s"
        " AND (%(device)s::uuid IS NULL OR audit.device_id = %(device)s)"
        " AND (%(since)s::timestamptz IS NULL OR audit.created_at >= %(since)s)"
        " ORDER BY audit.created_at DESC, audit.id LIMIT %(most)s) AS latest ORDER BY at, device_id",
        {"client": client, "device": device_id, "since": since, "ruleset": ruleset, "most": MOST_AUDITS},
    ).fetchall()


def file_names(connection: Connection, config_ids: Sequence[UUID]) -> dict[UUID | None, str]:
    """The names of the files of configurations."""
    rows = connection.execute("SELECT id, name FROM config WHERE id = ANY(%s)", [list(config_ids)]).fetchall()
    return {row["id"]: row["name"] for row in rows}


def add_waiver(connection: Connection, caller: Principal, waiver: Waiver) -> Row:
    """Keep a waiver."""
    row = connection.execute(
        "INSERT INTO waiver (tenant, rule, device_id, evidence, reason, expires_on, subject)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {_WAIVER}",
        [
            caller.tenant,
            waiver.rule,
            waiver.device_id,
            waiver.evidence,
            waiver.reason,
            waiver.expires_on,
            caller.subject,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def waivers_page(connection: Connection, query: Paged, *, client: str | None) -> list[Row]:
    """A page of waivers, newest first, and one more if there is a next page."""
    at, after = query.position()
    return connection.execute(
        f"SELECT {_WAIVER} FROM waiver WHERE (%(client)s::text IS NULL OR tenant = %(client)s)"
        " AND (created_at, id) < (%(at)s, %(id)s) ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"client": client, "at": at, "id": after, "limit": query.limit + 1},
    ).fetchall()


def waivers(connection: Connection, client: str, *, most: int) -> list[Waiver]:
    """The waivers of a client, the newest first."""
    rows = connection.execute(
        "SELECT id, rule, device_id, evidence, reason, expires_on, subject AS by FROM waiver WHERE tenant = %s"
        " ORDER BY created_at DESC, id DESC LIMIT %s",
        [client, most],
    ).fetchall()
    return [Waiver(**row) for row in rows]


def delete_waiver(connection: Connection, waiver_id: UUID) -> None:
    """Delete a waiver. Raises `NoSuchWaiver`."""
    if connection.execute("DELETE FROM waiver WHERE id = %s RETURNING id", [waiver_id]).fetchone() is None:
        raise NoSuchWaiver()
