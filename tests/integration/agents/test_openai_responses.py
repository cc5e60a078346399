"""The Responses API, as OpenAI's own client and n8n use it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from tests import chatting
from tests.chatting import Chatting
from tests.fakes.llm import Call, LanguageModel

from oberaconnect.settings import Settings

MODEL = "openai/test-model"
RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
TOOLS: Any = [
    {
        "type": "function",
        "name": "weather",
        "description": "The weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        "strict": None,
    }
]


@pytest.fixture(scope="module")
def service(guarded_settings: Settings, vendor: LanguageModel) -> Iterator[Chatting]:
    """The running service."""
    with chatting.running(vendor.settings(guarded_settings, "openai")) as running:
        yield running


@pytest.fixture(scope="module")
def alice(service: Chatting) -> openai.OpenAI:
    """Alice's program."""
    return service.client(service.key("Alice"))


@pytest.fixture(autouse=True)
def _forgetful(vendor: LanguageModel) -> None:
    vendor.forget()


def test_a_text_is_answered(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hello", " Alice.")
    answer = alice.responses.create(model=MODEL, input="Hello", instructions="Be kind.", max_output_tokens=55)
    assert (answer.output_text, answer.status, answer.model) == ("Hello Alice.", "completed", MODEL)
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)
    assert (vendor.asked[0].system, vendor.asked[0].text) == ("Be kind.", "Hello")
    assert vendor.asked[0].body["max_tokens"] == 55


def test_the_events_come_in_openais_order(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Hello", " Alice.")
    events = list(alice.responses.create(model=MODEL, input="Hello", stream=True, store=False))
    assert [event.type for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_the_helper_of_openais_client_puts_the_response_together(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("I look.", calls=[Call("weather", {"city": "Bath"})])
    with alice.responses.stream(model=MODEL, input="Weather?", tools=TOOLS) as stream:
        final = stream.get_final_response()
    assert [item.type for item in final.output] == ["message", "function_call"]
    call: Any = final.output[1]
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Bath"})


def test_calls_and_their_outputs_come_back_as_items(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Rain.")
    items: Any = [
        {"role": "user", "content": [{"type": "input_text", "text": "Weather?"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city":"Bath"}'},
        {"type": "function_call", "call_id": "c2", "name": "weather", "arguments": '{"city":"Wells"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "Rain"},
        {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "Rain too"}]},
    ]
    assert alice.responses.create(model=MODEL, input=items, tools=TOOLS).output_text == "Rain."
    sent = vendor.asked[0].body["messages"]
    assert [one["role"] for one in sent] == ["user", "assistant", "tool", "tool"]
    assert [call["id"] for call in sent[1]["tool_calls"]] == ["c1", "c2"]
    assert sent[3]["content"] == "Rain too"


def test_an_answer_that_was_cut_is_incomplete(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Half", stop="length")
    answer = alice.responses.create(model=MODEL, input="Hello")
    assert answer.status == "incomplete"
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"background": True}, "background"),
        ({"tools": [{"type": "web_search"}]}, "tools[0]"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0].type"),
        ({"input": [{"type": "function_call", "name": "x"}]}, "input[0]"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "data:,"}]}]},
            "input[0].content",
        ),
        ({"input": [{"type": "function_call_output", "call_id": "c9", "output": "x"}]}, "input"),
    ],
)
def test_what_rests_on_something_kept_or_is_not_there_is_refused(
    alice: openai.OpenAI, vendor: LanguageModel, change: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        alice.post("/responses", body={"model": MODEL, "input": "Hello"} | change, cast_to=object)
    assert refused.value.param == param
    assert not vendor.asked


def test_a_stream_that_breaks_off_is_an_error_for_the_client(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("Half", " an", fail_after=1)
    with pytest.raises(openai.APIError):
        list(alice.responses.create(model=MODEL, input="Hello", stream=True))


def test_a_model_that_is_not_there_is_not_found(alice: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        alice.responses.create(model="gpt-5", input="Hello")
    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize("name", ["n8n-responses", "n8n-chat-completions"])
def test_what_n8n_sends_is_answered(alice: openai.OpenAI, vendor: LanguageModel, name: str) -> None:
    recorded = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    vendor.say(calls=[Call("lookup_ticket", {"id": "T-1"})])
    answer: Any = alice.with_options(default_headers=recorded["headers"]).post(
        recorded["path"].removeprefix("/v1"), body=recorded["body"], cast_to=object
    )
    text = json.dumps(answer)
    assert "lookup_ticket" in text
    assert vendor.asked[0].system.startswith("You are a helpful assistant")
    assert vendor.asked[0].body["tools"][0]["function"]["name"] == "lookup_ticket"
