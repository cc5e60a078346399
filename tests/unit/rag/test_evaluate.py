"""Measures of a ranking."""

import math

import pytest

from rag_engine.evaluate import Case, Measures, measure, report


def test_the_only_right_document_first_is_perfect() -> None:
    assert measure(["a"], ["a", "b"], 10) == Measures(1.0, 1.0, 1.0)


def test_nothing_right_is_nothing() -> None:
    assert measure(["a"], ["b"], 10) == measure(["a"], [], 10) == Measures(0.0, 0.0, 0.0)


def test_places_count_by_their_logarithm() -> None:
    found = measure(["a", "b"], ["x", "a", "y", "b"], 4)
    ideal = 1 + 1 / math.log2(3)
    assert found.ndcg == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert (found.recall, found.mrr) == (1.0, 0.5)


def test_what_comes_after_k_does_not_count() -> None:
    assert measure(["a"], ["x", "a"], 1) == Measures(0.0, 0.0, 0.0)


def test_more_right_documents_than_k_can_still_be_perfect_in_ndcg() -> None:
    found = measure(["a", "b", "c"], ["a", "b"], 2)
    assert found.ndcg == pytest.approx(1.0)
    assert found.recall == pytest.approx(2 / 3)


def test_the_report_holds_the_means_and_each_case() -> None:
    made = report([Case("q", ["a"], ["a"]), Case("r", ["a"], ["b", "a"])], 1)
    assert (made["questions"], made["k"], made["recall"]) == (2, 1, 0.5)
    assert [case["found"] for case in made["cases"]] == [["a"], ["b"]]
