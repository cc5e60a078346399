"""Which passages are shown."""

from rag_engine import rank
from rag_engine.passage import Passage


def passage(name: str, text: str, score: float, document: str = "d") -> Passage:
    return Passage(name, document, document, document, text, score)


def names(passages: list[Passage]) -> list[str]:
    return [item.chunk_id for item in passages]


def test_the_same_text_is_shown_once_the_better_one() -> None:
    text = "Restart the print spooler when three label printers stall together"
    found = [passage("a", text, 0.9), passage("b", f"{text}!", 0.8, "e"), passage("c", "Something else", 0.7, "f")]
    assert names(rank.order(found, 5)) == ["a", "c"]


def test_texts_that_differ_in_one_address_are_both_shown() -> None:
    text = "The access point in the lobby of the northern building has the address 10.0.0."
    found = [passage("a", f"{text}1", 0.9), passage("b", f"{text}2", 0.8)]
    assert names(rank.order(found, 5)) == ["a", "b"]


def test_one_document_does_not_crowd_out_the_others() -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    found = [passage(str(number), word, 1 - number / 10) for number, word in enumerate(words)]
    other = [passage("other", "eta", 0.1, "e"), passage("another", "theta", 0.05, "f")]
    assert names(rank.order([*found, *other], 5)) == ["0", "1", "2", "other", "another"]


def test_a_single_document_still_fills_the_list() -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    found = [passage(str(number), word, 1 - number / 10) for number, word in enumerate(words)]
    assert names(rank.order(found, 5)) == ["0", "1", "2", "3", "4"]
