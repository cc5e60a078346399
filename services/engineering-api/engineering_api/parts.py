"""The parts of the service, wired once a process."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from oberaconnect import llm
from oberaconnect.db import Database
from oberaconnect.settings import Settings

_FINGERPRINT_DIGITS = 6


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

    def fingerprint(self, tenant: str) -> Callable[[str], str]:
        """What stands for the secrets of a client's devices: equal secrets look equal there, and nowhere else.

        Six hexadecimal digits of HMAC-SHA256 under SECRET_KEY: enough to see that a password changed or is used
        twice, and too few to tell which of many guesses it is.
        """
        key = self.settings.secret_key.get_secret_value().encode()

        def short(secret: str) -> str:
            said = "\n".join(("engineering", tenant, secret))
            return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:_FINGERPRINT_DIGITS]

        return short


def build(settings: Settings) -> Parts:
    """Wire the parts. Nothing is opened before it is used."""
    return Parts(settings=settings, database=Database(settings, "engineering_api"), model=llm.from_settings(settings))
