"""The built-in embedding model, made once a session: the evidence test was measured with it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests import rag as service
from tests.rag import Rag

from oberaconnect.settings import Settings
from rag_engine import minilm

Serve = Callable[..., Rag]


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
