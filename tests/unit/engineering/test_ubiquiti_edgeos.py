"""EdgeOS and VyOS, as config.boot and as commands."""

from pathlib import Path

import pytest
from tests.engineering import one, read, sample, samples, undefined, unused, without_lines

from engineering_api.facts.device import Device
from engineering_api.platforms.ubiquiti_edgeos import PLATFORM
from engineering_api.reading.statements import statements

OFFICE = sample("ubiquiti_edgeos", "office.boot")


def said(text: str) -> Device:
    """What lines of EdgeOS or VyOS say."""
    return read("ubiquiti_edgeos", text.splitlines())


@pytest.fixture(scope="module")
def office() -> Device:
    return read("ubiquiti_edgeos", OFFICE)


@pytest.fixture(scope="module")
def vyos() -> Device:
    return read("ubiquiti_edgeos", sample("ubiquiti_edgeos", "vyos-lab.set"))


@pytest.mark.parametrize("path", samples("ubiquiti_edgeos"), ids=lambda path: str(path.stem))
def test_every_line_of_the_samples_is_understood(path: Path) -> None:
    assert said(path.read_text()).unparsed == []


def test_braces_and_commands_give_the_same_facts(office: Device) -> None:
    # The version is in a comment, which commands do not have.
    nodes = [node for node in PLATFORM.tree(OFFICE) if not node.text.startswith("/*")]
    commands = [
        "set " + " ".join(f"'{word}'" if " " in word or not word else word for word in statement.words)
        for statement in statements(nodes)
    ]

    of_commands, of_braces = without_lines(read("ubiquiti_edgeos", commands)), without_lines(office)
    assert of_braces["identity"].pop("version") == "v2.0.9.5371034.210122.1014"
    of_commands["identity"].pop("version")
    assert of_commands == of_braces


def test_interfaces_have_addresses_rule_sets_and_what_is_below_them(office: Device) -> None:
    outside = one(office.interfaces, name="eth0")
    assert (outside.acl_in, outside.acl_out, outside.acl_local) == ("WAN_IN", "", "WAN_LOCAL")
    assert [str(address.value) for address in outside.addresses] == ["203.0.113.10/29"]
    dial_up = one(office.interfaces, name="pppoe0")
    assert (dial_up.parent, dial_up.mtu, dial_up.acl_local) == ("eth1", 1492, "NO_SUCH_SET")
    assert not one(office.interfaces, name="eth2").is_enabled
    assert one(office.interfaces, name="eth2").parent == "br0"


def test_ports_of_a_switch_carry_vlans(office: Device) -> None:
    trunk = one(office.interfaces, name="eth3")
    assert (trunk.parent, trunk.mode, trunk.native_vlan, trunk.trunk_vlans) == ("switch0", "trunk", 10, [30])
    access = one(office.interfaces, name="eth4")
    assert (access.mode, access.access_vlan) == ("access", 10)
    telephones = one(office.interfaces, name="switch0.30")
    assert (telephones.kind, telephones.vlan, telephones.description) == ("vlan", 30, "Telephones")


def test_rules_have_ends_services_and_states(office: Device) -> None:
    wan = one(office.access_lists, name="WAN_IN")
    related, invalid, mail, web, off = wan.rules
    assert wan.ends_denying
    assert (related.action, related.is_established, related.source_ends.is_any) == ("permit", True, True)
    assert (invalid.action, invalid.is_established, invalid.conditions) == ("deny", True, ["state invalid"])
    assert mail.destination_ends.names == ["MAIL"]
    assert [one.ports for one in mail.services.services] == [["25-25", "465-465", "587-587"]]
    assert web.services.services[0].ports == ["80-80", "443-443", "8000-8010"]
    assert web.destination_ends.networks == ["10.1.40.80/32"]
    assert (off.is_enabled, off.source_ends.is_negated) == (False, True)
    assert [one.protocol for one in off.services.services] == ["tcp", "udp"]
    assert not one(office.access_lists, name="UNUSED_SET").ends_denying


def test_rules_that_only_mark_decide_nothing(office: Device) -> None:
    marking = one(office.access_lists, name="BALANCE")
    assert not marking.ends_denying
    assert marking.rules[0].is_passing
    assert one(office.interfaces, name="switch0").acl_in == ""


def test_groups_are_objects(office: Device) -> None:
    assert one(office.address_objects, name="MAIL").ends.ranges == ["10.1.40.26-10.1.40.28"]
    assert one(office.address_objects, name="PRIVATE").ends.networks == ["10.0.0.0/8", "192.168.0.0/16"]


def test_a_group_that_the_device_keeps_is_its_interface() -> None:
    device = said(
        "set firewall name A rule 1 destination group address-group ADDRv4_eth0\nset firewall name A rule 1 action drop"
    )
    assert device.access_lists[0].rules[0].destination_ends.interfaces == ["eth0"]
    assert device.references == []


def test_translations_and_forwarded_ports(office: Device) -> None:
    forward, web, excluded, hide = office.translations
    assert (forward.translated, forward.translated_port, forward.from_zones) == ("10.1.10.60", "8443", ["eth0"])
    assert web.original_destination is not None
    assert (web.kind, web.original_destination.networks) == ("destination", ["203.0.113.11/32"])
    assert excluded.kind == "exempt"
    assert hide.original_source is not None
    assert (hide.kind, hide.translated, hide.original_source.names) == ("source", "interface", ["PRIVATE"])


def test_routes_and_neighbours(office: Device) -> None:
    assert [(str(route.prefix), route.gateway, route.interface, route.is_discard) for route in office.routes] == [
        ("10.9.0.0/16", "", "vti0", False),
        ("0.0.0.0/0", "203.0.113.9", "", False),
        ("192.0.2.0/24", "", "", True),
    ]
    assert one(office.routes, gateway="203.0.113.9").distance == 5
    bgp = one(office.routing, protocol="bgp")
    assert (bgp.process, bgp.networks, bgp.peers[0].remote_as) == ("65010", ["10.1.0.0/16"], "65000")
    assert one(office.routing, protocol="ospf").networks == ["10.1.10.0/24 area 0"]


def test_a_tunnel_is_put_together_from_its_groups(office: Device) -> None:
    site = one(office.tunnels, peer="198.51.100.1")
    assert (site.interface, site.ike, site.authentication, site.pfs) == ("vti0", "2", "psk", True)
    assert site.phase1 is not None
    assert site.phase2 is not None
    assert (site.phase1.encryption, site.phase2.groups) == (["aes256"], ["14"])
    assert one(office.tunnels, kind="l2tp").authentication == "psk"
    assert one(office.tunnels, kind="openvpn").interface == "vtun0"


def test_dhcp_management_and_servers(office: Device) -> None:
    (pool,) = office.dhcp_pools
    assert (pool.gateway, pool.dns, pool.ranges) == (
        "10.1.10.1",
        ["10.1.10.1", "9.9.9.9"],
        ["10.1.10.100-10.1.10.199"],
    )
    assert pool.reservations == ["printer 00:11:22:33:44:66 10.1.10.9"]
    assert [(service.protocol, service.port) for service in office.management] == [
        ("http", 80),
        ("https", 443),
        ("snmp", None),
        ("ssh", 2222),
        ("unms", None),
    ]
    assert office.snmp[0].is_well_known
    assert [server.address for server in office.servers if server.kind == "ntp"] == [
        "0.pool.ntp.example",
        "1.pool.ntp.example",
    ]
    assert [(user.name, user.privilege, user.password, user.keys) for user in office.users] == [
        ("admin", "admin", "hash", 1)
    ]
    assert one(office.settings, name="universal-plug-and-play").source.first == 395


def test_vyos_filters_what_is_forwarded_as_a_whole(vyos: Device) -> None:
    chain = one(vyos.access_lists, name="ipv4 forward filter")
    assert chain.ends_denying
    assert (chain.rules[1].jump, chain.rules[1].from_zones) == ("FROM-WAN", ["eth0"])
    (rule,) = one(vyos.access_lists, name="FROM-WAN").rules
    assert (rule.from_zones, rule.to_zones, rule.services.services[0].ports) == (
        ["WAN"],
        ["DMZ"],
        ["443-443", "8443-8443"],
    )


def test_vyos_says_at_the_bond_what_its_ports_are(vyos: Device) -> None:
    assert one(vyos.interfaces, name="eth1").aggregate == "bond0"
    assert one(vyos.interfaces, name="bond0").aggregate_mode == "802.3ad"
    assert one(vyos.interfaces, name="bond0.50").zone == "DMZ"
    assert one(vyos.tunnels, kind="wireguard").remote_networks == ["10.60.0.2/32"]
    assert [(rule.kind, rule.translated) for rule in vyos.translations] == [
        ("destination", "10.50.1.10"),
        ("source", "interface"),
    ]


def test_names_that_are_defined_nowhere_are_found(office: Device, vyos: Device) -> None:
    assert {(item.name, item.source.first) for item in undefined(office)} == {("PARTNERS", 88), ("NO_SUCH_SET", 155)}
    assert {(item.name, item.source.first) for item in undefined(vyos)} == {("NO-SUCH-MAP", 42)}


def test_names_that_nothing_uses_are_found(office: Device, vyos: Device) -> None:
    assert {item.name for item in unused(office)} == {"NEVER_USED", "UNUSED_SET"}
    assert {item.name for item in unused(vyos)} == {"INSIDE"}


def test_what_a_packet_must_be_beyond_the_fields_of_a_rule_is_a_condition() -> None:
    device = said(
        """
set firewall name A rule 1 action accept
set firewall name A rule 1 protocol tcp
set firewall name A rule 1 tcp flags SYN,!ACK
set firewall name A rule 1 source mac-address 02:00:00:00:00:01
set firewall name A rule 1 destination port !22
set firewall name A rule 1 destination group port-group !P
set firewall name A rule 1 limit rate 5/minute
set firewall name A rule 1 fragment match-frag
set firewall name A rule 1 dscp 46
"""
    )
    (rule,) = device.access_lists[0].rules
    assert rule.conditions == [
        "tcp flags SYN,!ACK",
        "source mac-address 02:00:00:00:00:01",
        "destination port !22",
        "destination port-group !P",
        "limit rate 5/minute",
        "fragment match-frag",
        "dscp 46",
    ]
    assert [one.ports for one in rule.services.services] == [[]]
    assert rule.line_of("conditions").first == 4
    assert device.unparsed == []


def test_what_is_not_known_is_in_the_ledger() -> None:
    device = said(
        "firewall {\n    name X {\n        rule 1 {\n            action explode\n        }\n    }\n}\nblah {\n    a\n}"
    )
    assert [(entry.source.first, entry.text) for entry in device.unparsed] == [
        (4, "action explode"),
        (8, "blah"),
        (9, "a"),
    ]


def test_the_json_of_a_gateway_says_what_the_same_blocks_say() -> None:
    braces = """service {
    nat {
        rule 5000 {
            description "out of office"
            exclude
            outbound-interface eth0
            type masquerade
        }
    }
}
interfaces {
    ethernet eth0 {
        address 192.0.2.2/29
        address 192.0.2.3/29
        disable
    }
}"""
    as_json = """{
  "service": {"nat": {"rule": {"5000": {
      "description": "out of office",
      "exclude": "''",
      "outbound-interface": "eth0",
      "type": "masquerade"
  }}}},
  "interfaces": {"ethernet": {"eth0": {
      "address": ["192.0.2.2/29", "192.0.2.3/29"],
      "disable": ""
  }}}
}"""
    one_way, other = said(braces), said(as_json)
    assert other.unparsed == []
    assert one(other.translations).source == (2, 7)
    plain = [
        without_lines(found.model_dump(include={"interfaces", "translations", "definitions", "references"}))
        for found in (one_way, other)
    ]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("text", ["{", '{"a": [[[', '{"interfaces": 7', '{"firewall": {"name": {"": {}}}}', "{]}"])
def test_json_that_is_broken_raises_nothing(text: str) -> None:
    assert said(text).interfaces == []


def test_a_gre_interface_is_a_tunnel_in_whatever_order_it_is_said() -> None:
    found = said(
        """set interfaces tunnel tun0 remote-ip 203.0.113.9
set interfaces tunnel tun0 encapsulation gre
set interfaces tunnel tun1 encapsulation sit"""
    )
    assert [(tunnel.name, tunnel.kind, tunnel.peer) for tunnel in found.tunnels] == [("tun0", "gre", "203.0.113.9")]


def test_what_is_known_as_a_whole_is_known_whatever_words_it_has() -> None:
    assert said("set qos policy shaper UP bandwidth 10mbit").unparsed == []
