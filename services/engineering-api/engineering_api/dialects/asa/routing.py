"""Static routes, what watches them, routing protocols and their filters."""

import re
from ipaddress import ip_address, ip_network
from itertools import pairwise

from engineering_api.dialects.asa import addresses
from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Route, Routing
from engineering_api.reading.grammar import Found, Place

_FILTERS: dict[str, Kind] = {
    "prefix-list": "prefix-list",
    "route-map": "route-map",
    "filter-list": "as-path-list",
    "distribute-list": "acl",
}

ROUTING: Place[Reading] = Place("routing")
PROCESS: Place[Within[Routing]] = Place("router")
ROUTE_MAP: Place[Reading] = Place("route-map")
PROBE: Place[Reading] = Place("sla monitor")
ROUTING.knows(
    *beginnings("sla monitor schedule, no sla monitor, ipv6 router, multicast boundary, pim, igmp, mroute"),
    "multicast-routing",
)


@ROUTING.line(
    "route INTERFACE ADDRESS MASK GATEWAY [DISTANCE] [track TRACK] [TUNNELED:(tunneled)]",
    "route INTERFACE ADDRESS MASK GATEWAY [TUNNELED:(tunneled)]",
)
def _route(reading: Reading, found: Found) -> None:
    prefix = addresses.prefix(found["ADDRESS"], found["MASK"], reading)
    interface = found["INTERFACE"]
    is_discard = interface.lower() == "null0"
    reading.device.routes.append(
        Route(
            source=found.line,
            prefix=ip_network(prefix),
            gateway="" if is_discard else addresses.address(found["GATEWAY"], reading),
            interface=interface,
            distance=int(found["DISTANCE"]) if found["DISTANCE"] else None,
            is_discard=is_discard,
            name=found["TUNNELED"],
        )
    )
    if found["TRACK"]:
        reading.device.refer("track", found["TRACK"], found.line, "route")
    if not is_discard:
        reading.refer_interface(interface, found.line, "route")


@ROUTING.line("route null0 ADDRESS MASK [DISTANCE]", "route Null0 ADDRESS MASK [DISTANCE]")
def _discard(reading: Reading, found: Found) -> None:
    prefix = addresses.prefix(found["ADDRESS"], found["MASK"], reading)
    distance = int(found["DISTANCE"]) if found["DISTANCE"] else None
    reading.device.routes.append(
        Route(source=found.line, prefix=ip_network(prefix), interface="Null0", distance=distance, is_discard=True)
    )


@ROUTING.line("ipv6 route INTERFACE PREFIX GATEWAY [DISTANCE] [tunneled]")
def _ipv6_route(reading: Reading, found: Found) -> None:
    reading.device.routes.append(
        Route(
            source=found.line,
            prefix=ip_network(found["PREFIX"], strict=False),
            gateway=str(ip_address(found["GATEWAY"])),
            interface=found["INTERFACE"],
            distance=int(found["DISTANCE"]) if found["DISTANCE"] else None,
        )
    )
    reading.refer_interface(found["INTERFACE"], found.line, "ipv6 route")


PROBE.knows(
    *beginnings("type, num-packets, frequency, timeout, threshold, request-data-size, tos"),
)


@ROUTING.opens(PROBE, "sla monitor NUMBER")
def _probe(reading: Reading, found: Found) -> Reading:
    reading.device.define("probe", found["NUMBER"], found.span)
    for below in found.node.children:
        if interface := re.search(r"\binterface (\S+)$", below.text):
            reading.refer_interface(interface[1], below.line, f"sla monitor {found['NUMBER']}")
    return reading


@ROUTING.line("track NUMBER rtr PROBE reachability", "track NUMBER rtr PROBE state")
def _track(reading: Reading, found: Found) -> None:
    reading.device.define("track", found["NUMBER"], found.line)
    reading.device.refer("probe", found["PROBE"], found.line, f"track {found['NUMBER']}")


@ROUTING.opens(PROCESS, "router PROTOCOL:(ospf|bgp|eigrp|rip|isis) [PROCESS]")
def _process(reading: Reading, found: Found) -> Within[Routing]:
    fact = Routing(source=found.span, protocol=found["PROTOCOL"], process=found["PROCESS"])
    reading.device.routing.append(fact)
    return Within(reading, fact)


@PROCESS.line("router-id ADDRESS", "bgp router-id ADDRESS", "eigrp router-id ADDRESS")
def _router_id(at: Within[Routing], found: Found) -> None:
    at.fact.say(found.line, router_id=str(ip_address(found["ADDRESS"])))


@PROCESS.line("network ADDRESS [MASK] [area AREA]", "network ADDRESS [mask MASK] route-map MAP",
              "network ADDRESS mask MASK", "network PREFIX")  # fmt: skip
def _network(at: Within[Routing], found: Found) -> None:
    first = found["ADDRESS"] or found["PREFIX"]
    value = addresses.prefix(first, found["MASK"], at.reading) if found["MASK"] else first
    at.fact.networks.append(f"{value} area {found['AREA']}" if found["AREA"] else value)
    if found["MAP"]:
        at.device.refer("route-map", found["MAP"], found.line, "network")


@PROCESS.line("passive-interface NAME")
def _passive(at: Within[Routing], found: Found) -> None:
    at.fact.passive.append(found["NAME"])
    if found["NAME"] != "default":
        at.reading.refer_interface(found["NAME"], found.line, f"router {at.fact.protocol} passive-interface")


@PROCESS.line("area AREA filter-list prefix NAME (in|out)")
def _area_filter(at: Within[Routing], found: Found) -> None:
    at.device.refer("prefix-list", found["NAME"], found.line, "area filter-list")


@PROCESS.line("aggregate-address WORDS...")
def _aggregate(at: Within[Routing], found: Found) -> None:
    for name in re.findall(r"\b(?:attribute-map|advertise-map|suppress-map) (\S+)", found["WORDS"]):
        at.device.refer("route-map", name, found.line, "aggregate-address")


@PROCESS.line("redistribute PROTOCOL [REST...]")
def _redistribute(at: Within[Routing], found: Found) -> None:
    at.fact.redistributes.append(found["PROTOCOL"])
    words = found["REST"].split()
    for word, name in pairwise(words):
        if word == "route-map":
            at.device.refer("route-map", name, found.line, f"{at.fact.protocol} redistribute")


@PROCESS.line("neighbor ADDRESS REST...")
def _neighbor(at: Within[Routing], found: Found) -> None:
    address = str(ip_address(found["ADDRESS"]))
    peer = at.reading.peer(at.fact, address, found.line)
    words = found["REST"].split() or [""]
    key, value = words[0], words[1] if len(words) > 1 else ""
    if key == "remote-as":
        peer.say(found.line, remote_as=value)
    elif key == "description":
        peer.say(found.line, description=" ".join(words[1:]))
    elif key == "password":
        peer.say(found.line, has_password=True)
    elif key in _FILTERS and value:
        peer.filters.append(" ".join(words))
        at.device.refer(_FILTERS[key], value, found.line, f"bgp neighbor {address}")
    elif key == "update-source" and value:
        at.reading.refer_interface(value, found.line, f"bgp neighbor {address} update-source")


@PROCESS.line("distribute-list NAME (in|out) [REST...]", "distribute-list prefix NAME (in|out) [REST...]")
def _distribute(at: Within[Routing], found: Found) -> None:
    is_prefix = found.node.text.startswith("distribute-list prefix ")
    at.device.refer("prefix-list" if is_prefix else "acl", found["NAME"], found.line, "distribute-list")


@PROCESS.line("default-information originate [REST...]")
def _default(at: Within[Routing], found: Found) -> None:
    words = found["REST"].split()
    if "route-map" in words[:-1]:
        at.device.refer("route-map", words[words.index("route-map") + 1], found.line, "default-information")


@PROCESS.opens(PROCESS, "address-family REST...")
def _family(at: Within[Routing], found: Found) -> Within[Routing]:
    return at


PROCESS.knows(
    *beginnings(
        "bgp, timers, area, no passive-interface, no default-information, default-metric, distance, "
        "maximum-paths, eigrp, net, is-type, aggregate-address, summary-address, table-map, no eigrp, compatible, "
        "no bgp, stub, capability, nsf, metric-style, auto-cost"
    ),
    "exit-address-family",
    "log-adjacency-changes [detail]",
    "log-adj-changes [detail]",
    "no auto-summary",
    "auto-summary",
    "no synchronization",
    "synchronization",
    "version NUMBER",
    "passive-interface default",
    "ignore lsa mospf",
)


@ROUTING.line("prefix-list NAME [seq NUMBER] ACTION:(permit|deny) PREFIX [REST...]",
              "ipv6 prefix-list NAME [seq NUMBER] ACTION:(permit|deny) PREFIX [REST...]")  # fmt: skip
def _prefix_list(reading: Reading, found: Found) -> None:
    ip_network(found["PREFIX"], strict=False)
    reading.device.define("prefix-list", found["NAME"], found.line)


@ROUTING.line("prefix-list NAME description TEXT...")
def _prefix_description(reading: Reading, found: Found) -> None:
    reading.device.define("prefix-list", found["NAME"], found.line)


@ROUTING.line("as-path access-list NAME REST...")
def _as_path(reading: Reading, found: Found) -> None:
    reading.device.define("as-path-list", found["NAME"], found.line)


@ROUTING.line("community-list [(standard|expanded)] NAME (permit|deny) REST...")
def _community(reading: Reading, found: Found) -> None:
    reading.device.define("community-list", found["NAME"], found.line)


@ROUTING.opens(ROUTE_MAP, "route-map NAME [(permit|deny)] [NUMBER]")
def _route_map(reading: Reading, found: Found) -> Reading:
    reading.device.define("route-map", found["NAME"], found.span)
    return reading


@ROUTE_MAP.line("match (ip|ipv6) (address|next-hop|route-source) [PREFIX:(prefix-list)] NAMES...")
def _match_address(reading: Reading, found: Found) -> None:
    for name in found["NAMES"].split():
        reading.device.refer("prefix-list" if found["PREFIX"] else "acl", name, found.line, "route-map match")


@ROUTE_MAP.line("match interface NAMES...")
def _match_interface(reading: Reading, found: Found) -> None:
    for name in found["NAMES"].split():
        reading.refer_interface(name, found.line, "route-map match")


@ROUTE_MAP.line("match as-path NAMES...")
def _match_as_path(reading: Reading, found: Found) -> None:
    for name in found["NAMES"].split():
        reading.device.refer("as-path-list", name, found.line, "route-map match")


@ROUTE_MAP.line("match community NAMES...")
def _match_community(reading: Reading, found: Found) -> None:
    for name in found["NAMES"].removesuffix(" exact-match").split():
        reading.device.refer("community-list", name, found.line, "route-map match")


ROUTE_MAP.knows(
    *beginnings("match, set, description"),
    "continue [NUMBER]",
)
