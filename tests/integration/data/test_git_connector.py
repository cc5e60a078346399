"""Git repositories on a real Git server: what is listed, what comes, and what is said when it does not."""

import io
import json
import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.certificate import certificate
from tests.fakes.git_http import GitServer

from data_processing.connectors.contract import Context, Item, Page, Unfetchable, Wanted
from data_processing.connectors.git import GitConnector
from data_processing.connectors.git_program import Git, Remote
from oberaconnect.problems import Problem, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

Connect = Callable[..., GitConnector]


class Cancelled(Exception):
    """What the platform's pause raises when Alice cancels a run."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    (tmp_path / "served").mkdir()
    with GitServer(tmp_path / "served") as server:
        yield server


@pytest.fixture
def connect(server: GitServer, tmp_path: Path) -> Connect:
    def connect(
        *,
        client: str = "contoso",
        secrets_: dict[str, str] | None = None,
        pause: Callable[[float], None] = time.sleep,
        allowed: str = "127.0.0.1",
        max_upload_mb: int = 1,
        **config: Any,
    ) -> GitConnector:
        settings = Settings(
            secret_key=secrets.token_hex(32),
            database_url="postgresql://nobody@127.0.0.1/none",
            data_dir=tmp_path / "data",
            ingest_allowed_hosts=allowed,
            max_upload_mb=max_upload_mb,
        )
        found = GitConnector.Config.model_validate({"url": server.url("handbook.git")} | config)
        return GitConnector(found, secrets_ or {}, Context(settings, client, pause))

    return connect


def everything(connector: GitConnector, cursor: Any = None) -> tuple[list[Item], Page]:
    """All items of a listing, whose cursor is stored between its pages, and its last page."""
    items: list[Item] = []
    while True:
        page = connector.changes(cursor)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            return items, page


def fetched(connector: GitConnector, item: Item) -> bytes:
    into = io.BytesIO()
    connector.fetch(Wanted(item.key, item.name, item.url, item.size, item.tag, item.reference), into)
    return into.getvalue()


def test_alice_gets_the_documents_of_the_default_branch(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit(
        {"README.md": "# Welcome", "docs/Über uns.md": "us", "docs/notes.TXT": "x", "src/tool.py": "print()"}
    )
    connector = connect()
    items, page = everything(connector)
    assert [item.path for item in items] == ["README.md", "docs/notes.TXT", "docs/Über uns.md"]
    assert page.complete == ("",)
    assert items[0].key == f"{server.url('handbook.git')}@HEAD:README.md"
    assert items[0].size == 9
    assert items[0].metadata == {"version": items[0].tag[:12]}
    assert fetched(connector, items[0]) == b"# Welcome"
    assert fetched(connector, items[2]) == b"us"


def test_without_a_new_commit_nothing_is_listed_and_nothing_fetched(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"README.md": "# Welcome"})
    _, page = everything(connect())
    server.asked.clear()
    again = connect().changes(page.cursor)
    assert (again.items, again.complete, again.more) == ([], (), False)
    assert again.cursor == page.cursor
    assert len(server.asked) == 2  # the capabilities, and the branch


def test_a_new_commit_changes_only_the_items_of_the_files_it_touches(server: GitServer, connect: Connect) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "one", "b.md": "two", "c.md": "three"})
    before, page = everything(connect())
    handbook.commit({"b.md": "changed", "c.md": None})
    connector = connect()
    after, page = everything(connector, page.cursor)
    assert [item.path for item in after] == ["a.md", "b.md"]
    assert page.complete == ("",)
    assert after[0] == before[0]
    assert after[1].key == before[1].key
    assert after[1].tag != before[1].tag
    assert fetched(connector, after[1]) == b"changed"


def test_a_changed_configuration_is_listed_anew(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"a.md": "one", "tool.py": "print()"})
    _, page = everything(connect())
    items, _ = everything(connect(include=["*.py"]), page.cursor)
    assert [item.path for item in items] == ["tool.py"]


def test_only_what_lies_below_the_path_is_listed(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"docs/a.md": "a", "docs/draft/b.md": "b", "docs2/c.md": "c"})
    items, _ = everything(connect(path="/docs/", exclude=["draft"]))
    assert [item.path for item in items] == ["docs/a.md"]


def test_a_long_listing_goes_on_after_a_kill_with_the_commit_it_began_with(
    server: GitServer, connect: Connect, tmp_path: Path
) -> None:
    handbook = server.repository("handbook.git")
    names = [f"docs/{number:04}.md" for number in range(2500)]
    first = handbook.commit(dict.fromkeys(names, "x"))
    page = connect().changes(None)
    assert (len(page.items), page.more) == (1000, True)
    handbook.commit({"docs/0000.md": None, "docs/9999.md": "y"})
    shutil.rmtree(tmp_path / "data")  # the cache may vanish
    rest, last = everything(connect(), json.loads(json.dumps(page.cursor)))
    assert [item.path for item in [*page.items, *rest]] == names
    assert last.cursor["commit"] == first
    again, _ = everything(connect(), last.cursor)
    assert {item.path for item in again} == {*names[1:], "docs/9999.md"}


def test_a_listing_whose_commit_is_not_to_be_had_any_more_begins_anew(
    server: GitServer, connect: Connect, tmp_path: Path
) -> None:
    handbook = server.repository("handbook.git")
    names = [f"docs/{number:04}.md" for number in range(1500)]
    handbook.commit(dict.fromkeys(names, "x"))
    page = connect().changes(None)
    second = handbook.commit({"docs/0000.md": None})
    shutil.rmtree(tmp_path / "data")
    server.is_old = True
    again = connect().changes(page.cursor)
    assert again.anew == ("",)
    rest, last = everything(connect(), again.cursor)
    assert [item.path for item in [*again.items, *rest]] == names[1:]
    assert last.cursor["commit"] == second


def test_links_and_submodules_are_no_files(server: GitServer, connect: Connect) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "a"})
    (handbook.work / "link.md").symlink_to("/etc/passwd")
    handbook.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module.md")
    handbook.publish()
    items, _ = everything(connect())
    assert [item.path for item in items] == ["a.md"]


def test_names_that_are_odd_or_no_text_are_kept_apart(server: GitServer, connect: Connect) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"-rf.md": "1", "a\nb\t\"'.md": "2", "x" * 200 + "/" + "y" * 200 + "/" + "z" * 200 + ".md": "3"})
    Path(os.fsdecode(os.fsencode(handbook.work) + b"/\xff.md")).write_text("4")
    Path(os.fsdecode(os.fsencode(handbook.work) + b"/\xfe.md")).write_text("5")
    handbook.publish()
    connector = connect()
    items, _ = everything(connector)
    assert sorted(fetched(connector, item) for item in items) == [b"1", b"2", b"3", b"4", b"5"]
    assert len({item.key for item in items}) == 5
    assert all(len(item.key) <= 512 for item in items)
    json.dumps([item.path for item in items]).encode()


def test_a_branch_is_read_and_named_in_the_links(server: GitServer, connect: Connect) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "main"})
    handbook.commit({"a b.md": "next"}, branch="release/2")
    connector = connect(branch="release/2", web_url="https://git.example/show/{branch}/{path}")
    items, _ = everything(connector)
    assert [item.url for item in items] == [
        "https://git.example/show/release/2/a%20b.md",
        "https://git.example/show/release/2/a.md",
    ]
    assert items[0].key == f"{server.url('handbook.git')}@release/2:a b.md"


def test_a_token_opens_a_private_repository_and_is_written_nowhere(
    server: GitServer, connect: Connect, tmp_path: Path
) -> None:
    server.repository("handbook.git").commit({"a.md": "secret plans"})
    token = "canary-5cda1fa1"
    server.logins = {"alice": token}
    connector = connect(secrets_={"username": "alice", "token": token})
    items, _ = everything(connector)
    assert fetched(connector, items[0]) == b"secret plans"
    for file in (tmp_path / "data").rglob("*"):
        assert token.encode() not in (file.read_bytes() if file.is_file() else b"")


def test_a_token_is_on_no_command_line(server: GitServer, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    server.logins = {"alice": "canary-5cda1fa1"}
    lines: list[str] = []

    class Seen(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **options: Any) -> None:
            lines.append(" ".join(command))
            super().__init__(command, **options)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    everything(connect(secrets_={"username": "alice", "token": "canary-5cda1fa1"}))
    assert any("fetch" in line for line in lines)
    assert not any("canary" in line for line in lines)


@pytest.mark.parametrize("given", [{}, {"username": "alice", "token": "wrong"}], ids=["none", "wrong"])
def test_charlie_without_the_right_token_is_told_to_check_it(
    server: GitServer, connect: Connect, given: dict[str, str]
) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    server.logins = {"alice": "right"}
    with pytest.raises(Unprocessable, match="Check the username and the token"):
        connect(secrets_=given).check()


@pytest.mark.parametrize(
    ("status", "headers", "kind", "words"),
    [
        (404, {}, Unprocessable, "no such repository"),
        (403, {}, Unprocessable, "Check the username and the token"),
        (301, {"Location": "http://127.0.0.1:9/"}, Unprocessable, "has moved"),
        (307, {"Location": "http://127.0.0.1:9/"}, Unprocessable, "has moved"),
        (429, {}, TooMany, "asks for a pause"),
        (503, {}, Unavailable, "The next run tries again"),
        (200, {}, Unprocessable, "no Git server"),
    ],
)
def test_what_the_server_answers_becomes_advice(
    server: GitServer, connect: Connect, status: int, headers: dict[str, str], kind: type[Problem], words: str
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(kind, match=words):
        connect().changes(None)


def test_an_unknown_repository_branch_or_path_is_named(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    server.repository("empty.git")
    with pytest.raises(Unprocessable, match="no such repository"):
        connect(url=server.url("nothing.git")).changes(None)
    with pytest.raises(Unprocessable, match=r"no branch 'nope'.*default branch is 'main'"):
        connect(branch="nope").changes(None)
    with pytest.raises(Unprocessable, match="no folder 'nope'"):
        connect(path="nope").changes(None)
    with pytest.raises(Unprocessable, match="no commit"):
        connect(url=server.url("empty.git")).changes(None)


def test_a_certificate_of_nobody_is_refused(connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = certificate(tmp_path)
    (tmp_path / "secure").mkdir()
    with GitServer(tmp_path / "secure", known) as secure:
        secure.repository("plans.git").commit({"a.md": "a"})
        with pytest.raises(Unprocessable, match="certificate"):
            connect(url=secure.url("plans.git")).check()
        monkeypatch.setenv("SSL_CERT_FILE", str(known))
        connector = connect(url=secure.url("plans.git"))
        assert fetched(connector, everything(connector)[0][0]) == b"a"


def test_a_server_that_is_down_lets_the_run_wait(connect: Connect) -> None:
    with pytest.raises(Unavailable, match="The next run tries again"):
        connect(url="http://127.0.0.1:9/handbook.git").check()


def test_a_token_is_not_sent_in_the_open(connect: Connect) -> None:
    with pytest.raises(Unprocessable, match="over https:// only"):
        connect(url="http://git.example/x.git", secrets_={"token": "t"}).check()


def test_what_is_inside_is_read_only_when_the_platform_allows_it(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    with pytest.raises(Unprocessable):
        connect(allowed="").check()
    with pytest.raises(Unprocessable):
        connect(allowed="", url="http://localhost/handbook.git").check()
    assert server.asked == []


def test_the_program_connects_to_the_address_that_was_checked(server: GitServer) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    remote = Remote(f"http://git.invalid:{server.port}/handbook.git", "127.0.0.1")
    answer = Git(2**30, time.sleep).run(["ls-remote", remote.url], seconds=20, remote=remote)
    assert b"refs/heads/main" in answer


def test_the_program_follows_no_proxy_and_no_file_of_the_user(
    server: GitServer, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    (tmp_path / ".gitconfig").write_text('[url "http://127.0.0.1:9/"]\n\tinsteadOf = http://127.0.0.1\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert "branch 'main' can be read" in connect().check()[0]


def test_a_repository_larger_than_its_room_is_refused(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({"a.md": os.urandom(3 << 20)})
    with pytest.raises(Unprocessable, match="more than 2 MB"):
        connect(max_mb=2).changes(None)


def test_a_copy_that_has_grown_over_its_room_begins_anew(server: GitServer, connect: Connect) -> None:
    handbook = server.repository("handbook.git")
    cursor = None
    for _ in range(4):
        handbook.commit({"a.md": os.urandom(1 << 20)})
        connector = connect(max_mb=2, max_upload_mb=2)
        items, page = everything(connector, cursor)
        cursor = page.cursor
        assert fetched(connector, items[0]) == (handbook.work / "a.md").read_bytes()


def test_a_file_over_the_limit_or_in_large_file_storage_is_told_apart(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit(
        {"big.md": "x" * (2 << 20), "lfs.pdf": "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"}
    )
    connector = connect()
    big, lfs = everything(connector)[0]
    with pytest.raises(Unfetchable, match="larger than 1 MB"):
        fetched(connector, big)
    with pytest.raises(Unfetchable, match="Git LFS"):
        fetched(connector, lfs)


def test_a_file_comes_although_the_copy_vanished(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    connector = connect()
    items, _ = everything(connector)
    shutil.rmtree(tmp_path / "data")
    assert fetched(connector, items[0]) == b"a"


def test_a_file_that_was_changed_since_it_was_listed_waits_for_the_next_run(
    server: GitServer, connect: Connect, tmp_path: Path
) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "a"})
    connector = connect()
    items, _ = everything(connector)
    shutil.rmtree(tmp_path / "data")
    handbook.commit({"a.md": "b"})
    with pytest.raises(Unfetchable, match="changed meanwhile"):
        fetched(connector, items[0])


@pytest.mark.parametrize("damage", ["objects/pack", "HEAD", "config"])
def test_a_damaged_copy_is_made_anew(server: GitServer, connect: Connect, tmp_path: Path, damage: str) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "a"})
    _, page = everything(connect())
    (copy,) = (path for path in (tmp_path / "data" / "git").iterdir() if path.is_dir())
    if (copy / damage).is_dir():
        for pack in (copy / damage).iterdir():
            pack.chmod(0o600)
            pack.write_bytes(b"damaged")
    else:
        (copy / damage).write_bytes(b"damaged")
    handbook.commit({"b.md": "b"})
    connector = connect()
    items, _ = everything(connector, page.cursor)
    assert [fetched(connector, item) for item in items] == [b"a", b"b"]


def damage(data: Path) -> None:
    """Spoil what is in the middle of the only pack: the largest object."""
    (pack,) = data.glob("git/*/objects/pack/*.pack")
    pack.chmod(0o600)
    content = bytearray(pack.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 100] = b"x" * 100
    pack.write_bytes(content)


def test_a_damaged_file_is_fetched_anew_by_the_next_run(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    large = os.urandom(100_000)
    server.repository("handbook.git").commit({"a.md": large})
    connector = connect()
    (item,) = everything(connector)[0]
    damage(tmp_path / "data")
    with pytest.raises(Unavailable, match="damaged"):
        fetched(connector, item)
    assert fetched(connector, item) == large


def test_a_damaged_folder_is_fetched_anew_by_the_next_run(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    server.repository("handbook.git").commit({f"{secrets.token_hex(40)}.md": "x" for _ in range(900)})
    connector = connect()
    before, _ = everything(connector)
    damage(tmp_path / "data")
    with pytest.raises(Unavailable, match="damaged"):
        everything(connector)
    assert everything(connector)[0] == before


def test_what_a_killed_git_left_behind_does_no_harm(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "a"})
    _, page = everything(connect())
    (copy,) = (path for path in (tmp_path / "data" / "git").iterdir() if path.is_dir())
    for left in ("shallow.lock", "refs/heads/listed.lock", "objects/pack/tmp_pack_abc"):
        (copy / left).write_bytes(b"x")
    packs = set((copy / "objects" / "pack").glob("*.pack"))
    handbook.commit({"b.md": "b"})
    items, _ = everything(connect(), page.cursor)
    assert [item.path for item in items] == ["a.md", "b.md"]
    assert not (copy / "objects/pack/tmp_pack_abc").exists()
    assert packs < set((copy / "objects" / "pack").glob("*.pack"))  # what was there was not fetched once more


def test_several_workers_share_a_copy(server: GitServer, connect: Connect) -> None:
    server.repository("handbook.git").commit({f"{number}.md": os.urandom(2000).hex() for number in range(50)})
    results: list[Any] = []

    def work() -> None:
        try:
            connector = connect()
            items, _ = everything(connector)
            results.append([fetched(connector, item) for item in items])
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(result, list) and len(result) == 50 for result in results), results
    assert len(results) == 4
    assert all(result == results[0] for result in results)


def test_copies_of_two_clients_are_two(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    everything(connect(client="contoso"))
    everything(connect(client="fabrikam"))
    assert len([path for path in (tmp_path / "data" / "git").iterdir() if path.is_dir()]) == 2


def test_a_copy_that_nobody_used_for_a_month_is_removed(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    everything(connect(client="contoso"))
    (copy,) = (path for path in (tmp_path / "data" / "git").iterdir() if path.is_dir())
    os.utime(copy, (0, 0))
    everything(connect(client="fabrikam"))
    assert not copy.exists()


def test_a_cancelled_run_ends_the_program_that_fetches(server: GitServer, connect: Connect, tmp_path: Path) -> None:
    server.repository("handbook.git").commit({"a.md": "a"})
    calls = 0

    def pause(_seconds: float) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        connect(pause=pause).changes(None)
    items, _ = everything(connect())
    assert [item.path for item in items] == ["a.md"]


def test_a_tree_without_end_is_refused(server: GitServer, connect: Connect) -> None:
    # Each level names the one below ten times: a few objects, a million files.
    handbook = server.repository("handbook.git")
    handbook.commit({"a.md": "a"})
    tree = handbook.git("rev-parse", "HEAD^{tree}")
    for _ in range(6):
        lines = "".join(f"040000 tree {tree}\td{number}\n" for number in range(10))
        tree = subprocess.run(
            ["git", "-C", str(handbook.work), "mktree"], input=lines, capture_output=True, text=True, check=True
        ).stdout.strip()
    commit = handbook.git("commit-tree", tree, "-m", "bomb")
    handbook.git("push", "--quiet", "--force", str(handbook.bare), f"{commit}:refs/heads/main")
    with pytest.raises(Unprocessable, match="more than 200,000 files"):
        connect(include=["nothing"]).changes(None)


def test_a_missing_git_is_named(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(Unprocessable, match="Install the package 'git'"):
        connect().check()
