"""Collections of documents as models: answers with their sources, from the real rag-engine."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from pydantic import SecretStr
from tests import chatting
from tests import rag as engine
from tests.chatting import Chatting
from tests.postgres import Postgres
from tests.rag import Rag, document, document_id
from tests.served import serving

from oberaconnect.settings import Settings
from rag_engine import app as rag_app
from rag_engine import minilm

pytestmark = pytest.mark.long  # the real search

MODEL = "rag:documents"
QUESTION = "How long does the UPS in the server room last?"
PAPER = document(
    "Power", "The UPS in the server room lasts 40 minutes at full load.", url="https://wiki.acme.example/ups"
)
NOTE = document("Spare keys", "The spare keys of the office in Bath are kept in the safe on the second floor.")


@pytest.fixture(scope="module")
def settings(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A platform that demands keys and has no language model."""
    folder = tmp_path_factory.mktemp("data")
    models = folder / "models"
    models.mkdir()
    minilm.ensure_file(models)
    return Settings.model_validate(
        {
            "secret_key": secrets.token_hex(32),
            "database_url": postgres.new_database(),
            "auth": "required",
            "data_dir": folder,
            "public_url": "https://obera.acme.example",
        }
    )


@pytest.fixture(scope="module")
def rag(settings: Settings) -> Iterator[Rag]:
    """The running rag-engine, in which acme has two documents."""
    with engine.running(settings) as running:
        assert running.index(PAPER, NOTE).status_code == 200
        assert (
            running.index(document("Secret", "Globex moves in May."), collection="plans", who="charlie").status_code
            == 200
        )
        yield running


@pytest.fixture(scope="module")
def service(settings: Settings, rag: Rag) -> Iterator[Chatting]:
    """agents, which finds rag-engine on a real port."""
    with (
        ThreadPoolExecutor(8) as threads,
        serving(rag_app.assemble(rag.parts), threads) as url,
        chatting.running(settings.model_copy(update={"rag_url": url})) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def alice(service: Chatting) -> openai.OpenAI:
    """Alice's program."""
    return service.client(service.key("Alice"))


def ask(client: openai.OpenAI, *questions: str, **options: Any) -> Any:
    messages: Any = []
    for question in questions[:-1]:
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": "…"}]
    messages.append({"role": "user", "content": questions[-1]})
    return client.chat.completions.create(model=MODEL, messages=messages, **options)


def cited(message: Any) -> list[tuple[str, str, str]]:
    """The places in the text, with title and address."""
    found = [one.url_citation for one in message.annotations or []]
    return [(message.content[one.start_index : one.end_index].strip(), one.title, one.url) for one in found]


def test_an_answer_says_where_each_sentence_comes_from(alice: openai.OpenAI) -> None:
    message = ask(alice, QUESTION).choices[0].message
    assert "40 minutes" in message.content
    sentence, title, url = cited(message)[0]
    assert "40 minutes" in sentence
    assert (title, url) == ("Power, page 1", "https://wiki.acme.example/ups")


def test_a_document_without_an_address_is_cited_at_the_gateway(alice: openai.OpenAI) -> None:
    message = ask(alice, "Where are the spare keys of the office in Bath?").choices[0].message
    assert cited(message)[0][2] == f"https://obera.acme.example/api/data/documents/{document_id('Spare keys')}"


def test_a_stream_tells_the_search_the_words_and_the_sources(alice: openai.OpenAI) -> None:
    chunks = list(ask(alice, QUESTION, stream=True, stream_options={"include_usage": True}))
    told = [chunk.model_extra["event"] for chunk in chunks if chunk.model_extra and "event" in chunk.model_extra]
    assert told[0]["type"] == "status"
    assert told[0]["data"]["done"] is True
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert "40 minutes" in text
    annotations = [
        one
        for chunk in chunks
        if chunk.choices
        for one in (chunk.choices[0].delta.model_extra or {}).get("annotations", [])
    ]
    assert annotations[0]["url_citation"]["url"] == "https://wiki.acme.example/ups"
    assert (
        "40 minutes"
        in text[annotations[0]["url_citation"]["start_index"] : annotations[0]["url_citation"]["end_index"]]
    )
    assert chunks[-1].usage is not None


def test_what_the_documents_do_not_say_is_said_so(alice: openai.OpenAI) -> None:
    message = ask(alice, "What is the melting point of tungsten?").choices[0].message
    assert message.content
    assert not message.annotations


def test_a_chat_that_has_a_name_may_refer_to_what_was_asked_before(service: Chatting, rag: Rag) -> None:
    key = service.key("Alice in a chat")
    alice = service.client(key, {"X-OpenWebUI-Chat-Id": "chat-1"})
    ask(alice, QUESTION)
    ask(alice, QUESTION, "And at full load, how long does it last?")
    sessions = rag.call("GET", "/sessions", credential=key).json
    assert sessions is not None
    assert [item["messages"] for item in sessions["items"]] == [4]
    turns = rag.call("GET", f"/sessions/{sessions['items'][0]['id']}/messages", credential=key).json
    assert turns is not None
    assert "UPS" in " ".join(str(turn["query_used"]) for turn in turns["items"][2:])


def test_a_client_has_only_its_own_collections(service: Chatting, alice: openai.OpenAI) -> None:
    charlie = service.client(service.key("Charlie", tenant="globex"))
    assert {model.id for model in alice.models.list() if model.id.startswith("rag:")} == {MODEL}
    assert {model.id for model in charlie.models.list() if model.id.startswith("rag:")} == {MODEL, "rag:plans"}
    assert charlie.models.retrieve("rag:plans").id == "rag:plans"
    with pytest.raises(openai.NotFoundError):
        alice.models.retrieve("rag:plans")
    with pytest.raises(openai.NotFoundError) as refused:
        alice.chat.completions.create(model="rag:plans", messages=[{"role": "user", "content": "When does it move?"}])
    assert refused.value.code == "model_not_found"


def test_a_key_for_all_clients_names_the_one_it_asks_about(service: Chatting) -> None:
    key = service.key("An office", tenant="default", everywhere=True)
    here = service.client(key, {"X-OberaConnect-Client": "globex"})
    assert "rag:plans" in {model.id for model in here.models.list()}
    answer = here.chat.completions.create(
        model="rag:plans", messages=[{"role": "user", "content": "When does Globex move?"}]
    )
    assert "May" in (answer.choices[0].message.content or "")


def test_a_key_without_the_right_to_read_sees_no_collections(service: Chatting) -> None:
    bob = service.client(service.key("Bob", scopes=["agents:read", "agents:write"]))
    assert not [model.id for model in bob.models.list() if model.id.startswith("rag:")]
    with pytest.raises(openai.PermissionDeniedError):
        ask(bob, QUESTION)


def test_a_question_that_is_too_long_is_refused(alice: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        ask(alice, "x" * 4001)
    assert "4000 characters" in refused.value.message


def test_while_rag_engine_is_away_everything_else_is_listed(settings: Settings) -> None:
    with chatting.running(settings.model_copy(update={"rag_url": "http://127.0.0.1:9"})) as running:
        alice = running.client(running.key("Alice"))
        listed = {model.id for model in alice.models.list()}
        assert "agent:help-desk" in listed
        assert not [name for name in listed if name.startswith("rag:")]
        with pytest.raises(openai.InternalServerError):
            alice.models.retrieve(MODEL)
        with pytest.raises(openai.InternalServerError) as refused:
            ask(alice, QUESTION, stream=True)
        assert "rag-engine" in refused.value.message


def test_a_rag_engine_with_another_secret_is_no_fault_of_alices_key(settings: Settings, rag: Rag) -> None:
    with ThreadPoolExecutor(4) as threads, serving(rag_app.assemble(rag.parts), threads) as url:
        other = settings.model_copy(update={"rag_url": url, "secret_key": SecretStr(secrets.token_hex(32))})
        with chatting.running(other) as running:
            alice = running.client(running.key("Alice"))
            assert "agent:help-desk" in {model.id for model in alice.models.list()}
            with pytest.raises(openai.InternalServerError) as refused:
                ask(alice, QUESTION)
            assert "SECRET_KEY" in refused.value.message
