"""A backup of the run without Docker, what a restore brings back, and the proof that verify gives."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.caller import Caller
from tests.embedded import Platform

_PLAN = "The voice VLAN of the head office of Alice's client is VLAN 40, and its gateway is 10.20.40.1."


def _start(platform: Platform, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "backup", "--run", "embedded", *words],
        env=platform.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _run(platform: Platform, *words: str) -> tuple[int, str]:
    with _start(platform, *words) as process:
        said, _ = process.communicate()
    return process.returncode, said


@pytest.fixture(scope="module")
def backup(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made while Alice's documents were there: a text and an upload."""
    caller = Caller(platform.url)
    caller.texts({"plan": _PLAN}, collection="backed-up")
    caller.upload({"plan.txt": _PLAN.encode()}, collection="backed-up")
    target = tmp_path_factory.mktemp("backups") / "alice.tar"
    status, said = _run(platform, "create", str(target))
    assert status == 0, said
    return target


def test_a_restore_that_is_killed_is_completed_by_the_same_command(platform: Platform, backup: Path) -> None:
    caller = Caller(platform.url)
    before = caller.search(_PLAN, collection="backed-up")
    for document in caller.documents("&collection=backed-up"):
        caller.call("DELETE", f"/data/documents/{document['id']}")
    caller.texts({"later": "Bob's remark that came after the backup."}, collection="backed-up")

    status, said = _run(platform, "restore", str(backup))
    assert status == 1, said
    assert "Nothing was changed" in said
    assert [one["external_id"] for one in caller.documents("&collection=backed-up")] == ["later"]

    with _start(platform, "restore", str(backup), "--yes") as process:
        assert process.stdout
        assert any(line.startswith("  platform.dump is back") for line in process.stdout)
        process.kill()
    status, said = _run(platform, "restore", str(backup), "--yes")
    assert status == 0, said
    assert "all counts are those of the backup" in said
    platform.wait_until_healthy()
    assert {one["external_id"] for one in caller.documents("&collection=backed-up")} == {"plan", "plan.txt"}
    assert caller.search(_PLAN, collection="backed-up") == before


def test_verify_finds_every_row_and_every_answer_again(platform: Platform, backup: Path) -> None:
    status, said = _run(platform, "verify", str(backup))
    assert status == 0, said
    assert "0 counts differ" in said
    assert "different" not in said
    platform.wait_until_healthy()


def test_a_damaged_backup_changes_nothing(platform: Platform, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(backup.read_bytes()[:-4000])
    before = Caller(platform.url).documents()
    for word in ("restore", "verify"):
        status, said = _run(platform, word, str(tmp_path / "cut.tar"))
        assert status == 1, said
        assert "damaged" in said
    assert Caller(platform.url).documents() == before
    assert platform.is_healthy("rag-engine")
