"""The profiles local-llm and chat: Ollama without a GPU, answers of its models, and Open WebUI in front of both."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest
from tests import compose
from tests.caller import Caller
from tests.compose import Stack

_SERVICES = ("postgres", "qdrant", "data-processing", "rag-engine", "agents", "gateway", "open-webui")
_MODELS = ("llama3.2", "nomic-embed-text")
_WIFI = "# Guest Wi-Fi\n\nThe passphrase of ACM-Guest is Tide-Marble-48. It is printed on the cards in the lobby.\n"


@dataclass
class WebUi:
    """Somebody in front of Open WebUI; a stranger until `sign_in`."""

    stack: Stack
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One request: the status, and the JSON of the answer."""
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        with closing(HTTPConnection("127.0.0.1", self.stack.port("OPEN_WEBUI_PORT"), timeout=60)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def sign_in(self) -> None:
        """As the admin of the settings."""
        account = {"email": self.stack.env["WEBUI_ADMIN_EMAIL"], "password": self.stack.env["WEBUI_ADMIN_PASSWORD"]}
        status, found = self.call("POST", "/api/v1/auths/signin", account)
        assert (status, found.get("role")) == (200, "admin"), found
        self.token = found["token"]


@pytest.fixture(scope="module")
def chat() -> Iterator[Stack]:
    """A platform whose models, for answers and for vectors, are all Ollama's."""
    models = {"LLM_PROVIDER": "ollama", "EMBED_PROVIDER": "ollama", "EMBED_MODEL": "nomic-embed-text"}
    with compose.project(**models, MODELS=" ".join(_MODELS), WEBUI_ADMIN_EMAIL="alice@example.com") as stack:
        stack.up("ollama")
        pulled = stack.command("models")
        assert pulled.returncode == 0, pulled.stdout + pulled.stderr
        stack.up(*_SERVICES)
        yield stack


@pytest.fixture(scope="module")
def alice(chat: Stack) -> Caller:
    """Alice sits at the machine: no key is needed."""
    return chat.caller()


@pytest.fixture
def admin(chat: Stack) -> WebUi:
    """Alice in Open WebUI, with the password of the settings."""
    webui = WebUi(chat)
    webui.sign_in()
    return webui


@pytest.fixture
def charlie(chat: Stack) -> WebUi:
    """Charlie found Open WebUI and has no account."""
    return WebUi(chat)


def test_ollama_runs_on_a_machine_without_a_gpu_and_keeps_what_was_pulled(chat: Stack) -> None:
    assert chat.is_healthy("ollama")
    container = chat.compose("ps", "--quiet", "ollama").stdout.strip()
    assert compose.docker("inspect", "--format", "{{.HostConfig.Runtime}}", container).strip() == "runc"

    listed = chat.inside("ollama", "ollama", "list")

    assert [name for name in _MODELS if f"{name}:latest" in listed] == list(_MODELS)


def test_a_model_that_nobody_offers_is_named(chat: Stack) -> None:
    # As `make models MODELS=no-such-model` hands it on.
    done = chat.command("models", MODELS="no-such-model")

    assert done.returncode == 1
    assert "no-such-model could not be pulled" in done.stderr


def test_alice_reaches_ollama_through_the_gateway(alice: Caller) -> None:
    tags = alice.call("GET", "/ollama/tags").json["models"]
    asked = {"model": "llama3.2", "messages": [{"role": "user", "content": "Hello"}], "stream": False}
    said = alice.call("POST", "/ollama/chat", asked)

    assert {model["name"] for model in tags} == {f"{name}:latest" for name in _MODELS}
    assert (said.status, said.json["message"]["role"], said.json["done"]) == (200, "assistant", True)
    assert said.json["message"]["content"]


def test_a_model_of_ollama_writes_an_answer_that_cites_the_document(alice: Caller) -> None:
    job = alice.texts({"wifi.md": _WIFI}, collection="chat")
    assert job["counts"]["indexed"] == 1, job

    answer = alice.ask("What is the passphrase of ACM-Guest?", collection="chat")

    assert answer["model"] == {"provider": "ollama", "name": "llama3.2"}
    assert "Tide-Marble-48" in answer["answer"]
    assert [citation["external_id"] for citation in answer["citations"]] == ["wifi.md"]


def test_open_webui_shows_ollamas_models_and_those_of_the_platform(alice: Caller, admin: WebUi) -> None:
    assert alice.texts({"wifi.md": _WIFI}, collection="chat")["status"] == "succeeded"

    status, shown = admin.call("GET", "/api/models")

    assert status == 200
    assert {f"{name}:latest" for name in _MODELS} <= {model["id"] for model in shown["data"]}
    status, ours = admin.call("GET", "/openai/models/0")
    assert status == 200
    assert {"agent:help-desk", "rag:chat", "ollama/llama3.2"} <= {model["id"] for model in ours["data"]}


def test_an_agent_answers_in_open_webui_from_the_documents(alice: Caller, admin: WebUi) -> None:
    assert alice.texts({"wifi.md": _WIFI})["status"] == "succeeded"
    turns = [{"role": "user", "content": "What is the passphrase of ACM-Guest?"}]

    status, said = admin.call(
        "POST", "/api/chat/completions", {"model": "agent:help-desk", "messages": turns, "stream": False}
    )

    assert status == 200, said
    assert "Tide-Marble-48" in said["choices"][0]["message"]["content"]
    listed = alice.call("GET", "/agents/runs?agent=help-desk")
    assert listed.status == 200, listed.text
    run = listed.json["items"][0]
    assert (run["status"], run["usage"]["tool_calls"]) == ("completed", 1)


def test_what_an_agent_asks_stands_in_the_chat_with_where_it_is_decided(chat: Stack, admin: WebUi) -> None:
    wish = 'tool: n8n_webhook {"path": "ticket", "payload": {"id": 1, "subject": "Guest Wi-Fi"}}'
    turns = [{"role": "user", "content": wish}]

    status, said = admin.call(
        "POST", "/api/chat/completions", {"model": "agent:help-desk", "messages": turns, "stream": False}
    )

    assert status == 200, said
    content = said["choices"][0]["message"]["content"]
    assert "n8n_webhook" in content
    assert f"http://localhost:{chat.port('GATEWAY_PORT')}/approve#" in content


def test_open_webui_asks_the_platform_with_a_key_of_its_own(chat: Stack, admin: WebUi) -> None:
    admin.call("GET", "/openai/models/0")

    lines = [json.loads(line) for line in chat.compose("logs", "--no-log-prefix", "agents").stdout.splitlines()]
    asked = [line for line in lines if line.get("path") == "/api/agents/v1/models"]
    key = chat.env["WEBUI_GATEWAY_KEY"].split("_")[1]
    assert {(line["status"], line["principal"]) for line in asked} == {(200, f"key:{key}")}


def test_without_a_key_the_second_door_stays_shut(chat: Stack) -> None:
    ask = "import urllib.request as u; u.urlopen('http://mcp-gateway:9011/v1/models')"

    assert "HTTP Error 421" in chat.inside("rag-engine", "python", "-c", ask, check=False)


def test_alice_chats_in_open_webui(admin: WebUi) -> None:
    turns = [{"role": "user", "content": "Hello"}]
    status, said = admin.call(
        "POST", "/api/chat/completions", {"model": "llama3.2:latest", "messages": turns, "stream": False}
    )

    assert status == 200, said
    assert said["choices"][0]["message"]["content"]


def test_charlie_can_neither_sign_up_nor_look_in(charlie: WebUi) -> None:
    account = {"name": "Charlie", "email": "charlie@example.com", "password": "Gatehouse-7719"}

    assert charlie.call("POST", "/api/v1/auths/signup", account)[0] == 403
    assert charlie.call("GET", "/api/models")[0] == 401
    assert charlie.call("GET", "/api/config")[1]["features"]["enable_signup"] is False


def test_a_wrong_password_does_not_open_open_webui(charlie: WebUi) -> None:
    guess = {"email": "alice@example.com", "password": "admin"}

    assert charlie.call("POST", "/api/v1/auths/signin", guess)[0] == 400


def test_a_page_of_another_origin_cannot_speak_with_open_webui(chat: Stack, charlie: WebUi) -> None:
    def is_refused(origin: str) -> bool:
        _, said = charlie.call("GET", "/ws/socket.io/?EIO=4&transport=polling", Origin=origin)
        return "not an accepted origin" in said

    assert is_refused("https://evil.example")
    assert is_refused(chat.url)
    assert not is_refused(f"http://localhost:{chat.port('OPEN_WEBUI_PORT')}")


def test_alice_stays_signed_in_when_the_container_is_made_anew(chat: Stack, admin: WebUi) -> None:
    chat.up("--force-recreate", "--no-deps", "open-webui")

    status, found = admin.call("GET", "/api/v1/auths/")
    assert (status, found.get("email")) == (200, "alice@example.com"), found
