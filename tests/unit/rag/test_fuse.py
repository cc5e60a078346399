"""The fusion of two rankings, against the one that Qdrant's client carries."""

import random

import pytest
from qdrant_client import models
from qdrant_client.hybrid.fusion import distribution_based_score_fusion

from rag_engine.fuse import fused


def _reference(legs: list[dict[str, float]]) -> dict[str, float]:
    responses = [[models.ScoredPoint(id=key, version=0, score=score) for key, score in leg.items()] for leg in legs]
    return {str(point.id): point.score for point in distribution_based_score_fusion(responses, limit=1000)}


@pytest.mark.parametrize("sizes", [(100, 100), (100, 3), (1, 100), (0, 5), (0, 1), (0, 0), (4, 5)])
def test_it_gives_what_qdrant_gives(sizes: tuple[int, int]) -> None:
    dice = random.Random(sum(sizes))
    legs = [{str(key): dice.gauss(5, 2) for key in dice.sample(range(150), size)} for size in sizes]
    assert fused(legs) == pytest.approx(_reference(legs))
    assert list(fused(legs)) == list(_reference(legs))


def test_equal_scores_are_worth_half() -> None:
    assert fused([{"a": 3.0, "b": 3.0}, {"a": 1.0}]) == {"a": 1.0, "b": 0.5}


def test_what_both_legs_found_comes_before_what_one_found() -> None:
    assert next(iter(fused([{"a": 0.9, "b": 0.8, "c": 0.1}, {"b": 7.0, "d": 7.1, "e": 1.0}]))) == "b"
