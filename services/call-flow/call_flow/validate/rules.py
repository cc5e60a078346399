"""Checking a flow against all rules."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from call_flow.flow.graph import TooManyEdges
from call_flow.flow.model import Flow
from call_flow.validate.callbacks import CALLBACKS
from call_flow.validate.callers import CALLERS
from call_flow.validate.codes import CODES
from call_flow.validate.context import Context
from call_flow.validate.direct_numbers import DIRECT_NUMBERS
from call_flow.validate.directories import DIRECTORIES
from call_flow.validate.documents import DOCUMENTS
from call_flow.validate.emergency import EMERGENCY
from call_flow.validate.emergency_us import EMERGENCY_US
from call_flow.validate.finding import Finding, Severity
from call_flow.validate.forwarding import FORWARDING
from call_flow.validate.graph import GRAPH
from call_flow.validate.groups import GROUPS
from call_flow.validate.holidays import HOLIDAYS
from call_flow.validate.hours import HOURS
from call_flow.validate.keys import KEYS
from call_flow.validate.locations import LOCATIONS
from call_flow.validate.loops import LOOPS
from call_flow.validate.menus import MENUS
from call_flow.validate.numbering import NUMBERING
from call_flow.validate.numbers import NUMBERS
from call_flow.validate.own_days import OWN_DAYS
from call_flow.validate.pointers import order
from call_flow.validate.prompts import PROMPTS
from call_flow.validate.queues import QUEUES
from call_flow.validate.references import REFERENCES
from call_flow.validate.ringing import RINGING
from call_flow.validate.rule import Check, Rule
from call_flow.validate.schedules import SCHEDULES
from call_flow.validate.security import SECURITY
from call_flow.validate.sorting import SORTING
from call_flow.validate.trunks import TRUNKS
from call_flow.validate.voicemail import VOICEMAIL
from call_flow.validate.wording import WORDING

#: More findings than these are counted, not listed.
MOST_FINDINGS = 500

_MORE = Rule(
    code="check.more",
    severity="info",
    title="There are more findings",
    why="A flow with hundreds of findings usually has one cause for most of them.",
    fix="Correct what is listed, and check again.",
)
_CHECKS: list[Check] = [
    check
    for subject in (
        GRAPH, LOOPS, CALLERS, SORTING, REFERENCES, MENUS, KEYS, WORDING, DIRECTORIES, PROMPTS, HOURS, SCHEDULES,
        HOLIDAYS, OWN_DAYS, GROUPS, RINGING, QUEUES, VOICEMAIL, NUMBERING, DIRECT_NUMBERS, CODES, NUMBERS, TRUNKS,
        EMERGENCY, CALLBACKS, LOCATIONS, EMERGENCY_US, SECURITY, FORWARDING, DOCUMENTS,
    )
    for check in subject.checks
]  # fmt: skip
RULES: list[Rule] = [*(check.rule for check in _CHECKS), _MORE]
_WEIGHT: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def check(flow: Flow, *, today: dt.date) -> list[Finding]:
    """What is wrong with a flow, errors first, then in the order of the flow; the same for the same flow and day.

    After `MOST_FINDINGS` one finding says how many more there are.
    """
    context = Context(flow, today)
    found = sorted({hit for item in _CHECKS for hit in _of_rule(item, context)})
    findings = [
        Finding(code=hit.rule.code, severity=hit.rule.severity, message=hit.message, pointer=hit.pointer, fix=hit.fix)
        for hit in found[:MOST_FINDINGS]
    ]
    if left_out := Counter(hit.rule.severity for hit in found[MOST_FINDINGS:]):
        counts = ", ".join(f"{count} of severity {severity}" for severity, count in left_out.items())
        message = f"There are {left_out.total()} more findings: {counts}."
        more = Finding(code=_MORE.code, severity=_MORE.severity, message=message, pointer="", fix=_MORE.fix)
        findings.append(more)
    return findings


@dataclass(frozen=True, order=True)
class _Hit:
    """What a rule found, in the order in which it is shown."""

    weight: int
    place: tuple[tuple[int, int, str], ...]
    code: str
    message: str
    pointer: str
    fix: str
    rule: Rule = field(compare=False)


def _of_rule(item: Check, context: Context) -> Iterator[_Hit]:
    rule = item.rule
    try:
        for found in item.find(context):
            message = found.message[:1].upper() + found.message[1:]
            place = order(found.pointer)
            yield _Hit(_WEIGHT[rule.severity], place, rule.code, message, found.pointer, found.fix or rule.fix, rule)
    except TooManyEdges:
        return  # graph.too-large says so
