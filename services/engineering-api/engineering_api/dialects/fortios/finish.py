"""What can be put together only when a whole configuration was read."""

from ipaddress import ip_network

from engineering_api.dialects.fortios.builtin import SERVICES, is_builtin
from engineering_api.dialects.fortios.places import Later
from engineering_api.facts.device import Device
from engineering_api.facts.filters import AddressObject, Ends, Rule, ServiceObject, Services, Translation, Zone
from engineering_api.facts.ports import Interface, InterfaceKind, Vlan
from engineering_api.facts.services import Management
from engineering_api.facts.tunnels import Tunnel

_SERVED = ("https", "http", "ssh", "telnet", "snmp", "ping")


def finish(device: Device, later: Later) -> None:
    """Put together what belongs together."""
    _interfaces(device, later)
    _zones(device, later)
    _trunks(device, later)
    _tunnels(device, later)
    _routes(device, later)
    _translations(device, later)
    _pools(device)
    _management(device, later)
    _objects(device)
    _names(device)


def _interfaces(device: Device, later: Later) -> None:
    by_name: dict[str, Interface] = {}
    kept: list[Interface] = []
    for interface in device.interfaces:
        # A switch of ports has a section of its own beside its entry among the interfaces.
        same = by_name.get(interface.name)
        if same is not None:
            if interface.kind == "bridge" and same.kind == "other":
                same.kind = "bridge"
            continue
        by_name[interface.name] = interface
        kept.append(interface)
    device.interfaces = kept
    vlans: set[tuple[str, int]] = set()
    for interface in kept:
        if not device.scopes:
            interface.scope = ""
        if interface.kind == "other":
            interface.kind = _kind(interface, later)
        if interface.addresses:
            interface.mode = "routed"
        if interface.vlan is not None and (interface.name, interface.vlan) not in vlans:
            vlans.add((interface.name, interface.vlan))
            where = interface.line_of("vlan")
            device.vlans.append(Vlan(source=where, id=interface.vlan, name=interface.name, scope=interface.scope))
    _members(by_name, later)


def _members(by_name: dict[str, Interface], later: Later) -> None:
    for above, ports in later.ports.items():
        if above in by_name and by_name[above].kind == "bridge":
            by_name[above].members = list(dict.fromkeys(ports))
        for name in ports:
            if (port := by_name.get(name)) is None:
                continue
            if above in by_name and by_name[above].kind == "aggregate":
                port.aggregate = above
                port.aggregate_mode = port.aggregate_mode or by_name[above].aggregate_mode
            elif not port.parent:
                port.parent = above


def _kind(interface: Interface, later: Later) -> InterfaceKind:
    if interface.vlan is not None:
        return "vlan"
    if interface.name in later.ports:
        return "bridge"
    if interface.name.startswith("mgmt"):
        return "management"
    return "other" if interface.parent else "physical"


def _zones(device: Device, later: Later) -> None:
    zones = {(zone.scope, zone.name): zone for zone in device.zones}
    for member in later.members:
        if not member.interface:
            continue
        zone = zones.get((member.scope, member.zone))
        if zone is None:
            zone = Zone(source=member.source, name=member.zone, scope=member.scope)
            zones[member.scope, member.zone] = zone
            device.zones.append(zone)
        if member.interface not in zone.interfaces:
            zone.interfaces.append(member.interface)
        device.refer(("interface", "tunnel"), member.interface, member.source, "sdwan member", scope=member.scope)
        device.refer("zone", member.zone, member.source, "sdwan member", scope=member.scope)
    of_interface = {name: zone for zone in device.zones for name in zone.interfaces}
    for interface in device.interfaces:
        if zone := of_interface.get(interface.name):
            interface.zone = zone.name


def _trunks(device: Device, later: Later) -> None:
    numbers = {interface.name: interface.vlan for interface in device.interfaces if interface.vlan is not None}
    for trunk in later.trunks:
        port = trunk.port
        port.native_vlan = numbers.get(trunk.native)
        tagged = sorted({numbers[name] for name in trunk.allowed if name in numbers})
        if trunk.allowed and not trunk.is_all:
            port.trunk_vlans = tagged
        port.mode = "trunk" if trunk.allowed or trunk.is_all else "access" if trunk.native else None
        if port.mode == "access":
            port.access_vlan, port.native_vlan = port.native_vlan, None
            if "native_vlan" in port.at:
                port.at["access_vlan"] = port.at.pop("native_vlan")
        for field, names in (("native_vlan", [trunk.native]), ("trunk_vlans", trunk.allowed)):
            for name in names:
                if name and name != "quarantine":
                    where = port.at.get(field) or port.line_of("access_vlan")
                    device.refer(("interface", "template"), name, where, f"switch port {port.name}")


def _tunnels(device: Device, later: Later) -> None:
    phases: dict[tuple[str, str], Tunnel] = {(one.scope, one.name): one for one in device.tunnels}
    for one in later.selectors:
        tunnel = phases.get((one.scope, one.phase1))
        if tunnel is None:
            continue
        if tunnel.phase2 is None:
            tunnel.phase2 = one.proposal
        if one.pfs is not None:
            # One phase 2 without it is enough for a tunnel that is not forward secret.
            tunnel.pfs = one.pfs and tunnel.pfs is not False
        elif tunnel.pfs is None and one.proposal.groups:
            tunnel.pfs = True
        tunnel.local_networks.extend(one.local)
        tunnel.remote_networks.extend(one.remote)
    for tunnel in device.tunnels:
        tunnel.local_networks = list(dict.fromkeys(tunnel.local_networks))
        tunnel.remote_networks = list(dict.fromkeys(tunnel.remote_networks))


def _routes(device: Device, later: Later) -> None:
    objects = {(one.scope, one.name): one.ends for one in device.address_objects}
    for route, name in later.routed:
        networks = objects.get((route.scope, name), Ends()).networks
        if networks:
            route.prefix = ip_network(networks[0])


def _translations(device: Device, later: Later) -> None:
    rules: dict[int, tuple[Rule, list[str]]] = {}
    for rule, names in later.pools:
        rules.setdefault(id(rule), (rule, []))[1].extend(names)
    for rule, names in rules.values():
        if not rule.translates:
            continue
        device.translations.append(
            Translation(
                source=rule.source,
                at={"translated": rule.line_of("translates")},
                scope=rule.scope,
                kind="source",
                name=f"policy {rule.id}",
                original_source=rule.source_ends,
                original_destination=rule.destination_ends,
                translated=", ".join(names) or "interface",
                from_zones=rule.from_zones,
                to_zones=rule.to_zones,
                is_enabled=rule.is_enabled,
            )
        )


def _pools(device: Device) -> None:
    """A pool says a mask; its gateway, a range or the address of its interface says of which network."""
    addresses = {one.name: one.addresses for one in device.interfaces}
    for pool in device.dhcp_pools:
        own = next((str(one.value.ip) for one in addresses.get(pool.interface, ()) if one.value.version == 4), "")
        inside = pool.gateway or own or (pool.ranges[0].partition("-")[0] if pool.ranges else "")
        try:
            pool.network = str(ip_network(f"{inside}/{pool.network}", strict=False))
        except ValueError:
            pool.network = ""


def _management(device: Device, later: Later) -> None:
    """What administrators may use, at which port and where, from all interfaces that let it in."""
    allowed = sorted({one for hosts in later.trusted for one in hosts}) if all(later.trusted) else []
    for protocol in _SERVED:
        open_ = [one for one in device.interfaces if protocol in one.management]
        port = later.listens.get(protocol)
        if not open_ and port is None:
            continue
        fact = next((one for one in device.management if one.protocol == protocol), None)
        if fact is None:
            source = open_[0].line_of("management") if open_ else port[1] if port else None
            if source is None:
                continue
            fact = Management(source=source, protocol=protocol, is_enabled=bool(open_))
            device.management.append(fact)
        fact.interfaces = [one.name for one in open_]
        if protocol in ("https", "http", "ssh", "telnet"):
            fact.allowed = allowed
        if port is not None:
            fact.say(port[1], port=port[0])
        if later.idle is not None and protocol in ("https", "http", "ssh", "telnet"):
            fact.say(later.idle[1], idle_seconds=later.idle[0])


def _objects(device: Device) -> None:
    """An address that says nothing of itself is 0.0.0.0/0, as that is the default which FortiOS leaves out.

    A name may be an address of IPv4 and one of IPv6 as well, and then stands for both.
    """
    kept: dict[tuple[str, str, bool], AddressObject] = {}
    for one in device.address_objects:
        if not one.is_group and one.ends == Ends():
            one.ends.is_any = True
        same = kept.setdefault((one.scope, one.name, one.is_group), one)
        if same is not one:
            same.ends.is_any = same.ends.is_any or one.ends.is_any
            for field in ("networks", "ranges", "names", "fqdns"):
                getattr(same.ends, field).extend(getattr(one.ends, field))
    device.address_objects = list(kept.values())


def _names(device: Device) -> None:
    """What the factory defined needs no use, and needs no line; its services are told as if it had one."""
    defined: set[tuple[str, str, str]] = set()
    for definition in device.definitions:
        definition.is_used = definition.is_used or is_builtin(definition.kind, definition.name)
        defined.add((definition.kind, definition.name, definition.scope))
    told = {(one.scope, one.name) for one in device.service_objects}
    kept = []
    for reference in device.references:
        kinds, name, scope = reference.kinds, reference.name, reference.scope
        is_defined = any((kind, name, where) in defined for kind in kinds for where in {scope, ""})
        if not is_defined:
            if any(is_builtin(kind, name) for kind in kinds):
                if name in SERVICES and "service" in kinds and (scope, name) not in told:
                    told.add((scope, name))
                    device.service_objects.append(
                        ServiceObject(
                            source=reference.source,
                            scope=scope,
                            name=name,
                            services=Services(services=SERVICES[name]),
                            comment="of the factory",
                        )
                    )
                continue
            if kinds == ("server-group",):
                # A member that is no server is a local user.
                continue
        kept.append(reference)
    device.references = kept
