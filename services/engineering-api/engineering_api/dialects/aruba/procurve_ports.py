"""VLANs and ports of an ArubaOS-Switch: vlan, interface, trunk, and lines that name ports from outside."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_interface

from engineering_api.dialects.aruba.switch import Switch, named
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import numbers, unquoted
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Address, Interface, Vlan
from engineering_api.reading.grammar import Found, Place

PORTS: Place[Switch] = Place("ports and VLANs")
VLAN: Place["InVlan"] = Place("vlan")
PORT: Place["InPorts"] = Place("interface")
LOOPBACK: Place[Interface] = Place("interface loopback")
OOBM: Place[tuple[Switch, Interface]] = Place("oobm")


@dataclass(slots=True)
class InVlan:
    """Inside of a VLAN."""

    switch: Switch
    vlan: Vlan
    span: Span

    def interface(self, where: Span) -> Interface:
        """The switch's own interface in the VLAN."""
        name = f"vlan{self.vlan.id}"
        known = self.switch.ports.get(name)
        if known is None:
            known = self.switch.port(name, self.span)
            known.say(where, kind="vlan", vlan=self.vlan.id)
        return known


@dataclass(slots=True)
class InPorts:
    """Inside of one or several ports."""

    switch: Switch
    ports: list[Interface]

    def say(self, where: Span, **fields: object) -> None:
        """Say the same of all of them."""
        for port in self.ports:
            port.say(where, **fields)

    def protect(self, where: Span, word: str) -> None:
        """Note a protection of all of them."""
        for port in self.ports:
            protect(port, word, where)


def protect(port: Interface, word: str, where: Span) -> None:
    """Note a protection of a port."""
    if word not in port.protections:
        port.protections.append(word)
        port.at.setdefault("protections", where)


@PORTS.opens(VLAN, "vlan NUMBER")
def _vlan(switch: Switch, found: Found) -> InVlan:
    vlan = switch.vlan(int(found["NUMBER"]), found.span)
    vlan.source = Span(min(vlan.source.first, found.span.first), max(vlan.source.last, found.span.last))
    return InVlan(switch, vlan, found.span)


@PORTS.line("vlan NUMBER name NAME...")
def _vlan_name(switch: Switch, found: Found) -> None:
    switch.vlan(int(found["NUMBER"]), found.line).say(found.line, name=unquoted(found["NAME"]))


@PORTS.line("vlan NUMBER (tagged|untagged) LIST")
def _vlan_ports(switch: Switch, found: Found) -> None:
    number = switch.vlan(int(found["NUMBER"]), found.line).id
    if " untagged " in found.node.text:
        _untag(switch, switch.listed(found["LIST"]), number, found.line)
    else:
        _tag(switch, switch.listed(found["LIST"]), number, found.line)


def _untag(switch: Switch, names: list[str], number: int, where: Span) -> None:
    for name in names:
        switch.port(name, where).say(where, mode="access", access_vlan=number)


def _tag(switch: Switch, names: list[str], number: int, where: Span) -> None:
    for name in names:
        switch.tagged.setdefault(name, {})[number] = where


@VLAN.line("name NAME...")
def _name(at: InVlan, found: Found) -> None:
    at.vlan.say(found.line, name=unquoted(found["NAME"].strip()))


@VLAN.line("untagged LIST")
def _untagged(at: InVlan, found: Found) -> None:
    _untag(at.switch, at.switch.listed(found["LIST"]), at.vlan.id, found.line)


@VLAN.line("tagged LIST")
def _tagged(at: InVlan, found: Found) -> None:
    _tag(at.switch, at.switch.listed(found["LIST"]), at.vlan.id, found.line)


@VLAN.line("no (untagged|tagged) LIST")
def _no_untagged(at: InVlan, found: Found) -> None:
    for name in at.switch.listed(found["LIST"]):
        port = at.switch.port(name, found.line)
        if port.access_vlan == at.vlan.id:
            port.access_vlan = None


@VLAN.line("voice")
def _voice(at: InVlan, found: Found) -> None:
    at.switch.voice.add(at.vlan.id)
    at.vlan.at["voice"] = found.line


@VLAN.line("ip address (dhcp-bootp|dhcp)")
def _dhcp(at: InVlan, found: Found) -> None:
    at.interface(found.line).say(found.line, is_dhcp_client=True)


@VLAN.line("ip address ADDRESS [MASK]", "ipv6 address ADDRESS [link-local] [eui-64]")
def _address(at: InVlan, found: Found) -> None:
    text = f"{found['ADDRESS']}/{found['MASK']}" if found["MASK"] else found["ADDRESS"]
    if "/" not in text and ":" in text:
        # Link-local addresses are written without their length.
        text += "/64"
    value = ip_interface(text)
    port = at.interface(found.line)
    is_more = any(one.value.version == value.version for one in port.addresses)
    port.addresses.append(Address(source=found.line, value=value, is_secondary=is_more and value.version == 4))


@VLAN.line("ip helper-address ADDRESS")
def _helper(at: InVlan, found: Found) -> None:
    port = at.interface(found.line)
    port.dhcp_relays.append(str(ip_address(found["ADDRESS"])))
    port.at["dhcp_relays"] = found.line


@VLAN.line("ip access-group NAME DIRECTION:(in|out|vlan|vlan-in|vlan-out|connection-rate-filter)")
def _vlan_acl(at: InVlan, found: Found) -> None:
    name = unquoted(found["NAME"])
    at.switch.device.refer("acl", name, found.line, f"vlan {at.vlan.id} {found['DIRECTION']}")
    field = "acl_out" if found["DIRECTION"].endswith("out") else "acl_in"
    at.interface(found.line).say(found.line, **{field: name})


@VLAN.line("dhcp-snooping")
def _vlan_snooping(at: InVlan, found: Found) -> None:
    at.switch.device.set("dhcp-snooping", found.line, value=str(at.vlan.id))


@VLAN.line("(disable|shutdown)")
def _vlan_disable(at: InVlan, found: Found) -> None:
    at.vlan.say(found.line, is_enabled=False)


VLAN.knows(
    *beginnings(
        "no ip address, ip igmp, no ip igmp, ip ospf, ip rip, ip proxy-arp, ip local-proxy-arp, no ip proxy-arp, "
        "ip irdp, ip directed-broadcast, ip icmp-redirects, no ip icmp-redirects, ip pim-dense, ip pim-sparse, ip "
        "mroute, ip bootp-gateway, ip forward-protocol, ip recv-mac-address, ip source-interface, ipv6, no ipv6, "
        "vrrp, qos, forbid, auto, jumbo, protocol, monitor, connection-rate-filter, dhcp-server, no dhcp-server, "
        "dhcpv6-snooping, arp-protect, service-policy, ip-recv-mac-address, disable layer3, no jumbo, no voice, "
        "isolate-list, static-mac, secondary, portal, ip address, private-vlan, mdns"
    ),
    "exit",
)


@PORTS.line("trunk LIST NAME [KIND:(trunk|lacp|dt-lacp|dt-trunk|fec)]")
def _trunk(switch: Switch, found: Found) -> None:
    name = named(found["NAME"])
    switch.port(name, found.line).say(found.line, kind="aggregate", aggregate_mode=found["KIND"] or "trunk")
    for member in switch.listed(found["LIST"]):
        switch.port(member, found.line).say(found.line, aggregate=name, aggregate_mode=found["KIND"] or "trunk")


@PORTS.opens(LOOPBACK, "interface KIND:(loopback|tunnel) NUMBER")
def _loopback(switch: Switch, found: Found) -> Interface:
    port = switch.port(f"{found['KIND']}{int(found['NUMBER'])}", found.span)
    port.kind = "loopback" if found["KIND"] == "loopback" else "tunnel"
    return port


@LOOPBACK.line("ip address ADDRESS [MASK]", "ipv6 address ADDRESS")
def _loopback_address(port: Interface, found: Found) -> None:
    text = f"{found['ADDRESS']}/{found['MASK']}" if found["MASK"] else found["ADDRESS"]
    port.addresses.append(Address(source=found.line, value=ip_interface(text)))


@LOOPBACK.line("name TEXT...", "tunnel name TEXT...")
def _loopback_name(port: Interface, found: Found) -> None:
    port.say(found.line, description=unquoted(found["TEXT"].strip()))


@LOOPBACK.line("disable")
def _loopback_off(port: Interface, found: Found) -> None:
    port.say(found.line, is_enabled=False)


LOOPBACK.knows(*beginnings("ip ospf, ip rip, ipv6, tunnel, ip mtu, enable, no"), "exit")


@PORTS.opens(PORT, "interface LIST", "interface ethernet LIST")
def _interface(switch: Switch, found: Found) -> InPorts:
    found_ports = [switch.port(name, found.span) for name in switch.listed(found["LIST"])]
    for port in found_ports:
        # What the first line named before is told best by the port's own block.
        port.source = found.span
    return InPorts(switch, found_ports)


@PORT.line("name TEXT...")
def _port_name(at: InPorts, found: Found) -> None:
    at.say(found.line, description=unquoted(found["TEXT"].strip()))


@PORT.line("disable")
def _disable(at: InPorts, found: Found) -> None:
    at.say(found.line, is_enabled=False)


@PORT.line("enable")
def _enable(at: InPorts, found: Found) -> None:
    at.say(found.line, is_enabled=True)


@PORT.line("speed-duplex VALUE")
def _speed(at: InPorts, found: Found) -> None:
    speed, dash, duplex = found["VALUE"].rpartition("-")
    at.say(found.line, speed=speed if dash else found["VALUE"])
    if duplex in {"full", "half"}:
        at.say(found.line, duplex=duplex)
    elif dash:
        at.say(found.line, speed=found["VALUE"])


@PORT.line("[NO:(no)] power-over-ethernet [LEVEL]")
def _poe(at: InPorts, found: Found) -> None:
    at.say(found.line, power="off" if found["NO"] else found["LEVEL"] or "on")


@PORT.line("(untagged|tagged) vlan LIST")
def _port_vlans(at: InPorts, found: Found) -> None:
    names = [port.name for port in at.ports]
    for number in numbers(found["LIST"]):
        at.switch.vlan(number, found.line)
        (_untag if found.node.text.startswith("untagged") else _tag)(at.switch, names, number, found.line)


@PORT.line("no untagged vlan NUMBER")
def _port_no_vlan(at: InPorts, found: Found) -> None:
    for port in at.ports:
        if port.access_vlan == int(found["NUMBER"]):
            port.access_vlan = None


@PORT.line("dhcp-snooping trust", "ip dhcp-snooping trust")
def _trust(at: InPorts, found: Found) -> None:
    at.protect(found.line, "dhcp-trust")


@PORT.line("arp-protect trust", "ip arp-protect trust")
def _arp_trust(at: InPorts, found: Found) -> None:
    at.protect(found.line, "arp-trust")


@PORT.line("(broadcast-limit|fault-finder|rate-limit) REST...")
def _storm(at: InPorts, found: Found) -> None:
    word = found.node.text.partition(" ")[0]
    if word == "broadcast-limit" or "bcast" in found["REST"] or "broadcast-storm" in found["REST"]:
        at.protect(found.line, "storm-control")


@PORT.line("ip access-group NAME DIRECTION:(in|out)")
def _port_acl(at: InPorts, found: Found) -> None:
    name = unquoted(found["NAME"])
    at.say(found.line, **{f"acl_{found['DIRECTION']}": name})
    at.switch.device.refer("acl", name, found.line, f"interface {found['DIRECTION']}")


PORT.knows(
    *beginnings(
        "flow-control, no flow-control, lacp, no lacp, unknown-vlans, poe-lldp-detect, poe-allocate-by, "
        "poe-value, mdix-mode, bandwidth-min, qos, gvrp, no gvrp, ipv6, link-keepalive, type, "
        "energy-efficient-ethernet, jumbo, service-policy, mac-count-notify, mac-notify, monitor, "
        "transceiver-policy, power-over-ethernet, poe-reset, smart-link, ip source-lockdown, ip source-binding, "
        "dhcp-snooping, dhcpv6-snooping, aaa, spanning-tree, loop-protect, lldp, rpvst, speed, no dhcp-snooping, "
        "no arp-protect, no ip, arp-protect, ip igmp, tcp-push-preserve, mvrp, no mvrp, udld, uni-directional, "
        "mac-based, tunneled-node-server, ip arp-protect"
    ),
    "exit",
)


@PORTS.opens(OOBM, "oobm")
def _oobm(switch: Switch, found: Found) -> tuple[Switch, Interface]:
    port = switch.port("oobm", found.span)
    port.kind = "management"
    return switch, port


@OOBM.line("ip address (dhcp-bootp|dhcp)")
def _oobm_dhcp(at: tuple[Switch, Interface], found: Found) -> None:
    at[1].say(found.line, is_dhcp_client=True)


@OOBM.line("ip address ADDRESS [MASK]")
def _oobm_address(at: tuple[Switch, Interface], found: Found) -> None:
    text = f"{found['ADDRESS']}/{found['MASK']}" if found["MASK"] else found["ADDRESS"]
    at[1].addresses.append(Address(source=found.line, value=ip_interface(text)))


@OOBM.line("disable")
def _oobm_disable(at: tuple[Switch, Interface], found: Found) -> None:
    at[1].say(found.line, is_enabled=False)


OOBM.knows(
    *beginnings("ip default-gateway, no ip, ipv6, no ipv6, member, interface, vsf, speed-duplex, enable"), "exit"
)
