"""Firewalls in the words of others: rules, objects and translations that are called exact read back equal."""

from pathlib import Path

import pytest

from engineering_api import platforms
from engineering_api.facts.filters import Service
from engineering_api.parsing import Parsed, parse
from engineering_api.translate.nat import nats
from engineering_api.translate.translate import Mapped, Translation, translate

CONFIGS = Path(__file__).parents[2] / "configs"
FIREWALLS = ("cisco_asa", "fortinet", "juniper_junos", "mikrotik_routeros", "ubiquiti_edgeos")
SOURCES = [
    ("cisco_ios", "cisco_ios/branch-router.cfg"),
    ("mikrotik_routeros", "mikrotik_routeros/office-v7.rsc"),
    ("ubiquiti_edgeos", "ubiquiti_edgeos/office.boot"),
    ("opnsense", "opnsense/branch.xml"),
]
ASA = """\
ASA Version 9.16(4)
hostname fw1
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0
object network WEB
 host 10.0.0.80
object network LAN
 subnet 10.0.0.0 255.255.255.0
object network HQ
 subnet 10.9.0.0 255.255.0.0
object-group network ADMINS
 network-object host 198.51.100.7
 network-object host 198.51.100.9
access-list OUT extended permit tcp any object WEB eq 443
access-list OUT extended permit tcp object-group ADMINS object WEB range 8000 8010 log
access-list OUT extended deny ip any any
access-list IN extended permit ip object LAN any
access-group OUT in interface outside
access-group IN in interface inside
nat (inside,outside) source static LAN LAN destination static HQ HQ
object network WEB
 nat (inside,outside) static 203.0.113.80 service tcp 443 8443
object network LAN
 nat (inside,outside) dynamic interface
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
"""
FORTIGATE = """\
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.0
    next
    edit "lan"
        set ip 10.0.0.1 255.255.255.0
    next
end
config firewall vip
    edit "web"
        set extip 203.0.113.80
        set mappedip "10.0.0.80"
        set extintf "wan1"
        set portforward enable
        set extport 8443
        set mappedport 443
    next
end
config firewall policy
    edit 1
        set srcintf "wan1"
        set dstintf "lan"
        set action accept
        set srcaddr "all"
        set dstaddr "web"
        set schedule "always"
        set service "HTTPS"
    next
    edit 2
        set srcintf "lan"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
        set nat enable
    next
end
"""
ROUTER = """\
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
 ip access-group WAN in
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip nat inside
ip access-list extended WAN
 permit tcp any host 203.0.113.80 eq 8443
ip access-list extended HIDE
 deny ip 10.0.0.0 0.0.0.255 10.9.0.0 0.0.255.255
 permit ip 10.0.0.0 0.0.0.255 any
ip nat inside source list HIDE interface GigabitEthernet0/0 overload
ip nat inside source static tcp 10.0.0.80 443 203.0.113.80 8443
ip route 0.0.0.0 0.0.0.0 203.0.113.1
"""


def read(text: str, platform: str) -> Parsed:
    return parse(text.encode(), fingerprint=lambda secret: "00aa11", platform=platform)


def turned(text: str, source: str, target: str) -> tuple[Translation, Parsed]:
    parsed, to = read(text, source), platforms.named(target)
    pair = (parsed.platform, to)
    made = translate(parsed.device, parsed.texts, pair, lambda one: read(one, to.name), given={}, scope=[])
    return made, read("\n".join(made.lines) + "\n", target)


def row(made: Translation, text: str, words: str) -> Mapped:
    """What became of the first line that begins so."""
    number = next(at for at, line in enumerate(text.splitlines(), 1) if line.strip().startswith(words))
    return next(one for one in made.mapped if one.source.first <= number <= one.source.last)


@pytest.mark.parametrize("target", [*FIREWALLS, "cisco_ios", "cisco_nxos"])
@pytest.mark.parametrize(("source", "name"), SOURCES)
def test_all_that_is_written_is_understood(source: str, name: str, target: str) -> None:
    text = (CONFIGS / name).read_text()
    made, again = turned(text, source, target)
    lines = [line for one in made.mapped for line in range(one.source.first, one.source.last + 1)]
    assert lines == list(range(1, len(read(text, source).texts) + 1))
    assert [one.text for one in again.device.unparsed] == []
    assert "REDACTED" not in "\n".join(made.lines)


@pytest.mark.parametrize("target", FIREWALLS)
def test_rules_objects_and_the_name_of_a_firewall_are_exact(target: str) -> None:
    made, again = turned(ASA, "cisco_asa", target)
    for words in ("hostname", "access-list OUT", "access-list IN", "object network HQ", "object-group", "route"):
        assert row(made, ASA, words).status == "exact", (words, row(made, ASA, words).note)
    assert again.device.identity.hostname == "fw1"
    assert made.trials.run >= 3
    assert made.trials.agreed == made.trials.run
    assert {one.name for one in again.device.address_objects} >= {"WEB", "ADMINS"}


@pytest.mark.parametrize("target", [*FIREWALLS, "cisco_ios"])
def test_what_is_reached_from_outside_is_exact(target: str) -> None:
    made, again = turned(ASA, "cisco_asa", target)
    assert row(made, ASA, "nat (inside,outside) static").status == "exact"
    [one] = [one for one in nats(again.device) if one.kind == "forward"]
    assert (one.public, one.protocol, one.public_port) == ("203.0.113.80", "tcp", "8443")
    assert (one.host, one.real_port) == ("10.0.0.80", "443")


@pytest.mark.parametrize("target", ["cisco_asa", "fortinet", "juniper_junos", "cisco_ios"])
@pytest.mark.parametrize(("source", "text"), [("cisco_asa", ASA), ("cisco_ios", ROUTER)])
def test_who_is_hidden_and_who_is_left_alone_is_exact(source: str, text: str, target: str) -> None:
    made, again = turned(text, source, target)
    hides = ("nat (inside,outside) dynamic", "nat (inside,outside) source static")
    for words in hides if source == "cisco_asa" else ("ip nat inside source list", "deny ip 10.0.0.0"):
        assert row(made, text, words).status == "exact", row(made, text, words).note
    found = [(one.kind, one.public) for one in nats(again.device) if one.kind != "forward"]
    assert found == [("exempt", "interface"), ("hide", "interface")]


@pytest.mark.parametrize("target", ["mikrotik_routeros", "ubiquiti_edgeos"])
def test_where_what_is_hidden_comes_in_is_not_said_by_all(target: str) -> None:
    made, _ = turned(ASA, "cisco_asa", target)
    found = row(made, ASA, "nat (inside,outside) dynamic")
    assert found.status == "approx"
    assert "By which interface" in found.note


@pytest.mark.parametrize("target", ["cisco_asa", "juniper_junos", "mikrotik_routeros", "ubiquiti_edgeos"])
def test_a_rule_for_a_virtual_address_names_the_real_one_elsewhere(target: str) -> None:
    _, again = turned(FORTIGATE, "fortinet", target)
    ends = {str(one.ends.networks) for one in again.device.address_objects}
    assert ends == {"['10.0.0.80/32']"}
    kinds = [one.kind for one in nats(again.device)]
    assert sorted(kinds) == ["forward", "hide"]


def test_a_list_that_sees_addresses_before_their_translation_is_no_rule_of_a_firewall() -> None:
    made, again = turned(ROUTER, "cisco_ios", "cisco_asa")
    found = row(made, ROUTER, "permit tcp any host")
    assert found.status == "unsupported"
    assert "before its translation" in found.note
    assert again.device.access_lists == []


def test_a_name_that_nothing_defines_is_not_carried_over() -> None:
    text = ASA.replace("permit ip object LAN any", "permit ip object NOBODY any")
    for target in FIREWALLS:
        made, _ = turned(text, "cisco_asa", target)
        assert row(made, text, "access-list IN").status == "unsupported"
        assert "NOBODY" not in "\n".join(made.lines)


def test_what_passes_without_a_rule_is_warned_of() -> None:
    text = ASA.replace("access-group IN in interface inside\n", "")
    made, _ = turned(text, "cisco_asa", "mikrotik_routeros")
    assert any("security level, packets pass from inside" in one for one in made.warnings)


def test_rules_keep_their_order_on_junos() -> None:
    _, again = turned(ASA, "cisco_asa", "juniper_junos")
    [policies] = [one for one in again.device.access_lists if one.name == "global"]
    assert [one.action for one in policies.rules] == ["permit", "permit", "deny", "permit"]
    assert {one.name: one.interfaces for one in again.device.zones} == {
        "outside": ["ge-0/0/0.0"],
        "inside": ["ge-0/0/1.0"],
    }


GUESTS = """\
#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin
config system interface
    edit "wan1"
        set ip 203.0.113.10 255.255.255.248
        set type physical
    next
    edit "lan"
        set ip 10.1.1.1 255.255.255.0
        set type physical
    next
    edit "guest"
        set ip 10.1.3.1 255.255.255.0
        set interface "lan"
        set vlanid 30
    next
end
config firewall policy
    edit 1
        set name "no-way-in"
        set srcintf "guest"
        set dstintf "lan"
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
    next
    edit 2
        set name "out"
        set srcintf "guest"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "PING" "HTTPS"
    next
end
config router static
    edit 1
        set gateway 203.0.113.9
        set device "wan1"
    next
    edit 2
        set dst 10.9.0.0 255.255.0.0
        set gateway 10.1.1.254
        set device "lan"
    next
end
"""


def test_a_rule_that_denies_the_way_to_some_interfaces_does_not_deny_everything() -> None:
    made, again = turned(GUESTS, "fortinet", "cisco_asa")
    denied = [line for line in made.lines if " deny " in line]
    assert [line.removeprefix("access-list guest_in extended deny ip any ") for line in denied] == [
        "10.1.1.0 255.255.255.0",
        "10.9.0.0 255.255.0.0",
    ]
    assert "access-list guest_in extended permit icmp any any echo" in made.lines
    assert made.trials.run == made.trials.agreed == 2
    assert again.device.unparsed == []


@pytest.mark.parametrize("target", ["cisco_asa", "ubiquiti_edgeos"])
def test_a_vlan_on_a_port_of_fortios_is_a_part_of_that_port_elsewhere(target: str) -> None:
    made, again = turned(GUESTS, "fortinet", target)
    assert not any("without a counterpart" in one for one in made.warnings)
    assert "10.1.3.1/24" in {str(one.value) for face in again.device.interfaces for one in face.addresses}


@pytest.mark.parametrize("target", FIREWALLS)
def test_ping_is_carried_over_and_no_other_icmp(target: str) -> None:
    _, again = turned(GUESTS, "fortinet", target)
    kinds = [
        one
        for listed in again.device.access_lists
        for rule in listed.rules
        for one in (*rule.services.services, *(each for name in rule.services.names for each in _of(again, name)))
    ]
    assert target == "fortinet" or next(one.icmp for one in kinds if one.protocol == "icmp") in ("8", "8:0", "echo")


def _of(parsed: Parsed, name: str) -> list[Service]:
    return [each for one in parsed.device.service_objects if one.name == name for each in one.services.services]


@pytest.mark.parametrize("target", FIREWALLS)
def test_a_filter_before_the_policies_of_zones_opens_nothing(target: str) -> None:
    text = (CONFIGS / "juniper_junos/srx-branch.conf").read_text()
    made, _ = turned(text, "juniper_junos", target)
    opened = [line for line in made.lines if "untrust_in extended permit ip any any" in line or '"rest"' in line]
    assert opened == []
    if target in ("mikrotik_routeros", "ubiquiti_edgeos"):
        assert any("for the device itself" in one for one in made.warnings)
