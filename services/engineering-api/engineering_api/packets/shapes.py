"""Services as sets of protocols and ports."""

from engineering_api.facts.filters import Service
from engineering_api.packets import intervals, words
from engineering_api.packets.boxes import Box, cut
from engineering_api.packets.budget import Budget
from engineering_api.packets.intervals import Intervals

#: Protocols, source ports, and ports (or ICMP types and codes).
Shape = tuple[Intervals, Intervals, Intervals]
EVERY_SERVICE: Shape = (words.EVERY_PROTOCOL, words.EVERY_PORT, words.EVERY_PORT)
_TYPED = {words.ICMP: 4, words.ICMP6: 6}


def shapes(service: Service) -> tuple[list[Shape], str]:
    """What a service stands for, and what is in doubt about it; "" for nothing."""
    protocols = words.protocols(service.protocol)
    if protocols is None:
        return [EVERY_SERVICE], f"the protocol {service.protocol} is not known"
    typed = next((family for number, family in _TYPED.items() if protocols == ((number, number),)), None)
    if service.icmp and typed:
        kinds = words.icmp(service.icmp, typed)
        if kinds is None:
            return [(protocols, words.EVERY_PORT, words.EVERY_PORT)], f"the ICMP type {service.icmp} is not known"
        return [(protocols, words.EVERY_PORT, kinds)], ""
    if not service.ports and not service.source_ports:
        return [(protocols, words.EVERY_PORT, words.EVERY_PORT)], ""
    if protocols == words.EVERY_PROTOCOL:
        protocols = intervals.union((number, number) for number in words.WITH_PORTS)
    sources, source_doubt = _ports(service.source_ports)
    targets, doubt = _ports(service.ports)
    return [(protocols, sources, targets)], source_doubt or doubt


def _ports(said: list[str]) -> tuple[Intervals, str]:
    if not said:
        return words.EVERY_PORT, ""
    found = [words.ports(one) for one in said]
    if None in found:
        return words.EVERY_PORT, f"the port {said[found.index(None)]} is not known"
    return intervals.union(pair for one in found if one for pair in one), ""


def others(known: list[Shape]) -> list[Shape]:
    """All services that are none of these. Raises `Exhausted`."""
    budget = Budget(20_000)
    left: list[Box] = [EVERY_SERVICE]
    for shape in known:
        budget.spend(len(left))
        left = [rest for one in left for rest in cut(one, shape)]
    return [(one[0], one[1], one[2]) for one in left]
