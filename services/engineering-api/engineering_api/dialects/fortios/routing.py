"""Static routes, OSPF, and the lists and maps that routing names."""

from ipaddress import ip_address

from engineering_api.dialects.fortios.places import Here, Of, known, names_only, refer, section, table
from engineering_api.dialects.fortios.values import network, number, word, words
from engineering_api.facts.filters import AccessList
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Route, Routing
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("routing")

INTERFACES: tuple[Kind, ...] = ("interface", "zone", "tunnel")


def _route_with(prefix: str) -> Place[Of[Route]]:
    @table(SECTIONS, "router static6" if ":" in prefix else "router static")
    def place(here: Here, name: str, found: Found) -> Of[Route]:
        """Without a destination it is the default route, as FortiOS leaves out what is the default."""
        owner = here.of(Route(source=found.span, prefix=network(prefix)))
        here.device.routes.append(owner.fact)
        return owner

    return place


_route: Place[Of[Route]] = Place("static route")
known(
    _route,
    "bfd devindex dynamic-gateway link-monitor-exempt preferred-source priority seq-num src tag weight",
)


@_route.line("set (sdwan|virtual-wan-link) (enable|disable)")
def _bundle(of: Of[Route], found: Found) -> None:
    """Before FortiOS 7.0, a route by all members of the bundle, which policies know by this name."""
    if found.node.text.endswith("enable"):
        of.fact.say(found.line, interface="virtual-wan-link")


@_route.line("set (internet-service|internet-service-custom|internet-service-fortiguard) VALUES...")
def _internet_service(of: Of[Route], found: Found) -> None:
    """It is for the addresses of Fortinet's database alone, and no default route."""
    if word(found["VALUES"]) not in ("", "0"):
        routes = of.here.device.routes
        routes[:] = [one for one in routes if one is not of.fact]


@_route.line("set dst NETWORK...")
def _destination(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, prefix=network(found["NETWORK"]))


@_route.line("set dstaddr VALUES...")
def _named_destination(of: Of[Route], found: Found) -> None:
    of.here.later.routed.append((of.fact, word(found["VALUES"])))
    refer(of, ("object", "object-group"), found, "static route")


@_route.line("set gateway ADDRESS")
def _gateway(of: Of[Route], found: Found) -> None:
    gateway = ip_address(word(found["ADDRESS"]))
    if int(gateway):
        of.fact.say(found.line, gateway=str(gateway))


@_route.line("(set|append) (device|sdwan-zone) VALUES...")
def _device(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, interface=word(found["VALUES"]))
    refer(of, INTERFACES, found, "static route")


@_route.line("set distance NUMBER")
def _distance(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, distance=number(found["NUMBER"]))


@_route.line("set blackhole (enable|disable)")
def _blackhole(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, is_discard=found.node.text.endswith("enable"))


@_route.line("set status (enable|disable)")
def _status(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found.node.text.endswith("enable"))


@_route.line("set comment TEXT...")
def _comment(of: Of[Route], found: Found) -> None:
    of.fact.say(found.span, name=word(found["TEXT"]))


@_route.line("set vrf NUMBER")
def _vrf(of: Of[Route], found: Found) -> None:
    of.fact.say(found.line, vrf=str(number(found["NUMBER"])))


for _prefix in ("0.0.0.0/0", "::/0"):
    _route_with(_prefix).includes(_route)


def protocol(parent: Place[Here], name: str) -> Place[Of[Routing]]:
    """A routing process; a section without any setting is the factory's and no process."""

    @section(parent, f"router {name}")
    def place(here: Here, found: Found) -> Of[Routing]:
        owner = here.of(Routing(source=found.span, protocol=name))
        if any(node.text.startswith("set ") for node in found.node.children):
            here.device.routing.append(owner.fact)
        return owner

    @place.line("set router-id ADDRESS")
    def _(of: Of[Routing], found: Found) -> None:
        of.fact.say(found.line, router_id=str(ip_address(word(found["ADDRESS"]))))

    # "config redistribute "connected"" has no entries: its name stands behind the word.
    rows: Place[tuple[Of[Routing], str]] = Place("redistribute")

    @place.opens(rows, "config redistribute SOURCE", "config redistribute6 SOURCE")
    def _(of: Of[Routing], found: Found) -> tuple[Of[Routing], str]:
        return of, word(found["SOURCE"])

    @rows.line("set status enable")
    def _(of: tuple[Of[Routing], str], found: Found) -> None:
        of[0].fact.redistributes.append(of[1])

    @rows.line("set (route-map|routemap) VALUES...")
    def _(of: tuple[Of[Routing], str], found: Found) -> None:
        refer(of[0], "route-map", found, f"{name} redistribute {of[1]}")

    rows.knows("set (metric|metric-type|tag|level|protocol) REST...", "set status disable", "unset REST...")
    return place


_ospf = protocol(SECTIONS, "ospf")
known(
    _ospf,
    "abr-type auto-cost-ref-bandwidth bfd database-overflow database-overflow-max-lsas "
    "database-overflow-time-to-recover default-information-metric default-information-metric-type default-metric "
    "distance distance-external distance-inter-area distance-intra-area log-neighbour-changes lsa-refresh-interval "
    "restart-mode restart-on-topology-change restart-period rfc1583-compatible spf-timers",
)
_ospf.knows("config summary-address")


@_ospf.line("set default-information-originate HOW:(enable|always|disable)")
def _originate(of: Of[Routing], found: Found) -> None:
    if found["HOW"] != "disable":
        of.fact.redistributes.append("default")


@_ospf.line("set (default-information-route-map|distribute-route-map-in) VALUES...")
def _ospf_map(of: Of[Routing], found: Found) -> None:
    refer(of, "route-map", found, "ospf")


@_ospf.line("set distribute-list-in VALUES...")
def _ospf_list(of: Of[Routing], found: Found) -> None:
    refer(of, ("acl", "prefix-list"), found, "ospf")


@_ospf.line("(set|append) passive-interface VALUES...")
def _passive(of: Of[Routing], found: Found) -> None:
    of.fact.passive.extend(words(found["VALUES"]))
    refer(of, INTERFACES, found, "ospf passive interface")


@table(_ospf, "area")
def _area(of: Of[Routing], name: str, found: Found) -> Of[Routing]:
    return of


known(
    _area,
    "authentication comments default-cost nssa-default-information-originate "
    "nssa-default-information-originate-metric nssa-default-information-originate-metric-type nssa-redistribution "
    "nssa-translator-role shortcut stub-type type",
)
_area.knows("config (range|virtual-link|filter-list)")


@table(_ospf, "network")
def _ospf_network(of: Of[Routing], name: str, found: Found) -> Of[Routing]:
    return of


@_ospf_network.line("set prefix NETWORK...")
def _ospf_prefix(of: Of[Routing], found: Found) -> None:
    of.fact.networks.append(str(network(found["NETWORK"])))


@_ospf_network.line("set area AREA")
def _ospf_area(of: Of[Routing], found: Found) -> None:
    if of.fact.networks and " area " not in of.fact.networks[-1]:
        of.fact.networks[-1] += f" area {word(found['AREA'])}"


known(_ospf_network, "comments")


@table(_ospf, "ospf-interface")
def _ospf_interface(of: Of[Routing], name: str, found: Found) -> Of[Routing]:
    return of


@_ospf_interface.line("set interface VALUES...")
def _ospf_interface_name(of: Of[Routing], found: Found) -> None:
    refer(of, INTERFACES, found, "ospf interface")


known(
    _ospf_interface,
    "authentication authentication-key bfd comments cost database-filter-out dead-interval hello-interval "
    "hello-multiplier ip keychain linkdown-fast-failover md5-key md5-keychain md5-keys mtu mtu-ignore network-type "
    "prefix-length priority resync-timeout retransmit-interval status transmit-delay",
)
_ospf_interface.knows("config md5-keys")

names_only(SECTIONS, "prefix-list", "router prefix-list", "router prefix-list6")
names_only(SECTIONS, "community-list", "router community-list", "router extcommunity-list")
names_only(SECTIONS, "as-path-list", "router aspath-list")
names_only(SECTIONS, "acl", "router access-list", "router access-list6")
names_only(SECTIONS, "key-chain", "router key-chain")


@table(SECTIONS, "router route-map")
def _map(here: Here, name: str, found: Found) -> Of[AccessList]:
    here.device.define("route-map", name, found.span, scope=here.scope)
    return here.of(AccessList(source=found.span, name=name))


known(_map, "comments")


@table(_map, "rule")
def _map_rule(of: Of[AccessList], name: str, found: Found) -> Of[AccessList]:
    return of


@_map_rule.line("set WHAT:(match-ip-address|match-ip-nexthop|match-ip6-address|match-ip6-nexthop) VALUES...")
def _map_address(of: Of[AccessList], found: Found) -> None:
    refer(of, ("acl", "prefix-list"), found, f"route-map {of.fact.name}")


@_map_rule.line("set (match-community|match-extcommunity) VALUES...")
def _map_community(of: Of[AccessList], found: Found) -> None:
    refer(of, "community-list", found, f"route-map {of.fact.name}")


@_map_rule.line("set match-as-path VALUES...")
def _map_path(of: Of[AccessList], found: Found) -> None:
    refer(of, "as-path-list", found, f"route-map {of.fact.name}")


@_map_rule.line("set match-interface VALUES...")
def _map_interface(of: Of[AccessList], found: Found) -> None:
    refer(of, INTERFACES, found, f"route-map {of.fact.name}")


known(
    _map_rule,
    "action match-community-exact match-flags match-metric match-origin match-route-type match-suppress match-tag "
    "match-vrf set-aggregator-as set-aggregator-ip set-aspath set-aspath-action set-atomic-aggregate set-community "
    "set-community-additive set-community-delete set-dampening-max-suppress set-dampening-reachability-half-life "
    "set-dampening-reuse set-dampening-suppress set-dampening-unreachability-half-life set-extcommunity-rt "
    "set-extcommunity-soo set-flags set-ip-nexthop set-ip-prefsrc set-ip6-nexthop set-ip6-nexthop-local "
    "set-local-preference set-metric set-metric-type set-origin set-originator-id set-priority set-route-tag set-tag "
    "set-vpnv4-nexthop set-weight",
)


def _others() -> None:
    """Processes of which only that they run is kept: what says a network, a neighbour or an interface starts one."""
    for name in ("rip", "ripng", "ospf6", "isis"):
        place: Place[Here] = Place(name)

        @SECTIONS.opens(place, f"config router {name}")
        def _(here: Here, found: Found, name: str = name) -> Here:
            if any(node.children and not node.text.startswith("config redistribute") for node in found.node.children):
                here.device.routing.append(Routing(source=found.span, protocol=name, scope=here.scope))
            return here

        place.knows("(set|unset) REST...", "config REST...")


_others()
