"""A client that keeps a connection to one address that somebody typed, and reaches nothing else."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.fakes.web import Answer, Web

from oberaconnect.http import FetchRefused, FetchUnreachable, check_endpoint, gated_client

OPTIONS: dict[str, Any] = {"headers": {"Authorization": "secret"}, "read_seconds": 5.0, "max_bytes": 10_000}


@pytest.fixture
def site() -> Iterator[Web]:
    with Web() as running:
        yield running


def _fetch(url: str, *paths: str, **options: Any) -> list[tuple[int, bytes]]:
    async def run() -> list[tuple[int, bytes]]:
        async with gated_client(url, **OPTIONS, **options) as client:
            found = []
            for path in paths or (url,):
                response = await client.get(path)
                found.append((response.status_code, response.content))
            return found

    return asyncio.run(run())


def _giving(*answers: list[str]) -> Callable[[str, int], list[str]]:
    """A resolver that gives one answer after the other, as a name does that changes its mind."""
    left = iter(answers)
    return lambda host, port: next(left)


def test_the_name_is_looked_up_once_and_sent_along(site: Web) -> None:
    url = f"http://wiki.example:{site.port}/a"
    found = _fetch(url, url, url, allowed_hosts=["wiki.example"], resolver=_giving(["127.0.0.1"], ["192.0.2.1"]))
    assert found == [(200, b"{}"), (200, b"{}")]
    assert {asked.headers["Host"] for asked in site.asked} == {f"wiki.example:{site.port}"}


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"], ["100.64.0.1"], ["::1"], ["64:ff9b::a00:1"]],
)
def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    with pytest.raises(FetchRefused, match="not on the public internet"):
        _fetch("https://mcp.example/", allowed_hosts=[], resolver=lambda host, port: addresses)


def test_a_name_that_is_not_found_is_told() -> None:
    with pytest.raises(FetchUnreachable):
        _fetch("https://mcp.example/", allowed_hosts=[], resolver=lambda host, port: [])


def test_another_origin_is_refused_although_its_host_is_allowed(site: Web) -> None:
    with Web() as other, pytest.raises(FetchRefused, match="another place"):
        _fetch(site.url, f"{other.url}/", allowed_hosts=["127.0.0.1"])
    assert other.asked == []


def test_a_redirect_is_handed_back(site: Web) -> None:
    site.answering = lambda asked: Answer(302, b"", {"Location": "http://10.0.0.1/"})
    assert _fetch(site.url, allowed_hosts=["127.0.0.1"]) == [(302, b"")]


def test_proxies_of_the_environment_are_not_used(site: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert _fetch(site.url, allowed_hosts=["127.0.0.1"]) == [(200, b"{}")]


def test_a_large_answer_is_not_read_and_a_stream_of_events_may_be_long(site: Web) -> None:
    site.answering = lambda asked: Answer(200, b"x" * 20_000, {"Content-Type": "application/json"})
    with pytest.raises(Exception, match="more than 10000 bytes"):
        _fetch(site.url, allowed_hosts=["127.0.0.1"])
    site.answering = lambda asked: Answer(200, b":" * 20_000, {"Content-Type": "text/event-stream"})
    assert _fetch(site.url, allowed_hosts=["127.0.0.1"]) == [(200, b":" * 20_000)]


def test_statuses_are_told(site: Web) -> None:
    told: list[int] = []
    site.answering = lambda asked: Answer(401)
    _fetch(site.url, allowed_hosts=["127.0.0.1"], answered=told.append)
    assert told == [401]


@pytest.mark.parametrize("url", ["http://mcp.example/", "ftp://mcp.example/", "https://127.0.0.1/", "https://[::1]/"])
def test_what_needs_no_look_up_is_refused_before_it(url: str) -> None:
    with pytest.raises(FetchRefused):
        check_endpoint(url, [])


def test_plain_http_is_for_hosts_that_the_operator_named() -> None:
    assert check_endpoint("http://wiki.intern:8080/mcp", ["wiki.intern"]).port == 8_080
