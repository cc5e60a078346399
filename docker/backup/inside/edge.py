"""Vectors that rag-engine keeps itself: `size`, `take`, `count`, `send NAME`, `drop`, `receive NAME …`, `finish NAME…`.

They are copied while rag-engine stands still: what a copy then holds is what the disk would hold had it been killed,
and from that the engine recovers. `count` opens the copy, which proves it.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

_DATA = Path(os.environ.get("DATA_DIR") or "var/data")
_VECTORS = _DATA / "vectors"
_TAKEN = _DATA / ".backup-vectors"
_RECEIVED = _DATA / ".restore-vectors"
_PIECE = 1 << 20


def size() -> dict[str, int]:
    """How much there is on the disk: the files are sparse, what they claim is more."""
    return {"bytes": sum(file.stat().st_blocks * 512 for file in _VECTORS.rglob("*") if file.is_file())}


def take() -> dict[str, None]:
    """Copy every collection; its points are counted later, from the copy."""
    drop()
    _TAKEN.mkdir()
    if _VECTORS.is_dir():
        command = ["cp", "-a", "--sparse=always", "--reflink=auto", f"{_VECTORS}/.", str(_TAKEN)]
        subprocess.run(command, check=True)
    return dict.fromkeys(_names(_TAKEN))


def count(folder: Path = _TAKEN) -> dict[str, int]:
    """Open the copy and count the points of each collection."""
    import qdrant_edge as edge  # noqa: PLC0415 - everything else here does without

    found = {}
    for name in _names(folder):
        shard = edge.EdgeShard.load(str(folder / name))
        found[name] = int(shard.count(edge.CountRequest(exact=True)))
        shard.close()
    return found


def send(name: str) -> None:
    """Write a copied collection to standard output, as a compressed tar that leaves out the holes of sparse files."""
    command = ["tar", "--create", "--sparse", "--format=gnu", "--directory", str(_TAKEN / name), "."]
    with (
        gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb", compresslevel=1, mtime=0) as packed,
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout
        shutil.copyfileobj(process.stdout, packed, _PIECE)
        if process.wait():
            raise SystemExit("tar failed")


def drop() -> dict[str, int]:
    """Forget the copy."""
    shutil.rmtree(_TAKEN, ignore_errors=True)
    return {}


def receive(name: str) -> dict[str, int]:
    """Read such a tar into a folder beside the one in use."""
    target = _RECEIVED / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|gz", bufsize=_PIECE) as tar:
        while (member := tar.next()) is not None:
            tar.members = []  # type: ignore[attr-defined]
            _write(tar, member, target)
    return {}


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isreg() or member.isdir()):
        raise SystemExit(f"{member.name[:200]!r} does not belong to a collection")
    target = folder / path
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    source = tar.extractfile(member)
    with target.open("xb") as file:
        while source is not None and (piece := source.read(_PIECE)):
            if piece.count(0) == len(piece):
                file.seek(len(piece), os.SEEK_CUR)  # a hole stays a hole
            else:
                file.write(piece)
        file.truncate(member.size)


def finish(names: list[str]) -> dict[str, int]:
    """Put the received collections in the place of those in use; returns their points."""
    _RECEIVED.mkdir(exist_ok=True)
    for name in set(_names(_RECEIVED)) - set(names):
        shutil.rmtree(_RECEIVED / name)
    found = count(_RECEIVED)
    shutil.rmtree(_VECTORS, ignore_errors=True)
    _RECEIVED.rename(_VECTORS)
    return found


def _names(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/edge_config.json"))


def main(verb: str, words: list[str]) -> None:
    """Do one of them."""
    os.umask(0o077)
    if verb == "send":
        send(words[0])
    elif verb == "receive":
        print(json.dumps(receive(words[0])))
    elif verb == "finish":
        print(json.dumps(finish(words)))
    else:
        print(json.dumps({"size": size, "take": take, "count": count, "drop": drop}[verb]()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
