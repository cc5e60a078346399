"""Long conversations with tools: what each vendor gets back and keeps, and turns that lay in a database."""

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from tests.fakes.llm import Call, LanguageModel, Provider, Reply, Thought

from oberaconnect import llm
from oberaconnect.llm import Completion, Message, Model, Request, Tool, ToolCall, ToolResult, Usage
from oberaconnect.settings import load

PROVIDERS: tuple[Provider, ...] = get_args(Provider)
ENVIRONMENT = {"SECRET_KEY": "q7Zr2mK9xW4tB8vN1c", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
HOST = {"type": "object", "properties": {"host": {"type": "string"}}, "required": ["host"]}
PING, TRACE = Tool("ping_host", "Ping a host", HOST), Tool("trace_route", "Find the way to a host", HOST)
QUESTION = Message("user", "Does the phone answer?")
KEPT = {"type": "ephemeral"}

MakeModel = Callable[..., Model]


@pytest.fixture(scope="module")
def running() -> Iterator[LanguageModel]:
    with LanguageModel() as server:
        yield server


@pytest.fixture
def server(running: LanguageModel) -> Iterator[LanguageModel]:
    running.forget()
    yield running
    assert running.refused == []


@pytest.fixture
def make(server: LanguageModel) -> Iterator[MakeModel]:
    made: list[Model] = []

    def model(provider: Provider, name: str = "test-model") -> Model:
        found = llm.from_settings(server.settings(load(ENVIRONMENT), provider, llm_model=name))
        assert found is not None
        made.append(found)
        return found

    yield model
    for each in made:
        each.close()


def _ask(model: Model, request: Request, *, streamed: bool = True) -> Completion:
    if not streamed:
        return model.complete(request)
    *_, last = model.stream(request)
    assert isinstance(last, Completion)
    return last


def _turn(found: Completion) -> Message:
    """The model's turn, after it lay in a database that sorts the keys of what it keeps."""
    plain = Message("assistant", found.text, found.tool_calls, thinking=found.thinking).plain()
    return Message.from_plain(json.loads(json.dumps(plain, sort_keys=True)))


def _results(found: Completion) -> Message:
    return Message("user", tool_results=[ToolResult(call.id, f"{call.name} says yes") for call in found.tool_calls])


def _unmarked(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in block.items() if key != "cache_control"} for block in blocks]


@pytest.mark.parametrize("streamed", [False, True])
def test_claude_gets_its_thinking_back_unchanged_over_two_rounds_of_tools(
    make: MakeModel, server: LanguageModel, streamed: bool
) -> None:
    model = make("anthropic", "claude-sonnet-5-5")
    rounds = [
        [Thought("First the ping.", "c2lnLTE="), "I ping.", Call("ping_host", {"z": 1, "host": "a"}, id="toolu_a")],
        [Thought("cmVkYWN0ZWQ=", redacted=True), Thought("", "c2lnLTI="), Call("trace_route", {"host": "a"}, id="b")],
    ]
    messages = [QUESTION]
    for blocks in rounds:
        server.say(blocks=blocks)
        found = _ask(model, Request(messages, "Be brief.", tools=[PING, TRACE]), streamed=streamed)
        messages += [_turn(found), _results(found)]
    server.say("It does.")
    assert _ask(model, Request(messages, "Be brief.", tools=[PING, TRACE]), streamed=streamed).text == "It does."
    sent = server.asked[2].body["messages"]
    assert [turn["role"] for turn in sent] == ["user", "assistant", "user", "assistant", "user"]
    assert sent[1]["content"] == [
        {"type": "thinking", "thinking": "First the ping.", "signature": "c2lnLTE="},
        {"type": "text", "text": "I ping."},
        {"type": "tool_use", "id": "toolu_a", "name": "ping_host", "input": {"z": 1, "host": "a"}},
    ]
    assert list(sent[1]["content"][2]["input"]) == ["z", "host"]
    assert sent[3]["content"] == [
        {"type": "redacted_thinking", "data": "cmVkYWN0ZWQ="},
        {"type": "thinking", "thinking": "", "signature": "c2lnLTI="},
        {"type": "tool_use", "id": "b", "name": "trace_route", "input": {"host": "a"}},
    ]


@pytest.mark.parametrize("streamed", [False, True])
def test_thinking_between_texts_and_calls_goes_back_where_it_stood(
    make: MakeModel, server: LanguageModel, streamed: bool
) -> None:
    model = make("anthropic")
    blocks = [
        Thought("one"),
        "Größe ☎ ",
        Thought("two"),
        Call("ping_host", {"host": "a"}, id="x"),
        "and then",
        Thought("three"),
        Call("ping_host", {"host": "b"}, id="y"),
    ]
    server.say(blocks=blocks)
    found = _ask(model, Request([QUESTION], tools=[PING]), streamed=streamed)
    assert (found.text, [call.id for call in found.tool_calls]) == ("Größe ☎ and then", ["x", "y"])
    server.say("Done.")
    _ask(model, Request([QUESTION, _turn(found), _results(found)], tools=[PING]))
    assert [_said(block) for block in server.asked[1].body["messages"][1]["content"]] == [
        "one", "Größe ☎ ", "two", "x", "and then", "three", "y",
    ]  # fmt: skip


def _said(block: dict[str, Any]) -> str:
    return str(block.get("text") or block.get("thinking") or block.get("id"))


def test_thinking_before_a_call_that_was_cut_off_is_not_the_end_of_a_turn(
    make: MakeModel, server: LanguageModel
) -> None:
    model = make("anthropic")
    server.say(blocks=["I ", Thought("cut"), Call("ping_host", {}, broken='{"ho')], stop="length")
    found = _ask(model, Request([QUESTION], tools=[PING]))
    assert found.tool_calls == ()
    server.say("Yes.")
    _ask(model, Request([QUESTION, _turn(found), Message("user", "Go on.")], tools=[PING]))
    assert server.asked[1].body["messages"][1]["content"] == [{"type": "text", "text": "I "}]


def test_a_turn_of_thinking_alone_is_not_sent(make: MakeModel, server: LanguageModel) -> None:
    model = make("anthropic")
    server.say(blocks=[Thought("All my tokens")], stop="length")
    found = _ask(model, Request([QUESTION], tools=[PING]))
    server.say("Yes.")
    _ask(model, Request([QUESTION, _turn(found), Message("user", "Shorter.")], tools=[PING]))
    assert [turn["role"] for turn in server.asked[1].body["messages"]] == ["user", "user"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("empty", ["", " \n "])
def test_empty_turns_are_not_sent(make: MakeModel, server: LanguageModel, provider: Provider, empty: str) -> None:
    server.say("Yes.")
    _ask(make(provider), Request([QUESTION, Message("assistant", empty), Message("user", "Well?")]))
    server.say("Yes?")
    _ask(make(provider), Request([QUESTION, Message("assistant", "Yes."), Message("user", empty)]))
    first, second = (asked.body["messages"] for asked in server.asked)
    assert [turn["role"] for turn in first] == ["user", "user"]
    assert [turn["role"] for turn in second] == ["user", "assistant", "user"]
    assert server.asked[1].text.strip()


def test_claude_keeps_the_rules_and_the_conversation_so_far(make: MakeModel, server: LanguageModel) -> None:
    model = make("anthropic")
    messages = [QUESTION]
    for number in range(4):
        server.say(calls=[Call("ping_host", {"host": "a"}, id=f"{number}-{call}") for call in "ab"])
        found = _ask(model, Request(messages, "Be brief.", tools=[PING, TRACE]))
        messages += [_turn(found), _results(found)]
    body = server.asked[3].body
    marked = [
        (place, position)
        for place, turn in enumerate(body["messages"])
        for position, block in enumerate(turn["content"])
        if block.get("cache_control") == KEPT
    ]
    assert marked == [(4, 1), (6, 1)]  # the last block of the last two turns of the user
    assert body["system"][-1]["cache_control"] == KEPT
    assert not any("cache_control" in tool for tool in body["tools"])  # they stand before the system prompt


def test_without_a_system_prompt_the_tools_are_kept(make: MakeModel, server: LanguageModel) -> None:
    server.say("Yes.")
    _ask(make("anthropic"), Request([QUESTION], tools=[PING, TRACE]))
    server.say("Yes.")
    _ask(make("anthropic"), Request([QUESTION], " \n", tools=[PING, TRACE]))
    for asked in server.asked:
        assert "system" not in asked.body
        assert ["cache_control" in tool for tool in asked.body["tools"]] == [False, True]


def test_a_single_question_is_not_kept(make: MakeModel, server: LanguageModel) -> None:
    server.say("Yes.")
    _ask(make("anthropic"), Request([QUESTION], "Be brief."))
    assert "cache_control" not in json.dumps(server.asked[0].body["messages"])


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("provider", "usage"),
    [("anthropic", Usage(100, 7, 80)), ("openai", Usage(100, 7, 80)), ("ollama", Usage(100, 7, 0))],
)
def test_tokens_from_the_cache_are_a_part_of_the_input(
    make: MakeModel, server: LanguageModel, provider: Provider, usage: Usage, streamed: bool
) -> None:
    server.say("Yes.", input_tokens=100, cached_tokens=80, cache_written_tokens=5)
    assert _ask(make(provider), Request([QUESTION]), streamed=streamed).usage == usage


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_server_that_does_not_count_is_no_failure(
    make: MakeModel, server: LanguageModel, provider: Provider, streamed: bool
) -> None:
    server.say("Yes.", counts=False)
    found = _ask(make(provider), Request([QUESTION]), streamed=streamed)
    assert (found.text, found.usage) == ("Yes.", Usage(0, 0))


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
@pytest.mark.parametrize("broken", ['{"host": "10.0', '{"host": }', '["10.0"]', '"10.0"', "{"])
def test_a_call_whose_arguments_are_broken_is_not_completed_by_guessing(
    make: MakeModel, server: LanguageModel, provider: Provider, broken: str
) -> None:
    server.say("I ping.", calls=[Call("ping_host", {}, broken=broken), Call("ping_host", {"host": "b"})])
    found = _ask(make(provider), Request([QUESTION], tools=[PING]))
    assert [(call.arguments, call.is_readable) for call in found.tool_calls] == [({}, False), ({"host": "b"}, True)]
    assert (found.text, found.stop) == ("I ping.", "tool")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_without_arguments_is_readable(make: MakeModel, server: LanguageModel, provider: Provider) -> None:
    server.say(calls=[Call("list_hosts", {}, broken="")])
    found = _ask(make(provider), Request([QUESTION], tools=[PING]))
    assert [(call.arguments, call.is_readable) for call in found.tool_calls] == [({}, True)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_results_of_several_calls_go_back_in_one_turn(
    make: MakeModel, server: LanguageModel, provider: Provider
) -> None:
    model = make(provider)
    server.say(calls=[Call("ping_host", {"host": "a"}), Call("trace_route", {"host": "b"})])
    found = _ask(model, Request([QUESTION], tools=[PING, TRACE]))
    server.say("Both do.")
    _ask(model, Request([QUESTION, _turn(found), _results(found)], tools=[PING, TRACE]))
    sent = server.asked[1].body["messages"]
    identifiers = [call.id for call in found.tool_calls]
    if provider == "anthropic":
        assert [block["tool_use_id"] for block in sent[2]["content"]] == identifiers
        return
    assert [turn["tool_call_id"] for turn in sent[2:]] == identifiers
    assert [turn["content"] for turn in sent[2:]] == ["ping_host says yes", "trace_route says yes"]
    if provider == "ollama":
        assert [turn["tool_name"] for turn in sent[2:]] == ["ping_host", "trace_route"]


def test_ollamas_own_ids_are_used_where_it_gives_some(make: MakeModel, server: LanguageModel) -> None:
    server.say(calls=[Call("ping_host", {"host": "a"}, id="call_from_ollama")])
    found = _ask(make("ollama"), Request([QUESTION], tools=[PING]))
    assert [call.id for call in found.tool_calls] == ["call_from_ollama"]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("provider", "name"), [("ollama", "thinking"), ("openai", "reasoning_content")])
def test_open_models_get_their_thinking_back_with_their_calls(
    make: MakeModel, server: LanguageModel, provider: Provider, name: str, streamed: bool
) -> None:
    model = make(provider)
    server.say("I ping.", calls=[Call("ping_host", {"host": "a"})], thinking="First the ping.")
    found = _ask(model, Request([QUESTION], tools=[PING]), streamed=streamed)
    server.say("It does.")
    _ask(model, Request([QUESTION, _turn(found), _results(found)], tools=[PING]))
    assert server.asked[1].body["messages"][1][name] == "First the ping."


@pytest.mark.parametrize("first", PROVIDERS)
@pytest.mark.parametrize("second", PROVIDERS)
def test_a_conversation_moves_on_to_another_model_without_what_only_the_first_understands(
    make: MakeModel, server: LanguageModel, first: Provider, second: Provider
) -> None:
    server.say("I ping.", calls=[Call("ping_host", {"host": "a"}, id="functions.ping:0")], thinking="Secret signs.")
    found = _ask(make(first, "one"), Request([QUESTION], tools=[PING]))
    server.say("It does.")
    _ask(make(second, "another"), Request([QUESTION, _turn(found), _results(found)], tools=[PING]))
    sent = server.asked[1].body["messages"]
    assert "I ping." in json.dumps(sent)
    assert ("Secret signs." in json.dumps(sent)) == (first == second and first != "openai")


def test_claude_leaves_out_thinking_that_no_longer_fits_instead_of_refusing(
    make: MakeModel, server: LanguageModel
) -> None:
    for name in ("claude-sonnet-5-5", "claude-opus-5", "claude-haiku-4-5-20251001", "test-model"):
        server.say("Yes.")
        _ask(make("anthropic", name), Request([QUESTION], tools=[PING]))
    bound, *others = server.asked
    binding = {"prefix_mismatch_behavior": "drop_block"}
    assert bound.body["thinking"] == {"type": "adaptive", "block_binding": binding}
    assert bound.headers["anthropic-beta"] == "thinking-binding-controls-2026-08-01"
    for asked in others:  # models that do not know it would refuse it
        assert "thinking" not in asked.body
        assert "anthropic-beta" not in asked.headers


WISHES = Request([QUESTION], tools=[PING], temperature=1.5, stop=["\n", "STOP"], tool_choice="required")


def test_wishes_are_told_to_an_older_claude(make: MakeModel, server: LanguageModel) -> None:
    server.say("Yes.")
    _ask(make("anthropic", "claude-haiku-4-5"), WISHES)
    body = server.asked[0].body
    assert (body["temperature"], body["stop_sequences"]) == (1.0, ["STOP"])
    assert body["tool_choice"] == {"type": "any"}


@pytest.mark.parametrize("name", ["claude-sonnet-5-5", "claude-opus-5", "claude-fable-5-2"])
def test_a_claude_that_thinks_is_spared_the_wishes_it_would_refuse(
    make: MakeModel, server: LanguageModel, name: str
) -> None:
    server.say("Yes.")
    _ask(make("anthropic", name), WISHES)
    body = server.asked[0].body
    assert not {"temperature", "tool_choice"} & set(body)
    assert body["stop_sequences"] == ["STOP"]


def test_wishes_are_told_to_ollama_as_far_as_it_knows_them(make: MakeModel, server: LanguageModel) -> None:
    server.say("Yes.")
    _ask(make("ollama"), WISHES)
    body = server.asked[0].body
    assert (body["options"]["temperature"], body["options"]["stop"]) == (1.5, ["\n", "STOP"])
    assert "tool_choice" not in body


def test_wishes_are_told_to_openai(make: MakeModel, server: LanguageModel) -> None:
    server.say("Yes.")
    _ask(make("openai"), WISHES)
    body = server.asked[0].body
    assert (body["temperature"], body["stop"], body["tool_choice"]) == (1.5, ["\n", "STOP"], "required")


@pytest.mark.parametrize(("name", "thinks"), [("gpt-5.5", True), ("o4-mini", True), ("gpt-4.1", False)])
def test_openais_thinking_models_are_spared_the_wishes_they_would_refuse(
    server: LanguageModel, make: MakeModel, monkeypatch: pytest.MonkeyPatch, name: str, thinks: bool
) -> None:
    monkeypatch.setattr("oberaconnect.llm.openai._URL", f"{server.url}/v1")
    server.say("Yes.")
    _ask(make("openai", name), WISHES)
    assert ({"temperature", "stop"} & set(server.asked[0].body) == set()) == thinks


@pytest.mark.parametrize(
    ("name", "effort"),
    [("gpt-5.6-terra", "none"), ("gpt-6", "none"), ("gpt-5.1", None), ("gpt-4.1", None), ("o4", None)],
)
def test_openais_newest_models_are_told_not_to_think_when_there_are_tools(
    server: LanguageModel, make: MakeModel, monkeypatch: pytest.MonkeyPatch, name: str, effort: str | None
) -> None:
    monkeypatch.setattr("oberaconnect.llm.openai._URL", f"{server.url}/v1")
    model = make("openai", name)
    server.say("Yes.")
    _ask(model, Request([QUESTION], tools=[PING]))
    server.say("Yes.")
    _ask(model, Request([QUESTION]))
    assert [asked.body.get("reasoning_effort") for asked in server.asked] == [effort, None]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_model_can_be_kept_from_its_tools(make: MakeModel, server: LanguageModel, provider: Provider) -> None:
    server.say("Yes.")
    _ask(make(provider), Request([QUESTION], tools=[PING], tool_choice="none"))
    body = server.asked[0].body
    if provider == "ollama":
        assert "tools" not in body
    else:
        assert body["tools"]
        assert body["tool_choice"] == ({"type": "none"} if provider == "anthropic" else "none")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_choice_of_tools_without_tools_is_not_told(
    make: MakeModel, server: LanguageModel, provider: Provider
) -> None:
    server.say("Yes.")
    _ask(make(provider), Request([QUESTION], tool_choice="none"))
    assert "tool_choice" not in server.asked[0].body


def _chunks(*deltas: dict[str, Any]) -> bytes:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "tool_calls"})
    events = [f"data: {json.dumps({**head, 'choices': [choice]})}\n\n" for choice in choices]
    return "".join([*events, "data: [DONE]\n\n"]).encode()


def _part(arguments: str, **fields: Any) -> dict[str, Any]:
    name = {"name": fields.pop("name")} if "name" in fields else {}
    return {"tool_calls": [{"type": "function", "function": {**name, "arguments": arguments}, **fields}]}


@pytest.mark.parametrize(
    "deltas",
    [
        # All calls under the same number; no numbers; no ids; the name and the id in every part.
        [_part('{"host": "a"}', index=0, id="x", name="ping"), _part('{"host": "b"}', index=0, id="y", name="ping")],
        [_part('{"host": "a"}', id="x", name="ping"), _part('{"host"', id="y", name="ping"), _part(': "b"}')],
        [_part('{"host": "a"}', index=0, name="ping"), _part('{"host": "b"}', index=1, name="ping")],
        [
            _part('{"host": "a"}', index=0, id="x", name="ping"),
            _part('{"host"', index=1, id="y", name="ping"),
            _part(': "b"}', index=1, id="y", name="ping"),
        ],
    ],
)
def test_calls_are_told_apart_also_by_servers_that_count_them_in_their_own_way(
    make: MakeModel, server: LanguageModel, deltas: list[dict[str, Any]]
) -> None:
    server.say(body=_chunks(*deltas))
    found = _ask(make("openai"), Request([QUESTION], tools=[PING]))
    assert [(call.name, call.arguments) for call in found.tool_calls] == [
        ("ping", {"host": "a"}),
        ("ping", {"host": "b"}),
    ]
    assert len({call.id for call in found.tool_calls} - {""}) == 2


def test_a_turn_comes_out_of_the_database_as_it_went_in() -> None:
    turns = [
        Message("user", "Grüße 📞"),
        Message(
            "assistant",
            "I ping.",
            (ToolCall("a", "ping_host", {"z": [1, None, {"ü": "\x00"}], "a": 1.5}), ToolCall("b", "x", {}, False)),
            thinking=({"type": "thinking", "thinking": "", "signature": "c2ln"}, {"type": "text", "length": 7}),
        ),
        Message("user", "and", tool_results=(ToolResult("a", ""), ToolResult("b", "not JSON", is_error=True))),
        Message("assistant"),
    ]
    for turn in turns:
        assert Message.from_plain(json.loads(json.dumps(turn.plain(), sort_keys=True))) == turn
    assert turns[0].plain() == {"role": "user", "text": "Grüße 📞"}


def test_the_fake_refuses_what_anthropic_refuses(make: MakeModel, server: LanguageModel) -> None:
    server.answer(lambda asked: Reply(["Yes."]))
    orphan = [QUESTION, Message("assistant", tool_calls=[ToolCall("a", "ping_host", {})]), Message("user", "Well?")]
    with pytest.raises(llm.QuestionRefused):
        make("anthropic").complete(Request(orphan, tools=[PING]))
    assert "tool_result" in server.refused.pop()
