"""Qdrant's own engine inside this process, with the methods and models of `QdrantClient`.

What the engine asks of its user, and where it is kept here: one process a shard (`_own`), retry while the process
before still holds it (`_load`), take back a refused batch (`upsert`), flush after a piece of work (`flush`), survive
its panics (`_using`), and never optimise in the process that serves (`_optimise`): every call holds the interpreter.
"""

import atexit
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import qdrant_edge as edge
from qdrant_client import models
from qdrant_client.http.models import QueryResponse

from rag_engine.vectors import convert

_log = logging.getLogger(__name__)

#: A reload starts the new process before the old one has let go of the shards.
_OPEN_SECONDS = 30.0


class StoreFailed(Exception):
    """The embedded vector store could not do that."""


class StoreBusy(Exception):
    """A collection cannot be used before its vectors are indexed."""


class EdgeClient:
    """The calls this service makes of a Qdrant, over shards in a folder. Safe under threads of one process."""

    #: With more points than this outside the vector index a search scans too long: a shard is indexed before it serves.
    MAX_UNINDEXED = 50_000

    def __init__(self, root: Path) -> None:
        """`root` holds one folder a collection. Nothing is opened before it is used."""
        self._root = root
        self._lock = threading.RLock()
        self._open: dict[str, edge.EdgeShard] = {}
        self._sizes: dict[str, dict[str, int]] = {}
        self._indexing: set[str] = set()
        self._owner: int | None = None

    def collection_exists(self, name: str) -> bool:
        """Whether there is such a collection."""
        return (self._root / name / "edge_config.json").is_file()

    def create_collection(
        self,
        name: str,
        vectors_config: dict[str, models.VectorParams],
        sparse_vectors_config: dict[str, models.SparseVectorParams],
    ) -> bool:
        """Make an empty collection."""
        self._own()
        with self._lock:
            self._open[name] = edge.EdgeShard.create(
                str(self._root / name), convert.config(vectors_config, sparse_vectors_config)
            )
            self._sizes[name] = {key: item.size for key, item in vectors_config.items()}
        return True

    def create_payload_index(
        self, name: str, field_name: str, field_schema: models.PayloadSchemaType | models.KeywordIndexParams
    ) -> None:
        """Index a field of the payload."""
        with self._using(name) as shard:
            shard.update(edge.UpdateOperation.create_field_index(field_name, convert.payload_index(field_schema)))

    def delete_collection(self, name: str) -> bool:
        """Remove a collection with all its points; no error when there is none."""
        self._own()
        with self._lock:
            shard = self._open.pop(name, None)
            if shard is not None:
                shard.close()
            shutil.rmtree(self._root / name, ignore_errors=True)
        return True

    def upsert(self, name: str, points: Sequence[models.PointStruct]) -> None:
        """Write points.

        Raises:
            ValueError: for a vector that does not fit; nothing was written then.
            StoreFailed: when the engine refuses the batch; none of its points remains.
        """
        with self._using(name) as shard:
            self._validate(name, points)
            batch = [edge.Point(item.id, convert.vector(item.vector), item.payload) for item in points]
            try:
                shard.update(edge.UpdateOperation.upsert_points(batch))
            except Exception:
                # A refused batch stays in the log and would come back half-empty with the next load.
                shard.update(edge.UpdateOperation.delete_points([item.id for item in points]))
                raise

    def delete(self, name: str, points_selector: models.Filter) -> None:
        """Remove the points that a filter names."""
        with self._using(name) as shard:
            shard.update(edge.UpdateOperation.delete_points_by_filter(convert.where(points_selector)))

    def set_payload(self, name: str, payload: Mapping[str, Any], points: models.Filter) -> None:
        """Set fields of the points that a filter names."""
        with self._using(name) as shard:
            shard.update(edge.UpdateOperation.set_payload_by_filter(convert.where(points), dict(payload)))

    def delete_payload(self, name: str, keys: Sequence[str], points: models.Filter) -> None:
        """Remove fields of the points that a filter names."""
        with self._using(name) as shard:
            shard.update(edge.UpdateOperation.delete_payload_by_filter(convert.where(points), list(keys)))

    def query_batch_points(self, name: str, requests: Sequence[models.QueryRequest]) -> list[QueryResponse]:
        """Search by several vectors."""
        with self._using(name) as shard:
            found = [shard.query(convert.query(request)) for request in requests]
        return [
            QueryResponse(
                points=[
                    models.ScoredPoint(id=str(item.id), version=item.version, score=item.score, payload=item.payload)
                    for item in items
                ]
            )
            for items in found
        ]

    def scroll(
        self, name: str, scroll_filter: models.Filter, limit: int, with_payload: bool, with_vectors: list[str]
    ) -> tuple[list[models.Record], None]:
        """The first `limit` points that a filter names, in the order of their ids."""
        request = edge.ScrollRequest(
            limit=limit, filter=convert.where(scroll_filter), with_payload=with_payload, with_vector=with_vectors
        )
        with self._using(name) as shard:
            records, _ = shard.scroll(request)
        return [models.Record(id=str(item.id), payload=item.payload, vector=item.vector) for item in records], None

    def count(self, name: str, count_filter: models.Filter | None = None) -> models.CountResult:
        """How many points a filter names; without one, all."""
        wanted = convert.where(count_filter) if count_filter else None
        with self._using(name) as shard:
            return models.CountResult(count=shard.count(edge.CountRequest(exact=True, filter=wanted)))

    def flush(self, name: str) -> None:
        """Bring everything written so far to the disk. Until then it survives the process, but not a power cut."""
        with self._using(name) as shard:
            shard.flush()

    def size_bytes(self, name: str) -> int:
        """Bytes a collection takes on the disk (its files are sparse: what they claim is more)."""
        return sum(file.stat().st_blocks * 512 for file in (self._root / name).rglob("*") if file.is_file())

    def check(self) -> str | None:
        """Open what is not open yet. Returns what is still going on. Raises `StoreFailed` naming the collection."""
        self._own()
        for folder in sorted(self._root.iterdir()):
            if self.collection_exists(folder.name):
                try:
                    self._opened(folder.name)
                except StoreBusy as busy:
                    return str(busy)
        return None

    def close(self) -> None:
        """Flush and close all shards."""
        atexit.unregister(self.close)
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _own(self) -> None:
        """The engine's threads do not survive a fork: a child that used an open shard would hang."""
        if self._owner is None:
            self._owner = os.getpid()
            self._root.mkdir(parents=True, exist_ok=True)
            atexit.register(self.close)
        if self._owner != os.getpid():
            raise RuntimeError("the embedded store was opened by another process; open it after the fork")

    def _opened(self, name: str) -> edge.EdgeShard:
        self._own()
        with self._lock:
            if name in self._indexing:
                raise StoreBusy(f"The vectors of '{name}' are being indexed after the start. This takes a few minutes.")
            if name not in self._open:
                shard = self._load(name)
                if name not in self._sizes and _unindexed(shard) > self.MAX_UNINDEXED:
                    shard.close()
                    self._indexing.add(name)
                    threading.Thread(target=self._optimise, args=(name,), name=f"index {name}", daemon=True).start()
                    raise StoreBusy(
                        f"The vectors of '{name}' are being indexed after the start. This takes a few minutes."
                    )
                self._keep(name, shard)
            return self._open[name]

    def _keep(self, name: str, shard: edge.EdgeShard) -> None:
        self._open[name] = shard
        config = json.loads((self._root / name / "edge_config.json").read_text(encoding="utf-8"))
        self._sizes[name] = {key: item["size"] for key, item in config["vectors"].items()}

    def _load(self, name: str) -> edge.EdgeShard:
        deadline = time.monotonic() + _OPEN_SECONDS
        while True:
            try:
                return edge.EdgeShard.load(str(self._root / name))
            except Exception as error:
                if "WouldBlock" not in str(error) or time.monotonic() > deadline:
                    raise _broken(name, error) from error
            except BaseException as error:
                if not _is_panic(error):
                    raise
                raise _broken(name, error) from error
            time.sleep(0.2)

    def _optimise(self, name: str) -> None:
        """Build the vector index in a process of its own: it holds the interpreter for minutes."""
        command = [sys.executable, "-m", "rag_engine.vectors.optimize", str(self._root / name)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            _log.error("vectors not indexed", extra={"collection": name, "error": done.stderr[-2000:]})
        with self._lock:
            try:
                self._keep(name, self._load(name))  # also when it failed: searching slowly beats not searching
            except StoreFailed:
                _log.exception("vectors cannot be opened")
            finally:
                self._indexing.discard(name)

    @contextmanager
    def _using(self, name: str) -> Iterator[edge.EdgeShard]:
        shard = self._opened(name)
        try:
            yield shard
        except (ValueError, TypeError, StoreFailed):
            raise
        except Exception as error:
            raise _broken(name, error) from error
        except BaseException as error:
            if not _is_panic(error):
                raise
            with self._lock:
                self._open.pop(name, None)  # its state is unknown: the next use loads it from the disk
            with suppress(BaseException):
                shard.close()
            raise _broken(name, error) from error

    def _validate(self, name: str, points: Sequence[models.PointStruct]) -> None:
        """The engine takes NaN silently, and finds a wrong dimension only after it has logged the batch."""
        for item in points:
            given: Any = item.vector
            for key, size in self._sizes[name].items():
                numbers = np.asarray(given[key], np.float32)
                if numbers.shape != (size,) or not np.isfinite(numbers).all():
                    raise ValueError(f"the vector '{key}' must be {size} finite numbers, not {numbers.shape}")


def _broken(name: str, error: BaseException) -> StoreFailed:
    _log.error("embedded vector store failed", extra={"collection": name, "error": str(error)[:2000]})
    return StoreFailed(f"The vectors of '{name}' cannot be used right now; the log says why.")


def _is_panic(error: BaseException) -> bool:
    # A Rust panic reaches Python as a BaseException whose class cannot be imported.
    return type(error).__name__ == "PanicException"


def _unindexed(shard: edge.EdgeShard) -> int:
    """Points that a dense search must scan. The engine counts vectors; its sparse ones are always indexed."""
    info = shard.info()
    return 2 * info.points_count - info.indexed_vectors_count
