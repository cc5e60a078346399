"""What a rule finds at many places of one device, such as its ports, as one finding."""

from collections.abc import Sequence
from typing import NamedTuple

from engineering_api.audit.model import Finding, Rule
from engineering_api.audit.seen import Found

_MOST_NAMED = 12


class Place(NamedTuple):
    """One of the places, as a finding of its own."""

    finding: Finding
    found: Found


def merged(rule: Rule, places: Sequence[Place]) -> Finding:
    """The finding of several places of a device: the lines of each, and the commands for each.

    Commands that are for the device as a whole, so that they are the same for each place, are told once.
    """
    ordered = sorted(places, key=lambda one: one.finding.evidence[0].line_start)
    findings = [one.finding for one in ordered]
    names = list(dict.fromkeys(one.found.about for one in ordered))
    many = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    evidence = {(line.line_start, line.line_end): line for one in findings for line in one.evidence}
    fixes = dict.fromkeys(tuple(one.fix) for one in findings)
    return findings[0].model_copy(
        update={
            "detail": rule.together.format(count=len(names), places=", ".join(names[:_MOST_NAMED]) + many),
            "is_default": all(one.is_default for one in findings),
            "evidence": list(evidence.values()),
            "fix": [line for lines in fixes for line in lines],
        }
    )
