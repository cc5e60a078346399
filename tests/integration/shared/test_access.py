"""Who gets in: open mode on this machine, API keys everywhere else."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import MakeSettings
from tests.fakes.sample import Sample, bearer, started

from oberaconnect import db, keys
from oberaconnect.auth import Authenticator, Principal, internal_token, local_principal
from oberaconnect.problems import TooMany, Unauthorized, Unprocessable
from oberaconnect.settings import Settings
from oberaconnect.telemetry import JsonFormatter

NOTES = "/api/sample/notes"


@pytest.fixture
def open_service(settings: Settings) -> Iterator[Sample]:
    with started(settings) as running:
        yield running


@pytest.fixture
def service(make_settings: MakeSettings) -> Iterator[Sample]:
    with started(make_settings(auth="required")) as running:
        yield running


def _get(service: Sample, key: str | None = None, **headers: str) -> Any:
    return service.client.get(NOTES, headers={**(bearer(key) if key else {}), **headers})


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:9"])
def test_open_mode_serves_this_machine(open_service: Sample, host: str) -> None:
    assert _get(open_service, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]",
     "[::1", "localhost:80@evil.example", "evil.example#localhost", "0.0.0.0", "127.1", "2130706433", "localhost.", ""],
)  # fmt: skip
def test_a_rebound_name_is_misdirected(open_service: Sample, host: str) -> None:
    assert _get(open_service, Host=host).status_code in (400, 421)


def test_nobody_comes_into_open_mode_by_https_whatever_name_is_used(open_service: Sample) -> None:
    assert _get(open_service, Host="localhost", **{"X-Forwarded-Proto": "http"}).status_code == 200
    assert _get(open_service, Host="localhost", **{"X-Forwarded-Proto": "https"}).status_code == 421


@pytest.mark.parametrize("path", ["/health", "/api/sample/health", "/livez"])
def test_a_probe_by_another_name_learns_only_the_status(open_service: Sample, path: str) -> None:
    response = open_service.client.get(path, headers={"Host": "sample-service:8080"})
    assert response.status_code == 200
    assert not {"checks", "version"} & set(json.loads(response.data))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "http://localhost.evil.example",
     "http://[::1", "ftp://localhost", "http://localhost/", "http://user@localhost"],
)  # fmt: skip
def test_a_page_of_another_origin_is_refused(open_service: Sample, origin: str) -> None:
    response = open_service.client.post(NOTES, json={"text": "a"}, headers={"Origin": origin})
    assert response.status_code == 403


def test_our_own_page_is_served(open_service: Sample) -> None:
    response = open_service.client.post(NOTES, json={"text": "a"}, headers={"Origin": "http://localhost"})
    assert response.status_code == 201


def test_a_form_of_another_page_cannot_write(open_service: Sample) -> None:
    response = open_service.client.post(NOTES, data='{"text": "a"}', content_type="text/plain")
    assert response.status_code == 415


def test_a_wrong_key_is_refused_in_open_mode_too(open_service: Sample) -> None:
    assert _get(open_service, "msp_000000000000_" + "A" * 43).status_code == 401


def test_a_key_for_one_client_never_reaches_the_whole_platform(service: Sample) -> None:
    one, all_clients = bearer(service.key("*")), bearer(service.key("*", every_client=True))
    for scope in ("index:write", "ollama:admin", "qdrant:admin"):
        assert service.client.get(f"/api/auth/check?scope={scope}", headers=one).status_code == 403
        assert service.client.get(f"/api/auth/check?scope={scope}", headers=all_clients).status_code == 204
        with pytest.raises(ValueError, match="beyond one client"):
            service.key(scope)


def test_public_routes_are_exactly_these(service: Sample) -> None:
    public = set()
    for rule in service.app.url_map.iter_rules():
        path = rule.rule.replace("<uuid:note_id>", "00000000-0000-0000-0000-000000000000")
        for method in (rule.methods or set()) - {"HEAD"}:
            if service.client.open(path, method=method).status_code != 401:
                public.add(f"{method} {rule.rule}")
    assert public == {
        "GET /livez", "GET /health", "GET /api/sample/health", "GET /metrics", "GET /api/services",
        "GET /api/sample/hello",
    }  # fmt: skip


def test_an_unknown_address_tells_a_stranger_nothing(service: Sample) -> None:
    assert service.client.get("/api/sample/nothing").status_code == 401


def test_a_stranger_learns_only_the_status_of_the_health(service: Sample) -> None:
    assert json.loads(service.client.get("/health").data) == {"status": "pass", "service": "sample-service"}


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key"])
def test_a_key_opens_in_either_header(service: Sample, name: str) -> None:
    key = service.key("data:read")
    assert _get(service, **{name: f"Bearer {key}" if name == "Authorization" else key}).status_code == 200


def test_a_key_without_the_scope_is_403(service: Sample) -> None:
    response = service.client.post(NOTES, json={"text": "a"}, headers=bearer(service.key("data:read")))
    assert response.status_code == 403
    assert "data:write" in response.json["detail"]  # type: ignore[index]


def test_an_expired_key_is_401(service: Sample) -> None:
    assert _get(service, service.key("*", expires_in=timedelta(seconds=-1))).status_code == 401


def test_a_revoked_key_is_401(service: Sample) -> None:
    key = service.key("*")
    with db.as_owner(service.settings) as connection:
        connection.execute("UPDATE platform.api_key SET revoked_at = now()")
    assert _get(service, key).status_code == 401


def test_a_revoked_key_that_was_just_used_is_refused_after_the_cache(
    service: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.key("*")
    assert _get(service, key).status_code == 200
    with db.as_owner(service.settings) as connection:
        connection.execute("UPDATE platform.api_key SET revoked_at = now()")
    monkeypatch.setattr(Authenticator, "CACHE_SECONDS", 0.0)
    assert _get(service, key).status_code == 401


def test_every_wrong_credential_gets_the_same_answer(service: Sample) -> None:
    good = service.key("*")
    identifier = good.split("_")[1]
    wrong = [
        f"msp_{identifier}_{'A' * 43}",
        f"msp_{'0' * 12}_{'A' * 43}",
        service.key("*", expires_in=timedelta(seconds=-1)),
        "msp_",
        "x",
        "a.b.c",
        "é" * 50,
        "eyJhbGciOiJub25lIn0.e30.",
        good + "A",
    ]
    answers = set()
    for credential in wrong:
        response = _get(service, **{"X-API-Key": credential})
        document = json.loads(response.data)
        del document["request_id"]
        answers.add((response.status_code, response.headers["WWW-Authenticate"], json.dumps(document)))
    assert len(answers) == 1


def test_no_credential_says_how_to_send_one(service: Sample) -> None:
    response = _get(service)
    assert response.status_code == 401
    assert "X-API-Key" in response.json["detail"]


def test_basic_credentials_are_not_understood(service: Sample) -> None:
    assert _get(service, Authorization="Basic YTpi").status_code == 401


def test_guessing_is_stopped_after_twenty_tries(service: Sample) -> None:
    key = service.key("*")
    statuses = [_get(service, "wrong").status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    assert int(_get(service, "wrong").headers["Retry-After"]) > 0
    assert _get(service, "wrong", **{"X-Forwarded-For": "192.0.2.9"}).status_code == 401
    assert _get(service, key).status_code == 200, "a good key is not locked out by guesses from its address"


def test_alice_cannot_see_what_charlie_keeps(service: Sample) -> None:
    alice, charlie = service.key("*", tenant="acme"), service.key("*", tenant="charlie")
    made = service.client.post(NOTES, json={"text": "mine"}, headers=bearer(charlie)).json
    assert _get(service, alice).json["items"] == []
    assert service.client.get(f"{NOTES}/{made['id']}", headers=bearer(alice)).status_code == 404  # type: ignore[index]
    assert service.client.get(f"{NOTES}/{made['id']}", headers=bearer(charlie)).status_code == 200  # type: ignore[index]


def test_alice_cannot_write_for_charlie(service: Sample) -> None:
    alice = service.key("*", tenant="acme", clients=["bobs"])
    ours = service.client.post(NOTES, json={"text": "a", "client": "bobs"}, headers=bearer(alice))
    theirs = service.client.post(NOTES, json={"text": "a", "client": "charlie"}, headers=bearer(alice))
    nobodys = service.client.post(NOTES, json={"text": "a", "client": "no-such"}, headers=bearer(alice))
    assert (ours.status_code, theirs.status_code, nobodys.status_code) == (201, 403, 403)
    assert theirs.json["detail"] == nobodys.json["detail"]  # type: ignore[index]


def test_a_key_for_every_client_sees_all(service: Sample) -> None:
    service.client.post(NOTES, json={"text": "mine"}, headers=bearer(service.key("*", tenant="charlie")))
    assert len(_get(service, service.key("*", every_client=True)).json["items"]) == 1


@pytest.mark.parametrize("client", ["", "../x", "acme,globex", "Acme", "a" * 64, "acme\n"])
def test_nobody_acts_for_what_is_no_client_s_name(client: str) -> None:
    with pytest.raises(Unprocessable):
        local_principal().for_client(client)


def test_a_token_between_services_works_only_where_it_was_meant_for(service: Sample) -> None:
    alice = Principal("key:1", "acme", frozenset({"acme"}), frozenset({"data:read", "data:write"}))
    good = internal_token(service.settings, alice, "sample-service", ["data:read"])
    other = internal_token(service.settings, alice, "rag-engine", ["data:read"])
    assert _get(service, good).status_code == 200
    assert _get(service, other).status_code == 401
    assert service.client.post(NOTES, json={"text": "a"}, headers=bearer(good)).status_code == 403


@pytest.mark.parametrize("readers", [frozenset({"anyone", "user:alice", "group:board"}), frozenset[str](), None])
def test_whoever_acts_for_a_person_reads_what_that_person_may(service: Sample, readers: frozenset[str] | None) -> None:
    alice = Principal("entra:alice", "acme", frozenset({"acme", "globex"}), frozenset({"rag:read"}), readers)
    token = internal_token(service.settings, alice.for_client("globex"), "rag-engine", ["rag:read"])
    found = Authenticator(service.settings, "rag-engine", service.database).authenticate(token, "192.0.2.1")
    assert found == Principal("entra:alice", "globex", frozenset({"globex"}), frozenset({"rag:read"}), readers)
    assert found.for_client(None).readers == readers


def test_a_key_is_no_person(service: Sample) -> None:
    key = Authenticator(service.settings, "sample-service", service.database).authenticate(service.key(), "192.0.2.1")
    assert key.readers is None
    assert local_principal().readers is None


def test_a_token_signed_with_another_key_is_refused(service: Sample, make_settings: MakeSettings) -> None:
    alice = Principal("key:1", "acme", frozenset({"acme"}), frozenset())
    forged = internal_token(make_settings(secret_key="x8Wq2rT5nM9vB3kZ7"), alice, "sample-service", ["data:read"])
    assert _get(service, forged).status_code == 401


def test_the_log_never_holds_a_credential(service: Sample, caplog: pytest.LogCaptureFixture) -> None:
    key = service.key("*")
    with caplog.at_level(logging.DEBUG):
        _get(service, key)
        _get(service, f"{key}x")
        service.client.get(f"{NOTES}?cursor=secret-in-the-query", headers=bearer(key))
    lines = [JsonFormatter("sample").format(record) for record in caplog.records]
    assert any("sample/notes" in line for line in lines)
    secrets = (key, key.split("_", 2)[2], "secret-in-the-query", service.settings.secret_key.get_secret_value())
    assert not [line for line in lines if any(secret in line for secret in secrets)]


def test_the_gateway_can_ask_whether_a_scope_is_held(service: Sample) -> None:
    key = bearer(service.key("ollama:use"))
    assert service.client.get("/api/auth/check?scope=ollama:use", headers=key).status_code == 204
    assert service.client.get("/api/auth/check?scope=ollama:admin", headers=key).status_code == 403
    assert service.client.get("/api/auth/check?scope=everything", headers=key).status_code == 422


def test_make_key_prints_a_key_that_works(
    service: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("oberaconnect.settings.load", lambda: service.settings)
    assert keys.main(["create", "--name", "n8n", "--scopes", "data:read", "--client", "acme"]) == 0
    key = capsys.readouterr().out.strip()
    assert _get(service, key).status_code == 200
    assert keys.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert "n8n: data:read for acme" in listed
    assert key.split("_", 2)[2] not in listed
    assert keys.main(["revoke", key.split("_")[1]]) == 0
    assert keys.main(["revoke", "nothing"]) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--scopes", "data:fly"], "unknown scope"),
        (["--client", "Not A Client"], "not a client name"),
        (["--client", "a\n"], "not a client name"),
        (["--clients", "*,b"], "not a client name"),
    ],
)
def test_make_key_refuses_what_does_not_exist(
    service: Sample,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    word: str,
) -> None:
    monkeypatch.setattr("oberaconnect.settings.load", lambda: service.settings)
    assert keys.main(["create", "--name", "x", *arguments]) == 1
    assert word in capsys.readouterr().err


def test_an_authenticator_refuses_alike_from_python(service: Sample) -> None:
    authenticator = Authenticator(service.settings, "sample-service", service.database)
    for _ in range(20):
        with pytest.raises(Unauthorized):
            authenticator.authenticate("wrong", "192.0.2.1")
    with pytest.raises(TooMany):
        authenticator.authenticate("wrong", "192.0.2.1")
