"""Interfaces with nameif and security level, and the lines that say things of them from outside."""

import re
from ipaddress import ip_address, ip_interface

from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.filters import Zone
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Address, Interface, InterfaceKind
from engineering_api.reading.grammar import Found, Place

INTERFACES: Place[Reading] = Place("interfaces")
INTERFACE: Place[Within[Interface]] = Place("interface")
INTERFACE.knows(
    *beginnings(
        "mac-address, delay, hold-time, hello-interval, authentication, split-horizon, summary-address, "
        "flowcontrol, lacp, port-channel, ospf, rip, no ospf, eigrp, isis, igmp, no igmp, pim, no pim, mfib, "
        "multicast, bfd, ipv6 nd, no ipv6 nd, ipv6 ospf, ipv6 enforce-eui64, ipv6 dhcp, ipv6 unnumbered, dhcp "
        "client, pppoe client, cts, propagate, no propagate, policy static, lldp, no lldp, poe, power, asr-group, "
        "bandwidth, tunnel mode, ddns update, nve-only, segment-id, vtep-nve, default-mcast-group, mcast-group, "
        "ip verify, media-type, forward interface, no forward interface, hardware-bypass, no hardware-bypass, "
        "fec, no fec"
    ),
    "no nameif",
    "no security-level",
    "no ip address",
    "no vlan",
    "no mac-address",
    "ipv6 enable",
    "dhcprelay information trusted",
    "negotiate-auto",
    "no negotiate auto",
    "negotiate auto",
    "switchport protected",
)

_KINDS: tuple[tuple[str, InterfaceKind], ...] = (
    ("port-channel", "aggregate"),
    ("redundant", "aggregate"),
    ("vlan", "vlan"),
    ("tunnel", "tunnel"),
    ("vti", "tunnel"),
    ("loopback", "loopback"),
    ("bvi", "bridge"),
    ("management", "management"),
    ("vni", "tunnel"),
)


def _kind(name: str) -> InterfaceKind:
    if "." in name:
        return "subinterface"
    low = name.lower()
    for start, kind in _KINDS:
        if low.startswith(start):
            return kind
    return "physical" if re.search(r"ethernet|gige|gig", low) else "other"


@INTERFACES.opens(INTERFACE, "interface NAME [NUMBER]")
def _interface(reading: Reading, found: Found) -> Within[Interface]:
    name = found["NAME"] + found["NUMBER"]
    port = Interface(source=found.span, name=name, kind=_kind(name))
    if "." in name:
        port.parent = name.partition(".")[0]
    if (number := re.fullmatch(r"(?i)vlan(\d+)", name)) is not None:
        port.vlan = int(number[1])
    reading.device.interfaces.append(port)
    reading.hardware[name] = port
    reading.device.define("interface", name, found.span, is_used=True)
    return Within(reading, port)


@INTERFACE.line("nameif NAME")
def _nameif(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, alias=found["NAME"])
    at.reading.interfaces[found["NAME"]] = at.fact
    at.device.define("interface", found["NAME"], found.line, is_used=True)


@INTERFACE.line("security-level NUMBER")
def _level(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, level=int(found["NUMBER"]))


@INTERFACE.line("description TEXT...")
def _description(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, description=found["TEXT"])


@INTERFACE.line("shutdown")
def _shutdown(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, is_enabled=False)


@INTERFACE.line("no shutdown")
def _no_shutdown(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, is_enabled=True)


@INTERFACE.line("ip address (dhcp|pppoe) [setroute] [REST...]")
def _dynamic(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, is_dhcp_client=True)


@INTERFACE.line(
    "ip address ADDRESS MASK [pppoe] [setroute] [standby STANDBY]", "ip address ADDRESS MASK cluster-pool NAME"
)
def _address(at: Within[Interface], found: Found) -> None:
    value = ip_interface(f"{at.reading.names.get(found['ADDRESS'], found['ADDRESS'])}/{found['MASK']}")
    at.fact.addresses.append(Address(source=found.line, value=value))
    if found["STANDBY"]:
        at.fact.say(found.line, standby=str(ip_address(found["STANDBY"])))


@INTERFACE.line("ipv6 address (autoconf|dhcp) [REST...]")
def _ipv6_dynamic(at: Within[Interface], found: Found) -> None:
    at.fact.at.setdefault("ipv6", found.line)


@INTERFACE.line("ipv6 address ADDRESS [link-local] [eui-64] [standby STANDBY]")
def _ipv6(at: Within[Interface], found: Found) -> None:
    at.fact.addresses.append(Address(source=found.line, value=ip_interface(found["ADDRESS"])))


@INTERFACE.line("speed VALUE")
def _speed(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, speed=found["VALUE"])


@INTERFACE.line("duplex VALUE")
def _duplex(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, duplex=found["VALUE"])


@INTERFACE.line("vlan NUMBER [secondary] [REST...]")
def _vlan(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, vlan=int(found["NUMBER"]))


@INTERFACE.line("switchport access vlan NUMBER")
def _access(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, mode="access", access_vlan=int(found["NUMBER"]))


@INTERFACE.line("switchport trunk native vlan NUMBER")
def _native(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, native_vlan=int(found["NUMBER"]))


@INTERFACE.line("switchport trunk allowed vlan LIST")
def _allowed(at: Within[Interface], found: Found) -> None:
    numbers: list[int] = []
    for part in found["LIST"].split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), min(int(last or first), 4094) + 1)
    at.fact.say(found.line, trunk_vlans=numbers)


@INTERFACE.line("switchport mode MODE:(access|trunk)")
def _mode(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, mode=found["MODE"])


@INTERFACE.line("switchport", "no switchport")
def _switchport(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, mode="routed" if found.node.text.startswith("no") else at.fact.mode or "access")


@INTERFACE.line("management-only [individual]")
def _management_only(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, kind="management")


@INTERFACE.line("channel-group NUMBER mode MODE [REST...]")
def _channel(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, aggregate=f"Port-channel{int(found['NUMBER'])}", aggregate_mode=found["MODE"])
    at.device.refer("interface", at.fact.aggregate, found.line, "channel-group")


@INTERFACE.line("member-interface NAME")
def _member(at: Within[Interface], found: Found) -> None:
    at.device.refer("interface", found["NAME"], found.line, "member-interface")
    owner, where = at.fact.name, found.line

    def tell() -> None:
        if port := at.reading.hardware.get(found["NAME"]):
            port.say(where, aggregate=owner)

    at.reading.later.append(tell)


@INTERFACE.line("bridge-group NUMBER")
def _bridge(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, parent=f"BVI{int(found['NUMBER'])}")


@INTERFACE.line("zone-member NAME")
def _zone(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, zone=found["NAME"])
    at.device.refer("zone", found["NAME"], found.line, "zone-member")
    if zone := at.reading.zones.get(found["NAME"]):
        zone.interfaces.append(at.fact.alias or at.fact.name)


@INTERFACE.line("vrf forwarding NAME")
def _vrf(at: Within[Interface], found: Found) -> None:
    at.fact.say(found.line, vrf=found["NAME"])


@INTERFACE.line("policy-route route-map NAME")
def _policy_route(at: Within[Interface], found: Found) -> None:
    at.device.refer("route-map", found["NAME"], found.line, f"interface {at.fact.name} policy-route")


@INTERFACE.line("policy-route (cost|path-monitoring) REST...")
def _policy_other(at: Within[Interface], found: Found) -> None:
    at.fact.at.setdefault("policy-route", found.line)


@INTERFACE.line("dhcprelay server ADDRESS")
def _relay(at: Within[Interface], found: Found) -> None:
    at.fact.dhcp_relays.append(str(ip_address(found["ADDRESS"])))
    at.fact.at["dhcp_relays"] = found.line


@INTERFACE.line("tunnel source interface NAME")
def _tunnel_source(at: Within[Interface], found: Found) -> None:
    at.reading.refer_interface(found["NAME"], found.line, "tunnel source")
    at.fact.say(found.line, parent=found["NAME"])


@INTERFACE.line("tunnel destination ADDRESS")
def _tunnel_destination(at: Within[Interface], found: Found) -> None:
    at.reading.route_based(at.fact).peer = str(ip_address(found["ADDRESS"]))
    at.reading.route_based(at.fact).at["peer"] = found.line


@INTERFACE.line("tunnel protection ipsec profile NAME", "tunnel protection ipsec policy NAME")
def _protection(at: Within[Interface], found: Found) -> None:
    at.reading.route_based(at.fact).at["phase2"] = found.line
    at.reading.profiles[at.fact.name] = found["NAME"]
    kind: Kind = "acl" if "ipsec policy" in found.node.text else "ipsec-profile"
    at.device.refer(kind, found["NAME"], found.line, f"interface {at.fact.name}")


@INTERFACES.line("mtu NAME NUMBER")
def _mtu(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"], found.line, "mtu")
    if port := reading.interfaces.get(found["NAME"]):
        port.say(found.line, mtu=int(found["NUMBER"]))


@INTERFACES.line("zone NAME")
def _zone_definition(reading: Reading, found: Found) -> None:
    reading.device.define("zone", found["NAME"], found.span)
    made = reading.zones[found["NAME"]] = Zone(source=found.span, name=found["NAME"])
    reading.device.zones.append(made)
