"""What can be said only after all lines of a device have been read."""

from engineering_api.dialects.cisco import dhcp, interior, tunnels
from engineering_api.dialects.cisco.state import Reading


def conclude(reading: Reading) -> None:
    """Put together what lines in different places of a configuration say of one thing."""
    reading.inherit()
    interior.place_interfaces(reading)
    dhcp.exclude(reading)
    tunnels.build(reading)
    for server in reading.device.servers:
        if server.kind in reading.keyed:
            server.has_key = True
    members: dict[str, list[str]] = {}
    for one in reading.device.interfaces:
        members.setdefault(one.zone, []).append(one.name)
    for zone in reading.device.zones:
        zone.interfaces = members.get(zone.name, [])
