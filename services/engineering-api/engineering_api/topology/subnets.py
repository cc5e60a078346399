"""The picture of layer 3: devices that have addresses in the same subnet, and tunnels between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from engineering_api.facts.ports import Address, Interface
from engineering_api.facts.routing import Route
from engineering_api.topology.members import Member, is_private
from engineering_api.topology.model import End, Evidence, Link, Node, Problem, Topology

Network = IPv4Network | IPv6Network

#: How sure a link is: two ends of a subnet that has room for no third; members of a larger one; one that is private,
#: which might be another network of the same numbers; a gateway of which there is no configuration; an end of a tunnel
#: that the other end knows as well, or does not.
_POINT_TO_POINT, _PUBLIC, _PRIVATE, _NEXT_HOP, _TUNNEL, _HALF_TUNNEL = 0.95, 0.9, 0.85, 0.6, 0.95, 0.75
#: Of addresses in a subnet that cannot be one.
_DOUBTFUL = 0.4


@dataclass(frozen=True, slots=True)
class _Place:
    """An address of a device."""

    member: Member
    interface: Interface
    address: Address


@dataclass(slots=True)
class _Subnet:
    """A subnet at a site, with all that is in it."""

    network: Network
    site: str
    places: list[_Place] = field(default_factory=list)
    #: Lines that speak of hosts in it: pools of DHCP, relays.
    hosts: list[Evidence] = field(default_factory=list)

    @property
    def members(self) -> list[Member]:
        return list({place.member.id: place.member for place in self.places}.values())

    @property
    def is_narrow(self) -> bool:
        return self.network.max_prefixlen - self.network.prefixlen <= 2


def layer3(members: Sequence[Member]) -> Topology:
    """The picture of layer 3.

    Loopbacks and interfaces that are off are left out. A subnet is a node if two devices are in it, or one and hosts.
    """
    subnets = _subnets(members)
    picture = Topology(layer="l3", nodes=[member.node() for member in members])
    _draw_subnets(picture, list(subnets.values()))
    _next_hops(picture, members, subnets)
    _tunnels(picture, members)
    picture.problems = [*_duplicates(subnets.values()), *_different_masks(subnets)]
    return picture


def _subnets(members: Sequence[Member]) -> dict[tuple[str, Network], _Subnet]:
    found: dict[tuple[str, Network], _Subnet] = {}
    for member in members:
        for interface in member.device.interfaces:
            if interface.kind == "loopback" or not interface.is_enabled:
                continue
            for address in interface.addresses:
                network = address.value.network
                if network.prefixlen == network.max_prefixlen or network.is_loopback or network.is_link_local:
                    continue
                key = _key(member, network)
                found.setdefault(key, _Subnet(network, key[0])).places.append(_Place(member, interface, address))
    for member in members:
        for network, evidence in _with_hosts(member):
            if subnet := found.get(_key(member, network)):
                subnet.hosts.append(evidence)
    return found


def _key(member: Member, network: Network) -> tuple[str, Network]:
    """Private networks are a site's own; public ones are the same everywhere."""
    return (member.site if is_private(network) else "", network)


def _with_hosts(member: Member) -> list[tuple[Network, Evidence]]:
    found: list[tuple[Network, Evidence]] = []
    for pool in member.device.dhcp_pools:
        try:
            found.append((ip_network(pool.network, strict=False), member.evidence(pool.source)))
        except ValueError:
            continue
    for interface in member.device.interfaces:
        if interface.dhcp_relays:
            where = member.evidence(interface.line_of("dhcp_relays"))
            found.extend((address.value.network, where) for address in interface.addresses)
    return found


def _draw_subnets(picture: Topology, subnets: list[_Subnet]) -> None:
    """Subnets of both families that have the same interfaces are one node, or one link."""
    same: defaultdict[tuple[tuple[str, str], ...], list[_Subnet]] = defaultdict(list)
    for subnet in subnets:
        if len(subnet.members) > 1 or (subnet.hosts and not subnet.is_narrow):
            same[tuple(sorted({(place.member.id, place.interface.name) for place in subnet.places}))].append(subnet)
    for together in same.values():
        if all(subnet.is_narrow or subnet.network.version == 6 for subnet in together) and _is_pair(together):
            picture.links.append(_point_to_point(together))
        else:
            picture.nodes.append(_node(together))
            picture.links.extend(_memberships(picture.nodes[-1], together))


def _is_pair(together: list[_Subnet]) -> bool:
    places = {(place.member.id, place.interface.name) for subnet in together for place in subnet.places}
    narrow = any(subnet.is_narrow for subnet in together)
    return narrow and len(places) == 2 and len({member for member, _ in places}) == 2


def _point_to_point(together: list[_Subnet]) -> Link:
    places = [place for subnet in together for place in subnet.places]
    one = places[0].member
    other = next(place.member for place in places if place.member is not one)
    return Link(
        a=one.id,
        b=other.id,
        kind="point-to-point",
        a_end=_end([place for place in places if place.member is one]),
        b_end=_end([place for place in places if place.member is other]),
        label=", ".join(str(subnet.network) for subnet in together),
        evidence=[place.member.evidence(place.address.source) for place in places],
        confidence=_POINT_TO_POINT,
    )


def _end(places: list[_Place]) -> End:
    return End(
        ports=list(dict.fromkeys(place.interface.name for place in places)),
        addresses=list(dict.fromkeys(str(place.address.value) for place in places)),
    )


def _node(together: list[_Subnet]) -> Node:
    first = together[0]
    prefixes = [str(subnet.network) for subnet in together]
    vlans = sorted({place.interface.vlan for place in first.places if place.interface.vlan is not None})
    names = {vlan.id: vlan.name for member in first.members for vlan in member.device.vlans if vlan.name}
    details = [f"VLAN {vlan} {names.get(vlan, '')}".rstrip() for vlan in vlans]
    if first.hosts:
        details.append("Hosts by DHCP")
    identity = f"subnet:{first.site}:{prefixes[0]}"
    return Node(
        id=identity,
        name=prefixes[0],
        kind="subnet",
        site=first.site or _common_site(first),
        prefixes=prefixes,
        details=details,
    )


def _common_site(subnet: _Subnet) -> str:
    sites = {member.site for member in subnet.members}
    return sites.pop() if len(sites) == 1 else ""


def _memberships(node: Node, together: list[_Subnet]) -> list[Link]:
    is_doubtful = any(_is_doubtful(subnet) for subnet in together)
    by_port: defaultdict[tuple[str, str], list[_Place]] = defaultdict(list)
    for subnet in together:
        for place in subnet.places:
            by_port[place.member.id, place.interface.name].append(place)
    return [
        Link(
            a=member,
            b=node.id,
            kind="member",
            a_end=_end(places),
            evidence=[place.member.evidence(place.address.source) for place in places],
            confidence=_DOUBTFUL if is_doubtful else _PRIVATE if is_private(together[0].network) else _PUBLIC,
        )
        for (member, _), places in by_port.items()
    ]


def _is_doubtful(subnet: _Subnet) -> bool:
    """Whether an address is there twice: then there are rather two networks with the same numbers."""
    if not is_private(subnet.network):
        return False
    owners: defaultdict[IPv4Address | IPv6Address, set[tuple[str, str]]] = defaultdict(set)
    for place in subnet.places:
        if not place.address.is_secondary:
            owners[place.address.value.ip].add((place.member.id, place.interface.vrf))
    return any(len(found) > 1 for found in owners.values())


def _next_hops(picture: Topology, members: Sequence[Member], subnets: dict[tuple[str, Network], _Subnet]) -> None:
    """Gateways of routes that are in a subnet of the device and belong to no device of the picture."""
    known = {(place.address.value.ip, subnet.site) for subnet in subnets.values() for place in subnet.places}
    drawn = {(node.site, node.prefixes[0]): node for node in picture.nodes if node.prefixes}
    hops: dict[str, Node] = {}
    links: dict[tuple[str, str, str], Link] = {}
    for member in members:
        own = _places_of(member, subnets)
        for gateway, route in _gateways(member).items():
            found = next(((subnet, place) for subnet, place in own if _holds(subnet.network, gateway)), None)
            if found is None or (gateway, found[0].site) in known:
                continue
            subnet, place = found
            hop = _hop(route, gateway, subnet)
            hops.setdefault(hop.id, hop)
            shared = drawn.get((subnet.site or _common_site(subnet), str(subnet.network)))
            link = Link(
                a=shared.id if shared else member.id,
                b=hop.id,
                kind="next-hop",
                a_end=End() if shared else _end([place]),
                b_end=End(addresses=[str(gateway)]),
                confidence=_NEXT_HOP,
            )
            links.setdefault((link.a, link.b, str(gateway)), link).evidence.append(member.evidence(route.source))
    picture.nodes.extend(hops.values())
    picture.links.extend(links.values())


def _places_of(member: Member, subnets: dict[tuple[str, Network], _Subnet]) -> list[tuple[_Subnet, _Place]]:
    """The subnets that a device is in, the smallest first."""
    found: dict[tuple[str, Network], tuple[_Subnet, _Place]] = {}
    for interface in member.device.interfaces:
        for address in interface.addresses:
            key = _key(member, address.value.network)
            if interface.is_enabled and (subnet := subnets.get(key)):
                found.setdefault(key, (subnet, _Place(member, interface, address)))
    return sorted(found.values(), key=lambda pair: -pair[0].network.prefixlen)


def _gateways(member: Member) -> dict[IPv4Address | IPv6Address, Route]:
    """The gateways of a device, each with a route by it: the default route if there is one."""
    found: dict[IPv4Address | IPv6Address, Route] = {}
    for route in member.device.routes:
        address = _address(route.gateway) if route.is_enabled and not route.is_discard else None
        if address is not None and (address not in found or route.prefix.prefixlen == 0):
            found[address] = route
    return found


def _holds(network: Network, address: IPv4Address | IPv6Address) -> bool:
    return address.version == network.version and address in network


def _hop(route: Route, gateway: IPv4Address | IPv6Address, subnet: _Subnet) -> Node:
    """The Internet for a default route to a public address, else a router of which nothing else is known."""
    if route.prefix.prefixlen == 0 and not is_private(gateway):
        return Node(id="outside", name="Internet", kind="outside")
    return Node(
        id=f"hop:{subnet.site}:{gateway}",
        name=str(gateway),
        kind="host",
        role="router",
        site=subnet.site,
        details=["Known as a next hop only"],
    )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _tunnels(picture: Topology, members: Sequence[Member]) -> None:
    """Tunnels whose far end is an address of another device."""
    owners: dict[str, Member] = {}
    for member in members:
        for interface in member.device.interfaces:
            for address in interface.addresses:
                if not (is_private(address.value.ip) and member.site):
                    owners.setdefault(str(address.value.ip), member)
    links: dict[tuple[str, str], Link] = {}
    for member in members:
        for tunnel in member.device.tunnels:
            peer = owners.get(tunnel.peer.rsplit(":", 1)[0] if tunnel.peer.count(":") == 1 else tunnel.peer)
            if peer is None or peer is member or not tunnel.is_enabled:
                continue
            evidence = member.evidence(tunnel.source)
            if back := links.get((peer.id, member.id)):
                back.b_end = End(ports=back.b_end.ports or [tunnel.name])
                back.confidence = _TUNNEL
                back.evidence.append(evidence)
            elif (member.id, peer.id) not in links:
                links[member.id, peer.id] = Link(
                    a=member.id, b=peer.id, kind="tunnel", a_end=End(ports=[tunnel.name]), label=tunnel.kind,
                    evidence=[evidence], confidence=_HALF_TUNNEL,
                )  # fmt: skip
    picture.links.extend(links.values())


def _duplicates(subnets: Iterable[_Subnet]) -> list[Problem]:
    found: list[Problem] = []
    for subnet in subnets:
        by_address: defaultdict[IPv4Address | IPv6Address, list[_Place]] = defaultdict(list)
        for place in subnet.places:
            by_address[place.address.value.ip].append(place)
        for address, places in by_address.items():
            owners = {place.member.id: place.member.title for place in places}
            # An address that moves between the halves of a pair is secondary on both.
            if len(owners) > 1 and not all(place.address.is_secondary for place in places):
                text = f"{address} is on {' and on '.join(owners.values())}"
                evidence = [place.member.evidence(place.address.source) for place in places]
                found.append(Problem(kind="duplicate-address", text=text, evidence=evidence))
    return found


def _different_masks(subnets: dict[tuple[str, Network], _Subnet]) -> list[Problem]:
    """Two devices that are in the same place of the address space, and take its size to be different."""
    lengths = sorted({network.prefixlen for _, network in subnets})
    found: list[Problem] = []
    for (site, network), subnet in subnets.items():
        for length in lengths:
            if length >= network.prefixlen:
                break
            wider = subnets.get((site, network.supernet(new_prefix=length)))
            if wider is None:
                continue
            one, other = wider.places[0], subnet.places[0]
            if one.member is not other.member:
                text = f"{one.member.title} has {one.address.value}, {other.member.title} has {other.address.value}"
                evidence = [place.member.evidence(place.address.source) for place in (one, other)]
                found.append(Problem(kind="different-masks", text=text, evidence=evidence))
    return found
