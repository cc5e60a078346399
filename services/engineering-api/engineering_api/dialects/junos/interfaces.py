"""Interfaces and their units."""

from dataclasses import dataclass
from ipaddress import ip_interface

from engineering_api.dialects.junos.state import Junos, Member, Of
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Address, Interface, Mode
from engineering_api.reading.paths import Found, Level

INTERFACES = Level[Junos]("interfaces")
INTERFACE = Level[Of[Interface]]("interface")
OPTIONS = Level[Of[Interface]]("options of a port")
UNIT = Level[Of[Interface]]("unit")
INET = Level[Of[Interface]]("family inet")
INET_ADDRESS = Level["OnInterface"]("address")
SWITCHING = Level[Of[Interface]]("family ethernet-switching")


@dataclass(slots=True)
class OnInterface:
    """An address, and whose it is."""

    interface: Interface
    fact: Address


_MODES: dict[str, Mode] = {"access": "access", "trunk": "trunk", "tagged-access": "hybrid"}


@INTERFACES.opens(INTERFACE, "NAME", can_be_off=True)
def _interface(junos: Junos, found: Found) -> Of[Interface]:
    fact = junos.interface(found["NAME"], found.span)
    if not found.is_active:
        fact.say(found.line, is_enabled=False)
    return Of(junos, fact)


@INTERFACES.opens(INTERFACE, "interface-range RANGE", says_nothing=True)
def _range(junos: Junos, found: Found) -> Of[Interface]:
    """What a range says is read again for each of its members; see `inherit`."""
    return Of(junos, Interface(source=found.span, name=found["RANGE"]))


INTERFACES.knows("traceoptions", "interface-set")
INTERFACE.knows(
    "member NAME", "member-range FIRST to LAST", "vlan-tagging", "flexible-vlan-tagging", "stacked-vlan-tagging",
    "encapsulation KIND", "hold-time", "traps", "no-traps", "no-gratuitous-arp-request", "gratuitous-arp-reply",
    "mac MAC", "accounting-profile NAME", "traceoptions", "optics-options", "sonet-options", "multiservice-options",
    "fabric-options", "otn-options", "framing", "e1-options", "t1-options", "t3-options", "clocking SOURCE",
    "bandwidth", "tunnel", "damping", "passive-monitor-mode", "per-unit-scheduler", "hierarchical-scheduler",
    "unidirectional", "port-mirror", "esi", "auto-configure", "redundant-ether-options redundancy-group NUMBER",
    "no-native-vlan-insert", "services-options", "ppp-options", "dsl-options", "vdsl-options", "modem-options",
    "dialer-options", "serial-options", "cellular-options", "lacp", "link-mode automatic", "external-model",
    "tcp-mss SIZE", "number-of-sub-ports NUMBER", "interface-transmit-statistics",
)  # fmt: skip


@INTERFACE.path("description TEXT...")
@UNIT.path("description TEXT...")
def _description(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, description=found["TEXT"])


@INTERFACE.path("disable")
@UNIT.path("disable")
def _disable(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_enabled=False)


@INTERFACE.path("enable")
@UNIT.path("enable")
def _enable(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_enabled=True)


@INTERFACE.path("mtu MTU")
@INET.path("mtu MTU")
def _mtu(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, mtu=int(found["MTU"]))


@INTERFACE.path("speed SPEED")
def _speed(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, speed=found["SPEED"])


@INTERFACE.path("link-mode MODE")
@OPTIONS.path("link-mode MODE")
def _duplex(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, duplex=found["MODE"].removesuffix("-duplex"))


@INTERFACE.path("native-vlan-id ID")
@SWITCHING.path("native-vlan-id ID")
def _native(of: Of[Interface], found: Found) -> None:
    word = found["ID"]
    if word.isdecimal():
        of.fact.say(found.line, native_vlan=int(word))
        return
    name, fact, junos, line = word, of.fact, of.junos, found.line
    junos.device.refer("vlan", name, line, f"interface {fact.name} native-vlan-id", scope=junos.scope)
    junos.memory.later.append(lambda: fact.say(line, native_vlan=junos.memory.vlan_ids.get(name)))


@INTERFACE.opens(OPTIONS, "(ether-options|gigether-options|fastether-options|aggregated-ether-options)")
def _options(of: Of[Interface], found: Found) -> Of[Interface]:
    return of


@OPTIONS.path("802.3ad BUNDLE", "redundant-parent BUNDLE", "ieee-802.3ad BUNDLE")
def _bundle(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, aggregate=found["BUNDLE"])
    of.junos.uses_interface(found["BUNDLE"], found.line, f"interface {of.fact.name} 802.3ad", is_unit=False)


OPTIONS.knows(
    "802.3ad lacp", "auto-mdix", "lacp periodic HOW", "lacp system-id MAC", "lacp system-priority NUMBER",
    "lacp admin-key NUMBER", "lacp force-up", "lacp accept-data", "lacp link-protection", "lacp hold-time",
    "lacp minimum-links", "minimum-links NUMBER", "link-speed SPEED", "link-protection", "flow-control",
    "no-flow-control", "auto-negotiation", "no-auto-negotiation", "loopback", "no-loopback", "mc-ae", "load-balance",
    "speed", "autostate-exclude", "source-filtering", "source-address-filter", "bfd-liveness-detection",
    "ethernet-switch-profile", "local-minimum-links-threshold", "fec MODE", "802.3ad BUNDLE port-priority NUMBER",
    "ieee-802-3az-eee", "mdi-mode", "redundant-parent", "logical-interface-fpc-redundancy", "share-standby",
)  # fmt: skip


@OPTIONS.path("lacp MODE:(active|passive)")
def _lacp(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, aggregate_mode=found["MODE"])


@INTERFACE.opens(UNIT, "unit UNIT", can_be_off=True)
def _unit(of: Of[Interface], found: Found) -> Of[Interface]:
    if not found["UNIT"].isdecimal() and found["UNIT"] != "*":
        raise ValueError("a unit is a number")
    fact = of.junos.interface(f"{of.fact.name}.{found['UNIT']}", found.span)
    if not found.is_active:
        fact.say(found.line, is_enabled=False)
    return Of(of.junos, fact)


UNIT.knows(
    "encapsulation KIND", "bandwidth", "point-to-point", "multipoint", "input-vlan-map", "output-vlan-map", "traps",
    "no-traps", "vlan-id-range RANGE", "vlan-id-list LIST", "vlan-tags",
    "family (iso|mpls|vpls|ccc|tcc|any|bridge-l2)", "proxy-arp", "accept-source-mac", "ppp-options", "pppoe-options",
    "tunnel", "peer-unit NUMBER", "arp-resp", "no-proxy-arp", "esi", "mac MAC", "dlci NUMBER", "vci VCI",
    "interface-shared-with", "keepalives", "virtual-gateway-accept-data", "virtual-gateway-v4-mac MAC",
    "virtual-gateway-v6-mac MAC", "dialer-options", "swap-by-poppush", "native-inner-vlan-id ID",
    "actual-transit-statistics", "demux-options", "radio-router", "backup-options", "clear-dont-fragment-bit",
    "reassemble-packets", "targeted-broadcast", "service-domain", "layer2-policer", "filter",
)  # fmt: skip


@UNIT.path("vlan-id ID")
def _tag(of: Of[Interface], found: Found) -> None:
    if found["ID"] != "none":
        of.fact.say(found.line, vlan=_vlan(found["ID"]))


@UNIT.opens(INET, "family FAMILY:(inet|inet6)")
def _inet(of: Of[Interface], found: Found) -> Of[Interface]:
    if of.fact.mode is None:
        of.fact.mode = "routed"
    return of


@INET.opens(INET_ADDRESS, "address ADDRESS")
def _address(of: Of[Interface], found: Found) -> OnInterface:
    value = ip_interface(found["ADDRESS"])
    for known in of.fact.addresses:
        if known.value == value:
            return OnInterface(of.fact, known)
    address = Address(source=found.span, value=value)
    of.fact.addresses.append(address)
    return OnInterface(of.fact, address)


@INET_ADDRESS.path("vrrp-group GROUP virtual-address ADDRESS", "vrrp-inet6-group GROUP virtual-inet6-address ADDRESS")
def _vrrp(on: OnInterface, found: Found) -> None:
    on.interface.virtual_addresses.append(f"{ip_interface(found['ADDRESS']).ip} vrrp {found['GROUP']}")


INET_ADDRESS.knows(
    "preferred", "primary", "arp ADDRESS", "vrrp-group GROUP", "vrrp-inet6-group GROUP", "eui-64",
    "virtual-gateway-address ADDRESS", "broadcast ADDRESS", "destination ADDRESS", "master-only", "ndp ADDRESS",
    "web-authentication", "subnet-router-anycast", "destination-profile", "multipoint-destination",
)  # fmt: skip


@INET.path("dhcp", "dhcp-client", "dhcpv6-client", "dhcp OPTION...", "dhcp-client OPTION...", "dhcpv6-client OPTION...")
def _dhcp(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_dhcp_client=True)


@INET.path("filter DIRECTION:(input|output|input-list|output-list) NAME")
@SWITCHING.path("filter DIRECTION:(input|output|input-list|output-list) NAME")
def _filter(of: Of[Interface], found: Found) -> None:
    direction = found["DIRECTION"]
    of.junos.device.refer(
        "acl", found["NAME"], found.line, f"interface {of.fact.name} filter {direction}", scope=of.junos.scope
    )
    if direction.startswith("input"):
        of.fact.say(found.line, acl_in=of.fact.acl_in or found["NAME"])
    else:
        of.fact.say(found.line, acl_out=of.fact.acl_out or found["NAME"])


@INET.path("policer DIRECTION:(input|output|arp) NAME")
def _policer(of: Of[Interface], found: Found) -> None:
    of.junos.device.refer(
        "policy-map", found["NAME"], found.line, f"interface {of.fact.name} policer", scope=of.junos.scope
    )


INET.knows(
    "filter group NUMBER", "rpf-check", "no-redirects", "no-neighbor-learn", "unnumbered-address INTERFACE",
    "primary", "preferred-source-address", "sampling", "tcp-mss SIZE", "dad-disable", "no-dad-disable",
    "nd6-stale-time", "targeted-broadcast", "accounting", "negotiate-address", "service", "multicast-only",
    "receive-options-packets", "address ADDRESS accept-data", "simple-filter", "ndp-proxy", "arp-learn-limit",
    "mac-validate", "demux-source", "max-sessions", "destination-udp-port",
)  # fmt: skip


@UNIT.opens(SWITCHING, "family (ethernet-switching|bridge)")
def _switching(of: Of[Interface], found: Found) -> Of[Interface]:
    if of.fact.mode in (None, "routed"):
        of.fact.mode = "access"
    return of


@SWITCHING.path("port-mode MODE", "interface-mode MODE")
def _mode(of: Of[Interface], found: Found) -> None:
    if found["MODE"] not in _MODES:
        raise ValueError("no mode of a port")
    of.fact.say(found.line, mode=_MODES[found["MODE"]])


@SWITCHING.path("vlan members WORD", "vlan-id WORD", "vlan-id-list WORD")
def _members(of: Of[Interface], found: Found) -> None:
    for number in found["WORD"].split("-"):
        if number.isdecimal():
            _vlan(number)
    of.junos.memory.members.append(Member(of.fact, found["WORD"], found.line))


SWITCHING.knows(
    "storm-control NAME", "recovery-timeout", "interface-mac-limit", "mac-limit", "vlan-rewrite",
    "inner-vlan-id-list", "reflective-relay", "policer",
)  # fmt: skip


def finish(junos: Junos) -> None:
    """Tell ports their VLANs by number, when all VLANs are known; tell units that their port is disabled."""
    ids = junos.memory.vlan_ids
    for member in junos.memory.members:
        _resolve(junos, member, ids)
    off = {(one.scope, one.name): one for one in junos.device.interfaces if not one.is_enabled}
    for interface in junos.device.interfaces:
        _takes_native(junos, interface)
        port = off.get((interface.scope, interface.parent))
        if port is not None and interface.is_enabled:
            interface.say(port.line_of("is_enabled"), is_enabled=False)


def _takes_native(junos: Junos, unit: Interface) -> None:
    """Newer switches say the VLAN without a tag at the port, and all others at its unit."""
    port = junos.memory.interfaces.get((unit.scope, unit.parent))
    if port is not None and unit.mode == "trunk" and unit.native_vlan is None and port.native_vlan is not None:
        unit.say(port.line_of("native_vlan"), native_vlan=port.native_vlan)


def _resolve(junos: Junos, member: Member, ids: dict[str, int]) -> None:
    fact, word, line = member.interface, member.word, member.line
    if word == "all":
        numbers: list[int] | None = None
    else:
        first, _, last = word.partition("-")
        if first.isdecimal() and (last.isdecimal() or not last):
            numbers = list(range(_vlan(first), _vlan(last or first) + 1))
        else:
            junos.device.refer("vlan", word, line, f"interface {fact.name} vlan members", scope=junos.scope)
            numbers = [ids[word]] if word in ids else []
    if fact.mode in {"trunk", "hybrid"}:
        if numbers is None:
            fact.at["trunk_vlans"] = line
        else:
            begun = fact.at.get("trunk_vlans", line).first
            fact.say(Span(min(begun, line.first), line.last), trunk_vlans=sorted({*(fact.trunk_vlans or []), *numbers}))
    elif numbers and fact.access_vlan is None:
        fact.say(line, access_vlan=numbers[0])


def _vlan(word: str) -> int:
    number = int(word)
    if not 0 <= number <= 4095:
        raise ValueError("no VLAN")
    return number
