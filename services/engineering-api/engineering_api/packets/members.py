"""What the names in rules stand for: addresses and services, as far as the configuration says it.

Every answer has two sets: what is meant for certain and what may be meant. They differ where a name is not defined, is
a name of the DNS, or depends on an address that the device is given; `doubts` says which.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_network

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AddressObject, Ends, ServiceObject, Services
from engineering_api.packets import intervals, known
from engineering_api.packets.budget import Exhausted
from engineering_api.packets.intervals import Intervals
from engineering_api.packets.literals import network, span_of, wildcard
from engineering_api.packets.shapes import EVERY_SERVICE, Shape, others, shapes

ALL_ADDRESSES: dict[int, Intervals] = {4: ((0, (1 << 32) - 1),), 6: ((0, (1 << 128) - 1),)}
#: Members of all groups together, each counted once for every group that takes it in.
MOST_PIECES = 6_000_000
#: Reasons that are told of one side.
MOST_DOUBTS = 5
#: Groups in groups deeper than this are taken for a mistake.
DEEPEST = 60


@dataclass
class Addresses:
    """Addresses of both families."""

    sure: dict[int, Intervals] = field(default_factory=lambda: {4: (), 6: ()})
    possible: dict[int, Intervals] = field(default_factory=lambda: {4: (), 6: ()})
    doubts: list[str] = field(default_factory=list)

    def inverted(self) -> "Addresses":
        """All other addresses."""
        return Addresses(
            {family: intervals.without(every, self.possible[family]) for family, every in ALL_ADDRESSES.items()},
            {family: intervals.without(every, self.sure[family]) for family, every in ALL_ADDRESSES.items()},
            self.doubts,
        )

    def without(self, other: "Addresses") -> "Addresses":
        """Those of them that are not among others."""
        return Addresses(
            {family: intervals.without(self.sure[family], other.possible[family]) for family in (4, 6)},
            {family: intervals.without(self.possible[family], other.sure[family]) for family in (4, 6)},
            [*self.doubts, *other.doubts],
        )


@dataclass
class Kinds:
    """Services."""

    sure: list[Shape] = field(default_factory=list)
    possible: list[Shape] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def inverted(self) -> "Kinds":
        """All other services."""
        try:
            return Kinds(others(self.possible), others(self.sure), self.doubts)
        except Exhausted:
            return Kinds([], [EVERY_SERVICE], [*self.doubts, "what it leaves out is too much in pieces"])


class Members:
    """The names of one device."""

    def __init__(self, device: Device) -> None:
        """Takes its objects and interfaces; later changes of the device are not seen."""
        self._platform = device.platform
        self._pieces = MOST_PIECES
        self._objects: dict[tuple[str, str], AddressObject] = {}
        self._services: dict[tuple[str, str], ServiceObject] = {}
        for one in device.address_objects:
            self._objects.setdefault((one.scope, one.name), one)
        for two in device.service_objects:
            self._services.setdefault((two.scope, two.name), two)
        self._interfaces = {word.casefold(): one for one in device.interfaces for word in (one.alias, one.name) if word}
        self._addresses_of: dict[tuple[str, str], Addresses] = {}
        self._kinds_of: dict[tuple[str, str], Kinds] = {}
        self._of_ends: dict[int, tuple[Ends, Addresses]] = {}
        self._of_sides: dict[int, tuple[Services, Kinds]] = {}

    def addresses(self, ends: Ends, scope: str = "") -> Addresses:
        """The addresses of one side of a rule. A side that says nothing at all is in doubt."""
        if not (ends.is_any or ends.networks or ends.ranges or ends.wildcards or ends.names or ends.fqdns) and not (
            ends.interfaces
        ):
            return Addresses(possible=dict(ALL_ADDRESSES), doubts=["it names no addresses that were understood"])
        known = self._of_ends.get(id(ends))
        if known is None:
            # The side is kept with its answer, so that no other has its id.
            known = self._of_ends[id(ends)] = (ends, self._ends(ends, scope, ()))
        return known[1]

    def kinds(self, services: Services, scope: str = "") -> Kinds:
        """The services of a rule. Where a rule says none at all, it is in doubt."""
        if not (services.is_any or services.services or services.names):
            return Kinds([], [EVERY_SERVICE], ["it names no services that were understood"])
        known = self._of_sides.get(id(services))
        if known is None:
            known = self._of_sides[id(services)] = (services, self._of_services(services, scope, ()))
        return known[1]

    def _ends(self, ends: Ends, scope: str, within: tuple[str, ...]) -> Addresses:
        if ends.is_any:
            made = Addresses(dict(ALL_ADDRESSES), dict(ALL_ADDRESSES))
            return made.inverted() if ends.is_negated else made
        if self._pieces < 0:
            return Addresses(possible=dict(ALL_ADDRESSES), doubts=["the groups have too many members"])
        if len(ends.names) == 1 and ends == Ends(names=ends.names):
            return self._named(ends.names[0], scope, within)
        found = _Gathered()
        for text in ends.networks:
            found.add_text(text, network)
        for text in ends.ranges:
            found.add_text(text, span_of)
        for text in ends.wildcards:
            found.add_text(text, wildcard)
        left_out = [name[1:] for name in ends.fqdns if name.startswith("!")]
        for name in ends.fqdns:
            if name.startswith("!"):
                continue
            found.doubt(f"the addresses of {name} are not in the configuration")
        for name in ends.interfaces:
            self._interface(name, found)
        for name in ends.names:
            if self._pieces < 0:
                found.doubt("the groups have too many members")
                break
            other = self._named(name, scope, within)
            self._pieces -= len(other.possible[4]) + len(other.possible[6])
            found.add(other)
        made = found.made()
        for name in left_out:
            made = made.without(self._left_out(name, scope, within))
        self._pieces -= len(made.possible[4]) + len(made.possible[6])
        return made.inverted() if ends.is_negated else made

    def _left_out(self, text: str, scope: str, within: tuple[str, ...]) -> Addresses:
        """What a member after an exclamation mark takes away: addresses, or a name."""
        for read in (network, span_of):
            try:
                family, pieces = read(text)
            except ValueError:
                continue
            both = {family: pieces, 10 - family: ()}
            return Addresses(both, dict(both))
        return self._named(text, scope, within)

    def _named(self, name: str, scope: str, within: tuple[str, ...]) -> Addresses:
        if name.casefold() in known.EVERYTHING and (scope, name) not in self._objects:
            families = (only,) if (only := known.ONLY_FAMILY.get(name.casefold())) else (4, 6)
            every = {family: ALL_ADDRESSES[family] if family in families else () for family in (4, 6)}
            return Addresses(every, dict(every))
        key = (scope, name) if (scope, name) in self._objects else ("", name)
        if key in self._addresses_of:
            return self._addresses_of[key]
        if name in within:
            return Addresses(possible=dict(ALL_ADDRESSES), doubts=[f"the group {name} contains itself"])
        found = self._objects.get(key)
        if found is None or len(within) > DEEPEST:
            return Addresses(possible=dict(ALL_ADDRESSES), doubts=[f"{name} is defined nowhere"])
        made = self._ends(found.ends, scope, (*within, name))
        self._addresses_of[key] = made
        return made

    def _interface(self, text: str, found: "_Gathered") -> None:
        if text == "local" and text not in self._interfaces:
            self._own(found)
            return
        name, _, what = text.partition(" ")
        interface = self._interfaces.get(text.casefold()) or self._interfaces.get(name.casefold())
        if interface is None or not interface.addresses:
            found.doubt(f"the address of interface {text} is not in the configuration")
            return
        for address in interface.addresses:
            value = address.value
            whole = value.network if what.casefold() in ("network", "net", "subnet") else ip_network(value.ip)
            found.add_pair(value.version, int(whole.network_address), int(whole.broadcast_address))

    def _own(self, found: "_Gathered") -> None:
        """All addresses of the device itself, RouterOS's type "local"."""
        for interface in self._interfaces.values():
            for address in interface.addresses:
                number = int(address.value.ip)
                found.add_pair(address.value.version, number, number)
            if interface.is_dhcp_client:
                found.doubt(f"the address of interface {interface.name} is not in the configuration")

    def _of_services(self, services: Services, scope: str, within: tuple[str, ...]) -> Kinds:
        made = Kinds()
        if services.is_any:
            made.sure.append(EVERY_SERVICE)
            made.possible.append(EVERY_SERVICE)
        for service in services.services:
            made_of, doubt = shapes(service)
            made.possible.extend(made_of)
            if doubt:
                made.doubts.append(doubt)
            else:
                made.sure.extend(made_of)
        for name in services.names:
            other = self._service_named(name, scope, within)
            self._pieces -= len(other.possible)
            if self._pieces < 0:
                made.possible.append(EVERY_SERVICE)
                made.doubts.append("the groups have too many members")
                break
            made.sure.extend(other.sure)
            made.possible.extend(other.possible)
            made.doubts.extend(other.doubts)
        made.doubts = list(dict.fromkeys(made.doubts))[:MOST_DOUBTS]
        made.sure, made.possible = list(dict.fromkeys(made.sure)), list(dict.fromkeys(made.possible))
        return made.inverted() if services.is_negated else made

    def _service_named(self, name: str, scope: str, within: tuple[str, ...]) -> Kinds:
        key = (scope, name) if (scope, name) in self._services else ("", name)
        if key in self._kinds_of:
            return self._kinds_of[key]
        if name in within:
            return Kinds([], [EVERY_SERVICE], [f"the group {name} contains itself"])
        found = self._services.get(key)
        if found is None and name.casefold() in known.EVERYTHING:
            return Kinds([EVERY_SERVICE], [EVERY_SERVICE])
        if found is None and (shipped := known.service(self._platform, name)):
            return self._of_services(Services(services=list(shipped)), scope, within)
        if found is None or len(within) > DEEPEST:
            return Kinds([], [EVERY_SERVICE], [f"{name} is defined nowhere"])
        made = self._of_services(found.services, scope, (*within, name))
        self._kinds_of[key] = made
        return made


class _Gathered:
    """Addresses while they are gathered."""

    def __init__(self) -> None:
        self._sure: dict[int, list[intervals.Interval]] = {4: [], 6: []}
        self._possible: dict[int, list[intervals.Interval]] = {4: [], 6: []}
        self._doubts: list[str] = []

    def add_pair(self, family: int, low: int, high: int) -> None:
        self._sure[family].append((low, high))
        self._possible[family].append((low, high))

    def add_text(self, text: str, read: Callable[[str], tuple[int, Intervals]]) -> None:
        try:
            family, pieces = read(text)
        except ValueError:
            self.doubt(f"{text} is no address")
            return
        self._sure[family].extend(pieces)
        self._possible[family].extend(pieces)

    def add(self, other: Addresses) -> None:
        for family in (4, 6):
            self._sure[family].extend(other.sure[family])
            self._possible[family].extend(other.possible[family])
        self._doubts.extend(other.doubts)

    def doubt(self, why: str) -> None:
        self._doubts.append(why)
        for family, every in ALL_ADDRESSES.items():
            self._possible[family].extend(every)

    def made(self) -> Addresses:
        return Addresses(
            {family: intervals.union(pairs) for family, pairs in self._sure.items()},
            {family: intervals.union(pairs) for family, pairs in self._possible.items()},
            list(dict.fromkeys(self._doubts))[:MOST_DOUBTS],
        )
