"""MikroTik RouterOS: what exports of versions 6 and 7 say, with the lines that say it."""

from ipaddress import ip_interface

import pytest
from tests.engineering import port, read, sample, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList


def device(texts: list[str]) -> Device:
    """What lines of RouterOS say."""
    return read("mikrotik_routeros", texts)


@pytest.fixture(scope="module")
def office() -> Device:
    return device(sample("mikrotik_routeros", "office-v7.rsc"))


@pytest.fixture(scope="module")
def branch() -> Device:
    return device(sample("mikrotik_routeros", "branch-v6.rsc"))


@pytest.fixture(scope="module")
def wifi() -> Device:
    return device(sample("mikrotik_routeros", "wifi-terse.rsc"))


def chain(found: Device, name: str) -> AccessList:
    return next(one for one in found.access_lists if one.name == name)


def test_the_header_and_the_identity_say_who_the_router_is(office: Device) -> None:
    found = office.identity
    assert (found.hostname, found.model, found.version) == ("office-gw", "RB5009UG+S+", "7.18.2")
    assert found.serial == "HEX0ABCDEF1"
    assert found.line_of("model") == (4, 4)


def test_a_renamed_port_keeps_the_name_with_which_it_came(office: Device) -> None:
    found = port(office, "ether1-wan")
    assert (found.kind, found.alias, found.zone) == ("physical", "ether1", "WAN")
    assert found.description == 'Fibre "Metro" 500/500'
    assert found.source == (11, 12)
    assert [one.value for one in found.addresses] == [ip_interface("203.0.113.2/29")]


def test_ports_of_a_bridge_have_the_vlans_of_its_table(office: Device) -> None:
    assert (port(office, "ether2").mode, port(office, "ether2").access_vlan) == ("access", 10)
    trunk = port(office, "ether4")
    assert (trunk.mode, trunk.trunk_vlans, trunk.native_vlan) == ("trunk", [10, 20, 21, 30], None)
    hybrid = port(office, "ether5")
    assert (hybrid.mode, hybrid.native_vlan, hybrid.trunk_vlans) == ("hybrid", 20, [20, 21])
    assert port(office, "ether2").protections == ["bpdu-guard"]
    assert port(office, "ether2").is_edge is True


def test_vlans_have_the_names_of_their_interfaces_or_comments(office: Device) -> None:
    named = {one.id: one.name for one in office.vlans}
    assert named[10] == "vlan10-staff"
    assert named[21] == "Voice"
    assert port(office, "vlan40-cctv").is_enabled is False


def test_rules_are_in_chains_that_permit_at_their_end(office: Device) -> None:
    found = chain(office, "input")
    assert found.ends_denying is False
    assert [one.action for one in found.rules] == ["permit", "deny", "permit", "permit", "permit", "permit", "deny"]
    first, invalid, *_, last = found.rules
    assert (first.is_established, invalid.is_established) == (True, True)
    assert (first.conditions, invalid.conditions) == ([], ["connection-state=invalid"])
    assert (last.from_zones, last.is_logged, last.comment) == (["!LAN"], True, "drop the rest")
    assert found.rules[3].services.services[0].ports == ["500-500", "4500-4500", "13231-13231"]
    assert found.rules[4].jump == "services"
    assert found.rules[5].is_enabled is False
    assert found.rules[5].source_ends.names == ["vendors"]


def test_rules_that_decide_nothing_are_marked(office: Device) -> None:
    found = chain(office, "forward").rules
    assert [one.is_passing for one in found] == [True, False, False, False, False, True, False]
    assert found[2].conditions == ["ipsec-policy=in,ipsec"]
    assert found[4].action == "reject"
    assert chain(office, "mangle forward").rules[0].is_passing is True
    assert chain(office, "ipv6 input").kind == "ipv6"


def test_translations_say_what_becomes_of_addresses(office: Device) -> None:
    kinds = [(one.kind, one.translated, one.translated_port) for one in office.translations]
    assert kinds == [
        ("exempt", "", ""),
        ("source", "interface", ""),
        ("destination", "10.20.10.80", ""),
        ("destination", "interface", "53"),
    ]


def test_an_address_list_has_all_its_entries_with_their_lines(office: Device) -> None:
    found = next(one for one in office.address_objects if one.name == "vendors")
    assert (found.ends.ranges, found.ends.fqdns) == (["192.0.2.10-192.0.2.20"], ["support.example.com"])
    assert found.at["ends.fqdns.support.example.com"] == (110, 110)


def test_a_tunnel_is_joined_from_peer_profile_identity_and_policy(office: Device) -> None:
    found = next(one for one in office.tunnels if one.name == "branch")
    assert (found.ike, found.authentication, found.pfs) == ("2", "psk", True)
    assert found.phase1 is not None
    assert found.phase1.encryption == ["aes256", "aes128"]
    assert found.phase1.groups == ["19", "14"]
    assert found.phase1.lifetime_seconds == 28_800
    assert found.phase2 is not None
    assert found.phase2.encryption == ["aes256", "aes256gcm"]
    assert (found.local_networks, found.remote_networks) == (["10.20.0.0/16"], ["10.40.0.0/16"])


def test_peers_of_wireguard_are_tunnels(office: Device) -> None:
    found = {one.name: one for one in office.tunnels if one.kind == "wireguard"}
    assert found["dc"].peer == "vpn.example.net"
    assert found["dc"].authentication == "psk"
    assert found["Laptop A. Example"].remote_networks == ["10.20.99.10/32"]


def test_a_dhcp_server_has_its_pool_network_and_leases(office: Device) -> None:
    found = office.dhcp_pools[0]
    assert found.ranges == ["10.20.10.50-10.20.10.199", "10.20.10.210-10.20.10.250"]
    assert (found.network, found.gateway, found.domain) == ("10.20.10.0/24", "10.20.10.1", "example.lan")
    assert (found.lease_seconds, found.options) == (28_800, ["42 10.20.10.1"])
    assert found.reservations == ["Monitoring server 00:11:22:33:44:55 10.20.10.5"]


def test_routes_have_gateways_interfaces_and_tables(office: Device) -> None:
    found = [(str(one.prefix), one.gateway, one.interface, one.is_discard, one.vrf) for one in office.routes]
    assert found == [
        ("0.0.0.0/0", "203.0.113.1", "", False, ""),
        ("10.0.0.0/8", "", "", True, ""),
        ("10.50.0.0/16", "", "wg-remote", False, ""),
        ("0.0.0.0/0", "10.20.10.254", "", False, "backup"),
    ]


def test_services_say_where_the_router_is_managed_from(office: Device) -> None:
    found = {one.protocol: one for one in office.management}
    assert found["telnet"].is_enabled is False
    assert (found["ssh"].port, found["ssh"].allowed) == (2222, ["10.20.10.0/24"])
    assert found["ssh"].options == ["strong-crypto yes"]
    assert found["winbox"].allowed == ["10.20.10.0/24", "10.20.99.0/24"]


def test_settings_that_an_audit_asks_for_are_said(office: Device) -> None:
    found = {(one.name, one.is_on, one.value) for one in office.settings}
    assert {
        ("dns-for-everybody", True, ""),
        ("universal-plug-and-play", True, ""),
        ("bandwidth-test-server", False, ""),
        ("mac-server", True, "MGMT"),
        ("neighbour-discovery", True, "LAN"),
        ("time-zone", True, "Europe/Berlin"),
        ("remote-support", True, "cloud ddns-enabled"),
    } <= found


def test_only_what_is_missing_is_undefined_and_only_what_nobody_uses_unused(office: Device, branch: Device) -> None:
    assert undefined(office) == []
    assert {one.name for one in unused(office)} == {"pool-old", "vlan40-cctv"}
    assert {one.name for one in undefined(branch)} == {"*9", "missing-profile", "blocked"}


def test_a_renamed_port_is_not_there_under_its_old_name() -> None:
    found = device(
        [
            "/interface ethernet",
            "set [ find default-name=ether1 ] name=wan",
            "/ip address",
            "add address=10.0.0.1/24 interface=ether1",
            "add address=10.0.1.1/24 interface=ether2",
        ]
    )
    assert {one.name for one in undefined(found)} == {"ether1"}


def test_peers_of_version_6_say_all_of_phase_1_themselves(branch: Device) -> None:
    found = next(one for one in branch.tunnels if one.kind == "ipsec")
    assert found.is_aggressive is True
    assert found.phase1 is not None
    assert (found.phase1.encryption, found.phase1.groups) == (["3des"], ["2"])
    assert (found.pfs, found.remote_networks) == (False, ["10.20.0.0/16"])


def test_servers_for_dial_in_are_tunnels_that_may_be_off(branch: Device) -> None:
    found = {one.name: (one.kind, one.is_enabled) for one in branch.tunnels}
    assert found["l2tp-server"] == ("l2tp", True)
    assert found["pptp-server"] == ("pptp", True)
    assert found["sstp-server"] == ("ssl", False)
    assert found["l2tp-old"] == ("l2tp", False)


def test_a_community_that_everybody_knows_is_said_without_its_name(branch: Device, office: Device) -> None:
    assert [(one.access, one.is_well_known, one.user) for one in branch.snmp] == [("rw", True, "")]
    assert [(one.version, one.user, one.level, one.acl) for one in office.snmp] == [
        ("2c", "", "", "10.20.10.5/32"),
        ("3", "monitor", "priv", ""),
    ]


def test_snmp_that_is_on_answers_to_public_unless_a_line_says_otherwise() -> None:
    found = device(["/snmp", "set enabled=yes"])
    assert [one.is_well_known for one in found.snmp] == [True]


def test_bgp_of_both_versions_has_its_peers(branch: Device, wifi: Device) -> None:
    old, new = branch.routing[0], wifi.routing[0]
    assert (old.process, old.peers[0].remote_as, old.networks) == ("65010", "65001", ["192.168.88.0/24"])
    assert (new.process, new.peers[0].address, new.peers[0].remote_as) == ("65020", "2001:db8:99::1", "65001")
    assert (old.peers[0].has_password, new.peers[0].filters) == (True, ["core-out"])


def test_wireless_networks_of_both_generations_are_said(branch: Device, wifi: Device) -> None:
    old = [(one.ssid, one.security, one.vlan, one.is_hidden, one.is_isolated) for one in branch.wireless]
    assert old == [("Branch Staff", "wpa-psk", None, False, False), ("BranchGuest", "open", 30, True, True)]
    new = [(one.ssid, one.security, one.vlan, one.band) for one in wifi.wireless]
    assert new == [
        ("Staff", "wpa2-psk", 10, "2.4 GHz"),
        ("Lobby", "wpa2-enterprise", 11, ""),
        ("Guest WiFi", "owe", 30, ""),
    ]


def test_members_of_a_bond_know_it(branch: Device) -> None:
    assert (port(branch, "ether3").aggregate, port(branch, "ether3").aggregate_mode) == ("bond1", "802.3ad")


def test_a_section_that_nobody_knows_is_in_the_ledger_with_its_commands(branch: Device) -> None:
    assert [(one.source, one.text) for one in branch.unparsed] == [
        ((115, 115), "/tool flux-capacitor"),
        ((116, 116), "set enabled=yes"),
    ]


def test_a_value_that_cannot_be_puts_the_whole_command_into_the_ledger() -> None:
    found = device(["/ip address", "add address=10.0.0.300/24 \\", "    interface=ether1"])
    assert [one.source for one in found.unparsed] == [(1, 1), (2, 3)]


def test_a_template_with_the_as_of_an_instance_is_no_second_process() -> None:
    found = device(
        [
            "/routing bgp instance",
            "add as=64512 name=core router-id=10.0.0.1",
            "/routing bgp template",
            "add as=64512 name=inner",
            "/routing bgp connection",
            "add instance=core name=peer remote.address=10.0.0.2 .as=64513 templates=inner",
            "/routing isis instance",
            "add areas=49.0001 name=one system-id=0000.0000.0001",
            "/routing isis interface-template",
            "add instance=one interfaces=ether2",
        ]
    )
    bgp, isis = found.routing
    assert (bgp.process, bgp.router_id, [peer.address for peer in bgp.peers]) == ("64512", "10.0.0.1", ["10.0.0.2"])
    assert (isis.protocol, isis.process, isis.networks) == ("isis", "one", ["ether2"])
    assert found.unparsed == []


def test_a_verbose_export_says_no_more_than_the_router_does() -> None:
    found = device(
        [
            "/interface bridge",
            "add name=bridge protocol-mode=rstp vlan-filtering=no",
            "/interface ethernet",
            "set [ find default-name=ether1 ] auto-negotiation=yes full-duplex=yes name=ether1 speed=100Mbps",
            "/routing bgp instance",
            'set default as=65530 !cluster-id disabled=no redistribute-static=no router-id=0.0.0.0 routing-table=""',
            "/routing ospf instance",
            "set [ find default=yes ] disabled=no name=default redistribute-static=no router-id=0.0.0.0",
            "/routing rip",
            "set distribute-default=never redistribute-static=no",
            "/interface bridge port",
            "add bridge=bridge edge=auto interface=ether2 pvid=1",
            "/ip firewall filter",
            "add action=drop chain=input !connection-mark disabled=no !dst-port dst-address=10.0.0.1 !time",
        ]
    )
    assert found.routing == []
    assert (port(found, "ether1").speed, port(found, "ether1").duplex) == ("", "")
    assert (port(found, "ether2").mode, port(found, "ether2").is_edge) == (None, None)
    assert chain(found, "input").rules[0].conditions == []
    assert found.unparsed == []
