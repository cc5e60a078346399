"""The other side of two tools, which counts what it does: a webhook of n8n, and data-processing taking in a text.

A webhook does what it is told as often as it is told. Taking in goes by the Idempotency-Key: the same key is one
effect.
"""

import json
import threading
from collections import defaultdict
from types import TracebackType
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

from tests.fakes.moments import Moments
from tests.fakes.web import Answer, Asked, Web

_COUNTS = {"indexed": 1, "unchanged": 0, "skipped": 0, "failed": 0, "deleted": 0}


class Effects:
    """The server. Requests are told apart by the run's name, which is in what they carry.

    `arrived` has the keys of all requests by run, `done` those of the effects: for a webhook one for each time it ran.
    On its way a request comes by the places `call` (nothing was done yet) and `effect` (nothing was answered yet).
    """

    def __init__(self, moments: Moments) -> None:
        """Listens on a free loopback port at once."""
        self.arrived: dict[str, list[str]] = defaultdict(list)
        self.done: dict[str, list[str]] = defaultdict(list)
        self._moments = moments
        self._lock = threading.Lock()
        self._web = Web(self._answer)

    @property
    def url(self) -> str:
        """Its address."""
        return self._web.url

    def _answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/webhook/"):
            return self._webhook(asked)
        if asked.path == "/api/data/ingest":
            return self._ingest(asked)
        if asked.path.partition("?")[0].endswith("/documents"):
            return _json({"items": [], "next_cursor": None})
        return _json({"status": "ok"})  # /healthz of n8n

    def _webhook(self, asked: Asked) -> Answer:
        name, key = json.loads(asked.body)["run"], asked.headers["Idempotency-Key"]
        self._began(name, key)
        with self._lock:
            self.done[name].append(key)
        self._moments.reach(name, "effect")
        return _json({"ran": name})

    def _ingest(self, asked: Asked) -> Answer:
        name, key = json.loads(asked.body)["documents"][0]["title"], asked.headers["Idempotency-Key"]
        self._began(name, key)
        with self._lock:
            if key not in self.done[name]:
                self.done[name].append(key)
        self._moments.reach(name, "effect")
        job = {
            "id": str(uuid5(NAMESPACE_URL, key)), "kind": "ingest", "status": "succeeded", "counts": _COUNTS,
            "problem": None,
        }  # fmt: skip
        return _json(job, 202)

    def _began(self, name: str, key: str) -> None:
        with self._lock:
            self.arrived[name].append(key)
        self._moments.reach(name, "call")

    def __enter__(self) -> Self:
        """The server itself."""
        self._web.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._web.__exit__(kind, error, trace)


def _json(document: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
