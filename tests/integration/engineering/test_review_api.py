"""Reviews of changes over HTTP, and the history of a device."""

from typing import Any

import pytest
from tests.devices import Devices

BEFORE = """\
hostname sw-review
!
username admin privilege 15 secret 5 $1$inve$ntedhash
vlan 10
 name Staff
vlan 20
 name Voice
!
interface GigabitEthernet1/0/1
 description desk
 switchport mode access
 switchport access vlan 10
!
interface GigabitEthernet1/0/48
 description uplink
 switchport mode trunk
 switchport trunk allowed vlan 10,20
!
interface Vlan10
 ip address 10.1.10.2 255.255.255.0
!
ip route 0.0.0.0 0.0.0.0 10.1.10.1
ip ssh version 2
line vty 0 4
 transport input ssh
end
"""
AFTER = BEFORE.replace("allowed vlan 10,20", "allowed vlan 10").replace("description desk", "description desk 7")


def _codes(answer: Any) -> set[str]:
    return {reason["code"] for reason in answer["risk"]["reasons"]}


def test_a_review_of_two_texts_tells_differences_commands_and_their_way_back(devices: Devices) -> None:
    found = devices.post("/changes/review", {"before": {"text": BEFORE}, "after": {"text": AFTER}})
    paths = {change["path"]: change for change in found["diff"]["semantic"]}
    trunk = paths["interfaces/GigabitEthernet1/0/48/trunk_vlans"]
    assert (trunk["op"], trunk["old"], trunk["new"]) == ("changed", [10, 20], [10])
    assert trunk["lines"] == {"before": [17, 17], "after": [17, 17]}
    assert "-description" not in found["diff"]["text"]
    assert "- description desk\n+ description desk 7" in found["diff"]["text"]
    assert found["remediation"] == [
        "interface GigabitEthernet1/0/1",
        "  description desk 7",
        "interface GigabitEthernet1/0/48",
        "  switchport trunk allowed vlan 10",
    ]
    assert found["rollback"][-1] == "  switchport trunk allowed vlan 10,20"
    assert "vlan-removed-from-trunk" in _codes(found)
    assert found["verdict"] == "go with mitigation"
    assert found["postchecks"][0]["command"] == "show running-config"


def test_a_configuration_may_be_said_by_its_text_or_its_id_alone(devices: Devices) -> None:
    (kept,) = devices.keep(("sw.cfg", BEFORE))
    in_full = devices.post("/changes/review", {"before": {"text": BEFORE}, "after": {"text": AFTER}})
    for before in (BEFORE, kept):
        short = devices.post("/changes/review", {"before": before, "after": AFTER})
        assert (short["remediation"], short["verdict"]) == (in_full["remediation"], in_full["verdict"])
    described = devices.get("/openapi.json")["components"]["schemas"]["ReviewRequest"]["properties"]["before"]
    assert {one.get("type", "object") for one in described["anyOf"]} == {"string", "object"}


def test_every_piece_of_evidence_quotes_its_lines(devices: Devices) -> None:
    [config_id] = devices.keep(("sw.cfg", BEFORE))
    found = devices.post("/changes/review", {"before": {"config_id": config_id}, "after": {"text": AFTER}})
    sides = {"before": BEFORE.splitlines(), "after": AFTER.splitlines()}
    evidence = [one for reason in found["risk"]["reasons"] for one in reason["evidence"]]
    assert evidence
    for one in evidence:
        quoted = "\n".join(sides[one["side"]][one["line_start"] - 1 : one["line_end"]])
        assert one["text"] == quoted
        assert one["device"] == "sw-review"
        assert one["config_id"] == (config_id if one["side"] == "before" else None)


def test_commands_are_tried_and_what_cannot_be_applied_is_told(devices: Devices) -> None:
    commands = "configure terminal\nvlan 30\nexit\nno ip route 9.9.9.0 255.255.255.0 1.1.1.1\nend\n"
    body = {"before": {"text": BEFORE}, "commands": commands, "platform": "cisco_ios"}
    found = devices.post("/changes/review", body)
    assert found["verdict"] == "go with mitigation"
    assert "not-applied" in _codes(found)
    assert [change["path"] for change in found["diff"]["semantic"]] == ["vlans/30"]
    assert any("9.9.9.0" in warning for warning in found["warnings"])


def test_a_change_that_shuts_out_the_engineer_is_no_go(devices: Devices) -> None:
    body = {
        "before": {"text": BEFORE},
        "commands": ["interface Vlan10", " shutdown"],
        "platform": "cisco_ios",
        "context": {"address": "10.1.10.50"},
    }
    found = devices.post("/changes/review", body)
    assert found["verdict"] == "no-go"
    assert "management-lockout" in _codes(found)
    assert found["risk"]["level"] in ("high", "critical")
    assert any("reload in 10" in one for one in found["mitigations"])


def test_erasing_is_seen_though_it_changes_no_line(devices: Devices) -> None:
    body = {"before": {"text": BEFORE}, "commands": "write erase\nreload\n", "platform": "ios"}
    found = devices.post("/changes/review", body)
    assert found["verdict"] == "no-go"
    assert found["diff"]["semantic"] == []
    assert "'write erase' destroys" in found["explanation"]


def test_a_platform_that_is_not_known_is_compared_as_text(devices: Devices) -> None:
    text = "sysname sw1\n#\ninterface GigabitEthernet1/0/1\n port access vlan 10\n#\nreturn\n"
    body = {"before": {"text": text}, "after": {"text": text.replace("vlan 10", "vlan 20")}}
    found = devices.post("/changes/review", body)
    assert [one["path"] for one in found["diff"]["semantic"]] == [
        "lines/port access vlan 10",
        "lines/port access vlan 20",
    ]
    assert len(found["warnings"]) == 1
    assert "not recognised" in found["warnings"][0]


def test_no_secret_comes_back_and_commands_ask_for_it(devices: Devices) -> None:
    after = BEFORE.replace("$1$inve$ntedhash", "$1$anot$hersecret") + "snmp-server community invented-one ro\n"
    answer = devices.call("POST", "/changes/review", {"before": {"text": BEFORE}, "after": {"text": after}})
    assert answer.status_code == 200
    assert "hersecret" not in answer.text
    assert "invented-one" not in answer.text
    said: Any = answer.json
    assert any("<enter the " in command for command in said["remediation"])
    assert any("enter it where" in warning for warning in said["warnings"])
    commands = "snmp-server community typed-secret ro\n"
    answer = devices.call("POST", "/changes/review", {"before": {"text": BEFORE}, "commands": commands})
    assert answer.status_code == 200
    assert "typed-secret" not in answer.text


def test_a_change_of_nothing_is_empty_and_may_go(devices: Devices) -> None:
    found = devices.post("/changes/review", {"before": {"text": BEFORE}, "after": {"text": BEFORE}})
    assert found["diff"] == {"text": "", "semantic": []}
    assert (found["risk"]["score"], found["verdict"]) == (0, "go")
    assert found["remediation"] == found["rollback"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"before": {"text": BEFORE}}, 422),
        ({"before": {"text": BEFORE}, "after": {"text": AFTER}, "commands": "x"}, 422),
        ({"before": {}, "after": {"text": AFTER}}, 422),
        ({"before": {"config_id": "00000000-0000-4000-8000-000000000000"}, "after": {"text": AFTER}}, 404),
        ({"before": {"text": BEFORE}, "after": {"text": AFTER}, "context": {"address": "nowhere"}}, 422),
        ({"before": {"text": BEFORE}, "after": {"text": AFTER}, "context": {"interface": "Gi9/9/9"}}, 422),
        ({"before": {"text": "<pfsense><version>1</version></pfsense>"}, "commands": "x", "platform": "pfsense"}, 422),
        ({"before": {"text": BEFORE}, "after": {"text": AFTER}, "platform": "no such thing"}, 422),
        ({"before": {"text": ""}, "after": {"text": ""}}, 200),
        ({"before": {"text": "hello"}, "after": {"text": "\x01\x02" * 40}}, 422),
    ],
)
def test_odd_requests_are_answered_with_a_clear_status(devices: Devices, body: Any, status: int) -> None:
    answer = devices.call("POST", "/changes/review", body)
    assert answer.status_code == status, answer.text


def test_charlie_cannot_review_alices_configuration(devices: Devices) -> None:
    [config_id] = devices.keep(("sw.cfg", BEFORE), who="alice")
    body = {"before": {"config_id": config_id}, "after": {"text": AFTER}}
    assert devices.call("POST", "/changes/review", body, who="alice").status_code == 200
    assert devices.call("POST", "/changes/review", body, who="charlie").status_code == 404
    assert devices.call("GET", f"/configs/{config_id}/changes", who="charlie").status_code == 404


def test_the_history_of_a_device_tells_what_changed_since_the_configuration_before(devices: Devices) -> None:
    [first] = devices.keep(("sw.cfg", BEFORE))
    [second] = devices.keep(("sw.cfg", AFTER))
    [third] = devices.keep(("sw.cfg", AFTER.replace("name Voice", "name Phones")))
    [other] = devices.keep(("other.cfg", BEFORE.replace("sw-review", "sw-other")))
    found = devices.get(f"/configs/{third}/changes")
    assert found["since"] == second
    assert [change["path"] for change in found["diff"]["semantic"]] == ["vlans/20/name"]
    found = devices.get(f"/configs/{third}/changes?since={first}")
    assert {change["path"] for change in found["diff"]["semantic"]} >= {
        "vlans/20/name",
        "interfaces/GigabitEthernet1/0/48/trunk_vlans",
    }
    assert devices.get(f"/configs/{first}/changes")["since"] is None
    assert devices.call("GET", f"/configs/{third}/changes?since={other}").status_code == 422
