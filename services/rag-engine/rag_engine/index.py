"""Writing the index: chunks of document versions in, described anew, out. Doing it twice is doing it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from oberaconnect.places import Places
from oberaconnect.problems import Conflict, NotFound
from rag_engine import sparse
from rag_engine.collections import Collections
from rag_engine.descriptions import Description, fields
from rag_engine.embed import Embedder
from rag_engine.registry import Entry, Generation
from rag_engine.removals import Key, Removal
from rag_engine.vectors import Point, Vectors

#: Chunks embedded and written at a time: about two seconds of work, after which nothing of them is lost.
_SLICE = 64
#: Versions described at a time: nobody of the client can write to the collection meanwhile.
_DESCRIBED = 100
_NAMESPACE = UUID("5b0d6f0e-7c9b-5d0a-9a55-3f6a1c7be3d1")


@dataclass(frozen=True)
class Chunk:
    """A piece of a document: `text` is shown and quoted, `embed_text` is searched.

    `pages` of a chunk over several: where each begins, as (place in the document's text, page).
    """

    ordinal: int
    text: str
    embed_text: str
    section: str
    page_start: int | None
    page_end: int | None
    char_start: int
    char_end: int
    pages: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True)
class Version:
    """A version of a document with all its chunks. `updated_at` is now when the source does not say.

    `access`: who may read it; None is everybody of the client.
    """

    document_id: str
    number: int
    external_id: str
    title: str
    url: str | None
    source: str
    type: str
    chunks: Sequence[Chunk]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
    access: Sequence[str] | None = None

    @property
    def key(self) -> Key:
        """What names it among the versions of all documents."""
        return self.document_id, self.number


class Index:
    """Writes to collections. Safe under threads."""

    def __init__(self, collections: Collections, vectors: Vectors, embedder: Embedder, *, max_writers: int) -> None:
        """At most `max_writers` writings at a time: each holds a thread of the server while it embeds."""
        self._collections = collections
        self._vectors = vectors
        self._embedder = embedder
        refusal = "The index is taking in as much as it can. Try again in a moment."
        self._places = Places(max_writers, refusal=refusal)

    def put(self, tenant: str, collection: str, versions: Sequence[Version], generation: int | None = None) -> int:
        """Embed and store versions; they are searchable and on the disk afterwards. Returns the number of points.

        They go into the active generation and those being built, or only into `generation`. What was removed, also
        while this goes on, is left out; what was described stays as it is described.

        Raises:
            Conflict: when the collection was embedded with another model than the service has.
            NotFound: when there is no such generation.
            Unavailable, Timeout: when the embedder, the store or the database is away, or too many write at once.
        """
        with self._places.one():
            keys = {version.key for version in versions}
            with self._collections.writing(tenant, collection, keys) as ground:
                self._targets(ground.entry, generation)  # refuse before the costly part
            pieces = [
                (version, chunk)
                for version in versions
                if version.key not in ground.removed
                for chunk in version.chunks
            ]
            touched: set[str] = set()
            written = 0
            for start in range(0, len(pieces), _SLICE):
                part = pieces[start : start + _SLICE]
                points = self._points(tenant, collection, part)
                with self._collections.writing(tenant, collection, keys) as ground:
                    kept = [
                        _as_described(point, ground.described.get(version.key))
                        for (version, _), point in zip(part, points, strict=True)
                        if version.key not in ground.removed
                    ]
                    for target in self._targets(ground.entry, generation):
                        self._vectors.put(target.store_name, tenant, kept)
                        touched.add(target.store_name)
                written += len(kept)
            for name in touched:
                self._vectors.flush(name)
            return written

    def describe(self, tenant: str, collection: str, described: Sequence[Description]) -> None:
        """Say anew what is true of versions, in all generations of a collection; their text is not embedded anew.

        A writing of them that is still on its way, or comes within a day, keeps to it. Where it ends halfway, some are
        described and the others are as they were: doing it again ends it.

        Raises:
            Unavailable: when the store or the database is away.
        """
        touched: set[str] = set()
        for start in range(0, len(described), _DESCRIBED):
            part = described[start : start + _DESCRIBED]
            with self._collections.describing(tenant, collection, part) as generations:
                for generation in generations:
                    if not self._vectors.exists(generation.store_name):
                        continue  # its points are lost: nothing of them can be shown
                    for item in part:
                        about = fields(item.url, item.metadata, item.access)
                        self._vectors.describe(generation.store_name, tenant, item.document_id, item.version, about)
                    touched.add(generation.store_name)
        for name in touched:
            self._vectors.flush(name)

    def prune(self, tenant: str, collection: str, removals: Sequence[Removal]) -> None:
        """Remove versions from all generations of a collection, also from the one kept for a rollback.

        For good: a writing of them that is still on its way leaves them out.

        Raises:
            Unavailable: when the store or the database is away.
        """
        with self._collections.removing(tenant, collection, removals) as generations:
            for generation in generations:
                if not self._vectors.exists(generation.store_name):
                    continue  # its points are lost: nothing of them can come back
                for item in removals:
                    self._vectors.remove(generation.store_name, tenant, item.document_id, item.first, item.before)
                self._vectors.flush(generation.store_name)

    def forget(self, tenant: str, document_id: str) -> None:
        """Remove a document from all collections of a tenant. Errors as for `prune`."""
        for name in self._collections.names(tenant):
            self.prune(tenant, name, [Removal(document_id)])

    def _targets(self, entry: Entry, number: int | None) -> list[Generation]:
        if number is None:
            self._collections.require_match(entry.active)
            return [item for item in entry.written if item.fingerprint == entry.active.fingerprint]
        chosen = entry.generation(number)
        if chosen is None:
            raise NotFound(f"The collection '{entry.name}' has no generation {number}.")
        if chosen not in entry.written:  # the active one: who builds it did not learn that it was activated
            raise Conflict(f"Generation {number} of '{entry.name}' is only kept for a rollback.")
        self._collections.require_match(chosen)
        return [chosen]

    def _points(self, tenant: str, collection: str, pieces: Sequence[tuple[Version, Chunk]]) -> list[Point]:
        vectors = self._embedder.documents([chunk.embed_text for _, chunk in pieces])
        return [
            Point(
                id=point_id(tenant, collection, version.document_id, version.number, chunk.ordinal),
                vector=vector,
                terms=sparse.document(chunk.embed_text, version.title),
                payload=_payload(version, chunk),
            )
            for (version, chunk), vector in zip(pieces, vectors, strict=True)
        ]


def point_id(tenant: str, collection: str, document_id: str, version: int, ordinal: int) -> str:
    """The id of a chunk: always the same for the same chunk, so that writing it again replaces it."""
    return str(uuid5(_NAMESPACE, "\n".join([tenant, collection, document_id, str(version), str(ordinal)])))


def _payload(version: Version, chunk: Chunk) -> dict[str, Any]:
    """What a search filters by and shows."""
    return {
        "document_id": version.document_id,
        "version": version.number,
        "external_id": version.external_id,
        "title": version.title,
        "source": version.source,
        "type": version.type,
        "updated_at": (version.updated_at or datetime.now(UTC)).isoformat(),
        "ordinal": chunk.ordinal,
        "text": chunk.text,
        "section": chunk.section,
        "page_start": chunk.page_start,
        "page_end": chunk.page_end,
        "char_start": chunk.char_start,
        "char_end": chunk.char_end,
        "pages": [list(turn) for turn in chunk.pages],
        **fields(version.url, version.metadata, version.access),
    }


def _as_described(point: Point, description: Description | None) -> Point:
    if description is None:
        return point
    said = fields(description.url, description.metadata, description.access)
    return replace(point, payload={**point.payload, **said})
