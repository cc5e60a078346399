"""Routes, DHCP and name servers: `/ip route`, `/ip pool`, `/ip dhcp-…`, `/ip dns`."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import SECTIONS, Router, section
from engineering_api.facts.routing import Route
from engineering_api.facts.services import DhcpPool, Server
from engineering_api.reading.addresses import is_address

SECTIONS.update(
    dict.fromkeys(
        (
            "ip arp",
            "ip dhcp-client option",
            "ip dhcp-server alert",
            "ip dhcp-server config",
            "ip dhcp-server matcher",
            "ip dhcp-server option",
            "ip dhcp-server option sets",
            "ip dns adlist",
            "ip dns forwarders",
            "ip dns static",
            "ipv6 dhcp-client option",
            "ipv6 dhcp-server option",
            "ipv6 nd",
            "ipv6 nd prefix",
            "ipv6 nd prefix default",
            "ipv6 neighbor",
        )
    )
)
Network = IPv4Network | IPv6Network

_DISCARDING = ("blackhole", "unreachable", "prohibit")


@section("ip route", "ipv6 route")
def _route(router: Router, command: Command) -> None:
    if command.verb != "add":
        raise ValueError("a change of routes that were learnt")
    default = "0.0.0.0/0" if command.path == "ip route" else "::/0"
    prefix = ip_network(command["dst-address"] or default, strict=False)
    table = command["routing-table"] or command["routing-mark"] or command["vrf-interface"]
    if command["routing-table"] not in ("", "main"):
        router.use("vrf", table, command.where, f"{command.path} {prefix}")
    is_discard = command["type"] in _DISCARDING or any(word in command.flags for word in _DISCARDING)
    is_discard = is_discard or bool(command.says("blackhole"))
    for hop in command.items("gateway") or [""]:
        gateway, _, interface = hop.partition("@")[0].partition("%")
        if gateway and not is_address(gateway):
            gateway, interface = "", gateway
        if interface:
            router.use_interface(interface, command.where, f"{command.path} {prefix} gateway")
        router.device.routes.append(
            Route(
                source=command.where,
                prefix=prefix,
                gateway=gateway,
                interface=interface,
                distance=command.number("distance"),
                vrf="" if table == "main" else table,
                name=command["comment"],
                is_discard=is_discard,
                is_enabled=command.is_enabled,
            )
        )


@section("ip route rule", "routing rule")
def _route_rule(router: Router, command: Command) -> None:
    if command["interface"]:
        router.use_interface(command["interface"], command.where, command.path)
    if command.path == "routing rule" and command["table"] not in ("", "main"):
        router.use("vrf", command["table"], command.where, command.path)


@section("ip pool", "ipv6 pool")
def _pool(router: Router, command: Command) -> None:
    if command.verb == "add":
        router.device.define("pool", command["name"], command.where)
    router.use("pool", command["next-pool"], command.where, "next-pool")


@section("ip dhcp-client", "ipv6 dhcp-client")
def _client(router: Router, command: Command) -> None:
    router.use_interface(command["interface"], command.where, command.path)
    if command["pool-name"]:
        router.device.define("pool", command["pool-name"], command.where)
    if command.is_enabled:
        router.interface(command["interface"], command.where).say(command.where, is_dhcp_client=True)


@section("ip dhcp-relay")
def _relay(router: Router, command: Command) -> None:
    router.use_interface(command["interface"], command.where, "dhcp-relay")
    if command.is_enabled:
        known = router.interface(command["interface"], command.where)
        known.say(command.where, dhcp_relays=command.items("dhcp-server"))


@section("ip dhcp-server", "ipv6 dhcp-server")
def _server(router: Router, command: Command) -> None:
    if command.verb != "add":
        return
    router.use_interface(command["interface"], command.where, command.path)
    if command["address-pool"] != "static-only":
        router.use("pool", command["address-pool"], command.where, f"{command.path} {command['name']}")
    router.device.dhcp_pools.append(
        DhcpPool(
            source=command.where,
            name=command["name"] or command["interface"],
            interface=command["interface"],
            lease_seconds=command.seconds("lease-time"),
            is_enabled=command.is_enabled,
        )
    )


@section("ip dhcp-server network")
def _network(router: Router, command: Command) -> None:
    ip_network(command["address"], strict=False)


@section("ip dhcp-server lease")
def _lease(router: Router, command: Command) -> None:
    if command["address"] and not is_address(command["address"]):
        router.use("pool", command["address"], command.where, "dhcp lease")


@section("ip dns")
def _dns(router: Router, command: Command) -> None:
    for address in command.items("servers"):
        router.device.servers.append(Server(source=command.where, kind="dns", address=address))
    if command["use-doh-server"]:
        router.device.servers.append(
            Server(source=command.where, kind="dns", address=command["use-doh-server"], options=["https"])
        )
    if (answers := command.says("allow-remote-requests")) is not None:
        router.device.set("dns-for-everybody", command.where, is_on=answers)


def finish(router: Router) -> None:
    """What pools, networks and leases say of DHCP servers."""
    pools = {command["name"]: command for command in router.commands["ip pool"]}
    networks: dict[Network, Command] = {}
    for command in router.commands["ip dhcp-server network"]:
        if command.verb == "add":
            with router.reading(command):
                networks.setdefault(ip_network(command["address"], strict=False), command)
    servers = {command.where: command for command in router.commands["ip dhcp-server"]}
    taken: set[Network] = set()
    for pool in router.device.dhcp_pools:
        if (server := servers.get(pool.source)) is None:
            continue
        if (said := pools.get(server["address-pool"])) is not None:
            pool.say(said.where, ranges=said.items("ranges"))
        taken |= _take_network(router, pool, networks)
    for network, command in networks.items():
        if network not in taken:
            pool = DhcpPool(source=command.where, name=command["comment"] or command["address"])
            _say_network(pool, network, command)
            router.device.dhcp_pools.append(pool)
    _reserve(router)


def _reserve(router: Router) -> None:
    """Leases belong to the server that they name, or else to the one of their network."""
    by_name = {pool.name: pool for pool in router.device.dhcp_pools}
    by_network = {ip_network(pool.network): pool for pool in router.device.dhcp_pools if pool.network}
    for command in router.commands["ip dhcp-server lease"]:
        pool = by_name.get(command["server"])
        if pool is None and (network := _around(by_network, command["address"])) is not None:
            pool = by_network[network]
        if pool is not None and command["mac-address"] and command.is_enabled:
            name = command["comment"] or command["host-name"] or "-"
            pool.reservations.append(f"{name} {command['mac-address']} {command['address']}")


def _take_network(router: Router, pool: DhcpPool, networks: dict[Network, Command]) -> set[Network]:
    """Find the network of a server: the one with its pool's addresses, or else with its interface's."""
    interface = router.interfaces.get(pool.interface)
    starts = [part.partition("-")[0].partition("/")[0] for part in pool.ranges]
    starts += [str(address.value.ip) for address in interface.addresses] if interface else []
    for start in starts:
        if (network := _around(networks, start)) is not None:
            _say_network(pool, network, networks[network])
            return {network}
    if interface and interface.addresses:
        address = interface.addresses[0]
        pool.say(address.source, network=str(address.value.network))
    return set()


def _say_network(pool: DhcpPool, network: Network, command: Command) -> None:
    pool.say(command.where, network=str(network))
    if command["gateway"]:
        pool.say(command.where, gateway=command.items("gateway")[0])
    if command["dns-server"]:
        pool.say(command.where, dns=command.items("dns-server"))
    if command["domain"]:
        pool.say(command.where, domain=command["domain"])
    options = [f"{code} {value}" for code, key in ((42, "ntp-server"), (44, "wins-server")) if (value := command[key])]
    options += [f"{key} {command[key]}" for key in ("boot-file-name", "next-server", "dhcp-option") if command[key]]
    if options:
        pool.say(command.where, options=options)


def _around(networks: Mapping[Network, object], address: str) -> Network | None:
    """The smallest of some networks (the keys of a dictionary) that has an address."""
    if not is_address(address):
        return None
    number = ip_address(address)
    for length in range(number.max_prefixlen, -1, -1):
        if (network := ip_network((number, length), strict=False)) in networks:
            return network
    return None
