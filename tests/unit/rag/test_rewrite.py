"""Questions that lean on the ones before."""

import pytest

from rag_engine.rewrite import Turn, standalone

BEFORE = [Turn("Which subnet does VLAN 30 use at Clifton?", "VLAN 30 uses 10.22.30.0/24. [1]")]
PERSON = [Turn("Who approves changes?", "Maya Lindqvist approves changes. [1]")]


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("What is its gateway?", BEFORE, "What is its gateway? (subnet VLAN 30 Clifton)"),
        ("What about VLAN 40?", BEFORE, "What about VLAN 40? (subnet)"),
        ("And DHCP?", BEFORE, "And DHCP? (subnet)"),
        ("Why?", BEFORE, "Why? (subnet VLAN 30 Clifton)"),
        ("What is her extension?", PERSON, "What is her extension? (approves changes Maya Lindqvist)"),
        ("How long does the UPS last?", BEFORE, "How long does the UPS last?"),
        ("What is its gateway?", [], "What is its gateway?"),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(question: str, history: list[Turn], expected: str) -> None:
    assert standalone(question, history) == expected


def test_the_last_question_counts_as_it_was_understood() -> None:
    first = standalone("What about VLAN 40?", BEFORE)
    assert standalone("And its gateway?", [*BEFORE, Turn(first, "…")]) == "And its gateway? (VLAN 40 subnet)"
