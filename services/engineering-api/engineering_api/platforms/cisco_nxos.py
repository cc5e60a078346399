"""Cisco NX-OS, as `show running-config` prints it."""

import re
from collections.abc import Sequence

from engineering_api.dialects.cisco import (
    aaa,
    access,
    access_lists,
    blocks,
    dhcp,
    interface_rest,
    interfaces,
    interior,
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

for _place in (nxos.PORT, interfaces.INTERFACE, switching.PORT, interior.PORT, interface_rest.REST):
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


TOP.knows("! REST...", "!REST...", "end", "exit")
opened_by(TOP, INTERFACE, needs_vlans=True)
for _module in (
    nxos, nxos_bgp, switching, access_lists, objects, policies, vrfs, interior, access, aaa, services, dhcp, qos,
    watching,
):  # fmt: skip
    TOP.includes(_module.TOP)
TOP.includes(nxos.LAST)
TOP.includes(rest.REST)


def _tree(texts: Sequence[str]) -> list[Node]:
    return blocks.tree(texts, TOP, _TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    reading = Reading(device, NAMES, builtin=frozenset(("default", "management")))
    TOP.read(nodes, reading, device.unparsed)
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
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    aliases=("nxos", "nx-os", "nexus"),
)
