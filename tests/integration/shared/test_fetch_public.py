"""Addresses that people type never lead into this network."""

import gzip
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from tests.fakes.web import Answer, Web

from oberaconnect.http import FetchRefused, fetch_public, is_public
from oberaconnect.http.public import resolve

_recording: list[list[object]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and _recording:
        _recording[-1].append(arguments[1])


sys.addaudithook(_hook)  # a hook stays for the life of the process; it records only while a test asks it to


@pytest.fixture
def connections() -> Iterator[list[object]]:
    """Every connection this process tries to make, wherever to."""
    seen: list[object] = []
    _recording.append(seen)
    yield seen
    _recording.remove(seen)


@pytest.fixture
def canary() -> Iterator[Web]:
    with Web() as running:
        yield running


#: Written out, these are known to the resolver without asking anybody.
HOSTILE = [
    "http://127.0.0.1/",
    "https://127.0.0.1/",
    "http://127.0.0.1:443/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://app.localhost/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/",
    "http://127.0.0.1:22/",
    "http://8.8.8.8:25/",
    "http://user@8.8.8.8/",
    "http://user:pass@8.8.8.8/",
    "http://8.8.8.8@127.0.0.1/",
    "http://127.0.0.1\\@8.8.8.8/",
    "http://127.0.0.1#@8.8.8.8/",
    "http://127.0.0.1%00.example/",
    "http:///etc/passwd",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "ftp://8.8.8.8/",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,hi",
    "javascript:alert(1)",
    "HTTP://127.0.0.1/",
    "http://[::1",
    "http://8.8.8.8:99999/",
    "http://8.8.8.8:x/",
    "",
    "not an address",
]


def test_the_list_is_long() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_without_a_connection(url: str, connections: list[object]) -> None:
    with pytest.raises(FetchRefused):
        fetch_public(url, max_bytes=1000, timeout_seconds=2)
    assert connections == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["fd00::1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"],
        ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"], ["2606:2800:220:1::1", "fe80::1"], [],
    ],
)  # fmt: skip
def test_a_name_with_any_address_inside_is_refused(addresses: list[str], connections: list[object]) -> None:
    with pytest.raises(FetchRefused):
        fetch_public("http://innocent.example/", max_bytes=1000, resolver=lambda host, port: addresses)
    assert connections == []


@pytest.mark.parametrize(
    "name", ["bücher..example", "a" * 300 + ".example", "xn--\udcff.example", "é" * 80 + ".example"]
)
def test_a_name_that_is_none_is_refused(name: str, connections: list[object]) -> None:
    with pytest.raises(FetchRefused):
        fetch_public(f"http://{name}/", max_bytes=1000)
    assert connections == []


def _intranet(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host.endswith(".example") else resolve(host, port)


@pytest.mark.parametrize("target", [*HOSTILE[:45], "//127.0.0.1/", "http://inside.example/"])
def test_a_redirect_inside_is_refused(canary: Web, connections: list[object], target: str) -> None:
    canary.answering = lambda asked: Answer(302, headers={"Location": target})
    with pytest.raises(FetchRefused):
        fetch_public(
            f"http://wiki.example:{canary.port}/", max_bytes=1000, allowed_hosts=["wiki.example"], resolver=_intranet
        )
    assert connections == [("127.0.0.1", canary.port)]


def test_a_name_cannot_change_its_mind_between_the_look_and_the_connection(
    canary: Web, connections: list[object]
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    found = fetch_public(
        f"http://wiki.example:{canary.port}/", max_bytes=1000, allowed_hosts=["wiki.example"], resolver=rebinding
    )
    assert found.content == b"{}"
    assert asked == ["wiki.example"]
    assert connections == [("127.0.0.1", canary.port)]


def test_a_name_that_rebinds_while_it_redirects_to_itself_is_looked_at_again(
    canary: Web, connections: list[object]
) -> None:
    canary.answering = lambda asked: Answer(302, headers={"Location": "http://other.example/"})
    with pytest.raises(FetchRefused, match="not on the public internet"):
        fetch_public(
            f"http://wiki.example:{canary.port}/", max_bytes=1000, allowed_hosts=["wiki.example"], resolver=_intranet
        )
    assert len(connections) == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("1.1.1.1", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False), ("::8.8.8.8", False), ("100.64.0.1", False), ("fe80::1%eth0", False),
        ("192.0.0.8", False),
    ],
)  # fmt: skip
def test_what_belongs_to_the_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


def _fetch(canary: Web, path: str = "/", max_bytes: int = 1000, timeout_seconds: float = 5.0) -> bytes:
    return fetch_public(
        f"http://wiki.example:{canary.port}{path}", max_bytes=max_bytes, timeout_seconds=timeout_seconds,
        allowed_hosts=["wiki.example"], resolver=_intranet,
    ).content  # fmt: skip


def test_a_page_comes_with_what_is_known_of_it(canary: Web) -> None:
    headers = {"Content-Type": "Text/HTML; charset=utf-8", "ETag": '"1"', "Last-Modified": "yesterday"}
    canary.answering = lambda asked: Answer(body=b"<p>", headers=headers)
    url = f"http://wiki.example:{canary.port}/a%20b?q=1#part"
    found = fetch_public(url, max_bytes=1000, allowed_hosts=["wiki.example"], resolver=_intranet)
    assert (found.media_type, found.etag, found.last_modified, found.content) == (
        "text/html",
        '"1"',
        "yesterday",
        b"<p>",
    )
    assert canary.asked[0].path == "/a%20b?q=1"
    assert canary.asked[0].headers["Host"] == f"wiki.example:{canary.port}"


def test_a_redirect_outside_the_gate_is_followed_to_its_end(canary: Web) -> None:
    canary.answering = lambda asked: (
        Answer(302, headers={"Location": "/end"}) if asked.path == "/" else Answer(body=b"found")
    )
    assert _fetch(canary) == b"found"


def test_redirects_come_to_an_end(canary: Web) -> None:
    canary.answering = lambda asked: Answer(302, headers={"Location": "/"})
    with pytest.raises(FetchRefused, match="redirects more than"):
        _fetch(canary)
    assert len(canary.asked) == 4


def test_a_redirect_to_nowhere_is_refused(canary: Web) -> None:
    canary.answering = lambda asked: Answer(302)
    with pytest.raises(FetchRefused):
        _fetch(canary)


def test_a_page_that_is_too_large_is_refused(canary: Web) -> None:
    canary.answering = lambda asked: Answer(body=b"x" * 2000)
    with pytest.raises(FetchRefused, match="holds more than"):
        _fetch(canary)


def test_a_compressed_page_is_counted_as_it_unfolds(canary: Web) -> None:
    packed = gzip.compress(b"x" * 100_000)
    canary.answering = lambda asked: Answer(body=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchRefused, match="holds more than"):
        _fetch(canary, max_bytes=50_000)
    assert _fetch(canary, max_bytes=100_000) == b"x" * 100_000


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404),
        Answer(500),
        Answer(body=b"x", length=9),
        Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_what_is_not_there_is_refused(canary: Web, answer: Answer) -> None:
    canary.answering = lambda asked: answer
    with pytest.raises(FetchRefused):
        _fetch(canary)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_a_drip_is_refused_as_a_whole(head: bytes) -> None:
    ended = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(head)
            while not ended.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        url = f"http://wiki.example:{listener.getsockname()[1]}/"
        with pytest.raises(FetchRefused, match="in time"):
            fetch_public(url, max_bytes=10**6, timeout_seconds=0.5, allowed_hosts=["wiki.example"], resolver=_intranet)
        ended.set()
        thread.join()


def test_silence_is_refused(canary: Web) -> None:
    released = threading.Event()

    def wait(asked: object) -> Answer:
        released.wait(20)
        return Answer()

    canary.answering = wait
    with pytest.raises(FetchRefused, match="in time"):
        _fetch(canary, timeout_seconds=0.2)
    released.set()
