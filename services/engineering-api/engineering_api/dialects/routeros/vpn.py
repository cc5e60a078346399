"""Tunnels besides IPsec's: WireGuard, GRE and EoIP, clients and servers of PPP, and their profiles and secrets."""

from typing import Literal

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.interfaces import made
from engineering_api.dialects.routeros.router import SECTIONS, Router, section
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.addresses import is_address

Kind = Literal["ssl", "openvpn", "l2tp", "pptp", "gre", "wireguard"]
_CLIENTS: dict[str, Kind] = {
    "interface l2tp-client": "l2tp",
    "interface pptp-client": "pptp",
    "interface sstp-client": "ssl",
    "interface ovpn-client": "openvpn",
    "interface gre": "gre",
    "interface gre6": "gre",
    "interface eoip": "gre",
}
_SERVERS: dict[str, Kind] = {
    "interface l2tp-server server": "l2tp",
    "interface pptp-server server": "pptp",
    "interface sstp-server server": "ssl",
    "interface ovpn-server server": "openvpn",
}
_BUILT_IN_PROFILES = ("", "default", "default-encryption")
SECTIONS.update(dict.fromkeys(("ppp l2tp-secret", "interface pppoe-server server-name", "ip hotspot ip-binding")))


@section(*_CLIENTS)
def _client(router: Router, command: Command) -> None:
    made(router, command)
    name = command["name"] or command.target
    known = router.interfaces[name]
    has_key = bool(command["ipsec-secret"]) or command["use-ipsec"] in ("yes", "required")
    router.device.tunnels.append(
        Tunnel(
            source=command.where,
            name=name,
            kind=_CLIENTS[command.path],
            interface=name,
            peer=command["connect-to"] or command["remote-address"],
            authentication="psk" if has_key else "certificate" if command["certificate"] not in ("", "none") else "",
            is_enabled=known.is_enabled,
        )
    )
    _use_profile(router, command, "profile")


@section("interface pppoe-client")
def _pppoe(router: Router, command: Command) -> None:
    made(router, command)
    _use_profile(router, command, "profile")


@section(*_SERVERS)
def _server(router: Router, command: Command) -> None:
    for name in command.items("default-profile"):
        router.use("template", "" if name in _BUILT_IN_PROFILES else name, command.where, command.path)
    enabled = command.says("enabled")
    # Several OpenVPN servers are made by "add" since 7.17 and have "disabled" instead.
    is_enabled = command.is_enabled and "disabled" in command.values if enabled is None else enabled
    ipsec = command["use-ipsec"] in ("yes", "required")
    router.device.tunnels.append(
        Tunnel(
            source=command.where,
            name=command["name"] or command.path.split(" ")[1],
            kind=_SERVERS[command.path],
            authentication="psk" if ipsec else "certificate" if command["certificate"] not in ("", "none") else "",
            phase1=Proposal(encryption=[name.replace("-cbc", "") for name in command.items("cipher")])
            if command["cipher"]
            else None,
            is_enabled=is_enabled,
        )
    )


@section("interface pppoe-server server")
def _pppoe_server(router: Router, command: Command) -> None:
    router.use_interface(command["interface"], command.where, "pppoe-server")
    _use_profile(router, command, "default-profile")


@section("interface wireguard peers")
def _wireguard(router: Router, command: Command) -> None:
    interface = command["interface"]
    router.use_interface(interface, command.where, "wireguard peers")
    endpoint = command["endpoint-address"]
    router.device.tunnels.append(
        Tunnel(
            source=command.where,
            name=command["name"] or command["comment"] or endpoint or command["allowed-address"] or interface,
            kind="wireguard",
            interface=interface,
            peer=endpoint,
            authentication="psk" if command["preshared-key"] else "",
            remote_networks=command.items("allowed-address"),
            is_enabled=command.is_enabled,
        )
    )


@section("ppp profile")
def _profile(router: Router, command: Command) -> None:
    name = command["name"] or command.target.lstrip("*")
    if command.verb == "add":
        router.device.define("template", name, command.where)
    for key in ("local-address", "remote-address", "remote-ipv6-prefix-pool", "dhcpv6-pd-pool"):
        if command[key] and not is_address(command[key]):
            router.use("pool", command[key], command.where, f"ppp profile {name} {key}")
    router.use_interface(command["bridge"], command.where, f"ppp profile {name} bridge")
    router.use_list(command["interface-list"], command.where, f"ppp profile {name}")


@section("ppp secret")
def _secret(router: Router, command: Command) -> None:
    if command.verb != "add":
        raise ValueError("a change of secrets that are not here")
    _use_profile(router, command, "profile")
    for key in ("local-address", "remote-address"):
        if command[key] and not is_address(command[key]):
            router.use("pool", command[key], command.where, f"ppp secret {command['name']} {key}")


def _use_profile(router: Router, command: Command, key: str) -> None:
    if command[key] not in _BUILT_IN_PROFILES:
        router.use("template", command[key], command.where, f"{command.path} {key}")
