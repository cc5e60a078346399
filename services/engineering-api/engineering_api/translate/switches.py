"""What the writers for switches have in common: IOS, EOS, NX-OS and AOS-CX differ in words, not in their order."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Server
from engineering_api.reading.addresses import is_address
from engineering_api.review.canonical import ranges
from engineering_api.translate import lists
from engineering_api.translate.plan import Block, Source, sources_of, word

#: What of a port is not carried over, and what it is called.
_LEFT_OUT = (("virtual_addresses", "its shared address"), ("vrf", "its VRF"))
#: Platforms whose ports carry the untagged VLAN without its being in the list of tagged ones.
_TAGGED_ALONE = ("hp_procurve", "mikrotik_routeros", "ubiquiti_unifi")
#: Lines of ports and VLANs of switches that are of none of the facts which are written.
NOT_WRITTEN = re.compile(
    r"(?:no )?(?:(?:ip|ipv6) (?:ospf|pim|igmp|mld|rip|eigrp|router|verify|flow|arp|dhcp snooping|policy|nd"
    r"|mroute|rsvp|summary)|isis|bfd|vrrp|vrrp-group|standby|hsrp|glbp|speed|duplex|speed-duplex|storm-control"
    r"|broadcast-limit|rate-limit|service-policy|qos|mls|auto qos|srr-queue|priority-queue|udld|power"
    r"|power-over-ethernet|switchport (?:port-security|nonegotiate|block|protected|private-vlan)|dhcp-snooping"
    r"|dhcpv4-snooping|arp|negotiation|media-type|load-interval|bandwidth|delay|cdp|lldp|snmp|authentication"
    r"|dot1x|mab|access-session|aaa|port-access|keepalive|crypto|apply policy|flow-control|flowcontrol"
    r"|loop-protect|lacp|vpc|mac|monitor|forbid|connection-rate-filter|unknown-vlans|active-gateway"
    r"|l3-counters|vsx-sync|macsec|hold-queue|carrier-delay|fault-finder|gvrp|link-keepalive)(?:[ -]|$)",
    re.IGNORECASE,
)
#: Of these the mode of an aggregate is written.
_WRITTEN = re.compile(r"lacp mode ", re.IGNORECASE)
_PAGP = "It speaks PAgP, which becomes LACP: the other end has to be changed, too."
_PHONE = "A port of a desk with a phone is a trunk there, with its access VLAN untagged."
_MODES = {"on": "static", "static": "static", "trunk": "static", "fec": "static", "passive": "passive"}


@dataclass(frozen=True)
class Carried:
    """The VLANs that a trunk carries: the one without a tag, if any, and those with one; None are all."""

    untagged: int | None
    tagged: frozenset[int] | None


def carried(platform: str, port: Interface) -> Carried:
    """What a trunk carries. Elsewhere than on switches of HP a native VLAN that is not allowed is dropped."""
    if port.trunk_vlans is None:
        return Carried(port.native_vlan or (None if platform in _TAGGED_ALONE else 1), None)
    if platform in _TAGGED_ALONE:
        return Carried(port.native_vlan, frozenset(port.trunk_vlans) - {port.native_vlan or 0})
    native = port.native_vlan or 1
    allowed = frozenset(port.trunk_vlans)
    return Carried(native if native in allowed else None, allowed - {native})


def mode_of(device: Device, port: Interface) -> str:
    """How the aggregate of a member, or an aggregate itself, comes about: active, passive or static."""
    group = port.aggregate or port.name
    said = [one.aggregate_mode for one in device.interfaces if group in (one.name, one.aggregate)]
    word_ = next((one.casefold() for one in said if one), "static" if device.platform == "aruba_aoscx" else "active")
    return _MODES.get(word_, "active")


def is_left_out(text: str) -> bool:
    """Whether a line of a port or VLAN says something that is not carried over."""
    return NOT_WRITTEN.match(text) is not None and _WRITTEN.match(text) is None


def is_pagp(port: Interface) -> bool:
    """Whether a member speaks Cisco's own protocol."""
    return port.aggregate_mode.casefold() in ("desirable", "auto")


@dataclass(frozen=True)
class Words:
    """The words of a platform.

    Attributes:
        indent: before what is inside a section.
        domain: before the domain's name.
        has_mode: ports say whether they are access ports or trunks; else their VLANs say it.
        is_routed: before a port has an address, "" where it may have one at once.
        is_prefix: addresses and routes are written with a prefix, not with a mask.
        is_on: ports are switched on by a line.
        access, native, allowed: of a port.
        group: of a member of an aggregate; gets its number and mode.
        servers: by their kinds, with the address in braces.
        discard: the next hop of a route that drops packets.
        distance: what follows a route, with its distance in braces.
        style: how access lists are written; None where they are not.
    """

    indent: str
    domain: str
    has_mode: bool
    routed: str
    is_prefix: bool
    is_on: bool
    access: str
    native: str
    allowed: str
    group: Callable[[str, str], str]
    servers: dict[str, str]
    discard: str = "Null0"
    distance: str = " {0}"
    style: lists.Style | None = None
    #: Of a VLAN's interface, with the address in braces.
    relay: str = "ip helper-address {0}"
    #: Of a port with a phone; "" where such a port is a trunk.
    voice: str = "switchport voice vlan {0}"
    #: How ports are guarded, by the words of facts.
    guards: Mapping[str, str] = field(default_factory=dict)
    #: The aggregate itself says how it comes about, and its members say nothing of VLANs.
    is_by_group: bool = False
    #: Routing has to be switched on.
    routing: str = ""


def write(
    source: Source, words: Words, name_of: Callable[[str], str], left_out: frozenset[str] = frozenset()
) -> Iterator[Block]:
    """The blocks of a switch, in the order in which its platform shows them; without the lists that are left out."""
    device = source.device
    if "identity" in source.wanted and device.identity.hostname:
        yield Block(
            "identity", (f"hostname {word(device.identity.hostname)}",), sources_of(device.identity, "hostname")
        )
        if device.identity.domain and words.domain:
            yield Block(
                "identity", (f"{words.domain} {device.identity.domain}",), sources_of(device.identity, "domain")
            )
    if "vlans" in source.wanted:
        voices = {port.voice_vlan for port in device.interfaces if port.voice_vlan} if words.is_by_group else set()
        for vlan in device.vlans:
            lines = [f"vlan {vlan.id}", *([f"{words.indent}name {word(vlan.name)}"] if vlan.name else [])]
            lines += [f"{words.indent}voice"] if vlan.id in voices else []
            note = "The VLAN is off there, which is not carried over." if not vlan.is_enabled else ""
            yield Block("vlans", tuple(lines), sources_of(vlan), (vlan,), note)
    if "access_lists" in source.wanted and words.style is not None:
        yield from lists.write(source, words.style, left_out)
    if "interfaces" in source.wanted:
        for port in source.interfaces("physical", "aggregate", "vlan", "loopback", "subinterface"):
            yield _port(source, port, words, name_of)
    if "routes" in source.wanted:
        if words.routing and device.routes:
            yield Block("routes", (words.routing,), ())
        for route in device.routes:
            yield _route(source, route, words)
    if "servers" in source.wanted:
        for server in device.servers:
            yield _server(server, words)


def _port(source: Source, port: Interface, words: Words, name_of: Callable[[str], str]) -> Block:
    inside = [f"description {' '.join(port.description.split())}"] if port.description else []
    inside += [f"encapsulation dot1q {port.vlan}"] if port.kind == "subinterface" else []
    switching, note = _switching(source, port, words)
    notes = [_PAGP] if is_pagp(port) else []
    notes += [note] if note else []
    inside += [*switching, *_addresses(port, words)]
    relays = port.dhcp_relays if all(is_address(one) for one in port.dhcp_relays) else []
    inside += [words.relay.format(one) for one in relays]
    left = ["its DHCP relay"] if port.dhcp_relays and not relays else []
    for guard in port.protections:
        if guard in words.guards and not (guard == "portfast" and port.mode == "trunk"):
            inside.append(words.guards[guard])
        else:
            left.append(f"its protection ({guard})")
    inside += [f"mtu {port.mtu}"] if port.mtu is not None else []
    inside += ["shutdown"] if not port.is_enabled else ["no shutdown"] if words.is_on else []
    filters, note = _filters(source, port, words)
    inside += filters
    left += [note] if note else []
    left += [what for name, what in _LEFT_OUT if getattr(port, name)]
    notes += [f"Not carried over: {', '.join(dict.fromkeys(left))}."] if left else []
    lines = (f"interface {name_of(source.name(port.name))}", *(words.indent + line for line in inside))
    return Block("interfaces", lines, sources_of(port), (port,), " ".join(notes))


def _switching(source: Source, port: Interface, words: Words) -> tuple[list[str], str]:
    """The aggregate of a port, its VLANs, or that it routes."""
    inside = []
    member = _number(source.name(port.aggregate)) if port.aggregate in source.names else ""
    if member:
        inside.append(words.group(member, mode_of(source.device, port)))
    if port.kind == "aggregate" and words.is_by_group and (mode := mode_of(source.device, port)) != "static":
        inside.append(f"lacp mode {mode}")
    if member and words.is_by_group:
        return inside, ""
    if port.voice_vlan and port.mode != "trunk" and not words.voice:
        access = port.access_vlan or 1
        inside += ["switchport mode trunk"] if words.has_mode else []
        inside += [f"{words.native} {access}", f"{words.allowed} {ranges(sorted({access, port.voice_vlan}))}"]
        return inside, _PHONE
    if port.mode in ("access", "trunk", "hybrid") or port.access_vlan or port.trunk_vlans is not None:
        inside += _vlans(source, port, words)
        inside += [words.voice.format(port.voice_vlan)] if port.voice_vlan and port.mode != "trunk" else []
    elif port.kind in ("physical", "aggregate") and port.addresses and words.routed:
        inside.append(words.routed)
    return inside, ""


def _addresses(port: Interface, words: Words) -> list[str]:
    made = []
    for at, address in enumerate(port.addresses):
        if address.value.version == 6:
            made.append(f"ipv6 address {address.value}")
        else:
            value = str(address.value) if words.is_prefix else f"{address.value.ip} {address.value.netmask}"
            made.append(f"ip address {value}{' secondary' if at and address.is_secondary else ''}")
    return made


def _filters(source: Source, port: Interface, words: Words) -> tuple[list[str], str]:
    if words.style is not None and "access_lists" in source.wanted:
        return lists.applied(source, port, words.style)
    return [], "its filter" if port.acl_in or port.acl_out else ""


def _vlans(source: Source, port: Interface, words: Words) -> list[str]:
    made = []
    if port.mode == "trunk" or (port.mode == "hybrid" and port.trunk_vlans):
        made += ["switchport mode trunk"] if words.has_mode else []
        if port.native_vlan is not None:
            made.append(f"{words.native} {port.native_vlan}")
        if port.trunk_vlans is not None:
            # What is untagged elsewhere without more has to be allowed here.
            sent = carried(source.device.platform, port)
            allowed = {*port.trunk_vlans, *([sent.untagged] if sent.untagged else [])}
            made.append(f"{words.allowed} {ranges(sorted(allowed)) or 'none'}")
        elif not words.has_mode:
            made.append(f"{words.allowed} all")
    else:
        made += ["switchport mode access"] if words.has_mode else []
        if port.access_vlan is not None:
            made.append(f"{words.access} {port.access_vlan}")
    return made


def _number(name: str) -> str:
    return "".join(sign for sign in name if sign.isdigit())


def _route(source: Source, route: Route, words: Words) -> Block:
    family = "ipv6" if route.prefix.version == 6 else "ip"
    is_prefix = words.is_prefix or family == "ipv6"
    target = str(route.prefix) if is_prefix else f"{route.prefix.network_address} {route.prefix.netmask}"
    by = words.discard if route.is_discard else route.gateway or source.names.get(route.interface, "")
    if route.vrf or not by or not route.is_enabled:
        note = "A route of a VRF, without a next hop, or that is off has no counterpart here."
        return Block("routes", (), sources_of(route), (route,), note)
    distance = words.distance.format(route.distance) if route.distance not in (None, 1) else ""
    return Block("routes", (f"{family} route {target} {by}{distance}",), sources_of(route), (route,))


def _server(server: Server, words: Words) -> Block:
    form = words.servers.get(server.kind)
    if form is None:
        note = f"{server.kind} servers need a key or have no counterpart."
        return Block("servers", (), sources_of(server), (server,), note)
    note = "It has a key, which is not carried over." if server.has_key else ""
    return Block("servers", (form.format(server.address),), sources_of(server), (server,), note)
