"""Addresses and subnets, on one device and between those of a site."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address

from engineering_api.audit.checking import Given, check, check_all
from engineering_api.audit.seen import Found, Seen, Spot
from engineering_api.facts.ports import Address, Interface

#: Networks around one with which it is compared; more are told by the others.
_MOST_AROUND = 16

Key = tuple[str, str, IPv4Address | IPv6Address]


def addressed(seen: Seen) -> Iterator[tuple[Interface, Address]]:
    """The addresses of interfaces that are up."""
    for interface in seen.device.interfaces:
        if interface.is_enabled:
            for address in interface.addresses:
                if not address.value.ip.is_link_local and not address.value.ip.is_loopback:
                    yield interface, address


def _last(address: Address) -> int:
    return int(address.value.network.broadcast_address)


def _is_pair(one: Seen, other: Seen) -> bool:
    """Whether two devices may be one: both are part of a pair that shares its addresses, or they have one name."""
    return one.name.casefold() == other.name.casefold() or all(
        any(setting.is_on for setting in seen.settings("high-availability")) for seen in (one, other)
    )


@check
def address_twice(seen: Seen, given: Given) -> Iterator[Found]:
    """Two interfaces of a device have the same address."""
    known: dict[Key, tuple[Interface, Address]] = {}
    for interface, address in addressed(seen):
        key = (interface.scope, interface.vrf, address.value.ip)
        first = known.setdefault(key, (interface, address))
        if first[0].name != interface.name and interface.kind != "tunnel":
            yield seen.found(
                [address, first[1]], f"{address.value.ip} is the address of {interface.name} and of {first[0].name}.",
                about=str(address.value.ip), interface=interface.name, address=address.value.ip,
            )  # fmt: skip


@check
def no_host_address(seen: Seen, given: Given) -> Iterator[Found]:
    """An interface has the address of its network, or that of all hosts in it."""
    for interface, address in addressed(seen):
        value = address.value
        if value.version == 4 and value.network.prefixlen < 31 and value.ip in (
            value.network.network_address, value.network.broadcast_address,
        ):  # fmt: skip
            yield seen.found(
                address, f"{value.ip} is no address of a host in {value.network}.", about=interface.name,
                interface=interface.name, address=value.ip,
            )  # fmt: skip


@check
def subnets_overlap(seen: Seen, given: Given) -> Iterator[Found]:
    """Two interfaces of a device are in overlapping networks; `how` says whether in the same."""
    wanted_same = "same" in given["how"]
    known: dict[tuple[str, str, int], list[tuple[Interface, Address]]] = {}
    for interface, address in addressed(seen):
        if address.value.network.prefixlen < address.value.max_prefixlen - 1 and interface.kind != "management":
            known.setdefault((interface.scope, interface.vrf, address.value.version), []).append((interface, address))
    for found in known.values():
        found.sort(key=lambda one: (int(one[1].value.network.network_address), one[1].value.network.prefixlen))
        around: list[tuple[Interface, Address]] = []
        for interface, address in found:
            network = address.value.network
            around = [one for one in around if _last(one[1]) >= int(network.network_address)][-_MOST_AROUND:]
            for other, theirs in around:
                is_same = theirs.value.network == network
                if other.name in (interface.name, interface.parent) or other.parent == interface.name:
                    continue
                if is_same != wanted_same or theirs.value.ip == address.value.ip:
                    continue
                yield seen.found(
                    [address, theirs],
                    f"{interface.name} is in {network}, and {other.name} in "
                    + ("the same network." if is_same else f"{theirs.value.network}, which overlaps."),
                    about=f"{interface.name} {other.name}", interface=interface.name, network=network,
                )  # fmt: skip
                break
            around.append((interface, address))


@check_all
def address_at_two(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """Two devices of a site have the same address."""
    known: dict[tuple[str, str, str, IPv4Address | IPv6Address], tuple[Seen, Interface, Address]] = {}
    for seen in devices:
        for interface, address in addressed(seen):
            key = (seen.subject.site, interface.scope, interface.vrf, address.value.ip)
            first = known.setdefault(key, (seen, interface, address))
            if first[0] is seen or _is_pair(first[0], seen) or interface.kind == "loopback":
                continue
            if address.value.ip in _shared(first[1]) | _shared(interface):
                continue
            yield Found(
                (seen.spot(address), first[0].spot(first[2])),
                f"{address.value.ip} is the address of {seen.name} {interface.name} and of {first[0].name}"
                f" {first[1].name}.",
                {"interface": interface.name, "address": str(address.value.ip)},
                str(address.value.ip),
            )


def _shared(interface: Interface) -> set[IPv4Address | IPv6Address]:
    words = {one.split(" ")[0] for one in interface.virtual_addresses}
    return {one.value.ip for one in interface.addresses if str(one.value.ip) in words}


@check_all
def masks_differ(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """Two devices of a site are in one network with masks that differ."""
    sites: dict[tuple[str, str, str, int], list[tuple[Seen, Interface, Address]]] = {}
    for seen in devices:
        for interface, address in addressed(seen):
            if address.value.network.prefixlen < address.value.max_prefixlen - 1 and interface.kind != "tunnel":
                key = (seen.subject.site, interface.scope, interface.vrf, address.value.version)
                sites.setdefault(key, []).append((seen, interface, address))
    for found in sites.values():
        found.sort(key=lambda one: (int(one[2].value.network.network_address), one[2].value.network.prefixlen))
        around: list[tuple[Seen, Interface, Address]] = []
        told: set[tuple[object, object]] = set()
        for seen, interface, address in found:
            network = address.value.network
            around = [one for one in around if _last(one[2]) >= int(network.network_address)][-_MOST_AROUND:]
            for other, theirs, its in around:
                pair = (network, its.value.network)
                if its.value.network == network or other is seen or pair in told:
                    continue
                told.add(pair)
                yield Found(
                    (Spot(seen, address.source), Spot(other, its.source)),
                    f"{seen.name} {interface.name} is in {network}, and {other.name} {theirs.name} in"
                    f" {its.value.network}.",
                    {"interface": interface.name, "network": str(network)},
                    f"{network} {its.value.network}",
                )
                break
            around.append((seen, interface, address))
