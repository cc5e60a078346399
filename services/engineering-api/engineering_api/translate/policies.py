"""The rules of any firewall for what goes through it, in one form for all writers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Ends, Rule, Service, Services
from engineering_api.packets import known
from engineering_api.translate import nat
from engineering_api.translate.plan import Source

#: Chains and lists for the device itself, which are not for what goes through it.
_LOCAL = ("input", "output", "ipv6 input", "ipv6 output", "local-in-policy", "local-in-policy6")
_ODD_ENDS = "Its addresses are negated, names of the DNS or of interfaces, or have a mask with holes."
_MOST_NETWORKS = 2_000
#: Platforms whose lists name addresses as they are before translation.
_BEFORE = ("cisco_ios",)
_CHAINS = ("mikrotik_routeros",)


@dataclass(frozen=True)
class Flat:
    """A rule and between which zones or interfaces it counts. `why_not`: what makes it untranslatable."""

    rule: Rule
    inward: tuple[str, ...]
    outward: tuple[str, ...]
    list_name: str
    why_not: str = ""


def rules(device: Device) -> Iterator[Flat]:
    """All rules for what goes through a device, in the order in which they are tried, and those left out with why."""
    applied: dict[str, list[str]] = {}
    other: set[str] = set()
    for port in device.interfaces:
        if port.acl_in:
            applied.setdefault(port.acl_in, []).append(port.alias or port.name)
        other.update(name for name in (port.acl_out, port.acl_local) if name)
    seen = {one.public for one in nat.nats(device) if one.kind == "forward"} if device.platform in _BEFORE else set()
    objects = {one.name for one in device.address_objects}
    hiding = nat.list_names(device) - set(applied)
    for access_list in device.access_lists:
        if access_list.name in hiding:
            continue
        for rule in access_list.rules:
            inward = rule.from_zones or applied.get(access_list.name, [])
            why = _why_not(device, access_list, rule, applied, other)
            named = {*rule.source_ends.names, *rule.destination_ends.names} - objects
            if not why and any(name.casefold() not in known.EVERYTHING for name in named):
                why = "It names an address that nothing defines."
            if not why and seen.intersection(one.partition("/")[0] for one in rule.destination_ends.networks):
                why = "It names an address before its translation; rules of the target name the real one."
            yield Flat(rule, tuple(inward), tuple(rule.to_zones), access_list.name, why)


def _why_not(
    device: Device, access_list: AccessList, rule: Rule, applied: dict[str, list[str]], other: set[str]
) -> str:
    """The first reason why a rule has no counterpart; "" where it may have one."""
    is_chain = device.platform.startswith(_CHAINS)
    is_list = access_list.kind != "policy" and not is_chain
    is_here = access_list.name in applied
    is_before = is_list and any(one.kind == "policy" for one in device.access_lists)
    ends = (rule.source_ends, rule.destination_ends)
    reasons = (
        (access_list.name in _LOCAL, "It is for the device itself."),
        (access_list.kind in ("mac", "standard"), "Lists of MAC addresses or of sources alone have no counterpart."),
        (is_list and not is_here, "Its list does not filter what comes in by an interface."),
        (is_chain and access_list.name != "forward", "Its chain is another than forward."),
        (access_list.name in other and not is_here, "Its list is for the device itself or for what goes out."),
        # What it lets on, a policy of zones may still stop: as a rule of the target it would open everything.
        (is_before, "It filters before the policies of zones do, and lets through nothing by itself."),
        (bool(rule.jump) or rule.is_passing or rule.is_tentative, "It leads to other rules or decides nothing."),
        (bool(rule.users or rule.conditions), "It asks for users or other conditions."),
        (rule.is_established, "Open connections pass by themselves on the target."),
        (any(one.is_negated or one.wildcards or one.fqdns or one.interfaces for one in ends), _ODD_ENDS),
        (rule.services.is_negated, "Its services are negated."),
        (
            any((one.icmp and not is_echo(one)) or one.source_ports for one in rule.services.services),
            "It names source ports or types of ICMP.",
        ),
    )
    return next((why for is_so, why in reasons if is_so), "")


def is_echo(one: Service) -> bool:
    """Whether a service is that of ping."""
    return one.protocol == "icmp" and one.icmp in ("8", "echo", "echo-request", "8:0", "8:0-255")


def narrowed(source: Source, flat: Flat) -> tuple[Flat, str]:
    """A rule for a target whose rules do not name where packets go out, and what is not as it was.

    What lies behind the interfaces where they would go out is named instead, as long as that is not everything.
    """
    zones = [zone for zone in flat.outward if zone.casefold() not in ("any", "all")]
    if not zones:
        return flat, ""
    found = _behind(source, zones)
    if not is_any(flat.rule.destination_ends):
        return flat, "The target's rules do not name where packets go out; the destination alone decides."
    if found is None:
        what = "stops" if flat.rule.action != "permit" else "lets through"
        return flat, f"The target's rules do not name where packets go out: this {what} to every interface."
    rule = flat.rule.model_copy(update={"destination_ends": Ends(networks=found)})
    return replace(flat, rule=rule), "Where packets go out is said by the networks that lie there."


def _behind(source: Source, zones: list[str]) -> list[str] | None:
    """The networks behind interfaces: those on them and those that routes lead to; None for all, or where unknown."""
    wanted = set(source.ends(zones))
    found = [
        str(one.value.network)
        for port in source.interfaces()
        if wanted.intersection(source.ends([port.name]))
        for one in port.addresses
        if one.value.version == 4
    ]
    for route in source.device.routes:
        by = source.ends([route.interface])[0] if route.interface else source.towards(route.gateway)
        if route.prefix.version == 4 and route.is_enabled and by in wanted:
            if route.prefix.prefixlen == 0:
                return None
            found.append(str(route.prefix))
    return list(dict.fromkeys(found)) or None


def is_any(ends: Ends) -> bool:
    """Whether ends are every address."""
    return ends.is_any or not (ends.networks or ends.ranges or ends.names)


def literals(ends: Ends) -> list[str]:
    """The networks and ranges of ends, none for any."""
    return [*ends.networks, *ends.ranges]


def is_every(services: Services) -> bool:
    """Whether services are every one."""
    plain = any(one.protocol == "ip" and not one.ports for one in services.services)
    return services.is_any or plain or not (services.services or services.names)


def object_name(literal: str) -> str:
    """The name of an object for a network or range."""
    return ("range-" if "-" in literal else "net-") + literal.replace("/", "_").replace(":", ".")


def service_name(one: Service) -> str:
    """The name of an object for a service."""
    ports = "_".join(_port(port) for port in one.ports)
    return f"{one.protocol}-{ports}" if ports else one.protocol


def ports(one: Service) -> list[str]:
    """The ports of a service, a single one without its range."""
    return [_port(port) for port in one.ports]


def _port(port: str) -> str:
    low, _, high = port.partition("-")
    return low if low == (high or low) else port


def network(literal: str) -> IPv4Network | IPv6Network:
    """A network of a literal. Raises `ValueError` for a range."""
    return ip_network(literal, strict=False)


def all_services(source: Source, services: Services, depth: int = 0) -> list[Service] | None:
    """The services of a rule with their objects resolved; None where one is not known."""
    made = [Service()] if services.is_any else list(services.services)
    for name in services.names:
        below = named_services(source, name, depth)
        if below is None:
            return None
        made.extend(below)
    return made


def named_services(source: Source, name: str, depth: int = 0) -> list[Service] | None:
    """The services of an object, or of a name that the platform knows by itself; None where it is not known."""
    found = source.services.get(name)
    if found is None:
        return list(known.service(source.device.platform, name) or ()) or None
    return all_services(source, found.services, depth + 1) if depth < 8 else None


def all_networks(source: Source, ends: Ends, depth: int = 0) -> list[str] | None:
    """The IPv4 networks of ends with their objects resolved; None where there is anything else."""
    if ends.ranges or ends.fqdns or ends.wildcards or ends.interfaces or ends.is_negated or depth > 8:
        return None
    if ends.is_any:
        return ["0.0.0.0/0"]
    made = list(ends.networks)
    for name in ends.names:
        found = source.objects.get(name)
        below = all_networks(source, found.ends, depth + 1) if found is not None else None
        if below is None or len(made) > _MOST_NETWORKS:
            return None
        made += below
    return made if all(network(one).version == 4 for one in made) else None


def all_literals(source: Source, ends: Ends, depth: int = 0) -> list[str] | None:
    """The networks, ranges and names of the DNS of ends with their objects resolved; None for anything else."""
    if ends.is_any or ends.wildcards or ends.interfaces or ends.is_negated or depth > 8:
        return None
    made = [*ends.networks, *ends.ranges, *ends.fqdns]
    for name in ends.names:
        found = source.objects.get(name)
        below = all_literals(source, found.ends, depth + 1) if found is not None else None
        if below is None or len(made) > _MOST_NETWORKS:
            return None
        made += below
    return made
