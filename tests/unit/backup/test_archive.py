"""The inside of a backup: what is written is read back, and whatever else a file may hold is refused."""

import io
import json
import random
import tarfile
from collections.abc import Callable
from typing import Any

import pytest

from backup import archive, manifest, reader
from backup.manifest import Manifest
from host.obstacle import Obstacle

_DUMP = random.Random(7).randbytes(archive.PIECE_BYTES * 2 + 17)


def _about(**fields: Any) -> dict[str, Any]:
    return {
        "platform": "0.1.0",
        "run": "embedded",
        "created_at": "2026-11-25T08:00:00Z",
        "vectors": "edge",
        "counts": {"data_processing.document": 3},
        "points": {"documents-1": 12},
        "files": 2,
    } | fields


def _backup(**fields: Any) -> bytes:
    sink = io.BytesIO()
    writer = archive.Writer(sink)
    writer.part("secrets.env", [b"SECRET_KEY=abc\n"])
    writer.part("platform.dump", iter([_DUMP[:100], _DUMP[100:]]))
    writer.part("uploads.tar", [])
    writer.part("vectors/documents-1", [b"points"])
    writer.finish(Manifest(**_about(**fields), parts=tuple(writer.parts)))
    return sink.getvalue()


def _tar(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for name, content in members:
            one = tarfile.TarInfo(name)
            one.type, one.size, one.linkname = kind, len(content), "/etc/passwd"
            tar.addfile(one, io.BytesIO(content))
    return sink.getvalue()


def _manifest(**fields: Any) -> bytes:
    return json.dumps({**json.loads(Manifest(**_about()).text()), **fields}).encode()


def test_what_alice_backs_up_is_read_back_to_the_byte() -> None:
    source = reader.Reader(io.BytesIO(_backup()))
    found = {name: b"".join(content) for name, content in source.parts()}
    assert found == {
        "secrets.env": b"SECRET_KEY=abc\n",
        "platform.dump": _DUMP,
        "uploads.tar": b"",
        "vectors/documents-1": b"points",
    }
    assert manifest.parse(source.manifest).counts == {"data_processing.document": 3}


def test_any_tar_program_reads_it_and_its_pieces_join_to_the_part() -> None:
    with tarfile.open(fileobj=io.BytesIO(_backup())) as tar:
        names = tar.getnames()
        pieces = [tar.extractfile(name) for name in names if name.startswith("platform.dump/")]
        assert b"".join(piece.read() for piece in pieces if piece) == _DUMP
    assert names[-1] == "manifest.json"
    assert len(pieces) == 3


def test_a_part_that_the_reader_skips_does_not_hide_the_next_one() -> None:
    assert [name for name, _ in reader.Reader(io.BytesIO(_backup())).parts()] == [
        "secrets.env",
        "platform.dump",
        "uploads.tar",
        "vectors/documents-1",
    ]


def test_a_whole_backup_passes_the_check() -> None:
    about, secrets = reader.check(io.BytesIO(_backup()))
    assert (about.points, secrets) == ({"documents-1": 12}, b"SECRET_KEY=abc\n")


@pytest.mark.parametrize("kept", [0, 511, 700, 5000, len(_DUMP) // 2, len(_DUMP) + 3000])
def test_a_backup_that_was_cut_off_is_refused(kept: int) -> None:
    with pytest.raises(Obstacle, match="damaged"):
        reader.check(io.BytesIO(_backup()[:kept]))


def test_a_single_changed_byte_is_found_and_its_part_named() -> None:
    content = bytearray(_backup())
    content[content.index(_DUMP[5000:5100]) + 50] ^= 1
    with pytest.raises(Obstacle, match=r"platform\.dump is not what it was"):
        reader.check(io.BytesIO(content))


@pytest.mark.parametrize(
    "make",
    [
        lambda: _tar(("../../etc/cron.d/x", b"x")),
        lambda: _tar(("/etc/passwd", b"x")),
        lambda: _tar(("platform.dump/00001", b"x")),
        lambda: _tar(("vectors/../uploads.tar/00000", b"x")),
        lambda: _tar(("vectors/a/b/00000", b"x")),
        lambda: _tar(("secrets.env/00000", b""), kind=tarfile.SYMTYPE),
        lambda: _tar(("secrets.env/00000", b""), kind=tarfile.LNKTYPE),
        lambda: _tar(("secrets.env/00000", b""), kind=tarfile.CHRTYPE),
        lambda: _tar(("secrets.env/00000", b"x")),
        lambda: _tar(("manifest.json", b"{}")),
        lambda: _tar(("manifest.json", b"[" * 100_000)),
        lambda: _tar(("manifest.json", b"null")),
        lambda: _tar(("manifest.json", _manifest()), ("platform.dump/00000", b"x")),
        lambda: _tar(("platform.dump/00000", bytes(archive.PIECE_BYTES + 1)), ("manifest.json", _manifest())),
        lambda: random.Random(3).randbytes(20_000),
        lambda: bytes(20_000),
        lambda: b"PK\3\4" + bytes(5_000),
    ],
)
def test_charlie_s_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(Obstacle):
        reader.check(io.BytesIO(make()))


def test_a_manifest_longer_than_any_real_one_is_not_read() -> None:
    huge = _tar(("manifest.json", bytes(17 * 2**20)))
    with pytest.raises(Obstacle, match="manifest"):
        reader.check(io.BytesIO(huge))


def test_a_part_that_the_manifest_does_not_name_is_refused() -> None:
    sink = io.BytesIO()
    writer = archive.Writer(sink)
    for name in ("secrets.env", "platform.dump", "uploads.tar", "vectors/documents-1"):
        writer.part(name, [b"x"])
    named = tuple(writer.parts)
    writer.part("vectors/smuggled-1", [b"x"])
    writer.finish(Manifest(**_about(), parts=named))
    with pytest.raises(Obstacle, match="parts of it"):
        reader.check(io.BytesIO(sink.getvalue()))
