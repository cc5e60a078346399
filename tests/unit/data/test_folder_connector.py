"""A folder of the inbox as a source: what it lists, and that nothing counts as gone because it cannot be seen."""

import errno
import io
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from data_processing.connectors import folder
from data_processing.connectors.contract import Context, Item, Unfetchable, Wanted
from data_processing.connectors.folder import FolderConfig, FolderConnector
from oberaconnect.problems import Forbidden, NotFound, Problem, Unavailable, Unprocessable
from oberaconnect.settings import Settings


def _connector(inbox: Path, *, may_read_all: bool = True, client: str = "acme", **config: Any) -> FolderConnector:
    settings = Settings(
        secret_key=SecretStr(secrets.token_hex(32)),
        database_url=SecretStr("postgresql://nobody@127.0.0.1/none"),
        inbox_dir=inbox,
        max_upload_mb=1,
    )
    context = Context(settings, client, lambda seconds: None, may_read_all)
    return FolderConnector(FolderConfig(**config), {}, context)


def _write(inbox: Path, *names: str) -> None:
    for name in names:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text(name)


def _all(connector: FolderConnector, cursor: Any = None) -> tuple[list[Item], Any, Sequence[str]]:
    """A whole listing, its cursor taken through JSON from page to page."""
    items: list[Item] = []
    while True:
        page = connector.changes(cursor)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            return items, cursor, list(page.complete)


def _wanted(item: Item) -> Wanted:
    return Wanted(item.key, item.name, item.url, item.size, item.tag, item.reference)


def _keys(connector: FolderConnector) -> list[str]:
    return [item.key for item in _all(connector)[0]]


def test_files_are_listed_by_their_paths_below_the_inbox(tmp_path: Path) -> None:
    _write(tmp_path, "acme/b.txt", "acme/sub/c.txt", "acme/.hidden", "acme/.git/config", "other/d.txt")
    (tmp_path / "acme/link.txt").symlink_to(tmp_path / "other/d.txt")
    (tmp_path / "acme/linked").symlink_to(tmp_path / "other")
    os.mkfifo(tmp_path / "acme/pipe")
    items, _, complete = _all(_connector(tmp_path, path="acme"))
    assert [(item.key, item.name, item.path, item.size) for item in items] == [
        ("acme/b.txt", "b.txt", "acme/b.txt", 10),
        ("acme/sub/c.txt", "c.txt", "acme/sub/c.txt", 14),
    ]
    assert complete == [""]


def test_one_file_may_be_a_source(tmp_path: Path) -> None:
    _write(tmp_path, "acme/b.txt", "acme/c.txt")
    assert _keys(_connector(tmp_path, path="acme/b.txt")) == ["acme/b.txt"]


def test_subfolders_are_left_alone_if_so_wished(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "sub/b.txt")
    assert _keys(_connector(tmp_path, recursive=False)) == ["a.txt"]


def test_patterns_choose_below_the_folder_of_the_source(tmp_path: Path) -> None:
    _write(tmp_path, "acme/a.pdf", "acme/a.tmp", "acme/old/b.pdf", "acme/new/c.pdf")
    assert _keys(_connector(tmp_path, path="acme", include=["*.pdf"], exclude=["/old"])) == [
        "acme/a.pdf",
        "acme/new/c.pdf",
    ]


def test_a_tag_changes_with_the_file_and_only_then(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "b.txt")
    os.utime(tmp_path / "a.txt", ns=(10**18, 10**18))
    before = {item.key: item for item in _all(_connector(tmp_path))[0]}
    os.utime(tmp_path / "b.txt", ns=(10**18, 10**18 + 1))
    after = {item.key: item for item in _all(_connector(tmp_path))[0]}
    assert before["a.txt"].tag == after["a.txt"].tag
    assert before["b.txt"].tag != after["b.txt"].tag
    assert before["a.txt"].metadata == {"modified": "2001-09-09T01:46:40+00:00"}


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "PAGE_FILES", 3)


TREE = ["b", "b0/x", "b/x", "a/y", "a/z", "a/b/c/d", "a/b/c/e", "a/b/f", "a0", "é/1", "c/c/c", "c/c/d", "c/d"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("goes_on_elsewhere", [False, True])
def test_every_file_is_listed_once_also_by_a_run_that_goes_on_elsewhere(
    tmp_path: Path, goes_on_elsewhere: bool
) -> None:
    names = [name + ".txt" for name in TREE]
    _write(tmp_path, *names)
    connector, cursor, keys = _connector(tmp_path), None, []
    while True:
        page = connector.changes(cursor)
        keys += [item.key for item in page.items]
        cursor = json.loads(json.dumps(page.cursor))
        if goes_on_elsewhere:
            connector = _connector(tmp_path)
        if not page.more:
            break
    assert sorted(keys) == sorted(names)
    assert list(page.complete) == [""]


@pytest.mark.usefixtures("small_pages")
def test_a_name_that_is_no_text_is_a_problem_and_no_obstacle(tmp_path: Path) -> None:
    _write(tmp_path, "z.txt")
    for name in (b"\xff1.txt", b"\xfe1.txt", b"a\xff/in.txt", b"new\nline.txt", "\u202egnp.exe".encode()):
        path = os.fsencode(tmp_path) + b"/" + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass
    items: list[Item] = []
    cursor: Any = None
    for _ in range(3):
        page = _connector(tmp_path).changes(cursor)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
    assert not page.more
    assert len({item.key for item in items}) == 6
    assert sorted(item.name for item in items if item.problem) == ["in.txt", "\ufffd1.txt", "\ufffd1.txt"]
    for text in (json.dumps(cursor, ensure_ascii=False), *(item.key for item in items)):
        text.encode()  # a database takes nothing else


def test_a_very_long_path_has_a_key_that_fits_and_can_be_fetched(tmp_path: Path) -> None:
    name = "/".join(["d" * 200] * 3) + "/a.txt"
    _write(tmp_path, name)
    (item,) = _all(_connector(tmp_path))[0]
    into = io.BytesIO()
    _connector(tmp_path).fetch(_wanted(item), into)
    assert len(item.key) == 512
    assert into.getvalue() == name.encode()


@pytest.mark.parametrize("path", ["", "acme"])
def test_an_inbox_that_is_not_there_is_a_problem(tmp_path: Path, path: str) -> None:
    with pytest.raises(Unavailable, match="INBOX_DIR"):
        _connector(tmp_path / "gone", path=path).changes(None)


def test_a_folder_that_vanished_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "acme/a.txt")
    _, cursor, _ = _all(_connector(tmp_path, path="acme"))
    (tmp_path / "acme/a.txt").unlink()
    (tmp_path / "acme").rmdir()
    with pytest.raises(NotFound):
        _connector(tmp_path, path="acme").changes(cursor)


def test_a_folder_that_was_emptied_is_empty(tmp_path: Path) -> None:
    _write(tmp_path, "acme/a.txt")
    _, cursor, _ = _all(_connector(tmp_path, path="acme"))
    (tmp_path / "acme/a.txt").unlink()
    assert _all(_connector(tmp_path, path="acme"), cursor)[::2] == ([], [""])


def test_an_empty_folder_in_place_of_the_one_before_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "acme/a.txt")
    _, cursor, _ = _all(_connector(tmp_path, path="acme"))
    (tmp_path / "acme").rename(tmp_path / "unmounted")
    (tmp_path / "acme").mkdir()
    with pytest.raises(Unavailable, match="taken the place"):
        _connector(tmp_path, path="acme").changes(cursor)
    _write(tmp_path, "acme/b.txt")
    assert len(_all(_connector(tmp_path, path="acme"), cursor)[0]) == 1


@pytest.mark.usefixtures("small_pages")
def test_a_folder_that_vanishes_while_it_is_listed_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, *(f"acme/{name}/a.txt" for name in "abcdef"))
    connector = _connector(tmp_path, path="acme")
    page = connector.changes(None)
    (tmp_path / "acme").rename(tmp_path / "unmounted")
    with pytest.raises(Problem):
        connector.changes(page.cursor)
    (tmp_path / "acme").mkdir()
    with pytest.raises(Problem):
        connector.changes(page.cursor)


@pytest.mark.usefixtures("small_pages")
def test_another_folder_in_its_place_while_it_is_listed_is_listed_from_its_beginning(tmp_path: Path) -> None:
    _write(tmp_path, *(f"acme/{name}.txt" for name in "cdefg"))
    page = _connector(tmp_path, path="acme").changes(None)
    (tmp_path / "acme").rename(tmp_path / "unmounted")
    _write(tmp_path, *(f"acme/{name}.txt" for name in "abz"))
    items, _, complete = _all(_connector(tmp_path, path="acme"), page.cursor)
    assert ([item.key for item in items], complete) == (["acme/a.txt", "acme/b.txt", "acme/z.txt"], [""])


class _Unreadable:
    """The superuser may read everything, so the refusal of the system is played."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, number: int = errno.EACCES) -> None:
        self.is_shut = True
        scan = os.scandir

        def refuse(path: Any) -> Any:
            if self.is_shut and Path(path) == folder:
                raise OSError(number, "played", os.fspath(folder))
            return scan(path)

        patch.setattr(os, "scandir", refuse)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("shut", ["acme", "acme/secret"])
def test_a_folder_that_cannot_be_read_is_a_problem_each_time_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shut: str
) -> None:
    _write(tmp_path, "acme/a.txt", "acme/b.txt", "acme/c.txt", "acme/d.txt", "acme/secret/e.txt")
    lock = _Unreadable(monkeypatch, tmp_path / shut)
    connector = _connector(tmp_path, path="acme")
    cursor: Any = None
    if shut == "acme/secret":
        cursor = connector.changes(None).cursor
    for _ in range(2):
        with pytest.raises(Forbidden, match=f"'{shut}'"):
            connector.changes(cursor)
    lock.is_shut = False
    assert _all(connector, cursor)[0][-1].key == "acme/secret/e.txt"


def test_a_subfolder_that_goes_while_its_parent_is_read_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "a.txt", "brief/b.txt", "c/c.txt")
    _Unreadable(monkeypatch, tmp_path / "brief", errno.ENOENT)
    assert _keys(_connector(tmp_path)) == ["a.txt", "c/c.txt"]


def test_a_disk_that_fails_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "a.txt", "brief/b.txt")
    _Unreadable(monkeypatch, tmp_path / "brief", errno.EIO)
    with pytest.raises(Unavailable, match="'brief'"):
        _connector(tmp_path).changes(None)


def test_a_folder_that_cannot_be_read_may_be_excluded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "a.txt", "secret/b.txt")
    _Unreadable(monkeypatch, tmp_path / "secret")
    assert _keys(_connector(tmp_path, exclude=["secret"])) == ["a.txt"]


@pytest.mark.parametrize("path", ["../etc", "/etc", "a/../../etc"])
def test_nobody_leaves_the_inbox(tmp_path: Path, path: str) -> None:
    with pytest.raises(Unprocessable, match="out of the inbox"):
        _connector(tmp_path, path=path).changes(None)


@pytest.mark.parametrize("path", ["", "globex", "globex/a.txt", "acme/way"])
def test_bob_of_acme_sees_nothing_of_globex(tmp_path: Path, path: str) -> None:
    _write(tmp_path, "acme/a.txt", "globex/a.txt")
    (tmp_path / "acme/way").symlink_to(tmp_path / "globex")
    with pytest.raises(NotFound, match="the folder 'acme'"):
        _connector(tmp_path, path=path, may_read_all=False).changes(None)
    assert _keys(_connector(tmp_path, path="acme", may_read_all=False)) == ["acme/a.txt"]


def test_a_link_that_takes_the_place_of_a_listed_folder_is_not_followed(tmp_path: Path) -> None:
    _write(tmp_path, "acme/sub/a.txt", "globex/a.txt")
    connector = _connector(tmp_path, path="acme", may_read_all=False)
    (item,) = _all(connector)[0]
    (tmp_path / "acme/sub/a.txt").unlink()
    (tmp_path / "acme/sub").rmdir()
    (tmp_path / "acme/sub").symlink_to(tmp_path / "globex")
    with pytest.raises(Unfetchable, match="cannot be read any more"):
        connector.fetch(_wanted(item), io.BytesIO())


def test_a_file_is_fetched_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(os.urandom(1000) * 1000)
    connector = _connector(tmp_path)
    into = io.BytesIO()
    connector.fetch(_wanted(_all(connector)[0][0]), into)
    assert into.getvalue() == (tmp_path / "a.bin").read_bytes()


def test_a_file_that_went_or_grew_cannot_be_fetched(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "b.txt")
    connector = _connector(tmp_path)
    first, second = _all(connector)[0]
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(Unfetchable, match="any more"):
        connector.fetch(_wanted(first), io.BytesIO())
    with pytest.raises(Unfetchable, match="larger than 1 MB"):
        connector.fetch(_wanted(second), io.BytesIO())


def test_trying_it_tells_what_was_found(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt")
    assert _connector(tmp_path).check() == ["The folder can be read and holds 1 such files."]
