"""How good a ranking of documents is, measured against the documents known to be right. Pure."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measures:
    """Of one question, or the means over several; each from 0 to 1."""

    ndcg: float
    recall: float
    mrr: float


@dataclass(frozen=True)
class Case:
    """A question with the documents found for it, best first, each once."""

    query: str
    relevant: Sequence[str]
    found: Sequence[str]


def measure(relevant: Sequence[str], found: Sequence[str], k: int) -> Measures:
    """nDCG@k, recall@k and the reciprocal rank within k, of a ranking in which every relevant document counts alike."""
    wanted = set(relevant)
    hits = [document in wanted for document in found[:k]]
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, len(wanted))))
    first = next((place for place, hit in enumerate(hits, 1) if hit), None)
    return Measures(gain / ideal, sum(hits) / len(wanted), 1 / first if first else 0.0)


def mean(measures: Sequence[Measures]) -> Measures:
    """The means over all questions."""
    count = len(measures)
    return Measures(
        sum(item.ndcg for item in measures) / count,
        sum(item.recall for item in measures) / count,
        sum(item.mrr for item in measures) / count,
    )


def report(cases: Sequence[Case], k: int) -> dict[str, Any]:
    """The result of an evaluation as JSON values: the means, and each case in the order it was asked."""
    measured = [measure(case.relevant, case.found, k) for case in cases]
    return {
        "k": k,
        "questions": len(cases),
        **_rounded(mean(measured)),
        "cases": [
            {"query": case.query, "relevant": list(case.relevant), "found": list(case.found[:k]), **_rounded(numbers)}
            for case, numbers in zip(cases, measured, strict=True)
        ],
    }


def _rounded(measures: Measures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(measures).items()}
