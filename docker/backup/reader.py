"""Reading a backup: piece by piece, refusing whatever no backup holds, and holding it against its manifest."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from backup import manifest as manifests
from backup.archive import MANIFEST, PIECE_BYTES
from backup.manifest import Manifest, Part
from host.obstacle import Obstacle

_MAX_MANIFEST_BYTES = 16 * 2**20
_BROKEN = "The backup is damaged: {}. Take another one; nothing was changed."


class Reader:
    """Reads a backup from its beginning to its end, once. Nothing of it is ever unpacked by the name it bears."""

    def __init__(self, source: IO[bytes]) -> None:
        """`source` is only read. `manifest` holds the manifest's bytes when all parts were read."""
        self._source = source
        self.manifest = b""

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Every part with its bytes. Raises `Obstacle` for whatever no backup has."""
        with _refusing_broken():
            tar = tarfile.open(fileobj=self._source, mode="r|", bufsize=1 << 20)  # noqa: SIM115 - closed below
        with tar:
            yield from self._parts(tar)

    def _parts(self, tar: tarfile.TarFile) -> Iterator[tuple[str, Iterator[bytes]]]:
        members = _members(tar)
        member = next(members, None)
        while member is not None and member.name != MANIFEST:
            name, _, number = member.name.rpartition("/")
            if number != "00000" or not manifests.PART.fullmatch(name):
                raise Obstacle(_BROKEN.format("it holds what no backup holds"))
            following: list[tarfile.TarInfo | None] = []
            content = _content(tar, member, name, members, following)
            yield name, content
            for _ in content:  # what the caller left
                pass
            member = following[0]
        if member is None or member.size > _MAX_MANIFEST_BYTES:
            raise Obstacle(_BROKEN.format("it ends before its manifest"))
        self.manifest = _bytes(tar, member)
        if next(members, None) is not None:
            raise Obstacle(_BROKEN.format("something follows its manifest"))


def _content(
    tar: tarfile.TarFile,
    first: tarfile.TarInfo,
    name: str,
    members: Iterator[tarfile.TarInfo],
    following: list[tarfile.TarInfo | None],
) -> Iterator[bytes]:
    """The pieces of one part; leaves the member that follows them in `following`."""
    number, member = 0, first
    while True:
        if member.size > PIECE_BYTES:
            raise Obstacle(_BROKEN.format("a piece of it is too long"))
        yield _bytes(tar, member)
        number += 1
        after = next(members, None)
        if after is None or after.name != f"{name}/{number:05}":
            following.append(after)
            return
        member = after


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while True:
        with _refusing_broken():
            member = tar.next()
        if member is None:
            return
        tar.members = []  # type: ignore[attr-defined] # it would remember every one
        if not member.isreg():
            raise Obstacle(_BROKEN.format("it holds something that is no file"))
        yield member


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    with _refusing_broken():
        file = tar.extractfile(member)
        return file.read() if file else b""


@contextmanager
def _refusing_broken() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, OverflowError):
        raise Obstacle(_BROKEN.format("it ends too early, or is no backup at all")) from None


def check(source: IO[bytes]) -> tuple[Manifest, bytes]:
    """Read a whole backup and hold every part against the manifest.

    Returns:
        The manifest, and the part with the secrets, which is small.
    Raises:
        Obstacle: when a part is not as it was.
    """
    reader, found, secrets = Reader(source), [], b""
    for name, content in reader.parts():
        digest, size = hashlib.sha256(), 0
        for piece in content:
            digest.update(piece)
            size += len(piece)
            if name == manifests.SECRETS:
                secrets = piece
        found.append(Part(name, size, digest.hexdigest()))
    manifest = manifests.parse(reader.manifest)
    for said, is_there in zip(manifest.parts, found, strict=False):
        if said != is_there:
            raise Obstacle(_BROKEN.format(f"{said.name} is not what it was when the backup was made"))
    if len(manifest.parts) != len(found):
        raise Obstacle(_BROKEN.format("parts of it are missing, or too many"))
    return manifest, secrets
