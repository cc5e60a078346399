"""The outside of a backup: only who has the key opens it, and nobody changes it unnoticed."""

import os
from pathlib import Path

import pytest

from backup import seal
from backup.seal import Keys
from host.obstacle import Obstacle

_CONTENT = os.urandom(300_000)
_ALICE = Keys(passphrase="a passphrase of Alice")


def _close(path: Path, keys: Keys) -> Path:
    with path.open("w+b") as file, seal.writing(file, keys) as sink:
        sink.write(_CONTENT[:1000])
        sink.write(_CONTENT[1000:])
    return path


def _open(path: Path, keys: Keys) -> bytes:
    with seal.reading(path, keys) as source:
        return source.read()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that Alice has closed with her passphrase."""
    return _close(tmp_path_factory.mktemp("closed") / "a.tar.enc", _ALICE)


def test_without_a_key_the_file_is_as_it_is(tmp_path: Path) -> None:
    path = _close(tmp_path / "a.tar", Keys())
    assert path.read_bytes() == _CONTENT
    assert _open(path, Keys()) == _CONTENT


def test_alice_opens_what_she_closed(closed: Path) -> None:
    assert _CONTENT[:64] not in closed.read_bytes()
    assert _open(closed, _ALICE) == _CONTENT


def test_charlie_s_passphrase_is_said_to_be_the_wrong_one(closed: Path) -> None:
    with pytest.raises(Obstacle, match="passphrase is not the one"):
        _open(closed, Keys(passphrase="a guess of Charlie's"))
    with pytest.raises(Obstacle, match="Set BACKUP_PASSPHRASE"):
        _open(closed, Keys())


@pytest.mark.parametrize("place", [50, 150_000])
def test_a_changed_bit_is_noticed_before_anything_is_read(closed: Path, tmp_path: Path, place: int) -> None:
    content = bytearray(closed.read_bytes())
    content[place] ^= 1
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises(Obstacle, match="was changed or cut off"):
        _open(tmp_path / "changed", _ALICE)


def test_a_cut_off_file_is_noticed_before_anything_is_read(closed: Path, tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(closed.read_bytes()[:-16])
    with pytest.raises(Obstacle, match="was changed or cut off"):
        _open(tmp_path / "cut", _ALICE)


def test_what_is_no_backup_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name, words in {"empty": "is empty", "link": "is a link", "nothing": "is no file", ".": "is no file"}.items():
        with pytest.raises(Obstacle, match=words):
            _open(tmp_path / name, Keys())


def test_a_file_for_an_age_recipient_asks_for_the_identity(tmp_path: Path) -> None:
    (tmp_path / "a.age").write_bytes(b"age-encryption.org/v1\n" + bytes(200))
    with pytest.raises(Obstacle, match="BACKUP_AGE_IDENTITY"):
        _open(tmp_path / "a.age", Keys())


def test_a_passphrase_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one long passphrase\n")
    assert seal.keys({"BACKUP_PASSPHRASE_FILE": str(tmp_path / "secret")}).passphrase == "one long passphrase"
    (tmp_path / "secret").write_text("\n")
    for values in (
        {"BACKUP_PASSPHRASE": "short"},
        {"BACKUP_PASSPHRASE_FILE": str(tmp_path / "secret")},
        {"BACKUP_PASSPHRASE_FILE": str(tmp_path / "none")},
    ):
        with pytest.raises(Obstacle, match="BACKUP_PASSPHRASE"):
            seal.keys(values)
