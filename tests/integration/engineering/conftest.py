"""The service, once a module on a database of its own, and empty for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import devices as service
from tests.devices import Devices
from tests.postgres import Postgres

from oberaconnect.settings import Settings


@pytest.fixture(scope="module")
def _service(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devices]:
    folder: Path = tmp_path_factory.mktemp("devices")
    address = postgres.new_database()
    settings = Settings.model_validate({"secret_key": secret_key, "database_url": address, "data_dir": folder})
    with service.running(settings) as running:
        yield running
    postgres.drop(address)


@pytest.fixture
def devices(_service: Devices) -> Devices:
    """The service in open mode, with nothing kept."""
    _service.forget()
    return _service
