"""Interfaces and VLANs of AOS-CX (AOS-CX 10.x, fundamentals and layer 2 bridging guides)."""

from ipaddress import ip_address, ip_interface

from engineering_api.dialects.aruba.cx import Cx, On, named
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import unquoted
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Address, Interface, Vlan
from engineering_api.reading.grammar import Found, Place

PORTS: Place[Cx] = Place("interfaces and VLANs")
PORT: Place[On[Interface]] = Place("interface")
VLAN: Place[On[Vlan]] = Place("vlan")


@PORTS.opens(VLAN, "vlan NUMBER")
def _vlan(switch: Cx, found: Found) -> On[Vlan]:
    listed = switch.numbers(found["NUMBER"])
    made = [switch.vlan(number, found.span) for number in listed]
    if not made:
        raise ValueError("no VLAN")
    if len(made) == 1:
        made[0].source = Span(min(made[0].source.first, found.span.first), found.span.last)
    return On(switch, made[0])


@VLAN.line("name NAME...")
def _vlan_name(at: On[Vlan], found: Found) -> None:
    at.fact.say(found.line, name=unquoted(found["NAME"]))


@VLAN.line("description TEXT...")
def _vlan_description(at: On[Vlan], found: Found) -> None:
    if not at.fact.name:
        at.fact.name = unquoted(found["TEXT"])


@VLAN.line("voice")
def _voice(at: On[Vlan], found: Found) -> None:
    at.switch.voice.add(at.fact.id)
    at.fact.at["voice"] = found.line


@VLAN.line("shutdown")
def _vlan_off(at: On[Vlan], found: Found) -> None:
    at.fact.say(found.line, is_enabled=False)


@VLAN.line("apply access-list (ip|ipv6|mac) NAME DIRECTION:(in|out)")
def _vlan_acl(at: On[Vlan], found: Found) -> None:
    where = f"vlan {at.fact.id} {found['DIRECTION']}"
    at.device.refer("acl", found["NAME"], found.line, where)


@VLAN.line("apply policy NAME (in|out)")
def _vlan_policy(at: On[Vlan], found: Found) -> None:
    at.device.refer("policy-map", found["NAME"], found.line, f"vlan {at.fact.id}")


@VLAN.line("dhcpv4-snooping")
def _vlan_snooping(at: On[Vlan], found: Found) -> None:
    at.device.set("dhcp-snooping", found.line, value=str(at.fact.id))


@VLAN.line("arp inspection")
def _vlan_arp(at: On[Vlan], found: Found) -> None:
    at.device.set("arp-inspection", found.line, value=str(at.fact.id))


VLAN.knows(
    *beginnings(
        "no shutdown, vsx-sync, ip igmp, ipv6 mld, dhcpv6-snooping, nd-snooping, mac-address-table, system, ip "
        "source-interface, type, private-vlan, client track, no client track, evpn, vni, flood, ra-guard"
    )
)


@PORTS.opens(PORT, "interface NAME [NUMBER] [multi-chassis] [REST...]")
def _interface(switch: Cx, found: Found) -> On[Interface]:
    port = switch.port(f"{found['NAME']} {found['NUMBER']}".strip(), found.span)
    if port.kind == "vlan":
        port.vlan = int(port.name.removeprefix("vlan"))
        switch.device.refer("vlan", str(port.vlan), found.line, f"interface {port.name}")
    elif port.kind == "subinterface":
        port.parent = port.name.partition(".")[0]
    return On(switch, port)


@PORT.line("description TEXT...")
def _description(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, description=unquoted(found["TEXT"]))


@PORT.line("[NO:(no)] shutdown")
def _shutdown(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, is_enabled=bool(found["NO"]))


@PORT.line("no routing")
def _no_routing(at: On[Interface], found: Found) -> None:
    # A port that bridges is an access port of VLAN 1 until a line says more.
    at.fact.say(found.line, mode=at.fact.mode if at.fact.mode in {"access", "trunk"} else "access")


@PORT.line("routing")
def _routing(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, mode="routed")


@PORT.line("vlan access NUMBER")
def _access(at: On[Interface], found: Found) -> None:
    number = int(found["NUMBER"])
    at.fact.say(found.line, mode="access", access_vlan=number)
    at.device.refer("vlan", str(number), found.line, f"interface {at.fact.name}")


@PORT.line("vlan trunk native NUMBER [tag]")
def _native(at: On[Interface], found: Found) -> None:
    number = int(found["NUMBER"])
    at.fact.say(found.line, mode="trunk", native_vlan=number)
    at.fact.access_vlan = None
    at.device.refer("vlan", str(number), found.line, f"interface {at.fact.name}")


@PORT.line("vlan trunk allowed LIST")
def _allowed(at: On[Interface], found: Found) -> None:
    listed = None if found["LIST"] == "all" else at.switch.numbers(found["LIST"])
    if listed is not None and at.fact.trunk_vlans is not None:
        listed = sorted({*at.fact.trunk_vlans, *listed})
    at.fact.say(found.line, mode="trunk", trunk_vlans=listed)


@PORT.line("encapsulation dot1q NUMBER")
def _tag(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, vlan=int(found["NUMBER"]))


@PORT.line("lag NUMBER")
def _lag(at: On[Interface], found: Found) -> None:
    name, _ = named(f"lag {found['NUMBER']}")
    at.fact.say(found.line, aggregate=name)
    at.device.refer("interface", name, found.line, f"interface {at.fact.name}")


@PORT.line("lacp mode MODE")
def _lacp(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, aggregate_mode=found["MODE"])


@PORT.line("vrf attach NAME")
def _vrf(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, vrf=found["NAME"])
    at.switch.refer_vrf(found["NAME"], found.line, f"interface {at.fact.name}")


@PORT.line("ip dhcp")
def _dhcp(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, is_dhcp_client=True)


@PORT.line("ip address ADDRESS [EXTRA:(secondary)]", "ip static ADDRESS", "ipv6 address ADDRESS [link-local]",
           "ipv6 static ADDRESS")  # fmt: skip
def _address(at: On[Interface], found: Found) -> None:
    value = ip_interface(found["ADDRESS"])
    at.fact.addresses.append(Address(source=found.line, value=value, is_secondary=bool(found["EXTRA"])))
    if at.fact.kind == "physical" and at.fact.mode is None:
        at.fact.mode = "routed"


@PORT.line("default-gateway ADDRESS")
def _gateway(at: On[Interface], found: Found) -> None:
    ip_address(found["ADDRESS"])
    at.fact.at["default-gateway"] = found.line


@PORT.line("active-gateway (ip|ipv6) ADDRESS [mac MAC]")
def _active_gateway(at: On[Interface], found: Found) -> None:
    if found["ADDRESS"] != "mac":
        at.fact.virtual_addresses.append(f"{ip_address(found['ADDRESS'].partition('/')[0])} active-gateway")
        at.fact.at["virtual_addresses"] = found.line


@PORT.line("active-gateway (ip|ipv6) mac MAC")
def _active_gateway_mac(at: On[Interface], found: Found) -> None:
    at.fact.at.setdefault("virtual_addresses", found.line)


@PORT.line("ip helper-address ADDRESS [vrf NAME]")
def _helper(at: On[Interface], found: Found) -> None:
    at.fact.dhcp_relays.append(str(ip_address(found["ADDRESS"])))
    at.fact.at["dhcp_relays"] = found.line


@PORT.line("(mtu|ip mtu) NUMBER")
def _mtu(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, mtu=int(found["NUMBER"]))


@PORT.line("speed VALUE [REST...]")
def _speed(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, speed=f"{found['VALUE']} {found['REST']}".strip())


@PORT.line("duplex VALUE")
def _duplex(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, duplex=found["VALUE"])


@PORT.line("[NO:(no)] power-over-ethernet [REST...]")
def _poe(at: On[Interface], found: Found) -> None:
    if found["NO"] or not found["REST"]:
        at.fact.say(found.line, power="off" if found["NO"] else "on")


@PORT.line("apply access-list (ip|ipv6|mac) NAME DIRECTION:(in|out|routed-in|routed-out)")
def _acl(at: On[Interface], found: Found) -> None:
    direction = found["DIRECTION"].removeprefix("routed-")
    at.device.refer("acl", found["NAME"], found.line, f"interface {at.fact.name} {direction}")
    if " ip " in found.node.text:
        at.fact.say(found.line, **{f"acl_{direction}": found["NAME"]})


@PORT.line("apply policy NAME [(in|out|routed-in|routed-out)]")
def _policy(at: On[Interface], found: Found) -> None:
    at.device.refer("policy-map", found["NAME"], found.line, f"interface {at.fact.name}")


_GUARDS = {
    "spanning-tree bpdu-guard": "bpdu-guard",
    "spanning-tree root-guard": "root-guard",
    "spanning-tree loop-guard": "loop-guard",
    "spanning-tree bpdu-filter": "bpdu-filter",
    "spanning-tree tcn-guard": "tcn-guard",
    "dhcpv4-snooping trust": "dhcp-trust",
    "arp inspection trust": "arp-trust",
    "loop-protect": "loop-protect",
    "port-access port-security": "port-security",
    "aaa authentication port-access dot1x authenticator": "dot1x",
    "aaa authentication port-access mac-auth": "mac-auth",
}


@PORT.block(
    "spanning-tree (bpdu-guard|root-guard|loop-guard|bpdu-filter|tcn-guard) [REST...]", "dhcpv4-snooping trust",
    "arp inspection trust", "loop-protect [REST...]", "port-access port-security [REST...]",
    "aaa authentication port-access (dot1x authenticator|mac-auth) [REST...]",
)  # fmt: skip
def _guard(at: On[Interface], found: Found) -> None:
    for start, word in _GUARDS.items():
        if found.node.text.startswith(start):
            protect(at.fact, word, found.line)


@PORT.line("rate-limit (broadcast|multicast|unknown-unicast|icmp) REST...")
def _storm(at: On[Interface], found: Found) -> None:
    protect(at.fact, "storm-control", found.line)


@PORT.line("spanning-tree port-type admin-edge", "spanning-tree port-type admin-edge-trunk")
def _edge(at: On[Interface], found: Found) -> None:
    at.fact.say(found.line, is_edge=True)
    protect(at.fact, "portfast", found.line)


def protect(port: Interface, word: str, where: Span) -> None:
    """Note a protection of a port."""
    if word not in port.protections:
        port.protections.append(word)
        port.at.setdefault("protections", where)


@PORT.line("ip ospf NUMBER area AREA")
def _ospf(at: On[Interface], found: Found) -> None:
    def tell() -> None:
        for process in at.switch.ospf.get(found["NUMBER"], ())[:1]:
            process.networks.append(f"{at.fact.name} area {found['AREA']}")

    at.switch.later.append(tell)


@PORT.line("ip ospf passive")
def _passive(at: On[Interface], found: Found) -> None:
    def tell() -> None:
        for process in next(iter(at.switch.ospf.values()), [])[:1]:
            process.passive.append(at.fact.name)

    at.switch.later.append(tell)


@PORT.line("nameserver ADDRESSES...")
def _nameserver(at: On[Interface], found: Found) -> None:
    for word in found["ADDRESSES"].split():
        ip_address(word)


@PORT.block("vrrp NUMBER address-family (ipv4|ipv6)")
def _vrrp(at: On[Interface], found: Found) -> None:
    for child in found.node.children:
        words = child.text.split()
        if words[:1] == ["address"] and len(words) > 1:
            at.fact.virtual_addresses.append(f"{ip_address(words[1])} vrrp {int(found['NUMBER'])}")


PORT.knows(
    *beginnings(
        "vsx-sync, vsx, lacp, no lacp, lldp, no lldp, cdp, no cdp, qos, no qos, flow-control, ip ospf, ipv6 "
        "ospfv3, ip igmp, ip pim-sparse, ipv6 mld, ipv6, no ipv6, ip local-proxy-arp, ip proxy-arp, ip "
        "directed-broadcast, ip icmp, no ip, ip urpf, ip rip, ip bootp-gateway, ip neighbor-flood, no ip address, "
        "spanning-tree, no spanning-tree, port-access, aaa authentication port-access, dhcpv4-snooping, "
        "dhcpv6-snooping, client track, no client track, mac-notify, no mac-notify, udld, mvrp, no mvrp, macsec, "
        "energy-efficient-ethernet, eee, error-control, no error-control, persona, link-poll-interval, "
        "transceiver, ufd, sflow, mirror, split, bfd, ip bfd, source-interface, vni, vlan translate, hold-time, "
        "shutdown, loop-protect, arp, nd-snooping, ip source-lockdown, l3-counters, counters, ttl, destination, "
        "source, tunnel, power-over-ethernet, ip unnumbered, fault-monitor, no fault-monitor, routed, diag, "
        "track, ip flow, mac-address, ptp, allow-unsupported-transceiver, interface-group, mdi-mode, dcbx, "
        "app-recognition, ip source-interface, evpn"
    )
)
