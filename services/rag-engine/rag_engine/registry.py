"""Which collections there are, in PostgreSQL: their generations, and which tenants hold something in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from oberaconnect.db import Connection


@dataclass(frozen=True)
class Generation:
    """The points of a collection as one embedder made them."""

    collection: str
    number: int
    fingerprint: str
    dimension: int

    @property
    def store_name(self) -> str:
        """Its name in the vector store. What follows the last dash is the number, so no two are alike."""
        return f"{self.collection}-{self.number}"


@dataclass(frozen=True)
class Entry:
    """A collection with all its generations."""

    name: str
    active: Generation
    previous: Generation | None
    building: Sequence[Generation]
    latest: int
    created_at: datetime

    @property
    def generations(self) -> list[Generation]:
        """All of them."""
        return [self.active, *([self.previous] if self.previous else []), *self.building]

    @property
    def written(self) -> list[Generation]:
        """Those that new documents go into: a generation being built must not miss them."""
        return [self.active, *self.building]

    def generation(self, number: int) -> Generation | None:
        """The generation of that number."""
        return next((item for item in self.generations if item.number == number), None)


_GENERATION = "SELECT collection, number, fingerprint, dimension FROM generation"
_COLLECTION = "SELECT name, active, previous, latest, created_at FROM collection"


def active(connection: Connection, name: str) -> Generation | None:
    """The generation that is searched, of a collection in which a tenant the transaction sees holds something."""
    row = connection.execute(
        _GENERATION
        + " WHERE collection = %s AND number = (SELECT active FROM collection WHERE name = generation.collection)"
        " AND EXISTS (SELECT 1 FROM holding WHERE holding.collection = generation.collection)",
        [name],
    ).fetchone()
    return Generation(**row) if row else None


def find(connection: Connection, name: str) -> Entry | None:
    """A collection, whoever holds it."""
    return _entry(connection, name, _COLLECTION + " WHERE name = %s")


def find_for_writing(connection: Connection, name: str) -> Entry | None:
    """The same; until this transaction ends, no generation of it appears, goes, or becomes active."""
    return _entry(connection, name, _COLLECTION + " WHERE name = %s FOR SHARE")


def find_for_change(connection: Connection, name: str) -> Entry | None:
    """The same; until this transaction ends, nobody else writes points or changes it."""
    return _entry(connection, name, _COLLECTION + " WHERE name = %s FOR UPDATE")


def held(connection: Connection, name: str) -> list[str]:
    """The tenants, of those the transaction sees, that hold something in a collection."""
    rows = connection.execute("SELECT tenant FROM holding WHERE collection = %s ORDER BY tenant", [name])
    return [row["tenant"] for row in rows]


def held_since(connection: Connection, name: str) -> datetime | None:
    """Since when the transaction's one tenant holds something in a collection without a break; None: it does not."""
    row = connection.execute("SELECT created_at FROM holding WHERE collection = %s", [name]).fetchone()
    return row["created_at"] if row else None


def names(connection: Connection) -> list[str]:
    """The collections in which a tenant that the transaction sees holds something."""
    rows = connection.execute("SELECT DISTINCT collection FROM holding ORDER BY collection")
    return [row["collection"] for row in rows]


def add(connection: Connection, first: Generation) -> bool:
    """Enter a collection with its first generation. Returns whether it is new; waits for another who is entering it."""
    made = connection.execute(
        "INSERT INTO collection (name, active, latest) VALUES (%s, 1, 1) ON CONFLICT DO NOTHING RETURNING name",
        [first.collection],
    ).fetchone()
    if made:
        _add_generation(connection, first)
    return made is not None


def hold(connection: Connection, name: str, tenant: str) -> bool:
    """Note that a tenant holds something in a collection. Returns whether that is new."""
    statement = "INSERT INTO holding (collection, tenant) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING tenant"
    return connection.execute(statement, [name, tenant]).fetchone() is not None


def let_go(connection: Connection, name: str) -> None:
    """Note that the tenants that the transaction sees hold nothing in it any more."""
    connection.execute("DELETE FROM holding WHERE collection = %s", [name])


def remove(connection: Connection, name: str) -> None:
    """Forget a collection, its generations and who held it."""
    connection.execute("DELETE FROM collection WHERE name = %s", [name])


def find_begun(connection: Connection, name: str, key: UUID) -> Generation | None:
    """The generation of a collection that was begun with this key."""
    row = connection.execute(_GENERATION + " WHERE collection = %s AND key = %s", [name, key]).fetchone()
    return Generation(**row) if row else None


def begin(connection: Connection, generation: Generation, key: UUID) -> None:
    """Enter a generation with the number after the latest, of a collection found for change."""
    connection.execute("UPDATE collection SET latest = %s WHERE name = %s", [generation.number, generation.collection])
    _add_generation(connection, generation, key)


def switch(connection: Connection, name: str, active: int, previous: int | None) -> None:
    """Search another generation from now on, and keep one for a rollback, or none."""
    statement = "UPDATE collection SET active = %s, previous = %s WHERE name = %s"
    connection.execute(statement, [active, previous, name])


def discard(connection: Connection, generation: Generation) -> None:
    """Forget a generation that is not active."""
    key = [generation.collection, generation.number]
    connection.execute("UPDATE collection SET previous = NULL WHERE name = %s AND previous = %s", key)
    connection.execute("DELETE FROM generation WHERE collection = %s AND number = %s", key)


def _add_generation(connection: Connection, added: Generation, key: UUID | None = None) -> None:
    connection.execute(
        "INSERT INTO generation (collection, number, fingerprint, dimension, key) VALUES (%s, %s, %s, %s, %s)",
        [added.collection, added.number, added.fingerprint, added.dimension, key],
    )


def _entry(connection: Connection, name: str, statement: str) -> Entry | None:
    row = connection.execute(statement, [name]).fetchone()
    if row is None:
        return None
    rows = connection.execute(_GENERATION + " WHERE collection = %s ORDER BY number", [name])
    known = {item["number"]: Generation(**item) for item in rows}
    active, previous = known.pop(row["active"]), known.pop(row["previous"], None)
    return Entry(row["name"], active, previous, list(known.values()), row["latest"], row["created_at"])
