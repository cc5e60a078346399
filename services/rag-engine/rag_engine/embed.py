"""Embedders: text in, vectors out, with a fingerprint that says which vectors may be compared."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from oberaconnect.http import Client
from oberaconnect.problems import Unavailable
from oberaconnect.settings import Settings
from rag_engine import minilm

Vectors = NDArray[np.float32]

#: What some models want in front of questions and of documents, by the beginning of their name (their model cards).
_PREFIXES: dict[str, tuple[str, str]] = {
    "nomic-embed-text": ("search_query: ", "search_document: "),
    "embeddinggemma": ("task: search result | query: ", "title: none | text: "),
    "mxbai-embed-large": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake-arctic-embed2": ("query: ", ""),
    "qwen3-embedding": (
        "Instruct: Given a question, retrieve passages that answer it\nQuery: ",
        "",
    ),
}
_REMOTE_BATCH = 32
_REMOTE_SECONDS = 60.0


class Embedder(Protocol):
    """Turns texts into unit vectors. Vectors of different fingerprints must never meet."""

    @property
    def fingerprint(self) -> str:
        """Provider, model, dimension and whatever else changes the vectors."""

    @property
    def dimension(self) -> int:
        """Numbers a vector."""

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape (len(texts), dimension). Raises `Unavailable` or `Timeout`."""

    def query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimension,). Raises `Unavailable` or `Timeout`."""


class RemoteEmbedder:
    """A model behind Ollama (`/api/embed`) or any OpenAI-compatible server (`/v1/embeddings`)."""

    def __init__(self, provider: str, model: str, base_url: str, api_key: str) -> None:
        """Nothing is asked before the first use; the dimension is what the first vector has."""
        self._provider = provider
        self._model = model
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = Client(base_url, timeout_seconds=_REMOTE_SECONDS, headers=headers, name="The embedding model")
        match = next((prefix for name, prefix in _PREFIXES.items() if model.startswith(name)), ("", ""))
        self._query_prefix, self._document_prefix = match
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """Asked once of the model itself."""
        if self._dimension is None:
            self._dimension = self._embed(["dimension"]).shape[1]
        return self._dimension

    @property
    def fingerprint(self) -> str:
        """Provider, model, dimension and prefixes."""
        return f"{self._provider}|{self._model}|{self.dimension}|{self._query_prefix}|{self._document_prefix}"

    def documents(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        prefixed = [self._document_prefix + text for text in texts]
        batches = [prefixed[start : start + _REMOTE_BATCH] for start in range(0, len(prefixed), _REMOTE_BATCH)]
        return np.concatenate([self._embed(batch) for batch in batches])

    def query(self, text: str) -> Vectors:
        """See `Embedder`."""
        vector: Vectors = self._embed([self._query_prefix + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        body: dict[str, Any] = {"model": self._model, "input": texts}
        if self._provider == "ollama":
            found = self._client.post_json("/api/embed", body).get("embeddings")
        else:
            data = self._client.post_json("/v1/embeddings", body).get("data", [])
            found = [item["embedding"] for item in sorted(data, key=lambda item: item["index"])]
        vectors = np.asarray(found, np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise Unavailable("The embedding model sent vectors that cannot be used.")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


class QueryCache:
    """The same embedder, remembering the vectors of the last questions."""

    SIZE = 512

    def __init__(self, embedder: Embedder) -> None:
        """`embedder` does the work."""
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def fingerprint(self) -> str:
        """See `Embedder`."""
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        """See `Embedder`."""
        return self._embedder.dimension

    def documents(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return self._embedder.documents(texts)

    def query(self, text: str) -> Vectors:
        """See `Embedder`."""
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        vector = self._embedder.query(text)
        with self._lock:
            self._known[text] = vector
            while len(self._known) > self.SIZE:
                self._known.popitem(last=False)
        return vector


def from_settings(settings: Settings) -> Embedder:
    """The embedder that EMBED_PROVIDER names.

    Raises:
        ModelUnavailable: when the built-in model is not installed, or a remote one is not named.
    """
    if settings.embed_provider == "builtin":
        file = minilm.ensure_file(settings.data_dir / "models")
        return QueryCache(minilm.MiniLM(file, minilm.model_folder(), threads=2))
    if not settings.embed_model:
        raise minilm.ModelUnavailable(f"EMBED_PROVIDER={settings.embed_provider} needs EMBED_MODEL.")
    base = settings.embed_base_url or (settings.ollama_url if settings.embed_provider == "ollama" else "")
    if not base:
        raise minilm.ModelUnavailable(f"EMBED_PROVIDER={settings.embed_provider} needs EMBED_BASE_URL.")
    key = settings.embed_api_key.get_secret_value()
    return QueryCache(RemoteEmbedder(settings.embed_provider, settings.embed_model, base, key))
