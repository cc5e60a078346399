"""Chats with agents: a turn is a run, and what the run asks is answered in the next turn of the same chat."""

import threading
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from tests import chatting
from tests.caller import until
from tests.chatting import Chatting
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted

import oberaconnect.stream
from agents import api_models, deciding, following
from agents.openai_face import addresses
from agents.store import agents as store
from oberaconnect.auth import SCOPES, Principal
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # runs that are waited for

MODEL = "agent:tester"
TOOLS = {
    "look": Counted("look", taints=True),
    "send": Counted("send", tool_class="external"),
    "note": Counted("note", tool_class="write", idempotent=True),
}


@pytest.fixture(scope="module")
def service(guarded_settings: Settings, vendor: LanguageModel) -> Iterator[Chatting]:
    """The running service with its worker, in which acme has agents of its own."""
    plain = guarded_settings.model_copy(update={"public_url": "https://obera.acme.example"})
    with chatting.running(vendor.settings(plain, "anthropic"), TOOLS) as running:
        make(running, "tester")
        make(running, "careful", approval_policy={"external": "ask", "self_approval": False})
        make(running, "boss", children=["tester"], tool_allow=[])
        make(running, "brief", budget={"steps": 1})
        with running.working():
            yield running


def make(service: Chatting, name: str, **fields: Any) -> None:
    definition = {"name": name, "instructions": "Do what is asked.", "tool_allow": ["look", "send", "note"], **fields}
    with service.parts.database.transaction("acme") as connection:
        store.insert(connection, "acme", definition, "Alice")


@pytest.fixture(scope="module")
def alice(service: Chatting) -> openai.OpenAI:
    """Alice's program."""
    return service.client(service.key("Alice"))


@pytest.fixture(autouse=True)
def _anew(vendor: LanguageModel) -> None:
    vendor.forget()
    for tool in TOOLS.values():
        tool.anew("done")


class Chat:
    """One chat of somebody, whose history grows."""

    def __init__(self, client: openai.OpenAI, model: str = MODEL) -> None:
        self.client, self.model = client, model
        self.messages: Any = []

    def say(self, text: str, **options: Any) -> str:
        """A turn; what the assistant answers."""
        self.messages.append({"role": "user", "content": text})
        answer = self.client.chat.completions.create(model=self.model, messages=self.messages, **options)
        content: str = answer.choices[0].message.content
        self.messages.append({"role": "assistant", "content": content})
        return content


def test_a_turn_is_a_run_whose_words_are_streamed(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("I look.", calls=[Call("look", {"text": "printer"})])
    vendor.say("It is", " offline.")
    messages: Any = [{"role": "user", "content": "What about the printer?"}]
    stream = alice.chat.completions.create(
        model=MODEL, messages=messages, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "I look.\n\nIt is offline."
    told = [
        chunk.model_extra["event"]["data"] for chunk in chunks if chunk.model_extra and "event" in chunk.model_extra
    ]
    assert [(one["description"], one["done"]) for one in told] == [
        ("The agent tester begins", False),
        ("look …", False),
        ("look", True),
        ("The agent tester is done", True),
    ]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 14


def test_without_a_stream_the_whole_answer_comes_at_once(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("All is well.")
    answer = alice.chat.completions.create(
        model=MODEL,
        messages=[{"role": "system", "content": "Speak plainly."}, {"role": "user", "content": "How is it?"}],
        tools=[{"type": "function", "function": {"name": "mine"}}],
    )
    assert answer.choices[0].message.content == "All is well."
    assert vendor.asked[0].text == "Speak plainly.\n\nHow is it?"
    assert "mine" not in str(vendor.asked[0].body["tools"])  # an agent has its own tools


def test_the_responses_api_reaches_agents_too(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say("All is well.")
    assert alice.responses.create(model=MODEL, input="How is it?").output_text == "All is well."


def test_a_call_that_needs_an_approval_ends_the_turn_and_the_next_one_approves_it(
    alice: openai.OpenAI, vendor: LanguageModel
) -> None:
    vendor.say("I write.", calls=[Call("send", {"text": "Hello Bob"})])
    vendor.say("It is sent.")
    chat = Chat(alice)
    asked = chat.say("Write to Bob")
    assert asked.startswith("I write.\n\n**This needs an approval:** `send` (external)")
    assert '"text": "Hello Bob"' in asked
    assert "https://obera.acme.example/approve#" in asked
    assert not TOOLS["send"].calls
    assert chat.say("approve") == "It is sent."
    assert [args for _, args in TOOLS["send"].calls] == [{"text": "Hello Bob"}]


def test_a_refusal_goes_to_the_agent_with_its_reason(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(calls=[Call("send", {"text": "Hello Bob"})])
    vendor.say("Then not.")
    chat = Chat(alice)
    chat.say("Write to Bob")
    assert chat.say("deny: Bob is on holiday") == "Then not."
    assert not TOOLS["send"].calls
    assert "Bob is on holiday" in str(vendor.asked[-1].body["messages"])


@pytest.mark.parametrize("answer", ["yes, but only if he is in", "What does it do?", "approve it not", "…"])
def test_what_is_no_decision_decides_nothing(alice: openai.OpenAI, vendor: LanguageModel, answer: str) -> None:
    vendor.say(calls=[Call("send", {"text": "Hello Bob"})])
    chat = Chat(alice)
    asked = chat.say("Write to Bob")
    again = chat.say(answer)
    assert again == asked
    assert not TOOLS["send"].calls
    assert len(vendor.asked) == 1


def test_whoever_may_not_approve_is_told_who_can_and_the_answer_goes_on_afterwards(
    service: Chatting, alice: openai.OpenAI, vendor: LanguageModel
) -> None:
    bob = service.client(service.key("Bob", scopes=["agents:read", "agents:write"]))
    vendor.say(calls=[Call("send", {"text": "Hello"})])
    chat = Chat(bob)
    asked = chat.say("Write")
    assert "agents:approve" in asked
    assert "This chat may not decide" in chat.say("approve")
    # A chat of Alice's in which somebody put the address of Bob's question does not decide it by the way.
    other = Chat(alice)
    other.messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": asked}]
    vendor.say("I know of no letter.")
    assert other.say("approve") == "I know of no letter."
    assert not TOOLS["send"].calls
    approval = addresses.approvals_in(asked)[0]
    with service.parts.database.transaction("acme") as connection:
        deciding.decide(connection, Principal("Dora", "acme", None, SCOPES), approval, decision="approve")
    vendor.say("It is sent.")
    assert chat.say("And now?") == "It is sent."
    assert len(TOOLS["send"].calls) == 1


def test_an_agent_that_wants_somebody_else_to_approve_says_so(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(calls=[Call("send", {"text": "Hello"})])
    chat = Chat(alice, "agent:careful")
    chat.say("Write")
    assert "Somebody else has to" in chat.say("approve")
    assert not TOOLS["send"].calls


def test_a_chat_with_a_name_needs_no_history_to_go_on(service: Chatting, vendor: LanguageModel) -> None:
    carol = service.client(service.key("Carol"), {"X-OpenWebUI-Chat-Id": "chat-7"})
    vendor.say(calls=[Call("note", {"text": "x"})])
    vendor.say("Noted.")
    Chat(carol).say("Note it")
    assert Chat(carol).say("yes") == "Noted."


def test_a_question_of_the_agent_is_answered_by_the_next_turn(service: Chatting, vendor: LanguageModel) -> None:
    carol = service.client(service.key("Carol"), {"X-OpenWebUI-Chat-Id": "chat-8"})
    vendor.say(calls=[Call("ask_person", {"question": "Which floor?", "choices": ["first", "second"]})])
    vendor.say("On the second, then.")
    chat = Chat(carol)
    assert chat.say("Where is it?") == "Which floor?\n- first\n- second"
    assert chat.say("the second") == "On the second, then."
    assert "the second" in str(vendor.asked[-1].body["messages"])


def test_what_a_child_of_the_run_asks_is_asked_in_the_chat(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(calls=[Call("agent__tester", {"task": "Write to Bob"})])
    vendor.say(calls=[Call("send", {"text": "Hello"})])
    vendor.say("Child: sent.")
    vendor.say("Bob has it.")
    chat = Chat(alice, "agent:boss")
    assert "`send`" in chat.say("Let Bob know")
    assert chat.say("approve") == "Bob has it."


def test_a_child_may_ask_more_than_once(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(calls=[Call("agent__tester", {"task": "Write to Bob, twice"})])
    vendor.say(calls=[Call("send", {"text": "one"})])
    vendor.say(calls=[Call("send", {"text": "two"})])
    vendor.say("Child: sent.")
    vendor.say("Bob has both.")
    chat = Chat(alice, "agent:boss")
    assert '"text": "one"' in chat.say("Let Bob know")
    assert '"text": "two"' in chat.say("approve")
    assert chat.say("approve") == "Bob has both."
    assert len(TOOLS["send"].calls) == 2


def test_a_chat_with_a_name_decides_nothing_of_another_chat(service: Chatting, vendor: LanguageModel) -> None:
    key = service.key("Erin")
    vendor.say(calls=[Call("send", {"text": "x"})])
    first = Chat(service.client(key, {"X-OpenWebUI-Chat-Id": "chat-12"}))
    first.say("Send it")
    other = Chat(service.client(key, {"X-OpenWebUI-Chat-Id": "chat-13"}))
    other.messages = list(first.messages)
    vendor.say("What should I approve?")
    assert other.say("approve") == "What should I approve?"
    assert not TOOLS["send"].calls


def test_a_run_that_fails_is_an_error_that_no_client_repeats(alice: openai.OpenAI, vendor: LanguageModel) -> None:
    vendor.say(calls=[Call("look", {"text": "x"})])
    with pytest.raises(openai.RateLimitError) as refused:
        Chat(alice, "agent:brief").say("Look")
    assert "steps" in refused.value.message
    assert refused.value.response.headers["X-Should-Retry"] == "false"


def test_an_agent_that_is_not_there_is_a_model_that_is_not_there(alice: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        Chat(alice, "agent:nobody").say("Hello")
    assert refused.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        Chat(alice, "agent:../x").say("Hello")


def test_charlie_has_not_the_agents_of_alices_client(service: Chatting) -> None:
    charlie = service.client(service.key("Charlie", tenant="globex"))
    with pytest.raises(openai.NotFoundError):
        Chat(charlie).say("Hello")


def test_what_an_earlier_turn_read_makes_the_next_run_ask(service: Chatting, vendor: LanguageModel) -> None:
    make(service, "quick", approval_policy={"write": "auto"})
    dora = service.client(service.key("Dora"), {"X-OpenWebUI-Chat-Id": "chat-9"})
    chat = Chat(dora, "agent:quick")
    vendor.say(calls=[Call("note", {"text": "one"})])
    vendor.say("Noted.")
    assert chat.say("Note it") == "Noted."
    vendor.say(calls=[Call("look", {"text": "page"})])
    vendor.say("The page says: note 'two'.")
    chat.say("Read the page")
    vendor.say(calls=[Call("note", {"text": "two"})])
    assert "This needs an approval" in chat.say("Do what it says")


def test_a_reader_who_leaves_does_not_end_the_run(
    service: Chatting, alice: openai.OpenAI, vendor: LanguageModel
) -> None:
    vendor.say("It", " goes", " on.", delay_seconds=0.3)
    stream = alice.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Go on without me"}], stream=True
    )
    next(iter(stream))
    stream.close()
    assert service.parts.follower.settled("acme", latest(service)["id"], 10)["status"] == "completed"


def test_nothing_is_left_of_a_reader_who_leaves_while_the_run_waits(
    service: Chatting, alice: openai.OpenAI, vendor: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(oberaconnect.stream, "HEARTBEAT_SECONDS", 0.05)  # by it the server sees that nobody reads
    vendor.say(calls=[Call("wait", {"seconds": 3600})])
    stream = alice.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Wait an hour"}], stream=True
    )
    next(iter(stream))
    until(lambda: latest(service)["status"] == "sleeping", 10)
    assert readers()
    stream.close()
    until(lambda: not readers(), 10)


def test_whoever_waits_for_a_whole_answer_is_told_where_a_long_one_will_stand(
    service: Chatting, alice: openai.OpenAI, vendor: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(api_models, "_WHOLE_SECONDS", 0.4)
    vendor.say("I wait.", calls=[Call("wait", {"seconds": 3600})])
    answer = Chat(alice).say("Wait an hour")
    assert f"https://obera.acme.example/api/agents/runs/{latest(service)['id']}" in answer


def test_a_word_of_consent_is_not_for_a_call_that_nobody_has_seen(service: Chatting, vendor: LanguageModel) -> None:
    carol = service.client(service.key("Carol"), {"X-OpenWebUI-Chat-Id": "chat-10"})
    vendor.say(calls=[Call("send", {"text": "x"})])
    Chat(carol).say("Send it")
    broken = Chat(carol)  # the answer with the question never arrived
    broken.messages = [{"role": "user", "content": "Send it"}, {"role": "assistant", "content": "I"}]
    assert "This needs an approval" in broken.say("ok")
    assert not TOOLS["send"].calls


def test_a_question_asked_anew_is_not_the_answer_to_the_agents(service: Chatting, vendor: LanguageModel) -> None:
    carol = service.client(service.key("Carol"), {"X-OpenWebUI-Chat-Id": "chat-11"})
    vendor.say(calls=[Call("ask_person", {"question": "Which floor?"})])
    assert Chat(carol).say("Where is it?") == "Which floor?"
    assert Chat(carol).say("Where is it?") == "Which floor?"
    assert len(vendor.asked) == 1


def latest(service: Chatting) -> Any:
    """The newest run of acme."""
    with service.parts.database.transaction("acme") as connection:
        return connection.execute("SELECT * FROM run ORDER BY created_at DESC LIMIT 1").fetchone()


def readers() -> list[str]:
    """The threads that make streams."""
    return [thread.name for thread in threading.enumerate() if thread.name == "stream"]
