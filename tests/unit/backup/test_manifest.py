"""What a backup says about itself, and which of it this release can restore."""

import json
from typing import Any

import pytest

from backup import manifest
from backup.manifest import Manifest, Part, Question
from host.obstacle import Obstacle

_PARTS = tuple(Part(name, 5, "aa") for name in ("secrets.env", "platform.dump", "uploads.tar", "vectors/documents-1"))
_ABOUT = Manifest(
    platform="1.4.0",
    run="docker",
    created_at="2026-11-25T08:00:00Z",
    vectors="qdrant",
    counts={"data_processing.document": 3, "platform.api_key": 1},
    points={"documents-1": 12},
    files=2,
    n8n={"public.workflow_entity": 4},
    parts=_PARTS,
    questions=(Question("alice", "documents", "Which VLAN carries voice?", ("a", "b")),),
)


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    assert manifest.parse(_ABOUT.text()) == _ABOUT


def test_a_later_format_is_refused_with_the_way_out() -> None:
    with pytest.raises(Obstacle, match="newer release"):
        manifest.parse(json.dumps({**json.loads(_ABOUT.text()), "format": 2}).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"files": -1},
        {"files": "many"},
        {"files": True},
        {"counts": []},
        {"counts": {"data_processing.document": "three"}},
        {"points": {}},
        {"points": {"../../etc": 1}},
        {"parts": []},
        {"parts": [{"name": "/etc/passwd", "bytes": 1, "sha256": ""}]},
        {"vectors": "elsewhere"},
        {"platform": None},
        {"questions": [{"client": "alice"}]},
        {"unknown": 1},
    ],
)
def test_what_no_release_has_written_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Obstacle, match="no backup"):
        manifest.parse(json.dumps({**json.loads(_ABOUT.text()), **change}).encode())


@pytest.mark.parametrize(("release", "is_refused"), [("1.3.9", True), ("1.4.0", False), ("1.10.0", False)])
def test_a_backup_of_a_newer_release_waits_for_the_upgrade(release: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(Obstacle, match=r"made by release 1\.4\.0, this is 1\.3\.9"):
            manifest.check_release(_ABOUT, release)
    else:
        manifest.check_release(_ABOUT, release)


def test_differences_name_what_is_missing() -> None:
    assert manifest.differences(_ABOUT, _ABOUT.counts, _ABOUT.points, 2, _ABOUT.n8n) == []
    said = manifest.differences(_ABOUT, {"data_processing.document": 2}, {"documents-1": 11}, 1, {})
    assert said == [
        "data_processing.document: 3 rows in the backup, 2 here",
        "platform.api_key: 1 rows in the backup, 0 here",
        "n8n's public.workflow_entity: 4 rows in the backup, 0 here",
        "vectors of documents-1: 12 in the backup, 11 here",
        "uploaded files: 2 in the backup, 1 here",
    ]


def test_vectors_that_are_made_anew_and_an_n8n_that_is_not_here_are_not_counted() -> None:
    assert manifest.differences(_ABOUT, _ABOUT.counts, None, 2, None) == []
