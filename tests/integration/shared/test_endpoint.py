"""What a service answers to requests that it cannot take, and how it tells of its own failures."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.fakes.sample import Sample, started
from werkzeug.test import TestResponse

from oberaconnect.db import Database
from oberaconnect.endpoint import Api
from oberaconnect.settings import Settings
from oberaconnect.web import Service, create_app


@pytest.fixture
def service(settings: Settings) -> Iterator[Sample]:
    with started(settings) as running:
        yield running


@pytest.fixture
def client(service: Sample) -> FlaskClient:
    return service.client


def _problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    document: dict[str, Any] = json.loads(response.data)
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert document["title"]
    assert document["detail"]
    return document


def _post(client: FlaskClient, body: bytes, kind: str = "application/json") -> TestResponse:
    return client.post("/api/sample/notes", data=body, content_type=kind)


def test_a_good_request_is_carried_out(client: FlaskClient) -> None:
    response = client.post("/api/sample/notes", json={"text": "Grüße"})
    assert response.status_code == 201
    assert response.mimetype == "application/json"
    assert response.json == {"id": response.json["id"], "tenant": "default", "text": "Grüße"}  # type: ignore[index]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"text": "a",}',
        b"{'text': 'a'}",
        b"text=a",
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        b'{"text": "a"} x',
        b'{"text": "a\x00b"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_json_is_400(client: FlaskClient, body: bytes) -> None:
    assert "not valid JSON" in _problem(_post(client, body), 400)["detail"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""]
)
def test_another_media_type_is_415(client: FlaskClient, kind: str) -> None:
    _problem(_post(client, b'{"text": "a"}', kind), 415)


def test_json_with_a_charset_is_json(client: FlaskClient) -> None:
    assert _post(client, b'{"text": "a"}', "Application/JSON; charset=utf-8").status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b"{}", ["#/text"]),
        (b"null", ["#"]),
        (b"[]", ["#"]),
        (b'"a"', ["#"]),
        (b'{"text": null}', ["#/text"]),
        (b'{"text": 5}', ["#/text"]),
        (b'{"text": ""}', ["#/text"]),
        (b'{"text": "a\\u0000b"}', ["#/text"]),
        (b'{"text": "a", "stars": "5"}', []),
        (b'{"text": "a", "stars": 6}', ["#/stars"]),
        (b'{"text": "a", "stars": 1.5}', ["#/stars"]),
        (b'{"text": "a", "stars": 99999999999999999999999999}', ["#/stars"]),
        (b'{"text": "a", "ratio": NaN}', ["#/ratio"]),
        (b'{"text": "a", "ratio": 1e999}', ["#/ratio"]),
        (b'{"text": "a", "colour": 1, "a/b~c": 2}', ["#/colour", "#/a~1b~0c"]),
        (b'{"stars": 9}', ["#/text", "#/stars"]),
    ],
)
def test_invalid_places_are_named_all_at_once(client: FlaskClient, body: bytes, pointers: list[str]) -> None:
    response = _post(client, body)
    if not pointers:
        assert response.status_code == 201
        return
    document = _problem(response, 422)
    assert sorted(error["pointer"] for error in document["errors"]) == sorted(pointers)
    assert all(error["detail"] for error in document["errors"])


@pytest.mark.parametrize("metadata", [b'{"a": "b\\u0000c"}', b'{"a": NaN}', b'{"a": 1e999}', b'{"b\\u0000": 1}'])
def test_what_no_model_foresaw_and_the_database_refuses_is_422(client: FlaskClient, metadata: bytes) -> None:
    _problem(_post(client, b'{"text": "a", "metadata": ' + metadata + b"}"), 422)
    assert client.get("/api/sample/notes").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "colour=red", "cursor=x", "cursor=%00"]
)
def test_an_invalid_query_is_422(client: FlaskClient, query: str) -> None:
    _problem(client.get(f"/api/sample/notes?{query}"), 422)


def test_a_query_where_none_is_taken_is_422(client: FlaskClient) -> None:
    _problem(client.get("/api/sample/hello?a=1"), 422)


def test_pages_follow_each_other_without_gap_or_repetition(client: FlaskClient) -> None:
    for number in range(5):
        client.post("/api/sample/notes", json={"text": str(number)})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page: Any = client.get(f"/api/sample/notes?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        seen += [item["text"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/sample/nothing", "/api//sample/hello", "/api/sample/hello/", "/api/sample/notes/7"]
)
def test_an_unknown_address_is_404(client: FlaskClient, path: str) -> None:
    _problem(client.get(path), 404)


def test_an_unknown_id_is_404(client: FlaskClient) -> None:
    path = "/api/sample/notes/00000000-0000-0000-0000-000000000000"
    assert _problem(client.get(path), 404)["instance"] == path


def test_another_method_is_405_and_says_which_are_allowed(client: FlaskClient) -> None:
    response = client.delete("/api/sample/notes")
    _problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, POST"


def test_options_are_not_answered_for_other_origins(client: FlaskClient) -> None:
    response = client.options(
        "/api/sample/notes", headers={"Origin": "http://localhost", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 405
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_body_that_is_too_large_is_413(make_settings: Any) -> None:
    with started(make_settings(max_upload_mb=1)) as running:
        _problem(_post(running.client, b'{"text": "' + b"a" * 3 * 2**20 + b'"}'), 413)


def test_an_unforeseen_error_is_500_without_its_words(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post("/api/sample/crash", json={"text": "hidden-words"})
    document = _problem(response, 500)
    assert "hidden-words" not in response.text
    assert "request id" in document["detail"]
    assert any(record.exc_info for record in caplog.records)


def test_a_foreseen_error_keeps_its_words_and_members(client: FlaskClient) -> None:
    document = _problem(client.post("/api/sample/conflict"), 409)
    assert (document["detail"], document["state"]) == ("It is already so.", "so")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        ({}, "no file"),
        ({"label": "x"}, "no file"),
        ({"upload": (io.BytesIO(b"abc"), "a.txt")}, "Unknown file field"),
        ({"file": (io.BytesIO(b"abc"), "a.txt"), "colour": "red"}, "colour"),
    ],
)
def test_an_upload_of_another_form_is_422(client: FlaskClient, data: dict[str, Any], detail: str) -> None:
    response = client.post("/api/sample/files", data=data, content_type="multipart/form-data")
    assert detail in _problem(response, 422)["detail"]


def test_an_upload_arrives_with_its_fields(client: FlaskClient) -> None:
    data = {"file": [(io.BytesIO(b"abc"), "a.txt"), (io.BytesIO(b"de"), "b.txt")], "label": "bytes "}
    response = client.post("/api/sample/files", data=data, content_type="multipart/form-data")
    assert response.json == {"hello": "bytes 5"}


def test_an_upload_as_json_is_415(client: FlaskClient) -> None:
    _problem(client.post("/api/sample/files", json={"file": "abc"}), 415)


def test_every_answer_carries_a_request_id(client: FlaskClient) -> None:
    given = "0123456789abcdef"
    assert client.get("/api/sample/hello", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    forged = client.get("/nothing", headers={"X-Request-Id": 'x" , "level": "critical'})
    assert len(forged.headers["X-Request-Id"]) == 32


def test_no_answer_may_be_kept_or_sniffed(client: FlaskClient) -> None:
    headers = client.get("/api/sample/hello").headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_the_same_request_sent_again_happens_once(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "order-7"}
    first = client.post("/api/sample/notes", json={"text": "once"}, headers=headers)
    again = client.post("/api/sample/notes", json={"text": "once"}, headers=headers)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(client.get("/api/sample/notes").json["items"]) == 1  # type: ignore[index]


def test_a_key_used_for_another_request_is_422(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "order-7"}
    client.post("/api/sample/notes", json={"text": "once"}, headers=headers)
    _problem(client.post("/api/sample/notes", json={"text": "other"}, headers=headers), 422)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
def test_a_malformed_idempotency_key_is_400(client: FlaskClient, key: str) -> None:
    _problem(client.post("/api/sample/notes", json={"text": "a"}, headers={"Idempotency-Key": key}), 400)


def test_the_description_is_served_and_answers_not_modified(client: FlaskClient) -> None:
    first = client.get("/api/sample/openapi.json")
    assert first.json["openapi"] == "3.1.0"  # type: ignore[index]
    again = client.get("/api/sample/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_was_asked_is_counted_by_route_and_not_by_address(client: FlaskClient) -> None:
    path = "/api/sample/notes/00000000-0000-0000-0000-000000000000"
    client.get(path)
    text = client.get("/metrics").text
    assert (
        'http_requests_total{method="GET",route="/api/sample/notes/<uuid:note_id>",service="sample-service",status="404"}'
        in text
    )
    assert path not in text


def test_health_says_what_the_service_needs(client: FlaskClient) -> None:
    response = client.get("/api/sample/health")
    assert response.mimetype == "application/health+json"
    assert response.json["status"] == "pass"  # type: ignore[index]
    assert set(response.json["checks"]) == {"postgres"}  # type: ignore[index]


def test_without_its_database_a_service_lives_but_is_not_healthy(make_settings: Any) -> None:
    from sample_service.app import build

    app, database = build(make_settings(database_url="postgresql://nobody:x@127.0.0.1:1/none"))
    client = Sample(app, database, make_settings()).client
    try:
        assert client.get("/livez").status_code == 200
        assert client.get("/health").status_code == 503
        response = client.get("/api/sample/notes")
        _problem(response, 503)
        assert int(response.headers["Retry-After"]) > 0
    finally:
        database.close()


def test_the_same_request_at_the_same_moment_happens_once(service: Sample) -> None:
    answers: list[TestResponse] = []

    def send() -> None:
        answers.append(
            service.client.post("/api/sample/notes", json={"text": "once"}, headers={"Idempotency-Key": "k"})
        )

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1  # type: ignore[index]
    assert len(service.client.get("/api/sample/notes").json["items"]) == 1  # type: ignore[index]


def test_an_operation_with_a_scope_that_nobody_knows_stops_the_start(settings: Settings) -> None:
    api = Api("sample", "Sample")

    @api.get("/x", scope="data:fly")
    def fly() -> None:
        """Fly."""

    database = Database(settings, "sample_service")
    with pytest.raises(ValueError, match="unknown scope 'data:fly'"):
        create_app(Service("s", "sample"), api=api, parts=None, settings=settings, database=database, checks={})
    database.close()
