"""Names that are used and not defined, or defined and not used."""

import pytest

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.names import Kind
from engineering_api.lint.references import undefined, unused


def device(platform: str = "cisco_ios") -> Device:
    return Device(platform=platform)


def line(number: int) -> Span:
    return Span(number, number)


def test_a_name_that_is_used_and_not_defined_is_told_once_with_all_its_lines() -> None:
    of = device()
    of.refer("acl", "VTY", line(9), "line vty 0 4 access-class")
    of.refer("acl", "VTY", line(12), "line vty 5 15 access-class")
    of.refer("route-map", "OUT", line(20), "neighbor out")
    of.define("route-map", "OUT", line(30))
    (found,) = undefined(of)
    assert (found.name, found.kinds, [one.source.first for one in found.references]) == ("VTY", ("acl",), [9, 12])


def test_a_name_of_one_of_several_kinds_is_defined_by_any_of_them_and_uses_each() -> None:
    of = device("cisco_asa")
    of.define("object", "WEB", line(1))
    of.define("object-group", "WEB", line(3))
    of.define("object-group", "OLD", line(5))
    of.refer(("object", "object-group"), "WEB", line(9), "access-list")
    assert undefined(of) == []
    assert [one.definition.name for one in unused(of)] == ["OLD"]


def test_a_definition_of_another_kind_does_not_help() -> None:
    of = device()
    of.define("prefix-list", "LAN", line(1))
    of.refer("acl", "LAN", line(9), "route-map match ip address")
    assert [one.name for one in undefined(of)] == ["LAN"]
    assert [one.definition.kind for one in unused(of)] == ["prefix-list"]


def test_interfaces_are_the_same_however_they_are_written_and_never_unused() -> None:
    of = device()
    of.define("interface", "GigabitEthernet0/1", line(1))
    of.define("interface", "Loopback0", line(3))
    of.refer("interface", "gi0/1", line(9), "ip route")
    of.refer("interface", "Loopback 0", line(10), "source-interface")
    of.refer("interface", "Loopback1", line(11), "source-interface")
    of.refer("interface", "Null0", line(12), "ip route")
    assert [one.name for one in undefined(of)] == ["Loopback1"]
    assert unused(of) == []


@pytest.mark.parametrize(
    ("platform", "kind", "name"),
    [
        ("cisco_ios", "class-map", "class-default"),
        ("cisco_nxos", "vrf", "management"),
        ("cisco_nxos", "policy-map", "copp-system-p-policy-strict"),
        ("cisco_asa", "server-group", "LOCAL"),
        ("arista_eos", "vrf", "default"),
        ("juniper_junos", "service", "junos-https"),
        ("fortinet", "schedule", "always"),
        ("fortinet", "service", "HTTPS"),
        ("mikrotik_routeros", "list", "all"),
        ("pfsense", "gateway", "WAN_DHCP"),
    ],
)
def test_names_that_the_platform_knows_are_neither_undefined_nor_unused(platform: str, kind: Kind, name: str) -> None:
    of = device(platform)
    of.refer(kind, name, line(9), "use")
    assert undefined(of) == []
    other = device(platform)
    other.define(kind, name, line(1))
    assert unused(other) == []


def test_what_takes_effect_by_being_there_is_never_unused() -> None:
    of = device()
    of.define("vlan", "30", line(1))
    of.define("ike-policy", "10", line(2))
    of.define("ike-profile", "DIALIN", line(2))
    of.define("acl", "USED-INLINE", line(3), is_used=True)
    of.define("crypto-map", "VPN", line(4))
    assert [one.definition.name for one in unused(of)] == ["VPN"]


def test_vlans_are_undefined_only_where_the_configuration_defines_any() -> None:
    of = device()
    of.refer("vlan", "30", line(9), "switchport access vlan")
    assert undefined(of) == []
    of.define("vlan", "20", line(1))
    assert [one.name for one in undefined(of)] == ["30"]


def test_scopes_keep_names_apart_and_what_has_none_holds_in_all() -> None:
    of = device("fortinet")
    of.define("object", "SRV", line(1), scope="root")
    of.define("interface", "port1", line(2))
    of.define("zone", "LAN", line(3))
    of.refer("object", "SRV", line(9), "policy", scope="guest")
    of.refer("interface", "port1", line(10), "policy", scope="guest")
    of.refer("zone", "LAN", line(11), "policy", scope="guest")
    assert [(one.name, one.scope) for one in undefined(of)] == [("SRV", "guest")]
    assert [one.definition.name for one in unused(of)] == ["SRV"]


def test_names_with_signs_of_patterns_are_names() -> None:
    of = device()
    for name in ("ijf$%^&*(([]", "a*", "[", "\\"):
        of.refer("route-map", name, line(9), "neighbor")
        of.refer("interface", name, line(10), "ip route")
    assert len(undefined(of)) == 8
