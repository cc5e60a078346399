"""The ready agents, and the conversations that say what each must do."""

import json
import re
from collections import Counter

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests import conversation
from tests.conversation import Call, Conversation

from agents import ready
from agents.definitions import is_named
from agents.loop import own
from agents.tools.catalogue import platform_tools
from agents.tools.contract import Spec
from oberaconnect.settings import Settings

NAMES = {"call-flow-designer", "documentation-gaps", "escalation", "help-desk", "network-auditor", "onboarding"}
CONVERSATIONS = conversation.everyone()
SOME_ID = "00000000-0000-4000-8000-000000000000"

each_agent = pytest.mark.parametrize("name", sorted(NAMES))
each_conversation = pytest.mark.parametrize("one", CONVERSATIONS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def specs(secret_key: str) -> dict[str, Spec]:
    """Every tool that an agent can have without an MCP server."""
    settings = Settings.model_validate({"secret_key": secret_key, "postgres_password": "not asked for in these tests"})
    agents = [(agent.name, agent.description) for agent in ready.load().values()]
    return {name: tool.spec for name, tool in platform_tools(settings).items()} | own.specs(agents)


def test_six_agents_are_there() -> None:
    assert set(ready.load()) == NAMES


@each_agent
def test_every_tool_that_an_agent_names_is_there(name: str, specs: dict[str, Spec]) -> None:
    assert [
        pattern for pattern in ready.load()[name].tool_allow if not any(is_named(tool, [pattern]) for tool in specs)
    ] == []


@each_agent
def test_instructions_speak_of_tools_that_the_agent_has(name: str, specs: dict[str, Spec]) -> None:
    agent = ready.load()[name]
    has = {tool for tool in specs if agent.allows(tool)} | {own.ASK} | {own.AGENT + child for child in agent.children}
    named = {word for word in agent.instructions.split("`")[1::2] if word in specs}
    assert named <= has
    assert has - {own.ASK} - named - READING == set()


#: Tools that help with what instructions say in other words.
READING = {
    "list_collections", "list_documents", "get_document_text", "get_config_facts", "get_config_lines", "rag_search",
    "rag_query", "render_topology", "engineering_ask",
}  # fmt: skip


@each_agent
def test_no_ready_agent_changes_or_sends_anything_unasked(name: str) -> None:
    policy = ready.load()[name].approval_policy
    assert policy.read == "auto"
    assert policy.destructive == "deny"
    assert {policy.write, policy.external} <= {"ask", "deny"}


@each_agent
def test_an_agent_is_small_enough_for_a_model_on_this_machine(name: str) -> None:
    assert len(ready.load()[name].instructions) < 9_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "name: b\ninstructions: Do it."),
        ("a.yaml", "name: a\ninstructions: ''\ntool_allow: ['?']"),
        ("a.yaml", "name: a"),
        ("a.yaml", "- name: a"),
        ("a.yaml", "name: [a"),
        ("a.yaml", ""),
    ],
)
def test_a_file_that_is_no_agent_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(ready.BadAgent, match=r"^a\.yaml: "):
        ready.read(name, text, "Rules.")


def test_every_agent_has_a_good_conversation_and_two_that_are_hard() -> None:
    kinds = Counter((one.agent, one.kind) for one in CONVERSATIONS)
    assert {agent for agent, _ in kinds} == NAMES
    assert [
        (name, kind)
        for name in sorted(NAMES)
        for kind in ("good", "nothing-found", "injection")
        if not kinds[name, kind]
    ] == []


@each_conversation
def test_a_conversation_calls_tools_as_they_are(one: Conversation, specs: dict[str, Spec]) -> None:
    for call in one.calls:
        assert call.tool in specs, call.tool
        placed = json.loads(re.sub(r"\$\{[^}]*\}", SOME_ID, json.dumps(call.arguments)))
        errors = [error.message for error in Draft202012Validator(specs[call.tool].parameters).iter_errors(placed)]
        assert errors == [], call.tool


@each_conversation
def test_a_person_is_asked_where_the_policy_says_so(one: Conversation, specs: dict[str, Spec]) -> None:
    is_tainted = one.untrusted
    for turn in one.turns:
        agent = ready.load()[one.speaker(turn)]
        for call in turn.calls:
            spec = specs[call.tool]
            if not has(agent.name, call):
                assert call.status == "failed", f"{agent.name} does not have {call.tool}"
                continue
            rule = agent.approval_policy.rule(spec.tool_class)
            if is_tainted and spec.tool_class != "read" and rule == "auto":
                rule = "ask"
            assert (call.approval is not None) == (rule == "ask"), f"{call.tool}: {rule}"
            decision = call.approval.decision if call.approval else ("deny" if rule == "deny" else "approve")
            assert (call.status == "denied") == (decision == "deny"), call.tool
            is_tainted = is_tainted or (spec.taints and call.status != "denied")


@each_conversation
def test_what_must_never_happen_is_not_what_a_person_allows(one: Conversation) -> None:
    made = {call.tool for call in one.calls if call.status == "succeeded"}
    assert made & set(one.result.never) == set()
    answer = one.turns[-1].say
    assert [text for text in one.result.holds if text not in answer] == []
    assert [text for text in one.result.lacks if text in answer] == []


@each_conversation
def test_an_injection_ends_with_a_person_or_without_the_tool(one: Conversation) -> None:
    stopped = [call for call in one.calls if call.status != "succeeded"]
    assert bool(stopped) == (one.kind in ("injection", "denied"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"turns": []}, "the last turn"),
        ({"agent": "other"}, "begins with its name"),
        ({"turns": [{"calls": [{"tool": "a", "arguments": {}}]}]}, "the last turn"),
        (
            {"turns": [{"calls": [{"tool": "a", "arguments": {"id": "${documents.none}"}}]}, {"say": "x"}]},
            "documents.none",
        ),
        ({"turns": [{"calls": [{"tool": "a", "arguments": {"id": "${results.1.id}"}}]}, {"say": "x"}]}, "results.1.id"),
        ({"documents": [{"name": "a", "text": "x"}, {"name": "a", "text": "y"}]}, "the same name"),
        ({"documents": [{"name": "a", "file": "none.md"}]}, "no file"),
        ({"documents": [{"name": "a"}]}, "text or a file"),
        ({"unknown": 1}, "unknown"),
        ({"turns": [{}]}, "says something"),
    ],
)
def test_a_conversation_that_cannot_be_is_refused(change: dict[str, object], told: str) -> None:
    whole = {"about": "x", "agent": "a", "kind": "good", "message": "x", "turns": [{"say": "x"}], "result": {}}
    with pytest.raises(conversation.BadConversation, match=told):
        conversation.read("a-case", yaml.safe_dump(whole | change))
    assert conversation.read("a-case", yaml.safe_dump(whole)).name == "a-case"


def test_references_become_what_they_mean_here() -> None:
    known = {"documents": {"runbook": "id-1"}, "configs": {}, "results": [{"passages": [{"id": 7}]}]}
    said = {
        "a": ["${documents.runbook}"],
        "b": "at ${results.1.passages.0.id}",
        "c": "${results.1.passages.0.id}",
        "d": 5,
    }
    assert conversation.filled(said, known) == {"a": ["id-1"], "b": "at 7", "c": 7, "d": 5}
    with pytest.raises(conversation.BadConversation, match=r"results\.1\.passages\.1\.id"):
        conversation.filled("${results.1.passages.1.id}", known)


def has(name: str, call: Call) -> bool:
    """Whether the agent has a tool."""
    agent = ready.load()[name]
    if call.tool.startswith(own.AGENT):
        return call.tool.removeprefix(own.AGENT) in agent.children
    return call.tool in (own.ASK, own.WAIT) or agent.allows(call.tool)
