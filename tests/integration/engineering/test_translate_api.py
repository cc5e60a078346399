"""Translation of configurations over HTTP."""

from typing import Any

import pytest
from tests.devices import Devices

SWITCH = """\
hostname sw1
vlan 10
 name Staff
interface GigabitEthernet1/0/1
 description desk
 switchport mode access
 switchport access vlan 10
username admin secret 5 $1$inve$ntedhash
ip route 0.0.0.0 0.0.0.0 10.1.10.1
line vty 0 4
 transport input ssh
end
"""


def test_a_switch_is_translated_with_its_map(devices: Devices) -> None:
    found = devices.post("/translate", {"from": "cisco_ios", "to": "aruba_aoscx", "text": SWITCH})
    assert (found["from"], found["to"]) == ("cisco_ios", "aruba_aoscx")
    assert "    vlan access 10" in found["text"].splitlines()
    rows = {tuple(row["src_lines"]): row for row in found["map"]}
    assert rows[(4, 7)]["status"] == "exact"
    first, last = rows[(4, 7)]["dst_lines"]
    assert found["text"].splitlines()[first - 1] == "interface 1/1/1"
    assert last > first
    assert rows[(8, 8)]["status"] == "unsupported"
    assert found["summary"]["names"]["GigabitEthernet1/0/1"] == "1/1/1"
    assert sum(found["summary"][name] for name in ("exact", "approx", "unsupported", "silent")) == 12
    assert "hash" not in found["text"]


def test_a_kept_configuration_is_translated_for_its_own_client_alone(devices: Devices) -> None:
    [config_id] = devices.keep(("sw.cfg", SWITCH), who="alice")
    body = {"to": "arista_eos", "config_id": config_id, "names": {"GigabitEthernet1/0/1": "Ethernet9"}}
    assert "interface Ethernet9" in devices.post("/translate", body, who="alice")["text"]
    assert devices.call("POST", "/translate", body, who="charlie").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"to": "arista_eos"},
        {"to": "nonsense", "text": SWITCH},
        {"to": "pfsense", "text": SWITCH, "from": "ios"},
        {"to": "arista_eos", "text": "hello"},
        {"to": "arista_eos", "text": SWITCH, "from": "ios", "scope": ["nonsense"]},
        {"to": "arista_eos", "text": SWITCH, "config_id": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_what_cannot_be_translated_is_told(devices: Devices, body: Any) -> None:
    answer = devices.call("POST", "/translate", body)
    assert answer.status_code == 422, answer.text
