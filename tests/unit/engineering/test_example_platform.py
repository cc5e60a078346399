"""The example of docs/platforms.md: a platform of somebody who read that page, added as one module."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engineering import fingerprint

from engineering_api import platforms
from engineering_api.parsing import Parsed, parse

_ROOT = Path(__file__).parents[3]
_EXAMPLE = _ROOT / "tests" / "examples" / "jetstream.py"
SWITCH = """!SG3428
#
vlan 10
 name "Staff"
#
vlan 20
 name "Voice"
#
hostname "wells-sw2"
#
ip management-vlan 10
#
user name admin privilege admin secret 5 $1$J0C1K5H7$sampleOnlyNotASecret00
#
system-time ntp UTC+00:00 10.30.10.1 9.9.9.9 12
#
telnet disable
ip http secure-server
#
snmp-server
snmp-server community "public" read-only "viewDefault"
#
interface gigabitEthernet 1/0/1
  description "wells-gw ether4"
  switchport general allowed vlan 20 tagged
  switchport pvid 10
  frobnicate
#
interface gigabitEthernet 1/0/2
  switchport pvid 10
  shutdown
#
interface vlan 10
  ip address 10.30.10.3 255.255.255.0
  no ipv6 enable
#
ip route 0.0.0.0 0.0.0.0 10.30.10.1
ip route 10.0.0.0 255.0.255.0 10.30.10.1
#
end
"""


@pytest.fixture
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parsed]:
    """What is made of the switch's configuration once the module lies beside the other platforms."""
    shutil.copy(_EXAMPLE, tmp_path)
    monkeypatch.setattr(platforms, "__path__", [*platforms.__path__, str(tmp_path)])
    platforms.known.cache_clear()
    yield parse(SWITCH.encode(), fingerprint=fingerprint)
    platforms.known.cache_clear()


def test_the_module_alone_makes_the_platform_known_and_recognised(parsed: Parsed) -> None:
    assert (parsed.platform.name, parsed.platform.title) == ("tplink_jetstream", "TP-Link JetStream")
    assert parsed.confidence > 0.9
    assert platforms.named("JetStream") is parsed.platform


def test_its_lines_are_facts_and_what_it_does_not_know_is_told(parsed: Parsed) -> None:
    device = parsed.device
    assert (device.identity.hostname, device.identity.model) == ("wells-sw2", "SG3428")
    uplink, spare, own = device.interfaces
    assert (uplink.mode, uplink.native_vlan, uplink.trunk_vlans) == ("trunk", 10, [20])
    assert (uplink.source, uplink.line_of("native_vlan")) == ((23, 27), (26, 26))
    assert (spare.access_vlan, spare.is_enabled, own.vlan) == (10, False, 10)
    assert [str(one.value) for one in own.addresses] == ["10.30.10.3/24"]
    assert [(vlan.id, vlan.name) for vlan in device.vlans] == [(10, "Staff"), (20, "Voice")]
    assert [(one.protocol, one.is_enabled) for one in device.management] == [("telnet", False), ("https", True)]
    assert [one.is_well_known for one in device.snmp] == [True]
    assert [one.address for one in device.servers] == ["10.30.10.1", "9.9.9.9"]
    assert len(device.routes) == 1
    assert [line.text for line in device.unparsed] == ["frobnicate", "ip route 10.0.0.0 255.0.255.0 10.30.10.1"]
    assert "sampleOnlyNotASecret00" not in "\n".join(parsed.texts)


def test_without_the_module_it_is_not_known() -> None:
    assert "tplink_jetstream" not in platforms.known()


def test_the_page_shows_the_module_as_it_is() -> None:
    page = (_ROOT / "docs" / "platforms.md").read_text()
    (shown,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "PLATFORM = " in block]
    assert shown == _EXAMPLE.read_text()


def test_the_page_has_a_line_for_each_platform() -> None:
    page = (_ROOT / "docs" / "platforms.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(platforms.known()) - {"unknown"}
