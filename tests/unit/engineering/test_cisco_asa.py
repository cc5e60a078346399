"""What configurations of a Cisco ASA say, each with its lines."""

import pytest
from tests.engineering import line, read, sample, undefined, unused

from engineering_api.facts.device import Device

TEXTS = sample("cisco_asa", "branch-firewall.cfg")


def of(text: str) -> Device:
    """What lines of an ASA say."""
    return read("cisco_asa", text.splitlines())


@pytest.fixture(scope="module")
def branch() -> Device:
    return read("cisco_asa", TEXTS)


def test_only_the_line_that_is_no_command_is_not_understood(branch: Device) -> None:
    assert [one.text for one in branch.unparsed] == ["this line is no command of an asa"]


def test_the_header_says_model_version_and_serial_number(branch: Device) -> None:
    who = branch.identity
    assert (who.hostname, who.domain) == ("fw-branch", "branch.example.net")
    assert (who.model, who.version, who.serial) == ("ASA5516", "9.16(4)", "JMX0000EXAM")
    assert who.line_of("version") == line(TEXTS, "ASA Version")


def test_a_collectors_comments_say_model_and_serial_number() -> None:
    who = of("! Hardware:   ASA5512, 4096 MB RAM\n! Serial Number: FCH17AAAAAA\nASA Version 9.12(4)67 \n").identity
    assert (who.model, who.serial, who.version) == ("ASA5512", "FCH17AAAAAA", "9.12(4)67")


def test_an_interface_has_name_level_addresses_and_what_lines_elsewhere_say(branch: Device) -> None:
    outside = next(port for port in branch.interfaces if port.alias == "outside")
    assert (outside.name, outside.level, outside.mtu) == ("GigabitEthernet1/1", 0, 1492)
    assert [str(one.value) for one in outside.addresses] == ["203.0.113.2/29"]
    assert outside.standby == "203.0.113.3"
    assert outside.acl_in == "OUTSIDE-IN"
    assert outside.line_of("acl_in") == line(TEXTS, "access-group OUTSIDE-IN")
    assert set(outside.management) == {"ping", "https", "ssh"}


def test_subinterfaces_aggregates_and_tunnels_know_what_they_hang_on(branch: Device) -> None:
    ports = {port.name: port for port in branch.interfaces}
    dmz = ports["GigabitEthernet1/3.50"]
    assert (dmz.kind, dmz.parent, dmz.vlan) == ("subinterface", "GigabitEthernet1/3", 50)
    assert ports["GigabitEthernet1/4"].aggregate == "Port-channel7"
    assert not ports["Port-channel7"].is_enabled
    assert ports["Tunnel10"].kind == "tunnel"


def test_a_rule_has_its_groups_of_ports_looked_up_for_its_own_protocol(branch: Device) -> None:
    rules = {rule.source: rule for acl in branch.access_lists for rule in acl.rules}
    web = rules[line(TEXTS, "access-list OUTSIDE-IN extended permit tcp any object WEB-SERVER")]
    assert web.services.services[0].ports == ["80-80", "443-443", "8080-8081"]
    assert web.comment == "published servers"
    names = rules[line(TEXTS, "access-list OUTSIDE-IN extended permit udp any object-group")]
    assert [(one.protocol, one.ports) for one in names.services.services] == [("udp", ["53-53"])]
    assert names.destination_ends.names == ["DMZ-SERVERS"]


def test_a_rule_may_name_services_protocols_and_icmp_types_by_groups(branch: Device) -> None:
    rules = {rule.source: rule for acl in branch.access_lists for rule in acl.rules}
    mixed = rules[line(TEXTS, "access-list OUTSIDE-IN extended permit object-group MIXED")]
    assert (mixed.services.names, mixed.family, mixed.is_logged) == (["MIXED"], "ipv4", True)
    both = rules[line(TEXTS, "access-list INSIDE-IN extended permit object-group TCPUDP")]
    assert {(one.protocol, *one.ports) for one in both.services.services} == {("tcp", "53-53"), ("udp", "53-53")}
    pings = rules[line(TEXTS, "access-list OUTSIDE-IN extended permit icmp")]
    assert [one.icmp for one in pings.services.services] == ["echo", "echo-reply"]


def test_a_rule_may_be_inactive_and_have_source_ports_and_names_of_addresses(branch: Device) -> None:
    rules = {rule.source: rule for acl in branch.access_lists for rule in acl.rules}
    old = rules[line(TEXTS, "access-list OUTSIDE-IN extended permit tcp host 198.51.100.77")]
    assert not old.is_enabled
    assert old.destination_ends.networks == ["192.0.2.80/32"]
    assert (old.services.services[0].source_ports, old.services.services[0].ports) == (["5000-5000"], ["1024-65535"])


@pytest.mark.parametrize(
    ("mask", "networks", "wildcards"),
    [("255.255.254.0", ["10.0.2.0/23"], []), ("255.0.0.192", [], ["10.0.2.64 0.255.255.63"])],
)
def test_masks_are_netmasks_and_may_have_holes(mask: str, networks: list[str], wildcards: list[str]) -> None:
    address = "10.0.2.64" if wildcards else "10.0.2.0"
    ends = of(f"access-list A extended permit ip {address} {mask} any").access_lists[0].rules[0].source_ends
    assert (ends.networks, ends.wildcards) == (networks, wildcards)


def test_translations_are_told_apart(branch: Device) -> None:
    kinds = [(one.kind, one.name, one.translated, one.translated_port) for one in branch.translations]
    assert kinds == [
        ("exempt", "", "LAN", ""),
        ("exempt", "", "LAN", ""),
        ("source", "3", "interface", ""),
        ("static", "WEB-SERVER", "203.0.113.4", "8443"),
        ("static", "MAIL-SERVER", "203.0.113.5", ""),
        ("source", "LAN", "interface", ""),
        ("source", "", "interface", ""),
    ]
    assert branch.translations[2].original_destination is not None
    assert (branch.translations[3].from_zones, branch.translations[3].to_zones) == (["dmz"], ["outside"])


def test_translations_of_old_versions_are_read() -> None:
    device = of(
        "global (outside) 1 interface\nnat (inside) 0 access-list NONAT\nnat (inside) 1 10.0.0.0 255.0.0.0\n"
        "static (inside,outside) tcp interface 8080 10.1.1.1 www netmask 255.255.255.255\n"
    )
    assert [(one.kind, one.translated) for one in device.translations] == [
        ("exempt", ""),
        ("source", "interface"),
        ("static", "interface"),
    ]
    assert device.translations[2].translated_port == "8080"
    assert "NONAT" in {one.name for one in undefined(device)}
    assert device.unparsed == []


def test_a_tunnel_has_both_phases_and_the_networks_of_its_list(branch: Device) -> None:
    tunnel = next(one for one in branch.tunnels if one.peer == "198.51.100.10")
    assert (tunnel.interface, tunnel.ike, tunnel.authentication, tunnel.pfs) == ("outside", "1+2", "psk", True)
    assert tunnel.phase1 is not None
    assert {"aes256", "3des"} == set(tunnel.phase1.encryption)
    assert tunnel.phase2 is not None
    assert "aes256gcm" in tunnel.phase2.encryption
    assert tunnel.phase2.lifetime_seconds == 28800
    assert tunnel.local_networks == ["10.20.1.0/24", "172.16.50.53/32", "172.16.50.80/32", "172.16.50.25/32"]
    assert tunnel.remote_networks == ["10.10.0.0/16"]
    assert tunnel.line_of("peer") == line(TEXTS, "crypto map OUTSIDE-MAP 10 set peer")


def test_every_peer_of_an_entry_is_a_tunnel_and_so_are_tunnel_interfaces_and_dial_in(branch: Device) -> None:
    assert {"198.51.100.20", "198.51.100.21"} <= {one.peer for one in branch.tunnels}
    route_based = next(one for one in branch.tunnels if one.name == "Tunnel10")
    assert (route_based.peer, route_based.ike, route_based.authentication) == ("198.51.100.200", "2", "certificate")
    dialin = next(one for one in branch.tunnels if one.name == "STAFF-VPN")
    assert (dialin.kind, dialin.interface) == ("ssl", "outside")


def test_ways_to_manage_say_from_where_and_by_which_interface(branch: Device) -> None:
    web = next(one for one in branch.management if one.protocol == "https" and one.interfaces == ["outside"])
    assert (web.allowed, web.port, web.idle_seconds) == (["0.0.0.0/0"], 8443, 900)
    ssh = next(one for one in branch.management if one.protocol == "ssh" and one.interfaces == ["inside"])
    assert "ssh version 2" in ssh.options
    assert ssh.idle_seconds == 1800
    assert [one.allowed for one in branch.management if one.protocol == "telnet"] == [["10.20.1.5/32"]]


def test_servers_users_snmp_and_pools_are_read(branch: Device) -> None:
    assert [(one.address, one.has_key) for one in branch.servers if one.kind == "radius"] == [
        ("10.20.1.10", True),
        ("10.20.1.11", True),
    ]
    assert [one.address for one in branch.servers if one.kind == "dns"] == ["10.20.1.10", "10.20.1.11"]
    assert [(one.name, one.privilege, one.password, one.keys) for one in branch.users] == [
        ("admin", "15", "pbkdf2", 1),
        ("backup", "3", "encrypted", 0),
    ]
    assert [(one.version, one.level, one.is_well_known) for one in branch.snmp] == [
        ("3", "priv", False),
        ("2c", "", True),
    ]
    pool = next(one for one in branch.dhcp_pools if one.interface == "inside")
    assert (pool.network, pool.gateway, pool.lease_seconds) == ("10.20.1.0/24", "10.20.1.1", 28800)
    assert pool.options == ["42 ip 10.20.1.10"]


def test_names_that_are_defined_nowhere_are_known(branch: Device) -> None:
    assert {one.name for one in undefined(branch)} == {
        "MISSING-HOST", "OLD-MAIL", "NOT-THERE", "TACPLUS", "CRYPTO-GONE", "OLD-SET", "VPN-FILTER", "BAD-WORDS",
    }  # fmt: skip


def test_names_that_nothing_uses_are_known(branch: Device) -> None:
    assert {one.name for one in unused(branch)} == {
        "UPDATES", "NOBODY-USES-ME", "ALL-LOCAL", "LEFT-OVER", "FORGOTTEN", "UNUSED-PROPOSAL", "OLD-STAFF",
        "UNUSED-CLASS", "UNUSED-POLICY",
    }  # fmt: skip


def test_a_list_for_all_interfaces_holds_where_there_is_no_other() -> None:
    device = of(
        "interface Ethernet0\n nameif a\ninterface Ethernet1\n nameif b\naccess-list G extended deny ip any any\n"
        "access-group G global\naccess-list B extended permit ip any any\naccess-group B in interface b\n"
    )
    assert [port.acl_in for port in device.interfaces] == ["G", "B"]


def test_firepowers_own_rules_say_interfaces_and_what_is_trusted_passes() -> None:
    device = of(
        "NGFW Version 7.0.1\ninterface Ethernet0\n nameif inside\n"
        "access-list CSM_FW_ACL_ remark rule-id 1: L7 RULE: Web\n"
        "access-list CSM_FW_ACL_ advanced permit tcp ifc inside any ifc lost any eq https rule-id 1 event-log both\n"
        "access-list CSM_FW_ACL_ advanced trust ip 10.0.0.0 255.0.0.0 any rule-id 2\naccess-group CSM_FW_ACL_ global\n"
    )
    web, trusted = device.access_lists[0].rules

    assert device.unparsed == []
    assert device.identity.version == "7.0.1"
    assert (web.from_zones, web.to_zones, web.is_logged) == (["inside"], ["lost"], True)
    assert (web.services.services[0].ports, trusted.action) == (["443-443"], "permit")
    assert [one.name for one in undefined(device)] == ["lost"]
