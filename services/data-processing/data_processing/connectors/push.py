"""A source that is not listed but told: documents are pushed into it, for example by a workflow of n8n."""

from typing import IO

from data_processing.connectors.contract import Connector, Cursor, Fetched, Page, Unfetchable, Wanted
from oberaconnect.endpoint import Model


class PushConfig(Model):
    """A pushed source has nothing to configure."""


class PushConnector(Connector[PushConfig]):
    """Lists nothing: what was pushed is known already, and a run without a push tries again what failed."""

    kind = "push"
    Config = PushConfig

    def changes(self, cursor: Cursor | None) -> Page:
        """Nothing changes but by a push."""
        return Page(items=[], cursor={}, more=False)

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """The bytes came with the push; when they are gone, only another push brings them back."""
        raise Unfetchable("The bytes of this document are not kept any more. Push it again.")

    def check(self) -> list[str]:
        """There is nothing to connect to."""
        return ["Documents are pushed to POST /api/data/sources/{id}/documents."]
