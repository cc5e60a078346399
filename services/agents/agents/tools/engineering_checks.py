"""Tools that answer from configurations and judge them: questions and audits."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.contract import Calling, Citation, Outcome, Spec, Tool
from agents.tools.engineering_cited import (
    CONFIG_TEXT,
    MEANT,
    MOST,
    PLATFORM,
    READ,
    calculation,
    chosen,
    lines,
    of_config,
    of_evidence,
)
from agents.tools.making import (
    COUNTS,
    NUMBER,
    WORDS,
    Made,
    choice,
    collection,
    identifier,
    maybe,
    record,
    said,
    several,
    text,
)
from agents.tools.platform import Service
from agents.tools.readable import MOST_BYTES, cut, fitted, line

_SEVERITIES = ("critical", "high", "medium", "low", "info")
_RULESETS = ("all", "hardening", "firewall", "switching", "vpn", "hygiene")
_LIST = several(WORDS, most=200)
_FINDING = record(
    {
        "id": WORDS,
        "rule": WORDS,
        "severity": choice("", _SEVERITIES),
        "device": WORDS,
        "config_id": maybe(identifier("")),
        "line_start": maybe(NUMBER),
        "line_end": maybe(NUMBER),
        "detail": WORDS,
        "why": WORDS,
        "fix": several(WORDS, most=100),
        "waived": {"type": "boolean"},
    }
)
_ASK = Spec(
    name="engineering_ask",
    title="Ask configurations and documents",
    description="Answer a technical question from kept configurations, calculations and documents, by rule "
    "and with citations. Good for 'which switch carries VLAN 30', 'what is the gateway of 10.20.10.0/24'. "
    "What nothing answers is said to be open; then look with get_config_facts.",
    parameters=record(
        {
            "question": said("One question, in plain English.", longest=4_000),
            **MEANT,
            "collections": several(
                collection(), "Collections of documents; without it 'documents'; [] asks none.", most=5
            ),
        },
        ["question"],
    ),
    tool_class="read",
    scope=READ,
    output=record({"answered": {"type": "boolean"}, "answer": maybe(WORDS), "unanswered": _LIST}),
    idempotent=True,
)
_AUDIT = Spec(
    name="engineering_audit",
    title="Audit configurations",
    description="Look for what is wrong with devices: each finding with its rule, severity, lines and the "
    "commands that set it right, the worst first. Of kept configurations (by ids, of a site, or of the "
    "whole client), or of one that is sent as text and not kept.",
    parameters=record(
        {
            **MEANT,
            "text": CONFIG_TEXT,
            "platform": PLATFORM,
            "ruleset": choice("Which rules.", _RULESETS, "all"),
            "min_severity": choice("Leave out what is less severe.", _SEVERITIES, "info"),
            "only": several(
                text("A rule such as mgmt.telnet-enabled.", longest=80, shortest=1),
                "Only these rules.",
                most=50,
            ),
        },
        [],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "score": {"type": "number"},
            "counts": COUNTS,
            "devices": several(
                record({"device": WORDS, "config_id": maybe(identifier("")), "score": {"type": "number"}}),
                most=200,
            ),
            "findings": several(_FINDING, most=MOST),
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_ASK, partial(_ask, service)),
        Made(_AUDIT, partial(_audit, service)),
    ]


def _ask(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    # By rule: whoever asks is a model itself, and what a second one uses would be in nobody's budget.
    scope = chosen(arguments, "config_ids", "site", "collections")
    payload = {"question": arguments["question"], "scope": scope, "model": "none"}
    found = service.acting(calling, READ).post("query", payload=payload)
    cited = [_cited(one) for one in found["citations"]]
    told = [found["answer"] or "Nothing that is known here answers this."]
    told += [f"Open: {open_}" for open_ in found["unanswered"]]
    told += [
        f"[{one['n']}] {', '.join(filter(None, [citation.title, citation.section]))}: {line(one['quote'])}"
        for one, citation in zip(found["citations"], cited, strict=True)
    ]
    return Outcome(
        content=cut("\n".join(told), hint="Ask about fewer devices"),
        data={name: found[name] for name in ("answered", "answer")} | {"unanswered": found["unanswered"][:200]},
        citations=cited,
    )


def _cited(one: Mapping[str, Any]) -> Citation:
    place = one["locator"]
    if one["type"] == "config":
        return of_config(one["source"], place["config_id"], place["line_start"], place["line_end"], one["quote"])
    if one["type"] == "calc" and place["calc_id"]:
        return calculation(one["source"], place["calc_id"])
    return Citation(
        title=one["source"],
        url=place["url"],
        document_id=place["document_id"],
        page=place["page"],
        section=place["section"] or place["entry"],
        quote=one["quote"][:600] or None,
    )


def _audit(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = chosen(arguments, "config_ids", "site", "text", "platform", "ruleset", "min_severity", "only")
    found = service.acting(calling, READ).post("audit", payload=payload)
    summary, findings = found["summary"], found["findings"]
    counted = ", ".join(f"{number} {name}" for name, number in summary["counts"].items() if number) or "none"
    scores = "; ".join(f"{one['device']} {one['score']:g}" for one in summary["devices"][:MOST])
    head = f"Score {summary['score']:g} of 100. Findings: {counted}.\nDevices: {scores}."
    blocks = [head, *(_finding(one) for one in findings[:MOST])]
    shown = fitted(blocks, what="findings", hint="Narrow it by ruleset or site", most=MOST_BYTES - 200)
    told = findings[: max(0, shown.shown - 1)]
    left = len(findings) - len(told) + summary["left_off"]
    beyond = len(findings) - MOST + summary["left_off"]
    more = f"\n\n{beyond} less severe findings are not told. Narrow it by ids, ruleset or site." if beyond > 0 else ""
    return Outcome(
        content=shown.text + more,
        data={
            "score": summary["score"],
            "counts": summary["counts"],
            "devices": [{name: one[name] for name in ("device", "config_id", "score")} for one in summary["devices"]],
            "findings": [_plain(one) for one in told],
            "left_off": left,
        },
        citations=of_evidence(told),
    )


def _finding(one: Mapping[str, Any]) -> str:
    first = one["evidence"][0] if one["evidence"] else {}
    place = lines(first.get("line_start"), first.get("line_end"))
    told = [
        f"{one['severity'].upper()} {one['rule']} on {one['device']}{f', {place}' if place else ''}"
        f"{' (waived)' if one['waived'] else ''}: {one['detail']}",
        f"Why: {one['why']}",
    ]
    return "\n".join([*told, *(["Fix:", *one["fix"]] if one["fix"] else [])])


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    first = one["evidence"][0] if one["evidence"] else {}
    named = ("id", "rule", "severity", "device", "config_id", "detail", "why", "fix")
    places = {"line_start": first.get("line_start"), "line_end": first.get("line_end")}
    return {name: one[name] for name in named} | places | {"waived": one["waived"] is not None}
