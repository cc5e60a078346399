"""The example of docs/connectors.md: a connector of somebody who read that page, run against a real web server."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.fakes.web import Answer, Asked, Web

from data_processing import connectors

_ROOT = Path(__file__).parents[3]


@dataclass
class Magazine:
    """A site with a feed. `articles` are the texts by name; `broken` are named in the feed and answered with 404."""

    articles: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    status: int = 200
    body: bytes | None = None

    def answer(self, asked: Asked) -> Answer:
        """The feed, which knows its ETag, or the page of an article."""
        if asked.path == "/feed.json":
            return self._feed(asked)
        name = asked.path.removeprefix("/articles/")
        if name not in self.articles or name in self.broken:
            return Answer(404)
        page = f"<html><body><main><h1>{name}</h1><p>{self.articles[name]}</p></main></body></html>"
        return Answer(200, page.encode(), {"Content-Type": "text/html"})

    def _feed(self, asked: Asked) -> Answer:
        if self.status != 200:
            return Answer(self.status)
        host = asked.headers["Host"]
        items = [
            {"id": name, "url": f"http://{host}/articles/{name}", "title": f"About {name}", "summary": text[:40]}
            for name, text in self.articles.items()
        ]
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
        body = self.body or body
        etag = f'"{hash(body)}"'
        if asked.headers.get("If-None-Match") == etag:
            return Answer(304, b"", {"ETag": etag})
        return Answer(200, body, {"ETag": etag, "Content-Type": "application/feed+json"})


@pytest.fixture
def magazine() -> Magazine:
    return Magazine({"lifts": "The lift is serviced in March.", "doors": "The doors are locked at seven."})


@pytest.fixture
def web(magazine: Magazine) -> Iterator[Web]:
    with Web(magazine.answer) as web:
        yield web


class Feed:
    """Alice's source of the kind that the page adds."""

    def __init__(self, service: Service, web: Web) -> None:
        self.service = service
        self.web = web
        self.id = self.add(url=f"{web.url}/feed.json")

    def add(self, **config: Any) -> str:
        """Add a source; its id."""
        body = {"kind": "feed", "name": f"feed {len(config)}", "config": config}
        answer = self.service.call("POST", "/sources", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def get(self, path: str) -> Any:
        """What the API says of the source."""
        return self.service.call("GET", f"/sources/{path}").get_json()

    def sync(self, identifier: str = "", query: str = "") -> dict[str, Any]:
        """Run once; the run as it is then. What the site was asked for is in `web.asked`."""
        self.web.asked.clear()
        place = identifier or self.id
        answer = self.service.call("POST", f"/sources/{place}/sync{query}")
        assert answer.status_code == 202, answer.text
        self.service.work()
        return dict(self.get(f"{place}/runs/{answer.get_json()['id']}"))

    def asked(self) -> list[str]:
        """What the last run asked the site for."""
        return sorted(asked.path for asked in self.web.asked)


@pytest.fixture
def source(make_service: Callable[..., Service], web: Web, monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setitem(connectors.KINDS, "feed", "tests.examples.feed:FeedConnector")
    return Feed(make_service(ingest_allowed_hosts="127.0.0.1"), web)


def counts(run: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in run["counts"].items() if number}


def test_what_is_new_changed_or_gone_in_the_feed_is_so_in_the_index(
    source: Feed, magazine: Magazine, index: SearchIndex
) -> None:
    assert counts(source.sync()) == {"seen": 2, "new": 2}
    magazine.articles = {"doors": "The doors are locked at eight.", "heating": "The heating is off in June."}
    second = source.sync()
    assert (second["status"], counts(second)) == ("succeeded", {"seen": 2, "new": 1, "changed": 1, "deleted": 1})
    held = index.documents("documents", "default")
    assert set(held) == {"doors", "heating"}
    assert "locked at eight" in held["doors"].texts[0]
    assert held["heating"].url == f"{source.web.url}/articles/heating"


def test_a_feed_that_has_not_changed_costs_one_request_and_removes_nothing(source: Feed, index: SearchIndex) -> None:
    source.sync()
    assert counts(source.sync()) == {}
    assert source.asked() == ["/feed.json"]
    assert set(index.documents("documents", "default")) == {"doors", "lifts"}
    assert counts(source.sync(query="?full=true")) == {"seen": 2, "unchanged": 2}


def test_articles_that_only_left_the_feed_stay_when_it_does_not_name_all(
    source: Feed, magazine: Magazine, index: SearchIndex
) -> None:
    latest = source.add(url=f"{source.web.url}/feed.json", is_whole=False)
    source.sync(latest)
    del magazine.articles["lifts"]
    assert counts(source.sync(latest)) == {"seen": 1, "unchanged": 1}
    assert set(index.documents("documents", "default")) == {"doors", "lifts"}


def test_an_article_that_cannot_be_had_fails_alone_and_is_tried_again(source: Feed, magazine: Magazine) -> None:
    magazine.broken.add("doors")
    first = source.sync()
    assert (first["status"], counts(first)) == ("succeeded", {"seen": 2, "new": 1, "failed": 1})
    lines = source.get(f"{source.id}/runs/{first['id']}/documents?status=failed")["items"]
    assert [(line["name"], line["reason"]) for line in lines] == [("doors", "The address answered with status 404.")]
    magazine.broken.clear()
    assert counts(source.sync()) == {"new": 1}


def test_a_feed_that_is_away_is_asked_again_later(source: Feed, magazine: Magazine) -> None:
    magazine.status = 503
    run = source.sync()
    assert run["status"] == "queued"
    magazine.status = 200
    source.service.hurry()
    source.service.work()
    assert source.get(f"{source.id}/runs/{run['id']}")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(404, None, "answered with status 404. Check the address."), (200, b"<rss/>", "is not a JSON feed.")],
    ids=["not there", "something else"],
)
def test_a_feed_that_is_none_ends_the_run_with_a_sentence_and_removes_nothing(
    source: Feed, magazine: Magazine, index: SearchIndex, status: int, body: bytes | None, said: str
) -> None:
    source.sync()
    magazine.status, magazine.body = status, body
    run = source.sync()
    assert run["status"] == "failed"
    assert said in run["problem"]["detail"]
    assert set(index.documents("documents", "default")) == {"doors", "lifts"}


def test_the_page_shows_this_very_code_and_it_is_short() -> None:
    code = (_ROOT / "tests" / "examples" / "feed.py").read_text()
    page = (_ROOT / "docs" / "connectors.md").read_text()
    shown = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert code in shown
    assert len(code.splitlines()) < 100
