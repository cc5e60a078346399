"""Static routes, routing instances, OSPF and IS-IS."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.fact import Span
from engineering_api.facts.routing import Route, Routing, Vrf
from engineering_api.reading.paths import Found, Level

OPTIONS = Level[Junos]("routing-options")
STATIC = Level["Destination"]("static route")
INSTANCE = Level["Instance"]("routing-instance")
OSPF = Level[Of[Routing]]("ospf")
OSPF_INTERFACE = Level["Place"]("ospf interface")
ISIS = Level[Of[Routing]]("isis")
ISIS_INTERFACE = Level["Place"]("isis interface")


@dataclass(slots=True)
class Destination:
    """A static route that is being read: for each next hop a fact of its own."""

    junos: Junos
    fact: Route
    hops: list[Route] = field(default_factory=list)
    preferred: tuple[Span, int] | None = None

    def hop(self, where: Span) -> Route:
        """The fact of the next hop that a line says."""
        if not self.hops:
            self.hops.append(self.fact)
            return self.fact
        more = self.fact.model_copy(
            update={"source": where, "at": {}, "gateway": "", "interface": "", "distance": None}
        )
        self.hops.append(more)
        self.junos.device.routes.append(more)
        if self.preferred:
            self.prefer(*self.preferred)
        return more

    def prefer(self, where: Span, distance: int) -> None:
        """The distance of all next hops that do not say their own."""
        self.preferred = (where, distance)
        for route in self.hops or [self.fact]:
            if "distance" not in route.at:
                route.say(where, distance=distance)


@dataclass(slots=True)
class Instance:
    """A routing instance that is being read."""

    junos: Junos
    fact: Vrf


@dataclass(slots=True)
class Place:
    """An interface of a routing protocol, with its area."""

    junos: Junos
    fact: Routing
    interface: str


@OPTIONS.opens(STATIC, "static route PREFIX", "rib RIB static route PREFIX", can_be_off=True)
def _static(junos: Junos, found: Found) -> Destination:
    prefix = ip_network(found["PREFIX"], strict=False)
    rib = found["RIB"]
    vrf = rib.rpartition(".inet")[0] if rib.count(".") > 1 else junos.vrf

    def make() -> Destination:
        route = Route(source=found.span, prefix=prefix, vrf=vrf, scope=junos.scope)
        junos.device.routes.append(route)
        return Destination(junos, route)

    destination = junos.thing(("route", rib, str(prefix)), make)
    if not found.is_active:
        destination.fact.say(found.line, is_enabled=False)
    return destination


@STATIC.path("next-hop HOP")
def _next_hop(to: Destination, found: Found) -> None:
    _hop(to.hop(found.line), to.junos, found)


def _hop(route: Route, junos: Junos, found: Found) -> None:
    try:
        route.say(found.line, gateway=str(ip_address(found["HOP"])))
    except ValueError:
        route.say(found.line, interface=found["HOP"])
        junos.uses_interface(found["HOP"], found.line, f"static route {route.prefix} next-hop")


QUALIFIED = Level[Destination]("qualified-next-hop")


@STATIC.opens(QUALIFIED, "qualified-next-hop HOP")
def _qualified(to: Destination, found: Found) -> Destination:
    route = to.hop(found.line)
    _hop(route, to.junos, found)
    return Destination(to.junos, route)


@QUALIFIED.path("preference NUMBER")
def _qualified_preference(to: Destination, found: Found) -> None:
    to.fact.say(found.line, distance=int(found["NUMBER"]))


@QUALIFIED.path("interface INTERFACE")
def _qualified_interface(to: Destination, found: Found) -> None:
    to.fact.say(found.line, interface=found["INTERFACE"])
    to.junos.uses_interface(found["INTERFACE"], found.line, "qualified-next-hop interface")


QUALIFIED.knows("metric NUMBER", "tag NUMBER", "bfd-liveness-detection", "mac-address MAC", "order")


@STATIC.path("WHAT:(discard|reject|receive)")
def _discard(to: Destination, found: Found) -> None:
    to.fact.say(found.line, is_discard=found["WHAT"] != "receive")


@STATIC.path("next-table TABLE")
def _next_table(to: Destination, found: Found) -> None:
    to.fact.say(found.line, name=f"next-table {found['TABLE']}")
    if vrf := found["TABLE"].rpartition(".inet")[0]:
        to.junos.device.refer("vrf", vrf, found.line, f"static route {to.fact.prefix} next-table", scope=to.junos.scope)


@STATIC.path("preference NUMBER")
def _preference(to: Destination, found: Found) -> None:
    to.prefer(found.line, int(found["NUMBER"]))


@STATIC.path("description TEXT...")
def _route_name(to: Destination, found: Found) -> None:
    to.fact.say(found.line, name=found["TEXT"])


STATIC.knows(
    "metric NUMBER", "tag NUMBER", "retain", "no-retain", "no-readvertise", "readvertise", "resolve", "no-resolve",
    "community NAME", "install", "no-install", "active", "passive", "as-path", "bfd-liveness-detection",
    "lsp-next-hop", "static-lsp-next-hop", "color", "p2mp-lsp-next-hop", "backup-pe-group", "tag2", "color2",
)  # fmt: skip


@OPTIONS.path("router-id ADDRESS")
def _router_id(junos: Junos, found: Found) -> None:
    key = (junos.scope, junos.vrf, "router-id")
    junos.memory.things[key] = (str(ip_address(found["ADDRESS"])), found.line)


@OPTIONS.path("autonomous-system AS", "autonomous-system AS OPTION...")
def _as(junos: Junos, found: Found) -> None:
    junos.memory.things[junos.scope, junos.vrf, "as"] = (found["AS"], found.line)


@OPTIONS.path(
    "forwarding-table export NAME", "instance-import NAME", "instance-export NAME", "generate route PREFIX policy NAME"
)
@OPTIONS.path("aggregate route PREFIX policy NAME", "rib RIB (aggregate|generate) route PREFIX policy NAME")
@OPTIONS.path(
    "resolution rib RIB import NAME", "rib-groups GROUP import-policy NAME", "auto-export family KIND unicast NAME"
)
def _policy(junos: Junos, found: Found) -> None:
    junos.device.refer("route-map", found["NAME"], found.line, "routing-options policy", scope=junos.scope)


OPTIONS.knows(
    "generate route PREFIX", "aggregate route PREFIX", "rib RIB aggregate", "rib RIB generate", "static defaults",
    "static rib-group", "rib-groups", "interface-routes", "confederation", "graceful-restart", "nonstop-routing",
    "forwarding-table", "multicast", "max-interface-supported NUMBER", "ppm", "resolution", "traceoptions",
    "auto-export", "martians", "rib RIB martians", "flow", "validation", "bmp", "maximum-paths", "maximum-prefixes",
    "nsr-phantom-holdtime", "route-distinguisher-id ADDRESS", "dynamic-tunnels", "source-routing", "fate-sharing",
    "access", "access-internal", "med-igp-update-interval", "options", "warm-standby", "transport-class",
    "lsp-telemetry", "no-bfd-triggered-local-repair", "hiperf-ping", "localized-fib", "programmable-rpd",
    "enable-sensors", "topologies", "static route", "rib RIB static", "interface NAME", "srlg",
    "admin-groups-extended", "l3vpn", "protect core", "instance-id", "static iso-route",
)  # fmt: skip


@INSTANCE.path("route-distinguisher VALUE")
def _distinguisher(of: Instance, found: Found) -> None:
    of.fact.say(found.line, distinguisher=found["VALUE"])


@INSTANCE.path("interface NAME", "interface NAME OPTION...")
def _instance_interface(of: Instance, found: Found) -> None:
    name, vrf, junos, line = found["NAME"], of.fact.name, of.junos, found.line
    junos.uses_interface(name, line, f"routing-instance {vrf} interface")

    def tell() -> None:
        interface = junos.memory.interfaces.get((junos.scope, name))
        if interface is not None:
            interface.say(line, vrf=vrf)

    junos.memory.later.append(tell)


@INSTANCE.path("vrf-import NAME", "vrf-export NAME")
def _vrf_policy(of: Instance, found: Found) -> None:
    of.junos.device.refer(
        "route-map", found["NAME"], found.line, f"routing-instance {of.fact.name}", scope=of.junos.scope
    )


INSTANCE.knows(
    "instance-type KIND", "description TEXT...", "vrf-target", "vrf-table-label", "bridge-domains", "switch-options",
    "vtep-source-interface NAME", "no-vrf-propagate-ttl", "forwarding-options", "no-local-switching", "vlans",
    "access", "system", "services", "egress-protection", "vlan-id", "routing-interface", "no-vrf-advertise",
    "provider-tunnel", "vxlan", "no-normalization", "vlan-model", "service-type", "snooping", "security",
)  # fmt: skip


@OSPF.path("WHAT:(export|import) NAME")
@ISIS.path("WHAT:(export|import) NAME")
def _igp_policy(of: Of[Routing], found: Found) -> None:
    of.junos.device.refer(
        "route-map", found["NAME"], found.line, f"{of.fact.protocol} {found['WHAT']}", scope=of.junos.scope
    )
    if found["WHAT"] == "export":
        of.fact.say(found.line, redistributes=[*of.fact.redistributes, found["NAME"]])


@OSPF.opens(OSPF_INTERFACE, "area AREA interface NAME", can_be_off=True)
def _ospf_interface(of: Of[Routing], found: Found) -> Place:
    name = found["NAME"]
    if found.is_active:
        of.junos.uses_interface(name, found.line, f"{of.fact.protocol} area {found['AREA']} interface")
        network = f"{name} area {found['AREA']}"
        if network not in of.fact.networks:
            of.fact.networks.append(network)
    return Place(of.junos, of.fact, name)


@OSPF_INTERFACE.path("passive", "passive OPTION...")
@ISIS_INTERFACE.path("passive", "passive OPTION...")
def _passive(at: Place, found: Found) -> None:
    if at.interface not in at.fact.passive:
        at.fact.passive.append(at.interface)


OSPF_INTERFACE.knows(
    "metric NUMBER", "interface-type KIND", "authentication", "hello-interval", "dead-interval",
    "retransmit-interval", "priority", "disable", "bfd-liveness-detection", "link-protection", "node-link-protection",
    "ldp-synchronization", "transit-delay", "secondary", "neighbor", "no-advertise-adjacency-segment", "ipsec-sa",
    "demand-circuit", "flood-reduction", "no-neighbor-down-notification", "te-metric NUMBER",
    "bandwidth-based-metrics", "poll-interval", "post-convergence-lfa", "topology", "strict-bfd", "own-router-lsa",
    "dynamic-neighbors", "no-eligible-backup",
)  # fmt: skip
OSPF.knows(
    "area AREA stub", "area AREA nssa", "area AREA area-range", "area AREA virtual-link",
    "area AREA authentication-type", "area AREA label-switched-path", "area AREA inter-area-prefix-export",
    "area AREA inter-area-prefix-import", "area AREA no-context-identifier-advertisement", "reference-bandwidth",
    "traffic-engineering", "preference", "external-preference", "no-rfc-1583", "rfc-1583", "graceful-restart",
    "spf-options", "overload", "traceoptions", "rib-group", "sham-link", "domain-id", "prefix-export-limit",
    "prefix-import-limit", "database-protection", "backup-spf-options", "source-packet-routing",
    "lsa-refresh-interval", "disable", "no-nssa-abr", "realm", "topology", "domain-vpn-tag", "route-type-community",
    "area AREA apply-groups", "forwarding-address-to-broadcast", "area AREA context-identifier", "overload-timeout",
    "instance", "job-stats",
)  # fmt: skip


@ISIS.opens(ISIS_INTERFACE, "interface NAME", can_be_off=True)
def _isis_interface(of: Of[Routing], found: Found) -> Place:
    if found.is_active:
        of.junos.uses_interface(found["NAME"], found.line, "isis interface")
        if found["NAME"] not in of.fact.networks:
            of.fact.networks.append(found["NAME"])
    return Place(of.junos, of.fact, found["NAME"])


ISIS_INTERFACE.knows(
    "level NUMBER", "point-to-point", "disable", "ldp-synchronization", "bfd-liveness-detection",
    "hello-authentication-key", "family", "hello-authentication-type", "csnp-interval", "lsp-interval", "mesh-group",
    "link-protection", "node-link-protection", "topology", "no-unicast-topology", "priority", "checksum",
    "hello-padding", "max-hello-size", "no-adjacency-down-notification", "auto-bandwidth", "no-eligible-backup",
    "interface-group-holddown-delay", "retransmit-interval", "no-advertise-adjacency-segment",
    "link-degradation-threshold", "lsp-flooding",
)  # fmt: skip
ISIS.knows(
    "level NUMBER", "reference-bandwidth", "overload", "topologies", "lsp-lifetime", "spf-options",
    "traffic-engineering", "graceful-restart", "no-ipv4-routing", "no-ipv6-routing", "traceoptions", "rib-group",
    "ignore-attached-bit", "max-areas", "no-authentication-check", "loose-authentication-check", "authentication-key",
    "authentication-type", "disable", "backup-spf-options", "source-packet-routing", "max-lsp-size", "net",
    "purge-originator", "clns-routing", "export-policy", "set-overload", "shortcuts", "holddown-interval",
    "dynamic-overload", "context-identifier", "adjacency-holddown", "label-switched-path", "layer2-map",
)  # fmt: skip


def finish(junos: Junos) -> None:
    """Give processes their router's id, and neighbours what their group says."""
    for (scope, vrf, protocol), routing in junos.memory.routings.items():
        known = junos.memory.things.get((scope, vrf, "router-id"))
        if isinstance(known, tuple):
            routing.say(known[1], router_id=known[0])
        own = junos.memory.things.get((scope, vrf, "as")) or junos.memory.things.get((scope, "", "as"))
        if protocol == "bgp" and isinstance(own, tuple):
            routing.say(own[1], process=own[0])
