"""Audits as a whole: clean devices, ids, waivers, scores, SARIF, and configurations that are not meant well."""

import hashlib
import random
from datetime import date
from ipaddress import ip_interface
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from engineering_api.audit import catalogue, engine, sarif, scoring
from engineering_api.audit.catalogue import BadRule
from engineering_api.audit.checks.objects import _rings
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
                                                "help": {
                                                    "type": "object",
                                                    "required": ["text"],
                                                    "properties": {
                                                        "text": {"type": "string"},
                                                        "markdown": {"type": "string"},
                                                    },
                                                    "additionalProperties": False,
                                                },
                                                "helpUri": {"type": "string", "pattern": "^https://[^ ]+$"},
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
    assert found.fix[-2:] == ["line vty 0 4", " transport input ssh"]
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
    assert "no username {user.__class__}" in found[0].fix


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


def test_sarif_is_what_github_shows() -> None:
    text = SWITCH.replace("transport input telnet ssh", "transport input ssh") + "ip access-list extended ALONE\n"
    log = sarif.log(audit(subject(text), subject(SWITCH)), catalogue.rules(), {})
    rules = {one["id"]: one for one in log["runs"][0]["tool"]["driver"]["rules"]}
    told = rules["log.no-syslog"]
    assert told["helpUri"] == "https://www.rfc-editor.org/rfc/rfc5424"
    assert told["help"]["text"].startswith(catalogue.rules()["log.no-syslog"].why)
    assert "security" in told["properties"]["tags"]
    assert float(told["properties"]["security-severity"]) == 5.5
    hygiene = [one for one in rules.values() if one["properties"]["tags"] == ["hygiene"]]
    assert all("security-severity" not in one["properties"] for one in hygiene)
    prints = [one["partialFingerprints"]["primaryLocationLineHash"] for one in log["runs"][0]["results"]]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize(
    ("text", "rule", "fix"),
    [
        # a numbered list goes as a whole by "no access-list 101 …", so its rule goes below its section
        (
            "access-list 101 permit ip any any\naccess-list 101 permit tcp any any eq 80\n",
            "fw.redundant-rule",
            ["ip access-list extended 101", " no permit tcp any any eq 80"],
        ),
        (
            "ip access-list standard S\n permit any\n permit host 10.0.0.7\n",
            "fw.redundant-rule",
            ["ip access-list standard S", " no permit host 10.0.0.7"],
        ),
        (
            "ip access-list extended E\n 10 permit ip any any\n 20 permit tcp any any eq 80\n",
            "fw.redundant-rule",
            ["ip access-list extended E", " no 20"],
        ),
        (
            "access-list 11 permit 10.0.0.7\n",
            "fw.acl-not-applied",
            ["! Unless it is to be applied:", "no access-list 11"],
        ),
        (
            "ip access-list standard S\n permit any\n",
            "fw.acl-not-applied",
            ["! Unless it is to be applied:", "no ip access-list standard S"],
        ),
        ("route-map R permit 10\n", "ref.unused", ["no route-map R"]),
        (
            "username anna privilege 15 password 7 046A0A0E2A5A\n",
            "secret.type-7",
            ["no username anna", "username anna privilege 15 algorithm-type scrypt secret NEW-PASSWORD"],
        ),
    ],
)
def test_commands_take_away_what_is_meant_and_no_more(text: str, rule: str, fix: list[str]) -> None:
    whole = "version 16.9\nhostname r1\ninterface Vlan10\n ip address 10.0.0.1 255.255.255.0\n" + text
    (found,) = audit(subject(whole, "cisco_ios"), only=[rule])
    assert found.fix[-len(fix) :] == fix


def test_on_an_old_release_passwords_are_set_as_it_knows_them() -> None:
    text = "version 12.4\nhostname r1\nusername anna password 7 046A0A0E2A5A\n"
    (found,) = audit(subject(text, "cisco_ios"), only=["secret.type-7"])
    assert found.fix[-1] == "username anna secret NEW-PASSWORD"


def test_routeros_finds_the_one_rule_that_is_meant() -> None:
    text = (
        "# 2024-05-02 by RouterOS 7.14.2\n# software id = ABCD-EFGH\n/ip firewall filter\n"
        'add action=accept chain=input comment="for a while" dst-port=8291 in-interface-list=WAN \\\n    protocol=tcp\n'
        "add action=drop chain=input\n/system identity\nset name=r1\n"
    )
    (found,) = audit(subject(text), only=["mgmt.admin-from-outside"])
    assert found.fix[-1] == (
        "/ip firewall filter remove [find chain=input dst-port=8291 in-interface-list=WAN protocol=tcp]"
    )


def test_nothing_locks_out_whoever_enters_the_commands_in_their_order() -> None:
    rules = catalogue.rules()

    def order(code: str, platform: str, *words: str) -> list[int]:
        lines = rules[code].fix[platform]
        return [next(number for number, line in enumerate(lines) if line.strip().startswith(word)) for word in words]

    for places in (
        order("mgmt.no-aaa", "cisco_ios", "username", "enable secret", "aaa new-model", "aaa authentication"),
        order("mgmt.no-aaa", "cisco_asa", "username", "aaa authentication"),
        order("mgmt.vty-without-login", "cisco_ios", "username", "line"),
        order("mgmt.access-from-everywhere", "cisco_asa", "{protocol} ADMIN-NETWORK", "no {protocol}"),
        order("mgmt.vty-without-access-class", "cisco_nxos", "ip access-list", "permit", "line", "access-class"),
        order(
            "l2.no-dhcp-snooping", "cisco_ios", "interface UPLINK", "ip dhcp snooping trust", "ip dhcp snooping vlan"
        ),
        order("routing.ospf-without-authentication", "cisco_ios", "ip ospf message-digest-key", "area 0"),
        order("fw.outside-without-filter", "cisco_ios", "permit tcp any any established", "deny ip any any log"),
        order("fw.outside-without-filter", "ubiquiti_edgeos", "set firewall name {ruleset} rule 10", "set interfaces"),
    ):
        assert places == sorted(places)


def test_a_group_that_holds_itself_by_five_thousand_others_is_found_without_ado() -> None:
    text = "ASA Version 9.16(3)\nhostname fw\n" + "".join(
        f"object-group network G{number}\n group-object G{(number + 1) % 5_000}\n" for number in range(5_000)
    )
    (found,) = audit(subject(text, "cisco_asa"), only=["object.group-in-itself"])
    assert found.detail == "G0 is a member of itself by G1, G2, G3, G4, G5."
    assert found.fix == ["Take G0 out of G4999."]


def end(name: str, platform: str, text: str) -> Subject:
    return subject(text, platform, name)


FORTIGATE = """config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.248
    next
end
config vpn ipsec phase1-interface
    edit "far"
        set interface "wan1"
        set ike-version 2
        set proposal aes256-sha256
        set dhgrp {group}
        set remote-gw 198.51.100.2
    next
end
config vpn ipsec phase2-interface
    edit "far"
        set phase1name "far"
        set proposal aes256-sha256
        set dhgrp {group}
        set src-subnet 10.1.0.0 255.255.255.0
        set dst-subnet 10.2.0.0 255.255.255.0
    next
end
"""
IOS_END = """interface GigabitEthernet0/0
 ip address 198.51.100.2 255.255.255.248
 crypto map VPN
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy POL
 proposal P
crypto ikev2 profile PR
 match identity remote address 203.0.113.2 255.255.255.255
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto map VPN 10 ipsec-isakmp
 set peer 203.0.113.2
 set transform-set TS
 set pfs group14
 set ikev2-profile PR
 match address FAR
ip access-list extended FAR
 permit ip 10.2.0.0 0.0.0.255 10.1.0.0 0.0.0.255
"""
ROUTEROS_END = """/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 name=far
/ip ipsec peer
add address=203.0.113.2/32 exchange-mode=ike2 name=far profile=far
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc name=far pfs-group=modp2048
/ip address
add address=198.51.100.2/29 interface=ether1
/ip ipsec policy
add dst-address=10.1.0.0/24 peer=far proposal=far src-address=10.2.0.0/24 tunnel=yes
"""


@pytest.mark.parametrize(
    ("platform", "text"), [("cisco_ios", IOS_END), ("mikrotik_routeros", ROUTEROS_END)], ids=["ios", "routeros"]
)
def test_ends_of_two_vendors_that_fit_are_not_told_apart_by_their_words(platform: str, text: str) -> None:
    far = end("far", platform, text)
    fits = audit(end("near", "fortinet", FORTIGATE.format(group=14)), far, ruleset="vpn")
    assert [one.detail for one in fits if one.rule.startswith("vpn.ends") or one.rule == "vpn.no-way-back"] == []
    differs = audit(end("near", "fortinet", FORTIGATE.format(group=19)), far, ruleset="vpn")
    assert {one.rule for one in differs if one.rule.startswith("vpn.ends")} == {"vpn.ends-proposals-differ"}


def test_two_vendors_write_the_same_speed_and_mtu_differently() -> None:
    ios = "interface GigabitEthernet0/1\n description to far 1/1/1\n speed {}\n mtu 9178\n switchport mode trunk\n"
    cx = "interface 1/1/1\n    description to near GigabitEthernet0/1\n    speed 1000-full\n    mtu 9198\n"
    far = end("far", "aruba_aoscx", "!Version ArubaOS-CX FL.10.10.1010\nhostname far\n" + cx)

    def told(speed: str) -> list[str]:
        near = end("near", "cisco_ios", "hostname near\n" + ios.format(speed))
        return [one.rule for one in audit(near, far, ruleset="switching") if one.rule.startswith("pair.")]

    assert "pair.speed-differs" not in told("1000")
    assert "pair.mtu-differs" not in told("1000")
    assert "pair.speed-differs" in told("100")


@pytest.mark.parametrize("seed", range(8))
def test_groups_in_themselves_are_those_that_reach_themselves(seed: int) -> None:
    rand = random.Random(seed)
    for _ in range(40):
        keys = [("", f"g{number}") for number in range(rand.randint(1, 7))]
        members = {key: rand.choices(keys, k=rand.randint(0, 3)) for key in keys}
        reached = {key: set(members[key]) for key in keys}
        for _ in keys:
            reached = {key: {far for near in found for far in (near, *members[near])} for key, found in reached.items()}
        rings = list(_rings(members))
        assert bool(rings) == any(key in found for key, found in reached.items())
        for ring in rings:
            assert all(after in members[one] for one, after in zip(ring, [*ring[1:], ring[0]], strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_overlapping_subnets_are_those_that_ipaddress_finds(seed: int) -> None:
    rand = random.Random(seed)
    for _ in range(12):
        chosen = [
            ip_interface((0x0A000000 + rand.randrange(64) * 4 + 1, rand.choice([24, 26, 28, 30])))
            for _ in range(rand.randint(2, 6))
        ]
        text = "hostname r1\n" + "".join(
            f"interface GigabitEthernet0/{number}\n ip address {one.ip} {one.netmask}\n"
            for number, one in enumerate(chosen)
        )
        found = {
            one.rule for one in audit(subject(text, "cisco_ios"), only=["addr.subnets-overlap", "addr.address-twice"])
        }
        pairs = list(combinations(chosen, 2))
        differ = [(a, b) for a, b in pairs if a.network.overlaps(b.network) and a.network != b.network and a.ip != b.ip]
        assert ("addr.subnets-overlap" in found) == bool(differ), text
        assert ("addr.address-twice" in found) == any(a.ip == b.ip for a, b in pairs)


def test_commands_for_a_fortigate_with_domains_say_where_they_belong() -> None:
    text = """#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=1:user=admin
config vdom
edit root
next
edit shop
next
end
config global
config system global
    set hostname "fg"
    set admintimeout 480
end
end
config vdom
edit shop
config firewall policy
    edit 7
        set srcintf "any"
        set dstintf "any"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set service "ALL"
    next
end
end
"""
    found = {one.rule: one.fix for one in audit(subject(text, "fortinet"))}
    assert found["fw.any-any-permit"][:2] == ["config vdom", "edit shop"]
    assert found["fw.any-any-permit"][-6:] == [
        "config firewall policy", "edit 7", "set status disable", "next", "end", "end",
    ]  # fmt: skip
    assert found["mgmt.idle-timeout-long"] == [
        "config global", "config system global", "set admintimeout 10", "end", "end",
    ]  # fmt: skip
