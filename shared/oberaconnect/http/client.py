"""A client for the services the settings name: time-outs, a circuit breaker, and the caller's request id onward."""

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from oberaconnect import telemetry
from oberaconnect.problems import BY_STATUS, FieldError, Problem, Timeout, TooMany, Unavailable

#: What a client raises when the other side is silent, and when it cannot be reached or breaks off.
TimedOut = httpx2.TimeoutException
TransportFailed = httpx2.TransportError

_MAX_RETRY_AFTER_SECONDS = 600
_PIECE_BYTES = 65_536

_log = logging.getLogger(__name__)


def sdk_client(timeout_seconds: float) -> httpx2.Client:
    """What a vendor's package sends with: our time-outs, and no proxies or credentials from the environment."""
    return httpx2.Client(timeout=_timeout(timeout_seconds), trust_env=False, follow_redirects=False)


def _timeout(seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(seconds, connect=min(3.0, seconds))


@dataclass(frozen=True)
class AnswerHead:
    """How a service answered: any status, and the headers with their names in lower case."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer(AnswerHead):
    """An answer with its body."""

    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """The decoded body; None when it is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


@dataclass(frozen=True)
class OpenAnswer(AnswerHead):
    """An answer whose body is still to come."""

    _response: httpx2.Response

    def pieces(self) -> Iterator[bytes]:
        """The body, once, in pieces of 64 kB. Errors as in `Client.exchange`."""
        return self._response.iter_bytes(_PIECE_BYTES)


class Client:
    """One remote service. Safe under threads; keeps its connections."""

    #: After this many failures in a row the service is left alone for `OPEN_SECONDS`.
    MAX_FAILURES = 5
    OPEN_SECONDS = 10.0

    def __init__(
        self,
        base_url: str,
        *,
        timeout_seconds: float = 10.0,
        headers: Mapping[str, str] | None = None,
        name: str = "",
    ) -> None:
        """`name` is what the service is called in messages to people."""
        self._name = name or base_url
        # No proxies or credentials from the environment: what is called is what the settings say.
        self._http = httpx2.Client(
            base_url=base_url,
            headers=dict(headers or {}),
            timeout=_timeout(timeout_seconds),
            limits=httpx2.Limits(max_connections=32, max_keepalive_connections=16),
            trust_env=False,
        )
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def get_json(self, path: str, *, timeout_seconds: float | None = None, **options: Any) -> Any:
        """GET and decode. Errors as in `request`."""
        return self._json(self.request("GET", path, timeout_seconds=timeout_seconds, **options))

    def post_json(self, path: str, payload: Any, *, timeout_seconds: float | None = None, **options: Any) -> Any:
        """POST a JSON document and decode the answer. Errors as in `request`."""
        return self._json(self.request("POST", path, json=payload, timeout_seconds=timeout_seconds, **options))

    def delete(self, path: str, *, timeout_seconds: float | None = None, **options: Any) -> None:
        """DELETE. Errors as in `request`."""
        self.request("DELETE", path, timeout_seconds=timeout_seconds, **options)

    def request(
        self, method: str, path: str, *, timeout_seconds: float | None = None, **options: Any
    ) -> httpx2.Response:
        """Send a request and return a successful answer.

        Raises:
            Unavailable: the service cannot be reached, answers 5xx, or has failed too often in a row.
            Timeout: it did not answer in time.
            Problem: it refused (4xx), with the status it gave.
        """
        self._refuse_when_open()
        try:
            response = self._http.request(
                method,
                path,
                headers=self._onward(options.pop("headers", None)),
                timeout=httpx2.USE_CLIENT_DEFAULT if timeout_seconds is None else timeout_seconds,
                **options,
            )
        except httpx2.TimeoutException as error:
            self._failed()
            raise Timeout(f"{self._name} did not answer in time.") from error
        except httpx2.RequestError as error:
            self._failed()
            raise Unavailable(f"{self._name} cannot be reached.") from error
        self._check(response)
        return response

    @contextmanager
    def stream(self, method: str, path: str, **options: Any) -> Iterator[httpx2.Response]:
        """A request whose body is read piece by piece. Errors as in `request`, also while reading."""
        self._refuse_when_open()
        headers = self._onward(options.pop("headers", None))
        try:
            with self._http.stream(method, path, headers=headers, **options) as response:
                if response.is_error:
                    response.read()
                self._check(response)
                yield response
        except httpx2.TimeoutException as error:
            self._failed()
            raise Timeout(f"{self._name} did not answer in time.") from error
        except httpx2.RequestError as error:
            self._failed()
            raise Unavailable(f"{self._name} broke off the answer.") from error

    def exchange(self, method: str, path: str, *, timeout_seconds: float | None = None, **options: Any) -> Answer:
        """Send a request and return what was answered, whatever the status; redirects are not followed.

        For services of others, whose limits and failures the caller deals with: there is no circuit breaker, and
        neither request id nor trace leave the house.

        Raises:
            Unavailable: the service cannot be reached, or breaks off.
            Timeout: it did not answer in time.
        """
        with self.open(method, path, timeout_seconds=timeout_seconds, **options) as answer:
            return Answer(answer.status, answer.headers, b"".join(answer.pieces()))

    @contextmanager
    def open(
        self, method: str, path: str, *, timeout_seconds: float | None = None, **options: Any
    ) -> Iterator[OpenAnswer]:
        """As `exchange`, with a body that is read piece by piece."""
        timeout = httpx2.USE_CLIENT_DEFAULT if timeout_seconds is None else timeout_seconds
        try:
            with self._http.stream(method, path, timeout=timeout, follow_redirects=False, **options) as response:
                yield OpenAnswer(response.status_code, dict(response.headers), response)
        except httpx2.TimeoutException as error:
            raise Timeout(f"{self._name} did not answer in time.") from error
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise Unavailable(f"{self._name} cannot be reached, or broke off the answer.") from error

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _onward(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        onward = dict(headers or {})
        if current := telemetry.request_id.get():
            onward.setdefault("X-Request-Id", current)
        if trace := telemetry.traceparent.get():
            onward.setdefault("traceparent", telemetry.new_traceparent(trace))
        return onward

    def _check(self, response: httpx2.Response) -> None:
        if response.status_code >= 500:
            self._failed()
            _log.warning("upstream error", extra={"upstream": self._name, "status": response.status_code})
            if response.status_code == 504:
                raise Timeout(f"{self._name} did not answer in time.")
            raise Unavailable(f"{self._name} answered with an error ({response.status_code}).")
        with self._lock:
            self._failures = 0
        if response.status_code >= 400:
            raise _refusal(response, self._name)
        if response.status_code >= 300:  # followed nowhere: the settings name the place itself
            raise Unavailable(f"{self._name} answered with a redirect. Check its address in the settings.")

    def _json(self, response: httpx2.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise Unavailable(f"{self._name} sent an answer that cannot be read.") from error

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self.MAX_FAILURES:
                self._open_until = time.monotonic() + self.OPEN_SECONDS

    def _refuse_when_open(self) -> None:
        if (left := self._open_until - time.monotonic()) > 0:
            raise Unavailable(f"{self._name} is not answering.", retry_after_seconds=int(left) + 1)


def _refusal(response: httpx2.Response, name: str) -> Problem:
    kind = BY_STATUS.get(response.status_code, Problem)
    try:
        body = response.json()
    except ValueError:
        body = {}
    found = body.get("detail") if isinstance(body, dict) else None
    detail = found if isinstance(found, str) else f"{name} refused the request ({response.status_code})."
    wait = response.headers.get("retry-after", "")
    if kind is TooMany and wait.isdecimal():
        return TooMany(detail, retry_after_seconds=min(int(wait), _MAX_RETRY_AFTER_SECONDS))
    return kind(detail, errors=_places(body))


def _places(body: Any) -> list[FieldError]:
    """The places of the request that a refusal names, as far as they are written as ours are."""
    told = body.get("errors") if isinstance(body, dict) else None
    return [
        FieldError(pointer=one["pointer"], detail=one["detail"])
        for one in (told if isinstance(told, list) else ())
        if isinstance(one, dict) and isinstance(one.get("pointer"), str) and isinstance(one.get("detail"), str)
    ]
