"""Addresses that devices give out, and whom they ask for them."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from itertools import pairwise

from engineering_api.audit.checking import Given, check, check_all
from engineering_api.audit.checks.addresses import addressed
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.services import DhcpPool


def _network(pool: DhcpPool) -> IPv4Network | None:
    try:
        found = ip_network(pool.network, strict=False)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def _address(text: str) -> IPv4Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Address) else None


def _pairs(texts: Sequence[str]) -> list[tuple[IPv4Address, IPv4Address]]:
    made = []
    for text in texts:
        low, _, high = text.partition("-")
        first, last = _address(low.strip()), _address((high or low).strip())
        if first is not None and last is not None and first <= last:
            made.append((first, last))
    return made


def _ranges(pool: DhcpPool) -> list[tuple[IPv4Address, IPv4Address]]:
    """The ranges from which it gives; a pool without any gives from its whole network."""
    ranges = _pairs(pool.ranges)
    network = _network(pool)
    if not ranges and not pool.ranges and network is not None and not pool.reservations and network.prefixlen < 31:
        return [(network.network_address + 1, network.broadcast_address - 1)]
    return ranges


def _pools(seen: Seen) -> list[DhcpPool]:
    return [one for one in seen.device.dhcp_pools if one.is_enabled]


@check
def gateway_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """A pool tells hosts a gateway that is not in their network."""
    for pool in _pools(seen):
        network, gateway = _network(pool), _address(pool.gateway)
        if network is not None and gateway is not None and gateway not in network:
            yield seen.found(
                pool.line_of("gateway"), f"The gateway {gateway} of {pool.name} is not in {network}.", about=pool.name,
                pool=pool.name, gateway=gateway,
            )  # fmt: skip


@check
def range_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """A pool gives addresses that are not in its network."""
    for pool in _pools(seen):
        network = _network(pool)
        for first, last in _pairs(pool.ranges) if network is not None else ():
            if first not in network or last not in network:  # type: ignore[operator]
                yield seen.found(
                    pool.line_of("ranges"),
                    f"{first} to {last} of {pool.name} is not all in {network}.",
                    about=pool.name,
                    pool=pool.name,
                )


@check
def range_has_own(seen: Seen, given: Given) -> Iterator[Found]:
    """A pool gives out an address that an interface of the device has."""
    own = {address.value.ip: (interface, address) for interface, address in addressed(seen)}
    for pool in _pools(seen):
        excluded = _pairs(pool.excluded)
        for first, last in _ranges(pool):
            for value, (interface, address) in own.items():
                if value.version != 4 or not first <= value <= last:
                    continue
                if any(low <= value <= high for low, high in excluded):
                    continue
                if not pool.ranges and seen.is_on("cisco_ios"):
                    continue  # its server leaves out its own addresses
                yield seen.found(
                    [pool.line_of("ranges"), address],
                    f"{pool.name} gives out {value}, the address of {interface.name}.",
                    about=pool.name,
                    pool=pool.name,
                    address=value,
                )


@check
def ranges_overlap(seen: Seen, given: Given) -> Iterator[Found]:
    """Two pools of a device give out the same addresses."""
    found = sorted(
        ((first, last, pool) for pool in _pools(seen) for first, last in _ranges(pool)),
        key=lambda one: (one[0], one[1]),
    )
    for (_, last, pool), (first, _, later) in pairwise(found):
        if first <= last and pool is not later and pool.scope == later.scope:
            yield seen.found(
                [later.line_of("ranges"), pool.line_of("ranges")],
                f"{later.name} and {pool.name} both give out {first}.", about=later.name, pool=later.name,
            )  # fmt: skip


@check_all
def relay_unknown(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """Requests are passed on to a server of which no device or network is known."""
    if len(devices) < 2:
        return
    networks = {address.value.network for seen in devices for _, address in addressed(seen)}
    shared = {
        _address(word.split(" ")[0]) for s in devices for one in s.device.interfaces for word in one.virtual_addresses
    }
    for seen in devices:
        for interface in seen.device.interfaces:
            for text in interface.dhcp_relays:
                address = _address(text)
                if address is None or not interface.is_enabled or address in shared or not address.is_private:
                    continue
                if not any(address in one for one in networks if one.version == 4):
                    found = seen.line(interface.source, rf"\b{text.replace('.', chr(92) + '.')}\b")
                    yield seen.found(
                        found[0] if found else interface,
                        f"{interface.name} passes DHCP on to {address}, which is in no network of these devices.",
                        about=f"{interface.name} {address}", interface=interface.name, address=address,
                    )  # fmt: skip
