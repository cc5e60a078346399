"""Audits as a whole: clean devices, ids, waivers, scores, SARIF, and configurations that are not meant well."""

import hashlib
import random
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from engineering_api.audit import catalogue, engine, sarif, scoring
from engineering_api.audit.catalogue import BadRule
from engineering_api.audit.model import Finding, Waiver
from engineering_api.chosen import Subject
from engineering_api.parsing import parse
from oberaconnect.problems import Unprocessable

FOLDER = Path(__file__).parents[2] / "configs"
CLEAN = sorted((FOLDER / "audit" / "clean").iterdir())
TODAY = date(2026, 5, 1)

SWITCH = """version 16.9
hostname sw-1
!
interface GigabitEthernet1/0/1
 description desk
 switchport mode access
 switchport access vlan 10
line vty 0 4
 transport input telnet ssh
"""

_TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string"}},
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": -1},
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "uri": {"type": "string", "pattern": "^[A-Za-z0-9._~%-]+$"},
                        "index": {"type": "integer", "minimum": 0},
                    },
                },
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "endLine": {"type": "integer", "minimum": 1},
                        "snippet": _TEXT,
                    },
                },
            },
        },
        "logicalLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"name": {"type": "string"}, "kind": {"type": "string"}},
            },
        },
    },
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_BAG = {
    "type": "object",
    "properties": {"tags": {"type": "array", "uniqueItems": True, "items": {"type": "string"}}},
}
#: The parts of SARIF 2.1.0 that are used, as strict as its own schema is.
SARIF: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"location": {"type": "object", "required": ["uri"]}},
                        },
                    },
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "additionalProperties": False,
                                            "required": ["id"],
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": _TEXT,
                                                "fullDescription": _TEXT,
                                                "help": _TEXT,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": _LEVEL},
                                                },
                                                "properties": _BAG,
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["message"],
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": _LEVEL,
                                "kind": {"const": "fail"},
                                "message": _TEXT,
                                "locations": {"type": "array", "minItems": 1, "items": _LOCATION},
                                "relatedLocations": {"type": "array", "uniqueItems": True, "items": _LOCATION},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                            "justification": {"type": "string"},
                                            "properties": _BAG,
                                        },
                                    },
                                },
                                "properties": _BAG,
                            },
                        },
                    },
                },
            },
        },
    },
}


def subject(text: str, platform: str | None = None, name: str = "") -> Subject:
    parsed = parse(text.encode(errors="replace"), fingerprint=_fingerprint, platform=platform)
    found = name or parsed.device.identity.hostname
    return Subject(None, None, found, "", parsed.platform.name, parsed.device, parsed.texts)


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:6]


def audit(*subjects: Subject, waivers: tuple[Waiver, ...] = (), **asked: Any) -> list[Finding]:
    return list(engine.audit(subjects, catalogue.chosen(**asked), waivers, today=TODAY).findings)


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_on_a_well_kept_device_nothing_above_low_is_found(path: Path) -> None:
    found = audit(subject(path.read_text()))
    assert [(one.rule, one.detail) for one in found if one.severity not in ("low", "info")] == []
    assert len(found) <= 2


def test_the_clean_devices_are_of_every_platform() -> None:
    assert len({subject(path.read_text()).platform for path in CLEAN}) == 14


def test_an_id_is_the_same_when_lines_come_before_it() -> None:
    before = {one.rule: one.id for one in audit(subject(SWITCH))}
    after = {one.rule: one.id for one in audit(subject(SWITCH.replace("!\n", "!\n!\nip cef\n")))}
    assert before["mgmt.telnet-enabled"] == after["mgmt.telnet-enabled"]
    assert before == {rule: after[rule] for rule in before}


def test_ids_of_other_devices_and_of_equal_lines_differ() -> None:
    twice = SWITCH + "line vty 5 15\n transport input telnet ssh\n"
    ids = [one.id for one in audit(subject(twice), subject(twice, name="sw-2"), only=["mgmt.telnet-enabled"])]
    assert len(ids) == len(set(ids)) == 4


def test_evidence_and_fix_are_those_of_the_line() -> None:
    (found,) = audit(subject(SWITCH), only=["mgmt.telnet-enabled"])
    (line,) = found.evidence
    assert (line.line_start, line.line_end, line.text, line.device) == (9, 9, " transport input telnet ssh", "sw-1")
    assert found.fix == ["line vty 0 4", " transport input ssh"]
    assert found.is_default is False


def test_what_is_missing_is_told_as_the_default_at_the_line_of_the_name() -> None:
    (found,) = audit(subject(SWITCH), only=["log.no-syslog"])
    assert (found.is_default, found.evidence[0].text) == (True, "hostname sw-1")


@pytest.mark.parametrize(
    "piece", ["ip access-list extended A\n permit tcp any any eq 22\n", "snmp-server location here\n"]
)
def test_of_a_piece_of_a_configuration_nothing_is_missing(piece: str) -> None:
    assert [one.rule for one in audit(subject(piece, "cisco_ios")) if one.is_default] == []


def test_what_may_be_in_a_line_that_was_not_understood_is_not_missing() -> None:
    assert audit(subject(SWITCH + "frobnicate logging 10.0.0.9\n"), only=["log.no-syslog"]) == []


def test_rules_are_chosen_by_set_severity_and_code() -> None:
    assert {rule.category for rule in catalogue.chosen("vpn")} == {"vpn"}
    assert {rule.severity for rule in catalogue.chosen(min_severity="high")} == {"critical", "high"}
    assert [rule.code for rule in catalogue.chosen(only=["log.off", "log.no-syslog"], without=["log.off"])] == [
        "log.no-syslog"
    ]
    with pytest.raises(Unprocessable, match=r"There is no rule 'log\.gone'"):
        catalogue.chosen(without=["log.gone"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("check: nobody", "there is no predicate nobody"),
        ("check: no_aaa\n    platforms: [cisco_xyz]", "there is no platform cisco_xyz"),
        ("check: no_aaa\n    color: red", "color"),
        ("check: no_aaa\n    together: 'at {number}'", "only a count and places"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_code(changes: str, message: str) -> None:
    text = (
        "category: x\nrulesets: [hygiene]\nrules:\n  - code: a.b\n    title: T\n    severity: low\n    why: W\n"
        f"    fix: {{}}\n    {changes}\n"
    )
    with pytest.raises(BadRule, match=message) as refused:
        catalogue.read("x.yaml", text)
    assert "a.b" in str(refused.value)


def test_every_rule_says_why_and_how_to_mend_it() -> None:
    rules = catalogue.rules().values()
    assert len(rules) >= 160
    assert all(rule.why.endswith(".") and rule.fix and not rule.title.endswith(".") for rule in rules)
    assert all(rule.refs for rule in rules if rule.code != "lines.not-understood")
    assert all("*" in rule.fix or set(rule.platforms) <= set(rule.fix) for rule in rules)


def test_a_waiver_covers_its_rule_device_and_line_until_its_last_day() -> None:
    def waived(**fields: Any) -> list[bool]:
        waiver = Waiver(rule="mgmt.telnet-enabled", reason="until it is replaced", by="anna", **fields)
        found = audit(subject(SWITCH), waivers=(waiver,), only=["mgmt.telnet-enabled", "log.no-syslog"])
        return [one.waived is not None for one in sorted(found, key=lambda one: one.rule, reverse=True)]

    assert waived() == [True, False]
    assert waived(device="SW-1", evidence="telnet", expires_on=TODAY) == [True, False]
    assert waived(device="sw-2") == [False, False]
    assert waived(evidence="rlogin") == [False, False]
    assert waived(expires_on=date(2026, 4, 30)) == [False, False]


def test_a_score_falls_with_each_finding_less_for_the_same_rule_and_not_for_waived_ones() -> None:
    found = audit(subject(SWITCH), only=["mgmt.telnet-enabled"])
    (one,) = found
    assert scoring.score([]) == 100
    assert scoring.score([one]) == round(10_000 / 115, 1)
    assert scoring.score([one, one]) == round(10_000 / 122.5, 1)
    assert scoring.score([one] * 50) >= round(10_000 / 130, 1)
    waiver = Waiver(rule=one.rule, reason="known")
    waived = audit(subject(SWITCH), waivers=(waiver,), only=[one.rule])
    assert scoring.score(waived) == 100
    assert scoring.counts(waived)["waived"] == 1
    assert scoring.counts(waived)["high"] == 0
    assert scoring.categories(found) == {"management": 1}


def test_sarif_has_a_region_a_fingerprint_and_a_suppression() -> None:
    waiver = Waiver(rule="mgmt.telnet-enabled", reason="until it is replaced", by="anna", expires_on=TODAY)
    found = audit(subject(SWITCH), subject(SWITCH.replace("sw-1", "sw-2")), waivers=(waiver,))
    log = sarif.log(found, catalogue.rules(), {None: "running config/öffice.cfg"})
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    result = next(one for one in run["results"] if one["ruleId"] == "mgmt.telnet-enabled")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "running%20config%2F%C3%B6ffice.cfg", "index": 0}
    assert place["region"]["startLine"] == 9
    assert result["suppressions"][0]["justification"] == "until it is replaced"
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "mgmt.telnet-enabled"
    prints = [one["partialFingerprints"]["oberaconnectFinding/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_of_nothing_is_an_empty_run() -> None:
    log = sarif.log([], catalogue.rules(), {})
    jsonschema.validate(log, SARIF)
    assert log["runs"][0]["results"] == []


SAMPLES = sorted(path for path in FOLDER.glob("*/*") if path.is_file() and path.parent.name != "secrets")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_configuration_whole_cut_or_shuffled_breaks_an_audit(path: Path) -> None:
    lines = path.read_text().splitlines()
    shuffled = random.Random(7).sample(lines, len(lines))
    texts = ["\n".join(lines), "\n".join(lines[: len(lines) // 2]), "\n".join(shuffled)]
    subjects = [subject(text, path.parent.name, name=f"d{number}") for number, text in enumerate(texts)]
    found = audit(*subjects)
    ids = [one.id for one in found]
    assert len(set(ids)) == len(ids)
    for one in found:
        assert 1 <= one.evidence[0].line_start <= one.evidence[0].line_end
        assert one.evidence[0].line_end <= len(lines)


PORTS = "hostname sw-1\n" + "".join(
    f"interface GigabitEthernet1/0/{number}\n switchport mode access\n spanning-tree portfast\n"
    f" switchport access vlan {10 if number % 2 else 1}\n"
    for number in range(1, 49)
)


def test_what_is_so_at_many_ports_is_one_finding_with_the_lines_and_commands_of_each() -> None:
    (found,) = audit(subject(PORTS, "cisco_ios"), only=["l2.access-port-in-vlan-1"])
    assert found.detail.startswith("24 ports for devices are in VLAN 1: GigabitEthernet1/0/2, GigabitEthernet1/0/4,")
    assert [one.text for one in found.evidence] == [" switchport access vlan 1"] * 24
    assert [line for line in found.fix if line.startswith("interface ")] == [
        f"interface GigabitEthernet1/0/{number}" for number in range(2, 49, 2)
    ]
    (guard,) = audit(subject(PORTS, "cisco_ios"), only=["l2.no-bpdu-guard"])
    assert len(guard.evidence) == 48
    assert guard.fix == ["spanning-tree portfast bpduguard default"]


def test_a_finding_of_many_ports_is_the_same_with_a_port_more_and_apart_from_what_is_waived() -> None:
    before = audit(subject(PORTS, "cisco_ios"), only=["l2.access-port-in-vlan-1"])
    fewer = audit(subject(PORTS.replace("vlan 1\n", "vlan 20\n", 5), "cisco_ios"), only=["l2.access-port-in-vlan-1"])
    assert [one.id for one in before] == [one.id for one in fewer]
    waiver = Waiver(rule="l2.no-bpdu-guard", reason="a known bridge", evidence="GigabitEthernet1/0/7\n")
    waived, rest = sorted(
        audit(subject(PORTS, "cisco_ios"), waivers=(waiver,), only=["l2.no-bpdu-guard"]),
        key=lambda one: len(one.evidence),
    )
    assert (len(waived.evidence), len(rest.evidence)) == (1, 47)
    assert (waived.waived is not None, rest.waived) == (True, None)
    assert rest.id == audit(subject(PORTS, "cisco_ios"), only=["l2.no-bpdu-guard"])[0].id


def test_a_list_that_is_defined_nowhere_is_to_be_defined_or_taken_away_and_never_to_deny_all() -> None:
    text = "hostname r1\ninterface Vlan10\n ip address 10.0.0.1 255.255.255.0\n ip access-group GONE in\n"
    text += "line vty 0 4\n access-class GONE in\n login local\n"
    (found,) = audit(subject(text, "cisco_ios"), only=["fw.acl-undefined"])
    assert found.fix == [
        "Define GONE with the rules that are meant, or take it away where it is used: interface Vlan10 in",
        "interface Vlan10",
        " no ip access-group GONE in",
        "line vty 0 4",
        " no access-class GONE in",
    ]


def test_braces_and_long_names_in_a_configuration_stay_what_they_are() -> None:
    hostile = "hostname x\ninterface Gi0/1\n ip address 10.0.0.1 255.255.255.0\n"
    hostile += "username {user.__class__} password 0 x-1-y-2-z\n"
    found = audit(subject(hostile, "cisco_ios"), only=["secret.plain-password"])
    assert found[0].fix[0] == "no username {user.__class__}"


def test_ten_thousand_findings_of_a_rule_are_told_as_some_and_a_number() -> None:
    users = "".join(f"username u{number} password 0 word-{number}-word\n" for number in range(1_000))
    rules = catalogue.chosen(only=["secret.plain-password"])
    audited = engine.audit([subject("hostname x\n" + users, "cisco_ios")], rules, today=TODAY)
    assert (len(audited.findings), audited.left_off) == (200, 800)


def test_what_is_found_between_devices_is_the_same_whenever_it_is_found() -> None:
    end = (
        "hostname {name}\ninterface GigabitEthernet0/0\n ip address {own} 255.255.255.248\n crypto map VPN\n"
        "crypto isakmp policy 10\n encr aes 256\n hash sha256\n authentication pre-share\n group {group}\n"
        "crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac\n"
        "crypto map VPN 10 ipsec-isakmp\n set peer {peer}\n set transform-set TS\n match address 101\n"
    )
    one = end.format(name="one", own="203.0.113.2", peer="198.51.100.2", group=14)
    other = end.format(name="other", own="198.51.100.2", peer="203.0.113.2", group=19)
    runs = [
        [(found.id, found.device) for found in audit(subject(one, "cisco_ios"), subject(other, "cisco_ios"))]
        for _ in range(8)
    ]
    assert all(run == runs[0] for run in runs)
    assert "vpn.ends-proposals-differ" in {
        found.rule for found in audit(subject(one, "cisco_ios"), subject(other, "cisco_ios"))
    }
