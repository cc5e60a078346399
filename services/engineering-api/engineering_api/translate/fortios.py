"""FortiOS as a target."""

from collections.abc import Iterator

from engineering_api.facts.filters import Ends, Service, Services
from engineering_api.facts.ports import Interface
from engineering_api.translate import fortios_nat, policies
from engineering_api.translate.nat import nats
from engineering_api.translate.plan import Block, Source, quoted, sources_of
from engineering_api.translate.policies import Flat

_ACTIONS = {"permit": "accept", "deny": "deny", "reject": "deny"}


def write(source: Source) -> Iterator[Block]:
    """The blocks for FortiOS."""
    device = source.device
    if "identity" in source.wanted and device.identity.hostname:
        lines = ("config system global", f"    set hostname {quoted(device.identity.hostname[:35])}", "end")
        yield Block("identity", lines, sources_of(device.identity, "hostname"))
    if "interfaces" in source.wanted:
        ports = [_port(source, port) for port in source.interfaces("physical", "vlan", "subinterface", "loopback")]
        yield from fortios_nat.table("config system interface", ports)
    if "address_objects" in source.wanted:
        yield from _addresses(source)
    if "service_objects" in source.wanted:
        yield from _services(source)
    if "access_lists" in source.wanted:
        yield from _policies(source)
    if "translations" in source.wanted:
        yield from fortios_nat.write(source)
    if "routes" in source.wanted:
        yield from fortios_nat.table("config router static", list(_routes(source)))
    if "servers" in source.wanted:
        yield from _servers(source)


def _port(source: Source, port: Interface) -> Block:
    values = ['vdom "root"']
    if port.addresses and port.addresses[0].value.version == 4:
        value = port.addresses[0].value
        values.append(f"ip {value.ip} {value.netmask}")
    if port.alias and port.alias != port.name:
        values.append(f"alias {quoted(port.alias[:25])}")
    if port.description:
        values.append(f"description {quoted(port.description[:255])}")
    if not port.is_enabled:
        values.append("status down")
    if port.kind in ("vlan", "subinterface") and port.vlan is not None:
        below = next((one.name for one in source.interfaces("physical")), "")
        values += [f"interface {quoted(source.name(port.parent or below))}", f"vlanid {port.vlan}"]
    elif port.kind == "loopback":
        values.append("type loopback")
    note = "Further addresses are not carried over." if len(port.addresses) > 1 else ""
    return Block(
        "interfaces", fortios_nat.edit(quoted(source.name(port.name)), values), sources_of(port), (port,), note
    )


def _routes(source: Source) -> Iterator[Block]:
    for number, route in enumerate(source.device.routes, start=1):
        if route.prefix.version != 4 or route.vrf or not route.gateway:
            yield Block("routes", (), sources_of(route), (route,), "Only routes by a gateway of IPv4 are carried over.")
            continue
        values = [f"dst {route.prefix.network_address} {route.prefix.netmask}"] if route.prefix.prefixlen else []
        values.append(f"gateway {route.gateway}")
        values += [f"distance {route.distance}"] if route.distance is not None else []
        interface = source.ends([route.interface])[0] if route.interface else source.towards(route.gateway)
        values += [f"device {quoted(interface)}"] if interface else []
        values += [] if route.is_enabled else ["status disable"]
        note = "" if interface else "By which interface it leads is not said."
        yield Block("routes", fortios_nat.edit(str(number), values), sources_of(route), (route,), note)


def _literal(literal: str) -> list[str] | None:
    if "-" in literal:
        first, _, last = literal.partition("-")
        return ["type iprange", f"start-ip {first}", f"end-ip {last}"]
    found = policies.network(literal)
    return [f"subnet {found.network_address} {found.netmask}"] if found.version == 4 else None


def _addresses(source: Source) -> Iterator[Block]:
    plain: list[Block] = []
    groups: list[Block] = []
    wanted: dict[str, None] = {}
    for one in source.device.address_objects:
        parts = policies.literals(one.ends)
        fqdns = one.ends.fqdns
        if one.is_group or len(parts) + len(one.ends.names) + len(fqdns) != 1 or one.ends.names:
            wanted.update(dict.fromkeys(parts))
            members = [*(policies.object_name(part) for part in parts), *one.ends.names]
            lines = (
                fortios_nat.edit(quoted(one.name), ["member " + " ".join(map(quoted, members))])
                if members and not fqdns
                else ()
            )
            groups.append(
                Block(
                    "address_objects",
                    lines,
                    sources_of(one),
                    (one,),
                    "" if lines else "It has no addresses that a group can have.",
                )
            )
            continue
        values = ["type fqdn", f"fqdn {quoted(fqdns[0])}"] if fqdns else _literal(parts[0])
        note = "" if values else "Addresses of IPv6 are objects of another kind."
        plain.append(
            Block(
                "address_objects",
                fortios_nat.edit(quoted(one.name), values) if values else (),
                sources_of(one),
                (one,),
                note,
            )
        )
    for flat in policies.rules(source.device):
        for ends in (flat.rule.source_ends, flat.rule.destination_ends):
            wanted.update(dict.fromkeys(policies.literals(ends)) if not flat.why_not else {})
    for one_nat in nats(source.device) if "translations" in source.wanted else ():
        for ends in (one_nat.real, one_nat.towards) if one_nat.kind != "forward" else ():
            wanted.update(dict.fromkeys(policies.literals(ends)) if not one_nat.why_not else {})
    for literal in wanted:
        if (values := _literal(literal)) is not None:
            plain.append(Block("address_objects", fortios_nat.edit(quoted(policies.object_name(literal)), values), ()))
    yield from fortios_nat.table("config firewall address", plain)
    yield from fortios_nat.table("config firewall addrgrp", groups)


def _values(one: Service) -> list[str] | None:
    if one.protocol in ("tcp", "udp"):
        return [f"{one.protocol}-portrange {' '.join(policies.ports(one)) or '1-65535'}"]
    if one.protocol == "icmp":
        return ["protocol ICMP"]
    number = {"esp": "50", "ah": "51", "gre": "47", "ospf": "89"}.get(one.protocol, one.protocol)
    return ["protocol IP", f"protocol-number {number}"] if number.isdecimal() else None


def _services(source: Source) -> Iterator[Block]:
    plain: dict[str, Block] = {}
    groups: list[Block] = []
    for one in source.device.service_objects:
        made = one.services.services
        values = _values(made[0]) if len(made) == 1 and not one.services.names and not made[0].source_ports else None
        if values is not None and not one.is_group:
            plain[one.name] = Block(
                "service_objects", fortios_nat.edit(quoted(one.name), values), sources_of(one), (one,)
            )
            continue
        for service in made:
            _note(plain, service)
        members = [*(policies.service_name(service) for service in made), *one.services.names]
        is_written = bool(members) and all(_values(service) and not service.source_ports for service in made)
        lines = fortios_nat.edit(quoted(one.name), ["member " + " ".join(map(quoted, members))]) if is_written else ()
        groups.append(
            Block(
                "service_objects", lines, sources_of(one), (one,), "" if lines else "Its services have no counterpart."
            )
        )
    for flat in policies.rules(source.device):
        for service in flat.rule.services.services if not flat.why_not else ():
            _note(plain, service)
    yield from fortios_nat.table("config firewall service custom", list(plain.values()))
    yield from fortios_nat.table("config firewall service group", groups)


def _note(plain: dict[str, Block], service: Service) -> None:
    values = _values(service)
    if values is not None and service.protocol != "ip":
        name = policies.service_name(service)
        plain.setdefault(name, Block("service_objects", fortios_nat.edit(quoted(name), values), ()))


def _policies(source: Source) -> Iterator[Block]:
    made: list[Block] = []
    for flat in policies.rules(source.device):
        rule = flat.rule
        why = flat.why_not or _not_here(flat)
        if why:
            made.append(Block("access_lists", (), sources_of(rule), (rule,), why))
            continue
        values = [f"name {quoted((rule.name or f'rule {len(made) + 1}')[:35])}"]
        values.append("srcintf " + (" ".join(map(quoted, source.ends(flat.inward))) or '"any"'))
        values.append("dstintf " + (" ".join(map(quoted, source.ends(flat.outward))) or '"any"'))
        values += [
            f"action {_ACTIONS[rule.action]}",
            f"srcaddr {_names(rule.source_ends)}",
            f"dstaddr {_names(rule.destination_ends)}",
        ]
        values += ['schedule "always"', f"service {_service_names(rule.services)}"]
        values += ["logtraffic all"] if rule.is_logged else []
        values += [] if rule.is_enabled else ["status disable"]
        values += [f"comments {quoted(rule.comment[:255])}"] if rule.comment else []
        note = "Its times are not carried over." if rule.schedule and rule.schedule.casefold() != "always" else ""
        made.append(
            Block("access_lists", fortios_nat.edit(str(len(made) + 1), values), sources_of(rule), (rule,), note)
        )
    yield from fortios_nat.table("config firewall policy", made)


def _not_here(flat: Flat) -> str:
    literals = [*policies.literals(flat.rule.source_ends), *policies.literals(flat.rule.destination_ends)]
    if any(_literal(one) is None for one in literals):
        return "Addresses of IPv6 are objects of another kind."
    if any(_values(one) is None for one in flat.rule.services.services if one.protocol != "ip"):
        return "Its protocol has no counterpart."
    return ""


def _names(ends: Ends) -> str:
    if policies.is_any(ends):
        return '"all"'
    return " ".join(map(quoted, [*(policies.object_name(one) for one in policies.literals(ends)), *ends.names]))


def _service_names(services: Services) -> str:
    if policies.is_every(services):
        return '"ALL"'
    return " ".join(map(quoted, [*(policies.service_name(one) for one in services.services), *services.names]))


def _servers(source: Source) -> Iterator[Block]:
    dns = [one for one in source.device.servers if one.kind == "dns"]
    if dns:
        lines = ["config system dns", f"    set primary {dns[0].address}"]
        lines += [f"    set secondary {one.address}" for one in dns[1:2]]
        yield Block("servers", (*lines, "end"), tuple(one.source for one in dns[:2]), tuple(dns[:2]))
    for one in source.device.servers:
        if one.kind != "dns" or one in dns[2:]:
            if one.kind == "ntp":
                continue
            yield Block("servers", (), sources_of(one), (one,), "It is set another way or needs a key.")
    ntp = [one for one in source.device.servers if one.kind == "ntp"]
    if ntp:
        head = ("config system ntp", "    set ntpsync enable", "    set type custom", "    config ntpserver")
        yield Block("servers", head, ())
        for number, one in enumerate(ntp, start=1):
            lines_ = (f"        edit {number}", f"            set server {quoted(one.address)}", "        next")
            yield Block(
                "servers",
                lines_,
                sources_of(one),
                (one,),
                "It has a key, which is not carried over." if one.has_key else "",
            )
        yield Block("servers", ("    end", "end"), ())
