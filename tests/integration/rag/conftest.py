"""The built-in embedding model, made once a session: the evidence test was measured with it.

With QDRANT_TEST_URL (and QDRANT_TEST_API_KEY) the service keeps its vectors on that server instead of in itself.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests import rag as service
from tests.conftest import MakeSettings
from tests.rag import Rag

from oberaconnect.settings import Settings
from rag_engine import minilm

Serve = Callable[..., Rag]


@pytest.fixture
def make_settings(make_settings: MakeSettings) -> MakeSettings:
    """Settings as everywhere, with the store that was asked for."""
    url, key = os.environ.get("QDRANT_TEST_URL", ""), os.environ.get("QDRANT_TEST_API_KEY", "")
    return lambda **values: make_settings(**({"qdrant_url": url, "qdrant_api_key": key} | values))


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the model's file."""
    folder = tmp_path_factory.mktemp("models")
    minilm.ensure_file(folder)
    return folder


@pytest.fixture
def serve(settings: Settings, models: Path) -> Iterator[Serve]:
    """Starts the service with the built-in embedding model; `changes` replace settings by name."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "models").symlink_to(models)
    with ExitStack() as running:

        def start(changed: Settings | None = None, **changes: Any) -> Rag:
            wanted = (changed or settings).model_copy(update=changes)
            return running.enter_context(service.running(wanted))

        yield start
