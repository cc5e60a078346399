"""The list of the thirteen services: true for what runs, clear about what does not, and silent about what is inside."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.gateway import FOLDER, SERVICES, Service

from oberaconnect import VERSION, platform
from oberaconnect.catalogue import CATALOGUE
from oberaconnect.platform import Platform, ServiceStatus, unreachable
from oberaconnect.settings import Settings

NAMES = [
    "ollama", "postgres", "qdrant", "data-processing", "rag-engine", "engineering-api", "call-flow", "agents",
    "gateway", "n8n", "open-webui", "nginx-ssl", "kali-nmap",
]  # fmt: skip


class Town:
    """Small real servers in the places of the services."""

    def __init__(self) -> None:
        self.servers = {name: Service(name) for name in (*SERVICES, "gateway", "postgres", "ollama", "qdrant")}
        self.values: dict[str, Any] = {
            "secret_key": "a-Secret-0123456789-for-tests",
            "database_url": f"postgresql://obera:x@127.0.0.1:{self.servers['postgres'].port}/oberaconnect",
            "gateway_port": self.servers["gateway"].port,
            **{f"{prefix.lower()}_url": self.url(name) for name, prefix in SERVICES.items()},
        }
        for name in (*SERVICES, "gateway"):
            self.answer(name, 200, {"status": "pass", "service": name})
            self.servers[name].start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.servers[name].port}"

    def answer(self, name: str, status: int, document: object, path: str = "/health") -> None:
        body = json.dumps(document).encode()
        self.servers[name].handlers[path] = lambda request: request.reply(status, body, {})

    def platform(self, **values: Any) -> Platform:
        return Platform(Settings.model_validate(self.values | values))

    def look(self, **values: Any) -> dict[str, ServiceStatus]:
        return {service["name"]: service for service in self.platform(**values).services()}


@pytest.fixture
def town() -> Iterator[Town]:
    built = Town()
    yield built
    for server in built.servers.values():
        server.stop()


def states(found: dict[str, ServiceStatus]) -> dict[str, tuple[str, str]]:
    return {name: (service["status"], service["detail"]) for name, service in found.items()}


def test_all_thirteen_are_listed_in_the_order_of_the_layers(town: Town) -> None:
    assert list(town.look()) == NAMES
    assert [service["name"] for service in unreachable()] == NAMES


def test_whatever_answers_works(town: Town) -> None:
    found = town.look()
    assert {name for name, service in found.items() if service["status"] == "pass"} == {*SERVICES, "gateway", "qdrant"}
    assert found["rag-engine"]["detail"] == "It works."


def test_a_service_that_does_not_run_fails_and_the_others_do_not(town: Town) -> None:
    town.servers["call-flow"].stop()
    found = states(town.look())
    assert found["call-flow"] == ("fail", "It is not running or is just starting.")
    assert found["agents"] == ("pass", "It works.")
    assert found["postgres"] == ("fail", "It is not running or is just starting.")


def test_what_a_service_says_is_down_is_named(town: Town) -> None:
    town.answer("data-processing", 200, {"status": "warn", "checks": {"rag-engine": [{"status": "warn"}]}})
    town.answer("agents", 503, {"status": "fail", "checks": {"postgres": [{"status": "fail"}]}})
    found = states(town.look())
    assert found["data-processing"] == ("warn", "It works, without rag-engine.")
    assert found["agents"] == ("fail", "It runs, but cannot work: postgres is down.")


def test_what_a_service_keeps_to_itself_stays_there(town: Town) -> None:
    town.answer("agents", 503, {"status": "fail", "service": "agents"})
    assert town.look()["agents"]["detail"] == "It runs, but cannot work: a part of it is down."


def test_a_stranger_at_an_address_is_not_taken_for_the_service(town: Town) -> None:
    town.answer("rag-engine", 404, {})
    town.answer("gateway", 200, {"status": "pass", "service": "agents"})
    found = states(town.look())
    assert found["rag-engine"] == found["gateway"] == ("fail", "Something else answers at its address.")


def test_one_that_hangs_does_not_hold_up_the_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Platform, "TIMEOUT_SECONDS", 0.3)
    released = threading.Event()
    town.servers["rag-engine"].handlers["/health"] = lambda request: _wait(released, request)
    found = states(town.look())
    released.set()
    assert found["rag-engine"] == ("fail", "It does not answer within a second.")
    assert found["qdrant"] == ("fail", "Embedded in rag-engine, which does not work at the moment.")
    assert found["agents"] == ("pass", "It works.")


def test_what_was_not_asked_for_is_off_and_says_what_brings_it(town: Town) -> None:
    found = states(town.look())
    assert found["ollama"] == ("off", "It comes with Docker: make up PROFILE=local-llm")
    assert found["kali-nmap"] == ("off", "It comes with Docker: make up PROFILE=scan")
    assert found["n8n"] == ("off", "It comes with Docker: make up MODE=docker")


def test_an_optional_service_whose_name_nobody_has_is_off(town: Town) -> None:
    assert town.look(ollama_url=f"http://{'o' * 64}:11434")["ollama"]["status"] == "off"


def test_an_optional_service_that_should_run_and_does_not_fails(town: Town) -> None:
    assert town.look(ollama_url=town.url("ollama"))["ollama"]["status"] == "fail"
    town.servers["ollama"].start()
    assert town.look(ollama_url=town.url("ollama"))["ollama"]["status"] == "pass"


def test_a_qdrant_server_speaks_for_itself(town: Town) -> None:
    assert states(town.look(qdrant_url=town.url("qdrant")))["qdrant"][0] == "fail"
    town.servers["qdrant"].start()
    assert states(town.look(qdrant_url=town.url("qdrant")))["qdrant"] == ("pass", "It works.")


def test_addresses_are_for_the_readers_browser(town: Town) -> None:
    found = town.look(n8n_url=town.url("agents"))
    port = town.values["gateway_port"]
    assert found["rag-engine"]["url"] == f"http://localhost:{port}/api/rag"
    assert found["gateway"]["url"] == f"http://localhost:{port}/"
    assert found["n8n"]["url"] == "http://localhost:5678"
    assert found["postgres"]["url"] is None
    assert found["ollama"]["url"] is None  # it is off: nothing to open


def test_where_keys_are_asked_for_nobody_is_told_the_version(town: Town) -> None:
    assert town.look()["agents"]["version"] == VERSION
    found = town.look(auth="required", gateway_bind="0.0.0.0", gateway_url=town.url("gateway"))
    assert found["gateway"]["status"] == "pass"
    assert {service["version"] for service in found.values()} == {None}


def test_the_list_holds_no_address_of_the_inside(town: Town) -> None:
    text = json.dumps(town.platform(ollama_url=town.url("ollama")).services())
    inside = {server.port for name, server in town.servers.items() if name != "gateway"}
    assert not [port for port in inside if str(port) in text]
    assert "obera:x" not in text


def test_everybody_who_asks_within_two_seconds_gets_one_round(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(platform, "time", _Clock(lambda: now[0]))
    prober = town.platform()
    prober.services()
    now[0] += 1.9
    prober.services()
    assert len(town.servers["agents"].seen) == 1
    now[0] += 0.2
    prober.services()
    assert len(town.servers["agents"].seen) == 2


def test_while_a_round_is_under_way_others_get_the_last_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(platform, "time", _Clock(lambda: now[0]))
    prober = town.platform()
    last = prober.services()
    asked, released = threading.Event(), threading.Event()

    def answer(request: Any) -> None:
        asked.set()
        _wait(released, request)

    town.servers["agents"].handlers["/health"] = answer
    now[0] += 10
    round_under_way = threading.Thread(target=prober.services)
    round_under_way.start()
    assert asked.wait(5)
    assert prober.services() is last
    released.set()
    round_under_way.join(5)
    assert prober.services() is not last


def test_the_static_list_of_the_gateway_is_in_step() -> None:
    assert json.loads((FOLDER / "site" / "services.json").read_text()) == {"services": unreachable()}


def test_the_static_list_claims_nothing_that_it_cannot_know() -> None:
    for service, entry in zip(unreachable(), CATALOGUE, strict=True):
        assert (service["status"] == "pass") == (service["name"] == "gateway")
        assert (service["status"] == "off") == entry.optional
        assert service["url"] is None
        assert service["version"] is None


def test_every_entry_of_the_catalogue_is_reached_somehow() -> None:
    assert [entry.name for entry in CATALOGUE if entry.layer == "services"] == list(SERVICES)
    assert {entry.profile for entry in CATALOGUE} - {None} == {"local-llm", "chat", "ssl", "scan"}
    assert all(entry.optional for entry in CATALOGUE if entry.profile)
    paths = [entry.path for entry in CATALOGUE if entry.path]
    assert len(paths) == len(set(paths))


class _Clock:
    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic


def _wait(released: threading.Event, request: Any) -> None:
    released.wait(10)
    request.reply(200, b"{}", {})


def test_a_name_that_no_name_server_answers_for_is_off_and_not_slow(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = socket.getaddrinfo, threading.Event()

    def silent(host: Any, *rest: Any, **options: Any) -> Any:
        if host == "ollama.invalid":
            answer.wait(10)
        return asked(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    try:
        found = states(town.look(ollama_url="http://ollama.invalid:11434"))
    finally:
        answer.set()
    assert found["ollama"] == ("off", "It comes with Docker: make up PROFILE=local-llm")
    assert found["agents"] == ("pass", "It works.")


def test_a_link_follows_the_port_that_was_chosen(town: Town) -> None:
    town.answer("ollama", 200, {}, "/healthz")
    town.servers["ollama"].start()
    found = town.look(n8n_url=town.url("ollama"), n8n_port=5999)
    assert found["n8n"]["url"] == "http://localhost:5999"
