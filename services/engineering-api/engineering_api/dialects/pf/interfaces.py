"""Interfaces: those that the firewall speaks of (wan, lan, opt1), and the devices below them."""

import re
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import Final

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields, matching
from engineering_api.facts.filters import Action, Ends, Rule, Services, Zone
from engineering_api.facts.ports import Address, Interface, InterfaceKind, Vlan

_KINDS: Final[tuple[tuple[str, InterfaceKind], ...]] = (
    (r"vlan\d.*|qinq\d.*|.+\.\d+|.+_vlan\d+", "vlan"),
    (r"lagg\d+", "aggregate"),
    (r"bridge\d+", "bridge"),
    (r"(gre|gif|ovpn[sc]|wg|tun_wg|ipsec|vti|l2tp|pptp|vxlan|ppp|pppoe|enc|openvpn|zt|tailscale)\d*.*", "tunnel"),
    (r"lo\d*", "loopback"),
    (r".+_wlan\d+|(ath|ral|iwn|iwm|run|rum)\d+", "wireless"),
)
#: What other lines of the configuration must define: a physical port is defined by the machine.
_MADE = re.compile(r"vlan\d.*|qinq\d.*|.+\.\d+|lagg\d+|bridge\d+|gre\d+|gif\d+|ovpn[sc]\d+|(tun_)?wg\d+")
#: Ways to get an address; the gateway of such an interface gets its name from it.
_DYNAMIC: Final = {"dhcp": "DHCP", "pppoe": "PPPOE", "ppp": "PPP", "l2tp": "L2TP", "pptp": "PPTP", "dhcp6": "DHCP6",
    "slaac": "SLAAC", "track6": "TRACK6", "idassoc6": "TRACK6", "6rd": "6RD", "6to4": "6TO4"}  # fmt: skip
_ADVANCED = matching(
    """
    adv_.* dhcp6.* dhcp(hostname|reject.*|vlanenable|overridemtu) track6-.* alias-.* prefix-6rd.* ppp(oe)?_.*
    gateway-6rd slaacusev4iface ipv6usev4iface pppoe_password wireless disableifpppoev6 hw_settings_.*
    disable(checksum|segmentation|largereceive|vlanhwfilter).* ipaddrv6_.* media mediaopt spoofmac mss
    """
)

#: What "block private networks" stands for; OPNsense adds the addresses between a provider and its customers.
PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7")
_SHARED: Final = "100.64.0.0/10"


def section(context: Context, fields: Fields) -> None:
    """<interfaces>: an element for each."""
    for name in dict.fromkeys(child.name for child in fields.element.elements):
        context.each(fields, name, _assigned)


def _assigned(context: Context, fields: Fields) -> None:
    device = fields.text("if")
    made = Interface(source=fields.span, name=fields.name, kind=kind(device))
    context.device.interfaces.append(made)
    context.device.define("interface", fields.name, fields.span, is_used=True)
    made.say(fields.line("enable"), is_enabled=fields.is_on("enable"))
    if device:
        made.say(fields.line("if"), parent=device)
        if _MADE.fullmatch(device):
            context.use("interface", device, fields.line("if"), f"interface {fields.name}")
    if device in context.names.tags:
        made.vlan = context.names.tags[device]
    if description := fields.text("descr"):
        made.say(fields.line("descr"), alias=description)
    with context.field(fields, "mtu"):
        if mtu := fields.text("mtu"):
            made.say(fields.line("mtu"), mtu=int(mtu))
    _addresses(context, fields, made)
    for name in ("gateway", "gatewayv6"):
        if (gateway := fields.text(name)) and gateway != "none":
            context.use("gateway", gateway, fields.line(name), f"interface {fields.name}")
    _protections(context, fields, made)
    fields.knows(
        "lock",
        "internal_dynamic",
        "virtual",
        "type",
        "networks",
        "descr",
        "identifier",
        "ddnsdomain",
        "name",
        "promisc",
    )
    fields.knows_like(_ADVANCED)


def kind(device: str) -> InterfaceKind:
    """What a device is, by its name."""
    return next((one for pattern, one in _KINDS if re.fullmatch(pattern, device)), "physical")


def _addresses(context: Context, fields: Fields, made: Interface) -> None:
    for name, length in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
        value = fields.text(name)
        fields.knows(length)
        if not value or value == "none":
            continue
        if value in _DYNAMIC:
            gateway = f"{(made.alias or made.name).upper()}_{_DYNAMIC[value]}"
            context.device.define("gateway", gateway, fields.line(name), is_used=True)
            if value in ("dhcp", "dhcp6"):
                made.say(fields.line(name), is_dhcp_client=True)
            continue
        with context.field(fields, name):
            address = interface_of(value, fields.text(length))
            made.addresses.append(Address(source=fields.line(name), value=address))


def interface_of(address: str, length: str) -> IPv4Interface | IPv6Interface:
    """An address with the length of its network; without one it is alone. Raises `ValueError`."""
    return ip_interface(f"{address}/{length}" if length and "/" not in address else address)


def _protections(context: Context, fields: Fields, made: Interface) -> None:
    for name, word in (("blockpriv", "block-private"), ("blockbogons", "block-bogons")):
        if fields.is_on(name):
            made.protections.append(word)
    if fields.is_on("blockpriv"):
        action: Action = "deny"
        context.device.access_lists[0].rules.append(
            Rule(
                source=fields.line("blockpriv"),
                action=action,
                from_zones=[made.name],
                comment="Block private networks",
                source_ends=Ends(networks=[*PRIVATE, *([_SHARED] if context.device.platform == "opnsense" else [])]),
                destination_ends=Ends(is_any=True),
                services=Services(is_any=True),
            )
        )


def groups(context: Context, fields: Fields) -> None:
    """<ifgroups>."""
    context.each(fields, "ifgroupentry", _group)


def _group(context: Context, fields: Fields) -> None:
    name = fields.needed("ifname")
    members = fields.words("members")
    context.device.zones.append(Zone(source=fields.span, name=name, interfaces=members))
    context.device.define("zone", name, fields.span)
    for member in members:
        context.use_interface(member, fields.line("members"), f"interface group {name}")
    fields.knows("descr", "nogroup", "sequence")


def vlans(context: Context, fields: Fields) -> None:
    """<vlans>."""
    context.each(fields, "vlan", _vlan)


def _vlan(context: Context, fields: Fields) -> None:
    parent, tag = fields.needed("if"), int(fields.needed("tag"))
    if not 0 <= tag < 4096:
        raise ValueError(tag)
    name, description = fields.text("vlanif") or f"{parent}.{tag}", fields.text("descr")
    context.device.vlans.append(Vlan(source=fields.span, id=tag, name=description))
    _device(
        context,
        fields,
        Interface(source=fields.span, name=name, kind="vlan", vlan=tag, parent=parent, description=description),
    )
    if _MADE.fullmatch(parent):
        context.use("interface", parent, fields.line("if"), f"VLAN {tag}")
    fields.knows("pcp", "proto")


def aggregates(context: Context, fields: Fields) -> None:
    """<laggs>."""
    context.each(fields, "lagg", _aggregate)


def _aggregate(context: Context, fields: Fields) -> None:
    name, protocol = fields.needed("laggif"), fields.text("proto")
    made = Interface(
        source=fields.span, name=name, kind="aggregate", description=fields.text("descr"), aggregate_mode=protocol
    )
    made.mtu = fields.number("mtu")
    _device(context, fields, made)
    for port in dict.fromkeys(fields.words("members", "laggport")):
        context.device.interfaces.append(
            Interface(
                source=fields.line("members", "laggport"),
                name=port,
                kind="physical",
                aggregate=name,
                aggregate_mode=protocol,
            )
        )
    fields.knows(
        "primary_member", "lacp_fast_timeout", "lacptimeout", "lacp_strict", "use_flowid", "lagghash", "failovermaster"
    )


def bridges(context: Context, fields: Fields) -> None:
    """<bridges>."""
    context.each(fields, "bridged", _bridge)


_BRIDGE = matching(
    """
    enablestp stp proto maxage fwdelay holdcnt hellotime priority ifpriority ifpathcost maxaddr timeout span
    edge autoedge ptp autoptp static private linklocal ip6linklocal
    """
)


def _bridge(context: Context, fields: Fields) -> None:
    name = fields.needed("bridgeif")
    members = fields.words("members", "member")
    _device(
        context,
        fields,
        Interface(source=fields.span, name=name, kind="bridge", description=fields.text("descr"), members=members),
    )
    for member in members:
        context.use_interface(member, fields.line("members", "member"), f"bridge {name}")
    fields.knows_like(_BRIDGE)


def tunnels(context: Context, fields: Fields) -> None:
    """<gres> and <gifs>: the devices; what they lead to is read with the tunnels."""
    context.each(fields, "gre", _tunnel)
    context.each(fields, "gif", _tunnel)


def _tunnel(context: Context, fields: Fields) -> None:
    name = fields.needed("greif", "gifif")
    made = Interface(source=fields.span, name=name, kind="tunnel", description=fields.text("descr"))
    if local := fields.text("tunnel-local-addr"):
        made.addresses.append(
            Address(
                source=fields.line("tunnel-local-addr"), value=interface_of(local, fields.text("tunnel-remote-net"))
            )
        )
    _device(context, fields, made)
    context.use_interface(fields.text("if"), fields.line("if"), f"tunnel {name}")
    fields.knows_all()


def dial_up(context: Context, fields: Fields) -> None:
    """<ppps>: PPPoE and modems."""
    context.each(fields, "ppp", _ppp)


def _ppp(context: Context, fields: Fields) -> None:
    name = fields.needed("if")
    _device(
        context,
        fields,
        Interface(
            source=fields.span, name=name, kind="tunnel", parent=fields.text("ports"), description=fields.text("descr")
        ),
    )
    fields.knows_all()


def virtual_addresses(context: Context, fields: Fields) -> None:
    """<virtualip>: CARP, aliases and addresses that are only answered for."""
    context.each(fields, "vip", _virtual_address)


def _virtual_address(context: Context, fields: Fields) -> None:
    mode, interface = fields.text("mode"), fields.text("interface")
    address = interface_of(fields.needed("subnet"), fields.text("subnet_bits"))
    fields.knows(
        "descr",
        "type",
        "uniqid",
        "vhid",
        "advbase",
        "advskew",
        "password",
        "noexpand",
        "nobind",
        "gateway",
        "peer",
        "peer6",
        "nosync",
        "carp_mode",
        "carp_peer",
        "subnet_bits",
    )
    owner = context.interfaces.get(interface)
    context.use_interface(interface, fields.line("interface"), f"virtual address {address.ip}")
    if owner and mode in ("carp", "ipalias"):
        owner.addresses.append(Address(source=fields.span, value=address, is_secondary=True))
    if mode == "carp":
        value = f"carp {fields.text('vhid')} on {interface}, skew {fields.text('advskew') or '0'}"
        context.device.set("high-availability", fields.span, value=value)


def _device(context: Context, fields: Fields, made: Interface) -> None:
    context.device.interfaces.append(made)
    context.device.define("interface", made.name, fields.span)
