"""Junos of an SRX as a target, as set commands.

Rules become global policies, which name their zones and keep one order; policies between two zones would be tried
before them. Every interface is in a zone: that of the source, or one of its own.
"""

from collections.abc import Iterator

from engineering_api.facts.filters import Ends, Service
from engineering_api.facts.ports import Interface
from engineering_api.translate import junos_nat, policies, set_lines
from engineering_api.translate.plan import Block, Source, quoted, sources_of, word
from engineering_api.translate.policies import Flat

_SERVERS = {
    "dns": "set system name-server {0}",
    "ntp": "set system ntp server {0}",
    "syslog": "set system syslog host {0} any any",
}
_BOOK = "set security address-book global"
_PASSIVE = ("passive",)


def write(source: Source) -> Iterator[Block]:
    """The blocks for Junos."""
    device = source.device
    if "identity" in source.wanted:
        yield from set_lines.identity(source)
    if "vlans" in source.wanted:
        for vlan in device.vlans:
            note = "The VLAN is off there, which is not carried over." if not vlan.is_enabled else ""
            line = f"set vlans {_vlan(source, vlan.id)} vlan-id {vlan.id}"
            yield Block("vlans", (line,), sources_of(vlan), (vlan,), note)
    if "interfaces" in source.wanted:
        for port in source.interfaces("physical", "aggregate", "vlan", "loopback", "subinterface"):
            yield _port(source, port)
    if source.wanted & {"access_lists", "translations"}:
        yield from _zones(source)
    if "address_objects" in source.wanted:
        yield from _addresses(source)
    if "service_objects" in source.wanted:
        yield from _services(source)
    if "access_lists" in source.wanted:
        yield from _rules(source)
    if "translations" in source.wanted:
        yield from junos_nat.write(source)
    if "routes" in source.wanted:
        yield from _routes(source)
    if "servers" in source.wanted:
        yield from set_lines.servers(source, _SERVERS)


def _vlan(source: Source, number: int) -> str:
    found = next((one.name for one in source.device.vlans if one.id == number and one.name), "")
    return word(found) if found else f"vlan{number}"


def _port(source: Source, port: Interface) -> Block:
    name = source.name(port.name)
    physical, _, unit = name.partition(".")
    lines = [f"set interfaces {physical} vlan-tagging"] if port.kind == "subinterface" else []
    is_unit = port.kind in ("subinterface", "vlan")
    whole = f"set interfaces {physical}" + (f" unit {unit}" if is_unit else "")
    at = f"set interfaces {physical} unit {unit or 0}"
    lines += [f"{whole} description {quoted(' '.join(port.description.split()))}"] if port.description else []
    lines += [f"{whole} disable"] if not port.is_enabled else []
    lines += [f"{whole} mtu {port.mtu}"] if port.mtu is not None and not is_unit else []
    lines += [f"{at} vlan-id {port.vlan}"] if port.kind == "subinterface" else []
    lines += [f"set vlans {_vlan(source, port.vlan)} vlan-id {port.vlan}"] if port.kind == "vlan" and port.vlan else []
    if port.kind == "vlan" and port.vlan:
        lines.append(f"set vlans {_vlan(source, port.vlan)} l3-interface {name}")
    if port.aggregate in source.names:
        lines.append(f"set interfaces {physical} gigether-options 802.3ad {source.name(port.aggregate)}")
    elif port.mode in ("access", "trunk", "hybrid"):
        lines += _switching(physical, at, port)
    for address in port.addresses:
        lines.append(f"{at} family inet{'6' if address.value.version == 6 else ''} address {address.value}")
    if port.kind == "aggregate":
        is_active = port.aggregate_mode.casefold() not in _PASSIVE
        lines.append(f"set interfaces {physical} aggregated-ether-options lacp {'active' if is_active else 'passive'}")
    return Block("interfaces", tuple(lines or [at]), sources_of(port), (port,))


def _switching(physical: str, at: str, port: Interface) -> list[str]:
    family = f"{at} family ethernet-switching"
    if port.mode == "access":
        lines = [f"{family} interface-mode access"]
        return lines + ([f"{family} vlan members {port.access_vlan}"] if port.access_vlan else [])
    lines = [f"set interfaces {physical} native-vlan-id {port.native_vlan}"] if port.native_vlan else []
    lines.append(f"{family} interface-mode trunk")
    members = ["all"] if port.trunk_vlans is None else [str(one) for one in port.trunk_vlans]
    return lines + [f"{family} vlan members {one}" for one in members]


def _zones(source: Source) -> Iterator[Block]:
    """The zones of the source, then a zone for each interface that is in none."""
    told: set[str] = set()
    for one in source.device.zones:
        members = [port for port in source.interfaces() if port.name in one.interfaces]
        told.update(port.name for port in members)
        note = "" if members else "It has no interfaces that have a counterpart."
        lines = tuple(_in_zone(source, port) for port in members)
        yield Block("access_lists", lines, sources_of(one), (), note)
    for port in source.interfaces("physical", "aggregate", "vlan", "subinterface"):
        is_routed = port.addresses or port.is_dhcp_client or port.zone or port.alias
        if is_routed and port.name not in told:
            yield Block("access_lists", (_in_zone(source, port),), ())


def _in_zone(source: Source, port: Interface) -> str:
    name = source.name(port.name)
    unit = name if "." in name else f"{name}.0"
    return f"set security zones security-zone {source.ends([port.name])[0]} interfaces {unit}"


def _addresses(source: Source) -> Iterator[Block]:
    wanted: dict[str, None] = {}
    for flat in policies.rules(source.device):
        for ends in (flat.rule.source_ends, flat.rule.destination_ends):
            wanted.update(dict.fromkeys(policies.literals(ends)) if not flat.why_not else {})
    for one in source.device.address_objects:
        name, parts, fqdns = word(one.name), policies.literals(one.ends), one.ends.fqdns
        if not one.is_group and len(parts) + len(fqdns) == 1 and not one.ends.names:
            value = _literal(parts[0]) if parts else f"dns-name {fqdns[0]}"
            yield Block("address_objects", (f"{_BOOK} address {name} {value}",), sources_of(one), (one,))
            continue
        wanted.update(dict.fromkeys(parts))
        lines = [f"{_BOOK} address-set {name} address {policies.object_name(part)}" for part in parts]
        for member in one.ends.names:
            other = source.objects.get(member)
            is_set = other is not None and (
                other.is_group or len(policies.literals(other.ends)) + len(other.ends.fqdns) != 1
            )
            lines.append(f"{_BOOK} address-set {name} {'address-set' if is_set else 'address'} {word(member)}")
        is_whole = bool(lines) and not fqdns
        note = "" if is_whole else "It has no addresses that a set can have."
        yield Block("address_objects", tuple(lines) if is_whole else (), sources_of(one), (one,), note)
    for literal in wanted:
        line = f"{_BOOK} address {policies.object_name(literal)} {_literal(literal)}"
        yield Block("address_objects", (line,), ())


def _literal(literal: str) -> str:
    first, dash, last = literal.partition("-")
    return f"range-address {first} to {last}" if dash else str(policies.network(literal))


def _services(source: Source) -> Iterator[Block]:
    """Every service becomes an application with a term for each protocol and port."""
    for one in source.device.service_objects:
        lines = policies_lines(source, one.name)
        note = "" if lines else "One of its services is not defined or has no counterpart."
        yield Block("service_objects", tuple(lines), sources_of(one), (one,), note)


def policies_lines(source: Source, name: str) -> list[str]:
    """The application for a service by its name; none where it cannot be written."""
    found = policies.named_services(source, name)
    return _terms(word(name), found) if found else []


def _terms(name: str, found: list[Service]) -> list[str]:
    made: list[str] = []
    for one in found:
        if one.protocol == "ip" or (one.icmp and not policies.is_echo(one)):
            return []
        if policies.is_echo(one):
            made.append(f"set applications application {name} term t{len(made) + 1} protocol icmp icmp-type 8")
            continue
        for port in one.ports or [""]:
            head = f"set applications application {name} term t{len(made) + 1} protocol {one.protocol}"
            sources = [f" source-port {each}" for each in one.source_ports] or [""]
            made += [head + each + (f" destination-port {_plain(port)}" if port else "") for each in sources]
    return made


def _plain(port: str) -> str:
    low, _, high = port.partition("-")
    return low if low == (high or low) else port


def _rules(source: Source) -> Iterator[Block]:
    made: set[str] = set()
    used: set[str] = set()
    for number, flat in enumerate(policies.rules(source.device), start=1):
        rule = flat.rule
        applications, lines, why = _applications(source, flat, made) if not flat.why_not else ([], [], "")
        if why := flat.why_not or why:
            yield Block("access_lists", (), sources_of(rule), (rule,), why)
            continue
        name = word(rule.name or f"rule-{number}")
        name = f"{name}-{number}" if name in used else name
        used.add(name)
        head = f"set security policies global policy {name}"
        lines += [f"{head} description {quoted(' '.join(rule.comment.split()))}"] if rule.comment else []
        for side, ends in (("source", rule.source_ends), ("destination", rule.destination_ends)):
            lines += [f"{head} match {side}-address {one}" for one in _names(ends)]
        lines += [f"{head} match application {one}" for one in applications]
        for side, zones in (("from", flat.inward), ("to", flat.outward)):
            lines += [f"{head} match {side}-zone {zone}" for zone in source.ends(zones) if zone not in ("any", "all")]
        lines.append(f"{head} then {rule.action}")
        lines += [f"{head} then log session-{'close' if rule.action == 'permit' else 'init'}"] if rule.is_logged else []
        lines += [f"deactivate security policies global policy {name}"] if not rule.is_enabled else []
        note = "Its times are not carried over." if rule.schedule and rule.schedule.casefold() != "always" else ""
        yield Block("access_lists", tuple(lines), sources_of(rule), (rule,), note)


def _applications(source: Source, flat: Flat, made: set[str]) -> tuple[list[str], list[str], str]:
    """The applications of a rule, with the lines of those that nothing defines yet, and why there are none."""
    services = flat.rule.services
    if policies.is_every(services):
        return ["any"], [], ""
    names, lines = [], []
    for name in services.names:
        written = policies_lines(source, name)
        if not written:
            return [], [], "One of its services is not defined or has no counterpart."
        names.append(word(name))
        is_told = (name in source.services and "service_objects" in source.wanted) or name in made
        lines += [] if is_told else written
        made.add(name)
    for one in services.services:
        name = policies.service_name(one)
        written = _terms(name, [one])
        if not written:
            return [], [], "Its protocol has no counterpart."
        names.append(name)
        lines += [] if name in made else written
        made.add(name)
    return names, lines, ""


def _names(ends: Ends) -> list[str]:
    if policies.is_any(ends):
        return ["any"]
    return [*(policies.object_name(one) for one in policies.literals(ends)), *map(word, ends.names)]


def _routes(source: Source) -> Iterator[Block]:
    for route in source.device.routes:
        hop = "discard" if route.is_discard else f"next-hop {route.gateway}" if route.gateway else ""
        if route.vrf or not hop or not route.is_enabled:
            why = "A route of a VRF, without a next hop, or that is off has no counterpart here."
            yield Block("routes", (), sources_of(route), (route,), why)
            continue
        rib = " rib inet6.0" if route.prefix.version == 6 else ""
        head = f"set routing-options{rib} static route {route.prefix}"
        lines = [f"{head} {hop}"]
        # Several next hops of one route have one preference, unless they are qualified.
        if route.distance not in (None, 1) and not route.is_discard:
            lines = [f"{head} qualified-next-hop {route.gateway} preference {route.distance}"]
        yield Block("routes", tuple(lines), sources_of(route), (route,))
