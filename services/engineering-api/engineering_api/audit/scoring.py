"""How well a device does, as a number from 0 to 100.

A device begins at 100. Each rule that found something costs points by its severity: critical 40, high 15, medium 5,
low 1, info nothing; each further finding of the same rule costs half as much as the one before, so that a rule costs
at most twice its points. With P points in all the score is 100 · 100 / (100 + P): it falls with every finding and
never ends at nothing, so that any repair is seen. Waived findings cost nothing. A client's score is the mean of its
devices' scores.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from engineering_api.audit.model import SEVERITIES, Finding, Severity

POINTS: Final[dict[Severity, float]] = {"critical": 40, "high": 15, "medium": 5, "low": 1, "info": 0}


def score(findings: Iterable[Finding]) -> float:
    """The score of one device by its findings."""
    times: Counter[tuple[str, Severity]] = Counter((one.rule, one.severity) for one in findings if one.waived is None)
    points = sum(POINTS[severity] * (2 - 0.5 ** (count - 1)) for (_, severity), count in times.items())
    return round(10_000 / (100 + points), 1)


def mean(scores: Sequence[float]) -> float:
    """The score of a client by those of its devices; 100 for none."""
    return round(sum(scores) / len(scores), 1) if scores else 100.0


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings by severity, and apart from them those that are waived."""
    found = dict.fromkeys((*SEVERITIES, "waived"), 0)
    for one in findings:
        found["waived" if one.waived else one.severity] += 1
    return found


def categories(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings by category, without those that are waived."""
    found: Counter[str] = Counter(one.category for one in findings if one.waived is None)
    return dict(sorted(found.items()))
