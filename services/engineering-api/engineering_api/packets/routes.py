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
        self._own: dict[Where, dict[Address, Interface]] = {}
        self._names = {
            alias.casefold(): one.name for one in device.interfaces for alias in (one.alias, one.name) if alias
        }
        self.protocols = tuple(dict.fromkeys(one.protocol for one in device.routing))
        for interface in device.interfaces:
            if interface.is_enabled:
                self._connect(interface)
                self._share(interface)
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
            return Found((), "", False, (f"No connected or static route{where} holds {address}{also}.",))
        steps = [
            f"{len(self._holding(address, at))} of {len(self._entries.get(at, []))} routes{where} hold {address}.",
            f"The longest prefix with the least distance is {best[0].prefix}, {_told(best[0])}.",
        ]
        if self.protocols:
            steps.append(f"Routes that {', '.join(self.protocols)} learns are not in the configuration.")
        return Found(tuple(best), self._leaves(best[0], at, steps), False, tuple(steps))

    def towards(self, address: Address) -> str:
        """The interface behind which an address lies, in whichever table knows it best; "" where none does."""
        found = (self.lookup(address, vrf, scope) for scope, vrf in self._entries)
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
        return [
            one for one in self._entries.get(at, ()) if one.prefix.version == address.version and address in one.prefix
        ]

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
    return 1_000 if found.is_local else found.entries[0].prefix.prefixlen


def _told(entry: Entry) -> str:
    if entry.is_discard:
        return f"which drops packets (line {entry.source.first})"
    towards = f" by {entry.gateway}" if entry.gateway else ""
    leaving = f" on {entry.interface}" if entry.interface else ""
    return f"{entry.kind}{towards}{leaving} (line {entry.source.first})"
