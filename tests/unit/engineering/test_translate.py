"""A configuration in the words of another platform: read again it must say what it is called exact to say."""

from pathlib import Path

import pytest

from engineering_api import platforms
from engineering_api.parsing import Parsed, parse
from engineering_api.translate.translate import TARGETS, Translation, translate
from oberaconnect.problems import Unprocessable

CONFIGS = Path(__file__).parents[2] / "configs"
SOURCES = [
    ("cisco_ios", "cisco_ios/access-switch.cfg"),
    ("arista_eos", "arista_eos/leaf.cfg"),
    ("hp_procurve", "hp_procurve/access-switch.cfg"),
    ("juniper_junos", "juniper_junos/srx-branch.conf"),
    ("cisco_asa", "cisco_asa/branch-firewall.cfg"),
    ("fortinet", "fortinet/branch-60f.conf"),
    ("pfsense", "pfsense/office.xml"),
]
SWITCH = """\
hostname sw1
vlan 10
 name Staff
vlan 20
 name Voice
interface GigabitEthernet1/0/1
 description desk
 switchport mode access
 switchport access vlan 10
interface GigabitEthernet1/0/2
 switchport mode access
 switchport access vlan 20
 shutdown
interface GigabitEthernet1/0/48
 switchport trunk native vlan 10
 switchport trunk allowed vlan 10,20
 switchport mode trunk
interface Vlan10
 ip address 10.1.10.2 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.1.10.1
ntp server 10.1.10.5
end
"""
FIREWALL = """\
ASA Version 9.16(4)
hostname fw1
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0
object network WEB
 host 10.0.0.80
object-group network ADMINS
 network-object 198.51.100.0 255.255.255.0
access-list OUT extended permit tcp any object WEB eq 443
access-list OUT extended permit tcp object-group ADMINS object WEB eq 22 log
access-list OUT extended deny ip any any
access-group OUT in interface outside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
"""


def read(text: str, platform: str) -> Parsed:
    return parse(text.encode(), fingerprint=lambda secret: "00aa11", platform=platform)


def turned(text: str, source: str, target: str, **options: object) -> tuple[Translation, Parsed]:
    parsed, to = read(text, source), platforms.named(target)
    given = options.get("given") or {}
    scope = options.get("scope") or []
    assert isinstance(given, dict)
    assert isinstance(scope, list)
    pair = (parsed.platform, to)
    made = translate(parsed.device, parsed.texts, pair, lambda one: read(one, to.name), given=given, scope=scope)
    return made, read("\n".join(made.lines) + "\n", target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("source", "name"), SOURCES)
def test_every_line_is_in_the_map_once_and_all_that_is_written_is_understood(
    source: str, name: str, target: str
) -> None:
    text = (CONFIGS / name).read_text()
    made, again = turned(text, source, target)
    lines = [line for one in made.mapped for line in range(one.source.first, one.source.last + 1)]
    assert lines == list(range(1, len(read(text, source).texts) + 1))
    assert [one.text for one in again.device.unparsed] == []
    assert all(one.status == "exact" or one.note for one in made.mapped)
    assert all(one.target is None or 1 <= one.target.first <= one.target.last <= len(made.lines) for one in made.mapped)


@pytest.mark.parametrize("target", ["cisco_ios", "arista_eos", "cisco_nxos", "aruba_aoscx"])
def test_ports_vlans_and_routes_of_a_switch_are_exact(target: str) -> None:
    made, again = turned(SWITCH, "cisco_ios", target)
    assert {one.status for one in made.mapped} == {"exact"}
    ports = {one.description: one for one in again.device.interfaces}
    assert ports["desk"].access_vlan == 10
    trunk = next(one for one in again.device.interfaces if one.mode == "trunk")
    assert (trunk.native_vlan, trunk.trunk_vlans) == (10, [10, 20])
    assert [(str(one.prefix), one.gateway) for one in again.device.routes] == [("0.0.0.0/0", "10.1.10.1")]
    assert [str(one.value) for port in again.device.interfaces for one in port.addresses] == ["10.1.10.2/24"]


def test_procurve_names_the_ports_in_its_vlans() -> None:
    made, again = turned(SWITCH, "cisco_ios", "hp_procurve")
    assert "   untagged 1,48" in made.lines
    assert "   tagged 48" in made.lines
    assert {one.id: one.name for one in again.device.vlans}[20] == "Voice"


def test_a_firewall_becomes_policies_that_decide_alike() -> None:
    made, again = turned(FIREWALL, "cisco_asa", "fortinet")
    assert made.trials.run >= 2
    assert made.trials.agreed == made.trials.run
    policies = [one for one in again.device.access_lists if one.name == "policy" or one.kind == "policy"]
    rules = [rule for one in policies for rule in one.rules]
    assert [rule.action for rule in rules] == ["permit", "permit", "deny"]
    assert rules[1].source_ends.names == ["ADMINS"]
    assert rules[1].is_logged


def test_a_firewall_comes_back_the_same() -> None:
    forti, _ = turned(FIREWALL, "cisco_asa", "fortinet")
    back, again = turned("\n".join(forti.lines) + "\n", "fortinet", "cisco_asa")
    assert back.trials.agreed == back.trials.run
    assert {one.name for one in again.device.address_objects} >= {"WEB", "ADMINS"}


def test_names_of_interfaces_can_be_given_and_sections_chosen() -> None:
    made, _ = turned(
        SWITCH, "cisco_ios", "arista_eos", given={"GigabitEthernet1/0/1": "Ethernet7"}, scope=["interfaces"]
    )
    assert "interface Ethernet7" in made.lines
    assert not any(line.startswith(("vlan ", "hostname ", "ip route")) for line in made.lines)


def test_no_secret_is_carried_over() -> None:
    text = SWITCH + "username admin secret 5 $1$inve$ntedhash\nsnmp-server community inventedword RO\n"
    for target in TARGETS:
        made, _ = turned(text, "cisco_ios", target)
        assert "REDACTED" not in "\n".join(made.lines)


def test_what_cannot_be_written_is_told() -> None:
    with pytest.raises(Unprocessable, match="Nothing is written for"):
        turned(SWITCH, "cisco_ios", "pfsense")
    with pytest.raises(Unprocessable, match="no section"):
        turned(SWITCH, "cisco_ios", "arista_eos", scope=["nonsense"])


PHONES = """\
hostname sw1
vlan 10
 name Staff
vlan 20
 name Voice
interface Port-channel1
 switchport mode trunk
 switchport trunk native vlan 999
 switchport trunk allowed vlan 10,20
interface GigabitEthernet1/0/1
 switchport mode access
 switchport access vlan 10
 switchport voice vlan 20
 spanning-tree portfast
 spanning-tree bpduguard enable
interface GigabitEthernet1/0/2
 no switchport
 ip address 10.0.0.1 255.255.255.252
interface GigabitEthernet1/0/47
 channel-group 1 mode active
 switchport mode trunk
 switchport trunk native vlan 999
 switchport trunk allowed vlan 10,20
interface Vlan10
 ip address 10.1.10.2 255.255.255.0
 ip helper-address 10.1.99.5
 ip access-group STAFF in
interface Vlan20
 ip address 10.1.20.2 255.255.255.0
ip route 10.9.0.0 255.255.0.0 10.1.10.1 200
ip access-list extended STAFF
 permit tcp 10.1.10.0 0.0.0.255 host 10.1.99.5 eq 443
 deny ip any 10.1.99.0 0.0.0.255 log
 permit ip any any
end
"""


def status(made: Translation, text: str, source: str) -> str:
    line = source.splitlines().index(text) + 1
    return next(one.status for one in made.mapped if one.source.first <= line <= one.source.last)


def test_an_aggregate_of_aos_cx_speaks_lacp_and_its_members_say_nothing_of_vlans() -> None:
    made, _ = turned(PHONES, "cisco_ios", "aruba_aoscx")
    at = made.lines.index("interface lag 1")
    assert "    lacp mode active" in made.lines[at : at + 6]
    member = made.lines.index("interface 1/1/47")
    assert made.lines[member + 1 : member + 3] == ("    lag 1", "    no shutdown")


def test_a_port_with_a_phone_keeps_its_voice_vlan_and_its_protections() -> None:
    for target in ("aruba_aoscx", "hp_procurve", "cisco_nxos", "arista_eos"):
        again = turned(PHONES, "cisco_ios", target)[1]
        desk = next(one for one in again.device.interfaces if "portfast" in one.protections)
        assert {10, 20} <= {desk.access_vlan, desk.native_vlan, desk.voice_vlan, *(desk.trunk_vlans or ())}, target
        assert "bpdu-guard" in desk.protections


@pytest.mark.parametrize("target", ["juniper_junos", "mikrotik_routeros", "fortinet"])
def test_what_a_target_does_not_say_of_a_port_is_not_called_exact(target: str) -> None:
    made, _ = turned(PHONES, "cisco_ios", target)
    assert status(made, "interface GigabitEthernet1/0/1", PHONES) != "exact"


def test_access_lists_and_relays_go_to_switches_of_aruba() -> None:
    for target, put in (
        ("aruba_aoscx", "apply access-list ip STAFF routed-in"),
        ("hp_procurve", 'ip access-group "STAFF" in'),
    ):
        made, again = turned(PHONES, "cisco_ios", target)
        assert put in [line.strip() for line in made.lines]
        assert status(made, " deny ip any 10.1.99.0 0.0.0.255 log", PHONES) == "exact"
        assert [one.action for one in again.device.access_lists[0].rules] == ["permit", "deny", "permit"]
        assert next(one for one in again.device.interfaces if one.vlan == 10).dhcp_relays == ["10.1.99.5"]


def test_a_native_vlan_that_is_not_allowed_stays_so_on_procurve() -> None:
    made, again = turned(PHONES, "cisco_ios", "hp_procurve")
    trunk = next(one for one in again.device.interfaces if one.name == "Trk1")
    assert (trunk.native_vlan, trunk.trunk_vlans) == (None, [10, 20])
    assert "   no untagged Trk1" in made.lines


def test_procurve_routes_by_vlans_with_the_distance_and_is_told_to_route() -> None:
    made, _ = turned(PHONES, "cisco_ios", "hp_procurve")
    assert "ip routing" in made.lines
    assert "ip route 10.9.0.0 255.255.0.0 10.1.10.1 distance 200" in made.lines
    assert status(made, " ip address 10.0.0.1 255.255.255.252", PHONES) == "approx"


def test_the_untagged_vlan_of_procurve_is_allowed_on_a_trunk_of_ios() -> None:
    text = 'hostname "sw"\nvlan 20\n   tagged 24\n   exit\nvlan 99\n   untagged 24\n   exit\n'
    made, _ = turned(text, "hp_procurve", "cisco_ios")
    assert " switchport trunk native vlan 99" in made.lines
    assert " switchport trunk allowed vlan 20,99" in made.lines


def test_lines_of_a_port_that_are_not_written_are_not_called_exact() -> None:
    text = (
        "hostname sw1\ninterface GigabitEthernet1/0/1\n description speed test\n no switchport\n"
        " ip address 10.0.0.1 255.255.255.0\n ip ospf 1 area 0\n speed 100\n storm-control broadcast level 1\nend\n"
    )
    made, _ = turned(text, "cisco_ios", "aruba_aoscx")
    said = {line: status(made, line, text) for line in text.splitlines()}
    assert {said[" ip ospf 1 area 0"], said[" speed 100"], said[" storm-control broadcast level 1"]} == {"unsupported"}
    assert said[" description speed test"] in ("exact", "approx")
