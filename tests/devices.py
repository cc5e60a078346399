"""engineering-api as its callers meet it: the real application and database."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.face import Face

from engineering_api import app, parts
from oberaconnect.db import migrate
from oberaconnect.settings import Settings


class Devices(Face):
    """The running service."""

    service = "engineering-api"
    segment = "engineering"

    def __init__(self, settings: Settings) -> None:
        """`settings` name a migrated database."""
        self.parts = parts.build(settings)
        super().__init__(settings, app.assemble(self.parts))

    def keep(self, *files: tuple[str, str], site: str = "", who: str = "") -> list[str]:
        """Keep configurations, each a name and a text; their ids."""
        body = {"files": [{"name": name, "text": text} for name, text in files], "site": site}
        ids: list[str] = self.post("/configs", body, who=who, status=201)["config_ids"]
        return ids


@contextmanager
def running(settings: Settings) -> Iterator[Devices]:
    """The service on a database of its own."""
    migrate(settings, "engineering_api")
    service = Devices(settings)
    try:
        yield service
    finally:
        service.parts.close()
