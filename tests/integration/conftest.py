"""Parts that several of these tests stand on: a gateway a module, a rag-engine with a fake embedding model a test."""

from collections.abc import Iterator

import pytest
from tests import rag as service
from tests.fakes.embeddings import Embeddings
from tests.gateway import Gateway, running
from tests.rag import Rag

from oberaconnect.settings import Settings


@pytest.fixture(scope="module")
def shared() -> Iterator[Gateway]:
    """The gateway of a module, as it is shipped."""
    with running() as gateway:
        yield gateway


@pytest.fixture
def gateway(shared: Gateway) -> Gateway:
    """The module's gateway, with nothing left of the test before."""
    shared.forget()
    return shared


@pytest.fixture
def model() -> Iterator[Embeddings]:
    """An embedding model behind real HTTP."""
    with Embeddings() as running:
        yield running


@pytest.fixture
def rag(settings: Settings, model: Embeddings) -> Iterator[Rag]:
    """A rag-engine that embeds with that model."""
    with service.embedding(settings, model) as running:
        yield running
