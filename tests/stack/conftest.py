"""The run with Docker, once a session: nine services of a project of its own on a real engine."""

from collections.abc import Iterator

import pytest
from tests import compose


@pytest.fixture(scope="session")
def stack() -> Iterator[compose.Stack]:
    """The core in open mode. A test that breaks something leaves it healthy."""
    with compose.running() as stack:
        yield stack
