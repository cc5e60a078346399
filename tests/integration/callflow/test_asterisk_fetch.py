"""Asterisk is fetched whole or not at all, and what went wrong is said in one sentence."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests import pbx as lab

#: What the script calls before it asks for a mirror.
_PROGRAMS = (
    "sh", "dirname", "basename", "mkdir", "mktemp", "rm", "ls", "dpkg", "dpkg-deb", "apt-get", "apt-cache", "df", "awk",
)  # fmt: skip
_NOWHERE = "http://127.0.0.1:9/debian"


def fetch(target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [lab.FETCH, target], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def programs(folder: Path, without: str) -> str:
    """A folder of programs in which one is missing, as a PATH."""
    folder.mkdir()
    for name in _PROGRAMS:
        if name != without:
            (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


def assert_failed(done: subprocess.CompletedProcess[str], sentence: str, folder: Path, left: list[str]) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Asterisk could not be fetched: ")
    assert sentence in line
    assert sorted(path.name for path in folder.iterdir()) == left


def test_without_a_network_it_fails_with_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    done = fetch(tmp_path / "asterisk", DEBIAN_MIRROR=_NOWHERE)

    assert_failed(done, f"the package lists of {_NOWHERE} cannot be read", tmp_path, [])


def test_lists_that_nobody_signed_are_not_believed(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror/dists/sid/main"
    mirror.mkdir(parents=True)
    (mirror.parent / "Release").write_text("Origin: Debian\nSuite: unstable\nCodename: sid\nComponents: main\n")
    target = tmp_path / "cache/asterisk"

    done = fetch(target, DEBIAN_MIRROR=f"file://{tmp_path / 'mirror'}")

    assert_failed(done, "cannot be read", target.parent, [])


def test_without_apt_it_fails_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    done = fetch(folder / "asterisk", PATH=programs(tmp_path / "bin", "apt-get"))

    assert_failed(done, "there is no apt-get here", folder, [])


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "asterisk").mkdir()
    (tmp_path / "asterisk/thesis.txt").write_text("mine")

    assert_failed(fetch(tmp_path / "asterisk"), "holds something else", tmp_path, ["asterisk"])
    assert (tmp_path / "asterisk/thesis.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert_failed(fetch(tmp_path / "file/asterisk"), "cannot be", tmp_path, ["file"])


def test_what_was_fetched_already_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("asterisk 1\n")

    done = fetch(tmp_path, DEBIAN_MIRROR=_NOWHERE)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["version"]


@pytest.mark.parametrize("arguments", [[], [""], ["a", "b"]])
def test_how_it_is_used_is_said(arguments: list[str]) -> None:
    done = subprocess.run([lab.FETCH, *arguments], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "TARGET_FOLDER" in done.stderr


def test_a_disk_that_is_too_full_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    path = programs(tmp_path / "bin", "")
    full = tmp_path / "bin/df"
    full.unlink()
    full.write_text("#!/bin/sh\necho Header\necho tmpfs 100000 98976 1024 99% /\n")
    full.chmod(0o755)

    done = fetch(folder / "asterisk", PATH=path, DEBIAN_MIRROR=_NOWHERE)

    assert_failed(done, "has 1 MB of free space; 200 MB are needed", folder, [])
