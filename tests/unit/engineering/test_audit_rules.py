"""Every rule finds its seeded fault at the right line, and nothing where the fault is mended."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from engineering_api.audit import catalogue, engine
from engineering_api.audit.model import Finding
from engineering_api.chosen import Subject
from engineering_api.parsing import parse

FOLDER = Path(__file__).parents[2] / "configs" / "audit" / "rules"
BASES: dict[str, str] = yaml.safe_load((FOLDER / "bases.yaml").read_text())
#: A base's platform, so that short texts are not taken for another; the others are recognised.
PLATFORMS = {
    "ios": "cisco_ios",
    "ios-switch": "cisco_ios",
    "ios-wan": "cisco_ios",
    "nxos": "cisco_nxos",
    "asa": "cisco_asa",
    "eos": "arista_eos",
    "aoscx": "aruba_aoscx",
    "procurve": "hp_procurve",
    "junos": "juniper_junos",
    "srx": "juniper_junos",
    "fortios": "fortinet",
    "fortios-wan": "fortinet",
    "routeros": "mikrotik_routeros",
    "pfsense": "pfsense",
    "vyos": "ubiquiti_edgeos",
    "vyos-dhcp": "ubiquiti_edgeos",
    "empty": "cisco_ios",
}


@dataclass(frozen=True)
class Case:
    """A rule, a fault and its counterpart."""

    rule: str
    base: str
    said: dict[str, Any]

    def findings(self, which: str) -> list[Finding]:
        subjects = [subject(self, text, number, which) for number, text in enumerate(_many(self.said[which]))]
        return list(engine.audit(subjects, catalogue.chosen(only=[self.rule]), today=date(2026, 1, 1)).findings)


def _many(texts: str | list[str]) -> list[str]:
    return texts if isinstance(texts, list) else [texts]


def subject(case: Case, text: str, number: int, which: str) -> Subject:
    names = case.said.get("names") or ([f"NAME{one}" for one in range(9)] if number else ["NAME"])
    whole = BASES[case.base].replace("@@", text.rstrip("\n"))
    whole += case.said.get("after" if which == "faulty" else "after-clean", "")
    whole = whole.replace("NAME", names[number])
    platform = case.said.get("platform") or PLATFORMS[case.base]
    parsed = parse(whole.encode(), fingerprint=_fingerprint, platform=platform)
    name = parsed.device.identity.hostname or names[number]
    return Subject(None, None, name, "", platform, parsed.device, parsed.texts)


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:6]


def cases() -> list[Case]:
    return [
        Case(said["rule"], said.get("base", "ios"), said)
        for file in sorted(FOLDER.glob("*.yaml"))
        if file.name != "bases.yaml"
        for said in yaml.safe_load(file.read_text())
    ]


CASES = cases()


def _name(case: Case) -> str:
    return f"{case.rule} on {case.said.get('platform') or PLATFORMS[case.base]}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_seeded_fault_is_found_at_its_line(case: Case) -> None:
    found = case.findings("faulty")
    wanted = case.said["line"].strip()
    lines = [one.evidence[0].text.strip().splitlines()[0] for one in found]
    assert any(line.startswith(wanted) for line in lines), (wanted, lines)
    assert all(one.fix and "{" not in " ".join(one.fix) for one in found)
    assert all(one.evidence[0].line_start >= 1 for one in found)


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_nothing_is_found_where_the_fault_is_mended(case: Case) -> None:
    assert [(one.detail, one.evidence[0].text) for one in case.findings("clean")] == []


def test_every_rule_has_a_seeded_fault() -> None:
    assert set(catalogue.rules()) - {case.rule for case in CASES} == set()
