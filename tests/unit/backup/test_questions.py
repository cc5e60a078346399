"""The questions that prove a restore."""

from dataclasses import replace

from backup import questions
from backup.manifest import Question

_ASKED = Question("alice", "documents", "Which VLAN carries voice?", ("one", "two", "three"))


def test_a_question_is_the_beginning_of_the_first_real_sentence() -> None:
    text = "VLANs\nThe voice VLAN of the head office is VLAN 40, 10.20.40.0/24. It was made in May."
    found = questions.derive([{"client": "alice", "collection": "documents", "text": text}])
    assert found == [Question("alice", "documents", "The voice VLAN of the head office is VLAN 40, 10.20.40.0/24.", ())]


def test_a_text_without_sentences_is_asked_as_it_stands_and_an_empty_one_not_at_all() -> None:
    passages = [{"client": "a", "collection": "c", "text": text} for text in ("VLAN 40", " \n ", "x" * 5000)]
    assert [len(found.query) for found in questions.derive(passages)] == [7, 400]


def test_answers_are_compared_by_what_was_found_and_in_which_order() -> None:
    answers = [_ASKED, replace(_ASKED, found=("two", "one", "three")), replace(_ASKED, found=("one", "two"))]
    verdicts = [verdict for verdict, _ in questions.compare([_ASKED] * 3, answers)]
    assert verdicts == [questions.SAME, questions.REORDERED, questions.DIFFERENT]
