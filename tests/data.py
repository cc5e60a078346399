"""data-processing in one process: its web application, and its worker one job at a time."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from data_processing import parts
from data_processing.app import assemble
from data_processing.extract.pool import ParsePool
from data_processing.prepare import Preparer
from data_processing.publish import Publisher
from data_processing.sweep import Sweeper
from data_processing.sync.scheduler import Scheduler
from data_processing.worker import handlers
from oberaconnect import worker
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner
from oberaconnect.jobs import Queue
from oberaconnect.settings import Settings


class Service:
    """The web application and the worker of one database."""

    def __init__(self, settings: Settings, pool: ParsePool) -> None:
        """The worker parses in `pool`."""
        self.settings = settings
        self.inbox: Path = settings.inbox_dir
        self.parts = replace(parts.build(settings, parse_workers=2, max_connections=8), pool=pool)
        self.app = assemble(self.parts)
        self.client = self.app.test_client()
        database, index = self.parts.database, self.parts.index
        preparer = Preparer(settings, database, self.parts.blobs, pool, self.parts.engineering)
        publisher = Publisher(database, index, preparer.pipeline)
        self.queue = Queue(database)
        self.handlers = handlers(self.parts, preparer, publisher)
        self.scheduler = Scheduler(settings, database)
        self.sweeper = Sweeper(database, index, self.parts.deletion, self.parts.blobs.root)
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        """Nothing is opened before it is used."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the connections back."""
        self.parts.index.close()
        self.parts.engineering.close()
        self.parts.database.close()

    def key(self, *, tenant: str, clients: Sequence[str] | None = (), scopes: str = "*", seconds: float = 3600) -> str:
        """Make an API key. `clients` None: for every client."""
        with as_owner(self.settings) as connection:
            made = create_key(
                connection,
                self.settings,
                name="test",
                tenant=tenant,
                clients=clients,
                scopes=scopes.split(","),
                expires_in=timedelta(seconds=seconds),
            )
        return made.text

    def call(self, method: str, path: str, *, key: str = "", **options: Any) -> TestResponse:
        """A request to `/api/data…`."""
        headers = dict(options.pop("headers", {}))
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return self.client.open(f"/api/data{path}", method=method, headers=headers, **options)

    def ingest(self, body: Mapping[str, Any], *, key: str = "", **options: Any) -> dict[str, Any]:
        """Ingest and work until nothing is left; returns the job as it is then."""
        answer = self.call("POST", "/ingest", json=body, key=key, **options)
        assert answer.status_code == 202, answer.text
        return self.finished(answer.json, key=key)

    def text(self, external_id: str, text: str, *, key: str = "", **fields: Any) -> dict[str, Any]:
        """Ingest one text."""
        document = {"external_id": external_id, "text": text}
        return self.ingest({"source": "text", "documents": [document], **fields}, key=key)

    def upload(self, files: Mapping[str, bytes], *, key: str = "", **form: str) -> dict[str, Any]:
        """Upload files and work until nothing is left."""
        answer = self.post_files("/documents", files, key=key, form=form)
        assert answer.status_code == 202, answer.text
        return self.finished(answer.json, key=key)

    def post_files(
        self,
        path: str,
        files: Mapping[str, bytes],
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """A multipart request."""
        fields: MultiDict[str, Any] = MultiDict(form or {})
        for name, content in files.items():
            fields.add("file", FileStorage(BytesIO(content), filename=name))
        boundary, body = encode_multipart(fields)
        kind = f'multipart/form-data; boundary="{boundary}"'
        return self.call("POST", path, key=key, data=body, content_type=kind, headers=headers or {})

    def finished(self, job: Any, *, key: str = "") -> dict[str, Any]:
        """Work until nothing is left; the job as it is then."""
        self.work()
        return self.job(job["id"], key=key)

    def job(self, identifier: str, *, key: str = "") -> dict[str, Any]:
        """A job."""
        found: dict[str, Any] = self.call("GET", f"/jobs/{identifier}", key=key).get_json()
        return found

    def ledger(self, job: Mapping[str, Any], *, key: str = "") -> list[dict[str, Any]]:
        """The lines of a job."""
        items: list[dict[str, Any]] = self.call("GET", f"/jobs/{job['id']}/documents?limit=1000", key=key).get_json()[
            "items"
        ]
        return items

    def documents(self, query: str = "", *, key: str = "") -> list[dict[str, Any]]:
        """Documents, newest first."""
        items: list[dict[str, Any]] = self.call("GET", f"/documents{query}", key=key).get_json()["items"]
        return items

    def work(self) -> None:
        """Do what a worker does, until nothing can be claimed."""
        while self.work_once():
            pass

    def work_once(self) -> bool:
        """One attempt at one job. Whether there was one."""
        claim = self.queue.claim(self.handlers.keys())
        if claim is None:
            return False
        worker.attempt(self.queue, self.handlers, claim, self.stopping)
        return True

    def hurry(self) -> None:
        """Let no job wait for its time."""
        self.execute("UPDATE data_processing.job SET run_after = now()")

    def execute(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """A statement as the owner of the database."""
        with as_owner(self.settings) as connection:
            cursor = connection.execute(statement, list(values))
            return cursor.fetchall() if cursor.description else []


def events(response: TestResponse) -> list[tuple[str, str | None, dict[str, Any]]]:
    """The server-sent events of a response: type, id and data."""
    found = []
    for block in response.get_data(as_text=True).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found
