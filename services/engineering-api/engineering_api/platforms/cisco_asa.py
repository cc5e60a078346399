"""Cisco's Adaptive Security Appliance (`show running-config`), from version 7 on."""

import re
from collections.abc import Sequence

from engineering_api.dialects.asa.access_lists import ACCESS_LISTS
from engineering_api.dialects.asa.dialin import DIALIN
from engineering_api.dialects.asa.inspection import INSPECTION
from engineering_api.dialects.asa.interfaces import INTERFACES
from engineering_api.dialects.asa.management import MANAGEMENT
from engineering_api.dialects.asa.nat import NAT
from engineering_api.dialects.asa.objects import OBJECTS
from engineering_api.dialects.asa.routing import ROUTING
from engineering_api.dialects.asa.servers import SERVERS
from engineering_api.dialects.asa.state import Reading
from engineering_api.dialects.asa.tunnels import CRYPTO, say_protections
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import indented
from engineering_api.reading.grammar import Place
from engineering_api.reading.tree import Node

_TOP: Place[Reading] = Place("asa")
for _part in (
    OBJECTS, ACCESS_LISTS, INTERFACES, NAT, ROUTING, CRYPTO, DIALIN, INSPECTION, SERVERS, MANAGEMENT,
):  # fmt: skip
    _TOP.includes(_part)

#: What collectors such as Oxidized put before the configuration, from `show version`.
_TELLING = re.compile(r"! (?:Serial Number|Hardware): ")
#: The last line, of which nothing is kept.
_CHECKSUM = "Cryptochecksum:"


def _verbatim(text: str) -> str | None:
    return "quit" if text.startswith("certificate ") else None


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(texts, verbatim=_verbatim, telling=_TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    reading = Reading(device)
    _TOP.read((node for node in nodes if not node.text.startswith(_CHECKSUM)), reading, device.unparsed)
    say_protections(reading)
    reading.finish()


PLATFORM = Platform(
    name="cisco_asa",
    title="Cisco ASA",
    vendor="Cisco",
    roles=("firewall",),
    signs=(
        sign(0.98, r"^(?:: )?ASA Version \d"),
        sign(0.9, r"^PIX Version \d"),
        sign(0.95, r"Cisco Adaptive Security Appliance Software"),
        sign(0.7, r"^ security-level \d+$"),
        sign(0.7, r"^ nameif \S+$"),
        sign(0.8, r"^access-list \S+ extended (?:permit|deny) "),
        sign(0.8, r"^access-group \S+ (?:in|out) interface \S+"),
        sign(0.7, r"^object-group (?:network|service|protocol|icmp-type) \S+"),
        sign(0.6, r"^object (?:network|service) \S+$"),
        sign(0.8, r"^same-security-traffic permit "),
        sign(0.8, r"^tunnel-group \S+ (?:type|general-attributes|ipsec-attributes)"),
        sign(0.6, r"^service-policy global_policy global"),
        sign(0.6, r"^nat \(\S+,\S+\) "),
        sign(0.7, r"^threat-detection "),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    closing=re.compile(r"quit|exit|exit-address-family"),
    aliases=("asa", "cisco_asav", "pix"),
)
