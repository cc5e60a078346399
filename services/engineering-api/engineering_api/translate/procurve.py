"""ProCurve and ArubaOS-Switch as a target: VLANs name their ports, and route."""

from collections.abc import Iterator

from engineering_api.facts.ports import Interface, Vlan
from engineering_api.facts.routing import Route
from engineering_api.reading.addresses import is_address
from engineering_api.translate import lists
from engineering_api.translate.plan import Block, Source, quoted, sources_of
from engineering_api.translate.switches import carried, is_pagp, mode_of

_SERVERS = {
    "dns": "ip dns server-address priority {1} {0}",
    "ntp": "sntp server priority {1} {0}",
    "syslog": "logging {0}",
}
#: How many servers of a kind the switch takes.
_MOST_SERVERS = {"dns": 2, "ntp": 3, "syslog": 6}
#: What lines of the spanning tree say of ports, by the words of facts.
_GUARDS = {
    "portfast": "admin-edge-port",
    "bpdu-guard": "bpdu-protection",
    "bpdu-filter": "bpdu-filter",
    "root-guard": "root-guard",
    "loop-guard": "loop-guard",
}
_NO_PORT_ROUTES = "Only VLANs have addresses there: give the port a VLAN of its own."
_LONGEST = 64


def write(source: Source) -> Iterator[Block]:
    """The blocks for ProCurve."""
    device = source.device
    if "identity" in source.wanted and device.identity.hostname:
        yield Block(
            "identity", (f"hostname {quoted(device.identity.hostname)}",), sources_of(device.identity, "hostname")
        )
        if device.identity.domain:
            line = f"ip dns domain-name {quoted(device.identity.domain)}"
            yield Block("identity", (line,), sources_of(device.identity, "domain"))
    if "interfaces" in source.wanted:
        yield from _trunks(source)
    if "access_lists" in source.wanted:
        yield from lists.write(source, lists.PROCURVE, frozenset())
    if "interfaces" in source.wanted:
        for port in source.interfaces("physical", "aggregate"):
            yield from _port(source, port)
        for port in source.interfaces("loopback"):
            yield _loopback(source, port)
    if "vlans" in source.wanted:
        yield from _vlans(source)
    if "interfaces" in source.wanted:
        yield from _guards(source)
    if "routes" in source.wanted:
        yield from _routes(source)
    if "servers" in source.wanted:
        yield from _servers(source)


def _servers(source: Source) -> Iterator[Block]:
    counted: dict[str, int] = {}
    if any(one.kind == "ntp" for one in source.device.servers):
        yield Block("servers", ("timesync sntp", "sntp unicast"), ())
    for server in source.device.servers:
        form = _SERVERS.get(server.kind)
        number = counted[server.kind] = counted.get(server.kind, 0) + 1
        if form is None or number > _MOST_SERVERS[server.kind]:
            note = (
                "It takes no more servers of this kind."
                if form
                else f"{server.kind} servers need a key or have no counterpart."
            )
            yield Block("servers", (), sources_of(server), (server,), note)
            continue
        note = "It has a key, which is not carried over." if server.has_key else ""
        yield Block("servers", (form.format(server.address, number),), sources_of(server), (server,), note)


def _routes(source: Source) -> Iterator[Block]:
    """The routes. One address and one default route make no router; then only the gateway of a host counts."""
    device = source.device
    addressed = [one for one in source.interfaces("vlan") if one.addresses and one.is_enabled]
    defaults = [one for one in device.routes if one.prefix.prefixlen == 0 and one.prefix.version == 4]
    is_host = len(addressed) < 2 and len(device.routes) == len(defaults) == 1
    if not is_host and (len(addressed) > 1 or device.routes):
        yield Block("routes", ("ip routing",), ())
    for route in device.routes:
        text, note = _route(route, is_host=is_host)
        yield Block("routes", (text,) if text else (), sources_of(route), (route,), note)


def _route(route: Route, *, is_host: bool) -> tuple[str, str]:
    by = "blackhole" if route.is_discard else route.gateway
    if not by or route.prefix.version != 4 or route.vrf or not route.is_enabled:
        return "", "Only routes of IPv4 by a gateway have a counterpart."
    if is_host and not route.is_discard:
        return f"ip default-gateway {by}", ""
    distance = f" distance {route.distance}" if route.distance not in (None, 1) else ""
    return f"ip route {route.prefix.network_address} {route.prefix.netmask} {by}{distance}", ""


def _trunks(source: Source) -> Iterator[Block]:
    for group in source.interfaces("aggregate"):
        members = [one for one in source.interfaces("physical") if one.aggregate == group.name]
        if members:
            names = ",".join(source.name(one.name) for one in members)
            mode = mode_of(source.device, group)
            note = "LACP is active there." if mode == "passive" else ""
            note = "It speaks PAgP, which becomes LACP: change the other end, too." if is_pagp(members[0]) else note
            kind = "trunk" if mode == "static" else "lacp"
            yield Block(
                "interfaces",
                (f"trunk {names} {source.name(group.name).lower()} {kind}",),
                sources_of(group),
                (group,),
                note,
            )


def _port(source: Source, port: Interface) -> Iterator[Block]:
    inside = [f"name {quoted(port.description[:_LONGEST])}"] if port.description else []
    inside += [] if port.is_enabled else ["disable"]
    filters, note = lists.applied(source, port, lists.PROCURVE) if "access_lists" in source.wanted else ([], "")
    inside += filters
    left = [note] if note else []
    left += [f"its protection ({one})" for one in port.protections if one not in _GUARDS]
    left += ["its VRF"] if port.vrf else []
    notes = [_NO_PORT_ROUTES] if port.addresses else []
    notes += [f"Not carried over: {', '.join(left)}."] if left else []
    lines = (f"interface {source.name(port.name)}", *(f"   {line}" for line in inside), "   exit") if inside else ()
    is_said = bool(lines) or port.mode is not None or port.aggregate in source.names
    if port.kind == "aggregate" and not (lines or notes):
        return
    if not is_said:
        yield Block(
            "interfaces", (), sources_of(port), (port,), " ".join(notes) or "Nothing of it has to be said there."
        )
        return
    # A port of which the VLANs say all has lines there; its own block only says that it is there.
    yield Block(
        "interfaces",
        lines or (f"interface {source.name(port.name)}", "   exit"),
        sources_of(port),
        (port,),
        " ".join(notes),
    )


def _loopback(source: Source, port: Interface) -> Block:
    found = [one.value for one in port.addresses if one.value.version == 4 and one.value.network.prefixlen == 32]
    lines = (f"interface {source.name(port.name)}", *(f"   ip address {one.ip}" for one in found), "   exit")
    return Block("interfaces", lines if found else (), sources_of(port), (port,), "" if found else "It has no address.")


def _guards(source: Source) -> Iterator[Block]:
    """The spanning tree's lines for ports; without a line that turns it on they mean nothing."""
    lines = [
        f"spanning-tree {source.name(port.name)} {_GUARDS[one]}"
        for port in source.interfaces("physical", "aggregate")
        for one in port.protections
        if one in _GUARDS and port.aggregate not in source.names
    ]
    if lines:
        yield Block("interfaces", ("spanning-tree", *lines), ())


def _vlans(source: Source) -> Iterator[Block]:
    known = {vlan.id: vlan for vlan in source.device.vlans}
    ports = [one for one in source.interfaces("physical", "aggregate") if one.aggregate not in source.names]
    wanted = {1, *known} | {number for port in ports for number in _of(port)}
    wanted |= {one.vlan for one in source.interfaces("vlan") if one.vlan}
    voices = {port.voice_vlan for port in ports if port.voice_vlan}
    for number in sorted(wanted):
        yield _vlan(source, ports, number, known.get(number), is_voice=number in voices)
    bare = [
        source.name(one.name)
        for one in ports
        if one.mode in ("trunk", "hybrid") and carried(source.device.platform, one).untagged is None
    ]
    if bare:
        # All ports are in VLAN 1 until they are told not to; the last VLAN of a port cannot be taken.
        yield Block("vlans", ("vlan 1", f"   no untagged {','.join(bare)}", "   exit"), ())


def _of(port: Interface) -> set[int]:
    numbers = (port.access_vlan, port.native_vlan, port.voice_vlan, *(port.trunk_vlans or ()))
    return {number for number in numbers if number}


def _vlan(source: Source, ports: list[Interface], number: int, vlan: Vlan | None, *, is_voice: bool) -> Block:
    untagged, tagged = [], []
    for port in ports:
        name = source.name(port.name)
        if port.mode == "trunk" or (port.mode == "hybrid" and port.trunk_vlans):
            sent = carried(source.device.platform, port)
            if number == sent.untagged:
                untagged.append(name)
            elif sent.tagged is None or number in sent.tagged:
                tagged.append(name)
        elif port.mode not in (None, "routed") and (port.access_vlan or 1) == number:
            untagged.append(name)
        elif port.mode not in (None, "routed") and port.voice_vlan == number:
            tagged.append(name)
    inside = [f"name {quoted(vlan.name[:32])}"] if vlan is not None and vlan.name else []
    inside += [f"untagged {','.join(untagged)}"] if untagged else []
    inside += [f"tagged {','.join(tagged)}"] if tagged else []
    interface = next((one for one in source.interfaces("vlan") if one.vlan == number), None)
    more, note = _routing(source, interface) if interface is not None else ([], "")
    inside += more
    inside += ["voice"] if is_voice else []
    sources = [*(sources_of(vlan) if vlan else ()), *(sources_of(interface) if interface else ())]
    facts = tuple(one for one in (vlan, interface) if one is not None)
    lines = (f"vlan {number}", *(f"   {line}" for line in inside), "   exit")
    return Block("vlans", lines, tuple(sources), facts, note)


def _routing(source: Source, port: Interface) -> tuple[list[str], str]:
    """What a VLAN has of the interface that other switches have for it."""
    made, left = [], []
    for address in port.addresses if port.is_enabled else ():
        value = address.value
        made.append(f"ip address {value.ip} {value.netmask}" if value.version == 4 else f"ipv6 address {value}")
    if port.is_dhcp_client:
        made.append("ip address dhcp-bootp")
    for relay in port.dhcp_relays:
        if is_address(relay):
            made.append(f"ip helper-address {relay}")
        else:
            left.append("its DHCP relay")
    filters, note = lists.applied(source, port, lists.PROCURVE) if "access_lists" in source.wanted else ([], "")
    made += filters
    left += [note] if note else []
    left += ["its shared address"] if port.virtual_addresses else []
    left += ["its VRF"] if port.vrf else []
    left += ["its addresses, as it is off"] if port.addresses and not port.is_enabled else []
    return made, f"Not carried over: {', '.join(dict.fromkeys(left))}." if left else ""
