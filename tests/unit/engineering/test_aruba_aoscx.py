"""What configurations of AOS-CX say, each with its lines."""

import pytest
from tests.engineering import line, port, read, sample, undefined, unused

from engineering_api.facts.device import Device

TEXTS = sample("aruba_aoscx", "core-switch.cfg")


def of(text: str) -> Device:
    """What lines of AOS-CX say."""
    return read("aruba_aoscx", text.splitlines())


@pytest.fixture(scope="module")
def switch() -> Device:
    return read("aruba_aoscx", TEXTS)


def test_only_the_line_that_is_no_command_is_not_understood(switch: Device) -> None:
    assert [one.text for one in switch.unparsed] == ["this line is no command of a switch"]


def test_comments_say_release_model_and_serial_number(switch: Device) -> None:
    who = switch.identity
    assert (who.hostname, who.domain, who.version) == ("core-1", "example.net", "FL.10.13.1010")
    assert (who.model, who.serial) == ("JL664A 6300M 24G 4SFP56 Sw", "SG00EXAM01")
    assert who.line_of("version") == line(TEXTS, "!Version")


def test_the_release_is_known_under_both_names_of_the_system() -> None:
    assert of("!Version AOS-CX HL.10.15.1020\n").identity.version == "HL.10.15.1020"


def test_trunks_say_native_and_allowed_vlans_and_all_is_no_list(switch: Device) -> None:
    access = port(switch, "lag1")
    assert (access.mode, access.native_vlan, access.trunk_vlans) == ("trunk", 99, [20, 30, 99])
    assert access.line_of("trunk_vlans") == line(TEXTS, "vlan trunk allowed 20,30,99")
    assert (access.kind, access.aggregate_mode) == ("aggregate", "active")
    assert access.voice_vlan is None
    link = port(switch, "lag256")
    assert (link.mode, link.native_vlan, link.trunk_vlans) == ("trunk", 1, None)
    assert port(switch, "1/1/1").aggregate == "lag1"


def test_lines_that_go_on_listing_vlans_add_to_them() -> None:
    device = of("interface 1/1/1\n    vlan trunk allowed 1-2\n    vlan trunk allowed 10\n")
    assert device.interfaces[0].trunk_vlans == [1, 2, 10]


def test_a_port_of_a_desk_says_its_vlans_and_guards(switch: Device) -> None:
    desk = port(switch, "1/1/2")
    assert (desk.mode, desk.access_vlan, desk.is_edge, desk.power) == ("access", 20, True, "on")
    assert set(desk.protections) == {"bpdu-guard", "portfast", "loop-protect", "storm-control", "dot1x"}
    phone = port(switch, "1/1/3")
    assert (phone.voice_vlan, phone.acl_in) == (30, "MISSING")
    assert not port(switch, "1/1/4").is_enabled


def test_interfaces_have_addresses_vrfs_gateways_and_relays(switch: Device) -> None:
    staff = port(switch, "vlan20")
    assert [str(one.value) for one in staff.addresses] == ["10.40.20.2/24"]
    assert staff.virtual_addresses == ["10.40.20.1 active-gateway"]
    assert staff.dhcp_relays == ["10.40.1.10"]
    assert (port(switch, "1/1/24").vrf, port(switch, "1/1/24").mode) == ("customers", "routed")
    assert [one.is_secondary for one in port(switch, "vlan41").addresses] == [False, True]
    assert str(port(switch, "mgmt").addresses[0].value) == "10.40.250.5/24"


def test_vlans_may_share_a_line(switch: Device) -> None:
    assert [(one.id, one.name) for one in switch.vlans] == [
        (1, ""),
        (40, ""),
        (41, ""),
        (20, "staff"),
        (30, "phones"),
        (99, "Management"),
    ]


def test_rules_have_numbers_masks_groups_and_comments(switch: Device) -> None:
    staff = next(one for one in switch.access_lists if one.name == "STAFF-IN")
    assert [one.id for one in staff.rules] == ["10", "20", "30", "40", "50"]
    assert (staff.rules[0].is_logged, staff.rules[0].services.services[0].ports) == (True, ["443-443"])
    assert staff.rules[1].source_ends.networks == ["10.40.20.0/24"]
    assert staff.rules[1].destination_ends.names == ["SERVERS"]
    assert (staff.rules[2].services.is_any, staff.rules[2].destination_ends.networks) == (True, ["10.0.0.0/8"])
    assert staff.rules[3].destination_ends.networks == ["10.40.1.1/32"]
    assert staff.rules[4].is_established
    servers = next(one for one in switch.address_objects if one.name == "SERVERS")
    assert servers.ends.networks == ["10.40.1.0/24", "10.40.2.5/32"]


def test_routes_and_routing_are_read_by_vrf(switch: Device) -> None:
    assert [(str(one.prefix), one.gateway, one.vrf, one.distance, one.is_discard) for one in switch.routes] == [
        ("0.0.0.0/0", "192.0.2.11", "customers", None, False),
        ("10.50.0.0/16", "10.40.20.254", "", 20, False),
        ("10.60.0.0/16", "", "", None, True),
        ("::/0", "2001:db8::1", "", None, False),
    ]
    ospf = next(one for one in switch.routing if one.protocol == "ospf")
    assert (ospf.router_id, ospf.networks) == ("10.40.255.1", ["1/1/24 area 0.0.0.0", "vlan20 area 0.0.0.0"])
    bgp = [one for one in switch.routing if one.protocol == "bgp"]
    assert [(one.process, one.vrf, one.router_id) for one in bgp] == [
        ("65010", "", "10.40.255.1"),
        ("65010", "customers", ""),
    ]
    isp = bgp[0].peers[0]
    assert (isp.remote_as, isp.description, isp.has_password) == ("64500", "ISP", True)
    assert isp.filters == ["route-map FROM-ISP in", "route-map TO-ISP out"]


def test_ways_to_manage_are_read_by_vrf(switch: Device) -> None:
    ways = {one.protocol: one for one in switch.management}
    assert ways["ssh"].options[:2] == ["vrf mgmt", "vrf customers"]
    assert ways["telnet"].is_enabled
    assert (ways["https"].options, ways["https"].idle_seconds) == (["vrf default", "vrf mgmt"], 1200)


def test_a_server_that_is_off_in_a_vrf_is_on_in_another() -> None:
    web = of("https-server vrf default\nno https-server vrf mgmt\n").management[0]
    assert (web.is_enabled, web.options) == (True, ["vrf default", "not vrf mgmt"])
    assert not of("no https-server vrf mgmt\n").management[0].is_enabled


def test_servers_users_snmp_and_pools_are_read(switch: Device) -> None:
    assert [
        (one.kind, one.address, one.vrf, one.has_key) for one in switch.servers if one.kind in {"ntp", "radius"}
    ] == [
        ("ntp", "10.40.1.10", "mgmt", False),
        ("ntp", "10.40.1.11", "mgmt", False),
        ("radius", "10.40.1.10", "mgmt", True),
    ]
    assert [(one.name, one.privilege, one.keys) for one in switch.users] == [
        ("admin", "administrators", 0),
        ("robot", "operators", 1),
    ]
    assert [(one.version, one.is_well_known, one.level) for one in switch.snmp] == [
        ("2c", True, ""),
        ("2c", False, ""),
        ("3", False, "priv"),
    ]
    assert (switch.dhcp_pools[0].gateway, switch.dhcp_pools[0].lease_seconds) == ("10.40.41.1", 28800)


def test_a_community_may_say_its_level_and_list_below() -> None:
    device = of("snmp-server community REDACTED-community-1\n    access-level rw\n    access-list ip ONLY\n")
    assert [(one.access, one.acl, tuple(one.source)) for one in device.snmp] == [("rw", "ONLY", (1, 3))]
    assert [one.name for one in device.references] == ["ONLY"]


def test_a_filter_of_the_log_is_no_server() -> None:
    device = of(
        "logging filter quiet\n    enable\n     20 deny event-id 4602\nlogging facility local0\nlogging 10.1.2.3\n"
    )
    assert [one.address for one in device.servers] == ["10.1.2.3"]
    assert device.unparsed == []


def test_settings_say_what_is_on_and_a_banner_is_no_configuration(switch: Device) -> None:
    said = {(one.name, one.is_on, one.value) for one in switch.settings}
    assert ("banner", True, "motd") in said
    assert ("aaa", True, "port-access dot1x") in said
    assert ("remote-support", False, "aruba-central") in said
    assert ("high-availability", True, "vsx primary") in said
    assert [(one.mode, one.priorities) for one in switch.spanning_tree] == [("rpvst", {"20": 8192})]


def test_names_without_definition_and_without_use_are_known(switch: Device) -> None:
    assert {one.name for one in undefined(switch)} == {
        "GONE",
        "NO-CLASS",
        "77",
        "MISSING",
        "nowhere",
        "NO-LIST",
        "REDIST",
    }
    assert {one.name for one in unused(switch)} == {
        "UNUSED", "SIX", "WEB", "IDLE-CLASS", "OLD",
    }  # fmt: skip


def test_a_file_that_names_vlans_without_end_is_read_on_without_them() -> None:
    device = read("aruba_aoscx", ["interface 1/1/1", *["    vlan trunk allowed 1-4093"] * 600])
    assert device.unparsed
    assert len(device.interfaces) == 1


def test_addresses_of_lists_are_hosts_or_have_their_mask_behind_a_slash() -> None:
    text = (
        "access-list ip A\n    10 permit tcp 10.1.1.1 10.2.0.0/255.255.0.0 eq 443\n    20 deny any 10.1.1.2 10.1.1.3\n"
    )
    device = read("aruba_aoscx", text.splitlines())
    assert device.unparsed == []
    ends = [(one.source_ends.networks, one.destination_ends.networks) for one in device.access_lists[0].rules]
    assert ends == [(["10.1.1.1/32"], ["10.2.0.0/16"]), (["10.1.1.2/32"], ["10.1.1.3/32"])]
