"""The sample documents on their way into the platform: one upload a client, followed until every job has ended."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.gateway import Gateway, GatewayError

COLLECTION = "documents"
#: The folder of the provider itself goes into the scope that the caller has anyway.
OWN_FOLDER = "msp"
_POLL_SECONDS = 0.25
_MAX_SECONDS = 900.0
_ENDED = {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class Folder:
    """The documents of one scope; `client` None is the caller's own."""

    name: str
    client: str | None
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Progress:
    """How far all uploads together are."""

    done: int
    total: int
    note: str


@dataclass(frozen=True)
class Outcome:
    """What became of a folder. `failures` are (name, reason) of each document that could not be read."""

    folder: Folder
    counts: dict[str, int]
    chunks: int
    pages: int
    failures: tuple[tuple[str, str], ...]


def folders(samples: Path) -> list[Folder]:
    """The folders of the samples, by name.

    Raises:
        GatewayError: when there are none.
    """
    found = [
        Folder(
            path.name,
            None if path.name == OWN_FOLDER else path.name,
            tuple(sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))),
        )
        for path in sorted(samples.iterdir() if samples.is_dir() else [])
        if path.is_dir()
    ]
    if not any(folder.files for folder in found):
        raise GatewayError(f"There are no sample documents in {samples}. Restore the folder: git checkout samples")
    return found


def upload(gateway: Gateway, folder: Folder) -> str:
    """Send a folder's documents and return the job's id. Raises `GatewayError`."""
    fields = {"collection": COLLECTION, "metadata": json.dumps({"set": "samples"})}
    if folder.client is not None:
        fields["client"] = folder.client
    job = gateway.upload([(file.name, file.read_bytes()) for file in folder.files], fields)
    return str(job["id"])


def follow(gateway: Gateway, jobs: dict[str, Folder]) -> Iterator[Progress]:
    """How far the jobs are, until all have ended.

    Raises:
        GatewayError: when the platform refuses, or they do not end in a quarter of an hour.
    """
    seen: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + _MAX_SECONDS
    total = sum(len(folder.files) for folder in jobs.values())
    while True:
        for job_id in jobs:
            if seen.get(job_id, {}).get("status") not in _ENDED:
                seen[job_id] = gateway.get(f"/api/data/jobs/{job_id}")
        moving = [job_id for job_id, job in seen.items() if job["status"] not in _ENDED]
        note = ", ".join(jobs[job_id].name for job_id in moving)
        yield Progress(sum(int(job["progress"]["done"]) for job in seen.values()), total, note)
        if not moving:
            return
        if time.monotonic() > deadline:
            raise GatewayError(f"The documents of {note} are still not in. 'make logs S=data-processing' shows why.")
        time.sleep(_POLL_SECONDS)


def outcome(gateway: Gateway, job_id: str, folder: Folder) -> Outcome:
    """What the ledger of an ended job says. Raises `GatewayError`."""
    job = gateway.get(f"/api/data/jobs/{job_id}")
    lines = gateway.get(f"/api/data/jobs/{job_id}/documents", limit=1000)["items"]
    return Outcome(
        folder=folder,
        counts={name: count for name, count in job["counts"].items() if count},
        chunks=sum(line["chunks"] for line in lines),
        pages=sum(line["pages"] or 0 for line in lines),
        failures=tuple((line["name"], line["reason"] or "") for line in lines if line["status"] == "failed"),
    )
