"""Texts as weighted terms."""

import pytest

from rag_engine import sparse


def test_a_question_keeps_how_often_a_word_occurs() -> None:
    weights = sparse.question("printer printer printers offline")
    assert sorted(weights.values()) == [1.0, 3.0]


def test_endings_case_and_stop_words_make_no_difference() -> None:
    assert sparse.question("The Printers are OFFLINE") == sparse.question("printer offline")


def test_stop_words_alone_leave_nothing() -> None:
    assert sparse.question("what is the") == {}


def test_a_term_of_a_document_weighs_as_bm25_says() -> None:
    (weight,) = sparse.document("alpha alpha", "").values()
    assert weight == pytest.approx(2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 2 / 100)), rel=1e-5)


def test_a_word_of_the_title_counts_a_quarter_more() -> None:
    plain = sparse.document("alpha beta", "")
    titled = sparse.document("alpha beta", "Alpha")
    (alpha,) = sparse.question("alpha")
    (beta,) = sparse.question("beta")
    assert titled[beta] == plain[beta]
    assert titled[alpha] == pytest.approx(plain[alpha] + 0.25 * 2.2 / (1 + 1.2 * (0.25 + 0.75 / 6)), rel=1e-5)


def test_a_document_is_found_by_its_title_alone() -> None:
    assert sparse.question("firewall").keys() <= sparse.document("ports 80 and 443", "Firewall rules").keys()
