"""What a rule matches, as a space of packets, and whether it matches one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Rule
from engineering_api.packets import intervals, words
from engineering_api.packets.boxes import Box
from engineering_api.packets.intervals import Intervals
from engineering_api.packets.members import ALL_ADDRESSES, Addresses, Kinds, Members
from engineering_api.packets.packet import Packet
from engineering_api.packets.shapes import EVERY_SERVICE, Shape
from engineering_api.packets.space import Space
from engineering_api.packets.zones import Zones

Fits = Literal["yes", "no", "perhaps"]

OPEN: Intervals = ((1, 1),)
OPEN_OR_ODD: Intervals = ((1, 2),)
ANY_STATE: Intervals = ((0, 2),)
#: A box for each service of a rule in each family; more are not compared, as the answer would take too long.
MOST_SHAPES = 256


@dataclass(frozen=True)
class Match:
    """What a rule matches: for certain, and perhaps. They are the same where nothing is in doubt."""

    sure: Space
    possible: Space
    doubts: tuple[str, ...] = ()


class Matcher:
    """The rules of one device."""

    def __init__(self, device: Device) -> None:
        """Takes the device's objects, interfaces and zones as they are now."""
        self.platform = device.platform
        self.members = Members(device)
        self.zones = Zones(device)
        self._has_ipsec = any(one.kind.startswith("ipsec") or one.kind == "l2tp" for one in device.tunnels)

    def match(self, rule: Rule, access_list: AccessList) -> Match:
        """The space of a rule; that of a rule that is off or decides nothing is empty."""
        if not rule.is_enabled or rule.is_passing:
            return Match(Space(), Space())
        sources, targets, kinds = self._sides(rule, access_list)
        doubts = [*sources.doubts, *targets.doubts, *kinds.doubts, *conditions(rule)]
        inward, outward = self.zones.set_of(rule.from_zones), self.zones.set_of(rule.to_zones)
        state = _state(rule)
        seen = self._families(rule, access_list, sources, targets)
        possible = kinds.possible if len(kinds.possible) <= MOST_SHAPES else [_hull(kinds.possible)]
        sure = [] if conditions(rule) or len(kinds.sure) > MOST_SHAPES else kinds.sure
        if len(kinds.possible) > MOST_SHAPES:
            doubts.append("it names too many services")
        return Match(
            _space(seen, (inward, outward, state), (sources.sure, targets.sure), sure),
            _space(seen, (inward, outward, state), (sources.possible, targets.possible), possible),
            tuple(dict.fromkeys(doubts)),
        )

    def fits(self, rule: Rule, access_list: AccessList, packet: Packet) -> tuple[Fits, str]:
        """Whether a rule matches a packet, and why not or why perhaps; "" where it does."""
        if not rule.is_enabled:
            return "no", "it is off"
        if rule.is_passing:
            return "no", "it decides nothing"
        sources, targets, kinds = self._sides(rule, access_list)
        if packet.family not in self._families(rule, access_list, sources, targets):
            return "no", f"it is not for IPv{packet.family}"
        maybe: list[str] = []
        for answer, why in (
            self._zone(rule.from_zones, packet.inward, "comes in"),
            self._zone(rule.to_zones, packet.outward, "goes out"),
            _address(sources, packet.family, int(packet.source), f"source {packet.source}"),
            _address(targets, packet.family, int(packet.destination), f"destination {packet.destination}"),
            _service(kinds, packet),
            ("no", "it is for packets of open connections") if rule.is_established and not packet.is_established
            else ("yes", ""),
        ):  # fmt: skip
            if answer == "no":
                return "no", why
            if answer == "perhaps":
                maybe.append(why)
        for condition in conditions(rule):
            answer = self._condition(condition, rule, packet)
            if answer == "no":
                return "no", condition
            if answer == "perhaps":
                maybe.append(condition)
        return ("perhaps", "; ".join(dict.fromkeys(maybe))) if maybe else ("yes", "")

    def _condition(self, condition: str, rule: Rule, packet: Packet) -> Fits:
        """Whether what a rule asks besides is so. A packet of a question is whole, and not invalid."""
        word = condition.removeprefix("it asks for ")
        if word in ("fragments", "fragment") or (self._is_never(rule) and condition == _at_times(rule)):
            return "no"
        key, _, value = word.partition("=")
        if key == "connection-nat-state" and value.removeprefix("!") == "dstnat":
            return "yes" if packet.is_redirected != value.startswith("!") else "no"
        if key == "connection-state" and not value.startswith("!"):
            states = set(value.split(","))
            wanted = {"established", "related"} if packet.is_established else {"new"}
            return "yes" if states & wanted else "no"
        if key == "ipsec-policy" and not self._has_ipsec:
            return "yes" if value.endswith(",none") else "no"
        return "perhaps"

    def _is_never(self, rule: Rule) -> bool:
        """FortiOS's schedule of the factory that holds at no time."""
        return rule.schedule == "none" and self.platform.startswith("forti")

    def _sides(self, rule: Rule, access_list: AccessList) -> tuple[Addresses, Addresses, Kinds]:
        """Sources, destinations and services of a rule. Standard lists look at the source alone."""
        sources = self.members.addresses(rule.source_ends, rule.scope)
        if access_list.kind == "standard":
            return sources, Addresses(dict(ALL_ADDRESSES), dict(ALL_ADDRESSES)), Kinds([EVERY_SERVICE], [EVERY_SERVICE])
        return (
            sources,
            self.members.addresses(rule.destination_ends, rule.scope),
            self.members.kinds(rule.services, rule.scope),
        )

    def _zone(self, names: Sequence[str], given: str, how: str) -> tuple[Fits, str]:
        if not names:
            return "yes", ""
        wanted = self.zones.set_of(names)
        if not given:
            perhaps: Fits = "perhaps"
            return (perhaps, f"it is not said by which interface the packet {how}") if _is_some(wanted) else ("yes", "")
        if intervals.holds(wanted, self.zones.number(given)):
            return "yes", ""
        return "no", f"the packet {how} by {given}, the rule is for {', '.join(names)}"

    def _families(self, rule: Rule, access_list: AccessList, sources: Addresses, targets: Addresses) -> tuple[int, ...]:
        """The families of a rule. IOS has lists of its own for IPv6; with others one rule may be for both."""
        if access_list.kind == "mac":
            return ()
        if rule.family or access_list.kind == "ipv6":
            return (4,) if rule.family == "ipv4" else (6,)
        if access_list.kind == "policy" or self.platform == "cisco_asa":
            return (4, 6)
        if not sources.possible[4] or not targets.possible[4]:
            return (6,)
        return (4,)


def conditions(rule: Rule) -> list[str]:
    """What a rule asks besides the packet, so that it matches only at times or for some."""
    made = []
    if rule.schedule and rule.schedule.casefold() not in ("always", "any"):
        made.append(_at_times(rule))
    if rule.users and not {one.casefold() for one in rule.users} & {"any", "all"}:
        made.append(f"it holds for the users {', '.join(rule.users[:5])}")
    made.extend(f"it asks for {one}" for one in rule.conditions[:5])
    return made


def _at_times(rule: Rule) -> str:
    return f"it holds at the times of {rule.schedule}"


def _state(rule: Rule) -> Intervals:
    """The states that a rule is for. What firewalls call invalid neither opens a connection nor belongs to one."""
    if not rule.is_established:
        return ANY_STATE
    return OPEN_OR_ODD if any("invalid" in one for one in rule.conditions) else OPEN


def _is_some(wanted: Intervals) -> bool:
    return wanted[:1] == () or wanted[0][1] < (1 << 30)


def _space(
    families: tuple[int, ...],
    around: tuple[Intervals, Intervals, Intervals],
    sides: tuple[dict[int, Intervals], dict[int, Intervals]],
    kinds: Sequence[Shape],
) -> Space:
    (inward, outward, state), (sources, targets) = around, sides
    boxes: list[Box] = []
    for family in families:
        if sources[family] and targets[family]:
            boxes.extend(
                (((family, family),), inward, outward, sources[family], targets[family], *shape, state)
                for shape in kinds
            )
    return Space(tuple(boxes))


def _hull(shapes: Sequence[Shape]) -> Shape:
    protocols = intervals.union(pair for shape in shapes for pair in shape[0])
    return protocols, words.EVERY_PORT, words.EVERY_PORT


def _address(found: Addresses, family: int, number: int, what: str) -> tuple[Fits, str]:
    if intervals.holds(found.sure[family], number):
        return "yes", ""
    if intervals.holds(found.possible[family], number):
        return "perhaps", "; ".join(found.doubts)
    return "no", f"{what} is not among its addresses"


def _service(kinds: Kinds, packet: Packet) -> tuple[Fits, str]:
    surely = [_fits_shape(shape, packet) for shape in kinds.sure]
    if "yes" in surely:
        return "yes", ""
    if "perhaps" in surely:
        return "perhaps", "the question does not say the ports"
    if any(_fits_shape(shape, packet) != "no" for shape in kinds.possible):
        return "perhaps", "; ".join(kinds.doubts)
    name = words.protocol_name(packet.protocol)
    if any(intervals.holds(shape[0], packet.protocol) for shape in kinds.possible):
        if packet.protocol in words.WITH_PORTS:
            return "no", f"its ports are not those of {packet}"
        return "no", f"it is for another type of {name}"
    return "no", f"it is not for {name}"


def _fits_shape(shape: Shape, packet: Packet) -> Fits:
    protocols, sources, targets = shape
    if not intervals.holds(protocols, packet.protocol):
        return "no"
    answer: Fits = "yes"
    for wanted, given in ((sources, packet.source_port), (targets, packet.port)):
        if wanted == words.EVERY_PORT:
            continue
        if given is None:
            answer = "perhaps"
        elif not intervals.holds(wanted, given):
            return "no"
    return answer
