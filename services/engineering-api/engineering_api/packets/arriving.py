"""Packets for the device itself, which are not asked of the rules for what goes through it."""

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import Answer
from engineering_api.packets.packet import Packet

#: What an interface lets in is said by these words, by protocol and port.
_SERVED = {
    (6, 21): "ftp",
    (6, 22): "ssh",
    (6, 23): "telnet",
    (6, 80): "http",
    (6, 443): "https",
    (6, 830): "netconf",
    (17, 161): "snmp",
    (1, None): "ping",
    (58, None): "ping",
}
_EVERYTHING = frozenset({"all", "any-service"})

#: An answer, why, and the lines that say so.
Said = tuple[Answer, str, Span | None]


def served(packet: Packet, inward: Interface | None) -> Said:
    """Whether an interface says that it lets in what a packet asks for."""
    word = _SERVED.get((packet.protocol, packet.port if packet.protocol in (6, 17) else None))
    if inward is None or word is None:
        return "unknown", "The destination is the device itself; it may serve this.", None
    answer: Answer = "permit" if {word, *_EVERYTHING} & set(inward.management) else "deny"
    why = f"{inward.name} allows for management: {', '.join(inward.management) or 'nothing'}."
    return answer, why, inward.line_of("management")


def loopback(device: Device, inward: Interface | None) -> Interface | None:
    """Junos: the loopback whose filter guards the routing engine."""
    vrf, scope = (inward.vrf, inward.scope) if inward else ("", "")
    guards = (one for one in device.interfaces if one.name.startswith("lo0") and one.acl_in)
    return next((one for one in guards if (one.vrf, one.scope) == (vrf, scope)), None)


def anti_lockout(device: Device, packet: Packet, inward: Interface | None) -> Said | None:
    """pf: the rule, tried before all others, that keeps the web interface and SSH open from LAN.

    With a single interface it is for WAN.
    """
    names = {one.name for one in device.interfaces}
    kept = "lan" if "lan" in names else "wan" if "opt1" not in names else ""
    if inward is None or inward.name != kept or packet.protocol != 6:
        return None
    ports: dict[int, Span] = {}
    for one in device.management:
        if "noantilockout" in one.options:
            return None
        if one.protocol in ("http", "https", "ssh") and one.is_enabled and one.port:
            ports[one.port] = one.source
            if one.protocol == "https" and "disablehttpredirect" not in one.options:
                ports.setdefault(80, one.source)
    if packet.port not in ports:
        return None
    return "permit", f"The anti-lockout rule of {kept} lets administrators in.", ports[packet.port]
