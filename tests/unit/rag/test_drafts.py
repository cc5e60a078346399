"""A model's JSON is read while it comes, whatever it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_engine import drafts
from rag_engine.drafts import Draft

WHOLE = {
    "answered": True,
    "sentences": [
        {"text": 'A "quoted" {brace} \\ sentence.', "quotes": [{"passage": 1, "quote": "a } b"}]},
        {"text": "Another.", "quotes": [{"passage": 2, "quote": "c"}, {"passage": 3, "quote": "d"}]},
    ],
}
EXPECTED = [
    Draft('A "quoted" {brace} \\ sentence.', ((1, "a } b"),)),
    Draft("Another.", ((2, "c"), (3, "d"))),
]


def read(text: str, size: int = 1) -> list[Draft]:
    reader = drafts.Reader()
    return [draft for start in range(0, len(text), size) for draft in reader.feed(text[start : start + size])]


@given(st.integers(1, 400))
def test_the_sentences_do_not_depend_on_the_pieces(size: int) -> None:
    assert read(json.dumps(WHOLE), size) == EXPECTED
    assert read(json.dumps(WHOLE, indent=2), size) == EXPECTED


def test_a_sentence_is_given_as_soon_as_it_ends() -> None:
    reader = drafts.Reader()
    text = json.dumps(WHOLE)
    end = text.index(', {"text": "Another')
    assert reader.feed(text[:end]) == EXPECTED[:1]


def test_a_fence_around_the_json_does_not_matter() -> None:
    assert read(f"```json\n{json.dumps(WHOLE)}\n```") == EXPECTED


def test_an_answer_that_was_cut_keeps_its_whole_sentences() -> None:
    text = json.dumps(WHOLE)
    assert read(text[: text.index("Another") + 3]) == EXPECTED[:1]


def test_a_broken_sentence_costs_only_itself() -> None:
    broken = {"answered": True, "sentences": [{"text": 5}, WHOLE["sentences"][1], {"quotes": []}, {"text": " "}]}  # type: ignore[index]
    assert read(json.dumps(broken)) == EXPECTED[1:]


@given(st.text())
def test_no_text_stops_the_reader(text: str) -> None:
    assert isinstance(read(text), list)


def test_a_denial_is_heard_but_not_in_a_quote() -> None:
    reader = drafts.Reader()
    reader.feed('{"answered": false, "sentences": []}')
    assert reader.denied
    other = drafts.Reader()
    other.feed(json.dumps({"answered": True, "sentences": [{"text": '"answered": false', "quotes": []}]}))
    assert not other.denied


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ('{"question": " What  is it? "}', "What is it?"),
        ('{"question": ""}', None),
        ('{"question": 5}', None),
        ("[]", None),
        ("nonsense", None),
        ('{"question": "a\\u0000b"}', None),
    ],
)
def test_a_rewritten_question_must_be_one(text: str, question: str | None) -> None:
    assert drafts.read_question(text) == question
