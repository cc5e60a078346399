"""Choosing sentences; the vectors here are counts of letters, so that nothing but the rules is tested."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_engine import extractive
from rag_engine.passage import Passage
from rag_engine.sentence_cache import SentenceCache


class Letters:
    fingerprint = "letters"
    dimension = 26

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[text.lower().count(chr(97 + index)) for index in range(26)] for text in texts], np.float32)
        return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.documents([text])[0]
        return vector

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to give back."""


def answer(question: str, *texts: str) -> list[str]:
    passages = [Passage(str(n), str(n), str(n), "guide", text, 1.0 - n / 10) for n, text in enumerate(texts)]
    return [item.sentence.shown for item in extractive.choose(extractive.candidates(question, passages, Letters()))]


def test_the_sentence_with_the_words_of_the_question_is_chosen() -> None:
    text = "The office opens at eight. The gatehouse door code is 7719#. Dogs are welcome in the garden."
    assert answer("What is the gatehouse door code?", text) == ["The gatehouse door code is 7719#."]


def test_a_figure_that_is_asked_for_counts() -> None:
    text = "Ask about the phone number of Northline Telecom. Northline Telecom has the phone line 0113 496 0970."
    assert answer("What is the phone number of Northline Telecom?", text)[-1].endswith("0113 496 0970.")


def test_the_same_sentence_of_two_documents_is_said_once() -> None:
    assert len(answer("When do backups run?", "The backups run at night.", "Backups run at night.")) == 1


def test_at_most_four_sentences_are_said() -> None:
    text = " ".join(f"The door code of gate {number} is 100{number}." for number in range(9))
    assert len(answer("What is the door code of the gates?", text)) == extractive.MAX_SENTENCES


def test_a_sentence_that_speaks_of_less_than_the_best_one_is_not_said() -> None:
    text = "Queues and the drivers' line, July 2026.\nNumber of the drivers' line: 0399."
    assert answer("What is the number of the drivers' line?", text) == ["Number of the drivers' line: 0399."]


def test_a_sentence_that_speaks_of_something_else_that_was_asked_is_said_too() -> None:
    text = "The trunk was down for 20 minutes.\nNorthline cleared the sessions at noon."
    assert len(answer("Why was the trunk down and who cleared the sessions?", text)) == 2


class Counting(Letters):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return super().documents(texts)


def test_sentences_that_cannot_be_said_are_not_compared_unless_all_are_wanted() -> None:
    text = "The gatehouse door code is 7719#. " + " ".join(f"Xx yy zz {'q' * number}." for number in range(1, 13))
    passages = [Passage("1", "1", "1", "guide", text, 1.0)]
    question, quick, thorough = "What is the gatehouse door code?", Counting(), Counting()
    found = extractive.candidates(question, passages, quick)
    everything = extractive.candidates(question, passages, thorough, thorough=True)
    assert len(found) < len(everything) == 13
    assert len(set(quick.texts)) < len(set(thorough.texts))
    assert extractive.choose(found) == extractive.choose(everything)


def test_a_sentence_is_embedded_once_while_it_is_remembered() -> None:
    counting = Counting()
    cache = SentenceCache(counting, size=2)
    first = cache.documents(["a", "b", "a"])
    assert (cache.documents(["b", "a"]) == first[[1, 0]]).all()
    assert counting.texts == ["a", "b"]
    assert (cache.documents(["c", "a"]) == Letters().documents(["c", "a"])).all()
    assert counting.texts == ["a", "b", "c"]
    cache.documents(["b"])
    assert counting.texts == ["a", "b", "c", "b"], "only the last two are remembered"


def test_nothing_is_chosen_from_nothing() -> None:
    assert answer("What?") == answer("What?", "Heading") == []
