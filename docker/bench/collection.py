"""A collection of the benchmark: filled through the front door, watched, and taken away again."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import Any

from bench.datasets import Text
from demo.gateway import Gateway, GatewayError, Refused

#: Documents a job, and jobs under way at once: the worker always has the next one at hand.
JOB_DOCUMENTS = 500
JOBS_AHEAD = 3
_POLL_SECONDS = 0.5
_MAX_JOB_SECONDS = 1800.0
_ENDED = {"succeeded", "failed", "cancelled"}


def points(gateway: Gateway, name: str) -> int:
    """How many chunks of a collection are searchable; 0 when there is no such collection."""
    try:
        return int(gateway.get(f"/api/rag/collections/{name}")["points"])
    except Refused as refusal:
        if refusal.status == 404:
            return 0
        raise


def fill(
    gateway: Gateway, name: str, texts: Iterable[Text], *, enough: int | None = None, tell: Callable[[str], None]
) -> float | None:
    """Ingest texts as documents of their own, until all are in or the collection holds `enough` chunks.

    Returns:
        Seconds until `enough` chunks were searchable (all, when None); None when there were enough from the start.

    Raises:
        GatewayError: when a job fails.
    """
    if enough is not None and points(gateway, name) >= enough:
        return None
    started = time.monotonic()
    waiting = _batches(texts)
    running: list[str] = []
    reached: float | None = None
    told = 0.0
    while True:
        while len(running) < JOBS_AHEAD and reached is None and (batch := next(waiting, None)):
            running.append(_submit(gateway, name, batch))
        if not running:
            break
        time.sleep(_POLL_SECONDS)
        running = [job for job in running if not _is_done(gateway, job)]
        found = points(gateway, name)
        seconds = time.monotonic() - started
        if enough is not None and reached is None and found >= enough:
            reached = seconds
        if seconds - told >= 20:
            told = seconds
            tell(f"{name}: {found} chunks after {seconds:.0f} s")
        if seconds > _MAX_JOB_SECONDS:
            raise GatewayError(f"{name} is not filled after {_MAX_JOB_SECONDS:.0f} s.")
    return reached if reached is not None else time.monotonic() - started


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    source = iter(texts)
    while batch := list(islice(source, JOB_DOCUMENTS)):
        yield batch


def _submit(gateway: Gateway, name: str, batch: Sequence[Text]) -> str:
    documents = [{"external_id": one.id, "title": one.title, "text": one.text} for one in batch]
    job = gateway.post("/api/data/ingest", {"source": "text", "collection": name, "documents": documents})
    return str(job["id"])


def _is_done(gateway: Gateway, job_id: str) -> bool:
    job = gateway.get(f"/api/data/jobs/{job_id}")
    if job["status"] == "failed":
        raise GatewayError(f"Job {job_id} failed: {(job['problem'] or {}).get('detail', 'no reason was given')}")
    return job["status"] in _ENDED


def upload(gateway: Gateway, name: str, files: Sequence[tuple[str, bytes]]) -> tuple[list[dict[str, Any]], float]:
    """Upload files and wait for the end. Returns the ledger of the job and the seconds it took."""
    started = time.monotonic()
    job = gateway.upload(files, {"collection": name})
    path = f"/api/data/jobs/{job['id']}"
    while job["status"] not in _ENDED:
        if time.monotonic() - started > _MAX_JOB_SECONDS:
            raise GatewayError(f"Job {job['id']} has not ended after {_MAX_JOB_SECONDS:.0f} s.")
        job = gateway.get(path, wait=30)
    seconds = time.monotonic() - started
    lines: list[dict[str, Any]] = gateway.get(f"{path}/documents", limit=1000)["items"]
    return lines, seconds


def remove(gateway: Gateway, name: str) -> None:
    """Take a collection and its documents away, if they are there. Raises `GatewayError`."""
    try:
        gateway.delete(f"/api/rag/collections/{name}")
    except Refused as refusal:
        if refusal.status != 404:
            raise
    with ThreadPoolExecutor(4) as threads:
        while items := gateway.get("/api/data/documents", collection=name, limit=100)["items"]:
            list(threads.map(lambda item: _delete(gateway, item["id"]), items))


def _delete(gateway: Gateway, document_id: str) -> None:
    with closing(Gateway(gateway.url, gateway.key)) as own:  # a connection belongs to one thread
        try:
            own.delete(f"/api/data/documents/{document_id}")
        except Refused as refusal:
            if refusal.status != 404:
                raise
