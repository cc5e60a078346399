"""OSPF, EIGRP, RIP and IS-IS."""

import re

from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.dialects.cisco.words import behind_wildcard
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Routing
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("interior routing")
PROCESS: Place[At[Routing]] = Place("routing process")
PORT: Place[At[Interface]] = Place("interior routing of an interface")

_PROTOCOLS = "ospf|ospfv3|eigrp|rip|isis|odr"


def process(reading: Reading, protocol: str, name: str, found: Found, vrf: str = "") -> Routing:
    """A routing process, with a reference to its VRF."""
    made = Routing(source=found.span, protocol=protocol, process=name, vrf=vrf)
    reading.device.routing.append(made)
    reading.refer("vrf", vrf, found.line, f"router {protocol} {name}".strip())
    return made


def _words(at: At[Routing], use: str) -> str:
    return f"router {at.fact.protocol} {at.fact.process} {use}"


@TOP.opens(PROCESS, f"router PROTOCOL:({_PROTOCOLS}) [NAME]", f"ipv6 router PROTOCOL:({_PROTOCOLS}) [NAME]")
def _router(reading: Reading, found: Found) -> At[Routing]:
    return At(reading, process(reading, found["PROTOCOL"], found["NAME"], found))


@TOP.opens(PROCESS, "router PROTOCOL:(ospf|ospfv3) NAME vrf VRF", "router PROTOCOL:(ospfv3) vrf VRF")
def _router_vrf(reading: Reading, found: Found) -> At[Routing]:
    return At(reading, process(reading, found["PROTOCOL"], found["NAME"], found, found["VRF"]))


@PROCESS.opens(
    PROCESS,
    "address-family (ipv4|ipv6) [(unicast|multicast)] vrf VRF [autonomous-system AS]",
    "address-family (ipv4|ipv6) [(unicast|multicast)] [autonomous-system AS]",
    "vrf VRF",
)
def _family(at: At[Routing], found: Found) -> At[Routing]:
    if not found["VRF"]:
        if found["AS"]:
            at.fact.process = at.fact.process if at.fact.process.isdecimal() else found["AS"]
        return at
    name = found["AS"] or at.fact.process
    return At(at.reading, process(at.reading, at.fact.protocol, name, found, found["VRF"]))


@PROCESS.line("[ospf] router-id ADDRESS", "eigrp router-id ADDRESS")
def _router_id(at: At[Routing], found: Found) -> None:
    at.fact.say(found.line, router_id=found["ADDRESS"])


@PROCESS.line("network ADDRESS WILDCARD area AREA", "network ADDRESS area AREA", "network ADDRESS [WILDCARD]")
def _network(at: At[Routing], found: Found) -> None:
    value = found["ADDRESS"]
    if found["WILDCARD"]:
        network = behind_wildcard(value, found["WILDCARD"])
        value = str(network) if network else f"{value} {found['WILDCARD']}"
    at.fact.networks.append(f"{value} area {found['AREA']}" if found["AREA"] else value)


@PROCESS.line("net ADDRESS")
def _title(at: At[Routing], found: Found) -> None:
    at.fact.networks.append(found["ADDRESS"])


@PROCESS.line("[NO:(no)] passive-interface NAME [NUMBER]")
def _passive(at: At[Routing], found: Found) -> None:
    name = found["NAME"] + found["NUMBER"]
    if name != "default":
        name = at.reading.refer_interface(name, found.line, _words(at, "passive-interface"))
    at.fact.passive.append(f"no {name}" if found["NO"] else name)


@PROCESS.line("redistribute WORDS...")
def _redistribute(at: At[Routing], found: Found) -> None:
    redistribute(at, found)


def redistribute(at: At[Routing], found: Found) -> None:
    """Note what is redistributed and by which route map."""
    words = re.sub(
        r"\s+(route-map|metric|metric-type|subnets|include-connected|match|tag)\b.*", "", found["WORDS"]
    ).strip()
    at.fact.redistributes.append(words)
    if re.fullmatch(r"(?:ospf|ospfv3|eigrp|isis|rip|bgp) \S+", words):
        at.reading.processes.append((words, found.line, _words(at, "redistribute")))
    at.fact.at["redistributes"] = found.line
    route_maps(at, found)


def route_maps(at: At[Routing], found: Found) -> None:
    """Note the route maps that a line names."""
    for name in re.findall(
        r"\b(?:route-map|leak-map|attribute-map|match-map|advertise-map|suppress-map|exist-map|non-exist-map|unsuppress-map|inject-map)\s+(\S+)",
        found.node.text,
    ):
        at.reading.refer("route-map", name, found.line, _words(at, found.node.text.partition(" ")[0]))


@PROCESS.line("default-information originate [WORDS...]", "prefix-priority REST...", "default-information REST...")
@PROCESS.line("[eigrp] stub WORDS...", "summary-prefix WORDS...", "table-map WORDS...", "distribute LEVELS...")
def _originate(at: At[Routing], found: Found) -> None:
    route_maps(at, found)
    if table := re.match(r"table-map (\S+)", found.node.text):
        at.reading.refer("route-map", table[1], found.line, _words(at, "table-map"))


@PROCESS.line("distribute-list WORDS...")
def _distribute(at: At[Routing], found: Found) -> None:
    words = found["WORDS"].split()
    kind, name = (words[0], words[1]) if len(words) > 1 else ("", words[0])
    if kind in ("prefix", "prefix-list"):
        at.reading.refer("prefix-list", name, found.line, _words(at, "distribute-list"))
    elif kind == "gateway":
        at.reading.refer("prefix-list", name, found.line, _words(at, "distribute-list gateway"))
        return
    elif kind == "route-map":
        at.reading.refer("route-map", name, found.line, _words(at, "distribute-list"))
    else:
        at.reading.refer("acl", words[0], found.line, _words(at, "distribute-list"))
    if gateway := re.search(r"\bgateway (\S+)", found["WORDS"]):
        at.reading.refer("prefix-list", gateway[1], found.line, _words(at, "distribute-list gateway"))
    if interface := re.search(r"\b(?:in|out)\s+([A-Z][A-Za-z-]*\s?[\d/.:]+)$", found["WORDS"].strip()):
        at.reading.refer_interface(interface[1], found.line, _words(at, "distribute-list"))


@PROCESS.line(
    "area AREA filter-list prefix NAME (in|out)",
    "area AREA filter-list [prefix] NAME",
    "area AREA filter prefix-list NAME",
)
def _area_filter(at: At[Routing], found: Found) -> None:
    at.reading.refer("prefix-list", found["NAME"], found.line, _words(at, "filter-list"))


@PROCESS.line("area AREA filter-list route-map NAME (in|out)")
def _area_map(at: At[Routing], found: Found) -> None:
    at.reading.refer("route-map", found["NAME"], found.line, _words(at, "filter-list"))


@PROCESS.line("offset-list NAME WORDS...", "distance METRIC ADDRESS WILDCARD NAME")
def _offset(at: At[Routing], found: Found) -> None:
    at.reading.refer("acl", found["NAME"], found.line, _words(at, "offset-list"))


@PROCESS.opens(PROCESS, "af-interface NAME [NUMBER]", "interface NAME [NUMBER]")
def _af_interface(at: At[Routing], found: Found) -> At[Routing]:
    name = found["NAME"] + found["NUMBER"]
    if name != "default":
        at.reading.refer_interface(name, found.line, _words(at, "af-interface"))
    return at


@PROCESS.opens(PROCESS, "topology base")
def _topology(at: At[Routing], found: Found) -> At[Routing]:
    return at


@PROCESS.line("[NO:(no)] passive-interface")
def _passive_af(at: At[Routing], found: Found) -> None:
    """Below `af-interface`, whose name is that of the line above."""


@PROCESS.line("authentication key-chain NAME", "authentication mode md5 key-chain NAME")
def _key_chain(at: At[Routing], found: Found) -> None:
    at.reading.refer("key-chain", found["NAME"], found.line, _words(at, "authentication"))


@PROCESS.line("version NUMBER")
def _version(at: At[Routing], found: Found) -> None:
    """RIP's version: no field of its own, but its line is kept."""
    at.fact.at["version"] = found.line


@PROCESS.line("neighbor ADDRESS [WORDS...]")
def _neighbor(at: At[Routing], found: Found) -> None:
    at.reading.peer(at.fact, found["ADDRESS"], found.line)


PROCESS.knows_words(
    """
    autonomous-system is-hostname
    adjacency advertise allow area authenticate authentication auto-cost auto-summary bandwidth-percent bfd
    capability compatible dampening default-metric description discard-route distance domain-id domain-tag eigrp
    exit exit-address-family fips exit-af-interface exit-af-topology fast-flood fast-reroute flowspec flush
    graceful-restart hello hello-interval hold-time ignore input-queue interface-id is-type ispf limit local-as log
    log-adjacency-change log-adjacency-changes lsp-gen-interval lsp-refresh-interval max-lsa max-lsp-lifetime
    max-metric maximum-paths maximum-prefix metric metric-style microloop mpls name next-hop-self no nsf nsr offset
    ospf output-delay passive point-to-point prc-interval prefix-suppression protocol queue-depth
    rfc1583compatibility route-tag router-id segment-routing set-overload-bit shutdown snmp spf-interval
    split-horizon stub summary-address summary-prefix timers topology traffic-share ttl-security tunnel
    validate-update-source variance version wide-metric
    """,
)


@PORT.line(
    "(ip|ipv6) ospf [NAME] area AREA",
    "(ip|ipv6) router ospf NAME area AREA [multi-area] [REST...]",
    "ospfv3 [NAME] [ipv4] [ipv6] area AREA",
)
def _interface_area(at: At[Interface], found: Found) -> None:
    """An interface that takes part by its own line stands among the networks of the process by its name."""
    wanted = "ospfv3" if found.node.text.startswith("ospfv3") else "ospf"
    at.reading.areas.append((wanted, found["NAME"], f"{at.fact.name} area {found['AREA']}", found.line))


@PORT.line("[no] ip passive-interface ospf", "[no] ip ospf passive-interface", "[no] ip router ospf REST...")
def _interface_passive(at: At[Interface], found: Found) -> None:
    if is_on(found) and "passive" in found.node.text:
        at.reading.areas.append(("passive", "", at.fact.name, found.line))


def place_interfaces(reading: Reading) -> None:
    """Tell the processes of OSPF which interfaces said that they take part."""
    first: dict[tuple[str, str], Routing] = {}
    for routing in reading.device.routing:
        for name in ("", routing.process):
            first.setdefault((routing.protocol, name), routing)
    for protocol, name, text, _ in reading.areas:
        if protocol == "passive":
            if ("ospf", "") in first:
                first["ospf", ""].passive.append(text)
        elif (found := first.get((protocol, name)) or first.get((f"{protocol}v3", name))) is not None:
            found.networks.append(text)
