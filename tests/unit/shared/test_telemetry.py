"""One event is one line of JSON, whatever is in it."""

import json
import logging
import re
from typing import Any

import pytest

from oberaconnect import telemetry
from oberaconnect.telemetry import JsonFormatter, Stopwatch, new_traceparent

NASTY = "a\nb\r\nc\u2028d\u2029e\x85f\x0bg\x0ch\x1ci\x7fj\udcffk\x00"


def _line(message: str, *args: object, **extra: Any) -> str:
    record = logging.getLogger("test").makeRecord("test", logging.INFO, "f", 1, message, args, None, extra=extra)
    return JsonFormatter("sample").format(record)


@pytest.mark.parametrize(
    "line", [_line(NASTY), _line("%s", NASTY), _line("x", name_of_file=NASTY), _line("x", nested={"k": [NASTY]})]
)
def test_nothing_in_an_event_can_begin_another_line(line: str) -> None:
    assert line.splitlines() == [line]
    line.encode("utf-8")
    json.loads(line)


def test_text_of_other_languages_stays_readable() -> None:
    assert "Müller 電話" in _line("Müller 電話")


def test_a_line_says_when_who_and_what() -> None:
    token = telemetry.request_id.set("req-12345678")
    try:
        line = json.loads(_line("job %s", "ended", job="7"))
    finally:
        telemetry.request_id.reset(token)
    assert {key: line[key] for key in ("level", "service", "logger", "message", "job", "request_id")} == {
        "level": "info", "service": "sample", "logger": "test", "message": "job ended", "job": "7",
        "request_id": "req-12345678",
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])


def test_a_traceback_stays_in_its_line() -> None:
    try:
        raise RuntimeError("deep\nwithin")
    except RuntimeError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (type(error), error, error.__traceback__)})
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "deep\nwithin" in json.loads(line)["exception"]


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_trace_is_continued_with_a_span_of_our_own() -> None:
    found = new_traceparent(f"00-{TRACE}-00f067aa0ba902b7-01")
    assert found.split("-")[1] == TRACE
    assert found.split("-")[2] != "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "given",
    [None, "", "x", f"00-{TRACE}-00f067aa0ba902b7", f"ff-{TRACE}-00f067aa0ba902b7-01",
     f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{TRACE[:-1]}g-00f067aa0ba902b7-01",
     f"00-{TRACE}-00f067aa0ba902b7-01\r\nX: y"],
)  # fmt: skip
def test_a_malformed_trace_is_replaced(given: str | None) -> None:
    found = new_traceparent(given)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", found)
    assert TRACE not in found


def test_laps_of_one_name_add_up() -> None:
    watch = Stopwatch()
    watch.lap("search")
    first = watch.laps["search"]
    watch.lap("search")
    assert list(watch.laps) == ["search"]
    assert watch.laps["search"] >= first
