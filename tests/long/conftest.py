"""Tests that take minutes, because they do what an operator does: `make test-long`, and CI."""

from collections.abc import Iterator

import pytest
from tests import embedded


@pytest.fixture(scope="session")
def platform() -> Iterator[embedded.Platform]:
    """The platform without Docker, in open mode. A test that breaks something leaves it healthy."""
    with embedded.running() as platform:
        yield platform
