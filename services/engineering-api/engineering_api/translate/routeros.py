"""RouterOS as a target: commands for import, by section.

Its chains permit what comes to their end, so that a last rule drops; open connections pass by the first.
"""

import itertools
from collections.abc import Iterator, Sequence

from engineering_api.facts.filters import Ends
from engineering_api.facts.ports import Interface
from engineering_api.translate import policies, routeros_nat
from engineering_api.translate.plan import Block, Source, quoted, sources_of, word

_MOST = 100
_ACTIONS = {"permit": "accept", "deny": "drop", "reject": "reject"}


def write(source: Source) -> Iterator[Block]:
    """The blocks for RouterOS."""
    identity = source.device.identity
    if "identity" in source.wanted and identity.hostname:
        line = f"/system identity set name={quoted(identity.hostname)}"
        yield Block("identity", (line,), sources_of(identity, "hostname"))
    if "interfaces" in source.wanted:
        for port in source.interfaces("aggregate", "vlan", "subinterface", "physical"):
            yield _port(source, port)
    if "address_objects" in source.wanted:
        yield from _addresses(source)
    if "service_objects" in source.wanted:
        for one in source.device.service_objects:
            yield Block("service_objects", (), sources_of(one), (one,), "Rules say their ports themselves.")
    if "access_lists" in source.wanted:
        yield from _rules(source)
    if "translations" in source.wanted:
        yield from routeros_nat.write(source)
    if "routes" in source.wanted:
        yield from _routes(source)
    if "servers" in source.wanted:
        yield from _servers(source)


def _port(source: Source, port: Interface) -> Block:
    name, note = source.name(port.name), ""
    values = [f"comment={quoted(' '.join(port.description.split()))}"] if port.description else []
    values += ["disabled=yes"] if not port.is_enabled else []
    values += [f"mtu={port.mtu}"] if port.mtu is not None else []
    lines: list[str] = []
    if port.kind == "physical":
        lines += [f"/interface ethernet set [ find default-name={name} ] {' '.join(values)}"] if values else []
    elif port.kind == "aggregate":
        members = [source.name(one.name) for one in source.interfaces("physical") if one.aggregate == port.name]
        values += [f"slaves={','.join(members)}"] if members else []
        lines.append(f"/interface bonding add name={name} mode=802.3ad {' '.join(values)}".strip())
    else:
        below = source.name(port.parent) if port.parent in source.names else ""
        if not below or port.vlan is None:
            why = "By which port or bridge its VLAN comes is not said."
            return Block("interfaces", (), sources_of(port), (port,), why)
        lines.append(
            f"/interface vlan add name={name} vlan-id={port.vlan} interface={below} {' '.join(values)}".strip()
        )
    if port.mode in ("access", "trunk", "hybrid"):
        note = "Its VLANs are those of a bridge, which is not written."
    for address in port.addresses:
        family = "ipv6" if address.value.version == 6 else "ip"
        lines.append(f"/{family} address add address={address.value} interface={name}")
    return Block(
        "interfaces", tuple(lines), sources_of(port), (port,), note or ("" if lines else "It says nothing here.")
    )


def _addresses(source: Source) -> Iterator[Block]:
    """Lists of addresses, into which groups are resolved."""
    for one in source.device.address_objects:
        found = policies.all_literals(source, one.ends)
        if found is None or not found or any(":" in literal for literal in found):
            yield Block("address_objects", (), sources_of(one), (one,), "It has addresses that a list cannot have.")
            continue
        name = quoted(one.name)
        lines = tuple(f"/ip firewall address-list add list={name} address={each}" for each in dict.fromkeys(found))
        yield Block("address_objects", lines, sources_of(one), (one,))


def _rules(source: Source) -> Iterator[Block]:
    flats = list(policies.rules(source.device))
    if any(not flat.why_not for flat in flats):
        first = "/ip firewall filter add chain=forward action=accept connection-state=established,related,untracked"
        yield Block("access_lists", (first,), ())
    is_closed = False
    for flat in flats:
        rule, lines, why = flat.rule, [], flat.why_not
        matches = None if why else _matches(source, flat)
        if matches is None:
            yield Block("access_lists", (), sources_of(rule), (rule,), why or "It has no counterpart, or too many.")
            continue
        is_closed = True
        tail = [f"action={_ACTIONS[rule.action]}", *(["log=yes"] if rule.is_logged else [])]
        tail += ["disabled=yes"] if not rule.is_enabled else []
        text = " ".join((rule.comment or rule.name).split())
        tail += [f"comment={quoted(text)}"] if text else []
        lines = [" ".join(["/ip firewall filter add chain=forward", *one, *tail]) for one in matches]
        note = "Its times are not carried over." if rule.schedule and rule.schedule.casefold() != "always" else ""
        yield Block("access_lists", tuple(lines), sources_of(rule), (rule,), note)
    lists = {one.name: one.ends_denying for one in source.device.access_lists}
    if is_closed and any(lists.get(flat.list_name) for flat in flats if not flat.why_not):
        yield Block("access_lists", ("/ip firewall filter add chain=forward action=drop",), ())


def _matches(source: Source, flat: policies.Flat) -> list[list[str]] | None:
    """What the lines of a rule match: a line for each of its interfaces, addresses and services."""
    rule = flat.rule
    services = policies.all_services(source, rule.services)
    if services is None or any(one.icmp and not policies.is_echo(one) for one in services):
        return None
    kinds: list[list[str]] = []
    for one in services if not policies.is_every(rule.services) else ():
        if one.ports and one.protocol not in ("tcp", "udp"):
            return None
        values = [f"protocol={one.protocol}"] if one.protocol != "ip" else []
        values += ["icmp-options=8:0"] if policies.is_echo(one) else []
        values += [f"src-port={','.join(map(_plain, one.source_ports))}"] if one.source_ports else []
        kinds.append(values + ([f"dst-port={','.join(policies.ports(one))}"] if one.ports else []))
    columns = [
        _in(source.ends(flat.inward), "in-interface"),
        _in(source.ends(flat.outward), "out-interface"),
        sides(rule.source_ends, "src"),
        sides(rule.destination_ends, "dst"),
        kinds or [[]],
    ]
    size = 1
    for column in columns:
        size *= len(column)
    return [list(itertools.chain(*one)) for one in itertools.product(*columns)] if 0 < size <= _MOST else None


def _plain(port: str) -> str:
    low, _, high = port.partition("-")
    return low if low == (high or low) else port


def _in(names: Sequence[str], key: str) -> list[list[str]]:
    return [[f"{key}={quoted(name)}"] for name in names if name.casefold() not in ("any", "all")] or [[]]


def sides(ends: Ends, side: str) -> list[list[str]]:
    """What says the addresses of one side: one line can say one of them."""
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return [[]]
    if any(":" in one for one in policies.literals(ends)):
        return []
    made = [[f"{side}-address={one.removesuffix('/32')}"] for one in policies.literals(ends)]
    return made + [[f"{side}-address-list={quoted(name)}"] for name in ends.names]


def _routes(source: Source) -> Iterator[Block]:
    for route in source.device.routes:
        family = "ipv6" if route.prefix.version == 6 else "ip"
        by = "blackhole" if route.is_discard else f"gateway={route.gateway}" if route.gateway else ""
        if route.vrf or not by:
            why = "A route of a VRF or without a next hop has no counterpart here."
            yield Block("routes", (), sources_of(route), (route,), why)
            continue
        distance = f" distance={route.distance}" if route.distance is not None else ""
        state = "" if route.is_enabled else " disabled=yes"
        line = f"/{family} route add dst-address={route.prefix} {by}{distance}{state}"
        yield Block("routes", (line,), sources_of(route), (route,))


def _servers(source: Source) -> Iterator[Block]:
    known = {kind: [one for one in source.device.servers if one.kind == kind] for kind in ("dns", "ntp", "syslog")}
    if found := known["dns"]:
        line = f"/ip dns set servers={','.join(one.address for one in found)}"
        yield Block("servers", (line,), tuple(one.source for one in found), tuple(found))
    for one in source.device.servers:
        if one.kind == "ntp":
            note = "It has a key, which is not carried over." if one.has_key else ""
            line = f"/system ntp client servers add address={one.address}"
            yield Block("servers", (line,), sources_of(one), (one,), note)
        elif one.kind == "syslog":
            name = word(f"to-{one.address}").replace(".", "-")
            lines = (
                f"/system logging action add name={name} target=remote remote={one.address}",
                f"/system logging add topics=info action={name}",
            )
            yield Block("servers", lines, sources_of(one), (one,))
        elif one.kind != "dns":
            yield Block("servers", (), sources_of(one), (one,), "It needs a key or has no counterpart.")
