"""The uploaded bytes: files named after their SHA-256, complete or not there at all."""

import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from typing_extensions import Buffer

from oberaconnect.problems import InsufficientStorage, TooLarge

#: Kept free, so that a full disk is a refusal at the door and never a database that cannot write.
RESERVE_BYTES = 256 * 2**20
_PIECE = 1 << 20


@dataclass(frozen=True)
class Blob:
    """Stored bytes: their SHA-256 in hex and their number."""

    sha256: str
    size: int


class Blobs:
    """A folder of blobs, one subfolder a tenant: equal files of two clients are two files."""

    def __init__(self, root: Path, *, max_bytes: int) -> None:
        """`max_bytes` bounds a single blob."""
        self.root = root
        self._max_bytes = max_bytes
        self._incoming = root / "incoming"

    def put(self, tenant: str, content: IO[bytes] | bytes) -> Blob:
        """Store and flush to the disk before returning. What is there already is not written again.

        Raises:
            TooLarge: when the content exceeds the limit; nothing is kept.
            InsufficientStorage: when the disk is nearly full.
        """
        if known := self._known(tenant, content):
            return known

        def write(file: IO[bytes]) -> None:
            for piece in _pieces(content):
                file.write(piece)

        return self.receive(tenant, write, expected_bytes=len(content) if isinstance(content, bytes) else 0)

    def receive(self, tenant: str, write: Callable[[IO[bytes]], None], *, expected_bytes: int = 0) -> Blob:
        """Store what `write` writes into the file it is given. Errors as for `put`, and those of `write`."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < RESERVE_BYTES + expected_bytes:
            raise InsufficientStorage()
        temporary = self._incoming / secrets.token_hex(16)
        try:
            with _on_the_disk():
                file = _Bounded(temporary, self._max_bytes)
            with file:
                write(file)
                with _on_the_disk():
                    file.flush()
                    os.fsync(file.fileno())
                    file.seek(0)
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                    size = file.tell()
            with _on_the_disk():
                target = self.path(tenant, digest)
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.replace(target)
                _sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return Blob(digest, size)

    def _known(self, tenant: str, content: IO[bytes] | bytes) -> Blob | None:
        digest, size = hashlib.sha256(), 0
        for piece in _pieces(content):
            size += len(piece)
            digest.update(piece)
        if not isinstance(content, bytes):
            content.seek(0)
        path = self.path(tenant, digest.hexdigest())
        try:
            os.utime(path)  # as if it had come in just now: it is not to be swept away
        except FileNotFoundError:
            return None
        return Blob(path.name, size)

    def check(self) -> str:
        """Prove that there is room for uploads. Raises `InsufficientStorage`; returns how much is free."""
        self.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.root).free
        if free < RESERVE_BYTES:
            raise InsufficientStorage()
        return f"{free / 2**30:.1f} GB free"

    def path(self, tenant: str, sha256: str) -> Path:
        """Where a blob lies."""
        return self.root / tenant / sha256[:2] / sha256

    def remove(self, tenant: str, digests: Iterable[str]) -> None:
        """Delete blobs that no document refers to any more. The caller knows."""
        for sha256 in digests:
            self.path(tenant, sha256).unlink(missing_ok=True)


@contextmanager
def _on_the_disk() -> Iterator[None]:
    """What fails here is the disk, and not where the bytes come from."""
    try:
        yield
    except OSError as error:
        raise InsufficientStorage("The file could not be written to the disk.") from error


class _Bounded(io.BufferedRandom):
    """A new file that takes no more than so many bytes."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        super().__init__(io.FileIO(path, "x+b"))
        self._max_bytes = max_bytes

    def write(self, data: Buffer, /) -> int:
        if self.tell() + len(memoryview(data)) > self._max_bytes:
            raise TooLarge(f"A file may have at most {self._max_bytes // 2**20} MB.")
        with _on_the_disk():
            return super().write(data)


def _pieces(content: IO[bytes] | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while piece := content.read(_PIECE):
        yield piece


def _sync_folder(folder: Path) -> None:
    # The rename itself is only durable when the folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
