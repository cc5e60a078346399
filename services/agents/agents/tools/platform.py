"""How a tool calls one of our own services: in the name of the run's caller, with one right, and within its time.

A module of tools keeps one `Service` for each service it speaks to, and begins every call with `acting`:

    engineering = Service(settings, "engineering-api", settings.engineering_url, "engineering")

    def run(calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        acting = engineering.acting(calling, "engineering:read")
        found = acting.get("configs", arguments["config_id"])        # GET /api/engineering/configs/<id>
        begun = acting.post("documents", payload={…}, creates=True)  # under the Idempotency-Key of the call
        job = acting.ended(begun)                                    # asks /jobs/<id> until it has ended

Paths are given in segments, and each is quoted: whatever a model writes stays one segment. What a service refuses is
raised as it said it; what is away is `Unavailable`, what is slow is `Timeout`. The credential says the tenant, so a
body needs no `client`, and it carries the readers of a person on, so nobody reads through an agent what they may not.
"""

import time
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal
from urllib.parse import quote

from agents.tools.contract import Calling
from oberaconnect.auth import internal_token
from oberaconnect.http import Client
from oberaconnect.problems import Problem, Timeout, Unavailable, Unprocessable
from oberaconnect.settings import Settings

#: What one request may take when the call itself has longer: a language model may write for minutes.
_REQUEST_SECONDS = 300.0
#: Of the places that a refusal names, so many are told.
_MOST_PLACES = 10
#: The statuses of a job that is still to end.
ACTIVE = ("queued", "running")
#: Kept of a call's time when it waits for a job, for what is asked afterwards.
_RESERVE_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0


class Service:
    """One of our services, for all tools that need it. Safe under threads; nothing is called before a tool is."""

    def __init__(self, settings: Settings, audience: str, base_url: str, prefix: str) -> None:
        """`audience` is the service's name, such as `rag-engine`; `prefix` its segment in the path, such as `rag`."""
        self.audience = audience
        self.prefix = prefix
        self.settings = settings
        self.client = Client(base_url, timeout_seconds=_REQUEST_SECONDS, name=audience)
        # Tools live as long as their process and are told of no end, so the connections go with the last of them.
        weakref.finalize(self, self.client.close)

    def acting(self, calling: Calling, scope: str) -> "Acting":
        """This service for one call, with one right of its caller. The time of the call begins here.

        Raises:
            Forbidden: when the caller does not have that right.
        """
        calling.principal.require(scope)
        return Acting(self, calling, scope, time.monotonic() + calling.seconds)


@dataclass
class Acting:
    """A service within one call. `ends` is when the call has to be over, on the monotonic clock."""

    service: Service
    calling: Calling
    scope: str
    ends: float
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def seconds_left(self) -> float:
        """How long the call may still take; never negative."""
        return max(0.0, self.ends - time.monotonic())

    def under(self, scope: str) -> "Acting":
        """The same within the same time, with another right of the caller.

        Raises:
            Forbidden: when the caller does not have that right.
        """
        self.calling.principal.require(scope)
        return replace(self, scope=scope)

    def get(self, *path: str, params: Mapping[str, Any] | None = None) -> Any:
        """GET a JSON document. `params` that are None are left out.

        Raises:
            Unavailable, Timeout: the service is away or slow.
            Problem: it refused, in its words.
        """
        return self._json(self._request("GET", path, params=params))

    def text(self, *path: str, params: Mapping[str, Any] | None = None, payload: Any = None) -> str:
        """GET a text, or POST a JSON document that a text answers. Errors as `get`."""
        if payload is None:
            found: str = self._request("GET", path, params=params).text
        else:
            found = self._request("POST", path, params=params, json=payload).text
        return found

    def post(self, *path: str, payload: Any, params: Mapping[str, Any] | None = None, creates: bool = False) -> Any:
        """POST a JSON document. `creates`: what it does must not happen twice, so it goes out under the call's key.

        A second creating POST of the same call has a key of its own, the same one when the call is made again. Errors
        as `get`.
        """
        headers = {}
        if creates:
            number, key = next(self._numbers), self.calling.key
            headers["Idempotency-Key"] = key if number == 1 else f"{key}.{number}"
        return self._json(self._request("POST", path, params=params, headers=headers, json=payload))

    def delete(self, *path: str, params: Mapping[str, Any] | None = None) -> None:
        """DELETE. Errors as `get`."""
        self._request("DELETE", path, params=params)

    def ended(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """A job when it has ended, or as it stands when the time of the call is up: look at its `status`.

        Between looks the call is checked, so a cancelled run leaves at once; the job itself goes on.
        """
        found = dict(job)
        pause = _FIRST_PAUSE_SECONDS
        told = ""
        reserve = min(_RESERVE_SECONDS, self.calling.seconds / 10)
        while found["status"] in ACTIVE and self.seconds_left > pause + reserve:
            time.sleep(pause)
            self.calling.check()
            found = self.get("jobs", str(found["id"]))
            if (now := _progress(found)) != told:
                told = now
                self.calling.progress(now)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        return found

    def _request(
        self,
        method: Literal["GET", "POST", "DELETE"],
        path: tuple[str, ...],
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        if (left := self.seconds_left) <= 0:
            raise Timeout(f"The time of this call was over before {self.service.audience} could be asked.")
        service = self.service
        token = internal_token(service.settings, self.calling.principal, service.audience, [self.scope])
        try:
            return service.client.request(
                method,
                f"/api/{service.prefix}{_quoted(path)}",
                params={name: _written(value) for name, value in (params or {}).items() if value is not None},
                headers={**(headers or {}), "Authorization": f"Bearer {token}"},
                timeout_seconds=min(left, _REQUEST_SECONDS),
                **options,
            )
        except Problem as problem:
            raise _with_places(problem) from None
        except ValueError:  # what a model wrote may hold what no request can
            raise Unprocessable(
                "An argument holds half of a character (U+D800 to U+DFFF) or a number that JSON does not have."
            ) from None

    def _json(self, response: Any) -> Any:
        try:
            return response.json()
        except ValueError:
            raise Unavailable(f"{self.service.audience} sent an answer that cannot be read.") from None


def _quoted(path: tuple[str, ...]) -> str:
    if any(part in ("", ".", "..") for part in path):
        raise Unprocessable("An id or a name is empty or has dots only.")
    return "".join(f"/{quote(part, safe='')}" for part in path)


def _with_places(problem: Problem) -> Problem:
    """The refusal with every place of the request that it names: the model reads its detail and nothing else."""
    places = [f"{error['pointer']}: {error['detail']}" for error in problem.errors[:_MOST_PLACES]]
    missing = [place for place in places if place not in problem.detail]
    if missing:
        problem.detail = " ".join([problem.detail, *(f"{place.rstrip('.')}." for place in missing)])
    return problem


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _progress(job: Mapping[str, Any]) -> str:
    progress = job.get("progress") or {}
    done, total = progress.get("done", 0), progress.get("total", 0)
    stage = job.get("stage") or job["status"]
    return f"{stage}: {done} of {total}" if total else str(stage)
