"""Two rankings made one by the distribution of their scores, as Qdrant's DBSF does it. Pure.

Done here and not in the store, because the scores of both legs are wanted too, and twice the search would cost twice.
"""

import math
from collections.abc import Mapping, Sequence


def normalised(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores by their place between three standard deviations below and above the mean, 0 … 1."""
    if len(scores) < 2:
        return dict.fromkeys(scores, 0.5)
    mean = sum(scores.values()) / len(scores)
    # Not the statistics module: it reckons in exact fractions, a millisecond a query.
    spread = math.sqrt(sum((score - mean) ** 2 for score in scores.values()) / (len(scores) - 1))
    if spread == 0:
        return dict.fromkeys(scores, 0.5)
    low = mean - 3 * spread
    return {key: (score - low) / (6 * spread) for key, score in scores.items()}


def fused(legs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The sum of the normalised scores of all legs, best first."""
    total: dict[str, float] = {}
    for leg in legs:
        for key, score in normalised(leg).items():
            total[key] = total.get(key, 0.0) + score
    return dict(sorted(total.items(), key=lambda item: -item[1]))
