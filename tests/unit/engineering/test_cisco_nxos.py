"""NX-OS: what a core switch and single lines say."""

import pytest
from tests.engineering import CONFIGS, device, port, undefined, unused

from engineering_api.facts.device import Device

CORE = (CONFIGS / "cisco_nxos" / "core.cfg").read_text()


def nxos(text: str) -> Device:
    """What lines of NX-OS say."""
    return device("cisco_nxos", text)


@pytest.fixture(scope="module")
def core() -> Device:
    """What the core switch's configuration says."""
    return nxos(CORE)


def test_nothing_of_the_sample_is_left_over(core: Device) -> None:
    assert core.unparsed == []


def test_who_the_device_is(core: Device) -> None:
    assert (core.identity.hostname, core.identity.version, core.identity.domain) == (
        "DC1-CORE1",
        "9.3(10)",
        "dc.example.net",
    )


def test_interfaces_keep_the_names_of_the_platform(core: Device) -> None:
    trunk = port(core, "port-channel20")

    assert (trunk.mode, trunk.trunk_vlans, trunk.kind) == ("trunk", [10, 20, 30, 31], "aggregate")
    assert [port(core, f"Ethernet1/{number}").aggregate for number in (3, 4)] == ["port-channel20", "port-channel20"]
    assert (port(core, "mgmt0").vrf, port(core, "mgmt0").kind) == ("management", "management")
    assert (port(core, "Ethernet1/1").mode, port(core, "Ethernet1/1").mtu) == ("routed", 9216)
    assert (port(core, "Ethernet1/2").mode, port(core, "Ethernet1/2").is_edge) == (None, True)


def test_an_address_that_two_switches_share_is_of_its_group(core: Device) -> None:
    servers = port(core, "Vlan10")

    assert servers.virtual_addresses == ["10.1.10.1 hsrp 10"]
    assert [(str(one.value), one.is_secondary) for one in servers.addresses] == [
        ("10.1.10.2/24", False),
        ("10.1.12.2/24", True),
    ]


def test_vlans_of_a_list_get_their_names_later(core: Device) -> None:
    assert [(one.id, one.name) for one in core.vlans] == [
        (1, ""),
        (10, "SERVERS"),
        (20, "USERS"),
        (30, ""),
        (31, ""),
    ]


def test_neighbours_have_what_their_templates_say(core: Device) -> None:
    bgp = next(one for one in core.routing if one.protocol == "bgp" and not one.vrf)

    assert [(one.address, one.remote_as, one.description, one.has_password) for one in bgp.peers] == [
        ("10.255.0.11", "65101", "leaf 1", True),
        ("10.1.255.1", "64500", "", False),
    ]
    assert bgp.peers[0].filters == ["route-map TO-PEERS out"]


def test_interfaces_join_ospf_by_themselves(core: Device) -> None:
    assert core.routing[0].networks == ["Vlan10 area 0.0.0.0"]


def test_rules_name_groups_of_addresses_and_ports(core: Device) -> None:
    first, second, third, _ = core.access_lists[0].rules

    assert first.destination_ends.names == ["WEB-SERVERS"]
    # A group of ports says nothing of protocols: the one before it counts, and no other port of it.
    assert [(one.protocol, one.ports) for one in first.services.services] == [("tcp", ["80-80", "8080-8090"])]
    assert first.services.names == []
    assert (second.source_ends.networks, second.services.services[0].ports) == (["10.0.0.0/8"], ["443-443"])
    assert third.destination_ends.names == ["NO-SUCH-GROUP"]
    assert core.address_objects[0].ends.networks == ["10.1.10.80/32", "10.1.11.0/24"]
    assert [one.ports for one in core.service_objects[0].services.services] == [["80-80"], ["8080-8090"]]


def test_routes_are_of_their_vrf(core: Device) -> None:
    assert [(str(one.prefix), one.vrf, one.distance, one.name) for one in core.routes] == [
        ("10.250.0.0/16", "", None, "aggregate"),
        ("0.0.0.0/0", "", 200, "upstream"),
        ("0.0.0.0/0", "TENANT", None, ""),
        ("0.0.0.0/0", "management", None, ""),
    ]


def test_who_may_manage_it(core: Device) -> None:
    found = {one.protocol: one for one in core.management}

    assert (found["vty"].acl, found["vty"].idle_seconds) == ("VTY-IN", 600)
    assert (found["telnet"].is_enabled, found["https"].is_enabled) == (False, True)
    assert [(one.name, one.privilege, one.password) for one in core.users] == [
        ("admin", "network-admin", "5"),
        ("readonly", "network-operator", "5"),
    ]
    assert [(one.version, one.access, one.user, one.acl) for one in core.snmp] == [
        ("3", "rw", "admin", ""),
        ("2c", "ro", "", "SNMP-ACL"),
    ]


def test_servers_with_their_vrf(core: Device) -> None:
    assert {(one.kind, one.address, one.vrf) for one in core.servers} == {
        ("dns", "10.0.0.53", "management"),
        ("dns", "10.0.1.53", "management"),
        ("tacacs", "10.0.0.49", ""),
        ("snmp-trap", "10.0.0.20", ""),
        ("ntp", "10.0.0.123", "management"),
        ("syslog", "10.0.0.99", "management"),
    }


def test_references(core: Device) -> None:
    assert {(one.kinds[0], one.name) for one in undefined(core)} == {
        ("acl", "SNMP-ACL"),
        ("interface", "Ethernet1/9"),
        ("interface", "loopback1"),
        ("interface", "port-channel77"),
        ("key-chain", "HSRP-KEYS"),
        ("object-group", "NO-SUCH-GROUP"),
        ("route-map", "NOWHERE"),
        ("track", "5"),
        ("vlan", "50"),
    }
    assert {(one.kind, one.name) for one in unused(core)} == {("prefix-list", "STALE"), ("template", "UNUSED-TEMPLATE")}


def test_names_that_the_system_brings_along_are_no_uses() -> None:
    found = nxos(
        "control-plane\n  service-policy input copp-system-p-policy-strict\n"
        "system qos\n  service-policy type queuing output default-8q-out-policy\n"
        "policy-map type queuing Q\n  class type queuing c-out-8q-q3\n    bandwidth percent 10\n"
        "interface mgmt0\n  vrf member management\n"
    )

    assert found.unparsed == []
    assert undefined(found) == []


def test_the_interface_of_a_vlan_is_off_until_a_line_turns_it_on() -> None:
    found = nxos("interface Vlan1\ninterface Vlan10\n  no shutdown\ninterface Ethernet1/1\n")

    assert [port.is_enabled for port in found.interfaces] == [False, True, True]
