"""Audits over HTTP: findings, SARIF, rules, waivers, scores, and whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.devices import Devices

from engineering_api import api_audit
from oberaconnect.db import as_owner

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
MENDED = SWITCH.replace("telnet ssh", "ssh")
SARIF = api_audit.SARIF


def test_a_kept_configuration_is_audited_with_its_lines(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw-1.cfg", SWITCH), site="Town")
    result = devices.post("/audit", {"config_ids": [config_id]})
    found = next(one for one in result["findings"] if one["rule"] == "mgmt.telnet-enabled")
    assert found["evidence"] == [
        {
            "config_id": config_id,
            "device": "sw-1",
            "line_start": 9,
            "line_end": 9,
            "text": " transport input telnet ssh",
        }
    ]
    assert (found["severity"], found["waived"], found["site"]) == ("high", None, "Town")
    assert result["summary"]["devices"][0]["score"] == result["summary"]["score"] < 100
    assert result["summary"]["counts"]["high"] >= 1
    assert result["summary"]["left_off"] == 0


def test_a_client_a_site_and_a_text_are_audited(devices: Devices) -> None:
    devices.keep(("a.cfg", SWITCH), site="Town")
    devices.keep(("b.cfg", SWITCH.replace("sw-1", "sw-2")), site="Village")
    names = {one["device"] for one in devices.post("/audit", {})["findings"]}
    assert names == {"sw-1", "sw-2"}
    assert {one["device"] for one in devices.post("/audit", {"site": "Town"})["findings"]} == {"sw-1"}
    by_text = devices.post("/audit", {"text": SWITCH, "only": ["mgmt.telnet-enabled"]})
    assert [one["config_id"] for one in by_text["findings"]] == [None]


def test_more_lines_than_fit_together_are_refused_with_a_way_on(devices: Devices) -> None:
    devices.keep(("a.cfg", SWITCH), site="Town")
    (large,) = devices.keep(("b.cfg", SWITCH.replace("sw-1", "sw-2")), site="Village")
    with as_owner(devices.settings) as connection:
        connection.execute("UPDATE engineering_api.config SET lines = 200000 WHERE id = %s", [large])
    refused = devices.call("POST", "/audit", {})
    assert (refused.status_code, "Name a site or the configurations" in refused.text) == (422, True)
    assert devices.call("POST", "/audit", {"site": "Town"}).status_code == 200
    assert devices.call("POST", "/audit", {"config_ids": [large]}).status_code == 200


def test_rules_are_narrowed(devices: Devices) -> None:
    body = {"text": SWITCH, "ruleset": "hardening", "min_severity": "high", "except": ["mgmt.telnet-enabled"]}
    result = devices.post("/audit", body)
    assert "mgmt.telnet-enabled" not in {one["rule"] for one in result["findings"]}
    assert {one["severity"] for one in result["findings"]} <= {"critical", "high"}
    refused = devices.call("POST", "/audit", {"text": SWITCH, "only": ["no.such"]})
    assert (refused.status_code, "no.such" in refused.text) == (422, True)


def test_what_cannot_be_audited_is_refused(devices: Devices) -> None:
    for body in ({}, {"text": "x", "site": "Town"}, {"text": SWITCH, "platform": "nobody's"}, {"ruleset": "none"}):
        assert devices.call("POST", "/audit", body).status_code == 422, body
    assert devices.call("POST", "/audit", {"config_ids": ["00000000-0000-4000-8000-000000000000"]}).status_code == 404


def test_sarif_is_asked_for_by_header_or_query(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw 1.cfg", SWITCH))
    by_query = devices.call("POST", "/audit?format=sarif", {"config_ids": [config_id]})
    by_header = devices.call("POST", "/audit", {"config_ids": [config_id]}, headers={"Accept": SARIF})
    assert by_query.mimetype == by_header.mimetype == SARIF
    assert by_query.json == by_header.json
    log: Any = by_query.json
    run = log["runs"][0]
    assert run["artifacts"] == [{"location": {"uri": "sw%201.cfg"}}]
    assert devices.call("POST", "/audit?format=pdf", {"config_ids": [config_id]}).status_code == 422


def test_a_waiver_counts_until_it_expires_and_is_told_then(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw-1.cfg", SWITCH))
    body = {"rule": "mgmt.telnet-enabled", "reason": "replaced in June", "evidence": "telnet"}
    waiver = devices.post("/waivers", body, status=201)
    asked = {"config_ids": [config_id], "only": ["mgmt.telnet-enabled"]}
    result = devices.post("/audit", asked)
    assert result["findings"][0]["waived"] == {"reason": "replaced in June", "expires_on": None, "by": "local"}
    assert (result["summary"]["score"], result["summary"]["counts"]["waived"]) == (100, 1)
    assert devices.call("DELETE", f"/waivers/{waiver['id']}").status_code == 204
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    devices.post("/waivers", body | {"expires_on": yesterday}, status=201)
    result = devices.post("/audit", asked)
    assert result["findings"][0]["waived"] is None
    assert [(one["expires_on"], one["findings"]) for one in result["summary"]["expired_waivers"]] == [(yesterday, 1)]
    (listed,) = devices.get("/waivers")["items"]
    assert (listed["is_expired"], listed["rule"]) == (True, "mgmt.telnet-enabled")


def test_an_inline_waiver_holds_for_one_audit(devices: Devices) -> None:
    waiver = {"rule": "mgmt.telnet-enabled", "reason": "lab", "device": "sw-1"}
    body = {"text": SWITCH, "only": ["mgmt.telnet-enabled"], "waivers": [waiver]}
    assert devices.post("/audit", body)["findings"][0]["waived"]["reason"] == "lab"
    assert devices.get("/waivers")["items"] == []


def test_a_waiver_for_what_is_not_there_is_refused(devices: Devices) -> None:
    unknown = {"rule": "mgmt.telnet-enabled", "reason": "x", "device_id": "00000000-0000-4000-8000-000000000000"}
    assert devices.call("POST", "/waivers", unknown).status_code == 404
    assert devices.call("POST", "/waivers", {"rule": "no.such", "reason": "x"}).status_code == 422
    assert devices.call("POST", "/waivers", {"rule": "mgmt.telnet-enabled", "reason": "  "}).status_code == 422
    assert devices.call("DELETE", "/waivers/00000000-0000-4000-8000-000000000000").status_code == 404


def test_scores_are_kept_over_time_by_device_and_client(devices: Devices) -> None:
    devices.keep(("sw-1.cfg", SWITCH), ("sw-2.cfg", SWITCH.replace("sw-1", "sw-2")))
    first = devices.post("/audit", {})["summary"]
    devices.post("/audit", {})
    devices.keep(("sw-1.cfg", MENDED))
    second = devices.post("/audit", {})["summary"]
    scores = devices.get("/scores")
    assert [one["device"] for one in scores["device_scores"]].count("sw-1") == 2
    assert [one["device"] for one in scores["device_scores"]].count("sw-2") == 1
    assert (scores["client_scores"][0]["score"], scores["client_scores"][-1]["score"]) == (
        first["score"],
        second["score"],
    )
    device_id = next(one["device_id"] for one in scores["device_scores"] if one["device"] == "sw-1")
    mine = devices.get(f"/scores?device_id={device_id}")["device_scores"]
    assert [one["score"] for one in mine] == sorted(one["score"] for one in mine)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert devices.get(f"/scores?since={tomorrow}")["device_scores"] == []


def test_a_narrowed_audit_leaves_no_score(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw-1.cfg", SWITCH))
    devices.post("/audit", {"config_ids": [config_id], "only": ["mgmt.telnet-enabled"]})
    devices.post("/audit", {"config_ids": [config_id], "min_severity": "high"})
    for_once = [{"rule": "mgmt.telnet-enabled", "reason": "lab"}]
    devices.post("/audit", {"config_ids": [config_id], "waivers": for_once})
    assert devices.get("/scores")["device_scores"] == []


def test_rules_are_listed_with_their_fixes(devices: Devices) -> None:
    rules = devices.get("/rules")
    telnet = next(one for one in rules["items"] if one["code"] == "mgmt.telnet-enabled")
    assert telnet["fix"]["cisco_ios"][-2:] == ["line {line}", " transport input ssh"]
    assert len(rules["items"]) > 90
    assert rules["points"]["info"] == 0
    assert {one["category"] for one in devices.get("/rules?ruleset=vpn")["items"]} == {"vpn"}


def test_charlie_sees_nothing_of_alice(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw-1.cfg", SWITCH), who="alice")
    devices.post("/audit", {"config_ids": [config_id]}, who="alice")
    waiver = devices.post("/waivers", {"rule": "log.off", "reason": "x"}, who="alice", status=201)
    assert devices.call("POST", "/audit", {"config_ids": [config_id]}, who="charlie").status_code == 404
    assert devices.get("/waivers", who="charlie")["items"] == []
    assert devices.get("/scores", who="charlie")["device_scores"] == []
    assert devices.call("DELETE", f"/waivers/{waiver['id']}", who="charlie").status_code == 404
    assert devices.call("GET", "/scores?client=acme", who="charlie").status_code == 403
    assert len(devices.get("/scores", who="bob")["device_scores"]) == 1


def test_a_reader_may_audit_and_not_waive(devices: Devices) -> None:
    body = {"text": SWITCH}
    assert devices.call("POST", "/audit", body, who="alice", scopes=["engineering:read"]).status_code == 200
    waiver = {"rule": "log.off", "reason": "x"}
    assert devices.call("POST", "/waivers", waiver, who="alice", scopes=["engineering:read"]).status_code == 403
