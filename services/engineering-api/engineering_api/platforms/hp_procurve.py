"""HP ProCurve, HPE and Aruba switches with ArubaOS-Switch (`show running-config`)."""

import re
from collections.abc import Sequence

from engineering_api.dialects.aruba.procurve_guards import GUARDS
from engineering_api.dialects.aruba.procurve_ports import PORTS
from engineering_api.dialects.aruba.procurve_servers import SERVERS
from engineering_api.dialects.aruba.procurve_system import SYSTEM
from engineering_api.dialects.aruba.switch import Switch
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import indented
from engineering_api.reading.grammar import Place
from engineering_api.reading.tree import Node

_TOP: Place[Switch] = Place("procurve")
for _part in (PORTS, GUARDS, SERVERS, SYSTEM):
    _TOP.includes(_part)

#: The first line, a comment, says model and release.
_TELLING = re.compile(r"; \S+ Configuration Editor; Created on release #")


#: Lines that begin a block, and "exit" ends it: the device writes one at the end of each.
_OPENING = re.compile(
    r"vlan \d+|interface (?:loopback |tunnel |ethernet )?[\w/,-]+|oobm|stacking|vsf|router \w+( \d+)?"
    r"|ip access-list (?:standard|extended) \S+|(?:dhcp-server )?pool \S+|dhcp-server pool \S+"
    r"|device-profile (?:name|type|type-device) \S+|class (?:ipv4|ipv6) \S+|policy \w+ \S+|tunneled-node-server"
    r"|rogue-ap-isolation|aaa authorization user-role (?:name )?\"\S+"
)


def _indented(texts: Sequence[str]) -> list[str]:
    """The lines with those of blocks indented: forums, mails and templates lose the blanks at their beginning."""
    made = list(texts)
    at = 0
    while at < len(made):
        first = at
        at += 1
        if not _OPENING.fullmatch(made[first].rstrip()):
            continue
        while at < len(made) and made[at].strip() != "exit" and not _OPENING.fullmatch(made[at].rstrip()):
            at += 1
        if at < len(made) and made[at].strip() == "exit":
            block = range(first + 1, at + 1)
            if any(not made[line][:1].isspace() and made[line] for line in block[:-1]):
                for line in block:
                    made[line] = f"   {made[line].lstrip()}"
    return made


def _verbatim(text: str) -> str | None:
    """A banner is a text in quotes that may go over several lines."""
    return '"' if text.startswith("banner ") and text.count('"') == 1 else None


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(_indented(texts), verbatim=_verbatim, comment=(";", "!"), telling=_TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    switch = Switch(device)
    _TOP.read(nodes, switch, device.unparsed)
    switch.finish()


PLATFORM = Platform(
    name="hp_procurve",
    title="HP ProCurve / ArubaOS-Switch",
    vendor="HPE Aruba",
    roles=("switch",),
    signs=(
        sign(0.98, r"^; \S+ Configuration Editor; Created on release #"),
        sign(0.5, r"^; Ver #[0-9a-f]"),
        sign(0.7, r"^ {3}(?:no )?(?:un)?tagged (?:[A-Z]?\d|Trk\d)[\w,/-]*$"),
        sign(0.7, r"^trunk [\w,/-]+ [Tt]rk\d+(?: \w+)?$"),
        sign(0.7, r"^ip authorized-managers "),
        sign(0.7, r"^snmp-server community \S+ (?:un)?restricted"),
        sign(0.6, r"^module \d+ type [jJ]"),
        sign(0.5, r"^no telnet-server"),
        sign(0.5, r"^(?:no )?web-management"),
        sign(0.5, r"^timesync (?:sntp|ntp|timep)"),
        sign(0.4, r"^password (?:manager|operator)"),
        sign(0.4, r"^oobm$"),
        sign(0.5, r'^hostname "[^"]+" ?$'),
        sign(0.5, r'^ {3}name "[^"]*" ?$'),
        sign(0.4, r"^ {3}exit ?$"),
        sign(
            0.35,
            r"^ {3}(?:no ip address|ip address (?:dhcp-bootp|\d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+)"
            r"|ip helper-address \d+\.\d+\.\d+\.\d+) ?$",
        ),
        sign(0.3, r"^interface (?:\d{1,3}|[A-Z]\d{1,2}|Trk\d+) ?$"),
        sign(
            0.6,
            r"^(?:max-vlans \d|time (?:timezone|daylight-time-rule) |console (?:idle|inactivity)-timeout "
            r"|sntp (?:server priority|unicast))",
        ),
        sign(
            0.45,
            r"^(?:primary-vlan |management-vlan \d|device-profile |loop-protect |power-over-ethernet "
            r"|no dhcp config-file-update|fault-finder )",
        ),
        sign(0.5, r"^aaa (?:authentication (?:ssh|telnet|console|web|port-access) |port-access )"),
        sign(0.4, r'^snmp-server community "[^"]*"'),
        sign(
            0.4,
            r"^spanning-tree (?:priority \d+ force-version|(?:[A-Z]?\d[\d,-]*|Trk\d+) (?:priority|admin-edge-port"
            r"|bpdu|path-cost))",
        ),
        sign(0.4, r"^(?:Running configuration:|Startup configuration: \d+)$"),
        sign(0.3, r"^dhcp-snooping (?:authorized-server|vlan|trust)"),
    ),
    tree=_tree,
    read=_read,
    comments=(";", "!"),
    closing=re.compile(r"exit"),
    aliases=("procurve", "aruba_os_switch", "aruba_osswitch", "aos-s", "provision"),
)
