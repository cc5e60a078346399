"""Where backups lie: complete or not there, for their owner only, and not more than wanted."""

from pathlib import Path

import pytest

from backup import shelf
from host.obstacle import Obstacle


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with shelf.new(tmp_path / "a.tar") as file:
            file.write(b"half")
            raise Obstacle("the database went away")

    with pytest.raises(Obstacle, match="went away"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_a_backup(tmp_path: Path) -> None:
    with shelf.new(tmp_path / "a.tar") as file:
        file.write(b"whole")
        assert not (tmp_path / "a.tar").exists()
    assert (tmp_path / "a.tar").read_bytes() == b"whole"
    assert (tmp_path / "a.tar").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.tar").touch()
    (tmp_path / "b.tar").symlink_to(tmp_path / "elsewhere")
    for name in ("a.tar", "b.tar"):
        with pytest.raises(Obstacle, match="is there already"):
            shelf.require_place(tmp_path / name)
    with pytest.raises(Obstacle, match="does not exist"):
        shelf.require_place(tmp_path / "none" / "a.tar")


def test_a_full_disk_is_found_before_anything_is_done(tmp_path: Path) -> None:
    shelf.require_room(tmp_path, 0)
    with pytest.raises(Obstacle, match="Make room"):
        shelf.require_room(tmp_path, 1 << 60)


def test_two_at_a_time_are_refused_and_what_a_killed_one_left_goes(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / ".unfinished-a.tar").touch()
    with shelf.alone(folder):
        assert not (folder / ".unfinished-a.tar").exists()
        with pytest.raises(Obstacle, match="Another backup"), shelf.alone(folder):
            pass


def test_the_newest_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    for number in range(1, 5):
        (tmp_path / shelf.name(".tar" if number % 2 else ".tar.enc", number * 86400)).touch()
    (tmp_path / "before-the-move.tar").touch()
    assert shelf.thin_out(tmp_path, None) == []
    assert shelf.thin_out(tmp_path, 3) == ["oberaconnect-19700102T000000Z.tar"]
    assert shelf.thin_out(tmp_path, 9) == []
    assert len(list(tmp_path.iterdir())) == 4


def test_a_number_to_keep_that_is_none_is_refused() -> None:
    assert shelf.number_to_keep({}) is None
    assert shelf.number_to_keep({"BACKUP_KEEP": "7"}) == 7
    for given in ("0", "-1", "all", "٣"):
        with pytest.raises(Obstacle, match="BACKUP_KEEP"):
            shelf.number_to_keep({"BACKUP_KEEP": given})
