"""The parts of the service, wired once a process."""

from dataclasses import dataclass

from oberaconnect import llm
from oberaconnect.db import Database
from oberaconnect.settings import Settings
from rag_engine import embed, vectors
from rag_engine.answer import Answerer
from rag_engine.collections import Collections
from rag_engine.index import Index
from rag_engine.retrieve import Retriever


@dataclass(frozen=True)
class Parts:
    """What handlers work with. `model` is None when no language model is configured."""

    settings: Settings
    database: Database
    vectors: vectors.Vectors
    embedder: embed.LazyEmbedder
    retriever: Retriever
    index: Index
    collections: Collections
    model: llm.Model | None
    answerer: Answerer

    def close(self) -> None:
        """Let go of everything that was opened."""
        self.embedder.close()
        if self.model is not None:
            self.model.close()
        self.vectors.close()
        self.database.close()


def build(settings: Settings) -> Parts:
    """Wire the parts. Nothing is opened or loaded before it is used.

    Only the web process may search or index: it alone may open the embedded vector store.
    """
    database = Database(settings, "rag_engine")
    store = vectors.from_settings(settings)
    embedder = embed.LazyEmbedder(settings)
    collections = Collections(database, store, embedder)
    retriever = Retriever(collections, store, embedder)
    model = llm.from_settings(settings)
    return Parts(
        settings=settings,
        database=database,
        vectors=store,
        embedder=embedder,
        retriever=retriever,
        index=Index(collections, store, embedder, max_writers=settings.threads // 2),
        collections=collections,
        model=model,
        answerer=Answerer(settings, retriever=retriever, embedder=embedder, model=model),
    )
