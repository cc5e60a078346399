"""Collections: what they are to a caller, and how a generation of vectors takes the place of another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from oberaconnect.auth import Principal
from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import Conflict, NotFound, Unavailable
from rag_engine import descriptions, registry, removals
from rag_engine.descriptions import Description
from rag_engine.embed import Embedder
from rag_engine.registry import Entry, Generation
from rag_engine.removals import Key, Removal
from rag_engine.vectors import Vectors

#: It is always there for everybody, also empty.
DEFAULT = "documents"


@dataclass(frozen=True)
class Summary:
    """A collection as a caller sees it: the points are those of the caller's tenants.

    `generation` is None while the default collection has never been written to. `size_bytes` is that of all tenants
    together, so only those who may act for all of them learn it.
    """

    name: str
    points: int
    generation: Generation | None = None
    previous: Generation | None = None
    size_bytes: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Ground:
    """What a writing stands on: the collection, what was removed of the versions, and what was said of them since."""

    entry: Entry
    removed: set[Key]
    described: Mapping[Key, Description]


@dataclass(frozen=True)
class _Makes:
    """What vectors the service's embedder makes."""

    fingerprint: str
    dimension: int


class Collections:
    """The registry in PostgreSQL and the vector store, kept in step. Safe under threads."""

    def __init__(self, database: Database, vectors: Vectors, embedder: Embedder) -> None:
        """The embedder says with which fingerprint new generations begin."""
        self._database = database
        self._vectors = vectors
        self._embedder = embedder

    def active(self, tenant: str, name: str) -> Generation | None:
        """The generation that a tenant searches; None for the default collection before anything is in it.

        Raises:
            NotFound: when the tenant holds nothing in a collection of that name.
        """
        # Not remembered: another process may have changed it a moment ago.
        with self._database.transaction(tenant) as connection:
            found = registry.active(connection, name)
        if found is None and name != DEFAULT:
            raise _unknown(name)
        return found

    def require_match(self, generation: Generation) -> None:
        """Raises `Conflict` when the service's embedder is not the one that made the generation."""
        if generation.fingerprint != self._embedder.fingerprint:
            raise Conflict(
                f"The collection '{generation.collection}' was embedded with '{generation.fingerprint}', but"
                f" the service now embeds with '{self._embedder.fingerprint}'."
                f' Embed it anew with POST /api/data/reindex {{"collection": "{generation.collection}"}},'
                " or set the EMBED_ variables back.",
                collection_embedder=generation.fingerprint,
                service_embedder=self._embedder.fingerprint,
            )

    @contextmanager
    def writing(self, tenant: str, name: str, versions: Collection[Key]) -> Iterator[Ground]:
        """A collection that `tenant` writes versions to, made if there is none.

        Meanwhile its generations stay as they are, and nothing of the tenant is removed or described.
        """
        makes = self._makes()
        with self._database.transaction(tenant) as connection:
            removals.wait_as_writer(connection, tenant, name)
            entry = self._ensure(connection, name, makes)
            registry.hold(connection, name, tenant)
            yield Ground(
                entry,
                removals.among(connection, tenant, name, versions),
                descriptions.among(connection, tenant, name, versions),
            )

    @contextmanager
    def removing(self, tenant: str, name: str, removed: Sequence[Removal]) -> Iterator[list[Generation]]:
        """All generations of a collection that `tenant` removes versions from; none when it holds nothing in it.

        Meanwhile the tenant writes nothing to it, and afterwards not these versions.
        """
        with self._database.transaction(tenant) as connection:
            removals.wait_alone(connection, tenant, name)
            removals.note(connection, tenant, name, removed)
            entry = registry.find_for_writing(connection, name) if registry.held(connection, name) else None
            yield entry.generations if entry else []

    @contextmanager
    def describing(self, tenant: str, name: str, described: Sequence[Description]) -> Iterator[list[Generation]]:
        """All generations of a collection in which `tenant` describes versions; none when it holds nothing in it.

        Meanwhile the tenant writes nothing to it, and afterwards these versions only as they are described.
        """
        with self._database.transaction(tenant) as connection:
            removals.wait_alone(connection, tenant, name)
            descriptions.note(connection, tenant, name, described)
            entry = registry.find_for_writing(connection, name) if registry.held(connection, name) else None
            yield entry.generations if entry else []

    def names(self, tenants: str) -> list[str]:
        """The collections that some of the tenants hold something in, and the default one."""
        with self._database.transaction(tenants) as connection:
            return sorted({DEFAULT, *registry.names(connection)})

    def summary(self, principal: Principal, name: str) -> Summary:
        """A collection as the caller sees it. Raises `NotFound`."""
        with self._database.transaction(principal.tenants) as connection:
            tenants, entry = registry.held(connection, name), registry.find(connection, name)
        if entry is None or not tenants:
            if name == DEFAULT:
                return Summary(name, 0)
            raise _unknown(name)
        return Summary(
            name=name,
            points=sum(self._vectors.count(entry.active.store_name, tenant) for tenant in tenants),
            generation=entry.active,
            previous=entry.previous,
            size_bytes=self._vectors.size_bytes(entry.active.store_name) if principal.clients is None else None,
            created_at=entry.created_at,
        )

    def held_since(self, tenant: str, name: str) -> datetime | None:
        """Since when a tenant holds a collection. What it wrote before then is gone; None: it holds nothing there."""
        with self._database.transaction(tenant) as connection:
            return registry.held_since(connection, name)

    def create(self, tenant: str, name: str) -> None:
        """Make an empty collection for a tenant. Raises `Conflict` when it has one of that name."""
        makes = self._makes()
        with self._database.transaction(tenant) as connection:
            self._ensure(connection, name, makes)
            if not registry.hold(connection, name, tenant):
                raise Conflict(f"There is a collection '{name}' already.")

    def delete(self, tenant: str, name: str) -> None:
        """Remove what a tenant holds in a collection, and the collection when nobody else does. Raises `NotFound`."""
        with self._database.transaction(tenant) as connection:
            entry = registry.find_for_change(connection, name)
            if not registry.held(connection, name):
                raise _unknown(name)
            for generation in entry.generations if entry else []:
                self._vectors.remove_tenant(generation.store_name, tenant)
            registry.let_go(connection, name)
        with self._database.transaction(EVERY_TENANT) as connection:
            entry = registry.find_for_change(connection, name)
            if entry is not None and not registry.held(connection, name):
                registry.remove(connection, name)
                for generation in entry.generations:
                    self._vectors.drop(generation.store_name)

    def begin(self, principal: Principal, name: str, key: UUID) -> Generation:
        """Begin an empty generation beside the active one, with the embedder the service has now.

        The same key again gives the generation that was begun with it, as it is by now.

        Raises:
            NotFound: when the caller's tenants hold nothing in a collection of that name.
        """
        makes = self._makes()
        with self._changing(principal, name) as (connection, entry):
            if begun := registry.find_begun(connection, name, key):
                return begun
            generation = Generation(name, entry.latest + 1, makes.fingerprint, makes.dimension)
            registry.begin(connection, generation, key)
            self._vectors.create(generation.store_name, generation.dimension)
            return generation

    def activate(self, principal: Principal, name: str, number: int, points: int) -> Summary:
        """Search a generation from now on, keeping the active one for a rollback; the one kept before is dropped.

        Raises:
            NotFound: when there is no such collection or generation.
            Conflict: when it does not hold exactly `points`, or a tenant would lose all of its points.
        """
        with self._changing(principal, name) as (connection, entry):
            chosen = _generation(entry, number)
            if chosen == entry.active:
                return self.summary(principal, name)
            self.require_match(chosen)
            readable = self._is_readable(entry.active)
            self._require_complete(entry, chosen, points, compare=readable)
            kept = [chosen, entry.active] if readable else [chosen]
            dropped = [item for item in (entry.active, entry.previous) if item is not None and item not in kept]
            registry.switch(connection, name, chosen.number, entry.active.number if readable else None)
            for generation in dropped:
                registry.discard(connection, generation)
        for generation in dropped:
            self._vectors.drop(generation.store_name)
        return self.summary(principal, name)

    def discard(self, principal: Principal, name: str, number: int) -> None:
        """Drop a generation that is not active. Raises `NotFound`, or `Conflict` for the active one."""
        with self._changing(principal, name) as (connection, entry):
            chosen = _generation(entry, number)
            if chosen == entry.active:
                raise Conflict(f"Generation {number} of '{name}' is the one that is searched.")
            registry.discard(connection, chosen)
        self._vectors.drop(chosen.store_name)

    def rollback(self, principal: Principal, name: str) -> Summary:
        """Search the generation before the active one; the active one is kept. Raises `NotFound` or `Conflict`."""
        with self._changing(principal, name) as (connection, entry):
            if entry.previous is None:
                raise Conflict(f"The collection '{name}' has no earlier generation to go back to.")
            registry.switch(connection, name, entry.previous.number, entry.active.number)
        return self.summary(principal, name)

    @contextmanager
    def _changing(self, principal: Principal, name: str) -> Iterator[tuple[Connection, Entry]]:
        with self._database.transaction(principal.tenants) as connection:
            entry = registry.find_for_change(connection, name)
            if entry is None or not registry.held(connection, name):
                raise _unknown(name)
            yield connection, entry

    def _makes(self) -> _Makes:
        """Asked before a transaction begins: the first time, the model is loaded or another machine is asked."""
        return _Makes(self._embedder.fingerprint, self._embedder.dimension)

    def _ensure(self, connection: Connection, name: str, makes: _Makes) -> Entry:
        """The collection, entered if it is not; it stays as it is until the transaction ends."""
        entry = registry.find_for_writing(connection, name)
        if entry is None:
            first = Generation(name, 1, makes.fingerprint, makes.dimension)
            if registry.add(connection, first):
                # Before the commit: a collection that is entered can be searched.
                self._vectors.create(first.store_name, first.dimension)
            entry = registry.find_for_writing(connection, name)
        if entry is None:
            raise Conflict(f"The collection '{name}' was deleted at this moment. Try again.")
        return entry

    def _is_readable(self, generation: Generation) -> bool:
        """Whether its points are there. When they are lost, a new generation takes their place, and nothing is kept."""
        try:
            self._vectors.total(generation.store_name)
        except Unavailable:
            return False
        return True

    def _require_complete(self, entry: Entry, chosen: Generation, points: int, *, compare: bool) -> None:
        found = self._vectors.total(chosen.store_name)
        if found != points:
            raise Conflict(
                f"Generation {chosen.number} of '{entry.name}' holds {found} points, not the {points} expected."
                " It was not activated.",
                expected=points,
                found=found,
            )
        if not compare:
            return
        with self._database.transaction(EVERY_TENANT) as connection:
            tenants = registry.held(connection, entry.name)
        for tenant in tenants:
            if not self._vectors.count(chosen.store_name, tenant) and self._vectors.count(
                entry.active.store_name, tenant
            ):
                raise Conflict(
                    f"Generation {chosen.number} of '{entry.name}' lacks points of a client that the active one has."
                    " It was not activated."
                )


def _generation(entry: Entry, number: int) -> Generation:
    found = entry.generation(number)
    if found is None:
        raise NotFound(f"The collection '{entry.name}' has no generation {number}.")
    return found


def _unknown(name: str) -> NotFound:
    return NotFound(f"There is no collection '{name}'.")
