"""The destination of a packet after the device has translated it."""

from dataclasses import dataclass, replace
from ipaddress import ip_address

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Ends, Rule, Services, Translation
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Address, Packet

#: Before what the destination is translated, by platform; where it is not listed, after the filter and before routing.
BEFORE_FILTERS = ("cisco_asa", "mikrotik_routeros", "pfsense", "opnsense", "juniper_junos", "juniper_screenos")


@dataclass(frozen=True)
class Rewritten:
    """The packet with its destination as it is after translation, and the line that did it."""

    packet: Packet
    by: Translation


def rewrite(packet: Packet, device: Device, matcher: Matcher, scope: str = "") -> Rewritten | None:
    """What the first translation that fits makes of a packet; None where none does for certain."""
    for one in device.translations:
        if not one.is_enabled or one.scope != scope or one.kind not in ("destination", "static"):
            continue
        target = _forward(one, packet, matcher) if one.kind == "destination" else _back(one, packet, matcher)
        if target is not None and target.version == packet.family:
            port = (
                int(one.translated_port) if one.translated_port.isdigit() and packet.port is not None else packet.port
            )
            return Rewritten(replace(packet, destination=target, port=port), one)
    return None


def _forward(one: Translation, packet: Packet, matcher: Matcher) -> Address | None:
    """The address that a port forwarding or virtual server leads to."""
    if one.original_destination is None:
        return None
    rule = Rule(
        source=one.source,
        scope=one.scope,
        action="permit",
        source_ends=one.original_source or Ends(is_any=True),
        destination_ends=one.original_destination,
        services=one.service or Services(is_any=True),
        from_zones=one.from_zones,
    )
    fits, _ = matcher.fits(rule, AccessList(source=one.source, name="", kind="policy"), packet)
    return _single(one.translated, one, matcher) if fits == "yes" else None


def _back(one: Translation, packet: Packet, matcher: Matcher) -> Address | None:
    """The inner address of a static translation, for what comes to its outer one."""
    if one.original_source is None or _single(one.translated, one, matcher) != packet.destination:
        return None
    found = matcher.members.addresses(one.original_source, one.scope)
    return _only(found.sure[packet.family], packet.family)


def _single(text: str, one: Translation, matcher: Matcher) -> Address | None:
    try:
        return ip_address(text.partition("/")[0])
    except ValueError:
        if not text or text == "interface":
            return None
    found = matcher.members.addresses(Ends(names=[text]), one.scope)
    return _only(found.sure[4], 4) or _only(found.sure[6], 6)


def _only(pairs: tuple[tuple[int, int], ...], family: int) -> Address | None:
    if len(pairs) != 1 or pairs[0][0] != pairs[0][1]:
        return None
    return ip_address(pairs[0][0].to_bytes(4 if family == 4 else 16, "big"))
