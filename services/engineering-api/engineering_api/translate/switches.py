"""What the writers for switches have in common: IOS, EOS, NX-OS and AOS-CX differ in words, not in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Server
from engineering_api.review.canonical import ranges
from engineering_api.translate import lists
from engineering_api.translate.plan import Block, Source, sources_of, word

#: What of a port is not carried over, and what it is called.
_LEFT_OUT = (
    ("dhcp_relays", "its DHCP relay"),
    ("virtual_addresses", "its shared address"),
    ("vrf", "its VRF"),
    ("voice_vlan", "its voice VLAN"),
    ("protections", "its protection"),
)


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
        for vlan in device.vlans:
            lines = [f"vlan {vlan.id}", *([f"{words.indent}name {word(vlan.name)}"] if vlan.name else [])]
            note = "The VLAN is off there, which is not carried over." if not vlan.is_enabled else ""
            yield Block("vlans", tuple(lines), sources_of(vlan), (vlan,), note)
    if "access_lists" in source.wanted and words.style is not None:
        yield from lists.write(source, words.style, left_out)
    if "interfaces" in source.wanted:
        for port in source.interfaces("physical", "aggregate", "vlan", "loopback", "subinterface"):
            yield _port(source, port, words, name_of)
    if "routes" in source.wanted:
        for route in device.routes:
            yield _route(source, route, words)
    if "servers" in source.wanted:
        for server in device.servers:
            yield _server(server, words)


def _port(source: Source, port: Interface, words: Words, name_of: Callable[[str], str]) -> Block:
    inside = [f"description {' '.join(port.description.split())}"] if port.description else []
    inside += [f"encapsulation dot1q {port.vlan}"] if port.kind == "subinterface" else []
    notes = []
    member = _number(source.name(port.aggregate)) if port.aggregate in source.names else ""
    if member:
        inside.append(words.group(member, port.aggregate_mode))
    if port.mode in ("access", "trunk", "hybrid") or port.access_vlan or port.trunk_vlans is not None:
        inside += _vlans(port, words)
    elif port.kind in ("physical", "aggregate") and port.addresses and words.routed:
        inside.append(words.routed)
    for at, address in enumerate(port.addresses):
        if address.value.version == 6:
            inside.append(f"ipv6 address {address.value}")
        else:
            value = str(address.value) if words.is_prefix else f"{address.value.ip} {address.value.netmask}"
            inside.append(f"ip address {value}{' secondary' if at and address.is_secondary else ''}")
    if port.mtu is not None:
        inside.append(f"mtu {port.mtu}")
    if not port.is_enabled:
        inside.append("shutdown")
    elif words.is_on:
        inside.append("no shutdown")
    filters, note = _filters(source, port, words)
    inside += filters
    notes += [note] if note else []
    for field, what in _LEFT_OUT:
        if getattr(port, field):
            notes.append(what)
    note = f"Not carried over: {', '.join(dict.fromkeys(notes))}." if notes else ""
    lines = (f"interface {name_of(source.name(port.name))}", *(words.indent + line for line in inside))
    return Block("interfaces", lines, sources_of(port), (port,), note)


def _filters(source: Source, port: Interface, words: Words) -> tuple[list[str], str]:
    if words.style is not None and "access_lists" in source.wanted:
        return lists.applied(source, port, words.style)
    return [], "its filter" if port.acl_in or port.acl_out else ""


def _vlans(port: Interface, words: Words) -> list[str]:
    made = []
    if port.mode == "trunk" or (port.mode == "hybrid" and port.trunk_vlans):
        made += ["switchport mode trunk"] if words.has_mode else []
        if port.native_vlan is not None:
            made.append(f"{words.native} {port.native_vlan}")
        if port.trunk_vlans is not None:
            made.append(f"{words.allowed} {ranges(port.trunk_vlans) or 'none'}")
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
