"""Embedders: text in, vectors out, with a fingerprint that says which vectors may be compared."""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from oberaconnect.http import Client
from oberaconnect.problems import Problem, Timeout, Unavailable
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
_REMOTE_BATCH = 16
_REMOTE_SECONDS = 60.0
#: More threads than this gain little and hold memory.
_MAX_THREADS = 8
#: How long a health check waits for the model before it says that it is being loaded.
_CHECK_SECONDS = 0.7

_log = logging.getLogger(__name__)


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

    def ping(self) -> None:
        """Prove that it can embed, cheaply. Raises `Unavailable` or `Timeout`."""

    def close(self) -> None:
        """Let go of threads and connections."""


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
        self._documents = threading.Lock()

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
        made = []
        for start in range(0, len(prefixed), _REMOTE_BATCH):
            with self._documents:  # one batch at a time, so that a question waits for one at most
                made.append(self._embed(prefixed[start : start + _REMOTE_BATCH]))
        return np.concatenate(made)

    def query(self, text: str) -> Vectors:
        """See `Embedder`."""
        vector: Vectors = self._embed([self._query_prefix + text])[0]
        return vector

    def ping(self) -> None:
        """Prove that the server can be reached. Raises `Unavailable` or `Timeout`."""
        path = "/api/version" if self._provider == "ollama" else "/v1/models"
        try:
            self._client.request("GET", path, timeout_seconds=_CHECK_SECONDS)
        except (Unavailable, Timeout):
            raise
        except Problem:
            _log.debug("the embedding server refuses %s, but it answers", path)

    def close(self) -> None:
        """See `Embedder`."""
        self._client.close()

    def _embed(self, texts: list[str]) -> Vectors:
        body: dict[str, Any] = {"model": self._model, "input": texts}
        answer = self._client.post_json("/api/embed" if self._provider == "ollama" else "/v1/embeddings", body)
        try:
            if self._provider == "ollama":
                found = answer["embeddings"]
            else:
                found = [item["embedding"] for item in sorted(answer["data"], key=lambda item: item["index"])]
            vectors = np.asarray(found, np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise Unavailable("The embedding model sent an answer that cannot be read.") from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise Unavailable("The embedding model sent vectors that cannot be used.")
        if self._dimension not in {None, vectors.shape[1]}:
            raise Unavailable("The embedding model sends vectors of another length than when this service started.")
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

    def ping(self) -> None:
        """See `Embedder`."""
        self._embedder.ping()

    def close(self) -> None:
        """See `Embedder`."""
        self._embedder.close()

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


class LazyEmbedder:
    """The embedder that the settings name, loaded (and on a new machine: made) by its first use."""

    def __init__(self, settings: Settings) -> None:
        """Loads nothing."""
        self._settings = settings
        self._lock = threading.Lock()
        self._made: Embedder | None = None
        self._loading: threading.Thread | None = None
        self._reason = ""

    @property
    def fingerprint(self) -> str:
        """See `Embedder`. Raises `Unavailable`."""
        return self._ready().fingerprint

    @property
    def dimension(self) -> int:
        """See `Embedder`. Raises `Unavailable`."""
        return self._ready().dimension

    def documents(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return self._ready().documents(texts)

    def query(self, text: str) -> Vectors:
        """See `Embedder`."""
        return self._ready().query(text)

    def ping(self) -> None:
        """See `Embedder`; begins to load the model, and says so by `Unavailable` until it is there."""
        if self._made is None:
            if self._loading is None or not self._loading.is_alive():
                self._loading = threading.Thread(target=self._load, name="load embedder", daemon=True)
                self._loading.start()
            self._loading.join(_CHECK_SECONDS)
        if self._made is None:
            raise Unavailable(self._reason or "The embedding model is being loaded. This takes a few seconds.")
        self._made.ping()

    def close(self) -> None:
        """See `Embedder`."""
        with self._lock:
            if self._made is not None:
                self._made.close()

    def load_before_fork(self) -> None:
        """Load the built-in model now and without a thread: processes forked from this one share its memory.

        One that cannot be loaded is left to the first use, which says why.
        """
        if self._settings.embed_provider == "builtin" and minilm.ensure_file_elsewhere(_models(self._settings)):
            self._load()

    def _load(self) -> None:
        try:
            self._ready()
        except Unavailable as problem:
            _log.warning("no embedder", extra={"reason": problem.detail})

    def _ready(self) -> Embedder:
        with self._lock:
            if self._made is None:
                try:
                    self._made = from_settings(self._settings)
                except minilm.ModelUnavailable as error:
                    self._reason = str(error)
                    raise Unavailable(self._reason) from error
                except Exception as error:
                    self._reason = f"The embedding model cannot be loaded: {error}"[:300]
                    raise Unavailable(self._reason) from error
            return self._made


def from_settings(settings: Settings) -> Embedder:
    """The embedder that EMBED_PROVIDER names.

    Raises:
        ModelUnavailable: when the built-in model is not installed, or a remote one is not named.
    """
    if settings.embed_provider == "builtin":
        file = minilm.ensure_file(_models(settings))
        threads = min(_MAX_THREADS, os.cpu_count() or 1)
        return QueryCache(minilm.MiniLM(file, minilm.model_folder(), threads=threads))
    if not settings.embed_model:
        raise minilm.ModelUnavailable(f"EMBED_PROVIDER={settings.embed_provider} needs EMBED_MODEL.")
    base = settings.embed_base_url or (settings.ollama_url if settings.embed_provider == "ollama" else "")
    if not base:
        raise minilm.ModelUnavailable(f"EMBED_PROVIDER={settings.embed_provider} needs EMBED_BASE_URL.")
    key = settings.embed_api_key.get_secret_value()
    return QueryCache(RemoteEmbedder(settings.embed_provider, settings.embed_model, base, key))


def _models(settings: Settings) -> Path:
    return settings.data_dir / "models"
