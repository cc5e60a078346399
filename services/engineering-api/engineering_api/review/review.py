"""A change as a whole: what differs, how risky that is, the commands both ways, and what to look at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engineering_api.facts.fact import Span
from engineering_api.reading.tree import Node
from engineering_api.review import dialects, feared, forwarding, protecting, reach, saying, textual
from engineering_api.review.checks import Check, checks
from engineering_api.review.dialects import Dialect
from engineering_api.review.reason import Case, Evidence, Managed, Reason
from engineering_api.review.saying import SECRET, State
from engineering_api.review.semantic import Change, differences

Level = Literal["low", "medium", "high", "critical"]
Verdict = Literal["go", "go with mitigation", "no-go"]

_RELOAD = re.compile(
    r"\s*(?:no )?(?:sdm prefer|license boot|boot system|system mtu|hardware profile|hardware access-list"
    r" tcam|firmware|switch \d+ "
    r"(?:renumber|provision)|stack|vsf|set vdom-mode|set opmode|system default|mode (?:single|multiple)"
    r"|firewall transparent)\b"
)
_DESTROYS = re.compile(
    r"erase|format|delete|reset-configuration|write erase|factory|zeroize|wr erase|purge|clear conf\S* (?:all|primary)"
)
#: A reason of this weight alone speaks against the change as it is.
_TOO_HEAVY = 60
_CRITICAL, _HIGH, _MEDIUM = 75, 50, 25
_MOST_MISSED, _MOST_REASONS = 20, 100


@dataclass(frozen=True)
class Tried:
    """What came of the commands, where commands were given: those refused, those done at once, all of them."""

    refused: tuple[str, ...] = ()
    at_once: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """What is to be said of a change."""

    text: str
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]
    score: int
    level: Level
    verdict: Verdict
    mitigations: tuple[str, ...]
    remediation: tuple[str, ...]
    rollback: tuple[str, ...]
    prechecks: tuple[Check, ...]
    postchecks: tuple[Check, ...]
    explanation: str
    warnings: tuple[str, ...]


def review(before: State, after: State, *, managed: Managed, tried: Tried) -> Review:
    """Look at a change from one configuration to another of the same platform."""
    warnings: list[str] = []
    remediation, rollback, text = _ways(before, after, warnings)
    changes = tuple(compared(before, after))
    case = Case(before.device, after.device, changes, managed)
    reasons = _reasons(case, before, after, tried)
    reasons += _unsaved(remediation, warnings)
    reasons.sort(key=lambda reason: -reason.weight)
    score = _score(reasons)
    level: Level = (
        "critical" if score >= _CRITICAL else "high" if score >= _HIGH else "medium" if score >= _MEDIUM else "low"
    )
    verdict: Verdict = "go" if level == "low" else "go with mitigation"
    if verdict == "go" and any(reason.code in ("not-applied", "not-understood") for reason in reasons):
        verdict = "go with mitigation"
    if any(reason.weight >= _TOO_HEAVY for reason in reasons):
        verdict = "no-go"
    warnings += [f"Not applied: {one}" for one in tried.refused[:_MOST_MISSED]]
    mitigations = dict.fromkeys(reason.mitigation for reason in reasons if reason.mitigation)
    if verdict != "go":
        mitigations.setdefault(reach.mitigation(before.platform.name))
        mitigations.setdefault("Have the rollback commands at hand before the first command is typed.")
    prechecks, postchecks = checks(case, reasons)
    return Review(
        # Files may differ in what says nothing: comments, times, the order of lines that have none.
        text=text if changes or remediation or rollback else "",
        changes=changes,
        reasons=tuple(reasons[:_MOST_REASONS]),
        score=score,
        level=level,
        verdict=verdict,
        mitigations=tuple(mitigations),
        remediation=tuple(_asking(remediation)),
        rollback=tuple(_asking(rollback)),
        prechecks=tuple(prechecks),
        postchecks=tuple(postchecks),
        explanation=_explanation(changes, reasons, level, verdict),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def compared(before: State, after: State) -> Iterator[Change]:
    """What differs in what is said, and the lines that differ and are no facts."""
    made = differences(before.device, after.device)
    yield from made
    yield from saying.lines(before, after, made)


def _ways(before: State, after: State, warnings: list[str]) -> tuple[list[str], list[str], str]:
    """The commands there and back, each tried, and the difference of the texts."""
    dialect = dialects.of(before.platform.name)
    if dialect is None:
        if before.platform.name != "unknown":
            warnings.append(
                f"{before.platform.title} is not configured by commands: make the changes in its own interface."
            )
        return [], [], textual.unified(before.texts, after.texts)
    old, new = before.nodes, after.nodes
    remediation = _tested(dialect, before, (old, new), warnings, "remediation")
    rollback = _tested(dialect, after, (new, old), warnings, "rollback")
    if dialect.is_flat and _is_set(before.texts) != _is_set(after.texts):
        text = textual.unified(*(sorted(node.text for node in nodes) for nodes in (old, new)))
    else:
        text = textual.unified(before.texts, after.texts)
    return remediation, rollback, text


def _is_set(texts: Sequence[str]) -> bool:
    return sum(text.startswith("set ") for text in texts) * 2 > len(texts)


def _tested(
    dialect: Dialect, start: State, trees: tuple[list[Node], list[Node]], warnings: list[str], name: str
) -> list[str]:
    """Commands between two trees; where a trial does not lead there, a warning tells what it misses."""
    commands = dialect.commands(*trees, start.platform.name)
    if not commands:
        return commands
    trial = dialect.apply(start.texts, commands, start.platform)
    reached = dialect.canonical(start.platform.tree(trial.texts), start.platform.name)
    missed = [*dialect.missed(trees[0], reached, trees[1]), *trial.refused]
    warnings += [f"A trial of the {name} differs from what is wanted: {one}" for one in missed[:_MOST_MISSED]]
    return commands


def _reasons(case: Case, before: State, after: State, tried: Tried) -> list[Reason]:
    made = [*reach.reasons(case), *forwarding.reasons(case), *protecting.reasons(case), *feared.reasons(case)]
    lines = [one for one in case.changes if one.section == "lines"]
    reload_ = [one for one in lines if _RELOAD.match(str(one.new or one.old))]
    if reload_:
        evidence = tuple(Evidence("after", one.lines_after) for one in reload_ if one.lines_after)[:10]
        made.append(Reason("reload-needed", 20, "Part of the change takes effect only after a restart.", evidence))
    for text in tried.at_once[:20]:
        weight = 90 if _DESTROYS.search(text) else 50
        effect = "destroys what is kept on the device" if weight > 50 else "acts at once and may interrupt the network"
        sentence = f"'{text}' {effect}."
        made.append(Reason("reload-or-erase", weight, sentence, (Evidence("commands", _place(tried, text), text),)))
    if tried.refused:
        evidence = tuple(Evidence("commands", _place(tried, one.partition(":")[0]), one) for one in tried.refused[:10])
        made.append(
            Reason(
                "not-applied",
                30,
                f"{len(tried.refused)} commands could not be applied in the trial.",
                evidence,
                "Correct these commands and review them again.",
            )
        )
    unknown = {one.source.first for one in after.device.unparsed}
    missed = [one for one in lines if one.lines_after and one.lines_after.first in unknown]
    if missed:
        evidence = tuple(Evidence("after", one.lines_after) for one in missed[:10] if one.lines_after)
        made.append(
            Reason(
                "not-understood",
                15,
                f"{len(missed)} changed lines are not understood, so that their effect is not known.",
                evidence,
            )
        )
    secrets = [one for one in case.changes if one.section == "secrets"]
    if secrets:
        evidence = tuple(Evidence("after", one.lines_after) for one in secrets[:10] if one.lines_after)
        made.append(
            Reason(
                "secret-changed",
                12,
                f"{len(secrets)} secrets change.",
                evidence,
                "Have the new secrets ready, and the old ones for the way back.",
            )
        )
    return made


def _place(tried: Tried, text: str) -> Span:
    number = next((at for at, one in enumerate(tried.commands, start=1) if text in one), 1)
    return Span(number, number)


def _unsaved(commands: Sequence[str], warnings: list[str]) -> list[Reason]:
    asked = [(number, text) for number, text in enumerate(commands, start=1) if SECRET.search(text)]
    if not asked:
        return []
    warnings.append(f"{len(asked)} commands need a secret, which is not kept: enter it where it says <enter the …>.")
    evidence = tuple(
        Evidence("commands", Span(number, number), "".join(_asking([text]))) for number, text in asked[:10]
    )
    return [Reason("secret-needed", 8, "Secrets are not kept and must be entered by hand.", evidence)]


def _asking(commands: Sequence[str]) -> Iterator[str]:
    """Commands with places for the secrets that are not kept."""
    for text in commands:
        yield SECRET.sub(lambda found: f"<enter the {found[1]}>", text)


def _score(reasons: Sequence[Reason]) -> int:
    """How risky all reasons are together: the heaviest counts in full, each other kind by a quarter."""
    if not reasons:
        return 0
    heaviest = {reason.code: 0 for reason in reasons}
    for reason in reasons:
        heaviest[reason.code] = max(heaviest[reason.code], reason.weight)
    first, *others = sorted(heaviest.values(), reverse=True)
    left = 1 - first / 100
    for weight in others:
        left *= 1 - weight / 400
    return round(100 * (1 - left))


def _explanation(changes: Sequence[Change], reasons: Sequence[Reason], level: Level, verdict: Verdict) -> str:
    if not changes and not reasons:
        return "Both configurations say the same."
    by_section: dict[str, int] = {}
    for change in changes:
        by_section[change.section.replace("_", " ")] = by_section.get(change.section.replace("_", " "), 0) + 1
    what = ", ".join(f"{count} in {name}" for name, count in sorted(by_section.items(), key=lambda item: -item[1])[:8])
    first = f"{len(changes)} changes: {what}." if changes else "No line of the configuration changes."
    sentences = [first, f"The risk is {level}."]
    sentences += [reason.sentence for reason in reasons[:5]]
    sentences.append({
        "go": "Nothing speaks against it.",
        "go with mitigation": "It can be made with the precautions that are named.",
        "no-go": "It should not be made as it is.",
    }[verdict])  # fmt: skip
    return " ".join(sentences)
