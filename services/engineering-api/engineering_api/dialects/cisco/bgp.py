"""BGP."""

import re

from engineering_api.dialects.cisco.interior import process, redistribute, route_maps
from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("bgp top")
BGP: Place[At[Routing]] = Place("bgp")


def words(at: At[Routing], use: str) -> str:
    """For what a line of BGP uses a name."""
    return f"router bgp {at.fact.process} {use}"


@TOP.opens(BGP, "router bgp NUMBER")
def _router(reading: Reading, found: Found) -> At[Routing]:
    return At(reading, process(reading, "bgp", found["NUMBER"], found))


@BGP.opens(
    BGP,
    "address-family FAMILY [(unicast|multicast|labeled-unicast|evpn|vpls|mdt|mvpn|flowspec|tunnel)] [vrf VRF]",
)
def _family(at: At[Routing], found: Found) -> At[Routing]:
    return At(at.reading, process(at.reading, "bgp", at.fact.process, found, found["VRF"])) if found["VRF"] else at


@BGP.line("[bgp] router-id ADDRESS", "bgp router-id interface ADDRESS", "router-id ADDRESS")
def _router_id(at: At[Routing], found: Found) -> None:
    at.fact.say(found.line, router_id=found["ADDRESS"])


@BGP.line("network ADDRESS mask MASK [WORDS...]", "network ADDRESS [WORDS...]")
def _network(at: At[Routing], found: Found) -> None:
    mask = found["MASK"]
    bits = sum(int(part).bit_count() for part in mask.split(".")) if re.fullmatch(r"\d+(\.\d+){3}", mask) else 0
    at.fact.networks.append(f"{found['ADDRESS']}/{bits}" if mask else found["ADDRESS"])
    route_maps(at, found)


@BGP.line("redistribute WORDS...")
def _redistribute(at: At[Routing], found: Found) -> None:
    redistribute(at, found)


@BGP.line(
    "aggregate-address WORDS...",
    "bgp dampening route-map NAME",
    "default-information WORDS...",
    "table-map NAME [filter]",
)
@BGP.line("inject-map WORDS...", "nexthop route-map NAME", "bgp inject-map WORDS...", "additional-paths WORDS...")
def _aggregate(at: At[Routing], found: Found) -> None:
    route_maps(at, found)
    if found.node.text.startswith("table-map"):
        at.reading.refer("route-map", found["NAME"], found.line, words(at, "table-map"))


@BGP.line(
    "bgp listen range PREFIX peer-group NAME [remote-as REST...]",
    "bgp listen range PREFIX [peer-id REST...] peer-group NAME [peer-filter FILTER] [remote-as AS]",
)
def _listen(at: At[Routing], found: Found) -> None:
    at.reading.refer("peer-group", found["NAME"], found.line, words(at, "listen range"))
    if found["FILTER"]:
        at.reading.refer("list", found["FILTER"], found.line, words(at, "listen range"))


@BGP.line("neighbor NAME peer-group", "neighbor NAME peer group")
def _define_group(at: At[Routing], found: Found) -> None:
    at.reading.define("peer-group", found["NAME"], found.line)


@BGP.line(
    "neighbor ADDRESS peer-group NAME",
    "neighbor ADDRESS peer group NAME",
    "neighbor interface ADDRESS peer-group NAME [REST...]",
)
def _join_group(at: At[Routing], found: Found) -> None:
    at.reading.joins.append((_peer(at, found), id(at.fact), found["NAME"]))
    at.reading.refer("peer-group", found["NAME"], found.line, words(at, f"neighbor {found['ADDRESS']} peer-group"))


def _peer(at: At[Routing], found: Found) -> Peer:
    is_group = not re.match(r"[\d.]+(?:/\d+)?$|[0-9a-fA-F]*:|default$", found["ADDRESS"])
    if is_group and not found.node.text.startswith("neighbor interface "):
        at.reading.grouped.append((found["ADDRESS"], found.line, words(at, "neighbor")))
    return at.reading.peer(at.fact, found["ADDRESS"], found.line)


@BGP.line("neighbor ADDRESS remote-as AS [REST...]")
def _remote_as(at: At[Routing], found: Found) -> None:
    _peer(at, found).say(found.line, remote_as=found["AS"])
    route_maps(at, found)


@BGP.line("neighbor ADDRESS description TEXT...")
def _description(at: At[Routing], found: Found) -> None:
    _peer(at, found).say(found.line, description=found["TEXT"].strip())


@BGP.line("neighbor ADDRESS password SECRET...")
def _password(at: At[Routing], found: Found) -> None:
    _peer(at, found).say(found.line, has_password=True)


@BGP.line("neighbor ADDRESS update-source NAME [NUMBER]")
def _source(at: At[Routing], found: Found) -> None:
    _peer(at, found)
    at.reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, words(at, "update-source"))


@BGP.line("neighbor ADDRESS route-map NAME [SIDE:(in|out)]")
def _route_map(at: At[Routing], found: Found) -> None:
    _peer(at, found).filters.append(f"route-map {found['NAME']} {found['SIDE']}".strip())
    at.reading.refer("route-map", found["NAME"], found.line, words(at, f"neighbor {found['ADDRESS']} {found['SIDE']}"))


@BGP.line("neighbor ADDRESS prefix-list NAME SIDE:(in|out)")
def _prefix_list(at: At[Routing], found: Found) -> None:
    _peer(at, found).filters.append(f"prefix-list {found['NAME']} {found['SIDE']}")
    at.reading.refer(
        "prefix-list", found["NAME"], found.line, words(at, f"neighbor {found['ADDRESS']} {found['SIDE']}")
    )


@BGP.line("neighbor ADDRESS distribute-list NAME SIDE:(in|out)")
def _distribute_list(at: At[Routing], found: Found) -> None:
    _peer(at, found).filters.append(f"distribute-list {found['NAME']} {found['SIDE']}")
    at.reading.refer("acl", found["NAME"], found.line, words(at, f"neighbor {found['ADDRESS']} {found['SIDE']}"))


@BGP.line("neighbor ADDRESS filter-list NAME SIDE:(in|out)")
def _filter_list(at: At[Routing], found: Found) -> None:
    _peer(at, found).filters.append(f"filter-list {found['NAME']} {found['SIDE']}")
    at.reading.refer(
        "as-path-list", found["NAME"], found.line, words(at, f"neighbor {found['ADDRESS']} {found['SIDE']}")
    )


@BGP.line(
    "neighbor ADDRESS inherit (peer-session|peer-policy) NAME", "inherit (peer-session|peer-policy) NAME [NUMBER]"
)
def _inherit(at: At[Routing], found: Found) -> None:
    at.reading.refer("template", found["NAME"], found.line, words(at, "inherit"))


@BGP.block("template (peer-session|peer-policy) NAME")
def _template(at: At[Routing], found: Found) -> None:
    at.reading.define("template", found["NAME"], found.span)
    for node in found.node.walk():
        _of_template(at, Found({}, node))


def _of_template(at: At[Routing], found: Found) -> None:
    """What a line of a template names: they are those of a neighbour without its address."""
    kinds: dict[str, Kind] = {
        "route-map": "route-map",
        "prefix-list": "prefix-list",
        "distribute-list": "acl",
        "filter-list": "as-path-list",
    }
    parts = found.node.text.split()
    if len(parts) < 2:
        return
    if parts[0] in kinds:
        at.reading.refer(kinds[parts[0]], parts[1], found.line, words(at, "template"))
    elif parts[0] == "inherit" and len(parts) > 2:
        at.reading.refer("template", parts[2], found.line, words(at, "template"))
    elif parts[0] == "update-source":
        at.reading.refer_interface("".join(parts[1:]), found.line, words(at, "update-source"))


@BGP.line("neighbor ADDRESS WORDS...")
def _other(at: At[Routing], found: Found) -> None:
    _peer(at, found)
    route_maps(at, found)


BGP.knows_words(
    """
    auto-summary bfd bgp default default-metric distance dynamic-med exit exit-address-family exit-peer-policy
    exit-peer-session export graceful-restart graceful-restart-helper import ip label log-neighbor-changes
    maximum-paths missing-policy neighbor no rd rewrite-evpn-rt-asn
    route-target scope shutdown snmp synchronization template timers
    ucmp update
    """,
)

BGP.knows("end", "quit")
