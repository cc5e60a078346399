"""The rag-engine as seen from here: chunks in, versions out, over HTTP with the rights of the job's principal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from oberaconnect.auth import Principal, internal_token
from oberaconnect.http import Client
from oberaconnect.problems import Conflict
from oberaconnect.settings import Settings

#: Embedding 64 chunks takes about two seconds on one core; a busy machine may need much longer.
_PUT_SECONDS = 300.0
_PORTION_CHUNKS = 64
_PORTION_DOCUMENTS = 100


@dataclass(frozen=True)
class Versions:
    """A range of versions of a document: from `first` up to, not including, `before`; without it all of them."""

    document_id: UUID
    first: int = 0
    before: int | None = None

    @classmethod
    def only(cls, document_id: UUID, version: int) -> Self:
        """One version."""
        return cls(document_id, version, version + 1)


class Index:
    """Writes to the search index of one tenant at a time."""

    def __init__(self, settings: Settings) -> None:
        """Uses RAG_URL."""
        self._settings = settings
        self._client = Client(settings.rag_url, timeout_seconds=30.0, name="The search index (rag-engine)")

    def put(
        self,
        principal: Principal,
        collection: str,
        documents: Sequence[Mapping[str, Any]],
        *,
        generation: int | None = None,
    ) -> None:
        """Embed and store chunks of document versions. Doing it twice is doing it once.

        `generation`: only into that one, which is being built.

        Raises:
            Unavailable, Timeout: when the index does not answer; what was written is overwritten by the next attempt.
            Problem: what the index refuses, for example another embedding model (409).
        """
        body: dict[str, Any] = {"collection": collection, "documents": list(documents)}
        if generation is not None:
            body["generation"] = generation
        self._client.post_json("/api/rag/index", body, timeout_seconds=_PUT_SECONDS, headers=self._headers(principal))

    def prune(self, principal: Principal, collection: str, versions: Sequence[Versions]) -> None:
        """Remove versions for good, also when a `put` of them is still on its way. Errors as for `put`."""
        documents = [{"id": str(item.document_id), "first": item.first, "before": item.before} for item in versions]
        for start in range(0, len(documents), _PORTION_DOCUMENTS):
            body = {"collection": collection, "documents": documents[start : start + _PORTION_DOCUMENTS]}
            self._client.post_json("/api/rag/index/prune", body, headers=self._headers(principal))

    def describe(self, principal: Principal, collection: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Change url, metadata and access of versions, without embedding them anew. Errors as for `put`."""
        for start in range(0, len(documents), _PORTION_DOCUMENTS):
            body = {"collection": collection, "documents": list(documents[start : start + _PORTION_DOCUMENTS])}
            self._client.post_json("/api/rag/index/describe", body, headers=self._headers(principal))

    def held_since(self, principal: Principal, collection: str) -> datetime | None:
        """Since when the tenant holds the collection: what was indexed before is gone. None: it holds nothing there.

        Errors as for `put`.
        """
        path = f"/api/rag/collections/{collection}/holding"
        since = self._client.get_json(path, headers=self._headers(principal))["since"]
        return None if since is None else datetime.fromisoformat(since)

    def create(self, principal: Principal, collection: str) -> None:
        """Make sure that the tenant holds the collection, be it empty: it may have been deleted. Errors: see `put`."""
        with suppress(Conflict):  # it does
            self._client.post_json("/api/rag/collections", {"name": collection}, headers=self._headers(principal))

    def begin_generation(self, principal: Principal, collection: str, key: UUID) -> int:
        """Open a generation beside the one that is searched, with the embedder of now; returns its number.

        The same key again gives the same one. The principal is of any tenant that has documents in the collection, here
        and below. Errors as for `put`.
        """
        path, body = f"/api/rag/collections/{collection}/generations", {"key": str(key)}
        return int(self._client.post_json(path, body, headers=self._headers(principal))["generation"])

    def activate(self, principal: Principal, collection: str, generation: int, points: int) -> None:
        """Search this generation from now on. Raises `Conflict` when it does not hold exactly `points`."""
        path = f"/api/rag/collections/{collection}/generations/{generation}/activate"
        self._client.post_json(path, {"points": points}, headers=self._headers(principal))

    def discard_generation(self, principal: Principal, collection: str, generation: int) -> None:
        """Drop a generation that is not searched. Raises `NotFound` when there is none, `Conflict` when it is."""
        path = f"/api/rag/collections/{collection}/generations/{generation}"
        self._client.delete(path, headers=self._headers(principal))

    def ping(self) -> None:
        """Prove that the index can be reached. Raises `Unavailable` or `Timeout`."""
        self._client.get_json("/livez", timeout_seconds=0.8)

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _headers(self, principal: Principal) -> dict[str, str]:
        token = internal_token(self._settings, principal, "rag-engine", ["index:write", "rag:write"])
        return {"Authorization": f"Bearer {token}"}


def acting_for(subject: str, tenant: str) -> Principal:
    """Who acts for a tenant when no request of that tenant does: the sweeper, the clock, work for all tenants."""
    return Principal(subject, tenant, frozenset({tenant}), frozenset())


def portions(documents: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The documents in requests of at most 64 chunks: a long document takes several, and none runs into a time-out."""
    portion: list[Mapping[str, Any]] = []
    room = _PORTION_CHUNKS
    for document in documents:
        chunks = document["chunks"]
        first = 0
        while first < len(chunks):
            taken = chunks[first : first + room]
            portion.append({**document, "chunks": taken})
            first += len(taken)
            room -= len(taken)
            if room == 0:
                yield portion
                portion, room = [], _PORTION_CHUNKS
    if portion:
        yield portion
