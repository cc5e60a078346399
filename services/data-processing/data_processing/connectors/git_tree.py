"""The output of `git ls-tree -r -z --long`, read as it comes. Pure.

Format: `<mode> SP <type> SP <object> SP <size, padded> TAB <path> NUL` (git-ls-tree documentation).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from oberaconnect.problems import Unprocessable

_PIECE_BYTES = 1 << 16
_MAX_LINE_BYTES = 1 << 16
_REGULAR = (b"100644", b"100755", b"100664")


@dataclass(frozen=True)
class File:
    """A file of a commit: the path as its bytes are, the id of its content, and its size in bytes."""

    raw_path: bytes
    content: str
    size: int

    @property
    def path(self) -> str:
        """The path as text; bytes that are no UTF-8 stand as `\\xff`."""
        return self.raw_path.decode("utf-8", "backslashreplace")


def files(lines: IO[bytes], *, at_most: int) -> Iterator[File]:
    """The regular files, in the order they come: no links, no submodules.

    Raises:
        Unprocessable: when there are more than `at_most` entries.
    """
    for number, line in enumerate(_lines(lines), 1):
        if number > at_most:
            raise Unprocessable(f"The branch has more than {at_most:,} files. Name a folder of it in 'path'.")
        facts, _, path = line.partition(b"\t")
        mode, _, content, size = facts.split()
        if mode in _REGULAR:
            yield File(path, content.decode("ascii"), int(size))


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while piece := stream.read(_PIECE_BYTES):
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole
        if len(rest) > _MAX_LINE_BYTES:
            raise Unprocessable("The branch has a file whose path is too long. Name another folder in 'path'.")
