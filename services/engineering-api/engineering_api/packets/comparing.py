"""Whether two lists let the same packets pass: for translations and for changes."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from engineering_api.facts.filters import AccessList
from engineering_api.packets.boxes import Axis, Box
from engineering_api.packets.budget import Budget, Exhausted
from engineering_api.packets.index import Pile
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.space import Space

STEPS = 200_000


@dataclass(frozen=True)
class Permitted:
    """What a list lets pass: for certain, and perhaps."""

    sure: Space
    possible: Space


@dataclass(frozen=True)
class Difference:
    """Packets for which two lists decide otherwise. Both empty: the lists are equal."""

    only_first: Space
    only_second: Space


def permitted(access_list: AccessList, matcher: Matcher) -> Permitted | None:
    """All packets that a list permits. None where it is too much in pieces, jumps, or where pf's last match decides."""
    if any(rule.jump or rule.is_tentative for rule in access_list.rules):
        return None
    budget = Budget(STEPS)
    sure: list[Box] = []
    possible: list[Box] = []
    denied_sure, denied_possible = Pile(), Pile()
    is_certain = True
    try:
        for rule in access_list.rules:
            match = matcher.match(rule, access_list)
            if rule.action == "permit":
                left = denied_possible.taken_from(match.sure.boxes, budget)
                sure.extend(left)
                if is_certain and match.sure == match.possible:
                    possible.extend(left)
                else:
                    possible.extend(denied_sure.taken_from(match.possible.boxes, budget))
            else:
                is_certain = is_certain and match.sure == match.possible
                denied_sure.add(match.sure.boxes)
                denied_possible.add(match.possible.boxes)
    except Exhausted:
        return None
    return Permitted(Space(tuple(sure)), Space(tuple(possible)))


def compare(first: Permitted | None, second: Permitted | None) -> Difference | None:
    """How what two lists permit differs. None: not known.

    The zones of both must have the same numbers, that is, be of one matcher, or the lists must name none.
    """
    if first is None or second is None:
        return None
    budget = Budget(STEPS)
    try:
        if _in_doubt(first, budget) or _in_doubt(second, budget):
            return None
        return Difference(first.sure.minus((second.sure,), budget), second.sure.minus((first.sure,), budget))
    except Exhausted:
        return None


def example(space: Space) -> Packet | None:
    """A packet in a space, without its zones."""
    point = space.example()
    if point is None:
        return None
    kind: type[IPv4Address] | type[IPv6Address] = IPv4Address if point[Axis.FAMILY] == 4 else IPv6Address
    return Packet(
        kind(point[Axis.SOURCE]),
        kind(point[Axis.DESTINATION]),
        point[Axis.PROTOCOL],
        point[Axis.SOURCE_PORT],
        point[Axis.PORT],
        bool(point[Axis.STATE]),
    )


def _in_doubt(found: Permitted, budget: Budget) -> bool:
    return not found.possible.is_within((found.sure,), budget)
