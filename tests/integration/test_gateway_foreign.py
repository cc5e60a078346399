"""Ollama and Qdrant behind the gateway: who may do what, what they get to see, and what is said when they are away."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from tests.gateway import Gateway, assert_problem, running

READ = ["tags", "version", "ps"]
USE = ["show", "generate", "chat", "embed", "embeddings"]
ADMIN = ["pull", "push", "create", "copy", "delete", "blobs/sha256:0123"]
QDRANT_KEY = {'$qdrant_key {\n    default "";': '$qdrant_key {\n    default "the-key";'}
KEY = {"Authorization": "Bearer msp_0123456789ab_secret"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Gateway]:
    with running(foreign=["ollama", "qdrant"], edits=QDRANT_KEY) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def embedded() -> Iterator[Gateway]:
    with running() as gateway:
        yield gateway


def decide(gateway: Gateway, status: int) -> None:
    """Let every service give the same answer about credentials."""
    for service in gateway.services.values():
        service.handlers["/api/auth/check"] = lambda request: request.reply(
            status, b"{}", {"WWW-Authenticate": 'Bearer realm="oberaconnect"'} if status == 401 else {}
        )


@pytest.mark.parametrize("spelling", ["/api/ollama/", "/api/ollama/api/"])
@pytest.mark.parametrize("route", READ + USE + ADMIN)
def test_a_route_of_ollama_is_asked_for_with_the_scope_it_needs(gateway: Gateway, spelling: str, route: str) -> None:
    method = "GET" if route in READ else "POST"
    assert gateway.request(method, f"{spelling}{route}?x=1", b"{}", KEY).json() == {"service": "ollama"}
    (seen,) = gateway.foreign["ollama"].seen
    assert (seen.method, seen.path) == (method, f"/api/{route}?x=1")
    asked = [seen.path for service in gateway.services.values() for seen in service.seen]
    scope = "ollama:admin" if route in ADMIN else "ollama:use"
    assert asked == [f"/api/auth/check?scope={scope}"]


@pytest.mark.parametrize("path", ["/api/ollama/v1/models", "/api/ollama/v1/chat/completions"])
def test_the_openai_face_of_ollama_is_for_use(gateway: Gateway, path: str) -> None:
    assert gateway.request("POST", path, b"{}").json() == {"service": "ollama"}
    assert gateway.foreign["ollama"].seen[0].path == path.removeprefix("/api/ollama")


@pytest.mark.parametrize("route", ADMIN)
def test_without_a_key_nobody_changes_ollamas_models_even_where_everything_is_open(
    gateway: Gateway, route: str
) -> None:
    assert_problem(gateway.request("POST", f"/api/ollama/api/{route}", b"{}"), 403, "ollama:admin")
    assert gateway.arrived == []


@pytest.mark.parametrize("path", ["signout", "api/signout", "api/experimental/web_fetch", "", "me", "TAGS", "tags/x"])
def test_what_is_not_known_of_ollama_is_refused(gateway: Gateway, path: str) -> None:
    assert_problem(gateway.request("POST", f"/api/ollama/{path}", b"{}", KEY), 403, "reading and inference only")
    assert gateway.arrived == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", "/api/ollama/tags", "GET, HEAD"), ("DELETE", "/api/ollama/api/chat", "GET, HEAD, POST"),
     ("PUT", "/api/ollama/v1/models", "GET, HEAD, POST")],
)  # fmt: skip
def test_methods_that_ollama_has_no_use_for_do_not_reach_it(
    gateway: Gateway, method: str, path: str, allowed: str
) -> None:
    answer = gateway.request(method, path, b"", KEY)
    assert_problem(answer, 405, "")
    assert answer.headers["Allow"] == allowed
    assert gateway.arrived == []


@pytest.mark.parametrize("path", ["/api/ollama/tags", "/api/ollama/api/chat", "/api/qdrant/collections"])
@pytest.mark.parametrize(
    ("verdict", "status"), [(401, 401), (403, 403), (429, 429), (421, 421), (500, 503), (503, 503)]
)
def test_a_credential_that_is_not_good_never_arrives(gateway: Gateway, path: str, verdict: int, status: int) -> None:
    decide(gateway, verdict)
    answer = gateway.get(path, headers=KEY)
    assert_problem(answer, status, "")
    assert gateway.foreign["ollama"].seen == gateway.foreign["qdrant"].seen == []
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="oberaconnect"'
    if status in {429, 503}:
        assert answer.headers["Retry-After"]


def test_one_service_is_enough_to_check_a_credential(gateway: Gateway) -> None:
    for name in ("data-processing", "rag-engine", "call-flow", "agents"):
        gateway.services[name].stop()
    assert gateway.get("/api/ollama/tags", headers=KEY).json() == {"service": "ollama"}


def test_without_any_service_nothing_is_let_through(gateway: Gateway) -> None:
    for service in gateway.services.values():
        service.stop()
    assert_problem(gateway.get("/api/ollama/tags", headers=KEY), 503, "No service is there to check the credential")
    assert gateway.arrived == []


def test_the_question_about_a_credential_carries_it_and_no_body(gateway: Gateway) -> None:
    gateway.request("POST", "/api/ollama/chat", b'{"model": "x"}', {**KEY, "Origin": "http://localhost"})
    (asked,) = [seen for service in gateway.services.values() for seen in service.seen]
    assert (asked.method, asked.body) == ("GET", b"")
    assert asked.headers["Authorization"] == KEY["Authorization"]
    assert asked.headers["Origin"] == "http://localhost"


@pytest.mark.parametrize(("name", "path"), [("ollama", "/api/ollama/chat"), ("qdrant", "/api/qdrant/collections/a")])
def test_a_foreign_server_never_sees_the_callers_credential(gateway: Gateway, name: str, path: str) -> None:
    secrets = {**KEY, "X-API-Key": "msp_secret", "Cookie": "session=secret", "api-key": "forged"}
    inside = path.removeprefix("/api/qdrant").replace("/ollama", "")
    gateway.foreign[name].handlers[inside] = lambda request: request.reply(
        200, b"{}", {"Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*"}
    )
    answer = gateway.request("POST", path, b"{}", secrets)
    (seen,) = gateway.foreign[name].seen
    assert not {"authorization", "x-api-key", "cookie"} & {header.lower() for header in seen.headers}
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    if name == "qdrant":
        assert seen.headers.get_all("api-key") == ["the-key"]


def test_qdrant_is_reached_with_the_gateways_key_and_every_method(gateway: Gateway) -> None:
    for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
        assert (
            gateway.request(method, "/api/qdrant/collections/docs?wait=true", b"{}", KEY).json()["service"] == "qdrant"
        )
    assert [seen.path for seen in gateway.foreign["qdrant"].seen] == ["/collections/docs?wait=true"] * 5
    asked = {seen.path for service in gateway.services.values() for seen in service.seen}
    assert asked == {"/api/auth/check?scope=qdrant:admin"}


@pytest.mark.parametrize("path", ["/api/ollama/tags", "/api/ollama/api/chat", "/api/ollama/v1/models"])
def test_without_docker_ollama_is_explained(embedded: Gateway, path: str) -> None:
    answer = embedded.get(path)
    assert_problem(answer, 503, "make up PROFILE=local-llm")
    assert answer.headers["Retry-After"] == "5"


def test_without_docker_qdrant_is_explained(embedded: Gateway) -> None:
    assert_problem(embedded.get("/api/qdrant/collections"), 503, "the vectors are in the store embedded in rag-engine")


def test_ollamas_lines_reach_the_client_one_by_one(gateway: Gateway) -> None:
    read = threading.Event()

    def stream(request: Any) -> None:
        request.close_connection = True
        request.send_response(200)
        request.send_header("Content-Type", "application/x-ndjson")
        request.end_headers()
        request.wfile.write(b'{"response": "VLAN"}\n')
        if read.wait(5):
            request.wfile.write(b'{"done": true}\n')

    gateway.foreign["ollama"].handlers["/api/generate"] = stream
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=5)) as connection:
        connection.request("POST", "/api/ollama/generate", b"{}", {"Host": "localhost"})
        response = connection.getresponse()
        assert json.loads(response.readline()) == {"response": "VLAN"}
        read.set()
        assert json.loads(response.readline()) == {"done": True}
