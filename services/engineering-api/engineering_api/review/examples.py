"""Packets of a space that an engineer recognises: TCP to port 443 rather than protocol 0 from 0.0.0.0."""

from ipaddress import IPv4Address, IPv6Address

from engineering_api.packets import intervals
from engineering_api.packets.boxes import Axis, Box
from engineering_api.packets.packet import Packet
from engineering_api.packets.space import Space

_PROTOCOLS = (6, 17, 1, 58)
_PORTS = (443, 80, 22, 53, 3389)
_SOURCE_PORTS = (50_000,)
#: Addresses of documentation (RFC 5737, RFC 3849) stand for the internet.
_SOURCES = {4: (int(IPv4Address("198.51.100.10")),), 6: (int(IPv6Address("2001:db8::10")),)}
_TARGETS = {4: (int(IPv4Address("203.0.113.10")),), 6: (int(IPv6Address("2001:db8:1::10")),)}
_WITH_PORTS = (6, 17, 132)


def packets(space: Space, most: int) -> list[Packet]:
    """A packet for each of the first parts of a space."""
    return list(dict.fromkeys(_packet(box) for box in space.boxes[:most]))


def _packet(box: Box) -> Packet:
    family = box[Axis.FAMILY][0][0]
    kind: type[IPv4Address] | type[IPv6Address] = IPv4Address if family == 4 else IPv6Address
    protocol = _chosen(box, Axis.PROTOCOL, _PROTOCOLS)
    ports: tuple[int | None, int | None] = (None, None)
    if protocol in _WITH_PORTS:
        ports = _chosen(box, Axis.SOURCE_PORT, _SOURCE_PORTS), _chosen(box, Axis.PORT, _PORTS)
    elif box[Axis.PORT][0][0]:
        ports = None, box[Axis.PORT][0][0]
    return Packet(
        kind(_chosen(box, Axis.SOURCE, _near(box, Axis.SOURCE, _SOURCES[family]))),
        kind(_chosen(box, Axis.DESTINATION, _near(box, Axis.DESTINATION, _TARGETS[family]))),
        protocol,
        *ports,
        is_established=box[Axis.STATE][0][0] == 1,
    )


def _near(box: Box, axis: Axis, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Rather a host's address than the network's own."""
    return (*wanted, box[axis][0][0] + 10, box[axis][0][0] + 1)


def _chosen(box: Box, axis: Axis, wanted: tuple[int, ...]) -> int:
    return next((one for one in wanted if intervals.holds(box[axis], one)), box[axis][0][0])
