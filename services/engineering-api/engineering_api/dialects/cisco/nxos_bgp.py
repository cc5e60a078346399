"""BGP of NX-OS, whose neighbours and templates are blocks."""

import re

from engineering_api.dialects.cisco.bgp import words
from engineering_api.dialects.cisco.interior import process, redistribute, route_maps
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("nx-os bgp top")
BGP: Place[At[Routing]] = Place("nx-os bgp")
NEIGHBOR: Place[At[tuple[Routing, Peer]]] = Place("nx-os bgp neighbor")


@TOP.opens(BGP, "router bgp NUMBER")
def _router(reading: Reading, found: Found) -> At[Routing]:
    return At(reading, process(reading, "bgp", found["NUMBER"], found))


@BGP.opens(BGP, "vrf VRF")
def _vrf(at: At[Routing], found: Found) -> At[Routing]:
    return At(at.reading, process(at.reading, "bgp", at.fact.process, found, found["VRF"]))


@BGP.opens(BGP, "address-family REST...")
def _family(at: At[Routing], found: Found) -> At[Routing]:
    return at


@BGP.line("router-id ADDRESS", "router-id NAME NUMBER")
def _router_id(at: At[Routing], found: Found) -> None:
    at.fact.say(found.line, router_id=found["ADDRESS"] or found["NAME"] + found["NUMBER"])


@BGP.line("network ADDRESS mask MASK [REST...]", "network ADDRESS [REST...]")
def _network(at: At[Routing], found: Found) -> None:
    mask = found["MASK"]
    bits = sum(int(part).bit_count() for part in mask.split(".") if part.isdecimal())
    at.fact.networks.append(f"{found['ADDRESS']}/{bits}" if mask else found["ADDRESS"])
    route_maps(at, found)


@BGP.line("redistribute WORDS...")
def _redistribute(at: At[Routing], found: Found) -> None:
    redistribute(at, found)


@BGP.line(
    "(table-map|default-information|dampening|nexthop|aggregate-address|additional-paths) [WORDS...]",
    "(retain|inject-map|advertise-pip|export|import) [WORDS...]",
)
def _maps(at: At[Routing], found: Found) -> None:
    route_maps(at, found)
    if table := re.match(r"table-map (\S+)", found.node.text):
        at.reading.refer("route-map", table[1], found.line, words(at, "table-map"))


@BGP.opens(NEIGHBOR, "neighbor ADDRESS", "neighbor ADDRESS remote-as AS", "neighbor ADDRESS remote-as route-map MAP")
def _neighbor(at: At[Routing], found: Found) -> At[tuple[Routing, Peer]]:
    peer = at.reading.peer(at.fact, found["ADDRESS"], found.span)
    if found["AS"]:
        peer.say(found.line, remote_as=found["AS"])
    at.reading.refer("route-map", found["MAP"], found.line, words(at, "neighbor remote-as"))
    return At(at.reading, (at.fact, peer))


@BGP.opens(NEIGHBOR, "template (peer|peer-session|peer-policy) NAME")
def _template(at: At[Routing], found: Found) -> At[tuple[Routing, Peer]]:
    at.reading.define("template", found["NAME"], found.span)
    peer = at.reading.peers.setdefault((0, found["NAME"]), Peer(source=found.span, address=found["NAME"]))
    return At(at.reading, (at.fact, peer))


BGP.knows_words(
    """
    advertise advertise-system-mac affinity-group allow-vni-in-ethertag bestpath bfd client-to-client cluster-id
    confederation dampen-igp-metric default-metric distance export-gateway-ip
    dynamic-med-interval enforce-first-as event-history evpn exit fast-external-fallover graceful-restart
    graceful-restart-helper host-reachability isolate local-as log-neighbor-changes maxas-limit maximum-paths
    neighbor-down no prefix-peer-timeout rd reconnect-interval route-target shutdown soft-reconfiguration
    suppress-inactive timers vni wait-igp-convergence
    """,
)


@NEIGHBOR.line("remote-as AS", "remote-as route-map NAME")
def _remote_as(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.fact[1].say(found.line, remote_as=found["AS"])
    at.reading.refer("route-map", found["NAME"], found.line, "router bgp neighbor remote-as")


@NEIGHBOR.line("description TEXT...")
def _description(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.fact[1].say(found.line, description=found["TEXT"].strip())


@NEIGHBOR.line("password SECRET...")
def _password(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.fact[1].say(found.line, has_password=True)


@NEIGHBOR.line("update-source NAME [NUMBER]")
def _source(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "router bgp neighbor update-source")


@NEIGHBOR.line("inherit (peer|peer-session) NAME", "inherit peer-policy NAME NUMBER")
def _inherit(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.reading.joins.append((at.fact[1], 0, found["NAME"]))
    at.reading.refer("template", found["NAME"], found.line, "router bgp neighbor inherit")


@NEIGHBOR.opens(NEIGHBOR, "address-family REST...")
def _neighbor_family(at: At[tuple[Routing, Peer]], found: Found) -> At[tuple[Routing, Peer]]:
    return at


def _filter(at: At[tuple[Routing, Peer]], found: Found) -> str:
    text = found.node.text
    if not is_on(found):
        return ""
    at.fact[1].filters.append(text)
    return f"router bgp neighbor {at.fact[1].address} {found['SIDE']}"


@NEIGHBOR.line("route-map NAME SIDE:(in|out)", "(unsuppress-map|default-originate) [route-map] [NAME]")
def _route_map(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.reading.refer("route-map", found["NAME"], found.line, _filter(at, found))


@NEIGHBOR.line("(advertise-map|inject-map) NAME (exist-map|non-exist-map) OTHER")
def _advertise(at: At[tuple[Routing, Peer]], found: Found) -> None:
    for name in (found["NAME"], found["OTHER"]):
        at.reading.refer("route-map", name, found.line, "router bgp neighbor advertise-map")


@NEIGHBOR.line("prefix-list NAME SIDE:(in|out)")
def _prefix_list(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.reading.refer("prefix-list", found["NAME"], found.line, _filter(at, found))


@NEIGHBOR.line("filter-list NAME SIDE:(in|out)")
def _filter_list(at: At[tuple[Routing, Peer]], found: Found) -> None:
    at.reading.refer("as-path-list", found["NAME"], found.line, _filter(at, found))


NEIGHBOR.knows_words(
    """
    additional-paths advertise advertise-gw-ip advertisement-interval affinity-group allowas-in as-override bfd
    bmp-activate-server
    capability default disable-connected-check disable-peer-as-check dont-capability-negotiate dynamic-capability
    ebgp-multihop encapsulation exit graceful-shutdown import label local-as log-neighbor-changes low-memory
    maximum-peers maximum-prefix next-hop-self next-hop-third-party no path-attribute peer-type remove-private-as
    rewrite-evpn-rt-asn route-reflector-client send-community shutdown soft-reconfiguration soo suppress-inactive
    timers transport ttl-security weight
    """,
)


BGP.knows("end", "quit")
