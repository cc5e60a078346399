"""IOS and IOS-XE: what a branch router, an access switch and single lines say."""

from ipaddress import IPv4Interface, ip_network

import pytest
from tests.engineering import CONFIGS, device, port, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Rule

ROUTER = (CONFIGS / "cisco_ios" / "branch-router.cfg").read_text()
SWITCH = (CONFIGS / "cisco_ios" / "access-switch.cfg").read_text()


def ios(text: str) -> Device:
    """What lines of IOS say."""
    return device("cisco_ios", text)


@pytest.fixture(scope="module")
def router() -> Device:
    """What the branch router's configuration says."""
    return ios(ROUTER)


@pytest.fixture(scope="module")
def switch() -> Device:
    """What the access switch's configuration says."""
    return ios(SWITCH)


def listed(of: Device, name: str) -> AccessList:
    """An access list by its name."""
    return next(one for one in of.access_lists if one.name == name)


def rule(line: str) -> Rule:
    """The rule of a line in an extended list."""
    found = ios(f"ip access-list extended X\n {line}")
    assert not found.unparsed
    return found.access_lists[0].rules[0]


def test_who_the_device_is(router: Device, switch: Device) -> None:
    assert (router.identity.hostname, router.identity.domain) == ("BR1-RTR01", "branch.example.net")
    assert (router.identity.model, router.identity.serial) == ("ISR4331/K9", "FDO00000XYZ")
    assert (switch.identity.model, switch.identity.version) == ("WS-C2960X-48FPS-L", "15.2(7)E4")


def test_nothing_of_the_samples_is_left_over(router: Device, switch: Device) -> None:
    assert router.unparsed == []
    assert switch.unparsed == []


def test_addresses_of_interfaces_with_their_lines(router: Device) -> None:
    office = port(router, "GigabitEthernet0/0/1.20")

    assert [(str(one.value), one.is_secondary) for one in office.addresses] == [
        ("10.10.20.1/24", False),
        ("10.10.21.1/24", True),
    ]
    first = office.addresses[0].source.first
    assert ROUTER.splitlines()[first - 1] == " ip address 10.10.20.1 255.255.255.0"
    assert (office.vlan, office.parent, office.kind) == (20, "GigabitEthernet0/0/1", "subinterface")
    assert office.virtual_addresses == ["10.10.20.254 hsrp 20"]
    assert office.dhcp_relays == ["10.20.0.67"]
    assert port(router, "GigabitEthernet0/0/1.30").vrf == "GUEST"
    assert port(router, "GigabitEthernet0/0/2").is_dhcp_client
    assert not port(router, "GigabitEthernet0/0/2").is_enabled
    assert port(router, "GigabitEthernet0/0/0").description == 'WAN "ISP A" 100M'


def test_what_is_said_is_kept_and_what_is_not_said_is_not(switch: Device) -> None:
    desk = port(switch, "GigabitEthernet1/0/1")
    silent = port(switch, "GigabitEthernet1/0/2")

    assert (desk.mode, desk.access_vlan, desk.voice_vlan, desk.is_edge) == ("access", 10, 20, True)
    assert set(desk.protections) == {"portfast", "bpdu-guard", "port-security", "storm-control", "dot1x"}
    assert (silent.mode, silent.access_vlan, silent.power, silent.is_edge) == (None, 10, "never", None)
    assert port(switch, "TenGigabitEthernet1/0/1").mode == "routed"


@pytest.mark.parametrize(
    ("lines", "vlans"),
    [
        (["10,20-22"], [10, 20, 21, 22]),
        (["10", "add 20,30-31"], [10, 20, 30, 31]),
        (["10-12", "remove 11"], [10, 12]),
        (["none"], []),
        (["all"], None),
        (["except 2-4094"], [1]),
        (["remove 1-4092"], [4093, 4094]),
    ],
)
def test_vlans_of_a_trunk(lines: list[str], vlans: list[int] | None) -> None:
    text = "".join(f" switchport trunk allowed vlan {one}\n" for one in lines)
    found = ios(f"interface GigabitEthernet0/1\n{text}")

    assert not found.unparsed
    assert found.interfaces[0].trunk_vlans == vlans


def test_aggregates_and_vlans(switch: Device) -> None:
    member = port(switch, "GigabitEthernet1/0/47")

    assert (member.aggregate, member.aggregate_mode) == ("Port-channel1", "active")
    assert port(switch, "Port-channel1").trunk_vlans == [10, 20, 30, 40, 41, 42]
    assert port(switch, "Port-channel1").native_vlan == 99
    assert [(one.id, one.name, one.is_enabled) for one in switch.vlans] == [
        (10, "Office", True),
        (20, "Voice", True),
        (30, "", True),
        (40, "", True),
        (41, "", True),
        (42, "", True),
        (99, "Native unused", False),
    ]
    assert switch.spanning_tree[0].mode == "rapid-pvst"
    assert switch.spanning_tree[0].priorities == {"10,20": 24576}


def test_a_range_of_interfaces_says_the_same_of_each() -> None:
    found = ios("interface range Gi1/0/1 - 2 , Te1/1/4\n switchport access vlan 7\n odd line\n")

    assert [(one.name, one.access_vlan) for one in found.interfaces] == [
        ("GigabitEthernet1/0/1", 7),
        ("GigabitEthernet1/0/2", 7),
        ("TenGigabitEthernet1/1/4", 7),
    ]
    assert [one.source.first for one in found.unparsed] == [3]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("gi0/1", "GigabitEthernet0/1"),
        ("GigabitEthernet 0/1", "GigabitEthernet0/1"),
        ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
        ("vlan 10", "Vlan10"),
        ("Po 3", "Port-channel3"),
        ("Serial0/0/0:15", "Serial0/0/0:15"),
        ("Serial0/1.100 point-to-point", "Serial0/1.100"),
    ],
)
def test_interfaces_have_their_long_names(written: str, name: str) -> None:
    assert [one.name for one in ios(f"interface {written}\n").interfaces] == [name]


def test_static_routes(router: Device) -> None:
    found = [(str(one.prefix), one.gateway, one.interface, one.distance, one.vrf, one.name) for one in router.routes]

    assert found == [
        ("0.0.0.0/0", "198.51.100.1", "", None, "", ""),
        ("0.0.0.0/0", "dhcp", "GigabitEthernet0/0/2", 250, "", ""),
        ("10.0.0.0/8", "", "Null0", None, "", "no-way-out"),
        ("0.0.0.0/0", "198.51.100.1", "", None, "GUEST", ""),
    ]
    assert [one.is_discard for one in router.routes] == [False, False, True, False]


def test_routing_protocols(router: Device) -> None:
    eigrp, ospf, bgp = router.routing

    assert (eigrp.networks, eigrp.passive, eigrp.redistributes) == (
        ["10.10.0.0/16"],
        ["default", "no Tunnel100"],
        ["static"],
    )
    assert (ospf.router_id, ospf.networks) == ("10.255.0.11", ["10.255.0.11/32 area 0"])
    assert [(one.address, one.remote_as, one.has_password) for one in bgp.peers] == [("198.51.100.1", "64500", True)]
    assert bgp.peers[0].filters == ["prefix-list FROM-ISP in", "route-map TO-ISP out"]


def test_interfaces_that_join_ospf_by_themselves() -> None:
    found = ios("interface Vlan5\n ip ospf 1 area 0\nrouter ospf 1\n passive-interface Vlan5\n")

    assert found.routing[0].networks == ["Vlan5 area 0"]


@pytest.mark.parametrize(
    ("line", "protocol", "source_ports", "ports"),
    [
        ("permit tcp any any eq www 443", "tcp", [], ["80-80", "443-443"]),
        ("permit udp any eq bootps any range bootps bootpc", "udp", ["67-67"], ["67-68"]),
        ("permit tcp any gt 1023 any lt 1024", "tcp", ["1024-65535"], ["0-1023"]),
        ("permit tcp any any neq 25", "tcp", [], ["0-24", "26-65535"]),
        ("permit 47 any any", "gre", [], []),
        ("permit ip any any", "ip", [], []),
    ],
)
def test_protocols_and_ports_of_rules(line: str, protocol: str, source_ports: list[str], ports: list[str]) -> None:
    service = rule(line).services.services[0]

    assert (service.protocol, service.source_ports, service.ports) == (protocol, source_ports, ports)


def test_ends_of_rules() -> None:
    found = rule("10 permit tcp 10.1.2.3 0.0.255.255 host 192.0.2.1 established log")

    assert (found.id, found.source_ends.networks, found.destination_ends.networks) == (
        "10",
        ["10.1.0.0/16"],
        ["192.0.2.1/32"],
    )
    assert found.is_established
    assert found.is_logged
    assert rule("deny ip any 10.0.0.1 0.0.255.0").destination_ends.wildcards == ["10.0.0.1 0.0.255.0"]
    assert rule("deny ip 0.0.0.0 255.255.255.255 any").source_ends.is_any
    assert rule("permit icmp any any echo").services.services[0].icmp == "echo"
    assert rule("deny ip any any fragments").conditions == ["fragments"]


@pytest.mark.parametrize("wild", range(0, 33, 4))
def test_a_wildcard_is_the_network_that_ipaddress_says(wild: int) -> None:
    network = ip_network(f"10.20.30.40/{32 - wild}", strict=False)
    found = rule(f"permit ip {network.network_address} {network.hostmask} any").source_ends

    assert found.is_any if network.prefixlen == 0 else found.networks == [str(network)]


def test_groups_stand_for_addresses_services_and_ports() -> None:
    found = ios(
        "object-group service WEB\n tcp eq 443\n tcp-udp source range 1 5 eq 53\n"
        "object-group network LAN\n 10.0.0.0 255.0.0.0\n range 192.0.2.1 192.0.2.9\n group-object REST\n"
        "ip access-list extended X\n permit object-group WEB object-group LAN any\n"
        " permit tcp object-group LAN any eq 22\n"
    )
    first, second = found.access_lists[0].rules

    assert not found.unparsed
    assert (first.services.names, first.source_ends.names) == (["WEB"], ["LAN"])
    assert second.services.services[0].ports == ["22-22"]
    assert found.address_objects[0].ends.ranges == ["192.0.2.1-192.0.2.9"]
    assert [one.protocol for one in found.service_objects[0].services.services] == ["tcp", "tcp", "udp"]
    assert [(one.name, one.source.first) for one in undefined(found)] == [("REST", 7)]


def test_remarks_are_comments_of_the_next_rule_and_numbered_lists_are_of_their_kind(router: Device) -> None:
    assert listed(router, "GUEST-IN").rules[0].comment == "no way to the office"
    assert listed(router, "99").rules[0].comment == "left over"
    assert (listed(router, "23").kind, listed(router, "150").kind) == ("standard", "extended")
    assert listed(router, "GUEST-IN").rules[2].schedule == "OPEN-HOURS"


def test_ipv6_lists_with_and_without_sequences(switch: Device) -> None:
    first, second, third = listed(switch, "V6-IN").rules

    assert (first.id, first.services.services[0].ports) == ("10", ["22-22"])
    assert (second.services.services[0].protocol, second.services.services[0].icmp) == ("icmp6", "nd-ns")
    assert third.is_logged


def test_translation(router: Device) -> None:
    overload, forward = router.translations

    assert (overload.kind, overload.translated, overload.to_zones) == ("source", "interface", ["GigabitEthernet0/0/0"])
    assert (forward.kind, forward.translated, forward.translated_port) == ("destination", "10.10.20.80", "443")
    assert forward.original_destination is not None
    assert forward.original_destination.networks == ["198.51.100.2/32"]


def test_tunnels_of_crypto_maps_and_of_protected_interfaces(router: Device) -> None:
    office, _, dmvpn = router.tunnels

    assert (office.peer, office.interface, office.ike, office.authentication) == (
        "203.0.113.10",
        "GigabitEthernet0/0/0",
        "1",
        "psk",
    )
    assert office.phase1 is not None
    assert office.phase1.encryption == ["aes256", "3des"]
    assert office.phase2 is not None
    assert (office.phase2.encryption, office.phase2.hashes, office.phase2.groups) == (["aes256"], ["sha256"], ["14"])
    assert (office.local_networks, office.remote_networks) == (["10.10.20.0/24"], ["10.20.0.0/16"])
    assert (dmvpn.name, dmvpn.peer, dmvpn.interface) == ("Tunnel100", "203.0.113.20", "GigabitEthernet0/0/0")


def test_ikev2_profiles_make_tunnels_of_ikev2() -> None:
    found = ios(
        "crypto ikev2 proposal P\n encryption aes-cbc-256 aes-gcm-128\n integrity sha512\n group 19 20\n"
        "crypto ikev2 policy POL\n proposal P\n"
        "crypto ikev2 keyring K\n peer hq\n  address 203.0.113.1\n  pre-shared-key REDACTED-psk-000000\n"
        "crypto ikev2 profile PROF\n match identity remote address 203.0.113.1\n authentication remote pre-share\n"
        " authentication local pre-share\n keyring local K\n"
        "crypto ipsec transform-set T esp-gcm 256\n mode tunnel\n"
        "crypto ipsec profile IPSEC\n set transform-set T\n set ikev2-profile PROF\n"
        "interface Tunnel1\n tunnel source 192.0.2.1\n tunnel mode ipsec ipv4\n tunnel destination 203.0.113.1\n"
        " tunnel protection ipsec profile IPSEC\n"
    )
    tunnel = found.tunnels[0]

    assert not found.unparsed
    assert (tunnel.ike, tunnel.authentication, tunnel.interface, tunnel.peer) == (
        "2",
        "psk",
        "192.0.2.1",
        "203.0.113.1",
    )
    assert tunnel.phase1 is not None
    assert (tunnel.phase1.encryption, tunnel.phase1.groups) == (["aes256", "aes128gcm"], ["19", "20"])
    assert tunnel.phase2 is not None
    assert tunnel.phase2.encryption == ["aes256gcm"]
    assert undefined(found) == []
    assert unused(found) == []


def test_dhcp_pools(router: Device) -> None:
    office, printer = router.dhcp_pools

    assert (office.network, office.gateway, office.lease_seconds) == ("10.10.20.0/24", "10.10.20.1", 43_200)
    assert (office.excluded, office.options) == (["10.10.20.1-10.10.20.20"], ["42 10.20.0.123"])
    assert printer.reservations == ["PRINTER 0100.1122.3344.55 10.10.20.50"]


def test_addresses_that_no_pool_gives_out_are_of_the_pools_they_are_in() -> None:
    found = ios(
        "ip dhcp excluded-address 10.0.1.1 10.0.1.9\nip dhcp excluded-address 192.0.2.1\n"
        "ip dhcp pool A\n network 10.0.0.0 255.255.0.0\nip dhcp pool B\n network 10.0.1.0 255.255.255.0\n"
        "ipv6 dhcp pool C\n address prefix 2001:db8::/64\n"
    )

    assert found.unparsed == []
    assert [one.excluded for one in found.dhcp_pools] == [["10.0.1.1-10.0.1.9"], ["10.0.1.1-10.0.1.9"], []]


def test_servers(router: Device) -> None:
    found = [(one.kind, one.address, one.has_key) for one in router.servers]

    assert ("tacacs", "10.20.0.49", True) in found
    assert ("ntp", "10.20.0.124", True) in found
    assert ("dns", "10.20.0.54", False) in found
    assert next(one for one in router.servers if one.address == "10.20.0.98").options == ["tcp 1514"]


def test_who_may_log_in_and_from_where(router: Device, switch: Device) -> None:
    console, aux, first, second = router.management[-4:]

    assert (console.protocol, console.idle_seconds) == ("console", 300)
    assert aux.protocol == "aux"
    assert (first.acl, first.idle_seconds, "transport input ssh" in first.options) == ("23", 600, True)
    assert (second.acl, "transport input telnet ssh" in second.options) == ("24", True)
    assert [(one.name, one.privilege, one.password) for one in router.users] == [
        ("netadmin", "15", "9"),
        ("backup", "", "7"),
    ]
    assert [(one.name, one.password) for one in switch.users] == [("admin", "5"), ("audit", "plain")]
    web = {one.protocol: (one.is_enabled, one.acl) for one in router.management if one.protocol.startswith("http")}
    assert web == {"http": (False, "23"), "https": (True, "23")}


def test_communities_and_users_of_snmp(router: Device) -> None:
    assert [(one.version, one.access, one.is_well_known, one.acl, one.user, one.level) for one in router.snmp] == [
        ("2c", "ro", False, "SNMP-HOSTS", "", ""),
        ("2c", "ro", True, "", "", ""),
        ("3", "ro", False, "", "monitor", "priv"),
    ]


def test_settings_are_on_or_off_only_where_a_line_says_so(switch: Device) -> None:
    said = {(one.name, one.is_on, one.value) for one in switch.settings}

    assert ("dhcp-snooping", True, "10,20") in said
    assert ("cdp", False, "") in said
    assert ("lldp", True, "") in said
    assert ("bpdu-guard", True, "") in said
    assert not any(one.name == "source-routing" for one in switch.settings)


def test_uses_of_names_that_are_defined_nowhere(router: Device, switch: Device) -> None:
    assert {(one.kinds[0], one.name) for one in undefined(router)} == {
        ("acl", "151"),
        ("acl", "160"),
        ("acl", "24"),
        ("class-map", "MISSING-CLASS"),
        ("prefix-list", "OUR-NETS"),
        ("route-map", "NOWHERE"),
        ("transform-set", "TS-GONE"),
    }
    assert {(one.kinds[0], one.name) for one in undefined(switch)} == {
        ("acl", "88"),
        ("interface", "GigabitEthernet1/0/40"),
    }


def test_names_that_nothing_uses(router: Device) -> None:
    assert {(one.kind, one.name) for one in unused(router)} == {
        ("acl", "99"),
        ("class-map", "BULK"),
        ("peer-group", "OLD-ISP"),
        ("pool", "OUT"),
        ("prefix-list", "UNUSED-PL"),
        ("transform-set", "TS-OLD"),
    }


def test_each_use_of_a_name_is_noted_with_its_line() -> None:
    found = ios(
        "class-map type inspect match-any C\n match access-group name A1\n"
        "policy-map type inspect P\n class type inspect C\n  inspect\n class type inspect C2\n  drop\n"
        "zone security IN\nzone-pair security ZP source IN destination OUT\n service-policy type inspect P2\n"
        "interface Dialer1\n zone-member security IN\n ip verify unicast source reachable-via rx 177\n"
        " ip summary-address eigrp 1 10.0.0.0 255.0.0.0 leak-map L\n"
        "track 1 ip sla 9 reachability\ntrack 2 list boolean and\n object 1\n object 3\n"
        "router rip\n version 2\n distribute-list 44 in\n"
        "router bgp 1\n neighbor G activate\n neighbor 10.0.0.1 filter-list 7 in\n"
        "route-map R permit 10\n match ip address 1 two\n match as-path 8\n"
        "line vty 0 4\n ipv6 access-class V6 in\n login authentication L9\n"
        "ntp access-group peer 66\nip wccp 61 redirect-list W1 group-list W2\n"
    )

    assert found.unparsed == []
    assert {(one.kinds[0], one.name, one.source.first) for one in undefined(found)} == {
        ("acl", "A1", 2),
        ("class-map", "C2", 6),
        ("zone", "OUT", 9),
        ("policy-map", "P2", 10),
        ("acl", "177", 13),
        ("route-map", "L", 14),
        ("probe", "9", 15),
        ("track", "3", 18),
        ("acl", "44", 21),
        ("peer-group", "G", 23),
        ("as-path-list", "7", 24),
        ("acl", "1", 26),
        ("acl", "two", 26),
        ("as-path-list", "8", 27),
        ("acl", "V6", 29),
        ("aaa-list", "L9", 30),
        ("acl", "66", 31),
        ("acl", "W1", 32),
        ("acl", "W2", 32),
    }


def test_a_line_that_is_not_understood_is_in_the_ledger_and_the_rest_is_read() -> None:
    found = ios("frobnicate 7\ninterface Vlan1\n ip address 10.0.0.300 255.0.0.0\n shutdown\n")

    assert [(one.source.first, one.text) for one in found.unparsed] == [
        (1, "frobnicate 7"),
        (3, "ip address 10.0.0.300 255.0.0.0"),
    ]
    assert not found.interfaces[0].is_enabled


def test_commands_without_indentation_are_read_like_a_configuration() -> None:
    found = ios(
        "conf t\ninterface GigabitEthernet0/1\nip address 10.0.0.1 255.255.255.0\nno shutdown\nntp server 10.0.0.9\n"
        "router rip\nversion 2\nnetwork 10.0.0.0\nip access-list standard A\npermit 10.0.0.0 0.0.0.255\nend\n"
    )

    assert found.interfaces[0].addresses[0].value == IPv4Interface("10.0.0.1/24")
    assert [one.address for one in found.servers] == ["10.0.0.9"]
    assert found.routing[0].networks == ["10.0.0.0"]
    assert found.access_lists[0].rules[0].source_ends.networks == ["10.0.0.0/24"]


def test_a_group_of_snmpv3_tells_of_users_that_ios_does_not_show() -> None:
    found = ios(
        "snmp-server group NOC v3 priv read ALL access 50\nsnmp-server group OLD v3 auth\n"
        "snmp-server user mon OLD v3 auth sha REDACTED-password-3f9a1c\n"
    )

    assert [(one.version, one.user, one.level, one.acl) for one in found.snmp] == [
        ("3", "mon", "auth", ""),
        ("3", "group NOC", "priv", "50"),
    ]


def test_a_clock_by_sntp_is_a_clock_and_keys_of_ssh_are_known() -> None:
    found = ios("sntp server 10.0.0.9\nip ssh pubkey-chain\n username a\n  key-hash ssh-rsa REDACTED-key-3f9a1c\n")

    assert found.unparsed == []
    assert [(one.kind, one.address) for one in found.servers] == [("ntp", "10.0.0.9")]


def test_lines_of_newer_switches_and_routers_that_say_no_fact_are_known() -> None:
    found = ios(
        "app-hosting appid guestshell\n app-vnic management guest-interface 0\nbridge-domain 10\nsip-ua\n"
        " registrar dns:x\nvlan group G vlan-list 1-5\nstack-mac persistent timer 0\nip source binding x vlan 10\n"
        "interface Gi1/0/1\n device-tracking\n channel-group 2 mode active link 20\nrouter ospf 1\n ttl-security x\n"
        "router bgp 1\n address-family ipv4 mdt\n  neighbor 1.1.1.1 activate\n address-family l2vpn evpn\n"
        "  rewrite-evpn-rt-asn\n"
    )

    assert found.unparsed == []
