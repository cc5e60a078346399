"""Blocks of interfaces, single ones and ranges."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.ports import Interface
from engineering_api.reading.grammar import Found, Place

_MANNERS = re.compile(r"\s+(?:point-to-point|multipoint|l2transport|module|type tunnel)$")


def opened_by(top: Place[Reading], inside: Place[At[Interface]], *, needs_vlans: bool = False) -> None:
    """Declare for a platform that interfaces begin with "interface", and which lines they know.

    `needs_vlans` where all VLANs are in the configuration, so that a VLAN interface is a use of its VLAN.
    """

    @top.block("interface [range] NAMES...", "int NAMES...", place=inside)
    def read(reading: Reading, found: Found) -> None:
        names = _MANNERS.sub("", found["NAMES"].strip())
        is_one = "," not in names and not re.search(r"\d\s*-\s*\d", names)
        listed = [reading.names.full(names)] if is_one else reading.names.many(names)
        reading.spend(len(listed) * len(found.node.children))
        for place, name in enumerate(listed):
            fact = reading.interface(name, found.span)
            if needs_vlans and fact.vlan not in (None, 1):
                reading.refer("vlan", str(fact.vlan), found.line, f"interface {name}")
            inside.read(found.node.children, At(reading, fact), reading.device.unparsed if not place else [])
