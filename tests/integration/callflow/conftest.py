"""The service on a database of its own, and Acme's system kept in it."""

from collections.abc import Iterator

import pytest
from tests import phones as service
from tests.phones import Phones

from oberaconnect.settings import Settings


@pytest.fixture
def phones(settings: Settings) -> Iterator[Phones]:
    """The service in open mode."""
    with service.running(settings) as running:
        yield running
