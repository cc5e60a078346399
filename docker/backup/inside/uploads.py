"""The uploaded bytes: `size`, `take`, `send`, `drop`, `receive`.

Files are named after their SHA-256, complete or not there, and never changed: links to them are a copy at a moment.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

_DATA = Path(os.environ.get("DATA_DIR") or "var/data")
_UPLOADS = _DATA / "uploads"
_TAKEN = _DATA / ".backup-uploads"
_NAME = re.compile(r"(?P<tenant>[^/\0]{1,128})/(?P<start>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})")
_PIECE = 1 << 20


def _blobs(root: Path) -> Iterator[tuple[str, Path]]:
    """Every complete file below a folder with its relative name."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(root).as_posix()
            if _NAME.fullmatch(relative) and not relative.startswith("incoming/"):
                yield relative, path


def size() -> dict[str, int]:
    """How much there is."""
    sizes = [path.stat().st_size for _, path in _blobs(_UPLOADS) if path.exists()]
    return {"files": len(sizes), "bytes": sum(sizes)}


def take() -> dict[str, int]:
    """Link to every file there is now."""
    drop()
    count = 0
    for relative, path in _blobs(_UPLOADS):
        target = _TAKEN / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(path)
        count += 1
    return {"files": count}


def send() -> None:
    """Write what was taken to standard output, as a tar."""
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_PIECE) as tar:
        for relative, path in sorted(_blobs(_TAKEN)):
            tar.add(path, relative, recursive=False)
            tar.members = []  # type: ignore[attr-defined]


def drop() -> dict[str, int]:
    """Forget what was taken."""
    shutil.rmtree(_TAKEN, ignore_errors=True)
    return {}


def receive() -> dict[str, int]:
    """Read such a tar: afterwards its files are there and no others. Each is held against its name."""
    wanted: set[str] = set()
    _UPLOADS.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", bufsize=_PIECE) as tar:
        while (member := tar.next()) is not None:
            tar.members = []  # type: ignore[attr-defined]
            _write(tar, member)
            wanted.add(member.name)
    for relative, path in list(_blobs(_UPLOADS)):
        if relative not in wanted:
            path.unlink(missing_ok=True)
    return {"files": len(wanted)}


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    found = _NAME.fullmatch(member.name)
    if not found or not member.isreg() or found["tenant"] in {".", "..", "incoming"}:
        raise SystemExit(f"{member.name[:200]!r} is not the name of an uploaded file")
    target = _UPLOADS / member.name
    source = tar.extractfile(member)
    if source is None or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary, digest = _UPLOADS / "incoming" / f"restore-{found['digest']}", hashlib.sha256()
    temporary.parent.mkdir(exist_ok=True)
    with temporary.open("wb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != found["digest"]:
        temporary.unlink()
        raise SystemExit(f"{member.name} does not hold what its name says")
    os.utime(temporary, (member.mtime, member.mtime))
    temporary.replace(target)


def main(verb: str) -> None:
    """Do one of them."""
    os.umask(0o077)
    if verb == "send":
        send()
    else:
        print(json.dumps({"size": size, "take": take, "drop": drop, "receive": receive}[verb]()))


if __name__ == "__main__":
    main(sys.argv[1])
