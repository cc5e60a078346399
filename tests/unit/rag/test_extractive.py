"""Choosing sentences; the vectors here are counts of letters, so that nothing but the rules is tested."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_engine import extractive
from rag_engine.passage import Passage


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


def test_nothing_is_chosen_from_nothing() -> None:
    assert answer("What?") == answer("What?", "Heading") == []
