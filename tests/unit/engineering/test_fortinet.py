"""FortiOS."""

import pytest
from tests.engineering import line, one, read, sample, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.platforms.fortinet import PLATFORM

BRANCH = sample("fortinet", "branch-60f.conf")


def said(text: str) -> Device:
    """What lines of FortiOS say."""
    return read("fortinet", text.splitlines())


@pytest.fixture(scope="module")
def branch() -> Device:
    return read("fortinet", BRANCH)


@pytest.fixture(scope="module")
def hq() -> Device:
    return read("fortinet", sample("fortinet", "hq-200f-vdoms.conf"))


def test_it_is_known_by_the_names_people_use() -> None:
    assert {PLATFORM.name, PLATFORM.title.lower(), *PLATFORM.aliases} == {"fortinet", "fortios", "fortigate"}


def test_every_line_of_a_branch_is_understood(branch: Device) -> None:
    assert branch.unparsed == []


def test_a_setting_that_is_not_known_is_in_the_ledger(hq: Device) -> None:
    assert [(entry.source.first, entry.text) for entry in hq.unparsed] == [(137, "set frobnicate 3")]


def test_the_header_tells_model_and_version(branch: Device) -> None:
    identity = branch.identity
    assert (identity.model, identity.version, identity.hostname) == ("FGT60F", "7.2.8", "fw-branch-01")
    assert identity.domain == "branch.example"


def test_interfaces_have_addresses_parents_and_what_manages_there(branch: Device) -> None:
    wan = one(branch.interfaces, name="wan1")
    assert [str(address.value) for address in wan.addresses] == ["203.0.113.10/29"]
    assert (wan.kind, wan.alias, wan.management) == ("physical", "Provider A", ["ping", "https", "fgfm"])
    assert wan.line_of("management") == line(BRANCH, "set allowaccess ping https fgfm")
    assert one(branch.interfaces, name="wan2").is_dhcp_client
    assert not one(branch.interfaces, name="wan2").is_enabled
    voice = one(branch.interfaces, name="voice")
    assert (voice.kind, voice.vlan, voice.parent, voice.zone) == ("vlan", 30, "lacp1", "inside")
    assert voice.dhcp_relays == ["10.20.1.5", "10.20.1.6"]
    assert [str(address.value) for address in voice.addresses] == ["10.20.30.1/24", "2001:db8:20:30::1/64"]
    inside = one(branch.interfaces, name="internal")
    assert [(str(address.value), address.is_secondary) for address in inside.addresses] == [
        ("10.20.1.1/24", False),
        ("10.20.2.1/24", True),
    ]
    assert (inside.kind, inside.members) == ("bridge", ["internal1", "internal2"])
    assert one(branch.interfaces, name="internal1").parent == "internal"
    assert voice.virtual_addresses == ["10.20.30.254 vrrp 5"]
    assert all(interface.scope == "" for interface in branch.interfaces)


def test_ports_are_members_of_aggregates_and_tagged_vlans_are_known(branch: Device) -> None:
    assert one(branch.interfaces, name="internal3").aggregate == "lacp1"
    assert one(branch.interfaces, name="internal3").aggregate_mode == "active"
    assert [(vlan.id, vlan.name) for vlan in branch.vlans] == [(30, "voice")]


def test_ports_of_managed_switches_have_the_vlans_of_their_interfaces(branch: Device) -> None:
    first = one(branch.interfaces, name="S108EN0000000001/port1")
    assert (first.mode, first.access_vlan, first.protections) == ("access", 30, ["dhcp-trust"])
    second = one(branch.interfaces, name="S108EN0000000001/port2")
    assert (second.mode, second.trunk_vlans) == ("trunk", [30])


def test_a_policy_has_all_that_decides(branch: Device) -> None:
    policies = one(branch.access_lists, name="policy")
    assert policies.kind == "policy"
    assert [rule.id for rule in policies.rules] == ["1", "2", "4", "3"]
    first, second, third, last = policies.rules
    assert (first.name, first.action, first.from_zones, first.to_zones) == (
        "office to internet",
        "permit",
        ["inside"],
        ["wan1"],
    )
    assert first.source_ends.names == ["branch"]
    assert first.destination_ends.is_any
    assert first.services.names == ["office", "SSH"]
    assert (first.schedule, first.is_logged, first.translates) == ("worktime", True, True)
    assert first.profiles == ["ssl-ssh-profile certificate-inspection", "ips-sensor office-ips"]
    assert first.comment == "Reviewed yearly"
    assert second.services.is_any
    assert second.destination_ends.is_negated
    assert (third.is_enabled, third.from_zones, third.users) == (False, [], ["vpn-users"])
    assert last.action == "deny"


def test_what_comes_to_the_firewall_itself_is_a_list_of_its_own(branch: Device) -> None:
    local = one(branch.access_lists, name="local-in-policy")
    assert (local.rules[0].action, local.rules[0].from_zones, local.ends_denying) == ("deny", ["wan1"], False)


def test_objects_stand_for_addresses_and_services(branch: Device) -> None:
    ends = {item.name: item.ends for item in branch.address_objects}
    assert ends["all"].is_any
    assert ends["branch-lan"].networks == ["10.20.1.0/24"]
    assert ends["branch-phones"].ranges == ["10.20.30.10-10.20.30.99"]
    assert ends["updates"].fqdns == ["updates.example.com"]
    assert ends["abroad"].names == ["geography ZZ"]
    assert ends["branch"].names == ["branch-lan", "branch-phones"]
    assert ends["web-server"].networks == ["203.0.113.11/32"]
    assert one(branch.address_objects, name="branch-lan").comment == 'Staff, second line of the "remark"'
    erp = one(branch.service_objects, name="erp").services.services
    assert [(item.protocol, item.ports, item.source_ports) for item in erp] == [
        ("tcp", ["8000-8010"], []),
        ("tcp", ["9000-9000"], ["1024-65535"]),
        ("udp", ["8000-8000"], []),
    ]
    ping = one(branch.service_objects, name="PING").services.services[0]
    assert (ping.protocol, ping.icmp) == ("icmp", "8")


def test_services_of_the_factory_have_ports_where_no_line_defines_them(branch: Device) -> None:
    assert [item.ports for item in one(branch.service_objects, name="SSH").services.services] == [["22-22"]]
    assert {item.protocol for item in one(branch.service_objects, name="DNS").services.services} == {"tcp", "udp"}


def test_only_what_is_defined_nowhere_is_undefined(branch: Device, hq: Device) -> None:
    assert {item.name for item in undefined(branch)} == {"missing-address", "missing-service", "own-networks"}
    assert undefined(hq) == []


def test_only_what_nothing_uses_is_unused(branch: Device) -> None:
    assert {item.name for item in unused(branch)} == {"forgotten", "updates"}


def test_pools_and_virtual_addresses_translate(branch: Device) -> None:
    outward = one(branch.translations, kind="source")
    assert (outward.name, outward.translated, outward.to_zones) == ("policy 1", "pool-a", ["wan1"])
    inward = one(branch.translations, kind="destination")
    assert (inward.name, inward.translated, inward.translated_port) == ("web-server", "10.20.1.20", "8443")
    assert inward.service is not None
    assert inward.service.services[0].ports == ["443-443"]


def test_tunnels_have_what_both_ends_must_agree_on(branch: Device) -> None:
    site = one(branch.tunnels, name="to-hq")
    assert (site.kind, site.ike, site.peer, site.authentication, site.interface) == (
        "ipsec",
        "2",
        "198.51.100.1",
        "psk",
        "wan1",
    )
    assert site.phase1 is not None
    assert site.phase1.encryption == ["aes256", "aes128gcm"]
    assert site.phase1.hashes == ["sha256", "sha384"]
    assert (site.phase1.groups, site.phase1.lifetime_seconds) == (["14", "21"], 28800)
    assert site.phase2 is not None
    assert (site.phase2.groups, site.phase2.lifetime_seconds, site.pfs) == (["14"], 3600, True)
    assert (site.local_networks, site.remote_networks) == (["10.20.0.0/16"], ["10.10.0.0/16"])
    dialin = one(branch.tunnels, name="dialin")
    assert dialin.phase1 is not None
    assert (dialin.kind, dialin.is_aggressive, dialin.pfs, dialin.phase1.encryption) == (
        "ipsec-dialin",
        True,
        False,
        ["3des"],
    )
    assert one(branch.tunnels, kind="ssl").interface == "wan1"


def test_routes_are_by_mask_name_or_default(branch: Device) -> None:
    assert [(str(route.prefix), route.gateway, route.interface, route.is_discard, route.is_enabled) for route in
            branch.routes] == [
        ("0.0.0.0/0", "203.0.113.9", "wan1", False, True),
        ("10.10.0.0/16", "", "", True, True),
        ("10.10.0.0/16", "", "to-hq", False, False),
    ]  # fmt: skip
    assert branch.routes[1].distance == 254


def test_routing_processes_have_peers_and_networks(branch: Device) -> None:
    ospf, bgp = branch.routing
    assert (ospf.protocol, ospf.router_id, ospf.networks, ospf.redistributes) == (
        "ospf",
        "10.20.1.1",
        ["10.20.1.0/24"],
        ["connected"],
    )
    assert (bgp.process, bgp.networks) == ("65020", ["10.20.0.0/16"])
    peer = bgp.peers[0]
    assert (peer.address, peer.remote_as, peer.has_password, peer.filters) == (
        "10.255.0.1",
        "65010",
        True,
        ["route-map-out announce"],
    )


def test_a_dhcp_server_has_ranges_options_and_reservations(branch: Device) -> None:
    pool = branch.dhcp_pools[0]
    assert (pool.network, pool.gateway, pool.interface) == ("10.20.1.0/24", "10.20.1.1", "internal")
    assert pool.ranges == ["10.20.1.100-10.20.1.199"]
    assert pool.options == ["66 tftp.branch.example"]
    assert pool.reservations == ["printer 00:11:22:33:44:55 10.20.1.120"]
    assert pool.lease_seconds == 28800


def test_servers_are_by_kind(branch: Device) -> None:
    assert [(server.kind, server.address) for server in branch.servers] == [
        ("dns", "9.9.9.9"),
        ("dns", "149.112.112.112"),
        ("snmp-trap", "10.20.1.50"),
        ("ntp", "ntp.example.net"),
        ("radius", "10.20.1.7"),
        ("syslog", "10.20.1.60"),
    ]
    assert one(branch.servers, kind="radius").has_key
    assert one(branch.servers, kind="syslog").options == ["mode reliable", "port 6514"]


def test_administrators_and_their_ways_in_are_told(branch: Device) -> None:
    admin = one(branch.users, name="admin")
    assert (admin.privilege, admin.password, admin.allowed) == ("super_admin", "hash", ["10.20.1.0/24"])
    https = one(branch.management, protocol="https")
    assert (https.port, https.interfaces, https.idle_seconds) == (8443, ["wan1", "internal"], 900)
    # One administrator may come from everywhere, and so may whoever knows the password.
    assert https.allowed == []
    assert one(branch.management, protocol="ssh").port == 2222
    settings = {(setting.name, setting.is_on, setting.value) for setting in branch.settings}
    assert {
        ("idle-timeout", True, "900"),
        ("login-attempts", True, "3"),
        ("pre-login-banner", True, ""),
        ("web-cipher", False, "weak"),
        ("password-length", True, "12"),
        ("two-factor", True, "helpdesk"),
        ("high-availability", True, "a-p"),
    } <= settings


def test_snmp_is_told_without_its_community(branch: Device) -> None:
    community, user = branch.snmp
    assert (community.version, community.is_well_known, community.acl) == ("2c", True, "10.20.1.50/255.255.255.255")
    assert (user.version, user.user, user.level) == ("3", "monitor", "priv")


def test_wireless_networks_have_their_security(branch: Device) -> None:
    guest = branch.wireless[0]
    assert (guest.ssid, guest.security, guest.vlan, guest.is_hidden, guest.is_isolated) == (
        "Example Guest",
        "wpa3-sae",
        77,
        True,
        True,
    )


def test_vdoms_are_scopes(hq: Device) -> None:
    assert hq.scopes == ["root", "customer-a"]
    assert {interface.name: interface.scope for interface in hq.interfaces} == {
        "port1": "root",
        "port2": "customer-a",
        "a-dmz": "customer-a",
        "npu0_vlink0": "root",
    }
    assert [(item.scope, item.ends.networks) for item in hq.address_objects] == [
        ("root", ["10.99.0.0/24"]),
        ("customer-a", ["10.11.0.0/24"]),
    ]
    assert [(rules.scope, len(rules.rules)) for rules in hq.access_lists] == [("root", 1), ("customer-a", 2)]
    assert hq.access_lists[1].rules[1].services.names == ["HTTPS", "SSH"]
    assert one(hq.interfaces, name="port2").zone == "trust"


def test_sdwan_members_are_in_zones(hq: Device) -> None:
    zone = one(hq.zones, name="underlay")
    assert (zone.interfaces, zone.scope) == (["port1"], "root")
    assert hq.routes[0].interface == "underlay"


def test_a_list_can_be_said_anew_or_added_to() -> None:
    device = said(
        "config firewall policy\nedit 1\nset srcaddr a b\nset srcaddr c\nappend srcaddr d\nset service ALL\n"
        "set service HTTP\nnext\nend"
    )
    rule = device.access_lists[0].rules[0]
    assert (rule.source_ends.names, rule.services.names, rule.services.is_any) == (["c", "d"], ["HTTP"], False)


def test_a_name_may_stand_for_both_families() -> None:
    device = said(
        "config firewall address\nedit n\nset subnet 10.0.0.0 255.0.0.0\nnext\nend\n"
        "config firewall address6\nedit n\nset ip6 2001:db8::/32\nnext\nend"
    )
    assert one(device.address_objects, name="n").ends.networks == ["10.0.0.0/8", "2001:db8::/32"]


def test_all_addresses_of_one_family_are_not_all_of_the_other() -> None:
    device = said('config firewall policy\nedit 1\nset srcaddr "lan"\nset srcaddr6 "all"\nend')
    ends = device.access_lists[0].rules[0].source_ends
    assert (ends.is_any, ends.names, ends.networks) == (False, ["lan"], ["::/0"])


def test_a_mask_with_holes_is_a_wildcard() -> None:
    device = said("config firewall address\nedit w\nset type wildcard\nset wildcard 10.0.0.122 255.255.0.255\nend")
    assert device.address_objects[0].ends.wildcards == ["10.0.0.122 0.0.255.0"]


def test_what_cannot_be_so_is_in_the_ledger() -> None:
    text = "config system interface\nedit a\nset ip 10.0.0.1 255.0.255.0\nset vlanid many\nend\nconfig unheard of\nend"
    assert [entry.source.first for entry in said(text).unparsed] == [3, 4, 6]


def test_routes_by_a_bundle_leave_by_it_and_those_for_a_service_are_no_default_route() -> None:
    routes = said(
        """config router static
    edit 1
        set distance 1
        set virtual-wan-link enable
    next
    edit 2
        set internet-service 65536
        set device "wan1"
    next
    edit 3
        set dst 10.0.0.0 255.0.0.0
        set internet-service 0
        set device "lan"
    next
end"""
    ).routes
    assert [(str(route.prefix), route.interface) for route in routes] == [
        ("0.0.0.0/0", "virtual-wan-link"),
        ("10.0.0.0/8", "lan"),
    ]


def test_routing_processes_and_dial_in_that_run_are_told_and_those_of_the_factory_are_not() -> None:
    device = said(
        """config router rip
    config network
        edit 1
            set prefix 10.0.0.0 255.0.0.0
        next
    end
end
config router ospf6
    config redistribute "connected"
    end
end
config vpn pptp
    set status enable
    set eip 10.9.0.20
    set sip 10.9.0.10
    set usrgrp "staff"
end
config vpn l2tp
    set status disable
end
config system auto-install
    set auto-install-config disable
    set auto-install-image enable
end"""
    )
    assert [(one.protocol, one.source.first) for one in device.routing] == [("rip", 1)]
    assert [one.kind for one in device.tunnels] == ["pptp"]
    assert [(one.is_on, one.value) for one in device.settings if one.name == "auto-install"] == [
        (False, "USB config"),
        (True, "USB image"),
    ]
    assert not device.unparsed


def test_a_policy_says_what_narrows_it_besides_its_ends() -> None:
    rules = (
        said(
            """config firewall policy
    edit 1
        set srcintf "lan"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set internet-service enable
        set internet-service-name "Microsoft-Office365"
        set internet-service-negate enable
        set schedule "always"
        set ztna-ems-tag "EMS1_ZTNA_Critical"
        set reputation-minimum 3
    next
    edit 2
        set srcintf "lan"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
        set reputation-minimum 0
        set vlan-filter ''
        set sgt-check disable
    next
end"""
        )
        .access_lists[0]
        .rules
    )
    assert [one.conditions for one in rules] == [["ztna-ems-tag EMS1_ZTNA_Critical", "reputation-minimum 3"], []]
    assert rules[0].destination_ends.is_negated


def test_a_virtual_address_says_from_where_alone_it_is_translated() -> None:
    made = one(
        said(
            """config firewall vip
    edit "web"
        set extip 203.0.113.9
        set mappedip "10.0.2.9"
        set extintf "any"
        set src-filter "198.51.100.0/24" "192.0.2.1-192.0.2.9"
        set srcintf-filter "wan2"
    next
end"""
        ).translations,
        name="web",
    )
    assert made.original_source is not None
    assert (made.original_source.networks, made.original_source.ranges) == (
        ["198.51.100.0/24"],
        ["192.0.2.1-192.0.2.9"],
    )
    assert made.from_zones == ["wan2"]
