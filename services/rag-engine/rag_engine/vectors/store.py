"""Points of tenants: every search, reading, change and removal names whose points it is about.

What is shown to a person is only what that person may read: points whose `access` names one of the person's readers,
and points without it, which are for everybody of the client. It is a condition of the search itself.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from oberaconnect.problems import Unavailable
from rag_engine.vectors.edge import EdgeClient, StoreBusy, StoreFailed
from rag_engine.vectors.filters import Condition

_log = logging.getLogger(__name__)

DENSE, KEYWORDS = "dense", "bm25"
ACCESS = "access"
#: In the place of an empty list of readers, which the store would take for none: no person is called so.
_NOBODY = "nobody"
#: Points a write. The embedded engine holds the interpreter meanwhile; 64 points take about 15 ms.
BATCH = 64
#: Between two writes, so that searches get their turn.
_BREATH_SECONDS = 0.005

_INDEXES: dict[str, models.PayloadSchemaType | models.KeywordIndexParams] = {
    "tenant": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    "document_id": models.PayloadSchemaType.KEYWORD,
    "version": models.PayloadSchemaType.INTEGER,
    "source": models.PayloadSchemaType.KEYWORD,
    "type": models.PayloadSchemaType.KEYWORD,
    "updated_at": models.PayloadSchemaType.DATETIME,
    ACCESS: models.PayloadSchemaType.KEYWORD,
}


@dataclass(frozen=True)
class Point:
    """A chunk as it is stored: a vector of the collection's dimension, weights of terms, and what is shown."""

    id: str
    vector: NDArray[np.float32]
    terms: Mapping[int, float]
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Hit:
    """A point that one leg of a search found, and the version of the document it belongs to."""

    id: str
    score: float
    document_id: str
    version: int


@dataclass(frozen=True)
class Found:
    """A point that was read."""

    payload: Mapping[str, Any]
    vector: NDArray[np.float32]


class Vectors:
    """The vector store, embedded or a server. Safe under threads as far as the client is.

    Every method raises `Unavailable` when the store does not answer.
    """

    def __init__(self, client: QdrantClient | EdgeClient) -> None:
        """`client` is only used here."""
        self._client = client
        self._writing = threading.Lock()
        self._indexed: set[str] = set()

    def create(self, name: str, dimension: int) -> None:
        """Make an empty collection, in place of any other of that name."""
        with self._answering():
            self._client.delete_collection(name)
            self._client.create_collection(
                name,
                vectors_config={DENSE: models.VectorParams(size=dimension, distance=models.Distance.COSINE)},
                sparse_vectors_config={KEYWORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            )
            for field, schema in _INDEXES.items():
                self._client.create_payload_index(name, field_name=field, field_schema=schema)
        self._indexed.add(name)

    def exists(self, name: str) -> bool:
        """Whether there is such a collection."""
        with self._answering():
            return self._client.collection_exists(name)

    def drop(self, name: str) -> None:
        """Remove a collection with the points of all tenants; no error when there is none."""
        with self._answering():
            self._client.delete_collection(name)

    def put(self, name: str, tenant: str, points: Sequence[Point]) -> None:
        """Write points of `tenant`, at most `BATCH` at a time; a point of the same id is replaced."""
        for start in range(0, len(points), BATCH):
            batch = [_struct(tenant, point) for point in points[start : start + BATCH]]
            with self._answering(), self._writing:
                self._client.upsert(name, points=batch)
                time.sleep(_BREATH_SECONDS)

    def search(
        self,
        name: str,
        tenant: str,
        readers: Collection[str] | None,
        where: Sequence[Condition],
        *,
        vector: NDArray[np.float32] | None,
        terms: Mapping[int, float] | None,
        limit: int,
    ) -> tuple[list[Hit], list[Hit]]:
        """The points of `tenant` nearest to `vector`, and those with the heaviest `terms`; best first, `limit` a leg.

        Only such as one of the `readers` may read; None: whoever asks is no person, and reads all. A leg without its
        vector or terms stays empty.
        """
        legs: list[tuple[str, Any]] = []
        if vector is not None:
            legs.append((DENSE, vector.tolist()))
        if terms:
            legs.append((KEYWORDS, _sparse(terms)))
        requests = [
            models.QueryRequest(
                query=models.NearestQuery(nearest=nearest),
                using=using,
                filter=models.Filter(must=[*_shown_to(tenant, readers), *where]),
                limit=limit,
                with_payload=["document_id", "version"],
            )
            for using, nearest in legs
        ]
        if not requests:
            return [], []
        with self._answering():
            if readers is not None:
                self._index_access(name)
            answers = self._client.query_batch_points(name, requests=requests)
        found = {leg[0]: [_hit(item) for item in answer.points] for leg, answer in zip(legs, answers, strict=True)}
        return found.get(DENSE, []), found.get(KEYWORDS, [])

    def read(self, name: str, tenant: str, readers: Collection[str] | None, ids: Sequence[str]) -> dict[str, Found]:
        """Those of the points that are there, belong to `tenant` and may be read by one of the `readers`."""
        if not ids:
            return {}
        named = models.Filter(must=[*_shown_to(tenant, readers), models.HasIdCondition(has_id=list(ids))])
        with self._answering():
            records, _ = self._client.scroll(
                name, scroll_filter=named, limit=len(ids), with_payload=True, with_vectors=[DENSE]
            )
        return {str(item.id): Found(item.payload or {}, _dense(item)) for item in records}

    def describe(self, name: str, tenant: str, document_id: str, version: int, fields: Mapping[str, Any]) -> None:
        """Set fields of the payload of all points of a version; None removes a field, and so opens `access`."""
        named = models.Filter(
            must=[
                _belongs_to(tenant),
                models.FieldCondition(key="document_id", match=models.MatchValue(value=document_id)),
                models.FieldCondition(key="version", match=models.MatchValue(value=version)),
            ]
        )
        kept = _closed({key: value for key, value in fields.items() if value is not None})
        with self._answering(), self._writing:
            # In one step, and before anything is removed: whoever may read it anew sees all that is new about it.
            if kept:
                self._client.set_payload(name, payload=kept, points=named)
            if removed := sorted(fields.keys() - kept.keys()):
                self._client.delete_payload(name, keys=removed, points=named)

    def remove(self, name: str, tenant: str, document_id: str, first: int, before: int | None) -> None:
        """Remove the versions of a document from `first` up to, not including, `before` (None: all that follow)."""
        versions = models.Range(gte=first, lt=before)
        named = [
            _belongs_to(tenant),
            models.FieldCondition(key="document_id", match=models.MatchValue(value=document_id)),
            models.FieldCondition(key="version", range=versions),
        ]
        with self._answering(), self._writing:
            self._client.delete(name, points_selector=models.Filter(must=named))

    def remove_tenant(self, name: str, tenant: str) -> None:
        """Remove all points of a tenant."""
        with self._answering(), self._writing:
            self._client.delete(name, points_selector=models.Filter(must=[_belongs_to(tenant)]))

    def count(self, name: str, tenant: str) -> int:
        """Points of a tenant."""
        with self._answering():
            return self._client.count(name, count_filter=models.Filter(must=[_belongs_to(tenant)])).count

    def total(self, name: str) -> int:
        """Points of all tenants together: for the platform's own bookkeeping."""
        with self._answering():
            return self._client.count(name).count

    def flush(self, name: str) -> None:
        """Make what was written outlast a power cut. A server does that by itself."""
        if isinstance(self._client, EdgeClient):
            with self._answering(), self._writing:
                self._client.flush(name)

    def size_bytes(self, name: str) -> int | None:
        """Bytes on the disk, of all tenants together; None where only the server knows."""
        with self._answering():
            return self._client.size_bytes(name) if isinstance(self._client, EdgeClient) else None

    def check(self) -> str | None:
        """Prove that the store answers. Returns what is going on in it, if anything."""
        with self._answering():
            if isinstance(self._client, EdgeClient):
                return self._client.check()
            self._client.get_collections()
            return None

    def close(self) -> None:
        """Let go of the store."""
        self._client.close()

    def _index_access(self, name: str) -> None:
        """Collections of earlier releases get the index when a person first searches them; it takes 6 µs a point."""
        if name in self._indexed:
            return
        with self._writing:
            self._client.create_payload_index(name, field_name=ACCESS, field_schema=_INDEXES[ACCESS])
        self._indexed.add(name)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except StoreBusy as error:
            raise Unavailable(str(error), retry_after_seconds=30) from error
        except StoreFailed as error:
            raise Unavailable(str(error)) from error
        except (ApiException, OSError) as error:
            _log.warning("vector store unavailable", extra={"error": str(error)[:2000]})
            raise Unavailable("The vector store does not answer right now.") from error


def _belongs_to(tenant: str) -> models.FieldCondition:
    return models.FieldCondition(key="tenant", match=models.MatchValue(value=tenant))


def _shown_to(tenant: str, readers: Collection[str] | None) -> list[models.Condition]:
    if readers is None:
        return [_belongs_to(tenant)]
    is_for_all = models.IsEmptyCondition(is_empty=models.PayloadField(key=ACCESS))
    names_one = models.FieldCondition(key=ACCESS, match=models.MatchAny(any=sorted(readers)))
    return [_belongs_to(tenant), models.Filter(should=[is_for_all, names_one])]


def _closed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are stored: nobody must not be taken for everybody, and everybody is told by saying nothing."""
    stored = dict(fields)
    access = stored.pop(ACCESS, None)
    return stored if access is None else stored | {ACCESS: access or [_NOBODY]}


def _sparse(terms: Mapping[int, float]) -> models.SparseVector:
    return models.SparseVector(indices=list(terms.keys()), values=list(terms.values()))


def _struct(tenant: str, point: Point) -> models.PointStruct:
    # Lists, because the models are JSON; the tenant last, so that no payload can name another one.
    vectors: dict[str, Any] = {DENSE: point.vector.tolist(), KEYWORDS: _sparse(point.terms)}
    return models.PointStruct(id=point.id, vector=vectors, payload={**_closed(point.payload), "tenant": tenant})


def _hit(point: models.ScoredPoint) -> Hit:
    payload = point.payload or {}
    return Hit(str(point.id), point.score, str(payload["document_id"]), int(payload["version"]))


def _dense(record: models.Record) -> NDArray[np.float32]:
    named: Any = record.vector
    return np.asarray(named[DENSE], np.float32)
