"""The demo's HTTP caller, against a real server."""

import json
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.policy import HTTP

import pytest
from tests.gateway import Handler, Service, free_port

from demo.gateway import Gateway, GatewayError, Refused, Unreachable, here

PROBLEM = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "There is no such job.",
    "request_id": "r1",
}


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service("platform")
    service.start()
    yield service
    service.stop()


@pytest.fixture
def gateway(service: Service) -> Iterator[Gateway]:
    with closing(Gateway(f"http://127.0.0.1:{service.port}", "msp_1_2")) as gateway:
        yield gateway


def answers(status: int, document: object, media_type: str = "application/json") -> Handler:
    return lambda request: request.reply(status, json.dumps(document).encode(), {"Content-Type": media_type})


def test_an_upload_arrives_as_files_and_fields(service: Service, gateway: Gateway) -> None:
    service.handlers["/api/data/documents"] = answers(202, {"id": "j"})
    assert gateway.upload([('a "b".txt', b"\x00one\r\n"), ("c.bin", b"")], {"client": "acme"}) == {"id": "j"}
    (seen,) = service.seen
    message = message_from_bytes(
        b"Content-Type: " + seen.headers["Content-Type"].encode() + b"\r\n\r\n" + seen.body, policy=HTTP
    )
    parts = [
        (part.get_param("name", header="content-disposition"), part.get_filename()) for part in message.iter_parts()
    ]
    assert parts == [("client", None), ("file", "a %22b%22.txt"), ("file", "c.bin")]
    assert b"\r\n\r\n\x00one\r\n\r\n--" in seen.body


def test_the_key_goes_with_every_request(service: Service, gateway: Gateway) -> None:
    gateway.get("/api/services")
    assert service.seen[0].headers["Authorization"] == "Bearer msp_1_2"


def test_without_a_key_none_is_sent(service: Service) -> None:
    with closing(Gateway(f"http://127.0.0.1:{service.port}")) as gateway:
        gateway.get("/api/services", limit=3, cursor=None)
    assert "Authorization" not in service.seen[0].headers
    assert service.seen[0].path == "/api/services?limit=3"


def test_a_problem_becomes_a_sentence_with_its_request(service: Service, gateway: Gateway) -> None:
    service.handlers["/api/data/jobs/x"] = answers(404, PROBLEM, "application/problem+json")
    with pytest.raises(
        Refused, match=r"GET /api/data/jobs/x was answered with 404: There is no such job. \(request r1\)"
    ):
        gateway.get("/api/data/jobs/x")


def test_an_answer_that_is_not_json_is_still_told(service: Service, gateway: Gateway) -> None:
    service.handlers["/"] = lambda request: request.reply(502, b"<html>bad", {"Content-Type": "text/html"})
    with pytest.raises(Refused, match="502: <html>bad"):
        gateway.get("/")


def test_a_connection_that_was_closed_while_idle_is_made_again(service: Service, gateway: Gateway) -> None:
    gateway.get("/api/services")
    service.stop()
    service.start()
    assert gateway.get("/api/services") == {"service": "platform"}


def test_nobody_there_is_told_by_address() -> None:
    port = free_port()
    with pytest.raises(Unreachable, match=f"http://127.0.0.1:{port} does not answer"):
        Gateway(f"http://127.0.0.1:{port}").get("/health")


def test_a_platform_that_asks_for_keys_says_how_to_get_one(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    env = f"{tmp_path}/.env"
    with open(env, "w") as file:
        file.write("AUTH=required\n")
    for name in ("AUTH", "OBERA_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", env)
    with pytest.raises(GatewayError, match="make -s key"):
        here()
    monkeypatch.setenv("OBERA_KEY", "msp_1_2")
    assert here().key == "msp_1_2"
