"""Collections and their snapshots in two folders: one shard of the engine each, open in this process only."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import qdrant_edge as edge
from tests.standins.qdrant import shapes
from tests.standins.qdrant.shapes import WrongInput

_NAME = re.compile(r'[^<>:"/\\|?*\x00-\x1f]{1,255}')
#: The process before may still hold the shards for a moment.
_OPEN_SECONDS = 15.0


class NotFound(Exception):
    """Qdrant answers such a request with 404."""


class AlreadyThere(Exception):
    """Qdrant answers such a request with 409."""


class InvalidName(Exception):
    """Qdrant answers such a request with 422."""


class Storage:
    """The engine behind the server. One call at a time: the engine holds the interpreter anyway."""

    def __init__(self, root: Path, snapshots: Path) -> None:
        """Opens nothing but what it left half done: that goes."""
        self._collections, self._work, self.snapshots = root / "collections", root / "work", snapshots
        self._lock = threading.RLock()
        self._open: dict[str, tuple[edge.EdgeShard, dict[str, Any]]] = {}
        self._operations = 0
        shutil.rmtree(self._work, ignore_errors=True)
        for folder in (self._collections, self._work, self.snapshots / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """All collections."""
        return sorted(folder.name for folder in self._collections.iterdir())

    def exists(self, name: str) -> bool:
        """Whether there is such a collection."""
        return self._folder(name).is_dir()

    def create(self, name: str, collection: dict[str, Any]) -> None:
        """Make an empty collection; it is there as a whole or not at all."""
        with self._lock:
            if self.exists(name):
                raise AlreadyThere(f"Wrong input: Collection `{name}` already exists!")
            made = self._work / uuid.uuid4().hex
            made.mkdir()
            try:
                edge.EdgeShard.create(str(made / "0"), shapes.config(collection)).close()
            except (KeyError, TypeError, AttributeError) as error:
                raise WrongInput(f"Format error in JSON body: {error!r}") from None
            _write(made / "config.json", {"config": collection, "indexes": {}})
            self._put(made, name)

    def delete(self, name: str) -> bool:
        """Remove a collection; its snapshots stay. Returns whether there was one."""
        with self._lock:
            if not self.exists(name):
                return False
            self._close(name)
            gone = self._work / uuid.uuid4().hex
            self._folder(name).rename(gone)
            shutil.rmtree(gone)
            return True

    def info(self, name: str) -> "tuple[edge.ShardInfo, dict[str, Any]]":
        """What the engine says of a collection, and how it was made: `config` and `indexes` by field."""
        with self.using(name) as (shard, about):
            return shard.info(), about

    def index(self, name: str, field: str, schema: Any) -> int:
        """Index a field of the payload."""
        kind, parameters = shapes.index(schema)
        done = self.update(name, edge.UpdateOperation.create_field_index(field, parameters))
        with self.using(name) as (_, about):
            about["indexes"][field] = {"data_type": kind} | ({"params": schema} if isinstance(schema, dict) else {})
            _write(self._folder(name) / "config.json", about)
        return done

    def update(self, name: str, operation: edge.UpdateOperation) -> int:
        """Do it and flush it to the disk. Returns the operation's number."""
        with self.using(name) as (shard, _):
            shard.update(operation)
            shard.flush()
            self._operations += 1
            return self._operations

    @contextmanager
    def using(self, name: str) -> Iterator[tuple[edge.EdgeShard, dict[str, Any]]]:
        """The shard of a collection and how it was made, for nobody else meanwhile."""
        with self._lock:
            if name not in self._open:
                if not self.exists(name):
                    raise NotFound(f"Not found: Collection `{name}` doesn't exist!")
                about = json.loads((self._folder(name) / "config.json").read_bytes())
                self._open[name] = (_load(self._folder(name) / "0"), about)
            yield self._open[name]

    def snapshot(self, name: str) -> Path:
        """Write a snapshot of a collection."""
        stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H-%M-%S-%f")
        target = self.snapshots / name / f"{name}-1-{stamp}.snapshot"
        made = self.snapshots / "tmp" / uuid.uuid4().hex
        with self.using(name) as (shard, _):
            shard.flush()
            # Sparse: the engine's files claim a hundred times what they hold.
            subprocess.run(["tar", "--sparse", "-C", self._folder(name), "-cf", made, "."], check=True)
        target.parent.mkdir(exist_ok=True)
        made.rename(target)
        return target

    def snapshots_of(self, name: str) -> list[Path]:
        """The snapshots of a collection that is there."""
        with self.using(name):
            return sorted((self.snapshots / name).glob("*.snapshot"))

    def snapshot_file(self, name: str, file: str) -> Path:
        """One of them."""
        for found in self.snapshots_of(name):
            if found.name == file:
                return found
        raise NotFound(f"Not found: Snapshot {file} not found")

    def recover(self, name: str, snapshot: Path) -> None:
        """Put what a snapshot holds in the place of a collection, there or not; one that is broken changes nothing."""
        self._folder(name)
        made = self._work / uuid.uuid4().hex
        made.mkdir()
        try:
            subprocess.run(["tar", "-C", made, "-xf", snapshot], check=True, capture_output=True)
            json.loads((made / "config.json").read_bytes())["indexes"]
            _load(made / "0").close()
        except (subprocess.CalledProcessError, OSError, ValueError, KeyError, TypeError) as error:
            shutil.rmtree(made)
            raise WrongInput("Wrong input: the file is no snapshot of a collection") from error
        with self._lock:
            self.delete(name)
            self._put(made, name)

    def _put(self, made: Path, name: str) -> None:
        made.rename(self._folder(name))
        for folder in (self._folder(name), self._collections):
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name in {".", ".."}:
            raise InvalidName("Validation error in path parameters: [name: invalid characters or length]")
        return self._collections / name

    def _close(self, name: str) -> None:
        if opened := self._open.pop(name, None):
            opened[0].close()


def digest(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _load(folder: Path) -> edge.EdgeShard:
    deadline = time.monotonic() + _OPEN_SECONDS
    while True:
        try:
            return edge.EdgeShard.load(str(folder))
        except Exception as error:
            if "WouldBlock" not in str(error) or time.monotonic() > deadline:
                raise OSError(f"the shard cannot be opened: {error}") from error
        time.sleep(0.1)


def _write(path: Path, about: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("w") as file:
        json.dump(about, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
