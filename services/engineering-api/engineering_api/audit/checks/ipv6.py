"""IPv6, which is often filtered less than IPv4 or not at all."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.ports import Interface

#: Lines by which an interface has addresses of IPv6, and those that filter them, by the beginning of the platform.
_LINES = {
    "cisco_ios": (r"^\s*ipv6 (?:address|enable|dhcp client)", r"^\s*(?:ipv6 traffic-filter \S+ in|zone-member)"),
    "ubiquiti_edgeos": (r"\b(?:dhcpv6-pd|ipv6 address|dhcpv6)\b", r"\bfirewall in ipv6-name\b"),
}


@check
def ipv6_unfiltered(seen: Seen, given: Given) -> Iterator[Found]:
    """An interface to the internet has IPv6, and nothing filters it there."""
    if seen.is_on("mikrotik"):
        yield from _on_routeros(seen)
        return
    has, filters = _LINES[seen.platform]
    if seen.device.zones or any(one.name.startswith("ipv6 ") for one in seen.device.access_lists):
        return
    for interface in seen.outer:
        said = _line(seen, interface, has)
        found: Fact | Span | None = said[0] if said else _address(interface)
        if found and not _line(seen, interface, filters):
            yield seen.found(
                [found, interface], f"Nothing filters IPv6 at {interface.name}.", about=interface.name,
                interface=interface.name,
            )  # fmt: skip


def _line(seen: Seen, interface: Interface, pattern: str) -> tuple[Span, re.Match[str]] | None:
    """A line of an interface: in its block, or among the commands that set it, which may stand anywhere."""
    name = re.escape(interface.name).replace(r"\.", r"(?:\.| vif )")
    return seen.line(interface.source, pattern) or seen.line(seen.whole, rf"^set interfaces \S+ {name} .*{pattern}")


def _address(interface: Interface) -> Fact | None:
    known = (one for one in interface.addresses if one.value.version == 6 and not one.value.ip.is_link_local)
    return next(known, None)


def _on_routeros(seen: Seen) -> Iterator[Found]:
    """RouterOS filters IPv6 apart from IPv4; without rules everything passes."""
    chains = {one.name for one in seen.device.access_lists if one.rules}
    if not seen.lacks("/ipv6") or not seen.outer:
        return
    said = seen.line(seen.whole, r"^/ipv6 (?:address|dhcp-client)\b")
    if said and not {"ipv6 input", "ipv6 forward"} <= chains:
        missing = sorted({"ipv6 input", "ipv6 forward"} - chains)
        yield seen.found(
            said[0], f"IPv6 is used, and there are no rules in the chains {' and '.join(missing)}.", about="ipv6",
            interface=seen.outer[0].name,
        )  # fmt: skip
