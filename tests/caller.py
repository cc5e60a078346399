"""Somebody who uses the platform over HTTP through the gateway, with a key or without one."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

PROBLEM = "application/problem+json"
EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Answer:
    """One answer, read to its end."""

    status: int
    kind: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def is_problem(self) -> bool:
        """Whether it is a problem document about its own status, with a reason."""
        return self.kind == PROBLEM and self.json["status"] == self.status and bool(self.json["detail"])


@dataclass(frozen=True)
class Event:
    """One server-sent event, and when it arrived (in seconds of the monotonic clock)."""

    name: str
    data: Any
    id: str
    at: float


class Caller:
    """Sends requests to one gateway; a connection each, so that many threads may share it."""

    def __init__(self, url: str, key: str = "") -> None:
        """`key` goes with every request."""
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), parts.port
        self._credential = {"Authorization": f"Bearer {key}"} if key else {}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        data: bytes | None = None,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request below `/api`: `body` as JSON, or `data` as it stands."""
        content = json.dumps(body).encode() if body is not None else data
        with closing(HTTPConnection(self._host, self._port, timeout=130)) as connection:
            sent = {**({} if content is None else {"Content-Type": kind}), **self._credential, **(headers or {})}
            connection.request(method, f"/api{path}", content, sent)
            response = connection.getresponse()
            return Answer(response.status, _kind(response), dict(response.headers), response.read())

    def send(self, path: str, files: Mapping[str, bytes], **form: str) -> Answer:
        """An upload."""
        fields: MultiDict[str, Any] = MultiDict(form)
        for name, content in files.items():
            fields.add("file", FileStorage(BytesIO(content), filename=name))
        boundary, data = encode_multipart(fields)
        return self.call("POST", path, data=data, kind=f'multipart/form-data; boundary="{boundary}"')

    @contextmanager
    def stream(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Iterator[Event]]:
        """The events of a stream, each as it comes in; leaving the block leaves the stream."""
        with closing(HTTPConnection(self._host, self._port, timeout=60)) as connection:
            content = None if body is None else json.dumps(body).encode()
            kind = {} if content is None else {"Content-Type": "application/json"}
            sent = {"Accept": EVENTS, **kind, **self._credential, **(headers or {})}
            connection.request(method, f"/api{path}", content, sent)
            response = connection.getresponse()
            assert (response.status, _kind(response)) == (200, EVENTS), response.read()
            yield _events(response)

    def ingest(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ingest and wait; the job when it has ended."""
        return self.ended(self.call("POST", "/data/ingest", body))

    def texts(self, texts: Mapping[str, str], **fields: Any) -> dict[str, Any]:
        """Ingest texts by their external ids; the job when it has ended."""
        documents = [{"external_id": name, "text": text} for name, text in texts.items()]
        return self.ingest({"source": "text", "documents": documents, **fields})

    def upload(self, files: Mapping[str, bytes], **form: str) -> dict[str, Any]:
        """Upload files and wait; the job when it has ended."""
        return self.ended(self.send("/data/documents", files, **form))

    def ended(self, accepted: Answer, seconds: float = 120) -> dict[str, Any]:
        """The job of a 202, when it has ended."""
        assert accepted.status == 202, accepted.text
        assert accepted.headers["Location"] == f"/api/data/jobs/{accepted.json['id']}"
        return self.end_of(accepted.json["id"], seconds)

    def end_of(self, identifier: str, seconds: float = 120) -> dict[str, Any]:
        """A job, when it has ended."""
        job: dict[str, Any] = {}

        def has_ended() -> bool:
            answer = self.call("GET", f"/data/jobs/{identifier}?wait=10")
            job.update(answer.json if answer.status == 200 else {})
            return job.get("status") not in {None, "queued", "running"}

        until(has_ended, seconds)
        return job

    def ledger(self, job: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The lines of a job by name."""
        items = self.call("GET", f"/data/jobs/{job['id']}/documents?limit=1000").json["items"]
        return {line["name"]: line for line in items}

    def documents(self, query: str = "") -> list[dict[str, Any]]:
        """Documents, newest first."""
        items: list[dict[str, Any]] = self.call("GET", f"/data/documents?limit=100{query}").json["items"]
        return items

    def search(self, query: str, **fields: Any) -> list[dict[str, Any]]:
        """The passages of a search."""
        answer = self.call("POST", "/rag/search", {"query": query, **fields})
        assert answer.status == 200, answer.text
        passages: list[dict[str, Any]] = answer.json["passages"]
        return passages

    def ask(self, query: str, **fields: Any) -> dict[str, Any]:
        """The answer to a question."""
        answer = self.call("POST", "/rag/query", {"query": query, **fields})
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json
        return found


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that other processes do. Fails loudly when they do not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def _kind(response: HTTPResponse) -> str:
    return (response.headers.get("Content-Type") or "").split(";")[0]


def _events(response: HTTPResponse) -> Iterator[Event]:
    fields: dict[str, str] = {}
    while line := response.readline():
        text = line.decode().rstrip("\n")
        if text and not text.startswith(":"):
            name, _, value = text.partition(": ")
            fields[name] = value
        elif not text and "event" in fields:
            yield Event(fields["event"], json.loads(fields["data"]), fields.get("id", ""), time.monotonic())
            fields = {}
