"""The audit in PostgreSQL: one chain a client, which is only added to."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from agents.chain import BEGINNING, Verdict, check, digest
from agents.redacted import redacted, short
from oberaconnect.db import EVERY_TENANT, Connection, Database, Jsonb

Row = dict[str, Any]

_ENTRY = "tenant, number, at, actor, action, object, data, prev_hash, hash"
_AT_ONCE = 500


def record(
    connection: Connection, tenant: str, *, actor: str, action: str, object: str, data: Mapping[str, Any]
) -> None:
    """Add an entry to the chain of a client, within the transaction of what it tells of.

    `actor` is a principal's subject, `action` a word such as `run.created`, `object` such as `run:<id>`. `data` is kept
    without secrets and small. Whoever adds to the same chain meanwhile waits for the end of this transaction, so it
    belongs at the end of one that takes other locks.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('audit'), hashtext(%s))", [tenant])
    # A statement of its own: what the one before waited for is seen only by the next.
    last = connection.execute(
        "SELECT number, hash FROM audit WHERE tenant = %s ORDER BY number DESC LIMIT 1", [tenant]
    ).fetchone()
    entry = {
        "tenant": tenant,
        "number": last["number"] + 1 if last else 1,
        "at": datetime.now(UTC),
        "actor": short(actor),
        "action": short(action),
        "object": short(object),
        "data": redacted(data),
        "prev_hash": last["hash"] if last else BEGINNING,
    }
    connection.execute(
        f"INSERT INTO audit ({_ENTRY}) VALUES (%(tenant)s, %(number)s, %(at)s, %(actor)s, %(action)s, %(object)s,"
        " %(data)s, %(prev_hash)s, %(hash)s)",
        {**entry, "data": Jsonb(entry["data"]), "hash": digest(entry)},
    )


def page(
    connection: Connection,
    tenant: str,
    *,
    before: int | None,
    limit: int,
    actor: str | None = None,
    action: str | None = None,
    object: str | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> list[Row]:
    """Entries of a client's chain, newest first, with numbers below `before`, and one more if there is a next page.

    `action` is how it begins; `begin` is the first moment that counts and `end` the first that does not.
    """
    return connection.execute(
        f"SELECT {_ENTRY} FROM audit WHERE tenant = %(tenant)s AND (%(before)s::bigint IS NULL OR number < %(before)s)"
        " AND (%(actor)s::text IS NULL OR actor = %(actor)s)"
        " AND (%(action)s::text IS NULL OR starts_with(action, %(action)s))"
        " AND (%(object)s::text IS NULL OR object = %(object)s)"
        " AND (%(begin)s::timestamptz IS NULL OR at >= %(begin)s) AND (%(end)s::timestamptz IS NULL OR at < %(end)s)"
        " ORDER BY number DESC LIMIT %(limit)s",
        {
            "tenant": tenant, "before": before, "actor": actor, "action": action, "object": object,
            "begin": begin, "end": end, "limit": limit + 1,
        },
    ).fetchall()  # fmt: skip


def entries(database: Database, tenant: str) -> Iterator[Row]:
    """The chain of a client from its first entry to the one that is the last now; few are held at a time.

    Raises:
        Unavailable: when the database does not answer (any more).
    """
    with database.transaction(tenant) as connection:
        last = connection.execute("SELECT max(number) AS number FROM audit WHERE tenant = %s", [tenant]).fetchone()
    return _up_to(database, tenant, (last and last["number"]) or 0)


def _up_to(database: Database, tenant: str, until: int) -> Iterator[Row]:
    after = None
    while after is None or after < until:
        with database.transaction(tenant) as connection:
            rows = connection.execute(
                f"SELECT {_ENTRY} FROM audit WHERE tenant = %(tenant)s AND number <= %(until)s"
                " AND (%(after)s::bigint IS NULL OR number > %(after)s) ORDER BY number LIMIT %(limit)s",
                {"tenant": tenant, "until": until, "after": after, "limit": _AT_ONCE},
            ).fetchall()
        yield from rows
        if not rows:
            return
        after = rows[-1]["number"]


def verify(database: Database, tenant: str, expected: str | None = None) -> Verdict:
    """Follow the whole chain of a client; `expected` is a hash that has to be in it. Raises `Unavailable`."""
    return check(tenant, entries(database, tenant), expected)


def tenants(database: Database) -> list[str]:
    """All clients that have an audit. Raises `Unavailable`."""
    with database.transaction(EVERY_TENANT) as connection:
        rows = connection.execute("SELECT DISTINCT tenant FROM audit ORDER BY tenant").fetchall()
    return [row["tenant"] for row in rows]
