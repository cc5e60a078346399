"""Devices and their configurations in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from oberaconnect.auth import Principal
from oberaconnect.db import Connection, Jsonb
from oberaconnect.paging import Paged
from oberaconnect.problems import NotFound

Row = dict[str, Any]

_CONFIG = (
    "config.id, config.tenant AS client, config.device_id, config.number, device.site, device.name AS device,"
    " config.name, config.platform, config.is_told, config.confidence, config.form, config.encoding, config.hash,"
    " config.lines, config.read, config.unparsed, config.redactions, config.reader, config.document_id,"
    " config.original IS NOT NULL AS has_original, config.subject AS author, config.created_at,"
    " device.latest = config.id AS is_latest"
)
_FROM = "config JOIN device ON device.tenant = config.tenant AND device.id = config.device_id"
_DEVICE = (
    "device.id, device.tenant AS client, device.site, device.name, device.platform, device.latest AS config_id,"
    " device.created_at, device.updated_at, (SELECT count(*) FROM config WHERE config.tenant = device.tenant"
    " AND config.device_id = device.id) AS configs"
)


class NoSuchConfig(NotFound):
    """There is no configuration with this id."""


class NoSuchDevice(NotFound):
    """There is no device with this id."""


def device(connection: Connection, caller: Principal, *, site: str, name: str, platform: str) -> UUID:
    """The device of a name at a site, which is new if nobody has told of it. Its row is held by the transaction."""
    row = connection.execute(
        "INSERT INTO device (tenant, site, key, name, platform) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant, site, key) DO UPDATE SET name = excluded.name, platform = excluded.platform,"
        " updated_at = now() RETURNING id",
        [caller.tenant, site, name.casefold(), name, platform],
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    found: UUID = row["id"]
    return found


def save(connection: Connection, caller: Principal, device_id: UUID, fields: Mapping[str, Any]) -> tuple[UUID, bool]:
    """Keep a configuration of a device that is held, as its latest: its id, and whether it is new.

    The same text as the latest is that configuration again. So is what was kept from the same document before, when
    the latest came by another way: a document that is only read again says nothing new of the device. A document
    whose text is back at what it was does. `fields` are the columns from `name` to `document_id`.
    """
    latest = connection.execute(
        "SELECT config.id, config.hash, config.document_id FROM config JOIN device ON device.latest = config.id"
        " WHERE device.tenant = %s AND device.id = %s",
        [caller.tenant, device_id],
    ).fetchone()
    if latest is not None and latest["hash"] == fields["hash"]:
        known: UUID = latest["id"]
        return known, False
    if latest is not None and fields["document_id"] not in (None, latest["document_id"]):
        earlier = connection.execute(
            "SELECT id FROM config WHERE tenant = %s AND device_id = %s AND document_id = %s AND hash = %s"
            " ORDER BY number DESC LIMIT 1",
            [caller.tenant, device_id, fields["document_id"], fields["hash"]],
        ).fetchone()
        if earlier is not None:
            again: UUID = earlier["id"]
            return again, False
    values = {
        **fields,
        "facts": Jsonb(fields["facts"]),
        "redactions": Jsonb(fields["redactions"]),
        "tenant": caller.tenant,
        "device_id": device_id,
        "subject": caller.subject,
    }
    columns = ", ".join(values)
    places = ", ".join(f"%({name})s" for name in values)
    row = connection.execute(
        f"INSERT INTO config ({columns}, number) SELECT {places}, coalesce(max(number), 0) + 1 FROM config"
        " WHERE tenant = %(tenant)s AND device_id = %(device_id)s RETURNING id",
        values,
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    connection.execute(
        "UPDATE device SET latest = %s, updated_at = now() WHERE tenant = %s AND id = %s",
        [row["id"], caller.tenant, device_id],
    )
    made: UUID = row["id"]
    return made, True


def config(connection: Connection, config_id: UUID) -> Row:
    """A configuration with its text and facts. Raises `NoSuchConfig`."""
    row = connection.execute(
        f"SELECT {_CONFIG}, config.text, config.facts FROM {_FROM} WHERE config.id = %s", [config_id]
    ).fetchone()
    if row is None:
        raise NoSuchConfig()
    return row


def original(connection: Connection, config_id: UUID) -> Row:
    """The sealed original of a configuration, None where it was not kept. Raises `NoSuchConfig`."""
    row = connection.execute(
        "SELECT tenant AS client, name, original FROM config WHERE id = %s", [config_id]
    ).fetchone()
    if row is None:
        raise NoSuchConfig()
    return row


def configs_page(
    connection: Connection, query: Paged, *, client: str | None, site: str | None, device_id: UUID | None
) -> list[Row]:
    """A page of configurations, newest first, and one more if there is a next page."""
    at, after = query.position()
    return connection.execute(
        f"SELECT {_CONFIG} FROM {_FROM} WHERE (%(client)s::text IS NULL OR config.tenant = %(client)s)"
        " AND (%(site)s::text IS NULL OR device.site = %(site)s)"
        " AND (%(device)s::uuid IS NULL OR config.device_id = %(device)s)"
        " AND (config.created_at, config.id) < (%(at)s, %(id)s)"
        " ORDER BY config.created_at DESC, config.id DESC LIMIT %(limit)s",
        {"client": client, "site": site, "device": device_id, "at": at, "id": after, "limit": query.limit + 1},
    ).fetchall()


def latest(connection: Connection, client: str, *, site: str | None, most: int) -> list[Row]:
    """The latest configuration of every device of a client, or of one of its sites, by name, with text and facts."""
    return connection.execute(
        f"SELECT {_CONFIG}, config.text, config.facts FROM {_FROM} WHERE config.tenant = %(client)s"
        " AND device.latest = config.id AND (%(site)s::text IS NULL OR device.site = %(site)s)"
        " ORDER BY device.name, device.id LIMIT %(most)s",
        {"client": client, "site": site, "most": most},
    ).fetchall()


def lines_of_latest(connection: Connection, client: str, *, site: str | None) -> int:
    """How many lines the latest configurations of a client's devices have together, or of those of one of its sites."""
    row = connection.execute(
        f"SELECT coalesce(sum(config.lines), 0)::int AS lines FROM {_FROM} WHERE config.tenant = %(client)s"
        " AND device.latest = config.id AND (%(site)s::text IS NULL OR device.site = %(site)s)",
        {"client": client, "site": site},
    ).fetchone()
    return int(row["lines"]) if row else 0


def lines_of(connection: Connection, config_ids: Sequence[UUID]) -> int:
    """How many lines these configurations have together."""
    row = connection.execute(
        "SELECT coalesce(sum(lines), 0)::int AS lines FROM config WHERE id = ANY(%s)", [list(config_ids)]
    ).fetchone()
    return int(row["lines"]) if row else 0


def chosen(connection: Connection, config_ids: Sequence[UUID]) -> list[Row]:
    """These configurations in this order, with text and facts. Raises `NoSuchConfig` when one is not there."""
    rows = connection.execute(
        f"SELECT {_CONFIG}, config.text, config.facts FROM {_FROM} WHERE config.id = ANY(%s)", [list(config_ids)]
    ).fetchall()
    by_id = {row["id"]: row for row in rows}
    if missing := [one for one in config_ids if one not in by_id]:
        raise NoSuchConfig(f"There is no configuration with the id {missing[0]}.")
    return [by_id[one] for one in dict.fromkeys(config_ids)]


def before(connection: Connection, found: Row) -> Row | None:
    """The configuration that a device had before this one; None for its first."""
    return connection.execute(
        f"SELECT {_CONFIG}, config.text, config.facts FROM {_FROM} WHERE config.tenant = %s AND config.device_id = %s"
        " AND config.number < %s ORDER BY config.number DESC LIMIT 1",
        [found["client"], found["device_id"], found["number"]],
    ).fetchone()


def understood_anew(connection: Connection, config_id: UUID, fields: Mapping[str, Any]) -> None:
    """Replace what an older reader made of a configuration."""
    connection.execute(
        "UPDATE config SET facts = %(facts)s, unparsed = %(unparsed)s, read = %(read)s, reader = %(reader)s"
        " WHERE id = %(id)s",
        {**fields, "facts": Jsonb(fields["facts"]), "id": config_id},
    )


def delete_config(connection: Connection, config_id: UUID) -> None:
    """Delete a configuration; of a device's last the device too. Raises `NoSuchConfig`."""
    row = connection.execute("DELETE FROM config WHERE id = %s RETURNING tenant, device_id", [config_id]).fetchone()
    if row is None:
        raise NoSuchConfig()
    which = [row["tenant"], row["device_id"]]
    left = connection.execute(
        "UPDATE device SET latest = (SELECT id FROM config WHERE config.tenant = device.tenant"
        " AND config.device_id = device.id ORDER BY number DESC LIMIT 1), updated_at = now()"
        " WHERE tenant = %s AND id = %s RETURNING latest",
        which,
    ).fetchone()
    if left is not None and left["latest"] is None:
        connection.execute("DELETE FROM device WHERE tenant = %s AND id = %s", which)


def devices_page(connection: Connection, query: Paged, *, client: str | None, site: str | None) -> list[Row]:
    """A page of devices, newest first, and one more if there is a next page."""
    at, after = query.position()
    return connection.execute(
        f"SELECT {_DEVICE} FROM device WHERE (%(client)s::text IS NULL OR tenant = %(client)s)"
        " AND (%(site)s::text IS NULL OR site = %(site)s) AND (created_at, id) < (%(at)s, %(id)s)"
        " ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"client": client, "site": site, "at": at, "id": after, "limit": query.limit + 1},
    ).fetchall()


def find_device(connection: Connection, device_id: UUID) -> Row:
    """A device. Raises `NoSuchDevice`."""
    row = connection.execute(f"SELECT {_DEVICE} FROM device WHERE id = %s", [device_id]).fetchone()
    if row is None:
        raise NoSuchDevice()
    return row


def delete_device(connection: Connection, device_id: UUID) -> None:
    """Delete a device with all that belongs to it. Raises `NoSuchDevice`."""
    if connection.execute("DELETE FROM device WHERE id = %s RETURNING id", [device_id]).fetchone() is None:
        raise NoSuchDevice()


def keep_calculation(
    connection: Connection, caller: Principal, *, tool: str, arguments: Mapping[str, Any], result: Mapping[str, Any]
) -> UUID:
    """Keep what a tool calculated; its id."""
    row = connection.execute(
        "INSERT INTO calculation (tenant, tool, arguments, result, subject) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        [caller.tenant, tool, Jsonb(arguments), Jsonb(result), caller.subject],
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    made: UUID = row["id"]
    return made


def calculation(connection: Connection, calculation_id: UUID) -> Row:
    """A calculation. Raises `NotFound`."""
    row = connection.execute(
        "SELECT id, tenant AS client, tool, arguments, result, created_at FROM calculation WHERE id = %s",
        [calculation_id],
    ).fetchone()
    if row is None:
        raise NotFound("There is no calculation with this id.")
    return row
