"""Microsoft Graph v1.0: one request at a time, pages, and batches. The token goes to Graph's own address alone.

Reference: learn.microsoft.com/graph/api/overview; errors, /graph/errors; batches, /graph/json-batching (at most 20
requests each, answers in any order, each with a status and a Retry-After of its own).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from data_processing.connectors.sharepoint.patience import Patience, retry_after
from data_processing.connectors.sharepoint.token import Tokens
from oberaconnect.http import Client
from oberaconnect.http.client import Answer
from oberaconnect.problems import Forbidden, NotFound, Problem, Unavailable, Unprocessable

#: The beginning of every path, so that links and paths are of one form.
VERSION = "/v1.0"
BATCH_SIZE = 20
_BATCH_ATTEMPTS = 6
#: How Microsoft asks applications to name themselves: learn.microsoft.com, "Avoid getting throttled or blocked in
#: SharePoint Online".
_AGENT = "NONISV|OberaConnect|OberaConnect/0.1"
#: Each of these lets an application read the files of all sites.
READS_SITES = ("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All")
READS_FILES = (*READS_SITES, "Files.Read.All", "Files.ReadWrite.All")


class Graph:
    """Safe under threads."""

    def __init__(self, url: str, tokens: Tokens, patience: Patience) -> None:
        """`url` is the root of Graph, without the version."""
        self.url = url.rstrip("/")
        self.tokens = tokens
        self.patience = patience
        self._client = Client(self.url, timeout_seconds=60.0, headers={"User-Agent": _AGENT}, name="Microsoft Graph")

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Answer:
        """The answer to a request, whatever its status, after failures that pass were waited for.

        `path` begins with the version, or is a link that Graph gave.

        Raises:
            Unprocessable: the link leads elsewhere, or the application cannot sign in.
            Unavailable, Timeout, TooMany: Graph cannot be reached, or holds us back.
        """
        own = self.own(path)

        def send(token: str) -> Answer:
            sent = {**(headers or {}), "Authorization": f"Bearer {token}"}
            return self.patience.persist(lambda: self._client.exchange(method, own, headers=sent, **options))

        return self._with_token(send)

    def get(self, path: str, what: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object at a path. `what` names it in messages. Raises as `refusal` says, and as `send`."""
        answer = self.send("GET", path, headers=headers)
        if answer.status != 200:
            raise self.refusal(answer, what)
        return _object(answer)

    def values(self, path: str, what: str) -> Iterator[dict[str, Any]]:
        """The members of a collection, over all its pages. Raises as `get`."""
        link: str | None = path
        while link:
            page = self.get(link, what)
            yield from page.get("value") or ()
            link = page.get("@odata.nextLink")

    def batch(self, paths: Sequence[str]) -> dict[str, Answer]:
        """The answers to at most 20 GET requests, sent as one, by path. What was held back alone is asked for again.

        Raises as `get`; `TooMany` is not among it: what is still held back after all attempts has the status 429.
        """
        done: dict[str, Answer] = {}
        for attempt in range(1, _BATCH_ATTEMPTS + 1):
            left = [path for path in paths if path not in done or done[path].status in (429, 500, 502, 503, 504)]
            if not left:
                break
            if attempt > 1:
                waits = [seconds for path in left if (seconds := retry_after(done[path].headers)) is not None]
                if waits:
                    self.patience.hold(max(waits))
                else:
                    self.patience.back_off(attempt - 1)
            done |= self._batch(left)
        return done

    def head(self, path: str) -> Answer:
        """As `send` by GET, but the body of a success, which may be a whole file, is not read."""
        own = self.own(path)

        def exchange(token: str) -> Answer:
            with self._client.open("GET", own, headers={"Authorization": f"Bearer {token}"}) as answer:
                content = b"".join(answer.pieces()) if answer.status >= 400 else b""
            return Answer(answer.status, answer.headers, content)

        return self._with_token(lambda token: self.patience.persist(lambda: exchange(token)))

    def own(self, link: str) -> str:
        """The path of a link, if it leads to Graph. Raises `Unprocessable`: a token must never go elsewhere."""
        if link.startswith(VERSION + "/"):
            return link
        parts, base = urlsplit(link), urlsplit(self.url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc) or not parts.path.startswith(VERSION + "/"):
            raise Unprocessable(f"Microsoft Graph gave a link to '{parts.netloc}', which is not followed.")
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def roles(self) -> frozenset[str]:
        """The application permissions that our token names."""
        return self.tokens.roles(self.url)

    def refusal(self, answer: Answer, what: str) -> Problem:
        """What a status means for the whole source, in words that say what to do."""
        said = error_of(answer)
        if answer.status in (401, 403):
            return Forbidden(f"Microsoft Graph refuses {what} ({said}). {self.remedy()}")
        if answer.status == 404:
            return NotFound(f"Microsoft Graph does not find {what} ({said}).")
        if answer.status >= 500 or answer.status in (408, 429):
            return Unavailable(f"Microsoft Graph cannot give {what} at the moment ({answer.status}, {said}).")
        return Unprocessable(f"Microsoft Graph cannot give {what} ({answer.status}, {said}).")

    def remedy(self) -> str:
        """What to grant, going by what the token has."""
        roles, application = self.roles(), self.tokens.credentials.application
        if roles & set(READS_SITES):
            return (
                "The application has the permission; the site's own settings, or a policy of the tenant, keep "
                "applications out."
            )
        if "Sites.Selected" in roles:
            return f"The application has Sites.Selected: give {application} the role 'read' on this site."
        return (
            f"Grant the application permission Sites.Read.All of Microsoft Graph to {application} in Entra ID, and "
            "give admin consent."
        )

    def close(self) -> None:
        """Give connections back."""
        self._client.close()
        self.tokens.close()

    def _with_token(self, send: Callable[[str], Answer]) -> Answer:
        token = self.tokens.get(self.url)
        answer = send(token)
        if answer.status == 401:
            answer = send(self.tokens.renew(self.url, token))
        return answer

    def _batch(self, paths: Sequence[str]) -> dict[str, Answer]:
        asked = [
            {"id": str(number), "method": "GET", "url": self.own(path).removeprefix(VERSION)}
            for number, path in enumerate(paths)
        ]
        answer = self.send("POST", f"{VERSION}/$batch", json={"requests": asked})
        if answer.status != 200:
            raise self.refusal(answer, "a batch of requests")
        done: dict[str, Answer] = {}
        for part in _object(answer).get("responses") or ():
            headers = {str(name).lower(): str(value) for name, value in (part.get("headers") or {}).items()}
            done[paths[int(part["id"])]] = Answer(int(part["status"]), headers, _dumped(part.get("body")))
        if missing := [path for path in paths if path not in done]:
            raise Unavailable(f"Microsoft Graph left {len(missing)} requests of a batch unanswered.")
        return done


def error_of(answer: Answer) -> str:
    """What Graph says of an error: its code and the beginning of its message."""
    body = answer.json()
    found = body.get("error") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return f"status {answer.status}"
    message = " ".join(str(found.get("message") or "").split())[:200]
    return f"{found.get('code') or answer.status}: {message}" if message else str(found.get("code") or answer.status)


def _object(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise Unavailable("Microsoft Graph sent an answer that cannot be read.")
    return found


def _dumped(body: Any) -> bytes:
    return json.dumps(body).encode()
