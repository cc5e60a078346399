"""Static routes."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.routing import Route


def _gateway(route: Route) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(route.gateway.partition("%")[0])
    except ValueError:
        return None


def _knows_all(seen: Seen, vrf: str) -> bool:
    """Whether the configuration says all connected networks of a routing table."""
    ports = [one for one in seen.device.interfaces if one.is_enabled and one.vrf == vrf]
    return any(one.addresses for one in ports) and not any(
        one.is_dhcp_client
        or (not one.addresses and (one.kind in ("tunnel", "wireless") or "ppp" in one.name.casefold() or one.mode == "routed"))
        or one.name.casefold().startswith("dialer")
        for one in ports
    )


@check
def gateway_unreachable(seen: Seen, given: Given) -> Iterator[Found]:
    """No network of the device holds a route's gateway."""
    for route in seen.device.routes:
        gateway = _gateway(route)
        if gateway is None or not route.is_enabled or route.is_discard or gateway.is_link_local:
            continue
        if route.interface or not _knows_all(seen, route.vrf) or seen.device.routing:
            continue
        found = seen.table.lookup(gateway, route.vrf)
        others = [one for one in found.entries if one.source != route.source]
        if not found.is_local and not others and seen.lacks("interface", "address"):
            yield seen.found(
                route, f"No network of the device holds the gateway {gateway} of {route.prefix}.", about=str(route.prefix),
                prefix=route.prefix, gateway=gateway,
            )  # fmt: skip


@check
def gateway_is_itself(seen: Seen, given: Given) -> Iterator[Found]:
    """A route leads to an address of the device itself."""
    for route in seen.device.routes:
        gateway = _gateway(route)
        if gateway is not None and route.is_enabled and (own := seen.table.own(gateway, route.vrf)):
            yield seen.found(
                route, f"The gateway of {route.prefix} is the device's own address at {own.name}.", about=str(route.prefix),
                prefix=route.prefix, gateway=gateway,
            )  # fmt: skip


@check
def no_default_route(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing says where packets to everywhere go."""
    if seen.device.routing or any(route.prefix.prefixlen == 0 for route in seen.device.routes):
        return
    ports = [one for one in seen.device.interfaces if one.is_enabled]
    if any(one.is_dhcp_client or "ppp" in one.name.casefold() for one in ports) or not _knows_all(seen, ""):
        return
    if sum(bool(one.addresses) for one in ports if one.kind not in ("loopback", "management")) > 1:
        if seen.lacks("route", "gateway", "dhcp", "network"):
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
