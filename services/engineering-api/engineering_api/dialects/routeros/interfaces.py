"""Interfaces: `/interface …`, lists of them, and their addresses."""

from ipaddress import ip_interface

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import SECTIONS, Router, protect, section
from engineering_api.facts.filters import Zone
from engineering_api.facts.ports import Address, Interface, InterfaceKind
from engineering_api.facts.routing import Vrf

#: Sections of interfaces that are made by "add", and their kinds.
_MADE: dict[str, InterfaceKind] = {
    "bonding": "aggregate",
    "bridge": "bridge",
    "vlan": "vlan",
    "vxlan": "tunnel",
    "vpls": "tunnel",
    "wireguard": "tunnel",
    "gre": "tunnel",
    "gre6": "tunnel",
    "eoip": "tunnel",
    "eoipv6": "tunnel",
    "ipip": "tunnel",
    "ipipv6": "tunnel",
    "6to4": "tunnel",
    "pppoe-client": "tunnel",
    "pptp-client": "tunnel",
    "l2tp-client": "tunnel",
    "l2tp-ether": "tunnel",
    "sstp-client": "tunnel",
    "ovpn-client": "tunnel",
    "pppoe-server": "tunnel",
    "l2tp-server": "tunnel",
    "pptp-server": "tunnel",
    "sstp-server": "tunnel",
    "ovpn-server": "tunnel",
    "ppp-client": "tunnel",
    "macvlan": "subinterface",
    "macsec": "other",
    "veth": "other",
    "vrrp": "other",
    "mesh": "other",
    "dummy": "loopback",
    "pwr-line": "other",
    "lte": "wireless",
    "ethernet": "physical",
    "w60g": "wireless",
}
#: A client of these is disabled until a line says that it is not.
_OFF_BY_DEFAULT = frozenset(f"{kind}-client" for kind in ("pppoe", "pptp", "l2tp", "sstp", "ovpn", "ppp"))
#: What the lists and wireless networks are made of is read elsewhere; these say nothing that is kept.
SECTIONS.update(
    dict.fromkeys(
        f"interface {path}"
        for path in (
            "bridge settings",
            "bridge filter",
            "bridge nat",
            "bridge mdb",
            "bridge port mst-override",
            "bridge calea",
            "bridge host",
            "bridge mlag",
            "bridge port-controller",
            "bridge port-controller device",
            "bridge port-extender",
            "detect-internet",
            "ethernet poe settings",
            "ethernet poe",
            "ethernet switch",
            "ethernet switch port",
            "ethernet switch port-isolation",
            "ethernet switch rule",
            "ethernet switch host",
            "ethernet switch qos profile",
            "ethernet switch l3hw-settings",
            "ethernet switch l3hw-settings advanced",
            "ethernet switch port-leakage",
            "lte apn",
            "lte settings",
            "macsec profile",
            "mesh port",
            "dot1x client",
            "dot1x server",
            "vxlan vteps",
            "w60g station",
        )
    )
)


def physical_name(router: Router, command: Command) -> str:
    """The name of a port that a "set" changes; the port may be renamed by the same line."""
    old = command.target
    new = command["name"] or old
    if not new:
        raise ValueError("no port")
    if old and old != new:
        router.renamed[old] = new
    return new


@section(*(f"interface {path}" for path in _MADE))
def made(router: Router, command: Command) -> None:
    """An interface that a line makes or changes."""
    path = command.path.removeprefix("interface ")
    if path.endswith("-server") and command.verb == "set":
        raise ValueError("settings of a server are below its own section")
    is_set = command.verb == "set"
    name = physical_name(router, command) if is_set else command["name"]
    known = router.interface(name, command.where, _MADE[path])
    if is_set and (old := command.target) not in ("", name):
        known.say(command.where, alias=old)
    _common(known, command)
    if path in _OFF_BY_DEFAULT and not is_set and "disabled" not in command.values:
        known.is_enabled = False
    is_used = path in ("ethernet", "lte", "w60g") or path.endswith(("-server", "-client"))
    router.device.define("interface", name, command.where, is_used=is_used)
    for key in ("interface", "parent", "bridge"):
        if command[key]:
            router.use_interface(command[key], command.where, f"{path} {name}")
    if path in ("vlan", "macvlan", "vrrp", "pppoe-client", "macsec") and command["interface"]:
        known.say(command.where, parent=command["interface"])
    if path == "vlan":
        _vlan(router, command, known)
    elif path == "bonding":
        _bonding(router, command, known)
    elif path == "vrrp":
        router.device.set("high-availability", command.where, value=f"vrrp {command['vrid'] or '1'}".strip())


def _common(known: Interface, command: Command) -> None:
    if command["comment"]:
        known.say(command.where, description=command["comment"])
    if "disabled" in command.values:
        known.say(command.where, is_enabled=command.is_enabled)
    if (mtu := command.number("mtu")) is not None:
        known.say(command.where, mtu=mtu)
    negotiates = bool(command.says("auto-negotiation"))
    if command["speed"] and not negotiates:
        known.say(command.where, speed=command["speed"])
    if (full := command.says("full-duplex")) is not None and not negotiates:
        known.say(command.where, duplex="full" if full else "half")
    if command["poe-out"]:
        known.say(command.where, power=command["poe-out"])
    if command["vrf"]:
        known.say(command.where, vrf=command["vrf"])
    if command["arp"] in ("proxy-arp", "local-proxy-arp"):
        protect(known, command["arp"], command.where)
    if command.says("loop-protect") or command["loop-protect"] == "on":
        protect(known, "loop-guard", command.where)


def _vlan(router: Router, command: Command, known: Interface) -> None:
    number = command.number("vlan-id") or 1
    if not 1 <= number <= 4095:
        raise ValueError("no VLAN")
    known.say(command.where, vlan=number)
    router.vlan(number, command.where, known.name, is_enabled=known.is_enabled)


def _bonding(router: Router, command: Command, known: Interface) -> None:
    for name in command.items("slaves"):
        member = router.interface(name, command.where)
        member.say(command.where, aggregate=known.name, aggregate_mode=command["mode"] or "balance-rr")
        router.use_interface(name, command.where, f"bonding {known.name} slaves")


@section("interface ethernet switch vlan")
def _switch_vlan(router: Router, command: Command) -> None:
    number = command.number("vlan-id")
    if number is None:
        return
    router.vlan(number, command.where, command["comment"])
    for name in command.items("ports"):
        router.use_interface(name, command.where, f"switch vlan {number} ports")


@section("interface list")
def _list(router: Router, command: Command) -> None:
    name = command["name"] or command.target
    if command.verb == "add":
        router.device.define("list", name, command.where)
        if name not in router.zones:
            router.zones[name] = Zone(source=command.where, name=name)
            router.device.zones.append(router.zones[name])
    for other in command.items("include", "exclude"):
        router.use_list(other, command.where, f"interface list {name}")


@section("interface list member")
def _member(router: Router, command: Command) -> None:
    name, interface = command["list"], command["interface"]
    router.use_list(name, command.where, f"interface list member {interface}")
    router.use_interface(interface, command.where, f"interface list {name}")
    if not command.is_enabled or not interface:
        return
    if zone := router.zones.get(name):
        zone.interfaces.append(interface)
        zone.at[f"interfaces.{interface}"] = command.where
    known = router.interface(interface, command.where)
    if not known.zone:
        known.say(command.where, zone=name)


@section("ip address", "ipv6 address")
def _address(router: Router, command: Command) -> None:
    name = command["interface"]
    router.use_interface(name, command.where, command.path)
    known = router.interface(name, command.where)
    if not command.is_enabled or command["from-pool"] or not command["address"]:
        return
    text = command["address"]
    if "/" not in text:
        text += f"/{command['netmask'] or 32}" if command.path == "ip address" else "/64"
    known.addresses.append(Address(source=command.where, value=ip_interface(text)))
    if command["comment"] and not known.description:
        known.say(command.where, description=command["comment"])


@section("ip vrf", "routing table", "ip route vrf")
def _vrf(router: Router, command: Command) -> None:
    name = command["name"] or command["routing-mark"] or command.target
    if not name:
        raise ValueError("no table")
    router.device.define("vrf", name, command.where, is_used=bool(command["interfaces"]))
    if command.path != "routing table":
        router.device.vrfs.append(Vrf(source=command.where, name=name, distinguisher=command["route-distinguisher"]))
    for interface in command.items("interfaces"):
        router.use_interface(interface, command.where, f"vrf {name}")
        if interface not in ("all", "none", "static", "dynamic"):
            router.interface(interface, command.where).say(command.where, vrf=name)
