"""ASA's security levels, which decide where no list is put to an interface."""

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import Answer


def by_levels(device: Device, inward: Interface, outward: Interface | None) -> tuple[Answer, str, Span | None]:
    """Whether a new connection passes from an interface without a list to another, why, and the line that says it."""
    if outward is None:
        return "unknown", "The interface towards the destination is not known, so its security level is not.", None
    if inward.level is None or outward.level is None:
        missing = inward if inward.level is None else outward
        return "unknown", f"{missing.name} has no security level.", missing.source
    sides = f"{_told(inward)} to {_told(outward)}"
    if inward.level > outward.level:
        return "permit", f"From {sides}: to a lower level everything may begin.", inward.line_of("level")
    if inward.level < outward.level:
        return "deny", f"From {sides}: to a higher level nothing may begin without a list.", inward.line_of("level")
    wanted = "intra" if inward.name == outward.name else "inter"
    for setting in device.settings:
        if setting.name == "same-security-traffic" and setting.is_on and wanted in setting.value:
            return "permit", f"From {sides}: the same level, which is permitted.", setting.source
    return "deny", f"From {sides}: the same level, between which nothing passes.", inward.line_of("level")


def _told(interface: Interface) -> str:
    return f"{interface.alias or interface.name} (level {interface.level})"
