"""The whole platform, once a session: five services, PostgreSQL and nginx under the process manager."""

from collections.abc import Iterator

import pytest
from tests import embedded


@pytest.fixture(scope="session")
def platform() -> Iterator[embedded.Platform]:
    """The platform in open mode. A test that breaks something leaves it healthy."""
    with embedded.running() as platform:
        yield platform


@pytest.fixture(scope="session")
def guarded() -> Iterator[embedded.Platform]:
    """The platform that nobody may use without a key. It may read pages of this machine, by its name only.

    There is no language model, but one that runs may name and that never answers.
    """
    given = {"INGEST_ALLOWED_HOSTS": "localhost", "LLM_MODELS": "ollama/absent"}
    with embedded.running(AUTH="required", **given) as platform:
        yield platform
