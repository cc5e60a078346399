"""UniFi's sets of rules by kind of network, before its firewall by zones: what decides where none of their rules does.

Rules of one's own are tried in the order of their numbers. Those that begin with 2 come before what the gateway has
by itself, which lets port forwards in and refuses all else from the Internet; those that begin with 4 come after.
"""

import re

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import Answer, Decision, decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet

_NAME = re.compile(r"(?:WAN|LAN|GUEST)(?:v6)?_(?:IN|OUT|LOCAL)")

#: An answer, why, and the decision of a rule where one decides.
Said = tuple[Answer, str, Decision | None]


def are_used(device: Device) -> bool:
    """Whether the firewall is by sets, and not by zones."""
    return not device.zones and all(_NAME.fullmatch(one.name) for one in device.access_lists)


def inward(
    device: Device, matcher: Matcher, packet: Packet, interface: Interface | None, *, is_local: bool, is_forwarded: bool
) -> Said:
    """What the set for what comes in says, or the gateway by itself."""
    side = _side(interface)
    way = "LOCAL" if is_local else "IN"
    asked = packet.through(packet.inward, "LOCAL") if is_local else packet
    decision = _decision(device, matcher, asked, side, way, is_forwarded=is_forwarded)
    if decision is not None and (decision.rule is not None or decision.answer == "unknown"):
        return decision.answer, f"{decision.list_name}: {decision.why}", decision
    if is_forwarded:
        return "permit", "A port forward lets in what it forwards.", None
    if side == "WAN":
        return "deny", "From the Internet, nothing begins that no rule lets in.", None
    if side == "GUEST" and not packet.destination.is_global:
        return "unknown", "Guests do not reach private networks unless the portal's settings let them.", None
    if is_local:
        return "unknown", "The destination is the gateway itself; it may serve this.", None
    return "permit", f"No rule of {side}_{way} decides, and from inside everything may begin.", None


def outward(device: Device, matcher: Matcher, packet: Packet, interface: Interface | None) -> Said | None:
    """What the set for what goes out says; None where it lets the packet pass."""
    if interface is None:
        return None
    decision = _decision(device, matcher, packet, _side(interface), "OUT", is_forwarded=False)
    if decision is None or decision.rule is None or decision.answer == "permit":
        return None
    return decision.answer, f"{decision.list_name}: {decision.why}", decision


def _side(interface: Interface | None) -> str:
    zone = interface.zone.upper() if interface else ""
    return "WAN" if zone.startswith("WAN") else "GUEST" if zone.startswith("GUEST") else "LAN"


def _decision(
    device: Device, matcher: Matcher, packet: Packet, side: str, way: str, *, is_forwarded: bool
) -> Decision | None:
    name = f"{side}{'v6' if packet.family == 6 else ''}_{way}"
    found = next((one for one in device.access_lists if one.name == name), None)
    return decide(packet, _before(found) if is_forwarded else found, matcher) if found else None


def _before(known: AccessList) -> AccessList:
    """The rules that come before those for port forwards."""
    return known.model_copy(update={"rules": [one for one in known.rules if not one.id.startswith("4")]})
