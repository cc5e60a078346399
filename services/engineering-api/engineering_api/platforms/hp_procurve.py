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


def _verbatim(text: str) -> str | None:
    """A banner is a text in quotes that may go over several lines."""
    return '"' if text.startswith("banner ") and text.count('"') == 1 else None


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(texts, verbatim=_verbatim, comment=(";", "!"), telling=_TELLING)


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
    ),
    tree=_tree,
    read=_read,
    comments=(";", "!"),
    closing=re.compile(r"exit"),
    aliases=("procurve", "aruba_os_switch", "aruba_osswitch", "aos-s", "provision"),
)
