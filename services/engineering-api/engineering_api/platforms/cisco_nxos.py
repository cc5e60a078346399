"""Cisco NX-OS, as `show running-config` prints it."""

import re
from collections.abc import Sequence

from engineering_api.dialects.cisco import (
    aaa,
    access,
    access_lists,
    applied,
    blocks,
    dhcp,
    interface_rest,
    interfaces,
    interior,
    nat,
    nxos,
    nxos_bgp,
    objects,
    policies,
    qos,
    rest,
    services,
    switching,
    vrfs,
    watching,
)
from engineering_api.dialects.cisco.conclude import conclude
from engineering_api.dialects.cisco.names import InterfaceNames
from engineering_api.dialects.cisco.ports import opened_by
from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node

NAMES = InterfaceNames((
    "Ethernet", "port-channel", "Vlan", "loopback", "mgmt", "Tunnel", "nve", "Null", "vfc", "fc", "san-port-channel",
    "Vethernet", "Bdi", "cmp-mgmt", "breakout",
))  # fmt: skip
_TELLING = re.compile(r"!\s*(?:cisco Nexus|NXOS: version|system:\s+version|Processor Board ID)", re.IGNORECASE)

TOP: Place[Reading] = Place("nx-os")
INTERFACE: Place[At[Interface]] = Place("nx-os interface")

for _place in (
    applied.NXOS_PORT,
    nxos.PORT,
    applied.PORT,
    interfaces.INTERFACE,
    switching.PORT,
    interior.PORT,
    interface_rest.REST,
):
    INTERFACE.includes(_place)


@TOP.line("hostname NAME", "switchname NAME")
def _hostname(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, hostname=found["NAME"])


@TOP.line("version NUMBER [(Bios:version|BIOS:version)] [BIOS]")
def _version(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, version=found["NUMBER"])


@TOP.line("! cisco NEXUS MODEL [REST...]", "! Cisco NEXUS MODEL [REST...]")
def _model(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, model=f"{found['NEXUS']} {found['MODEL']}")


@TOP.line("! Processor Board ID SERIAL")
def _serial(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, serial=found["SERIAL"])


TOP.knows("interface breakout module REST...", "! REST...", "!REST...", "end", "exit")
opened_by(TOP, INTERFACE, needs_vlans=True)
TOP.includes(applied.NXOS)
for _module in (
    applied, nxos, nxos_bgp, switching, access_lists, objects, policies, vrfs, interior, access, aaa, services, dhcp,
    nat, qos, watching,
):  # fmt: skip
    TOP.includes(_module.TOP)
TOP.includes(nxos.LAST)
TOP.includes(rest.REST)


def _tree(texts: Sequence[str]) -> list[Node]:
    return blocks.tree(texts, TOP, _TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    reading = Reading(device, NAMES, builtin=frozenset(("default", "management")))
    TOP.read(nodes, reading, device.unparsed)
    for port in device.interfaces:  # a VLAN's interface is off until a line turns it on
        if port.kind == "vlan" and "is_enabled" not in port.at:
            port.is_enabled = False
    nxos.name_processes(reading)
    conclude(reading)


PLATFORM = Platform(
    name="cisco_nxos",
    title="Cisco NX-OS",
    vendor="Cisco",
    roles=("switch", "router"),
    signs=(
        sign(0.6, r"^!Command: show (?:running|startup)-config"),
        sign(
            0.6,
            r"^feature (?:nxapi|vpc|interface-vlan|lacp|hsrp|bgp|ospf|udld|tacacs\+|telnet|lldp|dhcp|nv overlay)",
        ),
        sign(0.7, r"^version \d+\.\d+\(\d+\)"),
        sign(0.8, r"^vdc \S+ id \d+"),
        sign(0.6, r"^vrf context "),
        sign(0.5, r"^interface mgmt0"),
        sign(0.5, r"^interface (?:port-channel|loopback)\d"),
        sign(0.4, r"^interface Ethernet\d+/\d+$"),
        sign(0.6, r"^(?:vpc domain \d+|copp profile |system default switchport)"),
        sign(0.5, r"^ {2}vrf member "),
        sign(0.5, r"^ {2}limit-resource "),
        sign(0.5, r"^boot nxos "),
        sign(0.4, r"^username \S+ password 5 .* role (?:network|vdc)-"),
        sign(0.3, r"^ {2}(?:ip address \d+\.\d+\.\d+\.\d+/\d+|fabric forwarding |vpc \d+$)"),
        sign(0.5, r"^(?:no )?feature [a-z][\w+-]*$"),
        sign(0.25, r"^ {2}(?:no )?(?:switchport|shutdown|description|channel-group|mtu|neighbor|ip ospf)\b"),
        sign(
            0.6,
            r"^ {2}(?:ip router (?:ospf|eigrp|isis) |hsrp (?:version|\d)|spanning-tree port type |vn-segment "
            r"|no ip redirects$)",
        ),
        sign(0.7, r"^interface nve\d"),
        sign(0.2, r"^interface Vlan\d"),
        sign(0.3, r"^ {2}(?:\d+|statistics) (?:permit|deny|remark|per-entry)"),
        sign(0.2, r"^ip access-list \S+$"),
        sign(0.25, r"^ {2}address-family (?:ipv4|ipv6|l2vpn) "),
        sign(0.3, r"^ {2,4}(?:remote-as \d|neighbor \d+\.\d+\.\d+\.\d+$|match ip address |match as-number )"),
        sign(0.6, r"^(?:ntp|logging|tacacs-server|snmp-server host) \S+ .*use-vrf "),
        sign(
            0.6,
            r"^(?:no password strength-check|rmon event \d|switchname \S|hardware access-list |fex \d+$"
            r"|ip domain-lookup$)",
        ),
        sign(
            0.85,
            r"^(?:zoneset |zone name \S+ vsan |vsan database$|device-alias (?:database|name|mode)|fcalias |fcdomain )",
        ),
        sign(
            0.5,
            r"^ {2}(?:destination-group|sensor-group|dst-grp|snsr-grp|bfd interval|member vni|ingress-replication) ",
        ),
        sign(0.4, r"^snmp-server user \S+ \S+ auth "),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    aliases=("nxos", "nx-os", "nexus"),
)
