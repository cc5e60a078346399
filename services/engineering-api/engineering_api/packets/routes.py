"""Where a packet goes: the longest prefix among connected and static routes."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route
from engineering_api.packets.packet import Address

#: A static route's gateway may be reached by another static route, and so on; deeper than this is a circle.
DEEPEST = 16

#: A table of routes: a virtual firewall and a VRF of it.
Where = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """A line of the table of routes."""

    prefix: IPv4Network | IPv6Network
    kind: Literal["connected", "static"]
    gateway: str
    interface: str
    distance: int
    source: Span
    is_discard: bool = False
    name: str = ""


@dataclass(frozen=True)
class Found:
    """What the table says of an address.

    `entries` are the best, several where they are equally good. `interface` is where packets leave, "" where the table
    does not say. `is_local`: the address is the device's own. `steps` tell how it was found.
    """

    entries: tuple[Entry, ...]
    interface: str
    is_local: bool
    steps: tuple[str, ...]

    @property
    def is_discard(self) -> bool:
        """Whether packets are dropped."""
        return bool(self.entries) and self.entries[0].is_discard


class Table:
    """The routes of one device that its configuration says: connected and static ones."""

    def __init__(self, device: Device) -> None:
        """Takes its interfaces and routes. Interfaces that are off have no routes."""
        self._entries: dict[Where, list[Entry]] = {}
        self._indexes: dict[Where, tuple[dict[int, set[int]], dict[tuple[int, int, int], list[tuple[int, Entry]]]]] = {}
        self._own: dict[Where, dict[Address, Interface]] = {}
        self._names = {
            alias.casefold(): one.name for one in device.interfaces for alias in (one.alias, one.name) if alias
        }
        #: Interfaces that are given their address, and with it as a rule a default route.
        self._given: dict[Where, list[str]] = {}
        self.protocols = tuple(dict.fromkeys(one.protocol for one in device.routing))
        for interface in device.interfaces:
            if interface.is_enabled:
                self._connect(interface)
                self._share(interface)
                if interface.is_dhcp_client:
                    self._given.setdefault((interface.scope, interface.vrf), []).append(interface.name)
        for route in device.routes:
            if route.is_enabled:
                self._entries.setdefault((route.scope, route.vrf), []).append(self._static(route))

    @property
    def places(self) -> tuple[Where, ...]:
        """The virtual firewalls and VRFs that have routes."""
        return tuple(self._entries)

    def lookup(self, address: Address, vrf: str = "", scope: str = "") -> Found:
        """The best route to an address: the longest prefix, and of these the least distance."""
        at = (scope, vrf)
        where = "".join(f" in {word} {name}" for word, name in (("VRF", vrf), ("virtual firewall", scope)) if name)
        if mine := self._own.get(at, {}).get(address):
            return Found((), mine.name, True, (f"{address} is the device's own address on {mine.name}.",))
        best = self._best(address, at)
        if not best:
            also = f", unless {', '.join(self.protocols)} learns one" if self.protocols else ""
            steps = [f"No connected or static route{where} holds {address}{also}."]
            given = self._given.get(at, []) if address.version == 4 else []
            if len(given) == 1:
                steps.append(f"{given[0]} is given its address by DHCP, and with it as a rule a default route.")
            return Found((), given[0] if len(given) == 1 else "", False, tuple(steps))
        steps = [
            f"{len(self._holding(address, at))} of {len(self._entries.get(at, []))} routes{where} hold {address}.",
            f"The longest prefix with the least distance is {best[0].prefix}, {_told(best[0])}.",
        ]
        if self.protocols:
            steps.append(f"Routes that {', '.join(self.protocols)} learns are not in the configuration.")
        return Found(tuple(best), self._leaves(best[0], at, steps), False, tuple(steps))

    def towards(self, address: Address) -> str:
        """The interface behind which an address lies, in whichever table knows it best; "" where none does."""
        found = (self.lookup(address, vrf, scope) for scope, vrf in dict.fromkeys((*self._entries, *self._given)))
        known = [one for one in found if one.interface]
        return max(known, key=_length).interface if known else ""

    def _connect(self, interface: Interface) -> None:
        for address in interface.addresses:
            value = address.value
            self._own.setdefault((interface.scope, interface.vrf), {})[value.ip] = interface
            self._entries.setdefault((interface.scope, interface.vrf), []).append(
                Entry(value.network, "connected", "", interface.name, 0, address.source)
            )

    def _share(self, interface: Interface) -> None:
        """Addresses that it has together with other devices: "10.0.0.1 vrrp 10"."""
        for text in interface.virtual_addresses:
            try:
                shared = ip_address(text.partition(" ")[0].partition("/")[0])
            except ValueError:
                continue
            self._own.setdefault((interface.scope, interface.vrf), {}).setdefault(shared, interface)

    def _static(self, route: Route) -> Entry:
        return Entry(
            route.prefix,
            "static",
            route.gateway,
            self._names.get(route.interface.casefold(), route.interface),
            1 if route.distance is None else route.distance,
            route.source,
            route.is_discard,
            route.name,
        )

    def _holding(self, address: Address, at: Where) -> list[Entry]:
        lengths, known = self._sorted(at)
        bits, value = address.max_prefixlen, int(address)
        found = [
            one
            for length in lengths.get(address.version, ())
            for one in known.get((address.version, length, value >> (bits - length)), ())
        ]
        found.sort(key=lambda one: one[0])
        return [entry for _, entry in found]

    def _sorted(self, at: Where) -> tuple[dict[int, set[int]], dict[tuple[int, int, int], list[tuple[int, Entry]]]]:
        """The lengths of prefixes by version, and the routes by their prefixes: a table may have many thousands."""
        if at not in self._indexes:
            lengths: dict[int, set[int]] = {}
            known: dict[tuple[int, int, int], list[tuple[int, Entry]]] = {}
            for place, one in enumerate(self._entries.get(at, ())):
                version, length = one.prefix.version, one.prefix.prefixlen
                lengths.setdefault(version, set()).add(length)
                start = int(one.prefix.network_address) >> (one.prefix.max_prefixlen - length)
                known.setdefault((version, length, start), []).append((place, one))
            self._indexes[at] = lengths, known
        return self._indexes[at]

    def _best(self, address: Address, at: Where) -> list[Entry]:
        holding = self._holding(address, at)
        if not holding:
            return []
        rank = min((-one.prefix.prefixlen, one.distance) for one in holding)
        return [one for one in holding if (-one.prefix.prefixlen, one.distance) == rank]

    def _leaves(self, entry: Entry, at: Where, steps: list[str]) -> str:
        """The interface by which packets leave; a gateway is looked up until a connected network holds it."""
        seen: set[str] = set()
        while not entry.interface and entry.gateway and len(seen) < DEEPEST:
            seen.add(entry.gateway)
            try:
                gateway = ip_address(entry.gateway.partition("%")[0])
            except ValueError:
                return ""
            best = self._best(gateway, at)
            if not best or best[0].gateway in seen:
                steps.append(f"No connected network holds the gateway {gateway}.")
                return ""
            entry = best[0]
            steps.append(f"The gateway {gateway} is reached by {entry.prefix}, {_told(entry)}.")
        return entry.interface


def _length(found: Found) -> int:
    return 1_000 if found.is_local else found.entries[0].prefix.prefixlen if found.entries else 0


def _told(entry: Entry) -> str:
    if entry.is_discard:
        return f"which drops packets (line {entry.source.first})"
    towards = f" by {entry.gateway}" if entry.gateway else ""
    leaving = f" on {entry.interface}" if entry.interface else ""
    return f"{entry.kind}{towards}{leaving} (line {entry.source.first})"
