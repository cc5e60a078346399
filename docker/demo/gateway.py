"""The platform as its callers reach it: HTTP through the gateway, with nothing but the standard library."""

import http.client
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from host import dotenv, place, reach

KEY_NEEDED = (
    """Give one that is for all clients: export OBERA_KEY=$(make -s key ARGS="create --name demo --clients '*'")"""
)


class GatewayError(Exception):
    """The platform did not do what it was asked. The message is a sentence for people."""


class Unreachable(GatewayError):
    """Nobody answers at the gateway's address."""


class Refused(GatewayError):
    """The answer is a problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any], asked: str) -> None:
        """`asked` is the method and path of the request."""
        self.status = status
        detail = problem.get("detail") or problem.get("title") or "no reason was given"
        found = f" (request {problem['request_id']})" if problem.get("request_id") else ""
        super().__init__(f"{asked} was answered with {status}: {detail}{found}")


class Gateway:
    """One caller with a connection of its own; a thread uses one each."""

    def __init__(self, url: str, key: str = "", *, shown_url: str = "", timeout_seconds: float = 60.0) -> None:
        """`key` is needed where the platform runs with AUTH=required; `shown_url` is the address as people write it."""
        self.url = url
        self.shown_url = shown_url or url
        self.key = key
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "localhost", parts.port or 80, timeout=timeout_seconds
        )

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        self._connection.close()

    def get(self, path: str, **query: object) -> Any:
        """GET a JSON document; `query` values that are None are left out. Errors as in `request`."""
        return self.request("GET", _with(path, query))

    def post(self, path: str, payload: object, **query: object) -> Any:
        """POST a JSON document. Errors as in `request`."""
        return self.request(
            "POST", _with(path, query), json.dumps(payload).encode(), {"Content-Type": "application/json"}
        )

    def delete(self, path: str, **query: object) -> None:
        """DELETE. Errors as in `request`."""
        self.request("DELETE", _with(path, query))

    def upload(self, files: Sequence[tuple[str, bytes]], fields: Mapping[str, str]) -> Any:
        """Upload files (name, content) and return the job. Errors as in `request`."""
        boundary = f"oberaconnect-{secrets.token_hex(16)}"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, content in files:
            shown = name.replace('"', "%22")
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{shown}"\r\n'
            parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), content, b"\r\n"]
        parts.append(f"--{boundary}--\r\n".encode())
        content_type = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.request("POST", "/api/data/documents", b"".join(parts), content_type)

    def download(self, path: str) -> bytes:
        """GET a file. Errors as in `request`."""
        return self._answer("GET", path, None, {"Accept": "*/*"})

    def request(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Any:
        """Send a request and decode the answer; None when it has no body.

        Raises:
            Unreachable: when nobody answers, or the connection breaks.
            Refused: when the answer is not a success.
        """
        content = self._answer(method, path, body, {"Accept": "application/json", **headers})
        try:
            return json.loads(content) if content else None
        except ValueError:
            raise GatewayError(f"{self.shown_url} does not speak JSON: something else listens there.") from None

    def _answer(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        sent = dict(headers)
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        try:
            status, content = self._exchange(method, path, body, sent)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Unreachable(f"{self.shown_url} does not answer ({reason}).") from error
        if not 200 <= status < 300:
            raise Refused(status, _problem(content), f"{method} {path}")
        return content

    def _exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        is_fresh = self._connection.sock is None
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # An idle connection may have been closed on the other side. Nothing was read, so asking anew is safe for
            # everything that changes nothing; a new connection that breaks is a failure.
            self._connection.close()
            if is_fresh or method not in {"GET", "DELETE"}:
                raise
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
        return answer.status, answer.read()


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        return {"detail": content[:200].decode(errors="replace")}
    return document if isinstance(document, dict) else {}


def _with(path: str, query: Mapping[str, object]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def here(timeout_seconds: float = 60.0) -> Gateway:
    """The gateway that this checkout's settings describe, with the key in OBERA_KEY.

    Raises:
        Obstacle: when the settings are missing or not understood.
        GatewayError: when a key is needed and there is none.
    """
    spot = place.find()
    values = dotenv.read(spot.env_file, spot.root / ".env.example", os.environ)
    key = os.environ.get("OBERA_KEY", "")
    if values.get("AUTH") == "required" and not key:
        raise GatewayError(f"This platform asks for a key (AUTH=required). {KEY_NEEDED}")
    return Gateway(reach.address(values), key, shown_url=reach.shown_address(values), timeout_seconds=timeout_seconds)
