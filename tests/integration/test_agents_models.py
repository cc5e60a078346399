"""The models' face of agents: what OpenAI's clients find there, and the second door that shows nothing else."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.gateway import free_port
from tests.postgres import Postgres

from agents import app as agents
from agents import parts, ready
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner, migrate
from oberaconnect.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FIRST = "http://localhost:8080/api/agents"
DOOR = "http://mcp-gateway:9011"
#: Where nothing listens.
NOWHERE = "http://127.0.0.1:9"
READY = {f"agent:{name}" for name in ready.load()}
CHAT = {"model": "obera", "messages": [{"role": "user", "content": "Hello"}], "stream": True, "temperature": 0.2}


def ids(listed: Any) -> set[str]:
    return {model["id"] for model in listed["data"]}


def serving(settings: Settings) -> Iterator[FlaskClient]:
    """A caller of agents, which has its second door on port 9011."""
    migrate(settings, "agents")
    with closing(parts.build(settings)) as built:
        yield agents.with_models_door(agents.assemble(built), "9011").test_client()


@pytest.fixture(scope="module")
def settings(postgres: Postgres) -> Settings:
    """A platform that demands keys."""
    return Settings.model_validate(
        {
            "secret_key": secrets.token_hex(32),
            "database_url": postgres.new_database(),
            "auth": "required",
            "rag_url": NOWHERE,
        }
    )


@pytest.fixture(scope="module")
def charlie(settings: Settings) -> Iterator[FlaskClient]:
    """Somebody in the network without a key."""
    yield from serving(settings)


def key_of(settings: Settings, name: str, *scopes: str, tenant: str = "acme") -> dict[str, str]:
    with as_owner(settings) as connection:
        key = create_key(
            connection, settings, name=name, tenant=tenant, clients=[tenant], scopes=scopes or ("*",), expires_in=None
        )
    return {"Authorization": f"Bearer {key.text}"}


@pytest.fixture(scope="module")
def alice(charlie: FlaskClient, settings: Settings) -> dict[str, str]:
    """What Alice's chat program sends with every request."""
    return key_of(settings, "Alice")


@pytest.mark.parametrize("base", [FIRST, DOOR])
def test_alice_sees_the_ready_agents_as_models(charlie: FlaskClient, alice: dict[str, str], base: str) -> None:
    answer = charlie.get(f"{base}/v1/models", headers=alice)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert ids(answer.get_json()) == READY
    entry = answer.get_json()["data"][0]
    assert set(entry) == {"id", "object", "created", "owned_by", "name"}


@pytest.mark.parametrize("base", [FIRST, DOOR])
def test_a_model_is_found_by_an_id_with_a_colon_and_a_slash(
    settings: Settings, alice: dict[str, str], base: str
) -> None:
    more = {"llm_models": "ollama/llama3.2,openai/meta/llama-3"}
    for client in serving(settings.model_copy(update=more)):
        for name in ("agent:help-desk", "ollama/llama3.2", "openai/meta/llama-3"):
            assert client.get(f"{base}/v1/models/{name}", headers=alice).get_json()["id"] == name
        assert ids(client.get(f"{base}/v1/models", headers=alice).get_json()) == READY | set(
            more["llm_models"].split(",")
        )


@pytest.mark.parametrize("name", ["obera", "agent:nobody", "agent:", "openai/none", "rag:", "%2e%2e/health", "a//b"])
def test_a_model_that_is_not_there_is_refused_in_openais_words(
    charlie: FlaskClient, alice: dict[str, str], name: str
) -> None:
    answer = charlie.get(f"{DOOR}/v1/models/{name}", headers=alice)
    assert answer.status_code == (503 if name.startswith("rag:") else 404)
    assert answer.get_json()["error"]["message"] == answer.get_json()["detail"]


def test_a_key_that_may_not_begin_anything_has_no_models(charlie: FlaskClient, settings: Settings) -> None:
    carol = key_of(settings, "Carol", "agents:read", "rag:read")
    assert ids(charlie.get("/v1/models", base_url=DOOR, headers=carol).get_json()) == set()
    assert charlie.get("/v1/models/agent:help-desk", base_url=DOOR, headers=carol).status_code == 404


def test_own_agents_of_a_client_are_listed_for_it_alone(settings: Settings, alice: dict[str, str]) -> None:
    definition = {"name": "backup-watcher", "instructions": "Watch the backups."}
    for client in serving(settings):
        made = client.post(f"{FIRST}/agents", json=definition, headers=alice)
        assert made.status_code == 201, made.text
        assert "agent:backup-watcher" in ids(client.get(f"{FIRST}/v1/models", headers=alice).get_json())
        globex = key_of(settings, "Charlie", tenant="globex")
        assert ids(client.get(f"{FIRST}/v1/models", headers=globex).get_json()) == READY
        assert client.delete(f"{FIRST}/agents/backup-watcher", headers=alice).status_code == 204


def test_a_client_that_a_key_may_not_act_for_is_not_listed(charlie: FlaskClient, alice: dict[str, str]) -> None:
    headers = alice | {"X-OberaConnect-Client": "globex"}
    assert charlie.get(f"{FIRST}/v1/models", headers=headers).status_code == 403
    chat = CHAT | {"model": "agent:help-desk", "metadata": {"client": "globex"}}
    assert charlie.post(f"{FIRST}/v1/chat/completions", json=chat, headers=alice).status_code == 403


@pytest.mark.parametrize("base", [FIRST, DOOR])
def test_a_chat_with_a_model_that_is_not_there_is_refused_in_words_that_chat_programs_show(
    charlie: FlaskClient, alice: dict[str, str], base: str
) -> None:
    answer = charlie.post(f"{base}/v1/chat/completions", json=CHAT, headers=alice)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    problem = answer.get_json()
    assert problem["detail"] == "There is no model 'obera'. GET /v1/models lists those there are."
    assert problem["error"] == {
        "message": problem["detail"],
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"messages": []}, 422),
        ({"model": ""}, 422),
        ({"model": "x" * 201}, 422),
        ({"model": ["obera"]}, 422),
        ({"model": "a\x00b"}, 422),
        ([], 422),
        (None, 415),
    ],
)
def test_a_chat_without_a_usable_name_of_a_model_says_what_is_wrong(
    charlie: FlaskClient, alice: dict[str, str], body: Any, status: int
) -> None:
    answer = charlie.post("/v1/chat/completions", base_url=DOOR, json=body, headers=alice)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["error"]["message"] == answer.get_json()["detail"]
    assert answer.get_json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("base", [FIRST, DOOR])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/models"), ("POST", "/v1/chat/completions"), ("POST", "/v1/responses"), ("GET", "/v1")],
)
def test_charlie_gets_nothing_without_a_key(charlie: FlaskClient, base: str, method: str, path: str) -> None:
    answer = charlie.open(f"{base}{path}", method=method, json=CHAT)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["error"]["code"] == "invalid_api_key"


def test_other_addresses_of_agents_do_not_speak_openais_dialect(charlie: FlaskClient) -> None:
    assert "error" not in charlie.get(f"{FIRST}/runs").get_json()


def test_a_key_without_the_scope_is_told_which_one_it_lacks(charlie: FlaskClient, settings: Settings) -> None:
    bob = key_of(settings, "Bob", "rag:read")
    answer = charlie.get("/v1/models", base_url=DOOR, headers=bob)
    assert (answer.status_code, answer.get_json()["detail"]) == (403, "This credential lacks the scope 'agents:read'.")


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v1/nothing", "/models", "/v1/v1/models", "/v1/../health", "//v1/models", "/v10/models",
     "/health", "/metrics", "/api/services", "/api/agents/v1/models", "/api/agents/openapi.json"],
)  # fmt: skip
def test_behind_the_second_door_there_is_nothing_else(charlie: FlaskClient, alice: dict[str, str], path: str) -> None:
    # The client would read '//v1' as a host.
    answer = charlie.get(base_url=DOOR, headers=alice, environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_first_door_does_not_serve_the_models_at_the_root(charlie: FlaskClient, alice: dict[str, str]) -> None:
    answer = charlie.get("/v1/models", base_url="http://localhost:8080", headers=alice)
    assert answer.status_code == 404


def test_a_host_header_does_not_move_a_request_to_another_door(charlie: FlaskClient, alice: dict[str, str]) -> None:
    answer = charlie.get("/metrics", base_url="http://localhost:8080", headers={**alice, "Host": "mcp-gateway:9011"})
    assert answer.status_code == 200


def test_in_open_mode_too_the_network_needs_a_key(settings: Settings, alice: dict[str, str]) -> None:
    for client in serving(settings.model_copy(update={"auth": "open"})):
        assert client.get("/v1/models", base_url=DOOR).status_code == 421
        assert ids(client.get("/v1/models", base_url=DOOR, headers=alice).get_json()) == READY


def test_agents_opens_both_doors_when_it_is_told_the_second_port(settings: Settings, alice: dict[str, str]) -> None:
    first, second = free_port(), free_port()
    folders = [ROOT / "shared", *(path for path in (ROOT / "services").iterdir() if path.is_dir())]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "PORT": str(first),
        "MCP_GATEWAY_PORT": str(second),
        "AUTH": "required",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "RAG_URL": NOWHERE,
        "AGENTS_THREADS": "4",
    }
    command = [sys.executable, "-m", "oberaconnect.serve", "agents"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        status, listed = _get(process, second, "/v1/models", alice)
        assert (status, ids(listed)) == (200, READY)
        assert _get(process, second, "/health", alice)[0] == 404
        assert _get(process, first, "/livez", {})[0] == 200
        assert _get(process, first, "/api/agents/v1/models", alice)[0] == 200
        assert _get(process, first, "/v1/models", alice)[0] == 404
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def _get(process: "subprocess.Popen[bytes]", port: int, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    while process.poll() is None:
        with suppress(ConnectionError), closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        time.sleep(0.1)
    raise AssertionError("agents ended")
