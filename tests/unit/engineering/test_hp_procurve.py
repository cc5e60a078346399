"""What configurations of an ArubaOS-Switch (ProCurve) say, each with its lines."""

import pytest
from tests.engineering import fingerprint, line, port, read, sample, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.parsing import parse

TEXTS = sample("hp_procurve", "access-switch.cfg")


def of(text: str) -> Device:
    """What lines of an ArubaOS-Switch say."""
    return read("hp_procurve", text.splitlines())


@pytest.fixture(scope="module")
def switch() -> Device:
    return read("hp_procurve", TEXTS)


def test_only_the_line_that_is_no_command_is_not_understood(switch: Device) -> None:
    assert [one.text for one in switch.unparsed] == ["this line is no command of a switch"]


def test_prompts_of_a_capture_are_comments_as_those_of_the_switch_are() -> None:
    device = of(
        "! sw1# show running-config\n; J9773A Configuration Editor; Created on release #YA.16.11\n"
        "vlan 1\n! note\n   untagged 1\n   exit\n"
    )
    assert device.unparsed == []
    assert (device.identity.model, device.interfaces[0].access_vlan) == ("J9773A", 1)


def test_the_first_comment_says_model_and_release(switch: Device) -> None:
    who = switch.identity
    assert (who.hostname, who.model, who.version) == ("sw-floor2", "J9773A", "YA.16.11.0016")
    assert who.line_of("model") == line(TEXTS, "; J9773A")


def test_the_lists_of_vlans_become_vlans_of_ports(switch: Device) -> None:
    assert (port(switch, "6").mode, port(switch, "6").access_vlan) == ("access", 20)
    camera = port(switch, "22")
    assert (camera.mode, camera.native_vlan, camera.trunk_vlans) == ("trunk", None, [20, 60])
    core = port(switch, "Trk1")
    assert (core.mode, core.access_vlan, core.native_vlan, core.trunk_vlans) == ("trunk", None, 99, [20, 30, 60])
    assert core.line_of("native_vlan") == line(TEXTS, "untagged Trk1")
    assert [one.access_vlan for one in switch.interfaces if one.name in {"11", "21", "27", "28"}] == [1, 1, 1, 1]


def test_a_port_of_a_desk_with_a_phone_is_an_access_port_with_a_voice_vlan(switch: Device) -> None:
    desk = port(switch, "1")
    assert (desk.mode, desk.access_vlan, desk.voice_vlan) == ("access", 20, 30)


def test_no_untagged_takes_a_port_out_of_a_vlan_wherever_it_stands() -> None:
    device = of("vlan 1\n   untagged 1-3\n   no untagged 2\n   exit\n")
    assert [(one.name, one.access_vlan) for one in device.interfaces] == [("1", 1), ("2", None), ("3", 1)]


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("1-3", ["1", "2", "3"]),
        ("A1-A2,B4", ["A1", "A2", "B4"]),
        ("Trk1-Trk2", ["Trk1", "Trk2"]),
        ("1/1-1/2,2/A1", ["1/1", "1/2", "2/A1"]),
    ],
)
def test_lists_of_ports_are_written_in_several_ways(listed: str, names: list[str]) -> None:
    device = of(f"vlan 5\n   tagged {listed}\n   exit\n")
    assert [one.name for one in device.interfaces] == names
    assert all(one.trunk_vlans == [5] for one in device.interfaces)


def test_vlans_have_names_addresses_and_relays(switch: Device) -> None:
    assert [(one.id, one.name) for one in switch.vlans] == [
        (1, "DEFAULT_VLAN"),
        (20, "Staff"),
        (30, "Voice"),
        (60, "Guests"),
        (99, "Management"),
    ]
    staff = port(switch, "vlan20")
    assert [(str(one.value), one.is_secondary) for one in staff.addresses] == [
        ("10.30.20.1/24", False),
        ("10.30.21.1/24", True),
    ]
    assert staff.dhcp_relays == ["10.30.1.10", "10.30.1.11"]
    assert staff.vlan == 20


def test_trunk_groups_have_members(switch: Device) -> None:
    assert [(one.name, one.aggregate_mode) for one in switch.interfaces if one.aggregate == "Trk1"] == [
        ("25", "lacp"),
        ("26", "lacp"),
    ]
    assert port(switch, "Trk2").kind == "aggregate"


def test_ports_say_what_guards_them(switch: Device) -> None:
    assert set(port(switch, "1").protections) == {"storm-control", "portfast", "bpdu-guard"}
    assert port(switch, "1").is_edge
    assert "dot1x" in port(switch, "7").protections
    assert set(port(switch, "22").protections) == {"dhcp-trust", "arp-trust"}
    assert not port(switch, "2").is_enabled
    assert port(switch, "3").power == "off"
    assert port(switch, "5").acl_in == "GUEST-IN"


def test_the_priority_of_the_spanning_tree_counts_in_steps(switch: Device) -> None:
    assert [(one.mode, one.priorities) for one in switch.spanning_tree] == [("rstp", {"0": 24576})]


def test_rules_have_wildcards_and_both_kinds_of_ports(switch: Device) -> None:
    guests = next(one for one in switch.access_lists if one.name == "GUEST-IN")
    assert [one.id for one in guests.rules] == ["10", "30", "40", "50"]
    assert guests.rules[0].source_ends.is_any
    assert guests.rules[0].services.services[0].source_ports == ["68-68"]
    assert guests.rules[1].destination_ends.networks == ["10.0.0.0/8"]
    assert guests.rules[1].services.is_any
    assert guests.rules[2].services.services[0].ports == ["80-443"]
    assert guests.rules[3].services.services[0].icmp == "8"


def test_authorized_managers_narrow_down_the_ways_to_manage(switch: Device) -> None:
    ways = {one.protocol: one for one in switch.management}
    assert ways["https"].allowed == ["10.30.99.0/24"]
    assert (ways["https"].is_enabled, ways["http"].is_enabled, ways["telnet"].is_enabled) == (True, False, False)
    assert ways["snmp"].allowed == ["10.30.1.40/32"]
    assert (ways["console"].idle_seconds, ways["console"].allowed) == (900, [])


def test_servers_snmp_and_users_are_read(switch: Device) -> None:
    assert [(one.address, one.has_key) for one in switch.servers if one.kind == "radius"] == [
        ("10.30.1.10", True),
        ("10.30.1.11", True),
    ]
    assert [one.address for one in switch.servers if one.kind == "ntp"] == ["10.30.1.10", "10.30.1.11"]
    assert [(one.access, one.is_well_known) for one in switch.snmp if one.version == "2c"] == [
        ("ro", True),
        ("rw", False),
    ]
    assert [(one.name, one.privilege, one.password) for one in switch.users] == [
        ("chief", "manager", "sha1"),
        ("operator", "operator", "sha1"),
    ]
    pool = switch.dhcp_pools[0]
    assert (pool.name, pool.network, pool.lease_seconds) == ("guests", "10.30.60.0/24", 28800)
    assert pool.dns == ["9.9.9.9", "149.112.112.112"]


def test_names_without_definition_and_lists_without_use_are_known(switch: Device) -> None:
    assert {one.name for one in undefined(switch)} == {"GONE"}
    assert {one.name for one in unused(switch)} == {
        "MANAGERS",
        "NOBODY",
    }


def test_a_banner_over_several_lines_is_no_configuration() -> None:
    device = of('banner motd "Only staff.\nvlan 7\nBye."\nvlan 8\n')
    assert [one.id for one in device.vlans] == [8]
    assert [(one.name, one.value) for one in device.settings] == [("banner", "motd")]
    assert device.unparsed == []


def test_routes_may_lead_nowhere(switch: Device) -> None:
    assert [(str(one.prefix), one.gateway, one.is_discard) for one in switch.routes] == [
        ("0.0.0.0/0", "10.30.99.1", False),
        ("0.0.0.0/0", "10.30.99.1", False),
        ("10.77.0.0/16", "", True),
    ]


def test_a_file_that_names_more_ports_than_a_switch_has_is_read_on_without_them() -> None:
    device = read("hp_procurve", [f"interface A{letter}1-A{letter}900" for letter in "ABCDEFGHIJKL"])
    assert device.unparsed
    assert len(device.interfaces) < 6_000


def test_a_capture_that_lost_its_indentation_is_read_by_its_exits() -> None:
    device = of(
        'hostname "sw"\noobm\nno ip address\nexit\nvlan 1\nname "VLAN1"\nno untagged A1\nno ip address\nexit\n'
        'vlan 2\nname "Staff"\nuntagged A1\ntagged A2-A3\nip address 10.30.60.1 255.255.255.0\nexit\nno autorun\n'
        'vlan 3\n   name "Half"\n   tagged A2\nip address 10.30.70.1/24\n   exit\n'
    )
    assert device.unparsed == []
    assert [(one.id, one.name) for one in device.vlans] == [(1, "VLAN1"), (2, "Staff"), (3, "Half")]
    assert port(device, "A1").access_vlan == 2
    assert port(device, "A2").trunk_vlans == [2, 3]
    assert [str(one.value) for face in device.interfaces for one in face.addresses] == [
        "10.30.60.1/24",
        "10.30.70.1/24",
    ]


def test_a_stack_has_the_model_of_its_first_member_and_no_hash_on_a_line_of_its_own() -> None:
    text = (
        "; hpStack_WC Configuration Editor; Created on release #WC.16.11.0025\n"
        'stacking\n   member 1 type "JL323A" mac-address 040973-b4f2c0\n   exit\n'
        'password manager user-name "admin" sha1\n "deadbeef0000000000000000000000000000dead"\n'
    )
    parsed = parse(text.encode(), fingerprint=fingerprint)
    assert (parsed.device.identity.model, parsed.device.identity.version) == ("JL323A", "WC.16.11.0025")
    assert parsed.device.unparsed == []
    assert "deadbeef" not in "".join(parsed.texts)


def test_loopbacks_have_addresses_and_link_local_ones_a_length() -> None:
    device = of(
        "interface loopback 1\n   ip address 10.255.0.1\n   ip ospf 10.255.0.1 area backbone\n   exit\n"
        "vlan 9\n   ipv6 address fe80::9 link-local\n   exit\n"
    )
    assert [(one.name, one.kind) for one in device.interfaces] == [("loopback1", "loopback"), ("vlan9", "vlan")]
    assert [str(one.value) for face in device.interfaces for one in face.addresses] == ["10.255.0.1/32", "fe80::9/64"]
