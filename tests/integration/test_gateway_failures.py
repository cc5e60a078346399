"""What the gateway says when a service is away, breaks off, is slow or streams; and what it never does twice."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from tests.gateway import FOLDER, Gateway, assert_problem, running

PREFIXES = {
    "data": "data-processing",
    "rag": "rag-engine",
    "engineering": "engineering-api",
    "callflow": "call-flow",
    "agents": "agents",
}
TIMEOUTS = {"data": 3600, "rag": 120, "engineering": 1800, "callflow": 300, "agents": 7200}


@pytest.fixture(scope="module")
def shared() -> Iterator[Gateway]:
    with running(edits={"proxy_read_timeout 120s": "proxy_read_timeout 1s"}) as gateway:
        yield gateway


@pytest.mark.parametrize(("prefix", "service"), PREFIXES.items())
def test_a_service_that_does_not_run_is_named_and_the_caller_told_when_to_come_back(
    gateway: Gateway, prefix: str, service: str
) -> None:
    gateway.services[service].stop()
    for path in (f"/api/{prefix}/health", f"/api/{prefix}/things"):
        answer = gateway.request("POST", path, b"{}")
        assert_problem(answer, 503, f"{service} is not running")
        assert answer.headers["Retry-After"] == "5"
        assert answer.json()["instance"] == path


def test_a_large_upload_to_a_service_that_does_not_run_is_not_called_too_large(gateway: Gateway) -> None:
    gateway.services["data-processing"].stop()
    answer = gateway.request("POST", "/api/data/documents", b"x" * int(2.5 * 2**20))
    assert_problem(answer, 503, "data-processing is not running")


def test_one_service_that_is_away_takes_no_other_with_it(gateway: Gateway) -> None:
    gateway.services["rag-engine"].stop()
    assert gateway.get("/api/rag/search").status == 503
    assert gateway.get("/api/data/jobs").json() == {"service": "data-processing"}
    gateway.services["rag-engine"].start()
    assert gateway.get("/api/rag/search").json() == {"service": "rag-engine"}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_a_service_had_begun_is_never_sent_a_second_time(gateway: Gateway, method: str) -> None:
    gateway.services["agents"].handlers["/api/agents/runs"] = _break_off
    answer = gateway.request(method, "/api/agents/runs", b'{"goal": "once"}')
    assert_problem(answer, 502, "may have been done: look before you repeat it")
    assert "Retry-After" not in answer.headers
    assert len(gateway.arrived) == 1


def test_a_slow_answer_is_a_504_that_does_not_invite_to_repeat(gateway: Gateway) -> None:
    released = threading.Event()
    gateway.services["rag-engine"].handlers["/api/rag/query"] = lambda request: _answer_after(released, request)
    answer = gateway.request("POST", "/api/rag/query", b"{}")
    released.set()
    assert_problem(answer, 504, "did not answer in time")
    assert "Retry-After" not in answer.headers
    assert len(gateway.arrived) == 1


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_route_waits_as_long_as_its_work_may_take(prefix: str) -> None:
    block = re.search(rf"location /api/{prefix}/ {{(.*?)}}", (FOLDER / "services.conf.template").read_text(), re.DOTALL)
    assert block
    text = block[1].replace("include data.conf;", (FOLDER / "data.conf.template").read_text())
    assert re.findall(r"proxy_read_timeout (\d+)s;", text) == [str(TIMEOUTS[prefix])]
    explained = (FOLDER.parent / "docs" / "gateway.md").read_text()
    assert re.search(rf"^\| `/api/{prefix}/\*` \| [\w-]+ \| {TIMEOUTS[prefix]} s \|", explained, re.MULTILINE)


@pytest.mark.parametrize(
    ("path", "service"),
    [("/api/rag/query", "rag-engine"), ("/api/agents/v1/responses", "agents"),
     ("/api/data/jobs/1/events", "data-processing")],
)  # fmt: skip
def test_a_stream_reaches_the_client_piece_by_piece(gateway: Gateway, path: str, service: str) -> None:
    tokens = [f"event: token\ndata: {number}\n\n".encode() for number in range(3)]
    turns = [threading.Event() for _ in tokens]
    gateway.services[service].handlers[path] = lambda request: _stream(request, tokens, turns)
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=5)) as connection:
        connection.request("POST", path, b"{}", {"Host": "localhost", "Accept-Encoding": "gzip"})
        for token, turn in zip(tokens, turns, strict=True):
            turn.set()  # the service sends the next only after the client has read the last
            if token is tokens[0]:
                response = connection.getresponse()
                assert response.headers["Content-Type"] == "text/event-stream"
                assert "Content-Encoding" not in response.headers
            assert response.read(len(token)) == token
        assert response.read() == b""


def test_a_client_that_leaves_ends_the_stream_at_the_service(gateway: Gateway) -> None:
    ended = threading.Event()
    gateway.services["rag-engine"].handlers["/api/rag/query"] = lambda request: _stream_until_refused(request, ended)
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=5)) as connection:
        connection.request("POST", "/api/rag/query", b"{}", {"Host": "localhost"})
        assert connection.getresponse().read(2) == b": "
    assert ended.wait(5)


def test_a_slow_upload_holds_nobody_but_the_gateway(gateway: Gateway) -> None:
    with closing(socket.create_connection(("127.0.0.1", gateway.port), timeout=5)) as uploading:
        uploading.sendall(b"POST /api/data/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345")
        assert gateway.get("/api/data/jobs").status == 200
        assert [seen.path for seen in gateway.arrived] == ["/api/data/jobs"]
        uploading.sendall(b"67890")
        response = HTTPResponse(uploading)
        response.begin()
        assert response.status == 200
    assert gateway.arrived[-1].body == b"1234567890"


def test_hundreds_of_clients_that_never_finish_asking_keep_nobody_out(gateway: Gateway) -> None:
    with ExitStack() as slow:
        for _ in range(500):
            connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=5)
            slow.enter_context(closing(connection)).sendall(b"GET /api/rag/search HTTP/1.1\r\nHost: localhost\r\nX-")
        assert gateway.get("/api/data/jobs").status == 200
        assert [seen.path for seen in gateway.arrived] == ["/api/data/jobs"]


@pytest.mark.parametrize(
    "begun",
    [b"GET /api/rag/search HTTP/1.1\r\nHost: localhost\r\nX-",
     b"POST /api/rag/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"],
)  # fmt: skip
def test_who_pauses_too_long_while_asking_is_hung_up_on(begun: bytes) -> None:
    with running(edits={"header_timeout 10s": "header_timeout 1s", "body_timeout 15s": "body_timeout 1s"}) as gateway:
        with closing(socket.create_connection(("127.0.0.1", gateway.port), timeout=30)) as connection:
            connection.sendall(begun)
            with suppress(ConnectionResetError):
                assert connection.recv(1) == b""
        assert gateway.arrived == []


def test_one_address_has_only_so_many_requests_open_but_health_is_always_answered() -> None:
    with running(CONNECTIONS_PER_ADDRESS="2") as gateway, ExitStack() as held:
        released = threading.Event()
        arrived = threading.Semaphore(0)

        def hold(request: Any) -> None:
            arrived.release()
            _answer_after(released, request)

        gateway.services["agents"].handlers["/api/agents/runs"] = hold
        for _ in range(2):
            connection = held.enter_context(closing(HTTPConnection("127.0.0.1", gateway.port, timeout=5)))
            connection.request("GET", "/api/agents/runs", headers={"Host": "localhost"})
            assert arrived.acquire(timeout=5)
        answer = gateway.get("/api/agents/runs")
        assert_problem(answer, 429, "Too many requests at once")
        assert answer.headers["Retry-After"] == "1"
        assert {gateway.get(path).status for path in ("/health", "/api/agents/health")} == {200}
        released.set()


def test_a_head_request_gets_the_status_of_the_problem_and_no_body(gateway: Gateway) -> None:
    gateway.services["agents"].stop()
    answer = gateway.request("HEAD", "/api/agents/runs")
    assert (answer.status, answer.body) == (503, b"")
    assert len(answer.headers["X-Request-Id"]) == 32


def test_quotes_in_an_address_cannot_break_out_of_the_problem(gateway: Gateway) -> None:
    answer = gateway.raw(b'GET /api/x"},{"a":"\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    problem = json.loads(answer.rpartition(b"\r\n\r\n")[2])
    assert problem["status"] == 404
    assert "instance" not in problem


def _break_off(request: Any) -> None:
    request.close_connection = True
    request.connection.shutdown(socket.SHUT_RDWR)


def _answer_after(released: threading.Event, request: Any) -> None:
    released.wait(10)
    request.reply(200, b"{}", {})


def _open_stream(request: Any) -> None:
    request.close_connection = True
    request.send_response(200)
    for name, value in {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Connection": "close"}.items():
        request.send_header(name, value)
    request.end_headers()


def _stream(request: Any, tokens: list[bytes], turns: list[threading.Event]) -> None:
    for token, turn in zip(tokens, turns, strict=True):
        turn.wait(5)
        if token is tokens[0]:
            _open_stream(request)
        request.wfile.write(token)
        request.wfile.flush()


def _stream_until_refused(request: Any, ended: threading.Event) -> None:
    _open_stream(request)
    try:
        while not ended.wait(0.02):
            request.wfile.write(b": still here\n\n")
    except OSError:
        ended.set()
