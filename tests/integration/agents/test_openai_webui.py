"""What Open WebUI sends, replayed: its chats, what it asks for itself, and whom it says is sitting there."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from tests import chatting
from tests.chatting import Chatting
from tests.face import document
from tests.fakes.llm import LanguageModel, Reply
from tests.postgres import Postgres

from oberaconnect.auth import register_keys
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
WEBUI_KEY = f"msp_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"
SECRET = secrets.token_hex(32)
TASKS = ["title", "tags", "follow-ups", "queries"]


def platform(postgres: Postgres) -> Settings:
    return Settings.model_validate(
        {
            "secret_key": secrets.token_hex(32),
            "database_url": postgres.new_database(),
            "auth": "required",
            "rag_url": "http://127.0.0.1:9",
            "webui_gateway_key": WEBUI_KEY,
            "webui_secret_key": SECRET,
        }
    )


@pytest.fixture(scope="module")
def service(postgres: Postgres, vendor: LanguageModel) -> Iterator[Chatting]:
    """The running service with its worker and a model."""
    with chatting.running(vendor.settings(platform(postgres), "openai")) as running:
        with as_owner(running.settings) as connection:
            register_keys(connection, running.settings)
        with running.working():
            yield running


@pytest.fixture(scope="module")
def without_model(postgres: Postgres) -> Iterator[Chatting]:
    """The same without a model."""
    with chatting.running(platform(postgres)) as running:
        with as_owner(running.settings) as connection:
            register_keys(connection, running.settings)
        yield running


@pytest.fixture(autouse=True)
def _forgetful(vendor: LanguageModel) -> None:
    vendor.forget()


def replay(
    service: Chatting, name: str, *, key: str = WEBUI_KEY, headers: Mapping[str, str | None] | None = None, **body: Any
) -> str:
    """What a recorded request is answered; `headers` that are None are left out."""
    recorded = json.loads((RECORDINGS / f"webui-{name}.json").read_text(encoding="utf-8"))
    sent = recorded["headers"] | {"Authorization": f"Bearer {key}"} | dict(headers or {})
    content = None if recorded["body"] is None else json.dumps(recorded["body"] | body)
    connection = HTTPConnection(str(urlsplit(service.url).netloc), timeout=20)
    connection.request(
        recorded["method"],
        f"/api/agents{recorded['path']}",
        content,
        {header: value for header, value in sent.items() if value is not None},
    )
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == 200, text
    return text


def said(text: str) -> str:
    return str(json.loads(text)["choices"][0]["message"]["content"])


def latest(service: Chatting) -> Any:
    with service.parts.database.transaction("default") as connection:
        return connection.execute("SELECT * FROM run ORDER BY created_at DESC LIMIT 1").fetchone()


def test_open_webui_lists_the_models(service: Chatting) -> None:
    models = json.loads(replay(service, "models"))["data"]
    assert {"agent:help-desk", "openai/test-model"} <= {model["id"] for model in models}
    assert all(model["name"] for model in models)


def test_a_turn_of_a_chat_is_a_run_of_that_chat_and_person(service: Chatting, vendor: LanguageModel) -> None:
    vendor.say("Look at its cable.")
    text = replay(service, "chat")
    assert "Look at its cable." in text
    assert text.endswith("data: [DONE]\n\n")
    run = latest(service)
    assert run["session"] == "7c0f3c52-5b0a-4a43-9c0e-1f6a2b3c4d5e/c4a9a3f0-2f0e-4a0e-9d1e-0b8f6f1d2a33"
    assert run["metadata"]["speaker"]["name"] == "alice@acme.example"
    assert run["metadata"]["speaker"]["proven"] is False
    with service.parts.database.transaction("default") as connection:
        noted = connection.execute(
            "SELECT data FROM audit WHERE action = 'run.asked_by' ORDER BY number DESC"
        ).fetchone()
    assert noted is not None
    assert noted["data"]["name"] == "alice@acme.example"


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("told", [True, False])
def test_what_open_webui_wants_for_itself_is_written_with_few_tokens_by_the_model(
    service: Chatting, vendor: LanguageModel, name: str, told: bool
) -> None:
    before = latest(service)
    vendor.say('{"title": "Printer offline"}')
    answer = replay(service, name, headers={} if told else {"X-OpenWebUI-Task": None})
    assert said(answer) == '{"title": "Printer offline"}'
    assert vendor.asked[0].body["max_tokens"] <= 300
    assert "tools" not in vendor.asked[0].body
    assert latest(service) == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title", {"title": "The printer on the second…"}),
        ("tags", {"tags": ["General"]}),
        ("follow-ups", {"follow_ups": []}),
        ("queries", {"queries": ["The printer on the second floor is offline. What do I do?"]}),
    ],
)
def test_without_a_model_they_are_made_from_the_words_of_the_chat(
    without_model: Chatting, name: str, expected: dict[str, Any]
) -> None:
    assert json.loads(said(replay(without_model, name))) == expected
    assert json.loads(said(replay(without_model, name, model="rag:documents"))) == expected


def test_a_model_that_is_away_does_not_spoil_a_title(service: Chatting, vendor: LanguageModel) -> None:
    vendor.answer(lambda _: Reply(status=500))
    assert json.loads(said(replay(service, "title"))) == {"title": "The printer on the second…"}


def test_a_question_about_a_file_is_no_task(service: Chatting, vendor: LanguageModel) -> None:
    vendor.say("10.1.2.40")
    assert "10.1.2.40" in replay(service, "file")
    assert latest(service)["input"]["messages"][0]["content"].startswith("### Task:\nRespond to the user query")


def token(secret: str = SECRET, **claims: Any) -> str:
    now = int(time.time())
    found = {"sub": "u-1", "email": "bob@acme.example", "name": "Bob", "role": "admin", "iss": "open-webui"}
    return jwt.encode({**found, "iat": now, "exp": now + 300, **claims}, secret, algorithm="HS256")


def test_a_person_whom_open_webui_signed_for_is_proven(service: Chatting, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    replay(service, "chat", headers={"X-OpenWebUI-User-Jwt": token()})
    speaker = latest(service)["metadata"]["speaker"]
    assert speaker == {"id": "u-1", "name": "bob@acme.example", "proven": True}
    listed = document(service.agents.call("GET", "/runs?limit=1", headers={"X-API-Key": WEBUI_KEY}))
    assert listed["items"][0]["metadata"]["speaker"] == speaker
    assert "agents:approve" not in latest(service)["scopes"]  # whatever role the token names


@pytest.mark.parametrize(
    "bad", [token("x" * 64), token(iss="somebody"), token(exp=1), token() + "x", "no.token.here", "x" * 5000]
)
def test_a_token_that_does_not_hold_names_nobody(service: Chatting, vendor: LanguageModel, bad: str) -> None:
    vendor.say("Hi")
    replay(service, "chat", headers={"X-OpenWebUI-User-Jwt": bad})
    assert "speaker" not in latest(service)["metadata"]


def test_nobody_else_names_people(service: Chatting, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    replay(service, "chat", key=service.key("Mallory", tenant="default"), headers={"X-OpenWebUI-User-Jwt": token()})
    run = latest(service)
    assert "speaker" not in run["metadata"]
    assert run["session"] == "c4a9a3f0-2f0e-4a0e-9d1e-0b8f6f1d2a33"
