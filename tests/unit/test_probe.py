"""One question to one server: every way in which it can be there, be unwell, or not be there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.gateway import Service, free_port

from oberaconnect import probe
from oberaconnect.probe import Finding


@pytest.fixture
def server() -> Iterator[Service]:
    service = Service("agents")
    service.start()
    yield service
    service.stop()


def ask(server: Service, path: str = "/health", service: str = "") -> Finding:
    return probe.http(f"http://127.0.0.1:{server.port}", path, timeout_seconds=2, service=service)


def answer(server: Service, status: int, body: bytes, path: str = "/health") -> None:
    server.handlers[path] = lambda request: request.reply(status, body, {})


@pytest.mark.parametrize(
    ("status", "body", "finding"),
    [
        (200, b'{"status":"pass"}', Finding("pass")),
        (200, b"Ollama is running", Finding("pass")),
        (204, b"", Finding("pass")),
        (200, b'{"status":"warn","checks":{"model":[{"status":"warn"}],"postgres":[{"status":"pass"}]}}',
         Finding("warn", ("model",))),
        (503, b'{"status":"fail","checks":{"postgres":[{"status":"fail"}],"model":[{"status":"warn"}]}}',
         Finding("fail", ("postgres",))),
        (503, b'{"status":"fail"}', Finding("fail")),
        (503, b"<html>", Finding("fail")),
        (503, b'{"checks":["odd"]}', Finding("fail")),
        (503, b'{"checks":{"a":[],"b":{"status":"fail"},"c":null,"d":["fail"]}}', Finding("fail")),
        (200, b"[1, 2]", Finding("pass")),
        (200, b"\xff\xfe", Finding("pass")),
        (404, b"", Finding("stranger")),
        (302, b"", Finding("stranger")),
    ],
)  # fmt: skip
def test_an_answer_is_understood(server: Service, status: int, body: bytes, finding: Finding) -> None:
    answer(server, status, body)
    assert ask(server) == finding


def test_whoever_says_another_name_is_a_stranger(server: Service) -> None:
    answer(server, 200, b'{"status":"pass","service":"gateway"}')
    assert ask(server, service="gateway") == Finding("pass")
    answer(server, 200, b"it works")
    assert ask(server, service="gateway") == Finding("stranger")


def test_the_question_is_for_this_machine_and_keeps_nothing_open(server: Service) -> None:
    ask(server, "/healthz")
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.headers["Host"]) == ("GET", "/healthz", "localhost")


@pytest.mark.parametrize("url", ["", "http://" + "a" * 64 + ".invalid", "http://..", "http://127.0.0.1:port"])
def test_what_has_no_address_is_absent(url: str) -> None:
    assert probe.http(url, "/health", timeout_seconds=1) == Finding("absent")


def test_where_nobody_listens_is_silence(server: Service) -> None:
    server.stop()
    assert ask(server) == Finding("silent")
    assert probe.postgres(f"host=127.0.0.1 port={server.port}", timeout_seconds=1) == Finding("silent")


def test_who_does_not_answer_is_slow(server: Service) -> None:
    released = threading.Event()
    server.handlers["/health"] = lambda request: _wait(released, request)
    found = probe.http(f"http://127.0.0.1:{server.port}", "/health", timeout_seconds=0.1)
    released.set()
    assert found == Finding("slow")


def test_a_server_of_another_kind_is_a_stranger() -> None:
    with closing(_listener(b"SSH-2.0-other\r\n")) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert probe.http(url, "/health", timeout_seconds=2) == Finding("stranger")


def test_https_asked_of_a_plain_server_is_a_stranger(server: Service) -> None:
    url = f"https://127.0.0.1:{server.port}"
    assert probe.http(url, "/health", timeout_seconds=2) == Finding("stranger")


@pytest.mark.parametrize(
    ("byte", "finding"),
    [(b"S", Finding("pass")), (b"N", Finding("pass")), (b"E", Finding("fail")), (b"H", Finding("stranger"))],
)  # fmt: skip
def test_postgresql_says_with_one_byte_whether_it_takes_connections(byte: bytes, finding: Finding) -> None:
    with closing(_listener(byte)) as listener:
        port = listener.getsockname()[1]
        for address in (f"postgresql://u:p%40ss@127.0.0.1:{port}/db", f"host=127.0.0.1 port={port} dbname='my db'"):
            assert probe.postgres(address, timeout_seconds=2) == finding


def test_postgresql_is_found_behind_a_socket_file(tmp_path: Any) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(f"{tmp_path}/.s.PGSQL.5433")
        listener.listen()
        _serve(listener, b"N")
        assert probe.postgres(f"postgresql:///db?host={tmp_path}&port=5433", timeout_seconds=2) == Finding("pass")


def _listener(data: bytes) -> socket.socket:
    listener = socket.create_server(("127.0.0.1", free_port()))
    _serve(listener, data)
    return listener


def _serve(listener: socket.socket, data: bytes) -> None:
    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # the test is over
                return
            with connection:
                connection.recv(65536)
                connection.sendall(data)

    threading.Thread(target=serve, daemon=True).start()


def _wait(released: threading.Event, request: Any) -> None:
    released.wait(10)
    request.reply(200, b"{}", {})
