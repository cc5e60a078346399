"""Routes, routing protocols, and the policies that filter what they learn and tell."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.routing import Peer, Route, Routing
from engineering_api.reading.paths import Found, Level

PROTOCOLS = Level[Edge]("protocols")
ROUTE = Level["Destination"]("static route")
HOP = Level[Of[Route]]("next hop")
PROCESS = Level[Of[Routing]]("routing process")
NEIGHBOR = Level["Neighbor"]("bgp neighbor")
POLICY = Level[Edge]("policy")
LIST = Level[None]("list")


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
    "area AREA network PREFIX",
    "network PREFIX",
    "address-family FAMILY network PREFIX",
    "network PREFIX backdoor",
    "network PREFIX route-map NAME",
)
@PROCESS.path("address-family FAMILY network PREFIX backdoor", "address-family FAMILY network PREFIX route-map NAME")
def _network(of: Of[Routing], found: Found) -> None:
    prefix = str(ip_network(found["PREFIX"], strict=False))
    of.fact.networks.append(f"{prefix} area {found['AREA']}" if found["AREA"] else prefix)
    if found["NAME"]:
        of.edge.device.refer("route-map", found["NAME"], found.line, f"{of.fact.protocol} network {prefix}")


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


_SOURCE = "SOURCE:(connected|static|kernel|rip|ripng|ospf|ospfv3|bgp|isis|eigrp|babel|nhrp|openfabric|table)"


@PROCESS.path(f"redistribute {_SOURCE}", f"address-family FAMILY redistribute {_SOURCE}")
@PROCESS.path(f"redistribute {_SOURCE} WHAT:(metric|metric-type|route-map|table) VALUE")
@PROCESS.path(f"address-family FAMILY redistribute {_SOURCE} WHAT:(metric|metric-type|route-map|table) VALUE")
def _redistribute(of: Of[Routing], found: Found) -> None:
    if found["SOURCE"] not in of.fact.redistributes:
        of.fact.redistributes.append(found["SOURCE"])
    if found["WHAT"] == "route-map":
        of.edge.device.refer("route-map", found["VALUE"], found.line, f"{of.fact.protocol} redistribute")


PROCESS.knows(
    "default-information", "default-metric", "log-adjacency-changes", "auto-cost", "distance",
    "timers", "refresh", "access-list", "max-metric", "mpls-te", "passive-interface-exclude", "neighbor",
    "update-delay", "distribute-list", "route", "listen", "maximum-paths", "aggregate-address",
    "peer-group", "capability", "segment-routing", "net", "level", "metric-style", "version", "network-distance",
    "bfd", "no-redistribute", "dynamic", "graceful-restart", "aggregation", "summary-address", "ldp-sync", "dump",
    "lsp-mtu",
)  # fmt: skip


PROCESS.knows_only(
    "area AREA", "area AREA area-type", "area AREA area-type (normal|stub|nssa)",
    "area AREA area-type (stub|nssa) no-summary", "area AREA area-type (stub|nssa) (default-cost|translate) VALUE",
    "area AREA (authentication|shortcut|export-list|import-list) VALUE", "area AREA range PREFIX",
    "area AREA range PREFIX (cost|substitute) VALUE", "area AREA range PREFIX not-advertise", "redistribute",
    "area AREA virtual-link ADDRESS", "area AREA virtual-link ADDRESS OPTION...", "parameters",
    "parameters (abr-type|cluster-id|scan-time|log-adjacency-changes) VALUE", "parameters rfc1583-compatibility",
    "parameters (opaque-lsa|always-compare-med|deterministic-med|enforce-first-as|log-neighbor-changes)",
    "parameters (network-import-check|no-client-to-client-reflection|no-fast-external-failover|default)",
    "parameters (no-hard-administrative-reset|ebgp-requires-policy|minimum-holdtime|reject-as-sets|shutdown)",
    "parameters (suppress-fib-pending|labeled-unicast|fast-convergence|graceful-shutdown|no-ipv6-auto-ra)",
    "parameters (confederation|dampening|distance|graceful-restart|bestpath|conditional-advertisement) OPTION...",
    "parameters (graceful-restart|dampening)", "parameters default local-pref NUMBER",
    "parameters default no-ipv4-unicast", "address-family FAMILY",
    "address-family FAMILY (aggregate-address|maximum-paths|distance|export|import|label) OPTION...",
    "address-family FAMILY (rd|route-map|route-target) OPTION...",
    "address-family FAMILY (advertise|vni|advertise-all-vni|advertise-default-gw|advertise-svi-ip) OPTION...",
    "address-family FAMILY (advertise-all-vni|advertise-default-gw|advertise-svi-ip|redistribute|network|nexthop)",
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


@POLICY.opens(LIST, f"KIND:({'|'.join(one for one in _KINDS if one != 'route-map')}) NAME")
def _list(edge: Edge, found: Found) -> None:
    edge.device.define(_KINDS[found["KIND"]], found["NAME"], found.span)  # type: ignore[arg-type]


LIST.knows_only(
    "description TEXT...", "rule NUMBER", "rule NUMBER (action|prefix|le|ge|regex|regexp) VALUE...",
    "rule NUMBER description TEXT...", "rule NUMBER (source|destination)",
    "rule NUMBER (source|destination) (any|exact-match)",
    "rule NUMBER (source|destination) (host|network|inverse-mask) VALUE",
)  # fmt: skip


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
