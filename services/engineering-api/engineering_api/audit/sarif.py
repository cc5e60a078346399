"""Findings as SARIF 2.1.0 (OASIS), which code scanners and their viewers read.

A configuration is an artifact by its file name, a finding a result with the region of its lines, and a waiver a
suppression. Fingerprints are the findings' ids.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from engineering_api.audit.model import Evidence, Finding, Rule, Severity

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
#: How GitHub calls them for what is no matter of security.
_PROBLEMS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "recommendation",
    "info": "recommendation",
}
_SECURITY: Final = frozenset({"hardening", "firewall", "vpn"})
#: References that name something with an address for good.
_ADDRESSES: Final = (
    (r"\b(CVE-\d{4}-\d+)", "https://www.cve.org/CVERecord?id={}"),
    (r"\bRFC (\d+)", "https://www.rfc-editor.org/rfc/rfc{}"),
    (r"\bVU#(\d+)", "https://www.kb.cert.org/vuls/id/{}"),
    (r"\bNIST SP (800-\d+)", "https://csrc.nist.gov/pubs/sp/{}"),
)
#: What viewers that sort by numbers show: 0 to 10.
_NUMBERS: Final[dict[Severity, str]] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "1.0"}


def log(findings: Sequence[Finding], rules: Mapping[str, Rule], names: Mapping[UUID | None, str]) -> dict[str, Any]:
    """Findings as one run. `names` are the file names of configurations by their ids."""
    used = list(dict.fromkeys(one.rule for one in findings))
    places = {code: number for number, code in enumerate(used)}
    artifacts: dict[str, int] = {}
    results = [_result(one, places[one.rule], artifacts, names) for one in findings]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "OberaConnect", "rules": [_rule(rules[code]) for code in used]}},
                "columnKind": "unicodeCodePoints",
                "artifacts": [{"location": {"uri": uri}} for uri in artifacts],
                "results": results,
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.code.replace(".", "-").split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}. {rule.why}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": list(dict.fromkeys((rule.category, *rule.rulesets))),
            "precision": "high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
        "help": _help(rule),
    }
    if _SECURITY & set(rule.rulesets):
        # GitHub shows the number of what has this tag only.
        made["properties"] |= {"tags": ["security", *made["properties"]["tags"]]}
        made["properties"]["security-severity"] = _NUMBERS[rule.severity]
    if uri := _uri(rule):
        made["helpUri"] = uri
    return made


def _help(rule: Rule) -> dict[str, str]:
    """Why and where it is recommended, as text and as viewers show it."""
    seen = f" See: {'; '.join(rule.refs)}." if rule.refs else ""
    listed = "".join(f"\n- {one}" for one in rule.refs)
    return {"text": rule.why + seen, "markdown": f"**{rule.title}**\n\n{rule.why}\n{listed}".rstrip()}


def _uri(rule: Rule) -> str:
    """Where the first of the references that has a lasting address can be read; "" where none has."""
    for pattern, address in _ADDRESSES:
        for ref in rule.refs:
            if match := re.search(pattern, ref):
                return address.format(match[1])
    return ""


def _result(
    finding: Finding, place: int, artifacts: dict[str, int], names: Mapping[UUID | None, str]
) -> dict[str, Any]:
    message = finding.detail + (f"\n\nFix:\n{chr(10).join(finding.fix)}" if finding.fix else "")
    places = [_location(one, artifacts, names) for one in finding.evidence]
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": _LEVELS[finding.severity],
        "kind": "fail",
        "message": {"text": message},
        "locations": places[:1],
        "partialFingerprints": {"oberaconnectFinding/v1": finding.id, "primaryLocationLineHash": f"{finding.id}:1"},
        "properties": {"severity": finding.severity, "isDefault": finding.is_default},
    }
    if places[1:]:
        made["relatedLocations"] = [{"id": number, **one} for number, one in enumerate(places[1:], start=1)]
    if finding.waived:
        made["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": finding.waived.reason,
                "properties": {"by": finding.waived.by, "expiresOn": str(finding.waived.expires_on or "")},
            }
        ]
    else:
        made["suppressions"] = []
    return made


def _location(evidence: Evidence, artifacts: dict[str, int], names: Mapping[UUID | None, str]) -> dict[str, Any]:
    uri = quote(names.get(evidence.config_id) or evidence.device or "configuration", safe="")
    index = artifacts.setdefault(uri, len(artifacts))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "index": index},
            "region": {
                "startLine": evidence.line_start,
                "endLine": max(evidence.line_start, evidence.line_end),
                "snippet": {"text": evidence.text},
            },
        },
        "logicalLocations": [{"name": evidence.device or "device", "kind": "device"}],
    }
