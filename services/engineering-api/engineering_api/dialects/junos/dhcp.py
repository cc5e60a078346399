"""DHCP: pools, and to whom requests are relayed."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.services import DhcpPool
from engineering_api.reading.paths import Found, Level

OLD_SERVER = Level[Junos]("system services dhcp")
OLD_POOL = Level[Of[DhcpPool]]("pool of system services dhcp")
LOCAL_SERVER = Level[Junos]("dhcp-local-server")
ASSIGNMENT = Level[Junos]("access")
POOL = Level[Of[DhcpPool]]("address-assignment pool")
ATTRIBUTES = Level[Of[DhcpPool]]("dhcp-attributes")
RELAY = Level[Junos]("dhcp-relay")
RELAY_GROUP = Level["Group"]("group of dhcp-relay")

_FOREVER = ("infinite", "infinity", "unlimited")


@dataclass(slots=True)
class Group:
    """Interfaces whose requests are relayed to the servers of one name."""

    junos: Junos
    interfaces: list[str]
    servers: str = ""


@OLD_SERVER.opens(OLD_POOL, "pool NETWORK")
def _old_pool(junos: Junos, found: Found) -> Of[DhcpPool]:
    network = str(ip_network(found["NETWORK"], strict=False))
    of = _pool_of(junos, network, found)
    of.fact.network = network
    return of


def _pool_of(junos: Junos, name: str, found: Found) -> Of[DhcpPool]:
    def make() -> DhcpPool:
        pool = DhcpPool(source=found.span, name=name, scope=junos.scope)
        junos.device.dhcp_pools.append(pool)
        return pool

    return Of(junos, junos.thing(("dhcp pool", name), make))


@OLD_POOL.path("address-range low FIRST high LAST", "address-range low FIRST", "address-range high LAST")
def _old_range(of: Of[DhcpPool], found: Found) -> None:
    """Low and high are two statements; the second one completes what the first began."""
    _range(of.fact, found["FIRST"], found["LAST"])


def _range(pool: DhcpPool, first: str, last: str) -> None:
    for word in (first, last):
        if word:
            ip_address(word)
    if first and last:
        pool.ranges.append(f"{first}-{last}")
    elif pool.ranges and (pool.ranges[-1].startswith("-") or pool.ranges[-1].endswith("-")):
        one, two = pool.ranges[-1].split("-")
        pool.ranges[-1] = f"{first or one}-{last or two}"
    else:
        pool.ranges.append(f"{first}-{last}")


@OLD_POOL.path("exclude-address ADDRESS")
def _exclude(of: Of[DhcpPool], found: Found) -> None:
    of.fact.excluded.append(str(ip_address(found["ADDRESS"])))


@OLD_POOL.path("router ADDRESS")
@ATTRIBUTES.path("router ADDRESS")
def _router(of: Of[DhcpPool], found: Found) -> None:
    if not of.fact.gateway:
        of.fact.say(found.line, gateway=str(ip_address(found["ADDRESS"])))


@OLD_POOL.path("name-server ADDRESS")
@ATTRIBUTES.path("name-server ADDRESS")
def _name_server(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, dns=[*of.fact.dns, str(ip_address(found["ADDRESS"]))])


@OLD_POOL.path("domain-name NAME")
@ATTRIBUTES.path("domain-name NAME")
def _domain(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, domain=found["NAME"])


@OLD_POOL.path("(default-lease-time|maximum-lease-time) SECONDS")
@ATTRIBUTES.path("maximum-lease-time SECONDS")
def _lease(of: Of[DhcpPool], found: Found) -> None:
    if found["SECONDS"] not in _FOREVER:
        of.fact.say(found.line, lease_seconds=int(found["SECONDS"]))


@OLD_POOL.path("option CODE KIND VALUE...", "option CODE VALUE")
@ATTRIBUTES.path("option CODE KIND VALUE...", "option CODE VALUE")
def _option(of: Of[DhcpPool], found: Found) -> None:
    of.fact.options.append(f"{int(found['CODE'])} {found['VALUE']}")


@OLD_POOL.path(
    "WHAT:(wins-server|boot-server|next-server|tftp-server) VALUE",
    "WHAT:(boot-file|server-identifier|domain-search|netbios-node-type) VALUE",
)
@ATTRIBUTES.path(
    "WHAT:(wins-server|boot-server|next-server|tftp-server) VALUE",
    "WHAT:(boot-file|server-identifier|domain-search|netbios-node-type) VALUE",
)
def _named_option(of: Of[DhcpPool], found: Found) -> None:
    of.fact.options.append(f"{found['WHAT']} {found['VALUE']}")


OLD_POOL.knows("propagate-settings NAME", "propagate-ppp-settings NAME", "sip-server")
OLD_SERVER.knows(
    "static-binding", "router ADDRESS", "name-server", "domain-name", "maximum-lease-time", "default-lease-time",
    "option", "wins-server", "boot-server", "domain-search", "server-identifier", "propagate-settings", "next-server",
    "boot-file", "sip-server",
)  # fmt: skip


@LOCAL_SERVER.path(
    "group NAME interface INTERFACE",
    "group NAME interface INTERFACE OPTION...",
    "dhcpv6 group NAME interface INTERFACE",
    "dhcpv6 group NAME interface INTERFACE OPTION...",
)
def _local(junos: Junos, found: Found) -> None:
    junos.uses_interface(found["INTERFACE"], found.line, "dhcp-local-server interface")
    if not any(one.name == "dhcp-server" for one in junos.device.settings):
        junos.device.set("dhcp-server", found.line)


#: What DHCPv6 is told as DHCP is.
_FOR_BOTH = (
    "overrides", "reconfigure", "authentication", "dynamic-profile", "liveness-detection", "access-profile",
    "duplicate-clients", "route-suppression", "server-duid-type", "service-profile", "short-cycle-protection",
)  # fmt: skip
LOCAL_SERVER.knows_only("group NAME", "dhcpv6", "dhcpv6 group NAME")
LOCAL_SERVER.knows(
    "group NAME overrides", "overrides", "pool-match-order", "traceoptions", "reconfigure",
    "group NAME authentication", "group NAME reconfigure", "authentication",
    "dynamic-profile", "group NAME dynamic-profile", "group NAME liveness-detection", "group NAME access-profile",
    *(f"dhcpv6 {one}" for one in _FOR_BOTH), *(f"dhcpv6 group NAME {one}" for one in _FOR_BOTH),
    "forward-snooped-clients", "duplicate-clients-on-interface", "liveness-detection", "allow-snooped-clients",
    "on-demand-address-allocation", "interface-traceoptions", "no-snoop",
)  # fmt: skip


@ASSIGNMENT.opens(POOL, "address-assignment pool NAME")
def _pool(junos: Junos, found: Found) -> Of[DhcpPool]:
    junos.device.define("pool", found["NAME"], found.span, is_used=True, scope=junos.scope)
    return _pool_of(junos, found["NAME"], found)


ASSIGNMENT.knows(
    "profile", "radius-server", "firewall-authentication",
    "address-assignment neighbor-discovery-router-advertisement", "radius", "group-profile",
    "address-assignment abated-utilization", "address-assignment high-utilization", "ldap-server", "ldap-options",
    "radius-options", "domain", "securid-server", "address-pool", "protocols", "tacplus-server", "gx-plus",
    "diameter", "ike-access-profile",
)  # fmt: skip


@POOL.path("family FAMILY network PREFIX", "family FAMILY prefix PREFIX")
def _network(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, network=str(ip_network(found["PREFIX"], strict=False)))


@POOL.path(
    "family FAMILY range NAME low FIRST high LAST",
    "family FAMILY range NAME low FIRST",
    "family FAMILY range NAME high LAST",
)
def _pool_range(of: Of[DhcpPool], found: Found) -> None:
    if "/" in found["FIRST"] + found["LAST"]:
        return
    _range(of.fact, found["FIRST"], found["LAST"])


@POOL.path("family FAMILY excluded-address ADDRESS")
def _pool_excluded(of: Of[DhcpPool], found: Found) -> None:
    of.fact.excluded.append(str(ip_address(found["ADDRESS"])))


@POOL.path("family FAMILY excluded-range NAME low FIRST", "family FAMILY excluded-range NAME high LAST")
@POOL.path("family FAMILY excluded-range NAME low FIRST high LAST")
def _pool_excluded_range(of: Of[DhcpPool], found: Found) -> None:
    of.fact.excluded.append("-".join(word for word in (found["FIRST"], found["LAST"]) if word))


@POOL.path("family FAMILY host NAME hardware-address MAC", "family FAMILY host NAME ip-address ADDRESS")
@POOL.path("family FAMILY host NAME hardware-address MAC ip-address ADDRESS")
def _host(of: Of[DhcpPool], found: Found) -> None:
    name, said = found["NAME"], " ".join(word for word in (found["MAC"], found["ADDRESS"]) if word)
    for at, known in enumerate(of.fact.reservations[-100:], start=max(len(of.fact.reservations) - 100, 0)):
        if known.split(" ", 1)[0] == name:
            of.fact.reservations[at] = f"{known} {said}"
            return
    of.fact.reservations.append(f"{name} {said}")


@POOL.opens(ATTRIBUTES, "family FAMILY dhcp-attributes")
def _attributes(of: Of[DhcpPool], found: Found) -> Of[DhcpPool]:
    return of


ATTRIBUTES.knows(
    "propagate-settings NAME", "propagate-ppp-settings NAME", "grace-period", "dns-server ADDRESS",
    "sip-server-address", "ntp-server", "circuit-type", "option-match", "preferred-lifetime", "valid-lifetime",
    "t1-percentage", "t2-percentage", "sip-server",
)  # fmt: skip
POOL.knows(
    "family FAMILY xauth-attributes", "link NAME", "active-drain", "family FAMILY range NAME prefix-length",
    "hold-down",
)  # fmt: skip


@RELAY.path("server-group NAME ADDRESS")
def _servers(junos: Junos, found: Found) -> None:
    name = found["NAME"]
    known: list[str] = junos.thing(("dhcp servers", name), list)
    if not known:
        junos.device.define("server-group", name, found.span, scope=junos.scope)
    known.append(str(ip_address(found["ADDRESS"])))


@RELAY.path("active-server-group NAME", "active-server-group NAME OPTION...")
def _active(junos: Junos, found: Found) -> None:
    junos.device.refer("server-group", found["NAME"], found.line, "dhcp-relay active-server-group", scope=junos.scope)
    junos.memory.things[junos.scope, junos.vrf, "dhcp servers of all"] = found["NAME"]


@RELAY.opens(RELAY_GROUP, "group NAME")
def _group(junos: Junos, found: Found) -> Group:
    return junos.thing(("dhcp relay", found["NAME"]), lambda: Group(junos, []))


@RELAY_GROUP.path("interface NAME", "interface NAME OPTION...")
def _group_interface(group: Group, found: Found) -> None:
    group.junos.uses_interface(found["NAME"], found.line, "dhcp-relay group interface")
    group.interfaces.append(found["NAME"])


@RELAY_GROUP.path("active-server-group NAME", "active-server-group NAME OPTION...")
def _group_servers(group: Group, found: Found) -> None:
    group.servers = found["NAME"]
    junos = group.junos
    junos.device.refer(
        "server-group", found["NAME"], found.line, "dhcp-relay group active-server-group", scope=junos.scope
    )


RELAY_GROUP.knows(
    "overrides", "relay-option-82", "relay-option", "dynamic-profile", "authentication", "route-suppression",
    "service-profile", "liveness-detection", "access-profile", "forward-only", "lease-time-validation",
    "remote-id-mismatch",
)  # fmt: skip
RELAY.knows(
    "forward-snooped-clients", "overrides", "relay-option-82", "traceoptions", "dhcpv6", "relay-option",
    "forward-only", "duplicate-clients-on-interface", "authentication", "dynamic-profile", "lease-time-validation",
    "no-snoop", "route-suppression", "maximum-hop-count", "minimum-wait-time", "source-ip-change",
    "persistent-storage", "bulk-leasequery", "active-leasequery", "leasequery", "interface-traceoptions",
    "service-profile", "access-profile", "exclude-relay-agent-identifier", "server-match", "arp-inspect",
)  # fmt: skip


def helper(junos: Junos, found: Found) -> None:
    """Relay as older switches say it: helpers bootp with a server, for all or for one interface."""
    servers = [str(ip_address(found["ADDRESS"]))] if found["ADDRESS"] else []
    name, line = found["INTERFACE"], found.line
    of_all: list[str] = junos.thing(("bootp servers of all",), list)
    if name:
        junos.uses_interface(name, line, "helpers bootp interface")
        junos.memory.later.append(lambda: _relays(junos, name, servers or of_all))
    else:
        of_all.extend(servers)


def _relays(junos: Junos, name: str, servers: list[str]) -> None:
    interface = junos.memory.interfaces.get((junos.scope, name))
    if interface is not None:
        interface.dhcp_relays.extend(one for one in servers if one not in interface.dhcp_relays)


def finish(junos: Junos) -> None:
    """Tell interfaces to whom their requests are relayed."""
    things = junos.memory.things
    for thing in list(things.values()):
        if isinstance(thing, Group):
            at = (thing.junos.scope, thing.junos.vrf)
            servers = things.get(
                (*at, "dhcp servers", thing.servers or str(things.get((*at, "dhcp servers of all"), "")))
            )
            if isinstance(servers, list):
                for name in thing.interfaces:
                    _relays(thing.junos, name, servers)
