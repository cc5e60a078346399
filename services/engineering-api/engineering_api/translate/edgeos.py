"""EdgeOS as a target, as set commands, which VyOS shares up to version 1.3 but for NAT.

A set of rules filters what comes in by one interface. Rules that name no interface are in all sets.
"""

import itertools
from collections.abc import Iterator

from engineering_api.facts.filters import Ends, Service
from engineering_api.facts.ports import Interface
from engineering_api.translate import edgeos_nat, policies, set_lines
from engineering_api.translate.plan import Block, Source, quoted, sources_of, word
from engineering_api.translate.policies import Flat

_SERVERS = {
    "dns": "set system name-server {0}",
    "ntp": "set system ntp server {0}",
    "syslog": "set system syslog host {0} facility all level info",
}
_ACTIONS = {"permit": "accept", "deny": "drop", "reject": "reject"}
_KINDS = {"physical": "ethernet", "aggregate": "bonding", "loopback": "loopback"}
_MOST = 100
#: Rules are counted by tens as long as their numbers stay below 10,000.
_FEW = 900


def write(source: Source) -> Iterator[Block]:
    """The blocks for EdgeOS."""
    if "identity" in source.wanted:
        yield from set_lines.identity(source)
    if "interfaces" in source.wanted:
        for port in source.interfaces("physical", "aggregate", "loopback", "subinterface"):
            yield _port(source, port)
    if "address_objects" in source.wanted:
        yield from _groups(source)
    if "service_objects" in source.wanted:
        for service in source.device.service_objects:
            yield Block("service_objects", (), sources_of(service), (service,), "Rules say their ports themselves.")
    if "access_lists" in source.wanted:
        yield from _rules(source)
    if "translations" in source.wanted:
        yield from edgeos_nat.write(source)
    if "routes" in source.wanted:
        yield from _routes(source)
    if "servers" in source.wanted:
        yield from set_lines.servers(source, _SERVERS)


def _groups(source: Source) -> Iterator[Block]:
    for one in source.device.address_objects:
        lines = _group(source, one.name)
        note = "" if lines else "A group has addresses and ranges, or networks."
        yield Block("address_objects", tuple(lines), sources_of(one), (one,), note)


def _at(source: Source, port: Interface) -> str:
    name, _, vlan = source.name(port.name).partition(".")
    below = next((one for one in source.interfaces() if source.name(one.name) == name), port)
    return f"set interfaces {_KINDS.get(below.kind, 'ethernet')} {name}" + (f" vif {vlan}" if vlan else "")


def _port(source: Source, port: Interface) -> Block:
    head = _at(source, port)
    lines = [f"{head} description {quoted(' '.join(port.description.split()))}"] if port.description else []
    lines += [f"{head} address {one.value}" for one in port.addresses]
    lines += [f"{head} mtu {port.mtu}"] if port.mtu is not None else []
    lines += [f"{head} disable"] if not port.is_enabled else []
    lines += [f"{head} bond-group {source.name(port.aggregate)}"] if port.aggregate in source.names else []
    note = (
        "Its VLANs are those of a switch, which is not written." if port.mode in ("access", "trunk", "hybrid") else ""
    )
    return Block("interfaces", tuple(lines or [head]), sources_of(port), (port,), note)


def _group(source: Source, name: str) -> list[str]:
    """The group for an object: of addresses and ranges, or of networks; none for others."""
    one = source.objects.get(name)
    found = policies.all_literals(source, one.ends) if one is not None else None
    if not found or one is None or one.ends.fqdns or any(":" in literal for literal in found):
        return []
    try:
        hosts = [each.removesuffix("/32") for each in found if "-" in each or each.endswith("/32")]
        networks = [str(policies.network(each)) for each in found if "-" not in each and not each.endswith("/32")]
    except ValueError:
        return []
    if hosts and networks:
        return []
    head = f"set firewall group {'address' if hosts else 'network'}-group {word(name)}"
    return [f"{head} {'address' if hosts else 'network'} {each}" for each in dict.fromkeys(hosts or networks)]


def sides(source: Source, ends: Ends, side: str) -> list[str]:
    """What says the addresses of one side; a rule can say one of them. None for what has no counterpart."""
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return [""]
    made = [f"{side} address {one.removesuffix('/32')}" for one in policies.literals(ends)]
    for name in ends.names:
        lines = _group(source, name)
        if lines and "address_objects" in source.wanted:
            made.append(f"{side} group {lines[0].split()[3]} {word(name)}")
            continue
        found = policies.all_literals(source, Ends(names=[name]))
        if not found:
            return []
        made += [f"{side} address {one.removesuffix('/32')}" for one in found]
    return [] if any(one.count(":") for one in made) else made


def _rules(source: Source) -> Iterator[Block]:
    flats = list(policies.rules(source.device))
    every = list(dict.fromkeys(name for flat in flats if not flat.why_not for name in source.ends(flat.inward)))
    if any(not flat.why_not and not _in(source, flat) for flat in flats):
        every += [source.ends([port.name])[0] for port in source.interfaces() if port.addresses]
    every = [name for name in dict.fromkeys(every) if name in set(source.names.values())]
    for name in every:
        head = f"set firewall name {word(name)}_IN"
        first = (f"{head} default-action drop", f"{head} rule 1 action accept")
        states = (f"{head} rule 1 state established enable", f"{head} rule 1 state related enable")
        yield Block("access_lists", (*first, *states), ())
    step = 10 if len(flats) < _FEW else 1
    counts = dict.fromkeys(every, 1)
    for flat in flats:
        rule = flat.rule
        short, note = policies.narrowed(source, flat)
        bodies = [] if flat.why_not else _bodies(source, short)
        places = [name for name in _in(source, flat) or every if name in counts]
        if not bodies or not places:
            why = flat.why_not or "It has no counterpart, or stands for too many rules."
            yield Block("access_lists", (), sources_of(rule), (rule,), why)
            continue
        lines: list[str] = []
        for name, body in itertools.product(places, bodies):
            counts[name] += step
            head = f"set firewall name {word(name)}_IN rule {counts[name]}"
            lines += [f"{head} {value}" for value in body]
        note = note or ("Its times are not carried over." if rule.schedule not in ("", "always") else "")
        yield Block("access_lists", tuple(lines), sources_of(rule), (rule,), note)
    for port in source.interfaces():
        name = source.ends([port.name])[0]
        if name in counts:
            yield Block("access_lists", (f"{_at(source, port)} firewall in name {word(name)}_IN",), ())


def _in(source: Source, flat: Flat) -> list[str]:
    return [name for name in source.ends(flat.inward) if name.casefold() not in ("any", "all")]


def _bodies(source: Source, flat: Flat) -> list[list[str]]:
    """What the rules for one rule say: one for each of its addresses and protocols."""
    rule = flat.rule
    services = policies.all_services(source, rule.services)
    if services is None or any(one.icmp and not policies.is_echo(one) for one in services):
        return []
    kinds = [_service(one) for one in services] if not policies.is_every(rule.services) else [[]]
    head = [f"action {_ACTIONS[rule.action]}", *(["log enable"] if rule.is_logged else [])]
    head += [] if rule.is_enabled else ["disable"]
    text = " ".join((rule.comment or rule.name).split())
    head += [f"description {quoted(text)}"] if text else []
    ends = sides(source, rule.source_ends, "source"), sides(source, rule.destination_ends, "destination")
    if len(ends[0]) * len(ends[1]) * len(kinds) > _MOST:
        return []
    return [[*head, *(each for each in (a, b) if each), *kind] for a, b, kind in itertools.product(*ends, kinds)]


def _service(one: Service) -> list[str]:
    made = [f"protocol {one.protocol}"] if one.protocol != "ip" else []
    made += ["icmp type 8"] if policies.is_echo(one) else []
    return made + ([f"destination port {','.join(policies.ports(one))}"] if one.ports else [])


def _routes(source: Source) -> Iterator[Block]:
    for route in source.device.routes:
        by = "blackhole" if route.is_discard else f"next-hop {route.gateway}" if route.gateway else ""
        if route.vrf or not by:
            why = "A route of a VRF or without a next hop has no counterpart here."
            yield Block("routes", (), sources_of(route), (route,), why)
            continue
        head = f"set protocols static route{'6' if route.prefix.version == 6 else ''} {route.prefix} {by}"
        lines = [head] + ([f"{head} distance {route.distance}"] if route.distance is not None else [])
        lines += [] if route.is_enabled else [f"{head} disable"]
        yield Block("routes", tuple(lines), sources_of(route), (route,))
