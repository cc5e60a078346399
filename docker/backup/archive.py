"""The inside of a backup: a tar whose members are pieces of parts, `platform.dump/00000` and so on, the manifest last.

A tar names a member's length before its bytes, and nobody knows how long a dump will be: so parts come in pieces that
fit into memory. By hand: `tar x`, then `cat platform.dump/* | pg_restore …`.
"""

import hashlib
import tarfile
import time
from collections.abc import Iterable, Iterator
from typing import IO

from backup.manifest import Manifest, Part

PIECE_BYTES = 8 * 2**20
MANIFEST = "manifest.json"


class Writer:
    """Writes parts into a stream, one after the other."""

    def __init__(self, sink: IO[bytes]) -> None:
        """`sink` is only written to, from its beginning to its end."""
        self._sink = sink
        self.parts: list[Part] = []

    def part(self, name: str, content: Iterable[bytes]) -> Part:
        """Add a part; an empty one has one empty piece."""
        digest, size = hashlib.sha256(), 0
        for number, piece in enumerate(_pieces(content)):
            digest.update(piece)
            size += len(piece)
            self._add(f"{name}/{number:05}", piece)
        self.parts.append(Part(name, size, digest.hexdigest()))
        return self.parts[-1]

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and end the tar. Without it the file is not a backup."""
        self._add(MANIFEST, manifest.text())
        self._sink.write(bytes(2 * tarfile.BLOCKSIZE))

    def _add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = len(content), 0o600, int(time.time())
        self._sink.write(member.tobuf() + content + bytes(-len(content) % tarfile.BLOCKSIZE))


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    waiting, is_first = bytearray(), True
    for chunk in content:
        waiting += chunk
        while len(waiting) >= PIECE_BYTES:
            yield bytes(waiting[:PIECE_BYTES])
            del waiting[:PIECE_BYTES]
            is_first = False
    if waiting or is_first:
        yield bytes(waiting)
