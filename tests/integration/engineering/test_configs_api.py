"""Configurations over HTTP: kept without their secrets, as facts with lines, for their client only."""

import io
import json
from typing import Any

import pytest
from openapi_spec_validator import validate
from tests.devices import Devices
from tests.engineering import CONFIGS

from engineering_api import platforms

SWITCH = """hostname sw1
!
enable secret 5 $1$abcd$J0ZJ1g8Rk1xv9mAhq0yQ1.
username alice privilege 15 password 0 Sesame-Open-42
snmp-server community gr33nh0use RO
!
interface GigabitEthernet1/0/1
 description Reception
 switchport access vlan 30
 switchport mode access
!
interface Vlan30
 ip address 10.0.30.1 255.255.255.0
!
frobnicate the network
!
end
"""
SECRETS = ("J0ZJ1g8Rk1xv9mAhq0yQ1", "Sesame-Open-42", "gr33nh0use")


def test_the_service_describes_itself(devices: Devices) -> None:
    report = devices.get("/health")
    assert (report["status"], report["service"]) == ("pass", "engineering-api")
    document = devices.get("/openapi.json")
    validate(document)
    content = document["paths"]["/api/engineering/configs"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}


def test_a_configuration_becomes_facts_with_their_lines(devices: Devices) -> None:
    kept = devices.post("/configs", {"files": [{"name": "sw1.cfg", "text": SWITCH}], "site": "Bath"}, status=201)
    (file,) = kept["files"]
    assert (file["platform"], file["hostname"]) == ("cisco_ios", "sw1")
    assert file["confidence"] > 0.5
    assert file["unparsed"] == [{"line": 15, "text": "frobnicate the network"}]
    assert file["redactions"]["count"] == 3

    shown = devices.get(f"/configs/{file['config_id']}?section=interfaces,vlans")
    assert set(shown["facts"]) == {"interfaces", "vlans"}
    port = shown["facts"]["interfaces"][0]
    assert port["value"]["name"] == "GigabitEthernet1/0/1"
    assert port["value"]["access_vlan"] == 30
    assert port["source"] == {"config_id": file["config_id"], "line_start": 7, "line_end": 10}
    assert port["fields"]["access_vlan"] == {"line_start": 9, "line_end": 9}


def test_no_secret_comes_back_from_anywhere(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw1.cfg", SWITCH))
    device_id = devices.get("/devices")["items"][0]["id"]
    said = [
        devices.call("GET", path).text
        for path in (f"/configs/{config_id}", f"/configs/{config_id}/text", "/configs", f"/devices/{device_id}")
    ]
    said.append(devices.call("POST", "/parse", {"text": SWITCH}).text)
    assert not [secret for secret in SECRETS if any(secret in text for text in said)]
    lines = devices.get(f"/configs/{config_id}/text?first=4&last=5")["lines"]
    assert lines[0].startswith("username alice privilege 15 password 0 REDACTED-password-")
    assert lines[1].startswith("snmp-server community REDACTED-community-")


def test_the_same_configuration_is_kept_once_and_a_changed_one_is_the_devices_next(devices: Devices) -> None:
    (first,) = devices.keep(("sw1.cfg", SWITCH))
    assert devices.keep(("again.cfg", SWITCH)) == [first]
    (second,) = devices.keep(("sw1.cfg", SWITCH.replace("Reception", "Kitchen")))
    (device,) = devices.get("/devices")["items"]
    assert (device["name"], device["configs"], device["config_id"]) == ("sw1", 2, second)
    listed = devices.get(f"/configs?device_id={device['id']}")["items"]
    assert [(item["number"], item["is_latest"]) for item in listed] == [(2, True), (1, False)]

    assert devices.call("DELETE", f"/configs/{second}").status_code == 204
    assert devices.get(f"/devices/{device['id']}")["config_id"] == first
    assert devices.call("DELETE", f"/configs/{first}").status_code == 204
    assert devices.get("/devices")["items"] == []


def test_a_document_that_is_handed_over_again_makes_no_new_version(devices: Devices) -> None:
    def keep(text: str, document: str) -> str:
        body = {
            "files": [{"name": "sw1.cfg", "text": text}],
            "document_id": f"00000000-0000-4000-8000-00000000000{document}",
        }
        (config_id,) = devices.post("/configs", body, status=201)["config_ids"]
        return str(config_id)

    changed = SWITCH.replace("Reception", "Kitchen")
    old, new = keep(SWITCH, "1"), keep(changed, "2")
    assert keep(SWITCH, "1") == old
    (device,) = devices.get("/devices")["items"]
    assert (device["configs"], device["config_id"]) == (2, new)
    # Another document with the old text says that the device was set back; and a document may change.
    back, other = keep(SWITCH, "3"), keep(changed, "1")
    assert len({old, new, back, other}) == 4


def test_the_same_name_at_two_sites_is_two_devices(devices: Devices) -> None:
    devices.keep(("sw1.cfg", SWITCH), site="Bath")
    devices.keep(("sw1.cfg", SWITCH), site="Wells")
    assert {item["site"] for item in devices.get("/devices")["items"]} == {"Bath", "Wells"}
    assert [item["site"] for item in devices.get("/configs?site=Wells")["items"]] == ["Wells"]


def test_files_are_taken_too_and_one_that_is_none_does_not_stop_the_others(devices: Devices) -> None:
    answer = devices.call(
        "POST",
        "/configs",
        data={
            "file": [
                (io.BytesIO(SWITCH.encode("utf-16")), "../../sw1.cfg"),
                (io.BytesIO(bytes(range(256)) * 40), "photo.jpg"),
            ],
            "site": "Bath",
        },
    )
    assert answer.status_code == 201, answer.text
    told: Any = answer.json
    kept, refused = told["files"]
    assert (kept["name"], kept["hostname"], kept["encoding"]) == ("sw1.cfg", "sw1", "utf-16")
    assert (refused["name"], "not a text file" in refused["problem"]) == ("photo.jpg", True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"files": []}, 422),
        ({"files": [{"text": "hostname x", "platform": "nosuch"}]}, 422),
        ({}, 422),
        ({"files": [{"name": "", "text": ""}]}, 422),
    ],
)
def test_what_cannot_be_kept_is_told(devices: Devices, body: Any, status: int) -> None:
    answer = devices.call("POST", "/configs", body)
    assert answer.status_code == status
    told: Any = answer.json
    assert told["detail"]


def test_an_unknown_device_is_kept_with_every_line_in_the_ledger(devices: Devices) -> None:
    kept = devices.post("/configs", {"files": [{"text": "lorem ipsum\ndolor sit\n"}]}, status=201)
    (file,) = kept["files"]
    assert (file["platform"], file["confidence"], file["parsed"]) == ("unknown", 0.0, 0)
    assert [line["line"] for line in file["unparsed"]] == [1, 2]


def test_charlie_sees_nothing_of_alices_client(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw1.cfg", SWITCH), who="alice")
    device_id = devices.get("/devices", who="alice")["items"][0]["id"]
    for path in (f"/configs/{config_id}", f"/configs/{config_id}/text", f"/devices/{device_id}"):
        assert devices.call("GET", path, who="charlie").status_code == 404
    assert devices.get("/configs", who="charlie")["items"] == []
    assert devices.call("DELETE", f"/devices/{device_id}", who="charlie").status_code == 404
    assert devices.get(f"/configs/{config_id}", who="bob")["client"] == "acme"


def test_originals_are_not_kept_unless_that_is_set(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw1.cfg", SWITCH))
    answer = devices.call("GET", f"/configs/{config_id}/original")
    told: Any = answer.json
    assert (answer.status_code, "CONFIG_ORIGINALS" in told["detail"]) == (409, True)


def test_what_a_command_shows_becomes_rows(devices: Devices) -> None:
    text = (
        "sw1#show ip interface brief\n"
        "Interface              IP-Address      OK? Method Status                Protocol\n"
        "Vlan1                  unassigned      YES unset  administratively down down\n"
        "GigabitEthernet0/1     10.0.0.1        YES NVRAM  up                    up\n"
    )
    shown = devices.post(
        "/parse", {"text": text, "kind": "show", "command": "show ip interface brief", "platform": "cisco_ios"}
    )
    assert (shown["kind"], len(shown["rows"])) == ("show", 2)
    assert "10.0.0.1" in json.dumps(shown["rows"][1])


@pytest.mark.parametrize("platform", sorted(set(platforms.known()) - {"unknown"}))
def test_every_platform_is_recognised_from_its_file(devices: Devices, platform: str) -> None:
    for sample in sorted((CONFIGS / platform).iterdir()):
        parsed = devices.post("/parse", {"text": sample.read_text(encoding="utf-8")})
        assert parsed["platform"] == platform, (sample.name, parsed["guesses"])
        assert parsed["unparsed_count"] <= 0.05 * parsed["lines"], (sample.name, parsed["unparsed"][:5])
