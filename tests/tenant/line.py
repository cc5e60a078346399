"""Microsoft Graph over HTTP. Reference: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow;
/graph/throttling."""

from collections.abc import Callable, Iterator
from typing import Any

import jwt
from tests.tenant.access import Access

from oberaconnect.http import Client

_ATTEMPTS = 10
_THROTTLED = (429, 503)


class Refused(Exception):
    """Microsoft Graph did not do what it was asked for."""


class Line:
    """Microsoft Graph v1.0 by an application's own token."""

    def __init__(self, access: Access, pause: Callable[[float], None]) -> None:
        """Signs in at once."""
        self._access = access
        self._pause = pause
        self._client = Client(access.graph_url, timeout_seconds=60.0, name="Microsoft Graph")
        self._token = self._sign_in()

    @property
    def roles(self) -> frozenset[str]:
        """The permissions that the token names."""
        claims = jwt.decode(self._token, options={"verify_signature": False})
        return frozenset(claims.get("roles") or ())

    def ask(self, method: str, path: str, **options: Any) -> dict[str, Any] | None:
        """The document that a path below the version, or a link, is answered with; None when there is no such thing.

        Raises:
            Refused: with the code and the words of the error.
        """
        url = path if path.startswith("http") else f"/v1.0{path}"
        headers = options.pop("headers", {})
        for _ in range(_ATTEMPTS):
            sent = {**headers, "Authorization": f"Bearer {self._token}"}
            answer = self._client.exchange(method, url, headers=sent, **options)
            if answer.status == 401:
                self._token = self._sign_in()
            elif answer.status in _THROTTLED:
                self._pause(float(answer.headers.get("retry-after", "5")))
            elif answer.status == 404:
                return None
            else:
                break
        if answer.status >= 300:
            raise Refused(f"{method} {url}: {answer.status} {answer.text[:500]}")
        return answer.json() or {}

    def do(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """As `ask`, of something that must be there."""
        found = self.ask(method, path, **options)
        if found is None:
            raise Refused(f"{method} {path}: there is no such thing.")
        return found

    def values(self, path: str) -> Iterator[dict[str, Any]]:
        """The members of a collection, over all its pages."""
        link: str | None = path
        while link:
            page = self.do("GET", link)
            yield from page["value"]
            link = page.get("@odata.nextLink")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _sign_in(self) -> str:
        access = self._access
        client = Client(access.authority, timeout_seconds=60.0, name="Entra ID")
        form = {
            "grant_type": "client_credentials",
            "client_id": access.application,
            "client_secret": access.secret.get_secret_value(),
            "scope": f"{access.graph_url}/.default",
        }
        try:
            answer = client.exchange("POST", f"/{access.tenant}/oauth2/v2.0/token", data=form)
        finally:
            client.close()
        if answer.status != 200:
            raise Refused(f"The application cannot sign in: {answer.text[:500]}")
        return str(answer.json()["access_token"])
