"""The service, once a module on a database of its own, and empty for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import phones as service
from tests.phones import Phones
from tests.postgres import Postgres

from oberaconnect.settings import Settings


@pytest.fixture(scope="module")
def _service(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    folder: Path = tmp_path_factory.mktemp("phones")
    address = postgres.new_database()
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": folder, "asterisk_dir": folder / "asterisk"}
    )
    with service.running(settings) as running:
        yield running
    postgres.drop(address)


@pytest.fixture
def phones(_service: Phones) -> Phones:
    """The service in open mode, with nothing kept and without Asterisk."""
    _service.forget()
    return _service
