"""The programs that run where the data lies: what they are sent by a stranger does no harm."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from host.place import ROOT

_INSIDE = ROOT / "docker" / "backup" / "inside"
_ALICE, _BOB = b"Alice's contract", b"Bob's network plan"


def _run(room: str, data: Path, *words: str, content: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, str(_INSIDE / f"{room}.py"), *words]
    return subprocess.run(
        command, env={**os.environ, "DATA_DIR": str(data)}, input=content, capture_output=True, check=False
    )


def _name(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"default/{digest[:2]}/{digest}"


def _store(data: Path, content: bytes) -> Path:
    path = data / "uploads" / _name(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _tar(name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        one = tarfile.TarInfo(name)
        one.type, one.size, one.linkname = kind, len(content), "/etc"
        tar.addfile(one, io.BytesIO(content))
    return sink.getvalue()


def test_files_deleted_after_the_moment_are_still_in_the_copy_and_come_back(tmp_path: Path) -> None:
    alice, bob = _store(tmp_path, _ALICE), _store(tmp_path, _BOB)
    (tmp_path / "uploads" / "incoming").mkdir()
    (tmp_path / "uploads" / "incoming" / "half").write_bytes(b"half an upl")
    assert json.loads(_run("uploads", tmp_path, "take").stdout) == {"files": 2}
    alice.unlink()
    copy = _run("uploads", tmp_path, "send").stdout
    assert json.loads(_run("uploads", tmp_path, "drop").stdout) == {}
    charlie = _store(tmp_path, b"Charlie's later file")
    assert json.loads(_run("uploads", tmp_path, "receive", content=copy).stdout) == {"files": 2}
    assert (alice.read_bytes(), bob.read_bytes(), charlie.exists()) == (_ALICE, _BOB, False)
    assert not (tmp_path / ".backup-uploads").exists()


def test_nothing_uploaded_is_a_backup_too(tmp_path: Path) -> None:
    assert json.loads(_run("uploads", tmp_path, "size").stdout) == {"files": 0, "bytes": 0}
    _run("uploads", tmp_path, "take")
    copy = _run("uploads", tmp_path, "send").stdout
    assert json.loads(_run("uploads", tmp_path, "receive", content=copy).stdout) == {"files": 0}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("../../outside", b"x", tarfile.REGTYPE),
        ("/tmp/outside", b"x", tarfile.REGTYPE),
        (f"../{_name(b'x').partition('/')[2]}", b"x", tarfile.REGTYPE),
        (_name(b"x"), b"", tarfile.SYMTYPE),
        (_name(b"x"), b"other bytes", tarfile.REGTYPE),
    ],
)
def test_a_stranger_s_upload_part_writes_nothing(tmp_path: Path, name: str, content: bytes, kind: bytes) -> None:
    done = _run("uploads", tmp_path / "data", "receive", content=_tar(name, content, kind))
    assert done.returncode == 1
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../../outside", tarfile.REGTYPE), ("/tmp/outside", tarfile.REGTYPE), ("wal", tarfile.SYMTYPE)],
)
def test_a_stranger_s_vectors_write_nothing(tmp_path: Path, name: str, kind: bytes) -> None:
    content = _tar(name, b"x" if kind == tarfile.REGTYPE else b"", kind)
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as packed:
        packed.add(ROOT / "README.md", "edge_config.json")
    done = _run("edge", tmp_path / "data", "receive", "documents-1", content=subprocess.run(
        ["gzip"], input=content, capture_output=True, check=True
    ).stdout)  # fmt: skip
    assert done.returncode == 1
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []
