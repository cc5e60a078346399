"""The parts of the service, wired once a process."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from oberaconnect import llm
from oberaconnect.db import Database
from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What handlers work with. `model` is None when no language model is configured."""

    settings: Settings
    database: Database
    model: llm.Model | None

    def close(self) -> None:
        """Let go of everything that was opened."""
        if self.model is not None:
            self.model.close()
        self.database.close()

    def secrets(self, tenant: str, flow_id: str) -> Callable[[str], str]:
        """The passwords of a flow: each follows from SECRET_KEY and its name, so none of them is stored.

        32 hexadecimal digits, 128 bits.
        """
        key = self.settings.secret_key.get_secret_value().encode()

        def secret(name: str) -> str:
            said = "\n".join(("call-flow", tenant, flow_id, name))
            return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:32]

        return secret


def build(settings: Settings) -> Parts:
    """Wire the parts. Nothing is opened before it is used."""
    return Parts(settings=settings, database=Database(settings, "call_flow"), model=llm.from_settings(settings))
