"""Pages of the web as sources, over real HTTP: what is asked for again, what is gone, and what must not vanish."""

import gzip
import io
import json
import secrets
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from tests.fakes.web import Answer, Asked, Web

from data_processing.connectors import sitemap, sitemaps, url, visitor, visits
from data_processing.connectors.contract import Connector, Context, Item, Page, Unfetchable, Wanted
from data_processing.connectors.sitemap import SitemapConfig, SitemapConnector
from data_processing.connectors.url import UrlConfig, UrlConnector
from oberaconnect.problems import NotFound, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings


@dataclass
class Site:
    """A site of pages by path, which answers conditional requests as the standard says. It has no robots.txt."""

    web: Web
    pages: dict[str, bytes | Answer] = field(default_factory=dict)
    has_validators: bool = True

    def answer(self, asked: Asked) -> Answer:
        page = self.pages.get(asked.path, Answer(404))
        if isinstance(page, Answer):
            return page
        tag = f'"{hash(page)}"'
        if self.has_validators and asked.headers.get("If-None-Match") == tag:
            return Answer(304, b"")
        headers = {"Content-Type": "text/html; charset=utf-8", "Last-Modified": "Sat, 29 Oct 1994 19:43:31 GMT"}
        return Answer(body=page, headers=headers | ({"ETag": tag} if self.has_validators else {}))

    @property
    def asked(self) -> list[str]:
        """The paths asked for since the last look, but for robots.txt."""
        paths = [asked.path for asked in self.web.asked if asked.path != "/robots.txt"]
        self.web.asked.clear()
        return paths


@pytest.fixture
def site() -> Iterator[Site]:
    with Web() as web:
        site = Site(web)
        web.answering = site.answer
        yield site


@dataclass
class Pauses:
    """A clock that stands still: it tells how long would have been waited."""

    seconds: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.seconds.append(seconds)


def _context(pause: Callable[[float], None] = lambda seconds: None, allowed: str = "127.0.0.1") -> Context:
    settings = Settings(
        secret_key=SecretStr(secrets.token_hex(32)),
        database_url=SecretStr("postgresql://nobody@127.0.0.1/none"),
        ingest_allowed_hosts=allowed,
        max_upload_mb=4,
    )
    return Context(settings, "acme", pause)


def _pages(site: Site, pauses: Pauses | None = None, **config: Any) -> UrlConnector:
    config = {"url": f"{site.web.url}/", "delay_seconds": 0} | config
    return UrlConnector(UrlConfig(**config), {}, _context((pauses or Pauses()).pause))


def _mapped(site: Site, path: str = "/sitemap.xml", **config: Any) -> SitemapConnector:
    return SitemapConnector(SitemapConfig(url=site.web.url + path, **config), {}, _context())


def _all(connector: Connector[Any], cursor: Any = None) -> tuple[dict[str, Item], Any, bool]:
    """A whole listing by path: its items, its cursor, and whether what is not listed is gone."""
    items: list[Item] = []
    while True:
        page = connector.changes(cursor)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            assert len({item.key for item in items}) == len(items)
            return {_path(item): item for item in items}, cursor, list(page.complete) == [""]


def _path(item: Item) -> str:
    return "/" + item.key.split("/", 3)[3]


def _same(*paths: str) -> dict[str, bytes | Answer]:
    """Pages that all say the same."""
    return dict.fromkeys(paths, b"x")


def _links(*targets: str) -> bytes:
    return ("<p>" + "".join(f'<a href="{target}">x</a>' for target in targets)).encode()


def _fetched(connector: Connector[Any], item: Item) -> bytes:
    into = io.BytesIO()
    connector.fetch(Wanted(item.key, item.name, item.url, item.size, item.tag, item.reference), into)
    return into.getvalue()


# --- The pages given and what they link to


def test_pages_come_with_their_bytes_and_go_as_far_as_was_said(site: Site) -> None:
    site.pages = {"/": _links("/a"), "/a": _links("b#part"), "/b": _links("/c"), "/c": b"far"}
    items, _, is_whole = _all(_pages(site, depth=2))
    assert list(items) == ["/", "/a", "/b"]
    assert items["/a"].content == site.pages["/a"]
    assert (items["/a"].url, items["/a"].name) == (f"{site.web.url}/a", "a")
    assert items["/a"].metadata == {"modified": "1994-10-29T19:43:31+00:00"}
    assert is_whole


def test_only_the_changed_page_comes_with_bytes_and_the_links_of_the_others_are_followed(site: Site) -> None:
    site.pages = {"/": _links("/a", "/b"), "/a": _links("/c"), "/b": b"1", "/c": b"c"}
    first, cursor, _ = _all(_pages(site, depth=2))
    site.pages["/b"] = b"2"
    second, cursor, is_whole = _all(_pages(site, depth=2), cursor)
    assert set(second) == set(first) == {"/", "/a", "/b", "/c"}
    assert {path for path, item in second.items() if item.content} == {"/b"}
    assert {path for path in first if first[path].tag != second[path].tag} == {"/b"}
    third, _, _ = _all(_pages(site, depth=2), cursor)
    assert [item.content for item in third.values()] == [None] * 4
    assert is_whole


def test_a_page_that_is_unchanged_costs_no_bytes(site: Site) -> None:
    site.pages = {"/": b"x" * 100_000}
    _, cursor, _ = _all(_pages(site))
    answers: list[Answer] = []

    def answer(asked: Asked) -> Answer:
        answers.append(site.answer(asked))
        return answers[-1]

    site.web.answering = answer
    _all(_pages(site), cursor)
    assert [answer.status for answer in answers] == [404, 304]


def test_without_validators_the_digest_tells_that_a_page_is_unchanged(site: Site) -> None:
    site.pages, site.has_validators = {"/": b"same"}, False
    first, cursor, _ = _all(_pages(site))
    dated = Answer(
        body=b"same", headers={"Content-Type": "text/html", "Last-Modified": "Sun, 30 Oct 1994 19:43:31 GMT"}
    )
    site.pages["/"] = dated
    second, _, _ = _all(_pages(site), cursor)
    assert second["/"].content is None
    assert (second["/"].tag, second["/"].metadata) == (first["/"].tag, first["/"].metadata)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_not_listed(site: Site, status: int) -> None:
    site.pages = {"/": _links("/a", "/b"), "/a": b"a", "/b": b"b"}
    _, cursor, _ = _all(_pages(site, depth=1))
    site.pages["/a"] = Answer(status)
    items, _, is_whole = _all(_pages(site, depth=1), cursor)
    assert (list(items), is_whole) == (["/", "/b"], True)


@pytest.mark.parametrize("answer", [Answer(500), Answer(503), Answer(403), Answer(body=b"x", length=9)])
def test_a_page_that_fails_stays_what_it_was_with_all_that_it_leads_to(site: Site, answer: Answer) -> None:
    site.pages = {"/": _links("/a"), "/a": _links("/b"), "/b": b"b"}
    first, cursor, _ = _all(_pages(site, depth=2))
    site.pages["/a"] = answer
    second, cursor, is_whole = _all(_pages(site, depth=2), cursor)
    assert [(path, item.tag, item.problem) for path, item in second.items()] == [
        (path, item.tag, "") for path, item in first.items()
    ]
    assert is_whole
    site.pages["/a"] = _links("/b")
    assert _all(_pages(site, depth=2), cursor)[0]["/a"].content is None


def test_a_page_that_never_came_is_a_problem_and_nothing_is_gone_the_first_time(site: Site) -> None:
    site.pages = {"/": _links("/a", "/b"), "/a": Answer(500), "/b": b"b"}
    items, cursor, is_whole = _all(_pages(site, depth=2))
    assert items["/a"].problem == "The address answered with status 500."
    assert not is_whole  # what it leads to may have been known from another time
    items, _, is_whole = _all(_pages(site, depth=2), cursor)
    assert items["/a"].problem == "The address answered with status 500."
    assert is_whole


def test_a_site_that_is_silent_is_a_problem_of_the_whole(site: Site) -> None:
    site.pages = {"/": _links("/a"), "/a": b"a"}
    _, cursor, _ = _all(_pages(site, depth=1))
    with Web() as other:
        other.answering = lambda asked: Answer(404)
    for robots in (True, False):
        with pytest.raises(Unavailable):
            _pages(site, url=f"{other.url}/", respect_robots=robots).changes(cursor)


def test_of_several_sites_one_may_be_silent(site: Site) -> None:
    site.pages = {"/": b"here"}
    with Web() as other:
        urls = [f"{other.url}/", f"{site.web.url}/"]
    items = _pages(site, url=None, urls=urls).changes(None).items
    assert [bool(item.problem) for item in items] == [True, False]


def test_a_crawl_whose_beginning_is_gone_is_a_problem_but_a_single_page_just_goes(site: Site) -> None:
    with pytest.raises(NotFound):
        _pages(site, depth=1).changes(None)
    assert _all(_pages(site))[::2] == ({}, True)


def test_a_loop_of_links_ends(site: Site) -> None:
    site.pages = {"/": _links("/a", "/", "/#top"), "/a": _links("/", "/b", "/a"), "/b": _links("/a")}
    assert list(_all(_pages(site, depth=3))[0]) == ["/", "/a", "/b"]
    assert site.asked == ["/", "/a", "/b"]


def test_a_hundred_thousand_links_lead_to_as_many_pages_as_were_allowed(site: Site) -> None:
    many = _links(*(f"/{number}" for number in range(100_000)))
    site.web.answering = lambda asked: Answer(body=many, headers={"Content-Type": "text/html"})
    connector = _pages(site, depth=1, max_pages=5, respect_robots=False)
    items, cursor, _ = _all(connector)
    assert len(items) == len(site.asked) == 5
    assert len(json.dumps(cursor)) < 5_000


def test_what_is_remembered_of_links_is_limited_and_what_is_not_is_asked_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MAX_CHARACTERS", 200)
    leaves = [f"/b{n}" for n in range(20)]
    site.pages = {"/": _links("/a"), "/a": _links(*leaves), **_same(*leaves)}
    first, cursor, _ = _all(_pages(site, depth=2))
    assert len(first) == 22
    assert len("".join(cursor["visits"]["links"])) <= 200
    second, _, is_whole = _all(_pages(site, depth=2), cursor)
    assert set(second) == set(first)
    assert not any(item.content for item in second.values())
    assert is_whole


def test_the_robots_txt_is_obeyed_and_asked_for_once(site: Site) -> None:
    site.pages = {
        "/robots.txt": Answer(body=b"User-agent: OberaConnect\nDisallow: /private"),
        "/": _links("/private/a", "/open", "/way"), "/open": b"open", "/private/a": b"secret",
        "/way": Answer(302, headers={"Location": "/private/a"}),
    }  # fmt: skip
    items, _, _ = _all(_pages(site, depth=1))
    assert sorted(items) == ["/", "/open", "/way"]
    assert "redirects" in items["/way"].problem
    asked = [asked.path for asked in site.web.asked]
    assert (asked.count("/robots.txt"), asked.count("/private/a")) == (1, 0)
    assert "/private/a" in _all(_pages(site, depth=1, respect_robots=False))[0]


def test_a_given_page_that_robots_txt_forbids_is_told(site: Site) -> None:
    site.pages = {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /"), "/": b"secret"}
    items, _, _ = _all(_pages(site))
    assert "robots.txt" in items["/"].problem
    assert "robots.txt" in _pages(site).check()[0]
    assert "/" not in site.asked


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_a_robots_txt_everything_is_allowed(site: Site, status: int) -> None:
    site.pages = {"/robots.txt": Answer(status), "/": b"open"}
    assert _all(_pages(site))[0]["/"].content == b"open"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_had_forbids_everything_for_now(site: Site, status: int) -> None:
    site.pages = {"/robots.txt": Answer(status), "/": b"open"}
    connector = _pages(site)
    with pytest.raises(Unavailable, match=f"status {status}"):
        connector.changes(None)
    assert site.asked == []
    site.pages["/robots.txt"] = Answer(404)
    assert _all(connector)[0]["/"].content == b"open"


def test_the_pause_that_the_site_asks_for_is_made(site: Site) -> None:
    site.pages = {"/robots.txt": Answer(body=b"User-agent: *\nCrawl-delay: 7"), "/": _links("/a"), "/a": b"a"}
    pauses = Pauses()
    _all(_pages(site, pauses, depth=1))
    assert len(pauses.seconds) == 1
    assert 0 < pauses.seconds[0] <= 7


def test_a_site_that_asks_to_wait_is_given_time_and_the_walk_goes_on_where_it_stopped(site: Site) -> None:
    site.pages = {"/": _links("/a", "/b"), "/a": b"a", "/b": Answer(429, headers={"Retry-After": "30"})}
    connector = _pages(site, depth=1)
    page = connector.changes(None)
    assert ([_path(item) for item in page.items], page.more) == (["/", "/a"], True)
    with pytest.raises(TooMany) as told:
        connector.changes(page.cursor)
    assert told.value.headers["Retry-After"] == "30"
    site.pages["/b"] = b"b"
    site.web.asked.clear()
    assert list(_all(_pages(site, depth=1), page.cursor)[0]) == ["/b"]
    assert site.asked == ["/b"]


def test_a_run_that_was_killed_goes_on_from_its_last_page(site: Site) -> None:
    site.pages = {"/": _links(*(f"/{n}" for n in range(45))), **_same(*(f"/{n}" for n in range(45)))}
    keys: list[str] = []
    page = Page([], {}, more=True)
    while page.more:
        page = _pages(site, depth=1).changes(json.loads(json.dumps(page.cursor)))
        assert len(page.items) <= url.PAGE_ADDRESSES
        keys += [item.key for item in page.items]
    assert (len(keys), len(set(keys)), list(page.complete)) == (46, 46, [""])
    assert len(site.asked) == 46


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://localhost/", "file:///etc/passwd"]
)
def test_a_redirect_inside_is_refused(site: Site, target: str) -> None:
    site.pages = {"/": _links("/a"), "/a": Answer(302, headers={"Location": target})}
    items, _, _ = _all(_pages(site, depth=1))
    assert items["/a"].problem
    assert items["/a"].content is None
    items, _, _ = _all(_pages(site, url=f"{site.web.url}/a", respect_robots=False))
    assert items["/a"].problem


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://10.0.0.1/", "ftp://8.8.8.8/", "http://a:b@8.8.8.8/"])
def test_an_address_inside_is_a_problem(address: str) -> None:
    connector = UrlConnector(UrlConfig(url=address, delay_seconds=0), {}, _context(allowed=""))
    (item,) = connector.changes(None).items
    assert item.problem
    assert item.content is None
    with pytest.raises(Unprocessable):
        connector.check()


def test_a_page_that_leads_to_another_host_is_not_followed_unless_it_was_given(site: Site) -> None:
    with Web() as other:
        other.answering = lambda asked: Answer(body=_links("/there"), headers={"Content-Type": "text/html"})
        away = Answer(302, headers={"Location": f"{other.url}/welcome"})
        site.pages = {"/": _links("/a", f"{other.url}/b"), "/a": away}
        items, _, _ = _all(_pages(site, depth=1))
        assert (sorted(items), bool(items["/a"].problem), other.asked) == (["/", "/a"], True, [])
        site.pages = {"/": away}
        items, _, _ = _all(_pages(site, depth=1))
    assert sorted(items) == ["/", "/there"]


def test_a_redirect_on_the_host_is_followed_and_the_key_is_the_address_asked(site: Site) -> None:
    site.pages = {"/": Answer(301, headers={"Location": "/new/"}), "/new/": _links("b"), "/new/b": b"b"}
    assert list(_all(_pages(site, depth=1))[0]) == ["/", "/new/b"]


def test_a_page_that_goes_by_another_address_is_listed_once_under_that(site: Site) -> None:
    known_as = b'<link rel="canonical" href="/a">'
    site.pages = {"/": _links("/a?from=home", "/a?from=menu"), "/a": known_as}
    site.pages |= {"/a?from=home": known_as, "/a?from=menu": known_as}
    first, cursor, _ = _all(_pages(site, depth=1))
    second, cursor, _ = _all(_pages(site, depth=1), cursor)
    site.pages["/a?from=menu"] = Answer(500)
    third, _, _ = _all(_pages(site, depth=1), cursor)
    assert list(first) == list(second) == list(third) == ["/", "/a"]


def test_pages_that_point_at_each_other_do_not_both_vanish(site: Site) -> None:
    site.pages = {
        "/": _links("/a", "/b", "/c", "/d"),
        "/a": b'<link rel="canonical" href="/b">', "/b": b'<link rel="canonical" href="/a">',
        "/c": b'<link rel="canonical" href="http://elsewhere.example/c">', "/d": b'<link rel="canonical" href="/d">',
    }  # fmt: skip
    assert list(_all(_pages(site, depth=1))[0]) == ["/", "/b", "/c", "/d"]


def test_a_page_that_goes_by_an_address_where_there_is_nothing_is_listed_itself(site: Site) -> None:
    site.pages = {"/": _links("/gone", "/a"), "/a": b'<link rel="canonical" href="/gone">'}
    assert list(_all(_pages(site, depth=1))[0]) == ["/", "/a"]


def test_patterns_choose_among_the_links(site: Site) -> None:
    paths = "/docs/a", "/docs/old/b", "/blog/c"
    site.pages = {"/": _links(*paths), **_same(*paths)}
    assert list(_all(_pages(site, depth=1, include=["/docs"], exclude=["old"]))[0]) == ["/", "/docs/a"]


@pytest.mark.parametrize(
    "page",
    [
        b"", b"\x00\xff\xfe", b"<a href='/x", b"<a href=\"http://[::1\">", b"<a href='javascript:x()'><a href>",
        b"<p>" * 50_000, b"<a href='\xff\x00\xed\xa0\x80'>", b"<!DOCTYPE html><<<a<<href=''>",
    ],
    ids=range(8),
)  # fmt: skip
def test_broken_pages_are_pages(site: Site, page: bytes) -> None:
    site.pages = {"/": _links("/broken"), "/broken": page}
    items, _, _ = _all(_pages(site, depth=2, respect_robots=False))
    assert items["/broken"].tag
    for item in items.values():
        item.key.encode()
        assert "\x00" not in item.key


@pytest.mark.parametrize("etag", ["\u00e9", "x" * 10_000, '"a b\x01"'])
def test_a_validator_that_cannot_be_sent_back_is_not(site: Site, etag: str) -> None:
    site.pages = {"/": Answer(body=b"1", headers={"ETag": etag})}
    _, cursor, _ = _all(_pages(site))
    _all(_pages(site), cursor)
    assert site.asked == ["/", "/"]


def test_a_large_page_is_not_carried_along_but_fetched_when_its_turn_has_come(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor, "MAX_CARRIED_BYTES", 1000)
    site.pages = {"/": _links("/a", "/b"), "/a": b"a" * 2000, "/b": b"b" * 500}
    connector = _pages(site, depth=1)
    items, _, _ = _all(connector)
    assert [item.content is None for item in items.values()] == [False, True, False]
    assert _fetched(connector, items["/a"]) == b"a" * 2000


def test_a_page_that_cannot_be_fetched_says_why(site: Site) -> None:
    site.pages = {"/": b"x" * (2**22 + 1)}
    connector = _pages(site)
    address = Wanted(f"{site.web.url}/", "", f"{site.web.url}/", 0, "", {})
    with pytest.raises(Unfetchable, match="more than 4 MB"):
        connector.fetch(address, io.BytesIO())
    site.pages["/"] = Answer(404)
    with pytest.raises(Unfetchable, match="no such page"):
        connector.fetch(address, io.BytesIO())
    site.pages["/"] = Answer(429)
    with pytest.raises(TooMany):
        connector.fetch(address, io.BytesIO())


def test_several_addresses_are_each_listed_once(site: Site) -> None:
    site.pages = {"/a": b"a", "/": b"home"}
    urls = [f"{site.web.url}/a#x", f"{site.web.url}/a", site.web.url, f"{site.web.url.upper()}/"]
    assert list(_all(_pages(site, url=None, urls=urls))[0]) == ["/a", "/"]


@pytest.mark.parametrize(
    "config",
    [
        {}, {"url": ""}, {"urls": ["http://a.example/"] * 101}, {"url": "http://a.example/", "depth": 4},
        {"url": "http://[::1"}, {"url": "http://a.example/\x00"}, {"url": "http://a.example/", "max_pages": 1001},
    ],
    ids=range(7),
)  # fmt: skip
def test_a_configuration_that_means_nothing_is_refused(config: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UrlConfig.model_validate(config)


def test_trying_it_fetches_the_first_page(site: Site) -> None:
    with pytest.raises(NotFound):
        _pages(site).check()
    site.pages = {"/": b"x"}
    assert _pages(site).check() == [f"{site.web.url}/ can be fetched."]


# --- The pages that a sitemap names


def _map(site: Site, *pages: str, **dated: str) -> bytes:
    """A sitemap of paths; `dated` ones with the time of their last change."""
    places = [f"<url><loc>{site.web.url}/{page}</loc></url>" for page in pages]
    places += [f"<url><loc>{site.web.url}/{page}</loc><lastmod>{at}</lastmod></url>" for page, at in dated.items()]
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(places)}</urlset>'.encode()


def _index(site: Site, *paths: str) -> bytes:
    places = "".join(f"<sitemap><loc>{site.web.url}{path}</loc></sitemap>" for path in paths)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</sitemapindex>'.encode()


def test_pages_with_a_date_are_not_asked_for_and_those_without_are(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, "b", a="2024-05-01"), "/a": b"a", "/b": b"b"}
    connector = _mapped(site)
    items, cursor, is_whole = _all(connector)
    assert (items["/a"].tag, items["/a"].metadata, items["/a"].content) == (
        "2024-05-01",
        {"modified": "2024-05-01"},
        None,
    )
    assert (items["/b"].content, is_whole) == (b"b", True)
    assert site.asked == ["/sitemap.xml", "/b"]
    assert _fetched(connector, items["/a"]) == b"a"
    again, _, _ = _all(_mapped(site), cursor)
    assert [(item.tag, item.content) for item in again.values()] == [(item.tag, None) for item in items.values()]


def test_a_page_that_the_sitemap_names_no_more_or_that_is_gone_is_not_listed(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, "a", "b", "c"), "/a": b"a", "/b": b"b", "/c": b"c"}
    _, cursor, _ = _all(_mapped(site))
    site.pages = {"/sitemap.xml": _map(site, "a", "b"), "/a": b"a"}
    items, cursor, is_whole = _all(_mapped(site), cursor)
    assert (list(items), is_whole) == (["/a"], True)
    assert set(cursor["visits"]["pages"]) == {f"{site.web.url}/a"}


def test_a_page_of_the_sitemap_that_fails_stays_what_it_was(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, "a"), "/a": b"a"}
    first, cursor, _ = _all(_mapped(site))
    site.pages["/a"] = Answer(500)
    second, _, is_whole = _all(_mapped(site), cursor)
    assert (second["/a"].tag, second["/a"].problem, is_whole) == (first["/a"].tag, "", True)
    assert _all(_mapped(site))[0]["/a"].problem


def test_a_sitemap_of_sitemaps_is_read_packed_or_not(site: Site) -> None:
    site.pages = {
        "/sitemap.xml": _index(site, "/one.xml", "/two.xml.gz", "/deep.xml", "/sitemap.xml"),
        "/one.xml": _map(site, a="2024"), "/two.xml.gz": gzip.compress(_map(site, b="2024")),
        "/deep.xml": _index(site, "/deeper.xml"), "/deeper.xml": _map(site, c="2024"),
    }  # fmt: skip
    items, _, is_whole = _all(_mapped(site))
    assert (list(items), is_whole) == (["/a", "/b", "/c"], True)


def test_sitemaps_are_read_three_deep_and_what_is_deeper_is_told(site: Site) -> None:
    site.pages = {"/0.xml": _index(site, "/1.xml", "/a.xml"), "/a.xml": _map(site, a="2024")}
    site.pages |= {f"/{n}.xml": _index(site, f"/{n + 1}.xml") for n in (1, 2, 3)}
    items, _, is_whole = _all(_mapped(site, "/0.xml"))
    assert (sorted(items), is_whole) == (["/3.xml", "/a"], False)
    assert "nested too deeply" in items["/3.xml"].problem


def test_a_part_that_cannot_be_read_is_told_and_nothing_is_gone(site: Site) -> None:
    site.pages = {"/sitemap.xml": _index(site, "/a.xml", "/b.xml"), "/a.xml": _map(site, a="2024")}
    for broken in (Answer(404), Answer(500), b"<urlset>"):
        site.pages["/b.xml"] = broken
        items, _, is_whole = _all(_mapped(site))
        assert (sorted(items), is_whole) == (["/a", "/b.xml"], False)
        assert items["/b.xml"].problem


def test_an_index_of_endless_parts_comes_to_an_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_FILES", 5)
    site.web.answering = lambda asked: (
        Answer(404)
        if asked.path == "/robots.txt"
        else Answer(body=_index(site, *(f"{asked.path}{n}" for n in range(100))))
    )
    items, _, is_whole = _all(_mapped(site))
    assert (len(site.asked), is_whole) == (5, False)
    assert "more than 5 files" in next(iter(items.values())).problem


@pytest.mark.parametrize("root", ["", "/"])
def test_the_site_says_where_its_sitemaps_are(site: Site, root: str) -> None:
    robots = f"Sitemap: {site.web.url}/one.xml\nSitemap: {site.web.url}/two.xml\nSitemap: http://[::1\n"
    site.pages = {
        "/robots.txt": Answer(body=robots.encode()),
        "/one.xml": _map(site, a="1"),
        "/two.xml": _map(site, b="1"),
    }
    items, _, is_whole = _all(_mapped(site, root))
    assert (list(items), is_whole) == (["/a", "/b"], True)
    site.pages = {"/sitemap.xml": _map(site, c="1")}
    assert list(_all(_mapped(site, root))[0]) == ["/c"]


def test_only_pages_of_the_host_that_are_wanted_and_allowed_are_listed(site: Site) -> None:
    named = _map(site, "private/a", "docs/b", "blog/c").replace(
        b"</urlset>", b"<url><loc>http://elsewhere.example/docs/d</loc></url><url><loc>/docs/e</loc></url></urlset>"
    )
    site.pages = {
        "/sitemap.xml": named,
        "/docs/b": b"b",
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /private"),
    }
    assert list(_all(_mapped(site, exclude=["blog"]))[0]) == ["/docs/b"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(404), NotFound), (Answer(500), Unavailable), (Answer(403), Unprocessable),
        (Answer(429), TooMany), (Answer(body=b""), Unprocessable), (Answer(body=b"<urlset><url>"), Unprocessable),
        (Answer(body=b"<!DOCTYPE html><html></html>"), Unprocessable), (Answer(body=b"<rss/>"), Unprocessable),
        (Answer(body=b"<urlset/>"), Unprocessable), (Answer(body=b"\x1f\x8bnot gzip"), Unprocessable),
        (Answer(body=gzip.compress(b"<urlset/>")[:-9]), Unprocessable),
        (Answer(body=b"<urlset><url><loc>http://elsewhere.example/</loc></url></urlset>"), Unprocessable),
        (Answer(302, headers={"Location": "http://169.254.169.254/"}), Unprocessable),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_sitemap_that_cannot_be_read_is_a_problem_and_no_empty_listing(
    site: Site, answer: Answer, kind: type[Exception]
) -> None:
    site.pages = {"/sitemap.xml": answer}
    with pytest.raises(kind):
        _mapped(site).changes(None)
    with pytest.raises(kind):
        _mapped(site).check()


BOMB = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>http://x/&b;</loc></url></urlset>'


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (BOMB, "declares"), (BOMB.decode().encode("utf-16"), "declares"),
        (b'<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>', "entit"),
        (b"<urlset>" + b"<a>" * 200_000, "well-formed"),
        (b"<sitemapindex>" + b"<sitemap><loc>y</loc></sitemap>" * 51_000 + b"</sitemapindex>", "more than 50,000"),
    ],
    ids=["entities", "utf-16", "file", "deep", "many"],
)  # fmt: skip
def test_a_bomb_is_refused(site: Site, bomb: bytes, reason: str) -> None:
    site.pages = {"/sitemap.xml": bomb}
    with pytest.raises(Unprocessable, match=reason):
        _mapped(site).changes(None)


def test_a_packed_bomb_is_unpacked_no_further_than_a_sitemap_may_go(site: Site) -> None:
    site.pages = {"/sitemap.xml": gzip.compress(bytes(10 * 2**20)) * 40}
    tracemalloc.start()
    try:
        with pytest.raises(Unprocessable, match="larger than 50 MB"):
            _mapped(site).changes(None)
        assert tracemalloc.get_traced_memory()[1] < 200 * 2**20
    finally:
        tracemalloc.stop()


def test_a_large_sitemap_is_listed_up_to_the_limit_by_runs_that_go_on_elsewhere(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, **{f"p{n:05}": "2024-05-01" for n in range(2_000)})}
    keys: list[str] = []
    page = Page([], {}, more=True)
    while page.more:
        page = _mapped(site, max_pages=1200).changes(json.loads(json.dumps(page.cursor)))
        assert len(page.items) <= sitemap.PAGE_ADDRESSES
        keys += [item.key for item in page.items]
    assert (len(keys), len(set(keys)), list(page.complete)) == (1200, 1200, [""])


def test_many_pages_without_a_date_are_asked_for_in_small_portions(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, *(f"p{n}" for n in range(60))), **_same(*(f"/p{n}" for n in range(60)))}
    page = _mapped(site).changes(None)
    assert (len(page.items), page.more) == (sitemap.PAGE_VISITS, True)
    assert len(_all(_mapped(site), page.cursor)[0]) == 60 - sitemap.PAGE_VISITS


def test_a_site_that_asks_to_wait_within_its_sitemap_is_gone_on_with(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, "a", "b"), "/a": b"a", "/b": Answer(429)}
    page = _mapped(site).changes(None)
    assert ([_path(item) for item in page.items], page.more) == (["/a"], True)
    with pytest.raises(TooMany):
        _mapped(site).changes(page.cursor)
    site.pages["/b"] = b"b"
    assert list(_all(_mapped(site), page.cursor)[0]) == ["/b"]


def test_trying_a_sitemap_tells_what_it_names(site: Site) -> None:
    site.pages = {"/sitemap.xml": _map(site, "a", "b")}
    assert _mapped(site).check() == ["The sitemap names 2 such pages."]
