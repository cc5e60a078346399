"""How fast a source is kept in step, and with how much memory.

A library of Microsoft 365 is played by the tests' server, and read by a platform of its own, so that nothing of it
comes into the one that is in use here.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests import embedded
from tests.embedded import Platform
from tests.fakes.index import SearchIndex

from bench.figures import Figure, Target
from bench.library import LATENCY_MS, Library, library
from bench.own import without_settings
from bench.run import Run, follow
from bench.watch import Watch, quarters, watch
from demo.gateway import Gateway, GatewayError
from host import place
from oberaconnect.settings import Settings

#: Through the real index, which the embedder bounds; and against one that only remembers, which shows the rest.
_INDEXED_FILES = 1_000
_MANY_FILES = 10_000
_CHANGED_FILES = 100
_QUIET_RUNS = 3
_WORKER = b"data_processing.worker"


def sync(tell: Callable[[str], None]) -> list[Figure]:
    """Files a second, listed, asked for their readers and indexed; the memory of the worker; runs without a change.

    Raises:
        GatewayError: when a run fails, or the index does not hold what it should.
    """
    here = place.find()
    with without_settings(here.root / ".env.example"):
        with library(here, _INDEXED_FILES) as files, embedded.running(**files.settings) as platform:
            found = _end_to_end(platform, files)
        tell(f"sync: {_INDEXED_FILES:,} files are through the index; now {_MANY_FILES:,} beside it")
        key = secrets.token_hex(32)
        # The address of a database is needed to make settings; nothing connects to this one.
        unused = Settings.model_validate({"secret_key": key, "database_url": "postgresql://127.0.0.1/unused"})
        with library(here, _MANY_FILES) as files, SearchIndex(unused) as index:
            given = {**files.settings, "SECRET_KEY": key, "RAG_URL": index.url}
            with embedded.running(**given) as platform:
                found += _many(platform, files, index)
    return found


def _end_to_end(platform: Platform, files: Library) -> list[Figure]:
    with closing(Gateway(platform.url)) as gateway:
        run = follow(gateway, _added(gateway, files))
        points = int(gateway.get("/api/rag/collections/documents")["points"])
        if run.counts["new"] != _INDEXED_FILES or points < _INDEXED_FILES:
            raise GatewayError(f"{run.counts['new']} files and {points} chunks came in, not {_INDEXED_FILES} files.")
    note = (
        f"{_INDEXED_FILES:,} text files of {LATENCY_MS} ms Graph, {points:,} chunks embedded and searchable after"
        f" {run.seconds:.1f} s"
    )
    return [Figure("sync", "files in, end to end", _INDEXED_FILES / run.work_seconds, "/s", Target(">=", 20.0), note)]


def _many(platform: Platform, files: Library, index: SearchIndex) -> list[Figure]:
    with closing(Gateway(platform.url)) as gateway:
        source = _added(gateway, files)
        with watch(_worker(platform)) as watched:
            first = follow(gateway, source)
        if first.counts["new"] != _MANY_FILES or len(index.documents()) != _MANY_FILES:
            raise GatewayError(f"{first.counts['new']} files came in, not {_MANY_FILES}.")
        quiet = sorted((follow(gateway, source) for _ in range(_QUIET_RUNS)), key=lambda run: run.seconds)
        files.change(_CHANGED_FILES)
        changed = follow(gateway, source)
    if any(run.counts["changed"] for run in quiet) or changed.counts["changed"] != _CHANGED_FILES:
        raise GatewayError(f"{changed.counts['changed']} files changed, not {_CHANGED_FILES}.")
    return [*_speeds(first), *_runs(quiet, changed), *_memory(watched)]


def _added(gateway: Gateway, files: Library) -> str:
    return f"/api/data/sources/{gateway.post('/api/data/sources', files.source)['id']}"


def _worker(platform: Platform) -> int:
    """The worker of data-processing; those that it starts to parse come after it."""
    for process in platform.processes("data-processing"):
        if _WORKER in Path(f"/proc/{process.pid}/cmdline").read_bytes():
            return process.pid
    raise GatewayError("There is no worker.")


def _speeds(run: Run) -> list[Figure]:
    took: Mapping[str, float] = run.stages
    note = f"{_MANY_FILES:,} files of {LATENCY_MS} ms Graph in {{:.1f}} s"
    targets = {
        "files listed": ("listing", Target(">=", 1_000.0), ", compared with what is known"),
        "permissions read": ("permissions", Target(">=", 100.0), ", 20 to a request"),
        "files fetched and parsed": ("indexing", Target(">=", 20.0), ", into an index that only remembers"),
    }
    found = [
        Figure("sync", name, _MANY_FILES / took[stage], "/s", target, note.format(took[stage]) + rest)
        for name, (stage, target, rest) in targets.items()
    ]
    return [*found, Figure("sync", "all of it", _MANY_FILES / run.work_seconds, "/s", None, note.format(run.seconds))]


def _runs(quiet: list[Run], changed: Run) -> list[Figure]:
    middle = quiet[len(quiet) // 2].seconds
    spread = f"{_MANY_FILES:,} files; {_QUIET_RUNS} runs, {quiet[0].seconds:.2f} to {quiet[-1].seconds:.2f} s"
    return [
        Figure(
            "sync", "run without a change", middle, "s", Target("<=", 2.0), f"from the request to its end; {spread}"
        ),
        Figure("sync", f"run after {_CHANGED_FILES} changes", changed.seconds, "s", None, f"{_MANY_FILES:,} files"),
    ]


def _memory(watched: Watch) -> list[Figure]:
    first, last = quarters(watched.resident)
    shared_first, shared_last = quarters(watched.proportional)
    note = f"{len(watched.resident)} looks, one a second; the parsers are processes of their own"
    shared = "shared pages once: {:.0f} MB"
    return [
        Figure("sync", "worker, first quarter", first, "MB", None, f"resident; {shared.format(shared_first)}"),
        Figure("sync", "worker, last quarter", last, "MB", None, f"resident; {shared.format(shared_last)}"),
        Figure("sync", "worker, growth between them", last - first, "MB", Target("<=", 30.0)),
        Figure("sync", "worker, most", max(watched.resident), "MB", Target("<=", 300.0), note),
    ]
