"""What is shown to a person in front of an MCP client, and what an answer is taken for."""

from typing import Any
from uuid import UUID, uuid4

import mcp_types as types
import pytest

from agents.loop.shown import visible
from agents.mcp_face import asking
from agents.mcp_face.asking import Round, State

FIRST, SECOND = uuid4(), uuid4()
RUN = uuid4()


def row(identifier: UUID, **more: Any) -> dict[str, Any]:
    return {
        "id": identifier, "kind": "call", "agent": "tester", "tenant": "acme", "tool": "send", "class": "external",
        "args": {"text": "x"}, "args_hash": f"hash of {identifier}", "why": "It leaves the house.", **more,
    }  # fmt: skip


def said(action: Any, **content: Any) -> types.ElicitResult:
    return types.ElicitResult(action=action, content=content or None)


def shown(asked: types.InputRequiredResult, identifier: UUID) -> types.ElicitRequestFormParams:
    request = (asked.input_requests or {})[str(identifier)]
    assert isinstance(request, types.ElicitRequest)
    assert isinstance(request.params, types.ElicitRequestFormParams)
    return request.params


def test_the_state_says_which_arguments_were_shown() -> None:
    asked = asking.question(RUN, [row(FIRST), row(SECOND)])
    state = State.read(asked.request_state or "")
    assert state == State(RUN, {str(FIRST): f"hash of {FIRST}", str(SECOND): f"hash of {SECOND}"})


def test_of_many_questions_a_few_are_asked_at_once() -> None:
    asked = asking.question(RUN, [row(uuid4()) for _ in range(asking.MOST_AT_ONCE + 3)])
    assert len(asked.input_requests or {}) == len(State.read(asked.request_state or "").asked) == asking.MOST_AT_ONCE


def test_an_outcome_that_nobody_knows_is_asked_about_in_other_words() -> None:
    params = shown(asking.question(RUN, [row(FIRST, kind="outcome")]), FIRST)
    assert "Nobody knows" in params.message
    assert params.requested_schema["properties"]["decision"]["enum"] == ["retry", "skip", "deny"]


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2028", "\x1b", "\x85", "\ufeff", "\U000e0041"])
def test_characters_that_nobody_sees_are_written_out(hidden: str) -> None:
    params = shown(asking.question(RUN, [row(FIRST, args={"text": f"a{hidden}b"}, why=f"c{hidden}d")]), FIRST)
    assert hidden not in params.message
    assert f"\\u{ord(hidden):04x}" in params.message


def test_letters_of_every_language_stay() -> None:
    assert visible("Grüße, 世界\n") == "Grüße, 世界\n"


@pytest.mark.parametrize(
    ("answer", "decision", "reason"),
    [
        (said("accept", decision="approve"), "approve", ""),
        (said("accept", decision="deny", reason="No."), "deny", "No."),
        (said("accept", decision="approve", reason="x" * 9_000), "approve", "x" * 2_000),
        (said("accept", decision="approve", reason="a\x00b"), "approve", "ab"),
        (said("accept", decision="approve", reason=None), "approve", ""),
        (said("decline"), "deny", ""),
    ],
)
def test_an_answer_is_a_decision(answer: types.ElicitResult, decision: str, reason: str) -> None:
    (found,) = asking.answers(State(RUN, {str(FIRST): "hash"}), {str(FIRST): answer})
    assert (found.approval_id, found.args_hash, found.decision, found.reason) == (FIRST, "hash", decision, reason)


@pytest.mark.parametrize(
    "answer",
    [
        said("accept"),
        said("accept", decision="yes"),
        said("accept", decision=True),
        said("accept", decision=["approve"]),
        said("accept", decision=None),
        said("accept", Decision="approve"),
        said("cancel", decision="approve"),
        types.ListRootsResult(roots=[]),
    ],
)
def test_what_is_no_answer_decides_nothing(answer: Any) -> None:
    assert asking.answers(State(RUN, {str(FIRST): "hash"}), {str(FIRST): answer}) == []


def test_only_what_was_asked_is_decided() -> None:
    given: dict[str, Any] = {str(SECOND): said("accept", decision="approve"), "x": said("accept", decision="approve")}
    assert asking.answers(State(RUN, {str(FIRST): "hash"}), given) == []


def test_a_form_that_was_closed_is_not_shown_again_at_once() -> None:
    state = State(RUN, {str(FIRST): "hash"})
    assert Round(state, {str(FIRST): said("cancel")}, can_ask=True).is_closed
    assert not Round(state, {str(FIRST): said("accept", decision="deny")}, can_ask=True).is_closed
    assert not Round(state, {str(SECOND): said("cancel")}, can_ask=True).is_closed
    assert not Round(None, {}, can_ask=True).is_closed
