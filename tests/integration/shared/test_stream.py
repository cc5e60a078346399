"""Server-sent events over a real connection."""

import http.client
import json
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import MakeSettings
from tests.fakes.sample import started
from werkzeug.serving import make_server

from oberaconnect import stream, telemetry
from oberaconnect.stream import Event


@pytest.fixture
def port(make_settings: MakeSettings) -> Iterator[int]:
    """The service with four threads to give away, so two streams at once."""
    with started(make_settings(threads=4)) as service:
        server = make_server("127.0.0.1", 0, service.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_port
        server.shutdown()
        server.server_close()
        thread.join()


class Stream:
    """One open stream."""

    def __init__(self, port: int, query: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.request("GET", f"/api/sample/ticks?{query}", headers=headers)
        self.response = self.connection.getresponse()

    def read(self) -> str:
        with self.response:
            text = self.response.read().decode()
        self.connection.close()
        return text

    def leave(self) -> None:
        self.response.close()
        self.connection.close()


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_an_event_is_one_block_whatever_is_in_it() -> None:
    text = Event("token", {"text": "a\nb\r\n\ndata: forged\n\nevent: done"}, id="7").encode()
    assert text.startswith("id: 7\nevent: token\ndata: ")
    assert text.count("\n") == 4
    assert json.loads(text.splitlines()[2].removeprefix("data: "))["text"].endswith("event: done")


def test_events_come_in_order_and_the_stream_ends(port: int) -> None:
    opened = Stream(port, "count=3")
    assert opened.response.status == 200
    assert opened.response.headers.get_content_type() == "text/event-stream"
    assert opened.response.headers["X-Accel-Buffering"] == "no"
    assert opened.response.headers["Cache-Control"] == "no-store"
    blocks = opened.read().split("\n\n")
    assert blocks == [": open", *(f'id: {n}\nevent: tick\ndata: {{"n": {n}}}' for n in range(3)), ""]


def test_a_failure_on_the_way_is_the_last_event(port: int) -> None:
    text = Stream(port, "count=1&fails=true", **{"X-Request-Id": "0123456789abcdef"}).read()
    last = text.strip().split("\n\n")[-1]
    assert last.startswith("event: error\n")
    problem = json.loads(last.splitlines()[1].removeprefix("data: "))
    assert (problem["status"], problem["request_id"]) == (500, "0123456789abcdef")
    assert "inner secret" not in text


def test_a_silent_stream_is_kept_alive(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    text = Stream(port, "count=1&pause_seconds=0.5").read()
    assert text.count(": keep-alive\n\n") >= 2
    assert text.endswith('data: {"n": 0}\n\n')


def test_half_of_the_threads_may_stream_and_the_rest_answers(port: int) -> None:
    first, second = Stream(port, "count=100&pause_seconds=0.2"), Stream(port, "count=100&pause_seconds=0.2")
    refused = Stream(port, "count=1")
    assert refused.response.status == 503
    assert refused.response.headers["Retry-After"] == "2"
    assert json.loads(refused.read())["detail"] == "Too many streams are open at once."
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/livez")
    assert connection.getresponse().status == 200
    connection.close()
    first.leave()
    second.leave()


def test_a_reader_who_leaves_gives_the_place_back(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    opened = [Stream(port, "count=100&pause_seconds=0.1") for _ in range(2)]
    for one in opened:
        one.response.read1(10)
        one.leave()

    def is_free() -> bool:
        again = Stream(port, "count=0")
        again.read()
        return again.response.status == 200

    _until(is_free)
    _until(lambda: telemetry.REGISTRY.get_sample_value("http_streams_open", {"service": "sample-service"}) == 0)


def test_an_invalid_request_for_a_stream_is_a_problem(port: int) -> None:
    refused = Stream(port, "count=-1")
    assert refused.response.status == 422
    assert json.loads(refused.read())["errors"][0]["pointer"] == "#/count"


def test_what_is_logged_while_streaming_carries_the_request(port: int) -> None:
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(telemetry.JsonFormatter().format(record)))

    handler, log = Keep(), logging.getLogger("sample_service.api")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        Stream(port, "count=1", **{"X-Request-Id": "fedcba9876543210"}).read()
    finally:
        log.removeHandler(handler)
    assert [line["request_id"] for line in lines if line["message"] == "tick"] == ["fedcba9876543210"]
