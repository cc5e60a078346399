"""One request to an address that somebody typed: any status, any size, and what is told of a transfer that fails."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from tests.fakes.web import Answer, Web

from oberaconnect.http import (
    FetchBroken,
    FetchFailed,
    FetchRefused,
    FetchUnreachable,
    fetch_public,
    open_public,
    post_public,
)

PIECE = 65_536


@pytest.fixture
def site() -> Iterator[Web]:
    with Web() as running:
        yield running


def _local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


#: The host of the tests is on an intranet that may be fetched.
INSIDE: dict[str, Any] = {"allowed_hosts": ["wiki.example"], "resolver": _local}


def _read(url: str, **options: Any) -> bytes:
    with open_public(url, **INSIDE, **options) as answer:
        return b"".join(answer.pieces())


def _address(site: Web, path: str = "/") -> str:
    return f"http://wiki.example:{site.port}{path}"


@contextmanager
def _wire(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that is told byte by byte what to send, and when its client has seen enough."""
    ended = threading.Event()

    def run(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(PIECE)
            serve(connection, ended)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, args=(listener,))
        thread.start()
        yield f"http://wiki.example:{listener.getsockname()[1]}/"
        ended.set()
        thread.join()


@pytest.mark.parametrize("status", [200, 206, 301, 304, 404, 416, 429, 503])
def test_any_status_is_given_back_and_no_redirect_is_followed(site: Web, status: int) -> None:
    site.answering = lambda asked: Answer(status, b"", {"Location": "/next", "Retry-After": "7"})
    with open_public(_address(site, "/a?b=c"), **INSIDE) as answer:
        assert (answer.status, answer.headers["retry-after"], answer.headers["location"]) == (status, "7", "/next")
        assert answer.url == _address(site, "/a?b=c")
    assert [asked.path for asked in site.asked] == ["/a?b=c"]


def test_the_headers_of_the_caller_are_sent_but_do_not_replace_those_of_the_gate(site: Web) -> None:
    _read(_address(site), headers={"Range": "bytes=5-", "host": "bank.example", "user-agent": "x"})
    sent = site.asked[0].headers
    assert (sent["Range"], sent["Host"]) == ("bytes=5-", f"wiki.example:{site.port}")
    assert sent["User-Agent"].startswith("OberaConnect/")


def test_a_header_that_cannot_be_sent_is_refused(site: Web) -> None:
    with pytest.raises(FetchRefused):
        _read(_address(site), headers={"If-None-Match": "\u2028"})
    with pytest.raises(FetchRefused):
        _read(_address(site), headers={"If-None-Match": "x\r\nHost: bank.example"})
    assert site.asked == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "ftp://8.8.8.8/", "http://a:b@8.8.8.8/"]
)
def test_every_way_out_goes_through_the_gate(url: str) -> None:
    with pytest.raises(FetchRefused), open_public(url):
        pass
    with pytest.raises(FetchRefused):
        post_public(url, b"{}", headers={})


def test_a_name_that_leads_inside_is_refused_for_both(site: Web) -> None:
    with pytest.raises(FetchRefused), open_public("http://innocent.example/", resolver=_local):
        pass
    with pytest.raises(FetchRefused):
        post_public("http://innocent.example/", b"{}", headers={}, resolver=_local)
    assert site.connections == 0


def test_a_transfer_that_breaks_off_is_told_apart_with_what_came_before(site: Web) -> None:
    site.answering = lambda asked: Answer(body=b"x" * 2 * PIECE, length=3 * PIECE)
    came: list[bytes] = []
    with open_public(_address(site), **INSIDE) as answer, pytest.raises(FetchBroken):
        came.extend(answer.pieces())
    assert b"".join(came) == b"x" * 2 * PIECE


def test_nobody_there_is_unreachable_but_not_broken_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FetchUnreachable) as told, open_public(f"http://wiki.example:{port}/", **INSIDE):
        pass
    assert not isinstance(told.value, FetchBroken)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"])
def test_a_drip_ends_although_the_whole_may_take_long(head: bytes) -> None:
    def drip(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(head)
        while not ended.wait(0.05):
            connection.sendall(b"x")

    with _wire(drip) as url, pytest.raises(FetchBroken, match="in time"):
        _read(url, timeout_seconds=0.5)


def _steady(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (6 * PIECE))
    for _ in range(6):
        connection.sendall(b"x" * PIECE)
        ended.wait(0.3)


def test_a_large_file_may_take_longer_than_the_time_out() -> None:
    with _wire(_steady) as url:
        assert len(_read(url, timeout_seconds=1.0)) == 6 * PIECE


def test_but_not_longer_than_a_deadline_for_the_whole() -> None:
    with _wire(_steady) as url, pytest.raises(FetchBroken, match="in time"):
        _read(url, timeout_seconds=5.0, deadline_seconds=0.7)


def test_what_the_caller_does_between_two_pieces_is_not_counted(site: Web) -> None:
    site.answering = lambda asked: Answer(body=b"x" * 3 * PIECE)
    came = 0
    with open_public(_address(site), timeout_seconds=0.5, **INSIDE) as answer:
        for piece in answer.pieces():
            came += len(piece)
            threading.Event().wait(0.7)
    assert came == 3 * PIECE


def test_a_post_carries_its_body_and_headers_and_gives_the_status_back(site: Web) -> None:
    site.answering = lambda asked: Answer(307, headers={"Location": "/elsewhere"})
    headers = {"Content-Type": "application/json", "Signature": "s"}
    head = post_public(_address(site, "/hook"), b'{"a":1}', headers=headers, **INSIDE)
    assert head.status == 307
    assert [(asked.method, asked.path, asked.body) for asked in site.asked] == [("POST", "/hook", b'{"a":1}')]
    assert (site.asked[0].headers["Content-Type"], site.asked[0].headers["Signature"]) == ("application/json", "s")


def test_a_page_that_has_not_changed_comes_back_as_unchanged(site: Web) -> None:
    site.answering = lambda asked: Answer(304 if asked.headers.get("If-None-Match") == '"1"' else 200, b"")
    found = fetch_public(_address(site), max_bytes=10, headers={"If-None-Match": '"1"'}, **INSIDE)
    assert (found.is_unchanged, found.content) == (True, b"")
    assert not fetch_public(_address(site), max_bytes=10, headers={"If-None-Match": '"2"'}, **INSIDE).is_unchanged


def test_a_page_that_claims_to_be_unchanged_though_nobody_asked_is_refused(site: Web) -> None:
    site.answering = lambda asked: Answer(304, b"")
    with pytest.raises(FetchRefused):
        fetch_public(_address(site), max_bytes=10, **INSIDE)


def test_a_redirect_to_another_host_goes_without_the_headers(site: Web) -> None:
    targets = {"/": "/same", "/same": f"http://other.example:{site.port}/end"}
    site.answering = lambda asked: (
        Answer(302, headers={"Location": targets[asked.path]}) if asked.path in targets else Answer(body=b"end")
    )
    found = fetch_public(
        _address(site), max_bytes=10, headers={"Authorization": "secret"},
        allowed_hosts=["wiki.example", "other.example"], resolver=_local,
    )  # fmt: skip
    assert found.content == b"end"
    assert [asked.headers.get("Authorization") for asked in site.asked] == ["secret", "secret", None]


def test_an_error_status_is_told_with_what_came_with_it(site: Web) -> None:
    site.answering = lambda asked: Answer(429, headers={"Retry-After": "30"})
    with pytest.raises(FetchFailed, match="status 429") as told:
        fetch_public(_address(site), max_bytes=10, **INSIDE)
    assert (told.value.answered, told.value.answer_headers["retry-after"]) == (429, "30")


def test_a_redirect_is_followed_only_where_the_caller_wants_to_go(site: Web) -> None:
    site.answering = lambda asked: Answer(302, headers={"Location": {"/": "/open", "/open": "/closed"}[asked.path]})
    with pytest.raises(FetchRefused, match="redirects to a place"):
        fetch_public(_address(site), max_bytes=10, may_follow=lambda target: not target.endswith("/closed"), **INSIDE)
    assert [asked.path for asked in site.asked] == ["/", "/open"]


def test_a_redirect_to_no_address_is_refused(site: Web) -> None:
    site.answering = lambda asked: Answer(302, headers={"Location": "http://[::1"})
    with pytest.raises(FetchRefused, match="no address"):
        fetch_public(_address(site), max_bytes=10, **INSIDE)
