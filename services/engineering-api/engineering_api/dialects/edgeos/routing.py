"""Routes, routing protocols, and the policies that filter what they learn and tell."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.routing import Peer, Route, Routing
from engineering_api.reading.paths import Found, Level, anything

PROTOCOLS = Level[Edge]("protocols")
ROUTE = Level["Destination"]("static route")
HOP = Level[Of[Route]]("next hop")
PROCESS = Level[Of[Routing]]("routing process")
NEIGHBOR = Level["Neighbor"]("bgp neighbor")
POLICY = Level[Edge]("policy")


@dataclass(slots=True)
class Destination:
    """A prefix, of whose routes each next hop is one."""

    edge: Edge
    prefix: str
    table: str


@dataclass(slots=True)
class Neighbor:
    """A neighbour of BGP."""

    edge: Edge
    fact: Peer


@PROTOCOLS.opens(ROUTE, "static (route|route6|interface-route|interface-route6) PREFIX")
@PROTOCOLS.opens(ROUTE, "static table TABLE (route|route6|interface-route|interface-route6) PREFIX")
def _route(edge: Edge, found: Found) -> Destination:
    return Destination(edge, str(ip_network(found["PREFIX"], strict=False)), found["TABLE"])


@ROUTE.opens(HOP, "next-hop ADDRESS", "WHAT:(blackhole|reject|unreachable)", can_be_off=True)
@ROUTE.opens(HOP, "(next-hop-interface|interface) INTERFACE", can_be_off=True)
def _hop(to: Destination, found: Found) -> Of[Route]:
    gateway = str(ip_address(found["ADDRESS"])) if found["ADDRESS"] else ""
    interface, edge = found["INTERFACE"], to.edge

    def make() -> Route:
        route = Route(
            source=found.span, prefix=ip_network(to.prefix), gateway=gateway, interface=interface,
            vrf=f"table {to.table}" if to.table else "", is_discard=bool(found["WHAT"]),
        )  # fmt: skip
        edge.device.routes.append(route)
        return route

    if interface:
        edge.uses_interface(interface, found.line, f"static route {to.prefix}")
    return Of(edge, edge.thing(("route", to.table, to.prefix, gateway or interface or found["WHAT"]), make))


@HOP.path("distance NUMBER")
def _distance(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, distance=int(found["NUMBER"]))


@HOP.path("description TEXT...")
def _route_description(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, name=found["TEXT"])


@HOP.path("interface NAME")
def _hop_interface(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, interface=found["NAME"])
    of.edge.uses_interface(found["NAME"], found.line, "static route interface")


@HOP.path("disable")
def _route_disable(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, is_enabled=False)


HOP.knows("bfd", "vrf NAME", "segments", "tag")
ROUTE.knows("dhcp-interface NAME", "description TEXT...", "tag")


@PROTOCOLS.opens(PROCESS, "PROTOCOL:(ospf|ospfv3|rip|ripng|isis|eigrp|babel)")
def _process(edge: Edge, found: Found) -> Of[Routing]:
    return Of(edge, edge.routing(found["PROTOCOL"], found.span))


@PROTOCOLS.opens(PROCESS, "bgp")
def _bgp(edge: Edge, found: Found) -> Of[Routing]:
    return Of(edge, edge.routing("bgp", found.span))


@PROCESS.opens(PROCESS, "AS")
def _number(of: Of[Routing], found: Found) -> Of[Routing]:
    """EdgeOS and older VyOS have the number after "bgp"."""
    of.fact.say(found.line, process=str(int(found["AS"])))
    return of


@PROCESS.path("system-as AS")
def _system_as(of: Of[Routing], found: Found) -> None:
    of.fact.say(found.line, process=str(int(found["AS"])))


@PROCESS.path("parameters router-id ADDRESS", "router-id ADDRESS")
def _router_id(of: Of[Routing], found: Found) -> None:
    of.fact.say(found.line, router_id=str(ip_address(found["ADDRESS"])))


@PROCESS.path(
    "area AREA network PREFIX", "network PREFIX", "address-family FAMILY network PREFIX", "network PREFIX OPTION..."
)
@PROCESS.path("address-family FAMILY network PREFIX OPTION...")
def _network(of: Of[Routing], found: Found) -> None:
    prefix = str(ip_network(found["PREFIX"], strict=False))
    of.fact.networks.append(f"{prefix} area {found['AREA']}" if found["AREA"] else prefix)


@PROCESS.path("interface NAME area AREA", "area AREA interface NAME")
def _interface_area(of: Of[Routing], found: Found) -> None:
    of.edge.uses_interface(found["NAME"], found.line, f"{of.fact.protocol} interface")
    of.fact.networks.append(f"{found['NAME']} area {found['AREA']}")


@PROCESS.path("interface NAME", "interface NAME OPTION...")
def _interface(of: Of[Routing], found: Found) -> None:
    of.edge.uses_interface(found["NAME"], found.line, f"{of.fact.protocol} interface")
    if found["OPTION"].startswith("passive") and found["NAME"] not in of.fact.passive:
        of.fact.passive.append(found["NAME"])


@PROCESS.path("passive-interface NAME")
def _passive(of: Of[Routing], found: Found) -> None:
    of.fact.passive.append(found["NAME"])
    if found["NAME"] != "default":
        of.edge.uses_interface(found["NAME"], found.line, f"{of.fact.protocol} passive-interface")


@PROCESS.path("redistribute SOURCE", "address-family FAMILY redistribute SOURCE", "redistribute SOURCE OPTION...")
@PROCESS.path("address-family FAMILY redistribute SOURCE OPTION...")
def _redistribute(of: Of[Routing], found: Found) -> None:
    if found["SOURCE"] not in of.fact.redistributes:
        of.fact.redistributes.append(found["SOURCE"])
    what, _, name = found["OPTION"].partition(" ")
    if what == "route-map":
        of.edge.device.refer("route-map", name, found.line, f"{of.fact.protocol} redistribute")


PROCESS.knows(
    "area", "parameters", "default-information", "default-metric", "log-adjacency-changes", "auto-cost", "distance",
    "timers", "refresh", "access-list", "max-metric", "mpls-te", "passive-interface-exclude", "neighbor",
    "update-delay", "distribute-list", "route", "listen", "address-family", "maximum-paths", "aggregate-address",
    "peer-group", "capability", "segment-routing", "net", "level", "metric-style", "version", "network-distance",
    "bfd", "no-redistribute", "dynamic", "graceful-restart", "aggregation", "summary-address", "ldp-sync", "dump",
    "lsp-mtu",
)  # fmt: skip


@PROCESS.opens(NEIGHBOR, "neighbor ADDRESS")
def _neighbor(of: Of[Routing], found: Found) -> Neighbor:
    """A neighbour of OSPF or RIP is an address without anything below; those are known, and no peers."""
    address, edge = found["ADDRESS"], of.edge

    def make() -> Peer:
        peer = Peer(source=found.span, address=address)
        if of.fact.protocol == "bgp":
            of.fact.peers.append(peer)
        return peer

    return Neighbor(edge, edge.thing(("neighbor", of.fact.protocol, address), make))


@NEIGHBOR.path("remote-as AS")
def _remote_as(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, remote_as=found["AS"])


@NEIGHBOR.path("description TEXT...")
def _neighbor_description(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, description=found["TEXT"])


@NEIGHBOR.path("password SECRET")
def _neighbor_password(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, has_password=True)


@NEIGHBOR.path("WHAT:(route-map|prefix-list|filter-list|distribute-list) DIRECTION:(export|import) NAME")
@NEIGHBOR.path(
    "address-family FAMILY WHAT:(route-map|prefix-list|filter-list|distribute-list) DIRECTION:(export|import) NAME"
)
def _filter(to: Neighbor, found: Found) -> None:
    kind = {"route-map": "route-map", "prefix-list": "prefix-list", "filter-list": "as-path-list"}.get(
        found["WHAT"], "acl"
    )
    to.edge.device.refer(kind, found["NAME"], found.line, f"bgp neighbor {to.fact.address} {found['DIRECTION']}")  # type: ignore[arg-type]
    to.fact.filters.append(f"{found['DIRECTION']} {found['NAME']}")


NEIGHBOR.knows(
    "update-source", "ebgp-multihop", "soft-reconfiguration", "nexthop-self", "address-family", "timers",
    "default-originate", "maximum-prefix", "allowas-in", "advertisement-interval", "weight", "peer-group NAME",
    "shutdown", "remove-private-as", "route-reflector-client", "local-as", "attribute-unchanged", "capability",
    "disable-connected-check", "disable-send-community", "override-capability", "passive", "port",
    "strict-capability-match", "ttl-security", "unsuppress-map", "bfd", "interface", "disable-capability-negotiation",
    "graceful-restart", "solo", "priority", "poll-interval", "as-override", "enforce-first-as", "send-community",
)  # fmt: skip
PROTOCOLS.knows(
    "static arp", "igmp-proxy", "pim", "pim6", "igmp", "mld", "bfd", "mpls", "rpki", "nhrp", "segment-routing",
    "failover", "openfabric", "static neighbor-proxy", "static multicast", "static mroute",
    "static table TABLE description", "static table TABLE mark", "static route-map",
)  # fmt: skip

_KINDS = {
    "prefix-list": "prefix-list",
    "prefix-list6": "prefix-list",
    "route-map": "route-map",
    "access-list": "acl",
    "access-list6": "acl",
    "as-path-list": "as-path-list",
    "community-list": "community-list",
    "extcommunity-list": "community-list",
    "large-community-list": "community-list",
}


@POLICY.opens(anything(), f"KIND:({'|'.join(one for one in _KINDS if one != 'route-map')}) NAME")
def _list(edge: Edge, found: Found) -> None:
    edge.device.define(_KINDS[found["KIND"]], found["NAME"], found.span)  # type: ignore[arg-type]


MAP = Level[tuple[Edge, str]]("route-map")


@POLICY.opens(MAP, "route-map NAME")
def _route_map(edge: Edge, found: Found) -> tuple[Edge, str]:
    edge.device.define("route-map", found["NAME"], found.span)
    return edge, found["NAME"]


@MAP.path("rule NUMBER match (ip|ipv6) (address|nexthop|peer|route-source) WHAT:(prefix-list|access-list) NAME")
def _match_list(owner: tuple[Edge, str], found: Found) -> None:
    kind = "acl" if found["WHAT"] == "access-list" else "prefix-list"
    owner[0].device.refer(kind, found["NAME"], found.line, f"route-map {owner[1]} rule {found['NUMBER']} match")  # type: ignore[arg-type]


@MAP.path("rule NUMBER match as-path NAME")
def _match_path(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].device.refer(
        "as-path-list", found["NAME"], found.line, f"route-map {owner[1]} rule {found['NUMBER']} match"
    )


@MAP.path("rule NUMBER match community community-list NAME", "rule NUMBER match (large-community|extcommunity) NAME")
@MAP.path("rule NUMBER match large-community large-community-list NAME")
def _match_community(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].device.refer(
        "community-list", found["NAME"], found.line, f"route-map {owner[1]} rule {found['NUMBER']} match"
    )


@MAP.path("rule NUMBER match interface NAME")
def _match_interface(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].uses_interface(found["NAME"], found.line, f"route-map {owner[1]} rule {found['NUMBER']} match")


@MAP.path("rule NUMBER call NAME")
def _call(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].device.refer("route-map", found["NAME"], found.line, f"route-map {owner[1]} rule {found['NUMBER']} call")


MAP.knows(
    "description TEXT...", "rule NUMBER action", "rule NUMBER description", "rule NUMBER set", "rule NUMBER on-match",
    "rule NUMBER continue", "rule NUMBER match metric", "rule NUMBER match tag", "rule NUMBER match origin",
    "rule NUMBER match peer", "rule NUMBER match source-vrf", "rule NUMBER match local-preference",
    "rule NUMBER match rpki", "rule NUMBER match community", "rule NUMBER match protocol",
    "rule NUMBER match ip address prefix-len", "rule NUMBER match ip nexthop address", "rule NUMBER match evpn",
    "rule NUMBER match ip nexthop type",
)  # fmt: skip


#: Policy routing marks packets; a packet test could not follow it.
POLICY.knows("local-route", "local-route6", "route NAME", "route6 NAME")
