"""The sample service, ready to be asked: its tables made, its application built."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from oberaconnect import db
from oberaconnect.auth import create_key
from oberaconnect.settings import Settings

FOLDER = Path(__file__).parent / "packages"
if str(FOLDER) not in sys.path:
    sys.path.insert(0, str(FOLDER))


@dataclass(frozen=True)
class Sample:
    """The running service. `client` sends requests as a local caller would."""

    app: Flask
    database: db.Database
    settings: Settings

    @property
    def client(self) -> FlaskClient:
        """A caller on this machine."""
        return self.app.test_client()

    def key(
        self,
        *scopes: str,
        tenant: str = "acme",
        clients: list[str] | None = None,
        every_client: bool = False,
        expires_in: timedelta | None = None,
    ) -> str:
        """A new API key's text."""
        with db.as_owner(self.settings) as connection:
            return create_key(
                connection, self.settings, name="test", tenant=tenant, scopes=scopes or ["*"],
                clients=None if every_client else clients or [], expires_in=expires_in,
            ).text  # fmt: skip


def bearer(key: str) -> dict[str, str]:
    """The header that carries a credential."""
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def started(settings: Settings) -> Iterator[Sample]:
    """The service on a database of its own."""
    from sample_service.app import build

    db.migrate(settings, "sample_service")
    app, database = build(settings)
    try:
        yield Sample(app, database, settings)
    finally:
        database.close()
