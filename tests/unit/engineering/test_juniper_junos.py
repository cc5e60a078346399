"""Junos, in braces and as commands."""

from pathlib import Path

import pytest
from tests.engineering import one, read, sample, samples, undefined, unused, without_lines

from engineering_api.facts.device import Device
from engineering_api.platforms.juniper_junos import PLATFORM
from engineering_api.reading.statements import statements

SRX = sample("juniper_junos", "srx-branch.conf")


def said(text: str) -> Device:
    """What lines of Junos say."""
    return read("juniper_junos", text.splitlines())


@pytest.fixture(scope="module")
def srx() -> Device:
    return read("juniper_junos", SRX)


@pytest.fixture(scope="module")
def ex() -> Device:
    return read("juniper_junos", sample("juniper_junos", "ex-access.set"))


@pytest.fixture(scope="module")
def mx() -> Device:
    return read("juniper_junos", sample("juniper_junos", "mx-edge.conf"))


@pytest.mark.parametrize("path", samples("juniper_junos"), ids=lambda path: str(path.stem))
def test_every_line_of_the_samples_is_understood(path: Path) -> None:
    assert said(path.read_text()).unparsed == []


def test_braces_and_commands_give_the_same_facts(srx: Device) -> None:
    nodes = PLATFORM.tree(SRX)
    commands = []
    for statement in statements(nodes):
        words = " ".join(f'"{word}"' if " " in word or not word else word for word in statement.words)
        commands.append(f"set {words}")
        if statement.off:
            begins = " ".join(statement.words[: statement.off[1]])
            commands.append(f"deactivate {begins}")

    assert without_lines(read("juniper_junos", commands)) == without_lines(srx)


def test_who_it_is_and_who_may_log_in(srx: Device) -> None:
    assert (srx.identity.hostname, srx.identity.version) == ("fw-branch-a", "21.4R3-S5.4")
    assert srx.identity.line_of("version") == (2, 2)
    assert [(user.name, user.privilege, user.password, user.keys) for user in srx.users] == [
        ("root", "super-user", "hash", 0),
        ("netops", "super-user", "hash", 1),
        ("frontdesk", "helpdesk", "", 0),
    ]
    assert one(srx.settings, name="login-attempts").value == "3"


def test_ways_to_manage_it_leave_out_what_is_inactive(srx: Device, ex: Device) -> None:
    assert [service.protocol for service in srx.management] == ["ssh", "netconf", "https", "snmp"]
    assert one(srx.management, protocol="ssh").options == ["root-login deny", "protocol-version v2"]
    assert one(srx.management, protocol="https").interfaces == ["irb.10"]
    assert [service.protocol for service in ex.management] == ["ssh", "telnet", "http", "snmp"]


def test_units_carry_addresses_filters_zones_and_what_the_zone_lets_in(srx: Device) -> None:
    outside = one(srx.interfaces, name="ge-0/0/0.0")
    assert [str(address.value) for address in outside.addresses] == ["198.51.100.18/29"]
    assert (outside.acl_in, outside.zone, outside.management) == ("protect-edge", "untrust", ["https"])
    inside = one(srx.interfaces, name="irb.10")
    assert (inside.kind, inside.vlan, inside.management) == ("vlan", 10, ["ssh", "ping"])
    assert one(srx.interfaces, name="ge-0/0/2.20").vlan == 20


def test_an_applied_group_is_merged_with_its_own_lines(srx: Device) -> None:
    management = one(srx.interfaces, name="fxp0.0")
    assert str(management.addresses[0].value) == "192.0.2.11/24"
    policy = one(one(srx.access_lists, name="from-zone trust to-zone untrust").rules, name="browse")
    assert policy.is_logged


def test_policies_become_rules_with_names_and_ports(srx: Device) -> None:
    browse, old = one(srx.access_lists, name="from-zone trust to-zone untrust").rules
    assert (browse.action, browse.from_zones, browse.to_zones) == ("permit", ["trust"], ["untrust"])
    assert browse.source_ends.names == ["inside"]
    assert browse.destination_ends.is_any
    assert [(one.protocol, one.ports) for one in browse.services.services] == [
        ("tcp", ["80-80"]),
        ("tcp", ["443-443"]),
    ]
    assert browse.services.names == ["dns"]
    assert browse.comment == "Staff may use the web"
    assert not old.is_enabled
    assert one(srx.access_lists, name="global").rules[0].action == "deny"


def test_translations_name_what_addresses_become(srx: Device) -> None:
    hide, publish = srx.translations
    assert (hide.kind, hide.translated, hide.from_zones, hide.to_zones) == (
        "source",
        "interface",
        ["trust"],
        ["untrust"],
    )
    assert (publish.kind, publish.translated, publish.translated_port) == ("destination", "10.10.20.5", "8443")
    assert publish.original_destination is not None
    assert publish.original_destination.networks == ["198.51.100.20/32"]


def test_a_tunnel_is_put_together_from_what_it_names(srx: Device) -> None:
    (tunnel,) = srx.tunnels
    assert (tunnel.peer, tunnel.interface, tunnel.ike, tunnel.authentication) == ("203.0.113.1", "st0.0", "2", "psk")
    assert tunnel.phase1 is not None
    assert (tunnel.phase1.encryption, tunnel.phase1.hashes, tunnel.phase1.groups) == (["aes256"], ["sha256"], ["19"])
    assert tunnel.pfs
    assert (tunnel.local_networks, tunnel.remote_networks) == (["10.10.0.0/16"], ["10.0.0.0/16"])


def test_a_pool_of_addresses_has_its_range_and_reservations(srx: Device) -> None:
    (pool,) = srx.dhcp_pools
    assert (pool.network, pool.gateway, pool.dns) == ("10.10.10.0/24", "10.10.10.1", ["192.0.2.53"])
    assert pool.ranges == ["10.10.10.100-10.10.10.199"]
    assert pool.reservations == ["copier 00:11:22:33:44:55 10.10.10.50"]


def test_terms_of_filters_become_rules(mx: Device) -> None:
    bgp, icmp, counts = one(mx.access_lists, name="protect-re").rules
    assert bgp.source_ends.networks == ["203.0.113.0/25"]
    assert [(one.source_ports, one.ports) for one in bgp.services.services] == [
        ([], ["179-179"]),
        (["179-179"], []),
    ]
    assert [one.icmp for one in icmp.services.services] == ["echo-request", "echo-reply"]
    assert counts.is_passing
    assert one(mx.access_lists, name="log-rest").rules[0].action == "deny"


def test_an_address_that_may_be_either_end_is_two_rules() -> None:
    device = said(
        "set firewall family inet filter f term t from address 10.0.0.0/8\n"
        "set firewall family inet filter f term t then discard"
    )
    first, second = device.access_lists[0].rules
    assert (first.source_ends.networks, first.destination_ends.is_any) == (["10.0.0.0/8"], True)
    assert (second.source_ends.is_any, second.destination_ends.networks) == (True, ["10.0.0.0/8"])


def test_what_a_packet_must_be_beyond_the_fields_of_a_term_is_a_condition() -> None:
    device = said(
        """
set firewall filter F term T from protocol-except udp
set firewall filter F term T from destination-port-except [ 22 23 ]
set firewall filter F term T from tcp-flags "syn & !ack"
set firewall filter F term T from is-fragment
set firewall filter F term T from dscp ef
set firewall filter F term T then accept
"""
    )
    (rule,) = device.access_lists[0].rules
    assert rule.conditions == [
        "protocol-except udp",
        "destination-port-except 22",
        "destination-port-except 23",
        "tcp-flags syn & !ack",
        "is-fragment",
        "dscp ef",
    ]
    assert rule.line_of("conditions").first == 2
    assert device.unparsed == []


def test_routes_have_next_hops_distances_and_tables(mx: Device) -> None:
    assert [(str(route.prefix), route.gateway, route.distance, route.vrf) for route in mx.routes] == [
        ("192.0.2.0/24", "10.40.0.2", 7, ""),
        ("192.0.2.0/24", "203.0.113.1", 20, ""),
        ("198.18.0.0/15", "", None, ""),
        ("0.0.0.0/0", "", None, "customer-a"),
    ]
    assert not mx.routes[2].is_enabled


def test_neighbours_take_over_what_their_group_says(mx: Device) -> None:
    bgp = one(mx.routing, protocol="bgp")
    assert (bgp.process, bgp.router_id) == ("64500", "10.40.255.2")
    outside, inside = bgp.peers
    assert (outside.remote_as, outside.has_password) == ("64510", True)
    assert outside.filters == ["import from-transit", "export to-transit", "export bogus-policy"]
    assert inside.remote_as == "64500"
    ospf = one(mx.routing, protocol="ospf")
    assert (ospf.passive, ospf.redistributes) == (["lo0.0"], ["redistribute-static"])


def test_a_port_in_a_routing_instance_knows_it(mx: Device) -> None:
    assert one(mx.interfaces, name="lo0.10").vrf == "customer-a"


def test_ports_of_a_switch_know_their_vlans_by_number(ex: Device) -> None:
    printers = one(ex.interfaces, name="ge-0/0/2.0")
    assert (printers.mode, printers.access_vlan, printers.is_edge) == ("access", 30, True)
    assert printers.protections == ["portfast", "root-guard"]
    trunk = one(ex.interfaces, name="ge-0/0/3.0")
    assert (trunk.mode, trunk.native_vlan, trunk.trunk_vlans) == ("trunk", 99, [20, 40, 41, 42])
    everything = one(ex.interfaces, name="ae0.0")
    assert (everything.mode, everything.trunk_vlans) == ("trunk", None)
    assert one(ex.interfaces, name="ge-0/0/0").aggregate == "ae0"
    assert one(ex.interfaces, name="ge-0/0/8.0").voice_vlan == 50


def test_a_range_of_ports_is_read_for_each_of_them(ex: Device) -> None:
    for number in (4, 5, 6):
        assert one(ex.interfaces, name=f"ge-0/0/{number}.0").access_vlan == 20
        assert one(ex.interfaces, name=f"ge-0/0/{number}").description == "Desk port"


def test_a_port_that_is_deactivated_or_disabled_is_off_with_its_units(ex: Device) -> None:
    assert [one.name for one in ex.interfaces if not one.is_enabled] == ["ge-0/0/7", "ge-0/0/9", "ge-0/0/9.0"]


def test_spanning_tree_and_layer_two(ex: Device) -> None:
    (tree,) = ex.spanning_tree
    assert (tree.mode, tree.priorities) == ("rstp", {"0": 32768})
    assert one(ex.settings, name="bpdu-guard").source == (49, 49)
    assert [(vlan.id, vlan.name) for vlan in ex.vlans] == [
        (20, "office"),
        (30, "printers"),
        (50, "voice"),
        (60, "cameras"),
        (99, "management"),
    ]


def test_snmp_keeps_no_community_but_what_it_may_do(ex: Device, srx: Device) -> None:
    assert (ex.snmp[0].access, ex.snmp[0].is_well_known, ex.snmp[0].acl) == ("rw", False, "clients")
    assert (srx.snmp[0].access, srx.snmp[0].is_well_known) == ("ro", True)


def test_names_that_are_defined_nowhere_are_found(srx: Device, ex: Device, mx: Device) -> None:
    assert {(item.name, item.source.first) for item in undefined(srx)} == {("web-host", 270)}
    assert {(item.name, item.source.first) for item in undefined(ex)} == {("guests", 29)}
    assert {(item.name, item.source.first) for item in undefined(mx)} == {
        ("bogus-policy", 69),
        ("xe-0/0/5.0", 91),
        ("no-such-import", 190),
    }


def test_names_that_nothing_uses_are_found(srx: Device, ex: Device, mx: Device) -> None:
    assert {item.name for item in unused(srx)} == {"forgotten", "updates", "nobody", "leftover"}
    assert unused(ex) == []
    assert {item.name for item in unused(mx)} == {"unused-policy", "never-used"}


def test_a_logical_system_is_a_scope_of_its_own() -> None:
    device = said("logical-systems {\n  a {\n    interfaces {\n      lo0 {\n        unit 1;\n      }\n    }\n  }\n}")
    assert device.scopes == ["a"]
    assert {one.scope for one in device.interfaces} == {"a"}


def test_a_terminal_around_the_configuration_is_no_part_of_it() -> None:
    device = said("ops@edge-9> show configuration\n{master:0}\nsystem {\n    services {\n        ssh;\n    }\n}")
    assert device.identity.hostname == "edge-9"
    assert device.unparsed == []


def test_what_is_not_known_is_in_the_ledger_with_its_block() -> None:
    device = said(
        "system {\n    frobnicate {\n        a 1;\n    }\n}\ninterfaces {\n    ge-0/0/0 {\n        unit 0 {\n"
        "            family inet {\n                address 300.1.1.1/24;\n            }\n        }\n    }\n}\n"
        "delete system host-name"
    )
    assert [(entry.source.first, entry.text) for entry in device.unparsed] == [
        (2, "frobnicate"),
        (3, "a 1"),
        (10, "address 300.1.1.1/24"),
        (15, "delete system host-name"),
    ]


def test_commands_may_say_several_things_of_one_policy() -> None:
    device = said(
        "set security policies global policy p match source-address any destination-address any application junos-ssh\n"
        "set security policies global policy p then permit"
    )
    (rule,) = device.access_lists[0].rules
    assert (rule.action, rule.source_ends.is_any, rule.services.services[0].ports) == ("permit", True, ["22-22"])
    assert device.unparsed == []


def test_a_key_may_be_good_from_one_address_only() -> None:
    device = said('set system login user backup authentication ssh-rsa "REDACTED-key-ee0001" from 192.0.2.129')
    assert (device.users[0].keys, device.users[0].allowed) == (1, ["192.0.2.129"])


def test_protections_reach_a_port_that_is_said_later() -> None:
    device = said(
        "set ethernet-switching-options secure-access-port interface ge-0/0/1.0 mac-limit 2 action drop\n"
        "set ethernet-switching-options secure-access-port interface ge-0/0/1.0 dhcp-trusted\n"
        "set interfaces ge-0/0/1 unit 0 family ethernet-switching"
    )
    assert one(device.interfaces, name="ge-0/0/1.0").protections == ["port-security", "dhcp-trust"]
    assert device.unparsed == []


def test_a_prefix_that_is_excepted_from_all_is_negated() -> None:
    device = said(
        "set firewall family inet filter f term t from source-address 0.0.0.0/0\n"
        "set firewall family inet filter f term t from source-prefix-list admins except\n"
        "set firewall family inet filter f term t then discard\n"
        "set policy-options prefix-list admins 192.0.2.0/24"
    )
    (rule,) = device.access_lists[0].rules
    assert (rule.source_ends.is_negated, rule.source_ends.names) == (True, ["admins"])
    assert undefined(device) == []


def test_an_older_switch_says_more_of_ports_than_is_at_them() -> None:
    found = said(
        """interfaces {
    interface-range DESKS { member-range ge-0/0/1 to ge-0/0/2; unit 0 { family ethernet-switching; } }
    ge-0/0/9 { unit 0 { family ethernet-switching { port-mode access; } } }
    vlan { unit 10 { family inet { address 10.1.10.1/24; } } }
}
protocols { rstp { interface DESKS.0 { edge; } } }
ethernet-switching-options {
    voip {
        interface DESKS { vlan voice; }
        interface access-ports { vlan voice; }
    }
}
forwarding-options { helpers { bootp { server 10.0.0.6; interface { vlan.10; } } } }
vlans {
    voice { vlan-id 20; }
    rooms { vlan-range 100-102; }
}"""
    )
    assert {one.name: one.voice_vlan for one in found.interfaces if one.voice_vlan} == {
        "ge-0/0/1.0": 20, "ge-0/0/2.0": 20, "ge-0/0/9.0": 20,
    }  # fmt: skip
    assert [one.name for one in found.interfaces if one.is_edge] == ["ge-0/0/1.0", "ge-0/0/2.0"]
    assert one(found.interfaces, name="vlan.10").dhcp_relays == ["10.0.0.6"]
    assert [(vlan.id, vlan.name) for vlan in found.vlans] == [
        (20, "voice"), (100, "rooms"), (101, "rooms"), (102, "rooms"),
    ]  # fmt: skip
    assert (found.unparsed, undefined(found)) == ([], [])


def test_a_list_has_the_addresses_that_its_path_finds() -> None:
    found = said(
        """set protocols bgp group UP neighbor 192.0.2.1 description one
set protocols bgp group UP neighbor 2001:db8::1
set protocols bgp group DOWN neighbor 192.0.2.9
set policy-options prefix-list PEERS apply-path "protocols bgp group <U*> neighbor <*>" """
    )
    (peers,) = found.address_objects
    assert peers.ends.networks == ["192.0.2.1/32", "2001:db8::1/128"]
    assert found.unparsed == []


def test_what_a_command_deletes_is_gone_and_what_it_cannot_delete_is_in_the_ledger() -> None:
    found = said(
        """configure
set system name-server 10.0.0.5
set system name-server 10.0.0.6
delete system name-server 10.0.0.5
delete system ntp
set system ntp server 10.0.0.7
commit and-quit"""
    )
    assert [server.address for server in found.servers] == ["10.0.0.6", "10.0.0.7"]
    assert [line.text for line in found.unparsed] == ["delete system ntp"]


def test_a_preference_is_that_of_all_next_hops_that_say_none() -> None:
    found = said(
        """set routing-options static route 0.0.0.0/0 next-hop 192.0.2.1
set routing-options static route 0.0.0.0/0 next-hop 192.0.2.2
set routing-options static route 0.0.0.0/0 qualified-next-hop 192.0.2.3 preference 20
set routing-options static route 0.0.0.0/0 qualified-next-hop 192.0.2.3 metric 7
set routing-options static route 0.0.0.0/0 preference 8"""
    )
    assert [(route.gateway, route.distance) for route in found.routes] == [
        ("192.0.2.1", 8), ("192.0.2.2", 8), ("192.0.2.3", 20),
    ]  # fmt: skip


def test_servers_of_the_security_log_are_servers_of_the_log() -> None:
    found = said("security { log { mode stream; stream SIEM { host { 10.0.0.9; port 514; } } } }")
    assert [(server.kind, server.address) for server in found.servers] == [("syslog", "10.0.0.9")]
    assert found.unparsed == []
