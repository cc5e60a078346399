"""Arista EOS, as `show running-config` prints it."""

import re
from collections.abc import Sequence

from engineering_api.dialects.cisco import (
    aaa,
    access,
    access_lists,
    applied,
    bgp,
    blocks,
    dhcp,
    eos,
    interface_rest,
    interfaces,
    interior,
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
    "Ethernet", "Port-Channel", "Vlan", "Loopback", "Management", "Vxlan", "Tunnel", "Null", "Recirc-Channel",
    "UnconnectedEthernet", "Dps", "Fabric", "Register", "InternalRecirc", "Switch",
))  # fmt: skip
_TELLING = re.compile(r"!\s*(?:device: \S+ \(|Serial number|System serial|boot system)", re.IGNORECASE)

TOP: Place[Reading] = Place("eos")
INTERFACE: Place[At[Interface]] = Place("eos interface")

for _place in (applied.PORT, eos.PORT, interfaces.INTERFACE, switching.PORT, interior.PORT, interface_rest.REST):
    INTERFACE.includes(_place)


@TOP.line("hostname NAME")
def _hostname(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, hostname=found["NAME"])


@TOP.line("! device: REST...")
def _device(reading: Reading, found: Found) -> None:
    """EOS says in a comment what it is: "! device: leaf1 (DCS-7050SX3-48YC8, EOS-4.29.2F)"."""
    if said := re.fullmatch(r"\S+ \(([^,()]+), ?EOS-([^,()]+)\)", found["REST"].strip()):
        reading.device.identity.say(found.line, model=said[1], version=said[2])


@TOP.line("! Serial number: SERIAL", "! System serial number: SERIAL")
def _serial(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, serial=found["SERIAL"])


TOP.knows("interface defaults", "interface profile REST...")
TOP.knows("! REST...", "!REST...", "end", "exit")
opened_by(TOP, INTERFACE)
for _module in (
    applied, eos, switching, access_lists, objects, policies, vrfs, interior, bgp, access, aaa, services, dhcp, qos,
    watching,
):  # fmt: skip
    TOP.includes(_module.TOP)
TOP.includes(eos.LAST)
TOP.includes(rest.REST)


def _tree(texts: Sequence[str]) -> list[Node]:
    return blocks.tree(texts, TOP, _TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    reading = Reading(device, NAMES)
    TOP.read(nodes, reading, device.unparsed)
    conclude(reading)


PLATFORM = Platform(
    name="arista_eos",
    title="Arista EOS",
    vendor="Arista",
    roles=("switch", "router"),
    signs=(
        sign(0.95, r"^! device: \S+ \(.*EOS-"),
        sign(0.7, r"^service routing protocols model (?:multi-agent|ribd)"),
        sign(0.6, r"^management (?:api http-commands|ssh|telnet|security|console|api gnmi)"),
        sign(0.6, r"^vrf instance "),
        sign(0.5, r"^interface Port-Channel\d"),
        sign(0.4, r"^interface Ethernet\d+(?:/\d+)*$"),
        sign(0.4, r"^interface Management\d"),
        sign(0.5, r"^daemon TerminAttr"),
        sign(0.5, r"^mlag configuration"),
        sign(0.5, r"^(?:no )?aaa root"),
        sign(0.4, r"^transceiver qsfp default-mode"),
        sign(0.5, r"^ {3}vxlan (?:source-interface|vlan|udp-port|vrf)"),
        sign(0.4, r"^(?:switchport default mode routed|spanning-tree mode (?:mstp|rstp))$"),
        sign(0.3, r"^ {3}(?:ip address \d+\.\d+\.\d+\.\d+/\d+|neighbor \S+ peer group )"),
        sign(0.4, r"^! boot system flash:/?.*EOS"),
        sign(0.4, r"^username \S+ .*secret (?:sha512|5) "),
        sign(
            0.3,
            r"^ {3}(?:no )?(?:switchport|shutdown|description|channel-group|mtu|router-id|maximum-paths"
            r"|redistribute)\b",
        ),
        sign(
            0.35,
            r"^ {3}(?:neighbor \S+ (?:remote-as|peer group|maximum-routes|send-community)|ip ospf |vrf \S+$"
            r"|no switchport$|mlag \d)",
        ),
        sign(0.3, r"^ {3}(?:seq )?\d+ (?:permit|deny|remark) "),
        sign(
            0.6,
            r"^(?:interface Vxlan\d|ip routing vrf |no spanning-tree vlan(?:-id)? |hardware (?:tcam|speed-group"
            r"|counter) |peer-filter |queue-monitor )",
        ),
        sign(0.2, r"^interface Vlan\d"),
        sign(0.2, r"^ip (?:access-list|prefix-list) \S+$"),
        sign(
            0.3,
            r"^(?:logging (?:vrf|format timestamp|repeat-messages)|ntp server (?:vrf )?\S+ .*(?:iburst"
            r"|local-interface)|ip name-server vrf )",
        ),
        sign(0.5, r"^snmp-server (?:vrf|local-interface) "),
        sign(0.35, r"^ {6}(?:neighbor \S+ activate|route-target (?:import|export)|rd \d)"),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    aliases=("eos", "arista"),
)
