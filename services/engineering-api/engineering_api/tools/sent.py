"""Configurations that are sent along with a question."""

import hashlib
import hmac
import secrets
from collections.abc import Callable

from engineering_api.parsing import parse
from engineering_api.tools.configuration import ConfigArguments, Given
from oberaconnect.problems import Unprocessable


class Sent:
    """The configurations that are sent along, and no others. Nothing of them is kept."""

    def __init__(self, fingerprint: Callable[[str], str] | None = None) -> None:
        """`fingerprint` as for `parsing.parse`; without one, words for secrets are the same in one question only."""
        self._fingerprint = fingerprint or _passing()

    def given(self, asked: ConfigArguments) -> Given:
        """Read the text. Raises `Unprocessable` when there is none or it is no configuration."""
        if not asked.text:
            if asked.config_id is not None:
                raise Unprocessable("Kept configurations are not known here. Send the configuration as text.")
            raise Unprocessable("Which configuration? Send its text, or the config_id of one that is kept.")
        content = asked.text.encode(errors="replace")
        parsed = parse(content, fingerprint=self._fingerprint, platform=asked.platform)
        return Given(
            platform=parsed.platform.name,
            device=parsed.device,
            texts=parsed.texts,
            confidence=parsed.confidence,
            guesses=tuple((one.platform.name, one.confidence) for one in parsed.guesses),
            read=parsed.read,
            notes=(
                *parsed.warnings,
                *(["Secrets were removed before anything else was done."] if parsed.redactions else []),
            ),
        )


def _passing() -> Callable[[str], str]:
    key = secrets.token_bytes(32)
    return lambda secret: hmac.new(key, secret.encode(errors="replace"), hashlib.sha256).hexdigest()[:6]
