"""The language-model interface against a server that speaks the three dialects over real HTTP."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from tests.fakes.llm import Asked, Call, LanguageModel, Provider, Reply

from oberaconnect import llm
from oberaconnect.llm import Completion, Message, Model, Request, Tool, ToolCall, ToolResult, Usage
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable
from oberaconnect.settings import Settings

PROVIDERS: tuple[Provider, ...] = get_args(Provider)
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "sure": {"type": "boolean"}},
    "required": ["answer", "sure"],
    "additionalProperties": False,
}
PING = Tool(
    "ping_host",
    "Ping a host",
    {"type": "object", "properties": {"host": {"type": "string"}}, "required": ["host"], "additionalProperties": False},
)
QUESTION = Request([Message("user", "Which VLAN has the phones?")], system="Answer briefly.", max_tokens=300)
VENDOR_WORDS = "vendor words that nobody should see"


@pytest.fixture
def base() -> Settings:
    return Settings.model_validate(
        {"secret_key": "q7Zr2mK9xW4tB8vN1c", "database_url": "postgresql://nobody@127.0.0.1:1/none"}
    )


@pytest.fixture
def server() -> Iterator[LanguageModel]:
    with LanguageModel() as running:
        yield running


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Provider:
    given: Provider = request.param
    return given


MakeModel = Callable[..., Model]


@pytest.fixture
def make_model(server: LanguageModel, base: Settings) -> Iterator[MakeModel]:
    made: list[Model] = []

    def make(provider: Provider, **changes: Any) -> Model:
        found = llm.from_settings(server.settings(base, provider, **changes))
        assert found is not None
        made.append(found)
        return found

    yield make
    for model in made:
        model.close()


@pytest.fixture
def model(make_model: MakeModel, provider: Provider) -> Model:
    return make_model(provider)


def _last(stream: Iterator[str | Completion]) -> tuple[list[str], Completion]:
    items = list(stream)
    assert isinstance(items[-1], Completion)
    return [item for item in items[:-1] if isinstance(item, str)], items[-1]


def _ask(model: Model, request: Request, *, streamed: bool) -> Completion:
    return _last(model.stream(request))[1] if streamed else model.complete(request)


def test_no_provider_is_a_valid_choice(base: Settings) -> None:
    assert base.llm == "none"
    assert llm.from_settings(base) is None


def test_a_key_for_claude_alone_chooses_claude(make_model: MakeModel) -> None:
    found = make_model("anthropic", llm_provider="", llm_model="")
    assert (found.provider, found.name) == ("anthropic", "claude-sonnet-5-5")


def test_a_model_knows_its_provider_and_name(model: Model, provider: Provider) -> None:
    assert (model.provider, model.name) == (provider, "test-model")


def test_importing_the_interface_loads_no_vendor_package() -> None:
    assert loaded("") == "set()"


def test_before_a_fork_the_packages_of_the_named_models_alone_are_loaded() -> None:
    settings = "{'SECRET_KEY': 'q7Zr2mK9xW4tB8vN1c', 'DATABASE_URL': 'postgresql://nobody@127.0.0.1:1/none'}"
    models = "llm.Models(settings.load({environment} | {named})).load()"
    before = "from oberaconnect import settings; "
    ollama = models.format(environment=settings, named="{'LLM_PROVIDER': 'ollama'}")
    assert loaded(before + ollama) == "set()"
    behind = "{'LLM_PROVIDER': 'ollama', 'LLM_FALLBACK': 'anthropic/x', 'ANTHROPIC_API_KEY': 'k'}"
    assert loaded(before + models.format(environment=settings, named=behind)) == "{'anthropic'}"


def loaded(statements: str) -> str:
    """Which vendors' packages a process has loaded after these statements."""
    script = f"import sys; from oberaconnect import llm\n{statements}\n"
    script += "print({'anthropic', 'openai'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    return done.stdout.strip()


@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_has_text_usage_stop_and_model(model: Model, server: LanguageModel, streamed: bool) -> None:
    server.say("The phones ", "are in ", "VLAN 30.", thinking="hm")
    found = _ask(model, QUESTION, streamed=streamed)
    assert found.text == "The phones are in VLAN 30."
    assert (found.usage, found.stop, found.model) == (Usage(11, 7), "end", "test-model")
    assert found.tool_calls == ()


def test_a_stream_gives_the_pieces_and_then_one_completion(model: Model, server: LanguageModel) -> None:
    server.say("The phones ", "are in ", "VLAN 30.", thinking="never shown")
    pieces, completion = _last(model.stream(QUESTION))
    assert pieces == ["The phones ", "are in ", "VLAN 30."]
    assert completion.text == "".join(pieces)


def test_the_question_arrives_with_its_system_prompt(model: Model, server: LanguageModel) -> None:
    server.say("30")
    model.complete(QUESTION)
    assert (server.asked[0].system, server.asked[0].text) == ("Answer briefly.", "Which VLAN has the phones?")


def test_no_request_carries_a_temperature_a_forced_tool_or_a_prefill(model: Model, server: LanguageModel) -> None:
    server.say("30")
    model.complete(Request(QUESTION.messages, tools=[PING]))
    body = server.asked[0].body
    assert not {"temperature", "top_p", "top_k", "tool_choice"} & set(body)
    assert "temperature" not in body.get("options", {})
    assert body["messages"][-1]["role"] == "user"


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_call_comes_with_its_arguments_as_an_object(model: Model, server: LanguageModel, streamed: bool) -> None:
    server.say(
        "Let me see.", calls=[Call("ping_host", {"host": "10.0.30.1"}), Call("ping_host", {"host": "10.0.30.2"})]
    )
    found = _ask(model, Request(QUESTION.messages, tools=[PING]), streamed=streamed)
    assert found.stop == "tool"
    assert [(call.name, call.arguments, call.is_readable) for call in found.tool_calls] == [
        ("ping_host", {"host": "10.0.30.1"}, True),
        ("ping_host", {"host": "10.0.30.2"}, True),
    ]
    assert len({call.id for call in found.tool_calls}) == 2


def test_a_tool_result_goes_back_with_its_call(model: Model, server: LanguageModel, provider: Provider) -> None:
    server.say("Let me see.", calls=[Call("ping_host", {"host": "10.0.30.1"})], thinking="signed thought")
    first = model.complete(Request(QUESTION.messages, tools=[PING]))
    server.say("It answers.")
    model.complete(
        Request(
            [
                *QUESTION.messages,
                Message("assistant", first.text, tool_calls=first.tool_calls, thinking=first.thinking),
                Message("user", tool_results=[ToolResult(first.tool_calls[0].id, "no route", is_error=True)]),
            ],
            tools=[PING],
        )
    )
    turns = [turn for turn in server.asked[1].body["messages"] if turn["role"] != "system"]
    identifier = first.tool_calls[0].id
    if provider == "anthropic":
        assert [block["type"] for block in turns[1]["content"]] == ["thinking", "text", "tool_use"]
        assert turns[1]["content"][0] == {"type": "thinking", "thinking": "signed thought", "signature": "c2lnbmVk"}
        assert turns[2]["content"] == [
            {
                "type": "tool_result",
                "tool_use_id": identifier,
                "content": "no route",
                "is_error": True,
                "cache_control": {"type": "ephemeral"},
            }
        ]
    elif provider == "ollama":
        assert turns[1]["tool_calls"][0]["function"] == {"name": "ping_host", "arguments": {"host": "10.0.30.1"}}
        assert (turns[2]["role"], turns[2]["tool_name"], turns[2]["content"]) == (
            "tool",
            "ping_host",
            "Error: no route",
        )
    else:
        assert json.loads(turns[1]["tool_calls"][0]["function"]["arguments"]) == {"host": "10.0.30.1"}
        assert turns[2] == {"role": "tool", "tool_call_id": identifier, "content": "Error: no route"}


@pytest.mark.parametrize("streamed", [False, True])
def test_broken_arguments_are_marked_and_do_not_end_the_conversation(
    server: LanguageModel, make_model: MakeModel, streamed: bool
) -> None:
    model = make_model("openai")
    server.say("", calls=[Call("ping_host", {}, broken='{"host": "10.0')])
    found = _ask(model, Request(QUESTION.messages, tools=[PING]), streamed=streamed)
    assert [(call.name, call.arguments, call.is_readable) for call in found.tool_calls] == [("ping_host", {}, False)]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_call_that_was_cut_off_is_no_call(model: Model, server: LanguageModel, streamed: bool) -> None:
    server.say("Let", calls=[Call("ping_host", {"host": "10"}, broken='{"host": "10')], stop="length")
    found = _ask(model, Request(QUESTION.messages, tools=[PING]), streamed=streamed)
    assert (found.stop, found.text, found.tool_calls) == ("length", "Let", ())


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("provider", ["anthropic", "openai"], indirect=True)
def test_a_refusal_is_told_apart_from_an_answer(model: Model, server: LanguageModel, streamed: bool) -> None:
    server.say(stop="refused")
    assert _ask(model, QUESTION, streamed=streamed).stop == "refused"


@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_by_schema_asks_for_the_schema(
    model: Model, server: LanguageModel, provider: Provider, streamed: bool
) -> None:
    server.say('{"answer": "30", ', '"sure": true}')
    found = _ask(model, Request(QUESTION.messages, schema=SCHEMA), streamed=streamed)
    assert json.loads(found.text) == {"answer": "30", "sure": True}
    body = server.asked[0].body
    if provider == "anthropic":
        assert body["output_config"]["format"]["type"] == "json_schema"
        assert set(body["output_config"]["format"]["schema"]["properties"]) == {"answer", "sure"}
    elif provider == "ollama":
        assert body["format"] == SCHEMA
        assert '"sure"' in server.asked[0].system
    else:
        assert body["response_format"]["json_schema"]["schema"] == SCHEMA
        assert body["response_format"]["json_schema"]["strict"] is True


def test_a_schema_with_an_optional_property_is_not_promised_strictly(
    server: LanguageModel, make_model: MakeModel
) -> None:
    model = make_model("openai")
    server.say("{}")
    model.complete(Request(QUESTION.messages, schema=SCHEMA | {"required": ["answer"]}))
    assert server.asked[0].body["response_format"]["json_schema"]["strict"] is False


def test_a_request_with_tools_and_a_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        Request(QUESTION.messages, tools=[PING], schema=SCHEMA)


def test_a_request_must_end_with_the_user() -> None:
    with pytest.raises(ValueError, match="ends with a user"):
        Request([*QUESTION.messages, Message("assistant", "The phones are in")])


def test_claude_keeps_the_system_prompt_and_gets_the_key_as_bearer(
    server: LanguageModel, make_model: MakeModel
) -> None:
    model = make_model("anthropic", llm_model="claude-sonnet-5-5")
    server.say("30")
    model.complete(QUESTION)
    asked = server.asked[0]
    assert asked.body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert asked.body["output_config"] == {"effort": "low"}
    assert asked.body["max_tokens"] > QUESTION.max_tokens  # what it thinks counts too
    assert asked.headers["Authorization"] == "Bearer test-key-for-the-fake"


def test_an_older_claude_is_not_asked_for_an_effort(server: LanguageModel, make_model: MakeModel) -> None:
    model = make_model("anthropic", llm_model="claude-haiku-4-5")
    server.say("30")
    model.complete(QUESTION)
    assert "output_config" not in server.asked[0].body
    assert server.asked[0].body["max_tokens"] == QUESTION.max_tokens


def test_tokens_read_from_the_vendors_cache_are_counted(server: LanguageModel, make_model: MakeModel) -> None:
    model = make_model("anthropic")
    body = {
        "id": "m", "type": "message", "role": "assistant", "model": "test-model", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": "30"}],
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 90, "output_tokens": 2},
    }  # fmt: skip
    server.say(body=json.dumps(body).encode())
    assert model.complete(QUESTION).usage == Usage(95, 2, 90)


def test_ollama_is_always_told_how_large_the_context_is(server: LanguageModel, make_model: MakeModel) -> None:
    model = make_model("ollama", llm_context_tokens=8192)
    server.say("30")
    model.complete(QUESTION)
    body = server.asked[0].body
    assert body["options"] == {"num_ctx": 8192, "num_predict": 300}
    assert (body["truncate"], body["shift"]) == (False, False)


def test_ollama_is_found_at_the_platforms_own_address(server: LanguageModel, make_model: MakeModel) -> None:
    model = make_model("ollama", llm_base_url="", llm_model="", ollama_url=server.url)
    server.say("30")
    assert model.complete(QUESTION).text == "30"
    assert server.asked[0].body["model"] == "llama3.2"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, Unavailable, "too long"),
        (401, Unavailable, "_API_KEY"),
        (403, Unavailable, "_API_KEY"),
        (404, Unavailable, "LLM_MODEL"),
        (429, TooMany, "no more questions"),
        (500, Unavailable, "error (500)"),
        (503, Unavailable, "error"),
        (504, Timeout, "in time"),
        (529, Unavailable, "error"),
    ],
)
def test_a_failure_is_told_in_our_words_after_one_try(
    model: Model, server: LanguageModel, status: int, kind: type[Problem], word: str, streamed: bool
) -> None:
    server.say(status=status)
    with pytest.raises(kind) as caught:
        _ask(model, QUESTION, streamed=streamed)
    assert word in caught.value.detail
    assert VENDOR_WORDS not in json.dumps(caught.value.document())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("provider", "setting"), [("anthropic", "ANTHROPIC_API_KEY"), ("openai", "LLM_API_KEY")], indirect=["provider"]
)
def test_a_refused_key_names_the_setting_that_holds_it(model: Model, server: LanguageModel, setting: str) -> None:
    server.say(status=401)
    with pytest.raises(Unavailable, match=setting):
        model.complete(QUESTION)


def test_a_busy_vendor_says_when_to_come_back(model: Model, server: LanguageModel) -> None:
    server.say(status=429, headers={"Retry-After": "42"})
    with pytest.raises(TooMany) as caught:
        model.complete(QUESTION)
    assert caught.value.headers["Retry-After"] == "42"


@pytest.mark.parametrize("streamed", [False, True])
def test_a_silent_model_is_a_timeout(
    server: LanguageModel, provider: Provider, make_model: MakeModel, streamed: bool
) -> None:
    model = make_model(provider, llm_timeout_seconds=0.2)
    server.say("too late", delay_seconds=1.0)
    with pytest.raises(Timeout):
        _ask(model, QUESTION, streamed=streamed)
    assert len(server.asked) == 1


@pytest.mark.parametrize("how", ["error", "cut", "end"])
def test_a_stream_that_breaks_off_is_no_answer(model: Model, server: LanguageModel, how: Any) -> None:
    server.say("The phones ", "are in ", "VLAN 30.", fail_after=2, fail_how=how)
    heard: list[str | Completion] = []
    with pytest.raises(Unavailable) as caught:
        heard.extend(model.stream(QUESTION))
    assert heard == ["The phones ", "are in "]
    assert VENDOR_WORDS not in caught.value.detail


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"text"', b"{}", b'{"choices": []}', b"\xff\xfe"])
@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_of_another_shape_is_a_failure(
    model: Model, server: LanguageModel, body: bytes, streamed: bool
) -> None:
    server.say(body=body)
    with pytest.raises(Unavailable):
        _ask(model, QUESTION, streamed=streamed)


def test_a_model_that_is_not_there_is_unavailable(
    provider: Provider, make_model: MakeModel, server: LanguageModel
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        model = make_model(provider, llm_base_url=address)
        with pytest.raises(Unavailable, match="cannot be reached"):
            model.complete(QUESTION)
        with pytest.raises(Unavailable, match="cannot be reached"):
            model.ping()


def test_a_ping_proves_the_credential(model: Model, server: LanguageModel) -> None:
    server.answer(lambda asked: Reply())
    model.ping()
    server.say(status=401)
    with pytest.raises(Unavailable, match="_API_KEY"):
        model.ping()


def test_the_environments_proxy_and_addresses_are_not_used(
    server: LanguageModel, provider: Provider, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    model = make_model(provider)
    server.say("30")
    assert model.complete(QUESTION).text == "30"


def test_a_reader_who_leaves_ends_the_request(model: Model, server: LanguageModel) -> None:
    server.say(*["word "] * 50)
    stream = model.stream(QUESTION)
    assert next(stream) == "word "
    stream.close()  # type: ignore[attr-defined]
    server.say("again")
    assert model.complete(QUESTION).text == "again"


def test_the_fake_can_answer_whatever_is_asked(model: Model, server: LanguageModel) -> None:
    def echo(asked: Asked) -> Reply:
        return Reply([asked.text.upper()])

    server.answer(echo)
    assert model.complete(QUESTION).text == "WHICH VLAN HAS THE PHONES?"


def test_a_conversation_is_sent_in_its_order(model: Model, server: LanguageModel) -> None:
    server.say("31")
    model.complete(Request([Message("user", "one"), Message("assistant", "two"), Message("user", "three")]))
    roles = [turn["role"] for turn in server.asked[0].body["messages"]]
    assert roles == ["user", "assistant", "user"]


def test_a_call_without_text_is_sent_back_without_an_empty_text_block(
    server: LanguageModel, make_model: MakeModel
) -> None:
    model = make_model("anthropic")
    server.say("done")
    call = ToolCall("toolu_1", "ping_host", {"host": "a"})
    messages = [
        *QUESTION.messages,
        Message("assistant", tool_calls=[call]),
        Message("user", tool_results=[ToolResult("toolu_1", "ok")]),
    ]
    model.complete(Request(messages, tools=[PING]))
    assert [block["type"] for block in server.asked[0].body["messages"][1]["content"]] == ["tool_use"]
