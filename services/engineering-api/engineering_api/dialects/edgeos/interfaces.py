"""Interfaces: ports, VLANs, switches, bonds, bridges, dial-up and tunnels."""

from ipaddress import ip_interface, ip_network

from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Address, Interface, InterfaceKind, Vlan
from engineering_api.facts.tunnels import Tunnel
from engineering_api.reading.paths import Found, Level

INTERFACES = Level[Edge]("interfaces")
INTERFACE = Level[Of[Interface]]("interface")
SWITCH_PORT = Level[Of[Interface]]("switch-port interface")
PEER = Level[Of[Tunnel]]("wireguard peer")

_KINDS: dict[str, InterfaceKind] = {
    "ethernet": "physical", "bonding": "aggregate", "bridge": "bridge", "switch": "bridge", "loopback": "loopback",
    "dummy": "loopback", "openvpn": "tunnel", "wireguard": "tunnel", "vti": "tunnel", "tunnel": "tunnel",
    "vxlan": "tunnel", "geneve": "tunnel", "l2tpv3": "tunnel", "ipv6-tunnel": "tunnel", "wireless": "wireless",
    "pppoe": "other", "pseudo-ethernet": "other", "wwan": "other", "macsec": "other", "input": "other",
    "virtual-ethernet": "other", "sstpc": "tunnel", "pptpc": "tunnel", "l2tp-client": "tunnel",
    "pptp-client": "tunnel", "adsl": "other", "serial": "other", "wirelessmodem": "other",
}  # fmt: skip


@INTERFACES.opens(INTERFACE, f"KIND:({'|'.join(_KINDS)}) NAME", can_be_off=True)
def _interface(edge: Edge, found: Found) -> Of[Interface]:
    kind = found["KIND"]
    fact = edge.interface(found["NAME"], _KINDS[kind], found.span)
    if kind in ("openvpn", "wireguard"):
        _tunnel(edge, fact, kind, found.span)
    if kind == "switch":
        fact.mode = fact.mode or "routed"
    return Of(edge, fact)


def _tunnel(edge: Edge, fact: Interface, kind: str, where: Span) -> Tunnel:
    def make() -> Tunnel:
        tunnel = Tunnel(source=where, name=fact.name, kind=kind, interface=fact.name)
        edge.device.tunnels.append(tunnel)
        return tunnel

    return edge.thing(("tunnel", fact.name), make)


@INTERFACE.opens(INTERFACE, "(vif|vif-s|vif-c) VLAN")
def _vif(of: Of[Interface], found: Found) -> Of[Interface]:
    number = int(found["VLAN"])
    if not 0 <= number <= 4094:
        raise ValueError("no VLAN")
    kind: InterfaceKind = "vlan" if of.fact.kind == "bridge" else "subinterface"
    fact = of.edge.interface(f"{of.fact.name}.{number}", kind, found.span, of.fact.name)
    if fact.vlan is None:
        fact.say(found.line, vlan=number)
        if all(one.id != number for one in of.edge.device.vlans):
            of.edge.device.vlans.append(Vlan(source=found.span, id=number))
    return Of(of.edge, fact)


@INTERFACE.opens(INTERFACE, "pppoe NUMBER")
def _pppoe(of: Of[Interface], found: Found) -> Of[Interface]:
    return Of(of.edge, of.edge.interface(f"pppoe{int(found['NUMBER'])}", "other", found.span, of.fact.name))


@INTERFACE.path("address ADDRESS")
def _address(of: Of[Interface], found: Found) -> None:
    if found["ADDRESS"] in ("dhcp", "dhcpv6"):
        of.fact.say(found.line, is_dhcp_client=True)
        return
    value = ip_interface(found["ADDRESS"])
    of.fact.addresses.append(
        Address(
            source=found.line,
            value=value,
            is_secondary=any(one.value.version == value.version for one in of.fact.addresses),
        )
    )


@INTERFACE.path("local-address ADDRESS subnet-mask MASK")
def _openvpn_address(of: Of[Interface], found: Found) -> None:
    of.fact.addresses.append(Address(source=found.line, value=ip_interface(f"{found['ADDRESS']}/{found['MASK']}")))


@INTERFACE.path("description TEXT...")
def _description(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, description=found["TEXT"])


@INTERFACE.path("disable")
def _disable(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_enabled=False)


@INTERFACE.path("mtu MTU")
def _mtu(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, mtu=int(found["MTU"]))


@INTERFACE.path("WHAT:(speed|duplex) VALUE")
def _speed(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, **{found["WHAT"]: found["VALUE"]})


@INTERFACE.path("poe output HOW")
def _poe(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, power=found["HOW"])


@INTERFACE.path("vrf NAME")
def _vrf(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, vrf=found["NAME"])
    of.edge.device.refer("vrf", found["NAME"], found.line, f"interface {of.fact.name} vrf")


@INTERFACE.path("firewall DIRECTION:(in|out|local) FAMILY:(name|ipv6-name|modify|ipv6-modify) NAME")
def _firewall(of: Of[Interface], found: Found) -> None:
    name = found["NAME"]
    of.edge.device.refer("acl", name, found.line, f"interface {of.fact.name} {found['DIRECTION']}")
    applies(of.fact, found)


def applies(fact: Interface, found: Found) -> None:
    """Note that a rule set filters an interface, that of IPv4 before that of IPv6; one that only marks is none."""
    direction, name = found["DIRECTION"], found["NAME"]
    field = {"in": "acl_in", "out": "acl_out", "local": "acl_local"}[direction]
    if found["FAMILY"] == "name" or (found["FAMILY"] == "ipv6-name" and not getattr(fact, field)):
        fact.say(found.line, **{field: name})


@INTERFACE.path("bond-group NAME")
def _bond(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, aggregate=found["NAME"])
    of.edge.uses_interface(found["NAME"], found.line, f"interface {of.fact.name} bond-group")


@INTERFACE.path("bridge-group bridge NAME")
def _bridge_group(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, parent=found["NAME"])
    of.edge.uses_interface(found["NAME"], found.line, f"interface {of.fact.name} bridge-group")


@INTERFACE.path("mode MODE")
def _mode(of: Of[Interface], found: Found) -> None:
    """A bond's mode, or whether OpenVPN is server, client or site-to-site."""
    if of.fact.kind == "aggregate":
        of.fact.say(found.line, aggregate_mode=found["MODE"])


@INTERFACE.path("member interface NAME", "member interface NAME OPTION...")
def _member(of: Of[Interface], found: Found) -> None:
    """VyOS says at the bond or bridge what its ports are."""
    edge, owner, name, line = of.edge, of.fact, found["NAME"], found.line
    edge.uses_interface(name, line, f"{owner.name} member interface")
    field = "aggregate" if owner.kind == "aggregate" else "parent"

    def tell() -> None:
        if (port := edge.memory.interfaces.get(name)) is not None:
            port.say(line, **{field: owner.name})

    edge.memory.later.append(tell)


@INTERFACE.opens(SWITCH_PORT, "switch-port interface NAME")
def _switch_port(of: Of[Interface], found: Found) -> Of[Interface]:
    name = found["NAME"]
    of.edge.uses_interface(name, found.line, f"{of.fact.name} switch-port")
    port = of.edge.interface(name, "other", found.span)
    port.say(found.line, parent=of.fact.name)
    return Of(of.edge, port)


@SWITCH_PORT.path("vlan pvid VLAN")
def _pvid(of: Of[Interface], found: Found) -> None:
    number = int(found["VLAN"])
    of.fact.say(
        found.line,
        **({"native_vlan": number} if of.fact.mode == "trunk" else {"mode": "access", "access_vlan": number}),
    )


@SWITCH_PORT.path("vlan vid VLAN")
def _vid(of: Of[Interface], found: Found) -> None:
    fact, number = of.fact, int(found["VLAN"])
    if fact.mode != "trunk":
        fact.say(found.line, mode="trunk", native_vlan=fact.access_vlan, access_vlan=None)
    fact.say(found.line, trunk_vlans=[*(fact.trunk_vlans or []), number])


@INTERFACE.path("encapsulation KIND")
def _encapsulation(of: Of[Interface], found: Found) -> None:
    if found["KIND"].startswith(("gre", "ip6gre")):
        _tunnel(of.edge, of.fact, "gre", of.fact.source)


@INTERFACE.path("remote-ip ADDRESS", "remote ADDRESS")
def _remote(of: Of[Interface], found: Found) -> None:
    """It may stand before what kind of tunnel it is."""
    name, address, line = of.fact.name, found["ADDRESS"], found.line

    def tell() -> None:
        if isinstance(tunnel := of.edge.memory.things.get(("tunnel", name)), Tunnel):
            tunnel.say(line, peer=address)

    of.edge.memory.later.append(tell)


@INTERFACE.path("remote-host ADDRESS")
def _remote_host(of: Of[Interface], found: Found) -> None:
    tunnel = of.edge.memory.things.get(("tunnel", of.fact.name))
    if isinstance(tunnel, Tunnel):
        tunnel.say(found.line, peer=found["ADDRESS"])


@INTERFACE.path("source-interface NAME", "link NAME")
def _source_interface(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, parent=found["NAME"])
    of.edge.uses_interface(found["NAME"], found.line, f"interface {of.fact.name} source-interface")


@INTERFACE.opens(PEER, "peer NAME")
def _peer(of: Of[Interface], found: Found) -> Of[Tunnel]:
    return Of(of.edge, _tunnel(of.edge, of.fact, "wireguard", found.span))


@PEER.path("endpoint ADDRESS", "address ADDRESS")
def _endpoint(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(
        found.line,
        peer=", ".join(
            word for word in (of.fact.peer, found["ADDRESS"].rpartition(":")[0] or found["ADDRESS"]) if word
        ),
    )


@PEER.path("allowed-ips PREFIX")
def _allowed(of: Of[Tunnel], found: Found) -> None:
    for prefix in found["PREFIX"].split(","):
        of.fact.remote_networks.append(str(ip_network(prefix, strict=False)))


PEER.knows(
    "persistent-keepalive", "preshared-key", "public-key", "pubkey", "port", "description TEXT...", "disable",
    "host-name",
)  # fmt: skip
SWITCH_PORT.knows_only("vlan")
INTERFACE.knows(
    "encryption", "local-ip", "source-address", "hw-id MAC", "mac MAC", "ip", "ipv6",
    "dhcp-options", "dhcpv6-options", "dhcpv6-pd", "offload", "ring-buffer", "smp-affinity", "smp_affinity",
    "qos-policy", "traffic-policy", "redirect", "mirror", "rps", "password SECRET", "user-id NAME", "default-route",
    "name-server", "idle-timeout", "connect-on-demand", "no-peer-dns", "host-uniq", "service-name", "authentication",
    "stp", "aging", "bridged-conntrack", "hello-time", "max-age",
    "forwarding-delay", "priority", "promiscuous", "enable-vlan", "hash-policy", "primary", "arp-monitor",
    "lacp-rate", "min-links", "mii-mon-interval", "config-file PATH", "openvpn-option TEXT...", "tls",
    "protocol", "local-port", "remote-port", "local-host", "remote-address", "local-address", "hash", "keep-alive",
    "persistent-tunnel", "replace-default-route", "shared-secret-key-file", "shared-secret-key", "device-type",
    "use-lzo-compression", "private-key", "listen-port", "port", "route-allowed-ips", "fwmark",
    "key", "ttl", "tos", "multicast", "parameters", "vni", "group", "dscp", "security", "ssid", "channel",
    "country-code", "type", "capabilities", "physical-device", "disable-link-detect", "disable-flow-control", "eapol",
    "vrrp", "xdp", "evpn", "ipv6-nd", "ingress-qos", "egress-qos", "mss-clamp", "tunnel-id", "session-id",
    "peer-session-id", "peer-tunnel-id", "destination-port", "source-port", "unit", "access-concentrator",
    "lcp-echo-failure", "auth-user-pass", "bond-mode", "protocol-version", "gateway", "isolate-stations",
    "expunge-failing-stations", "per-client-thread", "max-msg-size", "apn", "static-arp", "proxy-arp-pvlan",
    "dhcp-interface", "6rd-prefix", "6rd-relay-prefix", "no-default-route", "local-multicast", "require-mppe",
    "server-ip", "holdoff",
)  # fmt: skip
INTERFACES.knows("global")
INTERFACE.knows_only(
    "firewall", "firewall (in|out|local)", "switch-port", "switch-port vlan-aware HOW", "server",
    "server (subnet|topology|name-server|domain-name|push-route|max-connections|bridge) VALUE",
    "server push-route PREFIX metric NUMBER", "server reject-unconfigured-clients", "server client NAME",
    "server client NAME (ip|push-route|subnet) VALUE", "server client NAME disable",
    "server (client-ip-pool|client-ipv6-pool|bridge)", "server (client-ip-pool|client-ipv6-pool|bridge) disable",
    "server (client-ip-pool|client-ipv6-pool|bridge) (start|stop|subnet-mask|base|gateway) VALUE",
    "server mfa totp (slop|drift|step|digits|challenge) VALUE",
)  # fmt: skip


def finish(edge: Edge) -> None:
    """A switch or bridge keeps its VLANs as interfaces of its own; a disabled port disables what is on it."""
    for interface in edge.device.interfaces:
        parent = edge.memory.interfaces.get(interface.parent)
        if parent is not None and not parent.is_enabled and interface.is_enabled and parent.kind != "bridge":
            interface.say(parent.line_of("is_enabled"), is_enabled=False)
