"""What a service finds out when its metrics are asked for: only for callers, and never in the way of the rest."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.conftest import MakeSettings
from tests.fakes.sample import Sample, bearer, started

from oberaconnect import db
from oberaconnect.auth import Principal
from oberaconnect.telemetry import Sample as Gauge
from oberaconnect.web import Service, create_app

MakeNotes = Callable[..., Sample]

HELP = "Notes that are kept"


def _notes_of(database: db.Database) -> Callable[[Principal], Iterable[Gauge]]:
    def notes(caller: Principal) -> Iterable[Gauge]:
        with database.transaction(caller.tenants) as connection:
            rows = connection.execute(
                "SELECT tenant, count(*) AS n FROM note GROUP BY tenant ORDER BY tenant"
            ).fetchall()
        return [Gauge("notes", HELP, {"client": row["tenant"]}, row["n"]) for row in rows]

    return notes


@pytest.fixture
def make_notes(make_settings: MakeSettings) -> Iterator[MakeNotes]:
    """The sample service, with a gauge: how many notes each client has. Alice's `acme` has two, Charlie's one."""
    with ExitStack() as stack:

        def make(gauges: Callable[[Principal], Iterable[Gauge]] | None = None, **values: object) -> Sample:
            sample = stack.enter_context(started(make_settings(**values)))
            with db.as_owner(sample.settings) as connection:
                for tenant in ("acme", "acme", "charlie"):
                    connection.execute(
                        "INSERT INTO sample_service.note (tenant, text, metadata) VALUES (%s, 'a', '{}')", [tenant]
                    )
            return _served(sample, gauges or _notes_of(sample.database), sample.database)

        yield make


def _served(sample: Sample, gauges: Callable[[Principal], Iterable[Gauge]], database: db.Database) -> Sample:
    from sample_service.api import Parts, api

    app = create_app(
        Service("sample-service", "sample"), api=api, parts=Parts(database), settings=sample.settings,
        database=database, checks={}, gauges=gauges,
    )  # fmt: skip
    return Sample(app, database, sample.settings)


def _metrics(service: Sample, key: str = "", host: str = "localhost") -> str:
    headers = {"Host": host} | (bearer(key) if key else {})
    answer = service.client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert "# TYPE http_requests_total counter" in answer.text
    return answer.text


def test_values_are_found_out_at_each_scrape(make_notes: MakeNotes) -> None:
    service = make_notes()
    text = _metrics(service)
    assert (
        f'# HELP notes {HELP}\n# TYPE notes gauge\nnotes{{client="acme"}} 2.0\nnotes{{client="charlie"}} 1.0\n' in text
    )
    assert service.client.post("/api/sample/notes", json={"text": "b", "client": "acme"}).status_code == 201
    assert 'notes{client="acme"} 3.0\n' in _metrics(service)


def test_a_caller_sees_the_values_of_its_own_clients(make_notes: MakeNotes) -> None:
    service = make_notes(auth="required")
    alice, msp = service.key("data:read", tenant="acme"), service.key("data:read", every_client=True)
    assert 'client="acme"' in _metrics(service, alice)
    assert "charlie" not in _metrics(service, alice)
    assert 'client="charlie"' in _metrics(service, msp)


@pytest.mark.parametrize(("auth", "host"), [("required", "localhost"), ("open", "data-processing:8080")])
def test_a_stranger_is_told_nothing_about_clients(make_notes: MakeNotes, auth: str, host: str) -> None:
    service = make_notes(lambda caller: [Gauge("notes", HELP, {"client": "acme"}, 2)], auth=auth)
    assert "acme" not in _metrics(service, host=host)
    assert "acme" in _metrics(service, service.key("data:read"), host=host)


def test_without_its_database_a_service_still_tells_what_it_counted(
    make_notes: MakeNotes, caplog: pytest.LogCaptureFixture
) -> None:
    service = make_notes()
    nowhere = {"database_url": SecretStr("postgresql://nobody:x@127.0.0.1:1/none")}
    away = db.Database(service.settings.model_copy(update=nowhere), "sample_service")
    text = _metrics(_served(service, _notes_of(away), away))
    assert "notes{" not in text
    assert "gauges left out" in caplog.text
    away.close()


def _breaks_off(caller: Principal) -> Iterable[Gauge]:
    yield Gauge("notes", HELP, {"client": "acme"}, 1)
    raise RuntimeError("inner secret")


def _is_no_metric(caller: Principal) -> Iterable[Gauge]:
    return [Gauge("", HELP, {"client": "acme"}, 1)]


@pytest.mark.parametrize("gauges", [_breaks_off, _is_no_metric])
def test_values_that_cannot_be_told_are_left_out_as_a_whole(
    make_notes: MakeNotes, gauges: Callable[[Principal], Iterable[Gauge]]
) -> None:
    text = _metrics(make_notes(gauges))
    assert 'client="acme"' not in text
    assert "inner secret" not in text


def test_a_label_cannot_forge_another_line(make_notes: MakeNotes) -> None:
    name = 'Müller "x"\\\nnotes{client="charlie"} 9'
    text = _metrics(make_notes(lambda caller: [Gauge("notes", HELP, {"source": name}, 1)]))
    (line,) = [line for line in text.splitlines() if line.startswith("notes{")]
    assert line == 'notes{source="Müller \\"x\\"\\\\\\nnotes{client=\\"charlie\\"} 9"} 1.0'


_PROCESS = """
import sys
from oberaconnect import telemetry
telemetry.share_metrics(sys.argv[1], lambda: int(sys.argv[2]))
telemetry.REQUESTS.labels("sample-service", "GET", "/", 200).inc()
sys.stdout.buffer.write(telemetry.metrics(lambda: [telemetry.Sample("notes", "Notes", {"client": "acme"}, 2)]))
"""


def test_when_several_processes_share_their_metrics_a_value_is_still_told_once(tmp_path: Path) -> None:
    for number in ("1", "2"):
        text = subprocess.run(
            [sys.executable, "-c", _PROCESS, str(tmp_path), number],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}, check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip
    values = [line for line in text.splitlines() if not line.startswith(("#", "http_request_seconds"))]
    assert values == [
        'http_requests_total{method="GET",route="/",service="sample-service",status="200"} 2.0',
        'notes{client="acme"} 2.0',
    ]
