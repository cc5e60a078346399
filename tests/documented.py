"""A rag-engine over real HTTP with a fake embedding model, for services that ask documents."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests import rag, served
from tests.fakes.embeddings import Embeddings
from tests.rag import Rag

from oberaconnect.settings import Settings
from rag_engine import app


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Settings, Rag]]:
    """The settings of services that ask it, and the rag-engine itself."""
    with (
        Embeddings() as model,
        rag.embedding(settings, model) as engine,
        ThreadPoolExecutor(4) as threads,
        served.serving(app.assemble(engine.parts), threads) as url,
    ):
        yield Settings.model_validate(settings.model_dump() | {"rag_url": url}), engine
