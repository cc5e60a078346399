"""From devices and rules to findings."""

import hashlib
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engineering_api.audit import together
from engineering_api.audit.checking import CHECKS
from engineering_api.audit.model import SEVERITIES, Evidence, Finding, Rule, Waived, Waiver
from engineering_api.audit.seen import Found, Seen, Spot
from engineering_api.audit.together import Place
from engineering_api.chosen import Subject

#: So many findings of one rule are made on one device; the worst configurations would drown the rest else.
MOST_OF_A_RULE = 200
#: A stack of switches has some hundred ports, which are one finding.
_MOST_PLACES = 2_000
_MOST_EVIDENCE = 20
_MOST_CHARACTERS = 4_000
_LONGEST_VALUE = 120
_OF_A_DOMAIN = ("config firewall", "config vpn", "config router", "config user", "config wireless-controller")


@dataclass(frozen=True)
class Audited:
    """What an audit found, the worst first. `left_off` are findings of rules that found too many on one device."""

    findings: tuple[Finding, ...]
    left_off: int


def audit(
    subjects: Sequence[Subject], rules: Iterable[Rule], waivers: Sequence[Waiver] = (), *, today: date
) -> Audited:
    """Look at devices by rules."""
    shared: dict[str, object] = {"today": today}
    devices = [Seen(one, shared) for one in subjects]
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if not waiver.is_expired(today):
            by_rule.setdefault(waiver.rule, []).append(waiver)
    made: list[Finding] = []
    left_off = 0
    used: set[str] = set()
    for rule in rules:
        counts: dict[int, int] = {}
        places: list[Place] = []
        for found in CHECKS[rule.check].run(devices, lambda seen, rule=rule: holds(rule, seen), rule.given):  # type: ignore[misc]
            owner = id(found.spots[0].seen)
            counts[owner] = counts.get(owner, 0) + 1
            if counts[owner] > (_MOST_PLACES if rule.together else MOST_OF_A_RULE):
                left_off += 1
                continue
            finding = _finding(rule, found)
            finding.waived = _waived(finding, by_rule.get(rule.code, ()))
            places.append(Place(finding, found))
        for several in _together(rule, places):
            finding = together.merged(rule, several) if several[1:] else several[0].finding
            finding.id = _id(rule, several, used)
            made.append(finding)
    made.sort(
        key=lambda one: (SEVERITIES.index(one.severity), one.device.casefold(), one.rule, one.evidence[0].line_start)
    )
    return Audited(tuple(made), left_off)


def holds(rule: Rule, seen: Seen) -> bool:
    """Whether a rule is for a device."""
    if seen.platform == "unknown" and rule.check != "not_understood":
        return False
    return (not rule.platforms or seen.platform in rule.platforms) and (
        not rule.roles or bool(seen.roles & set(rule.roles))
    )


def _together(rule: Rule, places: Sequence[Place]) -> list[list[Place]]:
    """The places of each finding: each place one, or those of a device that are waived alike."""
    if not rule.together:
        return [[one] for one in places]
    groups: dict[tuple[int, str], list[Place]] = {}
    for one in places:
        waived = one.finding.waived
        key = id(one.found.spots[0].seen), waived.model_dump_json() if waived else ""
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _finding(rule: Rule, found: Found) -> Finding:
    subject = found.spots[0].seen.subject
    evidence = [_evidence(one) for one in found.spots[:_MOST_EVIDENCE]]
    return Finding(
        id="",
        rule=rule.code,
        severity=rule.severity,
        category=rule.category,
        title=rule.title,
        device=subject.name,
        device_id=subject.device_id,
        config_id=subject.config_id,
        site=subject.site,
        detail=found.detail,
        is_default=found.is_default,
        evidence=evidence,
        why=rule.why,
        fix=_where_they_belong(subject, found, [*fix(rule, subject.platform, found.values), *found.commands]),
        refs=list(rule.refs),
    )


def _where_they_belong(subject: Subject, found: Found, commands: list[str]) -> list[str]:
    """Commands of a FortiGate with virtual domains, in the domain that they are for or in what is for all of them."""
    first = next((line for line in commands if line.startswith("config ")), "")
    if subject.platform != "fortinet" or not subject.device.scopes or not first:
        return commands
    if first.startswith(_OF_A_DOMAIN):
        domain = found.values.get("scope", "DOMAIN")
        return ["config vdom", f"edit {domain}", *commands, "end"]
    return ["config global", *commands, "end"]


def _evidence(spot: Spot) -> Evidence:
    subject = spot.seen.subject
    first, last = max(1, spot.span.first), max(1, spot.span.last)
    return Evidence(
        config_id=subject.config_id,
        device=subject.name,
        line_start=first,
        line_end=last,
        text=subject.quote(first, last)[:_MOST_CHARACTERS],
    )


def _id(rule: Rule, places: Sequence[Place], used: set[str]) -> str:
    """The same whenever it is found: of the rule, the device and the text, not of the numbers of the lines.

    What is told together is the same finding however many places there are.
    """
    finding, found = places[0]
    subject = found.spots[0].seen.subject
    if rule.together:
        about: tuple[str, ...] = ("together", finding.waived.reason if finding.waived else "")
    elif found.is_whole or found.is_default:
        about = (found.about,)
    else:
        about = (found.about, *(" ".join(one.text.split()) for one in finding.evidence))
    said = "\n".join((rule.code, subject.site, subject.name.casefold(), *about))
    number = 0
    while (made := hashlib.sha256(f"{said}\n{number or ''}".encode()).hexdigest()[:20]) in used:
        number += 1
    used.add(made)
    return made


def fix(rule: Rule, platform: str, values: Mapping[str, str]) -> list[str]:
    """The commands that set it right on a platform; what the finding does not tell stands there in capitals."""
    plain = {name: " ".join(value.split())[:_LONGEST_VALUE] for name, value in values.items()}
    for lines in (rule.fix.get(platform), rule.fix.get("*")):
        if lines and all(_fields(line) <= plain.keys() for line in lines):
            return [line.format_map(plain) for line in lines]
    lines = rule.fix.get(platform) or rule.fix.get("*") or ()
    wanted = {name: name.upper() for line in lines for name in _fields(line)}
    return [line.format_map(wanted | plain) for line in lines]


def _fields(line: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(line) if field}


def _waived(finding: Finding, waivers: Iterable[Waiver]) -> Waived | None:
    waiver = next((one for one in waivers if one.covers(finding)), None)
    return Waived(reason=waiver.reason, expires_on=waiver.expires_on, by=waiver.by) if waiver else None
