"""Aruba and HPE switches with AOS-CX (`show running-config`)."""

import re
from collections.abc import Sequence

from engineering_api.dialects.aruba.cx import Cx
from engineering_api.dialects.aruba.cx_bridging import BRIDGING
from engineering_api.dialects.aruba.cx_policy import POLICIES
from engineering_api.dialects.aruba.cx_ports import PORTS
from engineering_api.dialects.aruba.cx_routing import ROUTING
from engineering_api.dialects.aruba.cx_servers import SERVERS
from engineering_api.dialects.aruba.cx_system import SYSTEM
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import indented
from engineering_api.reading.grammar import Place
from engineering_api.reading.tree import Node

_TOP: Place[Cx] = Place("aoscx")
for _part in (PORTS, BRIDGING, POLICIES, ROUTING, SERVERS, SYSTEM):
    _TOP.includes(_part)

#: Comments that say something: the release, and what collectors put before the configuration from `show system`.
_TELLING = re.compile(r"!Version (?:Aruba|AOS)|! (?:Product Name|Chassis Serial Nbr) +: ")
_BANNER = re.compile(r"banner (?:motd|exec) (\S+)(.*)")


def _verbatim(text: str) -> str | None:
    """A banner ends with the sign that is its first."""
    if (match := _BANNER.fullmatch(text)) is None:
        return None
    sign_of_end = match[1] if match[1].startswith("^") else match[1][0]
    return None if sign_of_end in text[text.index(match[1]) + len(sign_of_end) :] else sign_of_end


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(texts, verbatim=_verbatim, telling=_TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    switch = Cx(device)
    _TOP.read(nodes, switch, device.unparsed)
    switch.finish()


PLATFORM = Platform(
    name="aruba_aoscx",
    title="Aruba AOS-CX",
    vendor="HPE Aruba",
    roles=("switch",),
    signs=(
        sign(0.99, r"^!Version (?:ArubaOS|AOS)-CX"),
        sign(0.9, r"^!export-password:"),
        sign(0.9, r"^https-server vrf "),
        sign(0.7, r"^ssh server vrf "),
        sign(0.8, r"^ {4}vlan (?:access|trunk native|trunk allowed) "),
        sign(0.7, r"^ {4}vrf attach "),
        sign(0.7, r"^interface \d+/\d+/\d+$"),
        sign(0.7, r"^interface lag \d+"),
        sign(0.7, r"^ {4}no routing$"),
        sign(0.8, r"^ {4}active-gateway ip"),
        sign(0.6, r"^access-list ip \S+$"),
        sign(0.6, r"^user \S+ group \S+ password ciphertext"),
        sign(0.5, r"^vsx$"),
        sign(0.5, r"^aruba-central$"),
        sign(
            0.35,
            r"^ {4}(?:no shutdown|lag \d+|lacp mode (?:active|passive)|loop-protect|spanning-tree \S|ip mtu \d"
            r"|client track ip)",
        ),
        sign(0.3, r"^ {4}ip address \d+\.\d+\.\d+\.\d+/\d+"),
        sign(0.3, r"^interface vlan ?\d+$"),
        sign(0.5, r"^ {4}(?:ip ospf \d+ area |ip helper-address \d+|\d+ (?:permit|deny) (?:tcp|udp|any|icmp|ip) )"),
        sign(0.7, r"^ {4}apply (?:access-list|policy) "),
        sign(
            0.45,
            r"^(?:ntp server \S+ iburst|ntp vrf |dhcp-server vrf |class ip |port-access (?:role|policy|lldp-group"
            r"|device-profile) |vsf member |radius-server host \S+ key ciphertext)",
        ),
        sign(
            0.35,
            r"^ {4}(?:inter-switch-link|keepalive peer|role (?:primary|secondary)|system-mac|type \S+-port|link 1 )",
        ),
        sign(0.4, r"^ip (?:dns server-address|source-lockdown|route \S+/\d+ \S+ (?:distance|vrf|tag))"),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    closing=re.compile(r"exit|exit-address-family"),
    aliases=("aoscx", "aos-cx", "aruba_cx", "arubaos_cx"),
)
