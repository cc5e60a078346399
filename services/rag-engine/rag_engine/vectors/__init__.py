"""The vector store: Qdrant, as a server (QDRANT_URL) or its own engine in this process. Only this package knows it."""

from qdrant_client import QdrantClient

from oberaconnect.settings import Settings
from rag_engine.vectors.edge import EdgeClient
from rag_engine.vectors.store import Found, Hit, Point, Vectors

__all__ = ["Found", "Hit", "Point", "Vectors", "from_settings", "server"]

_SERVER_SECONDS = 30


def from_settings(settings: Settings) -> Vectors:
    """The server that QDRANT_URL names, else the embedded store. Nothing is opened before it is used."""
    if not settings.qdrant_url:
        return Vectors(EdgeClient(settings.data_dir / "vectors"))
    return server(settings.qdrant_url, settings.qdrant_api_key.get_secret_value())


def server(url: str, key: str) -> Vectors:
    """The server at `url`; without a `key` if it asks for none."""
    # As a header: given as `api_key`, the client would warn of every address without TLS, also of our own network's.
    headers = {"api-key": key} if key else {}
    # The server's version is checked by its image tag, not by a request at every start.
    return Vectors(QdrantClient(url=url, headers=headers, timeout=_SERVER_SECONDS, check_compatibility=False))
