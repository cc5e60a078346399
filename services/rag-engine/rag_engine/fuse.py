"""Two rankings made one by the distribution of their scores, as Qdrant's DBSF does it. Pure.

Done here and not in the store, because the scores of both legs are wanted too, and twice the search would cost twice.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev


def normalised(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores by their place between three standard deviations below and above the mean, 0 … 1."""
    if len(scores) < 2 or (spread := stdev(scores.values())) == 0:
        return dict.fromkeys(scores, 0.5)
    low = fmean(scores.values()) - 3 * spread
    return {key: (score - low) / (6 * spread) for key, score in scores.items()}


def fused(legs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The sum of the normalised scores of all legs, best first."""
    total: dict[str, float] = {}
    for leg in legs:
        for key, score in normalised(leg).items():
            total[key] = total.get(key, 0.0) + score
    return dict(sorted(total.items(), key=lambda item: -item[1]))
