"""Tools for what is to change: a review before it is made, and a configuration for another platform."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.engineering_cited import CONFIG_TEXT, MOST, PLATFORM, READ, chosen, lines, of_evidence
from agents.tools.making import NUMBER, WORDS, Made, choice, identifier, record, several, text
from agents.tools.platform import Service
from agents.tools.readable import cut, fitted, line

_LIST = several(WORDS, most=200)
_MOST_COMMANDS = 200
_COMMANDS = ("mitigations", "remediation", "rollback", "warnings")
_EITHER = record({"config_id": identifier("The id of a kept configuration."), "text": CONFIG_TEXT}, [])
_SIDE = _EITHER | {"description": "Either a config_id or a text."}
_REVIEW = Spec(
    name="change_review",
    title="Review a change",
    description="Review a change of a device before it is made: what differs, how risky it is and why, a "
    "verdict (go, go with mitigation, no-go), the commands there and back, and what to check. Give the "
    "configuration before, and either the one after or the commands. Nothing is kept or sent to a device.",
    parameters=record(
        {
            "before": _SIDE,
            "after": _SIDE,
            "commands": several(text(longest=2_000), "In the device's own syntax, a line each.", least=1, most=5_000),
            "platform": PLATFORM,
            "address": text("From which address the engineer manages the device.", longest=60, shortest=2),
            "interface": text("By which of its interfaces it is managed.", longest=120, shortest=1),
        },
        ["before"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "verdict": choice("", ["go", "go with mitigation", "no-go"]),
            "level": WORDS,
            "score": NUMBER,
            "device": WORDS,
            "platform": WORDS,
            "changes": several(record({"op": WORDS, "path": WORDS, "old": {}, "new": {}}), most=MOST),
            "reasons": several(record({"code": WORDS, "sentence": WORDS}), most=MOST),
            "mitigations": _LIST,
            "remediation": _LIST,
            "rollback": _LIST,
            "warnings": _LIST,
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)
_TRANSLATE = Spec(
    name="translate_config",
    title="Translate a configuration",
    description="Translate a configuration for another platform, as far as both have the same things: the "
    "new text, and every line that became something else or could not be carried over.",
    parameters=record(
        {
            "to": PLATFORM | {"description": "The platform that it is wanted for, such as aruba_aoscx."},
            "config_id": identifier("A kept configuration."),
            "text": CONFIG_TEXT,
            "from": PLATFORM,
            "sections": several(
                text("identity, vlans, interfaces, routes …", longest=80, shortest=1), "Only these.", most=20
            ),
        },
        ["to"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "from": WORDS,
            "to": WORDS,
            "text": text(longest=400_000),
            "is_whole": {"type": "boolean"},
            "exact": NUMBER,
            "approx": NUMBER,
            "unsupported": NUMBER,
            "packets_run": NUMBER,
            "packets_agreed": NUMBER,
            "warnings": _LIST,
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [Made(_REVIEW, partial(_review, service)), Made(_TRANSLATE, partial(_translate, service))]


def _review(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    context = chosen(arguments, "address", "interface")
    payload = chosen(arguments, "before", "after", "commands", "platform") | {"context": context}
    found = service.acting(calling, READ).post("changes", "review", payload=payload)
    changes, reasons = found["diff"]["semantic"], found["risk"]["reasons"]
    told = [
        f"Verdict: {found['verdict']}. Risk {found['risk']['level']} ({found['risk']['score']}) on {found['device']}, "
        f"{found['platform']}. {found['explanation']}",
        *_section("Why it is risky", [_reason(one) for one in reasons], MOST),
        *_section("What differs", [f"{one['op']} {one['path']}: {_sides(one)}" for one in changes], MOST),
        *_section("Before it, do this", found["mitigations"], MOST),
        *_section("Commands", found["remediation"], _MOST_COMMANDS, bullet=""),
        *_section("Commands back", found["rollback"], _MOST_COMMANDS, bullet=""),
        *_section("Check before", [f"{one['command']}: {one['expect']}" for one in found["prechecks"]], MOST),
        *_section("Check after", [f"{one['command']}: {one['expect']}" for one in found["postchecks"]], MOST),
        *_section("Warnings", found["warnings"], MOST),
    ]
    return Outcome(
        content=fitted(told, what="parts", hint="Review a smaller change").text,
        data={
            "verdict": found["verdict"],
            "level": found["risk"]["level"],
            "score": found["risk"]["score"],
            "device": found["device"],
            "platform": found["platform"],
            "changes": [{name: one[name] for name in ("op", "path", "old", "new")} for one in changes[:MOST]],
            "reasons": [{name: one[name] for name in ("code", "sentence")} for one in reasons[:MOST]],
            **{name: found[name][:_MOST_COMMANDS] for name in _COMMANDS},
            "left_off": max(0, len(changes) - MOST)
            + max(0, len(reasons) - MOST)
            + sum(max(0, len(found[name]) - _MOST_COMMANDS) for name in _COMMANDS),
        },
        citations=of_evidence(reasons[:MOST]),
    )


def _reason(one: Mapping[str, Any]) -> str:
    places = [f"{each['side']} {lines(each['line_start'], each['line_end'])}" for each in one["evidence"][:3]]
    return f"{one['sentence']} [{one['code']}{', ' if places else ''}{', '.join(places)}]"


def _sides(one: Mapping[str, Any]) -> str:
    return f"was {line(one['old'], 200)}, becomes {line(one['new'], 200)}"


def _section(title: str, items: Sequence[str], most: int, bullet: str = "- ") -> Iterator[str]:
    if items:
        left = [f"… and {len(items) - most} more"] if len(items) > most else []
        yield "\n".join([f"{title}:", *(f"{bullet}{one}" for one in items[:most]), *left])


def _translate(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = chosen(arguments, "to", "config_id", "text", "from") | {"scope": arguments.get("sections", [])}
    found = service.acting(calling, READ).post("translate", payload=payload)
    summary, packets = found["summary"], found["packet_tests"]
    lost = [
        f"{lines(*one['src_lines'])} {one['status']}: {one['note']}" for one in found["map"] if one["status"] != "exact"
    ]
    told = [
        f"From {found['from']} to {found['to']}: {summary['exact']} lines exact, {summary['approx']} approximate, "
        f"{summary['unsupported']} not carried over. Packets tried on both sides: {packets['run']}, "
        f"the same on {packets['agreed']}. Passwords and keys are left out and must be set by hand.",
        *_section("Warnings", found["warnings"], MOST),
        *_section("Not exact", lost, MOST),
    ]
    head = "\n\n".join(told)
    kept = cut(found["text"], most=16_000, hint="Translate it by sections")
    return Outcome(
        content=cut(f"{head}\n\nThe new configuration:\n{kept}"),
        data={
            "from": found["from"],
            "to": found["to"],
            "text": kept,
            "is_whole": kept == found["text"],
            **{name: summary[name] for name in ("exact", "approx", "unsupported")},
            "packets_run": packets["run"],
            "packets_agreed": packets["agreed"],
            "warnings": found["warnings"][:_MOST_COMMANDS],
        },
    )
