"""engineering-api as seen from here: it tells what is a configuration, and keeps it for the client of a job."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oberaconnect.auth import Principal, internal_token
from oberaconnect.http import Client
from oberaconnect.settings import Settings

#: The largest configuration takes some ten seconds to be understood; a busy machine may need much longer.
_SECONDS = 180.0


@dataclass(frozen=True)
class Section:
    """Lines that belong together, counted from 1, and the lines above them, outermost first."""

    path: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Recognised:
    """What a text is. `text` has no secrets in it, whether or not it is a configuration."""

    is_config: bool
    hostname: str
    secrets: int
    text: str
    sections: tuple[Section, ...]


class Engineering:
    """The service, for one tenant at a time."""

    def __init__(self, settings: Settings) -> None:
        """Uses ENGINEERING_URL."""
        self._settings = settings
        self._client = Client(settings.engineering_url, timeout_seconds=_SECONDS, name="engineering-api")

    def recognise(self, principal: Principal, text: str) -> Recognised:
        """Tell what a text is, and take out its secrets. Nothing is kept.

        Raises:
            Unavailable, Timeout, TooMany: when the service does not answer.
            Problem: what it refuses, for example more lines than a configuration can have (422).
        """
        answer = self._post(principal, "/recognise", {"text": text})
        return Recognised(
            is_config=answer["is_config"],
            hostname=answer["hostname"],
            secrets=answer["redactions"]["count"],
            text=answer["text"],
            sections=tuple(
                Section(tuple(section["path"]), section["line_start"], section["line_end"])
                for section in answer["sections"]
            ),
        )

    def keep(self, principal: Principal, name: str, text: str, *, site: str, document_id: UUID) -> UUID:
        """Keep a configuration, as the latest of its device unless that is the same; its id. Errors as above."""
        body = {"files": [{"name": name, "text": text}], "site": site, "document_id": str(document_id)}
        return UUID(self._post(principal, "/configs", body)["config_ids"][0])

    def ping(self) -> None:
        """Prove that the service can be reached. Raises `Unavailable` or `Timeout`."""
        self._client.get_json("/livez", timeout_seconds=0.8)

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _post(self, principal: Principal, path: str, body: dict[str, Any]) -> Any:
        # A right of this service, not of the caller: whoever may ingest need not be allowed to ask for configurations.
        token = internal_token(self._settings, principal, "engineering-api", ["engineering:read", "engineering:write"])
        headers = {"Authorization": f"Bearer {token}"}
        return self._client.post_json(f"/api/engineering{path}", body, headers=headers)
