"""Ubiquiti UniFi: what a controller's records say, with the lines that say it."""

import json
from ipaddress import ip_interface

import pytest
from tests.engineering import fingerprint, one, read, sample, undefined

from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from engineering_api.redact import redact


def device(texts: list[str]) -> Device:
    """What lines of a controller say."""
    return read("ubiquiti_unifi", texts)


def answer(*records: dict[str, object]) -> Device:
    return device(json.dumps({"meta": {"rc": "ok"}, "data": records}, indent=2).splitlines())


@pytest.fixture(scope="module")
def site() -> Device:
    return device(sample("ubiquiti_unifi", "site.json"))


def interface(found: Device, name: str, scope: str = "") -> Interface:
    return one(found.interfaces, name=name, scope=scope)


def test_the_gateway_is_who_the_file_is_of_and_all_devices_are_its_members(site: Device) -> None:
    assert (site.identity.hostname, site.identity.model, site.identity.version) == ("Gateway", "UDMPRO", "4.0.21")
    assert site.scopes == ["Gateway", "Switch Floor 1", "AP Lobby"]
    assert [(one.scope, one.model) for one in site.members] == [
        ("Gateway", "UDMPRO"),
        ("Switch Floor 1", "USW24P"),
        ("AP Lobby", "U6LR"),
    ]


def test_networks_are_vlans_and_interfaces_with_addresses(site: Device) -> None:
    assert {one.id: one.name for one in site.vlans} == {1: "Default", 20: "Voice", 30: "Guests", 40: "Cameras"}
    found = interface(site, "Guests")
    assert (found.kind, found.vlan, found.zone, found.alias) == ("vlan", 30, "GUEST", "guest")
    assert [one.value for one in found.addresses] == [ip_interface("10.10.30.1/23")]
    assert found.line_of("vlan") == (39, 39)
    assert interface(site, "Voice").dhcp_relays == ["10.10.1.5"]
    assert interface(site, "Cameras").addresses == []


def test_a_wan_has_its_address_default_route_and_name_servers(site: Device) -> None:
    assert [one.value for one in interface(site, "Internet").addresses] == [ip_interface("203.0.113.10/29")]
    assert (site.routes[0].gateway, site.routes[0].interface) == ("203.0.113.9", "Internet")
    assert next((one.address, one.interface) for one in site.servers if one.kind == "dns") == ("9.9.9.9", "Internet")


def test_dhcp_is_said_with_its_range_and_servers(site: Device) -> None:
    found = site.dhcp_pools[0]
    assert (found.network, found.gateway, found.dns) == ("10.10.1.0/24", "10.10.1.1", ["10.10.1.1", "9.9.9.9"])
    assert (found.ranges, found.lease_seconds) == (["10.10.1.50-10.10.1.250"], 86_400)
    assert [one.is_enabled for one in site.dhcp_pools] == [True, False, True]


def test_vpns_are_tunnels(site: Device) -> None:
    site_to_site, dial_in = site.tunnels
    assert (site_to_site.peer, site_to_site.ike, site_to_site.pfs) == ("198.51.100.7", "2", True)
    assert site_to_site.phase1 is not None
    assert site_to_site.phase1.encryption == ["aes256"]
    assert site_to_site.phase2 is not None
    assert (site_to_site.phase2.encryption, site_to_site.phase2.hashes) == (["aes128"], ["sha1"])
    assert site_to_site.remote_networks == ["10.20.0.0/16"]
    assert (dial_in.kind, dial_in.authentication) == ("l2tp", "psk")


def test_wireless_networks_have_the_vlan_of_their_network(site: Device) -> None:
    found = [(one.ssid, one.security, one.vlan, one.is_guest, one.is_isolated) for one in site.wireless]
    assert found == [("Example Staff", "wpa2-psk", 1, False, False), ("Example Guests", "open", 30, True, True)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"security": "wpapsk", "wpa_mode": "auto"}, "wpa-psk"),
        ({"security": "wpapsk", "wpa_mode": "wpa2", "wpa3_support": True}, "wpa3-sae"),
        ({"security": "wpaeap", "wpa_mode": "wpa2"}, "wpa2-enterprise"),
        ({"security": "wep"}, "wep"),
    ],
)
def test_the_weakest_security_that_a_wireless_network_accepts_is_its_security(
    said: dict[str, object], expected: str
) -> None:
    assert answer({"name": "x", "hide_ssid": False, **said}).wireless[0].security == expected


def test_rules_are_in_the_order_of_their_numbers_by_ruleset(site: Device) -> None:
    guests, internet = site.access_lists
    assert (guests.name, guests.ends_denying, internet.name, internet.ends_denying) == (
        "GUEST_IN",
        False,
        "WAN_IN",
        True,
    )
    answers, inside = guests.rules
    assert (answers.id, answers.is_established, answers.action) == ("2000", True, "permit")
    assert (inside.action, inside.source_ends.networks) == ("deny", ["10.10.30.0/23"])
    assert (inside.destination_ends.names, inside.is_logged) == (["Private networks"], True)
    assert inside.from_zones == ["GUEST"]
    assert internet.rules[0].services.services[0].ports == ["443-443", "80-80", "8000-8080"]


def test_a_group_that_is_not_there_is_an_undefined_reference(site: Device) -> None:
    assert [(one.name, one.source) for one in undefined(site)] == [("6400000000000000000000ff", (171, 171))]


def test_policies_of_the_zone_based_firewall_are_lists_by_pair_of_zones() -> None:
    found = device(sample("ubiquiti_unifi", "policies.json"))
    (rules,) = found.access_lists
    assert (rules.name, [one.name for one in rules.rules]) == (
        "Internal to External",
        ["Office to the web", "Block the rest"],
    )
    allowed, blocked = rules.rules
    assert (allowed.source_ends.networks, allowed.services.services[0].ports) == (
        ["10.60.0.0/24"],
        ["80-80", "443-443"],
    )
    assert (blocked.action, blocked.source_ends.is_negated) == ("deny", True)
    assert [(one.name, one.interfaces) for one in found.zones] == [("Internal", ["Office"]), ("External", [])]


def test_port_forwards_are_translations(site: Device) -> None:
    (found,) = site.translations
    assert (found.kind, found.translated, found.translated_port, found.from_zones) == (
        "destination",
        "10.10.1.25",
        "25,587",
        ["WAN"],
    )
    assert found.service is not None
    assert found.service.services[0].ports == ["25-25", "587-587"]


def test_ports_have_what_their_profile_says_and_their_override_says_instead(site: Device) -> None:
    desk = interface(site, "Port 1", "Switch Floor 1")
    assert (desk.description, desk.mode, desk.native_vlan, desk.trunk_vlans) == ("Reception", "trunk", 1, [20])
    assert (desk.voice_vlan, desk.protections) == (20, ["storm-control", "dot1x"])
    camera = interface(site, "Port 2", "Switch Floor 1")
    assert (camera.mode, camera.access_vlan, camera.power) == ("access", 40, "passthrough")
    assert interface(site, "Port 3", "Switch Floor 1").is_enabled is False
    server = interface(site, "Port 4", "Switch Floor 1")
    assert (server.mode, server.access_vlan, server.speed, server.duplex) == ("access", 20, "1000", "full")


def test_neighbours_are_known_by_the_names_of_the_site(site: Device) -> None:
    found = [(one.scope, one.interface, one.device, one.port) for one in site.neighbours]
    assert found == [
        ("Switch Floor 1", "Port 1", "AP Lobby", "eth0"),
        ("Switch Floor 1", "Port 24", "Gateway", "Port 5"),
    ]


def test_settings_of_the_site_are_said(site: Device) -> None:
    assert [(one.protocol, one.is_enabled) for one in site.management] == [("ssh", True), ("snmp", True)]
    assert [(one.name, one.password) for one in site.users] == [("fieldtech", "plain")]
    assert [one.is_well_known for one in site.snmp] == [True]
    found = {(one.name, one.is_on, one.value) for one in site.settings}
    assert {("universal-plug-and-play", True, ""), ("ping", False, ""), ("firmware-update", True, "3")} <= found
    assert ("syslog", "10.10.1.6") in [(one.kind, one.address) for one in site.servers]


@pytest.mark.parametrize(
    "around",
    [
        lambda record: record,
        lambda record: [record],
        lambda record: {"meta": {"rc": "ok"}, "data": [record]},
        lambda record: {"rest/networkconf": {"meta": {"rc": "ok"}, "data": [record]}},
        lambda record: {"sites": [{"name": "default", "desc": "Office", "networks": [record]}]},
    ],
)
def test_records_are_found_however_an_export_puts_them_together(around: object) -> None:
    record = {"_id": "a", "name": "LAN", "purpose": "corporate", "ip_subnet": "10.0.0.1/24"}
    assert callable(around)
    found = device(json.dumps(around(record), indent=1).splitlines())
    assert [one.name for one in found.interfaces] == ["LAN"]
    assert found.unparsed == []


def test_a_record_that_nobody_knows_is_in_the_ledger(site: Device) -> None:
    texts = [one.text for one in site.unparsed]
    assert '"purpose": "teleporter"' in texts
    assert '"key": "hyperdrive"' in texts
    assert len(texts) == 7


def test_records_of_one_line_keep_what_stands_behind_a_switch_named_like_a_secret() -> None:
    line = '"setting": [{"key":"mgmt","x_ssh_auth_password_enabled":true,"x_ssh_password":"Not4You!9"},{"key":"ntp"}]'
    assert redact([line], fingerprint).texts == (
        line.replace("Not4You!9", f"REDACTED-password-{fingerprint('Not4You!9')}"),
    )
