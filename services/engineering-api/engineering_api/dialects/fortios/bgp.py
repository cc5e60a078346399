"""BGP: its peers and what it announces."""

from engineering_api.dialects.fortios.places import Here, Of, known, refer, table
from engineering_api.dialects.fortios.routing import INTERFACES, protocol
from engineering_api.dialects.fortios.values import network, word, words
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("BGP")

_bgp = protocol(SECTIONS, "bgp")
known(
    _bgp,
    "additional-path additional-path-select additional-path-select6 additional-path6 always-compare-med "
    "bestpath-as-path-ignore bestpath-cmp-confed-aspath bestpath-cmp-routerid bestpath-med-confed "
    "bestpath-med-missing-as-worst client-to-client-reflection cluster-id confederation-identifier "
    "confederation-peers cross-family-conditional-adv dampening dampening-max-suppress-time "
    "dampening-reachability-half-life dampening-reuse dampening-route-map dampening-suppress "
    "dampening-unreachability-half-life default-local-preference deterministic-med distance-external "
    "distance-internal distance-local ebgp-multipath enforce-first-as fast-external-failover graceful-end-on-timer "
    "graceful-restart graceful-restart-time graceful-stalepath-time graceful-update-delay holdtime-timer "
    "ibgp-multipath ignore-optional-capability keepalive-timer log-neighbour-changes multipath-recursive-distance "
    "network-import-check recursive-inherit-priority recursive-next-hop scan-time synchronization tag-resolve-mode",
)
_bgp.knows("config (admin-distance|aggregate-address|aggregate-address6|vrf|vrf6|vrf-leak|vrf-leak6)")


@_bgp.line("set as NUMBER")
def _as(of: Of[Routing], found: Found) -> None:
    process = word(found["NUMBER"])
    if not process.replace(".", "", 1).isdigit():
        raise ValueError(process)
    of.fact.say(found.line, process=process)


@table(_bgp, "network", "network6")
def _bgp_network(of: Of[Routing], name: str, found: Found) -> Of[Routing]:
    return of


@_bgp_network.line("set (prefix|prefix6) NETWORK...")
def _bgp_prefix(of: Of[Routing], found: Found) -> None:
    of.fact.networks.append(str(network(found["NETWORK"])))


@_bgp_network.line("set route-map VALUES...")
def _bgp_network_map(of: Of[Routing], found: Found) -> None:
    refer(of, "route-map", found, "bgp network")


known(_bgp_network, "backdoor network-import-check prefix-name")


@table(_bgp, "neighbor", "neighbor-group")
def _peer(of: Of[Routing], name: str, found: Found) -> tuple[Of[Routing], Peer]:
    peer = Peer(source=found.span, address=name, scope=of.fact.scope)
    of.fact.peers.append(peer)
    return of, peer


_Peering = tuple[Of[Routing], Peer]


@_peer.line("set remote-as NUMBER")
def _peer_as(of: _Peering, found: Found) -> None:
    of[1].say(found.line, remote_as=word(found["NUMBER"]))


@_peer.line("set description TEXT...")
def _peer_description(of: _Peering, found: Found) -> None:
    of[1].say(found.span, description=word(found["TEXT"]))


@_peer.line("set password SECRET...")
def _peer_password(of: _Peering, found: Found) -> None:
    of[1].say(found.line, has_password=True)


@_peer.line(
    "set WHAT:(route-map-in|route-map-out|route-map-in6|route-map-out6|route-map-out-preferable|prefix-list-in"
    "|prefix-list-out|prefix-list-in6|prefix-list-out6|distribute-list-in|distribute-list-out|filter-list-in"
    "|filter-list-out|default-originate-routemap|unsuppress-map|route-map-in-vpnv4) VALUES...",
)
def _peer_filter(of: _Peering, found: Found) -> None:
    what = found["WHAT"]
    kinds: dict[str, Kind | tuple[Kind, ...]] = {"prefix": "prefix-list", "distribute": "acl", "filter": "as-path-list"}
    of[1].filters.extend(f"{what} {one}" for one in words(found["VALUES"]))
    refer(of[0], kinds.get(what.partition("-")[0], "route-map"), found, f"bgp neighbor {of[1].address} {what}")


@_peer.line("set (interface|update-source) VALUES...")
def _peer_interface(of: _Peering, found: Found) -> None:
    refer(of[0], INTERFACES, found, f"bgp neighbor {of[1].address}")


known(
    _peer,
    "activate activate-evpn activate-vpnv4 activate6 additional-path additional-path-vpnv4 additional-path6 "
    "adv-additional-path adv-additional-path6 advertisement-interval allowas-in allowas-in-enable allowas-in-enable6 "
    "allowas-in6 as-override as-override6 attribute-unchanged attribute-unchanged6 auth-options bfd "
    "capability-default-originate capability-default-originate6 capability-dynamic capability-graceful-restart "
    "capability-graceful-restart6 capability-orf capability-orf6 capability-route-refresh connect-timer "
    "dont-capability-negotiate ebgp-enforce-multihop ebgp-multihop ebgp-multihop-ttl enforce-first-as holdtime-timer "
    "keep-alive-timer link-down-failover local-as local-as-no-prepend local-as-replace-as maximum-prefix "
    "maximum-prefix-threshold maximum-prefix-warning-only maximum-prefix6 neighbor-group next-hop-self "
    "next-hop-self-rr next-hop-self6 override-capability passive remote-as-filter remove-private-as "
    "remove-private-as6 restart-time retain-stale-time retry-interval route-reflector-client route-reflector-client6 "
    "route-server-client rr-attr-allow-change send-community send-community6 shutdown soft-reconfiguration "
    "soft-reconfiguration6 stale-route strict-capability-match weight",
)
_peer.knows("config (conditional-advertise|conditional-advertise6)")


@table(_bgp, "neighbor-range", "neighbor-range6")
def _range(of: Of[Routing], name: str, found: Found) -> Of[Routing]:
    return of


known(_range, "max-neighbor-num neighbor-group prefix prefix6")
