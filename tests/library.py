"""data-processing and rag-engine behind real HTTP, with a fake embedding model: where tools find documents."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests import rag as searching
from tests import served
from tests.data import Service
from tests.fakes.embeddings import Embeddings

from data_processing.extract.pool import ParsePool
from oberaconnect.db import migrate
from oberaconnect.settings import Settings
from rag_engine import app as search_app


@dataclass(frozen=True)
class Library:
    """The service that takes documents in, and settings that name both services."""

    data: Service
    settings: Settings


@contextmanager
def serving(settings: Settings, threads: ThreadPoolExecutor) -> Iterator[Library]:
    """Both services on a new database, until the block ends."""
    with ExitStack() as stack:
        rag = stack.enter_context(searching.embedding(settings, stack.enter_context(Embeddings())))
        rag_url = stack.enter_context(served.serving(search_app.assemble(rag.parts), threads))
        # No text here looks like a configuration, so engineering-api is only asked how it is.
        settings = rag.settings.model_copy(update={"rag_url": rag_url, "engineering_url": rag_url})
        migrate(settings, "data_processing")
        pool = ParsePool(workers=1, timeout_seconds=30, memory_mb=1536)
        stack.callback(pool.close)
        data = stack.enter_context(Service(settings, pool))
        data_url = stack.enter_context(served.serving(data.app, threads))
        yield Library(data, settings.model_copy(update={"data_url": data_url}))
