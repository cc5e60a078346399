"""data-processing on a real database, with real parsers, and a search index that speaks real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.conftest import MakeSettings
from tests.data import Service
from tests.fakes.authority import Authority, running
from tests.fakes.index import SearchIndex

from data_processing import connectors
from data_processing.extract.pool import ParsePool
from oberaconnect.db import migrate
from oberaconnect.settings import Settings

MakeService = Callable[..., Service]


@pytest.fixture(scope="session")
def pool() -> Iterator[ParsePool]:
    """One pool of parsers for all tests: its processes take a while to start."""
    pool = ParsePool(workers=2, timeout_seconds=30, memory_mb=1536)
    yield pool
    pool.close()


@pytest.fixture
def index(settings: Settings) -> Iterator[SearchIndex]:
    with SearchIndex(settings) as index:
        yield index


@pytest.fixture
def make_service(make_settings: MakeSettings, index: SearchIndex, pool: ParsePool) -> Iterator[MakeService]:
    with ExitStack() as stack:

        def make(**values: object) -> Service:
            # Where no test says otherwise, the index also stands for an engineering-api that is only asked how it is.
            settings = make_settings(**({"rag_url": index.url, "engineering_url": index.url} | values))
            migrate(settings, "data_processing")
            settings.inbox_dir.mkdir(exist_ok=True)
            return stack.enter_context(Service(settings, pool))

        yield make


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service()


@pytest.fixture
def shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources of the kind `shelf` can be added."""
    monkeypatch.setitem(connectors.KINDS, "shelf", "tests.fakes.shelf:ShelfConnector")


@pytest.fixture
def authority() -> Iterator[Authority]:
    with running() as found:
        yield found


@pytest.fixture
def guarded(make_service: MakeService, authority: Authority) -> Service:
    """A service that asks for keys, and takes the tokens of the authority."""
    settings = authority.settings(make_service().settings)
    return make_service(
        **settings.model_dump(include={"auth", "azure_tenant_id", "azure_client_id", "azure_authority"})
    )
