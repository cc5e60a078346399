"""The ends of tunnels: which tunnel of one device is the other end of which of another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from engineering_api.audit.seen import Seen
from engineering_api.facts.ports import Interface
from engineering_api.facts.tunnels import Tunnel


@dataclass(frozen=True)
class End:
    """A tunnel of a device."""

    seen: Seen
    tunnel: Tunnel


def addresses_of(text: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """The address of a peer, which may have a port or a prefix; nothing for names."""
    plain = text.strip().partition("/")[0].strip("[]")
    if plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        return (ip_address(plain),)
    except ValueError:
        return ()


def own_addresses(seen: Seen) -> Iterator[tuple[IPv4Address | IPv6Address, Interface]]:
    """The addresses of a device by which peers may know it: not those for inside only, unless peers are inside."""
    for interface in seen.device.interfaces:
        if interface.is_enabled:
            for address in interface.addresses:
                yield address.value.ip, interface


def pairs(devices: Sequence[Seen]) -> Iterator[tuple[End, End]]:
    """The two ends of each IPsec tunnel of which both are there: each names an address of the other."""
    owners: dict[IPv4Address | IPv6Address, list[Seen]] = {}
    for seen in devices:
        for address, _ in own_addresses(seen):
            owners.setdefault(address, []).append(seen)
    places = {id(seen): number for number, seen in enumerate(devices)}
    towards: dict[tuple[int, int], list[End]] = {}
    for seen in devices:
        for tunnel in _ipsec(seen):
            for other in _owner(owners, tunnel):
                if other is not seen:
                    towards.setdefault((places[id(seen)], places[id(other)]), []).append(End(seen, tunnel))
    for (left, right), ends in towards.items():
        back = towards.get((right, left), [])
        if left < right and len(ends) == 1 and len(back) == 1:
            yield ends[0], back[0]


def one_sided(devices: Sequence[Seen]) -> Iterator[tuple[End, Seen]]:
    """Tunnels to devices that have no tunnel back."""
    owners: dict[IPv4Address | IPv6Address, list[Seen]] = {}
    for seen in devices:
        for address, _ in own_addresses(seen):
            owners.setdefault(address, []).append(seen)
    for seen in devices:
        mine = {address for address, _ in own_addresses(seen)}
        for tunnel in _ipsec(seen):
            for other in _owner(owners, tunnel):
                back = [address for one in other.device.tunnels for address in addresses_of(one.peer)]
                named = all(addresses_of(one.peer) for one in other.device.tunnels if one.kind.startswith("ipsec"))
                open_to_all = any(one.kind == "ipsec-dialin" for one in other.device.tunnels)
                if other is not seen and named and not open_to_all and not mine & set(back):
                    yield End(seen, tunnel), other


def _ipsec(seen: Seen) -> list[Tunnel]:
    return [one for one in seen.device.tunnels if one.kind == "ipsec" and one.is_enabled and one.peer]


def _owner(owners: dict[IPv4Address | IPv6Address, list[Seen]], tunnel: Tunnel) -> list[Seen]:
    """The device that has a peer's address, where a single one has it."""
    found = [one for address in addresses_of(tunnel.peer) for one in owners.get(address, ())]
    return found if len(found) == 1 else []
