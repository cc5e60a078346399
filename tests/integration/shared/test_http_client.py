"""How we talk to the services that the settings name, and what becomes of their failures."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.fakes.web import Answer, Web

from oberaconnect import telemetry
from oberaconnect.http import Client
from oberaconnect.problems import (
    Conflict,
    Forbidden,
    NotFound,
    Problem,
    Timeout,
    TooMany,
    Unauthorized,
    Unavailable,
    Unprocessable,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture
def client(web: Web) -> Iterator[Client]:
    found = Client(web.url, timeout_seconds=5.0, name="The other one")
    yield found
    found.close()


def test_json_goes_and_comes(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(body=b'{"sum": 3}')
    assert client.post_json("/add", {"a": 1, "b": 2}) == {"sum": 3}
    assert (web.asked[0].method, web.asked[0].path, web.asked[0].body) == ("POST", "/add", b'{"a":1,"b":2}')


def test_the_request_id_and_the_trace_go_onward(client: Client, web: Web) -> None:
    request_id = telemetry.request_id.set("req-12345678")
    trace = telemetry.traceparent.set(f"00-{TRACE}-00f067aa0ba902b7-01")
    try:
        client.get_json("/")
    finally:
        telemetry.request_id.reset(request_id)
        telemetry.traceparent.reset(trace)
    sent = {name.lower(): value for name, value in web.asked[0].headers.items()}
    assert sent["x-request-id"] == "req-12345678"
    assert sent["traceparent"].split("-")[1] == TRACE
    assert sent["traceparent"].split("-")[2] != "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Unauthorized), (403, Forbidden), (404, NotFound), (409, Conflict), (422, Unprocessable), (429, TooMany)],
)
def test_a_refusal_keeps_its_status_and_words(client: Client, web: Web, status: int, kind: type[Problem]) -> None:
    web.answering = lambda asked: Answer(status, b'{"detail": "Because."}')
    with pytest.raises(kind, match="Because"):
        client.get_json("/")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"detail": 5}', b"\xff"])
def test_a_refusal_without_words_gets_ours(client: Client, web: Web, body: bytes) -> None:
    web.answering = lambda asked: Answer(404, body)
    with pytest.raises(NotFound, match=r"The other one refused the request \(404\)"):
        client.get_json("/")


def test_whoever_is_told_to_wait_hears_how_long(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(429, headers={"Retry-After": "42"})
    with pytest.raises(TooMany) as caught:
        client.get_json("/")
    assert caught.value.headers["Retry-After"] == "42"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failure_over_there_is_unavailable_without_its_words(client: Client, web: Web, status: int) -> None:
    web.answering = lambda asked: Answer(status, b'{"detail": "inner words"}')
    with pytest.raises(Unavailable) as caught:
        client.get_json("/")
    assert "inner words" not in caught.value.detail


def test_a_gateway_time_out_over_there_is_one_here(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(504)
    with pytest.raises(Timeout):
        client.get_json("/")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff"])
def test_an_answer_that_is_no_json_is_unavailable(client: Client, web: Web, body: bytes) -> None:
    web.answering = lambda asked: Answer(body=body)
    with pytest.raises(Unavailable, match="cannot be read"):
        client.get_json("/")


def test_a_redirect_is_not_followed(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(302, headers={"Location": "/elsewhere"})
    with pytest.raises(Unavailable, match="redirect"):
        client.get_json("/")
    assert len(web.asked) == 1


def test_an_encoding_that_is_none_is_unavailable(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unavailable):
        client.get_json("/")


def test_an_answer_that_breaks_off_is_unavailable(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(body=b'{"a"', length=100)
    with pytest.raises(Unavailable):
        client.get_json("/")


def test_a_stream_that_breaks_off_is_unavailable(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(body=b"one\n", length=100)
    seen: list[str] = []
    with pytest.raises(Unavailable, match="broke off"), client.stream("GET", "/") as response:
        seen.extend(response.iter_lines())
    assert seen in (["one"], [])


def test_a_refused_stream_says_why(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(409, b'{"detail": "Because."}')
    with pytest.raises(Conflict, match="Because"), client.stream("GET", "/"):
        pass


@pytest.fixture
def silent(web: Web) -> Iterator[None]:
    released = threading.Event()

    def wait(asked: Any) -> Answer:
        released.wait(20)
        return Answer()

    web.answering = wait
    yield
    released.set()


@pytest.mark.usefixtures("silent")
def test_silence_is_a_timeout(web: Web) -> None:
    client = Client(web.url, timeout_seconds=0.2)
    with pytest.raises(Timeout):
        client.get_json("/")
    with pytest.raises(Timeout), client.stream("GET", "/"):
        pass
    client.close()


@pytest.mark.usefixtures("silent")
def test_one_request_may_have_a_time_out_of_its_own(client: Client) -> None:
    with pytest.raises(Timeout):
        client.get_json("/", timeout_seconds=0.2)


def test_nobody_there_is_unavailable() -> None:
    client = Client("http://127.0.0.1:1", name="The other one")
    with pytest.raises(Unavailable, match="The other one cannot be reached"):
        client.get_json("/")
    client.close()


def test_after_five_failures_in_a_row_it_is_left_alone(
    client: Client, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "OPEN_SECONDS", 3600.0)
    web.answering = lambda asked: Answer(500)
    for _ in range(8):
        with pytest.raises(Unavailable):
            client.get_json("/")
    assert len(web.asked) == 5
    with pytest.raises(Unavailable) as caught, client.stream("GET", "/"):
        pass
    assert int(caught.value.headers["Retry-After"]) > 5


def test_it_is_tried_again_after_a_while(client: Client, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "OPEN_SECONDS", 0.0)
    web.answering = lambda asked: Answer(500)
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.get_json("/")
    web.answering = lambda asked: Answer(body=b"1")
    assert client.get_json("/") == 1


def test_refusals_are_no_failures(client: Client, web: Web) -> None:
    web.answering = lambda asked: Answer(404)
    for _ in range(7):
        with pytest.raises(NotFound):
            client.get_json("/")
    assert len(web.asked) == 7


def test_the_environments_proxy_is_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    client = Client(web.url)
    assert client.get_json("/") == {}
    client.close()
