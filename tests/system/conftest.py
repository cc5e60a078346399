"""The whole platform, once a session: five services, PostgreSQL and nginx under the process manager."""

from collections.abc import Iterator

import pytest
from tests import embedded


@pytest.fixture(scope="session")
def platform() -> Iterator[embedded.Platform]:
    """The platform in open mode. A test that breaks something leaves it healthy."""
    with embedded.running() as platform:
        yield platform
