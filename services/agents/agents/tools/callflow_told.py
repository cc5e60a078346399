"""Flows as tools name them: which one is meant, and findings, questions and calls in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agents.tools.contract import Citation
from agents.tools.making import COUNTS, NUMBER, WORDS, Schema, choice, maybe, record, several, text

READ, WRITE = "callflow:read", "callflow:write"
#: So many findings, questions, calls … are told; the rest is counted.
MOST = 40
SEVERITIES = ("error", "warning", "info")

FLOW_ID = text("The id of a kept flow.", longest=63, shortest=1, pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
VERSION = text(
    "The hash of an older version; the latest where absent.", longest=64, shortest=64, pattern=r"^[0-9a-f]{64}$"
)
SPECIFICATION: Schema = {
    "type": "object",
    "maxProperties": 100,
    "description": "Instead of a kept flow: a specification as call_flow_generate takes it, or a whole callflow/1 "
    "document. Nothing of it is kept.",
}
#: A kept flow, or one that is sent along.
MEANT: dict[str, Schema] = {"flow_id": FLOW_ID, "version": VERSION, "specification": SPECIFICATION}
FINDING = record({"severity": choice("", SEVERITIES), "code": WORDS, "pointer": WORDS, "message": WORDS, "fix": WORDS})
QUESTION = record({"pointer": WORDS, "question": WORDS, "message": WORDS})
FINDINGS: dict[str, Schema] = {
    "counts": COUNTS | {"description": "Findings by severity."},
    "findings": several(FINDING, most=MOST),
    "questions": several(QUESTION, most=MOST),
    "left_off": NUMBER | {"description": "Findings and questions that are not told."},
}
TERMINAL = record({"type": WORDS, "target": WORDS})
PROOF = maybe(choice("", ["passed", "failed"]))


def meant(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The flow of the arguments, as call-flow takes it."""
    found = {name: arguments[name] for name in ("flow_id", "version") if name in arguments}
    return found | ({"flow": arguments["specification"]} if "specification" in arguments else {})


def judged(findings: Sequence[Mapping[str, Any]], assumed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Findings and what is to be asked, as programs get them: the errors first, as they come."""
    asked = [one for one in assumed if one["question"]]
    return {
        "counts": dict(Counter(one["severity"] for one in findings)),
        "findings": [{name: one[name] for name in FINDING["properties"]} for one in findings[:MOST]],
        "questions": [{name: one[name] for name in QUESTION["properties"]} for one in asked[:MOST]],
        "left_off": max(0, len(findings) - MOST) + max(0, len(asked) - MOST),
    }


def in_words(told: Mapping[str, Any]) -> list[str]:
    """What `judged` gave, as a model reads it."""
    counted = ", ".join(f"{number} {severity}" for severity, number in told["counts"].items()) or "none"
    blocks = [
        f"Findings: {counted}.",
        *(
            f"{one['severity'].upper()} {one['code']} at {one['pointer']}: {one['message']} {one['fix']}"
            for one in told["findings"]
        ),
        *(f"To ask the customer, at {one['pointer']}: {one['question']} {one['message']}" for one in told["questions"]),
    ]
    return [*blocks, f"{told['left_off']} more are not told."] if told["left_off"] else blocks


def ending(terminal: Mapping[str, Any] | None) -> str:
    """Where a call ends, in words."""
    return "nowhere" if terminal is None else f"{terminal['type'].replace('_', ' ')} ({terminal['target']})"


def of_flow(shown: Mapping[str, Any], title: str = "") -> Citation:
    """A version of a flow, at its page."""
    place = f"version {shown['version'][:12]}"
    return Citation(title=title or shown["flow_id"], url=shown["artifacts"]["view"], section=place)
