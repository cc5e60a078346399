"""Pure arithmetic: ranks and quantiles."""

import math
from collections.abc import Collection, Iterable, Sequence


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, every relevant document counting 1."""
    gained = sum(1 / math.log2(rank + 2) for rank, one in enumerate(ranked[:k]) if one in relevant)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(k, len(relevant))))
    return gained / ideal if ideal else 0.0


def recall(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """The share of the relevant documents among the first `k`."""
    return len(set(ranked[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed. Raises ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a quantile needs at least one value")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
