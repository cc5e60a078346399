"""SharePoint's own REST interface, for what Graph v1.0 does not tell: members of a site's groups, who may read a page
or an item of a list, and attachments.

It takes an application's token only when that was got by a certificate:
learn.microsoft.com/sharepoint/dev/solution-guidance/security-apponly-azuread. Paths: /sharepoint/dev/sp-add-ins/
users-groups-and-roles-rest-api-reference, working-with-lists-and-list-items-with-rest.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from data_processing.connectors.sharepoint.graph import Graph
from oberaconnect.http import Client
from oberaconnect.http.client import Answer, OpenAnswer
from oberaconnect.problems import Forbidden, Unavailable, Unprocessable

_JSON = {"Accept": "application/json;odata=nometadata"}


class SharePoint:
    """The sites of a tenant. Safe under threads."""

    def __init__(self, graph: Graph) -> None:
        """Signs in as `graph` does."""
        self._graph = graph
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}

    @property
    def is_open(self) -> bool:
        """Whether it can be asked: only an application with a certificate is let in."""
        return self._graph.tokens.credentials.certificate is not None

    def values(self, web: str, path: str, what: str) -> list[dict[str, Any]]:
        """All members of a collection, at a path below the address of a site; none when there is no such thing.

        Raises:
            Forbidden, Unprocessable, Unavailable, Timeout, TooMany: with what to do.
        """
        found: list[dict[str, Any]] = []
        origin, next_path = self._place(web, path)
        while next_path:
            answer = self._send(origin, next_path)
            if answer.status == 404:
                return found
            body = answer.json() if answer.status == 200 else None
            if not isinstance(body, dict):
                raise self._refusal(answer, what)
            found += body.get("value") or ()
            next_path = self._next(origin, str(body.get("odata.nextLink") or body.get("@odata.nextLink") or ""))
        return found

    @contextmanager
    def opened(self, web: str, path: str) -> Iterator[OpenAnswer]:
        """The answer to a GET whose body is not read yet, whatever the status."""
        origin, own = self._place(web, path)
        self._graph.patience.wait()
        with self._client(origin).open("GET", own, headers=self._authorised(origin)) as answer:
            yield answer

    def close(self) -> None:
        """Give connections back."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def _place(self, web: str, path: str) -> tuple[str, str]:
        """The origin of a site, and a path there. The token is one for this origin alone."""
        parts = urlsplit(web)
        if parts.scheme != "https" and parts.netloc != urlsplit(self._graph.url).netloc:
            raise Unprocessable(f"The site '{web}' is not asked without TLS.")
        return f"{parts.scheme}://{parts.netloc}", f"{parts.path.rstrip('/')}/_api/web/{path}"

    def _next(self, origin: str, link: str) -> str:
        if link and not link.startswith(origin + "/"):
            raise Unprocessable("SharePoint gave a link to another place, which is not followed.")
        return link.removeprefix(origin)

    def _send(self, origin: str, path: str) -> Answer:
        def send() -> Answer:
            return self._client(origin).exchange("GET", path, headers={**_JSON, **self._authorised(origin)})

        answer = self._graph.patience.persist(send)
        if answer.status == 401:
            tokens = self._graph.tokens
            tokens.renew(origin, tokens.get(origin))
            answer = self._graph.patience.persist(send)
        return answer

    def _authorised(self, origin: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._graph.tokens.get(origin)}"}

    def _client(self, origin: str) -> Client:
        with self._lock:
            if origin not in self._clients:
                self._clients[origin] = Client(origin, timeout_seconds=60.0, name="SharePoint")
            return self._clients[origin]

    def _refusal(self, answer: Answer, what: str) -> Forbidden | Unavailable | Unprocessable:
        if answer.status in (401, 403):
            return Forbidden(
                f"SharePoint refuses {what}. Grant the application permission Sites.FullControl.All of SharePoint (not "
                f"of Microsoft Graph) to {self._graph.tokens.credentials.application} in Entra ID, and give admin "
                "consent."
            )
        if answer.status >= 500:
            return Unavailable(f"SharePoint cannot give {what} at the moment ({answer.status}).")
        return Unprocessable(f"SharePoint cannot give {what} ({answer.status}).")
