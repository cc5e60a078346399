"""The rag-engine as seen from here: chunks in, versions out, over HTTP with the rights of the job's principal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oberaconnect.auth import Principal, internal_token
from oberaconnect.http import Client
from oberaconnect.settings import Settings

#: Embedding 64 chunks takes about two seconds on one core; a busy machine may need much longer.
_PUT_SECONDS = 300.0


@dataclass(frozen=True)
class Versions:
    """A range of versions of a document: from `first` up to, not including, `before`; without it all of them."""

    document_id: UUID
    first: int = 0
    before: int | None = None


class Index:
    """Writes to the search index of one tenant at a time."""

    def __init__(self, settings: Settings) -> None:
        """Uses RAG_URL."""
        self._settings = settings
        self._client = Client(settings.rag_url, timeout_seconds=30.0, name="The search index (rag-engine)")

    def put(self, principal: Principal, collection: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Embed and store the chunks of some document versions. Doing it twice is doing it once.

        Raises:
            Unavailable, Timeout: when the index does not answer; what was written is overwritten by the next attempt.
            Problem: what the index refuses, for example another embedding model (409).
        """
        body = {"collection": collection, "documents": list(documents)}
        self._client.post_json("/api/rag/index", body, timeout_seconds=_PUT_SECONDS, headers=self._headers(principal))

    def prune(self, principal: Principal, collection: str, versions: Sequence[Versions]) -> None:
        """Remove versions from the index. Errors as for `put`."""
        documents = [{"id": str(item.document_id), "first": item.first, "before": item.before} for item in versions]
        body = {"collection": collection, "documents": documents}
        self._client.post_json("/api/rag/index/prune", body, headers=self._headers(principal))

    def ping(self) -> None:
        """Prove that the index can be reached. Raises `Unavailable` or `Timeout`."""
        self._client.get_json("/livez", timeout_seconds=0.8)

    def _headers(self, principal: Principal) -> dict[str, str]:
        token = internal_token(self._settings, principal, "rag-engine", ["index:write"])
        return {"Authorization": f"Bearer {token}"}
