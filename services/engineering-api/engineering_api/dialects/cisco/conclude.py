"""What can be said only after all lines of a device have been read."""

from engineering_api.dialects.cisco import dhcp, interior, tunnels
from engineering_api.dialects.cisco.state import Reading
from engineering_api.facts.device import Device


def _narrow(device: Device) -> None:
    """Groups of ports narrow the protocol down that stands before them: "permit tcp any any portgroup WEB"."""
    groups = {one.name: one.services.services for one in device.service_objects if not one.services.names}
    for rule in (rule for one in device.access_lists for rule in one.rules):
        services = rule.services
        if len(services.names) != 1 or len(services.services) != 1 or services.services[0].ports:
            continue
        ports = [port for member in groups.get(services.names[0], ()) for port in member.ports]
        if ports:
            services.services[0].ports = ports
            services.names = []


def conclude(reading: Reading) -> None:
    """Put together what lines in different places of a configuration say of one thing."""
    reading.inherit()
    reading.device.snmp.extend(group for _, group in reading.v3_groups)
    for name, sequence, where in reading.continues:
        if (name, sequence) not in reading.entries:
            reading.device.refer("route-map", f"{name} {sequence}", where, f"route-map {name} continue")
    interior.place_interfaces(reading)
    dhcp.exclude(reading)
    tunnels.build(reading)
    _narrow(reading.device)
    for server in reading.device.servers:
        if server.kind in reading.keyed:
            server.has_key = True
    members: dict[str, list[str]] = {}
    for one in reading.device.interfaces:
        members.setdefault(one.zone, []).append(one.name)
    for zone in reading.device.zones:
        zone.interfaces = members.get(zone.name, [])
