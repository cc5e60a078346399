"""BGP: groups and neighbours."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.paths import Found, Level

BGP = Level[Of[Routing]]("bgp")
GROUP = Level["Group"]("bgp group")
NEIGHBOR = Level["Neighbor"]("bgp neighbor")


@dataclass(slots=True)
class Group:
    """A group of BGP's neighbours: what it says holds for all of them."""

    junos: Junos
    fact: Routing
    name: str
    says: Peer
    members: list[Peer]


@dataclass(slots=True)
class Neighbor:
    """A neighbour of BGP."""

    junos: Junos
    fact: Peer
    context: str


@BGP.opens(GROUP, "group NAME", can_be_off=True)
def _group(of: Of[Routing], found: Found) -> Group:
    name = found["NAME"]
    group = of.junos.thing(
        ("bgp group", name), lambda: Group(of.junos, of.fact, name, Peer(source=found.span, address=name), [])
    )
    return group if found.is_active else Group(of.junos, of.fact, name, Peer(source=found.span, address=name), [])


@GROUP.opens(NEIGHBOR, "neighbor ADDRESS", can_be_off=True)
def _neighbor(group: Group, found: Found) -> Neighbor:
    address = str(ip_address(found["ADDRESS"]))
    context = f"bgp group {group.name} neighbor {address}"

    def make() -> Peer:
        peer = Peer(source=found.span, address=address)
        group.members.append(peer)
        if found.is_active:
            group.fact.peers.append(peer)
        return peer

    return Neighbor(group.junos, group.junos.thing(("bgp neighbor", group.name, address), make), context)


@GROUP.path("allow PREFIX")
def _allow(group: Group, found: Found) -> None:
    if found["PREFIX"] != "all":
        ip_network(found["PREFIX"], strict=False)


@BGP.path("WHAT:(export|import) NAME")
def _bgp_policy(of: Of[Routing], found: Found) -> None:
    of.junos.device.refer("route-map", found["NAME"], found.line, f"bgp {found['WHAT']}", scope=of.junos.scope)


@GROUP.path("WHAT:(export|import) NAME", "family FAMILY KIND WHAT:(export|import) NAME")
def _group_policy(group: Group, found: Found) -> None:
    _names_policy(group.junos, group.says, found, f"bgp group {group.name} {found['WHAT']}")


@NEIGHBOR.path("WHAT:(export|import) NAME")
def _neighbor_policy(to: Neighbor, found: Found) -> None:
    _names_policy(to.junos, to.fact, found, f"{to.context} {found['WHAT']}")


def _names_policy(junos: Junos, peer: Peer, found: Found, context: str) -> None:
    junos.device.refer("route-map", found["NAME"], found.line, context, scope=junos.scope)
    peer.say(found.line, filters=[*peer.filters, f"{found['WHAT']} {found['NAME']}"])


@GROUP.path("peer-as AS")
def _group_as(group: Group, found: Found) -> None:
    group.says.say(found.line, remote_as=found["AS"])


@NEIGHBOR.path("peer-as AS")
def _neighbor_as(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, remote_as=found["AS"])


@GROUP.path("type internal")
def _internal(group: Group, found: Found) -> None:
    group.says.at["internal"] = found.line


@NEIGHBOR.path("description TEXT...")
def _neighbor_description(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, description=found["TEXT"])


@NEIGHBOR.path("authentication-key SECRET", "authentication-key-chain SECRET")
def _neighbor_password(to: Neighbor, found: Found) -> None:
    to.fact.say(found.line, has_password=True)


@GROUP.path("authentication-key SECRET", "authentication-key-chain SECRET")
def _group_password(group: Group, found: Found) -> None:
    group.says.say(found.line, has_password=True)


_BGP_COMMON = (
    "local-address ADDRESS", "local-as", "hold-time", "multihop", "multipath", "family", "cluster ADDRESS",
    "log-updown", "damping", "graceful-restart", "bfd-liveness-detection", "preference", "local-preference NUMBER",
    "metric-out", "remove-private", "as-override", "advertise-peer-as", "no-advertise-peer-as", "advertise-inactive",
    "passive", "ttl", "tcp-mss", "mtu-discovery", "traceoptions", "out-delay", "authentication-algorithm", "keep",
    "vpn-apply-export", "accept-remote-nexthop", "no-client-reflect", "add-path", "outbound-route-filter",
    "advertise-external", "enforce-first-as", "bgp-error-tolerance", "no-aggregator-id", "include-mp-next-hop",
    "disable", "path-selection", "precision-timers", "idle-after-switch-over", "loops", "dynamic-neighbor",
    "hold-down", "shutdown", "allow", "minimum-hold-time", "ipsec-sa", "egress-te", "authentication-key SECRET",
    "no-nexthop-change", "drop-path-attributes", "delay-route-advertisements", "output-queue-priority",
    "send-addpath-optimization", "forwarding-context NAME", "group-split-size", "advertise-bgp-static",
    "advertise-from-main-vpn-tables", "graceful-shutdown", "rfc6514-compliant-safi129", "sends-addpath",
    "traffic-statistics-labeled-path", "bmp", "peer-as-list NAME", "advertise-prefix-sid", "cluster", "rib-sharding",
    "update-threading",
)  # fmt: skip
_HAS_OWN_MEANING = {"authentication-key SECRET", "allow"}
BGP.knows(*_BGP_COMMON, "description TEXT...", "type KIND")
GROUP.knows(*(one for one in _BGP_COMMON if one not in _HAS_OWN_MEANING), "description TEXT...", "type external")
NEIGHBOR.knows(*(one for one in _BGP_COMMON if one not in _HAS_OWN_MEANING))


def finish(junos: Junos) -> None:
    """Give neighbours what their group says."""
    for thing in list(junos.memory.things.values()):
        if isinstance(thing, Group):
            _finish_group(thing)


def _finish_group(group: Group) -> None:
    says = group.says
    for peer in group.members:
        for field in ("remote_as", "has_password", "filters"):
            if field in says.at and not getattr(peer, field):
                peer.say(says.at[field], **{field: getattr(says, field)})
        if not peer.remote_as and "internal" in says.at:
            peer.say(says.at["internal"], remote_as=group.fact.process or "internal")
