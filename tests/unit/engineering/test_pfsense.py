"""pfSense: what a whole config.xml says where it is not like OPNsense's."""

import pytest
from tests.engineering import read, sample, undefined, unused

from engineering_api.detect import detect
from engineering_api.facts.device import Device

TEXTS = sample("pfsense", "office.xml")


@pytest.fixture(scope="module")
def device() -> Device:
    return read("pfsense", TEXTS)


def test_the_firewall_says_who_it_is(device: Device) -> None:
    identity = device.identity
    assert (identity.hostname, identity.domain, identity.version) == ("gate-quarry", "quarry.example", "22.9")


def test_interfaces_are_on_by_an_empty_element(device: Device) -> None:
    wan, lan, voice, backup, sites = device.interfaces[:5]
    assert all(one.is_enabled for one in (wan, lan, voice, backup, sites))
    assert [str(one.value) for one in wan.addresses] == ["198.51.100.2/30", "198.51.100.100/32"]
    assert (voice.alias, voice.vlan, voice.parent, voice.mtu) == ("VOICE", 40, "igc1.40", None)
    assert (sites.parent, sites.kind) == ("tun_wg0", "tunnel")


def test_rules_are_read(device: Device) -> None:
    blocked, voice, lan, echo = device.access_lists[0].rules
    assert (blocked.action, blocked.from_zones) == ("deny", ["wan"])
    assert voice.is_passing
    assert voice.to_zones == ["wan"]
    assert (lan.id, lan.source_ends.interfaces, lan.services.is_any) == ("1700000001", ["lan network"], True)
    assert echo.source_ends.is_negated
    assert echo.source_ends.networks == ["10.50.40.0/25"]
    assert [one.icmp for one in echo.services.services] == ["echo-request", "unreachable"]
    assert echo.is_logged


def test_a_rule_whose_port_cannot_be_is_in_the_ledger_and_no_rule(device: Device) -> None:
    assert "A port that cannot be" not in [rule.comment for rule in device.access_lists[0].rules]
    assert "<port>99999</port>" in [one.text for one in device.unparsed]


def test_nothing_else_is_in_the_ledger_but_what_cannot_be(device: Device) -> None:
    assert sorted({one.source.first for one in device.unparsed}) == [
        79,
        *range(105, 110),
        *range(295, 303),
        *range(304, 307),
        308,
    ]


def test_a_port_forward_may_name_aliases(device: Device) -> None:
    forward = next(one for one in device.translations if one.kind == "destination")
    assert (forward.translated, forward.translated_port) == ("Servers", "Mail")
    assert forward.service is not None
    assert forward.service.services[0].ports == ["25-25", "587-587", "993-993"]
    automatic = next(one for one in device.translations if one.kind == "source")
    assert automatic.to_zones == ["opt2", "wan"]


def test_the_default_route_goes_by_the_first_of_a_group(device: Device) -> None:
    default, pit = device.routes
    assert (str(default.prefix), default.gateway, default.name) == ("0.0.0.0/0", "198.51.100.1", "WANGW")
    assert (str(pit.prefix), pit.is_enabled) == ("10.60.0.0/16", False)


def test_a_tunnel_is_a_phase_2_with_its_phase_1(device: Device) -> None:
    ipsec, openvpn, wireguard = device.tunnels
    assert (ipsec.peer, ipsec.ike, ipsec.is_aggressive, ipsec.pfs) == ("203.0.113.77", "1", True, False)
    assert ipsec.phase1 is not None
    assert ipsec.phase1.encryption == ["aes256", "3des"]
    assert (ipsec.phase1.hashes, ipsec.phase1.groups) == (["sha256", "sha1"], ["14", "2"])
    assert ipsec.phase2 is not None
    assert (ipsec.phase2.encryption, ipsec.phase2.lifetime_seconds) == (["aes256gcm"], 3600)
    assert (ipsec.local_networks, ipsec.remote_networks) == (["10.50.1.0/24"], ["10.60.0.0/16"])
    assert openvpn.phase1 is not None
    assert (openvpn.authentication, openvpn.phase1.hashes) == ("eap", ["sha1"])
    assert (wireguard.interface, wireguard.peer) == ("tun_wg0", "crusher.quarry.example:51821")


def test_services_are_read(device: Device) -> None:
    servers = {(one.kind, one.address): one.options for one in device.servers}
    assert servers["syslog", "10.50.1.11"] == ["udp 5514"]
    assert servers["ldap", "10.50.1.10"] == ["port 389", "plain"]
    assert servers["dns", "10.60.0.53"] == ["domain pit.example"]
    (access,) = device.snmp
    assert access.is_well_known
    assert [one.reservations for one in device.dhcp_pools] == [["scale 00:0c:29:11:22:33 10.50.1.20"]]
    assert "universal-plug-and-play" in {one.name for one in device.settings}


def test_management_is_read(device: Device) -> None:
    assert [(one.protocol, one.port, one.is_enabled) for one in device.management] == [
        ("http", 80, True),
        ("ssh", 22, True),
    ]
    assert [(one.name, one.password) for one in device.users] == [("admin", "bcrypt")]


def test_undefined_and_unused_names_are_those_and_no_others(device: Device) -> None:
    assert [one.name for one in undefined(device)] == ["OLD_GW"]
    assert [one.name for one in unused(device)] == ["directory", "Unused"]


def test_a_certificate_is_named_by_its_description(device: Device) -> None:
    names = {one.name for one in device.references if one.kinds == ("certificate",)}
    assert names == {"Quarry CA", "vpn.quarry.example"}


def test_private_networks_that_wan_refuses_are_those_of_pfsense_also_of_ipv6() -> None:
    lines = ["<pfsense><interfaces><wan><enable/><if>igb0</if><blockpriv/></wan></interfaces></pfsense>"]
    (rule,) = read("pfsense", lines).access_lists[0].rules
    assert ("fc00::/7" in rule.source_ends.networks, "100.64.0.0/10" in rule.source_ends.networks) == (True, False)
    assert rule.family == ""


def test_a_filter_that_is_switched_off_and_the_protocols_of_frr_are_told() -> None:
    device = read(
        "pfsense",
        [
            "<pfsense><system><hostname>pf</hostname><disablefilter>enabled</disablefilter></system>",
            "<installedpackages><frr><config><enable>on</enable></config></frr>",
            "<frrbgp><config><enable>on</enable><asnum>65001</asnum><routerid>10.0.0.1</routerid></config></frrbgp>",
            "<frrbgpneighbors><config><peer>192.0.2.1</peer><asnum>65002</asnum><descr>up</descr></config>",
            "</frrbgpneighbors></installedpackages></pfsense>",
        ],
    )
    assert [(one.name, one.is_on, one.source.first) for one in device.settings] == [("packet-filter", False, 1)]
    (bgp,) = device.routing
    assert (bgp.process, [one.address for one in bgp.peers]) == ("65001", ["192.0.2.1"])


def test_of_lists_that_are_fetched_the_remarks_of_packages_are_no_members() -> None:
    alias = "<alias><name>bad</name><type>urltable</type><url>https://lists.example.com/bad</url><address>{}</address></alias>"
    device = read(
        "pfsense",
        [
            "<pfsense><aliases>",
            alias.format("https://lists.example.com/bad &lt;br /&gt;[ Asia ]"),
            "</aliases></pfsense>",
        ],
    )
    assert set(device.address_objects[0].ends.fqdns) == {"https://lists.example.com/bad"}


def test_a_file_without_line_ends_between_its_elements_is_recognised() -> None:
    for name in ("pfsense", "opnsense"):
        lines = [
            '<?xml version="1.0"?>',
            f"<{name}><version>22.9</version><system><hostname>a</hostname></system></{name}>",
        ]
        assert [one.platform.name for one in detect(lines)][:1] == [name]
