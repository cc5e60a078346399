"""Static routes."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _gateway(route: Route) -> Address | None:
    try:
        return ip_address(route.gateway.partition("%")[0])
    except ValueError:
        return None


def _knows_all(seen: Seen, vrf: str) -> bool:
    """Whether the configuration says all connected networks of a routing table."""
    ports = [one for one in seen.device.interfaces if one.is_enabled and one.vrf == vrf]
    return any(one.addresses for one in ports) and not any(
        one.is_dhcp_client
        or (
            not one.addresses
            and (one.kind in ("tunnel", "wireless") or "ppp" in one.name.casefold() or one.mode == "routed")
        )
        or one.name.casefold().startswith("dialer")
        for one in ports
    )


class _Networks:
    """The networks to which a device knows a way: quick to ask, however many routes there are."""

    def __init__(self, seen: Seen) -> None:
        self.own: dict[tuple[str, str, Address], Interface] = {}
        self._connected: set[tuple[str, str, int]] = set()
        self._counts: Counter[tuple[str, str, Network]] = Counter()
        self._lengths: dict[tuple[str, str, int], set[int]] = {}
        for interface in seen.device.interfaces:
            for address in interface.addresses if interface.is_enabled else ():
                self.own[interface.scope, interface.vrf, address.value.ip] = interface
                self._connected.add((interface.scope, interface.vrf, address.value.version))
                self._add(interface.scope, interface.vrf, address.value.network)
        for route in seen.device.routes:
            if route.is_enabled:
                self._add(route.scope, route.vrf, route.prefix)

    def _add(self, scope: str, vrf: str, network: Network) -> None:
        self._counts[scope, vrf, network] += 1
        self._lengths.setdefault((scope, vrf, network.version), set()).add(network.prefixlen)

    def has(self, address: Address, route: Route) -> bool:
        """Whether any interface has an address of the family: else they are given some way that is not told."""
        return (route.scope, route.vrf, address.version) in self._connected

    def holds(self, address: Address, route: Route) -> bool:
        """Whether anything but the route itself leads to an address."""
        for length in self._lengths.get((route.scope, route.vrf, address.version), ()):
            network = ip_network((address, length), strict=False)
            if self._counts[route.scope, route.vrf, network] > (network == route.prefix):
                return True
        return False


@check
def gateway_unreachable(seen: Seen, given: Given) -> Iterator[Found]:
    """No network of the device holds a route's gateway."""
    if seen.device.routing or not seen.lacks("interface", "address", "vlan"):
        return
    networks = _Networks(seen)
    whole = {vrf: _knows_all(seen, vrf) for vrf in {route.vrf for route in seen.device.routes}}
    for route in seen.device.routes:
        gateway = _gateway(route)
        if gateway is None or not route.is_enabled or route.is_discard or gateway.is_link_local or route.interface:
            continue
        if whole[route.vrf] and networks.has(gateway, route) and not networks.holds(gateway, route):
            yield seen.found(
                route,
                f"No network of the device holds the gateway {gateway} of {route.prefix}.",
                about=str(route.prefix),
                prefix=route.prefix,
                gateway=gateway,
            )


@check
def gateway_is_itself(seen: Seen, given: Given) -> Iterator[Found]:
    """A route leads to an address of the device itself."""
    own = _Networks(seen).own
    for route in seen.device.routes:
        gateway = _gateway(route)
        if gateway is not None and route.is_enabled and (at := own.get((route.scope, route.vrf, gateway))):
            yield seen.found(
                route,
                f"The gateway of {route.prefix} is the device's own address at {at.name}.",
                about=str(route.prefix),
                prefix=route.prefix,
                gateway=gateway,
            )


@check
def no_default_route(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing says where packets to everywhere go."""
    if seen.device.routing or any(route.prefix.prefixlen == 0 for route in seen.device.routes):
        return
    ports = [one for one in seen.device.interfaces if one.is_enabled]
    if any(one.is_dhcp_client or "ppp" in one.name.casefold() for one in ports) or not _knows_all(seen, ""):
        return
    inner = [one for one in ports if one.addresses and one.kind not in ("loopback", "management")]
    if len(inner) > 1 and seen.lacks("route", "gateway", "dhcp", "network"):
        yield seen.missing("There is no default route, and nothing from which one is learnt.")


@check
def two_default_routes(seen: Seen, given: Given) -> Iterator[Found]:
    """Two default routes are equally good."""
    known: dict[tuple[str, str, int, int], Route] = {}
    for route in seen.device.routes:
        if route.prefix.prefixlen or not route.is_enabled or route.is_discard:
            continue
        key = (route.scope, route.vrf, route.prefix.version, 1 if route.distance is None else route.distance)
        first = known.setdefault(key, route)
        if (first.gateway, first.interface) != (route.gateway, route.interface):
            yield seen.found(
                [route, first], f"The default routes by {route.gateway or route.interface} and by"
                f" {first.gateway or first.interface} are equally good.",
                about=f"{route.vrf} {route.gateway}", gateway=route.gateway, interface=route.interface,
            )  # fmt: skip
