"""SonicOS's settings."""

import pytest
from tests.engineering import one, read, sample, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.platforms.sonicwall import PLATFORM

SAMPLE = sample("sonicwall", "tz470.txt")


def text_of(span: Span) -> str:
    return SAMPLE[span.first - 1]


@pytest.fixture(scope="module")
def device() -> Device:
    return read("sonicwall", SAMPLE)


def test_it_is_known_by_the_names_people_use() -> None:
    assert {"sonicwall", "sonicos"} <= {PLATFORM.name, PLATFORM.title.lower(), *PLATFORM.aliases}


def test_fields_with_the_same_number_are_below_the_first() -> None:
    nodes = PLATFORM.tree(["buildNum=7", "zoneObjId_0=LAN", "zoneObjType_0=1", "zoneObjId_1=WAN", "", "addrObjId_1=x"])
    assert [(node.text, node.first, node.last, len(node.children)) for node in nodes] == [
        ("buildNum=7", 1, 1, 0),
        ("zoneObjId_0=LAN", 2, 3, 1),
        ("zoneObjId_1=WAN", 4, 4, 0),
        ("addrObjId_1=x", 6, 6, 0),
    ]


def test_only_what_nobody_knows_is_in_the_ledger(device: Device) -> None:
    assert [(entry.source.first, entry.text) for entry in device.unparsed] == [(len(SAMPLE), "somethingNobodyKnows=7")]


def test_who_it_is(device: Device) -> None:
    identity = device.identity
    assert (identity.hostname, identity.model, identity.version) == ("fw-office", "TZ 470", "7.0.1-5145")
    assert text_of(identity.line_of("hostname")) == "firewallName=fw-office"


def test_interfaces_have_addresses_zones_and_what_manages_there(device: Device) -> None:
    lan = one(device.interfaces, name="X0")
    assert [str(address.value) for address in lan.addresses] == ["192.168.10.1/24"]
    assert (lan.zone, lan.description, lan.mtu) == ("LAN", "Default LAN", 1500)
    assert lan.management == ["https", "ssh", "ping", "snmp"]
    assert text_of(lan.addresses[0].source) == "iface_lan_ip_0=192.168.10.1"
    voice = one(device.interfaces, name="X0:V20")
    assert (voice.kind, voice.vlan, voice.parent) == ("vlan", 20, "X0")
    assert one(device.zones, name="VOICE").interfaces == ["X0:V20"]


def test_objects_stand_for_addresses_and_services(device: Device) -> None:
    ends = {item.name: item.ends for item in device.address_objects}
    assert ends["X0 Subnet"].networks == ["192.168.10.0/24"]
    assert ends["erp"].networks == ["192.168.10.20/32"]
    assert ends["phones"].ranges == ["192.168.20.10-192.168.20.99"]
    assert ends["internal"].names == ["erp", "phones"]
    assert ends["updates"].fqdns == ["updates.example.com"]
    services = {item.name: item.services for item in device.service_objects}
    assert [(item.protocol, item.ports) for item in services["erp ports"].services] == [("udp", ["8000-8010"])]
    # The ports of a group are SonicOS's own bookkeeping.
    assert (services["office"].services, services["office"].names) == ([], ["HTTPS", "erp ports"])


def test_rules_are_in_the_order_in_which_they_are_tried(device: Device) -> None:
    rules = one(device.access_lists, name="access rules").rules
    assert [(rule.id, rule.action, rule.is_enabled) for rule in rules] == [
        ("1", "deny", False),
        ("0", "permit", True),
        ("2", "permit", True),
    ]
    first, second, _ = rules
    assert (first.source_ends.names, first.services.names, first.schedule) == (["erp"], ["office"], "Work Hours")
    assert (second.source_ends.is_any, second.services.is_any, second.is_logged) == (True, True, True)
    assert (second.from_zones, second.to_zones) == (["LAN"], ["WAN"])
    assert text_of(first.line_of("action")) == "policyAction_1=0"


def test_translations_tell_what_becomes_what(device: Device) -> None:
    outward, inward = device.translations
    assert (outward.kind, outward.translated, outward.from_zones, outward.to_zones) == (
        "source",
        "X1 IP",
        ["X0"],
        ["X1"],
    )
    assert (inward.kind, inward.translated, inward.is_enabled, inward.from_zones) == ("destination", "erp", False, [])
    assert inward.service is not None
    assert inward.service.names == ["HTTPS"]


def test_routes_come_from_gateways_and_from_policies(device: Device) -> None:
    assert [(str(route.prefix), route.gateway, route.interface, route.distance) for route in device.routes] == [
        ("0.0.0.0/0", "203.0.113.1", "X1", None),
        ("10.10.0.0/16", "192.168.10.254", "X0", 5),
    ]


def test_tunnels_tell_only_what_is_no_secret_code(device: Device) -> None:
    group, site = device.tunnels
    assert (group.kind, group.is_enabled, group.peer) == ("ipsec-dialin", False, "")
    assert (site.peer, site.is_enabled, site.pfs) == ("198.51.100.1", True, True)
    assert site.phase1 is not None
    assert (site.phase1.lifetime_seconds, site.phase1.encryption) == (28800, [])
    assert (site.local_networks, site.remote_networks) == (["X0 Subnet"], ["hq network"])


def test_dhcp_scopes_have_ranges_and_reservations(device: Device) -> None:
    pool = device.dhcp_pools[0]
    assert (pool.name, pool.network, pool.ranges) == ("Staff", "192.168.10.0/24", ["192.168.10.100-192.168.10.199"])
    assert (pool.dns, pool.lease_seconds) == (["192.168.10.1"], 86400)
    assert pool.reservations == ["printer 001122334455 192.168.10.150"]


def test_administration_and_servers_are_told(device: Device) -> None:
    https = one(device.management, protocol="https")
    assert (https.port, https.interfaces, https.idle_seconds) == (4443, ["X0", "X1"], 600)
    assert [(server.kind, server.address) for server in device.servers] == [
        ("dns", "9.9.9.9"),
        ("syslog", "192.168.10.60"),
    ]
    assert one(device.snmp, version="2c").is_well_known


def test_only_what_is_defined_nowhere_is_undefined_and_only_what_nothing_uses_unused(device: Device) -> None:
    assert [item.name for item in undefined(device)] == ["gone"]
    assert {item.name for item in unused(device)} == {"forgotten host", "updates", "internal"}


def test_what_the_command_line_shows_is_read_too() -> None:
    shown = read("sonicwall", sample("sonicwall", "tz470-current-config.txt"))
    assert [entry.text for entry in shown.unparsed] == ["frobnicate 3"]
    assert (shown.identity.hostname, shown.identity.version) == ("fw-office", "7.0.1-5145")
    lan, wan, voice = shown.interfaces
    assert [str(address.value) for address in lan.addresses] == ["192.168.10.1/24"]
    assert (lan.zone, lan.description, lan.management, lan.is_enabled) == ("LAN", "Default LAN", ["https", "ssh"], True)
    assert (wan.management, wan.is_enabled) == ([], False)
    assert (voice.name, voice.vlan, voice.parent) == ("X0:V20", 20, "X0")
    assert one(shown.zones, name="LAN").interfaces == ["X0", "X0:V20"]
    assert [(str(route.prefix), route.gateway) for route in shown.routes] == [("0.0.0.0/0", "203.0.113.1")]
    ends = {item.name: item.ends for item in shown.address_objects}
    assert ends["erp"].networks == ["192.168.10.20/32"]
    assert ends["hq network"].networks == ["10.10.0.0/16"]
    assert ends["internal"].names == ["erp", "hq network"]
    rule = shown.access_lists[0].rules[0]
    assert (rule.name, rule.action, rule.from_zones, rule.to_zones) == ("No ERP outside", "deny", ["LAN"], ["WAN"])
    assert (rule.source_ends.names, rule.services.names, rule.is_enabled, rule.is_logged) == (
        ["erp"],
        ["erp ports"],
        True,
        False,
    )
    tunnel = shown.tunnels[0]
    assert (tunnel.peer, tunnel.ike, tunnel.authentication, tunnel.pfs) == ("198.51.100.1", "2", "psk", False)
    assert tunnel.phase1 is not None
    assert (tunnel.phase1.encryption, tunnel.phase1.groups, tunnel.phase1.lifetime_seconds) == (["3des"], ["2"], 28800)
