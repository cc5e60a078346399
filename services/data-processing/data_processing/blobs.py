"""The uploaded bytes: files named after their SHA-256, complete or not there at all.

Bytes with secrets in them do not stay: something else is kept in their place, and their digest goes on naming them.
"""

import hashlib
import io
import os
import secrets
import shutil
import sys
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
_STAND_IN = ".json"


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
        with self._written(write, expected_bytes, self._max_bytes) as (temporary, blob):
            if not self._touch(self.stand_in(tenant, blob.sha256)):
                self._place(temporary, self.path(tenant, blob.sha256))
        return blob

    def replace(self, tenant: str, sha256: str, content: bytes) -> None:
        """Keep `content` in the place of a blob. Its bytes go, and do not come back. Raises `InsufficientStorage`."""
        with self._written(lambda file: file.write(content), len(content), sys.maxsize) as (temporary, _):
            self._place(temporary, self.stand_in(tenant, sha256))
        self.path(tenant, sha256).unlink(missing_ok=True)

    def replaced(self, tenant: str, sha256: str) -> bytes | None:
        """What is kept in the place of a blob; None when its own bytes are, or nothing is."""
        try:
            return self.stand_in(tenant, sha256).read_bytes()
        except FileNotFoundError:
            return None

    def holds(self, tenant: str, sha256: str) -> bool:
        """Whether a blob, or what is in its place, is there."""
        return self.path(tenant, sha256).is_file() or self.stand_in(tenant, sha256).is_file()

    @contextmanager
    def _written(
        self, write: Callable[[IO[bytes]], object], expected_bytes: int, max_bytes: int
    ) -> Iterator[tuple[Path, Blob]]:
        """A complete file that is on the disk and has no name of its own yet."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < RESERVE_BYTES + expected_bytes:
            raise InsufficientStorage()
        temporary = self._incoming / secrets.token_hex(16)
        try:
            with _on_the_disk():
                file = _Bounded(temporary, max_bytes)
            with file:
                write(file)
                with _on_the_disk():
                    file.flush()
                    os.fsync(file.fileno())
                    file.seek(0)
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                    size = file.tell()
            yield temporary, Blob(digest, size)
        finally:
            temporary.unlink(missing_ok=True)

    def _place(self, temporary: Path, target: Path) -> None:
        with _on_the_disk():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
            _sync_folder(target.parent)

    def _known(self, tenant: str, content: IO[bytes] | bytes) -> Blob | None:
        digest, size = hashlib.sha256(), 0
        for piece in _pieces(content):
            size += len(piece)
            digest.update(piece)
        if not isinstance(content, bytes):
            content.seek(0)
        sha256 = digest.hexdigest()
        is_known = self._touch(self.path(tenant, sha256)) or self._touch(self.stand_in(tenant, sha256))
        return Blob(sha256, size) if is_known else None

    def _touch(self, path: Path) -> bool:
        """Make a file as if it had come in just now, so that it is not swept away. False when there is none."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

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

    def stand_in(self, tenant: str, sha256: str) -> Path:
        """Where lies what is kept in the place of a blob. Without its suffix it has the name of the blob."""
        return self.path(tenant, sha256).with_suffix(_STAND_IN)

    def remove(self, tenant: str, digests: Iterable[str]) -> None:
        """Delete blobs that no document refers to any more. The caller knows."""
        for sha256 in digests:
            self.path(tenant, sha256).unlink(missing_ok=True)
            self.stand_in(tenant, sha256).unlink(missing_ok=True)


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
