"""OPNsense: what a whole config.xml says, and that no line of it is lost."""

import re
from ipaddress import ip_interface, ip_network

import pytest
from tests.engineering import read, sample, undefined, unused

from engineering_api.facts.device import Device
from engineering_api.facts.filters import Rule

TEXTS = sample("opnsense", "branch.xml")


@pytest.fixture(scope="module")
def device() -> Device:
    return read("opnsense", TEXTS)


def _rule(device: Device, comment: str) -> Rule:
    return next(rule for rule in device.access_lists[0].rules if rule.comment == comment)


def _inside(*lines: str) -> list[str]:
    return ["<opnsense>", *lines, "</opnsense>"]


def test_the_firewall_says_who_it_is(device: Device) -> None:
    assert (device.identity.hostname, device.identity.domain) == ("fw-harbour", "harbour.example")
    first, _ = device.identity.line_of("hostname")
    assert TEXTS[first - 1].strip() == "<hostname>fw-harbour</hostname>"


def test_interfaces_have_their_description_device_and_addresses(device: Device) -> None:
    lan = next(one for one in device.interfaces if one.name == "lan")
    assert (lan.alias, lan.parent, lan.kind, lan.is_enabled) == ("OFFICE", "lagg0", "aggregate", True)
    assert [(str(one.value), one.is_secondary) for one in lan.addresses] == [
        ("10.20.10.1/24", False),
        ("2001:db8:20:10::1/64", False),
        ("10.20.10.3/24", True),
    ]
    guests = next(one for one in device.interfaces if one.name == "opt2")
    assert (guests.vlan, guests.kind, guests.is_enabled) == (30, "vlan", False)
    assert next(one for one in device.interfaces if one.name == "opt3").is_dhcp_client


def test_vlans_aggregates_and_their_ports_are_interfaces(device: Device) -> None:
    assert [(vlan.id, vlan.name) for vlan in device.vlans] == [(20, "Servers"), (30, "Guests")]
    ports = [(one.name, one.aggregate_mode) for one in device.interfaces if one.aggregate == "lagg0"]
    assert ports == [("igb1", "lacp"), ("igb2", "lacp")]
    wireguard = next(one for one in device.interfaces if one.name == "wg1")
    assert wireguard.addresses[0].value == ip_interface("10.255.0.1/30")


def test_rules_stand_in_the_order_in_which_they_are_tried(device: Device) -> None:
    assert [rule.comment for rule in device.access_lists[0].rules] == [
        "Block private networks",
        "Nobody gets to the outside by SMB",
        "Names from the firewall",
        "No echo for listed hosts",
        "Servers fetch updates",
        "Office to the servers by web",
        "Guests stay out of everything private",
        "Left over from a removed interface",
    ]


def test_a_legacy_rule_is_read_whole(device: Device) -> None:
    rule = _rule(device, "Office to the servers by web")
    assert (rule.action, rule.family, rule.from_zones) == ("permit", "ipv4", ["lan"])
    assert rule.source_ends.interfaces == ["lan network"]
    assert rule.destination_ends.names == ["WEB_SERVER"]
    assert rule.services.services[0].model_dump() == {
        "protocol": "tcp",
        "source_ports": [],
        "ports": ["443-443", "8000-8010"],
        "icmp": "",
    }
    assert rule.schedule == "WorkHours"
    assert TEXTS[rule.source.first - 1].strip().startswith("<rule uuid=")
    assert TEXTS[rule.source.last - 1].strip() == "</rule>"


def test_a_rule_of_the_model_is_read_whole(device: Device) -> None:
    rule = _rule(device, "Servers fetch updates")
    assert (rule.source_ends.interfaces, rule.source_ends.names) == (["opt1 network"], ["PARTNERS"])
    assert rule.destination_ends.is_any
    assert rule.is_logged
    assert [one.ports for one in rule.services.services] == [["443-443"]]
    echo = _rule(device, "No echo for listed hosts")
    assert (echo.action, echo.is_tentative, echo.destination_ends.interfaces) == ("deny", True, ["opt1"])
    assert echo.services.services[0].icmp == "echo-request"


def test_floating_rules_have_their_interfaces_and_groups_their_members(device: Device) -> None:
    floating = _rule(device, "Nobody gets to the outside by SMB")
    assert (floating.family, floating.from_zones) == ("", ["wan", "opt3"])
    assert [one.protocol for one in floating.services.services] == ["tcp", "udp"]
    names = _rule(device, "Names from the firewall")
    assert names.from_zones == ["lan", "opt1"]
    assert set(names.destination_ends.interfaces) >= {"wan", "lan", "opt1", "opt2"}


def test_a_rule_may_be_off_and_may_be_for_all_but_something(device: Device) -> None:
    rule = _rule(device, "Guests stay out of everything private")
    assert not rule.is_enabled
    assert rule.destination_ends.is_negated
    assert rule.action == "reject"


def test_blocked_private_networks_are_a_rule_of_their_own(device: Device) -> None:
    rule = _rule(device, "Block private networks")
    assert (rule.action, rule.from_zones) == ("deny", ["wan"])
    assert "192.168.0.0/16" in rule.source_ends.networks


def test_aliases_are_objects(device: Device) -> None:
    objects = {one.name: one.ends for one in device.address_objects}
    assert objects["PRIVATE"].networks == ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
    partners = objects["PARTNERS"]
    assert (partners.names, partners.ranges) == (["WEB_SERVER"], ["198.51.100.20-198.51.100.29"])
    assert partners.fqdns == ["vpn.partner.example"]
    (ports,) = device.service_objects
    assert (ports.name, len(ports.services.services)) == ("WEB_PORTS", 4)


def test_translations_of_all_kinds_are_read(device: Device) -> None:
    forward, source, automatic, static = device.translations
    assert (forward.kind, forward.translated, forward.translated_port) == ("destination", "WEB_SERVER", "8443")
    assert forward.original_destination is not None
    assert forward.original_destination.interfaces == ["wan"]
    assert (source.kind, source.translated, source.to_zones) == ("source", "203.0.113.11", ["wan"])
    assert (automatic.name, automatic.to_zones) == ("automatic", ["opt3", "wan"])
    assert (static.kind, static.translated) == ("static", "203.0.113.12")


def test_routes_go_by_their_gateways(device: Device) -> None:
    default, static, discard = device.routes
    assert (default.prefix, default.gateway, default.interface) == (ip_network("0.0.0.0/0"), "203.0.113.9", "wan")
    assert (static.prefix, static.gateway) == (ip_network("10.30.0.0/16"), "10.20.10.254")
    assert discard.is_discard


def test_dhcp_is_read_from_both_servers(device: Device) -> None:
    isc, kea = device.dhcp_pools
    assert (isc.network, isc.ranges) == ("10.20.10.0/24", ["10.20.10.100-10.20.10.199"])
    assert isc.options == ["42 10.20.10.1", "150 10.20.20.12"]
    assert isc.reservations == ["printer-front 00:25:90:ab:cd:01 10.20.10.20"]
    assert (kea.ranges, kea.gateway) == (["10.20.20.100-10.20.20.150"], "10.20.20.1")
    assert kea.reservations == ["portal 00:25:90:ab:cd:30 10.20.20.30"]


def test_tunnels_of_all_kinds_are_read(device: Device) -> None:
    ipsec, openvpn, wireguard = device.tunnels
    assert (ipsec.peer, ipsec.ike, ipsec.authentication, ipsec.pfs) == ("198.51.100.10", "2", "psk", True)
    assert ipsec.phase1 is not None
    assert (ipsec.phase1.encryption, ipsec.phase1.hashes, ipsec.phase1.groups) == (["aes256"], ["sha256"], ["14"])
    assert ipsec.phase2 is not None
    assert (ipsec.phase2.encryption, ipsec.phase2.groups) == (["aes256gcm"], ["19"])
    assert ipsec.local_networks == ["10.20.10.0/24", "10.20.20.0/24"]
    assert (openvpn.kind, openvpn.remote_networks) == ("openvpn", ["10.20.90.0/24"])
    assert (wireguard.kind, wireguard.peer) == ("wireguard", "192.0.2.77:51820")
    assert wireguard.remote_networks == ["10.255.0.2/32", "10.40.0.0/24"]


def test_management_users_and_servers_are_read(device: Device) -> None:
    web, shell = device.management
    assert (web.protocol, web.port, web.interfaces, web.idle_seconds) == ("https", 8443, ["lan", "opt1"], 1800)
    assert (shell.protocol, shell.port, shell.is_enabled) == ("ssh", 2222, True)
    root, mara = device.users
    assert (root.privilege, root.password) == ("admins", "hash")
    assert (mara.is_enabled, mara.keys) == (False, 1)
    servers = [(one.kind, one.address, one.options) for one in device.servers]
    assert ("radius", "10.20.10.15", ["port 1812"]) in servers
    assert ("syslog", "logs.harbour.example", ["tls 6514"]) in servers
    assert ("ntp", "0.nl.pool.ntp.org", ["prefer"]) in servers


def test_snmp_that_is_off_gives_no_access(device: Device) -> None:
    assert [(one.version, one.user, one.is_well_known, one.level) for one in device.snmp] == [
        ("2c", "", False, ""),
        ("3", "watcher", False, "priv"),
    ]


def test_the_second_half_and_the_tunables_are_settings(device: Device) -> None:
    found = {(one.name, one.is_on, one.value) for one in device.settings}
    assert ("high-availability", True, "states on opt1 10.20.20.2, settings to 10.20.20.2") in found
    assert ("source-routing", False, "") in found
    assert ("icmp-redirects", True, "") in found
    assert ("time-zone", True, "Europe/Amsterdam") in found


def test_only_what_is_defined_nowhere_is_undefined(device: Device) -> None:
    assert [one.name for one in undefined(device)] == ["helpdesk", "GONE_HOSTS", "opt9"]
    (gone,) = [one for one in device.references if one.name == "GONE_HOSTS"]
    assert "GONE_HOSTS" in "".join(TEXTS[gone.source.first - 1 : gone.source.last])


def test_all_that_is_used_is_known_as_used(device: Device) -> None:
    assert unused(device) == []


def test_the_ledger_has_only_what_nobody_knows(device: Device) -> None:
    assert [one.text for one in device.unparsed] == ['<HomeMadePlugin version="0.1">', "<colour>blue</colour>"]


def test_a_field_that_nobody_knows_goes_into_the_ledger_and_the_rest_is_read() -> None:
    device = read(
        "opnsense", _inside("<interfaces><wan><if>em0</if>", "<enable/>", "<colour>red</colour>", "</wan></interfaces>")
    )
    assert [(one.source.first, one.text) for one in device.unparsed] == [(4, "<colour>red</colour>")]
    assert [one.name for one in device.interfaces] == ["wan"]


def test_a_rule_in_which_the_file_ends_is_none() -> None:
    device = read(
        "opnsense", ["<opnsense>", "<filter>", "<rule>", "<type>pass</type>", "<source><network>lan</network></source>"]
    )
    assert device.access_lists[0].rules == []
    assert {one.source.first for one in device.unparsed} == {3, 4, 5}


def test_ports_follow_aliases_that_name_each_other() -> None:
    alias = "<alias><name>{}</name><type>port</type><content>{}</content></alias>"
    device = read(
        "opnsense",
        _inside(
            "<OPNsense><Firewall><Alias><aliases>",
            alias.format("A", "B\n80"),
            alias.format("B", "A\n443"),
            "</aliases></Alias></Firewall></OPNsense>",
            "<filter><rule><protocol>tcp</protocol><destination><any/><port>A</port></destination></rule></filter>",
        ),
    )
    assert device.access_lists[0].rules[0].services.services[0].ports == ["80-80", "443-443"]


def test_destination_rules_of_newer_releases_are_read() -> None:
    device = read(
        "opnsense",
        _inside(
            "<interfaces><wan><if>em0</if><ipaddr>dhcp</ipaddr></wan></interfaces>",
            "<nat>",
            '<rule uuid="1"><sequence>100</sequence><disabled>0</disabled><nordr>0</nordr><interface>wan</interface>',
            "<protocol>tcp</protocol><source><network/><port/><not>0</not></source>",
            "<destination><network>wanip</network><port>443</port><not>0</not></destination>",
            "<target>192.168.10.50</target><local-port>8443</local-port><log>0</log><pass/></rule>",
            '<rule uuid="2"><nordr>1</nordr><interface>wan</interface><protocol>tcp</protocol>',
            "<source><network/></source><destination><network>(self)</network><port>https</port></destination><target/></rule>",
            "</nat>",
        ),
    )
    assert [(one.kind, one.is_enabled) for one in device.translations] == [("destination", True), ("exempt", True)]
    assert device.unparsed == []


def test_a_field_by_another_name_is_missed_wherever_it_stands(device: Device) -> None:
    facts = [*device.access_lists[0].rules, *device.translations, *device.address_objects, *device.routes]
    facts += [one for one in device.interfaces if one.name.startswith(("wan", "lan", "opt", "vlan", "lagg"))]
    lines = sorted({line for fact in facts for line in range(fact.source.first, fact.source.last + 1)})
    odd = re.compile(r"(\s*)<([\w-]+)>(.*)</\2>")
    fields = [line for line in lines if odd.fullmatch(TEXTS[line - 1])]
    assert len(fields) > 150
    for line in fields[::5]:
        texts = list(TEXTS)
        texts[line - 1] = odd.sub(r"\1<odd-\2>\3</odd-\2>", texts[line - 1])
        assert line in {one.source.first for one in read("opnsense", texts).unparsed}, TEXTS[line - 1]


HOSTILE = [
    "",
    "\x00",
    "-1",
    "999999999999",
    "10.0.0.0/99",
    "a" * 5000,
    "(self)",
    "!",
    "|",
    "1-",
    "-",
    ":",
    "../x",
    "&lol;",
    "<x/>",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_nothing_raises_with_hostile_values(word: str) -> None:
    for at, text in enumerate(TEXTS):
        start, end = text.find(">"), text.rfind("</")
        if 0 <= start < end and at % 7 == len(word) % 7:
            read(
                "opnsense",
                [*TEXTS[max(0, at - 30) : at], text[: start + 1] + word + text[end:], *TEXTS[at + 1 : at + 30]],
            )
    whole = [
        text[: text.find(">") + 1] + word + text[text.rfind("</") :] if "</" in text.strip()[1:] else text
        for text in TEXTS
    ]
    assert read("opnsense", whole).platform == "opnsense"


def test_port_forwards_of_the_model_are_tried_by_their_numbers_and_may_pass_by_themselves() -> None:
    rule = (
        "<rule uuid='{0}'><sequence>{1}</sequence><disabled>0</disabled><nordr>{2}</nordr><interface>wan</interface>"
        "<ipprotocol/><protocol>tcp</protocol><source><network/><port/><not>0</not></source>"
        "<destination><network>wanip</network><port>443</port><not>0</not></destination>"
        "<target>{3}</target><local-port>8443</local-port><pass>{4}</pass><associated-rule-id/></rule>"
    )
    rules = [
        rule.format("c", 300, 0, "192.168.10.60", ""),
        rule.format("a", 100, 0, "192.168.10.50", "pass"),
        rule.format("b", 200, 1, "", ""),
    ]
    device = read(
        "opnsense",
        [
            "<opnsense>",
            "<interfaces><wan><enable>1</enable><if>vtnet0</if></wan></interfaces>",
            "<nat><outbound><mode>disabled</mode></outbound>",
            *rules,
            "</nat></opnsense>",
        ],
    )
    assert [(one.kind, one.translated, one.lets_pass) for one in device.translations] == [
        ("destination", "192.168.10.50", True),
        ("exempt", "", False),
        ("destination", "192.168.10.60", False),
    ]
    assert not device.unparsed


def test_routing_protocols_of_the_plugin_are_told_where_they_run() -> None:
    lines = [
        "<opnsense><OPNsense><quagga>",
        "<general><enabled>1</enabled></general>",
        "<ospf><enabled>0</enabled><routerid>10.0.0.1</routerid></ospf>",
        "<bgp><enabled>1</enabled><asnumber>65001</asnumber><networks/>",
        "<neighbors><neighbor uuid='n'><enabled>1</enabled><address>192.0.2.1</address><remoteas>65002</remoteas>",
        "</neighbor></neighbors></bgp>",
        "</quagga></OPNsense></opnsense>",
    ]
    (bgp,) = read("opnsense", lines).routing
    assert (bgp.protocol, bgp.process, bgp.source.first) == ("bgp", "65001", 4)
    assert [(one.address, one.remote_as) for one in bgp.peers] == [("192.0.2.1", "65002")]
    off = [line.replace("<general><enabled>1", "<general><enabled>0") for line in lines]
    assert not read("opnsense", off).routing
