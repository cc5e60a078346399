"""EOS: what a leaf switch and single lines say."""

import pytest
from tests.engineering import CONFIGS, device, port, undefined, unused

from engineering_api.facts.device import Device

LEAF = (CONFIGS / "arista_eos" / "leaf.cfg").read_text()


def eos(text: str) -> Device:
    """What lines of EOS say."""
    return device("arista_eos", text)


@pytest.fixture(scope="module")
def leaf() -> Device:
    """What the leaf switch's configuration says."""
    return eos(LEAF)


def test_nothing_of_the_sample_is_left_over(leaf: Device) -> None:
    assert leaf.unparsed == []


def test_who_the_device_is_by_its_comment(leaf: Device) -> None:
    identity = leaf.identity

    assert (identity.hostname, identity.domain) == ("DC1-LEAF1A", "dc.example.net")
    assert (identity.model, identity.version) == ("DCS-7050SX3-48YC8", "4.29.2F")
    assert identity.line_of("model").first == 2


def test_interfaces(leaf: Device) -> None:
    server = port(leaf, "Port-Channel5")

    assert (server.mode, server.native_vlan, server.trunk_vlans, server.is_edge) == ("trunk", 10, [10, 20, 30], True)
    assert [str(one.value) for one in port(leaf, "Ethernet1").addresses] == ["172.31.255.1/31"]
    assert (port(leaf, "Ethernet1").mode, port(leaf, "Ethernet1").acl_in) == ("routed", "UNDERLAY")
    assert [port(leaf, f"Ethernet{number}").aggregate for number in (3, 4, 5)] == [
        "Port-Channel3",
        "Port-Channel3",
        "Port-Channel5",
    ]
    assert (port(leaf, "Ethernet2").is_enabled, port(leaf, "Ethernet2").voice_vlan) == (False, 30)
    assert port(leaf, "Management1").kind == "management"


def test_gateways_that_several_switches_share(leaf: Device) -> None:
    assert [str(one.value) for one in port(leaf, "Vlan10").addresses] == ["10.1.10.1/24"]
    assert port(leaf, "Vlan20").virtual_addresses == ["10.1.20.1 varp"]
    assert [one.is_secondary for one in port(leaf, "Vlan20").addresses] == [False, True]
    assert port(leaf, "Vlan10").dhcp_relays == ["10.0.0.67"]


def test_neighbours_have_what_their_groups_say(leaf: Device) -> None:
    everywhere, tenant = leaf.routing

    assert [(one.address, one.remote_as, one.has_password) for one in everywhere.peers] == [
        ("172.31.255.0", "65001", True),
        ("192.168.255.1", "65001", False),
    ]
    assert (tenant.vrf, [one.filters for one in tenant.peers]) == ("TENANT", [["route-map TENANT-OUT out"]])


def test_rules_of_lists(leaf: Device) -> None:
    underlay, ssh, snmp = leaf.access_lists

    assert [one.services.services[0].ports for one in underlay.rules[:2]] == [["179-179"], ["3784-3784"]]
    assert underlay.rules[0].comment == "BGP and BFD only"
    assert ssh.rules[0].source_ends.networks == ["10.0.0.0/16"]
    assert (snmp.kind, [one.source_ends.networks for one in snmp.rules]) == (
        "standard",
        [["10.0.0.0/24"], ["10.0.1.5/32"]],
    )


def test_ways_to_manage_it(leaf: Device) -> None:
    found = {one.protocol: one for one in leaf.management}

    assert (found["ssh"].acl, found["ssh"].idle_seconds) == ("SSH-IN", 900)
    assert not found["telnet"].is_enabled
    assert found["https"].is_enabled
    assert [(one.name, one.password, one.keys) for one in leaf.users] == [("admin", "sha512", 1), ("service", "", 0)]


def test_servers_with_their_vrf(leaf: Device) -> None:
    assert {(one.kind, one.address, one.vrf) for one in leaf.servers} == {
        ("syslog", "10.0.0.99", "MGMT"),
        ("dns", "10.0.0.53", "MGMT"),
        ("ntp", "10.0.0.123", "MGMT"),
        ("ntp", "10.0.1.123", "MGMT"),
        ("radius", "10.0.0.18", "MGMT"),
        ("snmp-trap", "10.0.0.20", "MGMT"),
    }
    assert next(one for one in leaf.servers if one.kind == "syslog").options == ["tcp 514"]


def test_static_routes(leaf: Device) -> None:
    assert [(str(one.prefix), one.vrf, one.distance, one.name, one.is_discard) for one in leaf.routes] == [
        ("10.200.0.0/16", "", None, "", True),
        ("0.0.0.0/0", "MGMT", 200, "oob", False),
    ]


def test_references(leaf: Device) -> None:
    assert {(one.kinds[0], one.name) for one in undefined(leaf)} == {
        ("vrf", "MISSING-VRF"),
        ("community-list", "TENANT-COMM"),
        ("route-map", "NOT-THERE"),
    }
    assert {(one.kind, one.name) for one in unused(leaf)} == {("prefix-list", "NOBODY"), ("peer-group", "LEFTOVER")}


def test_uses_in_blocks_of_eos() -> None:
    found = eos(
        "mlag configuration\n   local-interface Vlan4094\n   peer-link Port-Channel9\n"
        "management ssh\n   ip access-group ADMINS in\n"
        "router bgp 1\n   neighbor GONE activate\n   redistribute ospf3 match external route-map RM\n"
        "interface Ethernet1\n   ip nat source dynamic access-list NATTED pool POOL\n"
    )

    assert found.unparsed == []
    assert {(one.kinds[0], one.name) for one in undefined(found)} == {
        ("interface", "Vlan4094"),
        ("interface", "Port-Channel9"),
        ("acl", "ADMINS"),
        ("peer-group", "GONE"),
        ("route-map", "RM"),
        ("acl", "NATTED"),
        ("pool", "POOL"),
    }
