"""engineering-api and agents: they start, are healthy and documented, and pretend to nothing."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from tests.conftest import MakeSettings
from tests.gateway import free_port
from tests.postgres import Postgres

from oberaconnect import VERSION
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner, migrate
from oberaconnect.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {"agents": "agents"}
#: What every service answers, whatever else it does.
PLATFORM = {"/livez", "/health", "/metrics", "/api/services", "/api/auth/check"}


@dataclass(frozen=True)
class Small:
    """One service on a database of its own."""

    package: str
    prefix: str
    app: Flask
    settings: Settings

    @property
    def name(self) -> str:
        """Its name among the thirteen."""
        return self.package.replace("_", "-")

    @property
    def client(self) -> FlaskClient:
        """A client on this machine."""
        return self.app.test_client()


@pytest.fixture(scope="module")
def database_url(postgres: Postgres) -> str:
    """One database for all, as in the real platform."""
    return postgres.new_database()


Build = Callable[[str, Settings], Small]


@pytest.fixture
def build() -> Iterator[Build]:
    """Builds services as gunicorn would; their connections are given back at the end, as when a process ends."""
    opened: list[Any] = []

    def make(package: str, settings: Settings) -> Small:
        opened.append(import_module(f"{package}.parts").build(settings))
        app: Flask = import_module(f"{package}.app").assemble(opened[-1])
        return Small(package, SERVICES[package], app, settings)

    yield make
    for one in opened:
        one.close()


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, build: Build, settings: Settings) -> Small:
    migrate(settings, request.param)
    return build(request.param, settings)


@pytest.fixture(params=SERVICES)
def guarded(request: pytest.FixtureRequest, build: Build, make_settings: MakeSettings) -> Small:
    settings = make_settings(auth="required")
    migrate(settings, request.param)
    return build(request.param, settings)


def assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_it_is_healthy_with_its_database(service: Small) -> None:
    for path in ("/health", f"/api/{service.prefix}/health"):
        answer = service.client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/health+json")
        report = answer.get_json()
        assert (report["status"], report["service"], report["version"]) == ("pass", service.name, VERSION)
        assert [check["status"] for check in report["checks"]["postgres"]] == ["pass"]


@pytest.mark.parametrize("package", SERVICES)
def test_it_lives_but_is_not_healthy_without_its_database(
    build: Build, make_settings: MakeSettings, package: str
) -> None:
    settings = make_settings(database_url=f"postgresql://obera:x@127.0.0.1:{free_port()}/none")
    client = build(package, settings).client
    assert client.get("/livez").get_json() == {"status": "pass"}
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "fail")


def test_its_document_is_valid_and_describes_just_what_there_is(service: Small) -> None:
    answer = service.client.get(f"/api/{service.prefix}/openapi.json")
    document = answer.get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert document["info"]["description"]
    routes = {re.sub(r"<\w+:", "<", rule.rule) for rule in service.app.url_map.iter_rules()}
    undescribed = {f"/api/{service.prefix}/{name}" for name in ("health", "openapi.json", "mcp")}
    own = routes - PLATFORM - undescribed
    assert {path.replace("{", "<").replace("}", ">") for path in document["paths"]} == own
    unchanged = service.client.get(
        f"/api/{service.prefix}/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/health/", "/openapi.yaml", "//health", "/../data/jobs"])
def test_what_is_not_there_is_a_404(service: Small, path: str) -> None:
    for method in ("GET", "POST"):
        assert_problem(service.client.open(f"/api/{service.prefix}{path}", method=method, json={}), 404)


def test_a_wrong_method_is_told_the_right_ones(service: Small) -> None:
    answer = service.client.post("/health", json={})
    assert_problem(answer, 405)
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD"}


def test_its_metrics_count_what_was_asked(service: Small) -> None:
    service.client.get(f"/api/{service.prefix}/openapi.json")
    metrics = service.client.get("/metrics")
    assert metrics.status_code == 200
    assert f'/api/{service.prefix}/openapi.json"' in metrics.text


def test_it_lists_the_thirteen(service: Small) -> None:
    services = service.client.get("/api/services").get_json()["services"]
    assert len(services) == 13
    assert next(found for found in services if found["name"] == "postgres")["status"] == "pass"


def test_without_a_key_a_guarded_service_shows_only_whether_it_is_well(guarded: Small) -> None:
    client = guarded.client
    assert client.get("/livez").get_json() == {"status": "pass"}
    assert client.get(f"/api/{guarded.prefix}/health").get_json() == {"status": "pass", "service": guarded.name}
    for path in (f"/api/{guarded.prefix}/openapi.json", f"/api/{guarded.prefix}/nothing", "/api/auth/check"):
        answer = client.get(path)
        assert_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_opens_a_guarded_service_and_a_wrong_one_does_not(guarded: Small) -> None:
    with as_owner(guarded.settings) as connection:
        key = create_key(
            connection, guarded.settings, name="Alice", tenant="acme", clients=None, scopes=["*"], expires_in=None
        )
    for header in ({"X-API-Key": key.text}, {"Authorization": f"Bearer {key.text}"}):
        answer = guarded.client.get(f"/api/{guarded.prefix}/health", headers=header)
        assert answer.get_json()["version"] == VERSION
    assert_problem(guarded.client.get("/health", headers={"X-API-Key": key.text[:-1] + "_"}), 401)


@pytest.fixture
def running(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    folders = [ROOT / "shared", *(path for path in (ROOT / "services").iterdir() if path.is_dir())]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "PORT": str(port),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "THREADS": "4",
    }
    command = [sys.executable, "-m", "oberaconnect.serve", request.param]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield process, port
    process.kill()
    process.wait()


@pytest.mark.parametrize("running", ["engineering-api", "agents"], indirect=True)
def test_it_starts_from_nothing_and_ends_when_it_is_told(running: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = running
    while process.poll() is None:
        with suppress(ConnectionError), closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200
            break
        time.sleep(0.1)
    process.terminate()
    assert process.wait(20) == 0
