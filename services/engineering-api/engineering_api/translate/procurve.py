"""ProCurve and ArubaOS-Switch as a target: VLANs name their ports."""

from collections.abc import Iterator

from engineering_api.facts.ports import Interface, Vlan
from engineering_api.translate.plan import Block, Source, quoted, sources_of

_SERVERS = {"dns": "ip dns server-address priority 1 {0}", "ntp": "sntp server priority 1 {0}", "syslog": "logging {0}"}


def write(source: Source) -> Iterator[Block]:
    """The blocks for ProCurve."""
    device = source.device
    if "identity" in source.wanted and device.identity.hostname:
        yield Block(
            "identity", (f"hostname {quoted(device.identity.hostname)}",), sources_of(device.identity, "hostname")
        )
    if "interfaces" in source.wanted:
        yield from _trunks(source)
        for port in source.interfaces("physical"):
            inside = [f"name {quoted(port.description[:64])}"] if port.description else []
            inside += [] if port.is_enabled else ["disable"]
            if inside:
                lines = (f"interface {source.name(port.name)}", *(f"   {line}" for line in inside), "   exit")
                yield Block("interfaces", lines, sources_of(port), (port,))
    if "vlans" in source.wanted:
        known = {vlan.id: vlan for vlan in device.vlans}
        wanted = sorted(
            {1, *known} | {number for port in source.interfaces("physical", "aggregate") for number in _of(port)}
        )
        for number in wanted:
            yield _vlan(source, number, known.get(number))
    if "routes" in source.wanted:
        for route in device.routes:
            is_plain = route.gateway and route.prefix.version == 4 and not route.vrf and route.is_enabled
            text = f"ip route {route.prefix.network_address} {route.prefix.netmask} {route.gateway}"
            note = "" if is_plain else "Only routes by a gateway of IPv4 have a counterpart."
            yield Block("routes", (text,) if is_plain else (), sources_of(route), (route,), note)
    if "servers" in source.wanted:
        for server in device.servers:
            form = _SERVERS.get(server.kind)
            note = "" if form else f"{server.kind} servers need a key or have no counterpart."
            yield Block("servers", (form.format(server.address),) if form else (), sources_of(server), (server,), note)


def _trunks(source: Source) -> Iterator[Block]:
    for group in source.interfaces("aggregate"):
        members = [one for one in source.interfaces("physical") if one.aggregate == group.name]
        if members:
            names = ",".join(source.name(one.name) for one in members)
            kind = "trunk" if members[0].aggregate_mode.casefold() in ("on", "static", "trunk") else "lacp"
            yield Block(
                "interfaces", (f"trunk {names} {source.name(group.name).lower()} {kind}",), sources_of(group), (group,)
            )


def _of(port: Interface) -> set[int]:
    return {number for number in (port.access_vlan, port.native_vlan, *(port.trunk_vlans or ())) if number}


def _vlan(source: Source, number: int, vlan: Vlan | None) -> Block:
    untagged, tagged = [], []
    for port in source.interfaces("physical", "aggregate"):
        if port.aggregate in source.names:
            continue
        name = source.name(port.name)
        if port.mode == "trunk":
            if number == (port.native_vlan or 1):
                untagged.append(name)
            elif port.trunk_vlans is None or number in port.trunk_vlans:
                tagged.append(name)
        elif (port.access_vlan or 1) == number and port.mode is not None:
            untagged.append(name)
    inside = [f"name {quoted(vlan.name)}"] if vlan is not None and vlan.name else []
    inside += [f"untagged {','.join(untagged)}"] if untagged else []
    inside += [f"tagged {','.join(tagged)}"] if tagged else []
    interface = next((one for one in source.interfaces("vlan") if one.vlan == number), None)
    for address in interface.addresses if interface else ():
        if address.value.version == 4:
            inside.append(f"ip address {address.value.ip} {address.value.netmask}")
    sources = [*(sources_of(vlan) if vlan else ()), *(sources_of(interface) if interface else ())]
    facts = (vlan,) if vlan is not None else ()
    lines = (f"vlan {number}", *(f"   {line}" for line in inside), "   exit")
    return Block("vlans", lines, tuple(sources), facts)
