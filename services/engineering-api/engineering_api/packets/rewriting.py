"""The destination of a packet after the device has translated it."""

from dataclasses import dataclass, replace
from ipaddress import ip_address

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Ends, Rule, Service, Services, Translation
from engineering_api.packets import intervals, words
from engineering_api.packets.intervals import Interval, Intervals
from engineering_api.packets.literals import network, span_of
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Address, Packet

#: Before what the destination is translated, by platform; where it is not listed, after the filter and before routing.
BEFORE_FILTERS = (
    "cisco_asa",
    "mikrotik_routeros",
    "pfsense",
    "opnsense",
    "juniper_junos",
    "juniper_screenos",
    "ubiquiti",
    "vyos",
)
_PF = ("pfsense", "opnsense")
#: IOS says of a translation on which side it is; which interfaces are there is not among the facts.
_SIDES = ("nat inside", "nat outside")


@dataclass(frozen=True)
class Rewritten:
    """The packet with its destination as it is after translation, and the line that did it.

    `doubt` says why it only may be translated; then the packet is as it was.
    """

    packet: Packet
    by: Translation
    doubt: str = ""


def rewrite(packet: Packet, device: Device, matcher: Matcher, scope: str = "") -> Rewritten | None:
    """What the first translation that fits makes of a packet; None where none fits."""
    for one in device.translations:
        if not one.is_enabled or one.scope != scope:
            continue
        if one.kind == "destination":
            found = _forwarded(one, packet, device, matcher)
        elif one.kind == "static":
            found = _back(one, packet, matcher)
        elif one.kind == "exempt" and one.from_zones and device.platform in _PF:
            # A port forward of pf that says "no": what it fits is not translated by those after it.
            if _fits(one, packet, matcher)[0] == "yes":
                return None
            continue
        else:
            continue
        if found is not None:
            return found
    return None


def _fits(one: Translation, packet: Packet, matcher: Matcher) -> tuple[str, str]:
    rule = Rule(
        source=one.source,
        scope=one.scope,
        action="permit",
        source_ends=one.original_source or Ends(is_any=True),
        destination_ends=one.original_destination or Ends(is_any=True),
        services=one.service or Services(is_any=True),
        from_zones=[name for name in one.from_zones if name not in _SIDES],
    )
    return matcher.fits(rule, AccessList(source=one.source, name="", kind="policy"), packet)


def _forwarded(one: Translation, packet: Packet, device: Device, matcher: Matcher) -> Rewritten | None:
    """What a port forwarding or virtual server makes of a packet."""
    if one.original_destination is None and one.service is None:
        return None
    fits, why = _fits(one, packet, matcher)
    if fits == "no":
        return None
    if fits == "perhaps":
        return Rewritten(packet, one, why)
    target = _own(packet, device) if one.translated == "interface" else _target(one, packet, matcher)
    if target is None:
        return Rewritten(packet, one, f"which address it becomes is not said ({one.translated or 'none'})")
    if target.version != packet.family:
        return None
    return Rewritten(_sent(packet, target, _port(one, packet, device, matcher)), one)


def _back(one: Translation, packet: Packet, matcher: Matcher) -> Rewritten | None:
    """The inner address of a static translation, for what comes to its outer one."""
    ends = one.original_source or Ends()
    inner = _whole(matcher.members.addresses(ends, one.scope).sure[packet.family])
    outer = _written(one.translated, one, packet.family, matcher)
    if inner is None or outer is None or not outer[0] <= int(packet.destination) <= outer[1]:
        return None
    port = packet.port
    if one.service is not None and one.translated_port:
        real, seen = (_port_of(matcher, one, services) for services in (one.service, _mapped(one)))
        if real is None or seen is None or not intervals.holds(real[0], packet.protocol):
            return None
        if packet.port is None:
            return Rewritten(packet, one, "the question does not say the port")
        port = real[1] if packet.port == seen[1] else -1
    if port == -1 or inner[1] - inner[0] != outer[1] - outer[0]:
        return None
    inside = inner[0] + int(packet.destination) - outer[0]
    return Rewritten(_sent(packet, _address(inside, packet.family), port), one)


def _mapped(one: Translation) -> Services:
    said = one.translated_port
    if said.isdigit() and one.service is not None and one.service.services:
        return Services(services=[Service(protocol=one.service.services[0].protocol, ports=[said])])
    return Services(names=[said])


def _port_of(matcher: Matcher, one: Translation, services: Services) -> tuple[Intervals, int] | None:
    """The protocols and the only port of a service; twice NAT of ASA writes those of servers as the source's."""
    for protocols, source, target in matcher.members.kinds(services, one.scope).sure:
        said = source if target == words.EVERY_PORT else target
        if len(said) == 1 and said[0][0] == said[0][1]:
            return protocols, said[0][0]
    return None


def _sent(packet: Packet, target: Address, port: int | None) -> Packet:
    return replace(packet, destination=target, port=port, is_redirected=True)


def _own(packet: Packet, device: Device) -> Address | None:
    """The device's own address on the interface by which a packet comes in."""
    for interface in device.interfaces:
        if packet.inward and packet.inward in (interface.name, interface.alias):
            return next((one.value.ip for one in interface.addresses if one.value.version == packet.family), None)
    return None


def _target(one: Translation, packet: Packet, matcher: Matcher) -> Address | None:
    """The address that the destination becomes: the only one, or that at the same place of a range as long."""
    inner = _written(one.translated, one, packet.family, matcher)
    if inner is None:
        inner = _written(one.translated, one, 4 if packet.family == 6 else 6, matcher)
        return None if inner is None else _address(inner[0], 4 if packet.family == 6 else 6)
    if inner[0] == inner[1]:
        return _address(inner[0], packet.family)
    ends = one.original_destination or Ends()
    outer = _whole(matcher.members.addresses(ends, one.scope).sure[packet.family])
    if outer is None or outer[1] - outer[0] != inner[1] - inner[0]:
        return None
    return _address(inner[0] + int(packet.destination) - outer[0], packet.family)


def _written(text: str, one: Translation, family: int, matcher: Matcher) -> Interval | None:
    """The addresses of a family that a target stands for, where they are in one piece."""
    for read in (network, span_of):
        try:
            found, pieces = read(text)
        except ValueError:
            continue
        return _whole(pieces) if found == family else None
    if not text or text == "interface":
        return None
    return _whole(matcher.members.addresses(Ends(names=[text]), one.scope).sure[family])


def _whole(pieces: Intervals) -> Interval | None:
    return pieces[0] if len(pieces) == 1 else None


def _address(number: int, family: int) -> Address:
    return ip_address(number.to_bytes(4 if family == 4 else 16, "big"))


def _port(one: Translation, packet: Packet, device: Device, matcher: Matcher) -> int | None:
    """The port that a packet's becomes; None where that is not known."""
    if not one.translated_port or packet.port is None or packet.protocol not in words.WITH_PORTS:
        return packet.port
    if "," in one.translated_port and str(packet.port) in one.translated_port.replace(" ", "").split(","):
        return packet.port
    said = words.ports(one.translated_port)
    if said is None:
        named = matcher.members.kinds(Services(names=[one.translated_port]), one.scope).sure
        said = named[0][2] if named else None
    if said is None or len(said) != 1:
        return None
    first, last = said[0]
    if first == last and device.platform not in _PF:
        return first
    # A range becomes a range that begins there.
    outer = matcher.members.kinds(one.service, one.scope).sure if one.service else []
    lows = [low for shape in outer for low, high in shape[2] if low <= packet.port <= high]
    return first + packet.port - lows[0] if lows and first + packet.port - lows[0] <= 65_535 else first
