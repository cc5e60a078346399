"""Cisco ASA as a target."""

import itertools
from collections.abc import Iterator

from engineering_api.facts.filters import Ends
from engineering_api.translate import asa_nat, policies
from engineering_api.translate.plan import Block, Source, sources_of, word
from engineering_api.translate.policies import Flat

_SERVERS = {"ntp": "ntp server {0}"}
_ACTIONS = {"permit": "permit", "deny": "deny", "reject": "deny"}
_MOST = 200


def write(source: Source) -> Iterator[Block]:
    """The blocks for ASA."""
    device = source.device
    if "identity" in source.wanted and device.identity.hostname:
        yield Block(
            "identity", (f"hostname {word(device.identity.hostname)}",), sources_of(device.identity, "hostname")
        )
        if device.identity.domain:
            yield Block("identity", (f"domain-name {device.identity.domain}",), sources_of(device.identity, "domain"))
    if "interfaces" in source.wanted:
        yield from _interfaces(source)
    if "address_objects" in source.wanted:
        yield from _addresses(source)
    if "access_lists" in source.wanted:
        yield from _rules(source)
    if "translations" in source.wanted:
        yield from asa_nat.write(source)
    if "routes" in source.wanted:
        yield from _routes(source)
    if "servers" in source.wanted:
        for server in device.servers:
            form = _SERVERS.get(server.kind)
            note = "" if form else "It needs an interface or a key."
            yield Block("servers", (form.format(server.address),) if form else (), sources_of(server), (server,), note)


def _interfaces(source: Source) -> Iterator[Block]:
    for port in source.interfaces("physical", "aggregate", "subinterface"):
        zone = source.ends([port.name])[0]
        lines = [f"interface {source.name(port.name)}"]
        lines += [f" vlan {port.vlan}"] if port.kind == "subinterface" else []
        lines += [f" description {' '.join(port.description.split())[:200]}"] if port.description else []
        value = next((one.value for one in port.addresses if one.value.version == 4), None)
        if value is not None:
            outside = any(sign in zone.casefold() for sign in ("wan", "outside", "untrust", "internet"))
            level = port.level if port.level is not None else 0 if outside else 100
            lines += [f" nameif {zone}", f" security-level {level}", f" ip address {value.ip} {value.netmask}"]
        lines += [] if port.is_enabled else [" shutdown"]
        yield Block(
            "interfaces",
            tuple(lines),
            sources_of(port),
            (port,),
            "Its security level is set by its name." if port.level is None else "",
        )


def _addresses(source: Source) -> Iterator[Block]:
    for one in source.device.address_objects:
        parts = policies.literals(one.ends)
        if not one.is_group and len(parts) == 1 and not one.ends.names:
            lines = (f"object network {word(one.name)}", f" {asa_nat.inside(parts[0])}")
            yield Block("address_objects", lines, sources_of(one), (one,))
        elif not one.is_group and one.ends.fqdns and not parts:
            yield Block(
                "address_objects",
                (f"object network {word(one.name)}", f" fqdn {one.ends.fqdns[0]}"),
                sources_of(one),
                (one,),
            )
        elif any("-" in part for part in parts) or not (parts or one.ends.names):
            yield Block(
                "address_objects", (), sources_of(one), (one,), "A group of ASA has no ranges, and has members."
            )
        else:
            inside = [f" network-object {asa_nat.member(part)}" for part in parts]
            inside += [
                f" {'group-object' if _is_group(source, name) else 'network-object object'} {word(name)}"
                for name in one.ends.names
            ]
            yield Block("address_objects", (f"object-group network {word(one.name)}", *inside), sources_of(one), (one,))


def _is_group(source: Source, name: str) -> bool:
    one = source.objects.get(name)
    return one is not None and (one.is_group or len(policies.literals(one.ends)) + len(one.ends.fqdns) != 1)


def _rules(source: Source) -> Iterator[Block]:
    used: dict[str, None] = {}
    known = {word(source.ends([port.name])[0]) for port in source.interfaces()}
    for flat in policies.rules(source.device):
        rule = flat.rule
        short, note = policies.narrowed(source, flat)
        lines, why = ([], flat.why_not) if flat.why_not else _lines(source, short, known)
        if why:
            yield Block("access_lists", (), sources_of(rule), (rule,), why)
            continue
        used.update(dict.fromkeys(zone for zone in source.ends(flat.inward) if word(zone) in known))
        yield Block("access_lists", tuple(lines), sources_of(rule), (rule,), note)
    for zone in used:
        name = word(zone)
        yield Block("access_lists", (f"access-group {name}_in in interface {name}",), ())


def _lines(source: Source, flat: Flat, known: set[str]) -> tuple[list[str], str]:
    rule = flat.rule
    zones = [word(zone) for zone in source.ends(flat.inward)]
    if not zones or set(zones) & {"any", "all"}:
        return [], "By which interface it counts is not said."
    if not known.intersection(zones):
        return [], "The interface by which it counts has no counterpart."
    zones = [zone for zone in zones if zone in known]
    services = policies.all_services(source, rule.services)
    if services is None or any(one.icmp and not policies.is_echo(one) for one in services):
        return [], "One of its services is not defined, or is a type of ICMP."
    sources, targets = _sides(source, rule.source_ends), _sides(source, rule.destination_ends)
    if sources is None or targets is None:
        return [], "One of its addresses is a range or is not defined."
    protocols = ["ip"] if policies.is_every(rule.services) else []
    pairs = [(protocol, "") for protocol in protocols]
    for service in services if not protocols else ():
        pairs += [(service.protocol, _port(port)) for port in policies.ports(service)] or [
            (service.protocol, "echo" if policies.is_echo(service) else "")
        ]
    if len(zones) * len(sources) * len(targets) * len(pairs) > _MOST:
        return [], "It stands for too many lines."
    tail = (" log" if rule.is_logged else "") + ("" if rule.is_enabled else " inactive")
    made = [f"access-list {zone}_in remark {' '.join(rule.comment.split())[:90]}" for zone in zones if rule.comment]
    for zone, one, other, (protocol, port) in itertools.product(zones, sources, targets, pairs):
        words = f"access-list {zone}_in extended {_ACTIONS[rule.action]} {protocol} {one} {other}"
        made.append(words + (f" {port}" if port else "") + tail)
    return made, ""


def _port(port: str) -> str:
    low, dash, high = port.partition("-")
    return f"range {low} {high}" if dash else f"eq {low}"


def _sides(source: Source, ends: Ends) -> list[str] | None:
    if policies.is_any(ends):
        return ["any"]
    if any("-" in literal for literal in policies.literals(ends)):
        return None
    made = [asa_nat.member(literal) for literal in policies.literals(ends)]
    for name in ends.names:
        if name not in source.objects:
            return None
        made.append(f"{'object-group' if _is_group(source, name) else 'object'} {word(name)}")
    return made


def _routes(source: Source) -> Iterator[Block]:
    for route in source.device.routes:
        zone = asa_nat.towards(source, route.gateway, route.interface)
        if route.prefix.version != 4 or not route.gateway or not zone or not route.is_enabled or route.vrf:
            yield Block(
                "routes",
                (),
                sources_of(route),
                (route,),
                "ASA needs a gateway and the name of an interface that has it.",
            )
            continue
        words = (
            f"route {zone} {route.prefix.network_address} {route.prefix.netmask} {route.gateway} {route.distance or 1}"
        )
        yield Block("routes", (words,), sources_of(route), (route,))
