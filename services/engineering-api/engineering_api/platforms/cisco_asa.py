"""Cisco's Adaptive Security Appliance (`show running-config`), from version 7 on."""

import re
from collections.abc import Sequence

from engineering_api.dialects.asa.access_lists import ACCESS_LISTS
from engineering_api.dialects.asa.applied import APPLIED
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
    APPLIED, OBJECTS, ACCESS_LISTS, INTERFACES, NAT, ROUTING, CRYPTO, DIALIN, INSPECTION, SERVERS, MANAGEMENT,
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
        sign(0.95, r"^(?:: )?NGFW Version \d"),
        sign(0.6, r"^access-list \S+ (?:standard|remark) "),
        sign(0.7, r"^route \S+ \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ \d"),
        sign(0.6, r"^ (?:network|service|group|port|protocol|icmp)-object \S"),
        sign(0.25, r"^ (?:host|subnet|range|fqdn) (?:v4 )?[\w.]+"),
        sign(0.7, r"^(?:ssh|telnet|http) \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ [\w-]+$"),
        sign(0.6, r"^mtu [\w-]+ \d+$"),
        sign(0.4, r"^crypto map \S+ (?:\d+ (?:match address|set )|interface )"),
        sign(0.6, r"^crypto (?:ipsec ikev[12] |ikev[12] (?:policy|enable) |ca trustpoint |dynamic-map )"),
        sign(0.6, r"^(?:global|nat|static) \([\w,-]+\) "),
        sign(0.6, r"^ nat \(\S+,\S+\) (?:dynamic|static) "),
        sign(
            0.5,
            r"^(?:names$|name \d+\.\d+\.\d+\.\d+ \S|pager lines |icmp unreachable rate-limit |logging (?:enable$"
            r"|asdm )|failover\b)",
        ),
        sign(
            0.7,
            r"^(?:group-policy \S+ |dhcpd (?:address|enable|dns|auto_config) |aaa-server \S+ (?:protocol|\()|asdm )",
        ),
        sign(
            0.8,
            r"^(?:timeout (?:xlate|conn|uauth|sip|pat-xlate) |class-map inspection_default|policy-map global_policy)",
        ),
        sign(0.5, r"^ {2}inspect \w"),
        sign(0.6, r"^username \S+ password \S+ (?:encrypted|pbkdf2|nt-encrypted)"),
        sign(
            0.4,
            r"^ (?:pre-shared-key|ikev[12] (?:pre-shared-key|remote-authentication|local-authentication)"
            r"|vpn-tunnel-protocol|default-group-policy) ",
        ),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    closing=re.compile(r"quit|exit|exit-address-family"),
    aliases=("asa", "cisco_asav", "pix"),
)
