"""Routes, VRFs and routing protocols of AOS-CX."""

from ipaddress import ip_address, ip_network

from engineering_api.dialects.aruba.cx import Cx, On, named
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Route, Routing, Vrf
from engineering_api.reading.grammar import Found, Place

ROUTING: Place[Cx] = Place("routing")
VRF: Place[On[Vrf]] = Place("vrf")
PROCESS: Place[On[Routing]] = Place("router")
_FILTERS: dict[str, Kind] = {"route-map": "route-map", "prefix-list": "prefix-list", "aspath-list": "as-path-list"}


@ROUTING.opens(VRF, "vrf NAME")
def _vrf(switch: Cx, found: Found) -> On[Vrf]:
    made = Vrf(source=found.span, name=found["NAME"])
    switch.device.vrfs.append(made)
    switch.device.define("vrf", made.name, found.span)
    return On(switch, made)


@VRF.line("rd VALUE")
def _rd(at: On[Vrf], found: Found) -> None:
    at.fact.say(found.line, distinguisher=found["VALUE"])


VRF.knows(*beginnings("address-family, route-target, exit-address-family, description"))


@ROUTING.line("(ip|ipv6) route PREFIX TARGET [REST...]")
def _route(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    target = found["TARGET"]
    made = Route(source=found.line, prefix=ip_network(found["PREFIX"], strict=False))
    if target in {"nullroute", "blackhole", "reject"}:
        made.is_discard = True
    elif (target[0].isdigit() and "/" not in target) or ":" in target:
        made.gateway = str(ip_address(target))
    elif target in {"vlan", "lag", "loopback", "tunnel"} and words:
        made.interface = named(f"{target} {words.pop(0)}")[0]
    else:
        made.interface = named(target)[0]
    while words:
        word = words.pop(0)
        if word == "vrf" and words:
            made.vrf = words.pop(0)
            switch.refer_vrf(made.vrf, found.line, "ip route")
        elif word == "distance" and words:
            made.distance = int(words.pop(0))
        elif word in {"description", "name"}:
            made.name = " ".join(words)
            words = []
        elif word in {"tag", "bfd"}:
            words = words[1:] if word == "tag" else words
        elif word.isdigit():
            made.distance = int(word)
        elif not made.interface:
            made.interface = named(f"{word} {words.pop(0)}" if word.isalpha() and words else word)[0]
        else:
            raise ValueError(f"not known in a route: {word}")
    switch.device.routes.append(made)


@ROUTING.opens(PROCESS, "router PROTOCOL:(ospf|ospfv3|bgp|rip|ripng|isis) [PROCESS] [vrf VRF]")
def _process(switch: Cx, found: Found) -> On[Routing]:
    made = Routing(source=found.span, protocol=found["PROTOCOL"], process=found["PROCESS"], vrf=found["VRF"])
    switch.device.routing.append(made)
    if made.protocol == "ospf":
        switch.ospf.setdefault(made.process, []).append(made)
    switch.refer_vrf(found["VRF"], found.line, f"router {made.protocol}")
    return On(switch, made)


@PROCESS.line("router-id ADDRESS", "bgp router-id ADDRESS")
def _router_id(at: On[Routing], found: Found) -> None:
    at.fact.say(found.line, router_id=str(ip_address(found["ADDRESS"])))


@PROCESS.line("network PREFIX [route-map NAME]")
def _network(at: On[Routing], found: Found) -> None:
    at.fact.networks.append(str(ip_network(found["PREFIX"], strict=False)))
    if found["NAME"]:
        at.device.refer("route-map", found["NAME"], found.line, "bgp network")


@PROCESS.line("area AREA [REST...]")
def _area(at: On[Routing], found: Found) -> None:
    at.fact.at.setdefault("areas", found.line)


@PROCESS.line("passive-interface NAME [NUMBER]")
def _passive(at: On[Routing], found: Found) -> None:
    at.fact.passive.append(found["NAME"] + found["NUMBER"])


@PROCESS.line("redistribute PROTOCOL [REST...]")
def _redistribute(at: On[Routing], found: Found) -> None:
    at.fact.redistributes.append(found["PROTOCOL"])
    words = found["REST"].split()
    if "route-map" in words[:-1]:
        name = words[words.index("route-map") + 1]
        at.device.refer("route-map", name, found.line, f"{at.fact.protocol} redistribute")


@PROCESS.line("neighbor ADDRESS REST...")
def _neighbor(at: On[Routing], found: Found) -> None:
    address = found["ADDRESS"]
    words = found["REST"].split() or [""]
    key, value = words[0], words[1] if len(words) > 1 else ""
    peer = at.switch.peer(at.fact, address, found.line)
    if key == "remote-as":
        peer.say(found.line, remote_as=value)
    elif key == "description":
        peer.say(found.line, description=" ".join(words[1:]))
    elif key == "password":
        peer.say(found.line, has_password=True)
    elif key in _FILTERS and value:
        peer.filters.append(" ".join(words))
        at.device.refer(_FILTERS[key], value, found.line, f"bgp neighbor {address}")


@PROCESS.opens(PROCESS, "address-family REST...")
def _family(at: On[Routing], found: Found) -> On[Routing]:
    return at


@PROCESS.opens(PROCESS, "vrf NAME")
def _bgp_vrf(at: On[Routing], found: Found) -> On[Routing]:
    made = at.fact.model_copy(
        update={"source": found.span, "vrf": found["NAME"], "at": {}, "router_id": "", "networks": [], "passive": [],
                "peers": [], "redistributes": []}
    )  # fmt: skip
    at.device.routing.append(made)
    at.switch.refer_vrf(found["NAME"], found.line, f"router {made.protocol}")
    return On(at.switch, made)


PROCESS.knows(
    *beginnings(
        "exit-address-family, bgp, maximum-paths, distance, timers, default-information, default-metric, "
        "max-metric, graceful-restart, reference-bandwidth, auto-cost, passive-interface default, no "
        "passive-interface, aggregate-address, enable, disable, trap-enable, summary-address, bfd, "
        "distribute-list, no redistribute, trap, route-target, rd"
    )
)
ROUTING.knows(
    *beginnings("router vrrp, router pim, router pim6, router igmp, ip multicast-routing, ip ecmp, ip source-lockdown")
)
