"""Rules by ruleset (`rest/firewallrule`) or zones (`firewall-policies`), groups, zones and port forwards."""

from collections import defaultdict
from ipaddress import ip_network

from engineering_api.dialects.unifi.record import Record, port_ranges
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.filters import (
    AccessList,
    Action,
    AddressObject,
    Ends,
    Rule,
    Service,
    ServiceObject,
    Services,
    Translation,
    Zone,
)

_ACTIONS: dict[str, Action] = {
    "accept": "permit",
    "allow": "permit",
    "drop": "deny",
    "block": "deny",
    "reject": "reject",
}
_PROTOCOLS = {"all": "ip", "": "ip", "icmpv6": "icmp6", "ah": "ah", "esp": "esp"}
_LATER_STATES = ("established", "related", "invalid")
_PORTLESS = frozenset(("", "any", "ANY"))


def group(site: Site, record: Record) -> None:
    """A group of addresses or ports."""
    name, identifier = record.text("name"), record.text("_id")
    members = record.texts("group_members")
    if not name:
        raise ValueError("a group without a name")
    if record.text("group_type") == "port-group":
        services = [
            Service(protocol=protocol, ports=[found])
            for one in members
            for found in port_ranges(one)
            for protocol in ("tcp", "udp")
        ]
        made = ServiceObject(source=record.where, name=name, services=Services(services=services), is_group=True)
        site.services[identifier] = made
        site.device.service_objects.append(made)
        site.device.define("service-group", name, record.where)
    else:
        group_ = AddressObject(source=record.where, name=name, ends=ends(",".join(members)), is_group=True)
        site.addresses[identifier] = group_
        site.device.address_objects.append(group_)
        site.device.define("object-group", name, record.where)


def ends(text: str) -> Ends:
    """Addresses, networks and ranges as rules and groups have them. Raises `ValueError` for anything else."""
    if text in ("", "any"):
        return Ends(is_any=text == "any" or not text)
    found = Ends()
    for part in text.split(","):
        word = part.strip().removeprefix("!")
        found.is_negated = found.is_negated or part.strip().startswith("!")
        first, dash, last = word.partition("-")
        if dash:
            found.ranges.append(f"{ip_network(first).network_address}-{ip_network(last).network_address}")
        else:
            found.networks.append(str(ip_network(word, strict=False)))
    return found


def rules(site: Site, records: list[Record]) -> None:
    """The rules of all rulesets, each in the order of its rules' numbers."""
    by_set: defaultdict[str, list[tuple[int, Record]]] = defaultdict(list)
    for record in records:
        with site.reading(record):
            by_set[record.text("ruleset")].append((record.number("rule_index") or 0, record))
    for name, found in by_set.items():
        found.sort(key=lambda one: one[0])
        known = AccessList(
            source=found[0][1].where,
            name=name,
            kind="ipv6" if "v6" in name else "policy",
            # Without a rule nothing comes in from the Internet, and guests reach no network or gateway.
            ends_denying=name.startswith("WAN") and not name.endswith("OUT"),
        )
        for _, record in found:
            with site.reading(record):
                known.rules.append(_rule(site, record, name))
        site.device.access_lists.append(known)
        site.device.define("acl", name, known.source, is_used=True)


def _rule(site: Site, record: Record, ruleset: str) -> Rule:
    context = f"firewall rule {record.text('name')}"
    source, source_ports = _side(site, record, "src", context)
    target, ports = _side(site, record, "dst", context)
    protocol = record.text("protocol", "protocol_v6")
    place = ruleset.replace("v6", "").split("_")
    is_inward = ruleset.endswith(("_IN", "_LOCAL"))
    return Rule(
        source=record.where,
        at={"action": record.line("action")},
        id=record.text("rule_index"),
        name=record.text("name"),
        action=_action(record),
        source_ends=source,
        destination_ends=target,
        services=_services(protocol, source_ports, ports, record.text("icmp_typename", "icmpv6_typename")),
        from_zones=[place[0]] if is_inward else [],
        to_zones=[place[0]] if ruleset.endswith("_OUT") else ["LOCAL"] if ruleset.endswith("_LOCAL") else [],
        is_enabled=record.is_on(),
        is_logged=bool(record.flag("logging")),
        is_established=_is_later(record),
        conditions=[f"ipsec={record.text('ipsec')}"] if record.text("ipsec") else [],
    )


def _action(record: Record) -> Action:
    if (action := _ACTIONS.get(record.text("action").lower())) is None:
        raise ValueError("no action")
    return action


def _is_later(record: Record) -> bool:
    """Whether a rule never holds for a connection's first packet, unless that is invalid."""
    return any(record.flag(f"state_{state}") for state in _LATER_STATES) and not record.flag("state_new")


def _side(site: Site, record: Record, side: str, context: str) -> tuple[Ends, list[str]]:
    """Addresses and ports of one side: groups, a network, or what is written in place."""
    found, ports = ends(record.text(f"{side}_address")), port_ranges(record.text(f"{side}_port"))
    names: list[str] = []
    where = record.line(f"{side}_firewallgroup_ids")
    for identifier in record.texts(f"{side}_firewallgroup_ids"):
        if identifier in site.services:
            services = site.services[identifier]
            ports += sorted({port for service in services.services.services for port in service.ports})
            site.device.refer("service-group", services.name, where, f"{context} {side}")
        else:
            known = site.addresses.get(identifier)
            names.append(known.name if known else identifier)
            site.device.refer("object-group", names[-1], where, f"{context} {side}")
    if names:
        return Ends(names=names), ports
    if found.is_any and (network := record.text(f"{side}_networkconf_id")):
        site.device.refer(("vlan", "interface"), site.name(network), record.line(f"{side}_networkconf_id"), context)
        subnet = site.subnets.get(network)
        found = Ends(networks=[subnet]) if subnet else Ends(interfaces=[site.name(network)])
    return found, ports


def _services(protocol: str, source_ports: list[str], ports: list[str], icmp: str = "") -> Services:
    name = _PROTOCOLS.get(protocol, protocol)
    if name == "ip" and not ports and not source_ports:
        return Services(is_any=True)
    protocols = ("tcp", "udp") if name == "tcp_udp" or (name == "ip" and (ports or source_ports)) else (name,)
    kept = icmp if name in ("icmp", "icmp6") and icmp not in _PORTLESS else ""
    return Services(
        services=[Service(protocol=one, source_ports=source_ports, ports=ports, icmp=kept) for one in protocols]
    )


def zone(site: Site, record: Record) -> None:
    """A zone of the zone-based firewall with its networks."""
    name = record.text("name")
    if not name:
        raise ValueError("a zone without a name")
    names = [site.name(identifier) for identifier in record.texts("network_ids")]
    site.device.zones.append(Zone(source=record.where, name=name, interfaces=names))
    site.device.define("zone", name, record.where, is_used=True)


def policies(site: Site, records: list[Record]) -> None:
    """The policies of the zone-based firewall by pair of zones, each in the order of their numbers."""
    by_pair: defaultdict[tuple[str, str], list[tuple[int, Record]]] = defaultdict(list)
    for record in records:
        with site.reading(record):
            source, target = record.record("source"), record.record("destination")
            if source is None or target is None:
                raise ValueError("a policy without sides")
            pair = site.name(source.text("zone_id")), site.name(target.text("zone_id"))
            by_pair[pair].append((record.number("index") or 0, record))
    for (from_zone, to_zone), found in by_pair.items():
        found.sort(key=lambda one: one[0])
        known = AccessList(source=found[0][1].where, name=f"{from_zone} to {to_zone}", kind="policy")
        for _, record in found:
            with site.reading(record):
                known.rules.append(_policy(site, record, from_zone, to_zone))
        site.device.access_lists.append(known)


def _policy(site: Site, record: Record, from_zone: str, to_zone: str) -> Rule:
    for key, name in (("source", from_zone), ("destination", to_zone)):
        site.device.refer("zone", name, record.line(key), f"firewall policy {record.text('name')}")
    source, source_ports = _policy_side(site, record.record("source") or record)
    target, ports = _policy_side(site, record.record("destination") or record)
    states = {state.lower() for state in record.texts("connection_states")}
    is_responding = record.text("connection_state_type") == "RESPOND_ONLY"
    schedule = record.record("schedule")
    mode = schedule.text("mode") if schedule else ""
    return Rule(
        source=record.where,
        at={"action": record.line("action")},
        id=record.text("index"),
        name=record.text("name"),
        action=_action(record),
        source_ends=source,
        destination_ends=target,
        services=_services(record.text("protocol"), source_ports, ports, record.text("icmp_typename")),
        from_zones=[from_zone],
        to_zones=[to_zone],
        is_enabled=record.is_on(),
        is_logged=bool(record.flag("logging")),
        is_established=is_responding or (bool(states) and "new" not in states),
        schedule="" if mode == "ALWAYS" else mode,
        conditions=[f"ip_version={version}" for version in (record.text("ip_version"),) if version not in ("", "BOTH")],
        comment=record.text("description"),
    )


def _policy_side(site: Site, side: Record) -> tuple[Ends, list[str]]:
    group = site.services.get(side.text("port_group_id"))
    ports = port_ranges(side.text("port")) if side.text("port_matching_type") == "SPECIFIC" else []
    if group is not None:
        ports += sorted({port for service in group.services.services for port in service.ports})
        site.device.refer("service-group", group.name, side.line("port_group_id"), "firewall policy")
    target = side.text("matching_target")
    if target == "NETWORK":
        networks = [site.subnets.get(one) for one in side.texts("network_ids")]
        found = Ends(networks=[one for one in networks if one])
        found.interfaces = [site.name(one) for one in side.texts("network_ids") if one not in site.subnets]
    elif target == "IP" and (known := site.addresses.get(side.text("ip_group_id"))):
        found = Ends(names=[known.name])
        site.device.refer("object-group", known.name, side.line("ip_group_id"), "firewall policy")
    elif target == "IP":
        found = ends(",".join(side.texts("ips")))
    elif target in ("WEB", "DOMAIN", "APP", "CLIENT", "MAC", "REGION", "DEVICE", "EXTERNAL_SOURCE"):
        keys = ("web_domains", "app_ids", "client_macs", "macs", "mac", "regions")
        found = Ends(fqdns=[one for key in keys for one in side.texts(key)])
    else:
        found = Ends(is_any=True)
    found.is_negated = bool(side.flag("match_opposite_ips") or side.flag("match_opposite_networks"))
    return found, ports


def forward(site: Site, record: Record) -> None:
    """A port forward."""
    protocol = record.text("proto") or "tcp_udp"
    source = record.text("src")
    wan = record.text("pfwd_interface") or "wan"
    original = record.text("destination_ip")
    site.device.translations.append(
        Translation(
            source=record.where,
            at={"translated": record.line("fwd"), "service": record.line("dst_port")},
            kind="destination",
            name=record.text("name"),
            original_source=ends(source),
            original_destination=ends(original) if original not in ("", "any") else Ends(interfaces=[wan]),
            service=_services(protocol, [], port_ranges(record.text("dst_port"))),
            translated=record.text("fwd"),
            translated_port=record.text("fwd_port"),
            from_zones=["WAN", "WAN2"] if wan == "both" else [wan.upper()],
            is_enabled=record.is_on(),
        )
    )
