"""What happened: one JSON line an event, a request id that follows the work, and Prometheus metrics."""

import contextvars
import json
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess, values
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
traceparent: contextvars.ContextVar[str] = contextvars.ContextVar("traceparent", default="")

#: Fields that Python's logging puts on every record; whatever else is there came in `extra` and belongs in the line.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

#: What some readers take for the end of a line and JSON does not escape.
_LINE_ENDS = {number: f"\\u{number:04x}" for number in (0x7F, 0x85, 0x2028, 0x2029)}

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "http_requests_total", "Requests answered", ["service", "method", "route", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "http_request_seconds", "Time to answer", ["service", "route"], registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
)  # fmt: skip
STREAMS = Gauge(
    "http_streams_open", "Event streams being served", ["service"], registry=REGISTRY, multiprocess_mode="livesum"
)
#: Where the processes of a service keep their metrics when there are several; what prometheus_client calls it.
_SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sample:
    """One value of a gauge that is found out when it is asked for. Samples of a name have the same `help`."""

    name: str
    help: str
    labels: Mapping[str, str]
    value: float


def share_metrics(folder: str, number: Callable[[], int]) -> None:
    """From now on keep the metrics in `folder`, each process under its `number`, so that any of them can tell the sum.

    A process that takes the place of another one, with its number, goes on counting where that one ended.
    """
    os.environ[_SHARED_METRICS] = folder
    values.ValueClass = values.MultiProcessValue(number)  # type: ignore[no-untyped-call]


def process_ended(number: int) -> None:
    """Forget what the process of this number had open."""
    multiprocess.mark_process_dead(number, os.environ[_SHARED_METRICS])  # type: ignore[no-untyped-call]


def metrics(gauges: Callable[[], Iterable[Sample]] | None) -> bytes:
    """The metrics of all processes of this service, as Prometheus reads them, and what `gauges` finds out now.

    When it fails, its values are left out: nobody can tell them then, and the others matter all the more.
    """
    counted = REGISTRY
    if folder := os.environ.get(_SHARED_METRICS):
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted, folder)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + (_measured(gauges) if gauges else b"")


def _measured(gauges: Callable[[], Iterable[Sample]]) -> bytes:
    try:
        return generate_latest(_Families(gauges()))
    except Exception:
        _log.warning("gauges left out", exc_info=True)
        return b""


class _Families(Collector):
    """Samples by name, as Prometheus' text format wants them."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._families: dict[str, Metric] = {}
        for sample in samples:
            family = self._families.setdefault(sample.name, Metric(sample.name, sample.help, "gauge"))
            family.add_sample(sample.name, dict(sample.labels), sample.value)

    def collect(self) -> Iterable[Metric]:
        return self._families.values()


class JsonFormatter(logging.Formatter):
    """One event, one line: newlines in values stay escaped, so a log cannot be forged from inside a message."""

    def __init__(self, service: str = "") -> None:
        """`service` is written into every line."""
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON in UTF-8, time in UTC."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        text = json.dumps(line, default=str, ensure_ascii=False).translate(_LINE_ENDS)
        # A file name may hold bytes that are no UTF-8; a log line must not fail over one.
        return text.encode("utf-8", "backslashreplace").decode()


def logging_config(service: str, level: str = "info") -> dict[str, Any]:
    """The `logging.config.dictConfig` of a process; gunicorn takes the same (`logconfig_dict`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "oberaconnect.telemetry.JsonFormatter", "service": service}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            # Their request lines repeat ours, and their texts may carry query strings, prompts and credentials.
            **{
                name: {"level": "WARNING"}
                for name in ("httpx2", "httpx", "httpcore2", "httpcore", "anthropic", "openai")
            },
            "gunicorn.access": {"level": "WARNING"},
            "gunicorn.error": {"level": level.upper(), "propagate": True, "handlers": []},
        },
    }


def configure(service: str, level: str = "info") -> None:
    """Send this process's log to standard error as JSON lines."""
    import logging.config  # noqa: PLC0415 - only processes that configure logging pay for it

    logging.config.dictConfig(logging_config(service, level))
    log = logging.getLogger(service)

    def process_died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("process died", exc_info=(kind, error, trace))

    def thread_died(died: threading.ExceptHookArgs) -> None:
        log.critical("thread died", exc_info=(died.exc_type, died.exc_value or died.exc_type(), died.exc_traceback))

    sys.excepthook = process_died
    threading.excepthook = thread_died


def new_traceparent(incoming: str | None = None) -> str:
    """A W3C trace context: the incoming one continued with a span of our own, or a new one."""
    trace = secrets.token_hex(16)
    if incoming:
        parts = incoming.strip().lower().split("-")
        if (
            len(parts) == 4
            and [len(part) for part in parts] == [2, 32, 16, 2]
            and all(set(part) <= set("0123456789abcdef") for part in parts)
            and parts[0] != "ff"
            and set(parts[1]) != {"0"}
        ):
            trace = parts[1]
    return f"00-{trace}-{secrets.token_hex(8)}-01"


class Stopwatch:
    """Named laps in milliseconds, for the `timings_ms` of an answer."""

    def __init__(self) -> None:
        """Starts at once."""
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close the running lap under `name`; laps of the same name add up."""
        now = time.perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + (now - self._last) * 1000, 2)
        self._last = now
