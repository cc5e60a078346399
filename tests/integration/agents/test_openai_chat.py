"""Chats with a configured model, as OpenAI's own client has them."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from tests import chatting
from tests.chatting import Chatting
from tests.fakes.llm import Call, LanguageModel, Reply

from oberaconnect.settings import Settings

MODEL = "openai/test-model"
HELLO: Any = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]
TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
            "strict": None,
        },
    }
]


@pytest.fixture(scope="module")
def settings(guarded_settings: Settings, vendor: LanguageModel) -> Settings:
    """A platform that demands keys and has a model."""
    return vendor.settings(guarded_settings, "openai")


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Chatting]:
    """The running service."""
    with chatting.running(settings) as running:
        yield running


@pytest.fixture(scope="module")
def alice(service: Chatting) -> openai.OpenAI:
    """Alice's program."""
    return service.client(service.key("Alice"))


@pytest.fixture(autouse=True)
def _forgetful(vendor: LanguageModel) -> None:
    vendor.forget()


def test_alice_chats_with_a_configured_model(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hello", " Alice.")
    answer = alice.chat.completions.create(model=MODEL, messages=HELLO)
    assert answer.choices[0].message.content == "Hello Alice."
    assert (answer.choices[0].finish_reason, answer.model) == ("stop", MODEL)
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (11, 7, 18)
    assert (vendor.asked[0].system, vendor.asked[0].text) == ("Be kind.", "Hello")


def test_a_stream_has_a_role_the_words_a_reason_the_usage_and_an_end(
    alice: openai.OpenAI, vendor: LanguageModel
) -> None:
    vendor.say("Hello", " Alice.")
    stream = alice.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].delta.content for chunk in chunks[1:3]] == ["Hello", " Alice."]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None, None, None, "stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 18
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_ends_with_done_and_begins_with_a_comment(service: Chatting, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    body = {"model": MODEL, "messages": HELLO, "stream": True, "some_new_field": {"a": 1}}
    status, kind, text = post(service, "/chat/completions", body, service.key("Alice"))
    assert (status, kind) == (200, "text/event-stream")
    frames = text.split("\n\n")
    assert frames[0].startswith(":")
    assert frames[-2:] == ["data: [DONE]", ""]
    assert all("usage" not in json.loads(frame[6:]) for frame in frames[1:-2])


def test_the_helper_of_openais_client_reads_a_stream_too(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hello", " Alice.")
    with alice.chat.completions.stream(model=MODEL, messages=HELLO) as stream:
        assert stream.get_final_completion().choices[0].message.content == "Hello Alice."


def test_what_the_client_wishes_reaches_the_model(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    alice.chat.completions.create(
        model=MODEL, messages=HELLO, temperature=0.3, max_completion_tokens=77, stop=["END"], user="u1", seed=4
    )
    sent = vendor.asked[0].body
    assert (sent["temperature"], sent["max_tokens"], sent["stop"]) == (0.3, 77, ["END"])


def test_an_answer_that_was_cut_says_so(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Half a", stop="length")
    answer = alice.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=3)
    assert answer.choices[0].finish_reason == "length"


@pytest.mark.parametrize("streamed", [False, True])
def test_the_clients_own_tools_are_called_and_their_results_come_back(
    alice: openai.OpenAI, vendor: LanguageModel, streamed: bool
) -> None:
    vendor.say(calls=[Call("weather", {"city": "Bath"}), Call("weather", {"city": "Wells"})])
    asked: Any = [{"role": "user", "content": "Weather in Bath and Wells?"}]
    if streamed:
        with alice.chat.completions.stream(model=MODEL, messages=asked, tools=TOOLS) as stream:
            choice: Any = stream.get_final_completion().choices[0]
    else:
        choice = alice.chat.completions.create(model=MODEL, messages=asked, tools=TOOLS).choices[0]
    assert choice.finish_reason == "tool_calls"
    calls = choice.message.tool_calls
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": "Bath"}, {"city": "Wells"}]
    vendor.say("Rain in both.")
    results: Any = [{"role": "tool", "tool_call_id": call.id, "content": "Rain"} for call in calls]
    turn: Any = {"role": "assistant", "content": None, "tool_calls": [call.model_dump() for call in calls]}
    answer = alice.chat.completions.create(model=MODEL, messages=[*asked, turn, *results], tools=TOOLS)
    assert answer.choices[0].message.content == "Rain in both."
    assert [one["role"] for one in vendor.asked[1].body["messages"]] == ["user", "assistant", "tool", "tool"]


def test_a_tool_that_must_be_used_is_the_only_one_offered(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    other: Any = {"type": "function", "function": {"name": "other"}}
    choice: Any = {"type": "function", "function": {"name": "weather"}}
    alice.chat.completions.create(model=MODEL, messages=HELLO, tools=[*TOOLS, other], tool_choice=choice)
    sent = vendor.asked[0].body
    assert [tool["function"]["name"] for tool in sent["tools"]] == ["weather"]
    assert sent["tool_choice"] == "required"


def test_an_answer_follows_a_schema_that_the_client_gives(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say('{"city": "Bath"}')
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    form: Any = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema}}
    alice.chat.completions.create(model=MODEL, messages=HELLO, response_format=form)
    assert vendor.asked[0].body["response_format"]["json_schema"]["schema"] == schema


def test_an_assistant_that_is_to_go_on_is_asked_to(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(" and then")
    alice.chat.completions.create(model=MODEL, messages=[*HELLO, {"role": "assistant", "content": "First"}])
    assert [one["role"] for one in vendor.asked[0].body["messages"]] == ["system", "user", "assistant", "user"]


def test_text_in_parts_is_read(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hi")
    parts: Any = [{"type": "text", "text": "Hello"}, {"type": "text", "text": "there"}]
    alice.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": parts}])
    assert vendor.asked[0].text == "Hello\nthere"


@pytest.mark.parametrize(
    ("change", "param", "words"),
    [
        ({"n": 2}, "n", "One answer"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
            "messages[0].content",
            "Pictures are not read",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
            "messages[0].content",
            "Send text only",
        ),
        ({"messages": []}, "messages", "at least 1 item"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages", "no message of a user"),
        (
            {"messages": [{"role": "tool", "content": "x", "tool_call_id": "c"}]},
            "messages[0].tool_call_id",
            "must follow the call",
        ),
        ({"metadata": {"a": "b\x00"}}, "metadata.a", "NUL"),
        ({"temperature": 9}, "temperature", "less than or equal to 2"),
        ({"messages": [{"role": "user", "content": "a\x00b"}]}, "messages[0].content", "NUL"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name", "pattern"),
        ({"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice", "names one"),
    ],
)
def test_what_cannot_be_done_is_refused_in_openais_words(
    alice: openai.OpenAI, vendor: LanguageModel, change: dict[str, Any], param: str, words: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        alice.post("/chat/completions", body={"model": MODEL, "messages": HELLO} | change, cast_to=object)
    body: Any = refused.value.body
    assert (body["type"], body["param"]) == ("invalid_request_error", param)
    assert words in body["message"]
    assert not vendor.asked


@pytest.mark.parametrize("streamed", [False, True])
def test_a_model_that_is_away_is_a_503_also_before_a_stream_begins(
    alice: openai.OpenAI, vendor: LanguageModel, streamed: bool
) -> None:
    vendor.say(status=500)
    with pytest.raises(openai.InternalServerError) as refused:
        alice.chat.completions.create(model=MODEL, messages=HELLO, stream=streamed)
    assert refused.value.status_code == 503
    assert refused.value.response.headers["Retry-After"]
    assert refused.value.code == "service_unavailable"


def test_a_stream_that_breaks_off_ends_with_an_error_that_the_client_raises(
    alice: openai.OpenAI, vendor: LanguageModel
) -> None:
    vendor.say("Half", " an", " answer", fail_after=2)
    stream = alice.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    heard = []
    with pytest.raises(openai.APIError) as broken:
        heard += [chunk.choices[0].delta.content for chunk in stream]
    assert broken.value.type == "server_error"
    assert "vendor words" not in broken.value.message


def test_a_model_that_is_not_there_is_not_found(alice: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        alice.chat.completions.create(model="gpt-5", messages=HELLO)
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")


def test_a_wrong_key_is_raised_as_such(service: Chatting) -> None:
    with pytest.raises(openai.AuthenticationError) as refused:
        service.client("msp_000000000000_" + "x" * 43).chat.completions.create(model=MODEL, messages=HELLO)
    assert (refused.value.code, refused.value.type) == ("invalid_api_key", "invalid_request_error")


def test_a_key_without_the_right_is_told_which_one_it_lacks(service: Chatting) -> None:
    bob = service.client(service.key("Bob", scopes=["agents:read"]))
    with pytest.raises(openai.PermissionDeniedError) as refused:
        bob.chat.completions.create(model=MODEL, messages=HELLO)
    assert "agents:write" in refused.value.message


def test_what_the_models_use_counts_for_the_day(service: Chatting, vendor: LanguageModel) -> None:
    vendor.answer(lambda _: Reply(["Hi"]))
    settings = service.settings.model_copy(update={"agents_daily_tokens": 20})
    with chatting.running(settings) as small:
        carol = small.client(small.key("Carol"))
        for _ in range(2):
            carol.chat.completions.create(model=MODEL, messages=HELLO)
        with pytest.raises(openai.RateLimitError) as refused:
            carol.chat.completions.create(model=MODEL, messages=HELLO)
    assert "AGENTS_DAILY_TOKENS" in refused.value.message


def post(service: Chatting, path: str, body: Any, key: str) -> tuple[int, str, str]:
    """A plain request and its whole answer."""
    connection = HTTPConnection(str(urlsplit(service.url).netloc), timeout=20)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/agents/v1{path}", json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, (answer.headers["Content-Type"] or "").split(";")[0], text
