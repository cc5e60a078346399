"""Buckets behind real HTTP: what is listed, what comes, and what is said when it does not."""

import gzip
import io
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.s3 import Bucket
from tests.fakes.web import Answer, Web

from data_processing.connectors.contract import Context, Item, Page, Unfetchable, Wanted
from data_processing.connectors.s3 import S3Connector
from oberaconnect.problems import Problem, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings

KEY = {"access_key_id": "alice", "secret_access_key": "alice-s-secret"}

Connect = Callable[..., S3Connector]


@pytest.fixture
def bucket() -> Bucket:
    return Bucket(keys={"alice": "alice-s-secret"})


@pytest.fixture
def store(bucket: Bucket) -> Iterator[Web]:
    with bucket.serve() as web:
        yield web


@pytest.fixture
def waits() -> list[float]:
    """What the connector waited for, in seconds."""
    return []


@pytest.fixture
def connect(store: Web, waits: list[float], tmp_path: Path) -> Connect:
    def connect(*, keys: dict[str, str] = KEY, allowed: str = "127.0.0.1", **config: Any) -> S3Connector:
        settings = Settings(
            secret_key=secrets.token_hex(32),
            database_url="postgresql://nobody@127.0.0.1/none",
            data_dir=tmp_path,
            ingest_allowed_hosts=allowed,
            max_upload_mb=1,
        )
        found = S3Connector.Config.model_validate({"endpoint": store.url, "bucket": "handbook"} | config)
        return S3Connector(found, keys, Context(settings, "contoso", waits.append))

    return connect


def everything(connector: S3Connector) -> list[Item]:
    """All items of a listing, whose cursor is stored between its pages."""
    items: list[Item] = []
    cursor: Any = None
    while True:
        page = connector.changes(cursor)
        assert page.complete == ("",)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            assert cursor == {}
            return items


def wanted(item: Item) -> Wanted:
    return Wanted(item.key, item.name, item.url, item.size, item.tag, json.loads(json.dumps(item.reference)))


def fetched(connector: S3Connector, item: Item) -> bytes:
    into = io.BytesIO()
    connector.fetch(wanted(item), into)
    return into.getvalue()


def test_alice_gets_the_objects_behind_the_prefix(bucket: Bucket, connect: Connect) -> None:
    bucket.put("docs/", b"")
    bucket.put("docs/Über uns.pdf", b"us")
    bucket.put("docs/old/a.pdf", b"old")
    bucket.put("docs/a.txt", b"a")
    bucket.put("other.pdf", b"other")
    connector = connect(prefix="docs/", exclude=["old"], web_url="https://files.example/{bucket}/{key}")
    items = everything(connector)
    assert [item.path for item in items] == ["docs/a.txt", "docs/Über uns.pdf"]
    last = items[1]
    assert (last.key, last.name, last.size) == ("s3://handbook/docs/Über uns.pdf", "Über uns.pdf", 2)
    assert last.url == "https://files.example/handbook/docs/%C3%9Cber%20uns.pdf"
    assert last.metadata["modified"] == "2026-01-02T03:04:05.000Z"
    assert fetched(connector, last) == b"us"


@pytest.mark.parametrize(
    "key",
    ["a b+c&d=e?f#g%20h.txt", "/rooted.txt", "a//b.txt", "a/../b.txt", "./a.txt", "..", "a\nb\t<&>'\".txt",
     "ü/日本.txt", "emoji-🙂.txt", "a*(1)~!@$;:,'.txt", b"\xff\xfe.txt", b"nul\x00.txt", "\x01.txt"],
    ids=["url", "rooted", "empty", "up", "here", "dots", "control", "letters", "emoji", "signs", "bytes", "nul", "one"],
)  # fmt: skip
def test_every_key_is_listed_signed_and_fetched(bucket: Bucket, connect: Connect, key: str | bytes) -> None:
    bucket.put(key, b"content")
    connector = connect()
    (item,) = everything(connector)
    assert fetched(connector, item) == b"content"
    assert "\x00" not in f"{item.key}{item.path}{item.name}"
    json.dumps([item.key, item.path, item.name], ensure_ascii=False).encode()


def test_a_long_key_fits_and_two_of_them_differ(bucket: Bucket, connect: Connect) -> None:
    bucket.put("x" * 1000 + "1")
    bucket.put("x" * 1000 + "2")
    one, two = everything(connect())
    assert one.key != two.key
    assert len(one.key) == 512


def test_a_long_listing_goes_on_after_a_kill_behind_the_last_key(bucket: Bucket, connect: Connect) -> None:
    for number in range(2100):
        bucket.put(f"{number:04} +ü.txt")
    page: Page = connect().changes(None)
    assert (len(page.items), page.more) == (1000, True)
    bucket.put("0000.txt")  # before what is listed already
    rest = connect().changes(json.loads(json.dumps(page.cursor)))
    assert rest.items[0].path == "1000 +ü.txt"
    assert len(everything(connect())) == 2101


def test_a_page_on_which_nothing_is_wanted_does_not_end_the_listing(bucket: Bucket, connect: Connect) -> None:
    for number in range(1000):
        bucket.put(f"a{number:04}.bin")
    bucket.put("b.pdf")
    assert [item.path for item in everything(connect(include=["*.pdf"]))] == ["b.pdf"]


def test_the_tag_follows_the_content(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.txt", b"one")
    (before,) = everything(connect())
    bucket.put("a.txt", b"two")
    (after,) = everything(connect())
    assert after.key == before.key
    assert after.tag != before.tag


def test_a_public_bucket_is_read_without_a_key(bucket: Bucket, connect: Connect) -> None:
    bucket.keys = {}
    bucket.put("a.txt", b"a")
    connector = connect(keys={})
    assert fetched(connector, everything(connector)[0]) == b"a"
    assert not any("authorization" in {name.lower() for name in asked.headers} for asked in bucket.asked)


def test_a_key_for_a_while_is_sent_with_its_token(bucket: Bucket, connect: Connect) -> None:
    bucket.token = "for-a-while"
    bucket.put("a.txt", b"a")
    connector = connect(keys=KEY | {"session_token": "for-a-while"})
    assert fetched(connector, everything(connector)[0]) == b"a"
    with pytest.raises(Unprocessable, match="session token has expired"):
        connect().changes(None)


def test_what_is_archived_is_named_and_not_asked_for(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.pdf", storage="DEEP_ARCHIVE")
    bucket.put("b.pdf", storage="GLACIER_IR")
    archived, instant = everything(connect())
    assert "archive (DEEP_ARCHIVE)" in archived.problem
    assert instant.problem == ""
    with pytest.raises(Unfetchable, match="archive"):
        fetched(connect(), archived)


def test_a_transfer_that_breaks_off_goes_on_where_it_did(bucket: Bucket, connect: Connect, waits: list[float]) -> None:
    content = bytes(range(256)) * 2000
    bucket.put("a.bin", content)
    connector = connect()
    (item,) = everything(connector)
    bucket.breaks = [200_000, 100_000]
    assert fetched(connector, item) == content
    spans = [asked.headers.get("range") for asked in bucket.asked[1:]]
    assert spans[0] is None
    assert all(span is not None and span != "bytes=0-" for span in spans[1:])
    assert len(spans) == 3
    assert waits == [1.0, 2.0]


def test_a_packed_object_that_breaks_off_comes_once_more(bucket: Bucket, connect: Connect) -> None:
    content = secrets.token_bytes(400_000)
    bucket.put("a.bin", gzip.compress(content), packed="gzip")
    connector = connect()
    (item,) = everything(connector)
    bucket.breaks = [300_000]
    assert fetched(connector, item) == content


def test_an_object_that_is_not_packed_as_it_says_fails_alone(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.bin", b"this is not gzip", packed="gzip")
    connector = connect()
    with pytest.raises(Unfetchable, match="Content-Encoding"):
        fetched(connector, everything(connector)[0])


def test_a_transfer_that_never_ends_well_lets_the_run_wait(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.bin", b"x" * 1000)
    connector = connect()
    (item,) = everything(connector)
    bucket.breaks = [10] * 20
    with pytest.raises(Unavailable, match="The next run tries again"):
        fetched(connector, item)


def test_an_object_that_was_changed_or_deleted_waits_for_the_next_run(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.txt", b"one")
    connector = connect()
    (item,) = everything(connector)
    bucket.put("a.txt", b"two")
    with pytest.raises(Unfetchable, match="changed meanwhile"):
        fetched(connector, item)
    bucket.objects.clear()
    with pytest.raises(Unfetchable, match="deleted meanwhile"):
        fetched(connector, item)


def test_an_object_over_the_limit_is_refused(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.bin", b"x" * (2 << 20))
    connector = connect()
    with pytest.raises(Unfetchable, match="larger than 1 MB"):
        fetched(connector, everything(connector)[0])


def test_an_object_that_the_key_may_not_read_fails_alone(bucket: Bucket, connect: Connect) -> None:
    bucket.put("a.txt")
    connector = connect()
    (item,) = everything(connector)
    bucket.errors = [(403, "AccessDenied", {})]
    with pytest.raises(Unfetchable, match="s3:GetObject"):
        fetched(connector, item)


@pytest.mark.parametrize(
    ("status", "code", "headers", "words"),
    [
        (403, "AccessDenied", {}, "s3:ListBucket"),
        (404, "NoSuchBucket", {}, "no bucket 'handbook'"),
        (403, "InvalidAccessKeyId", {}, "Check the source's secrets"),
        (301, "PermanentRedirect", {"x-amz-bucket-region": "eu-west-1"}, "Set 'region' of the source to 'eu-west-1'"),
        (307, "TemporaryRedirect", {"Location": "http://127.0.0.1:9/"}, "at another address"),
        (403, "RequestTimeTooSkewed", {}, "clock of this machine"),
        (400, "ExpiredToken", {}, "session token has expired"),
        (418, "", {}, "does not answer as S3 does"),
    ],
)
def test_what_the_store_answers_becomes_advice(
    bucket: Bucket, connect: Connect, status: int, code: str, headers: dict[str, str], words: str, waits: list[float]
) -> None:
    bucket.errors = [(status, code, headers)]
    with pytest.raises(Unprocessable, match=words):
        connect().changes(None)
    assert waits == []


def test_charlie_with_another_secret_is_told_so(bucket: Bucket, connect: Connect) -> None:
    with pytest.raises(Unprocessable, match="the secret does not belong to it"):
        connect(keys=KEY | {"secret_access_key": "guessed"}).check()
    with pytest.raises(Unprocessable, match="or neither"):
        connect(keys={"access_key_id": "alice"})


def test_a_busy_store_is_asked_again_after_a_pause(bucket: Bucket, connect: Connect, waits: list[float]) -> None:
    bucket.put("a.txt")
    bucket.errors = [(503, "SlowDown", {}), (500, "InternalError", {})]
    assert len(everything(connect())) == 1
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("code", "kind"), [("SlowDown", TooMany), ("ServiceUnavailable", Unavailable)], ids=["slow-down", "unavailable"]
)
def test_a_store_that_stays_busy_lets_the_run_wait(
    bucket: Bucket, connect: Connect, code: str, kind: type[Problem]
) -> None:
    bucket.errors = [(503, code, {})] * 9
    with pytest.raises(kind, match="The next run tries again"):
        connect().changes(None)


def test_a_store_that_is_down_lets_the_run_wait(connect: Connect) -> None:
    with pytest.raises(Unavailable, match="The next run tries again"):
        connect(endpoint="http://127.0.0.1:9").changes(None)


def test_a_server_that_is_no_store_is_told_apart(bucket: Bucket, store: Web, connect: Connect) -> None:
    store.answering = lambda _asked: Answer()
    with pytest.raises(Unprocessable, match="is not S3"):
        connect().changes(None)


def test_a_store_that_cannot_list_from_a_key_on_does_not_turn_in_circles(bucket: Bucket, connect: Connect) -> None:
    for number in range(1500):
        bucket.put(f"{number:04}.txt")
    bucket.forgets_start = True
    connector = connect()
    page = connector.changes(None)
    with pytest.raises(Unprocessable, match="start-after"):
        connector.changes(page.cursor)


def test_what_is_inside_is_read_only_when_the_platform_allows_it(bucket: Bucket, connect: Connect) -> None:
    with pytest.raises(Unprocessable):
        connect(allowed="").check()
    assert bucket.asked == []


def test_the_check_tries_both_rights(bucket: Bucket, connect: Connect) -> None:
    assert connect().check()[-1] == "Among the first objects is none that could be read."
    bucket.put("a.txt", b"a")
    assert connect().check() == ["The bucket 'handbook' can be listed.", "Its objects can be read."]
